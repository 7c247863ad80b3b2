/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * judge.h - the working set of the policy's judgements; seen by daemon/core only.
 *
 * policy_apply asks these for every entry once; explain and plan ask the same for one person. A judge is made
 * once a run: it holds what does not change between two questions (today in the zone, the requests in the order
 * of their numbers). Everything is borrowed. Order: judge_init; judge_read_requests before institution_judge. What people
 * decided about single memberships (word.h) is in desired, and access_judge heeds it.
 */
#ifndef DUAAL_CORE_JUDGE_H
#define DUAAL_CORE_JUDGE_H

#include "core/directive.h"
#include "core/policy.h"
#include "model/number.h"

#define AMBIGUITY_S (7 * 86400) /* R9: how long both of two claimants keep what they have */

struct judge {
	const struct policy_input *in;
	int32_t today;
	const struct request *requests; /* ascending by number; for institution_judge only */
	uint32_t request_count;
	bool *no_memory; /* set when a judgement could not be made for want of memory, and stays: then there is no result (I21) */
};

/* no_memory NULL: no grant is judged. */
void judge_init(struct judge *judge, const struct policy_input *in, bool *no_memory);
/* Reads the target's requests once, for a run over all institutions. ERR_NOMEM. */
MUST_USE int judge_read_requests(struct judge *judge, struct arena *arena);

/* A begin and an end day, DAY_NONE where open. */
struct period {
	int32_t begin, end;
	bool malformed; /* one of them cannot be read, or stands there twice */
};

/* One value of FIELD_BEGIN or FIELD_END into the period. */
void period_add(struct period *period, const struct judge *judge, enum field field, struct text value,
		enum date_kind kind);
/* R_GRANTED, or not_yet or ended. */
enum reason period_judge(const struct period *period, int32_t today, enum reason not_yet, enum reason ended);
/* Moves *day to the first day after today on which the period's answer changes. */
void period_next(const struct period *period, int32_t today, int32_t *day);

/* What FIELD_STATE says against the words that mean active: every value must be one of them. */
struct activity {
	bool seen, other;
};
void activity_add(struct activity *activity, const char *const *active, struct text value);
/* R_GRANTED, R_STATE_MISSING, or inactive. */
enum reason activity_judge(const struct activity *activity, const char *const *active, enum reason inactive);

struct institution_facts {
	enum reason reason;
	struct period period;
	const struct entry *request; /* that admits it, or the one that decided why not */
	int64_t until_s;             /* when that request lapses; INT64_MAX: never */
};
void institution_judge(const struct judge *judge, uint32_t institution, struct institution_facts *ret);
/* Adds what it says about programmes to *ret, where its kind is admitted by one. */
void institution_programmes(const struct judge *judge, uint32_t institution, struct programmes *ret);
const char *admission_word(enum reason reason); /* as our entry says why it is admitted; "": it is not */

/* A person's entry in one pass: the first value of each, and where the rights begin. */
struct person_facts {
	struct text vo_id, uid, cn, sn, given_name, mail;
	uint32_t vo_ids;
	bool unclean; /* a name holds a control character or is not UTF-8 */
	struct activity activity;
	struct period period;
	struct entry_cursor rights; /* for entry_next_of(FIELD_RIGHT) */
};
/* judge NULL: only the key and the names, which are not judged (unclean stays false). */
void person_read(const struct judge *judge, const struct entry *entry, struct person_facts *ret);
enum reason person_judge(const struct judge *judge, uint32_t person, const struct person_facts *facts);
/* Is it clear who this is, and can the person be called by name in the target? The first step of person_judge. */
enum reason person_identify(const struct judge *judge, uint32_t person, const struct person_facts *facts);
/* The values_key that this person's entry in the target should have (see struct target_person). */
uint64_t wanted_person_key(const struct person_facts *facts, const struct entry *entry);
/* Since when two entries claim this person (R9), or now when nobody noted it yet. */
int64_t person_ambiguous_since(const struct policy_input *in, uint32_t person);

