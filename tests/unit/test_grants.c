/* SPDX-License-Identifier: EUPL-1.2 */
/* test_grants.c - grants that are entries and right groups: whose they are, what proves that one is gone, which ones are remembered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "core_stories.h"
#include "core_world.h"

#define TB "trajectbegeleider"
#define SOMEBODY(uuid, name)                                                                                           \
	"is: person\nuuid: " uuid "\nvo-id: " name "\nuid: u-" name "\ncn: " name "\nsn: " name "\nstate: actief\n\n"
#define GRANT(uuid, who) "is: grant\nuuid: " uuid "\nperson: " who "\nrole: " TB "\nnumber: 30569\nstate: actief\n\n"
#define GONE             "member-remove 30569 " TB " uid=anna: explicit, no-right: go"
#define KEPT             "member-remove 30569 " TB " uid=anna: doubtful, grant-unseen: HOLD by rule-doubtful"

static struct world w;

static int setup(void **state)
{
	(void)state;
	world_init(&w);
	world_settings(&w, "values: no");
	world_past(&w, "first-contact: no");
	world_source(&w, SCHOOL("1", "30569") "\n" SOMEBODY("11", "anna") SOMEBODY("12", "bart"));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_done(&w);
	return 0;
}

/* Anna has the role in the target, by the entries 31 and 32 as far as anybody remembers. */
static void anna_has_it(void)
{
	world_target(&w, "is: institution\nnumber: 30569\n\n"
			 "is: person\nvo-id: anna\ncn: anna\nsn: anna\nsource-uuid: 11\n\n"
			 "is: group\nnumber: 30569\nrole: " TB "\nmember: uid=anna\n");
	world_past(&w, "owned: 30569 " TB " uid=anna 11 held");
}

static void a_person_is_named_by_dn_vo_id_or_uid(void **state)
{
	(void)state;
	world_source(&w, GRANT("31", "UID=Anna , ou=people, ou=werkplekduaal,dc=app"));
	world_think(&w);
	world_expect(&w, "wanted 30569 " TB " anna");
	world_settings(&w, "grant-person: vo-id");
	world_source(&w, GRANT("32", " BART "));
	world_think(&w);
	world_expect(&w, "wanted 30569 " TB " bart");
	world_refuse(&w, "wanted 30569 " TB " anna");
	world_settings(&w, "grant-person: uid");
	world_source(&w, GRANT("33", "u-anna"));
	world_think(&w);
	world_expect(&w, "wanted 30569 " TB " anna");
	assert_int_equal(world_count(&w, "wanted"), 1);
}

static void two_of_one_uid_are_nobody(void **state)
{
	(void)state;
	world_settings(&w, "grant-person: uid");
	world_source(&w, GRANT("31", "u-anna"));
	record_set(&w, world_find(&w, true, 12), FIELD_UID, "u-anna");
	world_think(&w);
	assert_int_equal(world_count(&w, "wanted"), 0);
	world_expect(&w, "refused - 30569 " TB ": grant-person-unknown");
}

static void absence_is_proven_entry_by_entry(void **state)
{
	(void)state;
	anna_has_it();
	world_past(&w, "grant: 31 11 30569 " TB "\ngrant: 32 11 30569 " TB);
	world_think(&w);
	world_expect(&w, KEPT);
	world_expect(&w, "question 31");
	world_expect(&w, "question 32");
	world_source(&w, "is: absent\nuuid: 31");
	world_think(&w);
	world_expect(&w, KEPT);
	world_source(&w, "is: absent\nuuid: 32");
	world_think(&w);
	world_expect(&w, GONE);
}

static void nothing_on_record_is_doubt_unless_values_tell(void **state)
{
	(void)state;
	anna_has_it();
	world_think(&w);
	world_expect(&w, KEPT);
	world_settings(&w, "values: yes");
	world_think(&w);
	world_expect(&w, GONE);
}

static void an_entry_that_names_nobody_any_more_takes_nothing(void **state)
{
	(void)state;
	anna_has_it();
	world_past(&w, "grant: 31 11 30569 " TB);
	world_source(&w, GRANT("31", "uid=verhuisd"));
	world_think(&w);
	world_expect(&w, "member-remove 30569 " TB " uid=anna: doubtful, grant-person-unknown: HOLD by rule-doubtful");
	record_set(&w, world_find(&w, true, 31), FIELD_PERSON, "uid=bart," WORLD_PEOPLE);
	world_think(&w);
	world_expect(&w, GONE);
	world_expect(&w, "wanted 30569 " TB " bart");
}

static void outside_the_filter_is_doubt_until_it_says_why(void **state)
{
	(void)state;
	anna_has_it();
	world_past(&w, "grant: 31 11 30569 " TB);
	world_source(&w,
		     "is: grant\nuuid: 31\nperson: uid=anna\nrole: " TB "\nnumber: 30569\nstate: actief\noutside: ja");
	world_think(&w);
	world_expect(&w, "member-remove 30569 " TB " uid=anna: doubtful, grant-unclear: HOLD by rule-doubtful");
	record_set(&w, world_find(&w, true, 31), FIELD_STATE, "ingetrokken");
	world_think(&w);
	world_expect(&w, "member-remove 30569 " TB " uid=anna: explicit, grant-inactive: go");
}

