/* SPDX-License-Identifier: EUPL-1.2 */
/* test_policy.c - rules R1 to R9, each with what fulfils it and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core_stories.h"
#include "core_world.h"
#include "core/judge.h"

static struct world w;

static int setup(void **state)
{
	(void)state;
	world_init(&w);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_done(&w);
	return 0;
}

static void one(const char *school, const char *person)
{
	world_source(&w, school);
	world_source(&w, person);
	world_think(&w);
}

static void gives_access_in_every_role_at_every_organisation(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "30569"));
	one(SCHOOL("2", "112345"),
	    PERSON("11", "anna", "werkplekduaalgebruiker-trajectbegeleider, BEHEERDER:30569, 112345"));
	world_expect(&w, "wanted 30569 trajectbegeleider anna");
	world_expect(&w, "wanted 30569 beheerder anna");
	world_expect(&w, "wanted 112345 trajectbegeleider anna");
	world_expect(&w, "wanted 112345 beheerder anna");
	assert_int_equal(w.desired->membership_count, 4);
	assert_int_equal(w.desired->refusal_count, 0);
}

static void leading_zeros_mean_nothing(void **state)
{
	(void)state;
	one(SCHOOL("1", "030569"), PERSON("11", "anna", RIGHT("beheerder", "30569,030569")));
	world_expect(&w, "wanted 30569 beheerder anna");
	assert_int_equal(w.desired->membership_count, 1);
}

static void secondary_needs_an_approved_programme(void **state)
{
	(void)state;
	one("is: institution\nuuid: 1\nnumber: 10\nkind: Secundair Onderwijs\nstate: actief\naudience: OV\nprogramme: "
	    "ingediend\n",
	    PERSON("11", "anna", RIGHT("beheerder", "10")));
	world_expect(&w, "institution 10: no-programme");
	world_expect(&w, "refused anna 10 beheerder: no-programme");
	record_set(&w, world_find(&w, true, 1), FIELD_PROGRAMME, "Goedgekeurd 2026");
	world_think(&w);
	world_expect(&w, "institution 10: admitted-programme");
	world_expect(&w, "wanted 10 beheerder anna");
}

static void expect_programmes(uint32_t source, const struct programmes *wanted)
{
	assert_memory_equal(&w.desired->programmes[source], wanted, sizeof(*wanted));
}

#define NEEDS(uuid, number, rest)                                                                                      \
	"is: institution\nuuid: " uuid "\nnumber: " number "\nkind: secundair onderwijs\nstate: actief\n" rest "\n"

/* R1: where admissions by programme come from, and which of them went. */
static void programmes_are_counted(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") "programme: ingediend\nprogramme: goedgekeurd 2027\n\n");
	world_source(&w, NEEDS("2", "20", "programme: ingediend\n") NEEDS("3", "30", "") NEEDS("4", "40", ""));
	world_source(&w, NEEDS("5", "x", "") NEEDS("6", "60", "programme: ingetrokken\n"));
	world_source(&w, "is: institution\nuuid: 7\nnumber: 70\nkind: onbekend\nprogramme: goedgekeurd 2026\n\n"
			 "is: institution\nuuid: 8\nnumber: 80\nkind: volwassenenonderwijs\n\n");
	world_target(&w, OUR_SCHOOL("10") OUR_SCHOOL("40") OUR_SCHOOL("60"));
	world_target(&w, "is: institution\nnumber: 20\nadmission: request\n\n"
			 "is: institution\nnumber: 30\nadmission: programme\nmanaged-by: anders\n\n");
	world_think(&w);
	expect_programmes(0, &(struct programmes){.institutions = 6,
						  .named = 3,
						  .approved = 1,
						  .values = 5,
						  .values_approved = 2,
						  .hidden = 1,
						  .withdrawn = 1});
	w.settings.programme_approved = NULL;
	world_think(&w);
	assert_int_equal(w.desired->programmes[0].approved, 0);
}

static void programmes_are_counted_by_source(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") "\n" NEEDS("2", "20", "elsewhere: yes\n"));
	world_target(&w, OUR_SCHOOL("10") OUR_SCHOOL("20"));
	world_think(&w);
	expect_programmes(0, &(struct programmes){
				     .institutions = 1, .named = 1, .approved = 1, .values = 1, .values_approved = 1});
	expect_programmes(1, &(struct programmes){.institutions = 1, .hidden = 1});
}

#define CVO "is: institution\nuuid: 1\nnumber: 20\nkind: volwassenenonderwijs\nstate: actief\naudience: OV\n"

