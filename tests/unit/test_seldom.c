/* SPDX-License-Identifier: EUPL-1.2 */
/* test_seldom.c - what large or unlucky institutions meet: many people at once, groups that went and came, ends that crossed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/guard_parts.h"
#include "core/judge.h"
#include "core_stories.h"
#include "core_world.h"
#include "model/dn.h"

#define TB "trajectbegeleider"

static struct world w;

static int setup(void **state)
{
	(void)state;
	world_init(&w);
	world_past(&w, "first-contact: no");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_done(&w);
	return 0;
}

static uint32_t count_changes(enum change_kind kind, enum reason cause)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < w.plan->change_count; i++)
		count += w.plan->changes[i].kind == kind && w.plan->changes[i].cause == cause;
	return count;
}

/* ---- many ----------------------------------------------------------------------------------------- */

#define MANY 72

/* Half of the entryUUIDs differ at their front, half at their end. Each says the same right twice. */
static uint32_t uuid_of(uint32_t i)
{
	return i % 2 == 0 ? 1000 + i : 100000000 * (40 - i / 2) + i;
}

static void make_many(void)
{
	char text[512];
	world_source(&w, SCHOOL("1", "10"));
	for (uint32_t i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text),
			 "is: person\nuuid: %u\nvo-id: p%u\ncn: P\nsn: P\nstate: actief\nright: " RIGHT(
				 TB, "10") "\nright: " RIGHT(TB, "010") "\n\n",
			 uuid_of(i), i);
		world_source(&w, text);
		snprintf(text, sizeof(text), "is: person\nvo-id: p%u\ncn: P\nsn: P\nsource-uuid: %u\n\n", i,
			 uuid_of(i));
		world_target(&w, text);
	}
	world_target(&w, OUR_SCHOOL("10") OUR_GUIDES("10"));
}

static void own_many(uint32_t count)
{
	char text[128];
	for (uint32_t i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "owned: 10 " TB " uid=p%u %u held", i, uuid_of(i));
		world_past(&w, text);
	}
}

static void put_in(uint32_t count)
{
	char text[64];
	for (uint32_t i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "member: uid=p%u", i);
		world_target(&w, text);
	}
}

static void many_members_stand_in_one_order_once_each(void **state)
{
	(void)state;
	make_many();
	world_think(&w);
	assert_int_equal(w.desired->membership_count, MANY);
	for (uint32_t i = 1; i < MANY; i++) {
		const struct desired_membership *m = &w.desired->memberships[i];
		assert_true(uuid_compare(&w.source_read->people[m[-1].person].entry->uuid,
					 &w.source_read->people[m->person].entry->uuid) < 0);
	}
}

static void a_large_group_knows_whom_it_had(void **state)
{
	(void)state;
	make_many();
	put_in(30);
	own_many(MANY - 1);
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_MEMBER_REMOVE, R_CAUSE_EXPLICIT), 0);
	assert_int_equal(count_changes(CHANGE_MEMBER_ADD, R_CAUSE_DRIFT), MANY - 1 - 30);
	assert_int_equal(count_changes(CHANGE_MEMBER_ADD, R_CAUSE_GRANT), 1);
}

static void refusals_are_counted_beyond_those_that_are_kept(void **state)
{
	(void)state;
	enum { PEOPLE = 300, RIGHTS = 34 };
	for (uint32_t i = 0; i < PEOPLE; i++) {
		char text[128];
		snprintf(text, sizeof(text), "is: person\nuuid: %u\nvo-id: p%u\ncn: P\nsn: P\nstate: actief\n",
			 1000 + i, i);
		world_source(&w, text);
		for (uint32_t k = 0; k < RIGHTS; k++) {
			snprintf(text, sizeof(text), "right: WerkplekDuaalGebruiker-%u", k);
			world_source(&w, text);
		}
	}
	world_think(&w);
	assert_int_equal(w.desired->refusal_count, PEOPLE * RIGHTS);
	assert_int_equal(w.desired->refusals_kept, POLICY_REFUSALS_KEPT);
	assert_int_equal(w.desired->by_reason[R_RIGHT_MALFORMED], PEOPLE * RIGHTS);
}

/* ---- ends ----------------------------------------------------------------------------------------- */

