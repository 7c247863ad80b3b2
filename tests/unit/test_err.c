/* SPDX-License-Identifier: EUPL-1.2 */
/* test_err.c - codes, sentences and their context. */
#include "unit.h"

#include "base/err.h"

static void sets_code_and_text(void **state)
{
	(void)state;
	struct err err = {0};
	assert_int_equal(err_set(&err, ERR_IO, "file %s: %d", "x", 7), ERR_IO);
	assert_int_equal(err.code, ERR_IO);
	assert_string_equal(err.text, "file x: 7");
	assert_int_equal(err_nomem(&err), ERR_NOMEM);
	assert_string_equal(err.text, "out of memory");
}

static void null_carries_the_code(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, ERR_LIMIT, "x"), ERR_LIMIT);
	assert_int_equal(err_nomem(NULL), ERR_NOMEM);
	assert_int_equal(err_prefix(NULL, "x"), 0);
}

static void prefix_goes_in_front(void **state)
{
	(void)state;
	struct err err = {0};
	err_set(&err, ERR_INCOMPLETE, "result 4");
	assert_int_equal(err_prefix(&err, "page %d", 3), ERR_INCOMPLETE);
	assert_int_equal(err_prefix(&err, "ou=people"), ERR_INCOMPLETE);
	assert_string_equal(err.text, "ou=people: page 3: result 4");
}

static void long_text_is_cut(void **state)
{
	(void)state;
	struct err err = {0};
	char text[2 * sizeof(err.text)];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err_set(&err, ERR_SYNTAX, "%s", text);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	err_prefix(&err, "front");
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_memory_equal(err.text, "front: xxx", 10);
	err_prefix(&err, "%s", text);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_code_and_text),
		cmocka_unit_test(null_carries_the_code),
		cmocka_unit_test(prefix_goes_in_front),
		cmocka_unit_test(long_text_is_cut),
	};
	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
