/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cycle_ask.c - the second question: before somebody loses access because an entry is missing, that entry is asked for again by its
 * entryUUID; more than questions_max of them are answered by a second full read. What stays unproven is held as doubtful. People
 * whom an include names, or an undo keeps in, and whom the read did not show are asked for too. Each is asked once a cycle.
 */
#include <stdlib.h>

#include "base/log.h"
#include "run/cycle_parts.h"

static int prove_absence(const struct source_snapshot *seen, const struct source_question *doubted, uint32_t count,
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
		if (source_has(seen, &doubted[i]))
			continue;
		entry_begin(&builder, ENTRY_ABSENT, &doubted[i].uuid, &(struct csn){0}, DN_WHOLE, text_of(NULL));
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

/* ---- who is asked for ---------------------------------------------------------------------------- */

static bool is_pinned(const struct run *run, const struct uuid *person)
{
	for (size_t i = 0; i < run->past.pin_count; i++)
		if (run->past.pins[i].present && uuid_equal(&run->past.pins[i].person, person))
			return true;
	return false;
}

static bool is_listed(const struct source_question *list, uint32_t count, const struct uuid *uuid)
{
	for (uint32_t i = 0; i < count; i++)
		if (uuid_equal(&list[i].uuid, uuid))
			return true;
	return false;
}

/* Whose absence would take access away. Whom an undo keeps in is not among them: the read does not have to show them. */
static uint32_t list_absent(const struct run *run, struct source_question *list)
{
	const struct plan *plan = run->thought.plan;
	uint32_t n = 0;
	for (uint32_t i = 0; i < plan->question_count && !run->cycle.asked; i++)
		if (!is_pinned(run, &plan->questions[i].uuid))
			list[n++] = plan->questions[i];
	return n;
}

/* Whom an undo keeps in, and the read does not show: they may have lost the right. */
static uint32_t list_pinned(const struct run *run, struct source_question *list)
{
	uint32_t n = 0;
	for (size_t i = 0; i < run->past.pin_count && !run->cycle.invited; i++) {
		const struct past_pin *pin = &run->past.pins[i];
		if (pin->present && pin->until_s > run->thought.policy.now_s &&
		    source_person_by_uuid(run->source, &pin->person) == NONE &&
		    !source_is_absent(run->source, &pin->person) && !is_listed(list, n, &pin->person))
			list[n++] = (struct source_question){pin->person, ENTRY_PERSON};
	}
	return n;
}

/* ---- asking -------------------------------------------------------------------------------------- */

static int read_source_again(struct run *run, const struct source_question *absent, uint32_t count, struct err *err)
{
	struct cycle *c = &run->cycle;
	c->doubted = calloc((size_t)count + 1, sizeof *c->doubted);
	if (c->doubted == NULL)
		return err_nomem(err);
	memcpy(c->doubted, absent, count * sizeof *c->doubted);
	c->doubted_count = count;
	c->asked = c->second_read = true;
	int e = source_reader_read(&run->source_reader, run->source, &run->source->certificate.position, err);
	if (e < 0) {
		c->second_read = false;
		free(c->doubted);
		c->doubted = NULL;
	}
	return e;
}

/* All of them: no second read would show whom the first one did not. */
static uint32_t invited_count(const struct run *run)
{
	return run->cycle.invited ? 0 : run->thought.desired->unknown_vo_id_count;
}

static int ask(struct run *run, const struct source_question *entries, uint32_t count, struct err *err)
{
	struct cycle *c = &run->cycle;
	const struct question question = {.entries = entries,
					  .vo_ids = run->thought.desired->unknown_vo_ids,
					  .entry_count = count,
					  .vo_id_count = invited_count(run),
					  .at_least = run->source->certificate.position};
	c->asked = c->asked || count > 0;
	c->asking = c->invited = true;
	int e = source_reader_ask(&run->source_reader, run->source, &question, err);
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

/* 1: an answer will come; 0: there is nothing to ask; or an error. */
static int ask_all(struct run *run, struct source_question *list, struct err *err)
{
	uint32_t absent = list_absent(run, list), pinned = list_pinned(run, list + absent);
	if (absent + pinned + invited_count(run) == 0)
		return 0;
	int e = absent > run->config.run->questions_max ? read_source_again(run, list, absent, err)
							: ask(run, list, absent + pinned, err);
	if (e < 0)
		return e;
	cycle_set_phase(run, RUN_ASKING);
	return 1;
}

bool cycle_ask(struct run *run)
{
	struct err err = {0};
	struct source_question *list;
	if (run->cycle.source_err.code != 0 || (run->cycle.asked && run->cycle.invited))
		return false;
	list = calloc((size_t)run->thought.plan->question_count + run->past.pin_count + 1, sizeof *list);
	int r = list == NULL ? err_nomem(&err) : ask_all(run, list, &err);
	free(list);
	if (r < 0)
		log_event(LOG_SOURCE_UNREAD_MESSAGE, "question about single people: %s", err.text);
	return r > 0;
}
