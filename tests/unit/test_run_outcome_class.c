/* SPDX-License-Identifier: EUPL-1.2 */
/* test_run_outcome_class.c - every result code of a write has one defined effect, never a blind retry. */
#include "unit.h"

#include "run/outcome_class.h"
#include "wire/message.h"

static void codes_of_the_design(void **state)
{
	static const struct {
		int result;
		enum outcome_class class;
	} wanted[] = {
		{0, OUTCOME_DONE},      {16, OUTCOME_CONFLICT},  {19, OUTCOME_REFUSED}, {20, OUTCOME_CONFLICT},
		{32, OUTCOME_CONFLICT}, {50, OUTCOME_REFUSED},   {53, OUTCOME_STOP},    {65, OUTCOME_REFUSED},
		{68, OUTCOME_CONFLICT}, {122, OUTCOME_CONFLICT}, {10, OUTCOME_STOP},    {51, OUTCOME_STOP},
		{52, OUTCOME_STOP},     {80, OUTCOME_FAILED},    {21, OUTCOME_REFUSED}, {66, OUTCOME_CONFLICT},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (outcome_classify(wanted[i].result) != wanted[i].class)
			fail_msg("result %d is of class %d", wanted[i].result, outcome_classify(wanted[i].result));
}

/* Only 0 is done, and nothing that a server said is unknown: a code that nobody thought of is a refusal. */
static void total(void **state)
{
	(void)state;
	for (int result = 0; result <= 4096; result = result == 255 ? 4096 : result + 1) {
		enum outcome_class class = outcome_classify(result);
		assert_true((class == OUTCOME_DONE) == (result == 0));
		assert_true(class == OUTCOME_DONE || class == OUTCOME_CONFLICT || class == OUTCOME_REFUSED ||
			    class == OUTCOME_FAILED || class == OUTCOME_STOP);
		assert_true((outcome_advice(result)[0] == '\0') == (result == 0));
	}
	assert_int_equal(outcome_classify(4096), OUTCOME_REFUSED);
}

/* Answers that no server gave: it may have been written, or it never left. */
static void without_an_answer(void **state)
{
	(void)state;
	for (int result = -255; result < 0; result++)
		assert_int_equal(outcome_classify(result), OUTCOME_UNKNOWN);
	assert_int_equal(outcome_classify(INT32_MIN), OUTCOME_UNKNOWN);
	assert_int_equal(outcome_classify(WRITE_NOT_SENT), OUTCOME_NOT_SENT);
	assert_true(outcome_advice(-1)[0] != '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_of_the_design),
		cmocka_unit_test(total),
		cmocka_unit_test(without_an_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
