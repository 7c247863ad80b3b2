/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_run_helper.c - a helper as a child of the planner, and the planner's side of it: every way to end is heard once.
 *
 * The children are this program under other names, which say what they do.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "run/client.h"
#include "own_children.h"
#include "run_until.h"
#include "wire/channel.h"
#include "wire/record.h"

#define MANY 200000u
#define TWO_PACKETS                                                                                                    \
	4200u /* of the smallest records: more than are taken in one go, and the rest is in the packet already */

/* ---- the children -------------------------------------------------------------------------------- */

static void child_send(struct channel *channel, uint16_t type, const void *body, size_t len)
{
	struct err err;
	if (channel_put(channel, type, body, len, &err) < 0)
		_exit(9);
}

static void child_flush(struct channel *channel)
{
	struct err err;
	if (channel_flush(channel, &err) < 0)
		_exit(9);
}

static uint16_t child_receive(struct channel *channel)
{
	struct err err;
	uint16_t type = 0;
	const void *body;
	size_t len;
	if (channel_next(channel, &type, &body, &len, &err) != 1)
		_exit(0); /* the planner has gone */
	return type;
}

static void child_fail(struct channel *channel, const char *why)
{
	const struct failure failure = {.code = ERR_INCOMPLETE, .text = text_of(why)};
	struct buf body;
	buf_init(&body);
	failure_encode(&body, &failure);
	child_send(channel, M_FAILURE, body.at, body.len);
	buf_done(&body);
	child_flush(channel);
}

static void child_many(struct channel *channel)
{
	for (uint32_t i = 0; i < MANY; i++)
		child_send(channel, M_ENTRY, &i, sizeof(i));
	child_flush(channel);
}

static int child(const char *name)
{
	struct channel *channel = NULL;
	struct err err;
	if (channel_new(3, &channel, &err) < 0)
		return 9;
	if (strcmp(name, "crash-at-once") == 0)
		kill(getpid(), SIGUSR2);
	uint16_t first = child_receive(channel);
	if (strcmp(name, "exit-4") == 0)
		_exit(4);
	if (strcmp(name, "last-words") == 0) {
		child_many(channel);
		_exit(0);
	}
	if (strcmp(name, "waits") == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* stopped, it would not hear that the planner has gone */
		for (uint32_t i = 0; i < TWO_PACKETS; i++)
			child_send(channel, M_ENTRY, &i, sizeof(i));
		child_flush(channel);
		raise(SIGSTOP); /* all of it is in the socket */
	}
	if (strcmp(name, "crash") == 0)
		kill(getpid(), SIGKILL);
	if (strcmp(name, "garbage") == 0) {
		(void)!send(3, "these are not the bytes", 23, 0);
		pause();
	}
	if (strcmp(name, "closes") == 0) {
		channel_free(channel);
		pause(); /* the planner does not wait for ever */
	}
	if (strcmp(name, "stall") == 0) {
		alarm(1);
		pause();
	}
	if (strcmp(name, "deaf") == 0)
		pause();
	if (strcmp(name, "environment") == 0) {
		bool clean = getenv("SECRET") == NULL && getenv("LDAPNOINIT") != NULL && fcntl(4, F_GETFD) < 0;
		sigset_t mask;
		sigprocmask(SIG_SETMASK, NULL, &mask);
		child_send(channel, clean && sigismember(&mask, SIGCHLD) == 0 ? M_CERTIFICATE : M_PROGRESS, NULL, 0);
		child_flush(channel);
	}
	if (strcmp(name, "one-word") == 0) {
		child_send(channel, child_receive(channel), NULL, 0);
		child_flush(channel);
		_exit(0);
	}
	if (strcmp(name, "says-no") == 0 && first == M_HELLO) {
		child_send(channel, M_READY, NULL, 0);
		for (;;) {
			child_receive(channel);
			child_fail(channel, "page 3 is missing");
		}
	}
	for (uint32_t i = 0;; i++) { /* echo */
		uint16_t type = child_receive(channel);
		child_send(channel, type, &i, sizeof(i));
		child_flush(channel);
	}
}

