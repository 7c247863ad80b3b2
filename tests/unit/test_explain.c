/* SPDX-License-Identifier: EUPL-1.2 */
/* test_explain.c - what a help desk reads on the phone: yes or no, why, and who can mend it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core/hold.h"
#include "core/explain_parts.h"
#include "core_stories.h"
#include "core_world.h"

static struct world w;
static struct explanation *e;

static bool server_refuses; /* each change that was tried */
static bool server_stands;  /* and takes none at all */

static bool refuse(const void *ctx, uint32_t change)
{
	(void)ctx;
	(void)change;
	return server_refuses;
}

static int setup(void **state)
{
	(void)state;
	server_refuses = server_stands = false;
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

static void ask_role(const char *who, uint32_t number, uint8_t role)
{
	struct err err;
	uint32_t position = NONE;
	world_think(&w);
	if (explain_find(w.source_read, text_of(who), &position, 1) == 0)
		position = NONE;
	struct explain_input in = {.plan_input = &w.plan_input,
				   .plan = w.plan,
				   .verdict = &w.verdict,
				   .was_refused = refuse,
				   .refuses_all = server_stands};
	assert_int_equal(explain_person(&in, text_of(who), position, number, role, &w.arena, &e, &err), 0);
}

static void ask(const char *who, uint32_t number)
{
	ask_role(who, number, UINT8_MAX);
}

static const struct fact *find_fact(const struct path *path, const char *what)
{
	for (uint32_t i = 0; i < path->fact_count; i++)
		if (strcmp(path->facts[i].what, what) == 0)
			return &path->facts[i];
	return NULL;
}

static const struct fact *fact_of(const struct path *path, const char *what)
{
	const struct fact *fact = find_fact(path, what);
	if (fact == NULL)
		fail_msg("no fact about %s", what);
	return fact;
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

/* The value in the group outlives the entry that it led to, and is what an application asks for. */
static void who_lost_the_entry_and_not_the_membership_has_access(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10"));
	world_source(&w, PERSON("11", "anna", RIGHT("trajectbegeleider", "10")));
	world_source(&w, PERSON("12", "bart", RIGHT("trajectbegeleider", "10")));
	world_target(&w, OUR_SCHOOL("10") OUR_GUIDES("10") "member: uid=anna\nmember: uid=carla\n");
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 held\n");
	ask("anna", 0);
	assert_true(e->access && e->paths[0].member);
	assert_non_null(strstr(fact_of(&e->paths[0], "membership")->text, "cycle 7"));
	ask("bart", 0);
	assert_false(e->access);
	ask("carla", 0);
	assert_false(e->access || e->found);
}

/* The same where the source says nothing of that group. */
static void a_membership_without_entry_and_right_is_told(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", "AnderRecht:1"));
	world_target(&w, OUR_SCHOOL("10") OUR_GUIDES("10") "member: uid=anna\n");
	ask("anna", 0);
	assert_true(e->access);
	assert_int_equal(e->paths[0].number, 10);
}

static void a_role_that_is_asked_for_is_answered_alone(void **state)
{
	(void)state;
	anna("right: " RIGHT("beheerder", "10") "\n");
	ask("anna", 10);
	assert_int_equal(e->path_count, 2);
	for (uint8_t role = 0; role < 2; role++) {
		ask_role("anna", 10, role);
		assert_int_equal(e->path_count, 1);
		assert_int_equal(e->paths[0].role, role);
	}
}

static bool says(const struct path *path, enum reason reason)
{
	for (uint32_t i = 0; i < path->fact_count; i++)
		if (path->facts[i].reason == reason)
			return true;
	return false;
}

/* Taken out of one group by hand: of the other group that is not so. */
static void a_hand_edit_is_told_of_its_group(void **state)
{
	(void)state;
	anna("right: " RIGHT("beheerder", "10") "\n");
	world_target(&w, OUR_MANAGERS("10"));
	world_past(&w, "owned: 10 beheerder uid=anna 11 held\n");
	ask("anna", 10);
	assert_int_equal(e->path_count, 2);
	for (uint32_t i = 0; i < 2; i++)
		assert_int_equal(says(&e->paths[i], R_DRIFT_REMOVED), e->paths[i].role == 1);
}

/* The entry is still the former person's, whose removal somebody froze: wherever the new one waits, that is why. */
static void a_name_that_is_not_free_yet_is_told_everywhere(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") SCHOOL("2", "20") PERSON("21", "anna", RIGHT("trajectbegeleider", "10,20")));
	world_source(&w, SCHOOL("3", "30") "is: absent\nuuid: 11\n");
	world_target(&w, OUR_SCHOOL("10") OUR_SCHOOL("20") OUR_SCHOOL("30") OUR_PERSON("anna", "11")
				 OUR_GUIDES("30") "member: uid=anna\n");
	world_past(&w, "owned: 30 trajectbegeleider uid=anna 11 held\nfreeze: 30 24\n");
	ask("anna", 0);
	assert_int_equal(e->path_count, 3); /* with what the former one has there */
	for (uint32_t i = 0; i < e->path_count; i++)
		assert_int_equal(e->paths[i].granted, e->paths[i].number != 30);
	assert_true(says(&e->paths[0], R_NAME_REUSED) && says(&e->paths[1], R_NAME_REUSED));
}

static void who_was_there_before_us_is_told_so(void **state)
{
	(void)state;
	anna("");
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 adopted\n");
	ask("anna", 10);
	assert_non_null(strstr(fact_of(&e->paths[0], "membership")->text, "already when this service saw it first"));
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
	at[1] = 77;
	assert_int_equal(explain_find(w.source_read, text_of("anna"), at, 1), 2);
	assert_int_equal(at[1], 77); /* there was room for one */
	assert_int_equal(explain_find(w.source_read, text_of("  "), at, 2), 0);
	assert_int_equal(explain_find(w.source_read, text_of("anna jans"), at, 2), 0);
}

/* ---- what people decided -------------------------------------------------------------------------- */

#define OVERRIDE(uuid, effect)                                                                                         \
	"is: override\nuuid: " uuid "\nvo-id: anna\nnumber: 10\nrole: trajectbegeleider\neffect: " effect              \
	"\nuntil: 20261201000000Z\nwritten: 20261101090000Z\nreason: griep\ndn: cn=" uuid                              \
	",ou=overrides,ou=werkplekduaal,dc=app\n"

static void expect_summary(const char *summary)
{
	if (strcmp(e->summary, summary) != 0)
		fail_msg("the summary is: %s", e->summary);
}

static void expect_part(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("no \"%s\" in: %s", part, text);
}

/* Nothing that waits is promised. */
static void expect_no_promise(void)
{
	assert_null(strstr(e->summary, "will be"));
	for (uint32_t i = 0; i < e->paths[0].fact_count; i++)
		assert_null(strstr(e->paths[0].facts[i].text, "will be"));
	assert_non_null(e->paths[0].waits);
	assert_string_not_equal(e->next_step, "");
}

static void an_include_is_told_with_its_entry(void **state)
{
	(void)state;
	anna("");
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, NULL);
	world_target(&w, OVERRIDE("70", "include"));
	ask("anna", 0);
	expect_summary("anna has access as trajectbegeleider at institution 10. An override includes the person until "
		       "2026-12-01 01:00 Belgian time (cn=70,ou=overrides,ou=werkplekduaal,dc=app: \"griep\").");
	assert_true(e->paths[0].granted && e->access);
	assert_int_equal(e->paths[0].reason, R_INCLUDED);
	assert_true(fact_of(&e->paths[0], "override")->holds);
	assert_false(fact_of(&e->paths[0], "value")->holds);
	assert_null(find_fact(&e->paths[0], "dates")); /* of a right that nobody gave */
	assert_string_equal(e->next_step, "");
	record_set(&w, world_find(&w, true, 11), FIELD_END, "20261101");
	ask("anna", 0);
	assert_int_equal(fact_of(&e->paths[0], "dates")->reason, R_ENDED);
}

static void an_include_that_comes_will_be_given(void **state)
{
	(void)state;
	anna("");
	record_set(&w, &w.target[2], FIELD_MEMBER, NULL);
	w.past.owned_count = 0;
	past_done(&w.past);
	past_init(&w.past);
	record_set(&w, world_find(&w, true, 11), FIELD_END, "20261101");
	world_target(&w, OVERRIDE("70", "include"));
	ask("anna", 0);
	expect_part(e->summary,
		    "should have access as trajectbegeleider at institution 10 and does not have it yet: it "
		    "will be given. An override includes");
	expect_part(fact_of(&e->paths[0], "change")->text, "The access will be given: an override");
	assert_string_equal(e->next_step, "");
}

static void an_exclude_is_told_before_and_after(void **state)
{
	(void)state;
	anna("");
	world_source(&w, PERSON("12", "bart", RIGHT("trajectbegeleider", "10")));
	world_target(&w, OVERRIDE("70", "exclude"));
	ask("anna", 0);
	expect_summary(
		"anna still has access as trajectbegeleider at institution 10, but is not to have it any more: an "
		"override of the directory administrators excludes the person. It will be taken away.");
	expect_part(fact_of(&e->paths[0], "change")->text, "The access will be taken away: an override");
	assert_true(fact_of(&e->paths[0], "value")->holds); /* the source gives it, and that is told too */
	expect_part(e->next_step, "directory administrators");
	record_set(&w, &w.target[2], FIELD_MEMBER, NULL);
	ask("anna", 0);
	expect_summary("anna has no access as trajectbegeleider at institution 10: an override of the directory "
		       "administrators excludes the person.");
}

static void what_has_no_effect_is_told(void **state)
{
	(void)state;
	anna("");
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, NULL);
	world_target(&w, OVERRIDE("70", "include"));
	record_set(&w, world_find(&w, false, 70), FIELD_VALID_UNTIL, "20280101000000Z");
	ask("anna", 10);
	assert_int_equal(fact_of(&e->paths[0], "override")->reason, R_OVERRIDE_TOO_LONG);
	expect_part(fact_of(&e->paths[0], "override")->text, "(cn=70,ou=overrides,ou=werkplekduaal,dc=app: \"griep\")");
	record_set(&w, world_find(&w, false, 70), FIELD_VALID_UNTIL, "20261201000000Z");
	record_set(&w, world_find(&w, true, 1), FIELD_PROGRAMME, "geweigerd");
	ask("anna", 10);
	assert_int_equal(e->paths[0].reason, R_NO_PROGRAMME);
	assert_int_equal(fact_of(&e->paths[0], "override")->reason, R_NO_PROGRAMME);
}

