/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ledger_question.c - is what was recorded whole, exported line by line, and found again by cycle and institution? */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <sodium.h>
#include <sqlite3.h>
#include <unistd.h>

#include "ledger/question.h"
#include "test_ledger_bench.h"

static const struct uuid group = {{7, 7, 7}};
static const char member[] = "uid=vo-id-1234,ou=people,dc=x";

static const char *reason_word(unsigned number)
{
	return number == 3 ? "no-request" : "unknown";
}

static const char *kind_word(unsigned number)
{
	return number == INTENT_MEMBER_ADD ? "member-add" : "other";
}

static const struct question_words words = {reason_word, kind_word};

static struct past_hold hold_of(uint32_t id, struct hold_op *op)
{
	struct past_hold hold = {.id = id, .rule = 3, .state = HOLD_OPEN, .ops = op, .op_count = 1};
	crypto_generichash(hold.digest, sizeof(hold.digest), op->id.bytes, sizeof(op->id.bytes), NULL, 0);
	return hold;
}

/* A grant that went through, one that was refused, the person's entry, a hold and an order: rows of every table. */
static void fill(struct store *store)
{
	struct hold_op op = {.id = {{3, 4}}};
	const struct past_hold hold = hold_of(1, &op);
	struct decision decision = {.order = ORDER_PIN, .uid = 1000, .number = 30569};
	struct decision_end done = {.text = {"written", 7}};
	const struct change_outcome fine = {1, 0, {0}}, refused = {2, 50, {"no access to uid=x", 18}},
				    also = {3, 0, {0}};
	uint32_t id = begin(store);
	struct intent intent = member_intent(1, INTENT_MEMBER_ADD, &group, member);
	intent.reason = 3;
	OK(store_intent(store, &intent, E));
	OK(store_outcome(store, &fine, E));
	intent = member_intent(2, INTENT_MEMBER_REMOVE, &group, "uid=vo-id-5678,ou=people,dc=x");
	OK(store_intent(store, &intent, E));
	OK(store_outcome(store, &refused, E));
	intent = (struct intent){.change = 3, .kind = 4};
	intent.dn = text_of("uid=vo-id-1234,ou=people,dc=x");
	intent.person = text_of("vo-id-1234");
	OK(store_intent(store, &intent, E));
	OK(store_outcome(store, &also, E));
	OK(store_set_hold(store, &hold, E));
	end(store, id);
	decision.person = text_of("vo-id-1234");
	decision.entry = text_of("cn=x,ou=overrides");
	decision.said = text_of("because \"so\"\n");
	OK(store_decide(store, &decision, &done.decision, E));
	OK(store_end_decision(store, &done, E));
}

/* ---- verify -------------------------------------------------------------------------------------- */

/* So many rows more, in one transaction. */
static void lengthen_chain(struct store *store, int64_t rows)
{
	struct chain chain;
	OK(chain_open(&chain, store_db(store), E));
	OK(db_begin(store_db(store), E));
	for (int64_t id = 1; id <= rows; id++) {
		const struct cell cells[] = {cell_number(1000 + id), cell_number(id), cell_text(text_of("timer")),
					     cell_number(0)};
		OK(chain_add(&chain, CHAIN_CYCLES, cells, 4, E));
	}
	OK(chain_save(&chain, E));
	OK(db_commit(store_db(store), E));
	chain_done(&chain);
}

/* Nothing is told while the chain is walked, and however long it is, its rows are progress. */
static void test_a_long_chain_moves_the_alarm_on(void **state)
{
	struct ledger_place place = *(struct ledger_place *)*state;
	struct ledger_head head;
	place.set.deadline_s = 100;
	struct store *store = open_store(&place);
	lengthen_chain(store, 20000);
	alarm(100000);
	OK(question_verify(store_db(store), NULL, &head, E));
	assert_in_range(alarm(0), 1, 100);
	assert_int_equal(head.seq, 20000);
	store_close(store);
}

static void test_a_whole_ledger_is_whole(void **state)
{
	struct store *store = open_store(*state);
	struct ledger_head head = {0}, told;
	OK(question_verify(store_db(store), NULL, &head, E));
	assert_int_equal(head.seq, 0);
	fill(store);
	OK(question_verify(store_db(store), NULL, &head, E));
	store_head(store, &told);
	assert_int_equal(head.seq, 1 + 3 + 3 + 1 + 2 + 1 + 2);
	assert_memory_equal(&head, &told, sizeof(head));
	assert_int_equal(sqlite3_get_autocommit(store_db(store)->handle), 1); /* nothing stays open */
	store_close(store);
}

