/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * clock.h - the only place that asks what time it is.
 *
 * Wall time is for dates and for showing; intervals and deadlines use CLOCK_BOOTTIME, which counts
 * suspend and cannot be set (I20). The pure core never calls this: it is given now_s.
 */
#ifndef DUAAL_BASE_CLOCK_H
#define DUAAL_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

int64_t clock_wall_s(void);  /* seconds since 1970-01-01T00:00:00Z */
int64_t clock_boot_ms(void); /* milliseconds on CLOCK_BOOTTIME */
int64_t clock_cpu_us(void);  /* microseconds that this thread has worked */

#define CLOCK_TEXT_SIZE 40
/* "2026-11-24T01:50:00Z"; an out-of-range time gives "-". */
const char *clock_format(int64_t wall_s, char out[CLOCK_TEXT_SIZE]);
/* "2026-11-24 02:50:00 CET": for people, in the zone of their terminal (TZ). */
const char *clock_format_local(int64_t wall_s, char out[CLOCK_TEXT_SIZE]);

struct clock_civil { /* as people write it: month and day from 1 */
	int year, month, day, hour, minute, second;
};
/* Where it is so late; LOCAL is the zone of the terminal (TZ), whose hour that comes twice in October is the second one, or else the FIRST. */
enum clock_place { CLOCK_UTC, CLOCK_LOCAL, CLOCK_LOCAL_FIRST };
/* Seconds since the epoch of this time. false: there is no such time, as on 31 February or in the hour that summer time leaves out. Years 1 to
 * 9999. */
bool clock_from_civil(const struct clock_civil *civil, enum clock_place place, int64_t *ret_s);

#endif
