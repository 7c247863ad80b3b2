/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ledger_past.h - questions about what was, and the records that answer them; for the duaal-ledger that only reads.
 *
 *   planner                          duaal-ledger
 *   CHANGES(past_filter)         ->
 *                                <-  PAST_CHANGE* ANSWERED(more)   member changes with result 0, newest first
 *   READS(past_filter)           ->                                limit counts only
 *                                <-  PAST_READ* ANSWERED(more)     certificates, newest first
 *
 * more is 1 when the limit left something out, else 0. Failures are those of the other questions (ledger_message.h).
 */
#ifndef DUAAL_WIRE_LEDGER_PAST_H
#define DUAAL_WIRE_LEDGER_PAST_H

#include "wire/ledger_message.h"

enum ledger_past_type {
	M_CHANGES = 98,
	M_READS = 99,
	M_PAST_READ = 100,
};

#define PAST_ROLE_ANY   UINT8_MAX
#define PAST_PERSON_MAX 200

/* What is asked for; 0, empty or PAST_ROLE_ANY: of all. */
struct past_filter {
	int64_t since_s, until_s; /* both ends count */
	uint32_t number;          /* institution */
	uint32_t limit;           /* 0: as many as the ledger tells at all */
	uint16_t reason;          /* enum reason: the cause or the reason of a change */
	uint8_t role;
	char person[PAST_PERSON_MAX + 1]; /* vo-id; a name where nobody has it as vo-id */
};
void past_filter_encode(struct buf *out, const struct past_filter *filter);
MUST_USE int past_filter_decode(const void *body, size_t len, struct past_filter *ret, struct err *err);

/* A certificate that was kept, with its cycle. */
struct past_read {
	uint32_t cycle;
	bool target;         /* else of the source */
	uint32_t checks;     /* enum certificate_check */
	struct text missing; /* what was not proven; empty: the read was complete */
	uint32_t people, institutions, groups, requests, absent;
	uint32_t canaries_seen, canaries_expected, references, pages;
	int64_t started_s, ended_s;
	uint32_t duration_ms;
	struct text position, server, identity; /* position as ledger/positions.h writes it */
	struct text result;                     /* of the cycle; empty: it never ended */
};
void past_read_encode(struct buf *out, const struct past_read *read);
MUST_USE int past_read_decode(const void *body, size_t len, struct past_read *ret, struct err *err); /* borrows texts */

#endif
