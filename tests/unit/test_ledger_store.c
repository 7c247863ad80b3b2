/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ledger_store.c - what is stored is loaded again; ownership follows intents and outcomes; the chain holds. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>

#include "ledger/chain.h"
#include "ledger/chain_table.h"
#include "test_ledger_bench.h"

static const struct uuid group = {{7, 7, 7}}, no_group;
static const char member[] = "uid=a,ou=people,dc=x";

static void set_state(struct store *store, const struct uuid *uuid, enum owned_state state, uint32_t number)
{
	struct owned_record owned = {.group = *uuid, .cycle = 1, .number = number, .role = 1, .state = (uint8_t)state};
	owned.value = text_of(member);
	OK(store_set_owned(store, &owned, E));
}

static void test_new_ledger_knows_nothing(void **state)
{
	struct store *store = open_store(*state);
	const struct loaded *loaded = load(store);
	assert_true(loaded->meta.first_contact);
	assert_int_equal(loaded->meta.last_cycle, 0);
	assert_int_equal(loaded->owned_count + loaded->cycle_count, 0);
	store_close(store);
}

/* What a result makes of a value that was in a state before. */
static void test_ownership_follows_outcomes(void **state)
{
	static const struct {
		enum intent_kind kind;
		int before, announced, result, after;
	} cases[] = {
		{INTENT_MEMBER_ADD, 0, OWNED_INTENDED, 0, OWNED_HELD},
		{INTENT_MEMBER_ADD, 0, OWNED_INTENDED, 50, 0},
		{INTENT_MEMBER_ADD, 0, OWNED_INTENDED, WRITE_NOT_SENT, 0},
		{INTENT_MEMBER_ADD, 0, OWNED_INTENDED, -1, OWNED_INTENDED},
		{INTENT_MEMBER_ADD, 0, OWNED_INTENDED, 80, OWNED_INTENDED},
		{INTENT_MEMBER_ADD, OWNED_HELD, OWNED_INTENDED, 122, OWNED_HELD},
		{INTENT_MEMBER_ADD, OWNED_ADOPTED, OWNED_INTENDED, 19, OWNED_ADOPTED},
		{INTENT_MEMBER_ADD, OWNED_INTENDED, OWNED_INTENDED, 122, 0},
		{INTENT_MEMBER_REMOVE, OWNED_HELD, OWNED_REMOVING, 0, OWNED_REMOVED},
		{INTENT_MEMBER_REMOVE, OWNED_REMOVED, OWNED_REMOVING, 122, OWNED_REMOVED},
		{INTENT_MEMBER_ADD, OWNED_REMOVED, OWNED_INTENDED, 50, OWNED_REMOVED},
		{INTENT_MEMBER_REMOVE, OWNED_HELD, OWNED_REMOVING, 122, OWNED_HELD},
		{INTENT_MEMBER_REMOVE, OWNED_ADOPTED, OWNED_REMOVING, 50, OWNED_ADOPTED},
		{INTENT_MEMBER_REMOVE, OWNED_ADOPTED, OWNED_REMOVING, 0, OWNED_REMOVED}, /* approved */
		{INTENT_MEMBER_REMOVE, 0, OWNED_REMOVING, 0, OWNED_REMOVED},             /* added by hand, taken out */
		{INTENT_MEMBER_REMOVE, 0, OWNED_REMOVING, 122, 0},
		{INTENT_MEMBER_REMOVE, OWNED_HELD, OWNED_REMOVING, -1, OWNED_REMOVING},
		{INTENT_MEMBER_REMOVE, OWNED_HELD, OWNED_REMOVING, WRITE_NOT_SENT, OWNED_HELD},
	};
	struct store *store = open_store(*state);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t id = begin(store);
		struct owned_record owned = {.group = group};
		owned.value = text_of(member);
		OK(store_forget_owned(store, &owned, E));
		if (cases[i].before != 0)
			set_state(store, &group, (enum owned_state)cases[i].before, 0);
		/* Another spelling of the same DN is the same value. */
		const struct intent intent = member_intent(1, cases[i].kind, &group, "UID=A, ou=People,DC=x");
		OK(store_intent(store, &intent, E));
		OK(store_commit(store, E));
		assert_int_equal(owned_state_of(load(store), &group, member), cases[i].announced);
		const struct change_outcome outcome = {1, cases[i].result, {"said", 4}};
		OK(store_outcome(store, &outcome, E));
		end(store, id);
		int after = owned_state_of(load(store), &group, member);
		if (after != cases[i].after)
			fail_msg("case %zu: state %d instead of %d", i, after, cases[i].after);
	}
	store_close(store);
}