static void what_vanished_waits(void **state)
{
	(void)state;
	anna("");
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, NULL);
	world_past(&w, "directive: 70 include 10 trajectbegeleider 11 20261201000000Z 48\n");
	world_cycle(&w);
	ask("anna", 0);
	assert_int_equal(fact_of(&e->paths[0], "override")->reason, R_DIRECTIVE_VANISHED);
	assert_int_equal(fact_of(&e->paths[0], "hold")->reason, R_RULE_DIRECTIVE);
	expect_part(e->summary, "It stays for now: it waits for a decision in hold 1-");
	expect_no_promise();
}

static void undone_cycles_are_told(void **state)
{
	(void)state;
	anna("");
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, NULL);
	world_past(&w, "pin: 10 trajectbegeleider 11 present 20261201000000Z\n");
	ask("anna", 0);
	expect_summary(
		"anna has access as trajectbegeleider at institution 10. Cycle 7, which took away this access, was "
		"undone: the person has it until 2026-12-01 01:00 Belgian time, whatever the source says.");
	world_past(&w, "pin: 10 trajectbegeleider 11 absent 20261201000000Z\n");
	ask("anna", 0);
	assert_int_equal(e->paths[0].reason, R_UNDONE_TAKEN);
	assert_false(fact_of(&e->paths[0], "undo")->holds);
	expect_part(e->summary, "but is not to have it any more");
}

