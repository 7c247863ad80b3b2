/* SPDX-License-Identifier: EUPL-1.2 */
/* run_until.h - lets the event loop of a test go on; the test calls it loop. */
#ifndef DUAAL_TESTS_RUN_UNTIL_H
#define DUAAL_TESTS_RUN_UNTIL_H

#include <systemd/sd-event.h>
#include <time.h>

#include "unit.h"

/* Until the condition holds, at most a minute. */
#define RUN_UNTIL(condition)                                                                                           \
	do {                                                                                                           \
		time_t run_until = time(NULL) + 60;                                                                    \
		while (!(condition)) {                                                                                 \
			assert_true(sd_event_run(loop, 100000) >= 0);                                                  \
			assert_true(time(NULL) < run_until);                                                           \
		}                                                                                                      \
	} while (0)

#endif
