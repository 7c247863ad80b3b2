/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_control_waiting.c - what waits for people and what people did: holds with their evidence, freezes, hand edits,
 * directives, the audit.
 */
#include "unit.h"

#include "base/clock.h"
#include "control/answers.h"
#include "control_ask.h"
#include "core/identity.h"
#include "core_stories.h"
#include "model/dn.h"

/* ---- holds -------------------------------------------------------------------------------------------- */

/* Jan's removal, as if the source had ended it, is held; so is the stranger's, by the grace. */
static void hold_changes(void)
{
	struct change *gone = control_bench_change(&bench, R_PERSON_UNKNOWN);
	gone->verdict = VERDICT_HOLD;
	gone->rule = R_RULE_INSTITUTION_COUNT;
}

static void make_holds(void)
{
	hold_changes();
	const struct change *gone = control_bench_change(&bench, R_PERSON_UNKNOWN);
	control_bench_hold(&bench, 12, R_RULE_INSTITUTION_COUNT, HOLD_OPEN, &gone, 1);
	control_bench_hold(&bench, 13, R_RULE_COUNT, HOLD_REJECTED, NULL, 0);
	control_bench_hold(&bench, 14, R_RULE_SHRUNKEN, HOLD_APPROVED, NULL, 0);
	control_bench_hold(&bench, 15, R_RULE_SOURCE_WENT_BACK, HOLD_OPEN, NULL, 0);
	control_bench_hold(&bench, 16, R_RULE_SOURCE_WENT_BACK, HOLD_ACCEPTED, NULL, 0);
}

/* The verdict holds what these say, and nothing else. */
static void judge(const struct guard_hold *holds, uint32_t count)
{
	static struct guard_hold copy[300];
	for (uint32_t i = 0; i < count; i++)
		copy[i] = holds[i];
	bench.world.verdict.holds = copy;
	bench.world.verdict.hold_count = count;
}

static const struct guard_hold frozen = {.rule = R_RULE_FROZEN, .number = 112345, .role = UINT8_MAX, .changes = 2};
static const struct guard_hold graced = {.rule = R_RULE_GRACE, .number = 30569, .role = 0, .changes = 1};

static void holds_on_record_say_what_was_decided(void **state)
{
	(void)state;
	json_t *whole;
	make_holds();
	judge(NULL, 0);
	const json_t *reply = ask("Holds", CALL("Holds"), &whole);
	assert_int_equal(length(reply, "holds"), 5);
	const json_t *open = pick(reply, "holds", "id", "12-3f9a2b"),
		     *rejected = pick(reply, "holds", "id", "13-3f9a2b");
	assert_string_equal(text(open, "state"), "open");
	assert_string_equal(text(open, "decide"), "approve");
	assert_string_equal(text(open, "rule"), "rule-institution-count");
	assert_string_equal(text(open, "institution_name"), "School 030569");
	assert_int_equal(number(open, "changes"), 2);
	assert_int_equal(number(open, "seen"), 4);
	assert_int_equal(number(open, "allowed"), 3);
	assert_int_equal(number(open, "opened"), 1793869000);
	assert_int_equal(number(open, "expires"), 1794128200);
	assert_true(is_null(open, "decided") && is_null(open, "decided_by") && is_null(open, "reason"));
	assert_string_equal(text(rejected, "state"), "rejected");
	assert_true(is_null(rejected, "decide") && is_null(rejected, "expires"));
	assert_int_equal(number(rejected, "decided"), 1793869100);
	assert_int_equal(number(rejected, "decided_by"), 1000);
	assert_string_equal(text(rejected, "reason"), "as agreed\\x1B");
	assert_string_equal(text(pick(reply, "holds", "state", "approved"), "rule"), "rule-shrunken-source");
	assert_string_equal(text(pick(reply, "holds", "id", "15-3f9a2b"), "decide"), "accept-source");
	assert_true(is_null(pick(reply, "holds", "state", "accepted"), "decide"));
	json_decref(whole);
}

static void holds_are_known_before_the_first_cycle(void **state)
{
	(void)state;
	json_t *whole;
	make_holds();
	bench.view.explain = NULL;
	assert_int_equal(length(ask("Holds", CALL("Holds"), &whole), "holds"), 5);
	json_decref(whole);
	const json_t *reply = ask("Hold", CALL_WITH("Hold", "{\"id\":\"12\"}"), &whole);
	assert_int_equal(length(reply, "operations"), 2);
	assert_int_equal(length(reply, "certificates"), 0);
	json_decref(whole);
	ask("Status", CALL("Status"), &whole);
	json_decref(whole);
}

/* The source is asked for those who were missing: what was thought before is not told as waiting for somebody. */
static void what_is_not_sure_yet_waits_for_nobody(void **state)
{
	(void)state;
	json_t *whole;
	const struct guard_hold fresh = {
		.rule = R_RULE_COUNT, .role = UINT8_MAX, .changes = 5, .seen = 55, .allowed = 50};
	make_holds();
	judge(&fresh, 1);
	bench.view.phase = RUN_ASKING;
	assert_int_equal(length(ask("Holds", CALL("Holds"), &whole), "holds"), 5);
	json_decref(whole);
	bench.view.phase = RUN_RECORDING;
	assert_int_equal(length(ask("Holds", CALL("Holds"), &whole), "holds"), 6);
	json_decref(whole);
}

/* What waits for a moment or for a freeze is no hold of Holds; Status and Plan show it without a number. */
static void what_nobody_decides_has_no_number(void **state)
{
	(void)state;
	json_t *whole;
	const struct guard_hold fresh = {
		.rule = R_RULE_COUNT, .role = UINT8_MAX, .changes = 5, .seen = 55, .allowed = 50};
	const struct guard_hold holds[] = {frozen, graced, fresh};
	judge(holds, 3);
	for (int i = 0; i < 2; i++) {
		const char *method = i == 0 ? "Status" : "Plan";
		const json_t *reply = ask(method, i == 0 ? CALL("Status") : CALL("Plan"), &whole);
		assert_int_equal(length(reply, "holds"), 3);
		const json_t *hold = pick(reply, "holds", "rule", "rule-frozen");
		assert_true(is_null(hold, "id") && is_null(hold, "state") && is_null(hold, "decide"));
		assert_int_equal(number(hold, "changes"), 2);
		assert_false(is_true(hold, "unnumbered"));
		assert_true(is_true(pick(reply, "holds", "rule", "rule-count"),
				    "unnumbered")); /* the next cycle numbers it */
		json_decref(whole);
	}
	const json_t *reply = ask("Holds", CALL("Holds"), &whole);
	assert_int_equal(length(reply, "holds"), 1); /* a decision will be asked for, as soon as it is on record */
	assert_string_equal(text(json_array_get(json_object_get(reply, "holds"), 0), "rule"), "rule-count");
	json_decref(whole);
}

