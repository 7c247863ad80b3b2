/* SPDX-License-Identifier: EUPL-1.2 */
/* zone_rule.c - see zone_rule.h. */
#include "model/zone_rule.h"

#include "model/civil.h"

static bool take_char(struct text *t, char c)
{
	if (t->len == 0 || t->at[0] != c)
		return false;
	*t = text_make(t->at + 1, t->len - 1);
	return true;
}

static bool take_number(struct text *t, int low, int high, int *ret)
{
	int value = 0;
	size_t digits = 0;
	while (digits < t->len && digits < 4 && t->at[digits] >= '0' && t->at[digits] <= '9')
		value = value * 10 + (t->at[digits++] - '0');
	if (digits == 0 || value < low || value > high)
		return false;
	*t = text_make(t->at + digits, t->len - digits);
	*ret = value;
	return true;
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(struct text *t, int hours_max, int *ret_s)
{
	int hours, minutes = 0, seconds = 0;
	int sign = take_char(t, '-') ? -1 : 1;
	if (sign > 0)
		(void)take_char(t, '+');
	if (!take_number(t, 0, hours_max, &hours))
		return false;
	if (take_char(t, ':') && !take_number(t, 0, 59, &minutes))
		return false;
	if (take_char(t, ':') && !take_number(t, 0, 59, &seconds))
		return false;
	*ret_s = sign * (hours * 3600 + minutes * 60 + seconds);
	return true;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* CET, or anything between angle brackets. */
static bool take_name(struct text *t)
{
	size_t len = 0;
	if (take_char(t, '<')) {
		struct text name;
		return text_split(*t, '>', &name, t) && name.len >= 3;
	}
	while (len < t->len && is_letter(t->at[len]))
		len++;
	*t = text_make(t->at + len, t->len - len);
	return len >= 3;
}

static bool take_date(struct text *t, struct zone_rule_date *ret)
{
	struct zone_rule_date date = {.form = 'n', .time_s = 2 * 3600};
	if (!take_char(t, ','))
		return false;
	if (take_char(t, 'M')) {
		date.form = 'M';
		if (!take_number(t, 1, 12, &date.month) || !take_char(t, '.') || !take_number(t, 1, 5, &date.week) ||
		    !take_char(t, '.') || !take_number(t, 0, 6, &date.day))
			return false;
	} else {
		if (take_char(t, 'J'))
			date.form = 'J';
		if (!take_number(t, date.form == 'J', 365, &date.day))
			return false;
	}
	if (take_char(t, '/') && !take_time(t, 167, &date.time_s))
		return false;
	*ret = date;
	return true;
}

bool zone_rule_parse(struct text tz, struct zone_rule *ret)
{
	struct zone_rule rule = {0};
	int west_s;
	if (!take_name(&tz) || !take_time(&tz, 24, &west_s))
		return false;
	rule.std_s = -west_s;
	if (tz.len > 0) {
		rule.has_dst = true;
		west_s -= 3600; /* daylight saving time is an hour ahead unless it says otherwise */
		if (!take_name(&tz))
			return false;
		if (tz.len > 0 && tz.at[0] != ',' && !take_time(&tz, 24, &west_s))
			return false;
		rule.dst_s = -west_s;
		if (!take_date(&tz, &rule.start) || !take_date(&tz, &rule.end) || tz.len > 0)
			return false;
	}
	*ret = rule;
	return true;
}

/* Day of the n-th weekday of a month; week 5 is the last one. 1970-01-01 was a Thursday (4). */
static int64_t weekday_of_month(int64_t year, const struct zone_rule_date *date)
{
	int64_t first = civil_to_day(year, date->month, 1);
	int64_t weekday = ((first + 4) % 7 + 7) % 7;
	int64_t day = (date->day - weekday + 7) % 7 + (date->week - 1) * 7;
	if (day >= civil_month_length(year, date->month))
		day -= 7;
	return first + day;
}

static int64_t local_s(int64_t year, const struct zone_rule_date *date)
{
	int64_t day;
	if (date->form == 'M') {
		day = weekday_of_month(year, date);
	} else {
		day = civil_to_day(year, 1, 1) + date->day;
		bool before_march = date->day <= 59; /* J counts 1 March as 60 in every year */
		if (date->form == 'J' && (before_march || civil_month_length(year, 2) == 28))
			day--;
	}
	return day * DAY_S + date->time_s;
}

void zone_rule_year(const struct zone_rule *rule, int64_t year, struct zone_transition ret[2])
{
	struct zone_transition start = {local_s(year, &rule->start) - rule->std_s, rule->dst_s};
	struct zone_transition end = {local_s(year, &rule->end) - rule->dst_s, rule->std_s};
	bool north = start.at_s < end.at_s;
	ret[0] = north ? start : end;
	ret[1] = north ? end : start;
}
