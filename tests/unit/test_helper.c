/* SPDX-License-Identifier: EUPL-1.2 */
/* test_helper.c - what helper_start makes of the process it finds itself in; each case in a child of its own. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/helper.h"

static char *plain[] = {"duaal-test", NULL};

struct child {
	pid_t pid;
	int peer, output; /* of its channel; of its standard output */
};

/* Runs body in a child whose descriptor 3 is one end of a channel. Its result is the exit status. */
static struct child run(int (*body)(void), int type)
{
	struct child child;
	int fds[2], pipes[2];
	assert_int_equal(socketpair(AF_UNIX, type, 0, fds), 0);
	assert_int_equal(pipe(pipes), 0);
	child.pid = fork();
	if (child.pid == 0) {
		int channel = fcntl(fds[1], F_DUPFD, 20), out = fcntl(pipes[1], F_DUPFD, 20);
		if (dup2(channel, 3) != 3 || dup2(out, 1) != 1 || dup2(out, 2) != 2)
			_exit(120);
		for (int fd = 4; fd < 20; fd++)
			close(fd);
		_exit(body());
	}
	close(fds[1]);
	close(pipes[1]);
	child.peer = fds[0];
	child.output = pipes[0];
	return child;
}

static int end(struct child *child)
{
	int status = 0;
	assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
	close(child->peer);
	close(child->output);
	return status;
}

static void expect_exit(int (*body)(void), int type, int status)
{
	struct child child = run(body, type);
	int got = end(&child);
	if (!WIFEXITED(got) || WEXITSTATUS(got) != status)
		fail_msg("status %x instead of exit %d", (unsigned)got, status);
}

static int start(char **argv, struct channel **channel, struct err *err)
{
	int argc = 0;
	while (argv[argc] != NULL)
		argc++;
	return helper_start(argc, argv, "duaal-test", 0, channel, err);
}

static int clean_process(void)
{
	struct channel *channel = NULL;
	struct err err = {0};
	sigset_t all, now;
	struct rlimit core;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL); /* as a planner with an event loop leaves it */
	signal(SIGALRM, SIG_IGN);
	fcntl(3, F_SETFL, O_RDWR | O_NONBLOCK);
	close(0);
	if (start(plain, &channel, &err) < 0)
		return 1;
	sigprocmask(SIG_SETMASK, NULL, &now);
	if (sigismember(&now, SIGALRM) || sigismember(&now, SIGTERM) || signal(SIGALRM, SIG_DFL) != SIG_DFL)
		return 2;
	if (signal(SIGPIPE, SIG_IGN) != SIG_IGN)
		return 3;
	if (fcntl(20, F_GETFD) != -1 || fcntl(21, F_GETFD) != -1 || fcntl(0, F_GETFD) < 0)
		return 4;
	if ((fcntl(3, F_GETFL) & O_NONBLOCK) != 0 || fcntl(3, F_GETFD) != FD_CLOEXEC)
		return 5;
	if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0 || getrlimit(RLIMIT_CORE, &core) < 0 || core.rlim_max != 0)
		return 6;
	channel_free(channel);
	return 0;
}

static void test_process_is_prepared(void **state)
{
	(void)state;
	expect_exit(clean_process, SOCK_SEQPACKET, 0);
}

static int echo(void)
{
	struct channel *channel = NULL;
	struct err err = {0};
	uint16_t type;
	const void *body;
	size_t len;
	if (start(plain, &channel, &err) < 0 || helper_send(channel, M_READY, NULL, &err) < 0)
		return 1;
	if (helper_receive(channel, &type, &body, &len, &err) < 0 || type != M_READ || len != 2)
		return 2;
	const struct err failure = {.code = ERR_INCOMPLETE, .text = "page 3"};
	if (helper_send_failure(channel, &failure, 4, &err) < 0)
		return 3;
	if (helper_receive(channel, &type, &body, &len, &err) != ERR_UNAVAILABLE)
		return 4;
	channel_free(channel);
	return 0;
}

