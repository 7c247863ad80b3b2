/* SPDX-License-Identifier: EUPL-1.2 */
/* status_json.c - the answers of Status, Sync and History. */
#include "base/clock.h"
#include "control/answers.h"
#include "control/place_states.h"
#include "control/status_codes.h"

struct answer part_part(const struct part *part)
{
	struct answer a = answer_object();
	answer_word(&a, "name", part->name);
	answer_word(&a, "state", part_state_name(part->state));
	answer_word(&a, "code", part->code);
	answer_int_if(&a, "since", part->since_s);
	answer_string(&a, "detail", part->detail);
	answer_string(&a, "next_step", part->next_step);
	answer_string(&a, "meaning", status_code_meaning(part->name, part->code));
	return a;
}

static void answer_parts(struct answer *a, const struct view *view)
{
	struct answer list = answer_list();
	for (uint32_t i = 0; i < view->part_count; i++)
		answer_add(&list, NULL, part_part(&view->parts[i]));
	answer_add(a, "parts", list);
}

static struct answer place_part(const struct view *view, const struct place_state *place)
{
	struct answer a = answer_object();
	char step[PLACE_STEP_SIZE];
	answer_int(&a, "number", place->number);
	answer_text_if(&a, "name", institution_name(view, place->number));
	answer_word(&a, "state", part_state_name(place->state));
	answer_word(&a, "code", place->code);
	answer_int_if(&a, "since", place->since_s);
	answer_word(&a, "meaning", place_sentence(place));
	answer_word(&a, "next_step", place_next_step(view, place, step));
	return a;
}

static void answer_places(struct answer *a, const struct view *view, int64_t now_s)
{
	struct answer list = answer_list();
	struct place_states states;
	a->failed = a->failed || !place_states_make(view, now_s, &states);
	place_states_worst_first(&states);
	for (uint32_t i = 0; i < states.count && i < STATUS_PLACES_MAX; i++)
		answer_add(&list, NULL, place_part(view, &states.at[i]));
	answer_add(a, "troubled", list);
	answer_int(a, "troubled_omitted", states.count > STATUS_PLACES_MAX ? states.count - STATUS_PLACES_MAX : 0);
	place_states_done(&states);
}

static void answer_ends(struct answer *a, const struct view *view)
{
	struct answer list = answer_list();
	for (uint32_t i = 0; i < view->end_count; i++) {
		struct answer end = answer_object();
		answer_word(&end, "certificate", view->ends[i].name);
		answer_int(&end, "ends", view->ends[i].end_s);
		answer_add(&list, NULL, end);
	}
	answer_add(a, "certificates", list);
}

static void answer_clocks(struct answer *a, const struct view *view)
{
	answer_int_if(a, "last_attempt", view->last_attempt_s);
	answer_int_if(a, "last_read", view->last_read_s);
	answer_int_if(a, "last_applied", view->last_applied_s);
	answer_int_if(a, "next_run", view->next_run_s);
	answer_word(a, "delayed_by", view->delayed_by);
	answer_int_if(a, "delayed_until", view->delayed_until_s);
	answer_int_if(a, "next_change", view->next_change_s == INT64_MAX ? 0 : view->next_change_s);
}

static void answer_phase(struct answer *a, const struct view *view)
{
	answer_word(a, "phase", run_phase_name(view->phase));
	answer_int_if(a, "cycle", view->cycle);
	answer_int(a, "done", view->done);
	answer_int_if(a, "expected", view->expected);
}

int64_t institutions_admitted(const struct desired *desired)
{
	const uint32_t *by = desired->by_reason;
	return (int64_t)by[R_ADMITTED_PROGRAMME] + by[R_ADMITTED_REQUEST] + by[R_ADMITTED_ALWAYS];
}

static void answer_counts(struct answer *a, const struct view *view)
{
	if (view->explain == NULL) {
		answer_null(a, "counts");
		return;
	}
	const struct desired *desired = view->explain->plan_input->desired;
	const struct guard_verdict *verdict = view->explain->verdict;
	struct answer counts = answer_object();
	answer_int(&counts, "institutions", view_source(view)->institution_count);
	answer_int(&counts, "institutions_admitted", institutions_admitted(desired));
	answer_int(&counts, "people", view_source(view)->people_count - view_source(view)->asked_count);
	answer_int(&counts, "memberships_wanted", desired->membership_count);
	answer_int(&counts, "memberships_present", target_memberships(view_target(view)));
	answer_int(&counts, "waiting", verdict->go);
	answer_int(&counts, "held", verdict->held);
	answer_int(&counts, "refused", verdict->refused);
	answer_int(&counts, "removals_that_empty_a_group", verdict->notices);
	answer_add(a, "counts", counts);
}

void answer_finding(struct answer *list, enum reason reason, uint32_t count)
{
	if (count == 0)
		return;
	struct answer a = answer_object();
	answer_reason(&a, reason);
	answer_int(&a, "count", count);
	answer_add(list, NULL, a);
}

static void answer_findings(struct answer *a, const struct view *view)
{
	struct answer list = answer_list();
	for (enum reason r = 0; view->explain != NULL && r < REASON_COUNT; r++)
		if (reason_kind(r) == REASON_REFUSED || reason_kind(r) == REASON_DOUBT)
			answer_finding(&list, r, view->explain->plan_input->desired->by_reason[r]);
	answer_add(a, "findings", list);
}

json_t *answer_status(const struct view *view)
{
	struct answer a = answer_object();
	answer_word(&a, "state", part_state_name(view_worst(view)));
	answer_int(&a, "now", clock_wall_s());
	answer_string(&a, "instance", view->instance != NULL ? view->instance : "");
	answer_string(&a, "version", view->version != NULL ? view->version : "");
	answer_string(&a, "configuration", view->configuration);
	answer_int(&a, "started", view->started_s);
	answer_phase(&a, view);
	answer_parts(&a, view);
	answer_places(&a, view, clock_wall_s());
	answer_ends(&a, view);
	answer_clocks(&a, view);
	answer_bool(&a, "first_contact", view->first_contact);
	answer_counts(&a, view);
	answer_findings(&a, view);
	answer_holds(&a, view);
	answer_freezes(&a, view, clock_wall_s());
	answer_remarks(&a, view);
	return answer_end(&a);
}

json_t *answer_progress(const struct view *view, const struct cycle_summary *summary)
{
	struct answer a = answer_object();
	answer_phase(&a, view);
	if (summary != NULL)
		answer_add(&a, "summary", cycle_part(summary));
	else
		answer_null(&a, "summary");
	return answer_end(&a);
}

json_t *answer_history(const struct view *view, uint32_t limit)
{
	struct answer a = answer_object(), list = answer_list();
	for (uint32_t i = view->cycle_count; i > 0 && view->cycle_count - i < limit; i--)
		answer_add(&list, NULL, cycle_part(&view->cycles[i - 1]));
	answer_int(&a, "now", clock_wall_s());
	answer_add(&a, "cycles", list);
	return answer_end(&a);
}
