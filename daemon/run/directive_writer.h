/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * directive_writer.h - the LDAP operations of one directive through duaal-target, one after the other: what would follow one that
 * was refused is not sent.
 *
 * Order: directive_writer_add for each record (wire/message.h: a WRITE), directive_writer_start; written is called later, exactly
 * once, unless directive_writer_drop came first. Needs the target's helper to be idle.
 */
#ifndef DUAAL_RUN_DIRECTIVE_WRITER_H
#define DUAAL_RUN_DIRECTIVE_WRITER_H

#include "run/client.h"

struct directive_writer {
	struct client *target;
	void *ctx;
	void (*written)(void *ctx, const struct err *why); /* why NULL: all of them went through */
	struct buf records;                                /* length and body of each */
	size_t at;                                         /* what of records was sent */
	bool writing;
	int result;    /* LDAP result code of the one that was refused; 0: none, or the server did not say */
	bool answered; /* there is an outcome of the one that was sent last */
	bool unknown;  /* its outcome is that nobody knows: it may be written */
	unsigned done; /* so many went through before */
	struct err trouble;
};

void directive_writer_init(struct directive_writer *w, struct client *target);
void directive_writer_add(struct directive_writer *w, const struct buf *record);
MUST_USE int directive_writer_start(struct directive_writer *w, struct err *err); /* on error nothing was sent */
void directive_writer_drop(struct directive_writer *w); /* what was added; no callback any more */

#endif