static void test_talk(void **state)
{
	(void)state;
	struct child child = run(echo, SOCK_SEQPACKET);
	struct channel *channel = NULL;
	struct err err = {0};
	struct failure failure;
	uint16_t type = 0;
	const void *body;
	size_t len;
	assert_int_equal(channel_new(dup(child.peer), &channel, &err), 0);
	assert_int_equal(channel_next(channel, &type, &body, &len, &err), 1);
	assert_int_equal(type, M_READY);
	assert_int_equal(channel_put(channel, M_READ, "xy", 2, &err), 0);
	assert_int_equal(channel_flush(channel, &err), 0);
	assert_int_equal(channel_next(channel, &type, &body, &len, &err), 1);
	assert_int_equal(type, M_FAILURE);
	assert_int_equal(failure_decode(body, len, &failure, &err), 0);
	assert_int_equal(failure.code, ERR_INCOMPLETE);
	assert_int_equal(failure.result, 4);
	assert_true(text_equal(failure.text, text_of("page 3")));
	channel_free(channel);
	close(child.peer);
	child.peer = -1;
	assert_int_equal(end(&child), 0);
}

static int stalled(void)
{
	struct channel *channel = NULL;
	struct err err = {0};
	uint16_t type;
	const void *body;
	size_t len;
	if (start(plain, &channel, &err) < 0)
		return 1;
	alarm(1);
	return helper_receive(channel, &type, &body, &len, &err) < 0 ? 2 : 3;
}

static void test_alarm_ends_it(void **state)
{
	(void)state;
	struct child child = run(stalled, SOCK_SEQPACKET);
	int status = end(&child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGALRM);
}

static int refused_with(char **argv, const char *word)
{
	struct channel *channel = NULL;
	struct err err = {0};
	return start(argv, &channel, &err) == ERR_INVALID && strstr(err.text, word) != NULL ? 0 : 1;
}

static int by_hand(void)
{
	close(3);
	return refused_with(plain, "not by hand");
}

static int with_terminal(void)
{
	dup2(open("/dev/null", O_RDWR), 3);
	return refused_with(plain, "not by hand");
}

static int with_stream(void)
{
	return refused_with(plain, "SOCK_SEQPACKET");
}

static int with_arguments(void)
{
	char *argv[] = {"duaal-test", "--help", NULL};
	return refused_with(argv, "no arguments");
}

static int with_two_sockets(void)
{
	char pid[16];
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "2", 1);
	return refused_with(plain, "exactly one");
}

static void test_refusals(void **state)
{
	(void)state;
	expect_exit(by_hand, SOCK_SEQPACKET, 0);
	expect_exit(with_terminal, SOCK_SEQPACKET, 0);
	expect_exit(with_stream, SOCK_STREAM, 0);
	expect_exit(with_arguments, SOCK_SEQPACKET, 0);
	expect_exit(with_two_sockets, SOCK_SEQPACKET, 0);
}

static int as_a_unit(void)
{
	struct channel *channel = NULL;
	struct err err = {0};
	char pid[16];
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	if (start(plain, &channel, &err) < 0)
		return 1;
	channel_free(channel);
	return getenv("LISTEN_PID") == NULL && getenv("LISTEN_FDS") == NULL ? 0 : 2;
}

static void test_socket_from_the_service_manager(void **state)
{
	(void)state;
	expect_exit(as_a_unit, SOCK_SEQPACKET, 0);
}

static int version(void)
{
	char *argv[] = {"duaal-test", "--version", NULL};
	struct channel *channel = NULL;
	struct err err = {0};
	(void)!start(argv, &channel, &err);
	return 1;
}

static void test_version(void **state)
{
	(void)state;
	char said[128] = {0};
	struct child child = run(version, SOCK_SEQPACKET);
	assert_true(read(child.output, said, sizeof(said) - 1) > 0);
	assert_int_equal(end(&child), 0);
	assert_string_equal(said, "duaal-test (duaalsync) " PACKAGE_VERSION "\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_process_is_prepared),
		cmocka_unit_test(test_talk),
		cmocka_unit_test(test_alarm_ends_it),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_socket_from_the_service_manager),
		cmocka_unit_test(test_version),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
