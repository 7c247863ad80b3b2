/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * zone.c - the zone part of date.h: a TZif file (RFC 8536) becomes a plain list of transitions.
 *
 * Only the 64-bit block is used (version 2 and later). Its footer, the rule for the years behind the last
 * transition, is read by zone_rule.c and expanded to 2100, so that a lookup is one binary search.
 */
#include "model/date.h"

#include <stdlib.h>

#include "base/vec.h"
#include "model/civil.h"
#include "model/zone_rule.h"

#define HEADER_SIZE 44
#define COUNT_MAX   20000u /* far above any real zone; keeps the sums below small */
#define LAST_YEAR   2100

struct block { /* counts of one header, and where its data stand */
	uint32_t isut, isstd, leap, times, types, chars;
	const unsigned char *data;
	size_t size;
};

static uint32_t get32(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t get64(const unsigned char *at)
{
	return (int64_t)((uint64_t)get32(at) << 32 | get32(at + 4));
}

/* Reads the header at the front of t and takes header and data off it. */
static bool take_block(struct text *t, size_t time_size, struct block *ret)
{
	const unsigned char *at = (const unsigned char *)t->at;
	if (t->len < HEADER_SIZE || memcmp(at, "TZif", 4) != 0 || at[4] < '2')
		return false;
	struct block b = {get32(at + 20), get32(at + 24), get32(at + 28),   get32(at + 32),
			  get32(at + 36), get32(at + 40), at + HEADER_SIZE, 0};
	if (b.isut > COUNT_MAX || b.isstd > COUNT_MAX || b.leap > COUNT_MAX || b.times > COUNT_MAX || b.types > 256 ||
	    b.chars > COUNT_MAX)
		return false;
	b.size = b.times * (time_size + 1) + b.types * 6 + b.chars + b.leap * (time_size + 4) + b.isstd + b.isut;
	if (t->len - HEADER_SIZE < b.size)
		return false;
	*t = text_make(t->at + HEADER_SIZE + b.size, t->len - HEADER_SIZE - b.size);
	*ret = b;
	return true;
}

static int add_transition(struct zone *zone, size_t *capacity, int64_t at_s, int32_t offset_s)
{
	if (vec_reserve(&zone->transitions, capacity, zone->count + 1, sizeof(*zone->transitions)) < 0)
		return ERR_NOMEM;
	zone->transitions[zone->count++] = (struct zone_transition){at_s, offset_s};
	return 0;
}

static bool type_offset(const struct block *b, uint32_t type, int32_t *ret)
{
	if (type >= b->types)
		return false;
	int32_t offset = (int32_t)get32(b->data + b->times * 9 + type * 6);
	if (offset < -26 * 3600 || offset > 26 * 3600)
		return false;
	*ret = offset;
	return true;
}

static int add_listed(struct zone *zone, size_t *capacity, const struct block *b, struct err *err)
{
	int32_t offset = 0;
	int64_t last = INT64_MIN;
	if (!type_offset(b, 0, &offset)) /* type 0 holds before the first transition */
		return err_set(err, ERR_SYNTAX, "time zone file: no local time type");
	if (add_transition(zone, capacity, INT64_MIN, offset) < 0)
		return err_nomem(err);
	for (uint32_t i = 0; i < b->times; i++) {
		int64_t at = get64(b->data + (size_t)i * 8);
		if (at <= last || !type_offset(b, b->data[(size_t)b->times * 8 + i], &offset))
			return err_set(err, ERR_SYNTAX, "time zone file: transition %u is broken", i);
		if (add_transition(zone, capacity, at, offset) < 0)
			return err_nomem(err);
		last = at;
	}
	return 0;
}

static int add_by_rule(struct zone *zone, size_t *capacity, const struct zone_rule *rule, struct err *err)
{
	int64_t last = zone->count > 0 ? zone->transitions[zone->count - 1].at_s : 0, year = 1970;
	int month, day;
	if (last > 0)
		civil_of_day(last / DAY_S, &year, &month, &day);
	for (; rule->has_dst && year <= LAST_YEAR; year++) {
		struct zone_transition pair[2];
		zone_rule_year(rule, year, pair);
		for (int i = 0; i < 2; i++)
			if (pair[i].at_s > last && add_transition(zone, capacity, pair[i].at_s, pair[i].offset_s) < 0)
				return err_nomem(err);
	}
	return 0;
}

static int parse(struct text tzif, struct zone *zone, struct err *err)
{
	struct block old, b;
	struct zone_rule rule;
	size_t capacity = 0;
	if (!take_block(&tzif, 4, &old) || !take_block(&tzif, 8, &b))
		return err_set(err, ERR_SYNTAX, "not a whole time zone file of version 2 or later (RFC 8536)");
	if (b.leap > 0)
		return err_set(err, ERR_SYNTAX,
			       "time zone file counts leap seconds (\"right/\"); take the ordinary one");
	if (tzif.len < 2 || tzif.at[0] != '\n' || tzif.at[tzif.len - 1] != '\n' ||
	    !zone_rule_parse(text_make(tzif.at + 1, tzif.len - 2), &rule))
		return err_set(err, ERR_SYNTAX, "time zone file: the rule at its end cannot be read");
	int rc = add_listed(zone, &capacity, &b, err);
	return rc < 0 ? rc : add_by_rule(zone, &capacity, &rule, err);
}

int zone_parse(struct text tzif, struct zone *ret, struct err *err)
{
	struct zone zone = {0};
	int rc = parse(tzif, &zone, err);
	if (rc < 0)
		zone_done(&zone);
	else
		*ret = zone;
	return rc;
}

void zone_done(struct zone *zone)
{
	free(zone->transitions);
	*zone = (struct zone){0};
}

int32_t zone_offset_at(const struct zone *zone, int64_t instant_s)
{
	uint32_t low = 0, high = zone->count; /* the last transition at or before the instant is in [low, high) */
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (zone->transitions[middle].at_s <= instant_s)
			low = middle;
		else
			high = middle;
	}
	return zone->transitions[low].offset_s;
}

int32_t zone_day_of(const struct zone *zone, int64_t instant_s)
{
	return (int32_t)civil_floor_div(instant_s + zone_offset_at(zone, instant_s), DAY_S);
}

/* Midnight read with the larger offset of the two days around it comes first; where that instant is still the day
 * before (the clock changed in between), the smaller offset gives the right one. */
int64_t zone_day_start(const struct zone *zone, int32_t day)
{
	int64_t midnight = (int64_t)day * DAY_S;
	int32_t before = zone_offset_at(zone, midnight - DAY_S), after = zone_offset_at(zone, midnight + DAY_S);
	int64_t first = midnight - (before > after ? before : after);
	return zone_day_of(zone, first) == day ? first : midnight - (before > after ? after : before);
}
