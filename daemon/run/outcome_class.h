/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * outcome_class.h - what an LDAP result code of a write means for the plan. Total: every code has one class, none is a blind retry.
 */
#ifndef DUAAL_RUN_OUTCOME_CLASS_H
#define DUAAL_RUN_OUTCOME_CLASS_H

#include "base/err.h"
#include "base/text.h"

enum outcome_class {
	OUTCOME_DONE,     /* 0 */
	OUTCOME_CONFLICT, /* 16 20 32 66 68 122: somebody else was there: read again, think again */
	OUTCOME_REFUSED,  /* 19 21 50 64 65 ...: this is refused; others go on; tried again in a later cycle */
	OUTCOME_FAILED, /* 80: the server failed, perhaps after it had written: no further writes before it was read again */
	OUTCOME_STOP,     /* 3 10 11 51 52 53: the server takes nothing: no further writes in this cycle */
	OUTCOME_UNKNOWN,  /* the connection was lost after sending: reading again tells (fault 52) */
	OUTCOME_NOT_SENT, /* never left: nothing happened */
};

enum outcome_class outcome_classify(int result);
const char *outcome_advice(int result); /* half a sentence for the log and status: what to look at; "" for 0 */
/* "result 50, what the server said: advice" into err, with code. said: empty where it said nothing. */
void outcome_tell(struct err *err, int code, int result, struct text said, const char *advice);

#endif