static void verdict_and_record_are_one_row(void **state)
{
	(void)state;
	json_t *whole;
	make_holds();
	const struct guard_hold holds[] = {
		{.rule = R_RULE_INSTITUTION_COUNT,
		 .number = 30569,
		 .role = UINT8_MAX,
		 .changes = 1}, /* on record since */
		{.rule = R_RULE_REJECTED, .role = UINT8_MAX, .changes = 1, .id = 13, .state = HOLD_REJECTED},
		{.rule = R_RULE_COUNT, .role = UINT8_MAX, .changes = 1, .id = 99, .state = HOLD_OPEN}, /* over since */
		{.rule = R_RULE_INSTITUTION_COUNT,
		 .number = 112345,
		 .role = UINT8_MAX,
		 .changes = 1}, /* not on record yet */
		graced,
	};
	judge(holds, 5);
	const json_t *reply = ask("Status", CALL("Status"), &whole);
	/* 12, 13 and 15 are held back; 14 is approved and 16 accepted */
	assert_int_equal(length(reply, "holds"), 5);
	assert_non_null(pick(reply, "holds", "id", "12-3f9a2b"));
	assert_string_equal(text(pick(reply, "holds", "id", "13-3f9a2b"), "rule"), "rule-count");
	assert_non_null(pick(reply, "holds", "id", "15-3f9a2b"));
	assert_null(pick(reply, "holds", "state", "approved"));
	assert_null(pick(reply, "holds", "state", "accepted"));
	assert_non_null(pick(reply, "holds", "rule", "rule-grace"));
	json_decref(whole);
	reply = ask("Institution", CALL_WITH("Institution", "{\"number\":30569}"), &whole);
	assert_int_equal(length(reply, "holds"), 2);
	json_decref(whole);
	assert_int_equal(length(ask("Holds", CALL("Holds"), &whole), "holds"), 6);
	json_decref(whole);
}

static void too_many_holds_are_counted(void **state)
{
	(void)state;
	json_t *whole;
	static struct guard_hold many[250];
	for (uint32_t i = 0; i < 250; i++)
		many[i] = (struct guard_hold){.rule = R_RULE_INSTITUTION_COUNT, .number = i + 1, .role = UINT8_MAX};
	make_holds();
	judge(many, 250);
	const json_t *reply = ask("Holds", CALL("Holds"), &whole);
	assert_int_equal(length(reply, "holds"), 200);
	assert_int_equal(number(reply, "holds_omitted"), 55);
	json_decref(whole);
	assert_int_equal(number(ask("Status", CALL("Status"), &whole), "holds_omitted"), 53);
	json_decref(whole);
}

/* ---- one hold ----------------------------------------------------------------------------------------- */

static const struct past_change then[] = {
	{.cycle = 7,
	 .number = 30569,
	 .at_s = 1793860000,
	 .kind = CHANGE_MEMBER_ADD,
	 .role = 0,
	 .cause = R_CAUSE_GRANT,
	 .reason = R_GRANTED,
	 .person = {"vo-jan", 6},
	 .name = {"Jan\x1b", 4}},
	{.cycle = 6,
	 .number = 30569,
	 .at_s = 1793850000,
	 .kind = CHANGE_MEMBER_REMOVE,
	 .role = 1,
	 .cause = R_CAUSE_EXPLICIT},
};

static void a_hold_shows_its_evidence(void **state)
{
	(void)state;
	json_t *whole;
	make_holds();
	bench.ledger = (struct ledger_answer){.changes = then, .change_count = 2};
	const json_t *reply = ask("Hold", CALL_WITH("Hold", "{\"id\":\"12-3F9A2B\"}"), &whole);
	assert_int_equal(bench.question.kind, QUESTION_PLACE);
	assert_int_equal(bench.question.number, 30569);
	assert_string_equal(text(json_object_get(reply, "hold"), "id"), "12-3f9a2b");
	assert_int_equal(length(reply, "operations"), 2);
	const json_t *wanted = json_array_get(json_object_get(reply, "operations"), 0),
		     *not = json_array_get(json_object_get(reply, "operations"), 1);
	assert_true(is_true(wanted, "wanted"));
	assert_string_equal(text(wanted, "kind"), "member-remove");
	assert_string_equal(text(json_object_get(wanted, "person"), "vo_id"), "vo-gone");
	assert_false(is_true(not, "wanted"));
	assert_string_equal(text(json_object_get(not, "person"), "vo_id"), "vo-an");
	assert_string_equal(text(not, "reason"), "ended");
	json_decref(whole);
}

static void a_hold_shows_proof_and_history(void **state)
{
	(void)state;
	json_t *whole;
	make_holds();
	bench.ledger = (struct ledger_answer){.changes = then, .change_count = 2};
	snprintf(bench.world.source_read->certificate.server, 256, "ldaps://gov\x1b");
	bench.world.source_read->certificate.started_s = 1793869000;
	const json_t *reply = ask("Hold", CALL_WITH("Hold", "{\"id\":\"12\"}"), &whole);
	const json_t *source = pick(reply, "certificates", "side", "source"),
		     *history = json_object_get(reply, "history");
	assert_string_equal(text(source, "server"), "ldaps://gov\\x1B");
	assert_int_equal(number(source, "started"), 1793869000);
	assert_int_equal(number(source, "people"), 6);
	assert_int_equal(number(pick(reply, "certificates", "side", "target"), "groups"), 1);
	assert_true(is_null(reply, "history_unread"));
	assert_int_equal(json_array_size(history), 2);
	assert_string_equal(text(json_object_get(json_array_get(history, 0), "person"), "name"), "Jan\\x1B");
	assert_string_equal(text(json_array_get(history, 0), "reason"), "granted");
	assert_true(is_null(json_array_get(history, 1), "person")); /* forgotten */
	assert_string_equal(
		text(reply, "without_decision"),
		"everybody listed keeps the access; it expires without effect at 2026-11-08T08:56:40Z, and what "
		"is still wanted then forms a new hold");
	assert_non_null(strstr(text(reply, "contact"), "system administrators"));
	json_decref(whole);
}

static void a_history_that_cannot_be_told_says_so(void **state)
{
	(void)state;
	json_t *whole;
	make_holds();
	bench.ledger = (struct ledger_answer){.trouble = "disk I/O error\n", .changes = then, .change_count = 2};
	const json_t *reply = ask("Hold", CALL_WITH("Hold", "{\"id\":\"12\"}"), &whole);
	assert_int_equal(length(reply, "operations"), 2);
	assert_int_equal(length(reply, "history"), 0);
	assert_string_equal(text(reply, "history_unread"), "disk I/O error\\x0A");
	json_decref(whole);
}

static void a_hold_of_no_institution_asks_no_ledger(void **state)
{
	(void)state;
	json_t *whole;
	make_holds();
	ask("Hold", CALL_WITH("Hold", "{\"id\":\"13\"}"), &whole);
	json_decref(whole);
	assert_int_equal(bench.questions, 0);
}

static void expect_no_hold(const char *call, const char *part)
{
	json_t *reply = peer_ask(&peer, call);
	check_error(reply, INTERFACE_ERROR("OrderRefused"));
	assert_string_equal(text_in(reply, "code"), "not-found");
	assert_non_null(strstr(text_in(reply, "what"), part));
	json_decref(reply);
}

