/* SPDX-License-Identifier: EUPL-1.2 */
/* deadline.c - see deadline.h. The state here is the process's one alarm clock, which has no other owner. */
#include "ldap/deadline.h"

#include <stdint.h>
#include <unistd.h>

#include "base/clock.h"

#define DEFAULT_SECONDS 30
#define REARM_MS        1000

static unsigned period = DEFAULT_SECONDS;
static int64_t armed_ms; /* 0: not armed */

void deadline_set(unsigned seconds)
{
	period = seconds != 0 ? seconds : DEFAULT_SECONDS;
}

void deadline_progress(void)
{
	int64_t now_ms = clock_boot_ms();
	if (armed_ms != 0 && now_ms - armed_ms < REARM_MS)
		return;
	armed_ms = now_ms;
	alarm(period + 1); /* one more, so that what moves on only once a second never fires early */
}

void deadline_off(void)
{
	armed_ms = 0;
	alarm(0);
}
