/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * run.h - the planner at work: helpers, schedule, cycles, apply, publish. The straight line, event by event.
 *
 * One cycle: read source and target at the same time -> policy, plan, guard -> (questions -> again) -> ledger intents ->
 * writes, revocations first -> outcomes -> read the target again and think again, at most three rounds -> close the
 * cycle in the ledger -> publish. An incomplete read ends the cycle with nothing changed. Owns all state; single thread.
 */
#ifndef DUAAL_RUN_RUN_H
#define DUAAL_RUN_RUN_H

#include <jansson.h>
#include <systemd/sd-event.h>

#include "control/control.h"
#include "core/guard.h"
#include "run/helper_process.h"
#include "wire/ledger_message.h"
#include "wire/message.h"

struct run_settings {
	const char *helper_dir;                     /* where duaal-source and the others are */
	const char *state_dir;                      /* of the ledger */
	uint32_t interval_s;                        /* full read every so often: 900 */
	uint32_t jitter_percent;                    /* of the interval: 10 */
	uint32_t backoff_min_s, backoff_max_s;      /* 1, 300 */
	uint32_t stale_warning_s, stale_critical_s; /* 3600, 14400 */
	uint32_t questions_max;                     /* 200: more are answered by a second full read */
	uint32_t sync_entry_s;                      /* cn=sync is written at most so often: 300; 0: never */
};

/* Another policy, as a caller of the socket gave it: read and judged where the configuration is, which run/ does not see
 * (config/proposal.h). Owned by whoever made it. */
struct run_proposal {
	const struct policy_settings *policy;
	const struct guard_settings *guard;
	const struct drift_settings *drift;
	const char **keys; /* of the settings that are others than those in force */
	uint32_t key_count;
	bool rescoped; /* one of them changes who or what is covered */
	void *memory;
};

struct run_proposer {
	/* 0 and *ret; ERR_INVALID with "KEY: sentence"; ERR_NOMEM. present: the configuration in force. */
	int (*take)(const void *present, const json_t *settings, struct run_proposal *ret, struct err *err);
	void (*drop)(struct run_proposal *proposal);
	json_t *(*settings)(const void *present); /* for control_host; NULL: out of memory */
};

struct run_config { /* all borrowed until the next run_reload */
	const struct run_settings *run;
	struct helper_place helpers;
	const struct source_settings *sources;
	const struct source_bases *source_bases; /* as many */
	uint32_t source_count;                   /* at least one */
	const struct target_settings *target;
	const struct target_names *names;
	const struct policy_settings *policy;
	const struct guard_settings *guard;
	const struct drift_settings *drift;
	uint8_t scope[16]; /* fingerprint of the scope settings (I15) */
	const struct ledger_settings *ledger;
	const struct zone *zone;
	const char *version;
	const char *file;    /* the configuration, absolute; NULL: it is in none */
	const char *restart; /* keys of the settings that wait for a restart of the daemon; NULL: none */
	const struct run_proposer *proposer; /* NULL where there is no socket */
	const void *present;                 /* for it */
};

struct run;

MUST_USE int run_new(sd_event *loop, const struct run_config *config, struct run **ret, struct err *err);
struct run *run_free(struct run *run);

/* Opens helpers and ledger, then starts the first cycle. done (may be NULL) is called at the end of each cycle. */
typedef void (*run_cycle_fn)(void *ctx, const struct cycle_summary *cycle);
void run_start(struct run *run, run_cycle_fn done, void *ctx);
bool run_is_loaded(const struct run *run); /* the ledger has been loaded: what control_changed tells is worth showing */
void run_set_control(struct run *run, struct control *control); /* told when the view moves */

/* SIGHUP: another configuration from the next cycle on. A cycle under way ends first; helpers are started anew. ready is called
 * when the old configuration is no longer used. */
void run_reload(struct run *run, const struct run_config *config, void (*ready)(void *ctx), void *ctx);

/* A newer configuration was refused, and the old one stays in force; which: its file. NULL: the present one is the newest. */
void run_config_kept(struct run *run, const char *which);

/* SIGTERM: lets outstanding writes end (at most 3 s), then calls stopped. */
void run_stop(struct run *run, void (*stopped)(void *ctx), void *ctx);

struct control_host run_control_host(struct run *run);

#endif
