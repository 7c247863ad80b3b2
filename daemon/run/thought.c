/* SPDX-License-Identifier: EUPL-1.2 */
#include "run/thought.h"

#include "base/clock.h"

/* Announced by the source in its last complete word, or said by the directory's own administrators, whose word was read now. */
static bool needs_no_source(const struct change *c)
{
	return c->cause == R_CAUSE_SCHEDULED || (c->kind == CHANGE_MEMBER_REMOVE && c->reason == R_EXCLUDED);
}

/* With a source that could not be read now, its last complete word still ends what was announced to end; nothing else is
 * decided on old data, and nothing that people changed by hand meanwhile is put back. */
static void hold_all_but_scheduled(struct thought *t)
{
	for (uint32_t i = 0; i < t->plan->change_count; i++) {
		struct change *c = &t->plan->changes[i];
		if (c->verdict != VERDICT_GO || needs_no_source(c))
			continue;
		c->verdict = VERDICT_HOLD;
		c->rule = R_RULE_SOURCE_UNREAD;
		t->verdict.go--;
		t->verdict.held++;
	}
}

static int make(struct thought *t, const struct run_config *config, struct err *err)
{
	const struct guard_past guard_past = {.past = t->policy.past,
					      .source_went_back = timeline_went_back(&t->timeline)};
	int e = policy_apply(&t->policy, &t->arena, &t->desired, err);
	t->plan_input = (struct plan_input){.policy = &t->policy,
					    .desired = t->desired,
					    .target = t->policy.target,
					    .drift = config->drift,
					    .cycle = t->policy.past->last_cycle + 1,
					    .source_stale = t->stale_source};
	if (e == 0)
		e = plan_build(&t->plan_input, &t->arena, &t->plan, err);
	if (e == 0)
		e = guard_judge(t->plan, &t->plan_input, config->guard, &guard_past, t->policy.now_s, &t->arena,
				&t->verdict, err);
	return e;
}

int thought_make(struct thought *t, const struct run_config *config, const struct past *past,
		 const struct source_snapshot *source, bool stale_source, const struct target_snapshot *target,
		 int64_t now_s, struct err *err)
{
	int64_t started = clock_boot_ms();
	thought_drop(t);
	arena_init(&t->arena, 0);
	t->policy = (struct policy_input){.source = source,
					  .target = target,
					  .settings = config->policy,
					  .zone = config->zone,
					  .past = past,
					  .now_s = now_s};
	t->stale_source = stale_source;
	timeline_check(past, source, config->source->positions, &t->timeline);
	int e = make(t, config, err);
	if (e < 0) {
		thought_drop(t);
		return err_prefix(err, "deciding");
	}
	if (stale_source)
		hold_all_but_scheduled(t);
	t->explain = (struct explain_input){.plan_input = &t->plan_input, .plan = t->plan, .verdict = &t->verdict};
	t->duration_ms = (uint32_t)(clock_boot_ms() - started);
	t->made = true;
	return 0;
}

void thought_drop(struct thought *t)
{
	arena_done(&t->arena);
	*t = (struct thought){.made = false};
}
