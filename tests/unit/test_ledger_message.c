/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ledger_message.c - the messages of the ledger: there and back, and damaged. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "test_message_mutate.h"

#include "core/plan.h"
#include "wire/ledger_message.h"

/* The ledger stores kinds and must not include core/. */
_Static_assert((int)INTENT_MEMBER_ADD == (int)CHANGE_MEMBER_ADD, "kinds of the ledger are those of the plan");
_Static_assert((int)INTENT_MEMBER_REMOVE == (int)CHANGE_MEMBER_REMOVE, "kinds of the ledger are those of the plan");

static struct err err;

static int settings_body(const void *body, size_t len)
{
	struct ledger_settings ret;
	void *memory = NULL;
	int code = ledger_settings_decode(body, len, &ret, &memory, &err);
	free(memory);
	return code;
}

static void test_settings(void **state)
{
	(void)state;
	struct buf out;
	const struct ledger_settings set = {"/var/lib/x/ledger.db", "main", true, 30, 86400};
	struct ledger_settings got;
	void *memory = NULL;
	buf_init(&out);
	ledger_settings_encode(&out, &set);
	assert_int_equal(ledger_settings_decode(out.at, out.len, &got, &memory, &err), 0);
	assert_string_equal(got.path, set.path);
	assert_string_equal(got.instance, "main");
	assert_true(got.read_only);
	assert_int_equal(got.deadline_s, 30);
	free(memory);
	mutate_body(&out, settings_body);
	buf_done(&out);
}

#define BODY(name, type, decode)                                                                                       \
	static int name(const void *body, size_t len)                                                                  \
	{                                                                                                              \
		type ret;                                                                                              \
		return decode(body, len, &ret, &err);                                                                  \
	}
BODY(meta_body, struct past_meta, past_meta_decode)
BODY(group_body, struct past_group, past_group_decode)
BODY(seen_body, struct seen_entry, seen_decode)
BODY(removal_body, struct past_removal, removal_decode)
BODY(ambiguity_body, struct past_ambiguity, ambiguity_decode)
BODY(grantor_body, struct past_grantor, grantor_decode)
BODY(owned_body, struct owned_record, owned_decode)
BODY(intent_body, struct intent, intent_decode)
BODY(outcome_body, struct change_outcome, change_outcome_decode)
BODY(summary_body, struct cycle_summary, cycle_summary_decode)
BODY(end_body, struct cycle_end, cycle_end_decode)

static void test_facts(void **state)
{
	(void)state;
	struct buf out;
	buf_init(&out);
	const struct past_meta meta = {false, 12, 1ull << 63, {1, {{3, 4}}}, 5, 6, 7, {1, 2}, 8, 9, 10};
	struct past_meta got_meta;
	past_meta_encode(&out, &meta);
	assert_int_equal(past_meta_decode(out.at, out.len, &got_meta, &err), 0);
	assert_false(got_meta.first_contact);
	assert_true(got_meta.generation == meta.generation);
	assert_int_equal(got_meta.position.at[0].rest, 4);
	assert_int_equal(got_meta.released_members, 7);
	mutate_body(&out, meta_body);
	buf_clear(&out);
	const struct past_group group = {{{8}}, {1, 2}, 30569, 1, 9};
	struct past_group got_group;
	past_group_encode(&out, &group);
	assert_int_equal(past_group_decode(out.at, out.len, &got_group, &err), 0);
	assert_int_equal(got_group.number, 30569);
	assert_int_equal(got_group.released, 9);
	mutate_body(&out, group_body);
	buf_clear(&out);
	const struct seen_entry seen = {{{8}}, {1, 2}, 19000, INT32_MIN, 3, -5, true};
	struct seen_entry got_seen;
	seen_encode(&out, &seen);
	assert_int_equal(seen_decode(out.at, out.len, &got_seen, &err), 0);
	assert_int_equal(got_seen.end_day, INT32_MIN);
	assert_int_equal(got_seen.end_since_s, -5);
	mutate_body(&out, seen_body);
	buf_done(&out);
}

