/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cycle.c - one cycle, event by event: read, think, ask (cycle_ask.c), apply, read again, close (cycle_close.c).
 *
 *   start -> [ledger begins | source read | target read] -> think -> ask -> think -> apply -> target read -> think ... -> close
 *
 * Each arrow is an event; each function below is one of them and ends by starting the next. An incomplete read of the target, or of the
 * source before there ever was a complete one, leads straight to close with nothing changed.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "run/cycle_parts.h"

#define ROUNDS_MAX   3   /* of conflicts: after that the next cycle goes on */
#define ROUNDS_LIMIT 100 /* of progress: groups of more than COMPOSE_VALUES_MAX members */

void cycle_set_phase(struct run *run, enum run_phase phase)
{
	run->cycle.phase = phase;
	run_changed(run);
}

void cycle_fail(struct run *run, const struct err *why)
{
	if (run->cycle.failure.code == 0)
		run->cycle.failure = *why;
}

/* ---- start --------------------------------------------------------------------------------------- */

static void source_ended(struct run *run, const struct err *why)
{
	run->cycle.source_done = true;
	if (why != NULL) {
		run->cycle.source_err = *why;
		log_event(LOG_SOURCE_UNREAD_MESSAGE, "%s", why->text);
	}
}

static void target_ended(struct run *run, const struct err *why)
{
	run->cycle.target_done = true;
	if (why != NULL) {
		run->cycle.target_err = *why;
		log_event(LOG_TARGET_UNREAD_MESSAGE, "%s", why->text);
	}
}

static void read_source(struct run *run)
{
	struct err err = {0};
	run->cycle.source_done = false;
	if (source_reader_read(&run->source_reader, run->source, &err) < 0)
		source_ended(run, &err);
}

static void read_target(struct run *run)
{
	struct err err = {0};
	run->cycle.target_done = false;
	if (target_reader_read(&run->target_reader, run->target, &err) < 0)
		target_ended(run, &err);
}

static void begin(struct run *run)
{
	struct err err = {0};
	cycle_set_phase(run, RUN_READING);
	run->cycle.read_started_ms = clock_boot_ms();
	if (ledger_client_begin(&run->ledger, &run->cycle.summary, &err) < 0) {
		cycle_ledger_failed(run, &err);
		return;
	}
	read_source(run);
	read_target(run);
}

void cycle_start(struct run *run, const char *trigger, uid_t uid)
{
	struct cycle *c = &run->cycle;
	struct err err = {0};
	if (c->running || run->stopping)
		return;
	*c = (struct cycle){.running = true, .phase = RUN_STARTING};
	c->summary.started_s = clock_wall_s();
	c->summary.trigger_uid = uid;
	snprintf(c->summary.trigger, sizeof c->summary.trigger, "%s", trigger);
	run->started++;
	run->publisher.last_attempt_s = c->summary.started_s;
	schedule_done(run);
	if (run->ledger.loaded)
		begin(run);
	else {
		run->publisher.cycle_count = 0; /* the load brings them again */
		if (ledger_client_load(&run->ledger, &err) < 0)
			cycle_ledger_failed(run, &err);
	}
	run_changed(run);
}

/* ---- reads have ended ---------------------------------------------------------------------------- */

void cycle_take_source(struct run *run)
{
	thought_drop(&run->thought);
	source_free(run->source);
	run->source = run->source_reader.snapshot;
	run->source_reader.snapshot = NULL;
	run->publisher.last_read_s = run->source->certificate.started_s;
}

static void take_target(struct run *run)
{
	thought_drop(&run->thought);
	target_free(run->target);
	run->target = run->target_reader.snapshot;
	run->target_reader.snapshot = NULL;
}

static void after_reads(struct run *run)
{
	struct cycle *c = &run->cycle;
	struct err err = {0};
	if (!c->source_done || !c->target_done || !c->begun)
		return;
	c->summary.read_ms += (uint32_t)(clock_boot_ms() - c->read_started_ms);
	if (run->source_reader.snapshot != NULL)
		cycle_take_source(run);
	if (run->target_reader.snapshot != NULL)
		take_target(run);
	if (c->target_err.code != 0 || (c->source_err.code != 0 && run->source == NULL)) {
		cycle_close(run);
		return;
	}
	if (pending_settle(&run->ledger.pending, run->target, &run->past, &run->ledger, &err) < 0)
		cycle_ledger_failed(run, &err);
	else
		cycle_think(run);
}

static void on_source_done(void *ctx, const struct err *why)
{
	struct run *run = ctx;
	if (run->cycle.second_read)
		cycle_second_read_ended(run, why);
	else if (run->cycle.asked) {
		if (why != NULL)
			log_event(LOG_SOURCE_UNREAD_MESSAGE, "question about what is absent: %s", why->text);
		cycle_think(run);
	} else {
		source_ended(run, why);
		after_reads(run);
	}
}

static void on_target_done(void *ctx, const struct err *why)
{
	target_ended(ctx, why);
	after_reads(ctx);
}

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
	return c->rounds < ROUNDS_MAX || (n->conflicts + n->unknown == 0 && !is_stuck(run));
}