/* ---- the planner --------------------------------------------------------------------------------- */

static char dir[] = "/tmp/duaal-run-XXXXXX";
static sd_event *loop;

static struct heard {
	uint32_t records, gone, drained, last;
	uint16_t type;
	bool in_order, free_in_record, free_in_drained;
	struct err why;
	struct helper_process *process;
} heard;

static void on_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	struct heard *h = ctx;
	if (len == sizeof(h->last))
		memcpy(&h->last, body, len);
	h->in_order = h->in_order && h->last == h->records;
	h->records++;
	h->type = type;
	if (h->free_in_record)
		h->process = helper_process_free(h->process);
}

static void on_gone(void *ctx, const struct err *why)
{
	struct heard *h = ctx;
	h->gone++;
	h->why = *why;
	h->process = helper_process_free(h->process);
}

static void on_drained(void *ctx)
{
	struct heard *h = ctx;
	h->drained++;
	if (h->free_in_drained)
		h->process = helper_process_free(h->process);
}

static void start(const char *name)
{
	const struct helper_events events = {
		.ctx = &heard, .record = on_record, .gone = on_gone, .drained = on_drained};
	struct err err = {0};
	heard = (struct heard){.in_order = true};
	const struct helper_place place = {.programs = dir};
	const struct helper_kind kind = {name, name};
	if (helper_process_new(loop, &place, &kind, &events, &heard.process, &err) < 0)
		fail_msg("%s", err.text);
}

static void say(uint16_t type)
{
	struct err err = {0};
	assert_int_equal(helper_process_put(heard.process, type, NULL, &err), 0);
	assert_int_equal(helper_process_flush(heard.process, &err), 0);
}

static const char *const children[] = {"crash-at-once", "exit-4",   "last-words", "crash", "garbage",
				       "closes",        "stall",    "deaf",       "echo",  "environment",
				       "says-no",       "one-word", "waits",      NULL};

CHILDREN_GROUP(dir, loop, children)

static void each_end_is_told_once(void **state)
{
	static const struct {
		const char *name;
		int code;
		const char *says;
	} ends[] = {{"crash-at-once", ERR_UNAVAILABLE, "(User defined signal 2)"},
		    {"crash", ERR_UNAVAILABLE, "signal 9"},
		    {"exit-4", ERR_UNAVAILABLE, "status 4"},
		    {"garbage", ERR_PROTOCOL, "garbage: "},
		    {"stall", ERR_TIMEOUT, "no progress"},
		    {"closes", ERR_UNAVAILABLE, "signal 9"}};
	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		start(ends[i].name);
		say(M_READ);
		RUN_UNTIL(heard.gone > 0);
		sd_event_run(loop, 0);
		assert_int_equal(heard.gone, 1);
		assert_int_equal(heard.records, 0);
		if (heard.why.code != ends[i].code || strstr(heard.why.text, ends[i].says) == NULL)
			fail_msg("%s: %d %s", ends[i].name, heard.why.code, heard.why.text);
		assert_null(heard.process);
	}
}

/* What it said before it ended is heard first, all of it and in order. */
static void last_words_are_heard(void **state)
{
	(void)state;
	start("last-words");
	say(M_READ);
	RUN_UNTIL(heard.gone > 0);
	assert_int_equal(heard.records, MANY);
	assert_true(heard.in_order);
}

/* The socket falls silent with the last packet: what stands in it is heard all the same. */
static void the_last_packet_is_heard(void **state)
{
	siginfo_t stopped;
	(void)state;
	start("waits");
	say(M_READ);
	assert_int_equal(waitid(P_ALL, 0, &stopped, WSTOPPED), 0);
	RUN_UNTIL(heard.records == TWO_PACKETS);
	assert_true(heard.in_order);
	heard.process = helper_process_free(heard.process);
}

