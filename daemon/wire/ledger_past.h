/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ledger_past.h - questions about what was, and the records that answer them; for the duaal-ledger that only reads.
 *
 *   planner                          duaal-ledger
 *   CHANGES(past_filter)         ->
 *                                <-  PAST_CHANGE* ANSWERED(more)   member changes with result 0, newest first
 *   READS(past_filter)           ->                                limit counts only
 *                                <-  PAST_READ* ANSWERED(more)     certificates, newest first
 *   MEMBERS(past_filter)         ->                                until_s is the moment; a number, a person or both
 *                                <-  PAST_EXTENT PAST_MEMBER* ANSWERED(more)   by institution, role and name; none where the
 *                                                                moment is not within the extent
 *   WEEKS(past_weeks)            ->
 *                                <-  PAST_WEEK* ANSWERED(0)        one for each week, in order
 *
 * more is 1 when the limit left something out, else 0; of CHANGES and MEMBERS an enum past_end. Failures are those of the other questions (ledger_message.h).
 */
#ifndef DUAAL_WIRE_LEDGER_PAST_H
#define DUAAL_WIRE_LEDGER_PAST_H

#include "wire/ledger_message.h"

enum ledger_past_type {
	M_CHANGES = 98,
	M_READS = 99,
	M_PAST_READ = 100,
	M_MEMBERS = 101,
	M_PAST_EXTENT = 102,
	M_PAST_MEMBER = 103,
	M_WEEKS = 104,
	M_PAST_WEEK = 105,
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
	struct uuid
		source; /* their entryUUID, where the source shows one: of every vo-id that was theirs; members only */
	char person[PAST_PERSON_MAX + 1]; /* vo-id; a name where nobody has it as vo-id */
};
void past_filter_encode(struct buf *out, const struct past_filter *filter);
MUST_USE int past_filter_decode(const void *body, size_t len, struct past_filter *ret, struct err *err);

/* A certificate that was kept, with its cycle. */
struct past_read {
	uint32_t cycle;
	struct text side;    /* "target", "source"; where there are several, "source:" and a name */
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

/* How an answer with changes or members ends. */
enum past_end { PAST_WHOLE, PAST_MORE, PAST_NOBODY /* the ledger names nobody as it was asked */ };

/* What the ledger can tell about. */
struct past_extent {
	int64_t at_s;     /* the moment that was asked for */
	int64_t begins_s; /* its first cycle; 0: it is empty */
	int64_t ends_s;   /* the end of its last cycle; 0: none ended */
	uint32_t
		erased; /* changes of memberships up to the moment that name nobody any more (at that institution, where one is asked) */
};
void past_extent_encode(struct buf *out, const struct past_extent *extent);
MUST_USE int past_extent_decode(const void *body, size_t len, struct past_extent *ret, struct err *err);

struct past_turn { /* when a membership began or ended, and by what; cycle 0: not on record */
	uint32_t cycle;
	int64_t at_s;
	uint16_t cause,
		reason; /* enum reason; both 0: found in the directory, and confirmed or adopted in that cycle */
};

enum past_state {
	PAST_ABSENT, /* did not have it then: ended before, or began afterwards */
	PAST_PRESENT,
	PAST_UNSURE,
};

enum past_doubt { /* why unsure */
		  PAST_SURE,
		  PAST_BEGIN_UNKNOWN, /* it was there when it was taken out; since when is not on record */
		  PAST_END_UNKNOWN,   /* we gave it, and it is gone; nobody took it out through us */
		  PAST_OUT_BETWEEN,   /* we gave it once more afterwards: somebody else had taken it out */
		  PAST_OUTCOME_LOST,  /* what the directory said to our write is not on record */
		  PAST_OTHER_ENTRY,   /* of a person: given to that vo-id under another entryUUID */
};

struct past_member { /* a membership, as far as the moment is concerned */
	uint32_t number;
	uint8_t role;
	enum past_state state;
	enum past_doubt doubt;
	struct past_turn began; /* for what is absent: before its end, or after the moment */
	struct past_turn ended; /* first end after the moment, or for what is absent the last one before it */
	struct uuid source;
	struct text value, person, name; /* member DN, vo-id, name; empty once erased */
};
void past_member_encode(struct buf *out, const struct past_member *member);
MUST_USE int past_member_decode(const void *body, size_t len, struct past_member *ret,
				struct err *err); /* borrows texts */

#define PAST_WEEKS_MAX 104

struct past_weeks { /* week i is from at_s[i] up to, without, at_s[i + 1]; the planner knows the zone */
	uint32_t count;
	int64_t at_s[PAST_WEEKS_MAX + 1]; /* ascending */
};
void past_weeks_encode(struct buf *out, const struct past_weeks *weeks);
MUST_USE int past_weeks_decode(const void *body, size_t len, struct past_weeks *ret, struct err *err);

struct past_week {
	int64_t begins_s;
	uint32_t cycles, failed;          /* begun in it; that could not do their work, or never ended */
	uint32_t grants, removals;        /* memberships that went through, of those cycles */
	uint32_t holds, decided, expired; /* holds that opened; decisions about holds; holds that nobody decided */
	uint32_t median_s,
		longest_s; /* from the begin of the source's read to the directory's answer; 0 without grants and removals */
};
void past_week_encode(struct buf *out, const struct past_week *week);
MUST_USE int past_week_decode(const void *body, size_t len, struct past_week *ret, struct err *err);

#endif
