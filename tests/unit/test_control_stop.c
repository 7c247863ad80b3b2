/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_control_stop.c - the host stops: whoever waits is answered, whatever for; what is known by then is told; who asks meanwhile is told; and
 * nobody who does not read holds it up.
 */
#include "unit.h"

#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "control/control_parts.h"
#include "control/varlink_parts.h"
#include "control_ask.h"
#include "national.h"

#define MORE(m, p) "{\"method\":\"" INTERFACE_METHOD(m) "\",\"parameters\":" p ",\"more\":true}"
#define STOPPING   INTERFACE_ERROR("Stopping")

static uint32_t count_kept(void)
{
	uint32_t count = 0;
	for (const struct varlink_connection *c = bench.control->server->connections; c != NULL; c = c->next)
		count += c->call != NULL && c->call->kept;
	return count;
}

/* Called, and kept as one more than before. */
static void begin_waiting(struct peer *p, const char *call)
{
	uint32_t before = count_kept();
	int64_t end = clock_boot_ms() + 5000;
	peer_say(p, call);
	while (count_kept() == before) {
		if (clock_boot_ms() > end)
			fail_msg("it does not wait: %s", call);
		turn(bench.loop, 1);
	}
}

/* The last answer; those before it go on. */
static json_t *last_of(struct peer *p)
{
	json_t *reply = peer_next(p);
	while (json_is_true(json_object_get(reply, "continues"))) {
		json_decref(reply);
		reply = peer_next(p);
	}
	return reply;
}

static void expect_stopping(struct peer *p)
{
	json_t *reply = last_of(p);
	check_error(reply, STOPPING);
	assert_true(is_null(json_object_get(reply, "parameters"), "what"));
	json_decref(reply);
}

/* ---- what is kept ------------------------------------------------------------------------------------- */

static void stop_while_it_waits(const char *call)
{
	begin_waiting(&peer, call);
	bench.control = control_free(bench.control);
	expect_stopping(&peer);
	assert_true(peer_is_closed(&peer));
	peer_close(&peer);
	control_bench_serve(&bench);
	peer = peer_open(bench.loop, bench.path);
}

static void whatever_is_waited_for_has_an_answer(void **state)
{
	(void)state;
	static const char *const calls[] = {
		CALL_WITH("Sync", "{\"wait\":true}"),
		MORE("Sync", "{}"),
		CALL_WITH("Wait", "{\"newer_than\":9999999999}"),
		MORE("Wait", "{\"in_step\":true,\"newer_than\":9999999999}"),
		MORE("Wait", "{\"person\":\"vo-jan\"}"),
		MORE("Monitor", "{}"),
		CALL_WITH("PlanWith", "{\"settings\":{}}"),
		CALL("Doctor"),
		CALL("AuditVerify"),
		CALL("AuditExport"),
		CALL("Changes"),
		CALL("Reads"),
		CALL("Statistics"),
		CALL_WITH("AccessAt", "{\"at\":1793300000,\"institution\":30569}"),
		CALL_WITH("Freeze", "{\"institution\":30569,\"reason\":\"r\"}"),
		CALL_WITH("Approve", "{\"id\":\"12\",\"reason\":\"r\"}"),
		CALL_WITH("Request", "{\"institution\":777,\"reason\":\"r\"}"),
		CALL_WITH("Forget", "{\"person\":\"vo-gone\",\"reason\":\"r\"}"),
	};
	bench.later = bench.carrying_out = true;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		stop_while_it_waits(calls[i]);
	stop_while_it_waits(national(CALL_WITH("FindPerson", "{\"number\":\"85.07.30-033.##\"}")));
	bench.found_done(bench.found_call, &bench.found); /* for nobody */
	control_bench_answer(&bench);
}

static void all_of_them_at_once(void **state)
{
	(void)state;
	struct peer peers[8];
	bench.later = true;
	for (int i = 0; i < 8; i++) {
		peers[i] = peer_open(bench.loop, bench.path);
		begin_waiting(&peers[i], i % 2 == 0 ? MORE("Monitor", "{}") : CALL("Reads"));
	}
	bench.control = control_free(bench.control);
	for (int i = 0; i < 8; i++) {
		expect_stopping(&peers[i]);
		peer_close(&peers[i]);
	}
	control_bench_answer(&bench);
}

