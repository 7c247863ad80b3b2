/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ledger_past.c - what was: changes by person, institution, time and cause; reads. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>

#include "ledger/question.h"
#include "test_ledger_steps.h"

#define MAX_TOLD 32

/* ---- a ledger with a past -------------------------------------------------------------------------- */

static const struct step steps[] = {
	{100, ADD, 30569, 1, "vo-ann", 0, 4, 5},     {200, ADD, 30569, 1, "vo-bart", 0, 4, 5},
	{300, REMOVE, 30569, 1, "vo-bart", 0, 6, 7}, {400, REMOVE, 30569, 1, "vo-ann", 50, 6, 7},
	{500, ADD, 112342, 0, "vo-ann", 0, 8, 5},
};

static struct store *open_past(void **state)
{
	struct store *store = open_store(*state);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		take_step(store, &steps[i]);
	return store;
}

/* ---- what is told ----------------------------------------------------------------------------------- */

struct told {
	char lines[MAX_TOLD][160];
	char names[MAX_TOLD][32];
	size_t count;
	bool more;
};

static int take_change(void *ctx, uint16_t type, const struct buf *body, struct err *err)
{
	struct told *told = ctx;
	struct past_change change;
	assert_int_equal(type, M_PAST_CHANGE);
	assert_int_equal(past_change_decode(body->at, body->len, &change, err), 0);
	assert_true(told->count < MAX_TOLD);
	snprintf(told->names[told->count], sizeof(told->names[0]), "%.*s", TEXT_ARG(change.name));
	snprintf(told->lines[told->count++], sizeof(told->lines[0]), "%u %+d %c %u/%u %.*s", change.cycle,
		 (int)(change.at_s - AT), change.kind == ADD ? '+' : '-', change.number, change.role,
		 TEXT_ARG(change.person));
	return 0;
}

static void expect_changes(struct store *store, struct past_filter filter, bool more, const char *const *lines)
{
	struct told told = {.count = 0};
	OK(question_changes(store_db(store), store_roles(store), &filter, take_change, &told, &told.more, E));
	size_t i = 0;
	for (; lines[i] != NULL; i++)
		assert_string_equal(i < told.count ? told.lines[i] : "nothing", lines[i]);
	assert_int_equal(told.count, i);
	assert_int_equal(told.more, more);
	assert_int_equal(sqlite3_get_autocommit(store_db(store)->handle), 1);
}
static void expect_known(struct store *store, const char *person, bool wanted)
{
	bool known = !wanted;
	OK(question_knows(store_db(store), person, &known, E));
	assert_int_equal(known, wanted);
}
#define LINES(...)  ((const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})
#define FILTER(...) ((struct past_filter){.role = PAST_ROLE_ANY __VA_OPT__(, ) __VA_ARGS__})

#define FIRST  "1 +100 + 30569/1 vo-ann"
#define SECOND "2 +200 + 30569/1 vo-bart"
#define THIRD  "3 +300 - 30569/1 vo-bart"
#define FIFTH  "5 +500 + 112342/0 vo-ann"

static void test_changes_by_each_filter(void **state)
{
	struct store *store = open_past(state);
	expect_changes(store, FILTER(), false, LINES(FIFTH, THIRD, SECOND, FIRST));
	expect_changes(store, FILTER(.limit = 2), true, LINES(FIFTH, THIRD));
	expect_changes(store, FILTER(.limit = 4), false, LINES(FIFTH, THIRD, SECOND, FIRST));
	expect_changes(store, FILTER(.number = 30569), false, LINES(THIRD, SECOND, FIRST));
	expect_changes(store, (struct past_filter){.role = 0}, false, LINES(FIFTH));
	expect_changes(store, FILTER(.since_s = AT + 200, .until_s = AT + 300), false, LINES(THIRD, SECOND));
	expect_changes(store, FILTER(.reason = 6), false, LINES(THIRD));
	expect_changes(store, FILTER(.reason = 5), false, LINES(FIFTH, SECOND, FIRST));
	expect_changes(store, FILTER(.person = "VO-ANN"), false, LINES(FIFTH, FIRST));
	expect_changes(store, FILTER(.person = "bart"), false, LINES(THIRD, SECOND)); /* by name */
	expect_changes(store, FILTER(.person = "vo-ann", .number = 112342), false, LINES(FIFTH));
	expect_changes(store, FILTER(.person = "nobody"), false, LINES());
	expect_known(store, "VO-ANN", true);
	expect_known(store, "bart", true);
	expect_known(store, "nobody", false);
	store_close(store);
}

