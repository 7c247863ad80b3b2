/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_control_monitor.c - the method Monitor: the state first, then every event with the next number; who reads slowly sees a gap, and
 * costs neither memory nor anybody else's events.
 */
#include "unit.h"

#include <malloc.h>
#include <unistd.h>

#include "control/control_parts.h"
#include "control/monitor.h"
#include "control_ask.h"

#define WATCH "{\"method\":\"" INTERFACE_METHOD("Monitor") "\",\"more\":true}"

/* ---- events ------------------------------------------------------------------------------------------- */

static void tell_kind(enum event_type type, const char *code, const char *sentence)
{
	const struct control_event event = {.type = type, .code = code, .sentence = sentence};
	control_tell(bench.control, &event);
}

/* Something small that happened. */
static void happen(const char *code)
{
	tell_kind(EVENT_CONFIGURATION, code, "as it was");
}

static const json_t *next_of(struct peer *p, json_t **whole)
{
	*whole = peer_next(p);
	assert_true(json_is_true(json_object_get(*whole, "continues")));
	return check_reply("Monitor", *whole);
}

static void expect_next(struct peer *p, int sequence, const char *type, const char *code)
{
	json_t *whole;
	const json_t *event = next_of(p, &whole);
	assert_int_equal(number(event, "sequence"), sequence);
	assert_string_equal(text(event, "type"), type);
	assert_string_equal(text(event, "code"), code);
	json_decref(whole);
}

static void begin_watching(struct peer *p, int sequence)
{
	peer_say(p, WATCH);
	expect_next(p, sequence, "state", "warning");
}

static void the_state_comes_first(void **state)
{
	(void)state;
	json_t *whole;
	bench.view.phase = RUN_READING;
	bench.view.cycle = 4;
	bench.view.done = 10;
	bench.view.expected = 30;
	bench.view.cycle_count = 2; /* the second one never ended */
	peer_say(&peer, WATCH);
	const json_t *event = next_of(&peer, &whole);
	assert_int_equal(number(event, "sequence"), 0);
	assert_string_equal(text(event, "type"), "state");
	assert_string_equal(text(event, "code"), "warning");
	assert_string_equal(text(event, "phase"), "reading");
	assert_int_equal(number(event, "cycle"), 4);
	assert_int_equal(number(event, "done"), 10);
	assert_int_equal(number(event, "expected"), 30);
	assert_int_equal(number(event, "next_run"), 1793870000);
	assert_int_equal(length(event, "parts"), 3);
	assert_string_equal(text(pick(event, "parts", "name", "target"), "detail"), "line\\x0Abreak \\x1B[31m");
	assert_int_equal(number(json_object_get(event, "summary"), "id"), 1);
	assert_true(is_null(event, "was") && is_null(event, "hold") && is_null(event, "order"));
	json_decref(whole);
	assert_true(peer_is_quiet(&peer));
}

static void only_with_more(void **state)
{
	(void)state;
	expect_error(CALL("Monitor"), "org.varlink.service.ExpectedMore");
	assert_int_equal(bench.control->watcher_count, 0);
}

static void numbers_go_on_without_anybody(void **state)
{
	(void)state;
	happen("reloaded");
	happen("reloaded");
	begin_watching(&peer, 2);
	happen("kept");
	expect_next(&peer, 3, "configuration", "kept");
}

static void all_are_told_the_same(void **state)
{
	(void)state;
	struct peer other = peer_open(bench.loop, bench.path);
	begin_watching(&peer, 0);
	happen("reloaded");
	begin_watching(&other, 1);
	happen("kept");
	expect_next(&peer, 1, "configuration", "reloaded");
	expect_next(&peer, 2, "configuration", "kept");
	expect_next(&other, 2, "configuration", "kept");
	peer_close(&other);
	happen("reloaded");
	expect_next(&peer, 3, "configuration", "reloaded");
}

