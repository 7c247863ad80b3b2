/* SPDX-License-Identifier: EUPL-1.2 */
/* test_text.c - borrowed texts and the escapers. */
#include "unit.h"

#include "base/escape.h"
#include "base/national_number.h"
#include "national.h"

#define T(literal) text_make(literal, sizeof(literal) - 1)

static void compares(void **state)
{
	(void)state;
	assert_true(text_equal(T("a\0b"), T("a\0b")));
	assert_false(text_equal(T("a\0b"), T("a\0c")));
	assert_true(text_equal(text_of(NULL), T("")));
	assert_true(text_equal_nocase(T("AbZ@[`{"), T("aBz@[`{")));
	assert_false(text_equal_nocase(T("@"), T("`")));
	assert_false(text_equal_nocase(T("\xc3\x89"), T("\xc3\xa9")));
	assert_true(text_starts_nocase(T("WerkplekX"), T("werkplek")));
	assert_false(text_starts_nocase(T("Werk"), T("werkplek")));
	assert_true(text_compare(T("a"), T("b")) < 0);
	assert_true(text_compare(T("\xff"), T("a")) > 0);
	assert_true(text_compare(T("a"), T("a\0")) < 0);
	assert_int_equal(text_compare(text_of(NULL), T("")), 0);
}

static void trims_and_splits(void **state)
{
	(void)state;
	struct text before, after;
	assert_true(text_equal(text_trim(T("  a b ")), T("a b")));
	assert_true(text_is_empty(text_trim(T("   "))));
	assert_true(text_is_empty(text_trim(text_of(NULL))));
	assert_true(text_equal(text_trim(T("\ta ")), T("\ta")));
	assert_true(text_split(T("a:b:c"), ':', &before, &after));
	assert_true(text_equal(before, T("a")) && text_equal(after, T("b:c")));
	assert_true(text_split(T(":"), ':', &before, &after));
	assert_true(text_is_empty(before) && text_is_empty(after));
	assert_false(text_split(T("abc"), ':', &before, &after));
	assert_false(text_split(text_of(NULL), ':', &before, &after));
}

static void knows_utf8(void **state)
{
	(void)state;
	assert_true(text_is_utf8(T("a\0\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")));
	const char *const bad[] = {"\x80",
				   "\xc0\x80",
				   "\xc1\xbf",
				   "\xc3",
				   "\xe0\x80\x80",
				   "\xe0\x9f\xbf",
				   "\xed\xa0\x80",
				   "\xf0\x80\x80\x80",
				   "\xf0\x8f\xbf\xbf",
				   "\xf4\x90\x80\x80",
				   "\xf5\x80\x80\x80",
				   "\xff",
				   "\xe2\x82",
				   "\xc3("};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(text_is_utf8(text_of(bad[i])));
}

static void finds_controls(void **state)
{
	(void)state;
	assert_false(text_has_control(T("caf\xc3\xa9 \xff")));
	assert_true(text_has_control(T("a\0")));
	assert_true(text_has_control(T("a\n")));
	assert_true(text_has_control(T("\x7f")));
	assert_true(text_has_control(T("\xc2\x85")));
	assert_true(text_has_control(T("x\xe2\x80\xae")));
	assert_true(text_has_control(T("\xff\xe2\x81\xa6")));
	assert_false(text_has_control(T("\xc2\xa0")));
}

/* Every byte at every place of a word and behind it. */
static void knows_plain_text(void **state)
{
	char bytes[19];
	(void)state;
	for (size_t at = 0; at < sizeof(bytes); at++)
		for (unsigned c = 0; c < 256; c++) {
			memset(bytes, at % 2 == 0 ? ' ' : '~', sizeof(bytes));
			bytes[at] = (char)c;
			assert_int_equal(text_is_plain(text_make(bytes, sizeof(bytes))), c >= ' ' && c <= '~');
		}
	assert_true(text_is_plain(text_of(NULL)));
	assert_true(text_is_clean(T("caf\xc3\xa9")));
	assert_false(text_is_clean(T("caf\xc3")));
	assert_false(text_is_clean(T("cafe\n")));
}

