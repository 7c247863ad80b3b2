/* SPDX-License-Identifier: EUPL-1.2 */
/* test_entry.c - packed entries: round trip, checks against every mutation, reading. */
#include "unit.h"

#include "model/entry.h"

static const struct uuid uuid = {{1, 2, 3}};
static const struct csn csn = {5, 6};

static const struct entry *person(struct entry_builder *b)
{
	entry_begin(b, ENTRY_PERSON, &uuid, &csn, DN_UNDER_BASE, text_of("uid=x"));
	entry_add(b, FIELD_VO_ID, text_of("abc"));
	entry_add(b, FIELD_CN, text_make("a\0b", 3));
	entry_add(b, FIELD_SN, text_of("abc")); /* stands there already */
	entry_add(b, FIELD_RIGHT, text_of("one"));
	entry_add(b, FIELD_RIGHT, text_of(""));
	entry_add(b, FIELD_RIGHT, text_of("three"));
	return entry_end(b);
}

static void is_read_as_it_was_built(void **state)
{
	(void)state;
	struct entry_builder b = {0};
	const struct entry *e = person(&b);
	assert_non_null(e);
	assert_true(entry_check(e, e->size));
	assert_int_equal(e->kind, ENTRY_PERSON);
	assert_true(uuid_equal(&e->uuid, &uuid));
	assert_int_equal(csn_compare(&e->csn, &csn), 0);
	assert_true(text_equal(entry_dn_part(e), text_of("uid=x")));
	assert_true(text_equal(entry_value(e, FIELD_VO_ID), text_of("abc")));
	assert_true(text_equal(entry_value(e, FIELD_CN), text_make("a\0b", 3)));
	assert_true(text_equal(entry_value(e, FIELD_SN), text_of("abc")));
	assert_true(text_equal(entry_value(e, FIELD_RIGHT), text_of("one")));
	assert_true(text_is_empty(entry_value(e, FIELD_MAIL)));
	assert_int_equal(entry_count(e, FIELD_RIGHT), 3);
	assert_true(entry_has(e, FIELD_RIGHT) && !entry_has(e, FIELD_MAIL) && !entry_has(e, FIELD_GENERATION));
	assert_true(entry_has_value(e, FIELD_RIGHT, text_of("three")));
	assert_true(entry_has_value(e, FIELD_RIGHT, text_of("")));
	assert_false(entry_has_value(e, FIELD_RIGHT, text_of("Three")));
	assert_false(entry_has_value(e, FIELD_CN, text_of("three")));
	struct entry_cursor cursor = entry_values(e);
	enum field field;
	struct text value;
	assert_true(entry_next_before(&cursor, FIELD_CN, &field, &value));
	assert_int_equal(field, FIELD_VO_ID);
	assert_false(entry_next_before(&cursor, FIELD_CN, &field, &value));
	while (entry_next_before(&cursor, FIELD_MANAGED_BY, &field, &value))
		assert_true(field < FIELD_MANAGED_BY);
	entry_builder_done(&b);
}

static void whole_dn_is_put_together(void **state)
{
	(void)state;
	struct entry_builder b = {0};
	struct buf out;
	buf_init(&out);
	entry_dn(person(&b), text_of("ou=people"), &out);
	assert_string_equal(buf_string(&out), "uid=x,ou=people");
	buf_clear(&out);
	entry_begin(&b, ENTRY_FOREIGN, &uuid, NULL, DN_WHOLE, text_of("cn=y,dc=z"));
	entry_dn(entry_end(&b), text_of("ou=people"), &out);
	assert_string_equal(buf_string(&out), "cn=y,dc=z");
	buf_clear(&out);
	entry_begin(&b, ENTRY_FOREIGN, &uuid, NULL, DN_UNDER_BASE, text_of(""));
	assert_true(csn_is_none(&entry_end(&b)->csn));
	entry_dn(entry_end(&b), text_of("ou=people"), &out);
	assert_string_equal(buf_string(&out), "ou=people");
	buf_done(&out);
	entry_builder_done(&b);
}

