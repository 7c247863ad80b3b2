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

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(holds_on_record_say_what_was_decided), T(holds_are_known_before_the_first_cycle),
		T(what_nobody_decides_has_no_number),    T(verdict_and_record_are_one_row),
		T(too_many_holds_are_counted),           T(a_hold_shows_its_evidence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
