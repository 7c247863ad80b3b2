/* SPDX-License-Identifier: EUPL-1.2 */
/* test_control_past.c - the methods about what was: what they ask the ledger, and what they tell of its answer. */
#include "unit.h"

#include "control/answers.h"
#include "control_ask.h"
#include "core_stories.h"
#include "model/number.h"
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
	 .number = NUMBER_EVERYWHERE,
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
	assert_true(is_null(second, "person") && is_null(second, "institution"));
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
				       .side = text_of("source:adults"),
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
	assert_string_equal(text(told, "side"), "source");
	assert_string_equal(text(told, "name"), "adults");
	assert_false(is_true(told, "complete"));
	assert_string_equal(text(told, "missing"), "no proof of: schema");
	assert_int_equal(length(told, "checks"), 10);
	assert_string_equal(text(told, "server"), "ldap://a\\x0A");
	assert_true(is_null(told, "result"));
	assert_false(is_true(reply, "more"));
	json_decref(whole);
	buf_done(&body);
}

/* ---- who had access when ------------------------------------------------------------------------------ */

static void who_had_access_is_told(void **state)
{
	(void)state;
	json_t *whole;
	struct buf bodies[3];
	struct text lines[3];
	const struct past_member members[3] = {
		{.number = 30569,
		 .state = PAST_PRESENT,
		 .began = {3, 1793000000, R_CAUSE_GRANT, R_GRANTED},
		 .ended = {5, 1793500000, R_CAUSE_EXPLICIT, R_NO_RIGHT},
		 .person = text_of("vo-jan"),
		 .name = text_of("Jan")},
		{.number = 30569, .state = PAST_UNSURE, .doubt = PAST_BEGIN_UNKNOWN, .began = {4, 1793100000, 0, 0}},
		{.number = NUMBER_EVERYWHERE,
		 .role = UINT8_MAX,
		 .source = view_source(&bench.view)->people[0].entry->uuid,
		 .value = text_of("uid=x")},
	};
	for (int i = 0; i < 3; i++) {
		buf_init(&bodies[i]);
		past_member_encode(&bodies[i], &members[i]);
		lines[i] = buf_text(&bodies[i]);
	}
	bench.ledger = (struct ledger_answer){
		.lines = lines, .line_count = 3, .extent = {.at_s = 1793300000, .begins_s = 1790000000, .erased = 2}};
	const json_t *reply =
		ask("AccessAt", CALL_WITH("AccessAt", "{\"at\":1793300000,\"institution\":30569}"), &whole);
	assert_int_equal(bench.question.kind, QUESTION_MEMBERS);
	assert_int_equal(bench.question.filter.until_s, 1793300000);
	assert_int_equal(bench.question.filter.number, 30569);
	assert_true(is_true(reply, "known") && is_true(reply, "access") && is_true(reply, "unsure"));
	assert_int_equal(number(reply, "erased"), 2);
	const json_t *list = json_object_get(reply, "memberships"), *first = json_array_get(list, 0),
		     *second = json_array_get(list, 1), *third = json_array_get(list, 2);
	assert_string_equal(text(first, "state"), "had");
	assert_true(is_null(first, "sentence"));
	assert_string_equal(text(json_object_get(first, "began"), "reason"), "granted");
	assert_int_equal(number(json_object_get(first, "ended"), "cycle"), 5);
	assert_string_equal(text(second, "state"), "unsure");
	assert_non_null(strstr(text(second, "sentence"), "not on record"));
	assert_true(is_null(second, "person") && is_null(second, "ended"));
	assert_true(is_null(json_object_get(second, "began"), "reason"));
	assert_string_equal(text(third, "state"), "not");
	assert_true(is_null(third, "institution") && is_null(third, "role"));
	assert_false(is_null(third, "person")); /* whom the ledger does not name the source does */
	json_decref(whole);
	for (int i = 0; i < 3; i++)
		buf_done(&bodies[i]);
}