static void a_cycle_has_its_summary(void **state)
{
	(void)state;
	json_t *whole;
	const struct cycle_summary cycle = {.id = 4,
					    .trigger = "operator",
					    .trigger_uid = 1000,
					    .result = "applied",
					    .grants = 2,
					    .detail = "\x1b"};
	struct control_event event = {
		.type = EVENT_CYCLE_ENDED, .code = cycle.result, .sentence = "ended \x1b[1m", .summary = &cycle};
	begin_watching(&peer, 0);
	control_tell(bench.control, &event);
	const json_t *said = next_of(&peer, &whole);
	assert_string_equal(text(said, "type"), "cycle-ended");
	assert_string_equal(text(said, "code"), "applied");
	assert_string_equal(text(said, "sentence"), "ended \\x1B[1m");
	assert_int_equal(number(said, "cycle"), 4);
	assert_int_equal(number(json_object_get(said, "summary"), "grants"), 2);
	assert_true(is_null(said, "phase") && is_null(said, "done"));
	json_decref(whole);
	event.type = EVENT_CYCLE_BEGUN;
	control_tell(bench.control, &event);
	expect_next(&peer, 2, "cycle-begun", "applied");
}

static void an_order_says_who_and_what_came_of_it(void **state)
{
	(void)state;
	json_t *whole;
	control_bench_hold(&bench, 12, R_RULE_COUNT, HOLD_OPEN, NULL, 0);
	const struct order order = {
		.kind = ORDER_REJECT, .uid = 1000, .number = 30569, .role = 0, .id = 12, .reason = "no\x07"};
	struct control_event event = {.type = EVENT_ORDER,
				      .code = "reject",
				      .sentence = "it cannot be",
				      .order = &order,
				      .result = ORDER_REFUSED,
				      .hold = past_hold(&bench.world.past, 12)};
	begin_watching(&peer, 0);
	control_tell(bench.control, &event);
	const json_t *said = next_of(&peer, &whole), *given = json_object_get(said, "order");
	assert_string_equal(text(given, "kind"), "reject");
	assert_string_equal(text(given, "result"), "refused");
	assert_int_equal(number(given, "by"), 1000);
	assert_int_equal(number(given, "institution"), 30569);
	assert_string_equal(text(given, "institution_name"), "School 030569");
	assert_int_equal(number(given, "id"), 12);
	assert_string_equal(text(given, "reason"), "no\\x07");
	assert_true(is_null(given, "until"));
	assert_string_equal(text(json_object_get(said, "hold"), "id"), "12-3f9a2b");
	json_decref(whole);
}

/* It stands in the state for whoever comes meanwhile, and in what is told of the delay itself. */
static void a_delay_is_told_with_its_limit(void **state)
{
	(void)state;
	json_t *whole;
	bench.view.delayed_by = "doctor";
	bench.view.delayed_until_s = 1793869234;
	peer_say(&peer, WATCH);
	const json_t *event = next_of(&peer, &whole);
	assert_string_equal(text(event, "delayed_by"), "doctor");
	assert_int_equal(number(event, "delayed_until"), 1793869234);
	json_decref(whole);
	tell_kind(EVENT_DELAY, "doctor", "a cycle is due and waits for the doctor");
	event = next_of(&peer, &whole);
	assert_string_equal(text(event, "type"), "delay");
	assert_string_equal(text(event, "code"), "doctor");
	assert_string_equal(text(event, "phase"), "idle");
	assert_string_equal(text(event, "delayed_by"), "doctor");
	assert_int_equal(number(event, "delayed_until"), 1793869234);
	json_decref(whole);
	happen("kept");
	event = next_of(&peer, &whole);
	assert_true(is_null(event, "delayed_by") && is_null(event, "delayed_until"));
	json_decref(whole);
	bench.view.delayed_by = NULL;
	bench.view.delayed_until_s = 0;
	tell_kind(EVENT_DELAY, "over", "the cycle that was due waits no longer");
	event = next_of(&peer, &whole);
	assert_string_equal(text(event, "code"), "over");
	assert_true(is_null(event, "delayed_by") && is_null(event, "delayed_until"));
	json_decref(whole);
}

