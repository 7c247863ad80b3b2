/* SPDX-License-Identifier: EUPL-1.2 */
/* test_file_put.c - a file takes its place whole, and nobody else's, on file systems that can do less, too: they refuse here what they do not know. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ctl/file_put.h"

static int rename_refuses, link_refuses, mode_refuses; /* with this; 0: it does not */
static char dir[32], path[64];

int __real_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags);
int __real_link(const char *from, const char *to);
int __real_fchmod(int fd, mode_t mode);
int __wrap_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags);
int __wrap_link(const char *from, const char *to);
int __wrap_fchmod(int fd, mode_t mode);

static int refuse(int why)
{
	errno = why;
	return -1;
}

int __wrap_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	return rename_refuses != 0 ? refuse(rename_refuses) : __real_renameat2(from_dir, from, to_dir, to, flags);
}

int __wrap_link(const char *from, const char *to)
{
	return link_refuses != 0 ? refuse(link_refuses) : __real_link(from, to);
}

int __wrap_fchmod(int fd, mode_t mode)
{
	return mode_refuses != 0 ? refuse(mode_refuses) : __real_fchmod(fd, mode);
}

static void file_systems(int renaming, int linking, int mode)
{
	rename_refuses = renaming;
	link_refuses = linking;
	mode_refuses = mode;
}

static int start(void **state)
{
	(void)state;
	file_systems(0, 0, 0);
	snprintf(dir, sizeof(dir), "/tmp/file-put-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/bundle", dir);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir); /* nothing else is left in it */
}

static void check_file(const char *text, mode_t mode)
{
	char found[32];
	struct stat st;
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	size_t len = fread(found, 1, sizeof(found) - 1, file);
	assert_int_equal(fstat(fileno(file), &st), 0);
	fclose(file);
	found[len] = '\0';
	assert_string_equal(found, text);
	assert_int_equal(st.st_mode & 0777, mode);
}

static void each_file_system_has_a_way(void **state)
{
	static const struct {
		int renaming, linking, mode;
	} ways[] = {{0, 0, 0}, {EINVAL, 0, 0}, {ENOSYS, EPERM, 0}, {EINVAL, EOPNOTSUPP, EPERM}, {0, EPERM, EPERM}};
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		file_systems(ways[i].renaming, ways[i].linking, ways[i].mode);
		assert_int_equal(file_put(path, text_of("first"), 0600, false), 0);
		check_file("first", 0600);
		assert_int_equal(file_put(path, text_of("second"), 0600, false), ERR_IO);
		assert_int_equal(errno, EEXIST);
		check_file("first", 0600);
		assert_int_equal(stop(state), 0);
		assert_int_equal(start(state), 0);
	}
}

static void what_stands_there_is_replaced_when_asked_so(void **state)
{
	(void)state;
	assert_int_equal(file_put(path, text_of("first"), 0644, true), 0);
	assert_int_equal(file_put(path, text_of("second"), 0644, true), 0);
	check_file("second", 0644);
}

static void trouble_leaves_nothing(void **state)
{
	(void)state;
	static const int ways[][3] = {{ENOSPC, 0, 0}, {EINVAL, ENOSPC, 0}, {0, 0, EIO}};
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		file_systems(ways[i][0], ways[i][1], ways[i][2]);
		assert_int_equal(file_put(path, text_of("first"), 0600, false), ERR_IO);
		assert_int_equal(errno, ways[i][0] == ENOSPC || ways[i][1] == ENOSPC ? ENOSPC : EIO);
		assert_int_equal(access(path, F_OK), -1);
	}
	assert_int_equal(file_put("/tmp/", text_of("first"), 0600, false), ERR_INVALID);
}

#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_file_system_has_a_way),
		T(what_stands_there_is_replaced_when_asked_so),
		T(trouble_leaves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
