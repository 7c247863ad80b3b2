/* SPDX-License-Identifier: EUPL-1.2 */
/* test_right.c - the government's notation: both lists, odd spellings, everything that must grant nothing. */
#include "unit.h"

#include "model/right.h"

static const struct text name = {"WerkplekDuaalGebruiker", 22};

static enum right_form parse(const char *value, struct right *ret)
{
	const char *why = NULL;
	enum right_form form = right_parse(text_of(value), name, ret, &why);
	assert_int_equal(why != NULL, form == RIGHT_MALFORMED);
	assert_int_equal(right_parse(text_of(value), name, ret, NULL), form);
	return form;
}

static void reads_both_lists(void **state)
{
	(void)state;
	struct right right;
	assert_int_equal(parse("WerkplekDuaalGebruiker-trajectbegeleider,beheerder:30569, 112345", &right), RIGHT_READ);
	assert_int_equal(right.context_count, 2);
	assert_true(text_equal(right.contexts[0], text_of("trajectbegeleider")));
	assert_true(text_equal(right.contexts[1], text_of("beheerder")));
	assert_int_equal(right.org_count, 2);
	assert_true(text_equal(right.orgs[0], text_of("30569")));
	assert_true(text_equal(right.orgs[1], text_of("112345")));
}

static void case_and_spaces_vary(void **state)
{
	(void)state;
	struct right right;
	assert_int_equal(parse("WERKPLEKDUAALGEBRUIKER-Beheerder:030569", &right), RIGHT_READ);
	assert_true(text_equal(right.contexts[0], text_of("Beheerder")));
	assert_int_equal(parse("Werkplek duaal gebruiker - beheerder , trajectbegeleider : 1 ,2 ", &right), RIGHT_READ);
	assert_int_equal(right.context_count, 2);
	assert_true(text_equal(right.contexts[1], text_of("trajectbegeleider")));
	assert_true(text_equal(right.orgs[1], text_of("2")));
	assert_int_equal(
		right_parse(text_of("WerkplekDuaalGebruiker-x:1"), text_of("Werkplek duaal gebruiker"), &right, NULL),
		RIGHT_READ);
}

static void the_right_without_a_role_has_no_context(void **state)
{
	(void)state;
	struct right right;
	assert_int_equal(parse("WerkplekDuaalGebruiker:30569", &right), RIGHT_READ);
	assert_int_equal(right.context_count, 0);
	assert_int_equal(right.org_count, 1);
}

static void other_rights_say_nothing(void **state)
{
	(void)state;
	struct right right;
	const char *const others[] = {"",
				      "LED-beheerder:30569",
				      "WerkplekDuaalGebruikerPlus-beheerder:30569",
				      "WerkplekDuaalGebruiker2:1",
				      "WerkplekDuaal-beheerder:30569",
				      "X WerkplekDuaalGebruiker-beheerder:1",
				      "WerkplekDuaalGebruiker\xc3\xa9-beheerder:1",
				      "W\xd0\xberkplekDuaalGebruiker-beheerder:1"};
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(parse(others[i], &right), RIGHT_OTHER);
	assert_int_equal(right_parse(text_of("x"), text_of(""), &right, NULL), RIGHT_OTHER);
}

static void ours_but_unreadable(void **state)
{
	(void)state;
	struct right right;
	const char *const bad[] = {"WerkplekDuaalGebruiker",
				   "WerkplekDuaalGebruiker-beheerder",
				   "WerkplekDuaalGebruiker-:30569",
				   "WerkplekDuaalGebruiker-beheerder:",
				   "WerkplekDuaalGebruiker-beheerder: ",
				   "WerkplekDuaalGebruiker-beheerder,:30569",
				   "WerkplekDuaalGebruiker-,beheerder:30569",
				   "WerkplekDuaalGebruiker-beheerder:30569,",
				   "WerkplekDuaalGebruiker-beheerder:,30569",
				   "WerkplekDuaalGebruiker-beheerder:1,,2",
				   "WerkplekDuaalGebruiker-beheerder:30569:112345",
				   "WerkplekDuaalGebruiker;beheerder:30569",

				   "Werkplek_Duaal_Gebruiker-beheerder:30569",
				   "Werkplek\tDuaalGebruiker-beheerder:30569",
				   "WerkplekDuaalGebruiker-beheer\nder:30569",
				   "WerkplekDuaalGebruiker-beheerder:30569\xff",
				   "WerkplekDuaalGebruiker-beheerder:30569\xe2\x80\xae"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse(bad[i], &right), RIGHT_MALFORMED);
	assert_int_equal(right_parse(text_make("WerkplekDuaalGebruiker-b:1\0", 27), name, &right, NULL),
			 RIGHT_MALFORMED);
}

static void lists_are_bounded(void **state)
{
	(void)state;
	struct right right;
	char value[4096];
	for (int extra = 0; extra < 2; extra++) {
		size_t len = (size_t)sprintf(value, "WerkplekDuaalGebruiker-b:1");
		for (int i = 1; i < RIGHT_ORGS_MAX + extra; i++)
			len += (size_t)sprintf(value + len, ",%d", i);
		assert_int_equal(parse(value, &right), extra ? RIGHT_MALFORMED : RIGHT_READ);
		len = (size_t)sprintf(value, "WerkplekDuaalGebruiker-b");
		for (int i = 1; i < RIGHT_CONTEXTS_MAX + extra; i++)
			len += (size_t)sprintf(value + len, ",b");
		sprintf(value + len, ":1");
		assert_int_equal(parse(value, &right), extra ? RIGHT_MALFORMED : RIGHT_READ);
	}
}

/* Mutated values: whatever is read lies inside the value, is trimmed and not empty. */
static void never_reads_outside(void **state)
{
	(void)state;
	struct chance c = chance_start("right_parse");
	const char alphabet[] = "WerkplekDuaalGebruiker -,:0123456789\t\xc3\xa9";
	for (int round = 0; round < 50000; round++) {
		char stack[80];
		size_t len = (size_t)sprintf(stack, "WerkplekDuaalGebruiker-a,b:30569, 1");
		for (uint32_t n = chance_below(&c, 4); n > 0; n--)
			stack[chance_below(&c, (uint32_t)len)] = alphabet[chance_below(&c, sizeof(alphabet) - 1)];
		len -= chance_below(&c, 12);
		char *value = malloc(len);
		memcpy(value, stack, len);
		struct right right;
		if (right_parse(text_make(value, len), name, &right, NULL) == RIGHT_READ) {
			assert_true(right.org_count > 0);
			for (uint32_t i = 0; i < right.context_count + right.org_count; i++) {
				struct text item = i < right.context_count ? right.contexts[i]
									   : right.orgs[i - right.context_count];
				assert_true(item.len > 0 && item.at >= value && item.at + item.len <= value + len);
				assert_true(text_equal(item, text_trim(item)));
			}
		}
		free(value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_both_lists),
		cmocka_unit_test(case_and_spaces_vary),
		cmocka_unit_test(the_right_without_a_role_has_no_context),
		cmocka_unit_test(other_rights_say_nothing),
		cmocka_unit_test(ours_but_unreadable),
		cmocka_unit_test(lists_are_bounded),
		cmocka_unit_test(never_reads_outside),
	};
	return cmocka_run_group_tests_name("right", tests, NULL, NULL);
}
