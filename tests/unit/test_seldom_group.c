/* SPDX-License-Identifier: EUPL-1.2 */
/* test_seldom_group.c - groups that went and came, by hands, backups and ourselves; flat groups. */
#include "test_seldom.h"

/* ---- groups that went ----------------------------------------------------------------------------- */

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
	assert_int_equal(count_remarks(R_DRIFT_REMOVED), 1); /* and whoever asks is told */
	assert_int_equal(count_changes(CHANGE_MEMBER_ADD, R_CAUSE_GRANT), 1);
	world_cycle(&w);
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_MEMBER_ADD, R_CAUSE_GRANT), 0);
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

/* What holds the whole run says nothing about somebody whom an override took out of the role group: the flat group follows. */
static void a_flat_group_follows_whatever_holds_the_run(void **state)
{
	static const struct {
		const char *settings, *past;
	} runs[] = {{"scope: changed", "released: 1"},
		    {"ledger: old", ""},
		    {"went-back: yes", ""},
		    {"", "source-people: 40"},
		    {"", "freeze: 0 24"}};
	(void)state;
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		teardown(NULL);
		setup(NULL);
		world_settings(&w, "flat-roles: yes");
		world_settings(&w, runs[i].settings);
		make_group("member: uid=anna\nmember: uid=bart\n\nis: flat\nrole: " TB
			   "\nmember: uid=anna\nmember: uid=bart\n\nis: override\nvo-id: anna\nnumber: 10\nrole: " TB
			   "\neffect: exclude\nreason: x\nuntil: 20261201090000Z\nwritten: 20261101090000Z\n");
		world_past(&w,
			   "owned: 10 " TB " uid=anna 11 held\nowned: 10 " TB " uid=bart 12 held\nowned: 16777215 " TB
			   " uid=anna 11 held\nowned: 16777215 " TB " uid=bart 12 held");
		world_past(&w, runs[i].past);
		gain(12, "AnderRecht:1"); /* so that something is held */
		world_think(&w);
		world_expect(&w, ANNA_GOES "explicit, excluded: go");
		world_expect(&w, "member-remove everywhere " TB " uid=anna: follows, role-nowhere: go");
		assert_int_equal(w.verdict.go, 2);
		assert_true(w.verdict.held > 0);
	}
}

/* Whoever deleted the role group took nobody's role by it; whoever took a member out of it did. */
static void a_role_group_that_hands_deleted_leaves_the_flat_group_alone(void **state)
{
	static const char *const groups[] = {"", "\n" OUR_GUIDES("10")};
	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		teardown(NULL);
		setup(NULL);
		world_settings(&w, "flat-roles: yes");
		world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")));
		world_target(&w,
			     OUR_SCHOOL("10") OUR_PERSON("anna", "11") "\nis: flat\nrole: " TB "\nmember: uid=anna\n");
		world_target(&w, groups[i]);
		world_past(&w, "owned: 10 " TB " uid=anna 11 held\nowned: 16777215 " TB " uid=anna 11 held");
		world_think(&w);
		assert_int_equal(count_remarks(i == 0 ? R_DRIFT_ENTRY_GONE : R_DRIFT_REMOVED), 1);
		assert_int_equal(world_count(&w, "member-remove everywhere"), i);
	}
}

/* ---- what is about another group -------------------------------------------------------------------- */

/* Of the other role's group that is gone nothing follows for this one. */
static void a_group_replaces_one_of_its_own_role(void **state)
{
	(void)state;
	make_group("uuid: 530\nmember: uid=anna\n");
	know_group(510, (struct csn){.time_us = 1000000000, .rest = 1u << 24}, "bart", 12, OWNED_HELD);
	const struct past_group other = {.uuid = world_uuid(520), .number = 10, .role = 1};
	assert_int_equal(past_set_group(&w.past, &other), 0);
	world_think(&w);
	assert_int_equal(count_remarks(R_DRIFT_REMOVED), 1);
}

/* Brought back by a backup, the group that we deleted is this one: whoever is missing was taken out of it. */
static void a_group_that_is_back_is_no_deleted_one(void **state)
{
	(void)state;
	make_group("uuid: 510\nmember: uid=bart\n");
	know_group(510, CSN_NEVER, "anna", 11, OWNED_HELD);
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_MEMBER_ADD, R_CAUSE_GRANT), 0);
}

