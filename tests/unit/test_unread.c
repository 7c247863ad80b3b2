/* SPDX-License-Identifier: EUPL-1.2 */
/* test_unread.c - started anew while the source is down: what the ledger and the target alone know to have ended. */
#include "core/guard_parts.h"
#include "test_seldom.h"

#define ENDED   "seen: 11 20261104 48 1\n"
#define OURS    "owned: 10 " TB " uid=anna 11 held\n"
#define ANNA_IN OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_GUIDES("10") "member: uid=anna\n"
#define GOES    ANNA_GOES "scheduled, ended: go"
#define DIRECTED(effect, until, role)                                                                                  \
	"\nis: override\nuuid: 50\nvo-id: anna\nnumber: 10\nrole: " role "\neffect: " effect                           \
	"\nreason: x\nuntil: " until "\nwritten: 20261101090000Z\n"

static void begin(const char *target, const char *past)
{
	world_settings(&w, "source: never-read\n");
	world_target(&w, target);
	world_past(&w, "first-contact: no\nlast-complete: 7\n");
	world_past(&w, past);
	world_think(&w);
}

static void expect_nothing(void)
{
	assert_int_equal(w.plan->change_count, 0);
	assert_int_equal(w.plan->question_count, 0);
	assert_int_equal(w.plan->drift_count, 0);
	assert_int_equal(w.plan->ending_count, 0);
}

static void an_end_that_was_announced_goes(void **state)
{
	(void)state;
	begin(ANNA_IN, OURS ENDED);
	world_expect(&w, GOES);
	assert_int_equal(w.plan->change_count, 1);
	world_apply(&w);
	world_think(&w);
	expect_nothing();
}

static void whoever_is_merely_not_shown_stays(void **state)
{
	(void)state;
	begin(ANNA_IN, OURS);
	expect_nothing();
	world_past(&w, "seen: 11 - 48 1");
	world_think(&w);
	expect_nothing();
}

static void the_last_day_counts_and_what_was_not_announced_waits(void **state)
{
	(void)state;
	begin(ANNA_IN, OURS "seen: 11 20261105 480 1");
	expect_nothing();
	world_past(&w, "seen: 11 20261104 12 1");
	world_think(&w);
	expect_nothing();
	world_past(&w, "seen: 11 20261101 30 1");
	world_think(&w);
	expect_nothing();
}

/* What is not ours, is not known to be anybody's, or was written behind the last cycle that remembered its reads. */
static void only_what_the_ledger_is_sure_of(void **state)
{
	static const char *const not_sure[] = {"", "owned: 10 " TB " uid=anna 11 adopted\n",
					       "owned: 10 " TB " uid=anna 11 removed\n",
					       "owned: 10 " TB " uid=anna 0 held\n", OURS "last-complete: 6\n"};
	(void)state;
	begin(ANNA_IN, ENDED);
	for (size_t i = 0; i < sizeof(not_sure) / sizeof(not_sure[0]); i++) {
		world_past(&w, not_sure[i]);
		world_think(&w);
		expect_nothing();
	}
	world_past(&w, OURS "last-complete: 7\n");
	world_think(&w);
	world_expect(&w, GOES);
}

static void a_record_that_may_not_be_the_last_word_ends_nothing(void **state)
{
	(void)state;
	begin(ANNA_IN, OURS ENDED "last-complete: 7 overtaken\n");
	expect_nothing();
	world_target(&w, DIRECTED("exclude", "20261201090000Z", TB));
	world_think(&w);
	world_expect(&w, ANNA_GOES "explicit, excluded: go");
}

/* Its name was handed over: whoever has it now may have access of their own. */
static void a_value_that_leads_to_another_stays(void **state)
{
	(void)state;
	begin(OUR_SCHOOL("10") OUR_PERSON("anna", "12") "uuid: 70\n" OUR_GUIDES("10") "member: uid=anna\n", OURS ENDED);
	expect_nothing();
	record_set(&w, world_find(&w, false, 70), FIELD_SOURCE_UUID, NULL);
	world_think(&w);
	world_expect(&w, GOES);
}

static void a_member_without_an_entry_stays(void **state)
{
	(void)state;
	begin(OUR_SCHOOL("10") OUR_GUIDES("10") "member: uid=anna\nmember: no name\n", OURS ENDED);
	expect_nothing();
}

