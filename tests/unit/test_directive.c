/* SPDX-License-Identifier: EUPL-1.2 */
/* test_directive.c - requests, overrides and undone cycles: what each does, when it does nothing, and what is remembered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/judge.h"
#include "core/word.h"
#include "core_stories.h"
#include "core_world.h"

static struct world w; /* now: 2026-11-05 09:00 UTC */

#define WRITTEN "written: 20261101090000Z\n"
#define OVERRIDE(uuid, vo_id, effect, until)                                                                           \
	"is: override\nuuid: " uuid "\nvo-id: " vo_id "\nnumber: 10\nrole: beheerder\neffect: " effect                 \
	"\nuntil: " until "\n" WRITTEN
#define INCLUDE(uuid, vo_id) OVERRIDE(uuid, vo_id, "include", "20261201000000Z")
#define EXCLUDE(uuid, vo_id) OVERRIDE(uuid, vo_id, "exclude", "20261201000000Z")
#define WITHOUT(uuid, vo_id)                                                                                           \
	"is: person\nuuid: " uuid "\nvo-id: " vo_id "\ncn: " vo_id "\nsn: " vo_id "\nstate: actief\n"
#define CVO "is: institution\nuuid: 2\nnumber: 20\nname: C\nkind: volwassenenonderwijs\nstate: actief\naudience: OV\n"

static int setup(void **state)
{
	(void)state;
	world_init(&w);
	world_past(&w, "first-contact: no\n");
	world_source(&w, SCHOOL("1", "10"));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_done(&w);
	return 0;
}

/* anna holds the right, bart does not; both are members of 10 beheerder. */
static void two_members(void)
{
	world_source(&w, PERSON("11", "anna", RIGHT("beheerder", "10")) WITHOUT("12", "bart"));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_PERSON("bart", "12")
				 OUR_MANAGERS("10") "member: uid=anna\nmember: uid=bart\n");
	world_past(&w, "owned: 10 beheerder uid=anna 11 held\nowned: 10 beheerder uid=bart 12 held\n");
}

static struct record *override_at(uint32_t uuid)
{
	return world_find(&w, false, uuid);
}

/* ---- what an override does ------------------------------------------------------------------------ */

static void an_include_gives(void **state)
{
	(void)state;
	world_source(&w, WITHOUT("12", "bart"));
	world_target(&w, INCLUDE("70", "BART"));
	world_think(&w);
	world_expect(&w, "wanted 10 beheerder bart: included");
	world_expect(&w, "member-add 10 beheerder bart: grant, included: go");
	world_expect(&w, "remember include 10 beheerder bart until 20261201000000Z since 20261105090000Z");
	world_expect(&w, "next 20261201000000Z");
	world_refuse(&w, "directive");
	assert_int_equal(w.desired->by_reason[R_INCLUDED], 1);
	assert_int_equal(w.desired->memberships[0].end_day, zone_day_of(&w.zone, 1796083199));
	assert_true(text_is_empty(w.desired->memberships[0].value));
}

/* An include counts also for somebody who is inactive or has ended at the source. */
static void an_include_is_above_state_and_dates(void **state)
{
	(void)state;
	world_source(&w, PERSON("12", "bart", RIGHT("beheerder", "10")) "end: 20261101\n");
	world_target(&w, INCLUDE("70", "bart"));
	world_think(&w);
	world_expect(&w, "refused bart: ended");
	world_expect(&w, "wanted 10 beheerder bart: included");
	record_set(&w, world_find(&w, true, 12), FIELD_STATE, "uit dienst");
	world_think(&w);
	world_expect(&w, "wanted 10 beheerder bart: included");
}

static void the_source_comes_before_an_include(void **state)
{
	(void)state;
	world_source(&w, PERSON("11", "anna", RIGHT("beheerder", "10")));
	world_target(&w, INCLUDE("70", "anna"));
	world_think(&w);
	world_expect(&w, "wanted 10 beheerder anna");
	assert_int_equal(w.desired->membership_count, 1);
	assert_int_equal(w.desired->by_reason[R_GRANTED], 1);
}