/* Bart's grant is held, then decided. */
static void bart_is_held(void)
{
	anna("");
	world_source(&w, PERSON("12", "bart", RIGHT("trajectbegeleider", "10")));
	w.guard.grants = 0;
	w.guard.grants_percent = 0;
	world_cycle(&w);
}

static void a_hold_is_told_by_its_name(void **state)
{
	char name[HOLD_NAME_SIZE], line[128];
	(void)state;
	bart_is_held();
	assert_int_equal(w.past.hold_count, 1);
	hold_name(&w.past.holds[0], name);
	ask("bart", 10);
	assert_int_equal(fact_of(&e->paths[0], "hold")->reason, R_RULE_GRANTS);
	expect_part(fact_of(&e->paths[0], "hold")->text, name);
	expect_part(fact_of(&e->paths[0], "hold")->text, "until 2026-11-08 10:00 Belgian time");
	expect_part(fact_of(&e->paths[0], "change")->text, "The access would be given");
	snprintf(line, sizeof(line), "duaalctl approve %s --reason \"WHY\", or duaalctl reject %s --reason \"WHY\"",
		 name, name);
	expect_part(e->next_step, line);
	expect_part(e->summary, "does not have it yet: it waits for a decision in hold 1-");
	expect_no_promise();
}

/* The hold that this very thinking opens has no number yet; as soon as it has one it is told. */
static void a_fresh_hold_is_told_too(void **state)
{
	(void)state;
	bart_is_held();
	ask("bart", 10);
	for (uint32_t i = 0; i < w.plan->change_count; i++)
		w.plan->changes[i].hold = 0;
	struct explain_input in = {.plan_input = &w.plan_input, .plan = w.plan, .verdict = &w.verdict};
	struct err err;
	uint32_t bart = NONE;
	assert_int_equal(explain_find(w.source_read, text_of("bart"), &bart, 1), 1);
	assert_int_equal(explain_person(&in, text_of("bart"), bart, 10, UINT8_MAX, &w.arena, &e, &err), 0);
	expect_part(fact_of(&e->paths[0], "hold")->text, "in hold 1-");
	w.past.holds[0].op_count = 0;
	assert_int_equal(explain_person(&in, text_of("bart"), bart, 10, UINT8_MAX, &w.arena, &e, &err), 0);
	expect_part(fact_of(&e->paths[0], "hold")->text, "now: more grants");
	expect_no_promise();
}

