/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * host_clock.h - does the host's wall clock stand where it can (98)? Else dates go by the time that has provably passed (base/clock.h), which is
 * told, until the clock is put right or somebody says that it is right (duaalctl accept-clock).
 *
 * So a clock that is set wrong takes nobody's access away, gives nobody any, and spoils no record, and end dates go on ending access at their day:
 * what is thought, remembered and told goes by one time. It cannot be proven how long a host was off, or that a virtual machine stood still.
 * A leap ahead is believed without anybody's word where no date lies in it: then both times decide the same.
 */
#ifndef DUAAL_RUN_HOST_CLOCK_H
#define DUAAL_RUN_HOST_CLOCK_H

#include "run/state.h"

#define CLOCK_LEAP_S (31 * 86400) /* a longer one is not believed by itself, whatever lies in it */

void host_clock_start(struct run *run); /* the ledger was loaded: what time is it by that? */
void host_clock_look(struct run *run);  /* when a cycle begins */
/* May something be decided? Not for the first time by a clock that cannot be right: what it would learn is all that is known later. */
MUST_USE int host_clock_allows(const struct run *run, struct err *err);
void host_clock_thought(struct run *run); /* a cycle has thought its last: is the time between without consequence? */
/* Somebody says that it is right, and the ledger knows. */
MUST_USE int host_clock_accept(struct run *run, struct err *err);
/* The day that the host's clock shows in Belgium, as 20260901. */
uint32_t host_clock_day(const struct run *run);

#endif
