/* SPDX-License-Identifier: EUPL-1.2 */
/* main_notify.c - what the service manager is told, and when the watchdog goes hungry. See main_daemon.h. */
#include <stdio.h>
#include <systemd/sd-daemon.h>

#include "base/clock.h"
#include "base/escape.h"
#include "main_daemon.h"

#define TICK_US     (5 * 1000 * 1000)
#define STUCK_MIN_S 600

/* ---- status -------------------------------------------------------------------------------------- */

static const struct part *worst_part(const struct view *view)
{
	const struct part *worst = NULL;
	for (uint32_t i = 0; i < view->part_count; i++)
		if (worst == NULL || view->parts[i].state > worst->state)
			worst = &view->parts[i];
	return worst;
}

static void describe_access(const struct view *view, char *out, size_t size)
{
	const struct target_snapshot *target = view->explain != NULL ? view->explain->plan_input->target : NULL;
	if (target == NULL)
		snprintf(out, size, "reading both directories for the first time");
	else if (view->names->people_provisioned)
		snprintf(out, size, "in step, %u people at %u institutions", target->people_count,
			 target->institution_count);
	else
		snprintf(out, size, "in step, %u memberships at %u institutions", target->member_count,
			 target->institution_count);
}

static void describe(const struct view *view, char *out, size_t size)
{
	char what[160], detail[96], time[CLOCK_TEXT_SIZE];
	const struct part *worst = worst_part(view);
	if (worst != NULL && worst->state > PART_NOTICE)
		snprintf(what, sizeof(what), "%s: %s: %s", part_state_name(worst->state), worst->name,
			 escape_short(detail, sizeof(detail), text_of(worst->detail)));
	else
		describe_access(view, what, sizeof(what));
	if (view->next_run_s == 0)
		snprintf(out, size, "%s; %s", what, run_phase_name(view->phase));
	else /* 2026-11-24T14:05:00Z */
		snprintf(out, size, "%s; next read %.5s UTC", what, clock_format(view->next_run_s, time) + 11);
}

void notify_now(struct daemon *d)
{
	char status[sizeof(d->notifier.status)] = "loading the ledger";
	struct control_host host = run_control_host(d->run);
	if (d->stopping)
		return;
	if (run_is_loaded(d->run))
		describe(host.view(host.ctx), status, sizeof(status));
	if (strcmp(status, d->notifier.status) == 0)
		return;
	memcpy(d->notifier.status, status, sizeof(status));
	sd_notifyf(0, "STATUS=%s", status);
}

/* ---- ready --------------------------------------------------------------------------------------- */

/* Runs after whatever else the loop did, until the ledger is loaded. */
static int on_anything(sd_event_source *source, void *ctx)
{
	struct daemon *d = ctx;
	if (d->notifier.ready || d->stopping || !run_is_loaded(d->run))
		return 0;
	d->notifier.ready = true;
	sd_event_source_set_enabled(source, SD_EVENT_OFF);
	sd_notify(0, "READY=1");
	log_event(LOG_READY_MESSAGE, "the ledger is loaded%s", d->control != NULL ? " and the socket answers" : "");
	notify_now(d);
	return 0;
}

/* ---- watchdog ------------------------------------------------------------------------------------ */

static int64_t longest_standstill_ms(const struct config *config)
{
	uint32_t longest = config->target.connection.deadline_s;
	for (uint32_t i = 0; i < config->source_count; i++)
		if (config->sources[i].connection.deadline_s > longest)
			longest = config->sources[i].connection.deadline_s;
	if (config->ledger.deadline_s > longest)
		longest = config->ledger.deadline_s;
	return (int64_t)1000 * (longest * 10 > STUCK_MIN_S ? longest * 10 : STUCK_MIN_S);
}

static bool has_progressed(struct notifier *n, const struct view *view)
{
	bool same = n->phase == view->phase && n->cycle == view->cycle && n->done == view->done;
	n->phase = view->phase;
	n->cycle = view->cycle;
	n->done = view->done;
	return !same || view->phase == RUN_IDLE;
}

/* The loop feeds the watchdog as long as it turns. A cycle that stands still for many deadlines, although every helper
 * ends itself, is our own fault: then it is fed no longer, and the service manager starts us anew (fault 99). */
static void watch_progress(struct daemon *d)
{
	struct notifier *n = &d->notifier;
	struct control_host host = run_control_host(d->run);
	int64_t now_ms = clock_boot_ms();
	if (has_progressed(n, host.view(host.ctx)))
		n->progress_ms = now_ms;
	if (n->stuck || now_ms - n->progress_ms < longest_standstill_ms(d->now->config))
		return;
	n->stuck = true;
	log_event(LOG_FATAL_MESSAGE, "the cycle has stood still for %lld s; the watchdog is no longer fed",
		  (long long)((now_ms - n->progress_ms) / 1000));
	sd_event_set_watchdog(d->loop, 0);
}

static int on_tick(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct daemon *d = ctx;
	(void)usec;
	watch_progress(d);
	notify_now(d);
	int rc = sd_event_source_set_time_relative(source, TICK_US);
	return rc < 0 ? rc : sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* ---- from main ----------------------------------------------------------------------------------- */

int notify_start(struct daemon *d, struct err *err)
{
	struct notifier *n = &d->notifier;
	n->progress_ms = clock_boot_ms();
	int rc = sd_event_add_post(d->loop, &n->loaded, on_anything, d);
	if (rc >= 0)
		rc = sd_event_add_time_relative(d->loop, &n->tick, CLOCK_BOOTTIME, TICK_US, TICK_US / 10, on_tick, d);
	if (rc >= 0)
		rc = sd_event_set_watchdog(d->loop, 1);
	if (rc < 0)
		return err_set(err, ERR_IO, "the service manager cannot be told: %s", strerror(-rc));
	notify_now(d);
	return 0;
}

/* MONOTONIC_USEC is for Type=notify-reload of later systemd; others pass over it. */
void notify_reloading(const struct daemon *d)
{
	uint64_t now_us = 0;
	if (d->notifier.ready && sd_event_now(d->loop, CLOCK_MONOTONIC, &now_us) >= 0)
		sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu", (unsigned long long)now_us);
}

void notify_reloaded(const struct daemon *d)
{
	if (d->notifier.ready)
		sd_notify(0, "READY=1");
}

void notify_stopping(struct daemon *d)
{
	sd_notify(0, "STOPPING=1\nSTATUS=stopping");
	notify_done(d);
}

void notify_done(struct daemon *d)
{
	d->notifier.loaded = sd_event_source_disable_unref(d->notifier.loaded);
	d->notifier.tick = sd_event_source_disable_unref(d->notifier.tick);
}
