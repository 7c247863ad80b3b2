/* SPDX-License-Identifier: EUPL-1.2 */
#include "run/pending.h"

#include <stdlib.h>

#include "base/vec.h"
#include "model/dn.h"
#include "run/ledger_client.h"

struct pending_value {
	struct owned_record record;
};

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

int pending_add(struct pending *p, const struct owned_record *record, struct err *err)
{
	const char *value = arena_copy(&p->texts, record->value);
	if (value == NULL || vec_reserve(&p->items, &p->capacity, p->count + 1, sizeof *p->items) < 0)
		return err_nomem(err);
	p->items[p->count].record = *record;
	p->items[p->count++].record.value = text_make(value, record->value.len);
	return 0;
}

static int take_over(struct owned_record *record, const struct target_group *group, struct past *past,
		     struct ledger_client *ledger, struct err *err)
{
	const struct past_group known = {
		.uuid = group->entry->uuid, .csn = group->entry->csn, .number = group->number, .role = group->role};
	const struct owned_value value = {.key = dn_key(record->value),
					  .source = record->source,
					  .cycle = record->cycle,
					  .state = OWNED_INTENDED};
	if (past_group(past, &known.uuid) == NULL) {
		if (past_set_group(past, &known) < 0)
			return err_nomem(err);
		int e = ledger_client_group(ledger, &known, err);
		if (e < 0)
			return e;
	}
	if (past_set_owned(past, &known.uuid, &value) < 0)
		return err_nomem(err);
	record->group = known.uuid;
	record->state = OWNED_INTENDED;
	return ledger_client_owned(ledger, record, err);
}

int pending_settle(struct pending *p, const struct target_snapshot *target, struct past *past,
		   struct ledger_client *ledger, struct err *err)
{
	int e = 0;
	for (size_t i = 0; i < p->count && e == 0; i++) {
		struct owned_record *record = &p->items[i].record;
		uint32_t group = target_group_find(target, record->number, record->role);
		if (group != NONE && target->groups[group].ours)
			e = take_over(record, &target->groups[group], past, ledger, err);
		else
			e = ledger_client_forget(ledger, record, err);
	}
	if (e == 0)
		pending_done(p);
	return e;
}