static void a_clean_start(void **state)
{
	(void)state;
	start("environment");
	say(M_HELLO);
	RUN_UNTIL(heard.records > 0);
	assert_int_equal(heard.type, M_CERTIFICATE);
	heard.process = helper_process_free(heard.process);
}

static void no_such_program(void **state)
{
	const struct helper_events events = {.ctx = &heard, .record = on_record, .gone = on_gone};
	const struct helper_place place = {.programs = dir};
	const struct helper_kind kind = {"missing", "missing"};
	struct helper_process *process = NULL;
	struct err err = {0};
	(void)state;
	assert_int_equal(helper_process_new(loop, &place, &kind, &events, &process, &err), ERR_IO);
	assert_null(process);
	assert_non_null(strstr(err.text, "/missing: No such file"));
}

static void freed_by_its_own_record(void **state)
{
	(void)state;
	start("last-words");
	heard.free_in_record = true;
	say(M_READ);
	RUN_UNTIL(heard.process == NULL);
	sd_event_run(loop, 0);
	assert_int_equal(heard.records, 1);
	assert_int_equal(heard.gone, 0);
}

/* More than the socket takes waits, is told as drained once it has left, and may then lose its owner. */
static void output_waits(void **state)
{
	static char body[60000];
	struct err err = {0};
	struct buf large = {.at = body, .len = sizeof(body), .capacity = sizeof(body)};
	uint32_t sent = 0;
	(void)state;
	start("echo");
	while (!helper_process_is_full(heard.process)) {
		assert_int_equal(helper_process_put(heard.process, M_ENTRY, &large, &err), 0);
		sent++;
	}
	assert_int_equal(helper_process_put(heard.process, M_ENTRY, &large, &err), ERR_LIMIT);
	RUN_UNTIL(heard.drained > 0);
	RUN_UNTIL(heard.records == sent - 1); /* the first one was not echoed */
	assert_int_equal(heard.drained, 1);
	assert_false(helper_process_is_full(heard.process));
	heard.free_in_drained = true;
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(helper_process_put(heard.process, M_ENTRY, &large, &err), 0);
	RUN_UNTIL(heard.process == NULL);
	assert_int_equal(heard.gone, 0);
}

/* ---- the client ---------------------------------------------------------------------------------- */

static struct answers {
	uint32_t records, failed;
	uint16_t type;
	struct err why;
	struct client *again; /* asked again in failed() */
} answers;

static void client_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	struct answers *a = ctx;
	(void)body;
	(void)len;
	a->records++;
	a->type = type;
}

static void client_failed(void *ctx, const struct err *why)
{
	struct answers *a = ctx;
	struct err err = {0};
	a->failed++;
	a->why = *why;
	if (a->again != NULL && a->failed < 3)
		assert_int_equal(client_request(a->again, M_READ, NULL, &err), 0);
}

static void open_client(struct client *c, const char *name)
{
	answers = (struct answers){0};
	const struct helper_place place = {.programs = dir};
	const struct helper_kind kind = {name, name};
	client_init(c, loop, &place, &kind);
	c->ctx = &answers;
	c->record = client_record;
	c->failed = client_failed;
}

static void request(struct client *c)
{
	struct err err = {0};
	assert_int_equal(client_request(c, M_READ, NULL, &err), 0);
	assert_true(c->busy);
}

static void a_death_fails_the_request(void **state)
{
	struct client c;
	(void)state;
	open_client(&c, "crash");
	request(&c);
	RUN_UNTIL(answers.failed > 0);
	assert_int_equal(answers.failed, 1);
	assert_false(c.busy);
	assert_null(c.process);
	request(&c); /* a new one */
	RUN_UNTIL(answers.failed > 1);
	client_done_with(&c);
}

static void asked_again_in_its_failure(void **state)
{
	struct client c;
	(void)state;
	open_client(&c, "exit-4");
	answers.again = &c;
	request(&c);
	RUN_UNTIL(answers.failed == 3);
	sd_event_run(loop, 0);
	assert_int_equal(answers.failed, 3);
	client_done_with(&c);
}