static void decide(enum hold_state state, const char *said)
{
	struct past_hold hold = w.past.holds[0];
	hold.state = (uint8_t)state;
	hold.decided_s = w.now_s;
	hold.decided_by = 1000;
	hold.said = (char *)(uintptr_t)said;
	assert_int_equal(past_set_hold(&w.past, &hold), 0);
}

static void approved_goes_and_says_by_whom(void **state)
{
	(void)state;
	bart_is_held();
	decide(HOLD_APPROVED, "gebeld met de school");
	ask("bart", 10);
	expect_part(e->summary, "does not have it yet: it will be given.");
	assert_true(fact_of(&e->paths[0], "hold")->holds);
	expect_part(fact_of(&e->paths[0], "hold")->text,
		    "uid 1000 approved it at 2026-11-05 10:00 Belgian time (hold 1-");
	expect_part(fact_of(&e->paths[0], "hold")->text, "\"gebeld met de school\"");
}

static void rejected_stays_and_says_by_whom(void **state)
{
	(void)state;
	bart_is_held();
	decide(HOLD_REJECTED, "niet\x1b[31m");
	ask("bart", 10);
	assert_int_equal(fact_of(&e->paths[0], "hold")->reason, R_RULE_REJECTED);
	expect_part(fact_of(&e->paths[0], "hold")->text, "uid 1000 rejected it");
	expect_part(fact_of(&e->paths[0], "hold")->text, "\\x1B");
	expect_part(e->summary, "it stays so until its source changes");
	expect_no_promise();
}

