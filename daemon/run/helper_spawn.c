/* SPDX-License-Identifier: EUPL-1.2 */
/* helper_spawn.c - see helper_spawn.h. */
#include "run/helper_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HELPER_FD 3

extern char **environ;

static char **helper_environment(char *store[16])
{
	static const char *const kept[] = {"CREDENTIALS_DIRECTORY=", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", NULL};
	size_t n = 0;
	store[n++] = (char *)"PATH=/usr/bin:/bin";
	store[n++] = (char *)"LDAPNOINIT=1";
	for (char **e = environ; *e != NULL && n < 15; e++)
		for (size_t k = 0; kept[k] != NULL && n < 15; k++)
			if (strncmp(*e, kept[k], strlen(kept[k])) == 0)
				store[n++] = *e;
	store[n] = NULL;
	return store;
}

static int spawn(const char *path, const char *name, int fd, pid_t *ret, struct err *err)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, reset;
	char *env[16];
	char *const argv[] = {(char *)name, NULL};

	if (posix_spawn_file_actions_init(&actions) != 0)
		return err_nomem(err);
	if (posix_spawnattr_init(&attr) != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return err_nomem(err);
	}
	sigemptyset(&none);
	sigfillset(&reset);
	sigdelset(&reset, SIGKILL);
	sigdelset(&reset, SIGSTOP);
	int e = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (e == 0)
		e = posix_spawn_file_actions_adddup2(&actions, fd, HELPER_FD);
	if (e == 0)
		e = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	if (e == 0)
		e = posix_spawnattr_setsigmask(&attr, &none);
	if (e == 0)
		e = posix_spawnattr_setsigdefault(&attr, &reset);
	if (e == 0)
		e = posix_spawn(ret, path, &actions, &attr, argv, helper_environment(env));
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	if (e != 0)
		return err_set(err, ERR_IO, "cannot start %s: %s; is helper_dir right?", path, strerror(e));
	return 0;
}

int helper_spawn(const char *dir, const char *name, pid_t *ret_pid, int *ret_fd, struct err *err)
{
	int pair[2];
	char path[512];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_set(err, ERR_IO, "cannot make a socket pair for %s: %s", name, strerror(errno));
	int code = spawn(path, name, pair[1], ret_pid, err);
	close(pair[1]);
	if (code == 0 && fcntl(pair[0], F_SETFL, O_NONBLOCK) < 0)
		code = err_set(err, ERR_IO, "cannot prepare the channel to %s: %s", name, strerror(errno));
	if (code < 0)
		close(pair[0]);
	else
		*ret_fd = pair[0];
	return code;
}
