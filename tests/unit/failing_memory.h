/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * failing_memory.h - memory that is exhausted at the n-th request.
 *
 * Linked into a test with -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc. It also takes the place of base/arena: each piece of an
 * arena is a block of its own, so every request of the core counts, and the sanitizers see a step outside of any piece.
 */
#ifndef DUAAL_TESTS_FAILING_MEMORY_H
#define DUAAL_TESTS_FAILING_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* From now on the n-th request (from 1) finds no memory; those after it find some again, so that whoever goes on with less is
 * caught. 0: all find some. */
void memory_fails_at(uint32_t n);
bool memory_failed(void);    /* since memory_fails_at: was there a request that found none? */
uint32_t memory_asked(void); /* so many requests since then */

#endif
