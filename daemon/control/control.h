/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * control.h - the Varlink service be.werkplekduaal.Duaalsync on the local socket: methods, rights, answers.
 *
 * Answers from memory, through the host's view; changes nothing by itself: a call that wants something done asks the
 * host. Loop thread only. Order: control_new, control_changed whenever the view moved (cheap; coalesced), control_free.
 */
#ifndef DUAAL_CONTROL_CONTROL_H
#define DUAAL_CONTROL_CONTROL_H

#include <sys/types.h>
#include <systemd/sd-event.h>

#include "control/view.h"

struct control_settings {
	const char
		*socket;   /* path; ignored when the service manager passed a socket (LISTEN_FDNAMES or the only one) */
	const char *group; /* group that owns the socket, mode 0660; empty: the process's own */
	const char *operate_group; /* whose members may ask for a sync; empty: socket's group */
	uint32_t connections;      /* 16, two of them kept for root */
	uint32_t idle_s;           /* an idle client is closed; a subscriber is not idle */
	uint32_t request_max;      /* 4096 bytes */
};

struct control_host {
	void *ctx;
	const struct view *(*view)(void *ctx);
	/* Asks for a cycle that begins after now. Returns the number of the request's ticket (> 0); the ticket is done
	 * when ticket_done says so. A storm of calls is one cycle. */
	uint64_t (*request_sync)(void *ctx, uid_t uid);
	/* 1: done, and *ret is the summary of the cycle that served it (valid for the call); 0: not yet. */
	int (*ticket_done)(void *ctx, uint64_t ticket, const struct cycle_summary **ret);
};

struct control;

/* Binds the socket: probes for a living daemon first (ERR_CONFLICT), removes only a stale socket, never a file. */
MUST_USE int control_new(sd_event *loop, const struct control_settings *set, const struct control_host *host,
			 struct control **ret, struct err *err);
void control_changed(struct control *control);
struct control *control_free(struct control *control); /* closes, unlinks its own socket; NULL allowed; returns NULL */

#endif
