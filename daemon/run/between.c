/* SPDX-License-Identifier: EUPL-1.2 */
/* between.c - see between.h. */
#include "run/between.h"

#include "base/clock.h"
#include "base/language.h"
#include "run/state.h"

/* ---- who waits ------------------------------------------------------------------------------------ */

static void tell_all(struct between_thing *thing, const char *trouble)
{
	struct between_waiter *waiters = thing->waiters, *next;
	thing->waiters = NULL;
	for (; waiters != NULL; waiters = next) {
		next = waiters->next;
		thing->kind->tell(thing->run, waiters, trouble);
	}
}

static struct between_waiter *take_waiter(struct between_thing *thing, const void *call)
{
	struct between_waiter **at = &thing->waiters, *found;
	while (*at != NULL && (*at)->call != call)
		at = &(*at)->next;
	found = *at;
	if (found != NULL)
		*at = found->next;
	return found;
}

/* The first that somebody waits for. */
static struct between_thing *next_thing(const struct between *b)
{
	struct between_thing *thing = b->things;
	while (thing != NULL && thing->waiters == NULL)
		thing = thing->next;
	return thing;
}

/* ---- the end -------------------------------------------------------------------------------------- */

static void clear(struct between_thing *thing)
{
	struct between *b = &thing->run->between;
	thing->timer = sd_event_source_disable_unref(thing->timer);
	if (b->now == thing)
		b->now = NULL;
	thing->kind->clear(thing->run);
}

static bool is_awaited(const struct between *b)
{
	for (uint32_t i = 0; i < b->side_count; i++)
		if (b->sides[i].asked)
			return true;
	return false;
}

/* Nothing is told of a cycle that cannot begin: the daemon says that it stops. */
static void drop_due(struct run *run)
{
	const bool told = run->between.due != NULL && !run->stopping;
	run->between.due = NULL;
	if (told)
		news_delay(run, NULL);
}

static void go_on(struct run *run)
{
	struct between *b = &run->between;
	const char *due = b->due;
	drop_due(run);
	if (due != NULL)
		cycle_start(run, due, b->due_uid);
	between_begin(run);
}

/* What was asked may have been broken off meanwhile, and another thing have begun. */
static int on_end(sd_event_source *source, void *ctx)
{
	struct run *run = ctx;
	struct between *b = &run->between;
	(void)source;
	b->end = sd_event_source_disable_unref(b->end);
	if (b->now != NULL && !is_awaited(b)) {
		struct between_thing *ended = b->now;
		tell_all(ended, NULL);
		clear(ended);
	}
	if (b->now == NULL)
		go_on(run);
	return 0;
}

/* From the loop, so that no cycle begins within a helper's own record. */
static void end_soon(struct run *run)
{
	struct between *b = &run->between;
	if (b->end == NULL && sd_event_add_defer(run->loop, &b->end, on_end, run) < 0)
		sd_event_exit(run->loop, 1); /* no memory for the loop: better restarted than silent */
}

static void stop_asking(struct between_side *side)
{
	if (side->client != NULL)
		client_restart(side->client);
	else
		side->give_up(side);
}

/* Nothing of it comes any more. */
static void break_off(struct between *b)
{
	for (uint32_t i = 0; i < b->side_count; i++)
		if (b->sides[i].asked) {
			b->sides[i].asked = false;
			stop_asking(&b->sides[i]);
		}
}

/* ---- sides ---------------------------------------------------------------------------------------- */

void between_ended(struct between_side *side, const struct err *why)
{
	struct between *b = &side->run->between;
	side->asked = false;
	b->now->kind->ended(side, why);
	if (!is_awaited(b))
		end_soon(side->run);
}

static void on_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	struct between_side *side = ctx;
	const struct between_kind *kind = side->run->between.now->kind;
	struct err err = {0};
	int taken = kind->take(side, type, body, len, &err);
	if (taken == BETWEEN_MORE)
		return;
	if (taken < 0 || kind->is_secret)
		client_restart(side->client);
	else
		client_finish(side->client);
	between_ended(side, taken < 0 ? &err : NULL);
}

static void on_failed(void *ctx, const struct err *why)
{
	struct between_side *side = ctx;
	if (side->run->between.now->kind->is_secret)
		client_restart(side->client);
	between_ended(side, why);
}

static struct between_side *add_side(struct run *run, const struct between_side *side)
{
	struct between *b = &run->between;
	b->sides[b->side_count] = *side;
	return &b->sides[b->side_count++];
}

struct between_side *between_await(struct run *run, void (*give_up)(struct between_side *side))
{
	return add_side(run, &(struct between_side){.run = run, .give_up = give_up, .asked = true});
}

