/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cycle.c - one cycle, event by event: read, think, ask, apply, read again, remember, close.
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
#include "run/state.h"

#define ROUNDS_MAX 3       /* of conflicts: after that the next cycle goes on */
#define ROUNDS_LIMIT 100   /* of progress: groups of more than COMPOSE_VALUES_MAX members */

static void think(struct run *run);
static void close_cycle(struct run *run);
static void on_ledger_failed(void *ctx, const struct err *why);

static void set_phase(struct run *run, enum run_phase phase)
{
	run->cycle.phase = phase;
	run_changed(run);
}

static void fail(struct run *run, const struct err *why)
{
	if (run->cycle.failure.code == 0)
		run->cycle.failure = *why;
}

/* ---- start --------------------------------------------------------------------------------------- */

static void read_target(struct run *run)
{
	run->cycle.target_done = false;
	if (target_reader_read(&run->target_reader, run->target, &run->cycle.target_err) < 0)
		run->cycle.target_done = true;
}

static void read_source(struct run *run, const struct source_snapshot *prev)
{
	run->cycle.source_done = false;
	if (source_reader_read(&run->source_reader, prev, &run->cycle.source_err) < 0)
		run->cycle.source_done = true;
}

static void begin(struct run *run)
{
	struct err err = {0};
	set_phase(run, RUN_READING);
	run->cycle.read_started_ms = clock_boot_ms();
	if (ledger_client_begin(&run->ledger, &run->cycle.summary, &err) < 0) {
		on_ledger_failed(run, &err);
		return;
	}
	read_source(run, run->source);
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
			on_ledger_failed(run, &err);
	}
	run_changed(run);
}

/* ---- reads have ended ---------------------------------------------------------------------------- */

static void take_source(struct run *run)
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
		take_source(run);
	if (run->target_reader.snapshot != NULL)
		take_target(run);
	if (c->target_err.code != 0 || (c->source_err.code != 0 && run->source == NULL)) {
		close_cycle(run);
		return;
	}
	if (pending_settle(&run->ledger.pending, run->target, &run->past, &run->ledger, &err) < 0)
		on_ledger_failed(run, &err);
	else
		think(run);
}

static void source_ended(struct run *run, const struct err *why)
{
	run->cycle.source_done = true;
	if (why != NULL) {
		run->cycle.source_err = *why;
		log_event(LOG_SOURCE_UNREAD_MESSAGE, "%s", why->text);
	}
}

/* ---- the second question ------------------------------------------------------------------------- */

static int prove_absence(const struct source_snapshot *seen, const struct uuid *doubted, uint32_t count,
                         struct source_snapshot *into, struct err *err)
{
	struct entry **absent = calloc((size_t)count + 1, sizeof *absent);
	struct entry_builder builder = {.last_field = 0};
	struct certificate cert = seen->certificate;
	uint32_t n = 0;
	int e = absent != NULL ? 0 : err_nomem(err);
	memset(cert.counts, 0, sizeof cert.counts);
	for (uint32_t i = 0; i < count && e == 0; i++) {
		if (source_person_by_uuid(seen, &doubted[i]) != NONE)
			continue;
		entry_begin(&builder, ENTRY_ABSENT, &doubted[i], &(struct csn){0}, DN_WHOLE, text_of(NULL));
		const struct entry *built = entry_end(&builder);
		absent[n] = built != NULL ? entry_keep(built) : NULL;
		if (absent[n] == NULL)
			e = err_nomem(err);
		else
			n++;
	}
	cert.counts[ENTRY_ABSENT] = n;
	if (e == 0)
		e = source_add_answers(into, (const struct entry *const *)absent, n, &cert, err);
	for (uint32_t i = 0; i < n; i++)
		entry_unref(absent[i]);
	entry_builder_done(&builder);
	free(absent);
	return e;
}

static void second_read_ended(struct run *run, const struct err *why)
{
	struct cycle *c = &run->cycle;
	struct err err = {0};
	c->second_read = false;
	if (why == NULL) {
		take_source(run);
		if (prove_absence(run->source, c->doubted, c->doubted_count, run->source, &err) < 0)
			fail(run, &err);
	} else
		log_event(LOG_SOURCE_UNREAD_MESSAGE, "second read, to prove what is absent: %s", why->text);
	free(c->doubted);
	c->doubted = NULL;
	think(run);
}

