/* SPDX-License-Identifier: EUPL-1.2 */
/* monitor.c - see monitor.h: the numbers, what is kept for whom, and what is seen by looking at the view. */
#include "control/monitor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/language.h"
#include "control/answers.h"
#include "control/parameters.h"

#define MS_US 1000u

struct onlooker {
	struct monitor *monitor;
	struct onlooker *next;
	struct varlink_call *call;
	uint64_t told; /* number of the last event */
};

struct kept {
	uint64_t sequence;
	bool progress;
	json_t *event[LANGUAGES]; /* in those in which somebody watched then */
};

struct seen_part {
	enum part_state state;
	char code[64];
};

struct monitor {
	struct control *control;
	struct onlooker *onlookers;
	uint64_t sequence;             /* of the last event */
	struct kept kept[EVENTS_KEPT]; /* oldest first, in a ring */
	uint32_t first, count;
	struct seen_part parts[VIEW_PARTS_MAX];
	uint32_t part_count;
	enum run_phase phase; /* as it was told last, and how far it was */
	uint32_t done, expected;
	int64_t looked_ms;
	bool due; /* it is looked at soon: no move puts that off */
	sd_event_source *look;
};

/* ---- what is kept ------------------------------------------------------------------------------------- */

static struct kept *kept_at(struct monitor *m, uint32_t i)
{
	return &m->kept[(m->first + i) % EVENTS_KEPT];
}

static void kept_done(struct kept *kept)
{
	for (int i = 0; i < LANGUAGES; i++)
		json_decref(kept->event[i]);
}

static void drop_first(struct monitor *m)
{
	kept_done(kept_at(m, 0));
	m->first = (m->first + 1) % EVENTS_KEPT;
	m->count--;
}

/* Takes it. */
static void keep(struct monitor *m, const struct kept *kept)
{
	if (m->count > 0 && kept->progress && kept_at(m, m->count - 1)->progress)
		kept_done(kept_at(m, --m->count));
	else if (m->count == EVENTS_KEPT)
		drop_first(m);
	*kept_at(m, m->count++) = *kept;
}

/* What everybody was told. */
static void forget_told(struct monitor *m)
{
	uint64_t all = m->sequence;
	for (const struct onlooker *o = m->onlookers; o != NULL; o = o->next)
		all = o->told < all ? o->told : all;
	while (m->count > 0 && kept_at(m, 0)->sequence <= all)
		drop_first(m);
}

/* ---- telling ------------------------------------------------------------------------------------------ */

/* As far as this one reads. */
static void catch_up(struct onlooker *o)
{
	struct monitor *m = o->monitor;
	for (uint32_t i = 0; i < m->count; i++) {
		const struct kept *next = kept_at(m, i);
		if (next->sequence <= o->told)
			continue;
		json_t *event = next->event[varlink_call_language(o->call)];
		if (!varlink_call_notify_now(o->call, json_incref(event)))
			return;
		o->told = next->sequence;
	}
}

static void on_read(struct varlink_call *call, void *ctx)
{
	(void)call;
	struct onlooker *o = ctx;
	catch_up(o);
	forget_told(o->monitor);
}

static bool somebody_speaks(const struct monitor *m, enum language language)
{
	for (const struct onlooker *o = m->onlookers; o != NULL; o = o->next)
		if (varlink_call_language(o->call) == language)
			return true;
	return false;
}

/* What the view says of its parts is said anew in each language. false: out of memory. */
static bool build(struct monitor *m, const struct control_event *event, struct kept *ret)
{
	bool built = true;
	for (int i = LANGUAGES; i-- > 0;) {
		if (!somebody_speaks(m, (enum language)i))
			continue;
		language_use((enum language)i);
		ret->event[i] = answer_event(view_of(m->control), event, ret->sequence);
		built = built && ret->event[i] != NULL;
	}
	return built;
}

/* Where it cannot be built nobody is told, and everybody sees the gap. In English the view is as it was before. */
static void tell(struct monitor *m, const struct control_event *event)
{
	struct kept kept = {.sequence = ++m->sequence, .progress = event->type == EVENT_PROGRESS};
	const enum language language = language_used();
	if (build(m, event, &kept))
		keep(m, &kept);
	else
		kept_done(&kept);
	language_use(language);
	for (struct onlooker *o = m->onlookers; o != NULL; o = o->next)
		catch_up(o);
	forget_told(m);
}

/* ---- looking ------------------------------------------------------------------------------------------ */

static void note_progress(struct monitor *m, const struct view *view)
{
	m->phase = view->phase;
	m->done = view->done;
	m->expected = view->expected;
}

static void note_part(struct seen_part *seen, const struct part *part)
{
	*seen = (struct seen_part){.state = part->state};
	snprintf(seen->code, sizeof(seen->code), "%s", part->code);
}

static void note_parts(struct monitor *m, const struct view *view)
{
	m->part_count = view->part_count;
	for (uint32_t i = 0; i < view->part_count; i++)
		note_part(&m->parts[i], &view->parts[i]);
}

static void tell_part(struct monitor *m, const struct view *view, uint32_t i)
{
	struct seen_part *seen = &m->parts[i];
	const struct part *part = &view->parts[i];
	const struct control_event event = {
		.type = EVENT_PART, .code = part->code, .sentence = part->detail, .part = part, .was = seen->state};
	note_part(seen, part);
	tell(m, &event);
}

/* Their order and number stay as they are as soon as there are any. */
static void look_at_parts(struct monitor *m, const struct view *view)
{
	if (m->part_count != view->part_count) {
		note_parts(m, view);
		return;
	}
	for (uint32_t i = 0; i < view->part_count; i++)
		if (m->parts[i].state != view->parts[i].state || strcmp(m->parts[i].code, view->parts[i].code) != 0)
			tell_part(m, view, i);
}