/* The person's entry is gone, and the group is another one by now: that is no restored backup. */
static void a_person_gone_from_a_group_made_anew_was_removed_by_hand(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")) PERSON("12", "bart", RIGHT(TB, "10")));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("bart", "12") OUR_GUIDES("10") "uuid: 530\nmember: uid=bart\n");
	know_group(510, (struct csn){.time_us = 2000000000, .rest = 1u << 24}, "anna", 11, OWNED_HELD);
	world_think(&w);
	assert_int_equal(count_remarks(R_DRIFT_ENTRY_GONE), 1);
}

/* The institution's end takes the one, and the other waits: nobody leaves the flat group for that. */
static void who_stays_somewhere_stays_in_the_flat_group(void **state)
{
	(void)state;
	world_settings(&w, "flat-roles: yes\nsource: unread");
	world_source(&w, SCHOOL("1", "10") "end: 20261103\n\n" PERSON("11", "anna", RIGHT(TB, "10")));
	world_source(&w, "is: institution\nuuid: 2\nnumber: 20\nname: T\nkind: secundair onderwijs\nstate: "
			 "actief\naudience: OV\n");
	world_target(&w, OUR_SCHOOL("10") OUR_SCHOOL("20") OUR_PERSON("anna", "11")
				 OUR_GUIDES("10") "member: uid=anna\n\n" OUR_GUIDES(
					 "20") "member: uid=anna\n\nis: flat\nrole: " TB
					       "\nmember: uid=anna\naction: overeenkomst-opmaken\naction: "
					       "overeenkomst-registreren\naction: overeenkomst-beeindigen\n");
	world_past(&w, "owned: 10 " TB " uid=anna 11 held\nowned: 20 " TB " uid=anna 11 held\n"
		       "owned: 16777215 " TB " uid=anna 11 held\nseen: 1 20261103 200 1");
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_MEMBER_REMOVE, R_CAUSE_SCHEDULED), 1);
	assert_int_equal(count_changes(CHANGE_MEMBER_REMOVE, R_CAUSE_FOLLOWS), 1);
	assert_int_equal(w.verdict.go, 1);
	for (uint32_t i = 0; i < w.plan->change_count; i++)
		if (w.plan->changes[i].cause == R_CAUSE_FOLLOWS)
			assert_int_equal(w.plan->changes[i].rule, R_RULE_SOURCE_UNREAD);
}

/* The group that gave it is proven to be gone: what another one of the role did not show to its end is no reason to wait. */
static void a_group_that_is_gone_has_had_its_say(void **state)
{
	(void)state;
	make_anna();
	world_source(&w, "\nis: right-group\nuuid: 41\n" AT_10 "member: cn=onbekend,dc=elders\n");
	world_past(&w, "grant: 42 11 10 " TB);
	w.past.grants[0].kind = ENTRY_RIGHT_GROUP;
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_MEMBER_REMOVE, R_CAUSE_DOUBTFUL), 1);
	world_source(&w, "\nis: absent\nuuid: 42\n");
	world_think(&w);
	assert_int_equal(count_changes(CHANGE_MEMBER_REMOVE, R_CAUSE_EXPLICIT), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_was_taken_out_stays_out_of_the_group_made_anew),
		TEST(a_group_of_ours_that_a_backup_brings_back_is_emptied_again),
		TEST(no_csn_is_no_backup),
		TEST(a_group_made_anew_by_hand_replaces_the_one_that_hands_deleted),
		TEST(who_is_back_is_forgotten_in_the_former_group),
		TEST(a_group_with_a_placeholder_goes_only_if_its_csn_is_known),
		TEST(many_values_of_a_flat_group_that_follow_nothing_wait),
		TEST(a_flat_group_follows_whatever_holds_the_run),
		TEST(a_role_group_that_hands_deleted_leaves_the_flat_group_alone),
		TEST(a_group_replaces_one_of_its_own_role),
		TEST(a_group_that_is_back_is_no_deleted_one),
		TEST(a_person_gone_from_a_group_made_anew_was_removed_by_hand),
		TEST(who_stays_somewhere_stays_in_the_flat_group),
		TEST(a_group_that_is_gone_has_had_its_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