static void test_the_forgotten_keep_their_changes(void **state)
{
	struct store *store = open_past(state);
	uint32_t rows;
	OK(store_forget_person(store, text_of("vo-bart"), &rows, E));
	expect_changes(store, FILTER(.number = 30569), false, LINES("3 +300 - 30569/1 ", "2 +200 + 30569/1 ", FIRST));
	expect_changes(store, FILTER(.person = "vo-bart"), false, LINES());
	expect_known(store, "vo-bart", false);
	store_close(store);
}

/* What was given to whoever had the vo-id before is not told under the name of the one who has it now. */
static void test_a_name_is_of_one_entry(void **state)
{
	struct store *store = open_past(state);
	const struct past_filter ann = FILTER(.person = "vo-ann");
	struct told told = {.count = 0};
	OK(db_exec(store_db(store),
		   "UPDATE details SET source_uuid = x'41000000000000000000000000000000' WHERE cycle = 5;"
		   "UPDATE people SET source_uuid = x'41000000000000000000000000000000' WHERE key = 'vo-ann'",
		   E));
	OK(question_changes(store_db(store), store_roles(store), &ann, take_change, &told, &told.more, E));
	assert_int_equal(told.count, 2);
	assert_string_equal(told.names[0], "Ann");
	assert_string_equal(told.names[1], "");
	store_close(store);
}

static void test_an_empty_ledger_has_none(void **state)
{
	struct store *store = open_store(*state);
	bool more = true;
	expect_changes(store, FILTER(), false, LINES());
	OK(question_reads(store_db(store), 0, take_change, NULL, &more, E));
	assert_false(more);
	store_close(store);
}

/* The helper may write nowhere but in the ledger's folder: what has to be sorted must not need a file. */
static void test_sorting_needs_no_file(void **state)
{
	struct ledger_place *place = *state;
	struct store *store = open_past(state);
	assert_int_equal(number_of(store, "PRAGMA temp_store"), 2);
	place->set.read_only = true;
	struct store *reader = open_store(place);
	assert_int_equal(number_of(reader, "PRAGMA temp_store"), 2);
	store_close(reader);
	store_close(store);
}

/* Found by an index, however many changes there are of others. */
static void test_a_person_is_found_by_an_index(void **state)
{
	struct store *store = open_store(*state);
	sqlite3_stmt *plan = NULL;
	bool indexed = false;
	OK(db_prepare(store_db(store),
		      "EXPLAIN QUERY PLAN SELECT c.cycle FROM changes c"
		      " JOIN outcomes o ON o.cycle = c.cycle AND o.n = c.n"
		      " WHERE c.kind IN (1, 8) AND c.seq IN " QUESTION_PERSON_ROWS " ORDER BY c.seq DESC",
		      &plan, E));
	while (sqlite3_step(plan) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(plan, 3);
		indexed |= strstr(step, "details_person") != NULL;
		assert_true(strstr(step, "SCAN c") == NULL || strstr(step, "CONSTANT") != NULL);
		assert_null(strstr(step, "SCAN x"));
	}
	sqlite3_finalize(plan);
	assert_true(indexed);
	store_close(store);
}

/* ---- reads ------------------------------------------------------------------------------------------ */

static int take_read(void *ctx, uint16_t type, const struct buf *body, struct err *err)
{
	struct told *told = ctx;
	struct past_read read;
	assert_int_equal(type, M_PAST_READ);
	assert_int_equal(past_read_decode(body->at, body->len, &read, err), 0);
	snprintf(told->lines[told->count++], sizeof(told->lines[0]), "%u %.*s %u %.*s %.*s", read.cycle,
		 TEXT_ARG(read.side), read.people, TEXT_ARG(read.missing), TEXT_ARG(read.result));
	return 0;
}

static void test_reads_newest_first(void **state)
{
	struct store *store = open_store(*state);
	struct told told = {.count = 0};
	struct cycle_end done;
	for (uint32_t round = 1; round <= 2; round++) {
		done = cycle_end_of(begin(store));
		done.has_target = round == 2;
		done.sources[0].certificate.checks = round == 1 ? CHECKS_ALL : CHECKS_ALL & ~(uint32_t)CHECK_CANARIES;
		done.target.checks = CHECKS_ALL;
		done.sources[0].certificate.counts[ENTRY_PERSON] = 10 * round;
		OK(store_end_cycle(store, &done, E));
	}
	OK(question_reads(store_db(store), 0, take_read, &told, &told.more, E));
	assert_int_equal(told.count, 3);
	assert_false(told.more);
	assert_int_equal(strncmp(told.lines[0], "2 target ", 9), 0);
	assert_non_null(strstr(told.lines[1], "2 source 20 no proof of: canaries"));
	assert_int_equal(strncmp(told.lines[2], "1 source 10  ", 13), 0);
	told = (struct told){.count = 0};
	OK(question_reads(store_db(store), 2, take_read, &told, &told.more, E));
	assert_int_equal(told.count, 2);
	assert_true(told.more);
	store_close(store);
}