static void an_exclude_takes(void **state)
{
	(void)state;
	two_members();
	world_target(&w, EXCLUDE("70", "anna"));
	world_target(&w, INCLUDE("71", "bart"));
	world_think(&w);
	world_expect(&w, "refused anna 10 beheerder: excluded");
	world_expect(&w, "wanted 10 beheerder bart: included");
	world_refuse(&w, "wanted 10 beheerder anna");
	assert_int_equal(world_count(&w, "member-remove 10 beheerder uid=anna: explicit, excluded"), 1);
	world_expect(&w, "remember exclude 10 beheerder anna until 20261201000000Z since 20261105090000Z");
}

static void an_exclude_beats_an_undo_beats_an_include(void **state)
{
	(void)state;
	world_source(&w, WITHOUT("12", "bart"));
	world_target(&w, INCLUDE("70", "bart"));
	world_past(&w, "pin: 10 beheerder 12 absent 20261110000000Z\n");
	world_think(&w);
	world_refuse(&w, "wanted");
	assert_int_equal(w.desired->words[0].reason, R_UNDONE_TAKEN);
	world_past(&w, "pin: 10 beheerder 12 present 20261110000000Z\n");
	world_think(&w);
	world_expect(&w, "wanted 10 beheerder bart: undone-given");
	world_target(&w, EXCLUDE("71", "bart"));
	world_think(&w);
	world_refuse(&w, "wanted");
	assert_int_equal(w.desired->word_count, 1);
	assert_int_equal(w.desired->words[0].reason, R_EXCLUDED);
}

/* Somebody whom the filtered read does not bring may still be a member. */
static void an_exclude_of_the_unseen_is_explicit(void **state)
{
	(void)state;
	two_members();
	world_find(&w, true, 12)->gone = true;
	world_target(&w, EXCLUDE("70", " Bart "));
	world_think(&w);
	assert_int_equal(world_count(&w, "member-remove 10 beheerder uid=bart: explicit, excluded"), 1);
	world_expect(&w, "directive 10 beheerder: override-nobody");
	world_refuse(&w, "question");
	world_refuse(&w, "ask for");
}

static void an_exclude_concerns_every_claimant(void **state)
{
	(void)state;
	world_source(&w, PERSON("11", "anna", RIGHT("beheerder", "10")) PERSON("12", "ANNA", RIGHT("beheerder", "10")));
	world_target(&w, EXCLUDE("70", "anna"));
	world_think(&w);
	assert_int_equal(w.desired->word_count, 2);
	assert_non_null(word_find(w.desired, 0, 10, 1));
	assert_non_null(word_find(w.desired, 1, 10, 1));
	assert_null(word_find(w.desired, 1, 10, 0));
}

/* ---- when it does nothing ------------------------------------------------------------------------- */

static void bad_overrides_have_no_effect(void **state)
{
	static const struct {
		enum field field;
		const char *value, *line;
	} cases[] = {{FIELD_VO_ID, NULL, "directive 10 beheerder: override-malformed"},
		     {FIELD_VO_ID, "ba*t", "directive 10 beheerder: override-malformed"},
		     {FIELD_NUMBER, "tien", "directive beheerder: override-malformed"},
		     {FIELD_NUMBER, "77", "directive 77 beheerder bart: override-number-unknown"},
		     {FIELD_ROLE, "directeur", "directive 10: override-role-unknown"},
		     {FIELD_ROLE, NULL, "directive 10: override-malformed"},
		     {FIELD_EFFECT, "misschien", "directive 10 beheerder: override-malformed"},
		     {FIELD_EFFECT, NULL, "directive 10 beheerder: override-malformed"},
		     {FIELD_VALID_UNTIL, NULL, "directive 10 beheerder: override-malformed"},
		     {FIELD_VALID_UNTIL, "morgen", "directive 10 beheerder: override-malformed"},
		     {FIELD_VALID_UNTIL, "20270130090001Z", "directive 10 beheerder: override-too-long"},
		     {FIELD_VO_ID, "carla", "directive 10 beheerder: override-person-unknown"}};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		world_done(&w);
		setup(NULL);
		world_source(&w, WITHOUT("12", "bart"));
		world_target(&w, INCLUDE("70", "bart"));
		record_set(&w, override_at(70), cases[i].field, cases[i].value);
		world_think(&w);
		world_expect(&w, cases[i].line);
		assert_int_equal(w.desired->membership_count, 0);
		assert_int_equal(w.desired->directive_remark_count, 1);
		assert_int_equal(w.desired->unknown_vo_id_count, i + 1 == sizeof(cases) / sizeof(cases[0]));
	}
}

