/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_control_waiting.c - what waits for people and what people did: holds with their evidence, freezes, hand edits, directives, the audit.
 */
#include "unit.h"

#include "base/clock.h"
#include "control_ask.h"
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
	memcpy(copy, holds, count * sizeof(copy[0]));
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
	assert_true(is_null(rejected, "decide"));
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
	const json_t *source = pick(reply, "certificates", "side", "source"), *history = json_object_get(reply, "history");
	assert_string_equal(text(source, "server"), "ldaps://gov\\x1B");
	assert_int_equal(number(source, "started"), 1793869000);
	assert_int_equal(number(source, "people"), 6);
	assert_int_equal(number(pick(reply, "certificates", "side", "target"), "groups"), 1);
	assert_true(is_null(reply, "history_unread"));
	assert_int_equal(json_array_size(history), 2);
	assert_string_equal(text(json_object_get(json_array_get(history, 0), "person"), "name"), "Jan\\x1B");
	assert_string_equal(text(json_array_get(history, 0), "reason"), "granted");
	assert_true(is_null(json_array_get(history, 1), "person")); /* forgotten */
	assert_string_equal(text(reply, "without_decision"),
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
	assert_string_equal(text(reply, "without_decision"),
			    "nothing from the source is applied until it has caught up or somebody accepts it as it is, and it "
			    "forms again for as long as the source is older");
	json_decref(whole);
}

static void what_a_decision_does_is_said(void **state)
{
	(void)state;
	static const struct {
		const char *id, *part;
	} expected[] = {{"13", "rejected: everybody listed keeps the access until its source changes; the rejection ends at"},
			{"14", "approved: what is still wanted for the same cause is carried out; the approval ends at"},
			{"16", "accepted: what follows"}};
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
	const struct past_hold hold = {.id = 18, .rule = R_RULE_COUNT, .state = HOLD_OPEN, .ops = ops, .op_count = 1200};
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
	const json_t *freezes = freezes_now(&whole), *first = json_array_get(freezes, 0), *second = json_array_get(freezes, 1);
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
	assert_int_equal(number(json_array_get(freezes, 0), "held"), 0);
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
		const struct past_pin pin = {.person = world_uuid(11),
					     .number = i + 1,
					     .until_s = clock_wall_s() + (i == 0 ? -1 : 3600)};
		assert_int_equal(past_set_pin(&bench.world.past, &pin), 0);
	}
	assert_int_equal(number(ask("Status", CALL("Status"), &whole), "pins"), 2);
	json_decref(whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(holds_on_record_say_what_was_decided),
		T(holds_are_known_before_the_first_cycle),
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
		T(what_a_decision_does_is_said),
		T(a_long_list_is_cut),
		T(freezes_say_who_why_until_and_what_waits),
		T(a_pause_holds_everything),
		T(too_many_freezes_are_counted),
		T(pins_are_counted_while_they_last),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
