/* SPDX-License-Identifier: EUPL-1.2 */
/* test_message.c - the messages of source and target: there and back, and damaged. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "test_message_mutate.h"

#include "wire/finding.h"
#include "wire/message.h"
#include "wire/record.h"

static struct err err;

static int failure_body(const void *body, size_t len)
{
	struct failure ret;
	return failure_decode(body, len, &ret, &err);
}

static void test_failure(void **state)
{
	(void)state;
	struct buf out;
	const struct failure failure = {ERR_INCOMPLETE, -5, text_of("page 3")};
	struct failure got;
	buf_init(&out);
	failure_encode(&out, &failure);
	assert_int_equal(failure_decode(out.at, out.len, &got, &err), 0);
	assert_int_equal(got.code, ERR_INCOMPLETE);
	assert_int_equal(got.result, -5);
	assert_true(text_equal(got.text, failure.text));
	mutate_body(&out, failure_body);
	buf_done(&out);
}

static int certificate_body(const void *body, size_t len)
{
	struct certificate ret;
	return certificate_decode(body, len, &ret, &err);
}

static void test_certificate(void **state)
{
	(void)state;
	struct buf out, again;
	struct certificate cert = {.checks = CHECKS_ALL,
				   .counts = {0, 5, 6, 7, 8, 9, 10, 11},
				   .canaries_seen = 2,
				   .canaries_expected = 3,
				   .references = 4,
				   .pages = 12,
				   .started_s = -1,
				   .ended_s = 1764000000,
				   .started_boot_ms = 99,
				   .duration_ms = 13,
				   .position = {1, {{17, 18}}},
				   .asserts = true,
				   .tls = {1764000001, 1764000002, 1764000003},
				   .server = "ldaps://a.example",
				   .identity = "dn:cn=reader",
				   .passed_over = "ldaps://b.example is behind"};
	struct certificate got = {0};
	buf_init(&out);
	certificate_encode(&out, &cert);
	assert_int_equal(certificate_decode(out.at, out.len, &got, &err), 0);
	assert_int_equal(got.counts[7], 11);
	assert_int_equal(got.started_s, -1);
	assert_true(got.asserts);
	assert_int_equal(got.tls.server_s, 1764000001);
	assert_int_equal(got.tls.authority_s, 1764000003);
	assert_string_equal(got.identity, cert.identity);
	buf_init(&again);
	certificate_encode(&again, &got);
	assert_true(text_equal(buf_text(&again), buf_text(&out)));
	buf_done(&again);
	mutate_body(&out, certificate_body);
	buf_done(&out);
}

static int find_body(const void *body, size_t len)
{
	struct text number;
	return find_decode(body, len, &number, &err);
}

static void test_find(void **state)
{
	(void)state;
	static const char *const wrong[] = {"",           "8507300332", "850730033280", "85073003(28", "(uid=*)1234",
					    " 8507300332"};
	struct buf out;
	struct text got;
	buf_init(&out);
	find_encode(&out, text_of("85073003300"));
	assert_int_equal(find_decode(out.at, out.len, &got, &err), 0);
	assert_true(text_equal(got, text_of("85073003300")));
	mutate_body(&out, find_body);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		buf_clear(&out);
		find_encode(&out, text_of(wrong[i]));
		assert_int_equal(find_decode(out.at, out.len, &got, &err), ERR_PROTOCOL);
	}
	buf_wipe(&out);
	assert_null(out.at);
}

static int found_body(const void *body, size_t len)
{
	struct found_people ret;
	return found_decode(body, len, &ret, &err);
}

static void test_found(void **state)
{
	(void)state;
	struct buf out;
	struct found_people found = {.total = 25, .count = 2, .at = {{{{1}}, text_of("vo-an")}, {{{2}}, text_of("")}}};
	struct found_people got;
	buf_init(&out);
	found_encode(&out, &found);
	assert_int_equal(found_decode(out.at, out.len, &got, &err), 0);
	assert_int_equal(got.total, 25);
	assert_int_equal(got.count, 2);
	assert_true(uuid_equal(&got.at[1].uuid, &found.at[1].uuid));
	assert_true(text_equal(got.at[0].vo_id, found.at[0].vo_id) && text_is_empty(got.at[1].vo_id));
	mutate_body(&out, found_body);
	buf_clear(&out);
	found.total = 1; /* more are told than were found */
	found_encode(&out, &found);
	assert_int_equal(found_decode(out.at, out.len, &got, &err), ERR_PROTOCOL);
	buf_done(&out);
}

