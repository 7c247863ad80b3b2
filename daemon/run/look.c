/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * look.c - see look.h.
 *
 *   ledger -> sources | target -> think -> ask -> think -> told
 */
#include "run/look.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "run/known_time.h"
#include "run/ledger_client.h"
#include "run/second_question.h"

enum look_stage { STAGE_LEDGER, STAGE_READS, STAGE_ASKING, STAGE_OVER };

struct look {
	struct run_config config; /* texts borrowed */
	struct ledger_settings ledger_settings;
	struct target_settings target_settings;
	struct ledger_client ledger;
	struct sources sources;
	struct target_reader target_reader;
	struct past past;
	struct source_snapshot *source; /* of sources */
	struct target_snapshot *target;
	struct thought thought;
	enum look_stage stage;
	bool source_done, target_done; /* reads */
	struct second_question question;
	sd_event_source *begin;
	struct look_result result;
	void (*done)(void *ctx, const struct look_result *result);
	void *ctx;
};

/* ---- its end --------------------------------------------------------------------------------------- */

static void tell(struct look *look)
{
	look->stage = STAGE_OVER;
	look->done(look->ctx, &look->result);
}

static void fail(struct look *look, const struct err *why)
{
	if (look->stage == STAGE_OVER)
		return;
	look->result.err = *why;
	tell(look);
}

static void tell_plan(struct look *look)
{
	const struct view view = {.instance = look->config.names->instance,
				  .supposed = true,
				  .version = look->config.version,
				  .next_change_s = look->thought.desired->next_change_s,
				  .explain = &look->thought.explain,
				  .policy = look->config.policy,
				  .names = look->config.names,
				  .past = &look->past,
				  .guard = look->config.guard,
				  .first_contact = look->past.first_contact};
	look->result.view = &view;
	tell(look);
	look->result.view = NULL;
}

/* ---- thinking -------------------------------------------------------------------------------------- */

static int think(struct look *look, struct err *err)
{
	bool old = false;
	if (ledger_is_old(&look->past, look->target, look->result.unsettled, &old) < 0)
		return err_nomem(err);
	const struct thought_about about = {.config = &look->config,
					    .past = &look->past,
					    .source = look->source,
					    .target = look->target,
					    .ledger_old = old,
					    .cycle = look->past.last_cycle + 1,
					    .now_s = clock_wall_s()};
	return thought_make(&look->thought, &about, err);
}

/* What could not be asked for stays in doubt, and doubt is held: that is a plan too. */
static void go_on(struct look *look)
{
	struct err err = {0}, *why = &look->result.question;
	if (think(look, &err) < 0) {
		fail(look, &err);
		return;
	}
	look->stage = STAGE_ASKING;
	int r = second_question_next(&look->question, &look->thought, &look->sources, look->config.run->questions_max,
				     why);
	if (r == ERR_NOMEM)
		fail(look, why);
	else if (r <= 0)
		tell_plan(look);
}

/* ---- reads ----------------------------------------------------------------------------------------- */

static void after_reads(struct look *look)
{
	if (!look->source_done || !look->target_done || look->stage != STAGE_READS)
		return;
	look->source = sources_take(&look->sources);
	look->target = look->target_reader.snapshot;
	look->target_reader.snapshot = NULL;
	go_on(look);
}

/* Who is not in a second whole read is nowhere. */
static void take_second_read(struct look *look)
{
	struct err err = {0};
	thought_drop(&look->thought);
	look->source = sources_take(&look->sources);
	if (second_question_prove(&look->question, &look->sources, &err) < 0) {
		fail(look, &err);
		return;
	}
	look->source = sources_take(&look->sources);
	go_on(look);
}

static void take_answers(struct look *look, const struct err *why)
{
	if (why != NULL) {
		look->result.question = *why;
		tell_plan(look);
	} else if (look->question.reads)
		take_second_read(look);
	else {
		thought_drop(&look->thought); /* the answers may be in another whole */
		look->source = sources_take(&look->sources);
		go_on(look);
	}
}

