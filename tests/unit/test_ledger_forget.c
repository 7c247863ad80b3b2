/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ledger_forget.c - names go when somebody is forgotten and when they are old; the chain, and what is ours now, stay. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "ledger/question.h"
#include "test_ledger_bench.h"

static const struct uuid group = {{7, 7, 7}};
static const char member[] = "uid=vo-id-1234,ou=people,dc=x";

static void change(struct store *store, uint32_t n, enum intent_kind kind, const char *vo_id, const char *value)
{
	struct intent intent = member_intent(n, kind, &group, value);
	const struct change_outcome outcome = {n, 0, {0}};
	intent.person = text_of(vo_id);
	intent.source_uuid = (struct uuid){{0xaa, (uint8_t)vo_id[strlen(vo_id) - 1]}};
	OK(store_intent(store, &intent, E));
	OK(store_outcome(store, &outcome, E));
}

static uint32_t decide(struct store *store, enum order_kind order, const char *person, const char *said)
{
	struct decision decision = {.order = (uint8_t)order, .uid = 1000};
	uint32_t id = 0;
	decision.person = text_of(person);
	decision.said = text_of(said);
	OK(store_decide(store, &decision, &id, E));
	return id;
}

static uint32_t forget(struct store *store, const char *vo_id)
{
	uint32_t rows = 99;
	OK(store_forget_person(store, text_of(vo_id), &rows, E));
	return rows;
}

static void put_author(struct store *store, uint32_t id, const char *author)
{
	const struct drift_record drift = {.drift = {.id = id, .author = (char *)(uintptr_t)author, .author_s = 5}};
	OK(store_set_drift(store, &drift, E));
}

/* Two people in one cycle; the first one was taken out again. */
static void fill(struct store *store)
{
	uint32_t id = begin(store);
	change(store, 1, INTENT_MEMBER_ADD, "Vo-Id-1234", member);
	change(store, 2, INTENT_MEMBER_ADD, "vo-id-5678", "uid=vo-id-5678,ou=people,dc=x");
	change(store, 3, INTENT_MEMBER_REMOVE, "Vo-Id-1234", member);
	end(store, id);
}

static void expect_whole(struct store *store)
{
	struct ledger_head head;
	OK(question_verify(store_db(store), NULL, &head, E));
}

static void test_a_person_is_forgotten(void **state)
{
	const struct ledger_place *place = *state;
	struct store *store = open_store(place);
	fill(store);
	decide(store, ORDER_PIN, "vo-id-1234", "asked by phone");
	decide(store, ORDER_REJECT, "", "VO-ID-1234 is still there");
	put_author(store, 1, "uid=vo-id-1234,ou=people,dc=x");
	put_author(store, 2, "cn=vo-id-12345,dc=x");
	decide(store, ORDER_FORGET, "vo-id-1234", "asked for");
	assert_int_equal(number_of(store, "SELECT count(*) FROM decision_details"), 3);
	assert_int_equal(forget(store, "VO-id-1234"),
			 1 + 2 + 1 + 2 + 1); /* person, changes, tombstone, orders, author */
	assert_int_equal(number_of(store, "SELECT count(*) FROM people"), 1);
	assert_int_equal(number_of(store, "SELECT count(*) FROM details"), 1);
	assert_int_equal(number_of(store, "SELECT count(*) FROM owned"), 1);
	assert_int_equal(number_of(store, "SELECT count(*) FROM decision_details"), 0);
	assert_int_equal(number_of(store, "SELECT count(*) FROM drifts WHERE author = '' AND author_s = 0"), 1);
	expect_whole(store);
	assert_int_equal(forget(store, "vo-id-1234"), 0);
	store_close(store);
	assert_int_equal(stands_in(place, "", "vo-id-1234,", 11) + stands_in(place, "", "Vo-Id-1234", 10), 0);
	assert_true(stands_in(place, "", "vo-id-5678", 10) > 0);
}

/* While the store is open, too: neither the file nor its log shows the name. */
static void test_nothing_is_left_on_the_disk(void **state)
{
	const struct ledger_place *place = *state;
	struct store *store = open_store(place);
	fill(store);
	assert_true(stands_in(place, "-wal", "vo-id-1234", 10) > 0);
	forget(store, "vo-id-1234");
	assert_int_equal(stands_in(place, "", "vo-id-1234", 10), 0);
	assert_int_equal(stands_in(place, "-wal", "vo-id-1234", 10), 0);
	store_close(store);
}

static void test_nobody_is_known(void **state)
{
	struct store *store = open_store(*state);
	assert_int_equal(forget(store, "vo-id-9999"), 0);
	fill(store);
	assert_int_equal(forget(store, "vo-id-9999"), 0);
	assert_int_equal(forget(store, "id"), 0); /* a part of every text */
	assert_int_equal(number_of(store, "SELECT count(*) FROM details"), 3);
	decide(store, ORDER_FORGET, "vo-id-9999", "to be sure");
	assert_int_equal(forget(store, "vo-id-9999"), 0); /* the order itself does not count */
	store_close(store);
}