/* ---- what is seen by looking -------------------------------------------------------------------------- */

static void advance(enum run_phase phase, uint32_t done, uint32_t expected)
{
	bench.view.phase = phase;
	bench.view.done = done;
	bench.view.expected = expected;
	control_changed(bench.control);
}

static void progress_is_told_when_it_moves(void **state)
{
	(void)state;
	json_t *whole;
	begin_watching(&peer, 0);
	advance(RUN_READING, 0, 40);
	assert_true(peer_is_quiet(&peer)); /* the phase is told by the host */
	tell_kind(EVENT_PHASE, "reading", "both");
	expect_next(&peer, 1, "phase", "reading");
	advance(RUN_READING, 20, 40);
	const json_t *event = next_of(&peer, &whole);
	assert_string_equal(text(event, "type"), "progress");
	assert_string_equal(text(event, "code"), "reading");
	assert_string_equal(text(event, "sentence"), "entries read: 20, last time 40");
	assert_int_equal(number(event, "done"), 20);
	assert_int_equal(number(event, "expected"), 40);
	json_decref(whole);
	advance(RUN_READING, 20, 40);
	turn(bench.loop, 2 * PROGRESS_MS);
	assert_true(peer_is_quiet(&peer));
	advance(RUN_APPLYING, 1, 3);
	tell_kind(EVENT_PHASE, "applying", "changes");
	expect_next(&peer, 3, "phase", "applying");
	advance(RUN_APPLYING, 2, 3);
	event = next_of(&peer, &whole);
	assert_string_equal(text(event, "sentence"), "changes written: 2 of 3");
	json_decref(whole);
}

/* However often the view moves: a hundred moves between two looks are one event. */
static void progress_is_told_seldom(void **state)
{
	(void)state;
	begin_watching(&peer, 0);
	bench.view.phase = RUN_READING;
	tell_kind(EVENT_PHASE, "reading", "both");
	expect_next(&peer, 1, "phase", "reading");
	turn(bench.loop, 2 * PROGRESS_MS);
	int64_t looked = 2;
	for (uint32_t i = 1; i <= 100; i++) {
		advance(RUN_READING, i, 0);
		assert_true(sd_event_run(bench.loop, 0) >= 0);
	}
	json_t *whole;
	long long done = 0;
	for (; done < 100; looked++) {
		const json_t *event = next_of(&peer, &whole);
		assert_int_equal(number(event, "sequence"), looked);
		done = number(event, "done");
		json_decref(whole);
	}
	assert_true(looked - 2 <= 50);
}

static void a_part_that_changes_is_told_once(void **state)
{
	(void)state;
	json_t *whole;
	begin_watching(&peer, 0);
	bench.parts[0] = (struct part){"source", PART_WARNING, "unread", 3000, "no \x1b route", "look"};
	bench.parts[1].since_s = 4000; /* no other state, no other code */
	control_changed(bench.control);
	const json_t *event = next_of(&peer, &whole);
	assert_string_equal(text(event, "type"), "part");
	assert_string_equal(text(event, "code"), "unread");
	assert_string_equal(text(event, "sentence"), "no \\x1B route");
	assert_string_equal(text(event, "was"), "ok");
	assert_int_equal(length(event, "parts"), 1);
	assert_string_equal(text(pick(event, "parts", "name", "source"), "state"), "warning");
	json_decref(whole);
	control_changed(bench.control);
	turn(bench.loop, 2 * PROGRESS_MS);
	assert_true(peer_is_quiet(&peer));
}

static void expect_sentence(struct peer *who, long long sequence, const char *sentence)
{
	json_t *whole;
	const json_t *event = next_of(who, &whole);
	assert_int_equal(number(event, "sequence"), sequence);
	assert_string_equal(text(event, "sentence"), sentence);
	json_decref(whole);
}

