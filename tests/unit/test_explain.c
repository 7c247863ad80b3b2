/* SPDX-License-Identifier: EUPL-1.2 */
/* test_explain.c - what a help desk reads on the phone: yes or no, why, and who can mend it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core_stories.h"
#include "core_world.h"

static struct world w;
static struct explanation *e;

static bool server_refuses; /* every change that was tried */

static bool refuse(const void *ctx, uint32_t change)
{
	(void)ctx;
	(void)change;
	return server_refuses;
}

static int setup(void **state)
{
	(void)state;
	server_refuses = false;
	world_init(&w);
	world_past(&w, "first-contact: no\n");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_done(&w);
	return 0;
}

static void ask(const char *who, uint32_t number)
{
	struct err err;
	uint32_t position = NONE;
	world_think(&w);
	if (explain_find(w.source_read, text_of(who), &position, 1) == 0)
		position = NONE;
	struct explain_input in = {
		.plan_input = &w.plan_input, .plan = w.plan, .verdict = &w.verdict, .was_refused = refuse};
	assert_int_equal(explain_person(&in, text_of(who), position, number, UINT8_MAX, &w.arena, &e, &err), 0);
}

static const struct fact *fact_of(const struct path *path, const char *what)
{
	for (uint32_t i = 0; i < path->fact_count; i++)
		if (strcmp(path->facts[i].what, what) == 0)
			return &path->facts[i];
	fail_msg("no fact about %s", what);
	return NULL;
}

static void anna(const char *extra)
{
	world_source(&w, SCHOOL("1", "10"));
	world_source(&w, PERSON("11", "anna", RIGHT("trajectbegeleider", "10")));
	world_source(&w, extra);
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_GUIDES("10") "member: uid=anna\n");
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 held\n");
}

static void access_is_told_from_end_to_end(void **state)
{
	(void)state;
	anna("end: 20270831\n");
	ask("anna", 0);
	assert_true(e->found && e->access);
	assert_int_equal(e->path_count, 1);
	assert_string_equal(e->summary, "anna has access as trajectbegeleider at institution 10.");
	assert_string_equal(e->next_step, "");
	const struct path *path = &e->paths[0];
	assert_true(path->granted && path->member);
	assert_non_null(strstr(fact_of(path, "value")->text, "\"WerkplekDuaalGebruiker-trajectbegeleider:10\""));
	assert_non_null(strstr(fact_of(path, "institution")->text, "\"School 10\""));
	assert_true(fact_of(path, "admission")->holds);
	assert_non_null(strstr(fact_of(path, "dates")->text, "through 2027-08-31"));
	assert_non_null(strstr(fact_of(path, "group")->text, "cn=trajectbegeleider-10"));
	assert_non_null(strstr(fact_of(path, "membership")->text, "cycle 7"));
}

static void the_nearest_failing_condition_comes_first(void **state)
{
	(void)state;
	world_source(&w,
		     "is: institution\nuuid: 1\nnumber: 20\nkind: volwassenenonderwijs\nstate: actief\naudience: OV\n");
	world_source(&w, PERSON("11", "anna", RIGHT("directeur", "20")) "right: " RIGHT("beheerder", "20") "\n");
	ask("anna", 0);
	assert_false(e->access);
	assert_int_equal(e->paths[0].reason, R_NO_REQUEST);
	assert_non_null(strstr(e->next_step, "werkplekduaal@vlaanderen.be and name the institution number 20"));
	assert_non_null(strstr(e->summary, "no admission was requested"));
}

static void ended_says_when_and_whom_to_ask(void **state)
{
	(void)state;
	anna("end: 20261104\n");
	ask("anna", 10);
	assert_true(e->access);
	assert_int_equal(e->paths[0].reason, R_ENDED);
	assert_non_null(strstr(e->summary, "still has access"));
	assert_false(fact_of(&e->paths[0], "dates")->holds);
	assert_false(fact_of(&e->paths[0], "change")->holds);
	assert_non_null(strstr(e->next_step, "head local administrator"));
}

