/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cycle.c - one cycle, event by event: read, think (cycle_think.c), ask (cycle_ask.c), apply, read again, close (cycle_close.c).
 *
 *   start -> [ledger begins -> directives | source read | target read] -> think -> ask -> think -> apply -> target read -> think ... -> close
 *
 * Without a ledger (it cannot be loaded, or not begin): start -> source read | target read -> think -> over, with nothing written.
 *
 * Each arrow is an event; each function below is one of them and ends by starting the next. An incomplete read of the target leads
 * straight to close with nothing changed. One of the source does not: what needs no word of it now may still end (thought.c).
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "run/cycle_parts.h"
#include "run/host_clock.h"
#include "run/known_time.h"
#include "run/last_word.h"
#include "run/write_seen.h"

void cycle_set_phase(struct run *run, enum run_phase phase)
{
	run->cycle.phase = phase;
	if (phase == RUN_READING) {
		sources_rewind(&run->sources);
		reader_rewind(&run->target_reader.reader);
	}
	if (run->cycle.begun || run->cycle.blind) /* else it is told with the begin */
		news_phase(run);
	run_changed(run);
}

void cycle_fail(struct run *run, const struct err *why)
{
	if (run->cycle.failure.code == 0)
		run->cycle.failure = *why;
}

static void after_reads(struct run *run);

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
	if (sources_read_after(&run->sources, &run->past, &err) < 0)
		source_ended(run, &err);
}

static void read_target(struct run *run)
{
	struct err err = {0};
	run->cycle.target_done = false;
	if (target_reader_read(&run->target_reader, run->target, &err) < 0)
		target_ended(run, &err);
}

/* A sync is on record before the cycle that it asks for. */
static bool record_sync(struct run *run)
{
	if (run->sync_asked) {
		run->sync_asked = false;
		orders_record_sync(run, run->sync_uid);
	}
	return run->ledger.loaded; /* false: it failed */
}

/* Directives that were ordered are written before the target is read, when the ledger has begun. */
static void begin(struct run *run)
{
	struct err err = {0};
	host_clock_look(run);
	run->cycle.summary.started_s = run->publisher.last_attempt_s = clock_wall_s();
	cycle_set_phase(run, RUN_READING);
	run->cycle.read_started_ms = clock_boot_ms();
	if (!record_sync(run))
		return;
	if (ledger_client_begin(&run->ledger, &run->cycle.summary, &err) < 0) {
		cycle_ledger_failed(run, &err);
		return;
	}
	run->cycle.writing_orders = orders_want_writing(run);
	read_source(run);
	if (!run->cycle.writing_orders)
		read_target(run);
}

void cycle_orders_written(struct run *run)
{
	run->cycle.writing_orders = false;
	read_target(run);
	after_reads(run); /* it may have failed at once */
}

