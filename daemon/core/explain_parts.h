/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * explain_parts.h - the working set of explain_person; seen by daemon/core only.
 *
 * Failure is sticky: after the first failed allocation everything does nothing and failed is true.
 * Every value of a directory goes through tell_value, which escapes it for display (I17).
 */
#ifndef DUAAL_CORE_EXPLAIN_PARTS_H
#define DUAAL_CORE_EXPLAIN_PARTS_H

#include "core/explain.h"
#include "core/judge.h"

#define EXPLAIN_PATHS_MAX 256

struct teller {
	const struct explain_input *in;
	const struct policy_input *policy;
	const struct target_snapshot *target;
	const struct desired *desired;
	const struct plan *plan;
	struct judge judge;
	struct arena *arena;
	struct explanation *out;
	uint32_t person;        /* at the source, or NONE */
	uint32_t target_person; /* or NONE */
	uint64_t dangling;      /* key of the DN where the person's entry would stand, when it does not; else 0 */
	uint32_t number;        /* asked; 0: all */
	uint8_t role;           /* asked; ROLE_NONE: all */
	struct person_facts facts;
	enum reason whole;         /* judgement of the person as a whole */
	const struct entry *entry; /* the grant that the path at hand is about, or NULL */
	bool failed;
};

/* What one path is about, while it is told. */
struct way_told {
	enum reason by_source; /* what the source alone says of it */
	struct text value;     /* behind that; may be empty */
};

const char *tell_value(struct teller *t, struct text value);
const char *tell_format(struct teller *t, const char *format, ...) PRINTF_LIKE(2, 3);
/* Adds a fact; text NULL after a failed allocation. */
void tell(struct teller *t, struct path *path, const char *what, bool holds, enum reason reason, const char *text);

const char *tell_time(struct teller *t, int64_t at_s); /* "2026-12-01 01:00", by the clocks of the zone */
const char *tell_dn(struct teller *t, const struct entry *entry);

/* The facts from the person to the grantor, judged one after the other. */
void tell_policy(struct teller *t, struct path *path, const struct way_told *way);
/* The person's value in a group, also where it leads to no entry any more; position in members, or NONE. */
uint32_t tell_member_of(const struct teller *t, uint32_t group);
/* The facts from the group on: entry, membership, what is planned, held or changed by hand. Sets path->member. */
void tell_target(struct teller *t, struct path *path);
/* What people decided (explain_decided.c): overrides and undone cycles; the freeze that concerns the institution; why a
 * planned change goes or waits; what was changed by hand. */
void tell_words(struct teller *t, struct path *path);
void tell_freeze(struct teller *t, struct path *path);
void tell_verdict(struct teller *t, struct path *path, uint32_t change);
void tell_drift(struct teller *t, struct path *path, uint32_t member);
/* summary and next_step, when the paths are there and in order. */
void tell_summary(struct teller *t);

#endif
