/* SPDX-License-Identifier: EUPL-1.2 */
/* second_question.c - see second_question.h. */
#include "run/second_question.h"

#include <stdlib.h>

/* An undo whose time is over, or that was ended, keeps nobody in: who is absent then has to be proven so, as anybody. */
static bool keeps_in(const struct thought *t, const struct past_pin *pin)
{
	return pin->present && pin->until_s > t->policy.now_s;
}

static bool is_pinned(const struct thought *t, const struct uuid *person)
{
	const struct past *past = t->policy.past;
	for (size_t i = 0; i < past->pin_count; i++)
		if (keeps_in(t, &past->pins[i]) && uuid_equal(&past->pins[i].person, person))
			return true;
	return false;
}

static int compare_entries(const void *a, const void *b)
{
	const struct source_question *left = a, *right = b;
	return uuid_compare(&left->uuid, &right->uuid);
}

/* Whom an undo keeps in is not among them: the read does not have to show them. */
static void list_absent(const struct thought *t, struct second_question *q)
{
	for (uint32_t i = 0; i < t->plan->question_count; i++)
		if (!is_pinned(t, &t->plan->questions[i].uuid))
			q->entries[q->count++] = t->plan->questions[i];
	q->absent = q->count;
}

/* From the first on: in order, and each once. */
static void list_once(struct second_question *q, uint32_t first)
{
	uint32_t kept = first;
	if (q->count > first)
		qsort(&q->entries[first], q->count - first, sizeof(*q->entries), compare_entries);
	for (uint32_t i = first; i < q->count; i++)
		if (kept == first || !uuid_equal(&q->entries[kept - 1].uuid, &q->entries[i].uuid))
			q->entries[kept++] = q->entries[i];
	q->count = kept;
}

/* Whom an undo keeps in, and the read does not show: they may have lost the right. */
static void list_pinned(const struct thought *t, struct second_question *q)
{
	const struct past *past = t->policy.past;
	const struct source_snapshot *source = t->policy.source;
	for (size_t i = 0; i < past->pin_count; i++) {
		const struct past_pin *pin = &past->pins[i];
		if (keeps_in(t, pin) && source_person_by_uuid(source, &pin->person) == NONE &&
		    !source_is_absent(source, &pin->person))
			q->entries[q->count++] = (struct source_question){pin->person, ENTRY_PERSON};
	}
	list_once(q, q->absent);
}

static int list(const struct thought *t, struct second_question *q, struct err *err)
{
	q->reads = false;
	q->absent = q->count = 0;
	free(q->entries);
	q->entries = calloc((size_t)t->plan->question_count + t->policy.past->pin_count + 1, sizeof(*q->entries));
	if (q->entries == NULL)
		return err_nomem(err);
	if (!q->asked)
		list_absent(t, q);
	if (!q->invited)
		list_pinned(t, q);
	return 0;
}

static int read_again(const struct thought *t, struct sources *sources, struct err *err)
{
	struct csn_vector at_least[SOURCES_MAX] = {0};
	for (uint32_t i = 0; i < source_number(t->policy.source); i++)
		at_least[i] = source_certificate_of(t->policy.source, i)->position;
	return sources_read(sources, at_least, err);
}

int second_question_next(struct second_question *q, const struct thought *t, struct sources *sources,
			 uint32_t entries_max, struct err *err)
{
	struct question question = {.vo_ids = t->desired->unknown_vo_ids,
				    .vo_id_count = q->invited ? 0 : t->desired->unknown_vo_id_count};
	if (q->asked && q->invited)
		return 0;
	int e = list(t, q, err);
	if (e < 0 || q->count + question.vo_id_count == 0)
		return e;
	q->reads = q->absent > entries_max;
	q->asked |= q->count > 0;
	q->invited |= !q->reads;
	question.entries = q->entries;
	question.entry_count = q->count;
	e = q->reads ? read_again(t, sources, err) : sources_ask(sources, &question, err);
	return e < 0 ? e : 1;
}

int second_question_prove(struct second_question *q, struct sources *sources, struct err *err)
{
	q->invited = false; /* whom an override names is in this read as little as in the one before */
	return sources_prove_absent(sources, q->entries, q->absent, err);
}

void second_question_done(struct second_question *q)
{
	free(q->entries);
	*q = (struct second_question){.entries = NULL};
}
