/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * date.h - civil days, instants, and the zone that joins them (R8).
 *
 * A day is a count of civil days since 1970-01-01. The zone's transitions are loaded once by main and
 * handed down as data: functions here are pure. A date attribute is declared a day or an instant:
 *   as a day      20260831..., 2026-08-31  -> 31 August, whatever follows is ignored
 *   as an instant 20260831235959Z          -> the Belgian day it falls on: 1 September
 * so both become one civil day.
 */
#ifndef DUAAL_MODEL_DATE_H
#define DUAAL_MODEL_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

#define DAY_NONE INT32_MIN /* no date given */

enum date_kind { DATE_DAY, DATE_INSTANT };

struct zone_transition {
	int64_t at_s;     /* from this instant */
	int32_t offset_s; /* seconds east of UTC */
};

struct zone {
	uint32_t count;                      /* ascending; the first one holds from the beginning of time */
	struct zone_transition *transitions; /* to 2100 at least: a footer rule is expanded while loading */
};

/* Reads a TZif file (RFC 8536, version 2 or later, with footer). A missing or broken file is an error and never means
 * UTC. The caller passes the file's bytes: no I/O here. zone_done frees. */
MUST_USE int zone_parse(struct text tzif, struct zone *ret, struct err *err);
void zone_done(struct zone *zone);

int32_t zone_offset_at(const struct zone *zone, int64_t instant_s);
int32_t zone_day_of(const struct zone *zone, int64_t instant_s); /* civil day an instant falls on */
int64_t zone_day_start(const struct zone *zone, int32_t day);    /* its first instant */

/* GeneralizedTime (RFC 4517 3.3.13, any legal precision, with Z or offset) or YYYY-MM-DD. false: unreadable. */
bool date_parse(struct text value, enum date_kind kind, const struct zone *zone, int32_t *ret_day);
bool instant_parse(struct text generalized_time, int64_t *ret_s);
#define GENERALIZED_TIME_SIZE 32
const char *instant_format(int64_t s, char out[GENERALIZED_TIME_SIZE]); /* 20261124015000Z */
#define DAY_TEXT_SIZE 16
const char *day_format(int32_t day, char out[DAY_TEXT_SIZE]); /* 2026-11-24; "-" for DAY_NONE */

#endif
