/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * priority.h - in which order the planner's one loop does what is ready at the same time; the lower number first, sources of one number in turn.
 *
 * Answers come before what the helpers tell, so that a question is answered in the middle of a long read. New clients take turns with the
 * helpers: a storm of them then costs a cycle little. Who took too much (varlink_account.h) comes last.
 */
#ifndef DUAAL_CONTROL_PRIORITY_H
#define DUAAL_CONTROL_PRIORITY_H

#include <systemd/sd-event.h>

enum {
	PRIORITY_ANSWER = SD_EVENT_PRIORITY_NORMAL,
	PRIORITY_HELPER = SD_EVENT_PRIORITY_NORMAL + 10,
	PRIORITY_NEW_CLIENT = PRIORITY_HELPER,
	PRIORITY_SPENT = SD_EVENT_PRIORITY_NORMAL + 20
};

#endif
