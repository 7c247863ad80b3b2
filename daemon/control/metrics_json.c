/* SPDX-License-Identifier: EUPL-1.2 */
/* metrics_json.c - the answer of Metrics: a sample for each row of the table, or one for each value of its label. */
#include "base/clock.h"
#include "control/answers.h"
#include "control/metric_table.h"
#include "control/place_states.h"
#include "control/remarks.h"

static const char *const names[METRICS] = {
#define X(id, name, type, label, help) METRIC_PREFIX name,
	METRIC_TABLE(X)
#undef X
};

/* label: a word of our own; NULL: the metric has none. */
static void tell(struct answer *list, enum metric metric, const char *label, int64_t value)
{
	struct answer a = answer_object();
	answer_word(&a, "metric", names[metric]);
	answer_word(&a, "label", label);
	answer_real(&a, "value", (double)value);
	answer_add(list, NULL, a);
}

static void tell_time(struct answer *list, enum metric metric, int64_t at_s)
{
	if (at_s != 0)
		tell(list, metric, NULL, at_s);
}

static void tell_ms(struct answer *list, enum metric metric, const char *label, uint64_t ms)
{
	struct answer a = answer_object();
	answer_word(&a, "metric", names[metric]);
	answer_word(&a, "label", label);
	answer_real(&a, "value", (double)ms / 1000);
	answer_add(list, NULL, a);
}

static void tell_state(struct answer *list, const struct view *view, int64_t now_s)
{
	int64_t since = view->last_read_s != 0 ? view->last_read_s : view->started_s;
	tell(list, METRIC_UP, NULL, 1);
	tell(list, METRIC_BUILD_INFO, view->version != NULL ? view->version : "", 1);
	tell_time(list, METRIC_START_TIME, view->started_s);
	tell(list, METRIC_STATE, NULL, view_worst(view));
	for (uint32_t i = 0; i < view->part_count; i++)
		tell(list, METRIC_PART_STATE, view->parts[i].name, view->parts[i].state);
	tell_time(list, METRIC_LAST_ATTEMPT, view->last_attempt_s);
	tell_time(list, METRIC_LAST_READ, view->last_read_s);
	tell(list, METRIC_LAST_READ_AGE, NULL, now_s > since ? now_s - since : 0);
	tell_time(list, METRIC_LAST_APPLIED, view->last_applied_s);
	tell_time(list, METRIC_NEXT_RUN, view->next_run_s);
	tell(list, METRIC_CYCLE_RUNNING, NULL, view->cycle != 0);
}

static void tell_ends(struct answer *list, const struct view *view)
{
	for (uint32_t i = 0; i < view->end_count; i++)
		tell(list, METRIC_CERTIFICATE_END, view->ends[i].name, view->ends[i].end_s);
}

static void tell_troubled(struct answer *list, const struct view *view, int64_t now_s)
{
	uint32_t by[PART_CRITICAL + 1] = {0};
	struct place_states states;
	if (!place_states_make(view, now_s, &states)) {
		list->failed = true;
		return;
	}
	for (uint32_t i = 0; i < states.count; i++)
		by[states.at[i].state]++;
	for (enum part_state state = PART_NOTICE; state <= PART_CRITICAL; state++)
		tell(list, METRIC_TROUBLED, part_state_name(state), by[state]);
	place_states_done(&states);
}

static void tell_programmes(struct answer *list, const struct view *view)
{
	const struct desired *desired = view->explain->plan_input->desired;
	int64_t known = 0, named = 0, approved = 0, lost = 0;
	for (uint32_t i = 0; i < source_number(view_source(view)); i++) {
		const struct programmes *n = &desired->programmes[i];
		known += n->institutions;
		named += n->named;
		approved += n->approved;
		lost += (int64_t)n->hidden + n->withdrawn;
	}
	tell(list, METRIC_PROGRAMMES, "known", known);
	tell(list, METRIC_PROGRAMMES, "named", named);
	tell(list, METRIC_PROGRAMMES, "approved", approved);
	tell(list, METRIC_PROGRAMMES, "lost", lost);
}

static void tell_codes(struct answer *list, const struct view *view)
{
	const struct desired *desired = view->explain->plan_input->desired;
	uint32_t remarks[REASON_COUNT] = {0};
	for (uint32_t i = 0, count = remarks_count(view); i < count; i++)
		remarks[remark_at(view, i).reason]++;
	for (enum reason r = 0; r < REASON_COUNT; r++)
		if (reason_kind(r) == REASON_REFUSED || reason_kind(r) == REASON_DOUBT)
			tell(list, METRIC_REFUSED_VALUES, reason_code(r), desired->by_reason[r]);
	tell(list, METRIC_HAND_EDITS, NULL, view->explain->plan->drift_count);
	for (enum reason r = 0; r < REASON_COUNT; r++)
		if (remarks[r] > 0)
			tell(list, METRIC_REMARKS, reason_code(r), remarks[r]);
}