static int read_body(const void *body, size_t len)
{
	struct csn_vector at_least;
	return read_decode(body, len, &at_least, &err);
}

static void test_read(void **state)
{
	(void)state;
	struct buf out;
	const struct csn_vector at_least = {2, {{17, 1 << 24}, {18, 2 << 24}}};
	struct csn_vector got;
	buf_init(&out);
	read_encode(&out, &at_least);
	assert_int_equal(read_decode(out.at, out.len, &got, &err), 0);
	assert_memory_equal(&got, &at_least, sizeof(got));
	mutate_body(&out, read_body);
	buf_done(&out);
}

static int ask_body(const void *body, size_t len)
{
	struct question question;
	void *memory = NULL;
	int code = ask_decode(body, len, &question, &memory, &err);
	free(memory);
	return code;
}

static void test_ask(void **state)
{
	(void)state;
	struct buf out;
	const struct source_question entries[2] = {{{{1}}, ENTRY_PERSON}, {{{2}}, ENTRY_GRANT}};
	const struct text vo_ids[2] = {text_of("vo-an"), text_of("vo-bart")};
	struct question got;
	void *memory = NULL;
	buf_init(&out);
	ask_encode(&out, &(struct question){entries, vo_ids, 2, 2, {1, {{17, 18}}}});
	assert_int_equal(ask_decode(out.at, out.len, &got, &memory, &err), 0);
	assert_int_equal(got.entry_count, 2);
	assert_int_equal(got.at_least.count, 1);
	assert_int_equal(got.at_least.at[0].rest, 18);
	assert_memory_equal(got.entries, entries, sizeof(entries));
	assert_int_equal(got.vo_id_count, 2);
	assert_true(text_equal(got.vo_ids[1], vo_ids[1]));
	free(memory);
	assert_int_equal(ask_decode("\377\377\377\377", 4, &got, &memory, &err), ERR_PROTOCOL);
	mutate_body(&out, ask_body);
	buf_done(&out);
}

static int author_question_body(const void *body, size_t len)
{
	struct author_question question;
	return author_question_decode(body, len, &question, &err);
}

static int author_body(const void *body, size_t len)
{
	struct author author;
	return author_decode(body, len, &author, &err);
}

static void test_author(void **state)
{
	(void)state;
	struct buf out;
	struct author_question question;
	struct author author;
	buf_init(&out);
	author_question_encode(&out, &(struct author_question){text_of("cn=g"), text_of("uid=a"), true});
	assert_int_equal(author_question_decode(out.at, out.len, &question, &err), 0);
	assert_true(text_equal(question.value, text_of("uid=a")) && question.added);
	mutate_body(&out, author_question_body);
	buf_clear(&out);
	author_encode(&out, &(struct author){true, 1793869000, text_of("uid=griet")});
	assert_int_equal(author_decode(out.at, out.len, &author, &err), 0);
	assert_true(author.found && author.at_s == 1793869000 && text_equal(author.dn, text_of("uid=griet")));
	mutate_body(&out, author_body);
	buf_done(&out);
}

static int finding_body(const void *body, size_t len)
{
	struct finding finding;
	return finding_decode(body, len, &finding, &err);
}

static void test_finding(void **state)
{
	(void)state;
	struct buf out;
	struct finding got;
	const struct finding finding = {FINDING_UNIT, SEVERITY_CRITICAL, text_of("planner"), text_of("so"),
					text_of("do")};
	buf_init(&out);
	finding_encode(&out, &finding);
	assert_int_equal(finding_decode(out.at, out.len, &got, &err), 0);
	assert_int_equal(got.check, FINDING_UNIT);
	assert_int_equal(got.severity, SEVERITY_CRITICAL);
	assert_true(text_equal(got.about, finding.about) && text_equal(got.detail, finding.detail));
	assert_true(text_equal(got.mend, finding.mend));
	mutate_body(&out, finding_body);
	out.at[0] = FINDING_CHECKS;
	assert_int_equal(finding_decode(out.at, out.len, &got, &err), ERR_PROTOCOL);
	buf_done(&out);
}

static void fill_connection(struct connection_settings *connection)
{
	*connection = (struct connection_settings){.uri = "ldaps://a.example",
						   .more_uris = {"ldaps://b.example", "ldaps://c.example"},
						   .more_uri_count = 2,
						   .first_uri = 2,
						   .tls = TLS_LDAPS,
						   .ca_file = "/etc/ca.pem",
						   .bind = BIND_SIMPLE,
						   .bind_dn = "cn=reader",
						   .password_credential = "source-password",
						   .keytab_file = "/etc/duaalsync/reader.keytab",
						   .kerberos_file = "/etc/krb5-overheid.conf",
						   .deadline_s = 30,
						   .page_size = 20000};
}

