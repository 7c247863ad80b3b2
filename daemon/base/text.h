/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * text.h - a borrowed piece of bytes: pointer and length, not NUL-ended, may hold any byte.
 *
 * Values from a directory may hold NUL, newline and invalid UTF-8; they travel as struct text so that
 * no function can stop short at a NUL. Never owns: the memory belongs to the entry, arena or buffer
 * that the text points into. Compare functions are byte-wise or ASCII-caseless, never locale-dependent.
 */
#ifndef DUAAL_BASE_TEXT_H
#define DUAAL_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
	const char *at;
	size_t len;
};

static inline struct text text_make(const char *at, size_t len)
{
	return (struct text){at, len};
}

static inline struct text text_of(const char *string) /* NULL gives the empty text */
{
	return (struct text){string, string != NULL ? strlen(string) : 0};
}

static inline bool text_is_empty(struct text t)
{
	return t.len == 0;
}

static inline bool text_equal(struct text a, struct text b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool text_equal_nocase(struct text a, struct text b);                             /* ASCII letters only */
bool text_starts_nocase(struct text t, struct text prefix);                       /* ASCII letters only */
int text_compare(struct text a, struct text b);                                   /* <0, 0, >0; byte order */
struct text text_trim(struct text t);                                             /* without ASCII space at both ends */
bool text_split(struct text t, char at, struct text *before, struct text *after); /* first occurrence */
bool text_is_utf8(struct text t);                      /* RFC 3629, no surrogates, no NUL rule */
bool text_has_control(struct text t);                  /* C0, DEL, C1 (as UTF-8), bidi controls */
bool text_is_plain(struct text t);                     /* printable ASCII only: the common case, and fast */
bool text_is_clean(struct text t);                     /* UTF-8 without control characters */
bool text_matches(struct text t, struct text pattern); /* '*' any run, ASCII-caseless, rest literal */

/* Decimal digits and nothing else, 1 to max of them (at most 19, which fit). false leaves ret. */
bool text_number(struct text t, size_t max, uint64_t *ret);

/* For printf's "%.*s" with already escaped text. */
#define TEXT_ARG(t) (int)(t).len, (t).at != NULL ? (t).at : ""

#endif