#define GRANT(uuid, rest) "is: grant\nuuid: " uuid "\nperson: uid=anna\nstate: actief\n" rest "\n\n"
#define AT_10             "number: 10\nrole: " TB "\n"
#define ANNA_GOES         "member-remove 10 " TB " uid=anna: "

static void make_anna(void)
{
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", "AnderRecht:1") "\n");
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_GUIDES("10") "member: uid=anna\n");
	world_past(&w, "owned: 10 " TB " uid=anna 11 held");
}

static void of_several_ended_grants_the_last_one_ends_it(void **state)
{
	(void)state;
	make_anna();
	world_source(&w,
		     GRANT("31", AT_10 "end: 20261102") GRANT("32", AT_10 "end: 20261104")
			     GRANT("33", AT_10 "end: 20261103") GRANT("34", "number: 20\nrole: " TB "\nend: 20261104")
				     GRANT("35", "number: 10\nrole: beheerder\nend: 20261104")
					     GRANT("36", AT_10 "begin: 20261201\nend: 20261231")
						     GRANT("37", AT_10 "begin: 20261201"));
	world_source(&w, "is: grant\nuuid: 38\nperson: uid=anna\nstate: ingetrokken\n" AT_10);
	world_think(&w);
	world_refuse(&w, "wanted 10");
	world_refuse(&w, "scheduled");
	world_past(&w, "seen: 32 20261104 100 0");
	world_think(&w);
	world_expect(&w, ANNA_GOES "scheduled, ended: go");
}

static void a_group_names_the_right_where_groups_do(void **state)
{
	(void)state;
	w.settings.groups_name_right = w.settings.grants_name_right = true;
	world_source(&w, SCHOOL("1", "10") PERSON(
				 "11", "anna",
				 "AnderRecht:1") "\n"
						 "is: right-group\nuuid: 41\n" AT_10
						 "right: werkplekduaalgebruiker\nmember: uid=anna\n\n"
						 "is: right-group\nuuid: 42\nnumber: 10\nrole: beheerder\nmember: "
						 "uid=anna\n\n" GRANT(
							 "31",
							 "number: 10\nrole: beheerder\nright: WerkplekDuaalGebruiker"));
	world_think(&w);
	world_expect(&w, "wanted 10 " TB " anna");
	world_expect(&w, "wanted 10 beheerder anna");
	world_expect(&w, "refused - 10 beheerder: grant-malformed");
	record_set(&w, world_find(&w, true, 31), FIELD_RIGHT, NULL);
	world_think(&w);
	world_refuse(&w, "wanted 10 beheerder anna");
	world_expect(&w, "refused anna 10 beheerder: grant-malformed");
}

/* What is remembered of a membership is found by it, whoever else has what. */
static void a_grant_is_found_by_its_membership(void **state)
{
	(void)state;
	world_source(&w,
		     SCHOOL("1", "10") SCHOOL("2", "20") PERSON("11", "anna", "AnderRecht:1") "\n" GRANT("31", AT_10)
			     GRANT("32", "number: 20\nrole: " TB) GRANT("33", "number: 20\nrole: beheerder"));
	world_think(&w);
	const struct uuid anna = world_uuid(11), entry = world_uuid(32);
	assert_int_equal(w.desired->grant_count, 3);
	uint32_t at = desired_grant_find(w.desired, &anna, 20, 0);
	assert_true(at < 3 && uuid_equal(&w.desired->grants[at].entry, &entry));
	assert_int_equal(desired_grant_find(w.desired, &anna, 10, 0), 0);
	assert_int_equal(desired_grant_find(w.desired, &anna, 21, 0), 3);
}

/* ---- groups that went ----------------------------------------------------------------------------- */

static void gain(uint32_t person, const char *right)
{
	record_set(&w, world_find(&w, true, person), FIELD_RIGHT, right);
}

