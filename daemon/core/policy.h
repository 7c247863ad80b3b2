/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * policy.h - who should have access: rules R1 to R9 as one pure function.
 *
 * In: a sealed source snapshot, the target's directives (requests and overrides), the rules, the zone, what the
 * ledger remembers, and now. Out: the desired institutions and memberships, each with its reason, the refusals,
 * each with its reason, and the next instant at which the answer changes by itself (an end or begin
 * date). No I/O, no clock, no globals; equal inputs give equal output in equal order. O(people + values).
 *
 * What people decided stands above what the source says (word.h): an exclude beats an undo, an undo beats an include.
 * The judging functions behind it (judge.h) also answer "why" (explain.h): there is no second opinion.
 */
#ifndef DUAAL_CORE_POLICY_H
#define DUAAL_CORE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "core/reason.h"
#include "model/date.h"
#include "model/past.h"
#include "model/right.h"
#include "model/snapshot.h"

#define POLICY_ROLES_MAX 16

enum admission { ADMISSION_NEVER, ADMISSION_ALWAYS, ADMISSION_PROGRAMME, ADMISSION_REQUEST };

struct policy_role {
	const char *name;           /* word in the right and in duaalRole: "trajectbegeleider" */
	const char *const *actions; /* what it may do (R7); NULL-ended, may be empty */
};

struct policy_kind {
	const char *value;        /* pattern for the institution's kind at the source (text_matches) */
	enum admission admission; /* first match counts; no match: not admitted (R3) */
};

struct policy_settings {   /* all borrowed from the configuration */
	const char *right; /* "WerkplekDuaalGebruiker" */
	struct policy_role roles[POLICY_ROLES_MAX];
	uint32_t role_count;
	const char *audience; /* "OV"; empty: not asked (R6) */
	const struct policy_kind *kinds;
	uint32_t kind_count;
	const char *const
		*programme_approved;      /* NULL-ended patterns; a programme value that fits one is approved (R1) */
	const char *const *person_active; /* NULL-ended words of FIELD_STATE; empty list: everybody is active */
	const char *const *institution_active;
	enum date_kind person_dates, institution_dates, grant_dates; /* R8 */
	const char *const *grant_active; /* like person_active, of grants that are entries */
	/* What the source tells: values of the right on people's entries; the right, and who granted it, on entries of their own. */
	bool has_values, grants_name_right, grants_name_grantor;
	const char *group_role; /* of right groups that name none; empty: each names its own */
	bool groups_name_right;
	const char *const *board_grantors; /* NULL-ended vo-ids or DNs accepted for every institution (R4) */
	uint32_t scheduled_notice_s;       /* 86400: an end date that stood so long is a scheduled removal */
	uint32_t override_max_s;           /* 90 days: how far ahead of its writing an override may end */
	uint32_t people_retention_s;       /* 30 days: so long an entry of ours stays without access; 0: for ever */
	uint32_t directive_warning_s;      /* 7 days: a directive that lapses sooner is told */
};

#define ROLE_NONE UINT8_MAX
uint8_t role_find(const struct policy_settings *settings, struct text word); /* caseless; ROLE_NONE */

#define VO_ID_MAX 64
bool vo_id_is_usable(struct text vo_id); /* as a key: in a DN and in a filter as it is */

struct desired_institution {
	uint32_t number;
	uint32_t source;             /* position in source institutions */
	enum reason reason;          /* R_ADMITTED_..., or why not */
	const struct entry *request; /* that admits it, or NULL */
	bool admitted;
	bool ambiguous;
	bool kept;             /* not admitted, but an undo gives memberships there: its entries are needed */
	bool request_vanished; /* a request that was in force is gone without a trace, and nothing else admits it */
	bool request_lapsed;   /* the request that admitted it lapsed as it had long said it would */
};

struct desired_membership {
	uint32_t number;
	uint32_t person; /* position in source people */
	int32_t end_day; /* the earliest end that closes it, or DAY_NONE */
	uint16_t
		reason; /* enum reason: R_GRANTED, R_INCLUDED, R_UNDONE_GIVEN, or R_DIRECTIVE_VANISHED: an exclude vanished */
	uint8_t role;
	struct text value; /* borrowed from the source entry; empty: an override or an undo gives it */
};

