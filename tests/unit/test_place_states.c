/* SPDX-License-Identifier: EUPL-1.2 */
/* test_place_states.c - how each institution is, and what the codes of the status mean. */
#include "unit.h"

#include <unistd.h>

#include "control/place_states.h"
#include "control/status_code_table.h"
#include "control/status_codes.h"
#include "control_ask.h"

#define NOW 1793869200 /* 2026-11-05T09:00:00Z, between the begin and the end of the bench's holds */

static void expect(uint32_t number, enum part_state state, const char *code, int64_t since_s, const char *step)
{
	struct place_states states;
	char out[PLACE_STEP_SIZE];
	assert_true(place_states_make(&bench.view, NOW, &states));
	const struct place_state *place = place_state_of(&states, number);
	assert_non_null(place);
	if (place->state != state || strcmp(place->code, code) != 0)
		fail_msg("%u is %s (%s)", number, part_state_name(place->state), place->code);
	assert_int_equal(place->since_s, since_s);
	assert_string_equal(place_next_step(&bench.view, place, out), step);
	assert_true(place_sentence(place)[0] != '\0');
	place_states_done(&states);
}

static uint32_t count_places(void)
{
	struct place_states states;
	assert_true(place_states_make(&bench.view, NOW, &states));
	const uint32_t count = states.count;
	place_states_done(&states);
	return count;
}

static void freeze(uint32_t id, uint32_t number, bool pause, int64_t until_s)
{
	const struct past_freeze frozen = {.id = id,
					   .number = number,
					   .pause = pause,
					   .since_s = NOW - 100,
					   .until_s = until_s,
					   .said = (char *)(uintptr_t) "x"};
	assert_int_equal(past_set_freeze(&bench.world.past, &frozen), 0);
}

/* The bench's first school has a stranger in its group and holds; nothing concerns the other two alone. */
static void only_those_that_something_concerns_are_listed(void **state)
{
	(void)state;
	const uint32_t before = count_places();
	struct place_states states;
	assert_true(place_states_make(&bench.view, NOW, &states));
	assert_null(place_state_of(&states, 777));
	assert_null(place_state_of(&states, 1));
	place_states_done(&states);
	freeze(1, 777, false, NOW + 100);
	freeze(2, 0, false, NOW + 100); /* of all: nobody's own trouble */
	freeze(3, 0, true, NOW + 100);
	freeze(4, 112345, false, NOW); /* over */
	assert_int_equal(count_places(), before + 1);
	expect(777, PART_NOTICE, "rule-frozen", NOW - 100, "duaalctl institution 777");
}

static void the_worst_counts(void **state)
{
	(void)state;
	const struct change *gone = control_bench_change(&bench, R_PERSON_UNKNOWN);
	freeze(1, 30569, false, NOW + 100);
	control_bench_hold(&bench, 12, R_RULE_GROUP_EMPTIED, HOLD_REJECTED, &gone, 1);
	const uint32_t before = count_places();
	control_bench_hold(&bench, 13, R_RULE_GROUP_EMPTIED, HOLD_OPEN, &gone, 1);
	assert_int_equal(count_places(), before);
	expect(30569, PART_WARNING, "rule-group-emptied", 1793869000, "duaalctl holds 13-3f9a2b");
	bench.world.past.holds[1].expires_s = NOW + 86400;
	expect(30569, PART_CRITICAL, "rule-group-emptied", 1793869000, "duaalctl holds 13-3f9a2b");
}

static uint32_t refused_change;

static bool was_refused(const void *ctx, uint32_t change)
{
	(void)ctx;
	return change == refused_change;
}

static void a_refused_removal_is_critical(void **state)
{
	(void)state;
	const struct change *gone = control_bench_change(&bench, R_PERSON_UNKNOWN);
	refused_change = (uint32_t)(gone - bench.world.plan->changes);
	bench.explain.was_refused = was_refused;
	expect(30569, PART_CRITICAL, PLACE_REMOVAL_REFUSED, 0, "duaalctl institution 30569");
	bench.world.plan->changes[refused_change].kind = CHANGE_MEMBER_ADD;
	expect(30569, PART_WARNING, PLACE_REFUSED, 0, "duaalctl institution 30569");
}

static void two_entries_with_one_number(void **state)
{
	(void)state;
	const uint32_t at = desired_institution_find(bench.world.desired, 777);
	bench.world.desired->institutions[at].ambiguous = true;
	expect(777, PART_WARNING, "institution-ambiguous", 0, "duaalctl institution 777");
}

/* A right may name a number that neither directory has: the part refusals tells of it, and no command shows that institution. */
static void what_only_a_right_names_is_not_listed(void **state)
{
	(void)state;
	struct refusal *refusals = bench.world.desired->refusals;
	assert_true(bench.world.desired->refusals_kept > 0);
	const uint32_t before = count_places();
	refusals[0].reason = R_INSTITUTION_UNKNOWN;
	refusals[0].number = 4242;
	assert_int_equal(count_places(), before);
	refusals[0].reason = R_DATE_MALFORMED;
	refusals[0].number = 777;
	expect(777, PART_NOTICE, "date-malformed", 0, "duaalctl institution 777");
}

/* What has no readable number, and the flat groups, are nobody's. */
static void what_is_no_institution_is_not_listed(void **state)
{
	(void)state;
	const uint32_t before = count_places();
	freeze(1, 0xffffff, false, NOW + 100);
	assert_int_equal(count_places(), before);
}

static void the_worst_are_first(void **state)
{
	(void)state;
	struct place_states states;
	freeze(1, 1, false, NOW + 100);
	freeze(2, 99999, false, NOW + 100);
	assert_true(place_states_make(&bench.view, NOW, &states));
	place_states_worst_first(&states);
	for (uint32_t i = 1; i < states.count; i++)
		assert_true(states.at[i - 1].state > states.at[i].state ||
			    (states.at[i - 1].state == states.at[i].state &&
			     states.at[i - 1].number < states.at[i].number));
	assert_true(states.count >= 3);
	place_states_done(&states);
}

static void before_the_first_cycle_only_the_record_speaks(void **state)
{
	(void)state;
	bench.view.explain = NULL;
	assert_int_equal(count_places(), 0);
	freeze(1, 30569, false, INT64_MAX);
	expect(30569, PART_NOTICE, "rule-frozen", NOW - 100, "duaalctl institution 30569");
}

static void each_code_has_one_meaning(void **state)
{
	(void)state;
	static const struct {
		const char *part, *code, *meaning;
	} rows[] = {
#define X(part, code, meaning) {part, code, meaning},
		STATUS_CODE_TABLE(X)
#undef X
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(status_code_meaning(rows[i].part, rows[i].code), rows[i].meaning);
	assert_string_equal(status_code_meaning("plan", "rule-grants"), reason_sentence(R_RULE_GRANTS));
	assert_string_equal(status_code_meaning("plan", "ok"), "");
	assert_string_equal(status_code_meaning("plan", "stale"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(only_those_that_something_concerns_are_listed),
		T(the_worst_counts),
		T(a_refused_removal_is_critical),
		T(two_entries_with_one_number),
		T(what_only_a_right_names_is_not_listed),
		T(what_is_no_institution_is_not_listed),
		T(the_worst_are_first),
		T(before_the_first_cycle_only_the_record_speaks),
		cmocka_unit_test(each_code_has_one_meaning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