/* Who comes makes the others be told what has changed. */
static void each_is_told_in_its_own_language(void **state)
{
	(void)state;
	char folder[512];
	json_t *whole;
	struct saying sentence;
	const char *built = getenv("top_builddir"), *catalogues = getenv("CATALOGUES");
	if (catalogues != NULL && catalogues[0] == '\0')
		return; /* this build has none */
	snprintf(folder, sizeof(folder), "%s/po", built != NULL ? built : ".");
	language_open(folder);
	struct peer other = peer_open(bench.loop, bench.path);
	begin_watching(&peer, 0);
	bench.parts[0] = (struct part){"source", PART_WARNING, "unread", 3000, "no route", "look"};
	peer_say(&other, CALL_WITH("SetLanguage", "{\"language\":\"nl\"}"));
	json_decref(peer_next(&other));
	peer_say(&other, WATCH);
	const json_t *event = next_of(&peer, &whole);
	assert_int_equal(strncmp(text(pick(event, "parts", "name", "source"), "meaning"), "the last read", 13), 0);
	json_decref(whole);
	event = next_of(&other, &whole);
	assert_int_equal(strncmp(text(pick(event, "parts", "name", "source"), "meaning"), "de laatste ", 11), 0);
	assert_string_equal(text(event, "sentence"), "waarschuwing, in rust");
	json_decref(whole);
	saying_put(&sentence, tr_count("and %u more hold", "and %u more holds", 2), 2);
	const struct control_event more = {.type = EVENT_HOLD, .code = "opened", .saying = &sentence};
	control_tell(bench.control, &more);
	tell_kind(EVENT_PHASE, "thinking", "what should be is compared with what is");
	expect_sentence(&peer, 2, "and 2 more holds");
	expect_sentence(&peer, 3, "what should be is compared with what is");
	expect_sentence(&other, 2, "en nog 2 opschortingen");
	expect_sentence(&other, 3, "wat er hoort te zijn, wordt vergeleken met wat er is");
	peer_close(&other);
	language_close();
}

static void what_a_cycle_changed_follows_its_end(void **state)
{
	(void)state;
	begin_watching(&peer, 0);
	bench.parts[0].code = "other";
	tell_kind(EVENT_CYCLE_ENDED, "in-step", "it ended");
	expect_next(&peer, 1, "cycle-ended", "in-step");
	expect_next(&peer, 2, "part", "other");
}

/* Whoever comes later goes on from the same state as the others. */
static void what_changed_before_is_in_the_state(void **state)
{
	(void)state;
	struct peer other = peer_open(bench.loop, bench.path);
	begin_watching(&peer, 0);
	bench.parts[0].code = "other";
	begin_watching(&other, 1);
	expect_next(&peer, 1, "part", "other");
	assert_true(peer_is_quiet(&other));
	peer_close(&other);
}

/* ---- who reads slowly --------------------------------------------------------------------------------- */

#define MANY 20000

static void tell_many(enum event_type type, int count)
{
	for (int i = 0; i < count; i++)
		tell_kind(type, "reloaded", "the same again and again");
}

/* The number of the newest that there is, after each was seen to be later than the one before; and how many there were. */
static long long read_all(long long newest, int *ret_count)
{
	json_t *whole;
	long long last = 0;
	for (*ret_count = 0; last < newest; (*ret_count)++) {
		const json_t *event = next_of(&peer, &whole);
		assert_true(number(event, "sequence") > last);
		last = number(event, "sequence");
		json_decref(whole);
	}
	return last;
}

static void who_does_not_read_sees_a_gap(void **state)
{
	(void)state;
	int count;
	struct peer quick = peer_open(bench.loop, bench.path);
	begin_watching(&peer, 0);
	tell_many(EVENT_CONFIGURATION, MANY / 2);
	size_t before = mallinfo2().uordblks;
	tell_many(EVENT_CONFIGURATION, MANY / 2);
	assert_true(mallinfo2().uordblks < before + 65536);
	begin_watching(&quick, MANY); /* who reads is not in the way of the others, nor they in its */
	happen("kept");
	expect_next(&quick, MANY + 1, "configuration", "kept");
	assert_int_equal(read_all(MANY + 1, &count), MANY + 1);
	assert_true(count > EVENTS_KEPT && count < MANY);
	happen("kept");
	expect_next(&peer, MANY + 2, "configuration", "kept");
	peer_close(&quick);
}

