/* SPDX-License-Identifier: EUPL-1.2 */
/* date.c - see date.h: the calendar, GeneralizedTime and the two date kinds. The zone is in zone.c. */
#include "model/date.h"

#include <stdio.h>

#include "model/civil.h"

/* Years begin in March here, so that the leap day is the last one (Howard Hinnant, "chrono-compatible
 * low-level date algorithms"). 719468 days lie between 0000-03-01 and 1970-01-01. */
int64_t civil_to_day(int64_t year, int month, int day)
{
	year -= month <= 2;
	int64_t era = civil_floor_div(year, 400);
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void civil_of_day(int64_t days, int64_t *year, int *month, int *day)
{
	days += 719468;
	int64_t era = civil_floor_div(days, 146097);
	int64_t left = days - era * 146097;
	int64_t of_era = (left - left / 1460 + left / 36524 - left / 146096) / 365;
	int64_t of_year = left - (365 * of_era + of_era / 4 - of_era / 100);
	int64_t shifted = (5 * of_year + 2) / 153;
	*day = (int)(of_year - (153 * shifted + 2) / 5 + 1);
	*month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
	*year = of_era + era * 400 + (*month <= 2);
}

int civil_month_length(int64_t year, int month)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return month == 2 && leap ? 29 : lengths[month - 1];
}

bool civil_is_valid(int64_t year, int month, int day)
{
	return month >= 1 && month <= 12 && day >= 1 && day <= civil_month_length(year, month);
}

/* Takes exactly count digits from the front of *t. */
static bool take_digits(struct text *t, size_t count, int *ret)
{
	int value = 0;
	if (t->len < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (t->at[i] < '0' || t->at[i] > '9')
			return false;
		value = value * 10 + (t->at[i] - '0');
	}
	*ret = value;
	*t = text_make(t->at + count, t->len - count);
	return true;
}

static bool take_char(struct text *t, char c)
{
	if (t->len == 0 || t->at[0] != c)
		return false;
	*t = text_make(t->at + 1, t->len - 1);
	return true;
}

static bool take_date(struct text *t, bool dashes, int64_t *ret_day)
{
	int year, month, day;
	if (!take_digits(t, 4, &year) || (dashes && !take_char(t, '-')) || !take_digits(t, 2, &month) ||
	    (dashes && !take_char(t, '-')) || !take_digits(t, 2, &day) || !civil_is_valid(year, month, day))
		return false;
	*ret_day = civil_to_day(year, month, day);
	return true;
}

/* A fraction of the last unit given (RFC 4517 3.3.13), in whole seconds, rounded down. */
static bool take_fraction(struct text *t, int unit_s, int *ret_s)
{
	int64_t part = 0, scale = 1;
	int digit;
	if (!take_char(t, '.') && !take_char(t, ','))
		return true;
	if (!take_digits(t, 1, &digit))
		return false;
	do {
		if (scale < 1000000000) { /* finer digits cannot change a second */
			part = part * 10 + digit;
			scale *= 10;
		}
	} while (take_digits(t, 1, &digit));
	*ret_s += (int)(part * unit_s / scale);
	return true;
}

static bool take_offset(struct text *t, int *ret_s)
{
	int hours = 0, minutes = 0;
	if (take_char(t, 'Z'))
		return true;
	int sign = t->len > 0 && t->at[0] == '-' ? -1 : 1;
	if (!take_char(t, '+') && !take_char(t, '-'))
		return false;
	if (!take_digits(t, 2, &hours) || hours > 23)
		return false;
	if (t->len > 0 && (!take_digits(t, 2, &minutes) || minutes > 59))
		return false;
	*ret_s = sign * (hours * 3600 + minutes * 60);
	return true;
}

bool instant_parse(struct text t, int64_t *ret_s)
{
	int64_t day;
	int hour, minute = 0, second = 0, unit_s = 3600, fraction_s = 0, offset_s = 0;
	if (!take_date(&t, false, &day) || !take_digits(&t, 2, &hour) || hour > 23)
		return false;
	if (take_digits(&t, 2, &minute)) {
		unit_s = 60;
		if (take_digits(&t, 2, &second))
			unit_s = 1;
	}
	if (minute > 59 || second > 60) /* 60: a leap second */
		return false;
	if (!take_fraction(&t, unit_s, &fraction_s) || !take_offset(&t, &offset_s) || t.len > 0)
		return false;
	*ret_s = day * DAY_S + hour * 3600 + minute * 60 + second + fraction_s - offset_s;
	return true;
}

/* What may follow a day that is only a day: some time, whose content does not matter. */
static bool is_some_time(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (t.at[i] == '\0' || strchr("0123456789.,:+-TZ ", t.at[i]) == NULL)
			return false;
	return true;
}

bool date_parse(struct text value, enum date_kind kind, const struct zone *zone, int32_t *ret_day)
{
	value = text_trim(value);
	bool dashes = value.len > 4 && value.at[4] == '-';
	int64_t instant_s, day;
	if (kind == DATE_INSTANT && !dashes) {
		if (!instant_parse(value, &instant_s))
			return false;
		*ret_day = zone_day_of(zone, instant_s);
		return true;
	}
	if (!take_date(&value, dashes, &day))
		return false;
	/* A day with dashes has no time that could move it, so as an instant nothing may follow it. */
	if (kind == DATE_INSTANT ? value.len > 0 : !is_some_time(value))
		return false;
	*ret_day = (int32_t)day;
	return true;
}

const char *instant_format(int64_t s, char out[GENERALIZED_TIME_SIZE])
{
	int64_t days = civil_floor_div(s, DAY_S), year;
	int month, day, left = (int)(s - days * DAY_S);
	civil_of_day(days, &year, &month, &day);
	if (year < 0 || year > 9999)
		snprintf(out, GENERALIZED_TIME_SIZE, "-");
	else
		snprintf(out, GENERALIZED_TIME_SIZE, "%04d%02d%02d%02d%02d%02dZ", (int)year, month, day, left / 3600,
			 left / 60 % 60, left % 60);
	return out;
}

const char *day_format(int32_t day, char out[DAY_TEXT_SIZE])
{
	int64_t year;
	int month, of_month;
	civil_of_day(day, &year, &month, &of_month);
	if (day == DAY_NONE || year < 0 || year > 9999)
		snprintf(out, DAY_TEXT_SIZE, "-");
	else
		snprintf(out, DAY_TEXT_SIZE, "%04d-%02d-%02d", (int)year, month, of_month);
	return out;
}
