/* SPDX-License-Identifier: EUPL-1.2 */
/* cycle_think.c - a cycle's thinking, what of it may be applied, and what an order in the middle of it has to wait for. */
#include "base/clock.h"
#include "base/log.h"
#include "run/cycle_parts.h"

#define ROUNDS_LIMIT 100 /* of progress: groups of more than COMPOSE_VALUES_MAX members */

/* ---- thinking and applying ----------------------------------------------------------------------- */

/* A plan that was applied without a conflict or a refusal and is there again, word for word: the server takes our writes and does
 * not keep them. */
static bool is_stuck(const struct run *run)
{
	const struct cycle *c = &run->cycle;
	return c->rounds > 0 && !run->apply.learnt &&
	       memcmp(c->applied, run->thought.plan->digest, sizeof c->applied) == 0;
}

static bool may_apply(const struct run *run)
{
	const struct cycle *c = &run->cycle;
	const struct apply_counts *n = &run->apply.counts;
	if (run->stopping || run->thought.verdict.go == 0 || c->rounds >= ROUNDS_LIMIT)
		return false;
	return c->rounds < CYCLE_ROUNDS_MAX || (n->conflicts + n->unknown == 0 && !is_stuck(run));
}

static void tell_scope(struct run *run)
{
	bool changed = run->thought.guard_past.scope_changed;
	if (changed && !run->scope_told)
		log_event(LOG_SCOPE_CHANGED_MESSAGE,
			  "settings that decide what is covered are others than before: removals wait for a decision");
	run->scope_told = changed;
}

static int think(struct run *run, struct err *err)
{
	struct cycle *c = &run->cycle;
	struct thought_about about = {.config = &run->config,
				      .past = &run->past,
				      .source = run->source,
				      .target = run->target,
				      .stale_source = c->source_err.code != 0,
				      .ledger_old = c->ledger_old,
				      .first_fill = c->first_fill,
				      .cycle = c->summary.id,
				      .granted = run->apply.counts.ordinary_grants,
				      .now_s = clock_wall_s()};
	if (run->source == NULL)
		about.part_count = sources_parts(&run->sources, about.parts);
	int e = thought_make(&run->thought, &about, err);
	if (e < 0)
		return e;
	c->summary.think_ms += run->thought.duration_ms;
	tell_scope(run);
	return 0;
}

void cycle_think_blind(struct run *run)
{
	struct err err = {0};
	const struct thought_about about = {.config = &run->config,
					    .past = &run->past,
					    .source = run->source,
					    .target = run->target,
					    .stale_source = run->cycle.source_err.code != 0,
					    .no_ledger = true,
					    .cycle = run->past.last_cycle + 1,
					    .now_s = clock_wall_s()};
	(void)!thought_make(&run->thought, &about, &err); /* then there is nothing to show until the next cycle */
	run_changed(run);
}

/* For the guard's next look in this cycle. */
static void note_begun(struct run *run)
{
	struct cycle *c = &run->cycle;
	const struct thought *t = &run->thought;
	c->first_fill = c->first_fill || t->verdict.first_fill;
	memcpy(c->applied, t->plan->digest, sizeof c->applied);
	run->unlearnt = true;
}

static bool begin_applying(struct run *run)
{
	struct err err = {0};
	if (!may_apply(run))
		return false;
	run->cycle.apply_started_ms = clock_boot_ms();
	int e = apply_start(&run->apply, &run->thought, &err);
	if (e == 0) {
		note_begun(run);
		cycle_set_phase(run, RUN_APPLYING);
	} else if (e != ERR_NOT_FOUND)
		cycle_fail(run, &err);
	return e == 0;
}

void cycle_think(struct run *run)
{
	struct err err = {0};
	cycle_set_phase(run, RUN_THINKING);
	if (think(run, &err) < 0) {
		cycle_fail(run, &err);
		cycle_close(run);
	} else if (!cycle_ask(run) && !begin_applying(run))
		cycle_next(run, cycle_close);
}

/* ---- orders in the middle of it ------------------------------------------------------------------ */

bool cycle_uses_thought(const struct run *run)
{
	const struct cycle *c = &run->cycle;
	return c->running && !c->closed &&
	       (c->phase == RUN_THINKING || c->phase == RUN_APPLYING || c->phase == RUN_RECORDING);
}

/* Facts about hand edits and holds move what the thought borrows; it is made again when they are told. */
bool cycle_shows_thought(const struct run *run)
{
	return thought_is_whole(&run->thought) && !(run->cycle.closing && run->facts.stage >= FACTS_DRIFTS);
}

void cycle_interrupt(struct run *run)
{
	if (run->cycle.phase == RUN_APPLYING)
		run->apply.halted = true;
}