static void adult_education_needs_a_request_and_no_programme(void **state)
{
	(void)state;
	one(CVO, PERSON("11", "anna", RIGHT("beheerder", "20")));
	world_expect(&w, "institution 20: no-request");
	world_expect(&w, "refused anna 20 beheerder: no-request");
	world_target(&w, "is: request\nuuid: 50\nnumber: 000020\n");
	world_think(&w);
	world_expect(&w, "institution 20: admitted-request");
	world_expect(&w, "wanted 20 beheerder anna");
}

static void requests_lapse_and_may_be_malformed(void **state)
{
	(void)state;
	world_target(&w, "is: request\nuuid: 50\nnumber: 20\nvalid-until: 20261105090000Z\n");
	one(CVO, PERSON("11", "anna", RIGHT("beheerder", "20")));
	world_expect(&w, "institution 20: request-lapsed");
	record_set(&w, world_find(&w, false, 50), FIELD_VALID_UNTIL, "20261105090001Z");
	world_think(&w);
	world_expect(&w, "institution 20: admitted-request");
	world_expect(&w, "next 20261105090001Z");
	record_set(&w, world_find(&w, false, 50), FIELD_VALID_UNTIL, "next year");
	world_think(&w);
	world_expect(&w, "institution 20: request-malformed");
	world_expect(&w, "refused - 20: request-malformed");
	record_set(&w, world_find(&w, false, 50), FIELD_NUMBER, "twenty");
	world_think(&w);
	world_expect(&w, "institution 20: no-request");
	world_expect(&w, "refused -: request-malformed");
}

static void what_is_about_people_is_no_request(void **state)
{
	(void)state;
	world_target(&w, "is: request\nuuid: 50\nnumber: 20\n");
	one(CVO, PERSON("11", "anna", RIGHT("beheerder", "20")));
	world_expect(&w, "institution 20: admitted-request");
	record_set(&w, world_find(&w, false, 50), FIELD_EFFECT, "exclude");
	world_think(&w);
	world_expect(&w, "institution 20: no-request");
	world_expect(&w, "refused -: request-malformed");
}

static void one_good_request_is_enough(void **state)
{
	(void)state;
	world_target(&w, "is: request\nuuid: 50\nnumber: 20\nvalid-until: soon\n");
	world_target(&w, "is: request\nuuid: 51\nnumber: 20\n");
	world_target(&w, "is: request\nuuid: 52\nnumber: 20\nvalid-until: 20200101000000Z\n");
	one(CVO, PERSON("11", "anna", RIGHT("beheerder", "20")));
	world_expect(&w, "institution 20: admitted-request");
	struct uuid uuid = world_uuid(51);
	assert_non_null(w.desired->institutions[0].request);
	assert_true(uuid_equal(&w.desired->institutions[0].request->uuid, &uuid));
}

static void other_kinds_by_configuration(void **state)
{
	(void)state;
	world_source(&w, "is: institution\nuuid: 1\nnumber: 1\nkind: syntra\nstate: actief\naudience: OV\n");
	world_source(&w, "is: institution\nuuid: 2\nnumber: 2\nkind: CLB\nstate: actief\naudience: OV\nprogramme: "
			 "goedgekeurd\n");
	world_source(&w, "is: institution\nuuid: 3\nnumber: 3\nkind: kleuterschool\nstate: actief\naudience: "
			 "OV\nprogramme: goedgekeurd\n");
	one("is: institution\nuuid: 4\nnumber: 4\nstate: actief\naudience: OV\nprogramme: goedgekeurd\n",
	    PERSON("11", "anna", RIGHT("beheerder", "1,2,3,4")));
	world_expect(&w, "institution 1: admitted-always");
	world_expect(&w, "institution 2: kind-never");
	world_expect(&w, "institution 3: kind-unknown");
	world_expect(&w, "institution 4: kind-unknown");
	assert_int_equal(w.desired->membership_count, 1);
}

static void what_is_against_an_institution(void **state)
{
	static const struct {
		enum field field;
		const char *value, *code;
	} cases[] = {{FIELD_STATE, "gesloten", "institution 10: institution-inactive"},
		     {FIELD_STATE, NULL, "institution 10: state-missing"},
		     {FIELD_AUDIENCE, "SECTOR", "institution 10: audience-missing"},
		     {FIELD_BEGIN, "2026-11-06", "institution 10: institution-not-yet"},
		     {FIELD_END, "2026-11-04", "institution 10: institution-ended"},
		     {FIELD_END, "gisteren", "institution 10: date-malformed"}};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		world_done(&w);
		world_init(&w);
		world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("beheerder", "10")));
		record_set(&w, world_find(&w, true, 1), cases[i].field, cases[i].value);
		world_think(&w);
		world_expect(&w, cases[i].code);
		assert_int_equal(w.desired->membership_count, 0);
		assert_false(w.desired->institutions[0].admitted);
	}
}