static void test_small_facts(void **state)
{
	(void)state;
	struct buf out;
	buf_init(&out);
	const struct past_removal removal = {1764000000, 77, 2, REMOVAL_APPROVED};
	struct past_removal got_removal;
	removal_encode(&out, &removal);
	assert_int_equal(removal_decode(out.at, out.len, &got_removal, &err), 0);
	assert_int_equal(got_removal.at_s, 1764000000);
	assert_int_equal(got_removal.role, 2);
	mutate_body(&out, removal_body);
	buf_clear(&out);
	const struct past_ambiguity ambiguity = {{{1}}, 44};
	struct past_ambiguity got_ambiguity;
	ambiguity_encode(&out, &ambiguity);
	assert_int_equal(ambiguity_decode(out.at, out.len, &got_ambiguity, &err), 0);
	assert_int_equal(got_ambiguity.since_s, 44);
	mutate_body(&out, ambiguity_body);
	buf_clear(&out);
	const struct past_grantor grantor = {{{1}}, 30569, 1, true};
	struct past_grantor got_grantor;
	grantor_encode(&out, &grantor);
	assert_int_equal(grantor_decode(out.at, out.len, &got_grantor, &err), 0);
	assert_true(got_grantor.accepted);
	mutate_body(&out, grantor_body);
	buf_clear(&out);
	struct owned_record owned = {
		.group = {{3}}, .source = {{4}}, .cycle = 5, .number = 6, .role = 1, .state = OWNED_ADOPTED};
	struct owned_record got_owned;
	owned.value = text_of("uid=a,ou=people");
	owned_encode(&out, &owned);
	assert_int_equal(owned_decode(out.at, out.len, &got_owned, &err), 0);
	assert_true(text_equal(got_owned.value, owned.value));
	assert_int_equal(got_owned.number, 6);
	assert_int_equal(got_owned.state, OWNED_ADOPTED);
	mutate_body(&out, owned_body);
	buf_done(&out);
}

static void test_changes(void **state)
{
	(void)state;
	struct buf out;
	struct intent intent = {.change = 1,
				.kind = INTENT_MEMBER_ADD,
				.role = 1,
				.cause = 2,
				.reason = 3,
				.number = 4,
				.source_uuid = {{5}},
				.source_csn = {6, 7},
				.target_uuid = {{8}}};
	struct intent got;
	intent.dn = text_of("cn=g");
	intent.value = text_of("uid=a");
	intent.person = text_of("vo");
	intent.name = text_make("A\0B", 3);
	buf_init(&out);
	intent_encode(&out, &intent);
	assert_int_equal(intent_decode(out.at, out.len, &got, &err), 0);
	assert_int_equal(got.reason, 3);
	assert_memory_equal(&got.source_csn, &intent.source_csn, sizeof(got.source_csn));
	assert_true(text_equal(got.dn, intent.dn));
	assert_true(text_equal(got.value, intent.value));
	assert_true(text_equal(got.person, intent.person));
	assert_true(text_equal(got.name, intent.name));
	mutate_body(&out, intent_body);
	buf_clear(&out);
	struct change_outcome outcome = {9, -1000, {0}};
	struct change_outcome got_outcome;
	outcome.text = text_of("gone");
	change_outcome_encode(&out, &outcome);
	assert_int_equal(change_outcome_decode(out.at, out.len, &got_outcome, &err), 0);
	assert_int_equal(got_outcome.result, -1000);
	assert_true(text_equal(got_outcome.text, outcome.text));
	mutate_body(&out, outcome_body);
	buf_done(&out);
}

static void test_cycles(void **state)
{
	(void)state;
	struct buf out, again;
	struct cycle_end end = {.summary = {.id = 3,
					    .started_s = 1,
					    .ended_s = 2,
					    .trigger = "timer",
					    .trigger_uid = UINT32_MAX,
					    .result = "applied",
					    .detail = "all well",
					    .grants = 1,
					    .removals = 2,
					    .structure = 3,
					    .held = 4,
					    .failed = 5,
					    .refusals = 6,
					    .remarks = 7,
					    .source_people = 8,
					    .source_institutions = 9,
					    .memberships = 10,
					    .read_ms = 11,
					    .think_ms = 12,
					    .apply_ms = 13,
					    .plan_digest = {1, 2, 255},
					    .generation = 14},
				.meta = {.last_cycle = 3},
				.has_target = true,
				.target = {.checks = 5, .server = "ldapi:///"}};
	struct cycle_end got;
	struct cycle_summary summary;
	buf_init(&out);
	cycle_summary_encode(&out, &end.summary);
	assert_int_equal(cycle_summary_decode(out.at, out.len, &summary, &err), 0);
	assert_int_equal(summary.apply_ms, 13);
	mutate_body(&out, summary_body);
	buf_clear(&out);
	cycle_end_encode(&out, &end);
	assert_int_equal(cycle_end_decode(out.at, out.len, &got, &err), 0);
	assert_string_equal(got.summary.detail, "all well");
	assert_memory_equal(got.summary.plan_digest, end.summary.plan_digest, sizeof(got.summary.plan_digest));
	assert_false(got.has_source);
	assert_true(got.has_target);
	assert_string_equal(got.target.server, "ldapi:///");
	assert_int_equal(got.meta.last_cycle, 3);
	buf_init(&again);
	cycle_end_encode(&again, &got);
	assert_true(text_equal(buf_text(&again), buf_text(&out)));
	buf_done(&again);
	mutate_body(&out, end_body);
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
		cmocka_unit_test(test_settings), cmocka_unit_test(test_facts),  cmocka_unit_test(test_small_facts),
		cmocka_unit_test(test_changes),  cmocka_unit_test(test_cycles),
	};
	return cmocka_run_group_tests(tests, seed, NULL);
}