static int read_source_again(struct run *run, const struct plan *plan, struct err *err)
{
	struct cycle *c = &run->cycle;
	c->doubted = calloc(plan->question_count, sizeof *c->doubted);
	if (c->doubted == NULL)
		return err_nomem(err);
	memcpy(c->doubted, plan->questions, plan->question_count * sizeof *c->doubted);
	c->doubted_count = plan->question_count;
	c->second_read = true;
	int e = source_reader_read(&run->source_reader, run->source, err);
	if (e < 0) {
		c->second_read = false;
		free(c->doubted);
		c->doubted = NULL;
	}
	return e;
}

/* true: an answer will come and think again. What stays unproven is held as doubtful. */
static bool ask(struct run *run)
{
	const struct plan *plan = run->thought.plan;
	struct err err = {0};
	int e;
	if (run->cycle.asked || plan->question_count == 0 || run->cycle.source_err.code != 0)
		return false;
	run->cycle.asked = true;
	set_phase(run, RUN_ASKING);
	if (plan->question_count <= run->config.run->questions_max)
		e = source_reader_ask(&run->source_reader, run->source, plan->questions, plan->question_count, &err);
	else
		e = read_source_again(run, plan, &err);
	if (e < 0)
		log_event(LOG_SOURCE_UNREAD_MESSAGE, "question about what is absent: %s", err.text);
	return e == 0;
}

static void on_source_done(void *ctx, const struct err *why)
{
	struct run *run = ctx;
	if (run->cycle.second_read)
		second_read_ended(run, why);
	else if (run->cycle.asked) {
		if (why != NULL)
			log_event(LOG_SOURCE_UNREAD_MESSAGE, "question about what is absent: %s", why->text);
		think(run);
	} else {
		source_ended(run, why);
		after_reads(run);
	}
}

static void on_target_done(void *ctx, const struct err *why)
{
	struct run *run = ctx;
	run->cycle.target_done = true;
	if (why != NULL) {
		run->cycle.target_err = *why;
		log_event(LOG_TARGET_UNREAD_MESSAGE, "%s", why->text);
	}
	after_reads(run);
}

/* ---- thinking and applying ----------------------------------------------------------------------- */

static bool may_apply(const struct run *run)
{
	const struct cycle *c = &run->cycle;
	if (run->stopping || run->thought.verdict.go == 0 || c->rounds >= ROUNDS_LIMIT)
		return false;
	return run->apply.counts.conflicts + run->apply.counts.unknown == 0 || c->rounds < ROUNDS_MAX;
}

static void think(struct run *run)
{
	struct cycle *c = &run->cycle;
	struct err err = {0};
	set_phase(run, RUN_THINKING);
	int e = thought_make(&run->thought, &run->config, &run->past, run->source, c->source_err.code != 0, run->target,
	                     clock_wall_s(), &err);
	if (e < 0) {
		fail(run, &err);
		close_cycle(run);
		return;
	}
	c->summary.think_ms += run->thought.duration_ms;
	if (ask(run))
		return;
	if (may_apply(run)) {
		c->apply_started_ms = clock_boot_ms();
		e = apply_start(&run->apply, &run->thought, &err);
		if (e == 0) {
			set_phase(run, RUN_APPLYING);
			return;
		}
		if (e != ERR_NOT_FOUND)
			fail(run, &err);
	}
	close_cycle(run);
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
		fail(run, run->apply.refusal.code != 0 ? &run->apply.refusal : why != NULL ? why : &run->apply.refusal);
	if (run->apply.stopped || run->stopping || (why != NULL && c->rounds >= ROUNDS_MAX)) {
		if (why != NULL)
			fail(run, why);
		close_cycle(run);
		return;
	}
	set_phase(run, RUN_READING); /* what we wrote is proven by reading it */
	c->read_started_ms = clock_boot_ms();
	read_target(run);
	after_reads(run);
}

/* ---- the ledger ---------------------------------------------------------------------------------- */

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
	run->cycle.summary.id = cycle;
	run->cycle.begun = true;
	log_set_cycle(cycle);
	apply_begin_cycle(&run->apply, cycle);
	after_reads(run);
}

static void end_cycle(struct run *run)
{
	struct cycle *c = &run->cycle;
	c->running = false;
	c->phase = RUN_IDLE;
	log_set_cycle(0);
	run_cycle_ended(run);
}

static void on_sync_written(void *ctx)
{
	end_cycle(ctx);
}

