/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cycle_ask.c - the second question: before somebody loses access because an entry is missing, that entry is asked for again by its
 * entryUUID; more than questions_max of them are answered by a second full read. What stays unproven is held as doubtful. People
 * whom an include names and the read did not show are asked for by vo-id. Each is asked once a cycle.
 */
#include <stdlib.h>

#include "base/log.h"
#include "run/cycle_parts.h"

static int prove_absence(const struct source_snapshot *seen, const struct uuid *doubted, uint32_t count,
			 struct source_snapshot *into, struct err *err)
{
	struct entry **absent = calloc((size_t)count + 1, sizeof *absent);
	struct entry_builder builder = {.last_field = 0};
	struct certificate cert = seen->certificate;
	uint32_t n = 0;
	int e = 0;
	if (absent == NULL)
		return err_nomem(err);
	memset(cert.counts, 0, sizeof cert.counts);
	for (uint32_t i = 0; i < count && e == 0; i++) {
		if (source_person_by_uuid(seen, &doubted[i]) != NONE)
			continue;
		entry_begin(&builder, ENTRY_ABSENT, &doubted[i], &(struct csn){0}, DN_WHOLE, text_of(NULL));
		const struct entry *built = entry_end(&builder);
		absent[n] = built != NULL ? entry_keep(built) : NULL;
		if (absent[n] == NULL)
			e = err_nomem(err);
		else
			n++;
	}
	cert.counts[ENTRY_ABSENT] = n;
	if (e == 0)
		e = source_add_answers(into, (const struct entry *const *)absent, n, 0, &cert, err);
	for (uint32_t i = 0; i < n; i++)
		entry_unref(absent[i]);
	entry_builder_done(&builder);
	free(absent);
	return e;
}

void cycle_second_read_ended(struct run *run, const struct err *why)
{
	struct cycle *c = &run->cycle;
	struct err err = {0};
	c->second_read = false;
	if (why == NULL) {
		cycle_take_source(run);
		c->invited = false; /* whom an override names is in this read as little as in the one before */
		if (prove_absence(run->source, c->doubted, c->doubted_count, run->source, &err) < 0)
			cycle_fail(run, &err);
	} else
		log_event(LOG_SOURCE_UNREAD_MESSAGE, "second read, to prove what is absent: %s", why->text);
	free(c->doubted);
	c->doubted = NULL;
	cycle_think(run);
}

static int read_source_again(struct run *run, const struct plan *plan, struct err *err)
{
	struct cycle *c = &run->cycle;
	c->doubted = calloc(plan->question_count, sizeof *c->doubted);
	if (c->doubted == NULL)
		return err_nomem(err);
	memcpy(c->doubted, plan->questions, plan->question_count * sizeof *c->doubted);
	c->doubted_count = plan->question_count;
	c->second_read = true;
	int e = source_reader_read(&run->source_reader, run->source, err);
	if (e < 0) {
		c->second_read = false;
		free(c->doubted);
		c->doubted = NULL;
	}
	return e;
}

/* Whom the includes name and the read did not show: asked for by vo-id, in the same question as what is absent where that goes. */
static int ask(struct run *run, const struct question *question, struct err *err)
{
	struct cycle *c = &run->cycle;
	c->asked = c->asked || question->uuid_count > 0;
	c->invited = c->invited || question->vo_id_count > 0;
	c->asking = true;
	int e = source_reader_ask(&run->source_reader, run->source, question, err);
	if (e < 0)
		c->asking = false;
	return e;
}

void cycle_asked(struct run *run, const struct err *why)
{
	run->cycle.asking = false;
	if (why != NULL)
		log_event(LOG_SOURCE_UNREAD_MESSAGE, "question about single people: %s", why->text);
	cycle_think(run);
}

bool cycle_ask(struct run *run)
{
	struct cycle *c = &run->cycle;
	const struct plan *plan = run->thought.plan;
	const struct desired *desired = run->thought.desired;
	uint32_t most = run->config.run->questions_max;
	uint32_t absent = c->asked ? 0 : plan->question_count, unknown = c->invited ? 0 : desired->unknown_vo_id_count;
	const struct question question = {.uuids = plan->questions,
					  .vo_ids = desired->unknown_vo_ids,
					  .uuid_count = absent,
					  .vo_id_count = unknown < most ? unknown : most};
	struct err err = {0};
	if (absent + unknown == 0 || c->source_err.code != 0)
		return false;
	cycle_set_phase(run, RUN_ASKING);
	c->asked = c->asked || absent > most;
	int e = absent > most ? read_source_again(run, plan, &err) : ask(run, &question, &err);
	if (e < 0)
		log_event(LOG_SOURCE_UNREAD_MESSAGE, "question about single people: %s", err.text);
	return e == 0;
}
