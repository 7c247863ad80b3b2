/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * parameters.h - what a caller gave, checked; for the handlers of control only.
 *
 * Each gives true and the value, or answers the call and gives false: then the handler returns. What has the wrong shape
 * is InvalidParameter with the parameter's name. A text with a national number (INSZ) is OrderRefused with a sentence
 * that does not repeat it: it is personal data under its own law and goes nowhere, not even into an audit.
 */
#ifndef DUAAL_CONTROL_PARAMETERS_H
#define DUAAL_CONTROL_PARAMETERS_H

#include "control/control_parts.h"

#define WORDS_MAX  500 /* bytes of a reason or an owner */
#define DIGEST_MIN 6   /* hexadecimal digits of a hold's digest behind its number */
#define DIGEST_MAX 64
#define VO_ID_SIZE (VO_ID_MAX + 1)

const struct view *view_of(void *ctx);
/* The view when a complete cycle ended; else the call is answered with NotReady, and NULL. */
const struct view *ready_view(struct varlink_call *call, void *ctx);

void refuse_unknown(struct varlink_call *call, const char *what); /* NotFound */
/* OrderRefused; the sentence in the language of the call. */
void refuse(struct varlink_call *call, enum order_code code, const char *sentence);

bool take_limit(struct varlink_call *call, uint32_t fallback, uint32_t max, uint32_t *ret);
bool take_weeks(struct varlink_call *call, uint32_t *ret);                    /* how many; not given: WEEKS_DEFAULT */
bool take_number(struct varlink_call *call, const char *name, uint32_t *ret); /* an institution's; not given: 0 */
bool take_id(struct varlink_call *call, const char *name, uint32_t *ret);     /* of a hand edit or a cycle */
bool take_role(struct varlink_call *call, const struct view *view, uint8_t *ret); /* not given: UINT8_MAX */
bool take_until(struct varlink_call *call, int64_t *ret);                         /* in the future; not given: 0 */
bool take_time(struct varlink_call *call, const char *name, int64_t *ret);        /* in the past or not; not given: 0 */
bool take_cause(struct varlink_call *call, uint16_t *ret); /* the code of a reason; not given: R_NONE */
bool take_unclear(struct varlink_call *call, const char *name,
		  uint16_t *ret); /* the code of a reason of which the source is in doubt; not given: R_NONE */
/* A reason or an owner: one line, not blank. Not given: "". */
bool take_words(struct varlink_call *call, const char *name, const char **ret);
bool take_owner(struct varlink_call *call, const char **ret); /* as take_words; not given: NULL */

/* "12-3f9a2b" or "12". */
struct hold_key {
	uint32_t id;
	char digest[DIGEST_MAX + 1]; /* lower case; empty: not given */
};
bool take_hold(struct varlink_call *call, struct hold_key *ret);

/* Somebody by vo-id, login, mail address or name; whom the source does not show by a vo-id as typed. */
struct somebody {
	uint32_t person; /* position in the source people, or NONE */
	char vo_id[VO_ID_SIZE];
};
bool take_person(struct varlink_call *call, const struct view *view, struct somebody *ret);
/* Only a vo-id; whether anybody has it is not looked at. */
bool take_vo_id(struct varlink_call *call, struct somebody *ret);
/* The parameter "person" as typed, trimmed. */
bool take_name(struct varlink_call *call, struct text *ret);

#endif
