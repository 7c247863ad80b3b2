/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ledger_message.c - the messages of the ledger: there and back, and damaged. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "test_message_mutate.h"

#include "core/plan.h"
#include "wire/ledger_past.h"

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
	const struct ledger_settings set = {"/var/lib/x/ledger.db", "main", true, 30, 86400, true, 2,
					    {"gids", "beheerder"}};
	struct ledger_settings got;
	void *memory = NULL;
	buf_init(&out);
	ledger_settings_encode(&out, &set);
	assert_int_equal(ledger_settings_decode(out.at, out.len, &got, &memory, &err), 0);
	assert_string_equal(got.path, set.path);
	assert_string_equal(got.instance, "main");
	assert_true(got.read_only);
	assert_int_equal(got.deadline_s, 30);
	assert_int_equal(got.retention_s, 86400);
	assert_true(got.must_exist);
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
BODY(clock_body, struct past_clock, past_clock_decode)
BODY(group_body, struct past_group, past_group_decode)
BODY(seen_body, struct seen_entry, seen_decode)
BODY(removal_body, struct past_removal, removal_decode)
BODY(ambiguity_body, struct past_ambiguity, ambiguity_decode)
BODY(idle_body, struct past_idle, idle_decode)
BODY(grantor_body, struct past_grantor, grantor_decode)
BODY(grant_body, struct past_grant, past_grant_decode)
BODY(owned_body, struct owned_record, owned_decode)
BODY(intent_body, struct intent, intent_decode)
BODY(outcome_body, struct change_outcome, change_outcome_decode)
BODY(summary_body, struct cycle_summary, cycle_summary_decode)
BODY(end_body, struct cycle_end, cycle_end_decode)
BODY(pin_body, struct past_pin, pin_decode)
BODY(directive_body, struct past_directive, directive_decode)
BODY(decision_body, struct decision, decision_decode)
BODY(decision_end_body, struct decision_end, decision_end_decode)
BODY(head_body, struct ledger_head, ledger_head_decode)
BODY(change_body, struct past_change, past_change_decode)
BODY(filter_body, struct past_filter, past_filter_decode)
BODY(read_body, struct past_read, past_read_decode)
BODY(weeks_body, struct past_weeks, past_weeks_decode)
BODY(week_body, struct past_week, past_week_decode)
BODY(extent_body, struct past_extent, past_extent_decode)
BODY(member_body, struct past_member, past_member_decode)

/* Those that allocate leave nothing to free behind after an error. */
static int hold_body(const void *body, size_t len)
{
	struct past_hold ret;
	int code = hold_decode(body, len, &ret, &err);
	if (code < 0) {
		assert_null(ret.ops);
		assert_null(ret.said);
	}
	free(ret.ops);
	free(ret.said);
	return code;
}

static int freeze_body(const void *body, size_t len)
{
	struct past_freeze ret;
	int code = freeze_decode(body, len, &ret, &err);
	if (code < 0)
		assert_null(ret.said);
	free(ret.said);
	return code;
}

static int drift_body(const void *body, size_t len)
{
	struct drift_record ret;
	int code = drift_decode(body, len, &ret, &err);
	if (code < 0)
		assert_null(ret.drift.author);
	free(ret.drift.author);
	return code;
}

