/* SPDX-License-Identifier: EUPL-1.2 */
/* test_seldom.c - what large or unlucky institutions meet: many people at once, ends that crossed, names that are taken. */
#include "core/judge.h"
#include "test_seldom.h"

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

/* ---- people and places ---------------------------------------------------------------------------- */

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(many_members_stand_in_one_order_once_each),
		TEST(a_large_group_knows_whom_it_had),
		TEST(refusals_are_counted_beyond_those_that_are_kept),
		TEST(of_several_ended_grants_the_last_one_ends_it),
		TEST(a_group_names_the_right_where_groups_do),
		TEST(a_grant_is_found_by_its_membership),
		TEST(a_name_that_is_taken_is_not_made_again),
		TEST(an_entry_without_a_key_makes_nobody_twice),
		TEST(a_local_administrator_grants_like_the_head),
		TEST(a_request_with_two_numbers_or_about_people_asks_for_nothing),
		TEST(what_cannot_be_written_is_left_out),
		TEST(a_member_without_a_key_is_a_stranger),
		TEST(the_first_of_several_names_counts),
		TEST(actions_wait_for_a_word_about_the_scope),
		TEST(an_entry_with_something_below_it_is_not_idle),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