static void a_hold_is_asked_for_by_its_name(void **state)
{
	(void)state;
	make_holds();
	expect_no_hold(CALL_WITH("Hold", "{\"id\":\"11\"}"), "no hold 11");
	expect_no_hold(CALL_WITH("Hold", "{\"id\":\"12-3f9a2c\"}"), "it is 12-3f9a2b");
	expect_invalid(CALL_WITH("Hold", "{\"id\":\"twelve\"}"), "id");
	expect_invalid(CALL_WITH("Hold", "{}"), "id");
}

static void a_hold_may_go_while_the_ledger_is_asked(void **state)
{
	(void)state;
	make_holds();
	bench.later = true;
	peer_say(&peer, CALL_WITH("Hold", "{\"id\":\"12\"}"));
	while (bench.waiting_questions == 0)
		turn(bench.loop, 1);
	const struct past_hold over = {.id = 12, .state = HOLD_OVER};
	assert_int_equal(past_set_hold(&bench.world.past, &over), 0);
	control_bench_answer(&bench);
	json_t *reply = peer_next(&peer);
	check_error(reply, INTERFACE_ERROR("OrderRefused"));
	json_decref(reply);
}

static void a_source_that_went_back_lists_its_entries(void **state)
{
	(void)state;
	json_t *whole;
	struct hold_op ops[] = {{.id = {{1}}, .who = world_uuid(11), .role = UINT8_MAX, .evidence = 5},
				{.id = {{2}}, .number = 2, .role = UINT8_MAX, .evidence = 5},
				{.id = {{3}}, .who = world_uuid(2), .role = UINT8_MAX, .evidence = 5}};
	const struct past_hold hold = {.id = 17,
				       .rule = R_RULE_SOURCE_WENT_BACK,
				       .state = HOLD_OPEN,
				       .role = UINT8_MAX,
				       .expires_s = INT64_MAX,
				       .ops = ops,
				       .op_count = 3};
	assert_int_equal(past_set_hold(&bench.world.past, &hold), 0);
	const json_t *reply = ask("Hold", CALL_WITH("Hold", "{\"id\":\"17\"}"), &whole);
	const json_t *operations = json_object_get(reply, "operations"), *person = json_array_get(operations, 0),
		     *server = json_array_get(operations, 1), *school = json_array_get(operations, 2);
	assert_string_equal(text(person, "kind"), "source-entry");
	assert_string_equal(text(json_object_get(person, "person"), "vo_id"), "vo-jan");
	assert_non_null(text(person, "source_entry"));
	assert_string_equal(text(server, "kind"), "source-server");
	assert_true(is_null(server, "institution") && is_null(server, "source_entry"));
	assert_string_equal(text(school, "kind"), "source-entry");
	assert_non_null(text(school, "source_entry"));
	assert_int_equal(number(json_object_get(reply, "hold"), "changes"), 0);
	assert_true(is_null(json_object_get(reply, "hold"), "expires"));
	assert_string_equal(
		text(reply, "without_decision"),
		"nothing from the source is applied until it has caught up or somebody accepts it as it is, and it "
		"forms again for as long as the source is older");
	json_decref(whole);
}

/* Jan's entry was seen newer than it is now; An's was, and is as new again. */
static void what_is_still_older_is_told_apart(void **state)
{
	(void)state;
	json_t *whole;
	const struct uuid jan = world_uuid(11), an = world_uuid(12);
	const struct seen_entry seen = {.uuid = jan, .csn = {.time_us = 2000, .rest = 1u << 24}};
	struct hold_op ops[] = {{.who = an, .role = UINT8_MAX, .reason = R_RULE_SOURCE_WENT_BACK},
				{.who = jan, .role = UINT8_MAX, .reason = R_RULE_SOURCE_WENT_BACK}};
	world_find(&bench.world, true, 11)->csn = (struct csn){.time_us = 1000, .rest = 1u << 24};
	assert_int_equal(past_set_seen(&bench.world.past, &seen), 0);
	world_think(&bench.world);
	control_bench_look(&bench);
	back_identify(&an, NULL, 0, &ops[0].id);
	back_identify(&jan, NULL, 0, &ops[1].id);
	if (change_id_compare(&ops[0].id, &ops[1].id) > 0) {
		struct hold_op first = ops[0];
		ops[0] = ops[1];
		ops[1] = first;
	}
	const struct past_hold hold = {.id = 17,
				       .rule = R_RULE_SOURCE_WENT_BACK,
				       .state = HOLD_OPEN,
				       .role = UINT8_MAX,
				       .ops = ops,
				       .op_count = 2};
	assert_int_equal(past_set_hold(&bench.world.past, &hold), 0);
	const json_t *operations =
		json_object_get(ask("Hold", CALL_WITH("Hold", "{\"id\":\"17\"}"), &whole), "operations");
	assert_string_equal(text(json_object_get(json_array_get(operations, 0), "person"), "vo_id"), "vo-jan");
	assert_true(is_true(json_array_get(operations, 0), "wanted"));
	assert_string_equal(text(json_array_get(operations, 0), "source_changed"),
			    "19700101000000.001000Z#000000#001#000000");
	assert_string_equal(text(json_object_get(json_array_get(operations, 1), "person"), "vo_id"), "vo-an");
	assert_false(is_true(json_array_get(operations, 1), "wanted"));
	json_decref(whole);
}

static void what_a_decision_does_is_said(void **state)
{
	(void)state;
	static const struct {
		const char *id, *part;
	} expected[] = {
		{"13", "rejected: everybody listed keeps the access until its source changes"},
		{"14", "approved: what is still wanted for the same cause is carried out; the approval ends at"},
		{"16", "accepted: what follows from the source as it is now is judged as ever; should it still be "
		       "older then"}};
	make_holds();
	for (size_t i = 0; i < 3; i++) {
		json_t *whole;
		char *call = call_of("Hold", json_pack("{s:s}", "id", expected[i].id));
		assert_non_null(strstr(text(ask("Hold", call, &whole), "without_decision"), expected[i].part));
		json_decref(whole);
		free(call);
	}
}

static void a_long_list_is_cut(void **state)
{
	(void)state;
	json_t *whole;
	static struct hold_op ops[1200];
	for (uint32_t i = 0; i < 1200; i++)
		ops[i] = (struct hold_op){.id = {{(uint8_t)(i >> 8), (uint8_t)i}}, .kind = CHANGE_MEMBER_REMOVE};
	const struct past_hold hold = {
		.id = 18, .rule = R_RULE_COUNT, .state = HOLD_OPEN, .ops = ops, .op_count = 1200};
	assert_int_equal(past_set_hold(&bench.world.past, &hold), 0);
	const json_t *reply = ask("Hold", CALL_WITH("Hold", "{\"id\":\"18\"}"), &whole);
	assert_int_equal(length(reply, "operations"), 1000);
	assert_int_equal(number(reply, "operations_omitted"), 200);
	assert_int_equal(number(json_object_get(reply, "hold"), "changes"), 1200);
	json_decref(whole);
}

/* ---- freezes ------------------------------------------------------------------------------------------ */

