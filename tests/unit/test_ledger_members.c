/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ledger_members.c - who had access at a moment: had, had not, and what the ledger does not know. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>

#include "ledger/question.h"
#include "test_ledger_steps.h"
#include "wire/message.h"

#define MAX_TOLD 16
static const struct question_hand hand = {60, 61, 62};

struct told {
	struct past_extent extent;
	char lines[MAX_TOLD][200];
	char name[32]; /* of the last one */
	size_t count;
	bool more;
};

/* "= 30569/1 vo-ann 1@100 3@300": state, place, who, begin and end as cycle@seconds behind AT; a doubt behind it. */
static int take_told(void *ctx, uint16_t type, const struct buf *body, struct err *err)
{
	static const char states[] = "-=?";
	struct told *told = ctx;
	struct past_member m;
	if (type == M_PAST_EXTENT)
		return past_extent_decode(body->at, body->len, &told->extent, err);
	assert_int_equal(type, M_PAST_MEMBER);
	assert_int_equal(past_member_decode(body->at, body->len, &m, err), 0);
	assert_true(told->count < MAX_TOLD);
	char *line = told->lines[told->count++];
	snprintf(told->name, sizeof(told->name), "%.*s", TEXT_ARG(m.name));
	int len = snprintf(line, 200, "%c %u/%u %.*s", states[m.state], m.number, m.role,
			   TEXT_ARG(text_is_empty(m.person) ? m.value : m.person));
	const struct past_turn *turns[] = {&m.began, &m.ended};
	for (int i = 0; i < 2; i++)
		if (turns[i]->cycle != 0)
			len += snprintf(line + len, 200 - (size_t)len, " %u@%d", turns[i]->cycle,
					(int)(turns[i]->at_s - AT));
		else
			len += snprintf(line + len, 200 - (size_t)len, " .");
	if (m.doubt != PAST_SURE)
		snprintf(line + len, 200 - (size_t)len, " %d", m.doubt);
	return 0;
}

static struct told tell(struct store *store, struct past_filter filter)
{
	struct told told = {.count = 0};
	OK(question_members(store_db(store), store_roles(store), &filter, &hand, take_told, &told, &told.more, E));
	assert_int_equal(sqlite3_get_autocommit(store_db(store)->handle), 1);
	return told;
}

static void expect(struct store *store, struct past_filter filter, const char *const *lines)
{
	struct told told = tell(store, filter);
	size_t i = 0;
	for (; lines[i] != NULL; i++)
		assert_string_equal(i < told.count ? told.lines[i] : "nothing", lines[i]);
	assert_int_equal(told.count, i);
	assert_int_equal(told.extent.at_s, filter.until_s);
}
#define LINES(...) ((const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})
#define PLACE(when, ...)                                                                                               \
	((struct past_filter){                                                                                         \
		.until_s = AT + (when), .number = 30569, .role = PAST_ROLE_ANY __VA_OPT__(, ) __VA_ARGS__})
#define PERSON(when, who) ((struct past_filter){.until_s = AT + (when), .person = who, .role = PAST_ROLE_ANY})

/* A group of ours at 30569, so that what is owned in it has a place; the last cycle ends at AT + 10000. */
static struct store *open_with(void **state, const struct step *steps, size_t count)
{
	struct store *store = open_store(*state);
	const struct past_group known = {.uuid = group, .number = 30569, .role = 1};
	OK(store_set_group(store, &known, E));
	OK(store_commit(store, E));
	for (size_t i = 0; i < count; i++)
		take_step(store, &steps[i]);
	OK(db_exec(store_db(store), "UPDATE cycle_ends SET ended_s = 1764010000", E));
	return store;
}
#define OPEN(steps) open_with(state, steps, sizeof(steps) / sizeof((steps)[0]))

/* ---- what changes say ------------------------------------------------------------------------------- */