/* The group of a member may be made by the same plan: it has no uuid when the member is announced. */
static void test_member_of_a_group_to_be_made(void **state)
{
	struct store *store = open_store(*state);
	uint32_t id = begin(store);
	const struct intent intent = member_intent(1, INTENT_MEMBER_ADD, &no_group, member);
	OK(store_intent(store, &intent, E));
	end(store, id);
	store_close(store);
	store = open_store(*state); /* the outcome was never heard */
	const struct loaded *loaded = load(store);
	assert_int_equal(owned_state_of(loaded, &no_group, member), OWNED_INTENDED);
	assert_int_equal(loaded->owned[0].number, 30569);
	assert_int_equal(loaded->owned[0].role, 1);
	set_state(store, &group, OWNED_HELD, 30569);
	OK(store_commit(store, E));
	loaded = load(store);
	assert_int_equal(loaded->owned_count, 1);
	assert_int_equal(owned_state_of(loaded, &group, member), OWNED_HELD);
	store_close(store);
}

static void test_waiting_member_can_be_dropped(void **state)
{
	struct store *store = open_store(*state);
	struct owned_record owned = {.number = 30569, .role = 1, .state = OWNED_INTENDED};
	owned.value = text_of(member);
	OK(store_set_owned(store, &owned, E));
	assert_int_equal(load(store)->owned_count, 1);
	OK(store_forget_owned(store, &owned, E));
	assert_int_equal(load(store)->owned_count, 0);
	store_close(store);
}

static void put_facts(struct store *store)
{
	const struct past_group known = {
		.uuid = group, .csn = {5, 1ull << 59}, .number = 30569, .role = 1, .released = 4};
	const struct seen_entry seen = {{{1}}, {6, 2}, 19000, INT32_MIN, 66, 77, true};
	const struct past_removal late = {1764000099, 30569, 1, REMOVAL_ORDINARY},
				  early = {1764000090, 77, 0, REMOVAL_DRIFT}, old = {1000, 1, 1, REMOVAL_ORDINARY};
	const struct past_ambiguity ambiguity = {{{3}}, 55};
	const struct past_grantor grantor = {{{4}}, 30569, 1, false};
	OK(store_set_group(store, &known, E));
	OK(store_set_seen(store, &seen, E));
	OK(store_add_removal(store, &late, E));
	OK(store_add_removal(store, &early, E));
	OK(store_add_removal(store, &old, E));
	OK(store_set_ambiguity(store, &ambiguity, E));
	OK(store_set_grantor(store, &grantor, E));
}

static void test_facts_are_loaded_again(void **state)
{
	struct store *store = open_store(*state);
	uint32_t id = begin(store);
	put_facts(store);
	set_state(store, &group, OWNED_HELD, 0);
	end(store, id);
	store_close(store);
	store = open_store(*state);
	const struct loaded *loaded = load(store);
	assert_false(loaded->meta.first_contact);
	assert_int_equal(loaded->meta.last_cycle, 1);
	assert_int_equal(loaded->meta.generation, 9);
	assert_int_equal(loaded->meta.positions.count, 2);
	assert_int_equal(source_position(&loaded->meta.positions, "noord")->at[0].time_us, 1764000000000000);
	assert_int_equal(source_position(&loaded->meta.positions, "zuid")->at[0].time_us, 1764000000000007);
	assert_int_equal(csn_sid(&source_position(&loaded->meta.positions, "zuid")->at[0]), 1);
	assert_int_equal(loaded->group_count, 1);
	assert_true(loaded->groups[0].csn.rest == 1ull << 59);
	assert_int_equal(loaded->groups[0].released, 4);
	assert_int_equal(loaded->seen_count, 1);
	assert_int_equal(loaded->seen[0].end_day, INT32_MIN);
	assert_int_equal(loaded->removal_count, 2); /* the old one went with the cycle's end */
	assert_int_equal(loaded->removals[0].number, 77);
	assert_int_equal(loaded->removals[1].number, 30569);
	assert_int_equal(loaded->ambiguity_count, 1);
	assert_int_equal(loaded->grantor_count, 1);
	assert_false(loaded->grantors[0].accepted);
	store_close(store);
}