void cycle_start(struct run *run, const char *trigger, uid_t uid)
{
	struct cycle *c = &run->cycle;
	struct err err = {0};
	if (c->running || run->stopping || between_delays(run, trigger, uid))
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

/* What is wrong with the record stops neither reads nor questions. The ledger itself is tried again by the next cycle. */
void cycle_look(struct run *run, const struct err *why)
{
	struct cycle *c = &run->cycle;
	c->blind = true;
	c->ledger_err = *why;
	c->source_err.code = c->target_err.code = 0;
	news_cycle_begun(run);
	cycle_set_phase(run, RUN_READING);
	c->read_started_ms = clock_boot_ms();
	read_source(run);
	read_target(run);
	after_reads(run); /* both may have failed at once */
}

static void end_look(struct run *run)
{
	const struct cycle *c = &run->cycle;
	run->publisher.source_err = c->source_err;
	run->publisher.target_err = c->target_err;
	last_word_missed(run);
	if (run->source != NULL && run->target != NULL)
		cycle_think_blind(run);
	cycle_give_up(run, "ledger-failed", &c->ledger_err);
}

/* Who may be left in longer by a source that could be read is not taken out because another one could not. */
static void take_part(struct run *run)
{
	struct err err = {0};
	if (sources_join_partly(&run->sources, &err) < 0)
		log_event(LOG_SOURCE_UNREAD_MESSAGE, "%s", err.text);
}

/* ---- reads have ended ---------------------------------------------------------------------------- */

void cycle_take_source(struct run *run)
{
	thought_drop(&run->thought);
	run->source = sources_take(&run->sources);
	run->publisher.last_read_s = run->source->certificate.started_s;
}

/* Only the first read tells: what this cycle writes itself is newer than the ledger's last word in any case. */
static int judge_ledger(struct run *run, struct err *err)
{
	struct cycle *c = &run->cycle;
	if (c->judged_ledger || c->blind)
		return 0;
	if (ledger_is_old(&run->past, run->target, run->unlearnt, &c->ledger_old) < 0) {
		(void)err_nomem(err);
		return err_prefix(err, "comparing the target with the ledger");
	}
	c->judged_ledger = true;
	if (c->ledger_old)
		log_event(
			LOG_LEDGER_OLD_MESSAGE,
			"the directory shows writes of ours that the ledger does not know (generation %llu there, %llu "
			"here): removals wait",
			(unsigned long long)target_generation(run->target), (unsigned long long)run->past.generation);
	return 0;
}

static int take_target(struct run *run, struct err *err)
{
	thought_drop(&run->thought);
	target_free(run->target);
	run->target = run->target_reader.snapshot;
	run->target_reader.snapshot = NULL;
	return judge_ledger(run, err);
}

/* What became of writes of which nobody told. */
static int settle_writes(struct run *run, struct err *err)
{
	int e = run->writes_untold ? write_seen_tell(&run->ledger, &run->past, run->target, err) : 0;
	if (e < 0)
		return e;
	run->writes_untold = false;
	e = pending_settle(&run->ledger.pending, run->target, &run->past, &run->ledger, err);
	return e < 0 ? e : unproven_settle(&run->apply.unproven, run->target, &run->past, &run->ledger, err);
}

static void take_reads(struct run *run)
{
	struct cycle *c = &run->cycle;
	struct err err = {0};
	c->summary.read_ms += (uint32_t)(clock_boot_ms() - c->read_started_ms);
	if (sources_have_news(&run->sources))
		cycle_take_source(run);
	if (run->target_reader.snapshot != NULL && take_target(run, &err) < 0)
		target_ended(run, &err); /* nothing is decided by it */
	if (c->blind)
		end_look(run);
	else if (c->target_err.code != 0)
		cycle_close(run);
	else if (host_clock_allows(run, &err) < 0) {
		cycle_fail(run, &err);
		cycle_close(run);
	} else if (settle_writes(run, &err) < 0)
		cycle_ledger_failed(run, &err);
	else
		cycle_think(run);
}

static void after_reads(struct run *run)
{
	const struct cycle *c = &run->cycle;
	if (c->source_done && c->target_done && (c->begun || c->blind))
		cycle_next(run, take_reads);
}

static void on_source_done(void *ctx, const struct err *why)
{
	struct run *run = ctx;
	if (run->cycle.asking)
		cycle_asked(run, why);
	else {
		source_ended(run, why);
		if (why != NULL)
			take_part(run);
		after_reads(run);
	}
}

static void on_target_done(void *ctx, const struct err *why)
{
	target_ended(ctx, why);
	after_reads(ctx);
}

/* ---- applied ------------------------------------------------------------------------------------- */

/* What we wrote is proven by reading it. */
static void read_again(struct run *run)
{
	cycle_set_phase(run, RUN_READING);
	run->cycle.read_started_ms = clock_boot_ms();
	read_target(run);
	orders_go_on(run);
	if (run->cycle.running) /* the ledger may have failed over an order */
		after_reads(run);
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
	if (run->apply.stopped || run->stopping || (why != NULL && c->rounds >= CYCLE_ROUNDS_MAX)) {
		if (why != NULL)
			cycle_fail(run, why);
		cycle_close(run);
	} else
		read_again(run);
}

/* Writes of a cycle that never ended, or that closed without remembering. */
static void note_unlearnt(struct run *run, const struct cycle_summary *cycle)
{
	run->unlearnt = cycle->ended_s == 0 || cycle_result_is_failure(cycle);
}

static int load_unproven(struct run *run, struct err *err)
{
	struct unproven *unproven = &run->apply.unproven;
	unproven_done(unproven);
	if (run->unlearnt && unproven_load(unproven, &run->past, run->past.last_cycle, clock_wall_s()) < 0)
		return err_nomem(err);
	return 0;
}

/* What the ledger writes down before the cycle begins is of our time, too: that somebody asked for it. */
static int tell_time(struct run *run, struct err *err)
{
	const struct past_clock now = known_time_now();
	return clock_agrees() ? 0 : ledger_client_clock(&run->ledger, &now, err);
}

static void on_loaded(void *ctx)
{
	struct run *run = ctx;
	struct err err = {0};
	run->publisher.ledger_err.code = 0;
	thought_drop(&run->thought); /* it borrows the past */
	ledger_client_take(&run->ledger, &run->past);
	host_clock_start(run);
	run->past.source_on_record =
		!run->word_missed && clock_agrees() && last_word_is_on_record(&run->past, &run->config, clock_wall_s());
	run->writes_untold = run->had_ledger = true;
	if (load_unproven(run, &err) < 0 || tell_time(run, &err) < 0) {
		cycle_ledger_failed(run, &err);
		return;
	}
	if (run->past.first_contact) {
		run->journal.head = (struct ledger_head){0}; /* of another one */
		log_event(LOG_LEDGER_NEW_MESSAGE, "the ledger knows of no finished cycle: what is found is adopted");
	}
	begin(run);
}

static void on_old_cycle(void *ctx, const struct cycle_summary *cycle)
{
	note_unlearnt(ctx, cycle);
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
	news_cycle_begun(run);
	news_phase(run);
	apply_begin_cycle(&run->apply, cycle);
	if (!run->cycle.writing_orders)
		after_reads(run);
	else if (!orders_write(run) && run->cycle.running)
		cycle_orders_written(run);
}

/* ---- stop ---------------------------------------------------------------------------------------- */

void cycle_stop(struct run *run)
{
	struct err err = {0};
	if (!run->cycle.running) {
		run_cycle_ended(run);
		return;
	}
	run->cycle.cut_short = run->cycle.phase != RUN_RECORDING;
	if (run->cycle.phase == RUN_APPLYING || run->cycle.phase == RUN_RECORDING) {
		run->apply.stopped = true; /* what was sent is awaited, nothing more is sent */
		return;
	}
	cycle_drop_next(run);
	sources_abandon(&run->sources);
	reader_abandon(&run->target_reader.reader);
	authors_drop(&run->authors);
	err_set(&err, ERR_UNAVAILABLE, "the daemon was asked to stop in the middle of it");
	cycle_fail(run, &err);
	if (run->cycle.begun)
		cycle_close(run);
	else
		cycle_give_up(run, "failed", &err);
}

void cycle_kill(struct run *run)
{
	cycle_drop_next(run);
	directive_writer_drop(&run->directives);
	authors_drop(&run->authors);
	apply_done(&run->apply);
	sources_done(&run->sources);
	target_reader_done(&run->target_reader);
	ledger_client_done(&run->ledger);
	second_question_done(&run->cycle.question);
	run->cycle.running = false;
}

static void on_progress(void *ctx)
{
	run_changed(ctx);
}

void cycle_init_events(struct run *run)
{
	struct ledger_settings set = *run->config.ledger; /* the same file for as long as the process lives */
	const struct ledger_events ledger = {.ctx = run,
					     .loaded = on_loaded,
					     .cycle = on_old_cycle,
					     .begun = on_begun,
					     .committed = cycle_committed,
					     .decided = orders_decided,
					     .forgotten = orders_forgotten,
					     .head = cycle_head,
					     .failed = cycle_ledger_failed};
	const struct helper_place *place = &run->config.helpers;
	struct client *target = &run->target_reader.reader.client;
	sources_init(&run->sources, run->loop, place, run->config.sources, run->config.source_bases,
		     run->config.source_count);
	target_reader_init(&run->target_reader, run->loop, place, run->config.target, run->config.names);
	set.must_exist = run->had_ledger;
	ledger_client_init(&run->ledger, run->loop, place, &set, &ledger);
	ledger_questions_init(&run->questions, run->loop, place, run->config.ledger);
	apply_init(&run->apply, target, &run->ledger, &run->past);
	directive_writer_init(&run->directives, target);
	authors_init(&run->authors, target, &run->ledger, &run->past);
	run->ledger.client.drained = cycle_ledger_drained;
	run->sources.ctx = run->target_reader.reader.ctx = run->apply.ctx = run;
	run->directives.ctx = run->authors.ctx = run;
	run->directives.written = orders_written;
	run->authors.finished = cycle_authors_told;
	run->sources.done = on_source_done;
	run->target_reader.reader.done = on_target_done;
	run->sources.progress = run->target_reader.reader.progress = run->apply.progress = on_progress;
	run->apply.finished = on_applied;
	run->sync_entry = (struct sync_entry){.target = target, .ctx = run, .finished = cycle_sync_written};
}
