/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * publish.c - the planner's state as the socket shows it: parts with a state each, clocks, the last cycles.
 */
#include <assert.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/language.h"
#include "base/said.h"
#include "control/place_states.h"
#include "control/status_codes.h"
#include "run/known_time.h"
#include "run/publish_parts.h"

void publish_cycle(struct run *run, const struct cycle_summary *cycle)
{
	struct publisher *p = &run->publisher;
	if (p->cycle_count == VIEW_CYCLES_MAX) {
		memmove(p->cycles, p->cycles + 1, (VIEW_CYCLES_MAX - 1) * sizeof p->cycles[0]);
		p->cycle_count--;
	}
	p->cycles[p->cycle_count++] = *cycle;
	if (cycle->grants + cycle->removals > 0 && cycle->ended_s > p->last_applied_s)
		p->last_applied_s = cycle->ended_s;
	if (cycle->ended_s > 0 && !cycle_result_is_failure(cycle) && cycle->started_s > p->last_read_s)
		p->last_read_s = cycle->started_s;
}

void publish_ended(struct run *run, const struct cycle_summary *cycle)
{
	totals_add(&run->publisher.totals, cycle);
	publish_cycle(run, cycle);
}

/* ---- parts --------------------------------------------------------------------------------------- */

static struct part *part_of(struct publisher *p, const char *name)
{
	for (uint32_t i = 0; i < p->part_count; i++)
		if (strcmp(p->parts[i].name, name) == 0)
			return &p->parts[i];
	assert(p->part_count < VIEW_PARTS_MAX);
	struct part *part = &p->parts[p->part_count++];
	*part = (struct part){.name = name, .code = ""};
	return part;
}

void publish_part(struct publisher *p, const char *name, const struct verdict_on_part *v)
{
	struct part *part = part_of(p, name);
	assert(strcmp(v->code, "ok") == 0 || status_code_meaning(name, v->code)[0] != '\0');
	if (strcmp(part->code, v->code) != 0 || part->state != v->state)
		part->since_s = clock_wall_s();
	part->state = v->state;
	part->code = v->code;
	snprintf(part->detail, sizeof part->detail, "%s", tr(v->detail));
	snprintf(part->next_step, sizeof part->next_step, "%s", tr(v->next_step));
	p->said_in[part - p->parts] = language_used();
}

static bool awaits_thought(const struct run *run)
{
	return (run->cycle.running || run->reload_due) && !run->thought.made && run->publisher.knows_thought;
}

/* In another language than whoever asked before: what made up the sentence is gone, what the code means is not. */
static void say_again(struct publisher *p, struct part *part)
{
	const char *meaning = strcmp(part->code, "ok") == 0 ? tr("in order when it was looked at last")
							    : status_code_meaning(part->name, part->code);
	if (p->said_in[part - p->parts] == language_used())
		return;
	p->said_in[part - p->parts] = language_used();
	snprintf(part->detail, sizeof part->detail, "%s", meaning);
	part->next_step[0] = '\0';
}

void publish_thought(struct run *run, const char *name, const struct verdict_on_part *v)
{
	if (awaits_thought(run))
		say_again(&run->publisher, part_of(&run->publisher, name));
	else
		publish_part(&run->publisher, name, v);
}

void publish_moved(struct publisher *p, int64_t by_s)
{
	p->started_s += by_s;
	for (uint32_t i = 0; i < p->part_count; i++)
		p->parts[i].since_s += by_s;
}

bool publish_past_unknown(const struct run *run, struct verdict_on_part *v)
{
	const bool unknown = run->publisher.ledger_err.code != 0 && run->past.last_cycle == 0;
	if (unknown)
		*v = (struct verdict_on_part){PART_NOTICE, "unknown", "", N_("not known: the record cannot be read")};
	return unknown;
}

struct verdict_on_part publish_fine(const struct run *run, const char *sentence)
{
	struct verdict_on_part v = {PART_OK, "ok", "", ""};
	snprintf(v.detail, sizeof v.detail, "%s", thought_is_whole(&run->thought) ? tr(sentence) : tr("not read yet"));
	return v;
}

static void judge_ledger(struct run *run)
{
	struct publisher *p = &run->publisher;
	struct verdict_on_part v = {PART_OK, "ok", "", ""};
	if (p->ledger_err.code != 0) {
		v = (struct verdict_on_part){
			PART_CRITICAL, "failed",
			tr("mend what the sentence names; nothing is written to the directory meanwhile"), ""};
		snprintf(v.detail, sizeof v.detail, "%s", said(p->ledger_err.text));
	} else if (!run->ledger.loaded)
		v = (struct verdict_on_part){PART_NOTICE, "loading", tr("wait"), N_("being loaded")};
	else if (run->cycle.ledger_old)
		v = (struct verdict_on_part){
			PART_CRITICAL, "old",
			tr("duaalctl holds shows what waits; is there a newer ledger to put back?"),
			N_("older than what we wrote into the directory, as after a restored backup")};
	else
		snprintf(v.detail, sizeof v.detail, tr("cycle %u is the last one recorded"), run->past.last_cycle);
	publish_part(p, "ledger", &v);
}

