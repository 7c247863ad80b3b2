/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * until.h - until when an order holds, as people type it (WHEN in the help).
 *
 *   30min  2h  3d  2w         from now on
 *   2026-12-01                to the end of that day, in the zone of the terminal (TZ)
 *   2026-12-01T12:00[:30]     in the zone of the terminal; a space does as well as the T
 *   2026-12-01T12:00:00Z      RFC 3339, also with +01:00, UTC, CET or CEST, and a space before it
 * Of a time that a zone has twice (in October) the second one is meant, but the first where something begins.
 */
#ifndef DUAAL_CTL_UNTIL_H
#define DUAAL_CTL_UNTIL_H

#include <stdbool.h>
#include <stdint.h>

/* Seconds since the epoch; false: it cannot be read, or there is no such time. now_s: for what is said from now on. */
bool until_read(const char *word, int64_t now_s, int64_t *ret_s);

/* The same of the past: a span is so long ago, "now" is now. Of a day its begin, or else its end, or now where that is still to come. */
bool until_read_past(const char *word, int64_t now_s, bool begins, int64_t *ret_s);

#define TIMEOUT_MAX_S (366 * 86400)
bool span_read(const char *word, int64_t *ret_s); /* "30s", "5min", "2h", "3d", "2w" */

#endif
