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
#include "control/view.h"

#define CANDIDATES_MAX     20
#define HOLDS_MAX          200
#define STATUS_REMARKS_MAX 50
#define PLACE_LIST_MAX     500 /* members of a group, changes, remarks and refusals of an institution */

/* Cost: the remarks are counted; all else are counts that were kept. */
MUST_USE json_t *answer_status(const struct view *view);
MUST_USE json_t *answer_progress(const struct view *view,
				 const struct cycle_summary *summary); /* of Sync; summary may be NULL */
MUST_USE json_t *answer_plan(const struct view *view, uint32_t limit);
MUST_USE json_t *answer_history(const struct view *view, uint32_t limit);
MUST_USE json_t *answer_institution(const struct view *view, uint32_t number);
bool institution_is_known(const struct view *view, uint32_t number);
MUST_USE json_t *answer_why(const struct explanation *explanation, const struct view *view);
/* The parameters of the error Ambiguous. people: the first of total source positions. */
MUST_USE json_t *answer_ambiguous(const struct view *view, const uint32_t *people, uint32_t total);

/* ---- pieces ------------------------------------------------------------------------------------------ */

const struct source_snapshot *view_source(const struct view *view);
const struct target_snapshot *view_target(const struct view *view);
void answer_role(struct answer *a, const char *key, const struct view *view, uint8_t role); /* UINT8_MAX: null */
struct text institution_name(const struct view *view, uint32_t number);                     /* empty: none known */
void answer_reason(struct answer *a, enum reason reason); /* code, sentence, contact */

/* Somebody by position in the source people, or else by member in the target; both NONE: null. */
void answer_person(struct answer *a, const char *key, const struct view *view, uint32_t person, uint32_t member);

struct answer cycle_part(const struct cycle_summary *cycle);
struct answer hold_part(const struct view *view, const struct guard_hold *hold);
void answer_holds(struct answer *a, const struct view *view); /* holds and holds_omitted */
struct answer remark_part(const struct view *view, const struct remark *remark);
struct answer change_part(const struct view *view, const struct change *change);
struct answer group_part(const struct view *view, const struct target_group *group);

#endif