/* I20: both ends come from the administrators' side; only where the server does not tell, our clock decides. */
static void length_counts_from_the_writing(void **state)
{
	(void)state;
	world_source(&w, WITHOUT("12", "bart"));
	world_target(&w, OVERRIDE("70", "bart", "include", "20270130090000Z"));
	world_think(&w);
	world_expect(&w, "wanted 10 beheerder bart: included");
	record_set(&w, override_at(70), FIELD_MODIFY_TIMESTAMP, "20261101085959Z");
	world_think(&w);
	world_expect(&w, "directive 10 beheerder: override-too-long");
	record_set(&w, override_at(70), FIELD_MODIFY_TIMESTAMP, NULL);
	world_think(&w);
	world_expect(&w, "wanted 10 beheerder bart: included");
	record_set(&w, override_at(70), FIELD_VALID_UNTIL, "20270203090001Z");
	world_think(&w);
	world_expect(&w, "directive 10 beheerder: override-too-long");
}

static void an_include_needs_an_admitted_institution(void **state)
{
	(void)state;
	world_source(&w, WITHOUT("12", "bart"));
	record_set(&w, world_find(&w, true, 1), FIELD_PROGRAMME, "geweigerd");
	world_target(&w, INCLUDE("70", "bart"));
	world_think(&w);
	world_expect(&w, "directive 10 beheerder bart: override-not-admitted");
	world_refuse(&w, "wanted");
}

/* Its loss is the institution's, and so is what the guard does with it. */
static void what_an_institution_loses_is_not_the_persons(void **state)
{
	(void)state;
	two_members();
	world_target(&w, INCLUDE("70", "bart"));
	record_set(&w, world_find(&w, true, 1), FIELD_PROGRAMME, "geweigerd");
	world_think(&w);
	assert_int_equal(world_count(&w, "member-remove 10 beheerder uid=bart: explicit, no-programme: HOLD"), 1);
	world_find(&w, true, 1)->gone = true;
	world_think(&w);
	assert_int_equal(world_count(&w, "member-remove 10 beheerder uid=bart: doubtful, institution-unknown"), 1);
}

static void an_include_needs_somebody_clear(void **state)
{
	(void)state;
	world_source(&w, WITHOUT("12", "bart") WITHOUT("13", "Bart"));
	world_target(&w, INCLUDE("70", "bart"));
	world_think(&w);
	world_expect(&w, "directive 10 beheerder bart: person-ambiguous");
	world_refuse(&w, "wanted");
	world_find(&w, true, 13)->gone = true;
	record_set(&w, world_find(&w, true, 12), FIELD_CN, "Ba\art");
	world_think(&w);
	world_expect(&w, "directive 10 beheerder bart: person-unusable");
	world_refuse(&w, "wanted");
}

static void whom_the_source_does_not_show_is_asked_for_once(void **state)
{
	(void)state;
	world_target(&w, INCLUDE("70", "bart"));
	world_target(&w, "is: override\nuuid: 71\nvo-id: BART\nnumber: 10\nrole: trajectbegeleider\neffect: Include\n"
			 "until: 20261201000000Z\n" WRITTEN);
	world_think(&w);
	world_expect(&w, "ask for bart");
	assert_int_equal(w.desired->unknown_vo_id_count, 1);
	assert_int_equal(w.desired->directive_count, 0);
	world_source(&w, WITHOUT("12", "bart"));
	world_think(&w);
	assert_int_equal(w.desired->unknown_vo_id_count, 0);
	assert_int_equal(w.desired->membership_count, 2);
}