/* A group that goes with its last member takes no hand edit with it: whoever was taken out stays out of the new one. */
static void who_was_taken_out_stays_out_of_the_group_made_anew(void **state)
{
	(void)state;
	world_settings(&w, "empty-group: delete\ndrift: report");
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")) PERSON("12", "bart", RIGHT(TB, "10"))
				 PERSON("13", "carl", "AnderRecht:1"));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_PERSON("bart", "12")
				 OUR_GUIDES("10") "uuid: 510\nmember: uid=anna\n");
	world_past(&w, "owned: 10 " TB " uid=anna 11 held\nowned: 10 " TB " uid=bart 12 held");
	world_cycle(&w); /* bart is found to be taken out */
	gain(11, "AnderRecht:1");
	world_step(&w, "later", "1");
	if (w.past.hold_count > 0)
		world_decide(&w, w.past.holds[0].id, HOLD_APPROVED);
	world_cycle(&w);
	assert_null(world_find(&w, false, 510));
	gain(13, RIGHT(TB, "10"));
	world_think(&w);
	world_expect(&w, "wanted 10 " TB " bart");
	assert_int_equal(count_changes(CHANGE_MEMBER_ADD, R_CAUSE_GRANT), 1);
	world_cycle(&w);
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_MEMBER_ADD, R_CAUSE_GRANT), 0);
}

/* ---- people and places ---------------------------------------------------------------------------- */

static uint32_t count_remarks(enum reason reason)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < w.plan->remark_count; i++)
		count += w.plan->remarks[i].reason == reason;
	return count;
}

/* Whose name is taken by an entry of somebody else gets none. */
static void a_name_that_is_taken_is_not_made_again(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")));
	world_target(&w, OUR_SCHOOL("10") "is: person\nvo-id: other\ncn: O\nsn: O\ndn: uid=anna," WORLD_PEOPLE "\n");
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_PERSON_ADD, R_CAUSE_STRUCTURE), 0);
	assert_int_equal(count_changes(CHANGE_MEMBER_ADD, R_CAUSE_GRANT), 0);
	assert_int_equal(count_remarks(R_FOREIGN_ENTRY), 1);
}

static void an_entry_without_a_key_makes_nobody_twice(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")) PERSON("12", "bart", RIGHT(TB, "10")));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_PERSON("bart", "12")
				 OUR_GUIDES("10") "\n"
						  "is: person\nvo-id: anna\ncn: A\nsn: A\ndn: uid=anna2," WORLD_PEOPLE
						  "\n\n"
						  "is: person\ncn: N\nsn: N\ndn: uid=nobody," WORLD_PEOPLE "\n");
	world_think(&w);
	assert_int_equal(count_remarks(R_PERSON_TWICE_IN_TARGET), 1);
	assert_int_equal(count_changes(CHANGE_MEMBER_ADD, R_CAUSE_GRANT), 1); /* bart */
}

static void a_local_administrator_grants_like_the_head(void **state)
{
	(void)state;
	world_settings(&w, "grantor: yes");
	world_source(&w,
		     SCHOOL("1", "10") "local-admin: lokaal\nhead-admin: hoofd\n\n" PERSON(
			     "11", "anna", "AnderRecht:1") "\n" GRANT("31", AT_10 "grantor: lokaal\nend: 20261201")
			     GRANT("32", AT_10 "grantor: hoofd") GRANT("33", "number: 10\nrole: beheerder\ngrantor: "
									     "iemand"));
	world_think(&w);
	assert_int_equal(w.desired->membership_count, 1);
	assert_int_equal(w.desired->memberships[0].end_day, DAY_NONE); /* the one without an end outlasts the other */
	world_expect(&w, "refused anna 10 beheerder: grantor-refused");
	assert_int_equal(world_count(&w, "grantor-refused"), 1);
}

static void a_request_with_two_numbers_or_about_people_asks_for_nothing(void **state)
{
	(void)state;
	world_source(&w, "is: institution\nuuid: 1\nnumber: 10\nname: S\nkind: volwassenenonderwijs\nstate: actief\n"
			 "audience: OV\n");
	world_target(&w, "is: request\nnumber: 10\nnumber: 20\n\nis: request\nnumber: 10\nvo-id: anna\n\n"
			 "is: request\nnumber: 10\neffect: include\n");
	world_think(&w);
	assert_int_equal(w.desired->by_reason[R_REQUEST_MALFORMED], 3);
	assert_false(w.desired->institutions[0].admitted);
}

/* A name that nobody can read is left out of the entry, which is made all the same; a key that is too long makes nobody. */
static void what_cannot_be_written_is_left_out(void **state)
{
	(void)state;
	char vo_id[400];
	memset(vo_id, 'a', sizeof(vo_id) - 1);
	vo_id[sizeof(vo_id) - 1] = '\0';
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")));
	record_set(&w, world_find(&w, true, 1), FIELD_NAME, "School \x01");
	record_set(&w, world_find(&w, true, 11), FIELD_VO_ID, vo_id);
	world_cycle(&w);
	assert_int_equal(w.desired->membership_count, 0);
	assert_int_equal(w.target_count, 1);
	assert_null(record_value(&w.target[0], FIELD_NAME));
	assert_non_null(record_value(&w.target[0], FIELD_KIND));
}