static void freeze(uint32_t id, uint32_t institution, bool pause, int64_t until_s)
{
	const struct past_freeze freeze = {.id = id,
					   .number = institution,
					   .pause = pause,
					   .by = 1000,
					   .since_s = 1793860000,
					   .until_s = until_s,
					   .said = (char *)(uintptr_t) "audit\x1b"};
	assert_int_equal(past_set_freeze(&bench.world.past, &freeze), 0);
}

static uint32_t hold_all(uint32_t institution, enum reason rule)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < bench.world.plan->change_count; i++) {
		struct change *change = &bench.world.plan->changes[i];
		if (institution != 0 && change->number != institution)
			continue;
		change->verdict = VERDICT_HOLD;
		change->rule = (uint16_t)rule;
		count++;
	}
	return count;
}

static const json_t *freezes_now(json_t **whole)
{
	return json_object_get(ask("Status", CALL("Status"), whole), "freezes");
}

static uint32_t count_at(uint32_t institution)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < bench.world.plan->change_count; i++)
		count += bench.world.plan->changes[i].number == institution;
	return count;
}

static void each_freeze_counts_what_it_holds_by_itself(void **state)
{
	(void)state;
	json_t *whole;
	freeze(1, 30569, false, INT64_MAX);
	freeze(2, 0, false, INT64_MAX);
	uint32_t held = hold_all(0, R_RULE_FROZEN), here = count_at(30569);
	assert_true(here > 0 && held > here);
	const json_t *freezes = freezes_now(&whole);
	assert_int_equal(number(json_array_get(freezes, 0), "held"), here);
	assert_int_equal(number(json_array_get(freezes, 1), "held"), held);
	json_decref(whole);
}

/* They pass a freeze: without the pause they would go. */
static void what_only_a_pause_holds_does_not_wait_for_a_freeze(void **state)
{
	(void)state;
	json_t *whole;
	freeze(1, 0, false, INT64_MAX);
	freeze(2, 0, true, INT64_MAX);
	uint32_t held = hold_all(0, R_RULE_PAUSED);
	struct change *ended = bench.world.plan->changes;
	while (ended->kind != CHANGE_MEMBER_REMOVE)
		ended++;
	ended->cause = R_CAUSE_SCHEDULED;
	const json_t *freezes = freezes_now(&whole);
	assert_int_equal(number(json_array_get(freezes, 0), "held"), held - 1);
	assert_int_equal(number(json_array_get(freezes, 1), "held"), held);
	json_decref(whole);
}

static void freezes_say_who_why_until_and_what_waits(void **state)
{
	(void)state;
	json_t *whole;
	int64_t later = clock_wall_s() + 3600;
	freeze(1, 30569, false, later);
	freeze(2, 777, false, INT64_MAX);
	freeze(3, 112345, false, clock_wall_s() - 1); /* over */
	uint32_t held = hold_all(30569, R_RULE_FROZEN);
	assert_true(held > 0);
	const json_t *freezes = freezes_now(&whole), *first = json_array_get(freezes, 0),
		     *second = json_array_get(freezes, 1);
	assert_int_equal(json_array_size(freezes), 2);
	assert_int_equal(number(first, "institution"), 30569);
	assert_string_equal(text(first, "institution_name"), "School 030569");
	assert_false(is_true(first, "pause"));
	assert_int_equal(number(first, "by"), 1000);
	assert_int_equal(number(first, "since"), 1793860000);
	assert_int_equal(number(first, "until"), later);
	assert_string_equal(text(first, "reason"), "audit\\x1B");
	assert_int_equal(number(first, "held"), held);
	assert_true(is_null(second, "until"));
	assert_int_equal(number(second, "held"), 0);
	json_decref(whole);
}

static void a_pause_holds_everything(void **state)
{
	(void)state;
	json_t *whole;
	freeze(1, 30569, false, INT64_MAX);
	freeze(2, 0, true, INT64_MAX);
	uint32_t held = hold_all(0, R_RULE_PAUSED);
	const json_t *freezes = freezes_now(&whole);
	assert_int_equal(number(json_array_get(freezes, 0), "held"), count_at(30569));
	assert_true(is_true(json_array_get(freezes, 1), "pause"));
	assert_true(is_null(json_array_get(freezes, 1), "institution"));
	assert_int_equal(number(json_array_get(freezes, 1), "held"), held);
	json_decref(whole);
	bench.view.explain = NULL; /* paused while the source cannot be read: it is shown all the same */
	assert_int_equal(number(json_array_get(freezes_now(&whole), 1), "held"), 0);
	json_decref(whole);
}

static void too_many_freezes_are_counted(void **state)
{
	(void)state;
	json_t *whole;
	for (uint32_t i = 1; i <= 230; i++)
		freeze(i, i, false, INT64_MAX);
	const json_t *reply = ask("Status", CALL("Status"), &whole);
	assert_int_equal(length(reply, "freezes"), 200);
	assert_int_equal(number(reply, "freezes_omitted"), 30);
	json_decref(whole);
}

static void pins_are_counted_while_they_last(void **state)
{
	(void)state;
	json_t *whole;
	for (uint32_t i = 0; i < 3; i++) {
		const struct past_pin pin = {
			.person = world_uuid(11), .number = i + 1, .until_s = clock_wall_s() + (i == 0 ? -1 : 3600)};
		assert_int_equal(past_set_pin(&bench.world.past, &pin), 0);
	}
	assert_int_equal(number(ask("Status", CALL("Status"), &whole), "pins"), 2);
	json_decref(whole);
}

static void each_undone_cycle_is_told_with_what_it_keeps(void **state)
{
	static const struct {
		uint32_t cycle;
		int after_s;
	} pins[] = {{4, 3600}, {7, 60}, {4, 7200}, {5, -1}, {7, -1}};
	const int64_t now_s = clock_wall_s();
	(void)state;
	json_t *whole;
	for (uint32_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++) {
		const struct past_pin pin = {.person = world_uuid(11),
					     .number = i + 1,
					     .cycle = pins[i].cycle,
					     .until_s = now_s + pins[i].after_s};
		assert_int_equal(past_set_pin(&bench.world.past, &pin), 0);
	}
	const json_t *undone = json_object_get(ask("Status", CALL("Status"), &whole), "undone");
	assert_int_equal(json_array_size(undone), 2);
	assert_int_equal(number(json_array_get(undone, 0), "cycle"), 4);
	assert_int_equal(number(json_array_get(undone, 0), "memberships"), 2);
	assert_int_equal(number(json_array_get(undone, 0), "until"), now_s + 7200);
	assert_int_equal(number(json_array_get(undone, 1), "cycle"), 7);
	assert_int_equal(number(json_array_get(undone, 1), "memberships"), 1);
	json_decref(whole);
	for (uint32_t i = 0; i < 130; i++) {
		const struct past_pin pin = {
			.person = world_uuid(12), .number = i + 1, .cycle = 100 + i, .until_s = now_s + 3600};
		assert_int_equal(past_set_pin(&bench.world.past, &pin), 0);
	}
	assert_int_equal(length(ask("Status", CALL("Status"), &whole), "undone"), 100);
	json_decref(whole);
}