static void requests_are_told_with_their_entry(void **state)
{
	(void)state;
	world_source(&w, CVO);
	world_target(&w, "is: request\nuuid: 50\nnumber: 020\nuntil: 20261111000000Z\n");
	world_target(&w, "is: request\nuuid: 51\nnumber: 21\n");
	world_target(&w, "is: request\nuuid: 52\nnumber: 20\nuntil: ooit\n");
	world_think(&w);
	world_expect(&w, "institution 20: admitted-request");
	world_expect(&w, "directive 20: request-unreadable");
	world_expect(&w, "directive 20: directive-ends-soon");
	world_expect(&w, "directive 21: request-unknown");
	struct uuid uuid = world_uuid(51);
	assert_true(uuid_equal(&w.desired->directive_remarks[2].entry->uuid, &uuid));
	assert_int_equal(w.desired->directive_remarks[0].at_s, 1794355200);
}

static void a_lapse_is_told_before(void **state)
{
	(void)state;
	world_source(&w, WITHOUT("12", "bart"));
	world_target(&w, OVERRIDE("70", "bart", "include", "20261112090000Z"));
	world_think(&w);
	world_expect(&w, "directive 10 beheerder bart: directive-ends-soon");
	record_set(&w, override_at(70), FIELD_VALID_UNTIL, "20261112090001Z");
	world_think(&w);
	world_refuse(&w, "ends-soon");
}

/* ---- dates ---------------------------------------------------------------------------------------- */

static void a_known_date_is_scheduled(void **state)
{
	static const char *const pasts[] = {"directive: 70 include 10 beheerder 12 20261105090000Z 24\n",
					    "directive: 70 include 10 beheerder 12 20261105090000Z 23\n",
					    "directive: 70 include 10 beheerder 12 20261106090000Z 99\n"};
	static const char *const causes[] = {"scheduled", "explicit", "explicit"};
	char line[128];
	(void)state;
	for (int i = 0; i < 3; i++) {
		world_done(&w);
		setup(NULL);
		two_members();
		world_target(&w, OVERRIDE("70", "bart", "include", "20261105090000Z"));
		world_past(&w, pasts[i]);
		world_think(&w);
		snprintf(line, sizeof(line), "member-remove 10 beheerder uid=bart: %s, include-lapsed", causes[i]);
		assert_int_equal(world_count(&w, line), 1);
		assert_int_equal(world_count(&w, "remember include 10 beheerder bart until 20261105090000Z"), 1);
		override_at(70)->gone = true; /* tidied away: the lapse stays what it was */
		world_think(&w);
		assert_int_equal(world_count(&w, i < 2 ? line : "uid=bart: doubtful, directive-vanished"), 1);
	}
}

/* An entry that lapsed long ago says nothing of what happens today. */
static void an_old_lapse_explains_nothing(void **state)
{
	(void)state;
	two_members();
	world_target(&w, OVERRIDE("70", "bart", "include", "20261104090000Z"));
	world_think(&w);
	assert_int_equal(world_count(&w, "member-remove 10 beheerder uid=bart: explicit, no-right"), 1);
	world_refuse(&w, "remember");
	world_target(&w, OVERRIDE("71", "anna", "include", "20261104090000Z"));
	world_past(&w, "directive: 71 include 10 beheerder 11 20261104090000Z 99\n");
	world_think(&w);
	world_expect(&w, "wanted 10 beheerder anna");
	world_refuse(&w, "remember"); /* nothing follows from it: the source grants it */
}