static void test_in_and_out_and_in_again(void **state)
{
	static const struct step steps[] = {{100, ADD, 30569, 1, "vo-ann", 0, 4, 5},
					    {200, ADD, 30569, 1, "vo-bart", 0, 4, 5},
					    {300, REMOVE, 30569, 1, "vo-ann", 0, 6, 7},
					    {400, ADD, 30569, 1, "vo-ann", 0, 4, 5}};
	struct store *store = OPEN(steps);
	expect(store, PLACE(100), LINES("= 30569/1 vo-ann 1@100 3@300"));
	expect(store, PLACE(299), LINES("= 30569/1 vo-ann 1@100 3@300", "= 30569/1 vo-bart 2@200 ."));
	expect(store, PLACE(300), LINES("= 30569/1 vo-bart 2@200 ."));
	expect(store, PLACE(400), LINES("= 30569/1 vo-ann 4@400 .", "= 30569/1 vo-bart 2@200 ."));
	expect(store, PLACE(20000), LINES("= 30569/1 vo-ann 4@400 .", "= 30569/1 vo-bart 2@200 ."));
	expect(store, PLACE(299, .limit = 1), LINES("= 30569/1 vo-ann 1@100 3@300"));
	assert_true(tell(store, PLACE(299, .limit = 1)).more);
	expect(store, PERSON(300, "vo-ann"), LINES("- 30569/1 vo-ann 1@100 3@300"));
	expect(store, PERSON(100, "bart"), LINES("- 30569/1 vo-bart 2@200 ."));
	expect(store, PERSON(100, "nobody"), LINES());
	expect(store, (struct past_filter){.until_s = AT + 299, .number = 30569, .role = 0}, LINES());
	store_close(store);
}

static void test_before_the_ledger_begins(void **state)
{
	static const struct step steps[] = {{100, ADD, 30569, 1, "vo-ann", 0, 4, 5}};
	struct store *store = OPEN(steps);
	struct told told = tell(store, PLACE(99));
	assert_int_equal(told.count, 0);
	assert_int_equal(told.extent.begins_s, AT + 100);
	store_close(store);
}

static void test_an_empty_ledger(void **state)
{
	struct store *store = open_store(*state);
	struct told told = tell(store, PLACE(99));
	assert_int_equal(told.count, 0);
	assert_int_equal(told.extent.begins_s, 0);
	assert_int_equal(told.extent.erased, 0);
	store_close(store);
}

/* ---- what is not sure -------------------------------------------------------------------------------- */

/* Bart was there without us; Ann was given it twice; Cor is gone and nobody took him out. */
static void test_what_others_did_is_not_guessed(void **state)
{
	static const struct step steps[] = {{100, ADD, 30569, 1, "vo-ann", 0, 4, 5},
					    {150, ADD, 30569, 1, "vo-cor", 0, 4, 5},
					    {200, REMOVE, 30569, 1, "vo-bart", 0, 6, 7},
					    {300, ADD, 30569, 1, "vo-ann", 0, 4, 5}};
	struct store *store = OPEN(steps);
	OK(db_exec(store_db(store), "DELETE FROM owned WHERE value LIKE '%cor%'", E));
	expect(store, PLACE(160),
	       LINES("? 30569/1 vo-ann 1@100 . 3", "? 30569/1 vo-bart . 3@200 1", "? 30569/1 vo-cor 2@150 . 2"));
	expect(store, PLACE(300), LINES("= 30569/1 vo-ann 4@300 .", "? 30569/1 vo-cor 2@150 . 2"));
	expect(store, PLACE(10000), LINES("= 30569/1 vo-ann 4@300 .")); /* now: he is not there */
	store_close(store);
}

static void own(struct store *store, uint32_t cycle, const char *value, enum owned_state owned)
{
	struct owned_record record = {
		.group = group, .cycle = cycle, .number = 30569, .role = 1, .state = (uint8_t)owned};
	record.value = text_of(value);
	memcpy(record.source.bytes, value + 4, 4); /* as take_step has it */
	OK(store_set_owned(store, &record, E));
	OK(store_commit(store, E));
}

