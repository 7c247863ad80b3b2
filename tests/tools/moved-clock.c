/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * moved-clock.c - preloaded by tests/integration/clock.py: the process's wall clock is ahead by what a file says at this moment.
 *
 * DUAAL_CLOCK_FILE names a file of three numbers of eight bytes, as the host writes integers: microseconds for the wall clock, seconds for
 * how long the host has been up, as sysinfo tells, and how often it was started anew. It is mapped once, so a test moves the clocks of a running process by writing them.
 * Intervals run on CLOCK_BOOTTIME and stay as they are, and so do timers that the kernel keeps (a test asks for a cycle itself). faketime also
 * touches what event loops wait with.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND_US 1000000

static const volatile int64_t *ahead_us;

__attribute__((constructor)) static void map_file(void)
{
	const char *path = getenv("DUAAL_CLOCK_FILE");
	int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *at = fd >= 0 ? mmap(NULL, 3 * sizeof(*ahead_us), PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
	if (fd >= 0)
		close(fd);
	if (at != MAP_FAILED)
		ahead_us = at;
}

int clock_gettime(clockid_t id, struct timespec *ret)
{
	long rc = syscall(SYS_clock_gettime, id, ret);
	if (rc != 0 || (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE) || ahead_us == NULL)
		return (int)rc;
	int64_t us = (int64_t)ret->tv_sec * SECOND_US + ret->tv_nsec / 1000 + *ahead_us;
	ret->tv_sec = us / SECOND_US;
	ret->tv_nsec = us % SECOND_US * 1000 + ret->tv_nsec % 1000;
	return 0;
}

int sysinfo(struct sysinfo *ret)
{
	long rc = syscall(SYS_sysinfo, ret);
	if (rc == 0 && ahead_us != NULL)
		ret->uptime += (long)ahead_us[1];
	return (int)rc;
}

/* Of libsystemd, which need not be there: 16 bytes by value of the caller's. */
int sd_id128_get_boot(void *ret)
{
	memset(ret, 0, 16);
	memcpy(ret, "moved", sizeof("moved"));
	if (ahead_us != NULL)
		memcpy((char *)ret + 8, (const void *)&ahead_us[2], sizeof(*ahead_us));
	return 0;
}

int gettimeofday(struct timeval *ret, void *zone)
{
	struct timespec now;
	(void)zone;
	int rc = clock_gettime(CLOCK_REALTIME, &now);
	ret->tv_sec = now.tv_sec;
	ret->tv_usec = now.tv_nsec / 1000;
	return rc;
}

time_t time(time_t *ret)
{
	struct timespec now;
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return (time_t)-1;
	if (ret != NULL)
		*ret = now.tv_sec;
	return now.tv_sec;
}
