/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * answers.h - the answers of the interface, built from the view; each NULL when memory is exhausted.
 *
 * Pure but for the clock that "now" asks. Lists are bounded here; what was left out is counted. Where an answer needs a
 * complete cycle (view->explain) the caller has checked that there is one. The lower part are the pieces that several
 * answers share.
 */
#ifndef DUAAL_CONTROL_ANSWERS_H
#define DUAAL_CONTROL_ANSWERS_H

#include "control/answer.h"
#include "control/control.h"

#define CANDIDATES_MAX     20
#define HOLDS_MAX          200
#define STATUS_REMARKS_MAX 50
#define STATUS_PLACES_MAX  20  /* institutions that are not in order */
#define PLACE_LIST_MAX     500 /* members of a group, changes, remarks and refusals of an institution */
#define FREEZES_MAX        200
#define UNDONE_MAX         100
#define OPERATIONS_MAX     1000 /* of a hold */
#define PLACE_HISTORY_MAX  50   /* changes of the past at the institution of a hold */
#define DRIFTS_MAX         500
#define DIRECTIVES_MAX     1000

/* Cost: remarks and frozen changes are counted; all else are counts that were kept. */
MUST_USE json_t *answer_status(const struct view *view);
MUST_USE json_t *answer_metrics(const struct view *view); /* the same cost */
MUST_USE json_t *answer_progress(const struct view *view,
				 const struct cycle_summary *summary); /* of Sync; summary may be NULL */
/* Of Monitor: an event with its number in the sequence, at this time. */
MUST_USE json_t *answer_event(const struct view *view, const struct control_event *event, uint64_t sequence);
MUST_USE json_t *answer_plan(const struct view *view, uint32_t limit);
MUST_USE json_t *answer_plan_with(const struct proposal_told *told, uint32_t limit);
#define WORDS_TOLD_MAX 200
/* Words of that kind (of Words; another: none) that begin so. */
MUST_USE json_t *answer_word_list(const struct view *view, const char *kind, const char *begin);
MUST_USE json_t *answer_history(const struct view *view, uint32_t limit);
MUST_USE json_t *answer_institution(const struct view *view, uint32_t number);
struct places_filter {
	uint32_t after, limit;             /* numbers behind this one, at most so many */
	bool admitted, not_admitted, held; /* only those that are; held: or frozen */
	const char *kind;                  /* only of this kind, caseless; NULL: any */
};
/* An institution of the source is of that kind, caseless, or the configuration names it. Cost: every institution. */
bool place_kind_is_known(const struct view *view, const char *kind);
/* Of Institutions. Cost: every institution, and the members of those that are told. */
MUST_USE json_t *answer_institutions(const struct view *view, const struct places_filter *filter);
bool institution_is_known(const struct view *view, uint32_t number);
/* By itself: that may be ordered before either directory shows it, and outlives it there. */
bool institution_is_frozen(const struct view *view, uint32_t number);
struct unclear_filter {
	uint16_t reason; /* only of this code; R_NONE: any */
	uint32_t number; /* only at this institution; 0: any */
	uint32_t limit;
	uint32_t place, nth; /* from this finding on: the nth at that place (core/refusals.h) */
};
/* Of Refusals. Cost: everybody from that place on is judged once more, until there are enough. */
MUST_USE json_t *answer_unclear(const struct view *view, const struct unclear_filter *filter);
MUST_USE json_t *answer_why(const struct explanation *explanation, const struct view *view);
MUST_USE json_t *answer_people_found(const struct people_found *found, const struct view *view); /* of FindPerson */
MUST_USE json_t *answer_all_holds(const struct view *view);                                      /* of Holds */
/* Cost: each change that may be a line of it is identified, as the guard does in each cycle. ledger: the changes at its
 * institution, or why they are not known. */
MUST_USE json_t *answer_hold(const struct view *view, const struct past_hold *hold, const struct ledger_answer *ledger);
MUST_USE json_t *answer_drift(const struct view *view);
MUST_USE json_t *answer_directives(const struct view *view);
MUST_USE json_t *answer_past_changes(const struct view *view, const struct ledger_answer *ledger); /* of Changes */
MUST_USE json_t *answer_reads(const struct ledger_answer *ledger);
MUST_USE json_t *answer_access(const struct view *view, const struct ledger_answer *ledger); /* of AccessAt */
MUST_USE json_t *answer_statistics(const struct view *view, const struct ledger_answer *ledger);
MUST_USE json_t *answer_doctor(const struct ledger_answer *findings); /* worst first */
MUST_USE json_t *answer_verified(const struct ledger_answer *ledger);
MUST_USE json_t *answer_exported(const struct ledger_answer *ledger);