/* ---- hand edits --------------------------------------------------------------------------------------- */

/* The stranger was put in by hand; An, who should be in the group, was taken out of it. */
static void edit_by_hand(void)
{
	struct world *w = &bench.world;
	w->past.first_contact = false;
	world_target(w, OUR_PERSON("vo-an", "12"));
	world_past(w, "owned: 30569 trajectbegeleider uid=vo-an 12 held\n");
	world_think(w);
	control_bench_look(&bench);
}

static struct change *edit_of(enum reason reason, enum verdict verdict, enum reason rule)
{
	struct change *change = control_bench_change(&bench, reason);
	change->verdict = (uint8_t)verdict;
	change->rule = (uint16_t)rule;
	return change;
}

/* On record under this number, as run/ does it: the plan's own list learns the number, its remarks do not. */
static struct past_drift *record_edit(enum reason reason, uint32_t id, enum drift_decision decision)
{
	struct plan *plan = bench.world.plan;
	for (uint32_t i = 0; i < plan->drift_count; i++) {
		struct past_drift *drift = &plan->drifts[i];
		if (drift->reason != reason)
			continue;
		drift->id = id;
		drift->decision = (uint8_t)decision;
		assert_int_equal(past_set_drift(&bench.world.past, drift), 0);
		return drift;
	}
	fail_msg("the plan has no such drift");
	return NULL;
}

static const json_t *drift_now(const char *code, json_t **whole)
{
	const json_t *reply = ask("Drift", CALL("Drift"), whole);
	assert_string_equal(text(reply, "mode"), "repair");
	assert_int_equal(number(reply, "grace"), 900);
	const json_t *drift = pick(reply, "drift", "code", code);
	assert_non_null(drift);
	return drift;
}

static void a_value_added_by_hand_goes_after_the_grace(void **state)
{
	(void)state;
	json_t *whole;
	edit_by_hand();
	edit_of(R_DRIFT_ADDED, VERDICT_HOLD, R_RULE_GRACE);
	int64_t first_s = bench.world.now_s;
	const json_t *drift = drift_now("added-by-hand", &whole);
	assert_true(is_null(drift, "id") && is_null(drift, "adopt") && is_null(drift, "undo")); /* not on record yet */
	json_decref(whole);
	record_edit(R_DRIFT_ADDED, 3, DRIFT_UNDECIDED);
	drift = drift_now("added-by-hand", &whole);
	assert_int_equal(number(drift, "id"), 3);
	assert_int_equal(number(drift, "institution"), 30569);
	assert_string_equal(text(drift, "institution_name"), "School 030569");
	assert_string_equal(text(drift, "role"), "trajectbegeleider");
	assert_string_equal(text(drift, "value"), "uid=stranger,ou=people,ou=werkplekduaal,dc=app");
	assert_non_null(strstr(text(drift, "entry"), "30569"));
	assert_int_equal(number(drift, "known"), first_s);
	assert_int_equal(number(drift, "will_at"), first_s + 900);
	assert_string_equal(text(drift, "will"),
			    "taken out again at 2026-11-05T09:15:00Z, or with the first complete read of the "
			    "source after that");
	assert_true(is_null(drift, "adopt")); /* nobody knows the stranger: there is no vo-id to write down */
	assert_string_equal(text(drift, "undo"), "duaalctl drift undo 3 --reason \"WHY\"");
	assert_true(is_null(drift, "author") && is_null(drift, "authored") && is_null(drift, "decided"));
	json_decref(whole);
	const json_t *remark = pick(ask("Status", CALL("Status"), &whole), "remarks", "code", "added-by-hand");
	assert_int_equal(number(remark, "drift"), 3);
	assert_int_equal(number(remark, "known"), first_s);
	assert_true(is_null(remark, "at"));
	assert_non_null(strstr(text(remark, "will_do"), "taken out again at 2026-11-05T09:15:00Z"));
	json_decref(whole);
}

/* Griet is nobody at the source any more; her entry in the application's directory still says who she is. */
static void whoever_has_an_entry_can_be_kept(void **state)
{
	(void)state;
	json_t *whole;
	edit_by_hand();
	struct past_drift *record = record_edit(R_DRIFT_ADDED, 3, DRIFT_UNDECIDED);
	record->key = dn_key(text_of("uid=vo-gone,ou=people,ou=werkplekduaal,dc=app"));
	assert_int_equal(past_set_drift(&bench.world.past, record), 0);
	assert_string_equal(text(drift_now("added-by-hand", &whole), "adopt"),
			    "duaalctl drift adopt 3 --reason \"WHY\"");
	json_decref(whole);
}

static void a_value_removed_by_hand_waits(void **state)
{
	(void)state;
	json_t *whole;
	edit_by_hand();
	edit_of(R_DRIFT_REMOVED, VERDICT_HOLD, R_RULE_BY_HAND)->hold = 7;
	struct past_drift *record = record_edit(R_DRIFT_REMOVED, 4, DRIFT_UNDECIDED);
	record->author = (char *)(uintptr_t) "cn=admin\x1b,dc=app";
	record->author_s = 1793860000;
	assert_int_equal(past_set_drift(&bench.world.past, record), 0);
	record->author = NULL;
	const json_t *drift = drift_now("removed-by-hand", &whole);
	assert_string_equal(text(json_object_get(drift, "person"), "vo_id"), "vo-an");
	assert_string_equal(text(drift, "value"), "uid=vo-an,ou=people,ou=werkplekduaal,dc=app");
	assert_string_equal(text(drift, "author"), "cn=admin\\x1B,dc=app");
	assert_int_equal(number(drift, "authored"), 1793860000);
	assert_string_equal(text(drift, "will"), "nothing until somebody decides: duaalctl holds");
	assert_true(is_null(drift, "will_at"));
	assert_string_equal(text(drift, "adopt"), "duaalctl drift adopt 4 --reason \"WHY\"");
	assert_string_equal(text(drift, "undo"), "duaalctl drift undo 4 --reason \"WHY\"");
	json_decref(whole);
}

static void what_was_decided_is_not_asked_again(void **state)
{
	(void)state;
	json_t *whole;
	edit_by_hand();
	edit_of(R_DRIFT_ADDED, VERDICT_GO, R_RULE_APPROVED);
	record_edit(R_DRIFT_ADDED, 3, DRIFT_UNDO);
	const json_t *drift = drift_now("added-by-hand", &whole);
	assert_string_equal(text(drift, "decided"), "undo");
	assert_true(is_null(drift, "undo"));
	assert_string_equal(text(drift, "will"), "taken out again with the next cycle");
	json_decref(whole);
}