static void references_are_counted(void **state)
{
	(void)state;
	struct entry_builder b = {0};
	struct entry *kept = entry_keep(person(&b));
	assert_non_null(kept);
	assert_int_equal(kept->refs, 1);
	assert_true(entry_same(kept, person(&b)));
	assert_ptr_equal(entry_ref(kept), kept);
	assert_true(entry_same(kept, person(&b)));
	assert_null(entry_unref(kept));
	assert_int_equal(kept->refs, 1);
	kept->csn.rest++;
	assert_false(entry_same(kept, person(&b)));
	assert_null(entry_unref(kept));
	assert_null(entry_unref(NULL));
	entry_builder_done(&b);
}

static uint32_t size_with(struct entry_builder *b, size_t in_front, const char *value)
{
	static const char xs[300];
	entry_begin(b, ENTRY_PERSON, &uuid, &csn, DN_UNDER_BASE, text_make(xs, in_front));
	entry_add(b, FIELD_CN, text_of("An Peeters"));
	const uint32_t before = (uint32_t)b->buf.len;
	entry_add(b, FIELD_SN, text_of(value));
	const struct entry *e = entry_end(b);
	assert_true(entry_check(e, e->size));
	assert_true(text_equal(entry_value(e, FIELD_CN), text_of("An Peeters")));
	assert_true(text_equal(entry_value(e, FIELD_SN), text_of(value)));
	return e->size - before;
}

static void names_near_the_front_are_not_written_again(void **state)
{
	(void)state;
	static const char long_name[] = "0123456789012345678901234567890123456789012345678901234567890123456789";
	struct entry_builder b = {0};
	assert_int_equal(size_with(&b, 0, "Peeters"), 3);
	assert_int_equal(size_with(&b, 0, "An"), 4); /* no shorter */
	assert_int_equal(size_with(&b, 0, "peeters"), 9);
	assert_int_equal(size_with(&b, 244, "Peeters"), 3); /* just near enough */
	assert_int_equal(size_with(&b, 245, "Peeters"), 9);
	entry_begin(&b, ENTRY_PERSON, &uuid, &csn, DN_UNDER_BASE, text_of(long_name));
	entry_add(&b, FIELD_CN, text_of(long_name));
	assert_int_equal(entry_end(&b)->size, sizeof(struct entry) + 2 * strlen(long_name) + 2);
	entry_builder_done(&b);
}

/* A place that is not before it. */
static void names_that_stand_nowhere_are_refused(void **state)
{
	(void)state;
	struct entry_builder b = {0};
	entry_begin(&b, ENTRY_PERSON, &uuid, &csn, DN_UNDER_BASE, text_of("uid=abc"));
	entry_add(&b, FIELD_VO_ID, text_of("abc"));
	struct entry *e = entry_keep(entry_end(&b));
	char *repeated = e->bytes + e->dn_len;
	assert_true(entry_check(e, e->size));
	assert_int_equal((uint8_t)repeated[0], FIELD_VO_ID | FIELD_REPEATED);
	repeated[2] = 4;
	assert_false(entry_check(e, e->size));
	repeated[1] = 3;
	assert_true(entry_check(e, e->size));
	assert_true(text_equal(entry_value(e, FIELD_VO_ID), text_of("=abc")));
	for (; e->size > sizeof(*e) + e->dn_len; e->size--)
		assert_int_equal(entry_check(e, e->size), e->size == sizeof(*e) + e->dn_len + 3);
	entry_unref(e);
	entry_builder_done(&b);
}

/* Nobody writes one so: whoever is lied to by a helper has no more to unpack for it. */
static void names_of_no_such_length_are_refused(void **state)
{
	(void)state;
	char dn[128];
	struct entry_builder b = {0};
	memset(dn, 'x', sizeof(dn));
	entry_begin(&b, ENTRY_PERSON, &uuid, &csn, DN_UNDER_BASE, text_make(dn, sizeof(dn)));
	entry_add(&b, FIELD_VO_ID, text_of("xxx"));
	struct entry *e = entry_keep(entry_end(&b));
	uint8_t *repeated = (uint8_t *)e->bytes + e->dn_len;
	for (unsigned len = 0; len < sizeof(dn); len++) {
		repeated[2] = (uint8_t)len;
		assert_int_equal(entry_check(e, e->size), len >= 3 && len <= 64);
	}
	entry_unref(e);
	entry_builder_done(&b);
}

