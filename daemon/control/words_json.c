/* SPDX-License-Identifier: EUPL-1.2 */
/* words_json.c - the answer of Words: what there is to choose from, for a shell that completes what is typed. Nobody's name. */
#include <stdio.h>
#include <string.h>

#include "control/answers.h"
#include "core/hold.h"

#define WORD_SIZE 256 /* what is longer is no word to choose */

struct listing {
	struct answer list;
	const char *begin;
	uint32_t count;
};

static void add(struct listing *l, const char *word)
{
	if (l->count == WORDS_TOLD_MAX || strncmp(word, l->begin, strlen(l->begin)) != 0)
		return;
	answer_string(&l->list, NULL, word);
	l->count++;
}

static void add_text(struct listing *l, struct text word)
{
	char copy[WORD_SIZE];
	if (word.len >= sizeof(copy))
		return;
	memcpy(copy, word.at, word.len);
	copy[word.len] = '\0';
	add(l, copy);
}

static void add_number(struct listing *l, uint64_t number)
{
	char text[24];
	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	add(l, text);
}

static void list_institutions(struct listing *l, const struct view *view)
{
	const struct desired *desired = view->explain != NULL ? view->explain->plan_input->desired : NULL;
	for (uint32_t i = 0; desired != NULL && i < desired->institution_count; i++)
		add_number(l, desired->institutions[i].number);
}

static bool is_listed(const struct text *kinds, uint32_t count, struct text kind)
{
	for (uint32_t i = 0; i < count; i++)
		if (text_equal_nocase(kinds[i], kind))
			return true;
	return false;
}

/* Each once, as the first institution of it has it. */
static void list_kinds(struct listing *l, const struct view *view)
{
	struct text kinds[WORDS_TOLD_MAX];
	const struct source_snapshot *source = view->explain != NULL ? view_source(view) : NULL;
	uint32_t count = 0;
	for (uint32_t i = 0; source != NULL && i < source->institution_count && count < WORDS_TOLD_MAX; i++) {
		const struct text kind = text_trim(entry_value(source->institutions[i].entry, FIELD_KIND));
		if (text_is_empty(kind) || is_listed(kinds, count, kind))
			continue;
		kinds[count++] = kind;
		add_text(l, kind);
	}
}

static void list_roles(struct listing *l, const struct view *view)
{
	for (uint32_t i = 0; i < view->policy->role_count; i++)
		add(l, view->policy->roles[i].name);
}

/* Those that wait: the others need no word any more. */
static void list_holds(struct listing *l, const struct view *view)
{
	for (size_t i = 0; i < view->past->hold_count; i++) {
		char name[HOLD_NAME_SIZE];
		if (view->past->holds[i].state != HOLD_OPEN)
			continue;
		hold_name(&view->past->holds[i], name);
		add(l, name);
	}
}

/* Newest first: what is undone is mostly what happened just now. */
static void list_cycles(struct listing *l, const struct view *view)
{
	for (uint32_t i = view->cycle_count; i > 0; i--)
		add_number(l, view->cycles[i - 1].id);
}

static void list_drift(struct listing *l, const struct view *view)
{
	for (size_t i = 0; i < view->past->drift_count; i++)
		add_number(l, view->past->drifts[i].id);
}

/* Those that occur now: the others would list nothing. */
static void list_reasons(struct listing *l, const struct view *view)
{
	for (enum reason r = 0; view->explain != NULL && r < REASON_COUNT; r++)
		if (reason_is_unclear(r) && view->explain->plan_input->desired->by_reason[r] > 0)
			add(l, reason_code(r));
}

json_t *answer_word_list(const struct view *view, const char *kind, const char *begin)
{
	static const struct {
		const char *kind;
		void (*list)(struct listing *l, const struct view *view);
	} kinds[] = {{"institutions", list_institutions},
		     {"kinds", list_kinds},
		     {"roles", list_roles},
		     {"holds", list_holds},
		     {"cycles", list_cycles},
		     {"drift", list_drift},
		     {"reasons", list_reasons}};
	struct answer a = answer_object();
	struct listing l = {.list = answer_list(), .begin = begin};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			kinds[i].list(&l, view);
	answer_add(&a, "words", l.list);
	return answer_end(&a);
}
