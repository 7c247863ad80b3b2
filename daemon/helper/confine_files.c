/* SPDX-License-Identifier: EUPL-1.2 */
/* confine_files.c - Landlock, for which there is no library. See confine_parts.h, landlock(7). */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/confine_parts.h"

#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

/* Of files, and of folders and what is below them. */
#define READ_FILES  LANDLOCK_ACCESS_FS_READ_FILE
#define READ_ALL    (READ_FILES | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE_FILES (READ_FILES | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE)
#define WRITE_ALL                                                                                                      \
	(WRITE_FILES | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE)

/* What a kernel of this ABI can forbid. All of it is forbidden. */
static uint64_t known_to(int abi)
{
	uint64_t all = LANDLOCK_ACCESS_FS_EXECUTE | WRITE_ALL | LANDLOCK_ACCESS_FS_REMOVE_DIR |
		       LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_SOCK |
		       LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
	all &= ~LANDLOCK_ACCESS_FS_TRUNCATE;
	if (abi >= 2)
		all |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= 3)
		all |= LANDLOCK_ACCESS_FS_TRUNCATE;
	return all;
}

static int refused(const char *what, struct err *err)
{
	return err_set(err, ERR_IO,
		       "confining this helper to its files (Landlock): %s: %s; does its unit or container allow "
		       "the landlock system calls?",
		       what, strerror(errno));
}

int confine_files_begin(struct confine_files *files, struct err *err)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	*files = (struct confine_files){.ruleset = -1, .abi = (int)abi};
	if (abi < 0) { /* an old kernel, or a container that does not let it be asked for */
		fprintf(stderr,
			"Landlock cannot be had here (%s): which files this helper may open is up to its user and its "
			"unit\n",
			strerror(errno));
		return 0;
	}
	const struct landlock_ruleset_attr attr = {.handled_access_fs = known_to(files->abi)};
	files->ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	return files->ruleset < 0 ? refused("making a list of them", err) : 0;
}

static int allow(const struct confine_files *files, const char *path, uint64_t for_folders, uint64_t for_files,
		 struct err *err)
{
	struct stat st;
	if (files->ruleset < 0)
		return 0;
	struct landlock_path_beneath_attr rule = {.parent_fd = open(path, O_PATH | O_CLOEXEC)};
	if (rule.parent_fd < 0 && (errno == ENOENT || errno == EACCES || errno == ENOTDIR))
		return 0;
	if (rule.parent_fd < 0 || fstat(rule.parent_fd, &st) < 0)
		return refused(path, err);
	rule.allowed_access = (S_ISDIR(st.st_mode) ? for_folders : for_files) & known_to(files->abi);
	long rc = syscall(SYS_landlock_add_rule, files->ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	int e = rc < 0 ? refused(path, err) : 0;
	close(rule.parent_fd);
	return e;
}

int confine_files_read(const struct confine_files *files, const char *path, struct err *err)
{
	return allow(files, path, READ_ALL, READ_FILES, err);
}

int confine_files_write(const struct confine_files *files, const char *path, struct err *err)
{
	return allow(files, path, WRITE_ALL, WRITE_FILES, err);
}

static int allow_folder_of(const struct confine_files *files, const char *path, allow_fn *allow_it, struct err *err)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	if (slash == NULL)
		return 0;
	if (slash == path) /* the folder would be everything */
		return allow_it(files, path, err);
	int len = snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
	if (len < 0 || (size_t)len >= sizeof folder)
		return err_set(err, ERR_INVALID, "%s: the path is too long", path);
	return allow_it(files, folder, err);
}

/* Landlock asks where a file is, not by which symbolic links it was found. */
int confine_files_beside(const struct confine_files *files, const char *path, allow_fn *allow_it, struct err *err)
{
	char real[PATH_MAX];
	int code = path != NULL ? allow_folder_of(files, path, allow_it, err) : 0;
	if (code < 0 || path == NULL || path[0] != '/' || realpath(path, real) == NULL)
		return code;
	return allow_folder_of(files, real, allow_it, err);
}

int confine_files_end(struct confine_files *files, int code, struct err *err)
{
	if (files->ruleset < 0)
		return code;
	if (code == 0 && syscall(SYS_landlock_restrict_self, files->ruleset, 0) < 0)
		code = refused("holding it to them", err);
	close(files->ruleset);
	files->ruleset = -1;
	return code;
}
