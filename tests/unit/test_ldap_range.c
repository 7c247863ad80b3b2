/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ldap_range.c - a "range=" among an attribute's options is seen wherever it stands and however it is spelt. */
#include "ldap/search_parts.h"

#include "unit.h"

struct range {
	struct text others;
	size_t first, last;
	bool open;
};

static bool parse(const char *options, struct range *range)
{
	*range = (struct range){0};
	return range_parse(text_of(options), &range->others, &range->first, &range->last, &range->open);
}

static void open_and_closed(void **state)
{
	struct range range;
	(void)state;
	assert_true(parse("range=0-1499", &range));
	assert_int_equal(range.first, 0);
	assert_int_equal(range.last, 1499);
	assert_true(range.open);
	assert_true(text_is_empty(range.others));
	assert_true(parse("Range=1500-*", &range));
	assert_int_equal(range.first, 1500);
	assert_false(range.open);
}

static void among_other_options(void **state)
{
	struct range range;
	(void)state;
	assert_true(parse("lang-nl;range=0-*", &range));
	assert_true(text_equal(range.others, text_of("lang-nl")));
	assert_true(parse("range=0-9;binary", &range));
	assert_true(text_equal(range.others, text_of("binary")));
	assert_int_equal(range.last, 9);
}

static void none(void **state)
{
	struct range range;
	(void)state;
	assert_false(parse("", &range));
	assert_false(parse("lang-nl", &range));
	assert_false(parse("orange=0-1", &range));
	assert_false(parse("binary;x-range", &range));
}

static void unreadable_is_open_and_begins_nowhere(void **state)
{
	static const char *const cases[] = {"range=",    "range=*",    "range=0",     "range=-1",           "range=0-",
					    "range=a-b", "range=0-9x", "range=0-1-2", "range=99999999999-*"};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct range range;
		assert_true(parse(cases[i], &range));
		assert_true(range.open && range.first == SIZE_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_and_closed),
		cmocka_unit_test(among_other_options),
		cmocka_unit_test(none),
		cmocka_unit_test(unreadable_is_open_and_begins_nowhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