static int source_body(const void *body, size_t len)
{
	struct source_settings ret;
	void *memory = NULL;
	int code = source_settings_decode(body, len, &ret, &memory, &err);
	free(memory);
	return code;
}

static void test_source_settings(void **state)
{
	(void)state;
	struct buf out;
	struct source_settings set = {.right = "WerkplekDuaalGebruiker",
				      .canaries = {"uid=a", "uid=b"},
				      .canary_count = 2,
				      .floor_people = 10,
				      .floor_institutions = 3,
				      .position = POSITION_USN,
				      .entry_id = ENTRY_ID_GUID,
				      .grant_canaries = {"cn=1", "cn=2"},
				      .grant_canary_count = 2,
				      .floor_grants = 4,
				      .group_canaries = {"cn=3", "cn=4"},
				      .group_canary_count = 2,
				      .floor_groups = 5,
				      .national_number = "insz"};
	struct source_settings got;
	void *memory = NULL;
	fill_connection(&set.connection);
	set.people = (struct search_settings){"ou=people", "(right=*)", true, {1, {{FIELD_VO_ID, "voId"}}}};
	set.institutions =
		(struct search_settings){"ou=i", "(x=*)", false, {2, {{FIELD_NUMBER, "n"}, {FIELD_NAME, "o"}}}};
	set.grants = (struct search_settings){"ou=g", "(g=*)", false, {1, {{FIELD_GRANTOR, "by"}}}};
	set.groups = (struct search_settings){"ou=r", "(r=*)", true, {1, {{FIELD_MEMBER, "member"}}}};
	buf_init(&out);
	source_settings_encode(&out, &set);
	assert_int_equal(source_settings_decode(out.at, out.len, &got, &memory, &err), 0);
	assert_string_equal(got.connection.uri, "ldaps://a.example");
	assert_int_equal(got.connection.more_uri_count, 2);
	assert_string_equal(got.connection.more_uris[1], "ldaps://c.example");
	assert_int_equal(got.connection.first_uri, 2);
	assert_int_equal(got.connection.tls, TLS_LDAPS);
	assert_string_equal(got.connection.key_file, ""); /* NULL arrives as empty */
	assert_string_equal(got.connection.password_credential, "source-password");
	assert_string_equal(got.connection.keytab_file, "/etc/duaalsync/reader.keytab");
	assert_string_equal(got.connection.kerberos_file, "/etc/krb5-overheid.conf");
	assert_int_equal(got.connection.page_size, 20000);
	assert_string_equal(got.people.filter, "(right=*)");
	assert_true(got.people.one_level);
	assert_int_equal(got.institutions.map.count, 2);
	assert_int_equal(got.institutions.map.at[1].field, FIELD_NAME);
	assert_string_equal(got.institutions.map.at[1].attribute, "o");
	assert_string_equal(got.right, "WerkplekDuaalGebruiker");
	assert_int_equal(got.canary_count, 2);
	assert_string_equal(got.canaries[1], "uid=b");
	assert_int_equal(got.floor_institutions, 3);
	assert_int_equal(got.position, POSITION_USN);
	assert_int_equal(got.entry_id, ENTRY_ID_GUID);
	assert_string_equal(got.grants.filter, "(g=*)");
	assert_int_equal(got.grants.map.at[0].field, FIELD_GRANTOR);
	assert_string_equal(got.grant_canaries[1], "cn=2");
	assert_int_equal(got.floor_grants, 4);
	assert_true(got.groups.one_level);
	assert_string_equal(got.group_canaries[0], "cn=3");
	assert_int_equal(got.floor_groups, 5);
	assert_string_equal(got.national_number, "insz");
	free(memory);
	mutate_body(&out, source_body);
	buf_done(&out);
}

static int target_body(const void *body, size_t len)
{
	struct target_settings ret;
	void *memory = NULL;
	int code = target_settings_decode(body, len, &ret, &memory, &err);
	if (code == 0)
		assert_null(ret.group_classes[7]); /* always ended */
	free(memory);
	return code;
}