static void test_facts_can_go(void **state)
{
	struct store *store = open_store(*state);
	put_facts(store);
	set_state(store, &group, OWNED_HELD, 0);
	const struct past_group gone = {.uuid = group};
	const struct past_ambiguity clear = {{{3}}, 0};
	OK(store_set_group(store, &gone, E));
	OK(store_set_ambiguity(store, &clear, E));
	const struct loaded *loaded = load(store);
	assert_int_equal(loaded->group_count + loaded->ambiguity_count + loaded->owned_count, 0);
	store_close(store);
}

/* One entry may give several people the same, one person several roles, and each of them is known by itself. */
static void test_grants_are_known_until_they_are_forgotten(void **state)
{
	const struct past_grant first = {
		.entry = {{5}}, .person = {{6}}, .number = 30569, .role = 1, .kind = ENTRY_RIGHT_GROUP};
	struct past_grant other_entry = first, other_person = first, other_number = first, other_role = first;
	struct store *store = open_store(*state);
	other_entry.entry.bytes[0]++;
	other_entry.kind = ENTRY_GRANT;
	other_person.person.bytes[0]++;
	other_number.number++;
	other_role.role = 0;
	uint32_t id = begin(store);
	OK(store_set_grant(store, &other_role, E));
	OK(store_set_grant(store, &first, E));
	OK(store_set_grant(store, &first, E)); /* once is enough */
	OK(store_set_grant(store, &other_entry, E));
	OK(store_set_grant(store, &other_person, E));
	OK(store_set_grant(store, &other_number, E));
	end(store, id);
	store_close(store);
	store = open_store(*state);
	assert_int_equal(load(store)->grant_count, 5);
	OK(store_forget_grant(store, &other_entry, E));
	OK(store_forget_grant(store, &other_person, E));
	OK(store_forget_grant(store, &other_number, E));
	OK(store_forget_grant(store, &other_role, E));
	OK(store_commit(store, E));
	store_close(store);
	store = open_store(*state);
	const struct loaded *loaded = load(store);
	assert_int_equal(loaded->grant_count, 1);
	assert_true(uuid_equal(&loaded->grants[0].entry, &first.entry));
	assert_true(uuid_equal(&loaded->grants[0].person, &first.person));
	assert_int_equal(loaded->grants[0].number, 30569);
	assert_int_equal(loaded->grants[0].role, 1);
	assert_int_equal(loaded->grants[0].kind, ENTRY_RIGHT_GROUP);
	store_close(store);
}

/* Behind which the planner remembered what the source said: nothing of one that failed, or whose source went back. */
static void test_the_last_complete_cycle(void **state)
{
	static const struct {
		const char *result;
		uint32_t complete;
	} cycles[] = {{"source-unread", 0}, {"in-step", 2},       {"failed", 2},
		      {"unfinished", 2},    {"held", 5},          {"refused", 6},
		      {"applied", 7},       {"target-unread", 7}, {"source-went-back", 7},
		      {"ledger-failed", 7}};
	struct store *store = open_store(*state);
	assert_int_equal(load(store)->meta.last_complete, 0);
	for (size_t i = 0; i < sizeof(cycles) / sizeof(cycles[0]); i++) {
		struct cycle_end end = cycle_end_of(begin(store));
		snprintf(end.summary.result, sizeof(end.summary.result), "%s", cycles[i].result);
		OK(store_end_cycle(store, &end, E));
		assert_int_equal(load(store)->meta.last_complete, cycles[i].complete);
	}
	begin(store);
	assert_int_equal(load(store)->meta.last_complete, 7);
	store_close(store);
}