static void write_sync_entry(struct run *run)
{
	const struct publisher *p = &run->publisher;
	const struct sync_facts facts = {.last_read_s = p->last_read_s,
	                                 .last_applied_s = p->last_applied_s,
	                                 .valid_until_s = p->last_read_s + run->config.run->stale_critical_s,
	                                 .generation = run->past.generation};
	bool due = run->cycle.source_err.code == 0 && run->cycle.target_err.code == 0 && run->cycle.failure.code == 0;
	if (run->stopping || !due || !sync_entry_write(&run->sync_entry, &run->config, run->target, &facts, clock_wall_s()))
		end_cycle(run);
}

static void on_committed(void *ctx, uint32_t token)
{
	struct run *run = ctx;
	if (token != 0) {
		apply_committed(&run->apply, token);
		return;
	}
	publish_cycle(run, &run->cycle.summary);
	write_sync_entry(run);
}

static void on_ledger_failed(void *ctx, const struct err *why)
{
	struct run *run = ctx;
	log_event(LOG_LEDGER_FAILED_MESSAGE, "%s", why->text);
	run->publisher.ledger_err = *why;
	ledger_client_drop(&run->ledger);
	apply_abort(&run->apply);
	client_restart(&run->source_reader.client);
	client_restart(&run->target_reader.client);
	if (!run->cycle.running)
		return;
	free(run->cycle.doubted);
	run->cycle.doubted = NULL;
	fail(run, why);
	snprintf(run->cycle.summary.result, sizeof run->cycle.summary.result, "ledger-failed");
	snprintf(run->cycle.summary.detail, sizeof run->cycle.summary.detail, "%.255s", why->text);
	run->cycle.summary.ended_s = clock_wall_s();
	publish_cycle(run, &run->cycle.summary);
	end_cycle(run);
}

/* ---- close --------------------------------------------------------------------------------------- */

static bool rule_holds(const struct run *run, enum reason rule)
{
	for (uint32_t i = 0; run->thought.made && i < run->thought.verdict.hold_count; i++)
		if (run->thought.verdict.holds[i].rule == rule)
			return true;
	return false;
}

static const char *result_of(const struct run *run)
{
	const struct cycle *c = &run->cycle;
	const struct apply_counts *n = &run->apply.counts;
	if (c->target_err.code != 0)
		return "target-unread";
	if (c->source_err.code != 0)
		return "source-unread";
	if (c->failure.code != 0)
		return "failed";
	if (rule_holds(run, R_RULE_SOURCE_WENT_BACK) || timeline_went_back(&run->thought.timeline))
		return "source-went-back";
	if (n->refused > 0)
		return "refused";
	if (run->thought.verdict.go > 0)
		return "unfinished";
	if (run->thought.verdict.held > 0)
		return "held";
	return n->granted + n->revoked + n->structure > 0 ? "applied" : "in-step";
}

static const struct err *trouble_of(const struct run *run)
{
	const struct cycle *c = &run->cycle;
	if (c->target_err.code != 0)
		return &c->target_err;
	if (c->source_err.code != 0)
		return &c->source_err;
	return c->failure.code != 0 ? &c->failure : &run->apply.refusal;
}

bool cycle_result_is_failure(const struct cycle_summary *cycle)
{
	static const char *const failures[] = {"target-unread", "source-unread", "failed", "unfinished", "ledger-failed", NULL};
	for (size_t i = 0; failures[i] != NULL; i++)
		if (strcmp(cycle->result, failures[i]) == 0)
			return true;
	return false;
}

static void summarise(struct run *run)
{
	struct cycle_summary *s = &run->cycle.summary;
	const struct thought *t = &run->thought;
	snprintf(s->result, sizeof s->result, "%s", result_of(run));
	snprintf(s->detail, sizeof s->detail, "%.255s", trouble_of(run)->code != 0 ? trouble_of(run)->text : "");
	s->grants = run->apply.counts.granted;
	s->removals = run->apply.counts.revoked;
	s->structure = run->apply.counts.structure;
	s->failed = run->apply.counts.refused;
	s->ended_s = clock_wall_s();
	if (s->grants + s->removals > 0) {
		run->past.generation++;
		run->publisher.last_applied_s = s->ended_s;
	}
	s->generation = run->past.generation;
	if (!t->made)
		return;
	s->held = t->verdict.held;
	s->refusals = t->desired->refusal_count;
	s->remarks = t->plan->remark_count;
	s->memberships = t->policy.target->member_count;
	s->source_people = t->policy.source->people_count - t->policy.source->asked_count;
	s->source_institutions = t->policy.source->institution_count;
	memcpy(s->plan_digest, t->plan->digest, sizeof s->plan_digest);
}

