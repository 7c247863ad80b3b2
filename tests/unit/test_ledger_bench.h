/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_ledger_bench.h - a store in the test's own process: opened, asked, taken through cycles; for the test_ledger_*.c files.
 */
#ifndef DUAAL_TEST_LEDGER_BENCH_H
#define DUAAL_TEST_LEDGER_BENCH_H

#include "ledger/chain.h"
#include "ledger/store.h"
#include "test_ledger.h"

#define OK(call)                                                                                                       \
	do {                                                                                                           \
		struct err ok_err = {0};                                                                               \
		if ((call) != 0)                                                                                       \
			fail_msg("%s: %s", #call, ok_err.text);                                                        \
	} while (0)
#define E &ok_err

static inline struct store *open_store(const struct ledger_place *place)
{
	struct store *store = NULL;
	OK(store_open(&place->set, &store, E));
	return store;
}

static inline int collecting(void *ctx, uint16_t type, const struct buf *body, struct err *err)
{
	(void)err;
	collect(ctx, type, body->at, body->len);
	return 0;
}

static inline const struct loaded *load(struct store *store)
{
	static struct loaded loaded;
	loaded_clear(&loaded);
	OK(store_load(store, collecting, &loaded, E));
	assert_true(loaded.complete);
	return &loaded;
}

static inline uint32_t begin(struct store *store)
{
	uint32_t id = 0;
	const struct cycle_summary cycle = {.started_s = 1764000000, .trigger = "timer", .trigger_uid = UINT32_MAX};
	OK(store_begin_cycle(store, &cycle, &id, E));
	return id;
}

static inline void end(struct store *store, uint32_t id)
{
	const struct cycle_end end = cycle_end_of(id);
	OK(store_end_cycle(store, &end, E));
}

/* A number that SQL gives. */
static inline int64_t number_of(struct store *store, const char *sql)
{
	int64_t number = -1;
	OK(db_number(store_db(store), sql, &number, E));
	return number;
}

/* How often these bytes stand in the ledger's file or its log, as they are on the disk now. */
static inline int stands_in(const struct ledger_place *place, const char *suffix, const char *bytes, size_t len)
{
	char path[320];
	struct stat st;
	int times = 0;
	snprintf(path, sizeof(path), "%s%s", place->path, suffix);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	assert_int_equal(fstat(fd, &st), 0);
	size_t left = (size_t)st.st_size;
	char *file = malloc(left + 1), *at = file;
	assert_int_equal(read(fd, file, left), left);
	close(fd);
	for (char *found; (found = memmem(at, left, bytes, len)) != NULL; times++) {
		left -= (size_t)(found + 1 - at);
		at = found + 1;
	}
	free(file);
	return times;
}

#endif