/* What is said to hold the changes; a rejection has the say over the rule that it is about. */
static enum reason holding_rule(const struct guard_hold *hold)
{
	return hold->state == HOLD_REJECTED ? R_RULE_REJECTED : (enum reason)hold->rule;
}

/* How many different rules hold something. Cost: a pass over the holds. */
static uint32_t count_rules(const struct guard_verdict *verdict)
{
	bool holds[REASON_COUNT] = {false};
	uint32_t count = 0;
	for (uint32_t i = 0; i < verdict->hold_count; i++) {
		const enum reason rule = holding_rule(&verdict->holds[i]);
		count += verdict->holds[i].changes > 0 && !holds[rule];
		holds[rule] |= verdict->holds[i].changes > 0;
	}
	return count;
}

/* Each waits for one of the rules: what only the worst is about is not said of all. */
static void tell_held(const struct guard_verdict *verdict, const char *why, struct verdict_on_part *v)
{
	const uint32_t rules = count_rules(verdict);
	if (rules > 1)
		snprintf(v->detail, sizeof v->detail, tr("%u changes wait, for %u reasons; the worst: %s"),
			 verdict->held, rules, why);
	else
		snprintf(v->detail, sizeof v->detail,
			 tr_count("%u change waits: %s", "%u changes wait: %s", verdict->held), verdict->held, why);
}

static void judge_held(const struct run *run, struct verdict_on_part *v)
{
	const struct thought *t = &run->thought;
	char sentence[RULE_SENTENCE_SIZE];
	const struct guard_hold *worst = NULL;
	const char *why = tr("the source could not be read");
	for (uint32_t i = 0; i < t->verdict.hold_count; i++) {
		const struct guard_hold *hold = &t->verdict.holds[i];
		const enum reason rule = holding_rule(hold);
		if (hold->changes > 0 && (worst == NULL || state_of_rule(rule) > v->state)) {
			worst = hold;
			v->state = state_of_rule(rule);
			v->code = reason_code(rule);
			why = rule_sentence(rule, run->config.guard, &run->past, t->policy.source, sentence);
		}
	}
	tell_held(&t->verdict, why, v);
}

static void judge_plan(struct run *run)
{
	const struct thought *t = &run->thought;
	struct verdict_on_part v = {PART_OK, "ok", "", ""};
	if (!thought_is_whole(t))
		v = (struct verdict_on_part){PART_NOTICE, "none", "", N_("nothing decided yet")};
	else if (t->verdict.held > 0) {
		v = (struct verdict_on_part){PART_WARNING, "held", tr("duaalctl plan shows what is held, and why"), ""};
		judge_held(run, &v);
	} else if (t->verdict.go > 0) {
		v = (struct verdict_on_part){PART_NOTICE, "pending", "", ""};
		snprintf(v.detail, sizeof v.detail,
			 tr_count("%u change to be written", "%u changes to be written", t->verdict.go), t->verdict.go);
	} else
		snprintf(v.detail, sizeof v.detail, "%s", tr("in step"));
	publish_thought(run, "plan", &v);
}

/* Of the three what there is. */
static void tell_drift(const struct drift_counts *n, char *out, size_t size)
{
	char hand[64] = "", adopted[64] = "", foreign[64] = "";
	if (n->by_hand > 0)
		snprintf(hand, sizeof hand, tr_count("%u changed by hand", "%u changed by hand", n->by_hand),
			 n->by_hand);
	if (n->adopted > 0)
		snprintf(adopted, sizeof adopted,
			 tr_count("%u found at first contact", "%u found at first contact", n->adopted), n->adopted);
	if (n->foreign > 0)
		snprintf(foreign, sizeof foreign,
			 tr_count("%u in the way that is not ours", "%u in the way that are not ours", n->foreign),
			 n->foreign);
	snprintf(out, size, "%s%s%s%s%s", hand, hand[0] != '\0' && adopted[0] != '\0' ? ", " : "", adopted,
		 (hand[0] != '\0' || adopted[0] != '\0') && foreign[0] != '\0' ? ", " : "", foreign);
}

static void judge_drift(struct run *run)
{
	const struct thought *t = &run->thought;
	struct verdict_on_part v = publish_fine(run, N_("nobody changed our entries by hand"));
	struct drift_counts n = {0};
	if (thought_is_whole(t))
		drift_count(t->plan, &n);
	if (n.by_hand + n.adopted + n.foreign == 0)
		(void)publish_past_unknown(run, &v);
	else {
		v = (struct verdict_on_part){PART_WARNING,
					     n.by_hand > 0   ? "by-hand"
					     : n.adopted > 0 ? "adopted"
							     : "foreign",
					     n.by_hand > 0
						     ? tr("duaalctl drift says what will be done about each, and when")
					     : n.adopted > 0 ? tr("duaalctl holds: decide whether they stay")
							     : tr("duaalctl status names them; they are left alone"),
					     ""};
		tell_drift(&n, v.detail, sizeof v.detail);
	}
	publish_thought(run, "drift", &v);
}