static void expect_not_noted(struct store *store, const struct ledger_head *noted, const char *word)
{
	struct err err = {0};
	struct ledger_head head;
	if (question_verify(store_db(store), noted, &head, &err) != ERR_INVALID || strstr(err.text, word) == NULL)
		fail_msg("%s", err.text);
}

static void test_what_was_noted_is_looked_for(void **state)
{
	struct store *store = open_store(*state);
	struct ledger_head head, noted, other;
	fill(store);
	store_head(store, &noted);
	OK(question_verify(store_db(store), &noted, &head, E));
	end(store, begin(store));
	OK(question_verify(store_db(store), &noted, &head, E)); /* it goes on behind it */
	assert_true(head.seq > noted.seq);
	other = noted;
	other.hash[7] ^= 1;
	expect_not_noted(store, &other, "another one than the daemon noted");
	other = head;
	other.seq++;
	expect_not_noted(store, &other, "the daemon noted one with number");
	store_close(store);
}

static void expect_broken(struct store *store, const char *sql, const char *word)
{
	struct err err = {0};
	struct ledger_head head;
	OK(db_exec(store_db(store), "BEGIN; PRAGMA defer_foreign_keys = ON", E));
	if (db_exec(store_db(store), sql, &err) != 0)
		fail_msg("%s: %s", sql, err.text);
	if (question_verify(store_db(store), NULL, &head, &err) != ERR_INVALID || strstr(err.text, word) == NULL)
		fail_msg("%s: %s", sql, err.text);
	OK(db_exec(store_db(store), "ROLLBACK", E));
}

static void test_what_was_changed_is_named(void **state)
{
	struct store *store = open_store(*state);
	struct ledger_head head;
	fill(store);
	expect_broken(store, "UPDATE changes SET number = 1 WHERE n = 2", "row 4, of changes, was changed");
	expect_broken(store, "UPDATE details SET dn = 'uid=somebody' WHERE n = 1", "change 1 of cycle 1");
	expect_broken(store, "UPDATE details SET source_uuid = randomblob(16) WHERE n = 1", "change 1 of cycle 1");
	expect_broken(store, "UPDATE details SET target_uuid = randomblob(16) WHERE n = 3", "change 3 of cycle 1");
	expect_broken(store, "UPDATE details SET said = 'no objection' WHERE n = 2", "change 2 of cycle 1");
	expect_broken(store, "UPDATE details SET said = '' WHERE n = 2", "change 2 of cycle 1");
	expect_broken(store, "UPDATE details SET said = 'new' WHERE n = 1", "change 1 of cycle 1");
	expect_broken(store, "UPDATE people SET key = 'vo-id-9999'", "of cycle 1");
	expect_broken(store, "UPDATE details SET person = NULL WHERE n = 3", "change 3 of cycle 1");
	expect_broken(store, "UPDATE decision_details SET person = 'vo-id-9999'", "decision 1");
	expect_broken(store, "UPDATE decision_details SET entry = ''", "decision 1");
	expect_broken(store, "UPDATE decision_details SET said = 'because'", "decision 1");
	expect_broken(store, "UPDATE decision_details SET salt = randomblob(16)", "decision 1");
	expect_broken(store, "UPDATE decision_details SET answer = ''", "decision 1");
	expect_broken(store, "UPDATE cycle_details SET said = 'two'", "end of cycle 1");
	expect_broken(store, "UPDATE hold_ops SET id = randomblob(16)", "list of hold 1");
	expect_broken(store,
		      "INSERT INTO hold_ops SELECT hold, 2, id, evidence, who, number, cause, reason, kind, role FROM "
		      "hold_ops",
		      "list of hold 1");
	expect_broken(store, "UPDATE holds SET digest = zeroblob(32)", "list of hold 1");
	OK(question_verify(store_db(store), NULL, &head, E));
	store_close(store);
}

static void test_what_has_gone_is_not_missed(void **state)
{
	struct store *store = open_store(*state);
	struct ledger_head head;
	fill(store);
	OK(db_exec(store_db(store),
		   "DELETE FROM details; DELETE FROM people; DELETE FROM decision_details; DELETE FROM cycle_details;"
		   "DELETE FROM hold_ops",
		   E));
	OK(question_verify(store_db(store), NULL, &head, E));
	store_close(store);
}