static void test_target_settings(void **state)
{
	(void)state;
	struct buf out;
	struct target_settings set = {.base = "ou=w",
				      .sync_dn = "cn=sync,ou=w",
				      .map = {1, {{FIELD_MEMBER, "member"}}},
				      .instance = "main",
				      .people_provisioned = true,
				      .group_classes = {"a", "b", "c", "d", "e", "f", "g"},
				      .sync_classes = {"x"},
				      .floor_people = 1,
				      .window = 32};
	struct target_settings got;
	void *memory = NULL;
	fill_connection(&set.connection);
	buf_init(&out);
	target_settings_encode(&out, &set);
	assert_int_equal(target_settings_decode(out.at, out.len, &got, &memory, &err), 0);
	assert_string_equal(got.sync_dn, "cn=sync,ou=w");
	assert_string_equal(got.people_filter, "");
	assert_true(got.people_provisioned);
	assert_string_equal(got.group_classes[6], "g");
	assert_null(got.group_classes[7]);
	assert_null(got.person_classes[0]);
	assert_string_equal(got.sync_classes[0], "x");
	assert_null(got.sync_classes[1]);
	assert_int_equal(got.window, 32);
	free(memory);
	mutate_body(&out, target_body);
	buf_done(&out);
}

static int write_body(const void *body, size_t len)
{
	struct write ret;
	return write_decode(body, len, &ret, &err);
}

static void test_write(void **state)
{
	(void)state;
	struct buf out;
	struct write write = {.id = 7, .kind = WRITE_MODIFY, .entry_kind = ENTRY_GROUP, .uuid = {{9}}, .csn = {5, 6}};
	struct write got;
	struct mod_cursor cursor;
	struct record_in values;
	struct text text;
	enum mod_kind kind;
	enum field field;
	uint32_t count;
	write.dn = text_of("cn=g");
	buf_init(&out);
	write_encode(&out, &write);
	write_mod(&out, MOD_DELETE, FIELD_MEMBER, 2);
	write_value(&out, text_of("uid=a"));
	write_value(&out, text_make("uid=\0b", 6));
	write_mod(&out, MOD_ADD, FIELD_NAME, 0);
	assert_int_equal(write_decode(out.at, out.len, &got, &err), 0);
	assert_int_equal(got.id, 7);
	assert_int_equal(got.kind, WRITE_MODIFY);
	assert_int_equal(got.entry_kind, ENTRY_GROUP);
	assert_memory_equal(&got.uuid, &write.uuid, sizeof(got.uuid));
	assert_memory_equal(&got.csn, &write.csn, sizeof(got.csn));
	assert_false(got.must_be_empty);
	assert_true(text_equal(got.dn, write.dn));
	cursor.left = got.mods;
	assert_int_equal(write_next_mod(&cursor, &kind, &field, &count, &text, &err), 1);
	assert_int_equal(kind, MOD_DELETE);
	assert_int_equal(field, FIELD_MEMBER);
	assert_int_equal(count, 2);
	record_read(&values, text.at, text.len);
	assert_true(text_equal(record_get_text(&values), text_of("uid=a")));
	assert_true(text_equal(record_get_text(&values), text_make("uid=\0b", 6)));
	assert_true(record_done(&values));
	assert_int_equal(write_next_mod(&cursor, &kind, &field, &count, &text, &err), 1);
	assert_int_equal(count, 0);
	assert_int_equal(write_next_mod(&cursor, &kind, &field, &count, &text, &err), 0);
	assert_int_equal(write_decode(out.at, out.len - 1, &got, &err), ERR_PROTOCOL); /* half a modification is none */
	mutate_body(&out, write_body);
	buf_done(&out);
}

static int outcome_body(const void *body, size_t len)
{
	struct outcome ret;
	return outcome_decode(body, len, &ret, &err);
}

static void test_outcome(void **state)
{
	(void)state;
	struct buf out;
	struct outcome outcome = {.id = 3, .result = WRITE_NOT_SENT, .uuid = {{4}}, .csn = {1, 2}, .fenced = true};
	struct outcome got;
	outcome.text = text_of("busy");
	buf_init(&out);
	outcome_encode(&out, &outcome);
	assert_int_equal(outcome_decode(out.at, out.len, &got, &err), 0);
	assert_int_equal(got.id, 3);
	assert_int_equal(got.result, WRITE_NOT_SENT);
	assert_memory_equal(&got.uuid, &outcome.uuid, sizeof(got.uuid));
	assert_true(got.fenced);
	assert_true(text_equal(got.text, outcome.text));
	mutate_body(&out, outcome_body);
	buf_done(&out);
}

static int seed(void **state)
{
	(void)state;
	mutate_seed();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failure),
		cmocka_unit_test(test_certificate),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_ask),
		cmocka_unit_test(test_author),
		cmocka_unit_test(test_finding),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_source_settings),
		cmocka_unit_test(test_target_settings),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_outcome),
	};
	return cmocka_run_group_tests(tests, seed, NULL);
}
