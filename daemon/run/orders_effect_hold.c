/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * orders_effect_hold.c - what a decision about a hold changes in what the past knows and in the ledger's open transaction; how much of
 * the hold is still wanted, and what is not. Everything was checked just before (orders_check_hold.c). See orders_parts.h.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "core/hold.h"
#include "core/identity.h"
#include "run/orders_parts.h"

/* The identities of all that is wanted now, ascending. NULL: no memory. */
static struct change_id *wanted_ids(const struct thought *t)
{
	struct change_id *ids = calloc((size_t)t->plan->change_count + 1, sizeof *ids);
	for (uint32_t i = 0; ids != NULL && i < t->plan->change_count; i++)
		if (change_identify(&t->plan_input, &t->plan->changes[i], &ids[i]) < 0) {
			free(ids);
			ids = NULL;
		}
	return ids;
}

static int compare_ids(const void *a, const void *b)
{
	return change_id_compare(a, b);
}

static void name_item(struct given *g, struct order_item *item, const struct entry *entry)
{
	item->name = arena_copy(&g->arena, entry_value(entry, FIELD_CN));
	item->vo_id = arena_copy(&g->arena, entry_value(entry, FIELD_VO_ID));
}

/* What is not wanted any more, and whom it was about. */
struct dropped {
	struct uuid who;
	struct order_item *item;
};

static int compare_dropped(const void *a, const void *b)
{
	return uuid_compare(&((const struct dropped *)a)->who, &((const struct dropped *)b)->who);
}

/* Who they were, from our own entries: one walk for all. Ascending by who. */
static void name_from_target(const struct run *run, struct given *g, const struct dropped *list, size_t count)
{
	for (uint32_t i = 0; i < run->target->people_count && count > 0; i++) {
		const struct entry *entry = run->target->people[i].entry;
		struct dropped key = {0};
		if (!uuid_parse(entry_value(entry, FIELD_SOURCE_UUID), &key.who))
			continue;
		const struct dropped *at = bsearch(&key, list, count, sizeof *list, compare_dropped);
		while (at != NULL && at > list && compare_dropped(at - 1, &key) == 0)
			at--;
		for (; at != NULL && at < list + count && compare_dropped(at, &key) == 0; at++)
			name_item(g, at->item, entry);
	}
}

/* From whichever directory still shows the person. */
static void name_dropped(const struct run *run, struct given *g, const struct dropped *list, size_t count)
{
	struct dropped unnamed[ORDER_ITEMS_SHOWN];
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t person = source_person_by_uuid(run->source, &list[i].who);
		if (person != NONE)
			name_item(g, list[i].item, run->source->people[person].entry);
		else
			unnamed[n++] = list[i];
	}
	if (n > 1)
		qsort(unnamed, n, sizeof *unnamed, compare_dropped);
	name_from_target(run, g, unnamed, n);
}

static void list_item(struct given *g, struct order_item *item, const struct hold_op *op)
{
	*item = (struct order_item){.number = op->number, .role = op->role, .kind = op->kind, .reason = R_NOT_WANTED};
	g->result.item_count++;
}

/* Counts what is still wanted; names what is not, as far as it is shown. */
static int match_ops(const struct run *run, struct given *g, const struct past_hold *hold, const struct change_id *ids)
{
	struct order_item *items = arena_array(&g->arena, (size_t)hold->op_count + 1, sizeof *items);
	struct dropped dropped[ORDER_ITEMS_SHOWN];
	size_t count = 0;
	if (items == NULL)
		return ERR_NOMEM;
	g->result.items = items;
	for (uint32_t i = 0; i < hold->op_count; i++) {
		const struct hold_op *op = &hold->ops[i];
		struct order_item *item = &items[g->result.item_count];
		if (op->kind == 0)
			continue;
		if (bsearch(&op->id, ids, run->thought.plan->change_count, sizeof *ids, compare_ids) != NULL) {
			g->result.covered++;
			continue;
		}
		list_item(g, item, op);
		if (!uuid_is_null(&op->who) && count < ORDER_ITEMS_SHOWN)
			dropped[count++] = (struct dropped){op->who, item};
	}
	name_dropped(run, g, dropped, count);
	return 0;
}

static int find_covered(const struct run *run, struct given *g, const struct past_hold *hold)
{
	struct change_id *ids = wanted_ids(&run->thought);
	if (ids == NULL)
		return ERR_NOMEM;
	if (run->thought.plan->change_count > 1)
		qsort(ids, run->thought.plan->change_count, sizeof *ids, compare_ids);
	int e = match_ops(run, g, hold, ids);
	free(ids);
	return e;
}

static void say_decided(const struct run *run, struct given *g, const struct past_hold *hold)
{
	char name[HOLD_NAME_SIZE];
	uint32_t all = g->result.covered + g->result.item_count;
	hold_name(hold, name);
	switch ((enum hold_state)hold->state) {
	case HOLD_APPROVED:
		order_say(g, "hold %s is approved: %u of its %u changes are still wanted and go %s", name,
			  g->result.covered, all, order_goes(run, hold->number));
		break;
	case HOLD_REJECTED:
		order_say(g,
			  "hold %s is rejected: %u of its %u changes are still wanted, and none of them goes; one "
			  "whose source changes is asked about again",
			  name, g->result.covered, all);
		break;
	default:
		order_say(g,
			  "hold %s is accepted: the source counts as it is now, and what follows from it is judged as "
			  "ever",
			  name);
	}
}

/* An approval lasts as long as an open hold does; a rejection and an accepted source until they are over by themselves. */
static int set_decided(struct run *run, struct given *g, struct past_hold *hold, struct err *err)
{
	hold->decided_s = clock_wall_s();
	hold->decided_by = (uint32_t)g->order.uid;
	hold->expires_s = hold->decided_s + run->config.guard->hold_s;
	hold->said = (char *)g->order.reason;
	if (hold->state == HOLD_REJECTED && hold_renew_evidence(run->thought.plan, &run->thought.plan_input, hold) < 0)
		return err_nomem(err);
	int e = ledger_client_hold(&run->ledger, hold, err);
	return e == 0 && past_set_hold(&run->past, hold) < 0 ? err_nomem(err) : e;
}

int order_decide_hold(struct run *run, struct given *g, struct err *err)
{
	struct past_hold hold = *past_hold(&run->past, g->order.id);
	struct hold_op *ops = arena_array(&g->arena, (size_t)hold.op_count + 1, sizeof *ops);
	if (ops == NULL || find_covered(run, g, &hold) < 0)
		return err_nomem(err);
	if (hold.op_count > 0)
		memcpy(ops, hold.ops, hold.op_count * sizeof *ops);
	hold.ops = ops; /* the past's own goes when it takes this one */
	hold.state = g->order.kind == ORDER_APPROVE  ? HOLD_APPROVED
		     : g->order.kind == ORDER_REJECT ? HOLD_REJECTED
						     : HOLD_ACCEPTED;
	if (hold.state == HOLD_ACCEPTED)
		g->result.covered = hold.op_count;
	say_decided(run, g, &hold);
	return set_decided(run, g, &hold, err);
}