static void progress_pushes_nothing_out(void **state)
{
	(void)state;
	json_t *whole;
	bool seen = false;
	begin_watching(&peer, 0);
	tell_many(EVENT_CONFIGURATION, MANY);
	happen("kept");
	tell_many(EVENT_PROGRESS, MANY);
	for (long long last = 0; last < 2 * MANY + 1;) {
		const json_t *event = next_of(&peer, &whole);
		seen = seen || strcmp(text(event, "code"), "kept") == 0;
		last = number(event, "sequence");
		json_decref(whole);
	}
	assert_true(seen);
}

static void nothing_is_kept_of_what_all_have_read(void **state)
{
	(void)state;
	begin_watching(&peer, 0);
	happen("reloaded");
	expect_next(&peer, 1, "configuration", "reloaded");
	size_t before = mallinfo2().uordblks;
	for (int i = 2; i < 200; i++) {
		happen("reloaded");
		expect_next(&peer, i, "configuration", "reloaded");
	}
	assert_true(mallinfo2().uordblks < before + 16384); /* a few may be on their way, of 198 */
}

static void who_never_reads_is_closed(void **state)
{
	(void)state;
	control_free(bench.control);
	peer_close(&peer);
	bench.set.idle_s = 1;
	control_bench_serve(&bench);
	peer = peer_open(bench.loop, bench.path);
	begin_watching(&peer, 0);
	turn(bench.loop, 1500);
	assert_int_equal(bench.control->watcher_count, 1); /* silence is none of the client's faults */
	tell_many(EVENT_CONFIGURATION, MANY);
	for (int i = 0; i < 50 && bench.control->watcher_count > 0; i++)
		turn(bench.loop, 100);
	assert_int_equal(bench.control->watcher_count, 0);
	happen("kept");
}

/* ---- how many ----------------------------------------------------------------------------------------- */

static void watching_and_waiting_share_their_room(void **state)
{
	(void)state;
	struct peer peers[10];
	int most = getuid() == 0 ? 10 : 8;
	for (int i = 0; i < most; i++) {
		peers[i] = peer_open(bench.loop, bench.path);
		if (i % 2 == 0)
			begin_watching(&peers[i], 0);
		else
			peer_say(&peers[i], CALL_WITH("Wait", "{\"newer_than\":2000000000}"));
	}
	turn(bench.loop, 20);
	assert_int_equal(bench.control->watcher_count, most);
	expect_error(WATCH, "be.werkplekduaal.Duaalsync.OrderRefused");
	json_t *whole;
	ask("Status", CALL("Status"), &whole);
	json_decref(whole);
	peer_close(&peers[1]);
	begin_watching(&peer, 0);
	for (int i = 0; i < most; i++)
		if (i != 1)
			peer_close(&peers[i]);
	assert_int_equal(bench.control->watcher_count, 1);
	happen("kept");
	expect_next(&peer, 1, "configuration", "kept");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_state_comes_first),
		T(only_with_more),
		T(numbers_go_on_without_anybody),
		T(all_are_told_the_same),
		T(a_cycle_has_its_summary),
		T(an_order_says_who_and_what_came_of_it),
		T(a_delay_is_told_with_its_limit),
		T(progress_is_told_when_it_moves),
		T(progress_is_told_seldom),
		T(a_part_that_changes_is_told_once),
		T(each_is_told_in_its_own_language),
		T(what_a_cycle_changed_follows_its_end),
		T(what_changed_before_is_in_the_state),
		T(who_does_not_read_sees_a_gap),
		T(progress_pushes_nothing_out),
		T(nothing_is_kept_of_what_all_have_read),
		T(who_never_reads_is_closed),
		T(watching_and_waiting_share_their_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
