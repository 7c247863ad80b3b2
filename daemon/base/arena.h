/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * arena.h - memory that is freed whole.
 *
 * A snapshot's tables, a plan, an answer: everything built in one stage lives in one arena and goes in
 * one arena_done. Nothing is freed singly. Not for things that outlive the stage. Allocations are
 * aligned for any type and zeroed. limit bounds the total: 0 means none.
 */
#ifndef DUAAL_BASE_ARENA_H
#define DUAAL_BASE_ARENA_H

#include "base/err.h"
#include "base/text.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* newest first */
	size_t used;                /* bytes handed out */
	size_t limit;
};

void arena_init(struct arena *arena, size_t limit);
void arena_done(struct arena *arena); /* frees everything; the arena may be used again */

/* Each returns NULL when memory or the limit is exhausted; the caller answers err_nomem. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size); /* checks the multiplication */
void *arena_copy_array(struct arena *arena, const void *items, size_t count, size_t size); /* items NULL: count is 0 */
char *arena_copy(struct arena *arena, struct text text);                                   /* NUL-ended copy */
char *arena_format(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
