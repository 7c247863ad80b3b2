/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * err.h - how a failure travels upwards: a negative code and one sentence.
 *
 * A function that can fail returns 0 or a negative enum err_code and takes a struct err as its last
 * parameter. The struct lives on the caller's stack and never allocates, so that running out of memory
 * can be reported too. The layer that sees the failure first calls err_set; each layer above puts its
 * context in front with err_prefix ("ou=people: page 3: ..."). Functions set or return, they never log.
 */
#ifndef DUAAL_BASE_ERR_H
#define DUAAL_BASE_ERR_H

#include <stdarg.h>

#define MUST_USE               __attribute__((warn_unused_result))
#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first)))

enum err_code {
	ERR_NOMEM = -1,      /* allocation failed: there is no result, never a shorter one (I21) */
	ERR_INVALID = -2,    /* the caller's or the user's input is wrong */
	ERR_SYNTAX = -3,     /* text could not be parsed */
	ERR_IO = -4,         /* the operating system refused */
	ERR_TIMEOUT = -5,    /* a deadline passed */
	ERR_INCOMPLETE = -6, /* a read ended without proof that it is whole (I1) */
	ERR_DENIED = -7,     /* not allowed: by a server, by file modes, by peer credentials */
	ERR_PROTOCOL = -8,   /* the peer broke the protocol */
	ERR_CONFLICT = -9,   /* somebody else changed it first */
	ERR_NOT_FOUND = -10,
	ERR_LIMIT = -11,       /* a bound of ours was reached */
	ERR_STALE = -12,       /* older than what was already applied (I7) */
	ERR_UNAVAILABLE = -13, /* the other side cannot be reached now; trying again later may help */
};

struct err {
	int code;       /* 0 while nothing failed */
	char text[512]; /* one sentence, NUL-ended, cut at the end when too long */
};

/* Sets code and text and returns code. err may be NULL: then only the code travels. */
int err_set(struct err *err, int code, const char *format, ...) PRINTF_LIKE(3, 4);

/* Puts "context: " in front of the text and returns the code that is already there. Where the result is used err must
 * not be NULL: then no code is there. */
int err_prefix(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* err_set(ERR_NOMEM) with the standard sentence. */
int err_nomem(struct err *err);

#endif
