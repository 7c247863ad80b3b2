/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_varlink_server.c - framing, errors, rights and limits of the Varlink server, with methods of its own.
 */
#include "unit.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "control/varlink_parts.h"
#include "varlink_peer.h"

#define TEST_GROUP 4711
#define ECHO(text) "{\"method\":\"a.b.Echo\",\"parameters\":{\"text\":\"" text "\"}}"

struct bench {
	sd_event *loop;
	struct varlink_server *server;
	struct varlink_call *kept;
	struct varlink_settings set;
	char dir[32], path[64];
	int gone, handled;
};

static struct bench bench;

static void echo(struct varlink_call *call, void *ctx)
{
	struct bench *b = ctx;
	int64_t number = 0;
	b->handled++;
	json_t *parameters = json_pack("{s:s?}", "text", varlink_call_string(call, "text"));
	if (varlink_call_int(call, "number", &number))
		json_object_set_new(parameters, "number", json_integer(number));
	varlink_call_reply(call, parameters);
}

static void on_gone(struct varlink_call *call, void *ctx)
{
	struct bench *b = ctx;
	assert_ptr_equal(call, b->kept);
	b->kept = NULL;
	b->gone++;
}

static void keep(struct varlink_call *call, void *ctx)
{
	struct bench *b = ctx;
	b->kept = call;
	varlink_call_keep(call, on_gone, b);
}

static void large(struct varlink_call *call, void *ctx)
{
	(void)ctx;
	static char text[2000000];
	memset(text, 'x', sizeof(text) - 1);
	varlink_call_reply(call, json_pack("{s:s}", "text", text));
}

static void too_large(struct varlink_call *call, void *ctx)
{
	(void)ctx;
	static char text[VARLINK_ANSWER_MAX + 1];
	memset(text, 'x', sizeof(text) - 1);
	varlink_call_reply(call, json_pack("{s:s}", "text", text));
}

static const struct varlink_parameter echo_parameters[] = {
	{"text", VARLINK_STRING, true}, {"number", VARLINK_INT, false}, {"flag", VARLINK_BOOL, false}, {0}};
static const struct varlink_method methods[] = {
	{"a.b.Echo", VARLINK_READ, false, echo_parameters, echo},
	{"a.b.Keep", VARLINK_READ, false, NULL, keep},
	{"a.b.Large", VARLINK_READ, false, NULL, large},
	{"a.b.TooLarge", VARLINK_READ, false, NULL, too_large},
	{"a.b.Later", VARLINK_READ, false, NULL, NULL},
	{"a.b.Stream", VARLINK_READ, true, NULL, keep},
	{"a.b.Do", VARLINK_OPERATE, false, NULL, keep},
	{"a.b.Decide", VARLINK_APPROVE, false, NULL, keep},
	{0},
};

static int start(void **state)
{
	(void)state;
	bench = (struct bench){.dir = "/tmp/test_varlink.XXXXXX"};
	assert_non_null(mkdtemp(bench.dir));
	assert_int_equal(chmod(bench.dir, 0755), 0);
	snprintf(bench.path, sizeof(bench.path), "%s/control", bench.dir);
	bench.set = (struct varlink_settings){.path = bench.path,
					      .socket_group = VARLINK_GROUP_NONE,
					      .groups = {0, TEST_GROUP, TEST_GROUP + 1, TEST_GROUP + 2},
					      .connections = 16,
					      .reserved = 2,
					      .request_max = 4096,
					      .idle_ms = 60000};
	if (geteuid() == 0)
		bench.set.socket_group = TEST_GROUP;
	assert_true(sd_event_new(&bench.loop) >= 0);
	assert_int_equal(varlink_server_new(bench.loop, &bench.set, methods, &bench, &bench.server, NULL), 0);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	varlink_server_free(bench.server);
	sd_event_unref(bench.loop);
	unlink(bench.path);
	assert_int_equal(rmdir(bench.dir), 0);
	return 0;
}

static void restart(void)
{
	bench.server = varlink_server_free(bench.server);
	assert_int_equal(varlink_server_new(bench.loop, &bench.set, methods, &bench, &bench.server, NULL), 0);
}

static struct peer meet(void)
{
	return peer_open(bench.loop, bench.path);
}

