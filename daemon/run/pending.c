/* SPDX-License-Identifier: EUPL-1.2 */
#include "run/pending.h"

#include <stdlib.h>

#include "base/vec.h"
#include "run/ledger_client.h"

void pending_init(struct pending *p)
{
	*p = (struct pending){.items = NULL};
	arena_init(&p->texts, 0);
}

void pending_done(struct pending *p)
{
	free(p->items);
	arena_done(&p->texts);
	pending_init(p);
}

int pending_add(struct pending *p, const struct pending_value *value, struct err *err)
{
	const char *copy = value->value != NULL ? arena_copy(&p->texts, text_of(value->value)) : NULL;
	if ((value->value != NULL && copy == NULL) ||
	    vec_reserve(&p->items, &p->capacity, p->count + 1, sizeof *p->items) < 0)
		return err_nomem(err);
	p->items[p->count] = *value;
	p->items[p->count++].value = copy;
	return 0;
}

static int introduce(const struct target_group *group, struct past *past, struct ledger_client *ledger, struct err *err)
{
	const struct past_group known = {
		.uuid = group->entry->uuid, .csn = group->entry->csn, .number = group->number, .role = group->role};
	if (past_group(past, &known.uuid) != NULL)
		return 0;
	if (past_set_group(past, &known) < 0)
		return err_nomem(err);
	return ledger_client_group(ledger, &known, err);
}

static int take_over(const struct pending_value *v, const struct target_group *group, struct past *past,
		     struct ledger_client *ledger, struct err *err)
{
	const struct owned_value owned = {
		.key = v->key, .source = v->source, .cycle = v->cycle, .state = OWNED_INTENDED};
	int e = introduce(group, past, ledger, err);
	if (e < 0 || past_owned(past, &group->entry->uuid, v->key) != NULL)
		return e;
	return past_set_owned(past, &group->entry->uuid, &owned) < 0 ? err_nomem(err) : 0;
}

int pending_settle(const struct pending *p, const struct target_snapshot *target, struct past *past,
		   struct ledger_client *ledger, struct err *err)
{
	int e = 0;
	for (size_t i = 0; i < p->count && e == 0; i++) {
		const struct pending_value *v = &p->items[i];
		uint32_t group = target_group_find(target, v->number, v->role);
		if (group != NONE && target->groups[group].ours)
			e = take_over(v, &target->groups[group], past, ledger, err);
	}
	return e;
}
