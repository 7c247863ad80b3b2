/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ledger_decided.c - holds, freezes, pins, directives, drift and orders are stored, loaded and provable. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sodium.h>
#include <sqlite3.h>

#include "test_ledger_bench.h"

static struct hold_op ops[] = {
	{{{1}}, UINT64_MAX, {{11}}, 30569, 1, 2, 1, 1},
	{{{1}}, 5, {{12}}, 30569, 3, 4, 8, 0}, /* the same id twice: two values of one person */
	{{{9}}, 6, {{0}}, 0, 5, 6, 0, UINT8_MAX},
};

static struct past_hold hold_of(uint32_t id, enum hold_state state)
{
	struct past_hold hold = {.id = id,
				 .rule = 70,
				 .role = UINT8_MAX,
				 .state = (uint8_t)state,
				 .number = 30569,
				 .seen = 5,
				 .allowed = 3,
				 .opened_s = 1764000000,
				 .expires_s = 1764259200,
				 .ops = ops,
				 .op_count = 3};
	crypto_generichash_state digest;
	crypto_generichash_init(&digest, NULL, 0, sizeof(hold.digest));
	for (int i = 0; i < 3; i++)
		crypto_generichash_update(&digest, ops[i].id.bytes, sizeof(ops[i].id.bytes));
	crypto_generichash_final(&digest, hold.digest, sizeof(hold.digest));
	return hold;
}

/* The same hold, decided: its list is not sent again. */
static struct past_hold turned(const struct past_hold *hold, enum hold_state state)
{
	struct past_hold later = *hold;
	later.state = (uint8_t)state;
	later.ops = NULL;
	later.op_count = 0;
	later.decided_s = 1764000500;
	later.decided_by = 1000;
	later.said = (char *)"asked for by the school";
	return later;
}

static void test_holds_are_loaded_again(void **state)
{
	struct store *store = open_store(*state);
	const struct past_hold first = hold_of(3, HOLD_OPEN), second = hold_of(7, HOLD_OPEN);
	OK(store_set_hold(store, &second, E));
	OK(store_set_hold(store, &first, E));
	OK(store_commit(store, E));
	store_close(store);
	store = open_store(*state);
	const struct loaded *loaded = load(store);
	assert_int_equal(loaded->decided.hold_count, 2);
	assert_int_equal(loaded->decided.holds[0].id, 3); /* ascending */
	const struct past_hold *got = &loaded->decided.holds[1];
	assert_int_equal(got->id, 7);
	assert_int_equal(got->rule, 70);
	assert_int_equal(got->role, UINT8_MAX);
	assert_int_equal(got->state, HOLD_OPEN);
	assert_int_equal(got->number, 30569);
	assert_int_equal(got->seen, 5);
	assert_int_equal(got->allowed, 3);
	assert_int_equal(got->opened_s, second.opened_s);
	assert_int_equal(got->expires_s, second.expires_s);
	assert_int_equal(got->decided_s, 0);
	assert_null(got->said);
	assert_memory_equal(got->digest, second.digest, sizeof(got->digest));
	assert_int_equal(got->op_count, 3);
	for (int i = 0; i < 3; i++) {
		assert_memory_equal(&got->ops[i].id, &ops[i].id, sizeof(ops[i].id));
		assert_true(got->ops[i].evidence == ops[i].evidence);
		assert_true(uuid_equal(&got->ops[i].who, &ops[i].who));
		assert_int_equal(got->ops[i].number, ops[i].number);
		assert_int_equal(got->ops[i].cause, ops[i].cause);
		assert_int_equal(got->ops[i].reason, ops[i].reason);
		assert_int_equal(got->ops[i].kind, ops[i].kind);
		assert_int_equal(got->ops[i].role, ops[i].role);
	}
	assert_int_equal(loaded->meta.next_hold, 8);
	store_close(store);
}

static void test_a_decided_hold_keeps_its_list(void **state)
{
	struct store *store = open_store(*state);
	const struct past_hold hold = hold_of(1, HOLD_OPEN), approved = turned(&hold, HOLD_APPROVED);
	OK(store_set_hold(store, &hold, E));
	OK(store_set_hold(store, &approved, E));
	const struct loaded *loaded = load(store);
	assert_int_equal(loaded->decided.hold_count, 1);
	const struct past_hold *got = &loaded->decided.holds[0];
	assert_int_equal(got->state, HOLD_APPROVED);
	assert_int_equal(got->decided_s, 1764000500);
	assert_int_equal(got->decided_by, 1000);
	assert_string_equal(got->said, "asked for by the school");
	assert_int_equal(got->op_count, 3);
	assert_int_equal(got->opened_s, hold.opened_s);
	store_close(store);
}

