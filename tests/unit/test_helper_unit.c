/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_helper_unit.c - planner and helper meet at a socket of the service manager: who is served, how either hears of the
 * other's end. The service manager is played by this program: it listens, and a child of it is the helper.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/helper.h"
#include "run/helper_process.h"
#include "run/helper_spawn.h"
#include "run_until.h"

#define STRANGER 12345u

static const struct helper_kind kind = {"duaal-test", "unit"};
static char dir[] = "/tmp/duaal-unit-XXXXXX", path[64];
static sd_event *loop;
static int listening = -1, said[2]; /* the helper's standard error */
static pid_t helper;

static struct heard {
	uint32_t records, gone;
	struct err why;
	struct helper_process *process;
} heard;

/* ---- the service manager and its helper ------------------------------------------------------------ */

static int listen_at(const char *at)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	snprintf(address.sun_path, sizeof address.sun_path, "%s", at);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(fd, 4), 0);
	return fd;
}

/* Its result is the exit status; above 100: it could not be started. */
static void start_unit(int fd, int (*body)(struct channel *channel))
{
	helper = fork();
	assert_true(helper >= 0);
	if (helper > 0)
		return;
	static char *argv[] = {(char *)"duaal-test", NULL};
	struct channel *channel = NULL;
	struct err err = {0};
	dup2(said[1], 2);
	dup2(fd, 3);
	if (helper_start(1, argv, "duaal-test", 0, &channel, &err) < 0) {
		fprintf(stderr, "%s", err.text);
		_exit(101);
	}
	_exit(body(channel));
}

static int exit_of_unit(void)
{
	int status = 0;
	assert_int_equal(waitpid(helper, &status, 0), helper);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

static int greets_and_hangs(struct channel *channel)
{
	struct err err = {0};
	if (helper_send(channel, M_READY, NULL, &err) < 0)
		return 1;
	for (;;) /* in the middle of something that does not look at the channel */
		pause();
}

static int greets_and_exits(struct channel *channel)
{
	struct err err = {0};
	return helper_send(channel, M_READY, NULL, &err) < 0 ? 1 : 4;
}

static int exits(struct channel *channel)
{
	(void)channel;
	return 5;
}

/* ---- the planner ------------------------------------------------------------------------------------ */

static void on_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	(void)ctx;
	(void)type;
	(void)body;
	(void)len;
	heard.records++;
}

static void on_gone(void *ctx, const struct err *why)
{
	(void)ctx;
	heard.gone++;
	heard.why = *why;
	heard.process = helper_process_free(heard.process);
}

static int connect_to(const char *sockets, struct err *err)
{
	const struct helper_place place = {.sockets = sockets, .answer_s = 1};
	const struct helper_events events = {.record = on_record, .gone = on_gone};
	heard = (struct heard){0};
	return helper_process_new(loop, &place, &kind, &events, &heard.process, err);
}

static void meet(int (*body)(struct channel *channel))
{
	struct err err = {0};
	start_unit(listening, body);
	assert_int_equal(connect_to(dir, &err), 0);
}

/* ---- cases ------------------------------------------------------------------------------------------ */

static void it_ends_with_the_planner(void **state)
{
	(void)state;
	meet(greets_and_hangs);
	RUN_UNTIL(heard.records > 0);
	heard.process = helper_process_free(heard.process);
	assert_int_equal(exit_of_unit(), 0);
	assert_int_equal(heard.gone, 0);
}

/* Longer than it has for its first word: that time does not end a connection on which something was said. */
static void it_may_take_its_time_later(void **state)
{
	(void)state;
	meet(greets_and_hangs);
	RUN_UNTIL(heard.records > 0);
	for (time_t end = time(NULL) + 3; time(NULL) < end;)
		sd_event_run(loop, 100000);
	assert_int_equal(heard.gone, 0);
	heard.process = helper_process_free(heard.process);
	assert_int_equal(exit_of_unit(), 0);
}

static void its_end_is_heard_once(void **state)
{
	static const struct {
		int (*body)(struct channel *channel);
		int status;
		const char *says;
	} ends[] = {{greets_and_exits, 4, "duaal-test has ended; 'journalctl -u duaalsync-unit*'"},
		    {exits, 5, "duaal-test went before it said anything"}};
	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		meet(ends[i].body);
		RUN_UNTIL(heard.gone > 0);
		sd_event_run(loop, 0);
		assert_int_equal(heard.gone, 1);
		assert_int_equal(heard.why.code, ERR_UNAVAILABLE);
		assert_non_null(strstr(heard.why.text, ends[i].says));
		assert_int_equal(exit_of_unit(), ends[i].status);
	}
}

static void nobody_listens(void **state)
{
	struct err err = {0};
	(void)state;
	assert_int_equal(connect_to("/nowhere", &err), ERR_UNAVAILABLE);
	assert_string_equal(err.text,
			    "/nowhere/unit: No such file or directory; is duaalsync-unit.socket of this instance "
			    "running?");
	err = (struct err){0};
	char deep[200];
	memset(deep, 'a', sizeof deep - 1);
	deep[0] = '/';
	deep[sizeof deep - 1] = '\0';
	assert_int_equal(connect_to(deep, &err), ERR_INVALID);
	assert_null(heard.process);
}

