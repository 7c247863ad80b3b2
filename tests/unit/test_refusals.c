/* SPDX-License-Identifier: EUPL-1.2 */
/* test_refusals.c - what gives nobody access, told again: the same findings in the same order, from anywhere on, and what each is about. */
#include "unit.h"

#include "core/refusals.h"
#include "core_stories.h"
#include "core_world.h"

#define TB       "trajectbegeleider"
#define TOLD_MAX 64

static struct world w;

static struct told {
	struct refusal at[TOLD_MAX];
	uint32_t count;
} told;

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

static void take(void *ctx, const struct refusal *refusal)
{
	struct told *all = ctx;
	assert_true(all->count < TOLD_MAX);
	all->at[all->count++] = *refusal;
}

static void tell_from(uint32_t first)
{
	struct refusals *refusals;
	told.count = 0;
	assert_int_equal(refusals_begin(&w.policy_input, w.desired, &w.arena, take, &told, &refusals), 0);
	for (uint32_t i = first; i < refusals_places(w.policy_input.source); i++)
		assert_int_equal(refusals_of(refusals, i), 0);
	refusals_end(refusals);
}

static const struct refusal *find(enum reason reason)
{
	for (uint32_t i = 0; i < told.count; i++)
		if (told.at[i].reason == reason)
			return &told.at[i];
	fail_msg("nothing is %s", reason_code(reason));
	return NULL;
}

static void expect(enum reason reason, const char *evidence, uint32_t entry)
{
	const struct refusal *refusal = find(reason);
	const struct text value = refusal_evidence(&w.policy_input, refusal);
	const struct uuid uuid = world_uuid(entry);
	if (!text_equal(value, text_of(evidence)))
		fail_msg("%s: \"%.*s\" and not \"%s\"", reason_code(reason), TEXT_ARG(value), evidence);
	assert_true(uuid_equal(&refusal->entry->uuid, &uuid));
}

/* ---- the same again ------------------------------------------------------------------------------- */

static void make_odd_people(void)
{
	world_source(&w, SCHOOL("1", "10") SCHOOL("2", "1o") SCHOOL("3", "20") SCHOOL("4", "20"));
	world_source(&w, PERSON("11", "anna", RIGHT(TB, "10,1x")) "right: " RIGHT("directeur", "10") "\n\n");
	world_source(&w, PERSON("12", "bart", RIGHT(TB, "10")) "end: 31/12\n\n");
	world_source(&w, PERSON("13", "carl", RIGHT(TB, "20")));
	world_source(&w, PERSON("14", "dora", RIGHT(TB, "10")) "\n" PERSON("15", "DORA", RIGHT(TB, "10")));
	world_source(&w, "is: grant\nuuid: 31\nperson: uid=anna\nstate: actief\nnumber: x\nrole: " TB "\n\n"
			 "is: grant\nuuid: 32\nperson: uid=niemand\nstate: actief\nnumber: 10\nrole: " TB "\n\n");
	world_source(&w, "is: right-group\nuuid: 41\nnumber: 10\nrole: " TB "\nmember: uid=vreemd,dc=elders\n\n");
}

static void the_same_is_told_as_was_found(void **state)
{
	(void)state;
	make_odd_people();
	world_think(&w);
	tell_from(0);
	assert_int_equal(told.count, w.desired->refusal_count);
	for (uint32_t i = 0; i < told.count; i++) {
		const struct refusal *was = &w.desired->refusals[i], *is = &told.at[i];
		assert_int_equal(is->person, was->person);
		assert_int_equal(is->number, was->number);
		assert_int_equal(is->reason, was->reason);
		assert_int_equal(is->role, was->role);
		assert_ptr_equal(is->value.at, was->value.at);
		assert_ptr_equal(is->entry, was->entry);
	}
}

/* What somebody decided about anna takes no part in what is found about those behind her. */
static void it_may_begin_anywhere(void **state)
{
	(void)state;
	make_odd_people();
	world_target(&w, "is: override\nvo-id: anna\nnumber: 10\nrole: " TB
			 "\neffect: exclude\nreason: x\nuntil: 20261201090000Z\nwritten: 20261101090000Z\n\n"
			 "is: override\nvo-id: carl\nnumber: 20\nrole: " TB
			 "\neffect: exclude\nreason: x\nuntil: 20261201090000Z\nwritten: 20261101090000Z\n\n");
	world_think(&w);
	tell_from(0);
	const struct told all = told;
	assert_int_equal(find(R_EXCLUDED)->person, source_person_by_vo_id(w.source_read, text_of("anna")));
	const uint32_t behind =
		w.source_read->institution_count + source_person_by_vo_id(w.source_read, text_of("carl"));
	tell_from(behind);
	assert_int_equal(told.at[0].reason, R_EXCLUDED); /* his own */
	for (uint32_t i = 0; i < told.count; i++)
		assert_int_equal(told.at[i].reason, all.at[all.count - told.count + i].reason);
}

