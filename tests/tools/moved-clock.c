/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * moved-clock.c - preloaded into the daemon by tests/integration/test_dates.py: its wall clock is some seconds ahead.
 *
 * Only CLOCK_REALTIME moves, by the seconds in DUAAL_CLOCK_AHEAD; intervals run on CLOCK_BOOTTIME and stay as they are. (faketime also
 * touches what event loops wait with.)
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *ret)
{
	long rc = syscall(SYS_clock_gettime, id, ret);
	const char *ahead = getenv("DUAAL_CLOCK_AHEAD");
	if (rc == 0 && id == CLOCK_REALTIME && ahead != NULL)
		ret->tv_sec += strtol(ahead, NULL, 10);
	return (int)rc;
}
