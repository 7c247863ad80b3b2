/* SPDX-License-Identifier: EUPL-1.2 */
/* vec.c - see vec.h. */
#include "base/vec.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int vec_reserve(void *items, size_t *capacity, size_t need, size_t size)
{
	if (need <= *capacity)
		return 0;
	size_t grown = *capacity + *capacity / 2;
	size_t bytes;
	if (need > VEC_ITEMS_MAX)
		return ERR_NOMEM;
	if (grown < need)
		grown = need < 8 ? 8 : need;
	if (__builtin_mul_overflow(grown, size, &bytes) || bytes > PTRDIFF_MAX)
		return ERR_NOMEM;
	/* items is a pointer to a pointer of some type: copied, because void ** may not alias it. */
	void *old;
	memcpy(&old, items, sizeof(old));
	void *fresh = realloc(old, bytes);
	if (fresh == NULL)
		return ERR_NOMEM;
	memcpy(items, &fresh, sizeof(fresh));
	*capacity = grown;
	/* cppcheck-suppress memleak ; the copy above is where it is kept */
	return 0;
}

int vec_make(void *items, size_t count, size_t size)
{
	void *fresh = count <= VEC_ITEMS_MAX ? calloc(count + 1, size) : NULL;
	if (fresh == NULL)
		return ERR_NOMEM;
	memcpy(items, &fresh, sizeof(fresh));
	/* cppcheck-suppress memleak ; the copy above is where it is kept */
	return 0;
}