/* What the directory said is not on record, or that it failed after all: what is ours now tells, or a later change. */
static void test_a_lost_outcome(void **state)
{
	static const struct step steps[] = {{100, ADD, 30569, 1, "vo-ann", 80, 4, 5},
					    {200, ADD, 30569, 1, "vo-bart", 80, 4, 5},
					    {300, ADD, 30569, 1, "vo-cor", WRITE_NOT_SENT, 4, 5},
					    {400, ADD, 30569, 1, "vo-dina", 50, 4, 5},
					    {500, ADD, 30569, 1, "vo-els", 80, 4, 5},
					    {600, REMOVE, 30569, 1, "vo-els", 0, 6, 7}};
	struct store *store = OPEN(steps);
	OK(db_exec(store_db(store), "DELETE FROM owned WHERE value LIKE '%bart%'", E));
	own(store, 6, "uid=vo-ann,ou=people,dc=x", OWNED_HELD); /* a read showed it */
	expect(store, PLACE(550),
	       LINES("= 30569/1 vo-ann 1@100 .", "? 30569/1 vo-bart 2@200 . 4", "= 30569/1 vo-els 5@500 6@600"));
	store_close(store);
}

/* As long as no read has told what became of the write, nothing is sure about it: neither that it was made, nor that it was not. */
static void test_an_outcome_that_is_not_known_yet(void **state)
{
	static const struct step steps[] = {{100, ADD, 30569, 1, "vo-bart", 0, 4, 5},
					    {200, ADD, 30569, 1, "vo-ann", 80, 4, 5},
					    {300, REMOVE, 30569, 1, "vo-bart", 80, 6, 7}};
	struct store *store = OPEN(steps);
	expect(store, PLACE(150), LINES("= 30569/1 vo-bart 1@100 ."));
	expect(store, PLACE(250), LINES("? 30569/1 vo-ann 2@200 . 4", "= 30569/1 vo-bart 1@100 ."));
	expect(store, PLACE(20000), LINES("? 30569/1 vo-ann 2@200 . 4", "? 30569/1 vo-bart 1@100 3@300 4"));
	store_close(store);
}

/* What a read of a later cycle showed of it. */
static void see(struct store *store, const char *who, uint32_t number, uint8_t role, enum owned_state there)
{
	struct owned_record seen = {.group = group, .number = number, .role = role, .state = (uint8_t)there};
	memcpy(seen.source.bytes, who, 4);
	uint32_t id = begin(store);
	OK(store_write_seen(store, &seen, E));
	OK(store_write_seen(store, &seen, E)); /* nothing is left to tell */
	end(store, id);
}

