/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cycle_ask.c - the second question: before somebody loses access because an entry is missing, that entry is asked for again by its
 * entryUUID; more than questions_max of them are answered by a second full read. What stays unproven is held as doubtful. People
 * whom an include names, or an undo keeps in, and whom the read did not show are asked for too. Each is asked once a cycle.
 */
#include <stdlib.h>

#include "base/log.h"
#include "run/cycle_parts.h"

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
	struct csn_vector at_least[SOURCES_MAX] = {0};
	for (uint32_t i = 0; i < source_number(run->source); i++)
		at_least[i] = source_certificate_of(run->source, i)->position;
	int e = sources_read(&run->sources, at_least, err);
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
					  .vo_id_count = invited_count(run)};
	c->asked = c->asked || count > 0;
	c->asking = c->invited = true;
	int e = sources_ask(&run->sources, &question, err);
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
static int ask_all(struct run *run, struct source_question *list, struct err *err)
{
	uint32_t absent = list_absent(run, list), pinned = list_pinned(run, list + absent);
	if (absent + pinned + invited_count(run) == 0)
		return 0;
	cycle_set_phase(run, RUN_ASKING);
	int e = absent > run->config.run->questions_max ? read_source_again(run, list, absent, err)
							: ask(run, list, absent + pinned, err);
	return e < 0 ? e : 1;
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