static void expect_error(const char *call, const char *error, const char *key, const char *value)
{
	struct peer p = meet();
	json_t *reply = peer_ask(&p, call);
	assert_string_equal(error_of(reply), error);
	if (key != NULL)
		assert_string_equal(text_in(reply, key), value);
	json_decref(reply);
	reply = peer_ask(&p, ECHO("still there"));
	assert_string_equal(text_in(reply, "text"), "still there");
	json_decref(reply);
	peer_close(&p);
}

static void errors_are_the_standards(void **state)
{
	(void)state;
	expect_error("{\"method\":\"a.b.None\"}", "org.varlink.service.MethodNotFound", "method", "a.b.None");
	expect_error("{\"method\":\"x.y.Z\"}", "org.varlink.service.InterfaceNotFound", "interface", "x.y");
	expect_error("{\"method\":\"a.b\"}", "org.varlink.service.InterfaceNotFound", "interface", "a");
	expect_error("{\"method\":\"\"}", "org.varlink.service.InterfaceNotFound", "interface", "");
	expect_error("{\"method\":\"a.b.Later\"}", "org.varlink.service.MethodNotImplemented", "method", "a.b.Later");
	expect_error("{\"method\":\"a.b.Stream\"}", "org.varlink.service.ExpectedMore", NULL, NULL);
	expect_error("{\"method\":\"a.b.Echo\",\"upgrade\":true,\"parameters\":{\"text\":\"\"}}",
		     "org.varlink.service.MethodNotImplemented", "method", "a.b.Echo");
}

static void parameters_are_checked_before_the_handler(void **state)
{
	(void)state;
	static const struct {
		const char *call, *parameter;
	} cases[] = {
		{"{\"method\":\"a.b.Echo\"}", "text"},
		{"{\"method\":\"a.b.Echo\",\"parameters\":null}", "text"},
		{"{\"method\":\"a.b.Echo\",\"parameters\":{\"text\":null}}", "text"},
		{"{\"method\":\"a.b.Echo\",\"parameters\":{\"text\":1}}", "text"},
		{"{\"method\":\"a.b.Echo\",\"parameters\":{\"text\":[\"x\"]}}", "text"},
		{"{\"method\":\"a.b.Echo\",\"parameters\":{\"text\":\"x\",\"number\":1.5}}", "number"},
		{"{\"method\":\"a.b.Echo\",\"parameters\":{\"text\":\"x\",\"number\":\"1\"}}", "number"},
		{"{\"method\":\"a.b.Echo\",\"parameters\":{\"text\":\"x\",\"flag\":0}}", "flag"},
		{"{\"method\":\"a.b.Echo\",\"parameters\":{\"text\":\"x\",\"other\":null}}", "other"},
		{"{\"method\":\"a.b.Keep\",\"parameters\":{\"text\":\"x\"}}", "text"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int before = bench.handled;
		expect_error(cases[i].call, "org.varlink.service.InvalidParameter", "parameter", cases[i].parameter);
		assert_int_equal(bench.handled, before + 1); /* the one that asks whether the connection lives */
		assert_null(bench.kept);
	}
}

static void answers_what_is_right(void **state)
{
	(void)state;
	struct peer p = meet();
	json_t *reply = peer_ask(
		&p, " {\"parameters\" : {\"text\":\"d\\u00e9\",\"number\":-3,\"flag\":null}, \"method\":\"a.b.Echo\", "
		    "\"more\":true, \"oneway\":false} ");
	assert_string_equal(error_of(reply), "");
	assert_string_equal(text_in(reply, "text"), "d\xc3\xa9");
	assert_int_equal(json_integer_value(json_object_get(json_object_get(reply, "parameters"), "number")), -3);
	assert_null(json_object_get(reply, "continues"));
	json_decref(reply);
	peer_close(&p);
}

static void a_broken_frame_closes(void **state)
{
	(void)state;
	static const char *const frames[] = {
		"",
		"x",
		"{",
		"[]",
		"\"a.b.Echo\"",
		"{}",
		"{\"method\":1}",
		"{\"method\":\"a.b.Keep\"} x",
		"{\"method\":\"a.b.Keep\"}{\"method\":\"a.b.Keep\"}",
		"{\"method\":\"a.b.Keep\",\"method\":\"a.b.Keep\"}",
		"{\"method\":\"a.b.Echo\",\"parameters\":{\"text\":\"x\",\"text\":\"y\"}}",
		"{\"method\":\"a.b.Echo\",\"parameters\":{\"text\":\"x\\u0000y\"}}",
		"{\"method\":\"a.b.Echo\",\"parameters\":{\"text\":\"\xff\"}}",
		"{\"method\":\"a.b.Echo\",\"parameters\":{\"text\":\"x\",\"number\":99999999999999999999}}",
		"{\"method\":\"a.b.Keep\",\"parameters\":[]}",
		"{\"method\":\"a.b.Keep\",\"more\":1}",
		"{\"method\":\"a.b.Keep\",\"colour\":\"red\"}",
		"{\"method\":\"a.b.Keep\",\"more\":true,\"oneway\":true}",
		"{\"method\":\"a.b.Echo\",\"parameters\":{\"text\":[[[[[[[[[]]]]]]]]]}}",
		"{\"method\":\"a.b.Echo\",\"parameters\":{\"text\":\"\\\"[[[[[[[[[\"}}}",
	};
	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		struct peer p = meet();
		peer_say(&p, frames[i]);
		if (!peer_is_closed(&p))
			fail_msg("not closed: %s", frames[i]);
		assert_null(bench.kept);
		peer_close(&p);
	}
	assert_int_equal(bench.handled, 0);
}

