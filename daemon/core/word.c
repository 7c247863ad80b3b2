/* SPDX-License-Identifier: EUPL-1.2 */
/* word.c - see word.h: what was heard (word_hear.c, word_past.c) put in order, one word a membership; and asking for it. */
#include "core/word.h"

#include <stdlib.h>

#include "base/search.h"
#include "core/word_parts.h"

/* ---- order --------------------------------------------------------------------------------------- */

static int weight_of(const struct word *word)
{
	switch (word->reason) {
	case R_EXCLUDED: return 6;
	case R_UNDONE_GIVEN:
	case R_UNDONE_TAKEN: return 5;
	case R_INCLUDED: return 4;
	case R_DIRECTIVE_VANISHED: return 2;
	case R_INCLUDE_LAPSED: return 1;
	case R_NONE: return 0;
	default: return 3;
	}
}

static int compare_places(const struct word *a, const struct word *b)
{
	if (a->person != b->person)
		return a->person < b->person ? -1 : 1;
	if (a->vo_id_key != b->vo_id_key)
		return a->vo_id_key < b->vo_id_key ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return a->role - b->role;
}

/* The uppermost first; of equals the one that lasts longest. */
static int compare_words(const void *a, const void *b)
{
	const struct word *left = a, *right = b;
	int place = compare_places(left, right);
	if (place != 0)
		return place;
	if (weight_of(left) != weight_of(right))
		return weight_of(right) - weight_of(left);
	if (left->until_s != right->until_s)
		return left->until_s > right->until_s ? -1 : 1;
	return uuid_compare(&left->uuid, &right->uuid);
}

static int compare_remarks(const void *a, const void *b)
{
	const struct directive_remark *left = a, *right = b;
	if (left->number != right->number)
		return left->number < right->number ? -1 : 1;
	if (left->role != right->role)
		return left->role - right->role;
	return uuid_compare(&left->entry->uuid, &right->entry->uuid);
}

static size_t keep_uppermost(struct word *words, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && compare_places(&words[kept - 1], &words[i]) == 0)
			words[kept - 1].returns |= words[i].returns;
		else
			words[kept++] = words[i];
	}
	return kept;
}

static int finish(struct hearing *h, struct arena *arena)
{
	struct desired *desired = h->desired;
	if (h->word_count > 1)
		qsort(h->words, h->word_count, sizeof(*h->words), compare_words);
	h->word_count = keep_uppermost(h->words, h->word_count);
	if (h->remark_count > 1)
		qsort(h->remarks, h->remark_count, sizeof(*h->remarks), compare_remarks);
	desired->words = arena_copy_array(arena, h->words, h->word_count, sizeof(*h->words));
	desired->directive_remarks = arena_copy_array(arena, h->remarks, h->remark_count, sizeof(*h->remarks));
	desired->directives = arena_copy_array(arena, h->directives, h->directive_count, sizeof(*h->directives));
	desired->unknown_vo_ids = arena_copy_array(arena, h->unknown, h->unknown_count, sizeof(*h->unknown));
	desired->word_count = (uint32_t)h->word_count;
	desired->directive_remark_count = (uint32_t)h->remark_count;
	desired->directive_count = (uint32_t)h->directive_count;
	desired->unknown_vo_id_count = (uint32_t)h->unknown_count;
	bool enough = desired->words != NULL && desired->directive_remarks != NULL && desired->directives != NULL &&
		      desired->unknown_vo_ids != NULL;
	return enough ? 0 : ERR_NOMEM;
}

int words_hear(const struct judge *judge, struct desired *desired, struct arena *arena, int64_t *next_s)
{
	struct hearing h = {.judge = judge, .in = judge->in, .desired = desired, .next_s = *next_s};
	h.shown = calloc(judge->in->past->directive_count + 1, sizeof(*h.shown));
	int rc = h.shown == NULL ? ERR_NOMEM : words_hear_directives(&h);
	if (rc == 0)
		rc = words_hear_past(&h);
	if (rc == 0)
		rc = finish(&h, arena);
	*next_s = h.next_s;
	free(h.shown);
	free(h.words);
	free(h.remarks);
	free(h.directives);
	free(h.unknown);
	return rc;
}

void words_settle(const struct policy_input *in, struct desired *desired)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < desired->directive_count; i++) {
		const struct past_directive *d = &desired->directives[i];
		bool lapsed = d->kind == DIRECTIVE_INCLUDE && d->until_s <= in->now_s;
		if (lapsed && desired_membership_find(desired, in->source, d->number, d->role, &d->person) != NONE)
			continue;
		desired->directives[kept++] = *d;
	}
	desired->directive_count = kept;
}

/* ---- asking -------------------------------------------------------------------------------------- */

static const struct word *find(const struct desired *desired, const struct word *key)
{
	const struct word *words = desired->words;
	uint32_t at;
	LOWER_BOUND(at, 0, desired->word_count, compare_places(&words[at], key) < 0);
	return at < desired->word_count && compare_places(&words[at], key) == 0 ? &words[at] : NULL;
}

const struct word *word_find(const struct desired *desired, uint32_t person, uint32_t number, uint8_t role)
{
	const struct word key = {.person = person, .number = number, .role = role};
	return find(desired, &key);
}

const struct word *word_find_unseen(const struct desired *desired, uint64_t vo_id_key, uint32_t number, uint8_t role)
{
	const struct word key = {.person = NONE, .vo_id_key = vo_id_key, .number = number, .role = role};
	return vo_id_key == 0 ? NULL : find(desired, &key);
}

bool word_takes(const struct word *word)
{
	return word != NULL && (word->reason == R_EXCLUDED || word->reason == R_UNDONE_TAKEN);
}

bool word_gives(const struct word *word)
{
	return word != NULL && (word->reason == R_INCLUDED || word->reason == R_UNDONE_GIVEN);
}

enum reason word_mark(const struct word *word, enum reason reason)
{
	return word != NULL && word->returns ? R_DIRECTIVE_VANISHED : reason;
}

enum reason word_explains(const struct word *word, enum reason by_source, bool source_is_in_doubt)
{
	if (word == NULL || word->reason == R_NONE || source_is_in_doubt)
		return by_source;
	return (enum reason)word->reason;
}
