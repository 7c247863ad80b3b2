/* SPDX-License-Identifier: EUPL-1.2 */
/* failing_memory.c - see failing_memory.h. */
#include "failing_memory.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

struct arena_chunk {
	struct arena_chunk *next;
	_Alignas(max_align_t) char bytes[];
};

static uint32_t fails_at, asked;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void memory_fails_at(uint32_t n)
{
	fails_at = n;
	asked = 0;
}

bool memory_failed(void)
{
	return fails_at != 0 && asked >= fails_at;
}

uint32_t memory_asked(void)
{
	return asked;
}

static bool is_exhausted(void)
{
	asked++;
	return asked == fails_at;
}

void *__wrap_malloc(size_t size)
{
	return is_exhausted() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return is_exhausted() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return is_exhausted() ? NULL : __real_realloc(old, size);
}

/* ---- base/arena.h, a block for each piece ----------------------------------------------------------- */

void arena_init(struct arena *arena, size_t limit)
{
	*arena = (struct arena){.limit = limit};
}

void arena_done(struct arena *arena)
{
	for (struct arena_chunk *chunk = arena->chunks, *next; chunk != NULL; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	arena->chunks = NULL;
	arena->used = 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = calloc(1, sizeof(*chunk) + size);
	if (chunk == NULL)
		return NULL;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	arena->used += size;
	return chunk->bytes;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	return arena_alloc(arena, count * size);
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
	char *copy = arena_alloc(arena, text.len + 1);
	if (copy != NULL && text.len > 0)
		memcpy(copy, text.at, text.len);
	return copy;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list args;
	char text[4096];
	va_start(args, format);
	int len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return len < 0 || (size_t)len >= sizeof(text) ? NULL : arena_copy(arena, text_make(text, (size_t)len));
}