static void an_exclude_takes_whose_value_it_is(void **state)
{
	(void)state;
	begin(ANNA_IN DIRECTED("exclude", "20261201090000Z", TB), "");
	world_expect(&w, ANNA_GOES "explicit, excluded: go");
	world_past(&w, OURS ENDED);
	world_think(&w);
	world_expect(&w, ANNA_GOES "explicit, excluded: go");
}

static void an_include_keeps_also_one_that_lapsed(void **state)
{
	(void)state;
	begin(ANNA_IN DIRECTED("include", "20261201090000Z", TB), OURS ENDED);
	expect_nothing();
	record_set(&w, world_find(&w, false, 50), world_field("until"), "20261103090000Z");
	world_think(&w);
	expect_nothing();
	record_set(&w, world_find(&w, false, 50), FIELD_ROLE, "beheerder");
	world_think(&w);
	world_expect(&w, GOES);
	record_set(&w, world_find(&w, false, 50), FIELD_ROLE, TB);
	record_set(&w, world_find(&w, false, 50), FIELD_NUMBER, "11");
	world_think(&w);
	world_expect(&w, GOES);
	record_set(&w, world_find(&w, false, 50), FIELD_NUMBER, "10");
	record_set(&w, world_find(&w, false, 50), FIELD_VO_ID, "bart");
	world_think(&w);
	world_expect(&w, GOES);
}

static void an_exclude_of_another_keeps_nobody(void **state)
{
	(void)state;
	begin(ANNA_IN DIRECTED("exclude", "20261201090000Z", TB), OURS ENDED);
	record_set(&w, world_find(&w, false, 50), FIELD_VO_ID, "bart");
	world_think(&w);
	world_expect(&w, GOES);
}

static void an_include_that_vanished_keeps(void **state)
{
	(void)state;
	begin(ANNA_IN, OURS ENDED "directive: 50 exclude 10 " TB " 11 20261201090000Z 48\n");
	world_expect(&w, GOES);
	world_past(&w, "directive: 51 include 11 " TB
		       " 11 20261201090000Z 48\ndirective: 52 include 10 beheerder 11 20261201090000Z 48\n"
		       "directive: 53 include 10 " TB " 12 20261201090000Z 48\n");
	world_think(&w);
	world_expect(&w, GOES);
	world_past(&w, "directive: 54 include 10 " TB " 11 20261201090000Z 48\n");
	world_think(&w);
	expect_nothing();
}

static void an_undo_keeps(void **state)
{
	(void)state;
	begin(ANNA_IN,
	      OURS ENDED "pin: 11 " TB " 11 present 20261201090000Z\npin: 10 beheerder 11 present 20261201090000Z\n"
			 "pin: 10 " TB " 12 present 20261201090000Z\n");
	world_expect(&w, GOES);
	world_past(&w, "pin: 10 " TB " 11 present 20261201090000Z");
	world_think(&w);
	expect_nothing();
}

static void whom_two_claim_keeps(void **state)
{
	(void)state;
	begin(ANNA_IN, OURS ENDED "ambiguous: 12 1\n");
	world_expect(&w, GOES);
	world_past(&w, "ambiguous: 11 1");
	world_think(&w);
	expect_nothing();
	const struct uuid anna = world_uuid(11);
	assert_int_equal(past_set_ambiguity(&w.past, &anna, 0), 0);
	world_think(&w);
	world_expect(&w, GOES);
}

/* ---- beside a source that failed -------------------------------------------------------------------- */

#define ELSEWHERE "elsewhere: yes\n"

static void a_source_that_was_read_has_a_newer_word(void **state)
{
	(void)state;
	world_source(&w, PERSON("11", "anna", RIGHT(TB, "10")) ELSEWHERE "end: 20261104\n");
	begin(ANNA_IN, OURS ENDED);
	world_expect(&w, GOES);
	record_set(&w, world_find(&w, true, 11), FIELD_END, "20261204");
	world_think(&w);
	expect_nothing();
}

