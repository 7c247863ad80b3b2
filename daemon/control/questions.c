/* SPDX-License-Identifier: EUPL-1.2 */
/* questions.c - the methods that are answered from memory, at once. */
#include "control/answers.h"
#include "control/interface.h"
#include "control/parameters.h"

_Static_assert(HISTORY_MAX == VIEW_CYCLES_MAX, "a client may ask for all that there is");

void status_method(struct varlink_call *call, void *ctx)
{
	varlink_call_reply(call, answer_status(view_of(ctx)));
}

void metrics_method(struct varlink_call *call, void *ctx)
{
	varlink_call_reply(call, answer_metrics(view_of(ctx)));
}

void history_method(struct varlink_call *call, void *ctx)
{
	uint32_t limit;
	if (take_limit(call, HISTORY_DEFAULT, HISTORY_MAX, &limit))
		varlink_call_reply(call, answer_history(view_of(ctx), limit));
}

void plan_method(struct varlink_call *call, void *ctx)
{
	uint32_t limit;
	const struct view *view;
	if (take_limit(call, PLAN_MAX, PLAN_MAX, &limit) && (view = ready_view(call, ctx)) != NULL)
		varlink_call_reply(call, answer_plan(view, limit));
}

static json_t *answer_ldif(const struct view *view, const struct buf *ldif, uint64_t next)
{
	struct answer a = answer_object();
	answer_word(&a, "ldif", buf_string(ldif));
	answer_int_if(&a, "next", (int64_t)next);
	answer_plan_trouble(&a, view);
	return answer_end(&a);
}

static void tell_ldif(struct varlink_call *call, const struct control *control, const struct view *view, uint64_t page)
{
	struct err err = {0};
	struct buf ldif;
	uint64_t next;
	buf_init(&ldif);
	int r = control->host.plan_ldif(control->host.ctx, page, &ldif, &next, &err);
	if (r == 0)
		varlink_call_reply(call, answer_ldif(view, &ldif, next));
	else if (r == ERR_NOMEM)
		varlink_call_reply(call, NULL);
	else
		refuse(call, r == ERR_CONFLICT ? ORDER_REFUSED : ORDER_FAILED, err.text);
	buf_done(&ldif);
}

void plan_ldif_method(struct varlink_call *call, void *ctx)
{
	int64_t page = 0;
	const struct view *view;
	(void)varlink_call_int(call, "page", &page);
	if (page < 0)
		varlink_call_invalid(call, "page");
	else if ((view = ready_view(call, ctx)) != NULL)
		tell_ldif(call, ctx, view, (uint64_t)page);
}

void institution_method(struct varlink_call *call, void *ctx)
{
	uint32_t number;
	const struct view *view;
	if (!take_number(call, "number", &number) || (view = ready_view(call, ctx)) == NULL)
		return;
	if (institution_is_known(view, number) || institution_is_frozen(view, number))
		varlink_call_reply(call, answer_institution(view, number));
	else
		refuse_unknown(call, "institution");
}

void institutions_method(struct varlink_call *call, void *ctx)
{
	struct places_filter filter = {.held = varlink_call_bool(call, "held"), .kind = NULL};
	const char *kind;
	const struct view *view;
	bool admitted;
	if (!take_limit(call, PLACES_MAX, PLACES_MAX, &filter.limit) || !take_number(call, "after", &filter.after) ||
	    !take_words(call, "kind", &kind) || (view = ready_view(call, ctx)) == NULL)
		return;
	if (varlink_call_has(call, "admitted")) {
		admitted = varlink_call_bool(call, "admitted");
		filter.admitted = admitted;
		filter.not_admitted = !admitted;
	}
	if (kind[0] != '\0' && !place_kind_is_known(view, kind)) {
		varlink_call_invalid(call, "kind");
		return;
	}
	if (kind[0] != '\0')
		filter.kind = kind;
	varlink_call_reply(call, answer_institutions(view, &filter));
}

/* "THOUGHT.PLACE.NTH": what was read and judged since is another list, in which that finding may be anywhere. */
static bool take_finding(struct varlink_call *call, const struct view *view, struct unclear_filter *ret)
{
	const char *after = varlink_call_string(call, "after");
	struct text thought, rest, place, nth;
	uint64_t numbers[3];
	if (after == NULL)
		return true;
	if (!text_split(text_of(after), '.', &thought, &rest) || !text_split(rest, '.', &place, &nth) ||
	    !text_number(thought, 19, &numbers[0]) || !text_number(place, 9, &numbers[1]) ||
	    !text_number(nth, 9, &numbers[2])) {
		varlink_call_invalid(call, "after");
		return false;
	}
	if (numbers[0] != view->thought) {
		refuse(call, ORDER_REFUSED,
		       tr("both directories were read and judged again since the list was begun: ask for it once "
			  "more"));
		return false;
	}
	ret->place = (uint32_t)numbers[1];
	ret->nth = (uint32_t)numbers[2];
	return true;
}

