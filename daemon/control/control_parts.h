/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * control_parts.h - the inside of the control service, for control.c, methods.c, service.c and sync.c only.
 */
#ifndef DUAAL_CONTROL_CONTROL_PARTS_H
#define DUAAL_CONTROL_CONTROL_PARTS_H

#include "control/control.h"
#include "control/varlink_server.h"

struct waiter; /* sync.c: a call of Sync that waits for its cycle */

struct control {
	sd_event *loop;
	struct control_settings set;
	struct control_host host;
	struct varlink_server *server;
	sd_event_source *moved; /* runs once when the view has moved */
	struct waiter *waiters;
	uint64_t logged_ticket;          /* a storm of requests for one cycle is one line in the log */
	char groups[VARLINK_RIGHTS][64]; /* names, for whoever is refused */
};

/* methods.c: the table; ctx of each handler is the struct control. */
extern const struct varlink_method control_methods[];
void control_deny(struct varlink_call *call, enum varlink_right right, void *ctx);

/* service.c: org.varlink.service */
void service_get_info(struct varlink_call *call, void *ctx);
void service_get_description(struct varlink_call *call, void *ctx);

/* sync.c */
void sync_method(struct varlink_call *call, void *ctx);
void sync_tell(struct control *control); /* progress and ends, to whoever waits */

#endif