/* The source may have changed between the question and the answer: what it says at the answer is what the rejection lasts for. */
static void test_a_rejection_keeps_the_evidence_of_its_own_moment(void **state)
{
	struct store *store = open_store(*state);
	struct hold_op later[3];
	const struct past_hold hold = hold_of(1, HOLD_OPEN);
	struct past_hold rejected = turned(&hold, HOLD_REJECTED);
	memcpy(later, ops, sizeof(later));
	later[1].evidence = UINT64_MAX - 7;
	rejected.ops = later;
	rejected.op_count = 3;
	OK(store_set_hold(store, &hold, E));
	OK(store_set_hold(store, &rejected, E));
	OK(store_commit(store, E));
	store_close(store);
	store = open_store(*state);
	const struct past_hold *got = &load(store)->decided.holds[0];
	assert_int_equal(got->op_count, 3);
	for (int i = 0; i < 3; i++)
		assert_true(got->ops[i].evidence == later[i].evidence);
	store_close(store);
}

static void test_each_turn_of_a_hold_is_in_the_chain(void **state)
{
	struct store *store = open_store(*state);
	const struct past_hold hold = hold_of(1, HOLD_OPEN), rejected = turned(&hold, HOLD_REJECTED),
			       over = turned(&hold, HOLD_OVER);
	int64_t rows = 0;
	OK(store_set_hold(store, &hold, E));
	OK(store_set_hold(store, &hold, E)); /* nothing new: no row */
	OK(store_set_hold(store, &rejected, E));
	OK(store_set_hold(store, &over, E));
	OK(store_commit(store, E));
	assert_int_equal(number_of(store, "SELECT count(*) FROM hold_events WHERE hold = 1"), 3);
	assert_int_equal(number_of(store, "SELECT count(DISTINCT digest) FROM hold_events"), 1);
	assert_int_equal(number_of(store, "SELECT group_concat(state, '') FROM hold_events"), 136);
	OK(chain_verify(store_db(store), NULL, &rows, E));
	assert_int_equal(rows, 3);
	store_close(store);
}

static void test_a_hold_that_is_over_is_kept_but_not_loaded(void **state)
{
	struct store *store = open_store(*state);
	const struct past_hold hold = hold_of(5, HOLD_OPEN), over = turned(&hold, HOLD_EXPIRED);
	OK(store_set_hold(store, &hold, E));
	OK(store_set_hold(store, &over, E));
	const struct loaded *loaded = load(store);
	assert_int_equal(loaded->decided.hold_count, 0);
	assert_int_equal(loaded->meta.next_hold, 6); /* its number is not used again */
	assert_int_equal(number_of(store, "SELECT count(*) FROM hold_ops"), 3);
	assert_true(number_of(store, "SELECT ended_s FROM holds") > 1764000000);
	store_close(store);
}

static void put_decided(struct store *store)
{
	const struct past_freeze all = {1, 0, true, 1000, 5, INT64_MAX, (char *)"fire drill"},
				 one = {2, 30569, false, 0, 6, 77, NULL};
	const struct past_pin pin = {{{1}}, 30569, 7, 1, true, 99}, other = {{{1}}, 30569, 8, 0, false, 98};
	const struct past_directive directive = {{{1}}, {{2}}, 30569, DIRECTIVE_EXCLUDE, 1, INT64_MAX, 44};
	struct drift_record drift = {.drift = {.id = 4,
					       .reason = 88,
					       .role = 1,
					       .decision = DRIFT_UNDO,
					       .number = 30569,
					       .first_cycle = 9,
					       .first_s = 1764000000,
					       .entry = {{1}},
					       .person = {{2}},
					       .author = (char *)"cn=admin",
					       .author_s = 1764000001}};
	drift.value = text_of("UID=A, ou=People");
	OK(store_set_freeze(store, &all, E));
	OK(store_set_freeze(store, &one, E));
	OK(store_set_pin(store, &pin, E));
	OK(store_set_pin(store, &other, E));
	OK(store_set_directive(store, &directive, E));
	OK(store_set_drift(store, &drift, E));
	drift = (struct drift_record){.drift = {.id = 6, .reason = 89}};
	drift.value = text_of("no DN at all");
	OK(store_set_drift(store, &drift, E));
	OK(store_commit(store, E));
}