static bool names_nothing(const json_t *answer)
{
	return json_array_size(json_object_get(answer, "refusals")) == 0;
}

/* Nothing names that number, for whatever reason, and neither directory has it: more likely a slip than an institution where all is clear. */
static bool is_nowhere(const struct view *view, const struct unclear_filter *filter, const json_t *answer)
{
	const struct unclear_filter any = {.reason = R_NONE, .number = filter->number, .limit = 1};
	if (filter->number == 0 || !names_nothing(answer) || institution_is_known(view, filter->number))
		return false;
	if (filter->reason == R_NONE)
		return true;
	json_t *all = answer_unclear(view, &any);
	bool nothing = all != NULL && names_nothing(all);
	json_decref(all);
	return nothing;
}

static void tell_unclear(struct varlink_call *call, const struct view *view, const struct unclear_filter *filter)
{
	json_t *answer = answer_unclear(view, filter);
	if (answer == NULL || varlink_call_has(call, "after") || !is_nowhere(view, filter, answer)) {
		varlink_call_reply(call, answer);
		return;
	}
	json_decref(answer);
	refuse_unknown(call, "institution");
}

void refusals_method(struct varlink_call *call, void *ctx)
{
	struct unclear_filter filter = {.reason = R_NONE};
	const struct view *view;
	if (!take_limit(call, UNCLEAR_MAX, UNCLEAR_MAX, &filter.limit) ||
	    !take_number(call, "institution", &filter.number) || !take_unclear(call, "reason", &filter.reason) ||
	    (view = ready_view(call, ctx)) == NULL || !take_finding(call, view, &filter))
		return;
	tell_unclear(call, view, &filter);
}

void words_method(struct varlink_call *call, void *ctx)
{
	const char *begin = varlink_call_string(call, "begin");
	varlink_call_reply(
		call, answer_word_list(view_of(ctx), varlink_call_string(call, "kind"), begin != NULL ? begin : ""));
}

/* Known before the first cycle too: what was decided outlives a restart. */
void holds_method(struct varlink_call *call, void *ctx)
{
	varlink_call_reply(call, answer_all_holds(view_of(ctx)));
}

void directives_method(struct varlink_call *call, void *ctx)
{
	const struct view *view = ready_view(call, ctx);
	if (view != NULL)
		varlink_call_reply(call, answer_directives(view));
}

void drift_method(struct varlink_call *call, void *ctx)
{
	const struct view *view = ready_view(call, ctx);
	if (view != NULL)
		varlink_call_reply(call, answer_drift(view));
}

/* ---- why ---------------------------------------------------------------------------------------------- */

/* That neither directory has, and no right of the person names: more likely a slip than a place to send somebody to. explanation: of all roles,
 * because a right may name the institution in another one than was asked for. */
static bool is_about_nowhere(const struct view *view, const struct explanation *explanation, uint32_t number)
{
	bool named = !explanation->found || explanation->access;
	for (uint32_t i = 0; i < explanation->path_count; i++)
		named = named || (explanation->paths[i].reason != R_OTHER_INSTITUTION &&
				  explanation->paths[i].reason != R_NO_RIGHT);
	return number != 0 && !named && !institution_is_known(view, number);
}

struct why {
	struct text who;
	uint32_t person, number;
	uint8_t role;
};

static int explain_role(const struct view *view, const struct why *why, uint8_t role, struct arena *arena,
			struct explanation **ret)
{
	struct err err;
	return explain_person(view->explain, why->who, why->person, why->number, role, arena, ret, &err);
}

static void explain(struct varlink_call *call, const struct view *view, const struct why *why)
{
	struct arena arena;
	struct explanation *explanation, *whole;
	arena_init(&arena, 0);
	int r = explain_role(view, why, why->role, &arena, &explanation);
	bool nowhere = r == 0 && is_about_nowhere(view, explanation, why->number);
	if (nowhere && why->role != ROLE_NONE) {
		r = explain_role(view, why, ROLE_NONE, &arena, &whole);
		nowhere = r == 0 && is_about_nowhere(view, whole, why->number);
	}
	if (nowhere)
		refuse_unknown(call, "institution");
	else
		varlink_call_reply(call, r == 0 ? answer_why(explanation, view) : NULL);
	arena_done(&arena);
}

void why_method(struct varlink_call *call, void *ctx)
{
	uint32_t people[CANDIDATES_MAX];
	struct why why;
	const struct view *view = ready_view(call, ctx);
	if (view == NULL || !take_number(call, "institution", &why.number) || !take_role(call, view, &why.role) ||
	    !take_name(call, &why.who))
		return;
	uint32_t total = explain_find(view_source(view), why.who, people, CANDIDATES_MAX);
	why.person = total == 1 ? people[0] : NONE;
	if (total > 1)
		varlink_call_error(call, INTERFACE_ERROR("Ambiguous"), answer_ambiguous(view, people, total));
	else
		explain(call, view, &why);
}
