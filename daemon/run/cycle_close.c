/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cycle_close.c - the end of a cycle: what came of it in one word, what was learnt told to the ledger, the ledger's word that all is
 * durable, and then cn=sync. A ledger that fails ends the cycle at once, with nothing further written.
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/language.h"
#include "base/log.h"
#include "core/hold.h"
#include "run/cycle_parts.h"
#include "run/host_clock.h"
#include "run/known_time.h"
#include "run/last_word.h"

void cycle_end(struct run *run)
{
	struct cycle *c = &run->cycle;
	if (!run->thought.made && run->ledger.loaded)
		run_think_again(run); /* one side was read and not the other: there is still something to show */
	second_question_done(&c->question);
	c->running = false;
	c->phase = RUN_IDLE;
	log_set_cycle(0);
	run_cycle_ended(run);
}

/* ---- what came of it -------------------------------------------------------------------------- */

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

static void count_work(struct run *run)
{
	struct cycle_summary *s = &run->cycle.summary;
	s->grants = run->apply.counts.granted;
	s->removals = run->apply.counts.revoked;
	s->structure = run->apply.counts.structure;
	s->failed = run->apply.counts.refused;
	s->ended_s = clock_wall_s();
}

static void summarise(struct run *run)
{
	struct cycle_summary *s = &run->cycle.summary;
	const struct thought *t = &run->thought;
	snprintf(s->result, sizeof s->result, "%s", result_of(run));
	snprintf(s->detail, sizeof s->detail, "%s", trouble_of(run)->code != 0 ? trouble_of(run)->text : "");
	count_work(run);
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
	s->memberships = target_memberships(t->policy.target);
	s->source_people = t->policy.source->people_count - t->policy.source->asked_count;
	s->source_institutions = t->policy.source->institution_count;
	memcpy(s->plan_digest, t->plan->digest, sizeof s->plan_digest);
}

/* ---- the end on record ------------------------------------------------------------------------- */

static struct past_meta meta_of(const struct past *past)
{
	struct past_meta meta = {.first_contact = past->first_contact,
				 .last_cycle = past->last_cycle,
				 .last_complete = past->last_complete,
				 .record = past->record,
				 .generation = past->generation,
				 .source_people = past->source_people,
				 .source_institutions = past->source_institutions,
				 .released_members = past->released_members};
	meta.positions = past->positions;
	memcpy(meta.scope, past->scope, sizeof(meta.scope));
	return meta;
}

static void put_reads(const struct source_snapshot *source, struct cycle_end *end)
{
	end->source_count = source_number(source);
	for (uint32_t i = 0; i < end->source_count; i++) {
		struct cycle_read *read = &end->sources[i];
		read->certificate = *source_certificate_of(source, i);
		snprintf(read->name, sizeof(read->name), "%s",
			 end->source_count > 1 ? source_bases_of(source, i)->name : "");
	}
}

static void store_end(struct run *run)
{
	struct cycle *c = &run->cycle;
	struct past *past = &run->past;
	struct err err = {0};
	struct cycle_end end = {.summary = c->summary};
	past->last_cycle = c->summary.id;
	past->clock = known_time_now();
	past_forget_removals_before(past, c->summary.ended_s - PAST_REMOVALS_KEPT_S);
	end.meta = meta_of(past);
	if (run->source != NULL && c->source_done && c->source_err.code == 0)
		put_reads(run->source, &end);
	end.has_target = run->target != NULL && c->target_done && c->target_err.code == 0;
	if (end.has_target)
		end.target = run->target->certificate;
	if (ledger_client_clock(&run->ledger, &past->clock, &err) < 0 ||
	    ledger_client_end(&run->ledger, &end, &err) < 0)
		cycle_ledger_failed(run, &err);
}

