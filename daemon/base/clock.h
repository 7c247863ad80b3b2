/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * clock.h - the only place that asks what time it is.
 *
 * Wall time is for dates and for showing; intervals and deadlines use CLOCK_BOOTTIME, which counts
 * suspend and cannot be set (I20). The pure core never calls this: it is given now_s.
 *
 * A wall clock can be set wrong, and dates go by it. So a process that knows what time it was a while ago (the planner, from the ledger and
 * from its last cycle) says so, and from then on goes by the host's clock only where that stands where it can: not before that moment and the
 * time that has provably passed since then, and not far beyond. Else it goes by the proven time. Both clocks are this host's own.
 */
#ifndef DUAAL_BASE_CLOCK_H
#define DUAAL_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

int64_t clock_wall_s(void);  /* seconds since 1970-01-01T00:00:00Z: the time that this process goes by */
int64_t clock_host_s(void);  /* the same, as the host's clock says, wherever it stands */
int64_t clock_boot_ms(void); /* milliseconds on CLOCK_BOOTTIME */
int64_t clock_cpu_us(void);  /* microseconds that this thread has worked */

int64_t clock_up_s(void); /* how long the host has been up, suspend included */

/* How far the host's clock may stand from the proven time. Steps of less than three hours are believed: a hardware clock that was left in
 * Belgian time is two hours off until NTP puts it right. While it is not known how long the host was off, it may be a day ahead. */
#define CLOCK_STEP_S (3 * 3600)
#define CLOCK_OFF_S  86400

/* 2026-01-01: no clock that is right can stand before the first release. That of a host without a battery does, until NTP puts it right. */
#define CLOCK_FIRST_S 1767225600

/* It was wall_s when the host had been up for up_s; since then its clock may have come ahead_s further than what has passed. */
void clock_know(int64_t wall_s, int64_t up_s, int64_t ahead_s);
void clock_believe(void);    /* the host's clock is right, wherever it stands */
void clock_keep(void);       /* where it stands right, what is known moves on to now: at the beginning of each cycle */
void clock_forget(void);     /* nothing is known, as at start: the host's clock is gone by */
bool clock_is_known(void);   /* was one of the first two said? */
int64_t clock_ahead_s(void); /* how far it may be ahead now: see clock_know */

enum clock_stand { CLOCK_AGREES, CLOCK_AHEAD, CLOCK_BEHIND };
/* *ret_off_s: how far the host's clock is ahead of the proven time, whatever the answer; 0: nothing is known. */
enum clock_stand clock_stand(int64_t *ret_off_s);
bool clock_agrees(void); /* else it is not known how long the process, or its host, was away */

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