static void what_will_be_done_is_what_the_guard_lets_go(void **state)
{
	(void)state;
	static const struct {
		enum verdict verdict;
		enum reason rule;
		const char *will;
		uint32_t hold;
	} cases[] = {
		{VERDICT_GO, R_RULE_NONE, "taken out again with the next cycle", 0},
		{VERDICT_HOLD, R_RULE_FROZEN, "nothing while the institution is frozen; duaalctl status tells by whom",
		 0},
		{VERDICT_HOLD, R_RULE_PAUSED, "nothing while the daemon is paused; duaalctl status tells by whom", 0},
		{VERDICT_HOLD, R_RULE_SOURCE_UNREAD, "nothing while the source cannot be read", 0},
		{VERDICT_HOLD, R_RULE_REJECTED, "nothing: putting it right was rejected", 0},
		{VERDICT_HOLD, R_RULE_COUNT, "nothing until somebody decides: duaalctl holds", 7},
		{VERDICT_HOLD, R_RULE_COUNT,
		 "nothing until somebody decides; its hold gets the number for that with the next cycle that does not "
		 "fail",
		 0},
		{VERDICT_REFUSE, R_RULE_DOUBTFUL, "nothing: the guard refuses to touch it", 0}};
	edit_by_hand();
	record_edit(R_DRIFT_ADDED, 3, DRIFT_UNDECIDED);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *whole;
		edit_of(R_DRIFT_ADDED, cases[i].verdict, cases[i].rule)->hold = cases[i].hold;
		assert_string_equal(text(drift_now("added-by-hand", &whole), "will"), cases[i].will);
		json_decref(whole);
	}
	json_t *whole;
	edit_of(R_DRIFT_ADDED, VERDICT_HOLD, R_RULE_GRACE);
	bench.world.plan_input.source_stale = true;
	const json_t *drift = drift_now("added-by-hand", &whole);
	assert_string_equal(text(drift, "will"), "nothing while the source cannot be read; taken out again after that");
	assert_true(is_null(drift, "will_at"));
	json_decref(whole);
	bench.world.plan_input.source_stale = false;
	bench.world.policy_input.now_s += 900; /* the grace is over, and it waits all the same */
	drift = drift_now("added-by-hand", &whole);
	assert_string_equal(text(drift, "will"),
			    "taken out again with the next complete read of the source that is clear about the person");
	assert_true(is_null(drift, "will_at"));
	json_decref(whole);
}

static bool refuse_each(const void *ctx, uint32_t change)
{
	(void)ctx;
	return bench.explain.plan->changes[change].kind == CHANGE_MEMBER_REMOVE;
}

static void what_the_directory_refuses_is_not_promised(void **state)
{
	(void)state;
	json_t *whole;
	edit_by_hand();
	record_edit(R_DRIFT_ADDED, 3, DRIFT_UNDECIDED);
	edit_of(R_DRIFT_ADDED, VERDICT_GO, R_RULE_NONE);
	bench.explain.was_refused = refuse_each;
	assert_string_equal(text(drift_now("added-by-hand", &whole), "will"),
			    "tried again with the next cycle: the directory refused it; duaalctl history tells why");
	json_decref(whole);
	bench.explain.refuses_all = true;
	assert_string_equal(
		text(drift_now("added-by-hand", &whole), "will"),
		"tried again with the next cycle: the directory refuses every change; duaalctl history tells why");
	json_decref(whole);
}

static void what_is_only_reported_is_left_alone(void **state)
{
	(void)state;
	json_t *whole;
	bench.world.drift.mode = DRIFT_REPORT;
	edit_by_hand();
	record_edit(R_DRIFT_ADDED, 3, DRIFT_UNDECIDED);
	const json_t *reply = ask("Drift", CALL("Drift"), &whole),
		     *drift = pick(reply, "drift", "code", "added-by-hand");
	assert_string_equal(text(reply, "mode"), "report");
	assert_string_equal(text(drift, "will"), "nothing: it is reported and left alone");
	assert_string_equal(text(drift, "undo"), "duaalctl drift undo 3 --reason \"WHY\"");
	json_decref(whole);
}

/* Kinds that this world does not have: the first edit is made one of them. */
static void what_can_be_done_depends_on_what_was_done(void **state)
{
	(void)state;
	static const struct {
		enum reason reason;
		bool undo;
		const char *will;
	} kinds[] = {{R_DRIFT_RENAMED, false, "nothing: it is kept up to date under its new name"},
		     {R_DRIFT_ENTRY_CHANGED, false, "nothing: it is reported and left alone"},
		     {R_DRIFT_ATTRIBUTE, true, "nothing: it is reported and left alone"},
		     {R_DRIFT_ENTRY_GONE, true, "nothing: it is reported and left alone"}};
	edit_by_hand();
	struct past_drift *drift = record_edit(R_DRIFT_ADDED, 3, DRIFT_UNDECIDED);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		json_t *whole;
		drift->reason = (uint16_t)kinds[i].reason;
		drift->entry = (struct uuid){0};
		assert_int_equal(past_set_drift(&bench.world.past, drift), 0);
		const json_t *shown = drift_now(reason_code(kinds[i].reason), &whole);
		assert_true(is_null(shown, "adopt"));
		assert_int_equal(is_null(shown, "undo"), !kinds[i].undo);
		assert_string_equal(text(shown, "will"), kinds[i].will);
		assert_non_null(strstr(text(shown, "entry"), "30569"));
		json_decref(whole);
	}
}

static void much_drift_is_cut(void **state)
{
	(void)state;
	json_t *whole;
	static struct past_drift many[620];
	for (uint32_t i = 0; i < 620; i++)
		many[i] = (struct past_drift){
			.id = i + 1, .reason = R_DRIFT_ENTRY_GONE, .role = UINT8_MAX, .number = i + 1};
	bench.world.plan->drifts = many;
	bench.world.plan->drift_count = 620;
	const json_t *reply = ask("Drift", CALL("Drift"), &whole);
	assert_int_equal(length(reply, "drift"), 500);
	assert_int_equal(number(reply, "drift_omitted"), 120);
	json_decref(whole);
}

/* ---- directives --------------------------------------------------------------------------------------- */

static const char directives[] =
	"is: request\nuuid: 501\nnumber: 777\nvalid-until: 20270101000000Z\n"
	"\nis: request\nuuid: 502\nnumber: 778\nvalid-until: 20260101000000Z\n"
	"\nis: override\nuuid: 503\nnumber: 0030569\nrole: Beheerder\nvo-id: VO-JAN\n"
	"valid-until: 20270101000000Z\n"
	"\nis: override\nuuid: 504\nnumber: x\nrole: koning\nvo-id: vo-nobody\nvalid-until: soon\n";

static void set(uint32_t uuid, enum field field, const char *value)
{
	record_set(&bench.world, world_find(&bench.world, false, uuid), field, value);
}

static const struct entry *directive_entry(uint32_t uuid)
{
	const struct target_snapshot *target = view_target(&bench.view);
	const struct uuid wanted = world_uuid(uuid);
	for (uint32_t i = 0; i < target->request_count; i++)
		if (uuid_equal(&target->requests[i]->uuid, &wanted))
			return target->requests[i];
	for (uint32_t i = 0; i < target->override_count; i++)
		if (uuid_equal(&target->overrides[i]->uuid, &wanted))
			return target->overrides[i];
	fail_msg("no such directive");
	return NULL;
}