static void a_lapse_followed_is_forgotten(void **state)
{
	(void)state;
	two_members();
	world_past(&w, "directive: 70 include 10 beheerder 12 20261105080000Z 99\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "member-remove 10 beheerder uid=bart: scheduled, include-lapsed"), 1);
	record_set(&w, &w.target[w.target_count - 1], FIELD_MEMBER, "uid=anna," WORLD_PEOPLE);
	world_think(&w);
	world_refuse(&w, "remember");
	world_target(&w, OVERRIDE("70", "bart", "include", "20261105080000Z")); /* whether it lies about or not */
	world_think(&w);
	world_refuse(&w, "remember");
}

static void since_is_kept_while_the_date_stands(void **state)
{
	(void)state;
	world_source(&w, WITHOUT("12", "bart"));
	world_target(&w, INCLUDE("70", "bart"));
	world_past(&w, "directive: 70 include 10 beheerder 12 20261201000000Z 48\n");
	world_think(&w);
	world_expect(&w, "remember include 10 beheerder bart until 20261201000000Z since 20261103090000Z");
	record_set(&w, override_at(70), FIELD_VALID_UNTIL, "20261130000000Z");
	world_think(&w);
	world_expect(&w, "remember include 10 beheerder bart until 20261130000000Z since 20261105090000Z");
}

static void requests_lapse_as_announced(void **state)
{
	(void)state;
	world_source(&w, CVO PERSON("11", "anna", RIGHT("beheerder", "20")));
	world_target(&w, "is: request\nuuid: 50\nnumber: 20\nuntil: 20261105090000Z\n"
			 "is: institution\nnumber: 20\nname: C\n" OUR_PERSON("anna", "11")
				 OUR_MANAGERS("20") "member: uid=anna\n");
	world_past(&w, "owned: 20 beheerder uid=anna 11 held\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=anna: explicit, request-lapsed"), 1);
	world_past(&w, "directive: 50 request 20 - 0 20261105090000Z 24\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=anna: scheduled, request-lapsed"), 1);
	world_expect(&w, "remember request 20 until 20261105090000Z since 20261104090000Z");
	world_find(&w, false, 50)->gone = true;
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=anna: scheduled, no-request"), 1);
	world_past(&w, "directive: 50 request 20 - 0 20261105090000Z 23\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=anna: explicit, no-request"), 1);
}

static void an_institution_ends_as_announced(void **state)
{
	(void)state;
	two_members();
	record_set(&w, world_find(&w, true, 1), FIELD_END, "2026-11-04");
	world_past(&w, "seen: 1 2026-11-04 24 1\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=anna: scheduled, institution-ended"), 1);
	world_past(&w, "seen: 1 2026-11-04 23 1\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=anna: explicit, institution-ended"), 1);
}

/* ---- vanished ------------------------------------------------------------------------------------- */

static void a_vanished_include_is_doubt(void **state)
{
	(void)state;
	two_members();
	world_past(&w, "directive: 70 include 10 beheerder 12 20261201000000Z 48\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=bart: doubtful, directive-vanished: HOLD"), 1);
	world_expect(&w, "remember include 10 beheerder bart until 20261201000000Z since 20261103090000Z");
	world_expect(&w, "next 20261201000000Z");
	world_target(&w, INCLUDE("75", "bart")); /* it is there again, as another entry */
	world_think(&w);
	world_expect(&w, "wanted 10 beheerder bart: included");
	assert_int_equal(world_count(&w, "remember"), 1);
	world_expect(&w, "remember include 10 beheerder bart until 20261201000000Z since 20261105090000Z");
}

/* What cannot be read any more is gone as well; what says something else is not. */
static void unreadable_is_vanished_and_edited_is_not(void **state)
{
	(void)state;
	two_members();
	world_target(&w, INCLUDE("70", "bart"));
	world_past(&w, "directive: 70 include 10 beheerder 12 20261201000000Z 48\n");
	record_set(&w, override_at(70), FIELD_EFFECT, "ja");
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=bart: doubtful, directive-vanished"), 1);
	record_set(&w, override_at(70), FIELD_EFFECT, "include");
	record_set(&w, override_at(70), FIELD_VO_ID, "anna");
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=bart: explicit, no-right"), 1);
}