static void held_changes_say_why(void **state)
{
	(void)state;
	anna("");
	world_source(&w, PERSON("12", "bart", RIGHT("trajectbegeleider", "10")));
	world_settings(&w, "went-back: yes\n");
	ask("bart", 10);
	assert_true(e->paths[0].granted);
	assert_false(e->access);
	assert_int_equal(fact_of(&e->paths[0], "hold")->reason, R_RULE_SOURCE_WENT_BACK);
	assert_non_null(strstr(e->summary, "should have access"));
}

static void drift_is_told(void **state)
{
	(void)state;
	anna("");
	record_set(&w, &w.target[2], FIELD_MEMBER, NULL);
	ask("anna", 0);
	assert_int_equal(fact_of(&e->paths[0], "drift")->reason, R_DRIFT_REMOVED);
	assert_non_null(strstr(e->next_step, "directory administrators"));
}

static void no_right_at_that_institution(void **state)
{
	(void)state;
	anna("");
	world_source(&w, SCHOOL("2", "20"));
	ask("anna", 20);
	assert_false(e->access);
	assert_int_equal(e->path_count, 1);
	assert_int_equal(e->paths[0].reason, R_OTHER_INSTITUTION);
	assert_int_equal(e->paths[0].number, 20);
}

static void strangers_and_those_of_the_target_only(void **state)
{
	(void)state;
	anna("");
	ask("nobody\n", 0);
	assert_false(e->found);
	assert_string_equal(e->summary, "Nobody was found for \"nobody\\x0A\".");
	assert_non_null(strstr(e->next_step, "1700"));
	world_find(&w, true, 11)->gone = true;
	ask("anna", 0);
	assert_false(e->found);
	assert_true(e->access);
	assert_int_equal(e->paths[0].reason, R_PERSON_UNKNOWN);
	assert_int_equal(fact_of(&e->paths[0], "hold")->reason, R_RULE_DOUBTFUL);
}

static void nothing_is_told_raw(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10"));
	world_source(&w, PERSON("11", "anna", RIGHT("trajectbegeleider", "10")));
	record_set(&w, world_find(&w, true, 11), FIELD_CN, "An\x1b[31mna");
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, "WerkplekDuaalGebruiker-\x1b:10");
	ask("anna", 0);
	assert_null(strchr(e->summary, 0x1b));
	for (uint32_t i = 0; i < e->paths[0].fact_count; i++)
		assert_null(strchr(e->paths[0].facts[i].text, 0x1b));
	assert_int_equal(e->paths[0].reason, R_RIGHT_MALFORMED);
}

static void people_are_found_by_what_a_caller_knows(void **state)
{
	uint32_t at[2];
	(void)state;
	world_source(&w,
		     "is: person\nuuid: 11\nvo-id: v1\nuid: anna.p\ncn: Anna Maria Peeters\nmail: Anna@school.be\n");
	world_source(&w, "is: person\nuuid: 12\nvo-id: v2\ncn: Anna Claes\n");
	world_think(&w);
	assert_int_equal(explain_find(w.source_read, text_of("V1"), at, 2), 1);
	assert_int_equal(explain_find(w.source_read, text_of("ANNA.P"), at, 2), 1);
	assert_int_equal(explain_find(w.source_read, text_of(" anna@school.be "), at, 2), 1);
	assert_int_equal(explain_find(w.source_read, text_of("peeters anna"), at, 2), 1);
	assert_int_equal(explain_find(w.source_read, text_of("anna"), at, 1), 2);
	assert_int_equal(explain_find(w.source_read, text_of("  "), at, 2), 0);
	assert_int_equal(explain_find(w.source_read, text_of("anna jans"), at, 2), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(access_is_told_from_end_to_end),
		TEST(the_nearest_failing_condition_comes_first),
		TEST(ended_says_when_and_whom_to_ask),
		TEST(held_changes_say_why),
		TEST(drift_is_told),
		TEST(no_right_at_that_institution),
		TEST(strangers_and_those_of_the_target_only),
		TEST(nothing_is_told_raw),
		TEST(people_are_found_by_what_a_caller_knows),
	};
	return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
