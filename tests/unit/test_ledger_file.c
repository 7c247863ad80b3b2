/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ledger_file.c - which files are opened as a ledger, what the others are told, and migrations. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>

#include "ledger/chain_table.h"
#include "ledger/schema.h"
#include "ledger/store.h"
#include "test_ledger.h"

static void expect_open(const struct ledger_place *place)
{
	struct err err = {0};
	struct store *store = NULL;
	if (store_open(&place->set, &store, &err) != 0)
		fail_msg("%s", err.text);
	store_close(store);
}

static void expect_refused(const struct ledger_settings *set, int code, const char *word)
{
	struct err err = {0};
	struct store *store = NULL;
	int got = store_open(set, &store, &err);
	if (got != code || strstr(err.text, word) == NULL)
		fail_msg("%d %s", got, err.text);
	assert_null(store);
}

static void raw(const struct ledger_place *place, const char *sql)
{
	sqlite3 *handle = NULL;
	assert_int_equal(sqlite3_open(place->path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(handle);
	assert_int_equal(chmod(place->path, 0600), 0);
}

static void put_file(const char *path, const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

static void test_new_file_is_private(void **state)
{
	const struct ledger_place *place = *state;
	struct stat st;
	umask(0);
	expect_open(place);
	assert_int_equal(stat(place->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	expect_open(place);
}

static void test_empty_file_is_new(void **state)
{
	const struct ledger_place *place = *state;
	put_file(place->path, "", 0);
	expect_open(place);
}

static void test_unsafe_files_are_refused(void **state)
{
	struct ledger_place *place = *state;
	char link[300];
	expect_open(place);
	assert_int_equal(chmod(place->path, 0640), 0);
	expect_refused(&place->set, ERR_DENIED, "chmod 600");
	assert_int_equal(chmod(place->path, 0600), 0);
	snprintf(link, sizeof(link), "%s/link", place->dir);
	assert_int_equal(symlink(place->path, link), 0);
	struct ledger_settings set = place->set;
	set.path = link;
	expect_refused(&set, ERR_DENIED, "symbolic link");
	set.path = place->dir;
	expect_refused(&set, ERR_DENIED, "not a regular file");
	set.path = "/nonexistent/ledger.db";
	expect_refused(&set, ERR_IO, "cannot be made");
}

static void test_other_peoples_files_are_refused(void **state)
{
	const struct ledger_place *place = *state;
	raw(place, "CREATE TABLE theirs (x)");
	expect_refused(&place->set, ERR_INVALID, "another application");
	raw(place, "DROP TABLE theirs; PRAGMA application_id = 77");
	expect_refused(&place->set, ERR_INVALID, "another application");
}

static void test_newer_version_is_refused(void **state)
{
	const struct ledger_place *place = *state;
	expect_open(place);
	raw(place, "PRAGMA user_version = 1000");
	expect_refused(&place->set, ERR_INVALID, "newer duaalsync");
}

static void test_other_instance_is_refused(void **state)
{
	struct ledger_place *place = *state;
	expect_open(place);
	place->set.instance = "acceptance";
	expect_refused(&place->set, ERR_INVALID, "belongs to the instance \"main\"");
}

static void test_reader_needs_a_ledger_of_this_version(void **state)
{
	struct ledger_place *place = *state;
	place->set.read_only = true;
	expect_refused(&place->set, ERR_NOT_FOUND, "does not exist");
	put_file(place->path, "", 0);
	expect_refused(&place->set, ERR_UNAVAILABLE, "until duaalsyncd has run");
}

static void test_damaged_file_says_what_to_do(void **state)
{
	const struct ledger_place *place = *state;
	char noise[8192];
	memset(noise, 'n', sizeof(noise));
	put_file(place->path, noise, sizeof(noise));
	expect_refused(&place->set, ERR_INVALID, "move it aside");
	assert_int_equal(unlink(place->path), 0);
	expect_open(place);
	int fd = open(place->path, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, noise, 4096, 8192), 4096);
	close(fd);
	expect_refused(&place->set, ERR_INVALID, "adopted");
	assert_int_equal(truncate(place->path, 5000), 0);
	expect_refused(&place->set, ERR_INVALID, "move it aside");
}

/* Any damage: an error, or a ledger that can be asked; never a crash. */
static int ignore(void *ctx, uint16_t type, const struct buf *body, struct err *err)
{
	(void)ctx, (void)type, (void)body, (void)err;
	return 0;
}

static void use(const struct ledger_place *place)
{
	struct err err = {0};
	struct store *store = NULL;
	const struct cycle_summary cycle = {.started_s = 1};
	const struct uuid group = {{1}};
	const struct intent intent = member_intent(1, INTENT_MEMBER_ADD, &group, "uid=b");
	uint32_t id;
	int64_t rows;
	if (store_open(&place->set, &store, &err) == 0) {
		(void)!store_load(store, ignore, NULL, &err);
		(void)!chain_verify(store_db(store), NULL, &rows, &err);
		if (store_begin_cycle(store, &cycle, &id, &err) == 0 && store_intent(store, &intent, &err) == 0)
			(void)!store_commit(store, &err);
	}
	store_close(store);
}

static void test_random_damage(void **state)
{
	const struct ledger_place *place = *state;
	const char *given = getenv("DUAAL_TEST_SEED");
	unsigned seed = given != NULL ? (unsigned)strtoul(given, NULL, 10) : (unsigned)getpid();
	print_message("# seed %u\n", seed);
	srandom(seed);
	use(place);
	int fd = open(place->path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	size_t len = (size_t)st.st_size;
	char *good = malloc(len), *bad = malloc(len);
	assert_int_equal(read(fd, good, len), len);
	close(fd);
	for (int round = 0; round < 150; round++) {
		char wal[320], shm[320];
		memcpy(bad, good, len);
		for (long hits = 1 + random() % 20; hits > 0; hits--)
			bad[(size_t)random() % (round % 2 == 0 ? len : 4096)] = (char)random();
		snprintf(wal, sizeof(wal), "%s-wal", place->path);
		snprintf(shm, sizeof(shm), "%s-shm", place->path);
		(void)unlink(wal);
		(void)unlink(shm);
		put_file(place->path, bad, random() % 4 == 0 ? (size_t)random() % len : len);
		use(place);
	}
	free(good);
	free(bad);
}

/* An artificially older file becomes the present one, step by step; a step that fails leaves the version before. */
static void test_migrations(void **state)
{
	static const char *const steps[] = {"CREATE TABLE a (x); INSERT INTO a VALUES (1)",
					    "ALTER TABLE a ADD COLUMN y; UPDATE a SET y = x + 1",
					    "UPDATE a SET y = y + 10; SELECT broken", "DELETE FROM a"};
	const struct ledger_place *place = *state;
	struct err err = {0};
	struct db db = {.path = (char *)place->path};
	int64_t version = -1, y = -1;
	assert_int_equal(sqlite3_open(place->path, &db.handle), SQLITE_OK);
	assert_int_equal(schema_migrate(&db, steps, 1, &err), 0);
	assert_int_equal(db_number(&db, "PRAGMA user_version", &version, &err), 0);
	assert_int_equal(version, 1);
	assert_int_equal(schema_migrate(&db, steps, 2, &err), 0);
	assert_int_equal(db_number(&db, "SELECT y FROM a", &y, &err), 0);
	assert_int_equal(y, 2);
	assert_int_not_equal(schema_migrate(&db, steps, 4, &err), 0);
	assert_non_null(strstr(err.text, "migration to version 3"));
	assert_int_equal(db_number(&db, "PRAGMA user_version", &version, &err), 0);
	assert_int_equal(version, 2);
	assert_int_equal(db_number(&db, "SELECT y FROM a", &y, &err), 0);
	assert_int_equal(y, 2);
	sqlite3_close(db.handle);
}

/* Killed between being marked as ours and the first migration, or between that and the instance's name. */
static void test_interrupted_first_start(void **state)
{
	const struct ledger_place *place = *state;
	raw(place, "PRAGMA application_id = 1146437953; PRAGMA journal_mode = WAL");
	expect_open(place);
	raw(place, "DELETE FROM ledger");
	expect_open(place);
}

/* ---- version 1 becomes version 2 ------------------------------------------------------------------ */

/* A file as version 1 left it: one cycle, begun and ended, and a row in each table whose shape changed. */
static void make_version_1(const struct ledger_place *place)
{
	struct err err = {0};
	struct db db = {.path = (char *)place->path};
	uint8_t hash[CHAIN_HASH_SIZE] = {0};
	const struct cell cells[] = {cell_number(1), cell_number(1764000000), cell_text(text_of("timer")),
				     cell_number(UINT32_MAX)};
	struct buf scratch;
	buf_init(&scratch);
	assert_int_equal(sqlite3_open(place->path, &db.handle), SQLITE_OK);
	assert_int_equal(schema_migrate(&db, schema_migrations, 1, &err), 0);
	assert_int_equal(chain_hash(hash, CHAIN_CYCLES, 1, cells, &scratch, &err), 0);
	const struct cell row[] = {cell_number(1), cell_bytes(hash, sizeof(hash)), cells[0], cells[1], cells[2],
				   cells[3]};
	sqlite3_stmt *insert = NULL;
	assert_int_equal(db_prepare(&db, "INSERT INTO cycles VALUES (?, ?, ?, ?, ?, ?)", &insert, &err), 0);
	assert_int_equal(statement_run(&db, insert, row, 6, &err), 0);
	sqlite3_finalize(insert);
	assert_int_equal(db_exec(&db,
				 "PRAGMA application_id = 1146437953; PRAGMA journal_mode = WAL;"
				 "INSERT INTO ledger SELECT 1, 'main', 1, hash FROM cycles;"
				 "INSERT INTO state VALUES (1, 0, 9, '', 5, 6, 7);"
				 "INSERT INTO seen VALUES (zeroblob(16), 3, 4, 19000, 66);"
				 "INSERT INTO removals VALUES (1764000000, 30569, 1)",
				 &err),
			 0);
	sqlite3_close(db.handle);
	buf_done(&scratch);
	assert_int_equal(chmod(place->path, 0600), 0);
}

static int collecting(void *ctx, uint16_t type, const struct buf *body, struct err *err)
{
	(void)err;
	collect(ctx, type, body->at, body->len);
	return 0;
}

static void test_version_1_is_migrated(void **state)
{
	const struct ledger_place *place = *state;
	struct err err = {0};
	struct store *store = NULL;
	struct loaded loaded = {0};
	static const uint8_t none[sizeof(loaded.meta.scope)];
	int64_t rows = 0;
	make_version_1(place);
	if (store_open(&place->set, &store, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(store_load(store, collecting, &loaded, &err), 0);
	assert_false(loaded.meta.first_contact);
	assert_int_equal(loaded.meta.generation, 9);
	assert_int_equal(loaded.meta.last_cycle, 1);
	assert_int_equal(loaded.meta.released_members, 7);
	assert_memory_equal(loaded.meta.scope, none, sizeof(none));
	assert_int_equal(loaded.meta.next_hold, 1);
	assert_int_equal(loaded.seen_count, 1);
	assert_int_equal(loaded.seen[0].end_day, 19000);
	assert_int_equal(loaded.seen[0].begin_day, INT32_MIN);
	assert_int_equal(loaded.seen[0].begin_since_s, 0);
	assert_false(loaded.seen[0].end_moved);
	assert_int_equal(loaded.removal_count, 1);
	assert_int_equal(loaded.removals[0].sort, REMOVAL_ORDINARY);
	const struct cycle_summary cycle = {.started_s = 2};
	uint32_t id = 0;
	assert_int_equal(store_begin_cycle(store, &cycle, &id, &err), 0);
	assert_int_equal(id, 2);
	assert_int_equal(chain_verify(store_db(store), NULL, &rows, &err),
			 0); /* the chain goes on behind the old rows */
	assert_int_equal(rows, 2);
	store_close(store);
	expect_open(place);
}

/* Where the one source stood goes on under the name that it has when it is given none. */
static void test_version_2_is_migrated(void **state)
{
	const struct ledger_place *place = *state;
	struct err err = {0};
	struct store *store = NULL;
	struct loaded loaded = {0};
	struct db db = {.path = (char *)place->path};
	make_version_1(place);
	assert_int_equal(sqlite3_open(place->path, &db.handle), SQLITE_OK);
	assert_int_equal(schema_migrate(&db, schema_migrations, 2, &err), 0);
	assert_int_equal(db_exec(&db,
				 "UPDATE state SET scope = x'0102030405060708090a0b0c0d0e0f10', position ="
				 " '20261124015000.123456Z#000000#001#000000 20261124015001.000000Z#000000#002#000000';"
				 "INSERT INTO holds VALUES (4, 1, 2, 1, 30569, 5, 3, 6, 7, 0, 0, zeroblob(32), '', 0)",
				 &err),
			 0);
	sqlite3_close(db.handle);
	if (store_open(&place->set, &store, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(store_load(store, collecting, &loaded, &err), 0);
	assert_int_equal(loaded.meta.generation, 9);
	assert_int_equal(loaded.meta.source_people, 5);
	assert_int_equal(loaded.meta.source_institutions, 6);
	assert_int_equal(loaded.meta.released_members, 7);
	assert_int_equal(loaded.meta.scope[15], 0x10);
	assert_int_equal(loaded.meta.positions.count, 1);
	assert_int_equal(source_position(&loaded.meta.positions, "source")->count, 2);
	assert_int_equal(source_position(&loaded.meta.positions, "source")->at[0].time_us, 1795485000123456);
	assert_int_equal(loaded.seen_count, 1);
	loaded_clear(&loaded);
	store_close(store);
	expect_open(place);
}

static void test_old_version_is_not_for_readers(void **state)
{
	struct ledger_place *place = *state;
	make_version_1(place);
	place->set.read_only = true;
	expect_refused(&place->set, ERR_UNAVAILABLE, "older version");
}

/* ---- taken away while it is open ------------------------------------------------------------------ */

static struct store *open_here(const struct ledger_place *place)
{
	struct err err = {0};
	struct store *store = NULL;
	if (store_open(&place->set, &store, &err) != 0)
		fail_msg("%s", err.text);
	return store;
}

static void expect_lost(struct store *store, const char *word)
{
	const struct cycle_summary cycle = {.started_s = 1};
	const struct decision decision = {.order = ORDER_SYNC};
	struct err err = {0};
	uint32_t id;
	if (store_begin_cycle(store, &cycle, &id, &err) != ERR_CONFLICT || strstr(err.text, word) == NULL ||
	    strstr(err.text, "put back") == NULL)
		fail_msg("%s", err.text);
	assert_int_equal(store_decide(store, &decision, &id, &err), ERR_CONFLICT);
	store_close(store);
}

static void test_file_that_is_taken_away_is_noticed(void **state)
{
	const struct ledger_place *place = *state;
	char aside[320], log[320];
	snprintf(aside, sizeof(aside), "%s.aside", place->path);
	snprintf(log, sizeof(log), "%s-wal", place->path);
	struct store *store = open_here(place);
	assert_int_equal(rename(place->path, aside), 0);
	expect_lost(store, "the file was removed, moved or replaced");
	assert_int_equal(rename(aside, place->path), 0);
	store = open_here(place);
	assert_int_equal(unlink(place->path), 0);
	put_file(place->path, "", 0); /* another one in its place */
	expect_lost(store, "the file was removed, moved or replaced");
	store = open_here(place);
	assert_int_equal(unlink(log), 0);
	expect_lost(store, "write-ahead log (-wal) was removed");
}

struct joining {
	const struct ledger_place *place;
	struct store *writer;
	bool told_loaded;
};

static int begin_to_write(void *ctx, uint16_t type, const struct buf *body, struct err *err)
{
	struct joining *j = ctx;
	(void)body, (void)err;
	j->told_loaded |= type == M_LEDGER_LOADED;
	if (j->writer == NULL)
		j->writer = open_here(j->place);
	return 0;
}

/* It holds no lock, so what it read may be of no one moment. */
static void test_reader_that_was_alone_notices_a_writer(void **state)
{
	struct ledger_place *place = *state;
	struct joining joining = {.place = place};
	struct ledger_place reading = *place;
	struct err err = {0};
	expect_open(place);
	reading.set.read_only = true;
	struct store *reader = open_here(&reading);
	assert_int_equal(store_load(reader, begin_to_write, &joining, &err), ERR_CONFLICT);
	assert_non_null(strstr(err.text, "try again"));
	assert_false(joining.told_loaded);
	store_close(reader);
	store_close(joining.writer);
}

/* The planner has loaded it before: nothing is made in the place of what has gone. */
static void test_one_process_writes(void **state)
{
	const struct ledger_place *place = *state;
	struct ledger_settings reader = place->set;
	struct store *writer = NULL, *asked = NULL;
	struct err err = {0};
	int fd = -1;
	assert_int_equal(store_open(&place->set, &writer, &err), 0);
	assert_int_equal(db_file_lock(place->path, 40, &fd, &err), ERR_UNAVAILABLE);
	assert_non_null(strstr(err.text, "another duaal-ledger"));
	reader.read_only = true;
	assert_int_equal(store_open(&reader, &asked, &err), 0);
	store_close(asked);
	assert_int_equal(db_file_lock(place->path, 0, &fd, &err), ERR_UNAVAILABLE); /* a reader's going frees nothing */
	store_close(writer);
	assert_int_equal(db_file_lock(place->path, 0, &fd, &err), 0);
	close(fd);
}

static void test_file_that_must_exist_is_not_made(void **state)
{
	struct ledger_place *place = *state;
	struct stat st;
	place->set.must_exist = true;
	expect_refused(&place->set, ERR_NOT_FOUND, "start duaalsyncd anew");
	assert_int_equal(stat(place->path, &st), -1);
	put_file(place->path, "", 0);
	expect_refused(&place->set, ERR_INVALID, "nothing is in it any more");
	assert_int_equal(stat(place->path, &st), 0);
	assert_int_equal(st.st_size, 0); /* left as it was found */
	place->set.must_exist = false;
	expect_open(place);
	place->set.must_exist = true;
	expect_open(place);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_new_file_is_private),
		TEST(test_empty_file_is_new),
		TEST(test_unsafe_files_are_refused),
		TEST(test_other_peoples_files_are_refused),
		TEST(test_newer_version_is_refused),
		TEST(test_other_instance_is_refused),
		TEST(test_reader_needs_a_ledger_of_this_version),
		TEST(test_damaged_file_says_what_to_do),
		TEST(test_random_damage),
		TEST(test_migrations),
		TEST(test_interrupted_first_start),
		TEST(test_version_1_is_migrated),
		TEST(test_version_2_is_migrated),
		TEST(test_old_version_is_not_for_readers),
		TEST(test_file_that_is_taken_away_is_noticed),
		TEST(test_reader_that_was_alone_notices_a_writer),
		TEST(test_one_process_writes),
		TEST(test_file_that_must_exist_is_not_made),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