/* The policy's findings are put in by hand, so that what is told does not depend on its rules. */
static void make_directives(void)
{
	static struct past_directive in_force[2];
	static struct directive_remark remarks[2];
	world_target(&bench.world, directives);
	set(501, FIELD_REASON, "asked by phone\x1b");
	set(501, FIELD_OWNER, "cn=admin,dc=app");
	set(503, FIELD_EFFECT, "Exclude");
	world_think(&bench.world);
	control_bench_look(&bench);
	in_force[0] = (struct past_directive){.uuid = world_uuid(501)};
	in_force[1] = (struct past_directive){.uuid = world_uuid(503)};
	remarks[0] = (struct directive_remark){
		.entry = directive_entry(504), .reason = R_OVERRIDE_MALFORMED, .role = UINT8_MAX, .person = NONE};
	remarks[1] = (struct directive_remark){.entry = directive_entry(503),
					       .reason = R_DIRECTIVE_ENDS_SOON,
					       .role = 1,
					       .number = 30569,
					       .person = 0,
					       .at_s = 1798761600};
	bench.world.desired->directives = in_force;
	bench.world.desired->directive_count = 2;
	bench.world.desired->directive_remarks = remarks;
	bench.world.desired->directive_remark_count = 2;
}

static void vanish(uint32_t uuid, enum directive_kind kind, int64_t until_s)
{
	const struct past_directive gone = {.uuid = world_uuid(uuid),
					    .person = kind != DIRECTIVE_REQUEST ? world_uuid(11) : (struct uuid){{0}},
					    .number = 30569,
					    .kind = (uint8_t)kind,
					    .role = kind != DIRECTIVE_REQUEST ? 0 : UINT8_MAX,
					    .until_s = until_s};
	assert_int_equal(past_set_directive(&bench.world.past, &gone), 0);
}

static void directives_say_what_they_do(void **state)
{
	(void)state;
	json_t *whole;
	make_directives();
	const json_t *reply = ask("Directives", CALL("Directives"), &whole);
	assert_int_equal(length(reply, "directives"), 4);
	const json_t *request = pick(reply, "directives", "reason", "asked by phone\\x1B");
	assert_string_equal(text(request, "kind"), "request");
	assert_int_equal(number(request, "institution"), 777);
	assert_string_equal(text(request, "institution_name"), "CVO Zonder");
	assert_int_equal(number(request, "until"), 1798761600);
	assert_string_equal(text(request, "owner"), "cn=admin,dc=app");
	assert_string_equal(text(request, "effect"), "in-force");
	assert_true(is_null(request, "code") && is_null(request, "sentence") && is_null(request, "person"));
	const json_t *lapsed = pick(reply, "directives", "effect", "lapsed");
	assert_int_equal(number(lapsed, "institution"), 778);
	assert_string_equal(text(lapsed, "code"), "request-lapsed");
	const json_t *override = pick(reply, "directives", "kind", "exclude");
	assert_string_equal(text(override, "effect"), "in-force");
	assert_string_equal(text(override, "code"), "directive-ends-soon");
	assert_string_equal(text(override, "role"), "beheerder");
	assert_string_equal(text(json_object_get(override, "person"), "vo_id"), "vo-jan");
	const json_t *bad = pick(reply, "directives", "effect", "none");
	assert_string_equal(text(bad, "kind"), "override");
	assert_string_equal(text(bad, "code"), "override-malformed");
	assert_string_equal(text(bad, "vo_id"), "vo-nobody");
	assert_true(is_null(bad, "institution") && is_null(bad, "role") && is_null(bad, "person") &&
		    is_null(bad, "until"));
	assert_non_null(text(bad, "entry"));
	json_decref(whole);
}

static void a_directive_that_vanished_is_told_first(void **state)
{
	(void)state;
	json_t *whole;
	make_directives();
	vanish(601, DIRECTIVE_INCLUDE, INT64_MAX);
	vanish(602, DIRECTIVE_REQUEST, 1798761600);
	vanish(603, DIRECTIVE_EXCLUDE, bench.world.now_s); /* its date has passed: nothing is missing */
	vanish(501, DIRECTIVE_REQUEST, INT64_MAX);         /* it is there */
	const json_t *list = json_object_get(ask("Directives", CALL("Directives"), &whole), "directives");
	const json_t *include = json_array_get(list, 0), *request = json_array_get(list, 1);
	assert_int_equal(json_array_size(list), 6);
	assert_string_equal(text(include, "kind"), "include");
	assert_string_equal(text(include, "effect"), "vanished");
	assert_string_equal(text(include, "code"), "directive-vanished");
	assert_string_equal(text(include, "vo_id"), "vo-jan");
	assert_string_equal(text(include, "role"), "trajectbegeleider");
	assert_true(is_null(include, "entry") && is_null(include, "until"));
	assert_string_equal(text(request, "kind"), "request");
	assert_int_equal(number(request, "until"), 1798761600);
	json_decref(whole);
}

static void a_directive_without_effect_is_a_remark(void **state)
{
	(void)state;
	json_t *whole;
	make_directives();
	const json_t *reply = ask("Status", CALL("Status"), &whole);
	const json_t *bad = pick(reply, "remarks", "code", "override-malformed"),
		     *soon = pick(reply, "remarks", "code", "directive-ends-soon");
	assert_non_null(text(bad, "entry"));
	assert_string_equal(text(bad, "will_do"), "nothing until the entry is put right");
	assert_true(is_null(bad, "drift") && is_null(bad, "at") && is_null(bad, "known"));
	assert_int_equal(number(soon, "at"), 1798761600);
	assert_true(is_null(soon, "known"));
	assert_string_equal(text(soon, "will_do"),
			    "it has no effect any more from 2027-01-01T00:00:00Z on, unless its date is moved before");
	assert_int_equal(number(pick(reply, "remark_counts", "code", "directive-ends-soon"), "count"), 1);
	assert_int_equal(length(reply, "remarks"), bench.world.plan->remark_count + 2);
	json_decref(whole);
	reply = ask("Institution", CALL_WITH("Institution", "{\"number\":30569}"), &whole);
	assert_non_null(pick(reply, "remarks", "code", "directive-ends-soon"));
	assert_null(pick(reply, "remarks", "code", "override-malformed"));
	json_decref(whole);
}

/* The policy remembers an include that has no effect, so that its vanishing is noticed; that is not "in force". */
static void a_directive_may_stand_there_for_nothing(void **state)
{
	(void)state;
	static const struct {
		enum reason reason;
		const char *effect;
	} cases[] = {{R_OVERRIDE_NOT_ADMITTED, "none"},
		     {R_OVERRIDE_PERSON_UNKNOWN, "none"},
		     {R_PERSON_AMBIGUOUS, "none"},
		     {R_OVERRIDE_NOBODY, "in-force"}};
	make_directives();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *whole;
		bench.world.desired->directive_remarks[1].reason = (uint16_t)cases[i].reason;
		const json_t *override =
			pick(ask("Directives", CALL("Directives"), &whole), "directives", "kind", "exclude");
		assert_string_equal(text(override, "effect"), cases[i].effect);
		assert_string_equal(text(override, "code"), reason_code(cases[i].reason));
		json_decref(whole);
	}
	json_t *whole;
	bench.world.policy_input.now_s = 1798761600; /* its last second was the one before */
	assert_string_equal(
		text(pick(ask("Directives", CALL("Directives"), &whole), "directives", "kind", "exclude"), "effect"),
		"lapsed");
	json_decref(whole);
}