static struct past_record record_behind(struct store *store, int64_t started_s, int64_t ended_s, const char *result)
{
	const struct cycle_summary cycle = {.started_s = started_s, .trigger = "timer", .trigger_uid = UINT32_MAX};
	uint32_t id = 0;
	OK(store_begin_cycle(store, &cycle, &id, E));
	struct cycle_end end = cycle_end_of(id);
	end.summary.ended_s = ended_s;
	snprintf(end.summary.result, sizeof(end.summary.result), "%s", result);
	OK(store_end_cycle(store, &end, E));
	return load(store)->meta.record;
}

/* Whether the source could not be read all the time since: what was read and not remembered is newer than what was. */
static void test_the_cycles_behind_the_last_complete_one(void **state)
{
	struct store *store = open_store(*state);
	struct past_record record = load(store)->meta.record;
	assert_int_equal(record.unread_cycles, 0);
	assert_int_equal(record.ended_s, 0);
	assert_true(record_behind(store, 100, 110, "failed").longest_gap_s == INT64_MAX);
	record = record_behind(store, 5000, 5010, "in-step");
	assert_int_equal(record.unread_cycles, 0);
	assert_int_equal(record.longest_gap_s, 0);
	assert_int_equal(record.ended_s, 5010);
	(void)record_behind(store, 5040, 5050, "source-unread");
	record = record_behind(store, 5060, 5070, "source-unread");
	assert_int_equal(record.unread_cycles, 2);
	assert_int_equal(record.longest_gap_s, 30);
	assert_int_equal(record.ended_s, 5070);
	assert_true(record_behind(store, 5069, 5080, "source-unread").longest_gap_s == INT64_MAX);
	assert_int_equal(record_behind(store, 6000, 6010, "held").longest_gap_s, 0);
	assert_true(record_behind(store, 6010, 6020, "target-unread").longest_gap_s == INT64_MAX);
	assert_int_equal(record_behind(store, 7000, 7010, "applied").longest_gap_s, 0);
	begin(store);
	assert_true(load(store)->meta.record.longest_gap_s == INT64_MAX);
	assert_int_equal(load(store)->meta.record.ended_s, 0);
	store_close(store);
}

static void test_history(void **state)
{
	struct store *store = open_store(*state);
	for (int i = 0; i < 205; i++)
		end(store, begin(store));
	begin(store); /* never ends */
	store_close(store);
	store = open_store(*state);
	const struct loaded *loaded = load(store);
	assert_int_equal(loaded->cycle_count, 200);
	assert_int_equal(loaded->cycles[0].id, 7);
	assert_int_equal(loaded->cycles[0].grants, 3);
	assert_string_equal(loaded->cycles[0].trigger, "timer");
	assert_int_equal(loaded->cycles[0].trigger_uid, UINT32_MAX);
	assert_int_equal(loaded->cycles[199].id, 206);
	assert_int_equal(loaded->cycles[199].ended_s, 0);
	assert_string_equal(loaded->cycles[199].result, "");
	assert_int_equal(loaded->meta.last_cycle, 206);
	assert_int_equal(begin(store), 207);
	store_close(store);
}

static void test_out_of_order_is_refused(void **state)
{
	struct err err = {0};
	struct store *store = open_store(*state);
	const struct intent intent = member_intent(1, INTENT_MEMBER_ADD, &group, member);
	struct intent bad = intent;
	const struct change_outcome outcome = {1, 0, {0}};
	const struct cycle_summary cycle = {.started_s = 1};
	const struct cycle_end other = cycle_end_of(99);
	uint32_t id;
	assert_int_equal(store_intent(store, &intent, &err), ERR_PROTOCOL);
	assert_int_equal(store_outcome(store, &outcome, &err), ERR_PROTOCOL);
	assert_int_equal(store_end_cycle(store, &other, &err), ERR_PROTOCOL);
	begin(store);
	assert_int_equal(store_begin_cycle(store, &cycle, &id, &err), ERR_PROTOCOL);
	assert_int_equal(store_end_cycle(store, &other, &err), ERR_PROTOCOL);
	bad.value = (struct text){0};
	assert_int_equal(store_intent(store, &bad, &err), ERR_PROTOCOL);
	bad.value = text_of("not a dn");
	assert_int_equal(store_intent(store, &bad, &err), ERR_SYNTAX);
	store_close(store);
	store = open_store(*state);
	begin(store);
	OK(store_intent(store, &intent, E));
	assert_int_equal(store_intent(store, &intent, &err), ERR_PROTOCOL);
	store_close(store);
}