static void depth_is_counted_outside_strings_only(void **state)
{
	(void)state;
	expect_error("{\"method\":\"a.b.Echo\",\"parameters\":{\"text\":[[[[[[]]]]]]}}",
		     "org.varlink.service.InvalidParameter", "parameter", "text"); /* 8 deep */
	struct peer p = meet();
	json_t *reply = peer_ask(&p, ECHO("\\\"[[[[[[[[[[[{{{{{{"));
	assert_string_equal(text_in(reply, "text"), "\"[[[[[[[[[[[{{{{{{");
	json_decref(reply);
	peer_close(&p);
}

static void a_frame_has_a_limit(void **state)
{
	(void)state;
	char frame[4097 + 1] = ECHO("x");
	size_t len = strlen(frame);
	memset(frame + len, ' ', sizeof(frame) - len);
	struct peer p = meet();
	frame[4096] = '\0';
	peer_send(&p, frame, 4097); /* exactly the limit */
	json_t *reply = peer_next(&p);
	json_decref(reply);
	frame[4096] = ' ';
	frame[4097] = '\0';
	peer_send(&p, frame, 4098);
	assert_true(peer_is_closed(&p));
	peer_close(&p);
}

static void an_endless_frame_closes(void **state)
{
	(void)state;
	static char spaces[1 << 20];
	memset(spaces, ' ', sizeof(spaces));
	struct peer p = meet();
	peer_send(&p, spaces, sizeof(spaces));
	assert_true(peer_is_closed(&p));
	peer_close(&p);
	assert_int_equal(bench.server->count, 0);
}

static void half_frames_wait(void **state)
{
	(void)state;
	static const char call[] = ECHO("slow");
	struct peer p = meet();
	for (size_t i = 0; i < sizeof(call) - 1; i++)
		peer_send(&p, call + i, 1);
	assert_true(peer_is_quiet(&p));
	peer_send(&p, "", 1);
	json_t *reply = peer_next(&p);
	assert_string_equal(text_in(reply, "text"), "slow");
	json_decref(reply);
	peer_close(&p);
}

static void pipelined_calls_are_answered_in_order(void **state)
{
	(void)state;
	static const char calls[] =
		ECHO("1") "\0{\"method\":\"a.b.Keep\"}\0" ECHO("2") "\0{\"method\":\"no.No\"}\0" ECHO("3");
	struct peer p = meet();
	peer_send(&p, calls, sizeof(calls));
	json_t *reply = peer_next(&p);
	assert_string_equal(text_in(reply, "text"), "1");
	json_decref(reply);
	assert_true(peer_is_quiet(&p)); /* the kept one holds the others back */
	varlink_call_reply(bench.kept, json_pack("{s:s}", "text", "kept"));
	static const char *const expected[] = {"kept", "2", "", "3"};
	for (size_t i = 0; i < 4; i++) {
		reply = peer_next(&p);
		assert_string_equal(text_in(reply, "text"), expected[i]);
		json_decref(reply);
	}
	peer_close(&p);
}