static void matches_patterns(void **state)
{
	(void)state;
	assert_true(text_matches(T("anything"), T("*")));
	assert_true(text_matches(T(""), T("*")));
	assert_true(text_matches(T("Goedgekeurd-2026"), T("goedgekeurd*")));
	assert_true(text_matches(T("a.b.c"), T("*b*")));
	assert_true(text_matches(T("aXbXc"), T("a*x*C")));
	assert_true(text_matches(T("aab"), T("*ab")));
	assert_false(text_matches(T("aab"), T("*a")));
	assert_false(text_matches(T("a.c"), T("a?c")));
	assert_false(text_matches(T(""), T("a")));
	assert_false(text_matches(T("ab"), T("a")));
	char many[2000];
	memset(many, 'a', sizeof(many));
	assert_false(text_matches(text_make(many, sizeof(many)), T("*a*a*a*a*a*a*a*a*a*a*a*a*b")));
}

static void check(void (*escape)(struct buf *, struct text), struct text in, const char *expected)
{
	struct buf out;
	buf_init(&out);
	escape(&out, in);
	assert_string_equal(buf_string(&out), expected);
	buf_done(&out);
}

static void escapes_for_eyes(void **state)
{
	(void)state;
	check(escape_visible, T("caf\xc3\xa9 %s"), "caf\xc3\xa9 %s");
	check(escape_visible, T("a\nb\0c\x1b[31m"), "a\\x0Ab\\x00c\\x1B[31m");
	check(escape_visible, T("\\x"), "\\x5Cx");
	check(escape_visible,
	      T("\xc2\x9b"
		"1"),
	      "\\xC2\\x9B1");
	check(escape_visible, T("\xff\xe2\x82"), "\\xFF\\xE2\\x82");
	check(escape_visible, T("\xe2\x80\xae\xe2\x80\xa8\xe2\x80\xa9"),
	      "\\xE2\\x80\\xAE\\xE2\\x80\\xA8\\xE2\\x80\\xA9");
	check(escape_visible, T(""), "");
}

static void escapes_for_filters(void **state)
{
	(void)state;
	check(escape_filter, T("a*(b)\\\0c"), "a\\2a\\28b\\29\\5c\\00c");
	check(escape_filter, T("Jan-Piet_1@x.be o"), "Jan-Piet_1@x.be o");
	check(escape_filter, T("\xc3\xa9\xff"), "\xc3\xa9\\ff");
	check(escape_filter, T("&|!=~<>"), "\\26\\7c\\21\\3d\\7e\\3c\\3e");
}

static void escapes_for_dns(void **state)
{
	(void)state;
	check(escape_dn_value, T(" a "), "\\ a\\ ");
	check(escape_dn_value, T("#a#"), "\\#a#");
	check(escape_dn_value, T("a,b+c\"d;e<f>g\\h=i"), "a\\,b\\+c\\\"d\\;e\\<f\\>g\\\\h=i");
	check(escape_dn_value, T("a\0\n\xff\xc3\xa9"), "a\\00\\0A\\FF\xc3\xa9");
	check(escape_dn_value, T(" "), "\\ ");
}

static void short_form_is_cut(void **state)
{
	(void)state;
	char out[12];
	assert_string_equal(escape_short(out, sizeof(out), T("short")), "short");
	assert_string_equal(escape_short(out, sizeof(out), T("12345678901")), "12345678901");
	assert_string_equal(escape_short(out, sizeof(out), T("123456789012")), "12345678...");
	assert_string_equal(escape_short(out, sizeof(out), T("123456\n\n\n")), "123456...");
	assert_string_equal(escape_short(out, 3, T("abcdef")), "..");
	assert_string_equal(escape_short(out, 1, T("abcdef")), "");
	assert_string_equal(escape_short(out, 0, T("abcdef")), "");
	assert_string_equal(escape_short(out, sizeof(out), text_of(NULL)), "");
}

static void words_of_others_have_marks(void **state)
{
	(void)state;
	char out[12];
	assert_string_equal(escape_quoted(out, sizeof(out), T("short")), "\"short\"");
	assert_string_equal(escape_quoted(out, sizeof(out), T("a\"; b\"")), "\"a'; b'\"");
	assert_string_equal(escape_quoted(out, sizeof(out), T("123456789")), "\"123456789\"");
	assert_string_equal(escape_quoted(out, sizeof(out), T("1234567890")), "\"123456...\"");
	assert_string_equal(escape_quoted(out, 3, T("a")), "\"\"");
	assert_string_equal(escape_quoted(out, 2, T("a")), "");
	assert_string_equal(escape_quoted(out, 0, T("a")), "");
	assert_string_equal(escape_quoted(out, sizeof(out), text_of(NULL)), "");
}

