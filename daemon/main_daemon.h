/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * main_daemon.h - the running daemon as main sees it: its modules, in the order in which they are built. Only for
 * main*.c.
 *
 * daemon_up builds them upwards and daemon_down tears them down in reverse; both are the list of modules. Single
 * thread.
 */
#ifndef DUAAL_MAIN_DAEMON_H
#define DUAAL_MAIN_DAEMON_H

#include "config/config.h"
#include "main_options.h"

struct notifier {         /* what the service manager is told */
	bool ready;       /* READY=1 was sent */
	char status[256]; /* STATUS= as last sent */
	sd_event_source *loaded, *tick;
	enum run_phase phase; /* when progress was last seen, the cycle stood here */
	uint32_t cycle, done;
	int64_t progress_ms; /* CLOCK_BOOTTIME */
	bool stuck;
};

struct settings { /* what run/ borrows from stays where it is until run/ has let go of it */
	struct config *config;
	struct zone zone;
	const char *restart; /* keys of what the file says otherwise and takes a restart; NULL: none */
};

struct daemon {
	const struct options *options;
	struct settings *first; /* the socket was made from it; whatever takes a restart is borrowed from it */
	struct settings *now;   /* in force; may be the first */
	struct settings *next;  /* a reload waits for the end of a cycle; else NULL */
	sd_event *loop;
	struct run *run;
	struct control *control;
	struct notifier notifier;
	sd_event_source *once, *stop_timer;
	bool reload_again, stopping;
	int status;
};

/* main_faults.c: a configuration with its zone, or the faults on the way out. Returns 0 or a code; then nothing is
 * left. */
MUST_USE int settings_load(const struct options *options, struct settings **ret, void (*tell)(const char *sentence));
/* main_groups.c: does this system have the groups of control? Those that it has not are told as faults. Before the loop only: it asks
 * the name service. */
bool settings_groups_exist(const struct options *options, const struct settings *settings,
			   void (*tell)(const char *sentence));
struct settings *settings_free(struct settings *settings); /* NULL allowed; returns NULL */
struct run_config settings_for_run(const struct settings *settings, const struct options *options);
/* Each of them, with the file's path, in the way of one of the three below. */
void faults_tell(const struct options *options, const struct config_faults *faults, void (*tell)(const char *sentence));
void faults_print(const char *sentence);    /* standard output */
void faults_complain(const char *sentence); /* standard error */
void faults_log(const char *sentence);      /* DS0701 */

/* main_reload.c: SIGHUP. All or nothing: with a fault the old configuration stays in force. */
void daemon_reload(struct daemon *d);

/* main_notify.c: READY=1 when the ledger is loaded and the socket answers, STATUS= kept current, the watchdog fed by
 * progress. */
MUST_USE int notify_start(struct daemon *d, struct err *err);
void notify_now(struct daemon *d); /* the status may have changed */
void notify_reloading(const struct daemon *d);
void notify_reloaded(const struct daemon *d);
void notify_stopping(struct daemon *d);
void notify_done(struct daemon *d);

/* main_process.c: everything that must be so before any module is built: environment, modes, limits, signals, chance. */
MUST_USE int process_prepare(struct err *err);

#endif