static void claimed_numbers_and_unknown_ones(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") SCHOOL("2", "010"));
	one("is: institution\nuuid: 3\nnumber: geen\nkind: syntra\nstate: actief\naudience: OV\n",
	    PERSON("11", "anna", RIGHT("beheerder", "10,77")));
	world_expect(&w, "institution 10: institution-ambiguous");
	world_expect(&w, "refused anna 10 beheerder: institution-ambiguous");
	world_expect(&w, "refused anna 77 beheerder: institution-unknown");
	world_expect(&w, "refused -: number-malformed");
	assert_int_equal(w.desired->institution_count, 1);
	assert_true(w.desired->institutions[0].ambiguous);
}

static void bad_values_do_not_spoil_good_ones(void **state)
{
	(void)state;
	one(SCHOOL("1", "10"), "is: person\nuuid: 11\nvo-id: anna\ncn: Anna\nsn: A\nstate: actief\n"
			       "right: WerkplekDuaalGebruiker:10\n"
			       "right: WerkplekDuaalGebruiker-directeur,beheerder:10\n"
			       "right: WerkplekDuaalGebruiker-beheerder:1x\n"
			       "right: WerkplekDuaalGebruiker-beheerder 10\n"
			       "right: AnderRecht-beheerder:10\n");
	world_expect(&w, "refused anna 10: right-without-role");
	world_expect(&w, "refused anna 10: role-unknown");
	world_expect(&w, "refused anna: number-malformed");
	world_expect(&w, "refused anna: right-malformed");
	world_expect(&w, "wanted 10 beheerder anna");
	assert_int_equal(w.desired->refusal_count, 4);
	assert_int_equal(w.desired->by_reason[R_RIGHT_MALFORMED], 1);
	assert_int_equal(w.desired->by_reason[R_GRANTED], 1);
}

#define VO_ID_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void what_is_against_a_person(void **state)
{
	static const struct {
		enum field field;
		const char *value, *code;
	} cases[] = {{FIELD_VO_ID, NULL, "refused -"},
		     {FIELD_VO_ID, "an,na", "refused an,na: person-unusable"},
		     {FIELD_VO_ID, "an na", "refused an na: person-unusable"},
		     {FIELD_VO_ID, VO_ID_64 "x", "refused " VO_ID_64 "x: person-unusable"},
		     {FIELD_VO_ID, "an*", "refused an*: person-unusable"},
		     {FIELD_VO_ID, "(anna)", "refused (anna): person-unusable"},
		     {FIELD_CN, "An\ana", "refused anna: person-unusable"},
		     {FIELD_SN, "\xff\xfe", "refused anna: person-unusable"},
		     {FIELD_STATE, "uit dienst", "refused anna: person-inactive"},
		     {FIELD_STATE, NULL, "refused anna: state-missing"},
		     {FIELD_BEGIN, "2026-11-06", "refused anna: not-yet-valid"},
		     {FIELD_END, "2026-11-04", "refused anna: ended"},
		     {FIELD_END, "31/12", "refused anna: date-malformed"}};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		world_done(&w);
		world_init(&w);
		world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("beheerder", "10")));
		record_set(&w, world_find(&w, true, 11), cases[i].field, cases[i].value);
		world_think(&w);
		assert_int_equal(w.desired->membership_count, 0);
		assert_int_equal(w.desired->refusal_count, 1);
		if (cases[i].value != NULL || cases[i].field != FIELD_VO_ID)
			world_expect(&w, cases[i].code);
		else
			assert_int_equal(w.desired->refusals[0].reason, R_PERSON_WITHOUT_KEY);
	}
	record_set(&w, world_find(&w, true, 11), FIELD_END, NULL);
	record_set(&w, world_find(&w, true, 11), FIELD_VO_ID, VO_ID_64); /* as long as may be */
	world_think(&w);
	world_expect(&w, "wanted 10 beheerder " VO_ID_64);
}

static void two_claimants_both_gain_nothing(void **state)
{
	(void)state;
	world_source(&w, PERSON("11", "anna", RIGHT("beheerder", "10")));
	one(SCHOOL("1", "10"), PERSON("12", "ANNA", RIGHT("beheerder", "10")));
	assert_int_equal(w.desired->membership_count, 0);
	assert_int_equal(w.desired->by_reason[R_PERSON_AMBIGUOUS], 2);
}