/* ---- export -------------------------------------------------------------------------------------- */

struct lines {
	json_t *all; /* array */
	int stop_at; /* of that many the sink fails; 0: never */
};

static int take_line(void *ctx, uint16_t type, const struct buf *body, struct err *err)
{
	struct lines *lines = ctx;
	json_error_t why;
	assert_int_equal(type, M_EXPORT_LINE);
	assert_null(memchr(body->at, '\n', body->len));
	json_t *line = json_loadb(body->at, body->len, 0, &why);
	if (line == NULL)
		fail_msg("%s: %.*s", why.text, (int)body->len, body->at);
	json_array_append_new(lines->all, line);
	return lines->stop_at > 0 && (int)json_array_size(lines->all) == lines->stop_at
		       ? err_set(err, ERR_UNAVAILABLE, "gone")
		       : 0;
}

static json_t *export_all(struct store *store, uint64_t from, uint32_t limit, uint64_t *next)
{
	struct lines lines = {.all = json_array()};
	OK(question_export(store_db(store), from, limit, &words, take_line, &lines, next, E));
	return lines.all;
}

static json_t *line_of(json_t *lines, size_t seq, const char *table)
{
	json_t *line = json_array_get(lines, seq - 1);
	assert_int_equal(json_integer_value(json_object_get(line, "seq")), seq);
	assert_string_equal(json_string_value(json_object_get(line, "table")), table);
	return line;
}

static const char *said(json_t *line, const char *name)
{
	const char *text = json_string_value(json_object_get(line, name));
	return text != NULL ? text : "(none)";
}

static void test_every_row_is_a_line(void **state)
{
	static const char *const order[] = {"cycles",     "changes",   "outcomes",     "changes",      "outcomes",
					    "changes",    "outcomes",  "hold_events",  "certificates", "certificates",
					    "cycle_ends", "decisions", "decision_ends"};
	struct store *store = open_store(*state);
	uint64_t next = 99;
	fill(store);
	json_t *lines = export_all(store, 0, 0, &next);
	assert_int_equal(next, 0);
	assert_int_equal(json_array_size(lines), 13);
	for (size_t i = 0; i < 13; i++)
		assert_int_equal(strlen(said(line_of(lines, i + 1, order[i]), "hash")), 64);
	json_t *change = line_of(lines, 2, "changes");
	assert_string_equal(said(change, "reason_word"), "no-request");
	assert_string_equal(said(change, "kind_word"), "member-add");
	assert_int_equal(json_integer_value(json_object_get(change, "number")), 30569);
	assert_int_equal(strlen(said(change, "time")), 20);
	assert_int_equal(strlen(said(change, "subject")), 64);
	json_t *details = json_object_get(change, "details");
	assert_string_equal(said(details, "person"), "Vo-Id-1234");
	assert_string_equal(said(details, "name"), "Ann Peeters");
	assert_string_equal(said(details, "dn"), member);
	assert_string_equal(said(details, "source_uuid"), "aa010000-0000-0000-0000-000000000000");
	assert_null(json_object_get(line_of(lines, 3, "outcomes"), "details"));
	assert_string_equal(said(json_object_get(line_of(lines, 5, "outcomes"), "details"), "said"),
			    "no access to uid=x");
	assert_string_equal(said(json_object_get(line_of(lines, 11, "cycle_ends"), "details"), "said"), "one");
	json_t *decision = line_of(lines, 12, "decisions");
	assert_string_equal(said(decision, "order"), "pin");
	assert_int_equal(strlen(said(decision, "subject")), 64);
	assert_string_equal(said(json_object_get(decision, "details"), "said"), "because \"so\"\n");
	assert_string_equal(said(json_object_get(decision, "details"), "name"), "Ann Peeters");
	assert_string_equal(said(json_object_get(line_of(lines, 13, "decision_ends"), "details"), "answer"), "written");
	assert_int_equal(sqlite3_get_autocommit(store_db(store)->handle), 1);
	json_decref(lines);
	store_close(store);
}

