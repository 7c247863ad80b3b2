/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * varlink_server.h - framing, peer credentials and limits of one Unix socket; knows no method.
 *
 * A frame is one JSON object ended by a NUL. Frames of one connection are answered in order, one at a time: the next
 * one is looked at when the answer before it has left. A client that breaks the framing, is silent for too long, does
 * not read its answers, or sends a descriptor along is closed. Some connections are kept for root. Loop thread only.
 *
 * Order: varlink_server_new; handlers run from the loop; varlink_server_stop; varlink_server_free. A handler answers with varlink_call_reply
 * or varlink_call_error, at once, or later after varlink_call_keep; each ends the call, and the pointer is dead then.
 *
 * Every call that was taken has an answer, also when the server goes, and who is turned away is told so: so a client whose call nobody took
 * knows that nobody is there.
 */
#ifndef DUAAL_CONTROL_VARLINK_SERVER_H
#define DUAAL_CONTROL_VARLINK_SERVER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "base/err.h"
#include "base/language.h"

#define VARLINK_DEPTH_MAX  8
#define VARLINK_ANSWER_MAX (4u << 20)
#define VARLINK_GROUP_NONE ((gid_t)-1)

struct varlink_server;
struct varlink_call;

enum varlink_right {
	VARLINK_OPEN,    /* whoever got through the socket's mode: what this service is */
	VARLINK_READ,    /* status and questions */
	VARLINK_OPERATE, /* wants something done that takes nothing from anybody: sync, pause, freeze */
	VARLINK_APPROVE, /* decides who has access: holds, directives, hand edits, undo, forget */
	VARLINK_RIGHTS
};

enum varlink_type { VARLINK_BOOL, VARLINK_INT, VARLINK_STRING, VARLINK_OBJECT };

struct varlink_parameter {
	const char *name; /* NULL ends the list */
	enum varlink_type type;
	bool required; /* else it may be missing or null */
};

struct varlink_method {
	const char *name; /* "be.werkplekduaal.Duaalsync.Status"; NULL ends the table */
	enum varlink_right right;
	bool only_more;                                        /* without "more" it is refused with ExpectedMore */
	const struct varlink_parameter *parameters;            /* NULL: none */
	void (*handler)(struct varlink_call *call, void *ctx); /* NULL: MethodNotImplemented */
};

struct varlink_settings {
	const char *path;               /* ignored when the service manager passed a socket */
	gid_t socket_group;             /* owner of the socket, mode 0660; VARLINK_GROUP_NONE: the process's own */
	gid_t groups[VARLINK_RIGHTS];   /* whose members have the right; root and our own user have all */
	uint32_t connections, reserved; /* reserved: of these, kept for root */
	uint32_t request_max;           /* bytes of one frame, without its NUL */
	uint32_t idle_ms;               /* without a call, or with an answer that is not read */
	/* Answers a call whose peer lacks its right; NULL: org.varlink.service.PermissionDenied. */
	void (*denied)(struct varlink_call *call, enum varlink_right right, void *ctx);
	/* Answers a call that nobody else will: each that comes after varlink_server_stop, and what is still kept when the server goes. NULL: none
	 * does, and a call that comes is served as before. */
	void (*stopping)(struct varlink_call *call, void *ctx);
	/* Errors without parameters, said to a client that is closed before it had an answer; NULL: nothing is said. */
	const char *full;     /* there is no room for it */
	const char *too_long; /* its frame has more than request_max bytes */
};

/* Binds and listens. ERR_CONFLICT: a daemon answers there already, or something that is not a socket is in the way.
 * ERR_IO, ERR_NOMEM. methods: static; parameters are checked against their list before the handler runs. set is copied,
 * its texts are borrowed. */
MUST_USE int varlink_server_new(sd_event *loop, const struct varlink_settings *set,
				const struct varlink_method *methods, void *ctx, struct varlink_server **ret,
				struct err *err);
/* From now on nothing is begun: each call that comes is answered by the settings' stopping. What is kept stays so. */
void varlink_server_stop(struct varlink_server *server);
/* Has what is kept answered by the settings' stopping, its gone called first; closes everything, unlinks the socket that it bound. Waits for no
 * client: each gets what its socket takes. NULL allowed; returns NULL. */
struct varlink_server *varlink_server_free(struct varlink_server *server);

const char *varlink_call_method(const struct varlink_call *call);
uid_t varlink_call_uid(const struct varlink_call *call);
bool varlink_call_wants_more(const struct varlink_call *call);
bool varlink_call_first_refusal(struct varlink_call *call); /* true once a connection: so that a log is not flooded */
/* The language of this connection from now on. While a handler runs it is used already; an answer that is composed later, for a call that was
 * kept, begins with language_use of it, and ends with English again. */
void varlink_call_set_language(struct varlink_call *call, enum language language);
enum language varlink_call_language(const struct varlink_call *call);

/* Parameters, of the type that the list says. */
const char *varlink_call_string(const struct varlink_call *call, const char *name);     /* NULL: not given */
bool varlink_call_has(const struct varlink_call *call, const char *name);               /* given at all */
bool varlink_call_bool(const struct varlink_call *call, const char *name);              /* not given: false */
bool varlink_call_int(const struct varlink_call *call, const char *name, int64_t *ret); /* false: not given */
const json_t *varlink_call_object(const struct varlink_call *call, const char *name);   /* NULL: not given */

/* Gives the parameter back now, with its string: the call may live long. */
void varlink_call_forget(struct varlink_call *call, const char *name);

/* The call outlives its handler. gone is called when the client leaves or the server goes before the answer; the call is dead after it. */
void varlink_call_keep(struct varlink_call *call, void (*gone)(struct varlink_call *call, void *ctx), void *ctx);

/* Each takes parameters; NULL means that building them failed for want of memory, and the client is dropped: never half
 * an answer. A oneway call gets none. */
void varlink_call_reply(struct varlink_call *call, json_t *parameters);
void varlink_call_error(struct varlink_call *call, const char *error, json_t *parameters);
void varlink_call_invalid(struct varlink_call *call, const char *parameter); /* org.varlink.service.InvalidParameter */
/* One more answer of a call with "more", which goes on. false: the client has not read the one before; nothing was
 * sent. */
bool varlink_call_notify(struct varlink_call *call, json_t *parameters);
/* The same, and given to the kernel as far as it takes it before this returns: for what the caller says just before it is busy for long. */
bool varlink_call_notify_now(struct varlink_call *call, json_t *parameters);
/* read is called, with the ctx of varlink_call_keep, whenever answers that had to wait for the client have left: there is room for another one. */
void varlink_call_when_read(struct varlink_call *call, void (*read)(struct varlink_call *call, void *ctx));

#endif
