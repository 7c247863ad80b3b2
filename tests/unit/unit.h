/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * unit.h - what every unit test includes: cmocka in the order it asks for, a printed seed, failing malloc.
 */
#ifndef DUAAL_TESTS_UNIT_H
#define DUAAL_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* A small generator (xorshift64*), so that a printed seed gives the same run everywhere. */
struct chance {
	uint64_t state;
};

/* Seed from UNIT_SEED or the clock, printed as a TAP comment. */
static inline struct chance chance_start(const char *what)
{
	const char *given = getenv("UNIT_SEED");
	uint64_t seed = given != NULL ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
	fprintf(stderr, "# %s: UNIT_SEED=%llu\n", what, (unsigned long long)seed);
	return (struct chance){seed * 2654435769u + 1};
}

static inline uint32_t chance_below(struct chance *c, uint32_t bound)
{
	c->state ^= c->state >> 12;
	c->state ^= c->state << 25;
	c->state ^= c->state >> 27;
	return (uint32_t)((c->state * 0x2545f4914f6cdd1du) >> 32) % bound;
}

#endif