static void look_at_progress(struct monitor *m, const struct view *view)
{
	struct saying sentence = {0};
	struct control_event event = {.type = EVENT_PROGRESS, .code = run_phase_name(view->phase), .saying = &sentence};
	const enum language language = language_used();
	if (view->phase != m->phase || (view->done == m->done && view->expected == m->expected))
		return;
	note_progress(m, view);
	if (view->phase == RUN_APPLYING)
		saying_put(&sentence, "changes written: %u of %u", view->done, view->expected);
	else if (view->expected > 0)
		saying_put(&sentence, "entries read: %u, last time %u", view->done, view->expected);
	else
		saying_put(&sentence, "entries read: %u", view->done);
	language_use(language);
	tell(m, &event);
}

/* false: not for want of memory, which only delays what is seen by looking. */
static bool look_after(struct monitor *m, int64_t ms)
{
	return sd_event_source_set_time_relative(m->look, (uint64_t)ms * MS_US) >= 0 &&
	       sd_event_source_set_enabled(m->look, SD_EVENT_ONESHOT) >= 0;
}

static void look(struct monitor *m)
{
	const struct view *view = view_of(m->control);
	m->looked_ms = clock_boot_ms();
	m->due = false;
	look_at_progress(m, view);
	look_at_parts(m, view);
	(void)look_after(m, QUIET_MS);
}

static int on_look(sd_event_source *source, uint64_t usec, void *ctx)
{
	(void)source, (void)usec;
	look(ctx);
	return 0;
}

/* ---- from the host -------------------------------------------------------------------------------------- */

void monitor_moved(struct monitor *m)
{
	if (m->onlookers == NULL || m->due)
		return;
	int64_t ago_ms = clock_boot_ms() - m->looked_ms;
	m->due = look_after(m, ago_ms < PROGRESS_MS ? PROGRESS_MS - ago_ms : 0);
}

void monitor_tell(struct monitor *m, const struct control_event *event)
{
	if (m->onlookers == NULL) {
		m->sequence++;
		return;
	}
	const struct view *view = view_of(m->control);
	if (event->type == EVENT_PHASE)
		note_progress(m, view);
	tell(m, event);
	if (event->type == EVENT_CYCLE_ENDED) /* what it changed belongs to it */
		look_at_parts(m, view);
}

/* ---- the method --------------------------------------------------------------------------------------- */

static void on_gone(struct varlink_call *call, void *ctx)
{
	(void)call;
	struct onlooker *o = ctx, **at = &o->monitor->onlookers;
	struct monitor *m = o->monitor;
	while (*at != o)
		at = &(*at)->next;
	*at = o->next;
	m->control->watcher_count--;
	free(o);
	forget_told(m);
	if (m->onlookers == NULL) {
		m->due = false;
		(void)sd_event_source_set_enabled(m->look, SD_EVENT_OFF);
	}
}

/* Those who watch already are told first what has changed since they were, so that all go on from the same. */
static void begin_looking(struct monitor *m)
{
	if (m->onlookers != NULL) {
		look(m);
		return;
	}
	const struct view *view = view_of(m->control);
	note_parts(m, view);
	note_progress(m, view);
	m->looked_ms = clock_boot_ms();
}

/* NULL: none yet. One of an earlier process may never have ended. */
static const struct cycle_summary *last_ended(const struct view *view)
{
	uint32_t i = view->cycle_count;
	while (i > 0 && view->cycles[i - 1].ended_s == 0)
		i--;
	return i > 0 ? &view->cycles[i - 1] : NULL;
}

static void tell_state(struct onlooker *o)
{
	const struct view *view = view_of(o->monitor->control);
	char sentence[96];
	const char *state = part_state_name(view_worst(view));
	snprintf(sentence, sizeof(sentence), "%s, %s", tr(state), tr(run_phase_name(view->phase)));
	const struct control_event event = {
		.type = EVENT_STATE, .code = state, .sentence = sentence, .summary = last_ended(view)};
	(void)varlink_call_notify_now(o->call, answer_event(view, &event, o->told));
}

void monitor_method(struct varlink_call *call, void *ctx)
{
	struct control *control = ctx;
	struct monitor *m = control->monitor;
	if (!watchers_have_room(call, control))
		return;
	struct onlooker *o = calloc(1, sizeof(*o));
	if (o == NULL) {
		varlink_call_reply(call, NULL);
		return;
	}
	begin_looking(m);
	*o = (struct onlooker){.monitor = m, .next = m->onlookers, .call = call, .told = m->sequence};
	m->onlookers = o;
	control->watcher_count++;
	varlink_call_keep(call, on_gone, o);
	varlink_call_when_read(call, on_read);
	tell_state(o);
	(void)look_after(m, QUIET_MS);
}

/* ---- begin and end ------------------------------------------------------------------------------------ */

int monitor_new(struct control *control, struct monitor **ret, struct err *err)
{
	struct monitor *m = calloc(1, sizeof(*m));
	if (m == NULL)
		return err_nomem(err);
	m->control = control;
	*ret = m;
	if (sd_event_add_time_relative(control->loop, &m->look, CLOCK_BOOTTIME, 0, MS_US, on_look, m) < 0 ||
	    sd_event_source_set_enabled(m->look, SD_EVENT_OFF) < 0)
		return err_set(err, ERR_IO, "the event loop takes no more sources");
	return 0;
}

struct monitor *monitor_free(struct monitor *m)
{
	if (m == NULL)
		return NULL;
	sd_event_source_disable_unref(m->look);
	while (m->count > 0)
		drop_first(m);
	free(m);
	return NULL;
}
