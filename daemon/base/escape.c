/* SPDX-License-Identifier: EUPL-1.2 */
/* escape.c - see escape.h. */
#include "base/escape.h"

#include "base/utf8.h"

#define PIECE_MAX 16 /* a three-byte control written as \xNN\xNN\xNN */

static const char hex_lower[] = "0123456789abcdef";
static const char hex_upper[] = "0123456789ABCDEF";

static bool is_unsafe(uint32_t c)
{
	return utf8_is_control(c) || c == '\\' || c == 0x2028 || c == 0x2029;
}

/* Writes the visible form of the first character of in; *used says how many bytes it took. */
static size_t visible_piece(struct text in, size_t *used, char out[PIECE_MAX])
{
	uint32_t c = 0;
	size_t len = utf8_decode(in, &c);
	*used = len > 0 ? len : 1;
	if (len > 0 && !is_unsafe(c)) {
		memcpy(out, in.at, len);
		return len;
	}
	size_t at = 0;
	for (size_t i = 0; i < *used; i++) {
		unsigned char byte = (unsigned char)in.at[i];
		out[at++] = '\\';
		out[at++] = 'x';
		out[at++] = hex_upper[byte >> 4];
		out[at++] = hex_upper[byte & 15];
	}
	return at;
}

void escape_visible(struct buf *out, struct text in)
{
	for (size_t at = 0, used; at < in.len; at += used) {
		char piece[PIECE_MAX];
		size_t len = visible_piece(text_make(in.at + at, in.len - at), &used, piece);
		buf_add(out, piece, len);
	}
}

const char *escape_short(char *out, size_t size, struct text in)
{
	if (size == 0)
		return "";
	size_t len = 0, cut = 0; /* cut: the last place that leaves room for the dots */
	for (size_t at = 0, used; at < in.len; at += used) {
		char piece[PIECE_MAX];
		size_t more = visible_piece(text_make(in.at + at, in.len - at), &used, piece);
		if (len + more >= size) {
			len = cut;
			for (size_t dots = 0; dots < 3 && len + 1 < size; dots++)
				out[len++] = '.';
			break;
		}
		memcpy(out + len, piece, more);
		len += more;
		if (len + 3 < size)
			cut = len;
	}
	out[len] = '\0';
	return out;
}

const char *escape_quoted(char *out, size_t size, struct text in)
{
	char *at = out;
	if (size < 3 || in.len == 0)
		return escape_short(out, size, text_of(NULL));
	*at++ = '"';
	(void)escape_short(at, size - 2, in);
	for (; *at != '\0'; at++)
		*at = *at == '"' ? '\'' : *at;
	*at++ = '"';
	*at = '\0';
	return out;
}

static void add_hex(struct buf *out, char byte, const char *digits)
{
	char escaped[3] = {'\\', digits[(unsigned char)byte >> 4], digits[byte & 15]};
	buf_add(out, escaped, sizeof(escaped));
}

static bool is_plain_in_filter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' || c == '.' ||
	       c == '_' || c == '@' || c == '-';
}

void escape_filter(struct buf *out, struct text in)
{
	for (size_t at = 0; at < in.len;) {
		uint32_t c = 0;
		size_t len = utf8_decode(text_make(in.at + at, in.len - at), &c);
		if (len > 1 || is_plain_in_filter(in.at[at])) {
			buf_add(out, in.at + at, len);
			at += len;
		} else {
			add_hex(out, in.at[at++], hex_lower);
		}
	}
}

static bool is_special_in_dn(struct text in, size_t at)
{
	char c = in.at[at];
	return strchr("\"+,;<>\\", c) != NULL || (at == 0 && (c == ' ' || c == '#')) || (at + 1 == in.len && c == ' ');
}

void escape_dn_value(struct buf *out, struct text in)
{
	for (size_t at = 0; at < in.len;) {
		uint32_t c = 0;
		size_t len = utf8_decode(text_make(in.at + at, in.len - at), &c);
		if (len == 0 || c < 0x20 || c == 0x7f) {
			add_hex(out, in.at[at++], hex_upper);
			continue;
		}
		if (is_special_in_dn(in, at))
			buf_add_char(out, '\\');
		buf_add(out, in.at + at, len);
		at += len;
	}
}
