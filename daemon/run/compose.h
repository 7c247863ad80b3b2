/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * compose.h - from changes to LDAP operations: all values of one kind for one group in one modify.
 *
 * A plan's change is one value or one entry; an operation is what one LDAP request can carry. Only changes whose verdict is GO and
 * that skip() does not name take part. The caller walks the plan phase by phase with compose_next.
 */
#ifndef DUAAL_RUN_COMPOSE_H
#define DUAAL_RUN_COMPOSE_H

#include "run/thought.h"

#define COMPOSE_VALUES_MAX                                                                                             \
	5000 /* member values in one request: 7 ms for the server; the rest comes in the next round */

/* A role group of the target as our own writes of this round left it, so far as they were answered. */
struct group_now {
	struct csn csn; /* newest entryCSN */
	uint32_t members;
	bool placeholder; /* it stands there */
	bool gone;        /* we deleted it */
	bool busy;        /* an operation on it has no outcome yet */
};

/* What an operation does about a group that is empty, or was (target.empty_group). */
enum placeholder_move { PLACEHOLDER_STAYS, PLACEHOLDER_IN, PLACEHOLDER_OUT };

/* The changes that one operation carries out: a run in its own phase, and for a new group the members in the grant phase. */
struct operation {
	uint32_t id;
	uint32_t first, count;             /* positions in plan->changes */
	uint32_t first_grant, grant_count; /* CHANGE_GROUP_ADD only */
	uint32_t taken;                    /* member values, of a group that is there */
	enum placeholder_move placeholder; /* in the same modify */
	bool empties;                      /* nobody is left in the group ... */
	bool deletes;  /* ... so the group goes as a whole: recorded as one change more, behind the members */
	bool answered; /* apply's: its outcome is known */
};

struct compose {
	const struct thought *thought;
	const struct group_now *groups;           /* one a target group */
	bool (*skip)(void *ctx, uint32_t change); /* refused earlier in this cycle, or what it needs was */
	/* How many changes, itself counted, may share an operation with it; 0, or most NULL: as many as fit. */
	uint32_t (*most)(void *ctx, uint32_t change);
	void *ctx;
	uint32_t at, end; /* position in plan->changes, end of the phase */
};

void compose_start(struct compose *c, const struct thought *thought, enum phase phase);

/* Next operation: 1, its record appended to out and described in op; 0 at the end of the phase, or when the next one concerns
 * a group that is busy: what it asserts is not known before that outcome. ERR_NOMEM. op->id is given by the caller before the
 * call. */
MUST_USE int compose_next(struct compose *c, struct operation *op, struct buf *out, struct err *err);
bool compose_is_at_end(const struct compose *c); /* of the phase */

/* The groups of a target as they were read; the caller frees. NULL: no memory. */
struct group_now *compose_groups(const struct target_snapshot *target);
/* The operation was answered well: what that makes of its group, but for the entryCSN. */
void compose_move_on(const struct compose *c, struct group_now *groups, const struct operation *op);

/* Is this change of the operation carried out by it? (GO and not skipped) */
bool compose_takes(const struct compose *c, uint32_t change);

/* What the ledger records of one change before it is sent. Texts point into scratch, which is cleared first. */
void compose_intent(const struct thought *thought, uint32_t change, struct buf *scratch, struct intent *ret);
/* The same of the group that an operation deletes with its last members; change: one of these. */
void compose_delete_intent(const struct thought *thought, uint32_t change, struct buf *scratch, struct intent *ret);

/* Stable identity of a change across rounds of a cycle; and of the change that would make the entry that this one cannot do
 * without: a member's person, a group's institution. 0: none. */
uint64_t compose_identity(const struct thought *thought, uint32_t change);
uint64_t compose_needs(const struct thought *thought, uint32_t change);

#endif
