/* SPDX-License-Identifier: EUPL-1.2 */
/* orders_write.c - from an order to the operations on its directive, and what the past forgets with it. See orders_parts.h. */
#include <stdio.h>

#include "base/clock.h"
#include "run/directive.h"
#include "run/orders_parts.h"

/* ---- what the past knows ------------------------------------------------------------------------- */

static bool concerns(const struct run *run, const struct given *g, const struct past_directive *known)
{
	if (known->number != g->order.number)
		return false;
	if (known->kind == DIRECTIVE_REQUEST || order_directive(g).request)
		return known->kind == DIRECTIVE_REQUEST && order_directive(g).request;
	uint32_t person = source_person_by_vo_id(run->source, text_of(g->order.vo_id));
	return known->role == g->order.role && person != NONE &&
	       uuid_equal(&known->person, &run->source->people[person].entry->uuid);
}

bool order_next_known(const struct run *run, const struct given *g, size_t *at, struct uuid *ret)
{
	while (*at < run->past.directive_count) {
		const struct past_directive *known = &run->past.directives[(*at)++];
		if (concerns(run, g, known)) {
			*ret = known->uuid;
			return true;
		}
	}
	return false;
}

static int forget_one(struct run *run, const struct uuid *uuid, struct err *err)
{
	if (past_directive(&run->past, uuid) == NULL)
		return 0;
	past_forget_directive(&run->past, uuid);
	return ledger_client_forget_directive(&run->ledger, uuid, err);
}

/* By the entries, and by what they were about: those that vanished have no entry. */
int order_forget_directives(struct run *run, const struct given *g, struct err *err)
{
	const struct directive_key key = order_directive(g);
	const struct entry *entry;
	struct uuid uuid;
	int e = 0;
	for (uint32_t at = 0; e == 0 && (entry = directive_next(&run->config, run->target, &key, &at)) != NULL;)
		if (directive_is_ours(&run->config, entry))
			e = forget_one(run, &entry->uuid, err);
	for (size_t at = 0; e == 0 && order_next_known(run, g, &at, &uuid); at--) /* the next took its place */
		e = forget_one(run, &uuid, err);
	return e;
}

/* ---- the operations ------------------------------------------------------------------------------ */

struct composing {
	struct run *run;
	struct given *g;
	struct directive_key key;
	struct buf record;
	int writes;
};

static void take(struct composing *c, int appended)
{
	if (appended != 0) {
		directive_writer_add(&c->run->directives, &c->record);
		c->writes++;
	}
	buf_clear(&c->record);
}

static struct directive_text text_of_order(const struct order *order, char owner[24])
{
	snprintf(owner, 24, "uid %u", (unsigned)order->uid);
	return (struct directive_text){.reason = text_of(order->reason),
				       .owner = text_of(order->owner != NULL ? order->owner : owner),
				       .until_s = order->until_s,
				       .exclude = order->exclude};
}

static void put_in(struct composing *c, const struct entry *there)
{
	char owner[24];
	const struct directive_text text = text_of_order(&c->g->order, owner);
	if (there != NULL)
		take(c, directive_compose_modify(&c->run->config, &c->key, there, &text, &c->record));
	else {
		directive_compose_add(&c->run->config, &c->key, text_of(c->g->new_name), &text, &c->record);
		take(c, 1);
	}
}

static void take_out(struct composing *c, const struct entry *there)
{
	directive_compose_delete(&c->run->config, there, &c->record);
	take(c, 1);
}

static const struct entry *next_of_ours(const struct composing *c, uint32_t *at)
{
	const struct entry *entry;
	do
		entry = directive_next(&c->run->config, c->run->target, &c->key, at);
	while (entry != NULL && !directive_is_ours(&c->run->config, entry));
	return entry;
}

/* An include that gives nothing yet: whoever wrote it to keep somebody in has to know. */
static const char *without_effect(const struct run *run, const struct given *g)
{
	if (order_directive(g).request || g->order.exclude ||
	    source_person_by_vo_id(run->source, text_of(g->order.vo_id)) != NONE)
		return "";
	return tr("; the last read of the source did not show this person: unless the source knows the key, it has no "
		  "effect");
}

static void say_what(const struct run *run, struct given *g, int writes)
{
	bool out = g->order.kind == ORDER_UNREQUEST || g->order.kind == ORDER_UNPIN;
	const char *waits = order_waits(run, g->order.number, !out && g->order.exclude);
	order_say(g, "%s: %s%s%s%s",
		  out          ? tr("taken out")
		  : writes > 0 ? tr("written")
			       : tr("it stands there so already"),
		  g->result.entry, out ? "" : without_effect(run, g), waits != NULL ? tr("; it takes effect ") : "",
		  waits != NULL ? tr(waits) : "");
}

int order_compose(struct run *run, struct given *g, struct err *err)
{
	struct composing c = {.run = run, .g = g, .key = order_directive(g)};
	uint32_t at = 0;
	buf_init(&c.record);
	directive_writer_drop(&run->directives);
	const struct entry *there = next_of_ours(&c, &at);
	if (g->order.kind == ORDER_UNREQUEST || g->order.kind == ORDER_UNPIN)
		at = 0;
	else
		put_in(&c, there);
	while ((there = next_of_ours(&c, &at)) != NULL)
		take_out(&c, there);
	bool failed = buf_failed(&run->directives.records);
	buf_done(&c.record);
	say_what(run, g, c.writes);
	return failed ? err_nomem(err) : c.writes;
}