static void test_bounded_exports_join(void **state)
{
	struct store *store = open_store(*state);
	uint64_t next = 1;
	fill(store);
	json_t *whole = export_all(store, 1, 0, &next), *joined = json_array();
	next = 1;
	for (int rounds = 0; next != 0; rounds++) {
		uint64_t from = next;
		json_t *part = export_all(store, from, 4, &next);
		assert_in_range(rounds, 0, 3);
		assert_in_range(json_array_size(part), 1, 4);
		json_array_extend(joined, part);
		json_decref(part);
	}
	assert_true(json_equal(whole, joined));
	json_t *none = export_all(store, 14, 4, &next), *far = export_all(store, UINT64_MAX, 4, &next);
	assert_int_equal(json_array_size(none) + json_array_size(far) + next, 0);
	json_decref(whole);
	json_decref(joined);
	json_decref(none);
	json_decref(far);
	store_close(store);
}

static void test_the_forgotten_are_not_named(void **state)
{
	struct store *store = open_store(*state);
	uint64_t next;
	uint32_t rows;
	fill(store);
	OK(store_forget_person(store, text_of("vo-id-1234"), &rows, E));
	json_t *lines = export_all(store, 1, 0, &next);
	assert_null(json_object_get(line_of(lines, 2, "changes"), "details"));
	assert_null(json_object_get(line_of(lines, 12, "decisions"), "details"));
	char *text = json_dumps(lines, 0);
	assert_null(strcasestr(text, "vo-id-1234")); /* "1234" alone is in a hash now and then */
	free(text);
	json_decref(lines);
	store_close(store);
}

/* A text that is no UTF-8 neither stops the export nor gets lost. */
static void test_odd_bytes(void **state)
{
	struct store *store = open_store(*state);
	uint64_t next;
	struct decision decision = {.order = ORDER_PIN};
	uint32_t id;
	decision.said = text_make("a\xff\0b", 4);
	OK(store_decide(store, &decision, &id, E));
	json_t *lines = export_all(store, 1, 0, &next);
	assert_string_equal(said(json_object_get(line_of(lines, 1, "decisions"), "details"), "said"), "61ff0062");
	json_decref(lines);
	store_close(store);
}

static void test_a_listener_that_goes_ends_it(void **state)
{
	struct store *store = open_store(*state);
	struct lines lines = {.all = json_array(), .stop_at = 2};
	struct err err = {0};
	uint64_t next;
	fill(store);
	assert_int_equal(question_export(store_db(store), 1, 0, &words, take_line, &lines, &next, &err),
			 ERR_UNAVAILABLE);
	assert_int_equal(json_array_size(lines.all), 2);
	assert_int_equal(sqlite3_get_autocommit(store_db(store)->handle), 1);
	json_decref(lines.all);
	store_close(store);
}

/* ---- changes ------------------------------------------------------------------------------------- */

struct changes {
	struct past_change at[8];
	char text[8][256];
	size_t count;
};

static int take_change(void *ctx, uint16_t type, const struct buf *body, struct err *err)
{
	struct changes *changes = ctx;
	assert_int_equal(type, M_PAST_CHANGE);
	assert_in_range(changes->count, 0, 7);
	struct past_change *change = &changes->at[changes->count];
	assert_int_equal(past_change_decode(body->at, body->len, change, err), 0);
	snprintf(changes->text[changes->count++], 256, "%.*s|%.*s|%.*s", TEXT_ARG(change->value),
		 TEXT_ARG(change->person), TEXT_ARG(change->name));
	return 0;
}

static void test_changes_of_a_cycle(void **state)
{
	struct store *store = open_store(*state);
	struct changes changes = {0}, none = {0};
	fill(store);
	OK(question_cycle(store_db(store), store_roles(store), 1, take_change, &changes, E));
	assert_int_equal(changes.count, 1); /* the refused one and the entry are no changes of membership */
	assert_int_equal(changes.at[0].cycle, 1);
	assert_int_equal(changes.at[0].number, 30569);
	assert_int_equal(changes.at[0].kind, INTENT_MEMBER_ADD);
	assert_int_equal(changes.at[0].role, 1);
	assert_int_equal(changes.at[0].reason, 3);
	assert_true(changes.at[0].at_s > 1700000000);
	assert_int_equal(changes.at[0].source.bytes[0], 0xaa);
	assert_string_equal(changes.text[0], "uid=vo-id-1234,ou=people,dc=x|Vo-Id-1234|Ann Peeters");
	OK(question_cycle(store_db(store), store_roles(store), 2, take_change, &none, E));
	assert_int_equal(none.count, 0);
	assert_int_equal(sqlite3_get_autocommit(store_db(store)->handle), 1);
	store_close(store);
}