/* Forgotten in past first, as unpin does it, nothing is in doubt. */
static void taken_back_is_not_vanished(void **state)
{
	(void)state;
	two_members();
	world_past(&w, "directive: 70 include 10 beheerder 12 20261201000000Z 48\n");
	struct uuid uuid = world_uuid(70);
	past_forget_directive(&w.past, &uuid);
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=bart: explicit, no-right"), 1);
}

static void what_a_vanished_exclude_lets_in_is_marked(void **state)
{
	(void)state;
	world_source(&w, PERSON("11", "anna", RIGHT("beheerder", "10")));
	world_past(&w, "directive: 70 exclude 10 beheerder 11 20261201000000Z 48\n");
	world_think(&w);
	world_expect(&w, "wanted 10 beheerder anna: directive-vanished");
	assert_int_equal(world_count(&w, "member-add 10 beheerder anna: grant, directive-vanished"), 1);
	world_expect(&w, "remember exclude 10 beheerder anna until 20261201000000Z since 20261103090000Z");
	world_settings(&w, "now: 20261201000000Z\n"); /* its date has passed */
	world_think(&w);
	world_expect(&w, "wanted 10 beheerder anna");
	world_refuse(&w, "remember");
}

static void an_exclude_that_never_took_vanishes_without_trace(void **state)
{
	(void)state;
	two_members();
	world_past(&w, "directive: 70 exclude 10 beheerder 11 20261201000000Z 48\n");
	world_think(&w);
	world_expect(&w, "wanted 10 beheerder anna");
	world_refuse(&w, "remember");
}

static void a_vanished_request_is_doubt(void **state)
{
	(void)state;
	world_source(&w, CVO PERSON("11", "anna", RIGHT("beheerder", "20")));
	world_target(&w, "is: institution\nnumber: 20\nname: C\n" OUR_PERSON("anna", "11")
				 OUR_MANAGERS("20") "member: uid=anna\n");
	world_past(&w, "owned: 20 beheerder uid=anna 11 held\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=anna: explicit, no-request"), 1); /* unrequest forgot it */
	world_past(&w, "directive: 50 request 20 - 0 - 48\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "uid=anna: doubtful, no-request"), 1);
	world_expect(&w, "remember request 20 until - since 20261103090000Z");
	world_target(&w, "is: request\nuuid: 51\nnumber: 20\n");
	world_think(&w);
	world_expect(&w, "institution 20: admitted-request");
	assert_int_equal(world_count(&w, "remember"), 1);
}

/* ---- undone --------------------------------------------------------------------------------------- */

static void an_undo_stands_until_its_time(void **state)
{
	(void)state;
	two_members();
	world_past(&w, "pin: 10 beheerder 11 absent 20261105090001Z\npin: 10 beheerder 12 present 20261105090001Z\n");
	world_think(&w);
	world_expect(&w, "refused anna 10 beheerder: undone-taken");
	assert_int_equal(world_count(&w, "uid=anna: explicit, undone-taken"), 1);
	world_expect(&w, "wanted 10 beheerder bart: undone-given");
	world_expect(&w, "next 20261105090001Z");
	world_settings(&w, "now: 20261105090001Z\n");
	world_think(&w);
	world_expect(&w, "wanted 10 beheerder anna");
	assert_int_equal(world_count(&w, "uid=bart: explicit, no-right"), 1);
}

/* What an institution lost comes back with its entries, though only for those of the undone cycle. */
static void an_undo_gives_where_nobody_is_admitted(void **state)
{
	(void)state;
	world_source(&w, PERSON("11", "anna", RIGHT("beheerder", "10")) PERSON("12", "bart", RIGHT("beheerder", "10")));
	record_set(&w, world_find(&w, true, 1), FIELD_PROGRAMME, "geweigerd");
	world_past(&w, "pin: 10 beheerder 11 present 20261110000000Z\n");
	world_think(&w);
	world_expect(&w, "wanted 10 beheerder anna: undone-given");
	world_expect(&w, "refused bart 10 beheerder: no-programme");
	assert_int_equal(world_count(&w, "institution-add 10"), 1);
	assert_int_equal(world_count(&w, "member-add 10 beheerder anna: grant, undone-given"), 1);
	world_apply(&w);
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
	world_settings(&w, "now: 20261110000000Z\n");
	world_think(&w);
	assert_int_equal(world_count(&w, "member-remove 10 beheerder uid=anna: explicit, no-programme"), 1);
}

