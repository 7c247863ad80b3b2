/* SPDX-License-Identifier: EUPL-1.2 */
/* test_memory.c - vec, arena and buf: growth, limits, overflow, failing allocations. */
#include "unit.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

static void vec_grows_by_half(void **state)
{
	(void)state;
	int *items = NULL;
	size_t capacity = 0;
	assert_int_equal(vec_reserve(&items, &capacity, 1, sizeof(*items)), 0);
	assert_int_equal(capacity, 8);
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(vec_reserve(&items, &capacity, (size_t)i + 1, sizeof(*items)), 0);
		items[i] = i;
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(items[i], i);
	assert_true(capacity >= 1000 && capacity < 1500);
	size_t before = capacity;
	assert_int_equal(vec_reserve(&items, &capacity, 5, sizeof(*items)), 0);
	assert_int_equal(capacity, before);
	free(items);
}

static void an_array_is_made_empty(void **state)
{
	(void)state;
	int *items = NULL;
	assert_int_equal(vec_make(&items, 3, sizeof(*items)), 0);
	assert_true(items[0] == 0 && items[1] == 0 && items[2] == 0);
	free(items);
	items = NULL;
	assert_int_equal(vec_make(&items, VEC_ITEMS_MAX + 1u, sizeof(*items)), ERR_NOMEM);
	assert_null(items);
	assert_int_equal(vec_make(&items, 0, sizeof(*items)), 0);
	assert_non_null(items);
	free(items);
}

static void vec_refuses_overflow(void **state)
{
	(void)state;
	int *items = NULL;
	size_t capacity = 0;
	assert_int_equal(vec_reserve(&items, &capacity, 4, sizeof(*items)), 0);
	int *before = items;
	items[3] = 42;
	assert_int_equal(vec_reserve(&items, &capacity, VEC_ITEMS_MAX + 1, 1), ERR_NOMEM);
	assert_int_equal(vec_reserve(&items, &capacity, 8, SIZE_MAX / 4), 0); /* there is room for as many */
	assert_int_equal(vec_reserve(&items, &capacity, 9, SIZE_MAX / 4), ERR_NOMEM);
	assert_ptr_equal(items, before);
	assert_int_equal(capacity, 8);
	assert_int_equal(items[3], 42);
	free(items);
}

static void arena_gives_zeroed_aligned_memory(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 0);
	for (size_t size = 0; size < 10000; size += 37) {
		unsigned char *at = arena_alloc(&arena, size);
		assert_non_null(at);
		assert_int_equal((uintptr_t)at % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(at[i], 0);
		memset(at, 0xa5, size);
	}
	void *large = arena_alloc(&arena, 1 << 20);
	assert_non_null(large);
	memset(large, 1, 1 << 20);
	arena_done(&arena);
	assert_int_equal(arena.used, 0);
	assert_string_equal(arena_copy(&arena, text_make("abcd", 3)), "abc");
	arena_done(&arena);
}

static void arena_keeps_its_limit(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 1000);
	assert_non_null(arena_alloc(&arena, 900));
	assert_null(arena_alloc(&arena, 200));
	assert_non_null(arena_alloc(&arena, 16));
	assert_null(arena_array(&arena, SIZE_MAX / 2, 3));
	assert_null(arena_alloc(&arena, SIZE_MAX));
	assert_null(arena_copy(&arena, text_make("x", SIZE_MAX)));
	assert_null(arena_format(&arena, "%0500d", 1));
	arena_done(&arena);
}

static void arena_formats(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 0);
	assert_string_equal(arena_format(&arena, "%s-%d", "a", 5), "a-5");
	assert_string_equal(arena_format(&arena, "%s", ""), "");
	assert_string_equal(arena_copy(&arena, text_of(NULL)), "");
	int *items = arena_array(&arena, 3, sizeof(*items));
	assert_non_null(items);
	assert_int_equal(items[2], 0);
	arena_done(&arena);
}

static void buf_builds(void **state)
{
	(void)state;
	struct buf buf;
	buf_init(&buf);
	assert_string_equal(buf_string(&buf), "");
	assert_true(text_is_empty(buf_text(&buf)));
	buf_add_string(&buf, "a");
	buf_add_char(&buf, 'b');
	buf_add(&buf, "c\0d", 3);
	buf_add_text(&buf, text_of(NULL));
	buf_add_string(&buf, NULL);
	buf_format(&buf, "%d", 12);
	assert_int_equal(buf.len, 7);
	assert_memory_equal(buf.at, "abc\0d12", 8);
	buf_clear(&buf);
	assert_string_equal(buf_string(&buf), "");
	for (int i = 0; i < 5000; i++)
		buf_format(&buf, "%d,", i);
	assert_false(buf_failed(&buf));
	assert_string_equal(buf_string(&buf) + buf.len - 5, "4999,");
	buf_done(&buf);
}

static void buf_failure_is_sticky(void **state)
{
	(void)state;
	struct buf buf;
	buf_init(&buf);
	buf_add_string(&buf, "kept");
	buf_add(&buf, "x", SIZE_MAX);
	assert_true(buf_failed(&buf));
	buf_add_string(&buf, "never");
	buf_format(&buf, "%d", 1);
	assert_string_equal(buf_string(&buf), "kept");
	buf_clear(&buf);
	assert_false(buf_failed(&buf));
	buf_done(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vec_grows_by_half),
		cmocka_unit_test(an_array_is_made_empty),
		cmocka_unit_test(vec_refuses_overflow),
		cmocka_unit_test(arena_gives_zeroed_aligned_memory),
		cmocka_unit_test(arena_keeps_its_limit),
		cmocka_unit_test(arena_formats),
		cmocka_unit_test(buf_builds),
		cmocka_unit_test(buf_failure_is_sticky),
	};
	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
