/* SPDX-License-Identifier: EUPL-1.2 */
/* arena.c - see arena.h. A list of chunks; the newest one is handed out from front to back. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CHUNK_MIN ((size_t)4096)
#define CHUNK_MAX ((size_t)256 << 10)

struct arena_chunk {
	struct arena_chunk *next;
	size_t size, used;
	_Alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *arena, size_t limit)
{
	*arena = (struct arena){.limit = limit};
}

void arena_done(struct arena *arena)
{
	while (arena->chunks != NULL) {
		struct arena_chunk *chunk = arena->chunks;
		arena->chunks = chunk->next;
		free(chunk);
	}
	arena->used = 0;
}

/* A request larger than a chunk gets one of its own, put behind the newest so that its rest stays in use. */
static struct arena_chunk *chunk_for(struct arena *arena, size_t size)
{
	struct arena_chunk *newest = arena->chunks;
	if (newest != NULL && newest->size - newest->used >= size)
		return newest;
	size_t want = newest == NULL ? CHUNK_MIN : newest->size * 2;
	if (want > CHUNK_MAX)
		want = CHUNK_MAX;
	bool own = size > want;
	if (own)
		want = size;
	struct arena_chunk *chunk = calloc(1, sizeof(*chunk) + want);
	if (chunk == NULL)
		return NULL;
	chunk->size = want;
	struct arena_chunk **at = own && newest != NULL ? &newest->next : &arena->chunks;
	chunk->next = *at;
	*at = chunk;
	return chunk;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	if (size > SIZE_MAX / 2)
		return NULL;
	size_t rounded = (size + align - 1) & ~(align - 1);
	if (rounded == 0)
		rounded = align;
	if (arena->limit != 0 && (arena->used > arena->limit || rounded > arena->limit - arena->used))
		return NULL;
	struct arena_chunk *chunk = chunk_for(arena, rounded);
	if (chunk == NULL)
		return NULL;
	void *ret = chunk->bytes + chunk->used;
	chunk->used += rounded;
	arena->used += rounded;
	return ret;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t total;
	if (__builtin_mul_overflow(count, size, &total))
		return NULL;
	return arena_alloc(arena, total);
}

void *arena_copy_array(struct arena *arena, const void *items, size_t count, size_t size)
{
	void *copy = arena_array(arena, count, size);
	if (copy != NULL && count > 0)
		memcpy(copy, items, count * size);
	return copy;
}

char *arena_copy(struct arena *arena, struct text text)
{
	if (text.len == SIZE_MAX)
		return NULL;
	char *copy = arena_alloc(arena, text.len + 1);
	if (copy != NULL && text.len > 0)
		memcpy(copy, text.at, text.len);
	return copy;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *copy = len < 0 ? NULL : arena_alloc(arena, (size_t)len + 1);
	if (copy == NULL)
		return NULL;
	va_start(args, format);
	vsnprintf(copy, (size_t)len + 1, format, args);
	va_end(args);
	return copy;
}
