/* SPDX-License-Identifier: EUPL-1.2 */
/* search.h - binary search in whatever is ascending. O(log n). */
#ifndef DUAAL_BASE_SEARCH_H
#define DUAAL_BASE_SEARCH_H

/*
 * Sets at to the place of the first one, of those from first up to end, for which before is false: end, when it is true of all.
 * before is asked for the place at, and is true of the front of the list and of nothing behind it:
 *
 *	LOWER_BOUND(at, 0, count, list[at].number < number);
 *	return at < count && list[at].number == number ? at : NONE;
 */
#define LOWER_BOUND(at, first, end, before)                                                                            \
	do {                                                                                                           \
		__typeof__(at) search_low = (first), search_high = (end);                                              \
		while (search_low < search_high) {                                                                     \
			(at) = search_low + (search_high - search_low) / 2;                                            \
			if (before)                                                                                    \
				search_low = (at) + 1;                                                                 \
			else                                                                                           \
				search_high = (at);                                                                    \
		}                                                                                                      \
		(at) = search_low;                                                                                     \
	} while (0)

#endif