/* ---- weeks ------------------------------------------------------------------------------------------- */

struct weeks {
	struct past_week at[4];
	size_t count;
};

static int take_week(void *ctx, uint16_t type, const struct buf *body, struct err *err)
{
	struct weeks *weeks = ctx;
	assert_int_equal(type, M_PAST_WEEK);
	assert_true(weeks->count < 4);
	return past_week_decode(body->at, body->len, &weeks->at[weeks->count++], err);
}

/* "Weeks" of 250 seconds: 1 and 2 in the first, 3 and 4 in the second, 5 in the third; each read began 10 s before, that of 5 later than it. */
static void test_weeks(void **state)
{
	struct store *store = open_past(state);
	struct weeks told = {.count = 0};
	const struct past_weeks asked = {4, {AT, AT + 250, AT + 499, AT + 501, AT + 600}};
	struct past_hold hold = {.id = 1, .rule = 3, .state = HOLD_OPEN};
	OK(db_exec(store_db(store),
		   "UPDATE certificates SET started_s = (SELECT started_s FROM cycles WHERE id = cycle) - 10 * cycle;"
		   "UPDATE certificates SET started_s = 1764000999 WHERE cycle = 5;"
		   "UPDATE cycle_ends SET result = 'source-unread' WHERE cycle = 4",
		   E));
	OK(store_set_hold(store, &hold, E));
	hold.state = HOLD_APPROVED;
	OK(store_set_hold(store, &hold, E));
	OK(store_commit(store, E));
	OK(db_exec(store_db(store), "UPDATE hold_events SET at_s = 1764000200", E));
	OK(question_weeks(store_db(store), &asked, take_week, &told, E));
	assert_int_equal(told.count, 4);
	const struct past_week *first = &told.at[0], *second = &told.at[1], *third = &told.at[2], *last = &told.at[3];
	assert_int_equal(first->begins_s, AT);
	assert_true(first->cycles == 2 && first->failed == 0 && first->grants == 2 && first->removals == 0);
	assert_true(first->holds == 1 && first->decided == 1 && first->expired == 0);
	assert_true(first->median_s == 10 && first->longest_s == 20);
	assert_true(second->cycles == 2 && second->failed == 1 && second->grants == 0 && second->removals == 1);
	assert_true(second->median_s == 30 && second->longest_s == 30 && second->holds == 0);
	assert_true(third->grants == 1 && third->median_s == 0); /* a clock that was set back */
	assert_true(last->cycles == 0 && last->grants == 0 && last->longest_s == 0);
	assert_int_equal(sqlite3_get_autocommit(store_db(store)->handle), 1);
	store_close(store);
}

/* The last cycle is under way; one before it that has no end was broken off. */
static void test_broken_off_cycles_are_failures(void **state)
{
	struct store *store = open_past(state);
	struct weeks told = {.count = 0};
	const struct past_weeks asked = {1, {AT, AT + 600}};
	OK(db_exec(store_db(store), "DELETE FROM cycle_ends WHERE cycle IN (2, 5)", E));
	OK(question_weeks(store_db(store), &asked, take_week, &told, E));
	assert_true(told.at[0].cycles == 5 && told.at[0].failed == 1);
	store_close(store);
}

static void test_an_empty_ledger_has_empty_weeks(void **state)
{
	struct store *store = open_store(*state);
	struct weeks told = {.count = 0};
	const struct past_weeks asked = {2, {AT, AT + 600, AT + 700}};
	OK(question_weeks(store_db(store), &asked, take_week, &told, E));
	assert_true(told.count == 2 && told.at[0].cycles == 0 && told.at[1].failed == 0);
	store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_changes_by_each_filter),
		TEST(test_the_forgotten_keep_their_changes),
		TEST(test_a_name_is_of_one_entry),
		TEST(test_an_empty_ledger_has_none),
		TEST(test_sorting_needs_no_file),
		TEST(test_a_person_is_found_by_an_index),
		TEST(test_reads_newest_first),
		TEST(test_weeks),
		TEST(test_broken_off_cycles_are_failures),
		TEST(test_an_empty_ledger_has_empty_weeks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