static void test_decided_is_loaded_again(void **state)
{
	struct store *store = open_store(*state);
	put_decided(store);
	store_close(store);
	store = open_store(*state);
	const struct loaded *loaded = load(store);
	const struct past *past = &loaded->decided;
	assert_int_equal(past->freeze_count, 2);
	assert_true(past->freezes[0].pause);
	assert_true(past->freezes[0].until_s == INT64_MAX);
	assert_int_equal(past->freezes[0].by, 1000);
	assert_string_equal(past->freezes[0].said, "fire drill");
	assert_int_equal(past->freezes[1].number, 30569);
	assert_int_equal(past->freezes[1].since_s, 6);
	assert_null(past->freezes[1].said);
	assert_int_equal(loaded->meta.next_freeze, 3);
	assert_int_equal(past->pin_count, 2);
	assert_true(past->pins[1].present != past->pins[0].present);
	assert_int_equal(past->pins[0].number, 30569);
	assert_int_equal(past->pins[0].role == 1 ? past->pins[0].cycle : past->pins[1].cycle, 7);
	assert_int_equal(past->directive_count, 1);
	assert_int_equal(past->directives[0].kind, DIRECTIVE_EXCLUDE);
	assert_int_equal(past->directives[0].since_s, 44);
	assert_int_equal(past->drift_count, 2);
	assert_int_equal(past->drifts[0].reason, 88);
	assert_int_equal(past->drifts[0].decision, DRIFT_UNDO);
	assert_int_equal(past->drifts[0].first_cycle, 9);
	assert_string_equal(past->drifts[0].author, "cn=admin");
	assert_int_equal(past->drifts[0].author_s, 1764000001);
	assert_string_equal(loaded->drift_values[0], "uid=a,ou=people"); /* canonical */
	assert_string_equal(loaded->drift_values[1], "no DN at all");
	assert_null(past->drifts[1].author);
	assert_int_equal(loaded->meta.next_drift, 7);
	store_close(store);
}

/* What is gone is gone, and its numbers are not used again, also over a restart. */
static void test_decided_can_go(void **state)
{
	struct store *store = open_store(*state);
	const struct past_pin pin = {.person = {{1}}, .number = 30569, .role = 1};
	const struct uuid directive = {{1}};
	put_decided(store);
	OK(store_forget_freeze(store, 1, E));
	OK(store_forget_freeze(store, 2, E));
	OK(store_forget_pin(store, &pin, E));
	OK(store_forget_directive(store, &directive, E));
	OK(store_forget_drift(store, 4, E));
	OK(store_forget_drift(store, 6, E));
	OK(store_forget_drift(store, 99, E)); /* never was */
	OK(store_commit(store, E));
	store_close(store);
	store = open_store(*state);
	const struct loaded *loaded = load(store);
	assert_int_equal(loaded->decided.freeze_count + loaded->decided.directive_count + loaded->decided.drift_count,
			 0);
	assert_int_equal(loaded->decided.pin_count, 1); /* the other role's */
	assert_int_equal(loaded->meta.next_freeze, 3);
	assert_int_equal(loaded->meta.next_drift, 7);
	assert_int_equal(loaded->meta.next_hold, 1);
	store_close(store);
}

static void test_state_of_a_cycle(void **state)
{
	struct store *store = open_store(*state);
	struct cycle_end last = cycle_end_of(begin(store));
	last.meta.scope[0] = 77;
	last.meta.scope[15] = 88;
	last.meta.next_hold = 999; /* does not count */
	OK(store_end_cycle(store, &last, E));
	const struct loaded *loaded = load(store);
	assert_memory_equal(loaded->meta.scope, last.meta.scope, sizeof(last.meta.scope));
	assert_int_equal(loaded->meta.next_hold, 1);
	store_close(store);
}

/* ---- orders -------------------------------------------------------------------------------------- */

static struct decision decision_of(enum order_kind order)
{
	struct decision decision = {
		.order = (uint8_t)order, .role = 1, .uid = 1000, .number = 30569, .object = 7, .until_s = 99};
	decision.person = text_of("Vo-Id-quickly");
	decision.entry = text_of("cn=x,ou=overrides");
	decision.said = text_of("because");
	return decision;
}

static void test_a_decision_is_committed_at_once(void **state)
{
	struct store *store = open_store(*state);
	const struct decision decision = decision_of(ORDER_PIN);
	const struct past_freeze freeze = {.id = 1, .since_s = 5, .until_s = 6};
	uint32_t id = 0;
	OK(store_decide(store, &decision, &id, E));
	assert_int_equal(id, 1);
	OK(store_set_freeze(store, &freeze, E)); /* after it, and not committed */
	store_close(store);
	store = open_store(*state);
	assert_int_equal(load(store)->decided.freeze_count, 0);
	assert_int_equal(number_of(store,
				   "SELECT count(*) FROM decisions WHERE id = 1 AND order_kind = 6 AND uid = 1000"
				   " AND number = 30569 AND role = 1 AND object = 7 AND until_s = 99"),
			 1);
	OK(store_decide(store, &decision, &id, E));
	assert_int_equal(id, 2);
	store_close(store);
}

