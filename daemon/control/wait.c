/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wait.c - the method Wait: a call that is answered when something is so, and costs nothing until then.
 *
 * Only a cycle changes what is asked for, so a watcher is judged when it comes and once behind every cycle. It has no timer: how long is
 * long enough is the client's to say, and a client that leaves is forgotten. Watchers, with those of Monitor, may take half of the
 * connections at most, with two more for root, so that waiting keeps nobody from asking.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/language.h"
#include "control/answers.h"
#include "control/parameters.h"
#include "model/dn.h"

#define WATCHERS_MAX      8
#define WATCHERS_FOR_ROOT 2

struct watcher {
	struct control *control;
	struct watcher *next;
	struct varlink_call *call;
	bool in_step;           /* of everything; else of the person, if there is one */
	char vo_id[VO_ID_SIZE]; /* empty: nobody */
	uint64_t key;           /* dn_key of the entry that we would make for that vo-id, under the names in force */
	bool known;             /* either directory showed somebody of that vo-id since the call began */
	int64_t newer_than_s;   /* the read must have begun later; INT64_MIN: any will do */
	uint32_t behind;        /* the cycle that counts has a higher number */
	uint32_t judged;        /* the last one that was looked at; 0: none */
};

static void watcher_free(struct watcher *w)
{
	struct watcher **at = &w->control->watchers;
	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	w->control->watcher_count--;
	free(w);
}

static void on_gone(struct varlink_call *call, void *ctx)
{
	(void)call;
	watcher_free(ctx);
}

/* ---- who is meant ------------------------------------------------------------------------------------ */

/* Another configuration may name entries otherwise. */
static int find_key(const struct view *view, struct watcher *w)
{
	struct buf dn;
	buf_init(&dn);
	target_names_person_dn(view->names, text_of(w->vo_id), &dn);
	int e = buf_failed(&dn) ? ERR_NOMEM : dn_key_of(buf_text(&dn), &w->key);
	buf_done(&dn);
	return e;
}

/* ---- what is still to be done ------------------------------------------------------------------------ */

struct left {
	uint32_t coming, held, refused;
};

static bool is_entry_of(const struct entry *entry, const struct watcher *w)
{
	return entry != NULL && text_equal_nocase(entry_value(entry, FIELD_VO_ID), text_of(w->vo_id));
}

static bool is_about(const struct view *view, const struct change *c, const struct watcher *w)
{
	const struct target_snapshot *target = view_target(view);
	if (w->vo_id[0] == '\0')
		return true;
	if (c->person != NONE)
		return is_entry_of(view_source(view)->people[c->person].entry, w);
	if (c->kind == CHANGE_MEMBER_REMOVE) {
		const struct target_member *member = &target->members[c->member];
		if (member->person == NONE) /* the value is left, and the entry is gone */
			return member->key != 0 && member->key == w->key;
		return is_entry_of(target->people[member->person].entry, w);
	}
	return c->kind == CHANGE_PERSON_DELETE && is_entry_of(target->people[c->target].entry, w);
}

/* A vo-id that neither directory shows may be somebody who has lost everything meanwhile, or a slip of the pen. */
static bool is_known(const struct view *view, const struct watcher *w)
{
	const struct target_snapshot *target = view_target(view);
	bool known = source_person_by_vo_id(view_source(view), text_of(w->vo_id)) != NONE ||
		     target_person_by_key(target, w->key) != NONE;
	for (uint32_t i = 0; !known && i < target->people_count; i++)
		known = is_entry_of(target->people[i].entry, w);
	return known;
}

static bool directory_refuses(const struct explain_input *in, uint32_t change)
{
	return in->refuses_all || (in->was_refused != NULL && in->was_refused(in->refusals, change));
}

static struct left count_left(const struct view *view, const struct watcher *w)
{
	const struct plan *plan = view->explain->plan;
	struct left left = {0};
	for (uint32_t i = 0; i < plan->change_count; i++) {
		const struct change *c = &plan->changes[i];
		if (!is_about(view, c, w))
			continue;
		if (c->verdict == VERDICT_HOLD)
			left.held++;
		else if (c->verdict == VERDICT_REFUSE || directory_refuses(view->explain, i))
			left.refused++;
		else
			left.coming++;
	}
	return left;
}

/* ---- judging ----------------------------------------------------------------------------------------- */

/* The cycle that ended last, when its word counts: both directories were read, and it was let to its end, or stopped by a directory that
 * takes no change at all. */
static const struct cycle_summary *settled(const struct view *view)
{
	const struct cycle_summary *last = view->cycle_count > 0 ? &view->cycles[view->cycle_count - 1] : NULL;
	bool idle = view->phase == RUN_IDLE && view->explain != NULL;
	if (!idle || last == NULL || last->ended_s == 0)
		return NULL;
	return !cycle_result_is_failure(last) || view->explain->refuses_all ? last : NULL;
}

static const char *result_of(const struct watcher *w, const struct left *left)
{
	if (left->coming > 0)
		return NULL;
	if (left->refused > 0)
		return "refused";
	if (left->held > 0)
		return "held";
	if (w->vo_id[0] == '\0')
		return "in-step";
	return w->known ? "applied" : "unknown";
}

