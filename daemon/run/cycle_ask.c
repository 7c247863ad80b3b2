/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cycle_ask.c - the second question: before somebody loses access because an entry is missing, that entry is asked for again by its
 * entryUUID; more than questions_max of them are answered by a second full read. What stays unproven is held as doubtful. People
 * whom an include names, or an undo keeps in, and whom the read did not show are asked for too. Each is asked once a cycle.
 */
#include <stdlib.h>

#include "base/log.h"
#include "run/cycle_parts.h"
#include "run/second_question.h"

void cycle_second_read_ended(struct run *run, const struct err *why)
{
	struct cycle *c = &run->cycle;
	struct err err = {0};
	c->second_read = false;
	if (why == NULL) {
		cycle_take_source(run);
		c->invited = false; /* whom an override names is in this read as little as in the one before */
		if (sources_prove_absent(&run->sources, c->doubted, c->doubted_count, &err) < 0)
			cycle_fail(run, &err);
		run->source = sources_take(&run->sources);
	} else
		log_event(LOG_SOURCE_UNREAD_MESSAGE, "second read, to prove what is absent: %s", why->text);
	free(c->doubted);
	c->doubted = NULL;
	cycle_think(run);
}

/* ---- asking -------------------------------------------------------------------------------------- */

/* What it is about is kept: the next read tells who of them is nowhere. */
static int read_source_again(struct run *run, struct second_question *q, struct err *err)
{
	struct cycle *c = &run->cycle;
	int e = second_question_read_again(&run->thought, &run->sources, err);
	c->asked = true;
	if (e < 0)
		return e;
	c->second_read = true;
	c->doubted = q->entries;
	c->doubted_count = q->absent;
	q->entries = NULL;
	return 0;
}

static int ask(struct run *run, const struct second_question *q, struct err *err)
{
	struct cycle *c = &run->cycle;
	c->asked = c->asked || q->count > 0;
	c->asking = c->invited = true;
	int e = second_question_ask(q, &run->sources, err);
	if (e < 0)
		c->asking = false;
	return e;
}

void cycle_asked(struct run *run, const struct err *why)
{
	run->cycle.asking = false;
	if (why != NULL)
		log_event(LOG_SOURCE_UNREAD_MESSAGE, "question about single people: %s", why->text);
	else {
		thought_drop(&run->thought); /* the answers may be in another whole */
		run->source = sources_take(&run->sources);
	}
	cycle_think(run);
}

/* 1: an answer will come; 0: there is nothing to ask; or an error. */
static int ask_all(struct run *run, struct second_question *q, struct err *err)
{
	const struct cycle *c = &run->cycle;
	int e = second_question_make(&run->thought, !c->asked, !c->invited, q, err);
	if (e < 0 || second_question_is_empty(q))
		return e;
	e = q->absent > run->config.run->questions_max ? read_source_again(run, q, err) : ask(run, q, err);
	if (e < 0)
		return e;
	cycle_set_phase(run, RUN_ASKING);
	return 1;
}

bool cycle_ask(struct run *run)
{
	struct err err = {0};
	struct second_question q;
	if (run->cycle.source_err.code != 0 || (run->cycle.asked && run->cycle.invited))
		return false;
	int r = ask_all(run, &q, &err);
	second_question_done(&q);
	if (r < 0)
		log_event(LOG_SOURCE_UNREAD_MESSAGE, "question about single people: %s", err.text);
	return r > 0;
}