static void finds_national_numbers(void **state)
{
	(void)state;
	static const char *const within[] = {
		"850730033##",          "born 85.07.30-033.##.", "x850730033##y",
		"85.07.30.033.##",      "30569 850730033##",     "050101002@@" /* born from 2000 on */,
		"for 85 07 30 033 ##.", "in 2026 850730 033 ##", "30569: 85.07.30-033 ##",
		"12 05 01 01 002 @@ 13"};
	static const char *const without[] = {"",
					      "85073003329",
					      "850730033281 85073003329",
					      "8507300332",
					      "02/553.90.90",
					      "bel +32475123456, 112345, 2026-12-01 12:00",
					      "85 07 30 033 29",
					      "850 730 033 ##",
					      "85 07 30 033 ##1",
					      "85  07 30 033 ##",
					      "85 07 30 03",
					      "85 07 30 033 "};
	static const char *const words[] = {"85073003300", "85 07 30 033 ##", "85.07.30-033.##"};
	for (size_t i = 0; i < sizeof(within) / sizeof(within[0]); i++)
		assert_true(national_number_within(text_of(national(within[i]))));
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		assert_false(national_number_within(text_of(national(without[i]))));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_true(national_number_is(text_of(national(words[i]))));
	assert_false(national_number_is(text_of("5f2c1e9a-0b44-4c1e-9d0e-6a1f5a3b7c02")));
	assert_false(national_number_is(text_of("8507300332")));
	assert_false(national_number_is(text_of(national("x850730033##"))));
}

static void hides_national_numbers(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"", ""},
		{"850730033##", "***********"},
		{"85 07 30 033 00", "** ** ** *** **"}, /* nothing else looks like that */
		{"uid=85.07.30-033.##,ou=x", "uid=**.**.**-***.**,ou=x"},
		{"30569: 850730033##; 85073003329", "30569: ***********; 85073003329"},
		{"right-x:30569,112345", "right-x:30569,112345"},
		{"right:850730 033 ##, 30569 85 07 30 033 ##", "right:****** *** **, 30569 ** ** ** *** **"},
		{"a\x01"
		 "850730033##\xff",
		 "a\x01"
		 "***********\xff"}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf out;
		buf_init(&out);
		national_number_hide(&out, text_of(national(cases[i][0])));
		assert_true(text_equal(buf_text(&out), text_of(cases[i][1])));
		buf_done(&out);
	}
}

static void reads_national_numbers(void **state)
{
	(void)state;
	static const char *const fine[] = {"850730033##", "85.07.30-033.##", "85 07 30 033 ##", "85.07.30-033/##",
					   "850730-033##"};
	static const char *const bad[] = {
		"", "85073003329", "8507300332", "850730033281", "x850730033##", "850730033## An"};
	char digits[NATIONAL_NUMBER_SIZE], nothing[NATIONAL_NUMBER_SIZE] = "";
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		assert_true(national_number_read(text_of(national(fine[i])), digits));
		assert_string_equal(digits, national("850730033##"));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(digits, 'x', sizeof(digits));
		assert_false(national_number_read(text_of(national(bad[i])), digits));
		assert_memory_equal(digits, nothing, sizeof(digits));
	}
	assert_true(national_number_read(text_of(national("05.01.01-002.@@")), digits)); /* born from 2000 on */
}

static void reads_numbers(void **state)
{
	(void)state;
	static const char *const bad[] = {"", " 1", "1 ", "+1", "-1", "0x1", "1.0", "\xd9\xa3", "12345"};
	uint64_t number = 7;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(text_number(text_of(bad[i]), 4, &number));
	assert_int_equal(number, 7);
	assert_true(text_number(text_of("0042"), 4, &number));
	assert_int_equal(number, 42);
	assert_true(text_number(text_of("9999999999999999999"), 19, &number));
	assert_true(number == UINT64_C(9999999999999999999));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares),
		cmocka_unit_test(trims_and_splits),
		cmocka_unit_test(knows_utf8),
		cmocka_unit_test(finds_controls),
		cmocka_unit_test(knows_plain_text),
		cmocka_unit_test(matches_patterns),
		cmocka_unit_test(escapes_for_eyes),
		cmocka_unit_test(escapes_for_filters),
		cmocka_unit_test(escapes_for_dns),
		cmocka_unit_test(short_form_is_cut),
		cmocka_unit_test(words_of_others_have_marks),
		cmocka_unit_test(finds_national_numbers),
		cmocka_unit_test(hides_national_numbers),
		cmocka_unit_test(reads_national_numbers),
		cmocka_unit_test(reads_numbers),
	};
	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
