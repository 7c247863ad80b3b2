/* SPDX-License-Identifier: EUPL-1.2 */
/* test_control_past.c - the methods about what was: what they ask the ledger, and what they tell of its answer. */
#include "unit.h"

#include "control/answers.h"
#include "control_ask.h"
#include "core_stories.h"
#include "wire/ledger_past.h"

static const struct past_change changes[] = {
	{.cycle = 7,
	 .number = 30569,
	 .at_s = 1793860000,
	 .kind = INTENT_MEMBER_ADD,
	 .role = 0,
	 .cause = R_CAUSE_GRANT,
	 .reason = R_GRANTED,
	 .person = {"vo-jan", 6},
	 .name = {"Jan\x1b", 4}},
	{.cycle = 6,
	 .number = UINT32_MAX,
	 .at_s = 1793850000,
	 .kind = INTENT_MEMBER_REMOVE,
	 .role = UINT8_MAX,
	 .cause = UINT16_MAX,
	 .reason = R_CAUSE_EXPLICIT},
};

static void changes_are_told_with_their_reasons(void **state)
{
	(void)state;
	json_t *whole;
	bench.ledger = (struct ledger_answer){.changes = changes, .change_count = 2, .next = 1};
	const json_t *reply = ask("Changes", CALL("Changes"), &whole);
	assert_int_equal(bench.question.kind, QUESTION_CHANGES);
	assert_int_equal(bench.question.filter.limit, 50);
	assert_int_equal(bench.question.filter.role, PAST_ROLE_ANY);
	assert_string_equal(bench.question.filter.person, "");
	assert_true(is_true(reply, "more"));
	const json_t *first = json_array_get(json_object_get(reply, "changes"), 0);
	assert_string_equal(text(first, "kind"), "member-add");
	assert_string_equal(text(first, "reason"), "granted");
	assert_int_equal(number(first, "institution"), 30569);
	assert_string_equal(text(json_object_get(first, "person"), "name"), "Jan\\x1B");
	const json_t *second = json_array_get(json_object_get(reply, "changes"), 1);
	assert_true(is_null(second, "person"));
	assert_true(is_null(second, "role"));
	json_decref(whole);
}

static void a_filter_is_passed_on(void **state)
{
	(void)state;
	json_t *whole;
	const struct past_filter *asked = &bench.question.filter;
	ask("Changes",
	    CALL_WITH("Changes",
		      "{\"person\":\" vo-Nobody \",\"institution\":30569,\"role\":\"beheerder\",\"cause\":\"No-Right\","
		      "\"since\":1000,\"until\":2000,\"limit\":3}"),
	    &whole);
	assert_string_equal(asked->person, "vo-Nobody");
	assert_int_equal(asked->number, 30569);
	assert_int_equal(asked->role, role_find(bench.view.policy, text_of("beheerder")));
	assert_int_equal(asked->reason, R_NO_RIGHT);
	assert_int_equal(asked->since_s, 1000);
	assert_int_equal(asked->until_s, 2000);
	assert_int_equal(asked->limit, 3);
	json_decref(whole);
}

/* The source knows the vo-id behind a name; before the first cycle nobody does, and the ledger's names must do. */
static void somebody_is_known_by_vo_id(void **state)
{
	(void)state;
	json_t *whole;
	const struct text name = entry_value(view_source(&bench.view)->people[0].entry, FIELD_CN),
			  vo_id = entry_value(view_source(&bench.view)->people[0].entry, FIELD_VO_ID);
	char *call = call_of("Changes", json_pack("{s:s%}", "person", name.at, name.len));
	ask("Changes", call, &whole);
	assert_true(text_equal(text_of(bench.question.filter.person), vo_id));
	json_decref(whole);
	bench.view.explain = NULL;
	ask("Changes", call, &whole);
	assert_true(text_equal(text_of(bench.question.filter.person), name));
	json_decref(whole);
	free(call);
}

static void what_is_wrong_is_not_asked(void **state)
{
	(void)state;
	expect_invalid(CALL_WITH("Changes", "{\"limit\":1001}"), "limit");
	expect_invalid(CALL_WITH("Changes", "{\"since\":0}"), "since");
	expect_invalid(CALL_WITH("Changes", "{\"until\":-1}"), "until");
	expect_invalid(CALL_WITH("Changes", "{\"cause\":\"none\"}"), "cause");
	expect_invalid(CALL_WITH("Changes", "{\"role\":\"directeur\"}"), "role");
	expect_invalid(CALL_WITH("Changes", "{\"person\":\" \"}"), "person");
	expect_invalid(CALL_WITH("Changes", "{\"institution\":1000000}"), "institution");
	expect_invalid(CALL_WITH("Reads", "{\"limit\":501}"), "limit");
	assert_int_equal(bench.questions, 0);
	bench.ledger.trouble = "the ledger is locked";
	expect_error(CALL("Changes"), INTERFACE_ERROR("OrderRefused"));
	expect_error(CALL("Reads"), INTERFACE_ERROR("OrderRefused"));
}

/* ---- reads -------------------------------------------------------------------------------------------- */

static void a_read_says_what_was_proven(void **state)
{
	(void)state;
	json_t *whole;
	struct buf body;
	const struct past_read read = {.cycle = 9,
				       .target = true,
				       .checks = CHECKS_ALL & ~(uint32_t)CHECK_SCHEMA,
				       .people = 3,
				       .missing = text_of("no proof of: schema"),
				       .server = text_of("ldap://a\n")};
	buf_init(&body);
	past_read_encode(&body, &read);
	const struct text lines[] = {buf_text(&body)};
	bench.ledger = (struct ledger_answer){.lines = lines, .line_count = 1};
	const json_t *reply = ask("Reads", CALL_WITH("Reads", "{\"limit\":2}"), &whole),
		     *told = json_array_get(json_object_get(reply, "reads"), 0);
	assert_int_equal(bench.question.kind, QUESTION_READS);
	assert_int_equal(bench.question.filter.limit, 2);
	assert_string_equal(text(told, "side"), "target");
	assert_false(is_true(told, "complete"));
	assert_string_equal(text(told, "missing"), "no proof of: schema");
	assert_int_equal(length(told, "checks"), 10);
	assert_string_equal(text(told, "server"), "ldap://a\\x0A");
	assert_true(is_null(told, "result"));
	assert_false(is_true(reply, "more"));
	json_decref(whole);
	buf_done(&body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(changes_are_told_with_their_reasons), T(a_filter_is_passed_on),       T(somebody_is_known_by_vo_id),
		T(what_is_wrong_is_not_asked),          T(a_read_says_what_was_proven),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
