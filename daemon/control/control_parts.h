/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * control_parts.h - the inside of the control service: its state, and the handlers of the method table.
 */
#ifndef DUAAL_CONTROL_CONTROL_PARTS_H
#define DUAAL_CONTROL_CONTROL_PARTS_H

#include "control/control.h"
#include "control/search_budget.h"
#include "control/varlink_server.h"

struct waiter;   /* sync.c: a call of Sync that waits for its cycle */
struct watcher;  /* wait.c: a call of Wait */
struct asked;    /* asked.c: a call that waits for the host */
struct proposal; /* proposal.c: a call of PlanWith */
struct monitor;  /* monitor.c: who watches, and what was told */

struct control {
	sd_event *loop;
	struct control_settings set;
	struct control_host host;
	struct varlink_server *server;
	sd_event_source *moved; /* runs once when the view has moved */
	struct waiter *waiters;
	struct watcher *watchers;
	struct monitor *monitor;
	uint32_t watcher_count; /* of both kinds: who waits, and who watches */
	struct asked *asked;
	struct proposal *proposals; /* first come, first served */
	uint32_t orders, questions; /* of these */
	uint64_t logged_ticket;     /* a storm of requests for one cycle is one line in the log */
	struct search_budget searches[SEARCH_BUDGETS];
	char groups[VARLINK_RIGHTS][64]; /* names, for whoever is refused */
};

/* methods.c: the table; ctx of each handler is the struct control. */
extern const struct varlink_method control_methods[];
void control_deny(struct varlink_call *call, enum varlink_right right, void *ctx);
void control_answer_stopping(struct varlink_call *call, void *ctx);

/* questions.c: answered from memory */
void status_method(struct varlink_call *call, void *ctx);
void metrics_method(struct varlink_call *call, void *ctx);
void plan_method(struct varlink_call *call, void *ctx);
void plan_ldif_method(struct varlink_call *call, void *ctx);
void why_method(struct varlink_call *call, void *ctx);
void institution_method(struct varlink_call *call, void *ctx);
void institutions_method(struct varlink_call *call, void *ctx);
void refusals_method(struct varlink_call *call, void *ctx);
void history_method(struct varlink_call *call, void *ctx);
void words_method(struct varlink_call *call, void *ctx);
void holds_method(struct varlink_call *call, void *ctx);
void directives_method(struct varlink_call *call, void *ctx);
void drift_method(struct varlink_call *call, void *ctx);

/* proposal.c: answered from memory too, with one more thought */
void settings_method(struct varlink_call *call, void *ctx);
void plan_with_method(struct varlink_call *call, void *ctx);
void proposals_tell(struct control *control); /* changes may have been carried out: the first that waits */

/* ledger_questions.c: answered when the ledger has */
void hold_method(struct varlink_call *call, void *ctx);
void audit_verify_method(struct varlink_call *call, void *ctx);
void audit_export_method(struct varlink_call *call, void *ctx);

/* past_questions.c: likewise, about what was */
void changes_method(struct varlink_call *call, void *ctx);
void reads_method(struct varlink_call *call, void *ctx);
void statistics_method(struct varlink_call *call, void *ctx);
void access_at_method(struct varlink_call *call, void *ctx);

/* doctor.c: answered when every helper has */
void doctor_method(struct varlink_call *call, void *ctx);

/* find_person.c: answered when every source has */
void find_person_method(struct varlink_call *call, void *ctx);

/* orders.c: answered when the host has carried it out */
void approve_method(struct varlink_call *call, void *ctx);
void reject_method(struct varlink_call *call, void *ctx);
void accept_source_method(struct varlink_call *call, void *ctx);
void accept_clock_method(struct varlink_call *call, void *ctx);
void undo_method(struct varlink_call *call, void *ctx);
void redo_method(struct varlink_call *call, void *ctx);
void request_method(struct varlink_call *call, void *ctx);
void unrequest_method(struct varlink_call *call, void *ctx);
void pin_method(struct varlink_call *call, void *ctx);
void unpin_method(struct varlink_call *call, void *ctx);
void drift_adopt_method(struct varlink_call *call, void *ctx);
void drift_undo_method(struct varlink_call *call, void *ctx);
void freeze_method(struct varlink_call *call, void *ctx);
void thaw_method(struct varlink_call *call, void *ctx);
void pause_method(struct varlink_call *call, void *ctx);
void resume_method(struct varlink_call *call, void *ctx);
void forget_method(struct varlink_call *call, void *ctx);

/* service.c: org.varlink.service */
void service_get_info(struct varlink_call *call, void *ctx);
void service_get_description(struct varlink_call *call, void *ctx);
void set_language_method(struct varlink_call *call, void *ctx);

/* wait.c */
void wait_method(struct varlink_call *call, void *ctx);
void wait_tell(struct control *control); /* a cycle may have ended */

/* Is one more watcher of either kind let in? false: the call is answered. */
bool watchers_have_room(struct varlink_call *call, const struct control *control);

/* monitor.c */
void monitor_method(struct varlink_call *call, void *ctx);

/* sync.c */
void sync_method(struct varlink_call *call, void *ctx);
void sync_tell(struct control *control); /* progress and ends, to whoever waits */

#endif