static void another_entry_of_that_name_is_doubt(void **state)
{
	(void)state;
	world_source(&w, PERSON("12", "bart", RIGHT(TB, "10")) ELSEWHERE);
	begin(ANNA_IN, OURS ENDED);
	world_expect(&w, GOES);
	record_set(&w, world_find(&w, true, 12), FIELD_VO_ID, "anna");
	world_think(&w);
	expect_nothing();
	world_source(&w, PERSON("11", "anna", RIGHT(TB, "10")) ELSEWHERE "end: 20261104\n");
	world_think(&w);
	expect_nothing();
}

static void two_of_that_name_are_doubt(void **state)
{
	(void)state;
	world_source(&w, PERSON("11", "anna", RIGHT(TB, "10")) ELSEWHERE
		     "end: 20261104\n\n" PERSON("12", "bart", RIGHT(TB, "10")) ELSEWHERE);
	begin(ANNA_IN, OURS ENDED);
	world_expect(&w, GOES);
	record_set(&w, world_find(&w, true, 12), FIELD_VO_ID, "anna");
	world_think(&w);
	expect_nothing();
}

/* ---- the same brakes -------------------------------------------------------------------------------- */

static void what_is_protected_or_not_ours_stays(void **state)
{
	(void)state;
	world_settings(&w, "protected: uid=anna");
	begin(ANNA_IN DIRECTED("exclude", "20261201090000Z", TB), OURS ENDED);
	expect_nothing();
}

static void groups_that_are_not_ours_stay(void **state)
{
	(void)state;
	world_settings(
		&w,
		"protected: cn=trajectbegeleider-10,duaalInstitutionNumber=10,ou=institutions,ou=werkplekduaal,dc=app");
	begin(ANNA_IN "\nis: group\nuuid: 60\nnumber: x\nrole: " TB "\nmember: uid=anna\n\n"
		      "is: group\nuuid: 61\nnumber: 10\nrole: iets\nmember: uid=anna\n\n"
		      "is: group\nuuid: 62\nnumber: 11\nrole: " TB "\nmanaged-by: iemand\nmember: uid=anna\n",
	      OURS ENDED);
	expect_nothing();
}

/* A freeze may have kept whom the last read did not show; what an exclude names is no question of what was read. */
static void a_freeze_stops_dates_and_a_pause_all(void **state)
{
	(void)state;
	begin(ANNA_IN, OURS ENDED "freeze: 10 5\n");
	world_expect(&w, ANNA_GOES "scheduled, ended: HOLD by rule-frozen");
	world_target(&w, DIRECTED("exclude", "20261201090000Z", TB));
	world_think(&w);
	world_expect(&w, ANNA_GOES "explicit, excluded: go");
	world_past(&w, "pause: 5");
	world_think(&w);
	world_expect(&w, ANNA_GOES "explicit, excluded: HOLD by rule-paused");
}

static void many_ends_that_were_moved_are_held(void **state)
{
	(void)state;
	world_settings(&w, "institution-removals: 0");
	begin(ANNA_IN, OURS ENDED "moved: 11\n");
	world_expect(&w, ANNA_GOES "scheduled, ended: HOLD by rule-dates-moved");
}

/* Asked while the source could be read: its evidence cannot be compared now, so it counts as it was left. */
static void what_waits_or_was_rejected_waits_on(void **state)
{
	(void)state;
	world_settings(&w, "institution-removals: 0");
	world_source(&w, SCHOOL("1", "10") "\n" PERSON("11", "anna", RIGHT(TB, "10")) "end: 20261104\n");
	world_target(&w, ANNA_IN);
	world_past(&w, "last-complete: 7\n" OURS ENDED "moved: 11\n");
	world_cycle(&w);
	assert_int_equal(w.past.hold_count, 1);
	world_settings(&w, "institution-removals: 3\nsource: never-read");
	world_think(&w);
	world_expect(&w, ANNA_GOES "scheduled, ended: HOLD by rule-source-unread");
	world_decide(&w, 1, HOLD_REJECTED);
	world_think(&w);
	world_expect(&w, ANNA_GOES "scheduled, ended: HOLD by rule-source-unread");
	w.past.holds[0].state = HOLD_APPROVED;
	world_think(&w);
	world_expect(&w, GOES " by approved");
}