void between_ask(struct run *run, struct client *client, const char *source, uint16_t type, const struct buf *body)
{
	struct err err = {0};
	struct between_side *side =
		add_side(run, &(struct between_side){.run = run, .client = client, .source = source, .asked = true});
	client->ctx = side;
	client->record = on_record;
	client->failed = on_failed;
	if (client_request(client, type, body, &err) < 0)
		between_ended(side, &err);
}

/* ---- the limit ------------------------------------------------------------------------------------ */

static void end_late(struct between *b)
{
	struct err late = {0};
	for (uint32_t i = 0; i < b->side_count; i++)
		if (b->sides[i].asked) {
			err_set(&late, ERR_TIMEOUT, "%s", b->now->kind->late(&b->sides[i]));
			stop_asking(&b->sides[i]);
			between_ended(&b->sides[i], &late);
		}
}

static int on_timer(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct between_thing *thing = ctx;
	struct between *b = &thing->run->between;
	(void)source, (void)usec;
	if (b->now == thing)
		end_late(b);
	else {
		tell_all(thing, thing->kind->waited_too_long);
		clear(thing);
	}
	return 0;
}

/* false: no memory, and whoever waits has been told. */
static bool set_limit(struct between_thing *thing)
{
	const uint64_t limit_us = thing->kind->limit_s * UINT64_C(1000000);
	if (thing->timer != NULL)
		return true;
	thing->ends_s = clock_wall_s() + thing->kind->limit_s;
	if (sd_event_add_time_relative(thing->run->loop, &thing->timer, CLOCK_BOOTTIME, limit_us, 0, on_timer, thing) >=
	    0)
		return true;
	tell_all(thing, N_("out of memory"));
	clear(thing);
	return false;
}

/* ---- begin ---------------------------------------------------------------------------------------- */

void between_begin(struct run *run)
{
	struct between *b = &run->between;
	struct between_thing *next = next_thing(b);
	bool taken = b->now != NULL && b->now->waiters != NULL;
	if (next == NULL || taken || b->due != NULL || run->cycle.running || run->stopping || !set_limit(next))
		return;
	if (b->now != NULL) {
		break_off(b);
		clear(b->now);
	}
	b->now = next;
	b->side_count = 0;
	next->kind->begin(run);
	if (!is_awaited(b))
		end_soon(run);
}

void between_wait(struct run *run, struct between_thing *thing, struct between_waiter *waiter, void *call)
{
	waiter->call = call;
	waiter->next = thing->waiters;
	thing->waiters = waiter;
	if (thing->kind->waited_too_long == NULL || set_limit(thing))
		between_begin(run);
}

bool between_is_asking(const struct run *run, const struct between_thing *thing)
{
	return run->between.now == thing;
}

void between_add(struct run *run, struct between_thing *thing, const struct between_kind *kind)
{
	struct between_thing **at = &run->between.things;
	*thing = (struct between_thing){.kind = kind, .run = run};
	while (*at != NULL)
		at = &(*at)->next;
	*at = thing;
}

/* ---- cycles, and those who leave ------------------------------------------------------------------ */

bool between_delays(struct run *run, const char *trigger, uid_t uid)
{
	struct between *b = &run->between;
	if (b->now == NULL)
		return false;
	if (b->now->waiters == NULL) {
		break_off(b);
		clear(b->now);
		return false;
	}
	const bool delayed = b->due != NULL;
	b->due = trigger;
	b->due_uid = uid;
	if (!delayed)
		news_delay(run, b->now->kind);
	return true;
}

const char *between_delayed_by(const struct run *run, int64_t *ret_until_s)
{
	const struct between *b = &run->between;
	if (b->due == NULL || b->now == NULL || run->stopping)
		return NULL;
	*ret_until_s = b->now->ends_s;
	return b->now->kind->name;
}

/* Whoever is told here hears nothing any more. */
static void nobody_waits(struct between_thing *thing)
{
	struct run *run = thing->run;
	struct between *b = &run->between;
	bool goes_on = b->now == thing && !thing->kind->is_secret && b->due == NULL && next_thing(b) == NULL;
	if (goes_on)
		return;
	if (b->now == thing) {
		break_off(b);
		end_soon(run);
	}
	clear(thing);
}

void between_left(struct run *run, const void *call)
{
	for (struct between_thing *thing = run->between.things; thing != NULL; thing = thing->next) {
		struct between_waiter *waiter = take_waiter(thing, call);
		if (waiter == NULL)
			continue;
		thing->kind->tell(run, waiter, "whoever asked has left");
		if (thing->waiters == NULL)
			nobody_waits(thing);
	}
}

void between_drop(struct run *run, const char *why)
{
	struct between *b = &run->between;
	b->end = sd_event_source_disable_unref(b->end);
	break_off(b);
	for (struct between_thing *thing = b->things; thing != NULL; thing = thing->next) {
		tell_all(thing, why);
		clear(thing);
	}
	drop_due(run);
}
