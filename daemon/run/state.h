/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * state.h - all that the running planner holds, private to run/. One struct, one owner (run.c), single thread.
 */
#ifndef DUAAL_RUN_STATE_H
#define DUAAL_RUN_STATE_H

#include "run/apply.h"
#include "run/facts.h"
#include "run/reader.h"
#include "run/report.h"
#include "run/run.h"
#include "run/sync_entry.h"

#define TRIGGER_START    "start"
#define TRIGGER_TIMER    "timer"
#define TRIGGER_DATE     "date"
#define TRIGGER_OPERATOR "operator"
#define TRIGGER_RELOAD   "reload"

struct cycle {
	bool running;
	struct cycle_summary summary;
	enum run_phase phase;
	bool begun;                    /* the ledger gave it a number */
	bool source_done, target_done; /* reads of this round */
	struct err source_err, target_err;
	bool asked;           /* the second question was asked in this cycle */
	bool second_read;     /* ... by a second full read, which is under way */
	struct uuid *doubted; /* what that second read is about */
	uint32_t doubted_count;
	uint32_t rounds;                   /* of apply */
	uint8_t applied[PLAN_DIGEST_SIZE]; /* the plan of the last of them */
	struct err failure;                /* first thing that went wrong */
	bool closing;                      /* facts are being told */
	bool closed;                       /* its end is on record */
	int64_t read_started_ms, apply_started_ms;
};

struct publisher {
	struct part parts[VIEW_PARTS_MAX];
	uint32_t part_count;
	struct cycle_summary cycles[VIEW_CYCLES_MAX];
	uint32_t cycle_count;
	struct view view;
	int64_t started_s;
	int64_t last_attempt_s, last_read_s, last_applied_s;
	struct err source_err, target_err, ledger_err; /* of the last attempt; code 0: fine */
};

struct schedule {
	sd_event_source *timer, *date; /* CLOCK_BOOTTIME, CLOCK_REALTIME */
	int64_t next_run_s;
	uint32_t failures; /* in a row */
};

struct run {
	sd_event *loop;
	struct run_config config;
	int lock_fd;
	struct past past;
	struct source_reader source_reader;
	struct target_reader target_reader;
	struct ledger_client ledger;
	struct apply apply;
	struct facts facts;
	struct sync_entry sync_entry;
	struct source_snapshot *source;
	struct target_snapshot *target;
	struct thought thought;
	struct cycle cycle;
	struct schedule schedule;
	struct publisher publisher;
	struct report report;
	struct control *control;
	run_cycle_fn done;
	void *done_ctx;
	struct cycle_summary last; /* of the cycle that ended last */
	uint64_t started, ended;   /* cycles since the start of the process: tickets */
	uint64_t wanted;           /* a cycle with this number or later was asked for */
	uid_t wanted_by;
	const struct run_config *next_config; /* reload that waits for the end of the cycle */
	struct run_config next_config_store;
	bool reload_due; /* the next cycle is the first with this configuration */
	void (*reloaded)(void *ctx);
	void *reloaded_ctx;
	bool stopping;
	void (*stopped)(void *ctx);
	void *stopped_ctx;
	sd_event_source *stop_timer;
};

/* cycle.c */
void cycle_start(struct run *run, const char *trigger, uid_t uid);
void cycle_stop(struct run *run);        /* SIGTERM: ends as soon as it is safe; then run_cycle_ended */
void cycle_init_events(struct run *run); /* points the readers', ledger's and apply's callbacks at the cycle */
void cycle_kill(struct run *run);        /* no callbacks any more; frees what the cycle holds */
bool cycle_result_is_failure(const struct cycle_summary *cycle);

/* run.c */
void run_cycle_ended(struct run *run);
void run_changed(struct run *run); /* the view moved */

/* schedule.c */
void schedule_next(struct run *run, bool failed);
void schedule_now(struct run *run);
void schedule_done(struct run *run);

/* publish.c */
void publish_cycle(struct run *run, const struct cycle_summary *cycle);
const struct view *publish_view(struct run *run);

#endif
