/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * second_question.h - whom the source has to be asked for before a plan counts: those whose absence would take access away, those whom an
 * undo keeps in, and those whom an include names, where the read did not show them. Each sort is asked for once. More than so many whose
 * absence would take access away are answered by a second full read.
 *
 * Order: zeros; second_question_next of a thought; sources are done with it; second_question_prove where it was a read; and think again, until
 * there is nothing left to ask for. second_question_done.
 */
#ifndef DUAAL_RUN_SECOND_QUESTION_H
#define DUAAL_RUN_SECOND_QUESTION_H

#include "run/sources.h"
#include "run/thought.h"

struct second_question {
	struct source_question *entries; /* owned; of the last one */
	uint32_t absent, count; /* the first ones are those whose absence would take access away; the others follow */
	bool asked, invited;    /* for those, and for all others */
	bool reads;             /* the last one was a second full read */
};

/* 1: sources is done with it later; 0: there is nothing to ask for; ERR_NOMEM, or why it cannot be asked. So many of the absent are asked for one by
 * one: entries_max. Of a second read none of the sources may be older than in the thought. */
MUST_USE int second_question_next(struct second_question *q, const struct thought *t, struct sources *sources,
				  uint32_t entries_max, struct err *err);
/* After the second read: who is not in it either is nowhere. The whole is to be taken anew. */
MUST_USE int second_question_prove(struct second_question *q, struct sources *sources, struct err *err);
void second_question_done(struct second_question *q);

#endif
