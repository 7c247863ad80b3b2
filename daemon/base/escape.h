/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * escape.h - the escapers for logs, terminals, filters and DN values. One each, used by everybody (I17).
 *
 * escape_visible: for a log line, a status answer's prose, a terminal. Leaves printable UTF-8 alone and
 *   writes \xNN for every byte of: C0 controls, DEL, C1 controls, invalid UTF-8, bidirectional controls,
 *   line and paragraph separators, and the backslash itself.
 * escape_filter: RFC 4515 section 3 assertion value: every byte outside [A-Za-z0-9 ._@-] (and valid
 *   multi-byte UTF-8) becomes \NN. Binary safe.
 * escape_dn_value: RFC 4514 section 2.4 attribute value in its string form. Binary safe.
 * All append to out; failure is sticky in the buffer.
 */
#ifndef DUAAL_BASE_ESCAPE_H
#define DUAAL_BASE_ESCAPE_H

#include "base/buf.h"

void escape_visible(struct buf *out, struct text in);
void escape_filter(struct buf *out, struct text in);
void escape_dn_value(struct buf *out, struct text in);

/* Escapes into a fixed array for an error message; cuts at size with "..." and is always NUL-ended. */
const char *escape_short(char *out, size_t size, struct text in);
/* The same for somebody else's words, between quotation marks: those within become apostrophes, so that what follows is not taken for their words,
 * nor theirs for ours. Empty for none, and where size has no room for the marks. */
const char *escape_quoted(char *out, size_t size, struct text in);

#endif