/* R8: 31 August is valid until midnight in Brussels, which is 22:00 UTC. */
static void days_are_belgian_days(void **state)
{
	(void)state;
	world_settings(&w, "now: 20260831215959Z\n");
	one(SCHOOL("1", "10"), PERSON("11", "anna", RIGHT("beheerder", "10")) "end: 20260831\n");
	world_expect(&w, "wanted 10 beheerder anna");
	world_expect(&w, "next 20260831220000Z");
	world_settings(&w, "now: 20260831220000Z\n");
	world_think(&w);
	world_expect(&w, "refused anna: ended");
	world_refuse(&w, "next");
	record_set(&w, world_find(&w, true, 11), FIELD_END, "20260831235959Z");
	world_settings(&w, "dates: instant\n");
	world_think(&w);
	world_expect(&w, "wanted 10 beheerder anna");
}

static void begins_are_awaited(void **state)
{
	(void)state;
	world_settings(&w, "now: 20260831120000Z\n");
	one(SCHOOL("1", "10"), PERSON("11", "anna", RIGHT("beheerder", "10")) "begin: 2026-09-01\nend: 2027-08-31\n");
	world_expect(&w, "refused anna: not-yet-valid");
	world_expect(&w, "next 20260831220000Z");
	world_settings(&w, "now: 20260831220000Z\n");
	world_think(&w);
	world_expect(&w, "wanted 10 beheerder anna");
	assert_int_equal(w.desired->memberships[0].end_day, 21061);
}

static struct grant grant_by(const char *grantor)
{
	return (struct grant){.person = 0,
			      .institution = 0,
			      .number = 10,
			      .role = 1,
			      .begin_day = DAY_NONE,
			      .end_day = DAY_NONE,
			      .grantor = text_of(grantor)};
}

static enum reason judge_grant(const struct grant *grant, enum reason institution)
{
	struct judge judge;
	judge_init(&judge, &w.policy_input, NULL);
	return grant_judge(&judge, grant, institution);
}

static void grantors_must_be_administrators(void **state)
{
	(void)state;
	one(SCHOOL("1", "10") "head-admin: hoofd\nhead-admin: uid=Chef, ou=people,dc=gov\n",
	    PERSON("11", "anna", RIGHT("beheerder", "10")));
	w.past.first_contact = false;
	struct grant none = grant_by(""), head = grant_by("HOOFD"), dn = grant_by("uid=chef,OU=people,dc=gov");
	struct grant stranger = grant_by("iemand"), board = grant_by("koepel");
	assert_int_equal(judge_grant(&none, R_ADMITTED_PROGRAMME), R_GRANTED);
	assert_int_equal(judge_grant(&head, R_ADMITTED_PROGRAMME), R_GRANTED);
	assert_int_equal(judge_grant(&dn, R_ADMITTED_PROGRAMME), R_GRANTED);
	assert_int_equal(judge_grant(&board, R_ADMITTED_PROGRAMME), R_GRANTED);
	assert_int_equal(judge_grant(&stranger, R_ADMITTED_PROGRAMME), R_GRANTOR_REFUSED);
	assert_int_equal(judge_grant(&head, R_NO_PROGRAMME), R_NO_PROGRAMME);
	w.past.first_contact = true;
	assert_int_equal(judge_grant(&stranger, R_ADMITTED_PROGRAMME), R_GRANTED);
	struct past_grantor known = {world_uuid(11), 10, 1, false};
	assert_int_equal(past_set_grantor(&w.past, &known), 0);
	assert_int_equal(judge_grant(&head, R_ADMITTED_PROGRAMME), R_GRANTOR_REFUSED);
	known.accepted = true;
	assert_int_equal(past_set_grantor(&w.past, &known), 0);
	w.past.first_contact = false;
	assert_int_equal(judge_grant(&stranger, R_ADMITTED_PROGRAMME), R_GRANTED);
}

/* The same DN is somebody else in another directory; a vo-id is the same person everywhere. */
static void grantors_are_told_by_dn_in_one_directory_only(void **state)
{
	(void)state;
	one(SCHOOL("1", "10") "elsewhere: yes\nhead-admin: hoofd\nhead-admin: uid=Chef, ou=people,dc=gov\n",
	    PERSON("11", "anna", RIGHT("beheerder", "10")));
	w.past.first_contact = false;
	source_position_keep(&w.past.positions, "source");
	source_position_keep(&w.past.positions, "elsewhere");
	struct grant head = grant_by("HOOFD"), dn = grant_by("uid=chef,OU=people,dc=gov");
	struct grant spelt = grant_by("uid=Chef, ou=people,dc=gov");
	assert_int_equal(judge_grant(&head, R_ADMITTED_PROGRAMME), R_GRANTED);
	assert_int_equal(judge_grant(&dn, R_ADMITTED_PROGRAMME), R_GRANTOR_REFUSED);
	assert_int_equal(judge_grant(&spelt, R_ADMITTED_PROGRAMME), R_GRANTOR_REFUSED);
	world_find(&w, true, 11)->elsewhere = true;
	world_think(&w);
	assert_int_equal(judge_grant(&dn, R_ADMITTED_PROGRAMME), R_GRANTED);
	assert_int_equal(judge_grant(&spelt, R_ADMITTED_PROGRAMME), R_GRANTED);
}