static void test_facts(void **state)
{
	(void)state;
	struct buf out;
	buf_init(&out);
	const struct past_meta meta = {false,      12,
				       11,         {13, INT64_MAX, 14},
				       1ull << 63, {1, {{"noord", {1, {{3, 4}}}, 21, 22}}},
				       5,          6,
				       7,          {1, 2},
				       8,          9,
				       10,         {-5, 600, 86400, {1, [15] = 2}}};
	struct past_meta got_meta;
	past_meta_encode(&out, &meta);
	assert_int_equal(past_meta_decode(out.at, out.len, &got_meta, &err), 0);
	assert_false(got_meta.first_contact);
	assert_true(got_meta.generation == meta.generation);
	assert_int_equal(got_meta.last_complete, 11);
	assert_int_equal(got_meta.record.unread_cycles, 13);
	assert_true(got_meta.record.longest_gap_s == INT64_MAX);
	assert_int_equal(got_meta.record.ended_s, 14);
	assert_int_equal(source_position(&got_meta.positions, "noord")->at[0].rest, 4);
	assert_int_equal(source_position_of(&got_meta.positions, "noord")->people, 21);
	assert_int_equal(source_position_of(&got_meta.positions, "noord")->institutions, 22);
	assert_int_equal(got_meta.released_members, 7);
	assert_memory_equal(got_meta.scope, meta.scope, sizeof(meta.scope));
	assert_int_equal(got_meta.next_hold, 8);
	assert_int_equal(got_meta.next_drift, 9);
	assert_int_equal(got_meta.next_freeze, 10);
	assert_memory_equal(&got_meta.clock, &meta.clock, sizeof(meta.clock));
	mutate_body(&out, meta_body);
	buf_clear(&out);
	struct past_clock got_clock;
	past_clock_encode(&out, &meta.clock);
	assert_int_equal(past_clock_decode(out.at, out.len, &got_clock, &err), 0);
	assert_memory_equal(&got_clock, &meta.clock, sizeof(meta.clock));
	mutate_body(&out, clock_body);
	buf_clear(&out);
	const struct past_group group = {.uuid = {{8}}, .csn = {1, 2}, .number = 30569, .role = 1, .released = 9};
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
	assert_int_equal(got_seen.begin_day, 19000);
	assert_int_equal(got_seen.end_day, INT32_MIN);
	assert_int_equal(got_seen.begin_since_s, 3);
	assert_int_equal(got_seen.end_since_s, -5);
	assert_true(got_seen.end_moved);
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
	assert_int_equal(got_removal.sort, REMOVAL_APPROVED);
	mutate_body(&out, removal_body);
	buf_clear(&out);
	const struct past_ambiguity ambiguity = {{{1}}, 44};
	struct past_ambiguity got_ambiguity;
	ambiguity_encode(&out, &ambiguity);
	assert_int_equal(ambiguity_decode(out.at, out.len, &got_ambiguity, &err), 0);
	assert_int_equal(got_ambiguity.since_s, 44);
	mutate_body(&out, ambiguity_body);
	buf_clear(&out);
	const struct past_idle idle = {{{1}}, 45};
	struct past_idle got_idle;
	idle_encode(&out, &idle);
	assert_int_equal(idle_decode(out.at, out.len, &got_idle, &err), 0);
	assert_int_equal(got_idle.since_s, 45);
	mutate_body(&out, idle_body);
	buf_clear(&out);
	const struct past_grantor grantor = {{{1}}, 30569, 1, true};
	struct past_grantor got_grantor;
	grantor_encode(&out, &grantor);
	assert_int_equal(grantor_decode(out.at, out.len, &got_grantor, &err), 0);
	assert_true(got_grantor.accepted);
	mutate_body(&out, grantor_body);
	buf_done(&out);
}

static void test_grants(void **state)
{
	(void)state;
	struct buf out;
	const struct past_grant grant = {
		.entry = {{1}}, .person = {{2}}, .number = 30569, .role = 1, .kind = ENTRY_RIGHT_GROUP};
	struct past_grant got;
	buf_init(&out);
	past_grant_encode(&out, &grant);
	assert_int_equal(past_grant_decode(out.at, out.len, &got, &err), 0);
	assert_true(uuid_equal(&got.entry, &grant.entry));
	assert_true(uuid_equal(&got.person, &grant.person));
	assert_int_equal(got.number, 30569);
	assert_int_equal(got.role, 1);
	assert_int_equal(got.kind, ENTRY_RIGHT_GROUP);
	mutate_body(&out, grant_body);
	out.at[out.len - 1] = ENTRY_KINDS; /* no kind at all */
	assert_int_equal(past_grant_decode(out.at, out.len, &got, &err), ERR_PROTOCOL);
	buf_done(&out);
}

