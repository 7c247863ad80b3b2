/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * refusals_json.c - the answer of Refusals: what the source says that is unclear, a page at a time.
 *
 * Nothing of it is kept between two pages: what a thought found is found again (core/refusals.h).
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "control/answers.h"
#include "core/refusals.h"

struct listing {
	const struct view *view;
	const struct unclear_filter *filter;
	struct answer list;
	uint32_t place, nth; /* of the next finding */
	uint32_t count;
	struct {
		bool there;
		uint32_t place, nth;
	} rest; /* the first that is not in the list */
};

static void answer_where(struct answer *a, const struct view *view, const struct entry *entry)
{
	struct buf dn;
	buf_init(&dn);
	entry_dn(entry, source_base_of(view, entry), &dn);
	a->failed = a->failed || buf_failed(&dn);
	answer_found(a, "entry", buf_text(&dn));
	buf_done(&dn);
}

static struct answer unclear_part(const struct view *view, const struct refusal *refusal)
{
	struct answer a = answer_object();
	answer_reason(&a, (enum reason)refusal->reason);
	answer_number_if(&a, "institution", refusal->number);
	answer_text_if(&a, "institution_name", institution_name(view, refusal->number));
	answer_role(&a, "role", view, refusal->role);
	answer_person(&a, "person", view, refusal->person, NONE);
	answer_where(&a, view, refusal->entry);
	answer_found(&a, "value", refusal_evidence(view->explain->plan_input->policy, refusal));
	return a;
}

static bool is_wanted(const struct unclear_filter *filter, const struct refusal *refusal)
{
	return reason_is_unclear((enum reason)refusal->reason) &&
	       (filter->reason == R_NONE || filter->reason == refusal->reason) &&
	       (filter->number == 0 || filter->number == refusal->number);
}

static void take(void *ctx, const struct refusal *refusal)
{
	struct listing *l = ctx;
	const uint32_t nth = l->nth++;
	const bool before = l->place == l->filter->place && nth < l->filter->nth;
	if (before || l->rest.there || !is_wanted(l->filter, refusal))
		return;
	if (l->count == l->filter->limit) {
		l->rest.there = true;
		l->rest.place = l->place;
		l->rest.nth = nth;
		return;
	}
	l->count++;
	answer_add(&l->list, NULL, unclear_part(l->view, refusal));
}

static void list_unclear(struct listing *l)
{
	const struct plan_input *in = l->view->explain->plan_input;
	const uint32_t places = refusals_places(in->policy->source);
	struct refusals *refusals = NULL;
	struct arena arena;
	arena_init(&arena, 0);
	l->list.failed = refusals_begin(in->policy, in->desired, &arena, take, l, &refusals) < 0;
	for (l->place = l->filter->place; l->place < places && !l->rest.there && !l->list.failed; l->place++) {
		l->nth = 0;
		if (refusals_of(refusals, l->place) < 0)
			l->list.failed = true;
	}
	refusals_end(refusals);
	arena_done(&arena);
}

static void answer_counts(struct answer *a, const struct desired *desired)
{
	struct answer counts = answer_list();
	int64_t total = 0;
	for (enum reason r = 0; r < REASON_COUNT; r++) {
		if (!reason_is_unclear(r))
			continue;
		answer_finding(&counts, r, desired->by_reason[r]);
		total += desired->by_reason[r];
	}
	answer_int(a, "total", total);
	answer_add(a, "counts", counts);
}

json_t *answer_unclear(const struct view *view, const struct unclear_filter *filter)
{
	struct answer a = answer_object();
	struct listing l = {.view = view, .filter = filter, .list = answer_list()};
	char next[64];
	list_unclear(&l);
	answer_int(&a, "now", clock_wall_s());
	answer_trouble(&a, view);
	answer_counts(&a, view->explain->plan_input->desired);
	answer_add(&a, "refusals", l.list);
	snprintf(next, sizeof(next), "%" PRIu64 ".%u.%u", view->thought, l.rest.place, l.rest.nth);
	answer_word(&a, "next", l.rest.there ? next : NULL);
	return answer_end(&a);
}
