/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * dn_value.c - preparing an RDN's value as slapd 2.5 does before it compares (RFC 4518, with slapd's order).
 *
 * slapd folds case first, character by character, and composes afterwards (NFKC), without folding again:
 * a sign that decomposes into capitals keeps them. The same order here, else we would call equal what
 * the server holds apart.
 */
#include "model/dn_type.h"

#include <stdlib.h>
#include <utf8proc.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Spaces at both ends vanish, runs become one; nothing but spaces becomes one space. */
static void add_collapsed(struct buf *out, struct text value)
{
	struct text trimmed = text_trim(value);
	for (size_t i = 0; i < trimmed.len; i++)
		if (trimmed.at[i] != ' ' || trimmed.at[i - 1] != ' ')
			buf_add_char(out, trimmed.at[i]);
	if (trimmed.len == 0)
		buf_add_char(out, ' ');
}

static bool is_ascii(struct text value)
{
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.at[i] >= 0x80)
			return false;
	return true;
}

/* Composes (NFKC) what was folded since the last inert character and appends it. */
static int compose(struct buf *folded, struct buf *out, struct err *err)
{
	utf8proc_uint8_t *composed = NULL;
	if (buf_failed(folded))
		return err_nomem(err);
	if (folded->len == 0)
		return 0;
	utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)folded->at, (utf8proc_ssize_t)folded->len,
					    &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
	if (len == UTF8PROC_ERROR_NOMEM)
		return err_nomem(err);
	if (len < 0)
		return err_set(err, ERR_SYNTAX, "a value in a DN cannot be normalised");
	buf_add(out, composed, (size_t)len);
	free(composed);
	buf_clear(folded);
	return 0;
}

/* Folds by simple mapping and composes, from one inert character to the next; those are copied. */
static int fold_and_compose(struct text value, struct buf *folded, struct buf *out, struct err *err)
{
	int rc = 0;
	for (size_t at = 0; rc == 0 && at < value.len;) {
		utf8proc_int32_t c;
		utf8proc_uint8_t bytes[4];
		utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)value.at + at,
							(utf8proc_ssize_t)(value.len - at), &c);
		if (len <= 0)
			return err_set(err, ERR_SYNTAX, "a value in a DN is not UTF-8");
		if (dn_is_inert((uint32_t)c)) {
			rc = compose(folded, out, err);
			buf_add(out, value.at + at, (size_t)len);
		} else {
			buf_add(folded, bytes, (size_t)utf8proc_encode_char(utf8proc_tolower(c), bytes));
		}
		at += (size_t)len;
	}
	return rc == 0 ? compose(folded, out, err) : rc;
}

static int prepare_folded(struct text value, struct buf *out, struct err *err)
{
	struct buf folded, composed;
	buf_init(&folded);
	buf_init(&composed);
	int rc = 0;
	if (!is_ascii(value))
		rc = fold_and_compose(value, &folded, &composed, err);
	else
		for (size_t i = 0; i < value.len; i++)
			buf_add_char(&composed, lower(value.at[i]));
	if (rc == 0 && buf_failed(&composed))
		rc = err_nomem(err);
	if (rc == 0)
		add_collapsed(out, buf_text(&composed));
	buf_done(&folded);
	buf_done(&composed);
	return rc;
}

/* Leaves out the bytes in ignored; a value of nothing else becomes one space. */
static void add_without(struct buf *out, struct text value, const char *ignored)
{
	size_t before = out->len;
	for (size_t i = 0; i < value.len; i++)
		if (strchr(ignored, value.at[i]) == NULL)
			buf_add_char(out, value.at[i]);
	if (out->len == before)
		buf_add_char(out, ' ');
}

static bool is_numeric(struct text value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.at[i] != ' ' && (value.at[i] < '0' || value.at[i] > '9'))
			return false;
	return true;
}

int dn_value_prepare(enum dn_rule rule, struct text value, struct buf *out, struct err *err)
{
	if (text_is_empty(value))
		return err_set(err, ERR_SYNTAX, "a DN holds an empty value");
	if (rule == DN_RULE_FOLD)
		return prepare_folded(value, out, err);
	if (rule == DN_RULE_EXACT) {
		buf_add_text(out, value);
		return 0;
	}
	if (!is_ascii(value) || memchr(value.at, 0, value.len) != NULL ||
	    (rule == DN_RULE_NUMERIC && !is_numeric(value)))
		return err_set(err, ERR_SYNTAX, "a value in a DN does not fit its attribute type");
	if (rule == DN_RULE_IA5)
		return prepare_folded(value, out, err);
	add_without(out, value, rule == DN_RULE_PHONE ? " -" : " ");
	return 0;
}
