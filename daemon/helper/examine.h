/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * examine.h - EXAMINE: what a helper finds out about its own side without writing anything, as FINDING records and EXAMINED.
 *
 * What is wrong is a finding and no failure; only a channel that is gone, or memory that is out, ends it (sticky, asked once at the
 * end).
 */
#ifndef DUAAL_HELPER_EXAMINE_H
#define DUAAL_HELPER_EXAMINE_H

#include "wire/channel.h"
#include "wire/finding.h"

struct examine {
	struct channel *channel;
	struct err *err;
	int failed;
};

/* mend: NULL where the table's says enough. */
void examine_tell(struct examine *e, enum finding_check check, enum finding_severity severity, const char *about,
		  const char *mend, const char *format, ...) PRINTF_LIKE(6, 7);
/* code 0: nothing is told. Else the sentence of why, as critical; then true. */
bool examine_failed(struct examine *e, enum finding_check check, const char *about, int code, const struct err *why);
/* That the filter of system calls is in force in this process. */
void examine_confinement(struct examine *e, const char *about);
/* Sends EXAMINED, or gives what failed. */
MUST_USE int examine_end(struct examine *e);

#endif
