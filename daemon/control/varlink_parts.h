/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * varlink_parts.h - the inside of the Varlink server, for the varlink_* files only.
 *
 *   varlink_server.c      accepts, counts, sweeps        varlink_socket.c  binds, probes, takes over, unlinks
 *   varlink_connection.c  bytes in, bytes out, closing   varlink_peer.c    who is at the other end
 *   varlink_account.c     how much of the time each user had lately
 *   varlink_frame.c       a frame into a call            varlink_call.c    its method, its answer
 *
 * A connection is closed only in pump (varlink_connection.c) and in the sweep, never from within a handler: an answer marks
 * and wakes, the loop does the rest.
 */
#ifndef DUAAL_CONTROL_VARLINK_PARTS_H
#define DUAAL_CONTROL_VARLINK_PARTS_H

#include <sys/stat.h>

#include "base/buf.h"
#include "base/language.h"
#include "control/varlink_account.h"
#include "control/varlink_server.h"

struct varlink_peer {
	uid_t uid;
	bool may[VARLINK_RIGHTS];
};

struct varlink_socket {
	int fd;     /* -1: none */
	bool bound; /* by us, so it is ours to unlink */
	dev_t dev;
	ino_t ino;
	char path[108];
};

struct varlink_connection {
	struct varlink_server *server;
	struct varlink_connection *next;
	struct varlink_peer peer;
	enum language language; /* of what is said to it */
	int fd;
	sd_event_source *io;
	sd_event_source *resume; /* runs once when an answer was given or another frame waits */
	char *in;                /* request_max + 1 bytes */
	size_t in_len;
	struct buf out;
	size_t out_sent;
	struct varlink_call *call; /* being answered, or NULL */
	int64_t quiet_since_ms;    /* the last answer has left, or the connection began */
	int64_t unread_since_ms;   /* output waits since; 0: none waits */
	bool half_closed;          /* the client sends no more */
	bool gone;                 /* the client reads no more either */
	bool broken;               /* to be closed */
	bool refused_before;
	bool waits_for_others; /* its user has had too much of the time */
};

struct varlink_call {
	struct varlink_connection *connection;
	const struct varlink_method *method;
	json_t *message; /* the whole frame */
	bool more, oneway, upgrade, kept;
	void (*gone)(struct varlink_call *call, void *ctx);
	void (*read)(struct varlink_call *call, void *ctx); /* NULL: nobody asks */
	void *kept_ctx;                                     /* of both */
};

struct varlink_server {
	sd_event *loop;
	struct varlink_settings set;
	const struct varlink_method *methods;
	void *ctx;
	struct varlink_socket socket;
	sd_event_source *listener, *pause, *sweep;
	struct varlink_connection *connections;
	uint32_t count;
	bool stopping; /* nothing is begun any more */
	struct varlink_account accounts[VARLINK_ACCOUNTS];
};

/* varlink_socket.c */
MUST_USE int varlink_socket_open(const struct varlink_settings *set, struct varlink_socket *ret, struct err *err);
void varlink_socket_close(struct varlink_socket *socket);

/* varlink_peer.c: from the kernel; ERR_IO when it does not tell. The user alone is cheaper. */
MUST_USE int varlink_peer_read(int fd, const struct varlink_settings *set, struct varlink_peer *ret);
MUST_USE int varlink_peer_read_uid(int fd, uid_t *ret);

/* varlink_connection.c */
MUST_USE int varlink_connection_new(struct varlink_server *server, int fd,
				    const struct varlink_peer *peer);           /* fd is taken */
void varlink_connection_turn_away(const struct varlink_server *server, int fd); /* likewise: there is no room for it */
void varlink_connection_close(struct varlink_connection *c);                    /* takes it off the server's list */
void varlink_connection_put(struct varlink_connection *c, const json_t *message);
void varlink_connection_wake(struct varlink_connection *c);
void varlink_connection_send(struct varlink_connection *c); /* what the kernel takes now */
bool varlink_connection_is_unread(const struct varlink_connection *c);
bool varlink_connection_has_left(const struct varlink_connection *c); /* and wants nothing any more */
bool varlink_connection_is_late(const struct varlink_connection *c, int64_t now_ms);

/* varlink_frame.c: fills message and flags; false: it is no call. */
bool varlink_frame_read(struct varlink_call *call, const char *frame, size_t len);

/* varlink_call.c: runs one frame; false: it is none, the client breaks the protocol. */
bool varlink_call_run(struct varlink_connection *c, const char *frame, size_t len);
void varlink_call_cancel(struct varlink_call *call);
void varlink_call_stop(struct varlink_call *call); /* the server goes: the same, with an answer */

#endif
