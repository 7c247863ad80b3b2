/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ldap_entry.c - the source's packed entries: what is asked for, how a DN is told, in what order values stand. */
#include "helper/source_entry.h"
#include "ldap/entry_id.h"

#include "unit.h"

static const char base[] = "ou=gebruikers,dc=overheid,dc=example";

static bool under(const char *dn, struct text *ret)
{
	return source_dn_under_base(text_of(dn), text_of(base), ret);
}

static void dn_under_base(void **state)
{
	struct text part;
	(void)state;
	assert_true(under("uid=p1,ou=gebruikers,dc=overheid,dc=example", &part));
	assert_true(text_equal(part, text_of("uid=p1")));
	assert_true(under("uid=p1,ou=a\\,b,ou=gebruikers,dc=overheid,dc=example", &part));
	assert_true(text_equal(part, text_of("uid=p1,ou=a\\,b")));
	assert_false(under("uid=p1,OU=gebruikers,dc=overheid,dc=example", &part)); /* bytes, not equality */
	assert_false(under("uid=p1, ou=gebruikers,dc=overheid,dc=example", &part));
	assert_false(under("ou=gebruikers,dc=overheid,dc=example", &part));
	assert_false(under("uid=p1+ou=gebruikers,dc=overheid,dc=example", &part));
	assert_false(under("dc=example", &part));
	assert_false(under("", &part));
	assert_false(source_dn_under_base(text_of("uid=p1"), text_of(""), &part));
}

static void attributes_are_asked_for_once(void **state)
{
	const struct attribute_map map = {
		4, {{FIELD_VO_ID, "uid"}, {FIELD_UID, "UID"}, {FIELD_CN, "cn"}, {FIELD_NAME, "entryuuid"}}};
	const char *attributes[SOURCE_ATTRIBUTES_MAX];
	(void)state;
	source_entry_attributes(&(struct source_settings){.position = POSITION_CSN}, &map, attributes);
	assert_string_equal(attributes[0], "entryUUID");
	assert_string_equal(attributes[1], "entryCSN");
	assert_string_equal(attributes[2], "uid");
	assert_string_equal(attributes[3], "cn");
	assert_null(attributes[4]);
	source_entry_attributes(&(struct source_settings){.position = POSITION_USN, .entry_id = ENTRY_ID_GUID}, &map,
				attributes);
	assert_string_equal(attributes[0], "objectGUID");
	assert_string_equal(attributes[1], "uSNChanged");
}

/* Each directory's own notation of one entry, and the filter that finds it. */
static void entries_are_named_in_three_ways(void **state)
{
	static const char guid[] = "\x4e\xdb\x26\x5a\xf2\xb9\x5b\x48\x9d\x0e\x30\xe8\x18\x54\xce\x0e";
	static const struct {
		enum entry_id kind;
		const char *value;
		size_t len;
		const char *filter;
	} rows[] = {
		{ENTRY_ID_UUID, "5A26DB4E-b9f2-485b-9d0e-30e81854ce0e", 36,
		 "(entryUUID=5a26db4e-b9f2-485b-9d0e-30e81854ce0e)"},
		{ENTRY_ID_GUID, guid, 16,
		 "(objectGUID=\\4e\\db\\26\\5a\\f2\\b9\\5b\\48\\9d\\0e\\30\\e8\\18\\54\\ce\\0e)"},
		{ENTRY_ID_UNIQUE, "5a26db4e-b9f2485b-9d0e30e8-1854ce0e", 35,
		 "(nsUniqueId=5a26db4e-b9f2485b-9d0e30e8-1854ce0e)"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct uuid uuid = {{0}};
		char text[UUID_TEXT_SIZE];
		struct buf filter;
		buf_init(&filter);
		assert_true(entry_id_parse(rows[i].kind, text_make(rows[i].value, rows[i].len), &uuid));
		assert_string_equal(uuid_format(&uuid, text), "5a26db4e-b9f2-485b-9d0e-30e81854ce0e");
		entry_id_filter(&filter, rows[i].kind, &uuid);
		assert_string_equal(buf_string(&filter), rows[i].filter);
		buf_done(&filter);
		assert_false(entry_id_parse(rows[i].kind, text_make(rows[i].value, rows[i].len - 1), &uuid));
		assert_false(entry_id_parse(rows[i].kind, text_of("5a26db4e-b9f2485b-9d0e30e8_1854ce0e"), &uuid));
		assert_false(entry_id_parse(rows[i].kind, text_of(""), &uuid));
	}
}

static void options_are_part_of_a_name(void **state)
{
	const struct attribute_map from = {2, {{FIELD_CN, "cn;lang-nl"}, {FIELD_SN, "sn"}}};
	struct source_map map;
	(void)state;
	source_map_init(&map, &(struct source_settings){.position = POSITION_CSN}, &from, 0);
	assert_int_equal(map.count, 2);
	assert_true(text_equal(map.at[0].name, text_of("cn")) && text_equal(map.at[0].options, text_of("lang-nl")));
	assert_true(text_equal(map.at[1].name, text_of("sn")) && text_is_empty(map.at[1].options));
}

/* Fields ascend, values of one field keep their order, though the server sent them mixed. */
static void order_of_values(void **state)
{
	struct source_value values[] = {{FIELD_RIGHT, text_of("r1")},
					{FIELD_CN, text_of("c")},
					{FIELD_RIGHT, text_of("r0")},
					{FIELD_VO_ID, text_of("v")},
					{FIELD_CN, text_of("b")}};
	struct source_entry entry = {.dn = text_of("uid=v,ou=gebruikers,dc=overheid,dc=example"),
				     .uuid = {{1, 2, 3}},
				     .values = values,
				     .count = 5,
				     .capacity = 5};
	static const char expected[] = "v c b r1 r0 ";
	const struct entry *packed = NULL;
	struct err err = {0};
	char seen[32] = "";
	enum field field;
	struct text value;
	(void)state;
	assert_int_equal(source_entry_pack(&entry, ENTRY_PERSON, text_of(base), &packed, &err), 0);
	assert_true(entry_check(packed, packed->size));
	assert_true(text_equal(entry_dn_part(packed), text_of("uid=v")));
	for (struct entry_cursor cursor = entry_values(packed); entry_next(&cursor, &field, &value);) {
		strncat(seen, value.at, value.len);
		strcat(seen, " ");
	}
	assert_string_equal(seen, expected);
	entry_builder_done(&entry.builder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dn_under_base),
		cmocka_unit_test(attributes_are_asked_for_once),
		cmocka_unit_test(entries_are_named_in_three_ways),
		cmocka_unit_test(options_are_part_of_a_name),
		cmocka_unit_test(order_of_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
