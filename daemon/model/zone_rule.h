/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * zone_rule.h - the POSIX TZ string in the footer of a TZif file: "CET-1CEST,M3.5.0,M10.5.0/3".
 *
 * Only for zone.c. RFC 8536 section 3.3 with its extension of hours to +-167.
 */
#ifndef DUAAL_MODEL_ZONE_RULE_H
#define DUAAL_MODEL_ZONE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "model/date.h"

struct zone_rule_date {
	char form; /* 'M': month, week, weekday; 'J': day 1 to 365 without 29 February; 'n': day 0 to 365 */
	int month, week, day;
	int time_s; /* local time of that day */
};

struct zone_rule {
	int32_t std_s, dst_s; /* seconds east of UTC */
	bool has_dst;
	struct zone_rule_date start, end; /* of daylight saving time */
};

bool zone_rule_parse(struct text tz, struct zone_rule *ret);

/* The two transitions of a year, in ascending order. */
void zone_rule_year(const struct zone_rule *rule, int64_t year, struct zone_transition ret[2]);

#endif
