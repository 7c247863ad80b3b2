/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cycle_ask.c - the second question: before somebody loses access because an entry is missing, that entry is asked for again by its
 * entryUUID; more than questions_max of them are answered by a second full read. What stays unproven is held as doubtful. People
 * whom an include names and the read did not show are asked for by vo-id; whom an undo gave access back, and who has no right
 * any more, by entryUUID. Each is asked once a cycle.
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

/* ---- the question -------------------------------------------------------------------------------- */

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Whom an undo gave access back and the read does not show. */
static uint32_t put_pinned(const struct run *run, struct uuid *into, uint32_t most)
{
	uint32_t n = 0;
	for (size_t i = 0; i < run->past.pin_count && n < most; i++) {
		const struct past_pin *pin = &run->past.pins[i];
		if (pin->present && pin->until_s > run->thought.policy.now_s &&
		    source_person_by_uuid(run->source, &pin->person) == NONE)
			into[n++] = pin->person;
	}
	return n;
}

/* Whom directives and undone cycles name is asked for once, in the same question as what is absent where that goes. uuids: room for
 * the plan's questions and every pin. */
static void collect(struct run *run, struct uuid *uuids, struct question *ret)
{
	struct cycle *c = &run->cycle;
	const struct thought *t = &run->thought;
	uint32_t most = run->config.run->questions_max, absent = c->asked ? 0 : t->plan->question_count;
	*ret = (struct question){.uuids = uuids, .vo_ids = t->desired->unknown_vo_ids, .uuid_count = absent};
	if (absent > 0)
		memcpy(uuids, t->plan->questions, absent * sizeof *uuids);
	c->asked = c->asked || absent > 0;
	if (c->invited)
		return;
	ret->uuid_count += put_pinned(run, uuids + absent, most);
	ret->vo_id_count = least(t->desired->unknown_vo_id_count, most);
	c->invited = ret->uuid_count > absent || ret->vo_id_count > 0;
}

static int ask(struct run *run, struct err *err)
{
	struct cycle *c = &run->cycle;
	struct question question;
	struct uuid *uuids = calloc((size_t)run->thought.plan->question_count + run->past.pin_count + 1, sizeof *uuids);
	if (uuids == NULL)
		return err_nomem(err);
	collect(run, uuids, &question);
	c->asking = question.uuid_count + question.vo_id_count > 0;
	int e = c->asking ? source_reader_ask(&run->source_reader, run->source, &question, err) : ERR_NOT_FOUND;
	free(uuids);
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
	struct err err = {0};
	bool again = !c->asked && plan->question_count > run->config.run->questions_max;
	if (c->source_err.code != 0)
		return false;
	c->asked = c->asked || again;
	int e = again ? read_source_again(run, plan, &err) : ask(run, &err);
	if (e == 0)
		cycle_set_phase(run, RUN_ASKING);
	else if (e != ERR_NOT_FOUND)
		log_event(LOG_SOURCE_UNREAD_MESSAGE, "question about single people: %s", err.text);
	return e == 0;
}