/* Somebody whom the last reads did not show, and whose absence nobody could prove: the date on record is from when they were last shown. */
static void whose_absence_is_in_doubt_stays(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10"));
	world_target(&w, ANNA_IN);
	world_past(&w, "first-contact: no\nlast-complete: 7\n" OURS ENDED);
	world_cycle(&w);
	world_expect(&w, ANNA_GOES "doubtful, person-unknown: HOLD by rule-doubtful");
	assert_int_equal(w.past.hold_count, 1);
	world_settings(&w, "source: never-read");
	world_think(&w);
	world_expect(&w, ANNA_GOES "scheduled, ended: HOLD by rule-source-unread");
	world_decide(&w, 1, HOLD_REJECTED);
	world_think(&w);
	world_expect(&w, ANNA_GOES "scheduled, ended: HOLD by rule-source-unread");
}

/* ---- flat groups ------------------------------------------------------------------------------------ */

#define FLAT      "\nis: flat\nrole: " TB "\nmember: uid=anna\n"
#define OURS_FLAT "owned: 16777215 " TB " uid=anna 11 held\n"

static void the_flat_group_follows(void **state)
{
	(void)state;
	world_settings(&w, "flat-roles: yes");
	begin(ANNA_IN "member: uid=bart\n\n" OUR_PERSON("bart", "12") FLAT "member: uid=bart\nmember: uid=carl\n",
	      OURS ENDED OURS_FLAT "owned: 16777215 " TB " uid=bart 12 held\n");
	world_expect(&w, GOES);
	assert_int_equal(count_changes(CHANGE_MEMBER_REMOVE, R_CAUSE_FOLLOWS), 1);
	assert_int_equal(w.verdict.go, 2);
}

static void who_stays_elsewhere_stays_in_the_flat_group(void **state)
{
	(void)state;
	world_settings(&w, "flat-roles: yes");
	begin(ANNA_IN "\n" OUR_SCHOOL("20")
		      OUR_GUIDES("20") "member: uid=anna\n" FLAT DIRECTED("exclude", "20261201090000Z", TB),
	      OURS OURS_FLAT);
	world_expect(&w, ANNA_GOES "explicit, excluded: go");
	assert_int_equal(w.verdict.go, 1);
}

static void a_flat_value_of_somebody_else_stays(void **state)
{
	static const char *const not_ours[] = {"", "owned: 16777215 " TB " uid=anna 11 adopted\n"};
	(void)state;
	world_settings(&w, "flat-roles: yes");
	begin(ANNA_IN FLAT, OURS ENDED);
	for (size_t i = 0; i < sizeof(not_ours) / sizeof(not_ours[0]); i++) {
		world_past(&w, not_ours[i]);
		world_think(&w);
		assert_int_equal(w.plan->change_count, 1);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_end_that_was_announced_goes),
		TEST(whoever_is_merely_not_shown_stays),
		TEST(the_last_day_counts_and_what_was_not_announced_waits),
		TEST(only_what_the_ledger_is_sure_of),
		TEST(a_record_that_may_not_be_the_last_word_ends_nothing),
		TEST(a_value_that_leads_to_another_stays),
		TEST(a_member_without_an_entry_stays),
		TEST(an_exclude_takes_whose_value_it_is),
		TEST(an_include_keeps_also_one_that_lapsed),
		TEST(an_exclude_of_another_keeps_nobody),
		TEST(an_include_that_vanished_keeps),
		TEST(an_undo_keeps),
		TEST(whom_two_claim_keeps),
		TEST(a_source_that_was_read_has_a_newer_word),
		TEST(another_entry_of_that_name_is_doubt),
		TEST(two_of_that_name_are_doubt),
		TEST(what_is_protected_or_not_ours_stays),
		TEST(groups_that_are_not_ours_stay),
		TEST(a_freeze_stops_dates_and_a_pause_all),
		TEST(many_ends_that_were_moved_are_held),
		TEST(what_waits_or_was_rejected_waits_on),
		TEST(whose_absence_is_in_doubt_stays),
		TEST(the_flat_group_follows),
		TEST(who_stays_elsewhere_stays_in_the_flat_group),
		TEST(a_flat_value_of_somebody_else_stays),
	};
	setvbuf(stdout, NULL, _IOLBF, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
