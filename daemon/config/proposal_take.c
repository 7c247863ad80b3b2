/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * proposal_take.c - see proposal.h: a caller's values over the settings in force, judged like those of a file.
 *
 * The draft is a copy of the present one with a memory of its own; only rows that are policy are stored into it. What the values came in is
 * made up as libconfig would have read it, without its parser: a caller's bytes never reach that.
 */
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/language.h"
#include "config/proposal.h"
#include "config/proposal_parts.h"

#define MEMORY_MAX (1u << 20)

static void take_value(struct draft *d, const char *key, const json_t *value)
{
	const struct setting *s = setting_find(key);
	if (s == NULL || !s->policy) {
		fault_add(d, 0, key,
			  s == NULL ? N_("there is no such setting") : N_("decides what is read: it is no policy"));
		return;
	}
	config_setting_t *from = proposal_put(&d->file, s, value);
	if (from == NULL)
		fault_add(d, 0, key, "wrong value; expected: %s", setting_type_name(s));
	else
		load_setting(d, s, from);
}

static void take_values(struct draft *d, const json_t *settings)
{
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)settings, key, value)
	{
		take_value(d, key, value);
	}
	if (d->faults->count == 0) {
		fill_policy(d);
		check_policy(d);
	}
}

/* NULL: no memory. */
static struct draft *copy(const struct draft *present, struct config_faults *faults)
{
	struct draft *d = malloc(sizeof(*d));
	if (d == NULL)
		return NULL;
	*d = *present;
	arena_init(&d->arena, MEMORY_MAX);
	d->config.memory = d;
	d->faults = faults;
	return d;
}

static bool differs(const struct setting *s, const struct draft *a, const struct draft *b, struct draft *to)
{
	json_t *left = proposal_value(s, a), *right = proposal_value(s, b);
	bool same = json_equal(left, right) == 1;
	to->no_memory |= left == NULL || right == NULL;
	json_decref(left);
	json_decref(right);
	return !same;
}

static void note_differences(struct draft *d, const struct draft *present, struct run_proposal *ret)
{
	ret->keys = arena_array(&d->arena, setting_count, sizeof(*ret->keys));
	d->no_memory |= ret->keys == NULL;
	for (uint32_t i = 0; i < setting_count && !d->no_memory; i++) {
		const struct setting *s = &setting_table[i];
		if (!s->policy || !differs(s, present, d, d))
			continue;
		ret->keys[ret->key_count++] = s->key;
		ret->rescoped |= s->reload == RELOAD_SCOPE;
	}
}

static int judge(const struct draft *d, struct err *err)
{
	const struct config_fault *first = &d->faults->at[0];
	if (d->no_memory)
		return err_nomem(err);
	return d->faults->count > 0 ? err_set(err, ERR_INVALID, "%s: %s", first->key, first->text) : 0;
}

static int take(struct draft *d, const struct draft *present, const json_t *settings, struct run_proposal *ret,
		struct err *err)
{
	config_init(&d->file);
	take_values(d, settings);
	config_destroy(&d->file);
	int rc = judge(d, err);
	if (rc < 0)
		return rc;
	*ret = (struct run_proposal){.policy = &d->config.policy,
				     .guard = &d->config.guard,
				     .drift = &d->config.drift,
				     .memory = &d->config};
	note_differences(d, present, ret);
	return judge(d, err);
}

int proposal_take(const void *present, const json_t *settings, struct run_proposal *ret, struct err *err)
{
	const struct draft *before = ((const struct config *)present)->memory;
	struct config_faults *faults = calloc(1, sizeof(*faults));
	struct draft *d = faults != NULL ? copy(before, faults) : NULL;
	int rc = d != NULL ? take(d, before, settings, ret, err) : err_nomem(err);
	free(faults);
	if (rc < 0 && d != NULL)
		config_free(&d->config);
	else if (d != NULL)
		d->faults = NULL;
	return rc;
}

void proposal_drop(struct run_proposal *proposal)
{
	config_free(proposal->memory);
	proposal->memory = NULL;
}
