/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * known_time.h - what time it is, from one process to the next: what the ledger keeps of it, and what a process that begins knows by that.
 *
 * While the host runs, how long it has been up tells exactly how much time has passed. When it was started anew, or the ledger was brought to
 * another host, only what passes from now on is known, and that it cannot be earlier than it was.
 */
#ifndef DUAAL_RUN_KNOWN_TIME_H
#define DUAAL_RUN_KNOWN_TIME_H

#include "model/past.h"

/* Nothing is known of the time, but that a cycle ended then (0: none did). The host's clock is believed, unless it stands before that, or before
 * the first release: then whatever later time it shows is believed. */
void known_time_first(int64_t ended_s);
/* Unless something is known already: from now on dates go by this (base/clock.h). Nothing on record: known_time_first. */
void known_time_start(const struct past *past);
struct past_clock known_time_now(void);

#define KNOWN_TIME_SENTENCE_SIZE 300
/* What both clocks say, in the language that is used now: for where they do not agree. */
const char *known_time_difference(char out[KNOWN_TIME_SENTENCE_SIZE]);

#endif
