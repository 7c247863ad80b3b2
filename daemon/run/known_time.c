/* SPDX-License-Identifier: EUPL-1.2 */
/* known_time.c - see known_time.h. */
#include "run/known_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-id128.h>

#include "base/clock.h"
#include "base/language.h"

/* /proc/sys is not shown to the service (ProcSubset=pid): its unit says it. All zero: not known. */
static sd_id128_t boot_of_this_host(void)
{
	sd_id128_t boot = SD_ID128_NULL;
	const char *told = getenv("DUAALSYNC_BOOT_ID");
	if (sd_id128_get_boot(&boot) < 0 && (told == NULL || sd_id128_from_string(told, &boot) < 0))
		boot = SD_ID128_NULL;
	return boot;
}

static bool is_same_boot(const struct past_clock *known)
{
	sd_id128_t boot = boot_of_this_host();
	return !sd_id128_is_null(boot) && memcmp(known->boot, boot.bytes, sizeof(boot.bytes)) == 0 &&
	       known->up_s <= clock_up_s();
}

void known_time_first(int64_t ended_s)
{
	clock_know(ended_s > CLOCK_FIRST_S ? ended_s : CLOCK_FIRST_S, clock_up_s(), INT64_MAX);
	clock_keep();
}

void known_time_start(const struct past *past)
{
	const struct past_clock *known = &past->clock;
	if (clock_is_known())
		return;
	if (past->first_contact)
		known_time_first(0);
	else if (known->wall_s == 0)
		known_time_first(past->record.ended_s);
	else if (is_same_boot(known))
		clock_know(known->wall_s, known->up_s, known->ahead_s);
	else
		clock_know(known->wall_s, clock_up_s(), known->ahead_s > CLOCK_OFF_S ? known->ahead_s : CLOCK_OFF_S);
}

struct past_clock known_time_now(void)
{
	struct past_clock now = {.wall_s = clock_wall_s(), .up_s = clock_up_s(), .ahead_s = clock_ahead_s()};
	sd_id128_t boot = boot_of_this_host();
	memcpy(now.boot, boot.bytes, sizeof(now.boot));
	return now;
}

const char *known_time_difference(char out[KNOWN_TIME_SENTENCE_SIZE])
{
	char host[CLOCK_TEXT_SIZE], ours[CLOCK_TEXT_SIZE];
	snprintf(out, KNOWN_TIME_SENTENCE_SIZE,
		 tr("the clock of this machine says %s; by the time that has provably passed it is %s, and dates go by "
		    "that"),
		 clock_format(clock_host_s(), host), clock_format(clock_wall_s(), ours));
	return out;
}