static void test_owned(void **state)
{
	(void)state;
	struct buf out;
	buf_init(&out);
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
				.source_count = 2,
				.sources = {{.name = "schools"}, {.name = "adults", .certificate = {.pages = 4}}},
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
	assert_int_equal(got.source_count, 2);
	assert_string_equal(got.sources[1].name, "adults");
	assert_int_equal(got.sources[1].certificate.pages, 4);
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

static void test_holds(void **state)
{
	(void)state;
	struct buf out;
	struct hold_op ops[] = {
		{{{1, 2}}, UINT64_MAX, {{3}}, 30569, 4, 5, 6, 1},
		{{{7}}, 8, {{9}}, 10, 11, 12, 0, UINT8_MAX},
	};
	const struct past_hold hold = {.id = 12,
				       .rule = 70,
				       .role = UINT8_MAX,
				       .state = HOLD_REJECTED,
				       .number = 30569,
				       .seen = 5,
				       .allowed = 3,
				       .opened_s = 1764000000,
				       .expires_s = 1764259200,
				       .decided_s = 1764000100,
				       .decided_by = 1000,
				       .digest = {1, 255},
				       .said = (char *)"not now",
				       .ops = ops,
				       .op_count = 2};
	struct past_hold got;
	buf_init(&out);
	hold_encode(&out, &hold);
	assert_int_equal(hold_decode(out.at, out.len, &got, &err), 0);
	assert_int_equal(got.id, 12);
	assert_int_equal(got.rule, 70);
	assert_int_equal(got.role, UINT8_MAX);
	assert_int_equal(got.state, HOLD_REJECTED);
	assert_int_equal(got.number, 30569);
	assert_int_equal(got.seen, 5);
	assert_int_equal(got.allowed, 3);
	assert_int_equal(got.opened_s, hold.opened_s);
	assert_int_equal(got.expires_s, hold.expires_s);
	assert_int_equal(got.decided_s, hold.decided_s);
	assert_int_equal(got.decided_by, 1000);
	assert_memory_equal(got.digest, hold.digest, sizeof(got.digest));
	assert_string_equal(got.said, "not now");
	assert_int_equal(got.op_count, 2);
	for (int i = 0; i < 2; i++) {
		assert_memory_equal(&got.ops[i].id, &ops[i].id, sizeof(ops[i].id));
		assert_true(got.ops[i].evidence == ops[i].evidence);
		assert_true(uuid_equal(&got.ops[i].who, &ops[i].who));
		assert_int_equal(got.ops[i].number, ops[i].number);
		assert_int_equal(got.ops[i].cause, ops[i].cause);
		assert_int_equal(got.ops[i].reason, ops[i].reason);
		assert_int_equal(got.ops[i].kind, ops[i].kind);
		assert_int_equal(got.ops[i].role, ops[i].role);
	}
	free(got.ops);
	free(got.said);
	mutate_body(&out, hold_body);
	buf_clear(&out);
	const struct past_hold bare = {.id = 1, .state = HOLD_OVER};
	hold_encode(&out, &bare);
	assert_int_equal(hold_decode(out.at, out.len, &got, &err), 0);
	assert_null(got.ops);
	assert_null(got.said);
	buf_done(&out);
}

static void test_decided(void **state)
{
	(void)state;
	struct buf out;
	buf_init(&out);
	const struct past_freeze freeze = {3, 30569, true, 1000, 5, INT64_MAX, (char *)"fire drill"};
	struct past_freeze got_freeze;
	freeze_encode(&out, &freeze);
	assert_int_equal(freeze_decode(out.at, out.len, &got_freeze, &err), 0);
	assert_int_equal(got_freeze.id, 3);
	assert_int_equal(got_freeze.number, 30569);
	assert_true(got_freeze.pause);
	assert_int_equal(got_freeze.by, 1000);
	assert_int_equal(got_freeze.since_s, 5);
	assert_true(got_freeze.until_s == INT64_MAX);
	assert_string_equal(got_freeze.said, "fire drill");
	free(got_freeze.said);
	mutate_body(&out, freeze_body);
	buf_clear(&out);
	const struct past_pin pin = {{{1}}, 30569, 7, 1, true, 99};
	struct past_pin got_pin;
	pin_encode(&out, &pin);
	assert_int_equal(pin_decode(out.at, out.len, &got_pin, &err), 0);
	assert_true(uuid_equal(&got_pin.person, &pin.person));
	assert_int_equal(got_pin.number, 30569);
	assert_int_equal(got_pin.cycle, 7);
	assert_int_equal(got_pin.role, 1);
	assert_true(got_pin.present);
	assert_int_equal(got_pin.until_s, 99);
	mutate_body(&out, pin_body);
	buf_clear(&out);
	const struct past_directive directive = {{{1}}, {{2}}, 30569, DIRECTIVE_EXCLUDE, 1, INT64_MAX, 44};
	struct past_directive got_directive;
	directive_encode(&out, &directive);
	assert_int_equal(directive_decode(out.at, out.len, &got_directive, &err), 0);
	assert_true(uuid_equal(&got_directive.uuid, &directive.uuid));
	assert_true(uuid_equal(&got_directive.person, &directive.person));
	assert_int_equal(got_directive.number, 30569);
	assert_int_equal(got_directive.kind, DIRECTIVE_EXCLUDE);
	assert_int_equal(got_directive.role, 1);
	assert_true(got_directive.until_s == INT64_MAX);
	assert_int_equal(got_directive.since_s, 44);
	mutate_body(&out, directive_body);
	buf_done(&out);
}

static void test_drift(void **state)
{
	(void)state;
	struct buf out;
	struct drift_record record = {.drift = {.id = 4,
						.reason = 88,
						.role = 1,
						.decision = DRIFT_UNDO,
						.number = 30569,
						.first_cycle = 9,
						.first_s = 1764000000,
						.entry = {{1}},
						.person = {{2}},
						.key = 77,
						.author = (char *)"cn=admin",
						.author_s = 1764000001}};
	struct drift_record got;
	record.value = text_of("uid=a,ou=people");
	buf_init(&out);
	drift_encode(&out, &record);
	assert_int_equal(drift_decode(out.at, out.len, &got, &err), 0);
	assert_int_equal(got.drift.id, 4);
	assert_int_equal(got.drift.reason, 88);
	assert_int_equal(got.drift.role, 1);
	assert_int_equal(got.drift.decision, DRIFT_UNDO);
	assert_int_equal(got.drift.number, 30569);
	assert_int_equal(got.drift.first_cycle, 9);
	assert_int_equal(got.drift.first_s, 1764000000);
	assert_true(uuid_equal(&got.drift.entry, &record.drift.entry));
	assert_true(uuid_equal(&got.drift.person, &record.drift.person));
	assert_int_equal(got.drift.key, 0);
	assert_string_equal(got.drift.author, "cn=admin");
	assert_int_equal(got.drift.author_s, 1764000001);
	assert_true(text_equal(got.value, record.value));
	free(got.drift.author);
	mutate_body(&out, drift_body);
	buf_done(&out);
}

static void test_orders(void **state)
{
	(void)state;
	struct buf out;
	struct decision decision = {
		.order = ORDER_PIN, .role = 1, .uid = 1000, .number = 30569, .object = 7, .until_s = 99};
	struct decision got;
	decision.person = text_of("vo-id");
	decision.entry = text_of("cn=x,ou=overrides");
	decision.said = text_of("because");
	buf_init(&out);
	decision_encode(&out, &decision);
	assert_int_equal(decision_decode(out.at, out.len, &got, &err), 0);
	assert_int_equal(got.order, ORDER_PIN);
	assert_int_equal(got.role, 1);
	assert_int_equal(got.uid, 1000);
	assert_int_equal(got.number, 30569);
	assert_int_equal(got.object, 7);
	assert_int_equal(got.until_s, 99);
	assert_true(text_equal(got.person, decision.person));
	assert_true(text_equal(got.entry, decision.entry));
	assert_true(text_equal(got.said, decision.said));
	mutate_body(&out, decision_body);
	out.at[0] = 0; /* no order at all */
	assert_int_equal(decision_decode(out.at, out.len, &got, &err), ERR_PROTOCOL);
	out.at[0] = ORDER_KINDS;
	assert_int_equal(decision_decode(out.at, out.len, &got, &err), ERR_PROTOCOL);
	buf_clear(&out);
	struct decision_end end = {5, -3, {0}}, got_end;
	end.text = text_of("no");
	decision_end_encode(&out, &end);
	assert_int_equal(decision_end_decode(out.at, out.len, &got_end, &err), 0);
	assert_int_equal(got_end.decision, 5);
	assert_int_equal(got_end.result, -3);
	assert_true(text_equal(got_end.text, end.text));
	mutate_body(&out, decision_end_body);
	buf_done(&out);
	for (int kind = 1; kind < ORDER_KINDS; kind++)
		assert_string_not_equal(order_name((enum order_kind)kind), "unknown");
	assert_string_equal(order_name(ORDER_ACCEPT_SOURCE), "accept-source");
	assert_string_equal(order_name((enum order_kind)0), "unknown");
	assert_string_equal(order_name(ORDER_KINDS), "unknown");
}

static void test_answers(void **state)
{
	(void)state;
	struct buf out;
	buf_init(&out);
	const struct ledger_head head = {1ull << 40, {9, 8}};
	struct ledger_head got_head;
	ledger_head_encode(&out, &head);
	assert_int_equal(ledger_head_decode(out.at, out.len, &got_head, &err), 0);
	assert_true(got_head.seq == head.seq);
	assert_memory_equal(got_head.hash, head.hash, sizeof(head.hash));
	mutate_body(&out, head_body);
	buf_clear(&out);
	struct past_change change = {.cycle = 3,
				     .number = 30569,
				     .at_s = 1764000000,
				     .kind = INTENT_MEMBER_ADD,
				     .role = 1,
				     .cause = 4,
				     .reason = 5,
				     .source = {{6}}};
	struct past_change got;
	change.value = text_of("uid=a");
	change.person = text_of("vo-id");
	change.name = text_of("Ann");
	past_change_encode(&out, &change);
	assert_int_equal(past_change_decode(out.at, out.len, &got, &err), 0);
	assert_int_equal(got.cycle, 3);
	assert_int_equal(got.number, 30569);
	assert_int_equal(got.at_s, 1764000000);
	assert_int_equal(got.kind, INTENT_MEMBER_ADD);
	assert_int_equal(got.role, 1);
	assert_int_equal(got.cause, 4);
	assert_int_equal(got.reason, 5);
	assert_true(uuid_equal(&got.source, &change.source));
	assert_true(text_equal(got.value, change.value));
	assert_true(text_equal(got.person, change.person));
	assert_true(text_equal(got.name, change.name));
	mutate_body(&out, change_body);
	buf_done(&out);
}

static void test_questions_about_what_was(void **state)
{
	(void)state;
	struct buf out;
	const struct past_filter filter = {.since_s = 1764000000,
					   .until_s = 1764000001,
					   .number = 30569,
					   .limit = 7,
					   .reason = 300,
					   .role = 2,
					   .person = "vo-id"};
	struct past_filter got;
	const struct past_read read = {.cycle = 3,
				       .side = text_of("target"),
				       .checks = 5,
				       .people = 6,
				       .pages = 7,
				       .duration_ms = 8,
				       .started_s = 1764000000,
				       .ended_s = 1764000001,
				       .missing = text_of("a"),
				       .position = text_of("b"),
				       .server = text_of("c"),
				       .identity = text_of("d"),
				       .result = text_of("e")};
	struct past_read got_read;
	buf_init(&out);
	past_filter_encode(&out, &filter);
	assert_int_equal(past_filter_decode(out.at, out.len, &got, &err), 0);
	assert_int_equal(got.since_s, filter.since_s);
	assert_int_equal(got.until_s, filter.until_s);
	assert_int_equal(got.number, 30569);
	assert_int_equal(got.limit, 7);
	assert_int_equal(got.reason, 300);
	assert_int_equal(got.role, 2);
	assert_string_equal(got.person, "vo-id");
	mutate_body(&out, filter_body);
	buf_clear(&out);
	past_read_encode(&out, &read);
	assert_int_equal(past_read_decode(out.at, out.len, &got_read, &err), 0);
	assert_true(got_read.cycle == 3 && text_equal(got_read.side, read.side) && got_read.checks == 5 &&
		    got_read.people == 6 && got_read.pages == 7 && got_read.duration_ms == 8 &&
		    got_read.ended_s == 1764000001);
	assert_true(text_equal(got_read.missing, read.missing) && text_equal(got_read.position, read.position) &&
		    text_equal(got_read.server, read.server) && text_equal(got_read.identity, read.identity) &&
		    text_equal(got_read.result, read.result));
	mutate_body(&out, read_body);
	buf_done(&out);
}

static void test_who_had_access(void **state)
{
	(void)state;
	struct buf out;
	const struct past_extent extent = {1764000000, 1764000001, 1764000002, 7};
	struct past_extent got;
	const struct past_member member = {.number = 30569,
					   .role = 2,
					   .state = PAST_UNSURE,
					   .doubt = PAST_OUT_BETWEEN,
					   .began = {3, 1764000000, 4, 5},
					   .ended = {6, 1764000001, 7, 8},
					   .source = {{9}},
					   .value = text_of("uid=a"),
					   .person = text_of("vo-id"),
					   .name = text_of("Ann")};
	struct past_member got_member;
	buf_init(&out);
	past_extent_encode(&out, &extent);
	assert_int_equal(past_extent_decode(out.at, out.len, &got, &err), 0);
	assert_true(got.at_s == extent.at_s && got.begins_s == extent.begins_s && got.ends_s == extent.ends_s &&
		    got.erased == 7);
	mutate_body(&out, extent_body);
	buf_clear(&out);
	past_member_encode(&out, &member);
	assert_int_equal(past_member_decode(out.at, out.len, &got_member, &err), 0);
	assert_true(got_member.number == 30569 && got_member.role == 2 && got_member.state == PAST_UNSURE &&
		    got_member.doubt == PAST_OUT_BETWEEN);
	assert_true(got_member.began.cycle == 3 && got_member.began.at_s == 1764000000 && got_member.began.cause == 4 &&
		    got_member.ended.cycle == 6 && got_member.ended.reason == 8);
	assert_true(uuid_equal(&got_member.source, &member.source) && text_equal(got_member.value, member.value) &&
		    text_equal(got_member.person, member.person) && text_equal(got_member.name, member.name));
	mutate_body(&out, member_body);
	buf_done(&out);
}

static void test_weeks(void **state)
{
	(void)state;
	struct buf out;
	const struct past_weeks weeks = {2, {1764000000, 1764000001, 1764000002}};
	struct past_weeks got;
	const struct past_week week = {1764000000, 1, 2, 3, 4, 5, 6, 7, 8, 9};
	struct past_week got_week;
	buf_init(&out);
	past_weeks_encode(&out, &weeks);
	assert_int_equal(past_weeks_decode(out.at, out.len, &got, &err), 0);
	assert_true(got.count == 2 && got.at_s[0] == 1764000000 && got.at_s[2] == 1764000002);
	mutate_body(&out, weeks_body);
	buf_clear(&out);
	past_week_encode(&out, &week);
	assert_int_equal(past_week_decode(out.at, out.len, &got_week, &err), 0);
	assert_memory_equal(&got_week, &week, offsetof(struct past_week, longest_s) + sizeof(week.longest_s));
	mutate_body(&out, week_body);
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
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_small_facts),
		cmocka_unit_test(test_grants),
		cmocka_unit_test(test_owned),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_cycles),
		cmocka_unit_test(test_holds),
		cmocka_unit_test(test_decided),
		cmocka_unit_test(test_drift),
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_questions_about_what_was),
		cmocka_unit_test(test_who_had_access),
		cmocka_unit_test(test_weeks),
	};
	return cmocka_run_group_tests(tests, seed, NULL);
}
