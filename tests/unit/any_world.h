/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * any_world.h - worlds made of everything that the entries, the ledger and the settings can say, by chance.
 *
 * Always the same ones for the same seed. Order: any_world_seed once, any_world_make for each world, any_world_past before each further
 * cycle. Nothing here is meant to be sensible; what is read of it is.
 */
#ifndef DUAAL_TESTS_ANY_WORLD_H
#define DUAAL_TESTS_ANY_WORLD_H

#include "core_world.h"

#define ANY_NUMBERS 7
#define ANY_PEOPLE  14

void any_world_seed(uint64_t seed);
void any_world_two_sources(bool yes); /* from here on some entries stand at a second one; at first none does */
void any_world_make(struct world *w); /* of a world that world_init made */
void any_world_past(struct world *w);
uint32_t below(uint32_t limit);
bool rarely(void);
const char *one_of(const char *const *words, size_t count);

#define ONE_OF(...)                                                                                                    \
	one_of((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

#endif