/* One grant as some shape gives it, before judging. */
struct grant {
	uint32_t person;      /* position in source people */
	uint32_t institution; /* position in source institutions, or NONE: unknown */
	uint32_t number;
	uint8_t role;               /* position in settings->roles */
	int32_t begin_day, end_day; /* DAY_NONE: open */
	struct text value;          /* evidence: as received, or the DN of entry */
	struct text grantor;        /* empty where the shape has none */
	const struct entry *entry;  /* that is the grant, or the right group that names the institution; or NULL */
	uint32_t step;              /* of a right group: the one that lists the person */
	bool grantor_missing;       /* the entry should say who granted it, and does not */
};

/* R4: does it say who granted it, or should it? */
static inline bool grant_has_grantor(const struct grant *grant)
{
	return !text_is_empty(grant->grantor) || grant->grantor_missing;
}

/* Reads a grant that is an entry of its own, person and institution apart: R_GRANTED, or what is against the entry itself.
 * number 0 and role ROLE_NONE: not known. Its own dates; grant_narrow makes them those of the person too. */
enum reason grant_read(const struct judge *judge, const struct entry *entry, struct grant *ret);
/* The same for a right group, whose members it is given to. */
enum reason group_read(const struct judge *judge, const struct entry *entry, struct grant *ret);
/* The group that names the institution, of the step that a tie ends at. */
uint32_t tie_top(const struct source_snapshot *source, const struct source_tie *tie);
void grant_narrow(struct grant *grant, const struct period *person);
/* Of a person's grants of this membership that are over, the one that ended last; NULL: none is. *ret_end: its day. */
const struct entry *grant_ended(const struct judge *judge, uint32_t person, uint32_t number, uint8_t role,
				int32_t *ret_end);
/* The entry whose end date ends a membership for this reason: the person's, the grant's or the institution's; NULL: no date does. */
const struct entry *entry_ended(const struct judge *judge, uint32_t person, uint32_t number, uint8_t role,
				enum reason reason, int32_t *ret_end);

/* R4, R8: one grant at an institution that was judged. */
enum reason grant_judge(const struct judge *judge, const struct grant *grant, enum reason institution);
/* R4: is this the first time that the grant is seen, and does it say who granted it? Then *ret is what to remember, whether or not the grant
 * gives anything yet: whoever gives in June what begins in September may have left by then. Nobody can tell while its institution is unknown. */
bool grantor_is_new(const struct judge *judge, const struct grant *grant, struct past_grantor *ret);

/* Why somebody who is in the source does not have one membership: what people decided; else the finding that came
 * furthest, unless a finding of kind REASON_DOUBT could concern the membership: then that one (I25). Where there is one:
 * the reason of the desired membership (membership_is_wanted). ret_value: the value behind it, or empty. */
enum reason access_judge(const struct judge *judge, const struct desired *desired, uint32_t person, uint32_t number,
			 uint8_t role, struct text *ret_value);
/* The same for what the source alone says, whatever people decided. */
enum reason source_judge(const struct judge *judge, const struct desired *desired, uint32_t person, uint32_t number,
			 uint8_t role, struct text *ret_value);
bool membership_is_wanted(const struct policy_input *in, const struct desired *desired, uint32_t person,
			  uint32_t number, uint8_t role);
/* Is this a finding for which nothing is taken away: doubt, or a request that is gone without a trace? */
bool finding_is_doubtful(const struct desired *desired, uint32_t number, enum reason finding);

int grants_compare(const void *a, const void *b); /* the order of desired->grants, for qsort */

/* Sorts by number, role, person's entryUUID and drops doubles, the first of equals stays. Result in arena. */
MUST_USE int memberships_order(const struct source_snapshot *source, const struct desired_membership *raw,
			       uint32_t count, struct arena *arena, struct desired_membership **ret,
			       uint32_t *ret_count);

/* How far a reason lets somebody come on the way to access: the larger, the nearer. */
int reason_progress(enum reason reason);

#endif
