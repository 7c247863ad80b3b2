/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * state.h - all that the running planner holds, private to run/. One struct, one owner (run.c), single thread.
 */
#ifndef DUAAL_RUN_STATE_H
#define DUAAL_RUN_STATE_H

#include "base/clock.h"
#include "base/language.h"
#include "run/apply.h"
#include "run/authors.h"
#include "run/between.h"
#include "run/directive_writer.h"
#include "run/doctor.h"
#include "run/facts.h"
#include "run/ledger_questions.h"
#include "run/orders.h"
#include "run/person_search.h"
#include "run/plan_ldif.h"
#include "run/reader.h"
#include "run/report.h"
#include "run/run.h"
#include "run/second_question.h"
#include "run/sources.h"
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
	bool blind; /* the ledger cannot be used: both sides are read and shown, and nothing is written (I23) */
	struct err ledger_err;
	bool writing_orders; /* directives are written before the target is read */
	struct second_question question;
	bool asking;                       /* it is under way */
	uint32_t rounds;                   /* of apply */
	uint8_t applied[PLAN_DIGEST_SIZE]; /* the plan of the last of them */
	bool first_fill;                   /* an earlier round began to fill an empty target */
	bool judged_ledger, ledger_old;    /* asked of the first target read; see ledger_is_old */
	struct err failure;                /* first thing that went wrong */
	struct past_meta before;           /* what the past knew when the cycle closed, and how much was told by then */
	uint64_t told_before;
	bool complete;  /* thought through and not failed: what it learnt is remembered */
	bool closing;   /* facts are being told */
	bool closed;    /* its end is on record */
	bool cut_short; /* the daemon was asked to stop in the middle of it */
	int64_t read_started_ms, apply_started_ms;
};

struct turn { /* the cycle's next step, which has a turn of the loop of its own: see cycle_turn.c */
	sd_event_source *source;
	void (*step)(struct run *run); /* NULL: none is due */
};

struct publisher {
	struct part parts[VIEW_PARTS_MAX];
	uint32_t part_count;
	enum language said_in[VIEW_PARTS_MAX]; /* of each part */
	bool knows_thought;                    /* the parts say what was thought last */
	struct cycle_summary cycles[VIEW_CYCLES_MAX];
	uint32_t cycle_count;
	struct view view;
	int64_t started_s;
	int64_t last_attempt_s, last_read_s, last_applied_s;
	struct totals totals;
	struct err source_err, target_err, ledger_err; /* of the last attempt; code 0: fine */
};

struct journal { /* heads of the ledger's chain, for the journal */
	struct ledger_head head;
	uint64_t told_seq; /* of the last line about it; 0: none */
	int64_t told_ms;   /* CLOCK_BOOTTIME */
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
	struct sources sources;
	struct target_reader target_reader;
	struct ledger_client ledger;
	struct apply apply;
	struct facts facts;
	struct sync_entry sync_entry;
	struct orders orders;
	struct directive_writer directives;
	struct authors authors;
	struct ledger_questions questions;
	struct between between; /* two cycles: */
	struct doctor doctor;
	struct person_search search;
	struct journal journal;
	struct source_snapshot *source; /* of sources, which own it */
	struct target_snapshot *target;
	struct thought thought;
	struct plan_ldif ldif; /* being read by somebody */
	struct cycle cycle;
	struct turn turn;
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
	bool sync_asked; /* by somebody, and not on record yet */
	uid_t sync_uid;
	bool writes_untold; /* the ledger was loaded, and no complete read of the target came since: see write_seen.h */
	bool unlearnt;      /* writes were made since a cycle last closed whole */
	bool had_ledger;    /* it was loaded once: one that has gone is not made anew, not after a reload either */
	bool word_missed;   /* this process heard of the source what is on no record: see last_word.h */
	bool scope_told;    /* that what is covered has changed */
	bool time_known;    /* by a cycle on record; a new ledger takes that from nobody */
	enum clock_stand clock_told;          /* where the host's clock was last said to stand */
	uint32_t expiring_told;               /* holds up to this number were said to expire soon */
	const struct run_config *next_config; /* reload that waits for the end of the cycle */
	struct run_config next_config_store;
	bool reload_due;       /* the next cycle is the first with this configuration */
	char config_kept[256]; /* a newer configuration was refused: which; empty: none was */
	void (*reloaded)(void *ctx);
	void *reloaded_ctx;
	bool stopping;
	void (*stopped)(void *ctx);
	void *stopped_ctx;
	sd_event_source *stop_timer;
};

/* cycle.c */
void cycle_start(struct run *run, const char *trigger, uid_t uid);
void cycle_stop(struct run *run);               /* SIGTERM: ends as soon as it is safe; then run_cycle_ended */
void cycle_init_events(struct run *run);        /* points the readers', ledger's and apply's callbacks at the cycle */
void cycle_kill(struct run *run);               /* no callbacks any more; frees what the cycle holds */
bool cycle_uses_thought(const struct run *run); /* it is being applied or remembered: the past must stay as it is */
void cycle_interrupt(struct run *run);      /* an order waits: what is being applied ends early and is thought again */
void cycle_orders_written(struct run *run); /* directives: the target is read now */
bool cycle_shows_thought(const struct run *run); /* the thought may be looked at from outside */

/* news.c: what happens, for whoever watches over the socket */
void news_phase(struct run *run);
void news_cycle_begun(struct run *run);
void news_delay(struct run *run, const struct between_kind *by); /* a cycle that is due; NULL: waits no longer */
void news_cycle_ended(struct run *run, const struct saying *sentence);
void news_hold(struct run *run, const char *code, const struct past_hold *hold, const struct saying *sentence);
void news_order(struct run *run, const struct given *given);
void news_configuration(struct run *run, const char *code, const struct saying *sentence);

/* cycle_remember.c */
void journal_tell(struct run *run); /* the head of the chain, unless it was told already */

/* run.c */
void run_cycle_ended(struct run *run);
bool run_is_unfenced(const struct run *run);     /* the target's server knows no assertions */
void run_changed(struct run *run);               /* the view moved */
void run_want_cycle(struct run *run, uid_t uid); /* one that begins after now */
void run_think_again(struct run *run);           /* the past changed: what is shown follows it */
void run_settle(struct run *run);                /* a new configuration waits for the end of what is under way */

/* schedule.c */
void schedule_next(struct run *run, bool failed);
void schedule_now(struct run *run);
void schedule_done(struct run *run);
/* When what was thought about changes by itself; INT64_MAX: never. */
int64_t schedule_next_date(const struct thought *t);

/* publish.c */
/* The time that is gone by is another one from here on: so are those that this process noted. */
void publish_moved(struct publisher *p, int64_t by_s);
void publish_cycle(struct run *run, const struct cycle_summary *cycle);
void publish_ended(struct run *run, const struct cycle_summary *cycle); /* one of this process: counted too */
const struct view *publish_view(struct run *run);

#endif
