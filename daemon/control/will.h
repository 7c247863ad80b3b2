/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * will.h - what the daemon does about something that is not as it should be, and when: told from the verdict on the
 * change that would mend it, so that it never promises what the guard keeps back or the directory refuses.
 */
#ifndef DUAAL_CONTROL_WILL_H
#define DUAAL_CONTROL_WILL_H

#include "control/remarks.h"

#define WILL_SIZE 256

struct will {
	char text[WILL_SIZE];
	int64_t at_s; /* 0: at no set time */
};

void will_tell(const struct view *view, const struct remark *remark, struct will *ret);

#endif
