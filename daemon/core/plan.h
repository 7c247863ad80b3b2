/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * plan.h - what would have to change, in which order, and why.
 *
 * diff finds single differences between desired and actual; plan orders them and computes the digest.
 * A change is one value or one entry: the smallest thing that the guard can judge and a person can
 * approve. Merging the values of one group into one modify is the business of run/apply.
 *
 * Order of phases: revocations first and apart, then structure, then grants:
 *   REVOKE       member values out
 *   INSTITUTION  entries in, attributes changed
 *   PERSON       entries in, attributes changed, source entries given up
 *   GROUP        entries in (with the members granted in the same plan), attributes changed
 *   GRANT        member values in
 *   TIDY         people's entries that nobody has needed for long, our empty groups and institutions that are no longer
 *                admitted, out
 * A plan never holds "add X" and "remove Y" with X equal to Y to the server (I9): a spelling that
 * differs is no difference. Protected and foreign things never occur in a plan (I5, I6).
 */
#ifndef DUAAL_CORE_PLAN_H
#define DUAAL_CORE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "core/policy.h"
#include "core/reason.h"

enum change_kind {
	CHANGE_MEMBER_REMOVE = 1,
	CHANGE_INSTITUTION_ADD,
	CHANGE_INSTITUTION_MODIFY,
	CHANGE_PERSON_ADD,
	CHANGE_PERSON_MODIFY,
	CHANGE_GROUP_ADD,
	CHANGE_GROUP_MODIFY,
	CHANGE_MEMBER_ADD,
	CHANGE_GROUP_DELETE,
	CHANGE_INSTITUTION_DELETE,
	CHANGE_PERSON_RELEASE, /* an entry gives up the source entry of person, who goes by another key now */
	CHANGE_PERSON_DELETE,
};

enum phase { PHASE_REVOKE, PHASE_INSTITUTION, PHASE_PERSON, PHASE_GROUP, PHASE_GRANT, PHASE_TIDY, PHASES };

struct change {
	uint8_t kind; /* enum change_kind */
	uint8_t phase;
	uint8_t role;     /* UINT8_MAX: none */
	uint8_t verdict;  /* enum verdict, written by guard */
	uint16_t cause;   /* enum reason: R_CAUSE_... */
	uint16_t reason;  /* finding behind it: R_GRANTED, R_ENDED, R_NO_RIGHT, ... */
	uint16_t rule;    /* written by guard: R_RULE_... */
	uint32_t number;  /* institution; 0: none */
	uint32_t person;  /* position in source people, or NONE */
	uint32_t target;  /* position in target institutions, groups or people by kind; NONE: to be made */
	uint32_t member;  /* CHANGE_MEMBER_REMOVE: position in target members */
	uint32_t desired; /* position in desired institutions or memberships, or NONE */
	uint32_t hold;    /* id of the hold that lists it, 0: none; written by hold */
	uint32_t kept;    /* 1 + position in past holds of the newest that lists it for a clear cause while it is in
				   doubt; 0: none; by hold */
	uint8_t drift_decision; /* enum drift_decision: of a change that puts a hand edit right */
	bool recast;   /* written by hold: that hold lists it for another cause, or rejected it on other evidence */
	bool in_grace; /* it takes out a value added by hand, and it is too early for that */
	bool by_date;  /* written by guard: this grant came on its begin date */
};

/* Something that is not as it should be and that no change mends. */
struct remark {
	uint16_t reason; /* R_DRIFT_..., R_FOREIGN_ENTRY, R_PROTECTED, R_PERSON_NOT_IN_TARGET */
	uint8_t role;
	uint32_t number;
	uint32_t person;           /* position in source people, or NONE */
	uint32_t group;            /* position in target groups, or NONE */
	uint32_t member;           /* position in target members, or NONE */
	const struct entry *entry; /* target entry concerned, or NULL */
	uint32_t drift;            /* id in past->drifts; 0: none, or not on record yet */
	int64_t at_s;              /* R_DIRECTIVE_ENDS_SOON: when; drift: since when it is known */
};

enum drift_mode { DRIFT_REPAIR, DRIFT_REPORT, DRIFT_HOLD };

struct drift_settings {
	enum drift_mode mode;
	uint32_t grace_s; /* 900: how long a value added by hand stays at least */
};

/* Ownership facts that the diff established without any write: present, wanted and not yet known to the
 * ledger as ours, or found at first contact. run/ stores them with the cycle. */
struct confirmation {
	uint32_t group, member; /* positions in target */
	uint32_t person;        /* position in source people, or NONE for adopted values */
	uint8_t state;          /* enum owned_state: OWNED_HELD or OWNED_ADOPTED */
};

#define PLAN_DIGEST_SIZE 32

struct plan {
	struct change *changes; /* ascending by phase, then number, role, person's entryUUID: stable */
	struct remark *remarks;
	struct confirmation *confirmations;
	uint32_t change_count, remark_count, confirmation_count;
	uint32_t by_phase[PHASES];
	uint32_t removals, grants; /* of memberships: what flat groups follow with is not counted twice */
	struct source_question
		*questions; /* source entries whose absence from the snapshot would remove access and is not proven */
	uint32_t question_count;
	uint32_t *
		endings; /* positions in past->owned: held by the ledger, in neither directory any more, so to be forgotten */
	uint32_t ending_count;
	/* Drift that stands now: each with the reason, and id 0 where past does not know it yet; ascending by id, these behind
	 * the others. first_s, first_cycle and author as in past. What past knows and this list does not hold is over. */
	struct past_drift *drifts;
	uint32_t drift_count;
	/* Entries of people that nobody needs now, and since when; ascending by entryUUID. What past knows and this list does not
	 * hold is needed again, or gone. */
	struct past_idle *idle;
	uint32_t idle_count;
	int64_t next_s;                   /* when a grace ends; INT64_MAX: none */
	uint8_t digest[PLAN_DIGEST_SIZE]; /* over identities (numbers, role words, UUIDs, DNs, causes), not positions */
};

struct plan_input {
	const struct policy_input *policy;
	const struct desired *desired;
	const struct target_snapshot *target;
	const struct drift_settings *drift;
	uint32_t cycle; /* the one that thinks: drift seen first in an earlier one is older than this source read */
	bool adopts; /* what the ledger does not know is adopted, not added by hand: it may be ours (95), or older than
			      what the ledger has learnt to tell apart */
	bool source_stale; /* the source could not be read now: nothing is put back */
	bool source_unread; /* nor ever since the start: only what the ledger and the target know to have ended goes (diff_unread.c) */
	/* What was read beside a source that failed, where source_unread. */
	const struct source_snapshot *const *parts;
	uint32_t part_count;
};

/* diff and plan in one pass over both sides. Lives in arena. */
MUST_USE int plan_build(const struct plan_input *in, struct arena *arena, struct plan **ret, struct err *err);

const char *change_kind_name(enum change_kind kind); /* "member-remove" */

/* What an entry of ours should say, field by field, for CHANGE_*_ADD and *_MODIFY, and for comparing.
 * Calls back once for each field and value, fields ascending; values are only valid during the call. */
typedef void (*wanted_fn)(void *ctx, enum field field, struct text value);
void wanted_institution(const struct plan_input *in, uint32_t desired_institution, wanted_fn each, void *ctx);
void wanted_person(const struct plan_input *in, uint32_t person, wanted_fn each, void *ctx);
void wanted_released(const struct plan_input *in, uint32_t target_person, wanted_fn each, void *ctx);
void wanted_group(const struct plan_input *in, uint32_t number, uint8_t role, wanted_fn each,
		  void *ctx); /* without members */

#endif