static void judge_refusals(struct run *run)
{
	const struct thought *t = &run->thought;
	struct verdict_on_part v = publish_fine(run, N_("every value of the right could be read"));
	uint32_t doubtful = thought_is_whole(t) ? doubtful_count(t->desired) : 0;
	if (doubtful > 0) {
		v = (struct verdict_on_part){PART_NOTICE, "unreadable",
					     tr("duaalctl refusals lists each, and who can mend it"), ""};
		snprintf(v.detail, sizeof v.detail,
			 tr_count("%u value of the source is unclear and gives nothing",
				  "%u values of the source are unclear and give nothing", doubtful),
			 doubtful);
	}
	publish_thought(run, "refusals", &v);
}

static void judge_clock(struct run *run)
{
	struct verdict_on_part v = {PART_OK, "ok", "", N_("the clock of this machine goes on as time passes")};
	int64_t off_s;
	enum clock_stand stand = clock_stand(&off_s);
	if (stand != CLOCK_AGREES) {
		v = (struct verdict_on_part){PART_CRITICAL, stand == CLOCK_AHEAD ? "ahead" : "behind",
					     N_("put the clock of this machine right (duaalctl doctor shows those of "
						"the servers beside it), and dates go by it again; if it is right: "
						"duaalctl accept-clock TODAY --reason \"WHY\", with today's date"),
					     ""};
		(void)known_time_difference(v.detail);
	}
	publish_part(&run->publisher, "clock", &v);
}

/* ---- the view ------------------------------------------------------------------------------------ */

/* What was written is proven by the target alone, and whoever is missing is asked of the sources alone. */
static void fill_reading(const struct run *run, struct view *v)
{
	const struct cycle *c = &run->cycle;
	struct progress p = {0};
	if (c->phase == RUN_ASKING || c->rounds == 0)
		sources_add_progress(&run->sources, &p);
	if (c->phase == RUN_READING)
		reader_add_progress(&run->target_reader.reader, &p);
	v->done = p.entries;
	v->expected = p.unknown ? 0 : p.expected;
}

static void fill_progress(const struct run *run, struct view *v)
{
	const struct cycle *c = &run->cycle;
	if (c->phase == RUN_READING || c->phase == RUN_ASKING) {
		fill_reading(run, v);
	} else if (c->phase == RUN_APPLYING) {
		v->done = run->apply.counts.done;
		v->expected = run->apply.counts.expected;
	}
}

static bool was_refused(const void *ctx, uint32_t change)
{
	const struct run *run = ctx;
	return apply_was_refused(&run->apply, &run->thought, change);
}

const struct view *publish_view(struct run *run)
{
	struct publisher *p = &run->publisher;
	run->thought.explain.was_refused = was_refused;
	run->thought.explain.refusals = run;
	run->thought.explain.refuses_all = run->apply.refused_all;
	publish_source(run);
	publish_target(run);
	publish_feed(run);
	judge_ledger(run);
	judge_plan(run);
	judge_drift(run);
	judge_refusals(run);
	publish_freshness(run);
	judge_clock(run);
	publish_decided(run);
	publish_certificates(run);
	p->view = (struct view){.instance = run->config.names->instance,
				.version = run->config.version,
				.configuration = run->config.file,
				.started_s = p->started_s,
				.phase = run->stopping ? RUN_STOPPING : run->cycle.phase,
				.cycle = run->cycle.running ? run->cycle.summary.id : 0,
				.last_attempt_s = p->last_attempt_s,
				.last_read_s = p->last_read_s,
				.last_applied_s = p->last_applied_s,
				.next_run_s = run->cycle.running ? 0 : run->schedule.next_run_s,
				.next_change_s = thought_is_whole(&run->thought) ? run->thought.desired->next_change_s
										 : INT64_MAX,
				.parts = p->parts,
				.part_count = p->part_count,
				.explain = cycle_shows_thought(run) ? &run->thought.explain : NULL,
				.thought = run->thought.number,
				.policy = run->config.policy,
				.past = &run->past,
				.guard = run->config.guard,
				.names = run->config.names,
				.cycles = p->cycles,
				.cycle_count = p->cycle_count,
				.first_contact = run->past.first_contact,
				.totals = p->totals};
	p->view.delayed_by = between_delayed_by(run, &p->view.delayed_until_s);
	p->view.end_count = publish_ends(run, p->view.ends);
	publish_institutions(run, &p->view);
	p->knows_thought = run->thought.made || awaits_thought(run);
	p->view.part_count = p->part_count;
	fill_progress(run, &p->view);
	return &p->view;
}
