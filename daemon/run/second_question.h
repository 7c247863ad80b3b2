/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * second_question.h - whom the source has to be asked for before a plan counts: those whose absence would take access away, those whom an
 * undo keeps in, and those whom an include names, where the read did not show them.
 *
 * Order: second_question_make of a thought; where it is not empty, second_question_ask or second_question_read_again; and think again.
 */
#ifndef DUAAL_RUN_SECOND_QUESTION_H
#define DUAAL_RUN_SECOND_QUESTION_H

#include "run/sources.h"
#include "run/thought.h"

struct second_question {
	struct source_question *entries; /* owned */
	uint32_t absent, count; /* the first ones are those whose absence would take access away; the others follow */
	const struct text *vo_ids; /* of the thought */
	uint32_t vo_id_count;
};

/* absent, invited: those of each sort are still to be asked for. ERR_NOMEM. done in every case. */
MUST_USE int second_question_make(const struct thought *t, bool absent, bool invited, struct second_question *ret,
				  struct err *err);
void second_question_done(struct second_question *q);
bool second_question_is_empty(const struct second_question *q);

MUST_USE int second_question_ask(const struct second_question *q, struct sources *sources, struct err *err);
/* For many: all sources again, none of them older than in the thought. */
MUST_USE int second_question_read_again(const struct thought *t, struct sources *sources, struct err *err);

#endif
