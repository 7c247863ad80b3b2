/* SPDX-License-Identifier: EUPL-1.2 */
/* test_map.c - the index, against a plain search; keyed hashes; uuid and clock texts. */
#include "unit.h"

#include "base/clock.h"
#include "base/map.h"
#include "base/uuid.h"

static uint64_t hash_of(const void *items, uint32_t at)
{
	return map_hash(&((const uint32_t *)items)[at], sizeof(uint32_t));
}

static uint64_t same_hash(const void *items, uint32_t at)
{
	(void)items;
	(void)at;
	return 77;
}

static bool equal(const void *items, uint32_t at, const void *key)
{
	return ((const uint32_t *)items)[at] == *(const uint32_t *)key;
}

static void finds_what_was_added(void **state)
{
	(void)state;
	enum { COUNT = 20000 };
	uint32_t *items = calloc(COUNT, sizeof(*items));
	struct map map;
	map_init(&map, hash_of, equal);
	uint32_t key = 0;
	assert_int_equal(map_find(&map, items, 1, &key), MAP_NONE);
	for (uint32_t i = 0; i < COUNT; i++) {
		items[i] = i * 3;
		assert_int_equal(map_add(&map, items, hash_of(items, i), i), 0);
	}
	for (key = 0; key < 3 * COUNT; key++)
		assert_int_equal(map_find(&map, items, map_hash(&key, sizeof(key)), &key),
				 key % 3 == 0 ? key / 3 : MAP_NONE);
	assert_int_equal(map.count, COUNT);
	map_done(&map);
	map_done(&map);
	free(items);
}

static void survives_equal_hashes(void **state)
{
	(void)state;
	uint32_t items[200];
	struct map map;
	map_init(&map, same_hash, equal);
	for (uint32_t i = 0; i < 200; i++) {
		items[i] = i;
		assert_int_equal(map_add(&map, items, 77, i), 0);
	}
	for (uint32_t key = 0; key < 201; key++)
		assert_int_equal(map_find(&map, items, 77, &key), key < 200 ? key : MAP_NONE);
	map_done(&map);
}

static void reserve_is_enough(void **state)
{
	(void)state;
	uint32_t items[1000];
	struct map map;
	map_init(&map, hash_of, equal);
	assert_int_equal(map_reserve(&map, items, 1000), 0);
	const struct map_slots *slots = map.slots;
	for (uint32_t i = 0; i < 1000; i++) {
		items[i] = i;
		assert_int_equal(map_add(&map, items, hash_of(items, i), i), 0);
	}
	assert_ptr_equal(map.slots, slots);
	assert_int_equal(map_reserve(&map, items, UINT32_MAX), ERR_NOMEM);
	assert_int_equal(map_add(&map, items, 1, MAP_NONE), ERR_NOMEM);
	assert_ptr_equal(map.slots, slots);
	assert_int_equal(map.count, 1000);
	map_done(&map);
}

static void expect_found(const struct map *map, const uint32_t *items, uint32_t count, uint32_t more)
{
	for (uint32_t key = 0; key < count + more; key++)
		assert_int_equal(map_find(map, items, map_hash(&key, sizeof(key)), &key), key < count ? key : MAP_NONE);
}

static void shared_slots_stay_as_they_are(void **state)
{
	(void)state;
	uint32_t items[101], copy[101];
	struct map first, second, third;
	map_init(&first, hash_of, equal);
	map_share(&second, &first);
	assert_null(second.slots);
	assert_int_equal(map_reserve(&first, items, 1000), 0);
	for (uint32_t i = 0; i < 101; i++)
		items[i] = copy[i] = i;
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(map_add(&first, items, hash_of(items, i), i), 0);
	map_share(&second, &first);
	map_share(&third, &second);
	assert_ptr_equal(third.slots, first.slots);
	assert_int_equal(map_add(&second, copy, hash_of(copy, 100), 100), 0); /* there was room for it */
	assert_ptr_not_equal(second.slots, first.slots);
	expect_found(&first, items, 100, 50);
	expect_found(&second, copy, 101, 50);
	map_done(&first);
	expect_found(&third, copy, 100, 50);
	assert_int_equal(map_add(&third, copy, hash_of(copy, 100), 100), 0); /* its own again */
	expect_found(&third, copy, 101, 50);
	map_done(&second);
	map_done(&third);
}