/* Every frame that is there, without a loop. */
static json_t *last_without_loop(int fd)
{
	static char in[1 << 16];
	size_t len = 0;
	for (ssize_t got; (got = recv(fd, in + len, sizeof(in) - len, MSG_DONTWAIT)) > 0;)
		len += (size_t)got;
	assert_true(len > 0 && in[len - 1] == '\0');
	const char *frame = in;
	while (frame + strlen(frame) + 1 < in + len)
		frame += strlen(frame) + 1;
	json_t *reply = json_loads(frame, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(reply);
	return reply;
}

/* As in the daemon: the service goes when the loop has ended, which takes no change any more. */
static void also_after_the_loop_has_ended(void **state)
{
	(void)state;
	const struct control_event stops = {.type = EVENT_PHASE, .code = "stopping", .sentence = "the end"};
	struct peer peers[3] = {peer, peer_open(bench.loop, bench.path), peer_open(bench.loop, bench.path)};
	begin_waiting(&peers[0], CALL_WITH("Sync", "{\"wait\":true}"));
	begin_waiting(&peers[1], MORE("Monitor", "{}"));
	bench.ended = bench.asked;
	begin_waiting(&peers[2], CALL_WITH("Sync", "{\"wait\":true}"));
	control_tell(bench.control, &stops);
	control_stop(bench.control);
	assert_true(sd_event_exit(bench.loop, 0) >= 0 && sd_event_loop(bench.loop) >= 0);
	bench.control = control_free(bench.control);
	json_t *reply = last_without_loop(peers[0].fd);
	check_reply("Sync", reply);
	json_decref(reply);
	for (int i = 1; i < 3; i++) {
		reply = last_without_loop(peers[i].fd);
		check_error(reply, STOPPING);
		json_decref(reply);
	}
	for (int i = 0; i < 3; i++) {
		assert_int_equal(recv(peers[i].fd, &(char){0}, 1, MSG_DONTWAIT), 0); /* closed */
		close(peers[i].fd);
		free(peers[i].in);
	}
	sd_event_unref(bench.loop);
	assert_true(sd_event_new(&bench.loop) >= 0);
	control_bench_serve(&bench);
	peer = peer_open(bench.loop, bench.path);
}

/* What was happening stands before it. */
static void who_watches_is_told_last_that_it_stops(void **state)
{
	(void)state;
	const struct control_event stops = {.type = EVENT_PHASE, .code = "stopping", .sentence = "the end"};
	begin_waiting(&peer, MORE("Monitor", "{}"));
	json_decref(peer_next(&peer));
	control_tell(bench.control, &stops);
	control_stop(bench.control);
	bench.control = control_free(bench.control);
	json_t *event = peer_next(&peer);
	assert_string_equal(text(check_reply("Monitor", event), "code"), "stopping");
	json_decref(event);
	expect_stopping(&peer);
	assert_true(peer_is_closed(&peer));
}

/* ---- what is known ------------------------------------------------------------------------------------ */

/* The loop has not come to tell it, and does not any more. */
static void the_end_of_a_cycle_that_is_known_is_told(void **state)
{
	(void)state;
	struct peer other = peer_open(bench.loop, bench.path), third = peer_open(bench.loop, bench.path);
	begin_waiting(&peer, MORE("Sync", "{}"));
	begin_waiting(&other, CALL_WITH("Wait", "{\"newer_than\":1793869200}"));
	begin_waiting(&third, CALL_WITH("Wait", "{\"newer_than\":1793869400}"));
	control_bench_end_cycle(&bench, "in-step");
	bench.cycles[2] = bench.summary;
	bench.cycles[2].started_s = 1793869300;
	bench.control = control_free(bench.control);
	json_t *reply = last_of(&peer);
	assert_string_equal(text(json_object_get(check_reply("Sync", reply), "summary"), "result"), "in-step");
	json_decref(reply);
	reply = last_of(&other);
	assert_string_equal(text(check_reply("Wait", reply), "result"), "read");
	json_decref(reply);
	expect_stopping(&third);
	peer_close(&other);
	peer_close(&third);
}

/* Between the word that it stops and its end there may be seconds: what was asked before is answered if it can be. */
static void who_waited_before_is_answered_until_the_end(void **state)
{
	(void)state;
	struct peer other = peer_open(bench.loop, bench.path), third = peer_open(bench.loop, bench.path);
	bench.later = true;
	bench.view.phase = RUN_STOPPING;
	begin_waiting(&peer, CALL_WITH("Freeze", "{\"institution\":30569,\"reason\":\"r\"}"));
	begin_waiting(&other, MORE("Sync", "{}"));
	begin_waiting(&third, CALL("Reads"));
	control_stop(bench.control);
	control_bench_end_cycle(&bench, "applied");
	bench.result =
		(struct order_result){.code = ORDER_STOPPING, .sentence = "the daemon is stopping: nothing was done"};
	control_bench_answer(&bench);
	json_t *reply = last_of(&peer);
	check_error(reply, STOPPING);
	assert_string_equal(text_in(reply, "what"), "the daemon is stopping: nothing was done");
	json_decref(reply);
	reply = last_of(&other);
	assert_string_equal(text(json_object_get(check_reply("Sync", reply), "summary"), "result"), "applied");
	json_decref(reply);
	reply = last_of(&third);
	check_reply("Reads", reply);
	json_decref(reply);
	peer_close(&other);
	peer_close(&third);
}

/* How far it is now is told too: that it stops. */
static void progress_is_told_once_more(void **state)
{
	(void)state;
	json_t *reply = NULL;
	begin_waiting(&peer, MORE("Sync", "{}"));
	json_decref(peer_next(&peer));
	bench.view.phase = RUN_STOPPING;
	control_stop(bench.control);
	bench.control = control_free(bench.control);
	reply = peer_next(&peer);
	assert_string_equal(text(check_reply("Sync", reply), "phase"), "stopping");
	json_decref(reply);
	expect_stopping(&peer);
}

/* ---- who asks meanwhile ------------------------------------------------------------------------------- */

static void whoever_asks_while_it_stops_is_told_so(void **state)
{
	(void)state;
	static const char *const calls[] = {
		CALL("Status"),        CALL_WITH("SetLanguage", "{\"language\":\"nl\"}"),
		MORE("Monitor", "{}"), CALL_WITH("Freeze", "{\"institution\":30569,\"reason\":\"r\"}"),
		CALL("OfTomorrow"),    "{\"method\":\"org.varlink.service.GetInfo\"}",
	};
	control_stop(bench.control);
	struct peer late = peer_open(bench.loop, bench.path);
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		expect_error(calls[i], STOPPING);
		peer_say(&late, calls[i]);
		expect_stopping(&late);
	}
	assert_int_equal(bench.orders, 0);
	peer_close(&late);
}

