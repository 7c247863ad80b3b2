/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * varlink_client.h - one connection to a Varlink service: a call out, its replies in. Plain blocking code.
 *
 * Order: varlink_client_open, varlink_client_call, varlink_client_next until a reply without continues,
 * varlink_client_close.
 *
 * A connection that ends without a reply is judged by what the kernel says of it, and never by asking again: that would start a service that
 * systemd listens for. A call that nobody has read when the other end is closed was taken by nobody. Whoever answered before is known by its
 * process (SCM_CREDENTIALS), and so is whether that has ended.
 */
#ifndef DUAAL_CTL_VARLINK_CLIENT_H
#define DUAAL_CTL_VARLINK_CLIENT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

#define VARLINK_REPLY_MAX (8u << 20)

struct varlink_client {
	const char *path; /* borrowed */
	unsigned silence_s;
	int64_t until_ms;
	int fd;         /* -1: closed */
	int process;    /* a pidfd of who answers; -1: nobody has answered yet, or it cannot be told */
	bool answered;  /* at least a byte of it has come */
	bool has_ended; /* whose process had gone when it was looked for */
	bool unread;    /* the other end was closed before the last call was read */
	struct buf in;
	size_t used; /* of in: the reply that was given last */
};

struct varlink_reply {
	json_t *message;    /* owned: json_decref */
	const char *error;  /* NULL: a reply */
	json_t *parameters; /* never NULL */
	bool continues;
};

/* silence_s: how long it may take until there is room, a call is taken, or more of a reply comes; 0: as long as it likes. until_ms: by
 * clock_boot_ms, nothing is waited for longer; 0: no such end. path is borrowed. Whatever comes of it, varlink_client_close is next at the end.
 * ERR_UNAVAILABLE: nobody listens there. ERR_DENIED: the socket's mode. ERR_INVALID: not a path for a socket. ERR_TIMEOUT. ERR_IO. */
MUST_USE int varlink_client_open(struct varlink_client *client, const char *path, unsigned silence_s, int64_t until_ms,
				 struct err *err);
void varlink_client_close(struct varlink_client *client);
/* parameters is taken; NULL: ERR_NOMEM. That nobody takes it is told by varlink_client_next, behind what was said before. ERR_TIMEOUT, ERR_IO. */
MUST_USE int varlink_client_call(struct varlink_client *client, const char *method, json_t *parameters, bool more,
				 struct err *err);
/* Comes anything of the next reply, or the end, within so many seconds? */
bool varlink_client_hears(const struct varlink_client *client, unsigned within_s);
/* Has the next reply arrived whole already? */
bool varlink_client_has_next(const struct varlink_client *client);
/* ERR_UNAVAILABLE: the connection has ended, and nobody took the call. ERR_INCOMPLETE: it has ended, and so has the process that answered before.
 * ERR_PROTOCOL: it has ended although that process lives, or nobody knows; or something was said that is no reply. ERR_TIMEOUT. */
MUST_USE int varlink_client_next(struct varlink_client *client, struct varlink_reply *ret, struct err *err);

#endif