/* What the person has now is ours, whatever is forgotten. */
static void test_what_is_ours_stays_ours(void **state)
{
	struct store *store = open_store(*state);
	uint32_t id = begin(store);
	change(store, 1, INTENT_MEMBER_ADD, "vo-id-1234", member);
	end(store, id);
	assert_int_equal(forget(store, "vo-id-1234"), 2);
	assert_int_equal(owned_state_of(load(store), &group, member), OWNED_HELD);
	id = begin(store); /* and can be taken out again */
	change(store, 1, INTENT_MEMBER_REMOVE, "vo-id-1234", member);
	end(store, id);
	assert_int_equal(owned_state_of(load(store), &group, member), OWNED_REMOVED);
	expect_whole(store);
	store_close(store);
}

/* Somebody whose vo-id nobody knew when it was written is known by the DN. */
static void test_also_where_only_the_dn_was_known(void **state)
{
	struct store *store = open_store(*state);
	uint32_t id = begin(store);
	struct intent intent = member_intent(1, INTENT_MEMBER_ADD, &group, member);
	intent.person = (struct text){0};
	OK(store_intent(store, &intent, E));
	end(store, id);
	assert_int_equal(forget(store, "vo-id-1234"), 2);
	assert_int_equal(number_of(store, "SELECT count(*) FROM people"), 0);
	store_close(store);
}

static void test_the_end_of_forgetting_is_on_record(void **state)
{
	struct store *store = open_store(*state);
	fill(store);
	struct decision_end done = {.decision = decide(store, ORDER_FORGET, "vo-id-1234", "asked for"),
				    .text = {"7 rows", 6}};
	forget(store, "vo-id-1234");
	OK(store_end_decision(store, &done, E));
	assert_int_equal(number_of(store, "SELECT count(*) FROM decision_ends WHERE result = 0 AND answer IS NULL"), 1);
	expect_whole(store);
	store_close(store);
}

static void test_not_within_a_cycle(void **state)
{
	struct err err = {0};
	struct store *store = open_store(*state);
	uint32_t rows;
	begin(store);
	assert_int_equal(store_forget_person(store, text_of("vo-id-1234"), &rows, &err), ERR_PROTOCOL);
	store_close(store);
	store = open_store(*state);
	assert_int_equal(store_forget_person(store, (struct text){0}, &rows, &err), ERR_PROTOCOL);
	store_close(store);
}

/* ---- retention ------------------------------------------------------------------------------------- */

#define DAY_S   86400
#define START_S 1764000000

static void begin_at(struct store *store, int64_t at_s, uint32_t *id)
{
	const struct cycle_summary cycle = {.started_s = at_s, .trigger = "timer"};
	OK(store_begin_cycle(store, &cycle, id, E));
}

static void end_at(struct store *store, uint32_t id, int64_t at_s)
{
	struct cycle_end end = cycle_end_of(id);
	end.summary.ended_s = at_s;
	OK(store_end_cycle(store, &end, E));
}

static void pass_cycle(struct store *store, int64_t at_s)
{
	uint32_t id;
	begin_at(store, at_s, &id);
	end_at(store, id, at_s);
}

/* A change, a tombstone, an order and a hold that is over, all of one time. */
static void live(struct store *store, int64_t at_s, uint32_t hold_id)
{
	struct hold_op op = {.id = {{3}}, .who = {{4}}};
	struct past_hold hold = {.id = hold_id, .state = HOLD_OVER, .said = (char *)"no", .ops = &op, .op_count = 1};
	uint32_t id;
	char vo_id[32], value[64], sql[256];
	snprintf(vo_id, sizeof(vo_id), "vo-id-%u", hold_id);
	snprintf(value, sizeof(value), "uid=vo-id-%u,ou=people", hold_id);
	begin_at(store, at_s, &id);
	change(store, 1, INTENT_MEMBER_ADD, vo_id, value);
	change(store, 2, INTENT_MEMBER_REMOVE, vo_id, value);
	OK(store_set_hold(store, &hold, E));
	decide(store, ORDER_PIN, vo_id, "because");
	end_at(store, id, at_s);
	snprintf(sql, sizeof(sql),
		 "UPDATE holds SET ended_s = %lld WHERE id = %u; UPDATE decisions SET at_s = %lld WHERE id = %u",
		 (long long)at_s, hold_id, (long long)at_s, hold_id);
	OK(db_exec(store_db(store), sql, E)); /* these carry the clock's own time */
}

static void expect_left(struct store *store, int people, int details, int tombstones, int orders, int hold_ops,
			int sentences)
{
	assert_int_equal(number_of(store, "SELECT count(*) FROM people"), people);
	assert_int_equal(number_of(store, "SELECT count(*) FROM details"), details);
	assert_int_equal(number_of(store, "SELECT count(*) FROM owned WHERE state = 5"), tombstones);
	assert_int_equal(number_of(store, "SELECT count(*) FROM decision_details"), orders);
	assert_int_equal(number_of(store, "SELECT count(*) FROM hold_ops"), hold_ops);
	assert_int_equal(number_of(store, "SELECT count(*) FROM holds WHERE said != ''"), hold_ops);
	assert_int_equal(number_of(store, "SELECT count(*) FROM cycle_details"), sentences);
}