static void a_book_for_a_reason_is_cut(void **state)
{
	(void)state;
	json_t *whole;
	static char book[5001];
	memset(book, 'x', 5000);
	book[999] = '\xc3';
	make_directives();
	set(501, FIELD_REASON, book);
	world_think(&bench.world);
	control_bench_look(&bench);
	const json_t *request =
		pick(ask("Directives", CALL("Directives"), &whole), "directives", "owner", "cn=admin,dc=app");
	assert_int_equal(strlen(text(request, "reason")), 999 + 4 + 3);
	assert_string_equal(text(request, "reason") + 999, "\\xC3...");
	json_decref(whole);
}

static void many_directives_are_cut(void **state)
{
	(void)state;
	json_t *whole;
	for (uint32_t i = 0; i < 1010; i++)
		vanish(1000 + i, DIRECTIVE_INCLUDE, INT64_MAX);
	const json_t *reply = ask("Directives", CALL("Directives"), &whole);
	assert_int_equal(length(reply, "directives"), 1000);
	assert_int_equal(number(reply, "directives_omitted"), 10);
	json_decref(whole);
}

static void hand_edits_and_directives_need_a_cycle(void **state)
{
	(void)state;
	bench.view.explain = NULL;
	expect_error(CALL("Drift"), INTERFACE_ERROR("NotReady"));
	expect_error(CALL("Directives"), INTERFACE_ERROR("NotReady"));
}

/* ---- the audit ---------------------------------------------------------------------------------------- */

static void the_chain_holds_or_says_where_not(void **state)
{
	(void)state;
	json_t *whole;
	bench.ledger = (struct ledger_answer){.head = {.seq = 1234, .hash = {0xab, 0xcd}}};
	const json_t *reply = ask("AuditVerify", CALL("AuditVerify"), &whole);
	assert_int_equal(bench.question.kind, QUESTION_VERIFY);
	assert_int_equal(number(reply, "rows"), 1234);
	assert_int_equal(strlen(text(reply, "head")), 64);
	assert_int_equal(strncmp(text(reply, "head"), "abcd00", 6), 0);
	assert_true(is_null(reply, "broken"));
	json_decref(whole);
	bench.ledger.trouble = "duaal-ledger was ended by signal 9";
	expect_error(CALL("AuditVerify"),
		     INTERFACE_ERROR("OrderRefused")); /* nobody looked: that says nothing about the record */
	bench.ledger.trouble = "row 17 does not fit\n";
	bench.ledger.damaged = true;
	assert_string_equal(text(ask("AuditVerify", CALL("AuditVerify"), &whole), "broken"),
			    "row 17 does not fit\\x0A");
	json_decref(whole);
}

static void the_export_is_json_lines(void **state)
{
	(void)state;
	json_t *whole;
	static const char first[] = "{\"row\":1,\"said\":\"d\xc3\xa9j\xc3\xa0 \\\"\\u001b\\\"\"}",
			  second[] = "{\"row\":2,\"said\":\"\xe2\x80\xae\"}", third[] = "no JSON \x1b";
	const struct text lines[] = {
		{first, sizeof(first) - 1}, {second, sizeof(second) - 1}, {third, sizeof(third) - 1}};
	bench.ledger = (struct ledger_answer){.lines = lines, .line_count = 3, .next = 4};
	const json_t *reply = ask("AuditExport", CALL_WITH("AuditExport", "{\"from\":1,\"limit\":3}"), &whole);
	assert_int_equal(bench.question.kind, QUESTION_EXPORT);
	assert_int_equal(bench.question.from, 1);
	assert_int_equal(bench.question.limit, 3);
	const json_t *told = json_object_get(reply, "lines");
	assert_string_equal(json_string_value(json_array_get(told, 0)), first);
	assert_string_equal(json_string_value(json_array_get(told, 1)), "{\"row\":2,\"said\":\"\\u202E\"}");
	assert_string_equal(json_string_value(json_array_get(told, 2)), "no JSON \\x1B");
	assert_int_equal(number(reply, "next"), 4);
	json_decref(whole);
	bench.ledger.next = 0;
	assert_true(is_null(ask("AuditExport", CALL("AuditExport"), &whole), "next"));
	assert_int_equal(bench.question.from, 1);
	assert_int_equal(bench.question.limit, 500);
	json_decref(whole);
	expect_invalid(CALL_WITH("AuditExport", "{\"from\":0}"), "from");
	expect_invalid(CALL_WITH("AuditExport", "{\"limit\":501}"), "limit");
	bench.ledger.trouble = "the ledger is locked";
	expect_error(CALL("AuditExport"), INTERFACE_ERROR("OrderRefused"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(holds_on_record_say_what_was_decided),
		T(holds_are_known_before_the_first_cycle),
		T(what_is_not_sure_yet_waits_for_nobody),
		T(what_nobody_decides_has_no_number),
		T(verdict_and_record_are_one_row),
		T(too_many_holds_are_counted),
		T(a_hold_shows_its_evidence),
		T(a_hold_shows_proof_and_history),
		T(a_history_that_cannot_be_told_says_so),
		T(a_hold_of_no_institution_asks_no_ledger),
		T(a_hold_is_asked_for_by_its_name),
		T(a_hold_may_go_while_the_ledger_is_asked),
		T(a_source_that_went_back_lists_its_entries),
		T(what_is_still_older_is_told_apart),
		T(what_a_decision_does_is_said),
		T(a_long_list_is_cut),
		T(freezes_say_who_why_until_and_what_waits),
		T(a_pause_holds_everything),
		T(each_freeze_counts_what_it_holds_by_itself),
		T(what_only_a_pause_holds_does_not_wait_for_a_freeze),
		T(too_many_freezes_are_counted),
		T(pins_are_counted_while_they_last),
		T(each_undone_cycle_is_told_with_what_it_keeps),
		T(a_value_added_by_hand_goes_after_the_grace),
		T(whoever_has_an_entry_can_be_kept),
		T(a_value_removed_by_hand_waits),
		T(what_was_decided_is_not_asked_again),
		T(what_will_be_done_is_what_the_guard_lets_go),
		T(what_the_directory_refuses_is_not_promised),
		T(what_is_only_reported_is_left_alone),
		T(what_can_be_done_depends_on_what_was_done),
		T(much_drift_is_cut),
		T(directives_say_what_they_do),
		T(a_directive_that_vanished_is_told_first),
		T(a_directive_without_effect_is_a_remark),
		T(a_directive_may_stand_there_for_nothing),
		T(a_book_for_a_reason_is_cut),
		T(many_directives_are_cut),
		T(hand_edits_and_directives_need_a_cycle),
		T(the_chain_holds_or_says_where_not),
		T(the_export_is_json_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