/* Three bytes each, and more than an entry may have once they are copied out. */
static void what_is_repeated_counts_each_time(void **state)
{
	(void)state;
	static const char name[] = "0123456789012345678901234567890123456789012345678901234567890123";
	struct entry_builder b = {0};
	entry_begin(&b, ENTRY_GROUP, &uuid, &csn, DN_UNDER_BASE, text_of(name));
	for (size_t i = 0; i < ENTRY_SIZE_MAX / strlen(name); i++)
		entry_add(&b, FIELD_MEMBER, text_of(name));
	assert_true(entry_check(entry_end(&b), entry_end(&b)->size));
	entry_add(&b, FIELD_MEMBER, text_of(name));
	assert_false(entry_check(entry_end(&b), entry_end(&b)->size));
	entry_builder_done(&b);
}

/* What the planner works out stays with the bytes, and comes from nobody else. */
static void keys_are_the_planners_own(void **state)
{
	(void)state;
	struct entry_builder b = {0};
	struct entry *sent = entry_keep(person(&b));
	sent->vo_id_key = sent->name_key = 1;
	struct entry *kept = entry_keep(sent);
	assert_int_equal(kept->vo_id_key + kept->name_key, 0);
	assert_true(entry_same(kept, sent));
	entry_unref(sent);
	entry_unref(kept);
	entry_builder_done(&b);
}

static void lengths_of_all_sizes(void **state)
{
	(void)state;
	static const size_t lengths[] = {0, 1, 127, 128, 16383, 16384, 2097151, 2097152};
	char *value = calloc(1, 2097152);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct entry_builder b = {0};
		entry_begin(&b, ENTRY_GROUP, &uuid, &csn, DN_WHOLE, text_of("cn=g"));
		entry_add(&b, FIELD_MEMBER, text_make(value, lengths[i]));
		const struct entry *e = entry_end(&b);
		assert_true(entry_check(e, e->size));
		assert_int_equal(entry_value(e, FIELD_MEMBER).len, lengths[i]);
		entry_builder_done(&b);
	}
	free(value);
}

static void too_large_is_no_entry(void **state)
{
	(void)state;
	struct entry_builder b = {0};
	entry_begin(&b, ENTRY_GROUP, &uuid, &csn, DN_WHOLE, text_of("cn=g"));
	entry_add(&b, FIELD_MEMBER, text_make("x", SIZE_MAX / 2));
	assert_null(entry_end(&b));
	entry_begin(&b, ENTRY_GROUP, &uuid, &csn, DN_WHOLE, text_make("x", SIZE_MAX / 2));
	assert_null(entry_end(&b));
	assert_non_null(person(&b)); /* the builder can be used again */
	entry_builder_done(&b);
}

/* Random entries against a plain list of what was put in. */
static void random_entries_come_back(void **state)
{
	(void)state;
	struct chance c = chance_start("entry");
	struct entry_builder b = {0};
	for (int round = 0; round < 3000; round++) {
		struct {
			enum field field;
			char bytes[300];
			size_t len;
		} put[20];
		uint32_t count = chance_below(&c, 20), at = 0;
		const uint32_t letters = chance_below(&c, 2) == 0 ? 2 : 256, longest = letters == 2 ? 8 : 300;
		int field = 1;
		entry_begin(&b, ENTRY_PERSON, &uuid, &csn, DN_WHOLE, text_of("cn=g"));
		for (uint32_t i = 0; i < count; i++) {
			field += (int)chance_below(&c, 3);
			put[i].field = (enum field)field;
			put[i].len = chance_below(&c, longest);
			for (size_t k = 0; k < put[i].len; k++)
				put[i].bytes[k] = (char)chance_below(&c, letters);
			entry_add(&b, put[i].field, text_make(put[i].bytes, put[i].len));
		}
		const struct entry *e = entry_end(&b);
		assert_true(entry_check(e, e->size));
		struct entry_cursor cursor = entry_values(e);
		enum field found;
		struct text value;
		for (; entry_next(&cursor, &found, &value); at++) {
			assert_int_equal(found, put[at].field);
			assert_true(text_equal(value, text_make(put[at].bytes, put[at].len)));
		}
		assert_int_equal(at, count);
	}
	entry_builder_done(&b);
}

