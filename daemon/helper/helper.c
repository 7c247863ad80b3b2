/* SPDX-License-Identifier: EUPL-1.2 */
/* helper.c - see helper.h. */
#include "helper/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper/connection.h"

static int check_arguments(int argc, char **argv, const char *name, struct err *err)
{
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("%s (duaalsync) %s\n", name, PACKAGE_VERSION);
		exit(EXIT_SUCCESS);
	}
	if (argc > 1)
		return err_set(err, ERR_INVALID, "%s takes no arguments: duaalsyncd starts it", name);
	return 0;
}

/* Descriptors 0 to 2 are never free for a socket or a file to land on. */
static int fill_standard_descriptors(struct err *err)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return err_set(err, ERR_IO, "/dev/null: %s", strerror(errno));
	return 0;
}

/* The planner blocks signals for its event loop; a helper inherits that and needs SIGALRM and SIGTERM to end it. */
static int reset_signals(struct err *err)
{
	sigset_t none;
	sigemptyset(&none);
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR || signal(SIGALRM, SIG_DFL) == SIG_ERR ||
	    signal(SIGTERM, SIG_DFL) == SIG_ERR || signal(SIGINT, SIG_DFL) == SIG_ERR ||
	    sigprocmask(SIG_SETMASK, &none, NULL) < 0)
		return err_set(err, ERR_IO, "signals: %s", strerror(errno));
	return 0;
}

/* A helper that outlives a planner that was killed would go on with its old requests beside the next planner's helper, even if it
 * was stopped for a while or hangs in the disk. */
static int end_with_planner(struct err *err)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return err_set(err, ERR_IO, "ending with the planner: %s", strerror(errno));
	return 0;
}

/* No core and no ptrace by others: the process may hold a password (I16). */
static int hide_memory(struct err *err)
{
	const struct rlimit none = {0, 0};
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || setrlimit(RLIMIT_CORE, &none) < 0)
		return err_set(err, ERR_IO, "hiding this process's memory: %s", strerror(errno));
	return 0;
}

/* sd_listen_fds(3) without the library: one descriptor, meant for this process, or none at all. */
static int check_listen_variables(struct err *err)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	bool ours = pid != NULL && strtol(pid, NULL, 10) == getpid();
	if (ours && (fds == NULL || strcmp(fds, "1") != 0))
		return err_set(err, ERR_INVALID, "the service manager must pass exactly one socket");
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return 0;
}

static int take_channel_descriptor(const char *name, struct err *err)
{
	struct stat st;
	if (fstat(HELPER_CHANNEL_FD, &st) < 0 || !S_ISSOCK(st.st_mode))
		return err_set(err, ERR_INVALID, "%s is started by duaalsyncd or by its own unit, not by hand", name);
	int flags = fcntl(HELPER_CHANNEL_FD, F_GETFL);
	if (flags < 0 || fcntl(HELPER_CHANNEL_FD, F_SETFL, flags & ~O_NONBLOCK) < 0 ||
	    fcntl(HELPER_CHANNEL_FD, F_SETFD, FD_CLOEXEC) < 0)
		return err_set(err, ERR_IO, "descriptor %d: %s", HELPER_CHANNEL_FD, strerror(errno));
	if (close_range(HELPER_CHANNEL_FD + 1, ~0u, 0) < 0)
		return err_set(err, ERR_IO, "closing inherited descriptors: %s", strerror(errno));
	return 0;
}

/* A unit is the service manager's child, which does not go when the planner does: it takes one planner and ends with it. */
static int meet_planner(const char *name, unsigned grace_s, struct err *err)
{
	if (!connection_is_listening(HELPER_CHANNEL_FD))
		return end_with_planner(err);
	int code = connection_take(HELPER_CHANNEL_FD, name, err);
	return code < 0 ? code : connection_end_with(HELPER_CHANNEL_FD, grace_s, err);
}

int helper_start(int argc, char **argv, const char *name, unsigned grace_s, struct channel **ret, struct err *err)
{
	int code = check_arguments(argc, argv, name, err);
	if (code == 0)
		code = fill_standard_descriptors(err);
	if (code == 0)
		code = check_listen_variables(err);
	if (code == 0)
		code = take_channel_descriptor(name, err);
	if (code == 0)
		code = reset_signals(err);
	if (code == 0)
		code = hide_memory(err);
	umask(077);
	if (code == 0)
		code = meet_planner(name, grace_s, err);
	return code < 0 ? code : channel_new(HELPER_CHANNEL_FD, ret, err);
}

int helper_receive(struct channel *channel, uint16_t *type, const void **body, size_t *len, struct err *err)
{
	int code = channel_next(channel, type, body, len, err);
	if (code == 0)
		return err_set(err, ERR_PROTOCOL, "the channel does not wait for records");
	return code < 0 ? code : 0;
}

int helper_send(struct channel *channel, uint16_t type, const struct buf *body, struct err *err)
{
	if (body != NULL && buf_failed(body))
		return err_nomem(err);
	int code = channel_put(channel, type, body != NULL ? body->at : NULL, body != NULL ? body->len : 0, err);
	return code < 0 ? code : channel_flush(channel, err);
}

int helper_send_failure(struct channel *channel, const struct err *failure, int result, struct err *err)
{
	const struct failure said = {.code = failure->code, .result = result, .text = text_of(failure->text)};
	struct buf body;
	buf_init(&body);
	failure_encode(&body, &said);
	int code = helper_send(channel, M_FAILURE, &body, err);
	buf_done(&body);
	return code;
}