static bool sizes_are_equal(const struct source_positions *now, const struct source_positions *before)
{
	for (uint32_t i = 0; i < now->count; i++) {
		const struct source_position *then = source_position_of(before, now->at[i].name);
		if (then == NULL || then->people != now->at[i].people || then->institutions != now->at[i].institutions)
			return false;
	}
	return true;
}

/* Would another thought about the same say the same? Nothing was learnt since this one was made, and this one knew nothing that
 * holds in this cycle alone. The source's position counts only where it went back. */
static bool still_holds(const struct run *run)
{
	const struct cycle *c = &run->cycle;
	const struct past_meta now = meta_of(&run->past), *before = &c->before;
	return c->told_before == run->ledger.told && sizes_are_equal(&now.positions, &before->positions) &&
	       now.first_contact == before->first_contact && now.source_people == before->source_people &&
	       now.source_institutions == before->source_institutions &&
	       now.released_members == before->released_members &&
	       memcmp(now.scope, before->scope, sizeof(now.scope)) == 0 && c->rounds == 0 && !c->ledger_old &&
	       !c->first_fill && run->thought.timeline.accepted == 0;
}

/* Where what the thought borrowed has moved on, what is shown comes from another one about the same. */
static void store_complete(struct run *run)
{
	const bool again = !still_holds(run);
	run->cycle.closing = false;
	run->unlearnt = false;
	run->past.source_on_record = run->facts.source_accepted;
	run->word_missed = !run->facts.source_accepted;
	if (run->facts.source_accepted)
		run->past.last_complete = run->cycle.summary.id;
	store_end(run);
	if (run->cycle.running && again)
		run_think_again(run);
}

static void tell_facts(struct run *run)
{
	struct err err = {0};
	int r = facts_tell(&run->facts, &err);
	if (r < 0)
		cycle_ledger_failed(run, &err);
	else if (r == FACTS_MORE)
		cycle_next(run, tell_facts);
	else if (r == 0) {
		pending_done(&run->ledger.pending);
		if (cycle_remember(run, &err) < 0)
			cycle_ledger_failed(run, &err);
		else
			store_complete(run);
	}
}

void cycle_ledger_drained(void *ctx)
{
	struct ledger_client *l = ctx;
	struct run *run = l->events.ctx;
	if (run->cycle.closing)
		cycle_next(run, tell_facts);
}

/* An old ledger is as old in the next cycle, as long as the source is older than what was applied: nothing was adopted yet. */
static bool is_ledger_left_old(const struct run *run)
{
	return run->cycle.ledger_old && run->thought.made && timeline_went_back(&run->thought.timeline);
}

/* From now on what we write counts from the directory's own last word on (95). */
static void catch_up(struct run *run)
{
	uint64_t there = target_generation(run->target);
	if (run->cycle.ledger_old && !is_ledger_left_old(run) && there >= run->past.generation)
		run->past.generation = there + 1;
	run->cycle.summary.generation = run->past.generation;
}

void cycle_close(struct run *run)
{
	struct cycle *c = &run->cycle;
	cycle_set_phase(run, RUN_RECORDING);
	summarise(run);
	run->publisher.source_err = c->source_err;
	run->publisher.target_err = c->target_err;
	c->complete = run->thought.made && !cycle_result_is_failure(&c->summary);
	if (!c->complete) {
		last_word_missed(run);
		if (!thought_is_whole(&run->thought))
			thought_drop(&run->thought);
		store_end(run);
		return;
	}
	catch_up(run);
	host_clock_thought(run);
	run->facts = (struct facts){.ledger = &run->ledger,
				    .past = &run->past,
				    .thought = &run->thought,
				    .cycle = c->summary.id,
				    .released = plan_is_released(run->thought.plan, &run->past),
				    .source_accepted = !timeline_went_back(&run->thought.timeline),
				    .scope = run->config.scope};
	c->before = meta_of(&run->past);
	c->told_before = run->ledger.told;
	c->closing = true;
	tell_facts(run);
}