/* ---- who does not read -------------------------------------------------------------------------------- */

/* The socket takes no more: the others are told all the same, and what it had taken arrives. */
static void who_does_not_read_holds_nobody_up(void **state)
{
	(void)state;
	const struct control_event event = {.type = EVENT_CONFIGURATION, .code = "kept", .sentence = "as it was"};
	struct peer other = peer_open(bench.loop, bench.path);
	begin_waiting(&peer, MORE("Monitor", "{}"));
	begin_waiting(&other, CALL_WITH("Sync", "{\"wait\":true}"));
	const struct varlink_connection *c = bench.control->server->connections;
	while (c->call->method->only_more == false)
		c = c->next;
	for (int i = 0; !varlink_connection_is_unread(c); i++) {
		assert_true(i < 100000);
		control_tell(bench.control, &event);
	}
	bench.control = control_free(bench.control);
	expect_stopping(&other);
	for (int i = 0; i < 3; i++)
		json_decref(peer_next(&peer));
	peer_close(&other);
}

/* What the socket of a client takes is sent, though the client had not read what came before. */
static void who_reads_late_reads_it_all(void **state)
{
	(void)state;
	const struct control_event event = {.type = EVENT_CONFIGURATION, .code = "kept", .sentence = "as it was"};
	begin_waiting(&peer, MORE("Monitor", "{}"));
	for (int i = 0; i < 20; i++)
		control_tell(bench.control, &event);
	bench.control = control_free(bench.control);
	for (int i = 0; i < 21; i++)
		json_decref(peer_next(&peer));
	expect_stopping(&peer);
}

/* ---- who is turned away -------------------------------------------------------------------------------- */

static void who_finds_no_place_is_told_so(void **state)
{
	(void)state;
	struct peer peers[16];
	if (geteuid() != 0)
		skip();
	for (int i = 0; i < 15; i++)
		peers[i] = peer_open(bench.loop, bench.path);
	for (int i = 0; i < 2; i++) {
		struct peer late = peer_open(bench.loop, bench.path);
		json_t *reply =
			i == 0 ? peer_next(&late) : peer_ask(&late, CALL("Status")); /* whether it asks or not */
		check_error(reply, INTERFACE_ERROR("TooManyClients"));
		json_decref(reply);
		assert_true(peer_is_closed(&late));
		peer_close(&late);
	}
	for (int i = 0; i < 15; i++)
		peer_close(&peers[i]);
}

static void who_asks_too_much_is_told_so(void **state)
{
	(void)state;
	static char frame[1 << 20];
	memset(frame, ' ', sizeof(frame));
	const size_t lengths[] = {bench.set.request_max + 2, sizeof(frame)};
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct peer late = peer_open(bench.loop, bench.path);
		frame[lengths[i] - 1] = '\0';
		peer_send(&late, frame, lengths[i]);
		json_t *reply = peer_next(&late);
		check_error(reply, INTERFACE_ERROR("TooLong"));
		json_decref(reply);
		assert_true(peer_is_closed(&late));
		peer_close(&late);
		frame[lengths[i] - 1] = ' ';
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(whatever_is_waited_for_has_an_answer),
		T(all_of_them_at_once),
		T(also_after_the_loop_has_ended),
		T(who_watches_is_told_last_that_it_stops),
		T(the_end_of_a_cycle_that_is_known_is_told),
		T(who_waited_before_is_answered_until_the_end),
		T(progress_is_told_once_more),
		T(whoever_asks_while_it_stops_is_told_so),
		T(who_does_not_read_holds_nobody_up),
		T(who_reads_late_reads_it_all),
		T(who_finds_no_place_is_told_so),
		T(who_asks_too_much_is_told_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