static void a_half_closed_client_gets_its_answers(void **state)
{
	(void)state;
	static const char calls[] = ECHO("1") "\0" ECHO("2") "\0{\"method\":";
	struct peer p = meet();
	peer_send(&p, calls, sizeof(calls) - 1);
	assert_int_equal(shutdown(p.fd, SHUT_WR), 0);
	for (int i = 0; i < 2; i++)
		json_decref(peer_next(&p));
	assert_true(peer_is_closed(&p));
	peer_close(&p);
}

static void oneway_has_no_answer(void **state)
{
	(void)state;
	struct peer p = meet();
	peer_say(&p, "{\"method\":\"a.b.Echo\",\"oneway\":true,\"parameters\":{\"text\":\"x\"}}");
	peer_say(&p, "{\"method\":\"no.such.Method\",\"oneway\":true}");
	assert_true(peer_is_quiet(&p));
	assert_int_equal(bench.handled, 1);
	json_t *reply = peer_ask(&p, ECHO("two-way"));
	assert_string_equal(text_in(reply, "text"), "two-way");
	json_decref(reply);
	peer_close(&p);
}

static void oneway_from_one_who_leaves_at_once_counts(void **state)
{
	(void)state;
	struct peer p = meet();
	peer_say(&p, "{\"method\":\"a.b.Echo\",\"oneway\":true,\"parameters\":{\"text\":\"x\"}}");
	peer_close(&p);
	turn(bench.loop, 20);
	assert_int_equal(bench.handled, 1);
	assert_int_equal(bench.server->count, 0);
}

static void more_streams_until_the_reply(void **state)
{
	(void)state;
	struct peer p = meet();
	peer_say(&p, "{\"method\":\"a.b.Stream\",\"more\":true}");
	while (bench.kept == NULL)
		turn(bench.loop, 1);
	for (int i = 0; i < 3; i++) {
		assert_true(varlink_call_notify(bench.kept, json_pack("{s:i}", "step", i)));
		json_t *reply = peer_next(&p);
		assert_true(json_is_true(json_object_get(reply, "continues")));
		json_decref(reply);
	}
	assert_true(varlink_call_notify(bench.kept, json_object()));
	assert_false(varlink_call_notify(bench.kept, json_object())); /* the one before has not left yet */
	varlink_call_reply(bench.kept, json_object());
	json_decref(peer_next(&p));
	json_t *last = peer_next(&p);
	assert_null(json_object_get(last, "continues"));
	json_decref(last);
	peer_close(&p);
	assert_int_equal(bench.gone, 0);
}

static void on_read(struct varlink_call *call, void *ctx)
{
	(void)call;
	int *reads = ctx;
	(*reads)++;
}

static void on_nothing(struct varlink_call *call, void *ctx)
{
	(void)call, (void)ctx;
}

/* More than the kernel takes: what is left waits, and its leaving is told once. */
static void room_for_more_is_told(void **state)
{
	(void)state;
	int reads = 0, sent = 0;
	struct peer p = meet();
	peer_say(&p, "{\"method\":\"a.b.Stream\",\"more\":true}");
	while (bench.kept == NULL)
		turn(bench.loop, 1);
	varlink_call_keep(bench.kept, on_nothing, &reads);
	varlink_call_when_read(bench.kept, on_read);
	for (; varlink_call_notify_now(bench.kept, json_pack("{s:i}", "step", sent)); sent++)
		assert_true(sent < 100000);
	turn(bench.loop, 20);
	assert_true(sent > 2); /* those that the kernel took at once were not waited for */
	assert_int_equal(reads, 0);
	for (int i = 0; i < sent; i++)
		json_decref(peer_next(&p));
	assert_int_equal(reads, 1);
	assert_true(varlink_call_notify_now(bench.kept, json_object()));
	json_decref(peer_next(&p));
	assert_int_equal(reads, 1);
	varlink_call_reply(bench.kept, json_object());
	json_decref(peer_next(&p));
	peer_close(&p);
}

