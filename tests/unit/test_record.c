/* SPDX-License-Identifier: EUPL-1.2 */
/* test_record.c - the fields of a body: what is written is read, and nothing behind the end. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "wire/record.h"

static void test_round_trip(void **state)
{
	(void)state;
	struct buf out;
	struct record_in in;
	char name[4];
	struct uuid uuid = {{1, 2, 3, 255}}, got_uuid;
	const struct csn csn = {1764000000123456, 7};
	struct csn got_csn;
	struct csn_vector csns = {2, {{1, 2}, {3, 4}}}, got_csns;
	buf_init(&out);
	record_put_u8(&out, 200);
	record_put_u16(&out, 65535);
	record_put_u32(&out, 0x80000001u);
	record_put_u64(&out, UINT64_MAX);
	record_put_text(&out, text_make("a\0b", 3));
	record_put_string(&out, NULL);
	record_put_string(&out, "abc");
	record_put_uuid(&out, &uuid);
	record_put_csn(&out, &csn);
	record_put_csns(&out, &csns);
	record_read(&in, out.at, out.len);
	assert_int_equal(record_get_u8(&in), 200);
	assert_int_equal(record_get_u16(&in), 65535);
	assert_int_equal(record_get_u32(&in), 0x80000001u);
	assert_true(record_get_u64(&in) == UINT64_MAX);
	assert_true(text_equal(record_get_text(&in), text_make("a\0b", 3)));
	assert_true(text_is_empty(record_get_text(&in)));
	record_get_string(&in, name, sizeof(name));
	assert_string_equal(name, "abc");
	record_get_uuid(&in, &got_uuid);
	assert_memory_equal(&got_uuid, &uuid, sizeof(uuid));
	record_get_csn(&in, &got_csn);
	assert_memory_equal(&got_csn, &csn, sizeof(csn));
	assert_false(record_done(&in));
	record_get_csns(&in, &got_csns);
	assert_memory_equal(&got_csns, &csns, sizeof(csns));
	assert_true(record_done(&in));
	buf_done(&out);
}

static void test_layout_is_little_endian_without_padding(void **state)
{
	(void)state;
	struct buf out;
	buf_init(&out);
	record_put_u8(&out, 1);
	record_put_u32(&out, 2);
	record_put_text(&out, text_of("x"));
	assert_int_equal(out.len, 10);
	assert_memory_equal(out.at, "\1\2\0\0\0\1\0\0\0x", 10);
	buf_done(&out);
}

static void test_failure_stays(void **state)
{
	(void)state;
	struct record_in in;
	struct err err = {0};
	record_read(&in, "\1\2\3", 3);
	assert_int_equal(record_get_u32(&in), 0);
	assert_int_equal(record_get_u8(&in), 0); /* would have been there */
	assert_false(record_done(&in));
	assert_int_equal(record_end(&in, "thing", &err), ERR_PROTOCOL);
	assert_non_null(strstr(err.text, "thing"));
}

static void test_text_longer_than_the_body(void **state)
{
	(void)state;
	struct record_in in;
	record_read(&in, "\377\377\377\377abc", 7);
	assert_true(text_is_empty(record_get_text(&in)));
	assert_true(in.failed);
}

static void test_strings_that_do_not_fit(void **state)
{
	(void)state;
	struct record_in in;
	char four[4] = "zzz";
	record_read(&in, "\4\0\0\0abcd", 8);
	record_get_string(&in, four, sizeof(four));
	assert_string_equal(four, "");
	assert_true(in.failed);
	record_read(&in, "\3\0\0\0a\0b", 7);
	record_get_string(&in, four, sizeof(four));
	assert_true(in.failed);
}

static void test_words_and_bools_beyond_their_range(void **state)
{
	(void)state;
	struct record_in in;
	record_read(&in, "\3\1\2", 3);
	assert_int_equal(record_get_word(&in, 3), 3);
	assert_true(record_get_bool(&in));
	assert_false(record_get_bool(&in));
	assert_true(in.failed);
	struct csn_vector csns;
	record_read(&in, "\377", 1);
	record_get_csns(&in, &csns);
	assert_true(in.failed);
	assert_int_equal(csns.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_layout_is_little_endian_without_padding),
		cmocka_unit_test(test_failure_stays),
		cmocka_unit_test(test_text_longer_than_the_body),
		cmocka_unit_test(test_strings_that_do_not_fit),
		cmocka_unit_test(test_words_and_bools_beyond_their_range),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
