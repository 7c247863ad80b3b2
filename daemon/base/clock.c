/* SPDX-License-Identifier: EUPL-1.2 */
/* clock.c - see clock.h. */
#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

static struct timespec now_of(clockid_t id)
{
	struct timespec now = {0};
	clock_gettime(id, &now); /* fails only for an unknown clock */
	return now;
}

int64_t clock_wall_s(void)
{
	return now_of(CLOCK_REALTIME).tv_sec;
}

int64_t clock_boot_ms(void)
{
	struct timespec now = now_of(CLOCK_BOOTTIME);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Years of more than four digits are nobody's date. */
static bool is_plausible(const struct tm *tm)
{
	return tm != NULL && tm->tm_year >= -1900 && tm->tm_year <= 9999 - 1900;
}

const char *clock_format(int64_t wall_s, char out[CLOCK_TEXT_SIZE])
{
	time_t t = (time_t)wall_s;
	struct tm tm;
	if (!is_plausible(gmtime_r(&t, &tm)))
		snprintf(out, CLOCK_TEXT_SIZE, "-");
	else
		strftime(out, CLOCK_TEXT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return out;
}

const char *clock_format_local(int64_t wall_s, char out[CLOCK_TEXT_SIZE])
{
	time_t t = (time_t)wall_s;
	struct tm tm;
	if (!is_plausible(localtime_r(&t, &tm)) || strftime(out, CLOCK_TEXT_SIZE, "%Y-%m-%d %H:%M:%S %Z", &tm) == 0)
		snprintf(out, CLOCK_TEXT_SIZE, "-");
	return out;
}
