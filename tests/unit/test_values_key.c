/* SPDX-License-Identifier: EUPL-1.2 */
/* test_values_key.c - equal contents have equal keys, however long; where one value ends and the next begins counts. */
#include "unit.h"

#include "model/values_key.h"

static uint64_t key_of(const struct text *values, size_t count, enum field first)
{
	struct values_key key;
	values_key_begin(&key);
	for (size_t i = 0; i < count; i++)
		values_key_add(&key, (enum field)(first + i), values[i]);
	return values_key_end(&key);
}

static void tells_contents_apart(void **state)
{
	const struct text ab_c[] = {text_of("ab"), text_of("c")}, a_bc[] = {text_of("a"), text_of("bc")};
	(void)state;
	uint64_t key = key_of(ab_c, 2, FIELD_CN);
	assert_true(key == key_of(ab_c, 2, FIELD_CN));
	assert_true(key != key_of(a_bc, 2, FIELD_CN));
	assert_true(key != key_of(ab_c, 2, FIELD_SN));
	assert_true(key != key_of(ab_c, 1, FIELD_CN));
	assert_true(key_of(NULL, 0, FIELD_CN) == key_of(NULL, 0, FIELD_SN));
}

/* Past one buffer, and just at its end: every byte still counts. */
static void every_byte_counts(void **state)
{
	char bytes[2000];
	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	for (size_t len = 480; len <= sizeof(bytes); len += 8) {
		const struct text value = text_make(bytes, len);
		uint64_t key = key_of(&value, 1, FIELD_CN);
		assert_true(key == key_of(&value, 1, FIELD_CN));
		for (size_t at = 0; at < len; at += 61) {
			bytes[at] = 'y';
			assert_true(key != key_of(&value, 1, FIELD_CN));
			bytes[at] = 'x';
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_contents_apart),
		cmocka_unit_test(every_byte_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