static void a_client_that_leaves_cancels_its_call(void **state)
{
	(void)state;
	struct peer p = meet();
	peer_say(&p, "{\"method\":\"a.b.Stream\",\"more\":true}");
	while (bench.kept == NULL)
		turn(bench.loop, 1);
	assert_true(varlink_call_notify(bench.kept, json_object()));
	json_decref(peer_next(&p));
	peer_close(&p);
	turn(bench.loop, 20);
	assert_int_equal(bench.gone, 1);
	assert_int_equal(bench.server->count, 0);
}

static void freeing_the_server_cancels_and_unlinks(void **state)
{
	(void)state;
	struct stat st;
	struct peer p = meet();
	peer_say(&p, "{\"method\":\"a.b.Keep\"}");
	while (bench.kept == NULL)
		turn(bench.loop, 1);
	bench.server = varlink_server_free(bench.server);
	assert_int_equal(bench.gone, 1);
	assert_true(peer_is_closed(&p));
	assert_int_equal(lstat(bench.path, &st), -1);
	peer_close(&p);
}

static void say_stopping(struct varlink_call *call, void *ctx)
{
	assert_ptr_equal(ctx, &bench);
	varlink_call_error(call, "a.b.Stopping", json_object());
}

static void expect_stopping(struct peer *p)
{
	json_t *reply = peer_next(p);
	assert_string_equal(error_of(reply), "a.b.Stopping");
	json_decref(reply);
}

/* What is kept ends as if its client had left, and has an answer first. */
static void freeing_the_server_answers_what_is_kept(void **state)
{
	(void)state;
	bench.set.stopping = say_stopping;
	restart();
	struct peer p = meet(), idle = meet();
	peer_say(&p, "{\"method\":\"a.b.Stream\",\"more\":true}");
	while (bench.kept == NULL)
		turn(bench.loop, 1);
	assert_true(varlink_call_notify(bench.kept, json_object()));
	assert_false(varlink_call_notify(bench.kept, json_object())); /* that is still on its way */
	bench.server = varlink_server_free(bench.server);
	assert_int_equal(bench.gone, 1);
	json_decref(peer_next(&p));
	expect_stopping(&p);
	assert_true(peer_is_closed(&p));
	assert_true(peer_is_closed(&idle)); /* it had not asked anything */
	peer_close(&p);
	peer_close(&idle);
}

/* What is kept stays so until the server goes. */
static void a_server_that_stops_begins_nothing(void **state)
{
	(void)state;
	bench.set.stopping = say_stopping;
	restart();
	struct peer p = meet(), other = meet();
	peer_say(&p, "{\"method\":\"a.b.Keep\"}");
	while (bench.kept == NULL)
		turn(bench.loop, 1);
	varlink_server_stop(bench.server);
	peer_say(&other, ECHO("1"));
	peer_say(&other, "{\"method\":\"a.b.Echo\",\"oneway\":true,\"parameters\":{\"text\":\"x\"}}");
	peer_say(&other, "{\"method\":\"no.such.Method\"}");
	for (int i = 0; i < 2; i++)
		expect_stopping(&other);
	assert_true(peer_is_quiet(&other));
	assert_int_equal(bench.handled, 0);
	varlink_call_reply(bench.kept, json_pack("{s:s}", "text", "kept"));
	json_t *reply = peer_next(&p);
	assert_string_equal(text_in(reply, "text"), "kept");
	json_decref(reply);
	peer_say(&p, ECHO("2"));
	expect_stopping(&p);
	peer_close(&p);
	peer_close(&other);
	assert_int_equal(bench.gone, 0);
}

static void a_silent_client_is_closed(void **state)
{
	(void)state;
	bench.set.idle_ms = 300;
	restart();
	struct peer silent = meet(), slow = meet(), waiting = meet();
	peer_say(&waiting, "{\"method\":\"a.b.Keep\"}");
	for (int i = 0; i < 10 && bench.server->count > 1; i++) {
		peer_send(&slow, " ", 1); /* a byte now and then is not a call */
		turn(bench.loop, 100);
	}
	assert_true(peer_is_closed(&silent));
	assert_true(peer_is_closed(&slow));
	assert_true(peer_is_quiet(&waiting)); /* whoever waits for an answer is not silent */
	assert_int_equal(bench.server->count, 1);
	peer_close(&silent);
	peer_close(&slow);
	peer_close(&waiting);
}

