/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * vec.h - growing arrays without a type of their own.
 *
 * The owner keeps items, count and capacity as three members and calls vec_reserve before appending.
 * Growth is by half, so that peak memory stays near the need. Freed with free(3).
 */
#ifndef DUAAL_BASE_VEC_H
#define DUAAL_BASE_VEC_H

#include <stddef.h>

#include "base/err.h"

/* Items are counted and placed with 32 bits, and some counts are added up: no array has more than this. */
#define VEC_ITEMS_MAX (1u << 28)

/* Makes room for need items of the given size. items points at the array pointer (may hold NULL).
 * Returns 0, or ERR_NOMEM with the array as it was. */
MUST_USE int vec_reserve(void *items, size_t *capacity, size_t need, size_t size);
/* An array that does not grow: count items, zeroed; never a request for nothing. items points at the array pointer. 0 or ERR_NOMEM. */
MUST_USE int vec_make(void *items, size_t count, size_t size);

#endif