/* ---- the ledger's word ------------------------------------------------------------------------ */

void cycle_sync_written(void *ctx)
{
	cycle_end(ctx);
}

static void write_sync_entry(struct run *run)
{
	const struct publisher *p = &run->publisher;
	const struct sync_facts facts = {.last_read_s = p->last_read_s,
					 .last_applied_s = p->last_applied_s,
					 .valid_until_s = p->last_read_s + run->config.run->stale_critical_s,
					 .generation = run->past.generation};
	bool due = run->cycle.source_err.code == 0 && run->cycle.target_err.code == 0 && run->cycle.failure.code == 0;
	if (run->stopping || !due || is_ledger_left_old(run) ||
	    !sync_entry_write(&run->sync_entry, &run->config, run->target, &facts, clock_wall_s()))
		cycle_end(run);
}

/* Small things may follow: the target's helper is idle. */
static void follow_up(struct run *run)
{
	const char *accesslog = run->config.target->accesslog_base;
	bool due = run->cycle.complete && !run->stopping && accesslog != NULL && accesslog[0] != '\0';
	if (!due || !authors_ask(&run->authors, &run->thought))
		write_sync_entry(run);
}

void cycle_authors_told(void *ctx, const struct err *why)
{
	struct run *run = ctx;
	struct err err = {0};
	if (why == NULL && run->authors.found && ledger_client_commit(&run->ledger, TOKEN_AUTHORS, &err) < 0)
		why = &err;
	if (why != NULL) {
		cycle_ledger_failed(run, why);
		return;
	}
	if (run->authors.found)
		run_think_again(run);
	write_sync_entry(run);
}

static void cycle_stored(struct run *run)
{
	run->cycle.closed = true;
	publish_ended(run, &run->cycle.summary);
	follow_up(run);
}

void cycle_committed(void *ctx, uint32_t token)
{
	struct run *run = ctx;
	if (token == 0) {
		if (run->cycle.running && !run->cycle.closed)
			cycle_stored(run);
	} else if (token != TOKEN_AUTHORS && !orders_committed(run, token))
		apply_committed(&run->apply, token);
}

void cycle_give_up(struct run *run, const char *result, const struct err *why)
{
	struct cycle_summary *s = &run->cycle.summary;
	snprintf(s->result, sizeof s->result, "%s", result);
	snprintf(s->detail, sizeof s->detail, "%s", why->text);
	if (run->cycle.begun)
		count_work(run); /* the counts are of this cycle */
	s->ended_s = clock_wall_s();
	if (run->cycle.closed)
		publish_cycle(run, s); /* counted before */
	else
		publish_ended(run, s);
	cycle_end(run);
}

/* Between two cycles: what is ordered needs a ledger sooner than the next read is due. */
static void load_soon(struct run *run)
{
	if (!run->stopping)
		schedule_next(run, true);
	run_changed(run);
}

/* Whatever was under way ends here: no read goes on, nothing more is written, and the cycle is over, unless it had hardly begun:
 * then it is one that only looks. */
void cycle_ledger_failed(void *ctx, const struct err *why)
{
	struct run *run = ctx;
	struct cycle *c = &run->cycle;
	cycle_drop_next(run);
	log_event(LOG_LEDGER_FAILED_MESSAGE, "%s", why->text);
	run->publisher.ledger_err = *why;
	ledger_client_drop(&run->ledger);
	apply_abort(&run->apply);
	sources_abandon(&run->sources);
	reader_abandon(&run->target_reader.reader);
	authors_drop(&run->authors);
	c->closing = false;
	orders_fail(run, ORDER_FAILED, N_("the ledger failed"));
	if (!c->running)
		load_soon(run);
	else if (!c->begun && !c->blind && !run->stopping)
		cycle_look(run, why);
	else if (c->closed) /* only cn=sync was under way */
		cycle_end(run);
	else
		cycle_give_up(run, "ledger-failed", why);
}
