/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * own_children.h - a test whose helpers are the test's own program under other names, linked into a folder of its own.
 *
 * dir is a template of mkdtemp. Order: children_name at the beginning of main, which says what the process is to be; the functions of
 * CHILDREN_GROUP around the group.
 */
#ifndef DUAAL_TESTS_OWN_CHILDREN_H
#define DUAAL_TESTS_OWN_CHILDREN_H

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "unit.h"

/* The one of the names, which end with NULL, that this process was started under; NULL: it is the test. */
static inline const char *children_name(const char *argv0, const char *const names[])
{
	const char *slash = strrchr(argv0, '/'), *name = slash != NULL ? slash + 1 : argv0;
	while (*names != NULL && strcmp(name, *names) != 0)
		names++;
	return *names;
}

/* -1: the group cannot run. */
static inline int children_setup(char *dir, sd_event **loop, const char *const names[])
{
	char path[128], self[512];
	sigset_t set;
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (len < 0 || mkdtemp(dir) == NULL || sd_event_new(loop) < 0)
		return -1;
	self[len] = '\0';
	for (; *names != NULL; names++) {
		snprintf(path, sizeof(path), "%s/%s", dir, *names);
		if (symlink(self, path) < 0)
			return -1;
	}
	return 0;
}

/* -1: a child was left behind. */
static inline int children_teardown(const char *dir, sd_event *loop, const char *const names[])
{
	char path[128];
	for (; *names != NULL; names++) {
		snprintf(path, sizeof(path), "%s/%s", dir, *names);
		unlink(path);
	}
	rmdir(dir);
	sd_event_unref(loop);
	return waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD ? 0 : -1;
}

/* group_setup and group_teardown of a test with these. */
#define CHILDREN_GROUP(dir, loop, names)                                                                               \
	static int group_setup(void **state)                                                                           \
	{                                                                                                              \
		(void)state;                                                                                           \
		return children_setup(dir, &(loop), names);                                                            \
	}                                                                                                              \
	static int group_teardown(void **state)                                                                        \
	{                                                                                                              \
		(void)state;                                                                                           \
		return children_teardown(dir, loop, names);                                                            \
	}

#endif