/* The helper's own word fails the request and leaves it in service. */
static void a_failure_is_its_own_word(void **state)
{
	struct client c;
	(void)state;
	open_client(&c, "says-no");
	for (uint32_t i = 1; i <= 3; i++) {
		request(&c);
		RUN_UNTIL(answers.failed == i);
		assert_int_equal(answers.why.code, ERR_INCOMPLETE);
		assert_string_equal(answers.why.text, "page 3 is missing");
		assert_non_null(c.process);
	}
	assert_int_equal(answers.records, 0);
	client_done_with(&c);
}

static void nothing_is_heard_of_what_was_not_asked(void **state)
{
	struct client c;
	(void)state;
	open_client(&c, "echo");
	request(&c);
	RUN_UNTIL(answers.records == 1);
	client_finish(&c);
	struct err err = {0};
	assert_int_equal(client_put(&c, M_READ, NULL, &err), 0);
	assert_int_equal(client_flush(&c, &err), 0);
	for (int i = 0; i < 5; i++)
		sd_event_run(loop, 20000);
	assert_int_equal(answers.records, 1);
	client_done_with(&c);
	assert_int_equal(answers.failed, 0);
}

/* An end between two requests fails none; the next one starts another helper. */
static void an_end_between_requests(void **state)
{
	struct client c;
	(void)state;
	open_client(&c, "one-word");
	for (uint32_t i = 1; i <= 2; i++) {
		request(&c);
		RUN_UNTIL(answers.records == i);
		client_finish(&c);
		RUN_UNTIL(c.process == NULL);
	}
	assert_int_equal(answers.failed, 0);
	client_done_with(&c);
}

/* A restart is silent, and a helper that does not listen is ended too. */
static void restarted_without_a_word(void **state)
{
	struct client c;
	(void)state;
	open_client(&c, "deaf");
	request(&c);
	client_restart(&c);
	assert_null(c.process);
	assert_false(c.busy);
	for (int i = 0; i < 3; i++)
		sd_event_run(loop, 20000);
	assert_int_equal(answers.failed, 0);
	client_done_with(&c);
}

/* Half a request is none: nobody stays who heard only a part. */
static void a_request_that_cannot_be_made(void **state)
{
	struct client c;
	struct err err = {0};
	struct buf broken = {.failed = true};
	(void)state;
	open_client(&c, "echo");
	assert_int_equal(client_request(&c, M_ASK, &broken, &err), ERR_NOMEM);
	assert_null(c.process);
	assert_false(c.busy);
	c.kind.program = "missing";
	assert_int_equal(client_request(&c, M_READ, NULL, &err), ERR_IO);
	assert_int_equal(client_put(&c, M_READ, NULL, &err), ERR_UNAVAILABLE);
	assert_false(c.busy);
	client_done_with(&c);
}

int main(int argc, char **argv)
{
	const char *name = children_name(argv[0], children);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_end_is_told_once),
		cmocka_unit_test(last_words_are_heard),
		cmocka_unit_test(the_last_packet_is_heard),
		cmocka_unit_test(a_clean_start),
		cmocka_unit_test(no_such_program),
		cmocka_unit_test(freed_by_its_own_record),
		cmocka_unit_test(output_waits),
		cmocka_unit_test(a_death_fails_the_request),
		cmocka_unit_test(asked_again_in_its_failure),
		cmocka_unit_test(a_failure_is_its_own_word),
		cmocka_unit_test(nothing_is_heard_of_what_was_not_asked),
		cmocka_unit_test(an_end_between_requests),
		cmocka_unit_test(restarted_without_a_word),
		cmocka_unit_test(a_request_that_cannot_be_made),
	};
	(void)argc;
	if (name != NULL)
		return child(name);
	setenv("SECRET", "x", 1);
	signal(SIGPIPE, SIG_IGN);
	log_open(LOG_SINK_STDERR, 1, "", 0);
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