static void what_the_ledger_does_not_know_is_said(void **state)
{
	(void)state;
	json_t *whole;
	bench.ledger = (struct ledger_answer){.extent = {.at_s = 5, .begins_s = 6}};
	const json_t *reply = ask("AccessAt", CALL_WITH("AccessAt", "{\"at\":5,\"person\":\"vo-x\"}"), &whole);
	assert_false(is_true(reply, "known"));
	assert_int_equal(number(reply, "begins"), 6);
	json_decref(whole);
	bench.ledger.extent.begins_s = 0;
	reply = ask("AccessAt", CALL_WITH("AccessAt", "{\"at\":5,\"person\":\"vo-x\"}"), &whole);
	assert_false(is_true(reply, "known"));
	assert_true(is_null(reply, "begins"));
	json_decref(whole);
	expect_invalid(CALL_WITH("AccessAt", "{\"institution\":30569}"), "at");
	expect_invalid(CALL_WITH("AccessAt", "{\"at\":9999999999,\"institution\":30569}"), "at");
	expect_invalid(CALL_WITH("AccessAt", "{\"at\":5}"), "person");
	expect_invalid(CALL_WITH("AccessAt", "{\"at\":5,\"person\":\"vo-x\",\"role\":\"directeur\"}"), "role");
	bench.ledger.trouble = "the ledger is locked";
	expect_error(CALL_WITH("AccessAt", "{\"at\":5,\"institution\":1}"), INTERFACE_ERROR("OrderRefused"));
}

/* ---- what nobody knows --------------------------------------------------------------------------------- */

/* The call is answered with that it was not found, and with this sentence. */
static void expect_not_found(const char *call, const char *sentence)
{
	json_t *reply = peer_ask(&peer, call);
	check_error(reply, INTERFACE_ERROR("OrderRefused"));
	assert_string_equal(text_in(reply, "code"), "not-found");
	assert_string_equal(text_in(reply, "what"), sentence);
	json_decref(reply);
}

static void expect_answer(const char *method, const char *call)
{
	json_t *whole;
	ask(method, call, &whole);
	json_decref(whole);
}

static void an_institution_that_nobody_knows_is_said(void **state)
{
	(void)state;
	expect_not_found(
		CALL_WITH("Changes", "{\"institution\":99999}"),
		"neither directory knows institution 99999 now, and the ledger has no such change on record there");
	expect_answer("Changes", CALL_WITH("Changes", "{\"institution\":30569}"));
	bench.ledger = (struct ledger_answer){.changes = changes, .change_count = 1};
	expect_answer("Changes", CALL_WITH("Changes", "{\"institution\":99999}"));
	bench.ledger = (struct ledger_answer){.extent = {.at_s = 5, .begins_s = 4}};
	expect_not_found(
		CALL_WITH("AccessAt", "{\"at\":5,\"institution\":99999}"),
		"neither directory knows institution 99999 now, and the ledger has nobody there on record at that "
		"moment");
	expect_not_found(
		CALL_WITH("AccessAt", "{\"at\":5,\"person\":\"vo-jan\",\"institution\":99999}"),
		"neither directory knows institution 99999 now, and the ledger has no membership of that person there "
		"on record");
	expect_answer("AccessAt", CALL_WITH("AccessAt", "{\"at\":5,\"person\":\"vo-jan\",\"institution\":30569}"));
	bench.ledger.extent.begins_s = 6; /* it does not say who had access then, known or not */
	expect_answer("AccessAt", CALL_WITH("AccessAt", "{\"at\":5,\"institution\":99999}"));
	bench.view.explain = NULL; /* nobody can say yet what the directories know */
	bench.ledger = (struct ledger_answer){.next = PAST_WHOLE};
	expect_answer("Changes", CALL_WITH("Changes", "{\"institution\":99999}"));
}

#define NOBODY                                                                                                         \
	"the ledger names nobody of that vo-id or name, and the source shows nobody with the right by that vo-id, "    \
	"login, mail address or name"

