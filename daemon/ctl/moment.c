/* SPDX-License-Identifier: EUPL-1.2 */
/* moment.c - see moment.h. */
#include "ctl/moment.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/language.h"

const char *moment_span(int64_t s, char out[MOMENT_SIZE])
{
	if (s < 120)
		snprintf(out, MOMENT_SIZE, tr("%lld s"), (long long)s);
	else if (s < 7200)
		snprintf(out, MOMENT_SIZE, tr("%lld min"), (long long)(s / 60));
	else if (s < 345600)
		snprintf(out, MOMENT_SIZE, tr("%lld h"), (long long)(s / 3600));
	else
		snprintf(out, MOMENT_SIZE, tr_count("%lld day", "%lld days", s / 86400), (long long)(s / 86400));
	return out;
}

const char *moment_age(int64_t at_s, int64_t now_s, char out[MOMENT_SIZE])
{
	char span[MOMENT_SIZE];
	int64_t away = at_s > now_s ? at_s - now_s : now_s - at_s;
	moment_span(away, span);
	if (away == 0)
		snprintf(out, MOMENT_SIZE, "%s", tr("now"));
	else if (at_s > now_s)
		snprintf(out, MOMENT_SIZE, tr("in %.64s"), span);
	else
		snprintf(out, MOMENT_SIZE, tr("%.64s ago"), span);
	return out;
}

const char *moment_format(int64_t at_s, int64_t now_s, char out[MOMENT_SIZE])
{
	char at[CLOCK_TEXT_SIZE], now[CLOCK_TEXT_SIZE], age[MOMENT_SIZE];
	if (at_s == 0) {
		snprintf(out, MOMENT_SIZE, "%s", tr("never"));
		return out;
	}
	if (strlen(clock_format_local(at_s, at)) < 20 || strlen(clock_format_local(now_s, now)) < 20)
		return memcpy(out, "-", sizeof("-"));
	moment_age(at_s, now_s, age);
	bool today = memcmp(at, now, 10) == 0;
	snprintf(out, MOMENT_SIZE, "%s, %.40s", today ? at + 11 : at, age);
	return out;
}