/* Nobody is excluded by a key that the entry does not have. */
static void a_member_without_a_key_is_a_stranger(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10"));
	world_target(&w, OUR_SCHOOL("10") "is: person\ncn: N\nsn: N\ndn: uid=nobody," WORLD_PEOPLE
					  "\n\n" OUR_GUIDES("10") "member: uid=nobody\n");
	world_think(&w);
	assert_int_equal(count_remarks(R_DRIFT_ADDED), 1);
}

static void the_first_of_several_names_counts(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON(
				 "11", "anna",
				 RIGHT(TB, "10")) "cn: Anneke\ngiven-name: An\ngiven-name: Anna\nuid: a1\nuid: a2\n");
	world_cycle(&w);
	const struct record *made = &w.target[0];
	for (size_t i = 0; i < w.target_count; i++)
		if (w.target[i].kind == ENTRY_PERSON)
			made = &w.target[i];
	assert_string_equal(record_value(made, FIELD_CN), "anna");
	assert_string_equal(record_value(made, FIELD_GIVEN_NAME), "An");
	world_think(&w);
	assert_int_equal(w.plan->change_count, 0);
}

/* A scope that changed may take nobody anything by itself, what a group is allowed included. */
static void actions_wait_for_a_word_about_the_scope(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10"));
	world_settings(&w, "scope: changed");
	world_target(&w, OUR_SCHOOL("10") "is: group\nnumber: 10\nrole: " TB "\naction: overeenkomst-opmaken\n");
	world_think(&w);
	assert_int_equal(w.plan->changes[0].kind, CHANGE_GROUP_MODIFY);
	assert_int_equal(w.verdict.go, 1); /* only gives some */
	world_target(&w, "action: alles\n");
	world_think(&w);
	assert_int_equal(w.verdict.held, 1);
	assert_int_equal(w.plan->changes[0].rule, R_RULE_SCOPE);
}

static void an_entry_with_something_below_it_is_not_idle(void **state)
{
	(void)state;
	world_settings(&w, "people-retention: 1");
	world_target(&w, OUR_PERSON("anna", "11") OUR_PERSON("bart", "12") OUR_PERSON(
				 "carl", "13") "writer: cn=admin,dc=app\n\nis: foreign\ndn: cn=x,uid=anna," WORLD_PEOPLE
					       "\n");
	world_think(&w);
	assert_int_equal(w.plan->idle_count, 1); /* bart; somebody wrote carl's by hand */
}

/* ---- groups and backups --------------------------------------------------------------------------- */

static void know_group(uint32_t uuid, struct csn csn, const char *member, uint32_t source, enum owned_state owned_state)
{
	const struct past_group group = {.uuid = world_uuid(uuid), .csn = csn, .number = 10, .role = 0};
	char dn[128];
	snprintf(dn, sizeof(dn), "uid=%s," WORLD_PEOPLE, member);
	const struct owned_value owned = {
		.cycle = 7, .key = dn_key(text_of(dn)), .source = world_uuid(source), .state = (uint8_t)owned_state};
	assert_int_equal(past_set_group(&w.past, &group), 0);
	assert_int_equal(past_set_owned(&w.past, &group.uuid, &owned), 0);
}

static void make_group(const char *rest)
{
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")) PERSON("12", "bart", RIGHT(TB, "10")));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_PERSON("bart", "12") OUR_GUIDES("10"));
	world_target(&w, rest);
}

/* A backup brings back the group that we deleted, with whom we had taken out of it. */
static void a_group_of_ours_that_a_backup_brings_back_is_emptied_again(void **state)
{
	(void)state;
	make_group("uuid: 510\nmember: uid=anna\nmember: uid=bart\n");
	know_group(510, CSN_NEVER, "anna", 11, OWNED_REMOVED);
	gain(11, "AnderRecht:1");
	world_think(&w);
	world_expect(&w, ANNA_GOES "explicit, no-right: go");
}