static void a_client_that_does_not_read_is_closed(void **state)
{
	(void)state;
	bench.set.idle_ms = 300;
	restart();
	struct peer p = meet();
	peer_say(&p, "{\"method\":\"a.b.Large\"}");
	turn(bench.loop, 50);
	struct peer other = meet();
	json_t *reply = peer_ask(&other, ECHO("not held up"));
	json_decref(reply);
	for (int i = 0; i < 30 && bench.server->count > 0; i++)
		turn(bench.loop, 100);
	assert_int_equal(bench.server->count, 0);
	peer_close(&p);
	peer_close(&other);
}

static void a_large_answer_arrives_and_a_monstrous_one_does_not(void **state)
{
	(void)state;
	struct peer p = meet();
	json_t *reply = peer_ask(&p, "{\"method\":\"a.b.Large\"}");
	assert_int_equal(strlen(text_in(reply, "text")), 1999999);
	json_decref(reply);
	peer_say(&p, "{\"method\":\"a.b.TooLarge\"}");
	assert_true(peer_is_closed(&p));
	peer_close(&p);
}

static void a_descriptor_closes(void **state)
{
	(void)state;
	struct peer p = meet();
	char call[] = ECHO("x");
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec iov = {call, sizeof(call)};
	struct msghdr header = {.msg_iov = &iov,
				.msg_iovlen = 1,
				.msg_control = control.bytes,
				.msg_controllen = sizeof(control.bytes)};
	int pipes[2];
	assert_int_equal(pipe(pipes), 0);
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&header);
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &pipes[1], sizeof(int));
	assert_int_equal(sendmsg(p.fd, &header, 0), sizeof(call));
	close(pipes[1]);
	assert_true(peer_is_closed(&p));
	char byte;
	assert_int_equal(read(pipes[0], &byte, 1), 0); /* nobody holds the other end */
	assert_int_equal(bench.handled, 0);
	close(pipes[0]);
	peer_close(&p);
}

static void connections_are_counted(void **state)
{
	(void)state;
	if (geteuid() != 0)
		bench.set.reserved = 0;
	restart();
	struct peer p[17];
	for (int i = 0; i < 17; i++)
		p[i] = meet();
	turn(bench.loop, 10);
	assert_int_equal(bench.server->count, 16);
	assert_true(peer_is_closed(&p[16]));
	peer_close(&p[0]);
	struct peer late = meet();
	json_decref(peer_ask(&late, ECHO("room again")));
	peer_close(&late);
	for (int i = 1; i < 17; i++)
		peer_close(&p[i]);
}

/* 0 answered, 1 cannot connect, 2 closed, 3 refused. */
static int connect_and_ask(void *ctx)
{
	char reply[512] = "";
	int got = peer_ask_plainly(bench.path, ctx, reply, sizeof(reply));
	if (got <= 0)
		return got < 0 ? 1 : 2;
	return strstr(reply, "PermissionDenied") != NULL ? 3 : 0;
}