static void frozen_and_paused_promise_nothing(void **state)
{
	(void)state;
	anna("");
	world_source(&w, PERSON("12", "bart", RIGHT("trajectbegeleider", "10")));
	const struct past_freeze freeze = {.id = 1,
					   .number = 10,
					   .by = 1000,
					   .since_s = w.now_s - 3600,
					   .until_s = w.now_s + 3600,
					   .said = (char *)(uintptr_t) "inspectie"};
	assert_int_equal(past_set_freeze(&w.past, &freeze), 0);
	ask("anna", 10);
	assert_true(fact_of(&e->paths[0], "freeze")->holds); /* nothing of hers waits for it */
	ask("bart", 10);
	expect_part(fact_of(&e->paths[0], "freeze")->text,
		    "Institution 10 is frozen by uid 1000 since 2026-11-05 09:00 Belgian time, until 2026-11-05 11:00 "
		    "Belgian time: \"inspectie\".");
	assert_false(fact_of(&e->paths[0], "freeze")->holds);
	expect_part(e->summary, "it waits until institution 10 is not frozen any more");
	expect_part(e->next_step, "duaalctl thaw 10");
	expect_no_promise();
	const struct past_freeze pause = {.id = 2, .pause = true, .until_s = INT64_MAX, .since_s = w.now_s};
	assert_int_equal(past_set_freeze(&w.past, &pause), 0);
	ask("bart", 10);
	assert_int_equal(fact_of(&e->paths[0], "freeze")->reason, R_RULE_PAUSED);
	expect_part(e->next_step, "duaalctl resume");
	expect_no_promise();
}

/* An end date works through a freeze: that may be said. */
static void what_passes_a_freeze_is_told_as_it_is(void **state)
{
	(void)state;
	anna("end: 20261104\n");
	world_past(&w, "freeze: 10 24\nseen: 11 2026-11-04 48 1\n");
	ask("anna", 10);
	expect_part(e->summary, "It will be taken away.");
	assert_true(fact_of(&e->paths[0], "freeze")->holds);
}

static void what_the_server_refuses_is_not_promised(void **state)
{
	(void)state;
	anna("");
	world_source(&w, PERSON("12", "bart", RIGHT("trajectbegeleider", "10")));
	server_refuses = true;
	ask("bart", 10);
	expect_part(fact_of(&e->paths[0], "change")->text, "would be given");
	assert_false(fact_of(&e->paths[0], "refusal")->holds);
	expect_part(e->summary, "the application's directory refused it when it was tried");
	expect_no_promise();
}

/* What was never sent, because the one before it was answered so, waits as well. */
static void a_server_that_takes_nothing_is_named(void **state)
{
	(void)state;
	anna("");
	world_source(&w, PERSON("12", "bart", RIGHT("trajectbegeleider", "10")));
	server_stands = true;
	ask("bart", 10);
	expect_part(fact_of(&e->paths[0], "change")->text, "would be given");
	assert_false(fact_of(&e->paths[0], "refusal")->holds);
	expect_part(e->summary, "the application's directory refuses every change; it is tried again");
	expect_no_promise();
	ask("anna", 10); /* has what is wanted: there is nothing to refuse */
	assert_string_equal(e->summary, "anna has access as trajectbegeleider at institution 10.");
	assert_string_equal(e->next_step, "");
}

/* Bart was put in by hand. */
static void bart_by_hand(const char *decision)
{
	anna("");
	world_source(&w, "is: person\nuuid: 12\nvo-id: bart\ncn: bart\nsn: bart\nstate: actief\n");
	world_target(&w, OUR_PERSON("bart", "12"));
	struct record *group = &w.target[2];
	group->at[group->count].field = FIELD_MEMBER;
	group->at[group->count++].value = arena_copy(&w.texts, text_of("uid=bart," WORLD_PEOPLE));
	char line[128];
	snprintf(line, sizeof(line), "drift: 5 added-by-hand 10 trajectbegeleider uid=bart 12 5 99 %s\n", decision);
	world_past(&w, line);
}