static void an_undo_needs_the_person(void **state)
{
	(void)state;
	world_past(&w, "pin: 10 beheerder 11 present 20261110000000Z\npin: 77 beheerder 12 present 20261110000000Z\n");
	world_source(&w, WITHOUT("12", "bart"));
	world_think(&w);
	world_refuse(&w, "wanted");
}

/* Who lost the right is not in a filtered read: known by the value that was taken out, and asked for. */
static void whom_an_undo_gives_back_is_asked_for(void **state)
{
	(void)state;
	two_members();
	world_past(&w, "owned: 10 beheerder uid=bart 12 removed\n"
		       "pin: 10 beheerder 12 present 20261110000000Z\npin: 10 beheerder 13 present 20261110000000Z\n");
	world_find(&w, true, 12)->gone = true;
	world_think(&w);
	world_expect(&w, "ask for bart");
	assert_int_equal(w.desired->unknown_vo_id_count, 1);
	world_past(&w, "owned: 10 trajectbegeleider uid=bart 12 removed\nowned: 20 beheerder uid=bart 12 removed\n"
		       "pin: 10 trajectbegeleider 12 present 20261110000000Z\n");
	world_think(&w);
	assert_int_equal(w.desired->unknown_vo_id_count, 1); /* once, however many memberships come back */
	world_find(&w, false, w.next_uuid - 2)->gone = true; /* bart's entry in the target */
	world_think(&w);
	world_refuse(&w, "ask for");
	world_past(&w, "pin: 10 beheerder 12 absent 20261110000000Z\n");
	world_think(&w);
	world_refuse(&w, "ask for");
}

/* ---- one opinion ---------------------------------------------------------------------------------- */

static void the_judge_says_what_the_policy_did(void **state)
{
	static const struct {
		uint32_t person;
		enum reason reason;
	} expected[] = {{11, R_EXCLUDED}, {12, R_INCLUDED},     {13, R_UNDONE_TAKEN},
			{14, R_GRANTED},  {15, R_UNDONE_GIVEN}, {16, R_DIRECTIVE_VANISHED}};
	(void)state;
	world_source(&w, PERSON("11", "a", RIGHT("beheerder", "10")) WITHOUT("12", "b") PERSON(
				 "13", "c", RIGHT("beheerder", "10")) PERSON("14", "d", RIGHT("beheerder", "10")));
	world_source(&w, WITHOUT("15", "e") PERSON("16", "f", RIGHT("beheerder", "10")));
	world_target(&w, EXCLUDE("70", "a") INCLUDE("71", "b") INCLUDE("72", "d"));
	world_past(&w, "pin: 10 beheerder 13 absent 20261110000000Z\npin: 10 beheerder 15 present 20261110000000Z\n"
		       "directive: 73 exclude 10 beheerder 16 20261201000000Z 9\n");
	world_think(&w);
	struct judge judge;
	judge_init(&judge, &w.policy_input, NULL);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		struct uuid uuid = world_uuid(expected[i].person);
		struct text value;
		uint32_t at = source_person_by_uuid(w.source_read, &uuid);
		uint32_t found = desired_membership_find(w.desired, w.source_read, 10, 1, &uuid);
		assert_int_equal(access_judge(&judge, w.desired, at, 10, 1, &value), expected[i].reason);
		bool taken = expected[i].reason == R_EXCLUDED || expected[i].reason == R_UNDONE_TAKEN;
		assert_int_equal(found == NONE, taken);
		if (!taken)
			assert_int_equal(w.desired->memberships[found].reason, expected[i].reason);
		assert_int_equal(membership_is_wanted(&w.policy_input, w.desired, at, 10, 1), !taken);
	}
}

