/* SPDX-License-Identifier: EUPL-1.2 */
/* until.c - see until.h. */
#include "ctl/until.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define SPAN_DIGITS_MAX 5 /* 99999 weeks are longer than anybody means */

bool span_read(const char *word, int64_t *ret_s)
{
	static const struct {
		const char *name;
		int64_t s;
	} units[] = {{"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}, {"w", 7 * 86400}};
	size_t digits = strspn(word, "0123456789");
	if (digits < 1 || digits > SPAN_DIGITS_MAX)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(word + digits, units[i].name) == 0) {
			*ret_s = strtol(word, NULL, 10) * units[i].s;
			return true;
		}
	return false;
}

/* Exactly so many digits, and then what stands behind them; '\0': nothing is asked for. Moves *at. */
static bool take_digits(const char **at, size_t count, char behind, int *ret)
{
	if (strspn(*at, "0123456789") != count || (behind != '\0' && (*at)[count] != behind))
		return false;
	*ret = (int)strtol(*at, NULL, 10);
	*at += count + (behind != '\0' ? 1 : 0);
	return true;
}

static bool read_seconds(const char **at, int *ret)
{
	*ret = 0;
	if (**at != ':')
		return true;
	++*at;
	return take_digits(at, 2, '\0', ret);
}

/* "Z", "+01:00" or "CET", to the end of the word: how far that clock is ahead of UTC. */
static bool read_zone(const char *at, int64_t *ret_s)
{
	static const struct {
		const char *name;
		int64_t s;
	} names[] = {{"Z", 0}, {"UTC", 0}, {"CET", 3600}, {"CEST", 7200}}; /* as times are shown to who reads them */
	int hours, minutes;
	at += *at == ' ';
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(at, names[i].name) == 0) {
			*ret_s = names[i].s;
			return true;
		}
	int sign = *at == '-' ? -1 : 1;
	if (*at != '+' && *at != '-')
		return false;
	at++;
	if (!take_digits(&at, 2, ':', &hours) || !take_digits(&at, 2, '\0', &minutes) || *at != '\0' || hours > 23 ||
	    minutes > 59)
		return false;
	*ret_s = sign * (hours * 3600 + minutes * 60);
	return true;
}

static bool read_time(const char *at, struct clock_civil *civil, enum clock_place here, int64_t *ret_s)
{
	int64_t ahead_s = 0;
	if (!take_digits(&at, 2, ':', &civil->hour) || !take_digits(&at, 2, '\0', &civil->minute) ||
	    !read_seconds(&at, &civil->second))
		return false;
	bool zoned = *at != '\0';
	if ((zoned && !read_zone(at, &ahead_s)) || !clock_from_civil(civil, zoned ? CLOCK_UTC : here, ret_s))
		return false;
	*ret_s -= ahead_s;
	return true;
}

/* civil: the time of a day that is given without one. here: which one of a time that the terminal's zone has twice. */
static bool read_date(const char *at, struct clock_civil civil, enum clock_place here, int64_t *ret_s)
{
	if (!take_digits(&at, 4, '-', &civil.year) || !take_digits(&at, 2, '-', &civil.month) ||
	    !take_digits(&at, 2, '\0', &civil.day))
		return false;
	if (*at == '\0')
		return clock_from_civil(&civil, here, ret_s);
	return strchr("Tt ", *at) != NULL && read_time(at + 1, &civil, here, ret_s);
}

bool until_read(const char *word, int64_t now_s, int64_t *ret_s)
{
	int64_t span_s;
	if (word[0] == '\0' || word[strlen(word) - 1] == 's' ||
	    !span_read(word, &span_s)) /* nobody decides for seconds */
		return read_date(word, (struct clock_civil){.hour = 23, .minute = 59, .second = 59}, CLOCK_LOCAL,
				 ret_s);
	*ret_s = now_s + span_s;
	return true;
}

bool until_read_past(const char *word, int64_t now_s, bool begins, int64_t *ret_s)
{
	int64_t span_s = 0, begin_s, end_s;
	if (strcmp(word, "now") == 0 || span_read(word, &span_s)) {
		*ret_s = now_s - span_s;
		return true;
	}
	if (!read_date(word, (struct clock_civil){0}, CLOCK_LOCAL_FIRST, &begin_s) ||
	    !read_date(word, (struct clock_civil){.hour = 23, .minute = 59, .second = 59}, CLOCK_LOCAL, &end_s))
		return false;
	*ret_s = begins || begin_s > now_s ? begin_s : end_s > now_s ? now_s : end_s;
	return true;
}