static void test_what_was_not_committed_is_gone(void **state)
{
	struct store *store = open_store(*state);
	begin(store);
	const struct intent intent = member_intent(1, INTENT_MEMBER_ADD, &group, member);
	OK(store_intent(store, &intent, E));
	store_close(store);
	store = open_store(*state);
	assert_int_equal(load(store)->owned_count, 0);
	int64_t rows = 0;
	OK(chain_verify(store_db(store), NULL, &rows, E));
	assert_int_equal(rows, 1); /* the cycle's beginning */
	store_close(store);
}

/* One row at least in every chained table. */
static void fill_chain(struct store *store)
{
	uint32_t id = begin(store);
	struct intent intent = member_intent(1, INTENT_MEMBER_ADD, &group, member);
	const struct change_outcome outcome = {1, 50, {"no access to uid=a,ou=people,dc=x", 33}};
	OK(store_intent(store, &intent, E));
	OK(store_outcome(store, &outcome, E));
	intent = (struct intent){.change = 2, .kind = 4};
	intent.dn = text_of("uid=vo-id-quickly,ou=people,dc=x");
	intent.person = text_of("vo-id-quickly");
	OK(store_intent(store, &intent, E));
	intent = (struct intent){.change = 3, .kind = 2};
	intent.dn = text_of("duaalInstitutionNumber=30569,ou=institutions,dc=x");
	OK(store_intent(store, &intent, E));
	end(store, id);
	struct decision decision = {.order = ORDER_PIN, .uid = 1000};
	struct decision_end done = {.result = 0, .text = {"done", 4}};
	const struct past_hold hold = {.id = id, .state = HOLD_OPEN};
	decision.said = text_of("because");
	OK(store_decide(store, &decision, &done.decision, E));
	OK(store_set_hold(store, &hold, E));
	OK(store_end_decision(store, &done, E));
}

static void expect_broken(struct store *store, const char *sql)
{
	struct err err = {0};
	int64_t rows = 0;
	OK(db_exec(store_db(store), "BEGIN; PRAGMA defer_foreign_keys = ON", E));
	if (db_exec(store_db(store), sql, &err) != 0)
		fail_msg("%s: %s", sql, err.text);
	if (chain_verify(store_db(store), NULL, &rows, &err) != ERR_INVALID)
		fail_msg("not seen: %s", sql);
	OK(db_exec(store_db(store), "ROLLBACK", E));
}

/* Changes one column in all rows of a table, whatever its type. */
static void spoil_column(struct store *store, const char *table, const char *column, const char *type)
{
	char sql[256], value[128];
	if (strcmp(type, "INTEGER") == 0)
		snprintf(value, sizeof(value), "coalesce(%s, 0) + 100", column);
	else if (strcmp(type, "TEXT") == 0)
		snprintf(value, sizeof(value), "coalesce(%s, '') || 'x'", column);
	else
		snprintf(value, sizeof(value), "randomblob(32)");
	snprintf(sql, sizeof(sql), "UPDATE %s SET %s = %s", table, column, value);
	expect_broken(store, sql);
}