/* A cycle that was broken off: done or not as a read showed it, at the time of the change and not at that of the read. */
static void test_an_outcome_that_a_read_has_shown(void **state)
{
	static const struct step steps[] = {
		{100, ADD, 30569, 1, "ann-1", 0, 4, 5},         {150, ADD, 30569, 1, "cor-1", 0, 4, 5},
		{200, ADD, 30569, 1, "bart-1", UNTOLD, 4, 5},   {300, ADD, 30569, 1, "dina-1", UNTOLD, 4, 5},
		{400, REMOVE, 30569, 1, "ann-1", UNTOLD, 6, 7}, {500, REMOVE, 30569, 1, "cor-1", UNTOLD, 6, 7}};
	struct store *store = OPEN(steps);
	expect(store, PLACE(600),
	       LINES("? 30569/1 dina-1 4@300 . 4", "? 30569/1 ann-1 1@100 5@400 4", "? 30569/1 bart-1 3@200 . 4",
		     "? 30569/1 cor-1 2@150 6@500 4"));
	see(store, "nobody", 30569, 1, OWNED_HELD);
	see(store, "bart-1", 30569, 0, OWNED_HELD);
	see(store, "bart-1", 30569, 1, OWNED_HELD);
	see(store, "dina-1", 30569, 1, OWNED_REMOVED);
	see(store, "ann-1", 30569, 1, OWNED_REMOVED);
	see(store, "cor-1", 30569, 1, OWNED_HELD);
	expect(store, PLACE(350),
	       LINES("= 30569/1 ann-1 1@100 5@400", "= 30569/1 bart-1 3@200 .", "= 30569/1 cor-1 2@150 ."));
	expect(store, PLACE(600), LINES("= 30569/1 bart-1 3@200 .", "= 30569/1 cor-1 2@150 ."));
	assert_int_equal(number_of(store, "SELECT count(*) FROM outcomes WHERE result = -1001"), 2);
	assert_int_equal(number_of(store, "SELECT count(*) FROM outcomes WHERE result = -1002"), 2);
	assert_int_equal(number_of(store, "SELECT sum(state * 10 + before) FROM owned WHERE value LIKE '%-1,%'"),
			 10 + 10 + 50); /* as an outcome of the server leaves them: held, held, removed */
	struct past_filter dina = PERSON(600, "dina-1");
	memcpy(dina.source.bytes, "dina", 4);
	expect(store, dina, LINES());
	store_close(store);
}

/* Two values of one person in one group: it is not clear which of them was seen. */
static void test_an_outcome_that_a_read_cannot_show(void **state)
{
	static const struct step steps[] = {{100, ADD, 30569, 1, "ann-1", UNTOLD, 4, 5},
					    {200, ADD, 30569, 1, "ann-2", UNTOLD, 4, 5}};
	struct store *store = OPEN(steps);
	see(store, "ann-", 30569, 1, OWNED_HELD);
	assert_int_equal(number_of(store, "SELECT count(*) FROM outcomes"), 0);
	OK(db_exec(store_db(store), "DELETE FROM owned WHERE cycle = 1; UPDATE details SET dn = '' WHERE cycle = 2",
		   E));
	see(store, "ann-", 30569, 1, OWNED_HELD);
	assert_int_equal(number_of(store, "SELECT count(*) FROM outcomes"), 0);
	store_close(store);
}

/* Who was to be taken out was there then, whatever became of it. */
static void test_a_removal_shows_who_was_there(void **state)
{
	static const struct step steps[] = {{100, ADD, 30569, 1, "vo-bart", 0, 4, 5},
					    {300, REMOVE, 30569, 1, "vo-ann", 80, 6, 7},
					    {400, REMOVE, 30569, 1, "vo-bart", 80, 6, 7},
					    {500, ADD, 30569, 1, "vo-bart", 0, 4, 5}};
	struct store *store = OPEN(steps);
	expect(store, PLACE(200), LINES("? 30569/1 vo-ann . . 1", "= 30569/1 vo-bart 1@100 3@400"));
	store_close(store);
}

/* ---- what is ours, and hand edits --------------------------------------------------------------------- */

static void test_what_was_found_is_there_since_then(void **state)
{
	static const struct step steps[] = {{100, ADD, 30569, 1, "vo-ann", 0, 4, 5},
					    {200, ADD, 112342, 1, "vo-ann", 0, 4, 5}};
	struct store *store = OPEN(steps);
	own(store, 2, "uid=zoe,ou=people,dc=x", OWNED_ADOPTED);
	own(store, 2, "uid=yves,ou=people,dc=x", OWNED_REMOVED);
	expect(store, PLACE(150), LINES("= 30569/1 vo-ann 1@100 ."));
	expect(store, PLACE(200), LINES("= 30569/1 uid=zoe,ou=people,dc=x 2@200 .", "= 30569/1 vo-ann 1@100 ."));
	struct past_filter zoe = PERSON(200, "vo-zoe");
	memcpy(zoe.source.bytes, "zoe,", 4);
	expect(store, zoe, LINES("= 30569/1 uid=zoe,ou=people,dc=x 2@200 ."));
	store_close(store);
}