static void grace_is_told_with_its_end(void **state)
{
	(void)state;
	bart_by_hand("-");
	w.past.drifts[0].author = strdup("uid=griet,dc=app");
	ask("bart", 10);
	assert_true(e->access);
	assert_int_equal(fact_of(&e->paths[0], "grace")->reason, R_RULE_GRACE);
	expect_part(fact_of(&e->paths[0], "grace")->text,
		    "it waits until 2026-11-05 10:10 Belgian time and for a later complete read");
	expect_part(fact_of(&e->paths[0], "drift")->text,
		    "(hand edit 5, first seen at 2026-11-05 09:55 Belgian time, by uid=griet,dc=app)");
	expect_part(e->next_step, "duaalctl drift adopt 5 keeps it as it is now, duaalctl drift undo 5 puts it right.");
	expect_no_promise();
}

static void an_undone_hand_edit_goes(void **state)
{
	(void)state;
	bart_by_hand("undo");
	ask("bart", 10);
	expect_part(e->summary, "put in by hand, and the source does not give it");
	expect_part(fact_of(&e->paths[0], "drift")->text, "somebody decided to put it right");
	expect_part(e->summary, "It will be taken away.");
}

static void a_hand_edit_that_is_only_reported(void **state)
{
	(void)state;
	bart_by_hand("-");
	world_settings(&w, "drift: report\n");
	ask("bart", 10);
	assert_false(e->paths[0].planned);
	assert_null(strstr(e->summary, "will be"));
	expect_part(e->next_step, "duaalctl drift adopt 5");
}

/* ---- what the plan says, however it came to say it --------------------------------------------------- */

/* The plan with its one change judged like this. */
static void ask_judged(const char *who, enum verdict verdict, enum reason rule)
{
	struct err err;
	uint32_t position = NONE;
	world_think(&w);
	assert_int_equal(explain_find(w.source_read, text_of(who), &position, 1), 1);
	for (uint32_t i = 0; i < w.plan->change_count; i++) {
		w.plan->changes[i].verdict = (uint8_t)verdict;
		w.plan->changes[i].rule = (uint16_t)rule;
		w.plan->changes[i].hold = 0;
	}
	const struct explain_input in = {.plan_input = &w.plan_input, .plan = w.plan, .verdict = &w.verdict};
	assert_int_equal(explain_person(&in, text_of(who), position, 10, UINT8_MAX, &w.arena, &e, &err), 0);
}

static void newcomer(void)
{
	anna("");
	world_source(&w, PERSON("12", "bart", RIGHT("trajectbegeleider", "10")));
	world_target(&w, OUR_PERSON("bart", "12"));
}

static void what_is_refused_is_never_done(void **state)
{
	(void)state;
	newcomer();
	ask_judged("bart", VERDICT_REFUSE, R_PROTECTED);
	assert_false(e->access);
	assert_non_null(strstr(fact_of(&e->paths[0], "hold")->text, "That does not happen: it is never done"));
}

/* The hold, the freeze or the remark behind a rule may be over while its plan is still asked about. */
static void a_rule_without_its_record_is_told_by_its_sentence(void **state)
{
	(void)state;
	newcomer();
	ask_judged("bart", VERDICT_HOLD, R_RULE_REJECTED);
	assert_non_null(strstr(fact_of(&e->paths[0], "hold")->text, reason_sentence(R_RULE_REJECTED)));
	ask_judged("bart", VERDICT_HOLD, R_RULE_FROZEN);
	assert_non_null(strstr(e->next_step, "duaalctl thaw 10 ends that"));
	ask_judged("bart", VERDICT_HOLD, R_RULE_GRACE);
	assert_non_null(strstr(fact_of(&e->paths[0], "grace")->text, "later complete read"));
	assert_null(strstr(e->next_step, "duaalctl drift"));
	record_set(&w, world_find(&w, true, 11), FIELD_RIGHT, "AnderRecht:1");
	ask_judged("anna", VERDICT_HOLD, R_RULE_GRACE);
	assert_non_null(strstr(fact_of(&e->paths[0], "grace")->text, "later complete read"));
}

static void a_text_that_is_too_long_ends_in_dots(void **state)
{
	(void)state;
	char name[1400];
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	anna("");
	record_set(&w, world_find(&w, true, 1), FIELD_NAME, name);
	ask("anna", 10);
	const char *text = fact_of(&e->paths[0], "institution")->text;
	assert_in_range(strlen(text), 200, 1023);
	assert_non_null(strstr(text, "..."));
}