static void test_a_decision_within_a_cycle(void **state)
{
	struct store *store = open_store(*state);
	const struct decision decision = decision_of(ORDER_FREEZE);
	const struct uuid group = {{7}};
	const struct decision_end done = {.decision = 1};
	uint32_t cycle = begin(store), id = 0;
	const struct intent intent = member_intent(1, INTENT_MEMBER_ADD, &group, "uid=a");
	OK(store_intent(store, &intent, E));
	OK(store_decide(store, &decision, &id, E));
	const struct change_outcome outcome = {1, 0, {0}};
	OK(store_outcome(store, &outcome, E)); /* the cycle goes on */
	OK(store_end_decision(store, &done, E));
	end(store, cycle);
	store_close(store);
	store = open_store(*state);
	assert_int_equal(owned_state_of(load(store), &group, "uid=a"), OWNED_HELD);
	assert_int_equal(number_of(store, "SELECT count(*) FROM decision_ends WHERE result = 0"), 1);
	store_close(store);
}

static void test_the_end_of_a_decision_commits_what_came_of_it(void **state)
{
	struct store *store = open_store(*state);
	const struct decision decision = decision_of(ORDER_FREEZE);
	const struct past_freeze freeze = {.id = 1, .since_s = 5, .until_s = 6};
	struct decision_end done = {.decision = 1, .result = -3};
	uint32_t id = 0;
	done.text = text_of("not today");
	OK(store_decide(store, &decision, &id, E));
	OK(store_set_freeze(store, &freeze, E));
	OK(store_end_decision(store, &done, E));
	store_close(store);
	store = open_store(*state);
	assert_int_equal(load(store)->decided.freeze_count, 1);
	assert_int_equal(number_of(store, "SELECT result FROM decision_ends"), -3);
	assert_int_equal(number_of(store, "SELECT answer = 'not today' FROM decision_details"), 1);
	store_close(store);
}

static void test_orders_out_of_order_are_refused(void **state)
{
	struct err err = {0};
	struct store *store = open_store(*state);
	const struct decision decision = decision_of(ORDER_UNDO);
	const struct decision_end never = {.decision = 5}, once = {.decision = 1};
	const struct past_hold hold = {.state = HOLD_OPEN};
	const struct past_freeze freeze = {0};
	const struct drift_record drift = {.drift = {0}};
	uint32_t id;
	assert_int_equal(store_end_decision(store, &never, &err), ERR_PROTOCOL);
	store_close(store);
	store = open_store(*state);
	OK(store_decide(store, &decision, &id, E));
	OK(store_end_decision(store, &once, E));
	assert_int_equal(store_end_decision(store, &once, &err), ERR_PROTOCOL);
	assert_int_equal(store_set_hold(store, &hold, &err), ERR_PROTOCOL);
	assert_int_equal(store_set_freeze(store, &freeze, &err), ERR_PROTOCOL);
	assert_int_equal(store_set_drift(store, &drift, &err), ERR_PROTOCOL);
	store_close(store);
}

static void test_the_chain_names_nobody(void **state)
{
	const struct ledger_place *place = *state;
	struct store *store = open_store(place);
	const struct decision decision = decision_of(ORDER_PIN);
	struct decision_end done = {.decision = 1};
	int64_t rows = 0;
	uint32_t id;
	done.text = text_of("written for Peeters");
	OK(store_decide(store, &decision, &id, E));
	OK(store_end_decision(store, &done, E));
	struct cycle_end last = cycle_end_of(begin(store));
	snprintf(last.summary.detail, sizeof(last.summary.detail), "uid=Vo-Id-quickly,ou=people: result 50");
	OK(store_end_cycle(store, &last, E));
	assert_string_equal(load(store)->cycles[0].detail, last.summary.detail);
	OK(db_exec(store_db(store), "DELETE FROM decision_details; DELETE FROM cycle_details; VACUUM", E));
	OK(chain_verify(store_db(store), NULL, &rows, E));
	assert_string_equal(load(store)->cycles[0].detail, "");
	store_close(store);
	assert_int_equal(stands_in(place, "", "quickly", 7), 0);
	assert_int_equal(stands_in(place, "", "because", 7), 0);
	assert_int_equal(stands_in(place, "", "Peeters", 7), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_holds_are_loaded_again),
		TEST(test_a_decided_hold_keeps_its_list),
		TEST(test_a_rejection_keeps_the_evidence_of_its_own_moment),
		TEST(test_each_turn_of_a_hold_is_in_the_chain),
		TEST(test_a_hold_that_is_over_is_kept_but_not_loaded),
		TEST(test_decided_is_loaded_again),
		TEST(test_decided_can_go),
		TEST(test_state_of_a_cycle),
		TEST(test_a_decision_is_committed_at_once),
		TEST(test_a_decision_within_a_cycle),
		TEST(test_the_end_of_a_decision_commits_what_came_of_it),
		TEST(test_orders_out_of_order_are_refused),
		TEST(test_the_chain_names_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