static void new_verdicts_on_grantors_are_given_out(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") "head-admin: hoofd\n" PERSON("11", "anna", RIGHT("beheerder", "10")));
	world_think(&w);
	assert_int_equal(w.desired->grantor_count, 0); /* no value names a grantor */
	w.past.first_contact = false;
	struct judge judge;
	struct grant grant = {.number = 10, .role = 1, .grantor = text_of("iemand")};
	struct past_grantor fresh = {0};
	judge_init(&judge, &w.policy_input, NULL);
	assert_true(grantor_is_new(&judge, &grant, &fresh));
	struct uuid anna = world_uuid(11);
	assert_true(uuid_equal(&fresh.person, &anna) && fresh.number == 10 && fresh.role == 1 && !fresh.accepted);
	grant.grantor = text_of("hoofd");
	assert_true(grantor_is_new(&judge, &grant, &fresh) && fresh.accepted);
	assert_int_equal(past_set_grantor(&w.past, &fresh), 0);
	assert_false(grantor_is_new(&judge, &grant, &fresh));
	grant.number = 11;
	grant.institution = NONE;
	assert_false(grantor_is_new(&judge, &grant, &fresh)); /* nobody can tell who administers it */
	w.past.first_contact = true;
	assert_true(grantor_is_new(&judge, &grant, &fresh) && fresh.accepted);
	grant.grantor = text_of("");
	assert_false(grantor_is_new(&judge, &grant, &fresh));
}

/* I21: whatever allocation fails, there is no result. */
static void no_memory_gives_no_result(void **state)
{
	(void)state;
	two_members();
	world_target(&w, EXCLUDE("70", "anna") INCLUDE("71", "bart") INCLUDE("72", "carla"));
	world_think(&w);
	for (size_t limit = 1; limit < 1500; limit += 16) {
		struct arena small;
		struct desired *desired = NULL;
		struct err err;
		arena_init(&small, limit);
		int rc = policy_apply(&w.policy_input, &small, &desired, &err);
		assert_true(rc == 0 ? desired->word_count == 2 : rc == ERR_NOMEM && desired == NULL);
		arena_done(&small);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_include_gives),
		TEST(an_include_is_above_state_and_dates),
		TEST(the_source_comes_before_an_include),
		TEST(an_exclude_takes),
		TEST(an_exclude_beats_an_undo_beats_an_include),
		TEST(an_exclude_of_the_unseen_is_explicit),
		TEST(an_exclude_concerns_every_claimant),
		TEST(bad_overrides_have_no_effect),
		TEST(length_counts_from_the_writing),
		TEST(an_include_needs_an_admitted_institution),
		TEST(what_an_institution_loses_is_not_the_persons),
		TEST(an_include_needs_somebody_clear),
		TEST(whom_the_source_does_not_show_is_asked_for_once),
		TEST(requests_are_told_with_their_entry),
		TEST(a_lapse_is_told_before),
		TEST(a_known_date_is_scheduled),
		TEST(an_old_lapse_explains_nothing),
		TEST(a_lapse_followed_is_forgotten),
		TEST(since_is_kept_while_the_date_stands),
		TEST(requests_lapse_as_announced),
		TEST(an_institution_ends_as_announced),
		TEST(a_vanished_include_is_doubt),
		TEST(unreadable_is_vanished_and_edited_is_not),
		TEST(taken_back_is_not_vanished),
		TEST(what_a_vanished_exclude_lets_in_is_marked),
		TEST(an_exclude_that_never_took_vanishes_without_trace),
		TEST(a_vanished_request_is_doubt),
		TEST(an_undo_stands_until_its_time),
		TEST(an_undo_gives_where_nobody_is_admitted),
		TEST(an_undo_needs_the_person),
		TEST(whom_an_undo_gives_back_is_asked_for),
		TEST(the_judge_says_what_the_policy_did),
		TEST(new_verdicts_on_grantors_are_given_out),
		TEST(no_memory_gives_no_result),
	};
	return cmocka_run_group_tests_name("directive", tests, NULL, NULL);
}