static void test_old_names_go(void **state)
{
	struct ledger_place *place = *state;
	place->set.retention_s = 30 * DAY_S;
	struct store *store = open_store(place);
	live(store, START_S, 1);
	live(store, START_S + 20 * DAY_S, 2);
	expect_left(store, 2, 4, 2, 2, 2, 2);
	pass_cycle(store, START_S + 29 * DAY_S);
	expect_left(store, 2, 4, 2, 2, 2, 3);
	pass_cycle(store, START_S + 31 * DAY_S);
	expect_left(store, 1, 2, 1, 1, 1, 3);
	pass_cycle(store, START_S + 31 * DAY_S + 60);
	pass_cycle(store, START_S + 400 * DAY_S);
	expect_left(store, 0, 0, 0, 0, 0, 1);
	assert_int_equal(number_of(store, "SELECT count(*) FROM holds"), 2); /* the record stays */
	assert_int_equal(number_of(store, "SELECT count(*) FROM changes"), 4);
	store_close(store);
}

/* Once a day; a clock that was set back does not stop it for ever. */
static void test_at_most_once_a_day(void **state)
{
	struct ledger_place *place = *state;
	place->set.retention_s = 30 * DAY_S;
	struct store *store = open_store(place);
	live(store, START_S, 1);
	pass_cycle(store, START_S + 30 * DAY_S - 10);
	pass_cycle(store, START_S + 30 * DAY_S + 10); /* old by now, but the day is not over */
	assert_int_equal(number_of(store, "SELECT count(*) FROM people"), 1);
	pass_cycle(store, START_S + 31 * DAY_S);
	assert_int_equal(number_of(store, "SELECT count(*) FROM people"), 0);
	live(store, START_S - 365 * DAY_S, 2);
	pass_cycle(store, START_S); /* before the last time */
	assert_int_equal(number_of(store, "SELECT count(*) FROM people"), 0);
	store_close(store);
}

/* A year's worth of names does not stop a cycle: so many at a time. */
static void test_so_many_a_cycle(void **state)
{
	struct ledger_place *place = *state;
	place->set.retention_s = 30 * DAY_S;
	struct store *store = open_store(place);
	uint32_t id;
	begin_at(store, START_S, &id);
	for (uint32_t n = 1; n <= 5000; n++) {
		struct intent intent = member_intent(n, INTENT_MEMBER_ADD, &group, member);
		OK(store_intent(store, &intent, E));
	}
	end_at(store, id, START_S);
	static const int left[] = {3000, 1000, 0, 0};
	for (int i = 0; i < 4; i++) {
		pass_cycle(store, START_S + 60 * DAY_S + i);
		assert_int_equal(number_of(store, "SELECT count(*) FROM details"), left[i]);
	}
	assert_int_equal(number_of(store, "SELECT count(*) FROM people"), 0);
	store_close(store);
}

static void test_for_ever(void **state)
{
	struct ledger_place *place = *state;
	place->set.retention_s = 0;
	struct store *store = open_store(place);
	live(store, START_S, 1);
	pass_cycle(store, START_S + 4000ll * DAY_S);
	expect_left(store, 1, 2, 1, 1, 1, 2);
	store_close(store);
}

/* Open holds and what is ours are no matter of age. */
static void test_what_is_in_force_stays(void **state)
{
	struct ledger_place *place = *state;
	place->set.retention_s = 30 * DAY_S;
	struct store *store = open_store(place);
	struct hold_op op = {.id = {{3}}};
	struct past_hold hold = {.id = 1, .state = HOLD_APPROVED, .said = (char *)"yes", .ops = &op, .op_count = 1};
	uint32_t id;
	begin_at(store, START_S, &id);
	change(store, 1, INTENT_MEMBER_ADD, "vo-id-1234", member);
	OK(store_set_hold(store, &hold, E));
	end_at(store, id, START_S);
	pass_cycle(store, START_S + 400 * DAY_S);
	const struct loaded *loaded = load(store);
	assert_int_equal(loaded->decided.holds[0].op_count, 1);
	assert_string_equal(loaded->decided.holds[0].said, "yes");
	assert_int_equal(owned_state_of(loaded, &group, member), OWNED_HELD);
	store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_person_is_forgotten),
		TEST(test_nothing_is_left_on_the_disk),
		TEST(test_nobody_is_known),
		TEST(test_what_is_ours_stays_ours),
		TEST(test_also_where_only_the_dn_was_known),
		TEST(test_the_end_of_forgetting_is_on_record),
		TEST(test_not_within_a_cycle),
		TEST(test_old_names_go),
		TEST(test_at_most_once_a_day),
		TEST(test_so_many_a_cycle),
		TEST(test_for_ever),
		TEST(test_what_is_in_force_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
