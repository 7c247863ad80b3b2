/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * right.h - one value in the government's notation: RIGHT-CONTEXT[,CONTEXT...]:ORG[,ORG...]
 *
 *   WerkplekDuaalGebruiker-trajectbegeleider,beheerder:30569, 112345
 *
 * Both lists may have spaces round the commas; case varies; every context counts at every organisation.
 * "RIGHT:ORG" is well-formed and has no context (R5: gives nothing). Parsing borrows from the value.
 */
#ifndef DUAAL_MODEL_RIGHT_H
#define DUAAL_MODEL_RIGHT_H

#include <stdint.h>

#include "base/text.h"

#define RIGHT_CONTEXTS_MAX 16
#define RIGHT_ORGS_MAX     256

enum right_form {
	RIGHT_OTHER,     /* another right's name: not ours, says nothing */
	RIGHT_MALFORMED, /* ours, or a spelling that may be meant as ours, and unreadable (R9) */
	RIGHT_READ,      /* ours and well-formed */
};

struct right {
	uint32_t context_count;                   /* 0: the right without a role */
	uint32_t org_count;                       /* at least 1 */
	struct text contexts[RIGHT_CONTEXTS_MAX]; /* trimmed; may be unknown words: the policy judges them */
	struct text orgs[RIGHT_ORGS_MAX];         /* trimmed; not yet parsed as numbers */
};

/* name: the configured right, "WerkplekDuaalGebruiker" (compared caselessly; the value may also spell it
 * with spaces, "Werkplek duaal gebruiker"). Empty list items, control characters, more items than the
 * bounds, a missing organisation list: RIGHT_MALFORMED. why (may be NULL) gets a static sentence. */
enum right_form right_parse(struct text value, struct text name, struct right *ret, const char **why);

#endif