/* What came of an order, by what its method tells: a sentence; with an entry; until when; lines that are left; rows. */
MUST_USE json_t *answer_done(const struct view *view, const struct order_result *result);
MUST_USE json_t *answer_written(const struct view *view, const struct order_result *result);
MUST_USE json_t *answer_written_until(const struct view *view, const struct order_result *result);
MUST_USE json_t *answer_decided(const struct view *view, const struct order_result *result);
MUST_USE json_t *answer_forgotten(const struct view *view, const struct order_result *result);
MUST_USE json_t *answer_refused(enum order_code code, const char *sentence); /* parameters of the error OrderRefused */
/* The parameters of the error Ambiguous. people: the first of total source positions. */
MUST_USE json_t *answer_ambiguous(const struct view *view, const uint32_t *people, uint32_t total);

/* ---- pieces ------------------------------------------------------------------------------------------ */

const struct source_snapshot *view_source(const struct view *view);
const struct target_snapshot *view_target(const struct view *view);
void answer_role(struct answer *a, const char *key, const struct view *view, uint8_t role); /* UINT8_MAX: null */
int64_t institutions_admitted(const struct desired *desired);
struct text institution_name(const struct view *view, uint32_t number); /* empty: none known, or no cycle yet */
void answer_reason(struct answer *a, enum reason reason);               /* code, sentence, contact */

/* Somebody as the ledger named them then; null once the names were erased. */
void answer_named(struct answer *a, const char *key, struct text vo_id, struct text name);
/* Somebody by position in the source people, or else by member in the target; both NONE: null. */
void answer_person(struct answer *a, const char *key, const struct view *view, uint32_t person, uint32_t member);

/* DN of an entry; NULL: null. base: what a DN_UNDER_BASE stands below. */
void answer_entry(struct answer *a, const char *key, const struct entry *entry, struct text base);
void answer_target_entry(struct answer *a, const char *key, const struct view *view, const struct entry *entry);
void answer_source_entry(struct answer *a, const char *key, const struct view *view, const struct entry *entry);
struct text source_base_of(const struct view *view,
			   const struct entry *entry); /* for entry_dn of an entry of the source */
const struct entry *source_entry_of(const struct view *view,
				    const struct uuid *uuid);    /* person, institution, or NULL */
void answer_writer(struct answer *a, const struct entry *entry); /* writer and written; NULL: both null */
/* The same of a hand edit: both null where we wrote the entry last, because that says nothing about the hand. */
void answer_hand(struct answer *a, const struct view *view, const struct entry *entry);

struct answer cycle_part(const struct cycle_summary *cycle);
struct answer part_part(const struct part *part);
/* trouble: source, target and ledger where they are critical or unread, so that an answer is never greener than what it stands on; as_of: when
 * the older of the two reads behind it began, null before there were two. */
void answer_trouble(struct answer *a, const struct view *view);
/* The same of a plan: that the target refused changes is trouble, too. */
void answer_plan_trouble(struct answer *a, const struct view *view);
const char *order_code_name(enum order_code code);                            /* done, not-found, refused, failed */
void answer_finding(struct answer *list, enum reason reason, uint32_t count); /* nothing for 0 */
struct hold_row;
struct answer hold_part(const struct view *view, const struct hold_row *row);
void answer_holds(struct answer *a, const struct view *view); /* what is held back: holds and holds_omitted */
void answer_holds_of(struct answer *a, const struct view *view, uint32_t number); /* at an institution: holds */
void answer_freezes(struct answer *a, const struct view *view, int64_t now_s);    /* and undone cycles */
/* Of an institution: what keeps it as it is. */
void answer_freezes_of(struct answer *a, const struct view *view, uint32_t number, int64_t now_s);
void answer_remarks(struct answer *a, const struct view *view);                     /* with their counts */
void answer_remarks_of(struct answer *a, const struct view *view, uint32_t number); /* at an institution */
struct answer change_part(const struct view *view, const struct change *change);
struct answer group_part(const struct view *view, const struct target_group *group);

#define CONSEQUENCE_SIZE 400
/* consequence.c: what happens without a decision, or because of one. Returns out. */
const char *hold_consequence(const struct past_hold *hold, char out[CONSEQUENCE_SIZE]);

#endif