/* Her vo-id was another one before: what it was given counts, and is told under the former name. */
static void test_another_vo_id_is_the_same_person(void **state)
{
	static const struct step steps[] = {{100, ADD, 30569, 1, "vo-ann", 0, 4, 5},
					    {200, ADD, 112342, 1, "vo-anja", 0, 4, 5}};
	struct store *store = OPEN(steps);
	struct past_filter anja = PERSON(150, "vo-anja");
	memcpy(anja.source.bytes, "vo-a", 4);
	expect(store, anja, LINES("= 30569/1 vo-ann 1@100 .", "- 112342/1 vo-anja 2@200 ."));
	store_close(store);
}

/* What was given to whoever had the vo-id before is not told of the one who has it now, and not under that name. */
static void test_a_vo_id_that_is_somebody_elses_now(void **state)
{
	static const struct step steps[] = {{100, ADD, 30569, 1, "vo-ann", 0, 4, 5},
					    {300, REMOVE, 30569, 1, "vo-ann", 0, 6, 7},
					    {400, ADD, 30569, 1, "vo-ann", 0, 4, 5}};
	struct store *store = OPEN(steps);
	struct past_filter anew = PERSON(200, "vo-ann");
	OK(db_exec(store_db(store),
		   "UPDATE details SET source_uuid = zeroblob(16) WHERE cycle = 2;"
		   "UPDATE details SET source_uuid = x'41000000000000000000000000000000' WHERE cycle = 3;"
		   "UPDATE people SET source_uuid = x'41000000000000000000000000000000', name = 'Anja';"
		   "UPDATE owned SET source_uuid = x'41000000000000000000000000000000'",
		   E));
	expect(store, PLACE(200), LINES("= 30569/1 vo-ann 1@100 2@300"));
	expect(store, PLACE(500), LINES("= 30569/1 vo-ann 3@400 ."));
	anew.source.bytes[0] = 0x41;
	expect(store, anew, LINES("? 30569/1 vo-ann 1@100 2@300 5", "- 30569/1 vo-ann 3@400 ."));
	assert_string_equal(tell(store, PLACE(200)).name, "");
	assert_string_equal(tell(store, PLACE(500)).name, "Anja");
	store_close(store);
}

static void drift(struct store *store, uint32_t id, uint16_t reason, const char *value, int64_t after_s)
{
	const struct drift_record record = {.drift = {.id = id,
						      .reason = reason,
						      .role = 1,
						      .number = 30569,
						      .first_cycle = 9,
						      .first_s = AT + after_s},
					    .value = text_of(value)};
	OK(store_set_drift(store, &record, E));
	OK(store_commit(store, E));
}

static void test_hand_edits_count_since_they_were_seen(void **state)
{
	static const struct step steps[] = {{100, ADD, 30569, 1, "vo-ann", 0, 4, 5},
					    {100, ADD, 30569, 1, "vo-bart", 0, 4, 5}};
	struct store *store = OPEN(steps);
	drift(store, 1, 61, "uid=vo-bart,ou=people,dc=x", 500);
	drift(store, 2, 60, "uid=yves,ou=people,dc=x", 600);
	drift(store, 3, 99, "uid=xavier,ou=people,dc=x", 600); /* another sort of hand edit */
	expect(store, PLACE(499), LINES("= 30569/1 vo-ann 1@100 .", "= 30569/1 vo-bart 2@100 9@500"));
	expect(store, PLACE(500), LINES("= 30569/1 vo-ann 1@100 ."));
	expect(store, PLACE(600), LINES("= 30569/1 uid=yves,ou=people,dc=x 9@600 .", "= 30569/1 vo-ann 1@100 ."));
	expect(store, PERSON(600, "vo-bart"), LINES("- 30569/1 vo-bart 2@100 9@500"));
	drift(store, 4, 62, "", 700); /* the group is gone, and everybody with it */
	expect(store, PLACE(700), LINES());
	store_close(store);
}