/* Without a time of writing nothing says that it was: what is not in it was taken out. */
static void no_csn_is_no_backup(void **state)
{
	(void)state;
	make_group("uuid: 510\nmember: uid=bart\n");
	w.target[3].csn = (struct csn){0};
	know_group(510, (struct csn){.time_us = 2000000000, .rest = 1u << 24}, "anna", 11, OWNED_HELD);
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_MEMBER_ADD, R_CAUSE_DRIFT), 1);
	assert_int_equal(count_changes(CHANGE_MEMBER_ADD, R_CAUSE_RESTORED), 0);
}

/* Of two groups that were there before, the one that somebody deleted is what this one replaces. */
static void a_group_made_anew_by_hand_replaces_the_one_that_hands_deleted(void **state)
{
	(void)state;
	make_group("uuid: 530\nmember: uid=anna\n");
	know_group(520, (struct csn){.time_us = 1000000000, .rest = 1u << 24}, "bart", 12, OWNED_HELD);
	know_group(510, CSN_NEVER, "anna", 11, OWNED_REMOVED);
	world_think(&w);
	assert_int_equal(count_remarks(R_DRIFT_REMOVED), 1);
	assert_int_equal(count_changes(CHANGE_MEMBER_ADD, R_CAUSE_DRIFT), 1);
}

/* Taken out of the group that we deleted, and in the one made since: what the former one says is over. */
static void who_is_back_is_forgotten_in_the_former_group(void **state)
{
	(void)state;
	make_group("uuid: 530\nmember: uid=anna\nmember: uid=bart\n");
	know_group(510, CSN_NEVER, "anna", 11, OWNED_HELD);
	know_group(530, (struct csn){.time_us = 1000000000, .rest = 1u << 24}, "anna", 11, OWNED_HELD);
	world_think(&w);
	assert_int_equal(w.plan->ending_count, 1);
	assert_int_equal(w.plan->endings[0], 0);
	world_past(&w, "owned: 10 " TB " uid=anna 11 removed");
	world_think(&w);
	assert_int_equal(w.plan->ending_count, 0);
}

/* Only the entryCSN tells that nobody came into it meanwhile. */
static void a_group_with_a_placeholder_goes_only_if_its_csn_is_known(void **state)
{
	(void)state;
	world_settings(&w, "empty-group: placeholder\nplaceholder: cn=niemand,dc=app");
	make_group("uuid: 530\nmember: cn=niemand,dc=app\n");
	record_set(&w, world_find(&w, true, 1), FIELD_PROGRAMME, "geweigerd");
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_GROUP_DELETE, R_CAUSE_STRUCTURE), 1);
	w.target[3].csn = (struct csn){0};
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_GROUP_DELETE, R_CAUSE_STRUCTURE), 0);
}

/* ---- flat groups ---------------------------------------------------------------------------------- */

/* What follows nothing in this plan is as many as may go in all, or it waits. */
static void many_values_of_a_flat_group_that_follow_nothing_wait(void **state)
{
	(void)state;
	world_settings(&w, "flat-roles: yes\nremovals: 1");
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", "AnderRecht:1") PERSON("12", "bart", "AnderRecht:1"));
	world_target(
		&w, OUR_PERSON("anna", "11") OUR_PERSON(
			    "bart", "12") "is: flat\nrole: " TB
					  "\nmember: uid=anna\nmember: uid=bart\naction: overeenkomst-opmaken\naction: "
					  "overeenkomst-registreren\naction: overeenkomst-beeindigen\n");
	world_past(&w, "owned: 16777215 " TB " uid=anna 11 held\nowned: 16777215 " TB " uid=bart 12 held");
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_MEMBER_REMOVE, R_CAUSE_FOLLOWS), 2);
	assert_int_equal(w.verdict.held, 2);
	world_settings(&w, "removals: 2");
	world_think(&w);
	assert_int_equal(w.verdict.held, 0);
	/* What a role group loses in the same plan may be followed, and is no part of what waits. */
	world_settings(&w, "removals: 0");
	world_source(&w, SCHOOL("1", "10") PERSON("13", "carl", "AnderRecht:1"));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("carl", "13") OUR_GUIDES("10") "member: uid=carl\n");
	world_past(&w, "owned: 10 " TB " uid=carl 13 held");
	world_think(&w);
	assert_int_equal(w.plan->removals, 1);
	for (uint32_t i = 0; i < w.plan->change_count; i++)
		if (w.plan->changes[i].cause == R_CAUSE_FOLLOWS)
			assert_int_equal(w.plan->changes[i].rule, R_RULE_COUNT);
}