void cycle_think(struct run *run)
{
	struct cycle *c = &run->cycle;
	struct err err = {0};
	cycle_set_phase(run, RUN_THINKING);
	int e = thought_make(&run->thought, &run->config, &run->past, run->source, c->source_err.code != 0, run->target,
			     clock_wall_s(), &err);
	if (e < 0) {
		cycle_fail(run, &err);
		cycle_close(run);
		return;
	}
	c->summary.think_ms += run->thought.duration_ms;
	if (cycle_ask(run))
		return;
	if (may_apply(run)) {
		c->apply_started_ms = clock_boot_ms();
		e = apply_start(&run->apply, &run->thought, &err);
		if (e == 0) {
			memcpy(c->applied, run->thought.plan->digest, sizeof c->applied);
			cycle_set_phase(run, RUN_APPLYING);
			return;
		}
		if (e != ERR_NOT_FOUND)
			cycle_fail(run, &err);
	}
	cycle_close(run);
}

static void on_applied(void *ctx, const struct err *why)
{
	struct run *run = ctx;
	struct cycle *c = &run->cycle;
	c->summary.apply_ms += (uint32_t)(clock_boot_ms() - c->apply_started_ms);
	c->rounds++;
	if (why != NULL)
		log_event(LOG_TARGET_STOPPED_MESSAGE, "%s", why->text);
	if (run->apply.stopped)
		cycle_fail(run, run->apply.refusal.code != 0 ? &run->apply.refusal
				: why != NULL                ? why
							     : &run->apply.refusal);
	if (run->apply.stopped || run->stopping || (why != NULL && c->rounds >= ROUNDS_MAX)) {
		if (why != NULL)
			cycle_fail(run, why);
		cycle_close(run);
		return;
	}
	cycle_set_phase(run, RUN_READING); /* what we wrote is proven by reading it */
	c->read_started_ms = clock_boot_ms();
	read_target(run);
	after_reads(run);
}

static void on_loaded(void *ctx)
{
	struct run *run = ctx;
	run->publisher.ledger_err.code = 0;
	thought_drop(&run->thought); /* it borrows the past */
	ledger_client_take(&run->ledger, &run->past);
	if (run->past.first_contact)
		log_event(LOG_LEDGER_NEW_MESSAGE, "the ledger knows of no finished cycle: what is found is adopted");
	begin(run);
}

static void on_old_cycle(void *ctx, const struct cycle_summary *cycle)
{
	publish_cycle(ctx, cycle);
}

static void on_begun(void *ctx, uint32_t cycle)
{
	struct run *run = ctx;
	if (!run->cycle.running || run->cycle.begun)
		return;
	run->cycle.summary.id = cycle;
	run->cycle.begun = true;
	log_set_cycle(cycle);
	apply_begin_cycle(&run->apply, cycle);
	after_reads(run);
}

/* ---- stop ---------------------------------------------------------------------------------------- */

void cycle_stop(struct run *run)
{
	struct err err = {0};
	if (!run->cycle.running) {
		run_cycle_ended(run);
		return;
	}
	if (run->cycle.phase == RUN_APPLYING || run->cycle.phase == RUN_RECORDING) {
		run->apply.stopped = true; /* what was sent is awaited, nothing more is sent */
		return;
	}
	reader_abandon(&run->source_reader.reader);
	reader_abandon(&run->target_reader.reader);
	err_set(&err, ERR_UNAVAILABLE, "the daemon was asked to stop in the middle of it");
	cycle_fail(run, &err);
	if (run->cycle.begun)
		cycle_close(run);
	else
		cycle_give_up(run, "failed", &err);
}

void cycle_kill(struct run *run)
{
	apply_done(&run->apply);
	source_reader_done(&run->source_reader);
	target_reader_done(&run->target_reader);
	ledger_client_done(&run->ledger);
	free(run->cycle.doubted);
	run->cycle.doubted = NULL;
	run->cycle.running = false;
}

static void on_progress(void *ctx)
{
	run_changed(ctx);
}

void cycle_init_events(struct run *run)
{
	const struct ledger_events ledger = {.ctx = run,
					     .loaded = on_loaded,
					     .cycle = on_old_cycle,
					     .begun = on_begun,
					     .committed = cycle_committed,
					     .failed = cycle_ledger_failed};
	const char *dir = run->config.run->helper_dir;
	source_reader_init(&run->source_reader, run->loop, dir, run->config.source, run->config.source_bases);
	target_reader_init(&run->target_reader, run->loop, dir, run->config.target, run->config.names);
	ledger_client_init(&run->ledger, run->loop, dir, run->config.ledger, &ledger);
	apply_init(&run->apply, &run->target_reader.reader.client, &run->ledger, &run->past);
	run->ledger.client.drained = cycle_ledger_drained;
	run->source_reader.reader.ctx = run->target_reader.reader.ctx = run->apply.ctx = run;
	run->source_reader.reader.done = on_source_done;
	run->target_reader.reader.done = on_target_done;
	run->source_reader.reader.progress = run->target_reader.reader.progress = run->apply.progress = on_progress;
	run->apply.finished = on_applied;
	run->sync_entry = (struct sync_entry){
		.target = &run->target_reader.reader.client, .ctx = run, .finished = cycle_sync_written};
}
