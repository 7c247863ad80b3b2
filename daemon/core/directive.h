/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * directive.h - requests and overrides: entries of the target in which people say what they want, each read by itself
 * (R2). Seen by daemon/core only.
 *
 * A directive needs no marker: whoever may write there may say so. One that cannot be read has no effect and carries
 * the reason. Whether its person and institution are there, and which of several counts, is judged in word.h. Dates end
 * at an instant. How long an override runs is measured from the server's own note of when it was written, so that both
 * ends come from the administrators' side (I20).
 */
#ifndef DUAAL_CORE_DIRECTIVE_H
#define DUAAL_CORE_DIRECTIVE_H

#include "core/policy.h"

struct request {
	uint32_t number;    /* 0: unreadable */
	enum reason reason; /* R_ADMITTED_REQUEST, R_REQUEST_LAPSED or R_REQUEST_MALFORMED */
	int64_t until_s;    /* INT64_MAX: open */
	const struct entry *entry;
};

struct override {
	enum reason reason; /* R_INCLUDED or R_EXCLUDED: what it says; R_OVERRIDE_...: why it says nothing */
	bool lapsed;        /* it can be read, and its date has passed */
	uint8_t role;       /* position in settings->roles, or UINT8_MAX */
	uint32_t number;    /* 0: unreadable */
	struct text vo_id;  /* trimmed; borrowed */
	int64_t until_s;
	const struct entry *entry;
};

void request_read(const struct policy_input *in, const struct entry *entry, struct request *ret);
/* until_s is that of the entry also when it is too long. */
void override_read(const struct policy_input *in, const struct entry *entry, struct override *ret);
/* Was the date of one that lapsed known long enough, and since before it came? since_s: since when it stood there. */
bool directive_was_announced(const struct policy_input *in, int64_t since_s, int64_t until_s);

#endif