static void the_later_of_two_ends_counts(void **state)
{
	(void)state;
	world_source(&w, "is: grant\nuuid: 31\nperson: uid=anna\nrole: " TB
			 "\nnumber: 30569\nend: 20261110\nstate: actief\n\n"
			 "is: grant\nuuid: 32\nperson: uid=anna\nrole: " TB
			 "\nnumber: 30569\nend: 20261120\nstate: actief");
	world_think(&w);
	assert_int_equal(w.desired->membership_count, 1);
	int32_t day;
	assert_true(date_parse(text_of("20261120"), DATE_DAY, &w.zone, &day));
	assert_int_equal(w.desired->memberships[0].end_day, day);
	assert_int_equal(w.desired->grant_count, 2);
	world_carry(&w);
	world_think(&w);
	assert_int_equal(w.desired->grant_count, 0); /* on record now */
}

#define GROUP(uuid, rest) "is: right-group\nuuid: " uuid "\n" rest "\n\n"
#define DN_OF(uuid)       "cn=" uuid ",ou=right-groups,dc=gov"
#define NAMES             "number: 30569\nrole: " TB "\n"

static void depth_is_counted_by_the_nearest_way(void **state)
{
	(void)state;
	world_settings(&w, "group-depth: 1");
	world_source(&w, GROUP("41", NAMES "member: " DN_OF("42") "\nmember: " DN_OF("43"))
				 GROUP("42", "member: " DN_OF("43")) GROUP("43", "member: uid=anna"));
	world_think(&w);
	world_expect(&w, "wanted 30569 " TB " anna");
	world_refuse(&w, "group-cut");
	world_settings(&w, "group-depth: 0");
	world_think(&w);
	assert_int_equal(world_count(&w, "wanted"), 0);
	world_expect(&w, "refused - 30569 " TB ": group-cut");
}

static void an_open_group_takes_nothing_but_what_is_proven_gone(void **state)
{
	(void)state;
	anna_has_it();
	world_source(&w, GROUP("41", NAMES
			       "member: " DN_OF("49") "\nmember: uid=niemand,ou=people,dc=gov\nmember: uid=bart"));
	world_past(&w, "grant: 41 11 30569 " TB);
	world_think(&w);
	world_expect(&w, "member-remove 30569 " TB " uid=anna: doubtful, group-unread: HOLD by rule-doubtful");
	world_source(&w, GROUP("49", "member: uid=bart")); /* it is read now, and she is not in it */
	world_think(&w);
	world_expect(&w, GONE);
}

static void every_group_on_the_way_is_remembered(void **state)
{
	(void)state;
	world_source(&w, GROUP("41", NAMES "member: " DN_OF("42"))
				 GROUP("42", "member: " DN_OF("41") "\nmember: uid=anna"));
	world_think(&w);
	assert_int_equal(w.desired->grant_count, 2);
	assert_int_equal(w.desired->grants[0].kind, ENTRY_RIGHT_GROUP);
	world_expect(&w, "refused - 30569 " TB ": group-loop");
	world_expect(&w, "wanted 30569 " TB " anna");
}

static void the_past_forgets_and_learns_again(void **state)
{
	(void)state;
	struct past_grant grant = {.entry = world_uuid(31), .person = world_uuid(11), .number = 5, .role = 1};
	struct past_grant other = grant;
	other.entry = world_uuid(32);
	assert_int_equal(past_set_grant(&w.past, &grant), 0);
	assert_int_equal(past_set_grant(&w.past, &other), 0);
	past_forget_grant(&w.past, &grant);
	uint32_t at = past_grant_first(&w.past, &grant.person, 5, 1);
	assert_true(uuid_equal(&w.past.grants[at].entry, &other.entry));
	assert_int_equal(past_grant_next(&w.past, at), MAP_NONE);
	assert_false(past_has_grant(&w.past, &grant));
	assert_int_equal(past_set_grant(&w.past, &grant), 0);
	assert_true(past_has_grant(&w.past, &grant));
	assert_int_equal(w.past.grant_count, 2);
	assert_int_equal(past_grant_first(&w.past, &grant.person, 6, 1), MAP_NONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_person_is_named_by_dn_vo_id_or_uid),
		TEST(two_of_one_uid_are_nobody),
		TEST(absence_is_proven_entry_by_entry),
		TEST(nothing_on_record_is_doubt_unless_values_tell),
		TEST(an_entry_that_names_nobody_any_more_takes_nothing),
		TEST(outside_the_filter_is_doubt_until_it_says_why),
		TEST(the_later_of_two_ends_counts),
		TEST(depth_is_counted_by_the_nearest_way),
		TEST(an_open_group_takes_nothing_but_what_is_proven_gone),
		TEST(every_group_on_the_way_is_remembered),
		TEST(the_past_forgets_and_learns_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
