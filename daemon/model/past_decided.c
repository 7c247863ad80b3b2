/* SPDX-License-Identifier: EUPL-1.2 */
/* past_decided.c - see past.h: holds, freezes, pins, directives and drift. Few of each: found by walking. */
#include <stdlib.h>
#include <string.h>

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

/* ---- holds --------------------------------------------------------------------------------------- */

static void free_hold(struct past_hold *hold)
{
	free(hold->said);
	free(hold->ops);
}

static size_t find_hold(const struct past *past, uint32_t id)
{
	size_t at = 0;
	while (at < past->hold_count && past->holds[at].id != id)
		at++;
	return at;
}

const struct past_hold *past_hold(const struct past *past, uint32_t id)
{
	size_t at = find_hold(past, id);
	return at < past->hold_count ? &past->holds[at] : NULL;
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
	size_t at = find_hold(past, hold->id);
	struct past_hold copy;
	bool over = hold->state == HOLD_EXPIRED || hold->state == HOLD_OVER, known = at < past->hold_count;
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
		past->hold_count++; /* ids only grow: it goes to the end */
	past->holds[at] = copy;
	behind(&past->next_hold, hold->id);
	return 0;
}

/* ---- freezes ------------------------------------------------------------------------------------- */

static size_t find_freeze(const struct past *past, uint32_t id)
{
	size_t at = 0;
	while (at < past->freeze_count && past->freezes[at].id != id)
		at++;
	return at;
}

int past_set_freeze(struct past *past, const struct past_freeze *freeze)
{
	size_t at = find_freeze(past, freeze->id);
	struct past_freeze copy = *freeze;
	if (vec_reserve(&past->freezes, &past->freeze_capacity, past->freeze_count + 1, sizeof(copy)) < 0 ||
	    !copy_text(freeze->said, &copy.said))
		return ERR_NOMEM;
	if (at < past->freeze_count)
		free(past->freezes[at].said);
	else
		past->freeze_count++;
	past->freezes[at] = copy;
	behind(&past->next_freeze, freeze->id);
	return 0;
}

void past_forget_freeze(struct past *past, uint32_t id)
{
	size_t at = find_freeze(past, id);
	if (at == past->freeze_count)
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

const struct past_freeze *past_frozen(const struct past *past, uint32_t number, int64_t now_s)
{
	const struct past_freeze *found = NULL;
	int best = 0;
	for (size_t i = 0; i < past->freeze_count; i++) {
		int rank = past->freezes[i].until_s > now_s ? freeze_rank(&past->freezes[i], number) : 0;
		if (rank > best) {
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

static size_t find_drift(const struct past *past, uint32_t id)
{
	size_t at = 0;
	while (at < past->drift_count && past->drifts[at].id != id)
		at++;
	return at;
}

const struct past_drift *past_drift(const struct past *past, uint32_t id)
{
	size_t at = find_drift(past, id);
	return at < past->drift_count ? &past->drifts[at] : NULL;
}

int past_set_drift(struct past *past, const struct past_drift *drift)
{
	size_t at = find_drift(past, drift->id);
	struct past_drift copy = *drift;
	if (vec_reserve(&past->drifts, &past->drift_capacity, past->drift_count + 1, sizeof(copy)) < 0 ||
	    !copy_text(drift->author, &copy.author))
		return ERR_NOMEM;
	if (at < past->drift_count)
		free(past->drifts[at].author);
	else
		past->drift_count++;
	past->drifts[at] = copy;
	behind(&past->next_drift, drift->id);
	return 0;
}

void past_forget_drift(struct past *past, uint32_t id)
{
	size_t at = find_drift(past, id);
	if (at == past->drift_count)
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
