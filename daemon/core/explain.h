/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * explain.h - why somebody has, or lacks, access: the policy walked again with its reasons kept.
 *
 * Uses the judging functions of policy.h, so that it cannot disagree with what is done. The answer is a
 * list of paths (one for each way in which the person might have had access), the best one first: a
 * path is a chain of facts that ends in "granted" or in the nearest failing condition. Pure; in arena.
 */
#ifndef DUAAL_CORE_EXPLAIN_H
#define DUAAL_CORE_EXPLAIN_H

#include "core/guard.h"

#define EXPLAIN_FACTS_MAX 24

struct fact {
	const char *
		what; /* stable word: "person", "override", "undo", "value", "grant", "source-group", "institution", "admission", "dates", "grantor",
	                       "group", "membership", "freeze", "change", "hold", "grace", "refusal", "drift" */
	bool holds;   /* true: this step is in order */
	enum reason reason; /* R_NONE for plain facts */
	const char *text;   /* one plain English sentence; values in it are escaped for display */
};

struct path {
	uint32_t number;    /* institution; 0: none named */
	uint8_t role;       /* UINT8_MAX: none */
	bool granted;       /* the policy says yes */
	bool member;        /* the target has the value now */
	enum reason reason; /* why it is granted, or the nearest failing condition */
	bool planned;       /* a change is planned that gives or takes it */
	const char *waits;  /* why that change does not go now; NULL: it goes, or there is none */
	const char *step;   /* who can mend what is odd about the target's side, and how; NULL: nothing to do */
	uint32_t fact_count;
	uint32_t policy_facts; /* the first so many are about what should be, the others about what is and will be */
	struct fact facts[EXPLAIN_FACTS_MAX];
};

struct explanation {
	const char *person;                          /* display name, escaped; or what was asked */
	const char *vo_id, *source_dn, *source_uuid; /* NULL when nobody was found */
	bool found, ambiguous;
	bool access; /* is a member anywhere (or at the asked institution) now */
	struct path *paths;
	uint32_t path_count;
	const char *summary;   /* one sentence */
	const char *next_step; /* who can mend it and how; "" when all is well */
};

struct explain_input {
	const struct plan_input *plan_input;
	const struct plan *plan; /* judged */
	const struct guard_verdict *verdict;
	/* Did the application's directory refuse this change of the plan when it was tried? NULL: nothing was tried. */
	bool (*was_refused)(const void *ctx, uint32_t change);
	const void *refusals;
	bool refuses_all; /* that directory took no change at all when one was last tried, e.g. because it is read-only */
};

enum target_refusal { REFUSAL_NONE, REFUSAL_OF_CHANGE, REFUSAL_OF_ALL };
/* What the application's directory said when this change, or any, was last tried: who promises it should look. */
enum target_refusal explain_refusal(const struct explain_input *in, uint32_t change);

/* Finds people by vo-id, uid or mail (ASCII-caseless, exact), or by name (each word occurs in cn). Writes up to max
 * positions and returns how many there are in all. */
uint32_t explain_find(const struct source_snapshot *source, struct text who, uint32_t *positions, uint32_t max);

/* number 0: all institutions; role UINT8_MAX: all roles. person NONE: nobody found (who is shown). Somebody who is not
 * in the source snapshot but is a member in the target is explained from there. */
MUST_USE int explain_person(const struct explain_input *in, struct text who, uint32_t person, uint32_t number,
			    uint8_t role, struct arena *arena, struct explanation **ret, struct err *err);

#endif