static void hashes_depend_on_the_key(void **state)
{
	(void)state;
	const uint8_t first[16] = {1}, second[16] = {2};
	map_hash_seed(first);
	uint64_t a = map_hash("abc", 3);
	assert_int_equal(a, map_hash("abc", 3));
	assert_int_not_equal(a, map_hash("abd", 3));
	assert_int_equal(map_hash(NULL, 0), map_hash("", 0));
	map_hash_seed(second);
	assert_int_not_equal(a, map_hash("abc", 3));
}

static void nocase_hash_folds_ascii_only(void **state)
{
	(void)state;
	char lower[600], upper[600];
	for (size_t len = 0; len < sizeof(lower); len++) {
		memset(lower, 'q', len);
		memset(upper, 'Q', len);
		assert_int_equal(map_hash_nocase(text_make(lower, len)), map_hash_nocase(text_make(upper, len)));
		if (len > 0) {
			upper[len - 1] = 'X';
			assert_int_not_equal(map_hash_nocase(text_make(lower, len)),
					     map_hash_nocase(text_make(upper, len)));
		}
	}
	assert_int_equal(map_hash_nocase(text_of("ABC")), map_hash("abc", 3));
	assert_int_not_equal(map_hash_nocase(text_of("\xc3\x89")), map_hash_nocase(text_of("\xc3\xa9")));
}

static void uuids_come_back(void **state)
{
	(void)state;
	struct uuid uuid = {{0}}, other = {{9}};
	char out[UUID_TEXT_SIZE];
	assert_true(uuid_is_null(&uuid));
	assert_true(uuid_parse(text_of("12345678-9ABC-def0-1234-56789abcdef0"), &uuid));
	assert_string_equal(uuid_format(&uuid, out), "12345678-9abc-def0-1234-56789abcdef0");
	assert_false(uuid_is_null(&uuid));
	assert_true(uuid_parse(text_make(out, 36), &other));
	assert_true(uuid_equal(&uuid, &other));
	other.bytes[15]++;
	assert_true(uuid_compare(&uuid, &other) < 0);
	const char *const bad[] = {"",
				   "12345678-9abc-def0-1234-56789abcdef",
				   "12345678-9abc-def0-1234-56789abcdef00",
				   "123456789abc-def0-1234-56789abcdef0-",
				   "g2345678-9abc-def0-1234-56789abcdef0",
				   "12345678+9abc-def0-1234-56789abcdef0"};
	struct uuid before = other;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(uuid_parse(text_of(bad[i]), &other));
	assert_true(uuid_equal(&before, &other));
}

static void clock_speaks(void **state)
{
	(void)state;
	char out[CLOCK_TEXT_SIZE];
	assert_string_equal(clock_format(1795485000, out), "2026-11-24T01:50:00Z");
	assert_string_equal(clock_format(0, out), "1970-01-01T00:00:00Z");
	assert_string_equal(clock_format(INT64_MAX, out), "-");
	assert_string_equal(clock_format(INT64_MIN, out), "-");
	assert_string_equal(clock_format(253402300799, out), "9999-12-31T23:59:59Z");
	assert_string_equal(clock_format(253402300800, out), "-");
	assert_true(clock_wall_s() > 1700000000);
	int64_t boot = clock_boot_ms();
	assert_true(clock_boot_ms() >= boot && boot > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_was_added),     cmocka_unit_test(survives_equal_hashes),
		cmocka_unit_test(reserve_is_enough),        cmocka_unit_test(shared_slots_stay_as_they_are),
		cmocka_unit_test(hashes_depend_on_the_key), cmocka_unit_test(nocase_hash_folds_ascii_only),
		cmocka_unit_test(uuids_come_back),          cmocka_unit_test(clock_speaks),
	};
	return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