/* What a sentence tells somebody to look at has to be there. */
static void a_further_source_has_a_unit_of_another_name(void **state)
{
	static const char *const units[][2] = {{"source", "source"},
					       {"ledger-reader", "ledger-reader"},
					       {"source-basis", "more-source@basis"},
					       {"source-a-b", "more-source@a-b"}};
	(void)state;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		char unit[HELPER_UNIT_SIZE];
		helper_unit_name(units[i][0], unit);
		assert_string_equal(unit, units[i][1]);
	}
}

/* The connection stands, and no unit starts. */
static void nobody_answers(void **state)
{
	struct err err = {0};
	(void)state;
	assert_int_equal(connect_to(dir, &err), 0);
	RUN_UNTIL(heard.gone > 0);
	assert_int_equal(heard.gone, 1);
	assert_int_equal(heard.why.code, ERR_TIMEOUT);
	assert_non_null(strstr(heard.why.text, "duaal-test: no answer in 1 s"));
	int left = accept(listening, NULL, NULL); /* for those who come after this test */
	close(left);
}

static void a_socket_without_a_path(void **state)
{
	struct sockaddr_un none = {.sun_family = AF_UNIX};
	char words[512] = {0};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&none, sizeof none.sun_family), 0);
	assert_int_equal(listen(fd, 1), 0);
	start_unit(fd, exits);
	assert_int_equal(exit_of_unit(), 101);
	assert_true(read(said[0], words, sizeof words - 1) > 0);
	assert_non_null(strstr(words, "has no path"));
	close(fd);
}

static int connect_as(uid_t uid)
{
	pid_t child = fork();
	if (child == 0) {
		struct sockaddr_un address = {.sun_family = AF_UNIX};
		char byte;
		int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
		snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
		if (setresuid(uid, uid, uid) < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
			_exit(2);
		_exit(recv(fd, &byte, 1, 0) > 0 ? 0 : 1);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	return WEXITSTATUS(status);
}

static bool is_root(void)
{
	if (geteuid() == 0)
		return true;
	skip();
	return false;
}

/* Even the superuser: what is asked on that connection decides about access, and is the planner's alone. */
static void others_are_sent_away(void **state)
{
	char words[512] = {0};
	(void)state;
	if (!is_root())
		return;
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(chown(path, STRANGER, STRANGER), 0);
	start_unit(listening, greets_and_hangs);
	assert_int_equal(connect_as(0), 1);
	assert_int_equal(connect_as(STRANGER), 0);
	assert_int_equal(exit_of_unit(), 0);
	assert_int_equal(chown(path, 0, 0), 0);
	assert_true(read(said[0], words, sizeof words - 1) > 0);
	assert_non_null(strstr(words, "duaal-test: uid 0 ("));
	assert_non_null(strstr(words, "only uid 12345"));
}

/* A socket that somebody else put there is not the service manager's. */
static void a_stranger_listens(void **state)
{
	char folder[80], at[100];
	int told[2];
	struct err err = {0};
	(void)state;
	if (!is_root())
		return;
	snprintf(folder, sizeof folder, "%s/theirs", dir);
	snprintf(at, sizeof at, "%s/unit", folder);
	assert_int_equal(mkdir(folder, 0777), 0);
	assert_int_equal(chmod(folder, 0777), 0);
	assert_int_equal(pipe(told), 0);
	pid_t child = fork();
	if (child == 0) {
		if (setresuid(STRANGER, STRANGER, STRANGER) < 0)
			_exit(1);
		int fd = listen_at(at);
		(void)!write(told[1], "x", 1);
		sleep(fd >= 0 ? 30 : 0);
		_exit(0);
	}
	char byte;
	assert_int_equal(read(told[0], &byte, 1), 1);
	assert_int_equal(connect_to(folder, &err), ERR_DENIED);
	assert_non_null(strstr(err.text, "uid 12345 listens there"));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	unlink(at);
	rmdir(folder);
	close(told[0]);
	close(told[1]);
}

static int group_setup(void **state)
{
	sigset_t set;
	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (mkdtemp(dir) == NULL || sd_event_new(&loop) < 0 || pipe(said) < 0)
		return -1;
	snprintf(path, sizeof path, "%s/unit", dir);
	listening = listen_at(path);
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	unlink(path);
	rmdir(dir);
	sd_event_unref(loop);
	return waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD ? 0 : -1; /* nobody is left behind */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_ends_with_the_planner),
		cmocka_unit_test(it_may_take_its_time_later),
		cmocka_unit_test(its_end_is_heard_once),
		cmocka_unit_test(nobody_listens),
		cmocka_unit_test(a_further_source_has_a_unit_of_another_name),
		cmocka_unit_test(nobody_answers),
		cmocka_unit_test(a_socket_without_a_path),
		cmocka_unit_test(others_are_sent_away),
		cmocka_unit_test(a_stranger_listens),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
