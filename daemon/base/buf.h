/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * buf.h - a growing byte buffer for building messages, filters, DNs and text answers.
 *
 * Failure is sticky: after the first failed allocation every further call does nothing and buf_failed
 * answers true, so that a builder checks once, at its end; buf_clear and buf_done forget it. The content is always
 * NUL-ended behind len.
 */
#ifndef DUAAL_BASE_BUF_H
#define DUAAL_BASE_BUF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct buf {
	char *at; /* NULL while empty */
	size_t len;
	size_t capacity;
	bool failed;
};

void buf_init(struct buf *buf);
void buf_done(struct buf *buf);
void buf_wipe(struct buf *buf);  /* buf_done, and zeros where it was. What it outgrew is not zeros: for what is short */
void buf_clear(struct buf *buf); /* keeps the memory */
bool buf_failed(const struct buf *buf);
void buf_add(struct buf *buf, const void *bytes, size_t len);
void buf_add_text(struct buf *buf, struct text text);
void buf_add_string(struct buf *buf, const char *string);
void buf_add_char(struct buf *buf, char c);
void buf_format(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
struct text buf_text(const struct buf *buf);
const char *buf_string(const struct buf *buf); /* "" while empty, never NULL */

#endif