static void what_was_decided_stays_as_it_is(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")));
	world_think(&w);
	const struct desired before = *w.desired;
	const uint64_t key = w.desired->person_keys[0];
	tell_from(0);
	assert_int_equal(told.count, 0);
	assert_memory_equal(&before, w.desired, sizeof(before));
	assert_int_equal(key, w.desired->person_keys[0]);
	refusals_end(NULL);
}

/* ---- what it is about ------------------------------------------------------------------------------ */

static void each_is_about_something(void **state)
{
	(void)state;
	make_odd_people();
	world_think(&w);
	tell_from(0);
	expect(R_DATE_MALFORMED, "31/12", 12);
	expect(R_GRANT_PERSON_UNKNOWN, "uid=niemand," WORLD_PEOPLE, 32);
	expect(R_ROLE_UNKNOWN, RIGHT("directeur", "10"), 11);
	expect(R_GROUP_UNREAD, "", 41);
	expect(R_INSTITUTION_AMBIGUOUS, "20", 3);
	expect(R_NUMBER_MALFORMED, "1o", 2);
	const struct text key = refusal_evidence(&w.policy_input, find(R_PERSON_AMBIGUOUS));
	assert_true(text_equal(key, text_of("dora")));
	uint32_t malformed = 0;
	for (uint32_t i = 0; i < told.count; i++) {
		const struct text value = refusal_evidence(&w.policy_input, &told.at[i]);
		malformed += told.at[i].reason == R_NUMBER_MALFORMED &&
			     (text_equal(value, text_of(RIGHT(TB, "10,1x"))) || text_equal(value, text_of("x")));
	}
	assert_int_equal(malformed, 2); /* of anna's value, and of her grant */
}

static void a_date_that_is_there_twice_is_shown(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") "begin: 20260101\nend: morgen\n\n");
	world_source(&w, PERSON("11", "anna", RIGHT(TB, "10")) "end: 20261231\nend: 20270101\n\n");
	world_source(&w,
		     "is: grant\nuuid: 31\nperson: uid=niemand\nstate: actief\nbegin: gisteren\nnumber: 10\nrole: " TB
		     "\n\n");
	world_source(&w, PERSON("12", "bart", RIGHT(TB, "10")));
	world_think(&w);
	tell_from(0);
	assert_int_equal(told.count, 4);
	const char *const shown[] = {"morgen", "20270101", RIGHT(TB, "10"), "gisteren"};
	for (uint32_t i = 0; i < told.count; i++) {
		const struct text value = refusal_evidence(&w.policy_input, &told.at[i]);
		assert_int_equal(told.at[i].reason, R_DATE_MALFORMED);
		if (!text_equal(value, text_of(shown[i])))
			fail_msg("%u: \"%.*s\"", i, TEXT_ARG(value));
	}
}

static void what_makes_somebody_unusable_is_shown(void **state)
{
	static const struct {
		enum field field;
		const char *value, *shown;
	} cases[] = {{FIELD_VO_ID, "an na", "an na"},
		     {FIELD_CN, "An\ana", "An\ana"},
		     {FIELD_SN, "\xff", "\xff"},
		     {FIELD_GIVEN_NAME, "A\x01", "A\x01"}};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		world_done(&w);
		world_init(&w);
		world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT(TB, "10")));
		record_set(&w, world_find(&w, true, 11), cases[i].field, cases[i].value);
		world_think(&w);
		tell_from(0);
		expect(R_PERSON_UNUSABLE, cases[i].shown, 11);
	}
	world_done(&w);
	world_init(&w);
	world_source(&w, "is: person\nuuid: 11\nvo-id: anna\nvo-id: an\ncn: A\nsn: A\nstate: actief\n");
	world_think(&w);
	tell_from(0);
	expect(R_PERSON_UNUSABLE, "an", 11);
}

/* What directory administrators write is told by the directives. */
static void only_the_source_is_unclear(void **state)
{
	(void)state;
	assert_true(reason_is_unclear(R_RIGHT_MALFORMED));
	assert_true(reason_is_unclear(R_GROUP_CUT));
	assert_false(reason_is_unclear(R_REQUEST_MALFORMED));
	assert_false(reason_is_unclear(R_DIRECTIVE_VANISHED));
	assert_false(reason_is_unclear(R_NO_RIGHT));
	assert_false(reason_is_unclear(R_NONE));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_same_is_told_as_was_found),       TEST(it_may_begin_anywhere),
		TEST(what_was_decided_stays_as_it_is),     TEST(each_is_about_something),
		TEST(a_date_that_is_there_twice_is_shown), TEST(what_makes_somebody_unusable_is_shown),
		TEST(only_the_source_is_unclear),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
