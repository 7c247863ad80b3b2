/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * past_decided.c - see past.h: holds, freezes, pins, directives and drift.
 *
 * Pins and directives are few and found by walking. Of drift there may be as much as there are people (somebody deletes the
 * application's people, and each is an edit by hand), and holds are asked about for each change: these stand ascending by id.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/search.h"
#include "base/vec.h"
#include "model/past.h"

/* A copy of a text that may be missing. false: no memory. */
static bool copy_text(const char *text, char **ret)
{
	*ret = text != NULL ? strdup(text) : NULL;
	return text == NULL || *ret != NULL;
}

static void behind(uint32_t *next, uint32_t id)
{
	if (*next <= id)
		*next = id + 1;
}

/* Takes one item out of a list and closes the gap. */
static void take_out(void *items, size_t *count, size_t at, size_t size)
{
	char *bytes = items;
	(*count)--;
	memmove(bytes + at * size, bytes + (at + 1) * size, (*count - at) * size);
}

/* The other way round. There is room for one more. */
static void put_in(void *items, size_t *count, size_t at, size_t size)
{
	char *bytes = items;
	memmove(bytes + (at + 1) * size, bytes + at * size, (*count - at) * size);
	(*count)++;
}

_Static_assert(offsetof(struct past_hold, id) == 0 && offsetof(struct past_freeze, id) == 0 &&
		       offsetof(struct past_drift, id) == 0,
	       "place_of reads it");

/* Each begins with it. */
static uint32_t id_at(const void *item)
{
	uint32_t id;
	memcpy(&id, item, sizeof(id));
	return id;
}

/* Where the one with this id stands, or would stand. */
static size_t place_of(const void *items, size_t count, size_t size, uint32_t id)
{
	size_t at;
	LOWER_BOUND(at, 0, count, id_at((const char *)items + at * size) < id);
	return at;
}

/* ---- holds --------------------------------------------------------------------------------------- */

static void free_hold(struct past_hold *hold)
{
	free(hold->said);
	free(hold->ops);
}

/* ret: where it stands, or would stand. */
static bool find_hold(const struct past *past, uint32_t id, size_t *ret)
{
	*ret = place_of(past->holds, past->hold_count, sizeof(*past->holds), id);
	return *ret < past->hold_count && past->holds[*ret].id == id;
}

const struct past_hold *past_hold(const struct past *past, uint32_t id)
{
	size_t at;
	return find_hold(past, id, &at) ? &past->holds[at] : NULL;
}

static int copy_hold(const struct past_hold *hold, struct past_hold *ret)
{
	*ret = *hold;
	ret->ops = calloc((size_t)hold->op_count + 1, sizeof(*ret->ops));
	if (ret->ops == NULL || !copy_text(hold->said, &ret->said)) {
		free(ret->ops);
		return ERR_NOMEM;
	}
	if (hold->op_count > 0)
		memcpy(ret->ops, hold->ops, hold->op_count * sizeof(*ret->ops));
	return 0;
}

int past_set_hold(struct past *past, const struct past_hold *hold)
{
	size_t at;
	struct past_hold copy;
	bool over = hold->state == HOLD_EXPIRED || hold->state == HOLD_OVER, known = find_hold(past, hold->id, &at);
	if (over) {
		behind(&past->next_hold, hold->id);
		if (known) {
			free_hold(&past->holds[at]);
			take_out(past->holds, &past->hold_count, at, sizeof(*past->holds));
		}
		return 0;
	}
	if (vec_reserve(&past->holds, &past->hold_capacity, past->hold_count + 1, sizeof(*past->holds)) < 0 ||
	    copy_hold(hold, &copy) < 0)
		return ERR_NOMEM;
	if (known)
		free_hold(&past->holds[at]);
	else
		put_in(past->holds, &past->hold_count, at, sizeof(copy));
	past->holds[at] = copy;
	behind(&past->next_hold, hold->id);
	return 0;
}

/* ---- freezes ------------------------------------------------------------------------------------- */

/* ret: where it stands, or would stand. */
static bool find_freeze(const struct past *past, uint32_t id, size_t *ret)
{
	*ret = place_of(past->freezes, past->freeze_count, sizeof(*past->freezes), id);
	return *ret < past->freeze_count && past->freezes[*ret].id == id;
}

int past_set_freeze(struct past *past, const struct past_freeze *freeze)
{
	size_t at;
	struct past_freeze copy = *freeze;
	bool known = find_freeze(past, freeze->id, &at);
	if (vec_reserve(&past->freezes, &past->freeze_capacity, past->freeze_count + 1, sizeof(copy)) < 0 ||
	    !copy_text(freeze->said, &copy.said))
		return ERR_NOMEM;
	if (known)
		free(past->freezes[at].said);
	else
		put_in(past->freezes, &past->freeze_count, at, sizeof(copy));
	past->freezes[at] = copy;
	behind(&past->next_freeze, freeze->id);
	return 0;
}

void past_forget_freeze(struct past *past, uint32_t id)
{
	size_t at;
	if (!find_freeze(past, id, &at))
		return;
	free(past->freezes[at].said);
	take_out(past->freezes, &past->freeze_count, at, sizeof(*past->freezes));
}

static int freeze_rank(const struct past_freeze *freeze, uint32_t number)
{
	if (freeze->pause)
		return 3;
	return freeze->number == 0 ? 2 : freeze->number == number ? 1 : 0;
}

bool past_freeze_concerns(const struct past_freeze *freeze, uint32_t number, int64_t now_s)
{
	return freeze->until_s > now_s && freeze_rank(freeze, number) > 0;
}

const struct past_freeze *past_frozen(const struct past *past, uint32_t number, int64_t now_s)
{
	const struct past_freeze *found = NULL;
	int best = 0;
	for (size_t i = 0; i < past->freeze_count; i++) {
		int rank = freeze_rank(&past->freezes[i], number);
		if (past_freeze_concerns(&past->freezes[i], number, now_s) && rank > best) {
			best = rank;
			found = &past->freezes[i];
		}
	}
	return found;
}

/* ---- pins ---------------------------------------------------------------------------------------- */

static size_t find_pin(const struct past *past, const struct uuid *person, uint32_t number, uint8_t role)
{
	size_t at = 0;
	while (at < past->pin_count && !(past->pins[at].number == number && past->pins[at].role == role &&
					 uuid_equal(&past->pins[at].person, person)))
		at++;
	return at;
}

int past_set_pin(struct past *past, const struct past_pin *pin)
{
	size_t at = find_pin(past, &pin->person, pin->number, pin->role);
	if (at == past->pin_count) {
		if (vec_reserve(&past->pins, &past->pin_capacity, at + 1, sizeof(*pin)) < 0)
			return ERR_NOMEM;
		past->pin_count++;
	}
	past->pins[at] = *pin;
	return 0;
}

void past_forget_pin(struct past *past, const struct uuid *person, uint32_t number, uint8_t role)
{
	size_t at = find_pin(past, person, number, role);
	if (at < past->pin_count)
		take_out(past->pins, &past->pin_count, at, sizeof(*past->pins));
}

static size_t find_undone(const struct past_undone *list, size_t count, uint32_t cycle)
{
	size_t at = 0;
	while (at < count && list[at].cycle != cycle)
		at++;
	return at;
}

size_t past_undone(const struct past *past, int64_t now_s, struct past_undone *ret, size_t max)
{
	size_t count = 0;
	for (size_t i = 0; i < past->pin_count; i++) {
		const struct past_pin *pin = &past->pins[i];
		const size_t at = pin->until_s > now_s ? find_undone(ret, count, pin->cycle) : max;
		if (at == max)
			continue;
		if (at == count)
			ret[count++] = (struct past_undone){.cycle = pin->cycle};
		ret[at].memberships++;
		if (pin->until_s > ret[at].until_s)
			ret[at].until_s = pin->until_s;
	}
	return count;
}

/* ---- directives ---------------------------------------------------------------------------------- */

static size_t find_directive(const struct past *past, const struct uuid *uuid)
{
	size_t at = 0;
	while (at < past->directive_count && !uuid_equal(&past->directives[at].uuid, uuid))
		at++;
	return at;
}

const struct past_directive *past_directive(const struct past *past, const struct uuid *uuid)
{
	size_t at = find_directive(past, uuid);
	return at < past->directive_count ? &past->directives[at] : NULL;
}

int past_set_directive(struct past *past, const struct past_directive *directive)
{
	size_t at = find_directive(past, &directive->uuid);
	if (at == past->directive_count) {
		if (vec_reserve(&past->directives, &past->directive_capacity, at + 1, sizeof(*directive)) < 0)
			return ERR_NOMEM;
		past->directive_count++;
	}
	past->directives[at] = *directive;
	return 0;
}

void past_forget_directive(struct past *past, const struct uuid *uuid)
{
	size_t at = find_directive(past, uuid);
	if (at < past->directive_count)
		take_out(past->directives, &past->directive_count, at, sizeof(*past->directives));
}

/* ---- drift --------------------------------------------------------------------------------------- */

/* ret: where it stands, or would stand. */
static bool find_drift(const struct past *past, uint32_t id, size_t *ret)
{
	*ret = place_of(past->drifts, past->drift_count, sizeof(*past->drifts), id);
	return *ret < past->drift_count && past->drifts[*ret].id == id;
}

const struct past_drift *past_drift(const struct past *past, uint32_t id)
{
	size_t at;
	return find_drift(past, id, &at) ? &past->drifts[at] : NULL;
}

int past_set_drift(struct past *past, const struct past_drift *drift)
{
	size_t at;
	struct past_drift copy = *drift;
	bool known = find_drift(past, drift->id, &at);
	if (vec_reserve(&past->drifts, &past->drift_capacity, past->drift_count + 1, sizeof(copy)) < 0 ||
	    !copy_text(drift->author, &copy.author))
		return ERR_NOMEM;
	if (known)
		free(past->drifts[at].author);
	else
		put_in(past->drifts, &past->drift_count, at, sizeof(copy));
	past->drifts[at] = copy;
	behind(&past->next_drift, drift->id);
	return 0;
}

void past_forget_drift(struct past *past, uint32_t id)
{
	size_t at;
	if (!find_drift(past, id, &at))
		return;
	free(past->drifts[at].author);
	take_out(past->drifts, &past->drift_count, at, sizeof(*past->drifts));
}

/* ---- all of it ----------------------------------------------------------------------------------- */

void past_decided_done(struct past *past)
{
	for (size_t i = 0; i < past->hold_count; i++)
		free_hold(&past->holds[i]);
	for (size_t i = 0; i < past->freeze_count; i++)
		free(past->freezes[i].said);
	for (size_t i = 0; i < past->drift_count; i++)
		free(past->drifts[i].author);
	free(past->holds);
	free(past->freezes);
	free(past->pins);
	free(past->directives);
	free(past->drifts);
}
