/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cycle_ask.c - the second question: before somebody loses access because an entry is missing, that entry is asked for again by its
 * entryUUID; more than questions_max of them are answered by a second full read. What stays unproven is held as doubtful. People
 * whom an include names, or an undo keeps in, and whom the read did not show are asked for too. Each is asked once a cycle.
 */
#include "base/log.h"
#include "run/cycle_parts.h"

static void tell_trouble(const struct run *run, const struct err *why)
{
	if (run->cycle.question.reads)
		log_event(LOG_SOURCE_UNREAD_MESSAGE, "second read, to prove what is absent: %s", why->text);
	else
		log_event(LOG_SOURCE_UNREAD_MESSAGE, "question about single people: %s", why->text);
}

static void take_second_read(struct run *run)
{
	struct err err = {0};
	cycle_take_source(run);
	if (second_question_prove(&run->cycle.question, &run->sources, &err) < 0)
		cycle_fail(run, &err);
	run->source = sources_take(&run->sources);
}

void cycle_asked(struct run *run, const struct err *why)
{
	run->cycle.asking = false;
	if (why != NULL)
		tell_trouble(run, why);
	else if (run->cycle.question.reads)
		take_second_read(run);
	else {
		thought_drop(&run->thought); /* the answers may be in another whole */
		run->source = sources_take(&run->sources);
	}
	cycle_think(run);
}

bool cycle_ask(struct run *run)
{
	struct cycle *c = &run->cycle;
	struct err err = {0};
	if (c->source_err.code != 0)
		return false;
	int r = second_question_next(&c->question, &run->thought, &run->sources, run->config.run->questions_max, &err);
	if (r < 0)
		tell_trouble(run, &err);
	c->asking = r > 0;
	if (c->asking)
		cycle_set_phase(run, RUN_ASKING);
	return c->asking;
}