static void test_chain_sees_every_changed_column(void **state)
{
	static const char *const tables[] = {"cycles",     "changes",   "outcomes",      "certificates",
					     "cycle_ends", "decisions", "decision_ends", "hold_events"};
	struct store *store = open_store(*state);
	int64_t rows = 0;
	int columns = 0;
	fill_chain(store);
	OK(chain_verify(store_db(store), NULL, &rows, E));
	assert_int_equal(rows, 11);
	assert_int_equal(sizeof(tables) / sizeof(tables[0]), CHAIN_TABLES);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		sqlite3_stmt *info = NULL;
		char sql[64];
		snprintf(sql, sizeof(sql), "SELECT name, type FROM pragma_table_info('%s')", tables[i]);
		OK(db_prepare(store_db(store), sql, &info, E));
		for (; sqlite3_step(info) == SQLITE_ROW; columns++) {
			char name[64], type[16];
			snprintf(name, sizeof(name), "%s", (const char *)sqlite3_column_text(info, 0));
			snprintf(type, sizeof(type), "%s", (const char *)sqlite3_column_text(info, 1));
			spoil_column(store, tables[i], name, type);
		}
		sqlite3_finalize(info);
	}
	assert_int_equal(columns, 8 * 2 + 4 + 12 + 5 + 22 + 19 + 9 + 4 + 10);
	OK(chain_verify(store_db(store), NULL, &rows, E));
	store_close(store);
}

static void test_chain_sees_missing_rows(void **state)
{
	struct store *store = open_store(*state);
	fill_chain(store);
	fill_chain(store);
	expect_broken(store, "DELETE FROM outcomes");
	expect_broken(store, "DELETE FROM cycle_ends WHERE cycle = 2");
	expect_broken(store, "DELETE FROM decision_ends WHERE decision = 2"); /* the last row */
	expect_broken(store, "DELETE FROM changes WHERE n = 3 AND cycle = 1");
	expect_broken(store, "UPDATE ledger SET chain_seq = chain_seq - 1");
	expect_broken(store, "UPDATE ledger SET chain_hash = zeroblob(32)");
	store_close(store);
}

/* A row that was changed and hashed anew does not fit the one behind it. */
static void test_hash_stands_on_the_row_before(void **state)
{
	(void)state;
	uint8_t one[CHAIN_HASH_SIZE] = {1}, other[CHAIN_HASH_SIZE] = {2};
	const struct cell cells[] = {cell_number(1), cell_number(2), cell_text(text_of("timer")), cell_none()};
	struct buf scratch;
	buf_init(&scratch);
	OK(chain_hash(one, CHAIN_CYCLES, 5, cells, &scratch, E));
	OK(chain_hash(other, CHAIN_CYCLES, 5, cells, &scratch, E));
	assert_memory_not_equal(one, other, CHAIN_HASH_SIZE);
	buf_done(&scratch);
}

/* Without the side tables the chain still holds, and nothing in the file names the person. */
static void test_people_can_go_from_the_side_tables(void **state)
{
	const struct ledger_place *place = *state;
	struct store *store = open_store(place);
	int64_t rows = 0;
	fill_chain(store);
	OK(db_exec(store_db(store), "DELETE FROM details; DELETE FROM people; DELETE FROM owned; VACUUM", E));
	OK(chain_verify(store_db(store), NULL, &rows, E));
	store_close(store); /* the write-ahead log goes into the file */
	int fd = open(place->path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	char *bytes = malloc((size_t)st.st_size);
	assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
	close(fd);
	assert_non_null(memmem(bytes, (size_t)st.st_size, "trajectbegeleider-30569", 23));
	assert_null(memmem(bytes, (size_t)st.st_size, "quickly", 7));
	assert_null(memmem(bytes, (size_t)st.st_size, "Peeters", 7));
	assert_null(memmem(bytes, (size_t)st.st_size, "uid=a", 5));
	assert_null(memmem(bytes, (size_t)st.st_size, "\xaa\1\0\0\0\0\0\0", 8));
	free(bytes);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_new_ledger_knows_nothing),
		TEST(test_ownership_follows_outcomes),
		TEST(test_member_of_a_group_to_be_made),
		TEST(test_waiting_member_can_be_dropped),
		TEST(test_facts_are_loaded_again),
		TEST(test_facts_can_go),
		TEST(test_grants_are_known_until_they_are_forgotten),
		TEST(test_the_last_complete_cycle),
		TEST(test_the_cycles_behind_the_last_complete_one),
		TEST(test_history),
		TEST(test_out_of_order_is_refused),
		TEST(test_what_was_not_committed_is_gone),
		TEST(test_chain_sees_every_changed_column),
		TEST(test_chain_sees_missing_rows),
		cmocka_unit_test(test_hash_stands_on_the_row_before),
		TEST(test_people_can_go_from_the_side_tables),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
