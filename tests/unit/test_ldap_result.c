/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ldap_result.c - every result code has one defined meaning, and none but 0 is a success. */
#include "ldap/connection.h"

#include <stdio.h>

#include "unit.h"

/* RFC 4511 appendix A.1, RFC 3909, RFC 4528, RFC 4370, RFC 4533, and libldap's own. */
static const int known[] = {
	1,   2,   3,    4,  5,  6,  7,  8,  10, 11, 12, 13, 14,  16,  17,  18,  19,  20,  21,  32,  33,
	34,  36,  48,   49, 50, 51, 52, 53, 54, 64, 65, 66, 67,  68,  69,  71,  80,  118, 119, 120, 121,
	122, 123, 4096, -1, -2, -3, -4, -5, -6, -7, -8, -9, -10, -11, -12, -13, -14, -15, -16, -17, -18,
};

static void every_known_code_has_a_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct err err = {0};
		char number[32];
		int code = ldap_result_err(&err, NULL, known[i], "test");
		assert_true(code < 0);
		assert_int_equal(err.code, code);
		assert_null(strstr(err.text, "unknown result"));
		assert_ptr_equal(strstr(err.text, "test: "), err.text);
		snprintf(number, sizeof(number), "(result %d)", known[i]);
		assert_non_null(strstr(err.text, number));
	}
}

static void every_other_code_is_a_failure(void **state)
{
	(void)state;
	for (int result = -200; result <= 5000; result++) {
		struct err err = {0};
		int code = ldap_result_err(&err, NULL, result, "test");
		if (result == 0)
			assert_int_equal(code, 0);
		else
			assert_true(code < 0 && err.code == code && err.text[0] != '\0');
	}
}

static void the_codes_that_decide(void **state)
{
	static const struct {
		int result, code;
	} rows[] = {
		{3, ERR_INCOMPLETE},   {4, ERR_INCOMPLETE},    {10, ERR_INCOMPLETE},  {11, ERR_INCOMPLETE},
		{49, ERR_DENIED},      {50, ERR_DENIED},       {32, ERR_NOT_FOUND},   {51, ERR_UNAVAILABLE},
		{52, ERR_UNAVAILABLE}, {53, ERR_UNAVAILABLE},  {80, ERR_UNAVAILABLE}, {122, ERR_CONFLICT},
		{16, ERR_CONFLICT},    {20, ERR_CONFLICT},     {68, ERR_CONFLICT},    {19, ERR_INVALID},
		{65, ERR_INVALID},     {4096, ERR_STALE},      {-1, ERR_UNAVAILABLE}, {-5, ERR_UNAVAILABLE},
		{-10, ERR_NOMEM},      {-11, ERR_UNAVAILABLE}, {77, ERR_UNAVAILABLE},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(ldap_result_err(NULL, NULL, rows[i].result, "test"), rows[i].code);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_known_code_has_a_name),
		cmocka_unit_test(every_other_code_is_a_failure),
		cmocka_unit_test(the_codes_that_decide),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