static void somebody_whom_nobody_knows_is_said(void **state)
{
	(void)state;
	bench.ledger = (struct ledger_answer){.next = PAST_NOBODY, .extent = {.at_s = 5, .begins_s = 4}};
	expect_not_found(CALL_WITH("Changes", "{\"person\":\"vo-x\",\"institution\":99999}"), NOBODY);
	expect_not_found(CALL_WITH("AccessAt", "{\"at\":5,\"person\":\"vo-x\"}"), NOBODY);
	expect_answer("AccessAt", CALL_WITH("AccessAt", "{\"at\":5,\"person\":\"vo-jan\"}")); /* the source shows him */
	bench.ledger.extent.erased = 1;
	expect_not_found(CALL_WITH("AccessAt", "{\"at\":5,\"person\":\"vo-x\"}"),
			 NOBODY "; 1 change up to then no longer names anybody, and may be that person's");
	bench.ledger.extent.erased = 3;
	expect_not_found(CALL_WITH("AccessAt", "{\"at\":5,\"person\":\"vo-x\"}"),
			 NOBODY "; 3 changes up to then no longer name anybody, and may be that person's");
	bench.ledger.next = PAST_WHOLE; /* the ledger knows somebody of that name, who had nothing */
	expect_answer("AccessAt", CALL_WITH("AccessAt", "{\"at\":5,\"person\":\"vo-x\"}"));
}

/* ---- weeks --------------------------------------------------------------------------------------------- */

static void weeks_begin_on_monday(void **state)
{
	(void)state;
	json_t *whole;
	struct buf bodies[2];
	struct text lines[2];
	const struct past_week told[2] = {{1793574000, 9, 1, 3, 2, 1, 1, 0, 4, 60},
					  {1794178800, 0, 0, 0, 0, 0, 0, 0, 0, 0}};
	for (int i = 0; i < 2; i++) {
		buf_init(&bodies[i]);
		past_week_encode(&bodies[i], &told[i]);
		lines[i] = buf_text(&bodies[i]);
	}
	bench.ledger = (struct ledger_answer){.lines = lines, .line_count = 2};
	const json_t *reply = ask("Statistics", CALL_WITH("Statistics", "{\"weeks\":3}"), &whole);
	const struct past_weeks *asked = &bench.question.weeks;
	const struct zone *zone = bench.view.explain->plan_input->policy->zone;
	assert_int_equal(bench.question.kind, QUESTION_WEEKS);
	assert_int_equal(asked->count, 3);
	for (uint32_t i = 0; i <= 3; i++) {
		const int32_t day = zone_day_of(zone, asked->at_s[i]);
		assert_int_equal((day + 3) % 7, 0);
		assert_int_equal(zone_day_start(zone, day), asked->at_s[i]);
	}
	assert_true(asked->at_s[2] <= number(reply, "now") && asked->at_s[3] > number(reply, "now"));
	const json_t *first = json_array_get(json_object_get(reply, "weeks"), 0),
		     *second = json_array_get(json_object_get(reply, "weeks"), 1);
	assert_string_equal(text(first, "monday"), "2026-11-02");
	assert_int_equal(number(first, "grants"), 3);
	assert_int_equal(number(first, "longest"), 60);
	assert_true(is_null(second, "median") && is_null(second, "longest"));
	json_decref(whole);
	ask("Statistics", CALL("Statistics"), &whole);
	assert_int_equal(bench.question.weeks.count, 8);
	json_decref(whole);
	expect_invalid(CALL_WITH("Statistics", "{\"weeks\":105}"), "weeks");
	bench.ledger.trouble = "the ledger is locked";
	expect_error(CALL("Statistics"), INTERFACE_ERROR("OrderRefused"));
	bench.view.explain = NULL;
	expect_error(CALL("Statistics"), INTERFACE_ERROR("NotReady"));
	for (int i = 0; i < 2; i++)
		buf_done(&bodies[i]);
}

/* ---- all institutions ---------------------------------------------------------------------------------- */