static void sockets_mode_keeps_others_out(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	char call[] = ECHO("x");
	struct stat st;
	assert_int_equal(lstat(bench.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
	assert_int_equal(st.st_gid, TEST_GROUP);
	assert_int_equal(uid_runs(4000, 4000, 0, connect_and_ask, call, bench.loop), 1);
	assert_int_equal(uid_runs(4000, TEST_GROUP, 0, connect_and_ask, call, bench.loop), 0);
	assert_int_equal(uid_runs(4000, 4000, TEST_GROUP, connect_and_ask, call, bench.loop), 0);
}

static void rights_follow_the_kernels_credentials(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	char read_call[] = ECHO("x"), operate_call[] = "{\"method\":\"a.b.Do\",\"parameters\":{\"x\":1}}";
	assert_int_equal(chmod(bench.path, 0666), 0); /* as a socket unit might have it */
	assert_int_equal(uid_runs(4000, 4000, 0, connect_and_ask, read_call, bench.loop), 3);
	assert_int_equal(uid_runs(4000, TEST_GROUP, 0, connect_and_ask, read_call, bench.loop), 0);
	assert_int_equal(uid_runs(4000, TEST_GROUP, 0, connect_and_ask, operate_call, bench.loop), 3);
	assert_int_equal(uid_runs(4000, TEST_GROUP, TEST_GROUP + 1, connect_and_ask, operate_call, bench.loop), 0);
	assert_int_equal(uid_runs(0, 0, 0, connect_and_ask, operate_call, bench.loop), 0);
}

/* The parameter that the method does not have keeps it from being carried out: 0 is "let in", 3 "refused". */
static char decide_call[] = "{\"method\":\"a.b.Decide\",\"parameters\":{\"x\":1}}";

static void a_right_gives_no_other(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	char operate_call[] = "{\"method\":\"a.b.Do\",\"parameters\":{\"x\":1}}";
	assert_int_equal(chmod(bench.path, 0666), 0);
	assert_int_equal(uid_runs(4000, TEST_GROUP, TEST_GROUP + 1, connect_and_ask, decide_call, bench.loop), 3);
	assert_int_equal(uid_runs(4000, TEST_GROUP, TEST_GROUP + 2, connect_and_ask, decide_call, bench.loop), 0);
	assert_int_equal(uid_runs(4000, TEST_GROUP + 2, 0, connect_and_ask, decide_call, bench.loop), 0);
	assert_int_equal(uid_runs(4000, TEST_GROUP, TEST_GROUP + 2, connect_and_ask, operate_call, bench.loop), 3);
	assert_int_equal(uid_runs(0, 0, 0, connect_and_ask, decide_call, bench.loop), 0);
}

static void a_right_of_no_group_is_roots(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	bench.set.groups[VARLINK_APPROVE] = VARLINK_GROUP_NONE;
	restart();
	assert_int_equal(uid_runs(4000, TEST_GROUP, TEST_GROUP + 2, connect_and_ask, decide_call, bench.loop), 3);
	assert_int_equal(uid_runs(0, 0, 0, connect_and_ask, decide_call, bench.loop), 0);
}

/* More groups than a first look has room for; the one that counts comes last. */
static int ask_with_many_groups(void *ctx)
{
	gid_t groups[300];
	for (gid_t i = 0; i < 299; i++)
		groups[i] = 1000 + i;
	groups[299] = TEST_GROUP + 2;
	if (setgroups(300, groups) < 0 || setgid(4000) < 0 || setuid(4000) < 0)
		return 99;
	return connect_and_ask(ctx);
}

static void many_groups_are_all_looked_at(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chmod(bench.path, 0666), 0);
	assert_int_equal(uid_runs(0, 0, 0, ask_with_many_groups, decide_call, bench.loop), 0);
}

static void two_places_are_kept_for_root(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	char call[] = ECHO("x");
	struct peer p[14];
	for (int i = 0; i < 14; i++)
		p[i] = meet();
	assert_int_equal(uid_runs(4000, TEST_GROUP, 0, connect_and_ask, call, bench.loop), 2);
	assert_int_equal(uid_runs(0, 0, 0, connect_and_ask, call, bench.loop), 0);
	for (int i = 0; i < 14; i++)
		peer_close(&p[i]);
	assert_int_equal(uid_runs(4000, TEST_GROUP, 0, connect_and_ask, call, bench.loop), 0);
}

static void without_descriptors_accepting_pauses(void **state)
{
	(void)state;
	struct rlimit before, tight;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	struct peer p = meet();
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", bench.path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	tight = (struct rlimit){.rlim_cur = (rlim_t)fd + 1, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
	int turns = 0;
	for (; turns < 1000 && sd_event_run(bench.loop, 1000) > 0; turns++)
		;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_true(turns < 10); /* it does not spin */
	assert_int_equal(bench.server->count, 1);
	turn(bench.loop, 1200);
	assert_int_equal(bench.server->count, 2);
	close(fd);
	peer_close(&p);
}

static void a_second_daemon_is_refused(void **state)
{
	(void)state;
	struct varlink_server *second = NULL;
	struct err err;
	assert_int_equal(varlink_server_new(bench.loop, &bench.set, methods, &bench, &second, &err), ERR_CONFLICT);
	assert_non_null(strstr(err.text, bench.path));
	struct peer p = meet();
	json_decref(peer_ask(&p, ECHO("the first one lives")));
	peer_close(&p);
}

static void a_stale_socket_is_taken_over_and_a_file_is_not(void **state)
{
	(void)state;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	bench.server = varlink_server_free(bench.server);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", bench.path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
	restart();
	bench.server = varlink_server_free(bench.server);
	fd = open(bench.path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	close(fd);
	struct err err;
	assert_int_equal(varlink_server_new(bench.loop, &bench.set, methods, &bench, &bench.server, &err),
			 ERR_CONFLICT);
	assert_int_equal(access(bench.path, F_OK), 0);
}

static void only_its_own_socket_is_unlinked(void **state)
{
	(void)state;
	assert_int_equal(unlink(bench.path), 0);
	int fd = open(bench.path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	close(fd);
	bench.server = varlink_server_free(bench.server);
	assert_int_equal(access(bench.path, F_OK), 0);
}

/* In a child, because it needs descriptor 3, which the loop of this process may use. */
static int serve_passed_socket(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char pid[16];
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", bench.path);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	setenv("LISTEN_FDNAMES", "control", 1);
	bench.set.path = "/nonexistent/not-used";
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 8) < 0 || dup2(fd, 3) < 0 ||
	    sd_event_new(&bench.loop) < 0 ||
	    varlink_server_new(bench.loop, &bench.set, methods, &bench, &bench.server, NULL) != 0)
		return 1;
	struct peer p = meet();
	json_decref(peer_ask(&p, ECHO("activated")));
	peer_close(&p);
	varlink_server_free(bench.server);
	sd_event_unref(bench.loop);
	return access(bench.path, F_OK) == 0 ? 0 : 2; /* it belongs to the service manager */
}

static void a_passed_socket_is_taken_over(void **state)
{
	(void)state;
	bench.server = varlink_server_free(bench.server);
	int status;
	pid_t pid = fork();
	if (pid == 0)
		_exit(serve_passed_socket());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void noise_never_hurts(void **state)
{
	(void)state;
	struct chance chance = chance_start("noise");
	static const char pieces[][24] = {"{",
					  "}",
					  "[",
					  "\"method\":",
					  "\"a.b.Echo\"",
					  "\"parameters\":",
					  ",",
					  "\"text\":",
					  "\"\\u00",
					  "e9\"",
					  "true",
					  "null",
					  "\x01",
					  "\xff",
					  " ",
					  "1e999",
					  "\\"};
	for (int round = 0; round < 300; round++) {
		struct peer p = meet();
		for (uint32_t i = chance_below(&chance, 30); i > 0; i--) {
			const char *piece = pieces[chance_below(&chance, sizeof(pieces) / sizeof(pieces[0]))];
			peer_send(&p, piece, strlen(piece) + (chance_below(&chance, 12) == 0));
		}
		peer_close(&p);
	}
	struct peer p = meet();
	json_decref(peer_ask(&p, ECHO("alive")));
	peer_close(&p);
	assert_int_equal(bench.server->count, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(errors_are_the_standards),
		T(parameters_are_checked_before_the_handler),
		T(answers_what_is_right),
		T(a_broken_frame_closes),
		T(depth_is_counted_outside_strings_only),
		T(a_frame_has_a_limit),
		T(an_endless_frame_closes),
		T(half_frames_wait),
		T(pipelined_calls_are_answered_in_order),
		T(a_half_closed_client_gets_its_answers),
		T(oneway_has_no_answer),
		T(oneway_from_one_who_leaves_at_once_counts),
		T(more_streams_until_the_reply),
		T(room_for_more_is_told),
		T(a_client_that_leaves_cancels_its_call),
		T(freeing_the_server_cancels_and_unlinks),
		T(freeing_the_server_answers_what_is_kept),
		T(a_server_that_stops_begins_nothing),
		T(a_silent_client_is_closed),
		T(a_client_that_does_not_read_is_closed),
		T(a_large_answer_arrives_and_a_monstrous_one_does_not),
		T(a_descriptor_closes),
		T(connections_are_counted),
		T(sockets_mode_keeps_others_out),
		T(rights_follow_the_kernels_credentials),
		T(a_right_gives_no_other),
		T(a_right_of_no_group_is_roots),
		T(many_groups_are_all_looked_at),
		T(two_places_are_kept_for_root),
		T(without_descriptors_accepting_pauses),
		T(a_second_daemon_is_refused),
		T(a_stale_socket_is_taken_over_and_a_file_is_not),
		T(only_its_own_socket_is_unlinked),
		T(a_passed_socket_is_taken_over),
		T(noise_never_hurts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