/* Cut and mutated blocks in memory of exactly their size: refused, or safe to walk. */
static void mutations_never_crash(void **state)
{
	(void)state;
	struct chance c = chance_start("entry_check");
	struct entry_builder b = {0};
	uint32_t accepted = 0, refused = 0;
	for (int round = 0; round < 100000; round++) {
		const struct entry *e = person(&b);
		size_t len = chance_below(&c, 4) == 0 ? chance_below(&c, e->size + 1) : e->size;
		char *block = malloc(len);
		memcpy(block, e, len);
		for (uint32_t n = chance_below(&c, 3); len > 0 && n > 0; n--)
			block[chance_below(&c, (uint32_t)len)] ^= (char)(1 << chance_below(&c, 8));
		if (entry_check(block, len)) {
			struct entry *kept = entry_keep((const struct entry *)(void *)block);
			struct entry_cursor cursor = entry_values(kept);
			enum field field;
			struct text value;
			while (entry_next(&cursor, &field, &value))
				assert_true(value.at + value.len <= (const char *)kept + kept->size);
			entry_unref(kept);
			accepted++;
		} else {
			refused++;
		}
		free(block);
	}
	assert_true(accepted > 1000 && refused > 1000);
	entry_builder_done(&b);
}

static void shape_is_checked(void **state)
{
	(void)state;
	struct entry_builder b = {0};
	const struct entry *good = person(&b);
	struct entry *e = entry_keep(good);
	assert_false(entry_check(NULL, 0));
	assert_false(entry_check(e, e->size - 1));
	assert_false(entry_check(e, sizeof(struct entry) - 1));
	e->kind = 0;
	assert_false(entry_check(e, e->size));
	e->kind = ENTRY_KINDS;
	assert_false(entry_check(e, e->size));
	e->kind = ENTRY_PERSON;
	e->dn_form = 2;
	assert_false(entry_check(e, e->size));
	e->dn_form = 0;
	e->reserved = 1;
	assert_false(entry_check(e, e->size));
	e->reserved = 0;
	e->dn_len = e->size;
	assert_false(entry_check(e, e->size));
	e->dn_len = 5;
	assert_true(entry_check(e, e->size));
	e->bytes[5] = FIELD_VALID_UNTIL; /* first value: a field above the next one */
	assert_false(entry_check(e, e->size));
	e->bytes[5] = 0;
	assert_false(entry_check(e, e->size));
	entry_unref(e);
	/* one length has one spelling, else equal entries could differ in bytes */
	entry_begin(&b, ENTRY_PERSON, &uuid, &csn, DN_WHOLE, text_of(""));
	buf_add(&b.buf, "\x03\x80\x00", 3);
	good = entry_end(&b);
	assert_false(entry_check(good, good->size));
	entry_begin(&b, ENTRY_PERSON, &uuid, &csn, DN_WHOLE, text_of(""));
	buf_add(&b.buf, "\x03\x80\x80\x80\x80\x01", 6);
	good = entry_end(&b);
	assert_false(entry_check(good, good->size));
	entry_builder_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_read_as_it_was_built),
		cmocka_unit_test(whole_dn_is_put_together),
		cmocka_unit_test(references_are_counted),
		cmocka_unit_test(lengths_of_all_sizes),
		cmocka_unit_test(names_near_the_front_are_not_written_again),
		cmocka_unit_test(names_that_stand_nowhere_are_refused),
		cmocka_unit_test(names_of_no_such_length_are_refused),
		cmocka_unit_test(what_is_repeated_counts_each_time),
		cmocka_unit_test(keys_are_the_planners_own),
		cmocka_unit_test(too_large_is_no_entry),
		cmocka_unit_test(random_entries_come_back),
		cmocka_unit_test(mutations_never_crash),
		cmocka_unit_test(shape_is_checked),
	};
	return cmocka_run_group_tests_name("entry", tests, NULL, NULL);
}