/* More ways than can be shown: those that can are, and the answer stands. */
static void ways_are_bounded(void **state)
{
	(void)state;
	char text[512];
	world_source(&w, "is: person\nuuid: 11\nvo-id: anna\ncn: anna\nsn: anna\nstate: actief\n");
	for (uint32_t value = 0; value < 10; value++) {
		size_t len = (size_t)snprintf(text, sizeof(text), "right: WerkplekDuaalGebruiker-beheerder:%u",
					      value * 30 + 1);
		for (uint32_t i = 2; i <= 30; i++)
			len += (size_t)snprintf(text + len, sizeof(text) - len, ",%u", value * 30 + i);
		world_source(&w, text);
	}
	ask("anna", 0);
	assert_int_equal(e->path_count, EXPLAIN_PATHS_MAX);
	assert_false(e->access);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* A list of facts is as long as a screen: what is too much is left out, and the answer stays. */
static void more_overrides_than_facts_are_left_out(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("trajectbegeleider", "10")));
	for (int i = 0; i < EXPLAIN_FACTS_MAX + 6; i++)
		world_target(&w,
			     "is: override\nvo-id: anna\nnumber: 10\nrole: trajectbegeleider\neffect: exclude\nuntil: "
			     "20290101090000Z\nwritten: 20261101090000Z\n\n");
	ask("anna", 10);
	assert_int_equal(e->paths[0].fact_count, EXPLAIN_FACTS_MAX);
	assert_true(e->paths[0].granted);
}

/* An include of a role that the configuration does not have any more is still on record. */
static void a_role_without_a_name_is_told_as_such(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", "AnderRecht:1"));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_MANAGERS("10") "member: uid=anna\n");
	world_past(&w,
		   "owned: 10 beheerder uid=anna 11 held\ndirective: 71 include 10 beheerder 11 20261201090000Z 100");
	w.settings.role_count = 1;
	ask("anna", 0);
	assert_non_null(strstr(e->summary, "(no role)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(access_is_told_from_end_to_end),
		TEST(who_lost_the_entry_and_not_the_membership_has_access),
		TEST(a_membership_without_entry_and_right_is_told),
		TEST(a_role_that_is_asked_for_is_answered_alone),
		TEST(a_hand_edit_is_told_of_its_group),
		TEST(a_name_that_is_not_free_yet_is_told_everywhere),
		TEST(who_was_there_before_us_is_told_so),
		TEST(what_is_refused_is_never_done),
		TEST(a_rule_without_its_record_is_told_by_its_sentence),
		TEST(a_text_that_is_too_long_ends_in_dots),
		TEST(ways_are_bounded),
		TEST(the_nearest_failing_condition_comes_first),
		TEST(ended_says_when_and_whom_to_ask),
		TEST(held_changes_say_why),
		TEST(drift_is_told),
		TEST(no_right_at_that_institution),
		TEST(strangers_and_those_of_the_target_only),
		TEST(nothing_is_told_raw),
		TEST(people_are_found_by_what_a_caller_knows),
		TEST(an_include_is_told_with_its_entry),
		TEST(an_include_that_comes_will_be_given),
		TEST(an_exclude_is_told_before_and_after),
		TEST(what_has_no_effect_is_told),
		TEST(what_vanished_waits),
		TEST(undone_cycles_are_told),
		TEST(a_hold_is_told_by_its_name),
		TEST(a_fresh_hold_is_told_too),
		TEST(approved_goes_and_says_by_whom),
		TEST(rejected_stays_and_says_by_whom),
		TEST(frozen_and_paused_promise_nothing),
		TEST(what_passes_a_freeze_is_told_as_it_is),
		TEST(what_the_server_refuses_is_not_promised),
		TEST(a_server_that_takes_nothing_is_named),
		TEST(grace_is_told_with_its_end),
		TEST(an_undone_hand_edit_goes),
		TEST(a_hand_edit_that_is_only_reported),
		TEST(more_overrides_than_facts_are_left_out),
		TEST(a_role_without_a_name_is_told_as_such),
	};
	return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