static void on_source_done(void *ctx, const struct err *why)
{
	struct look *look = ctx;
	if (look->stage == STAGE_ASKING) {
		take_answers(look, why);
		return;
	}
	look->source_done = true;
	if (why != NULL)
		fail(look, why);
	else
		after_reads(look);
}

static void on_target_done(void *ctx, const struct err *why)
{
	struct look *look = ctx;
	look->target_done = true;
	if (why != NULL)
		fail(look, why);
	else
		after_reads(look);
}

static void on_progress(void *ctx)
{
	(void)ctx;
}

static void read_both(struct look *look)
{
	struct err err = {0};
	look->stage = STAGE_READS;
	if (sources_read_after(&look->sources, &look->past, &err) < 0 ||
	    target_reader_read(&look->target_reader, NULL, &err) < 0)
		fail(look, &err);
}

/* ---- what the ledger remembers --------------------------------------------------------------------- */

static void on_cycle(void *ctx, const struct cycle_summary *cycle)
{
	struct look *look = ctx;
	look->result.unsettled = cycle->ended_s == 0 || cycle_result_is_failure(cycle);
}

static void on_loaded(void *ctx)
{
	struct look *look = ctx;
	look->result.unsettled |= look->ledger.pending.count > 0;
	ledger_client_take(&look->ledger, &look->past);
	known_time_start(&look->past);
	read_both(look);
}

static void on_ledger_failed(void *ctx, const struct err *why)
{
	struct look *look = ctx;
	if (look->stage == STAGE_LEDGER) /* later it has said what it had to say */
		fail(look, why);
}

static int on_begin(sd_event_source *source, void *ctx)
{
	struct look *look = ctx;
	struct err err = {0};
	(void)source;
	look->begin = sd_event_source_disable_unref(look->begin);
	look->result.no_ledger = access(look->ledger_settings.path, F_OK) < 0 && errno == ENOENT;
	if (look->result.no_ledger)
		read_both(look);
	else if (ledger_client_load(&look->ledger, &err) < 0)
		fail(look, &err);
	return 0;
}

/* ---- from begin to end ----------------------------------------------------------------------------- */

static void open_helpers(struct look *look, sd_event *loop)
{
	const struct run_config *config = &look->config;
	const struct ledger_events events = {
		.ctx = look, .loaded = on_loaded, .cycle = on_cycle, .failed = on_ledger_failed};
	look->ledger_settings = *config->ledger;
	look->ledger_settings.read_only = true;
	look->target_settings = *config->target;
	look->target_settings.read_only = true;
	ledger_client_init(&look->ledger, loop, &config->helpers, &look->ledger_settings, &events);
	sources_init(&look->sources, loop, &config->helpers, config->sources, config->source_bases,
		     config->source_count);
	look->sources.ctx = look;
	look->sources.done = on_source_done;
	look->sources.progress = on_progress;
	target_reader_init(&look->target_reader, loop, &config->helpers, &look->target_settings, config->names);
	look->target_reader.reader.ctx = look;
	look->target_reader.reader.done = on_target_done;
	look->target_reader.reader.progress = on_progress;
}

int look_new(sd_event *loop, const struct run_config *config, void (*done)(void *ctx, const struct look_result *result),
	     void *ctx, struct look **ret, struct err *err)
{
	struct look *look = calloc(1, sizeof(*look));
	if (look == NULL)
		return err_nomem(err);
	look->config = *config;
	look->done = done;
	look->ctx = ctx;
	past_init(&look->past);
	open_helpers(look, loop);
	int r = sd_event_add_defer(loop, &look->begin, on_begin, look);
	if (r < 0) {
		look_free(look);
		return err_nomem(err);
	}
	*ret = look;
	return 0;
}

struct look *look_free(struct look *look)
{
	if (look == NULL)
		return NULL;
	sd_event_source_disable_unref(look->begin);
	thought_drop(&look->thought);
	second_question_done(&look->question);
	ledger_client_done(&look->ledger);
	target_reader_done(&look->target_reader);
	target_free(look->target);
	sources_done(&look->sources);
	sources_drop(&look->sources);
	past_done(&look->past);
	free(look);
	return NULL;
}
