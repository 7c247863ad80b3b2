/* SPDX-License-Identifier: EUPL-1.2 */
/* buf.c - see buf.h. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_init(struct buf *buf)
{
	*buf = (struct buf){0};
}

void buf_done(struct buf *buf)
{
	free(buf->at);
	buf_init(buf);
}

void buf_wipe(struct buf *buf)
{
	if (buf->at != NULL)
		explicit_bzero(buf->at, buf->capacity);
	buf_done(buf);
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->failed = false;
	if (buf->at != NULL)
		buf->at[0] = '\0';
}

bool buf_failed(const struct buf *buf)
{
	return buf->failed;
}

/* Room for more bytes and the NUL behind them. */
static bool reserve(struct buf *buf, size_t more)
{
	size_t need;
	if (buf->failed || __builtin_add_overflow(buf->len, more, &need) || need > SIZE_MAX / 4) {
		buf->failed = true;
		return false;
	}
	if (need < buf->capacity)
		return true;
	size_t grown = buf->capacity + buf->capacity / 2;
	if (grown <= need)
		grown = need + 1;
	if (grown < 64)
		grown = 64;
	char *fresh = realloc(buf->at, grown);
	if (fresh == NULL) {
		buf->failed = true;
		return false;
	}
	buf->at = fresh;
	buf->capacity = grown;
	return true;
}

void buf_add(struct buf *buf, const void *bytes, size_t len)
{
	if (!reserve(buf, len))
		return;
	if (len > 0)
		memcpy(buf->at + buf->len, bytes, len);
	buf->len += len;
	buf->at[buf->len] = '\0';
}

void buf_add_text(struct buf *buf, struct text text)
{
	buf_add(buf, text.at, text.len);
}

void buf_add_string(struct buf *buf, const char *string)
{
	buf_add_text(buf, text_of(string));
}

void buf_add_char(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void buf_format(struct buf *buf, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		buf->failed = true;
	if (len < 0 || !reserve(buf, (size_t)len))
		return;
	va_start(args, format);
	vsnprintf(buf->at + buf->len, (size_t)len + 1, format, args);
	va_end(args);
	buf->len += (size_t)len;
}

struct text buf_text(const struct buf *buf)
{
	return text_make(buf->at, buf->len);
}

const char *buf_string(const struct buf *buf)
{
	return buf->at != NULL ? buf->at : "";
}
