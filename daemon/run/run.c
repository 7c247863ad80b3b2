/* SPDX-License-Identifier: EUPL-1.2 */
#include "run/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/language.h"
#include "base/log.h"
#include "base/said.h"
#include "run/last_word.h"
#include "run/propose.h"
#include "run/state.h"

#define STOP_GRACE_US (3 * 1000 * 1000)

/* Who may write the directory can put another ledger in it. */
static int check_state(const char *dir, struct err *err)
{
	struct stat st;
	if (stat(dir, &st) == 0 && (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return err_set(err, ERR_DENIED, "%s: group or others may write it (chmod go-w)", dir);
	return 0;
}

/* One writer: whoever holds the lock on the state directory (I13). Where the ledger is a unit of its own the folder is not ours, and
 * duaal-ledger serves one planner at a time and locks its file. */
static int lock_state(const char *dir, int *ret, struct err *err)
{
	char path[512];
	int e = check_state(dir, err);
	if (e < 0)
		return e;
	snprintf(path, sizeof path, "%s/lock", dir);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_set(err, ERR_IO, "%s: %s; the state directory must exist and belong to the daemon's user",
			       path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		return err_set(err, ERR_CONFLICT, "%s is locked: another duaalsyncd works with this state directory",
			       path);
	}
	*ret = fd;
	return 0;
}

int run_new(sd_event *loop, const struct run_config *config, struct run **ret, struct err *err)
{
	struct run *run = calloc(1, sizeof *run);
	if (run == NULL)
		return err_nomem(err);
	run->loop = sd_event_ref(loop);
	run->config = *config;
	run->lock_fd = -1;
	run->publisher.started_s = clock_wall_s();
	past_init(&run->past);
	person_search_init(run); /* the shorter one goes first */
	doctor_init(run);
	cycle_init_events(run);
	int e = config->helpers.sockets != NULL ? 0 : lock_state(config->run->state_dir, &run->lock_fd, err);
	if (e < 0) {
		run_free(run);
		return e;
	}
	*ret = run;
	return 0;
}

struct run *run_free(struct run *run)
{
	if (run == NULL)
		return NULL;
	run->stopping = true;
	schedule_done(run);
	sd_event_source_disable_unref(run->stop_timer);
	orders_fail(run, ORDER_STOPPING, N_("the daemon ends"));
	between_drop(run, N_("the daemon ends"));
	ledger_questions_done(&run->questions, N_("the daemon ends"));
	cycle_kill(run);
	thought_drop(&run->thought);
	plan_ldif_done(&run->ldif);
	sources_drop(&run->sources);
	target_free(run->target);
	past_done(&run->past);
	if (run->lock_fd >= 0)
		close(run->lock_fd);
	sd_event_unref(run->loop);
	free(run);
	return NULL;
}

void run_start(struct run *run, run_cycle_fn done, void *ctx)
{
	run->done = done;
	run->done_ctx = ctx;
	schedule_now(run);
}

bool run_is_loaded(const struct run *run)
{
	return run->ledger.loaded;
}

void run_set_control(struct run *run, struct control *control)
{
	run->control = control;
}

void run_changed(struct run *run)
{
	if (run->control != NULL)
		control_changed(run->control);
}

/* ---- what the socket may ask --------------------------------------------------------------------- */

static const struct view *host_view(void *ctx)
{
	return publish_view(ctx);
}

void run_want_cycle(struct run *run, uid_t uid)
{
	if (run->wanted > run->started || run->stopping)
		return;
	run->wanted = run->started + 1;
	run->wanted_by = uid;
	if (!run->cycle.running)
		schedule_now(run);
}

/* A storm of calls is one cycle, and one line of the audit. */
static uint64_t host_request_sync(void *ctx, uid_t uid)
{
	struct run *run = ctx;
	run_want_cycle(run, uid);
	if (!run->sync_asked) {
		run->sync_asked = true;
		run->sync_uid = uid;
	}
	return run->wanted;
}

/* Whoever waits for a cycle that the stop cut short has an answer of its own, and not that it failed. */
static int host_ticket_done(void *ctx, uint64_t ticket, const struct cycle_summary **ret)
{
	const struct run *run = ctx;
	if (run->ended < ticket || run->cycle.cut_short)
		return 0;
	*ret = &run->last;
	return 1;
}

static int host_plan_ldif(void *ctx, uint64_t page, struct buf *out, uint64_t *ret_next, struct err *err)
{
	struct run *run = ctx;
	return plan_ldif_page(&run->ldif, &run->thought, run->config.target, page, out, ret_next, err);
}

static json_t *host_settings(void *ctx)
{
	const struct run *run = ctx;
	return run->config.proposer->settings(run->config.present);
}

static int host_propose(void *ctx, const struct proposal_asked *asked,
			void (*tell)(void *call, const struct proposal_told *told), void *call, struct err *err)
{
	return propose(ctx, asked, tell, call, err);
}

static void host_give_order(void *ctx, const struct order *order,
			    void (*done)(void *call, const struct order_result *result), void *call)
{
	orders_give(ctx, order, done, call);
}

static void host_ask_ledger(void *ctx, const struct ledger_question *question,
			    void (*done)(void *call, const struct ledger_answer *answer), void *call)
{
	struct run *run = ctx;
	struct ledger_question asked = *question;
	if (question->kind == QUESTION_EXAMINE) { /* of all helpers, the ledger's among them */
		doctor_ask(run, done, call);
		return;
	}
	asked.noted = run->journal.head;
	ledger_questions_ask(&run->questions, &asked, done, call);
}

static void host_find_person(void *ctx, const char *number, uid_t uid,
			     void (*done)(void *call, const struct people_found *found), void *call)
{
	person_search_ask(ctx, number, uid, done, call);
}

static void host_left(void *ctx, void *call)
{
	between_left(ctx, call);
}

struct control_host run_control_host(struct run *run)
{
	return (struct control_host){.ctx = run,
				     .view = host_view,
				     .request_sync = host_request_sync,
				     .ticket_done = host_ticket_done,
				     .plan_ldif = host_plan_ldif,
				     .settings = host_settings,
				     .propose = host_propose,
				     .give_order = host_give_order,
				     .ask_ledger = host_ask_ledger,
				     .find_person = host_find_person,
				     .left = host_left};
}

/* ---- what is shown ------------------------------------------------------------------------------- */

/* About the same reads and the same moment, so that what was due meanwhile is still due (schedule.c). Without memory there is
 * nothing to show until the next cycle. */
void run_think_again(struct run *run)
{
	struct err err = {0};
	if (run->source == NULL || run->target == NULL)
		return;
	const struct thought *before = &run->thought;
	const struct thought_about about = {.config = &run->config,
					    .past = &run->past,
					    .source = run->source,
					    .target = run->target,
					    .stale_source = before->made ? before->stale_source
									 : run->cycle.source_err.code != 0,
					    .cycle = run->past.last_cycle + 1,
					    .now_s = before->made ? before->policy.now_s : clock_wall_s()};
	(void)!thought_make(&run->thought, &about, &err);
	run_changed(run);
}

void run_config_kept(struct run *run, const char *which)
{
	struct saying sentence = {0};
	snprintf(run->config_kept, sizeof run->config_kept, "%s", which != NULL ? which : "");
	saying_put(&sentence, "%s has faults and is not taken over: the old configuration stays in force",
		   run->config_kept);
	if (which != NULL)
		news_configuration(run, "kept", &sentence);
	run_changed(run);
}

/* ---- the end of a cycle -------------------------------------------------------------------------- */

/* In the log, and to whoever watches. */
static void tell_end(struct run *run)
{
	const struct cycle_summary *c = &run->cycle.summary;
	struct saying sentence = {0};
	enum log_message message = cycle_result_is_failure(c)    ? LOG_CYCLE_FAILED_MESSAGE
				   : c->grants + c->removals > 0 ? LOG_CYCLE_CHANGED_MESSAGE
								 : LOG_CYCLE_DONE_MESSAGE;
	saying_put(&sentence,
		   "cycle %u (%s): %s: %u granted, %u revoked, %u entries, %u held, %u refused; read %u ms, decided %u "
		   "ms, wrote %u ms%s%s",
		   c->id, tr(c->trigger), tr(c->result), c->grants, c->removals, c->structure, c->held, c->failed,
		   c->read_ms, c->think_ms, c->apply_ms, c->detail[0] != '\0' ? "; " : "", said(c->detail));
	log_event(message, "%s", sentence.in[LANGUAGE_ENGLISH]);
	news_cycle_ended(run, &sentence);
}

static bool has_roles_of(const struct policy_settings *a, const struct policy_settings *b)
{
	bool same = a->role_count == b->role_count;
	for (uint32_t i = 0; same && i < a->role_count; i++)
		same = strcmp(a->roles[i].name, b->roles[i].name) == 0;
	return same;
}

/* The next cycle loads the past again. Until it has, or where it cannot, what is known of it stays to be shown and thought about, but where its
 * roles are others by the same numbers. What was said under the old configuration is said again under the new one. */
static void forget_what_is_old(struct run *run, const struct run_config *next)
{
	if (!has_roles_of(run->config.policy, next->policy))
		past_done(&run->past);
	run->report = (struct report){.told = {0}};
	run->scope_told = false;
	run->schedule.failures = 0;
}

static void take_next_config(struct run *run)
{
	const struct run_config next = *run->next_config;
	struct saying sentence = {0};
	run->next_config = NULL;
	run->reload_due = true;
	orders_fail(run, ORDER_FAILED, N_("the configuration was read again just now"));
	between_drop(run, N_("the configuration was read again just now: ask again"));
	ledger_questions_done(&run->questions, N_("the configuration was read again just now: ask again"));
	cycle_kill(run);
	thought_drop(&run->thought);
	sources_drop(&run->sources);
	run->source = NULL;
	run->target = target_free(run->target); /* it borrows the old names */
	forget_what_is_old(run, &next);
	run->config = next;
	run->config_kept[0] = '\0';
	cycle_init_events(run);
	saying_put(&sentence, "another configuration is in force");
	news_configuration(run, "reloaded", &sentence);
	if (run->reloaded != NULL)
		run->reloaded(run->reloaded_ctx);
	schedule_now(run);
}

/* What was ordered and cannot be carried out any more gets its end on record first. A ledger that fails over that settles it otherwise. */
static bool is_settled(struct run *run)
{
	if (run->next_config == NULL || run->cycle.running || run->stopping || orders_are_busy(run))
		return false;
	return !orders_call_off(run, N_("the configuration was read again just now")) && run->next_config != NULL;
}

bool run_is_unfenced(const struct run *run)
{
	return (run->target != NULL && !run->target->certificate.asserts) || run->apply.unfenced;
}

void run_cycle_ended(struct run *run)
{
	if (run->ended < run->started) {
		run->ended = run->started;
		run->last = run->cycle.summary;
		publish_view(run); /* notes since when each part is as it is */
		if (!run->cycle.blind)
			report_thought(&run->report, &run->thought);
		report_servers(&run->report, run->source, run->target);
		report_unfenced(&run->report, run_is_unfenced(run));
		tell_end(run);
		if (run->done != NULL)
			run->done(run->done_ctx, &run->cycle.summary);
	}
	if (run->stopping) {
		journal_tell(run);
		if (run->stopped != NULL)
			run->stopped(run->stopped_ctx);
		run->stopped = NULL;
		return;
	}
	orders_go_on(run);
	if (run->next_config != NULL)
		run_settle(run); /* now, or when the ledger has answered an order */
	else if (run->wanted > run->started)
		schedule_now(run);
	else
		schedule_next(run, cycle_result_is_failure(&run->cycle.summary));
	between_begin(run);
	if (!run->cycle.running)
		news_phase(run);
	run_changed(run);
}

/* ---- reload and stop ----------------------------------------------------------------------------- */

void run_reload(struct run *run, const struct run_config *config, void (*ready)(void *ctx), void *ctx)
{
	run->next_config_store = *config;
	run->next_config = &run->next_config_store;
	run->reloaded = ready;
	run->reloaded_ctx = ctx;
	run_settle(run);
}

void run_settle(struct run *run)
{
	if (is_settled(run))
		take_next_config(run);
}

static int on_stop_timer(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct run *run = ctx;
	(void)source;
	(void)usec;
	if (run->stopped != NULL)
		run->stopped(run->stopped_ctx); /* the ledger knows what was intended; the next start settles it */
	run->stopped = NULL;
	return 0;
}

void run_stop(struct run *run, void (*stopped)(void *ctx), void *ctx)
{
	if (run->stopping)
		return;
	run->stopping = true;
	run->stopped = stopped;
	run->stopped_ctx = ctx;
	news_phase(run);
	if (run->control != NULL)
		control_stop(run->control);
	schedule_done(run);
	orders_fail(run, ORDER_STOPPING, N_("the daemon is stopping"));
	if (sd_event_add_time_relative(run->loop, &run->stop_timer, CLOCK_BOOTTIME, STOP_GRACE_US, 0, on_stop_timer,
				       run) < 0)
		on_stop_timer(NULL, 0, run);
	else
		cycle_stop(run);
}