/* ---- what is released, what is counted -------------------------------------------------------------- */

static void a_plan_is_released_unless_something_brakes_it(void **state)
{
	(void)state;
	make_anna();
	world_think(&w);
	assert_int_equal(w.verdict.go, 1);
	assert_true(plan_is_released(w.plan, &w.past));
	world_settings(&w, "source: unread");
	world_think(&w);
	assert_false(plan_is_released(w.plan, &w.past));
	world_settings(&w, "source: read\nwent-back: yes");
	world_think(&w);
	assert_false(plan_is_released(w.plan, &w.past));
}

static void a_first_fill_that_waits_is_not_released(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")));
	world_settings(&w, "first-fill: hold");
	world_past(&w, "first-contact: yes");
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_MEMBER_ADD, R_CAUSE_GRANT), 1);
	assert_false(plan_is_released(w.plan, &w.past));
}

static void what_waits_for_a_number_is_counted_and_what_follows_is_not(void **state)
{
	(void)state;
	static const uint16_t rules[] = {R_RULE_GROUP_EMPTIED, R_RULE_GROUP_HALVED, R_RULE_INSTITUTION_COUNT,
					 R_RULE_COUNT};
	struct change change = {.kind = CHANGE_MEMBER_REMOVE, .cause = R_CAUSE_EXPLICIT, .reason = R_NO_RIGHT};
	change.verdict = VERDICT_HOLD;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		change.rule = rules[i];
		assert_true(change_is_counted(&change));
	}
	change.rule = R_RULE_FROZEN;
	assert_false(change_is_counted(&change));
	change.verdict = VERDICT_GO;
	change.reason = R_EXCLUDED;
	assert_false(change_is_counted(&change));
	assert_int_equal(change_removal_sort(&change), REMOVAL_EXCLUDED);
	change.cause = R_CAUSE_FOLLOWS;
	assert_int_equal(change_removal_sort(&change), 0);
	change.kind = CHANGE_MEMBER_ADD;
	assert_int_equal(change_removal_sort(&change), 0);
}

static void few_of_many_are_no_shrunken_source(void **state)
{
	(void)state;
	assert_false(source_is_shrunken(&w.guard, 100, 97)); /* as few as leave by themselves */
	assert_false(source_is_shrunken(&w.guard, 100, 95)); /* a small part of them */
	assert_false(source_is_shrunken(&w.guard, 100, 101));
	assert_true(source_is_shrunken(&w.guard, 100, 89));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(many_members_stand_in_one_order_once_each),
		TEST(a_large_group_knows_whom_it_had),
		TEST(refusals_are_counted_beyond_those_that_are_kept),
		TEST(of_several_ended_grants_the_last_one_ends_it),
		TEST(a_group_names_the_right_where_groups_do),
		TEST(a_grant_is_found_by_its_membership),
		TEST(who_was_taken_out_stays_out_of_the_group_made_anew),
		TEST(a_name_that_is_taken_is_not_made_again),
		TEST(an_entry_without_a_key_makes_nobody_twice),
		TEST(a_local_administrator_grants_like_the_head),
		TEST(a_request_with_two_numbers_or_about_people_asks_for_nothing),
		TEST(the_first_of_several_names_counts),
		TEST(actions_wait_for_a_word_about_the_scope),
		TEST(an_entry_with_something_below_it_is_not_idle),
		TEST(what_cannot_be_written_is_left_out),
		TEST(a_member_without_a_key_is_a_stranger),
		TEST(few_of_many_are_no_shrunken_source),
		TEST(a_group_of_ours_that_a_backup_brings_back_is_emptied_again),
		TEST(no_csn_is_no_backup),
		TEST(a_group_made_anew_by_hand_replaces_the_one_that_hands_deleted),
		TEST(who_is_back_is_forgotten_in_the_former_group),
		TEST(a_group_with_a_placeholder_goes_only_if_its_csn_is_known),
		TEST(many_values_of_a_flat_group_that_follow_nothing_wait),
		TEST(a_plan_is_released_unless_something_brakes_it),
		TEST(a_first_fill_that_waits_is_not_released),
		TEST(what_waits_for_a_number_is_counted_and_what_follows_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