static void accept_source(struct run *run)
{
	struct past *past = &run->past;
	const struct source_snapshot *source = run->source;
	if (!run->facts.source_accepted)
		return;
	for (uint32_t i = 0; i < source->certificate.position.count; i++)
		(void)csn_vector_merge(&past->position, &source->certificate.position.at[i]);
	if (!rule_holds(run, R_RULE_SHRUNKEN)) {
		past->source_people = source->people_count - source->asked_count;
		past->source_institutions = source->institution_count;
	}
	if (run->facts.released)
		past->released_members = run->target->member_count;
}

static void store_end(struct run *run)
{
	struct cycle *c = &run->cycle;
	struct past *past = &run->past;
	struct err err = {0};
	struct cycle_end end = {.summary = c->summary};
	if (run->thought.made && !cycle_result_is_failure(&c->summary)) {
		past->first_contact = false;
		accept_source(run);
	}
	past->last_cycle = c->summary.id;
	end.meta = (struct past_meta){.first_contact = past->first_contact,
	                              .last_cycle = past->last_cycle,
	                              .generation = past->generation,
	                              .position = past->position,
	                              .source_people = past->source_people,
	                              .source_institutions = past->source_institutions,
	                              .released_members = past->released_members};
	end.has_source = run->source != NULL && c->source_err.code == 0;
	end.has_target = run->target != NULL && c->target_err.code == 0;
	if (end.has_source)
		end.source = run->source->certificate;
	if (end.has_target)
		end.target = run->target->certificate;
	if (ledger_client_end(&run->ledger, &end, &err) < 0)
		on_ledger_failed(run, &err);
}

static void tell_facts(struct run *run)
{
	struct err err = {0};
	int r = facts_tell(&run->facts, &err);
	if (r < 0)
		on_ledger_failed(run, &err);
	else if (r == 0) {
		run->cycle.closing = false;
		store_end(run);
	}
}

static void on_ledger_drained(void *ctx)
{
	struct ledger_client *l = ctx;
	struct run *run = l->events.ctx;
	if (run->cycle.closing)
		tell_facts(run);
}

static void close_cycle(struct run *run)
{
	struct cycle *c = &run->cycle;
	set_phase(run, RUN_RECORDING);
	summarise(run);
	run->publisher.source_err = c->source_err;
	run->publisher.target_err = c->target_err;
	if (!run->thought.made || cycle_result_is_failure(&c->summary)) {
		store_end(run);
		return;
	}
	run->facts = (struct facts){.ledger = &run->ledger,
	                            .past = &run->past,
	                            .thought = &run->thought,
	                            .cycle = c->summary.id,
	                            .released = run->thought.verdict.held == 0,
	                            .source_accepted = !timeline_went_back(&run->thought.timeline)};
	c->closing = true;
	tell_facts(run);
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
	client_restart(&run->source_reader.client);
	client_restart(&run->target_reader.client);
	if (!run->cycle.begun) {
		end_cycle(run);
		return;
	}
	err_set(&err, ERR_UNAVAILABLE, "the daemon was asked to stop in the middle of it");
	fail(run, &err);
	close_cycle(run);
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
	                                     .committed = on_committed,
	                                     .failed = on_ledger_failed};
	const char *dir = run->config.run->helper_dir;
	source_reader_init(&run->source_reader, run->loop, dir, run->config.source, run->config.source_bases);
	target_reader_init(&run->target_reader, run->loop, dir, run->config.target, run->config.names);
	ledger_client_init(&run->ledger, run->loop, dir, run->config.ledger, &ledger);
	apply_init(&run->apply, &run->target_reader.client, &run->ledger, &run->past);
	run->ledger.client.drained = on_ledger_drained;
	run->source_reader.ctx = run->target_reader.ctx = run->apply.ctx = run;
	run->source_reader.done = on_source_done;
	run->target_reader.done = on_target_done;
	run->source_reader.progress = run->target_reader.progress = run->apply.progress = on_progress;
	run->apply.finished = on_applied;
	run->sync_entry = (struct sync_entry){.target = &run->target_reader.client, .ctx = run, .finished = on_sync_written};
}