/* We gave it, and it is neither ours nor taken out by us; then somebody put it back. When it was out is not known, only since when it is in. */
static void test_what_was_put_back_by_hand_is_there(void **state)
{
	static const struct step steps[] = {{100, ADD, 30569, 1, "vo-ann", 0, 4, 5},
					    {100, ADD, 30569, 1, "vo-bart", 0, 4, 5},
					    {200, REMOVE, 30569, 1, "vo-bart", 80, 6, 7}};
	struct store *store = OPEN(steps);
	OK(db_exec(store_db(store), "DELETE FROM owned", E));
	drift(store, 1, 60, "uid=vo-ann,ou=people,dc=x", 500);
	drift(store, 2, 60, "uid=vo-bart,ou=people,dc=x", 500);
	expect(store, PLACE(499), LINES("? 30569/1 vo-ann 1@100 . 2", "? 30569/1 vo-bart 2@100 3@200 4"));
	expect(store, PLACE(500), LINES("= 30569/1 vo-ann 9@500 .", "= 30569/1 vo-bart 9@500 ."));
	expect(store, PLACE(20000), LINES("= 30569/1 vo-ann 9@500 .", "= 30569/1 vo-bart 9@500 ."));
	store_close(store);
}

/* Seen in cycle 9, and in the last one no more: taken out or put in by hand, and then as the source has it without us. */
static void test_hand_edits_that_are_over(void **state)
{
	static const struct step steps[] = {{100, ADD, 30569, 1, "vo-ann", 0, 4, 5},
					    {100, ADD, 30569, 1, "vo-bart", 0, 4, 5},
					    {100, ADD, 30569, 1, "vo-cor", 0, 4, 5}};
	struct store *store = OPEN(steps);
	uint32_t rows;
	drift(store, 1, 61, "uid=vo-ann,ou=people,dc=x", 500);
	drift(store, 2, 61, "uid=vo-bart,ou=people,dc=x", 500);
	drift(store, 3, 60, "uid=zoe,ou=people,dc=x", 500);
	OK(db_exec(store_db(store), "UPDATE cycles SET started_s = 1764000000 + 900 WHERE id = 3", E));
	for (uint32_t id = 1; id <= 3; id++)
		OK(store_forget_drift(store, id, E));
	OK(store_commit(store, E));
	OK(db_exec(store_db(store), "DELETE FROM owned WHERE value LIKE '%bart%'", E));
	own(store, 3, "uid=zoe,ou=people,dc=x", OWNED_HELD);
	expect(store, PLACE(499),
	       LINES("= 30569/1 vo-ann 1@100 9@500", "= 30569/1 vo-bart 2@100 9@500", "= 30569/1 vo-cor 3@100 ."));
	expect(store, PLACE(500), LINES("= 30569/1 uid=zoe,ou=people,dc=x 9@500 .", "= 30569/1 vo-cor 3@100 ."));
	expect(store, PLACE(899), LINES("= 30569/1 uid=zoe,ou=people,dc=x 9@500 .", "= 30569/1 vo-cor 3@100 ."));
	expect(store, PERSON(899, "vo-ann"), LINES("- 30569/1 vo-ann 1@100 9@500"));
	expect(store, PLACE(900),
	       LINES("= 30569/1 uid=zoe,ou=people,dc=x 3@900 .", "= 30569/1 vo-ann 1@100 .",
		     "? 30569/1 vo-bart 2@100 . 2", "= 30569/1 vo-cor 3@100 ."));
	OK(store_forget_person(store, text_of("vo-bart"), &rows, E));
	int64_t left = -1;
	OK(db_number(store_db(store), "SELECT count(*) FROM past_drifts", &left, E));
	assert_int_equal(left, 2);
	store_close(store);
}