/* What only a complete cycle tells: until then there is no number that would not be taken for one. */
static void tell_world(struct answer *list, const struct view *view)
{
	if (view->explain == NULL)
		return;
	const struct desired *desired = view->explain->plan_input->desired;
	const struct guard_verdict *verdict = view->explain->verdict;
	tell(list, METRIC_INSTITUTIONS, "known", view_source(view)->institution_count);
	tell(list, METRIC_INSTITUTIONS, "admitted", institutions_admitted(desired));
	tell_programmes(list, view);
	tell(list, METRIC_PEOPLE, NULL, view_source(view)->people_count - view_source(view)->asked_count);
	tell(list, METRIC_MEMBERSHIPS, "wanted", desired->membership_count);
	tell(list, METRIC_MEMBERSHIPS, "present", target_memberships(view_target(view)));
	tell(list, METRIC_PENDING_CHANGES, "go", verdict->go);
	tell(list, METRIC_PENDING_CHANGES, "hold", verdict->held);
	tell(list, METRIC_PENDING_CHANGES, "refuse", verdict->refused);
	tell_codes(list, view);
}

static void tell_holds(struct answer *list, const struct view *view)
{
	const struct past *past = view->past;
	uint32_t by[HOLD_OVER + 1] = {0};
	int64_t first_s = 0;
	for (size_t i = 0; i < past->hold_count; i++) {
		const struct past_hold *hold = &past->holds[i];
		by[hold->state]++;
		if (hold->state == HOLD_OPEN && (first_s == 0 || hold->expires_s < first_s))
			first_s = hold->expires_s;
	}
	tell(list, METRIC_HOLDS, "open", by[HOLD_OPEN]);
	tell(list, METRIC_HOLDS, "approved", by[HOLD_APPROVED]);
	tell(list, METRIC_HOLDS, "rejected", by[HOLD_REJECTED]);
	tell(list, METRIC_HOLDS, "accepted", by[HOLD_ACCEPTED]);
	tell_time(list, METRIC_HOLD_EXPIRY, first_s);
}

static void tell_standing(struct answer *list, const struct view *view, int64_t now_s)
{
	const struct past *past = view->past;
	uint32_t freezes = 0, pins = 0;
	for (size_t i = 0; i < past->freeze_count; i++)
		freezes += past->freezes[i].until_s > now_s;
	for (size_t i = 0; i < past->pin_count; i++)
		pins += past->pins[i].until_s > now_s;
	tell(list, METRIC_FREEZES, NULL, freezes);
	tell(list, METRIC_PINS, NULL, pins);
}

static void tell_cycles(struct answer *list, const struct view *view)
{
	const struct totals *t = &view->totals;
	const struct cycle_summary *last = view->cycle_count > 0 ? &view->cycles[view->cycle_count - 1] : NULL;
	for (unsigned i = 0; i < TOTALS_RESULTS; i++)
		tell(list, METRIC_CYCLES, totals_result(i), (int64_t)t->by_result[i]);
	tell(list, METRIC_CHANGES, "grant", (int64_t)t->grants);
	tell(list, METRIC_CHANGES, "removal", (int64_t)t->removals);
	tell(list, METRIC_CHANGES, "structure", (int64_t)t->structure);
	tell(list, METRIC_CHANGES, "failed", (int64_t)t->failed);
	tell_ms(list, METRIC_CYCLE_SECONDS, "read", t->read_ms);
	tell_ms(list, METRIC_CYCLE_SECONDS, "think", t->think_ms);
	tell_ms(list, METRIC_CYCLE_SECONDS, "apply", t->apply_ms);
	if (last == NULL)
		return;
	tell_ms(list, METRIC_LAST_CYCLE_SECONDS, "read", last->read_ms);
	tell_ms(list, METRIC_LAST_CYCLE_SECONDS, "think", last->think_ms);
	tell_ms(list, METRIC_LAST_CYCLE_SECONDS, "apply", last->apply_ms);
}

json_t *answer_metrics(const struct view *view)
{
	struct answer a = answer_object(), list = answer_list();
	int64_t now_s = clock_wall_s();
	tell_state(&list, view, now_s);
	tell_ends(&list, view);
	tell_troubled(&list, view, now_s);
	tell_world(&list, view);
	tell_holds(&list, view);
	tell_standing(&list, view, now_s);
	tell_cycles(&list, view);
	answer_add(&a, "samples", list);
	return answer_end(&a);
}