/* A directive that has no effect, or is about to lapse: reported with its entry. */
struct directive_remark {
	const struct entry *entry;
	uint16_t reason;
	uint8_t role;
	uint32_t number;
	uint32_t person; /* position in source people, or NONE */
	int64_t at_s;    /* when it lapses; 0 */
};

struct refusal {
	uint32_t person; /* position in source people, or NONE (a refused request or institution) */
	uint32_t number; /* 0: none known */
	uint16_t reason;
	uint8_t role;      /* UINT8_MAX: none */
	struct text value; /* borrowed */
	const struct entry
		*entry; /* that says it: of the person, the institution, the grant, the right group, the request */
};

/* What one source says about programmes (R1): of the institutions whose kind is admitted by one. */
struct programmes {
	uint32_t institutions;            /* of such a kind */
	uint32_t named, approved;         /* of these: with a programme, whatever it says; with an approved one */
	uint32_t values, values_approved; /* of all of them */
	/* Our entry in the target says that a programme admits it, and at the source there is none any more; or one that is not
	 * approved. */
	uint32_t hidden, withdrawn;
};

struct word;

struct desired {
	struct desired_institution *institutions; /* ascending by number; every readable one of the source */
	struct desired_membership *memberships;   /* ascending by number, role, person's entryUUID; no duplicates */
	struct refusal
		*refusals; /* in order of people, then values; POLICY_REFUSALS_KEPT at most, refusal_count is of all */
	uint64_t *person_keys; /* one a source person: values_key of the entry wanted; 0: no membership */
	uint32_t institution_count, membership_count, refusal_count, refusals_kept;
	uint32_t by_reason[REASON_COUNT];           /* how many findings of each code */
	struct programmes programmes[SOURCES_MAX];  /* by source; the first where there is only one */
	int64_t next_change_s;                      /* INT64_MAX: none */
	struct directive_remark *directive_remarks; /* ascending by number, role, entryUUID */
	/* What past should know after this cycle: those in force, with until and since; and of those in past the lapsed and
	 * the vanished ones, until what follows from that has happened. */
	struct past_directive *directives;
	struct text
		*unknown_vo_ids; /* of includes and undone removals: to be asked for at the source before they count as
					unknown */
	uint32_t directive_remark_count, directive_count, unknown_vo_id_count;
	const struct word *words;      /* what people decided, for the judgements: see word.h */
	struct past_grantor *grantors; /* verdicts made now, for the ledger to remember (R4) */
	struct past_grant *
		grants; /* entries that give a membership and are not on record for it yet; ascending by person, number, role */
	uint32_t word_count, grantor_count, grant_count;
};

#define POLICY_REFUSALS_KEPT 10000

struct policy_input {
	const struct source_snapshot *source;
	const struct target_snapshot *target; /* for the directives */
	const struct policy_settings *settings;
	const struct zone *zone;
	const struct past *past;
	int64_t now_s;
};

/* The result and everything in it lives in arena. ERR_NOMEM: no result (I21). */
MUST_USE int policy_apply(const struct policy_input *in, struct arena *arena, struct desired **ret, struct err *err);

/* One person as a whole: key, name, state, dates, ambiguity. R_GRANTED when nothing is against; the days DAY_NONE where
 * open. */
enum reason policy_judge_person(const struct policy_input *in, uint32_t person, int32_t *ret_begin, int32_t *ret_end);

/* The dates of a source institution, DAY_NONE where open. */
void policy_institution_dates(const struct policy_input *in, uint32_t institution, int32_t *ret_begin,
			      int32_t *ret_end);

/* The same of a grant that is an entry. */
void policy_grant_dates(const struct policy_input *in, uint32_t grant, int32_t *ret_begin, int32_t *ret_end);

/* Position of the institution's desired record, or NONE. */
uint32_t desired_institution_find(const struct desired *desired, uint32_t number);
/* Never NULL: of a number that the source does not show, one that is not admitted. */
const struct desired_institution *desired_institution_of(const struct desired *desired, uint32_t number);
/* Where the membership's begin in grants; grant_count or another membership's: it has none. */
uint32_t desired_grant_find(const struct desired *desired, const struct uuid *person, uint32_t number, uint8_t role);
/* Position of the membership, or NONE. */
uint32_t desired_membership_find(const struct desired *desired, const struct source_snapshot *source, uint32_t number,
				 uint8_t role, const struct uuid *person);

#endif