/* ---- erased names ------------------------------------------------------------------------------------ */

static void test_the_erased_are_not_left_out(void **state)
{
	static const struct step steps[] = {{100, ADD, 30569, 1, "vo-ann", 0, 4, 5},
					    {200, ADD, 30569, 1, "vo-bart", 0, 4, 5},
					    {300, REMOVE, 30569, 1, "vo-bart", 0, 6, 7},
					    {400, REMOVE, 30569, 1, "vo-ann", 0, 6, 7}};
	struct store *store = OPEN(steps);
	uint32_t rows;
	OK(store_forget_person(store, text_of("vo-bart"), &rows, E));
	OK(db_exec(store_db(store), "DELETE FROM details WHERE cycle = 1", E)); /* as the retention does */
	expect(store, PLACE(250), LINES("= 30569/1  2@200 3@300", "= 30569/1 vo-ann 1@100 4@400"));
	expect(store, PLACE(350), LINES("= 30569/1 vo-ann 1@100 4@400"));
	assert_int_equal(tell(store, PLACE(250)).extent.erased, 2);
	assert_int_equal(tell(store, PLACE(400)).extent.erased, 3);
	expect(store, PERSON(250, "vo-bart"), LINES());
	store_close(store);
}

/* Erased by the retention and still a member: what is ours now says who it is. */
static void test_an_old_member_is_known_by_what_is_ours(void **state)
{
	static const struct step steps[] = {{100, ADD, 30569, 1, "vo-ann", 0, 4, 5},
					    {200, ADD, 112342, 1, "vo-bart", 0, 4, 5}};
	struct store *store = OPEN(steps);
	OK(db_exec(store_db(store), "DELETE FROM details WHERE cycle = 1; DELETE FROM people WHERE key = 'vo-ann'", E));
	expect(store, PLACE(150), LINES("= 30569/1 uid=vo-ann,ou=people,dc=x 1@100 ."));
	store_close(store);
}

/* As ours are found: positions of the configuration that was written with another order of roles. */
static void test_roles_are_known_by_their_words(void **state)
{
	static const struct step steps[] = {{100, ADD, 30569, 1, "vo-ann", 0, 4, 5}};
	struct ledger_place *place = *state;
	place->set.role_count = 2;
	place->set.roles[0] = "trajectbegeleider";
	place->set.roles[1] = "beheerder";
	store_close(OPEN(steps));
	place->set.roles[0] = "beheerder";
	place->set.roles[1] = "trajectbegeleider";
	struct store *store = open_store(*state);
	expect(store, PLACE(100), LINES("= 30569/0 vo-ann 1@100 ."));
	expect(store, (struct past_filter){.until_s = AT + 100, .number = 30569, .role = 0},
	       LINES("= 30569/0 vo-ann 1@100 ."));
	expect(store, (struct past_filter){.until_s = AT + 100, .number = 30569, .role = 1}, LINES());
	store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_in_and_out_and_in_again),
		TEST(test_before_the_ledger_begins),
		TEST(test_an_empty_ledger),
		TEST(test_what_others_did_is_not_guessed),
		TEST(test_a_lost_outcome),
		TEST(test_an_outcome_that_is_not_known_yet),
		TEST(test_an_outcome_that_a_read_has_shown),
		TEST(test_an_outcome_that_a_read_cannot_show),
		TEST(test_a_removal_shows_who_was_there),
		TEST(test_what_was_found_is_there_since_then),
		TEST(test_another_vo_id_is_the_same_person),
		TEST(test_a_vo_id_that_is_somebody_elses_now),
		TEST(test_hand_edits_count_since_they_were_seen),
		TEST(test_what_was_put_back_by_hand_is_there),
		TEST(test_hand_edits_that_are_over),
		TEST(test_the_erased_are_not_left_out),
		TEST(test_an_old_member_is_known_by_what_is_ours),
		TEST(test_roles_are_known_by_their_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
