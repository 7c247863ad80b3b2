/* SPDX-License-Identifier: EUPL-1.2 */
/* test_reason.c - the table of codes: whole, distinct, and with a way to ask for help. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/reason.h"

static void every_code_is_a_word_of_its_own(void **state)
{
	(void)state;
	for (enum reason a = 0; a < REASON_COUNT; a++) {
		const char *code = reason_code(a);
		assert_true(strlen(code) > 0 && strspn(code, "abcdefghijklmnopqrstuvwxyz-") == strlen(code));
		assert_true(strlen(reason_sentence(a)) > 10);
		for (enum reason b = 0; b < a; b++)
			assert_string_not_equal(code, reason_code(b));
	}
}

static void whoever_is_refused_learns_whom_to_ask(void **state)
{
	(void)state;
	for (enum reason r = 0; r < REASON_COUNT; r++)
		if (reason_kind(r) == REASON_DOUBT)
			assert_true(strlen(reason_contact_text(reason_contact(r))) > 10);
	assert_non_null(strstr(reason_contact_text(CONTACT_EDISON), "helpdesk.edison@ond.vlaanderen.be, 02/553.90.90"));
	assert_non_null(strstr(reason_contact_text(CONTACT_DEPARTMENT), "werkplekduaal@vlaanderen.be"));
	assert_non_null(strstr(reason_contact_text(CONTACT_LOCAL_ADMIN), "head local administrator"));
	assert_string_equal(reason_contact_text(CONTACT_NONE), "");
}

static void strangers_are_no_reason(void **state)
{
	(void)state;
	assert_string_equal(reason_code(REASON_COUNT), "none");
	assert_string_equal(reason_contact_text((enum reason_contact)99), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_is_a_word_of_its_own),
		cmocka_unit_test(whoever_is_refused_learns_whom_to_ask),
		cmocka_unit_test(strangers_are_no_reason),
	};
	return cmocka_run_group_tests_name("reason", tests, NULL, NULL);
}
