/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * policy_run.h - one run of policy_apply, shared by policy.c (values, institutions, what people decided) and policy_entries.c
 * (grants that are entries, right groups); refusals.c goes over the same again, to tell what is refused. Private to these.
 */
#ifndef DUAAL_CORE_POLICY_RUN_H
#define DUAAL_CORE_POLICY_RUN_H

#include "core/judge.h"

struct run {
	struct judge judge;
	struct desired *desired;
	const int32_t *ends;            /* of desired->institutions; DAY_NONE: open */
	uint32_t *starts;               /* number >> BUCKET_BITS: first institution at or behind it */
	struct desired_membership *raw; /* in the order of people and values */
	struct refusal *refusals;
	struct past_grantor *grantors;
	struct past_grant *grants;
	struct group_reading *group_readings; /* of source->groups; made with the first that is read */
	size_t raw_count, raw_capacity, refusal_capacity, grantor_capacity, grant_capacity;
	uint32_t word, word_end; /* in desired->words: those about the person at hand */
	int32_t next_day;        /* first day after today on which an answer changes; INT32_MAX: none */
	int64_t next_s;          /* the same for instants */
	bool no_memory;          /* said by a judgement */
	struct right right;      /* the value at hand: too large to be cleared for each */
	void (*tell)(void *ctx, const struct refusal *refusal); /* NULL: what is refused is kept and counted */
	void *ctx;
};

/* ERR_NOMEM. entry NULL: the person's. */
MUST_USE int run_refuse(struct run *run, const struct refusal *refusal);
MUST_USE int run_refuse_institution(struct run *run, const struct source_institution *institution, enum reason reason);
/* When the institutions are judged, and before people are. */
MUST_USE int run_index_institutions(struct run *run, struct arena *scratch);
/* What the source gives somebody, and what of it gives nothing. */
MUST_USE int run_add_source(struct run *run, uint32_t person, struct person_facts *facts);
void run_done(struct run *run);
/* Judges the grant at its institution, and takes or refuses it. */
MUST_USE int run_add_grant(struct run *run, struct grant *grant);
/* The grant gives nothing now, and is seen all the same: who granted it is judged (R4). */
MUST_USE int run_see_grant(struct run *run, struct grant *grant);
MUST_USE int run_see_entries(struct run *run, uint32_t person);
/* A person's grants beside values. */
MUST_USE int run_add_entries(struct run *run, uint32_t person, const struct person_facts *facts);
/* Grants that are nobody's, groups that cannot be used, and what is odd about any: all of them, or one. */
MUST_USE int run_refuse_entries(struct run *run);
MUST_USE int run_refuse_grant(struct run *run, uint32_t grant);
MUST_USE int run_refuse_group(struct run *run, uint32_t group);

#endif