static json_t *answer_waited(const char *result, const struct cycle_summary *cycle, const struct left *left)
{
	struct answer a = answer_object();
	answer_word(&a, "result", result);
	answer_int_if(&a, "cycle", cycle->id);
	answer_int_if(&a, "read", cycle->started_s);
	answer_int(&a, "held", left->held);
	answer_int(&a, "refused", left->refused);
	return answer_end(&a);
}

static void judge(struct watcher *w, const struct view *view)
{
	const struct cycle_summary *last = settled(view);
	struct left left = {0};
	const char *result = "read";
	if (last == NULL || last->id == w->judged)
		return;
	w->judged = last->id;
	if (w->vo_id[0] != '\0' && find_key(view, w) < 0) {
		struct varlink_call *call = w->call;
		watcher_free(w);
		varlink_call_reply(call, NULL);
		return;
	}
	w->known = w->known || (w->vo_id[0] != '\0' && is_known(view, w));
	if (last->id <= w->behind || last->started_s <= w->newer_than_s)
		return;
	if (w->in_step || w->vo_id[0] != '\0') {
		left = count_left(view, w);
		result = result_of(w, &left);
	}
	bool refused = left.refused > 0 && left.coming == 0;
	if (result == NULL || (cycle_result_is_failure(last) && !refused))
		return;
	struct varlink_call *call = w->call;
	json_t *answer = answer_waited(result, last, &left);
	watcher_free(w);
	varlink_call_reply(call, answer);
}

void wait_tell(struct control *control)
{
	const struct view *view = view_of(control);
	for (struct watcher *w = control->watchers, *next; w != NULL; w = next) {
		next = w->next;
		judge(w, view);
	}
}

/* ---- the method -------------------------------------------------------------------------------------- */

static uint32_t most_watchers(const struct control *control, uid_t uid)
{
	uint32_t half = control->set.connections / 2;
	return (half < WATCHERS_MAX ? half : WATCHERS_MAX) + (uid == 0 ? WATCHERS_FOR_ROOT : 0);
}

bool watchers_have_room(struct varlink_call *call, const struct control *control)
{
	char sentence[160];
	if (control->watcher_count < most_watchers(control, varlink_call_uid(call)))
		return true;
	snprintf(sentence, sizeof(sentence),
		 tr("%u clients watch or wait already, and more may not, so that others can ask: end one of them, or "
		    "try "
		    "again later"),
		 control->watcher_count);
	refuse(call, ORDER_REFUSED, sentence);
	return false;
}

/* What a cycle that is running now says may be older than what the caller means: the one behind it counts. */
static uint32_t newest_begun(const struct view *view)
{
	uint32_t last = 0;
	for (uint32_t i = 0; i < view->cycle_count; i++)
		last = view->cycles[i].id > last ? view->cycles[i].id : last;
	if (view->phase == RUN_IDLE)
		return last;
	return view->cycle != 0 ? view->cycle : last + 1;
}

/* Times are told in seconds: what begins in this one is told apart by the numbers of cycles. */
static void take_now(const struct view *view, struct watcher *w)
{
	if (w->newer_than_s < clock_wall_s())
		return;
	w->newer_than_s--;
	w->behind = newest_begun(view);
}

/* Fills what is waited for; false: the call is answered. */
static bool take(struct varlink_call *call, void *ctx, struct watcher *w)
{
	struct somebody who;
	const struct view *view = view_of(ctx);
	bool person = varlink_call_string(call, "person") != NULL,
	     newer = varlink_call_int(call, "newer_than", &w->newer_than_s);
	w->in_step = varlink_call_bool(call, "in_step");
	if ((person && w->in_step) || (!person && !w->in_step && !newer)) {
		varlink_call_invalid(call, person ? "in_step" : "newer_than");
		return false;
	}
	if (newer && w->newer_than_s > INT64_MIN)
		take_now(view, w);
	if (!person)
		return true;
	if ((view = ready_view(call, ctx)) == NULL || !take_person(call, view, &who))
		return false;
	snprintf(w->vo_id, sizeof(w->vo_id), "%s", who.vo_id);
	if (find_key(view, w) < 0) {
		varlink_call_reply(call, NULL);
		return false;
	}
	w->known = is_known(view, w);
	if (!newer)
		w->behind = newest_begun(view);
	return true;
}

void wait_method(struct varlink_call *call, void *ctx)
{
	struct control *control = ctx;
	struct watcher wanted = {.control = control, .call = call, .newer_than_s = INT64_MIN}, *w;
	if (!watchers_have_room(call, control) || !take(call, ctx, &wanted))
		return;
	if ((w = malloc(sizeof(*w))) == NULL) {
		varlink_call_reply(call, NULL);
		return;
	}
	*w = wanted;
	w->next = control->watchers;
	control->watchers = w;
	control->watcher_count++;
	varlink_call_keep(call, on_gone, w);
	if (varlink_call_wants_more(call))
		varlink_call_notify(
			call, answer_waited("waiting", &(const struct cycle_summary){0}, &(const struct left){0}));
	judge(w, view_of(ctx));
}