static void every_institution_is_a_line(void **state)
{
	(void)state;
	json_t *whole;
	const json_t *reply = ask("Institutions", CALL("Institutions"), &whole), *line;
	const size_t all = length(reply, "institutions");
	long long last = 0, people = 0, admitted = 0, held = 0;
	size_t i;
	assert_true(all >= 3);
	assert_true(is_null(reply, "next"));
	json_array_foreach(json_object_get(reply, "institutions"), i, line)
	{
		assert_true(number(line, "number") > last);
		last = number(line, "number");
		people += number(line, "people");
		admitted += is_true(line, "admitted");
		held += number(line, "holds") > 0 || is_true(line, "frozen");
	}
	assert_int_equal(admitted, 2);
	assert_true(people > 0);
	json_decref(whole);
	reply = ask("Institutions", CALL_WITH("Institutions", "{\"admitted\":true}"), &whole);
	assert_int_equal(length(reply, "institutions"), admitted);
	json_decref(whole);
	reply = ask("Institutions", CALL_WITH("Institutions", "{\"admitted\":false}"), &whole);
	assert_int_equal(length(reply, "institutions"), all - (size_t)admitted);
	json_decref(whole);
	reply = ask("Institutions", CALL_WITH("Institutions", "{\"held\":true,\"admitted\":null}"), &whole);
	assert_int_equal(length(reply, "institutions"), held);
	json_decref(whole);
}

/* What no institution is, and the configuration does not name, is a slip. */
static void a_kind_that_there_is_not_is_refused(void **state)
{
	(void)state;
	json_t *whole;
	const json_t *reply =
		ask("Institutions", CALL_WITH("Institutions", "{\"kind\":\" Secundair ONDERWIJS\"}"), &whole);
	assert_int_equal(length(reply, "institutions"), 2);
	json_decref(whole);
	reply = ask("Institutions", CALL_WITH("Institutions", "{\"kind\":\"Syntra\"}"), &whole);
	assert_int_equal(length(reply, "institutions"), 0); /* the configuration names it */
	json_decref(whole);
	expect_invalid(CALL_WITH("Institutions", "{\"kind\":\"nergens\"}"), "kind");
	expect_invalid(CALL_WITH("Institutions", "{\"kind\":\"secundair\"}"), "kind");
	expect_invalid(CALL_WITH("Institutions", "{\"kind\":\"secundair*\"}"), "kind");
}

static void pages_join(void **state)
{
	(void)state;
	json_t *whole, *page;
	const json_t *reply = ask("Institutions", CALL("Institutions"), &whole);
	const json_t *list = json_object_get(reply, "institutions");
	long long after = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		char *call = call_of("Institutions",
				     after > 0 ? json_pack("{s:i,s:I}", "limit", 1, "after", (json_int_t)after)
					       : json_pack("{s:i}", "limit", 1));
		const json_t *one = ask("Institutions", call, &page);
		assert_int_equal(length(one, "institutions"), 1);
		assert_true(
			json_equal(json_array_get(json_object_get(one, "institutions"), 0), json_array_get(list, i)));
		after = number(json_array_get(list, i), "number");
		assert_int_equal(is_null(one, "next") ? 0 : number(one, "next"),
				 i + 1 < json_array_size(list) ? after : 0);
		json_decref(page);
		free(call);
	}
	json_decref(whole);
	expect_invalid(CALL_WITH("Institutions", "{\"limit\":501}"), "limit");
	expect_invalid(CALL_WITH("Institutions", "{\"after\":1000000}"), "after");
	expect_invalid(CALL_WITH("Institutions", "{\"kind\":\" \"}"), "kind");
	expect_invalid(CALL_WITH("Institutions", "{\"admitted\":1}"), "admitted");
	bench.view.explain = NULL;
	expect_error(CALL("Institutions"), INTERFACE_ERROR("NotReady"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(changes_are_told_with_their_reasons),
		T(a_filter_is_passed_on),
		T(somebody_is_known_by_vo_id),
		T(what_is_wrong_is_not_asked),
		T(a_read_says_what_was_proven),
		T(who_had_access_is_told),
		T(what_the_ledger_does_not_know_is_said),
		T(an_institution_that_nobody_knows_is_said),
		T(somebody_whom_nobody_knows_is_said),
		T(every_institution_is_a_line),
		T(a_kind_that_there_is_not_is_refused),
		T(pages_join),
		T(weeks_begin_on_monday),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
