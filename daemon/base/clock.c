/* SPDX-License-Identifier: EUPL-1.2 */
/* clock.c - see clock.h. */
#include "base/clock.h"

#include <stdio.h>
#include <sys/sysinfo.h>
#include <time.h>

/* A process has one time; what it knows about it is its own, as what its log goes to. */
static struct {
	bool is_known;
	int64_t wall_s, up_s, ahead_s; /* see clock_know */
} state;

static struct timespec now_of(clockid_t id)
{
	struct timespec now = {0};
	clock_gettime(id, &now); /* fails only for an unknown clock */
	return now;
}

int64_t clock_host_s(void)
{
	return now_of(CLOCK_REALTIME).tv_sec;
}

/* CLOCK_BOOTTIME in whole seconds. By this call, because tests let it go on without the timers of the event loop. */
int64_t clock_up_s(void)
{
	struct sysinfo info = {0};
	sysinfo(&info); /* fails only for a bad address */
	return info.uptime;
}

static int64_t proven_s(void)
{
	return state.wall_s + clock_up_s() - state.up_s;
}

enum clock_stand clock_stand(int64_t *ret_off_s)
{
	*ret_off_s = state.is_known ? clock_host_s() - proven_s() : 0;
	if (*ret_off_s < -CLOCK_STEP_S)
		return CLOCK_BEHIND;
	return state.is_known && *ret_off_s > state.ahead_s ? CLOCK_AHEAD : CLOCK_AGREES;
}

bool clock_agrees(void)
{
	int64_t off_s;
	return clock_stand(&off_s) == CLOCK_AGREES;
}

int64_t clock_wall_s(void)
{
	return clock_agrees() ? clock_host_s() : proven_s();
}

/* ---- what is known ------------------------------------------------------------------------------- */

void clock_know(int64_t wall_s, int64_t up_s, int64_t ahead_s)
{
	state.is_known = true;
	state.wall_s = wall_s;
	state.up_s = up_s;
	state.ahead_s = ahead_s;
}

void clock_believe(void)
{
	clock_know(clock_host_s(), clock_up_s(), CLOCK_STEP_S);
}

void clock_keep(void)
{
	if (clock_agrees())
		clock_believe();
}

void clock_forget(void)
{
	state.is_known = false;
}

bool clock_is_known(void)
{
	return state.is_known;
}

int64_t clock_ahead_s(void)
{
	return state.ahead_s;
}

/* ---- intervals ------------------------------------------------------------------------------------ */

int64_t clock_boot_ms(void)
{
	struct timespec now = now_of(CLOCK_BOOTTIME);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_cpu_us(void)
{
	struct timespec now = now_of(CLOCK_THREAD_CPUTIME_ID);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
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

/* dst: as of tm_isdst. Both functions normalise what does not exist. */
static bool from_tm(const struct clock_civil *civil, bool utc, int dst, int64_t *ret_s)
{
	struct tm tm = {.tm_year = civil->year - 1900,
			.tm_mon = civil->month - 1,
			.tm_mday = civil->day,
			.tm_hour = civil->hour,
			.tm_min = civil->minute,
			.tm_sec = civil->second,
			.tm_isdst = dst};
	const struct tm asked = tm;
	*ret_s = (int64_t)(utc ? timegm(&tm) : mktime(&tm));
	return tm.tm_mon == asked.tm_mon && tm.tm_mday == asked.tm_mday && tm.tm_hour == asked.tm_hour &&
	       tm.tm_min == asked.tm_min && tm.tm_sec == asked.tm_sec;
}

bool clock_from_civil(const struct clock_civil *civil, enum clock_place place, int64_t *ret_s)
{
	int64_t summer_s, winter_s;
	if (civil->year < 1 || civil->year > 9999)
		return false;
	if (place == CLOCK_UTC)
		return from_tm(civil, true, 0, ret_s);
	bool summer = from_tm(civil, false, 1, &summer_s), winter = from_tm(civil, false, 0, &winter_s);
	if (!summer || !winter)
		return from_tm(civil, false, -1, ret_s);
	*ret_s = (summer_s < winter_s) == (place == CLOCK_LOCAL_FIRST) ? summer_s : winter_s;
	return true;
}