/* A source that is added is met for the first time, however long the others are known. */
static void grants_of_a_new_source_were_there_before(void **state)
{
	(void)state;
	one(SCHOOL("1", "10"), PERSON("11", "anna", RIGHT("beheerder", "10")) "elsewhere: yes\n");
	w.past.first_contact = false;
	source_position_keep(&w.past.positions, "source");
	struct grant stranger = grant_by("iemand");
	assert_int_equal(judge_grant(&stranger, R_ADMITTED_PROGRAMME), R_GRANTED);
	source_position_keep(&w.past.positions, "elsewhere");
	assert_int_equal(judge_grant(&stranger, R_ADMITTED_PROGRAMME), R_GRANTOR_REFUSED);
}

static void an_institution_at_another_source_is_an_institution(void **state)
{
	(void)state;
	one(SCHOOL("1", "10") "elsewhere: yes\n", PERSON("11", "anna", RIGHT("beheerder", "10")));
	world_expect(&w, "wanted 10 beheerder anna");
	world_source(&w, SCHOOL("2", "10"));
	world_think(&w);
	world_refuse(&w, "wanted 10");
	world_source(&w, PERSON("12", "ANNA", RIGHT("beheerder", "10")) "elsewhere: yes\n");
	world_find(&w, true, 2)->gone = true;
	world_think(&w);
	world_refuse(&w, "wanted 10");
	world_expect(&w, "refused anna: person-ambiguous");
}

static void lookups_find_what_is_there(void **state)
{
	struct uuid anna = world_uuid(11), nobody = world_uuid(99);
	(void)state;
	one(SCHOOL("1", "10") SCHOOL("2", "20"), PERSON("11", "anna", RIGHT("beheerder", "10,20")));
	assert_int_equal(desired_institution_find(w.desired, 20), 1);
	assert_int_equal(desired_institution_find(w.desired, 15), NONE);
	assert_int_equal(desired_membership_find(w.desired, w.source_read, 20, 1, &anna), 1);
	assert_int_equal(desired_membership_find(w.desired, w.source_read, 20, 0, &anna), NONE);
	assert_int_equal(desired_membership_find(w.desired, w.source_read, 20, 1, &nobody), NONE);
}

/* I21: whatever allocation fails, there is no result. */
static void no_memory_gives_no_result(void **state)
{
	(void)state;
	one(SCHOOL("1", "10"), PERSON("11", "anna", RIGHT("beheerder,trajectbegeleider", "10,77")));
	for (size_t limit = 1; limit < 400; limit += 16) {
		struct arena small;
		struct desired *desired = NULL;
		struct err err;
		arena_init(&small, limit);
		int rc = policy_apply(&w.policy_input, &small, &desired, &err);
		assert_true(rc == 0 ? desired->membership_count == 2 : rc == ERR_NOMEM && desired == NULL);
		arena_done(&small);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(gives_access_in_every_role_at_every_organisation),
		TEST(leading_zeros_mean_nothing),
		TEST(secondary_needs_an_approved_programme),
		TEST(programmes_are_counted),
		TEST(programmes_are_counted_by_source),
		TEST(adult_education_needs_a_request_and_no_programme),
		TEST(requests_lapse_and_may_be_malformed),
		TEST(what_is_about_people_is_no_request),
		TEST(one_good_request_is_enough),
		TEST(other_kinds_by_configuration),
		TEST(what_is_against_an_institution),
		TEST(claimed_numbers_and_unknown_ones),
		TEST(bad_values_do_not_spoil_good_ones),
		TEST(what_is_against_a_person),
		TEST(two_claimants_both_gain_nothing),
		TEST(days_are_belgian_days),
		TEST(begins_are_awaited),
		TEST(grantors_must_be_administrators),
		TEST(grantors_are_told_by_dn_in_one_directory_only),
		TEST(grants_of_a_new_source_were_there_before),
		TEST(an_institution_at_another_source_is_an_institution),
		TEST(lookups_find_what_is_there),
		TEST(no_memory_gives_no_result),
	};
	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