/* The configuration names its roles in another order than when this was written. */
static void test_roles_are_known_by_their_words(void **state)
{
	struct ledger_place *place = *state;
	place->set.role_count = 2;
	place->set.roles[0] = "trajectbegeleider";
	place->set.roles[1] = "beheerder";
	struct store *store = open_store(*state);
	const struct past_pin pin = {{{1}}, 30569, 7, 1, true, 99};
	const struct past_removal removal = {1764000000, 30569, 0, REMOVAL_ORDINARY};
	fill(store); /* role 1 */
	OK(store_set_pin(store, &pin, E));
	OK(store_add_removal(store, &removal, E));
	OK(store_commit(store, E));
	store_close(store);
	place->set.role_count = 3;
	place->set.roles[0] = "nieuw";
	place->set.roles[1] = "Trajectbegeleider"; /* caseless, as everywhere */
	place->set.roles[2] = "beheerder";
	store = open_store(*state);
	struct changes changes = {0};
	OK(question_cycle(store_db(store), store_roles(store), 1, take_change, &changes, E));
	assert_int_equal(changes.at[0].role, 2);
	const struct loaded *loaded = load(store);
	assert_int_equal(loaded->decided.pins[0].role, 2);
	assert_int_equal(loaded->removals[0].role, 1);
	store_close(store);
	place->set.role_count = 1; /* one that is no longer configured is nobody's */
	place->set.roles[0] = "trajectbegeleider";
	store = open_store(*state);
	loaded = load(store);
	assert_int_equal(loaded->decided.pins[0].role, UINT8_MAX);
	assert_int_equal(loaded->removals[0].role, 0);
	store_close(store);
}

static void test_changes_at_a_place(void **state)
{
	struct store *store = open_store(*state);
	for (uint32_t round = 1; round <= 4; round++) {
		uint32_t id = begin(store);
		for (uint32_t n = 1; n <= 2; n++) {
			struct intent intent = member_intent(n, INTENT_MEMBER_ADD, &group, member);
			const struct change_outcome outcome = {n, 0, {0}};
			intent.number = n == 1 ? 30569 : 77;
			intent.person = (struct text){0}; /* known by its DN only */
			OK(store_intent(store, &intent, E));
			OK(store_outcome(store, &outcome, E));
		}
		end(store, id);
	}
	struct changes changes = {0}, all = {0}, none = {0};
	OK(question_place(store_db(store), store_roles(store), 30569, 3, take_change, &changes, E));
	assert_int_equal(changes.count, 3);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(changes.at[i].cycle, 4 - i); /* newest first */
		assert_int_equal(changes.at[i].number, 30569);
	}
	assert_string_equal(changes.text[0], "uid=vo-id-1234,ou=people,dc=x||Ann Peeters");
	OK(question_place(store_db(store), store_roles(store), 77, 0, take_change, &all, E));
	assert_int_equal(all.count, 4);
	OK(question_place(store_db(store), store_roles(store), 78, 0, take_change, &none, E));
	assert_int_equal(none.count, 0);
	store_close(store);
}

/* Found by an index, however many changes there are elsewhere. */
static void test_a_place_is_found_by_its_index(void **state)
{
	struct store *store = open_store(*state);
	sqlite3_stmt *plan = NULL;
	bool indexed = false;
	OK(db_prepare(store_db(store),
		      "EXPLAIN QUERY PLAN SELECT * FROM changes c WHERE c.kind IN (1, 8) AND c.number = 3"
		      " ORDER BY c.seq DESC LIMIT 5",
		      &plan, E));
	while (sqlite3_step(plan) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(plan, 3);
		indexed |= strstr(step, "changes_place") != NULL;
		assert_null(strstr(step, "TEMP B-TREE"));
	}
	sqlite3_finalize(plan);
	assert_true(indexed);
	store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_whole_ledger_is_whole),
		TEST(test_a_long_chain_moves_the_alarm_on),
		TEST(test_what_was_noted_is_looked_for),
		TEST(test_what_was_changed_is_named),
		TEST(test_what_has_gone_is_not_missed),
		TEST(test_every_row_is_a_line),
		TEST(test_bounded_exports_join),
		TEST(test_the_forgotten_are_not_named),
		TEST(test_odd_bytes),
		TEST(test_a_listener_that_goes_ends_it),
		TEST(test_changes_of_a_cycle),
		TEST(test_roles_are_known_by_their_words),
		TEST(test_changes_at_a_place),
		TEST(test_a_place_is_found_by_its_index),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
