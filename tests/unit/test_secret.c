/* SPDX-License-Identifier: EUPL-1.2 */
/* test_secret.c - which files may hold a secret, and what it may be. */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"

static char dir[] = "/tmp/test_secret.XXXXXX";
static char path[64];

static int make_dir(void **state)
{
	(void)state;
	unsetenv("CREDENTIALS_DIRECTORY");
	snprintf(path, sizeof(path), "%s", mkdtemp(dir) != NULL ? dir : "/nowhere");
	snprintf(path, sizeof(path), "%s/secret", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

static void put(const void *bytes, size_t len, mode_t mode)
{
	unlink(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void expect(int code, const char *fragment)
{
	struct secret *secret = NULL;
	struct err err = {0};
	assert_int_equal(secret_read_file(path, &secret, &err), code);
	assert_null(secret);
	assert_non_null(strstr(err.text, fragment));
	assert_non_null(strstr(err.text, path));
	assert_int_equal(secret_check_file(path, NULL), code);
}

static void reads_and_strips_one_newline(void **state)
{
	(void)state;
	struct secret *secret = NULL;
	struct err err = {0};
	put("geheim\n\n", 8, 0600);
	assert_int_equal(secret_read_file(path, &secret, &err), 0);
	assert_true(text_equal(secret_use(secret), text_of("geheim\n")));
	secret = secret_free(secret);
	assert_null(secret);
	put("kort", 4, 0400);
	assert_int_equal(secret_read_file(path, &secret, &err), 0);
	assert_true(text_equal(secret_use(secret), text_of("kort")));
	secret_free(secret);
	assert_int_equal(secret_check_file(path, &err), 0);
	assert_null(secret_free(NULL));
	assert_true(text_is_empty(secret_use(NULL)));
}

static void refuses_loose_modes(void **state)
{
	(void)state;
	for (mode_t bit = 1; bit < 0100; bit <<= 1) {
		put("x", 1, 0600 | bit);
		expect(ERR_DENIED, "chmod");
	}
}

static void refuses_content(void **state)
{
	(void)state;
	char large[SECRET_MAX + 3];
	memset(large, 'x', sizeof(large));
	put("", 0, 0600);
	expect(ERR_INVALID, "empty");
	put("\n", 1, 0600);
	expect(ERR_INVALID, "empty");
	put("a\0b", 3, 0600);
	expect(ERR_INVALID, "NUL");
	put(large, SECRET_MAX + 1, 0600);
	expect(ERR_INVALID, "longer");
	put(large, sizeof(large), 0600);
	expect(ERR_INVALID, "longer");
	put(large, SECRET_MAX, 0600);
	assert_int_equal(secret_check_file(path, NULL), 0);
	large[SECRET_MAX] = '\n';
	put(large, SECRET_MAX + 1, 0600);
	assert_int_equal(secret_check_file(path, NULL), 0);
}

static void refuses_what_is_no_file(void **state)
{
	(void)state;
	struct err err = {0};
	unlink(path);
	expect(ERR_IO, "No such file");
	assert_int_equal(symlink("/etc/hostname", path), 0);
	expect(ERR_DENIED, "symbolic link");
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	expect(ERR_DENIED, "regular file");
	unlink(path);
	assert_int_equal(secret_check_file("/dev/null", &err), ERR_DENIED);
	assert_int_equal(secret_check_file("", &err), ERR_INVALID);
	assert_int_equal(secret_check_file(NULL, &err), ERR_INVALID);
}

static void refuses_another_owner(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	put("x", 1, 0600);
	assert_int_equal(chown(path, 12345, 0), 0);
	expect(ERR_DENIED, "chown");
}

static void credentials_come_from_their_directory(void **state)
{
	(void)state;
	struct secret *secret = NULL;
	struct err err = {0};
	put("x", 1, 0440);
	assert_int_equal(secret_read_credential("secret", &secret, &err), ERR_NOT_FOUND);
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	assert_int_equal(secret_read_credential("secret", &secret, &err), 0);
	assert_true(text_equal(secret_use(secret), text_of("x")));
	secret = secret_free(secret);
	assert_int_equal(secret_read_credential("../secret", &secret, &err), ERR_INVALID);
	assert_int_equal(secret_read_credential("", &secret, &err), ERR_INVALID);
	assert_int_equal(secret_read_credential("other", &secret, &err), ERR_IO);
	assert_int_equal(secret_check_file(path, &err), 0);
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_int_equal(secret_check_file(path, &err), ERR_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_strips_one_newline),
		cmocka_unit_test(refuses_loose_modes),
		cmocka_unit_test(refuses_content),
		cmocka_unit_test(refuses_what_is_no_file),
		cmocka_unit_test(refuses_another_owner),
		cmocka_unit_test(credentials_come_from_their_directory),
	};
	return cmocka_run_group_tests_name("secret", tests, make_dir, remove_dir);
}
