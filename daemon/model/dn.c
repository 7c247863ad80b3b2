/* SPDX-License-Identifier: EUPL-1.2 */
/* dn.c - see dn.h: the parser and the questions. Short path: dn_plain.c; types and values: dn_type.c, dn_value.c. */
#include "model/dn.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/map.h"
#include "model/dn_type.h"

#define AVAS_MAX  16
#define SHORT_MAX 512

/* ---- the parser --------------------------------------------------------------------------------- */

struct parser {
	const char *at;
	size_t len, pos;
	struct buf *out;
	struct buf value;    /* unescaped */
	struct buf prepared; /* as the rule compares it */
	struct err *err;
};

static void cut(struct buf *buf, size_t len)
{
	buf->len = len;
	if (buf->at != NULL)
		buf->at[len] = '\0';
}

/* strchr alone would find the NUL that ends the set. */
static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static int wrong(struct parser *p, const char *what)
{
	char shown[128];
	return err_set(p->err, ERR_SYNTAX, "%s: %s", escape_short(shown, sizeof(shown), text_make(p->at, p->len)),
		       what);
}

static bool is_type_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
	       c == ';' || c == '_';
}

static void skip_spaces(struct parser *p)
{
	while (p->pos < p->len && p->at[p->pos] == ' ')
		p->pos++;
}

/* Type and '='. */
static int take_type(struct parser *p, struct text *ret)
{
	skip_spaces(p);
	size_t start = p->pos;
	while (p->pos < p->len && is_type_char(p->at[p->pos]))
		p->pos++;
	*ret = text_make(p->at + start, p->pos - start);
	skip_spaces(p);
	if (ret->len == 0 || p->pos == p->len || p->at[p->pos] != '=')
		return wrong(p, "not a DN: an attribute type and \"=\" are expected");
	p->pos++;
	skip_spaces(p);
	return 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_end(const struct parser *p)
{
	return p->pos == p->len || is_one_of(p->at[p->pos], ",;+");
}

/* Behind a backslash: two hexadecimal digits, or one of the characters that may be escaped so. */
static int take_escaped(struct parser *p)
{
	size_t left = p->len - p->pos;
	int high = left >= 1 ? hex_digit(p->at[p->pos]) : -1;
	int low = left >= 2 ? hex_digit(p->at[p->pos + 1]) : -1;
	if (high >= 0 && low >= 0) {
		buf_add_char(&p->value, (char)(high << 4 | low));
		p->pos += 2;
		return 0;
	}
	if (left == 0 || !is_one_of(p->at[p->pos], "\\\"+,;<>=# "))
		return wrong(p, "not a DN: a backslash before something that cannot be escaped");
	buf_add_char(&p->value, p->at[p->pos++]);
	return 0;
}

/* A value in its string form, unescaped into p->value; unescaped spaces at its end do not belong to it. */
static int take_string(struct parser *p)
{
	size_t keep = 0;
	buf_clear(&p->value);
	while (!is_end(p)) {
		char c = p->at[p->pos++];
		int rc = 0;
		if (c == '\\')
			rc = take_escaped(p);
		else if (c == '\0' || is_one_of(c, "\"<>"))
			rc = wrong(p, "not a DN: a character that must be escaped");
		else
			buf_add_char(&p->value, c);
		if (rc < 0)
			return rc;
		if (c != ' ')
			keep = p->value.len;
	}
	if (p->value.len > keep)
		cut(&p->value, keep);
	return 0;
}

/* One type=value, appended to out in canonical form. */
static int take_ava(struct parser *p)
{
	struct text written;
	int rc = take_type(p, &written);
	if (rc < 0)
		return rc;
	struct dn_type type = dn_type_find(written);
	if (type.name != NULL)
		buf_add_string(p->out, type.name);
	for (size_t i = 0; type.name == NULL && i < written.len; i++) {
		char c = written.at[i];
		buf_add_char(p->out, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
	}
	buf_add_char(p->out, '=');
	if (p->pos < p->len && p->at[p->pos] == '#') /* the BER form: slapd refuses it too */
		return wrong(p, "a value in its hexadecimal form is not read");
	rc = take_string(p);
	if (rc == 0 && buf_failed(&p->value))
		rc = err_nomem(p->err);
	buf_clear(&p->prepared);
	if (rc == 0)
		rc = dn_value_prepare(type.rule, buf_text(&p->value), &p->prepared, p->err);
	if (rc == 0 && buf_failed(&p->prepared))
		rc = err_nomem(p->err); /* now: the next value clears both */
	if (rc == 0)
		escape_dn_value(p->out, buf_text(&p->prepared));
	return rc;
}

static int compare_texts(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* AVAs of one RDN have no order: they are written in byte order. */
static int sort_avas(struct parser *p, size_t start, const size_t *ends, size_t count)
{
	struct text avas[AVAS_MAX];
	struct buf copy;
	buf_init(&copy);
	buf_add(&copy, p->out->at + start, p->out->len - start);
	if (buf_failed(&copy) || buf_failed(p->out))
		p->out->failed = true;
	for (size_t i = 0, from = 0; !p->out->failed && i < count; from = ends[i++] - start)
		avas[i] = text_make(copy.at + from, ends[i] - start - from);
	if (!p->out->failed) {
		qsort(avas, count, sizeof(avas[0]), compare_texts);
		cut(p->out, start);
		for (size_t i = 0; i < count; i++) {
			if (i > 0)
				buf_add_char(p->out, '+');
			buf_add_text(p->out, avas[i]);
		}
	}
	buf_done(&copy);
	return 0;
}

static int take_rdn(struct parser *p)
{
	size_t start = p->out->len, count = 0, ends[AVAS_MAX];
	for (bool more = true; more;) {
		if (count == AVAS_MAX)
			return wrong(p, "an RDN has more than 16 parts");
		int rc = take_ava(p);
		if (rc < 0)
			return rc;
		ends[count++] = p->out->len;
		more = p->pos < p->len && p->at[p->pos] == '+';
		p->pos += more;
	}
	return count > 1 ? sort_avas(p, start, ends, count) : 0;
}

static int parse(struct parser *p)
{
	skip_spaces(p);
	while (p->pos < p->len) {
		int rc = take_rdn(p);
		if (rc < 0)
			return rc;
		if (p->pos == p->len)
			break;
		buf_add_char(p->out, ',');
		if (++p->pos == p->len)
			return wrong(p, "not a DN: it ends with a comma");
	}
	return 0;
}

int dn_canonical(struct text dn, struct buf *out, struct err *err)
{
	size_t start = out->len;
	buf_add_text(out, dn);
	if (!buf_failed(out) && !dn_fold_plain(out->at + start, dn.len)) {
		struct parser p = {.at = dn.at, .len = dn.len, .out = out, .err = err};
		cut(out, start);
		int rc = parse(&p);
		buf_done(&p.value);
		buf_done(&p.prepared);
		if (rc < 0) {
			cut(out, start);
			return rc;
		}
	}
	return buf_failed(out) ? err_nomem(err) : 0;
}

/* ---- questions ---------------------------------------------------------------------------------- */

/* Both canonical. The comma before the base must part two RDNs: an odd number of backslashes escapes it. */
static bool ends_with(struct text dn, struct text base)
{
	if (dn.len <= base.len || base.len == 0)
		return base.len == 0 || text_equal(dn, base);
	size_t comma = dn.len - base.len - 1;
	if (dn.at[comma] != ',' || memcmp(dn.at + comma + 1, base.at, base.len) != 0)
		return false;
	size_t slashes = 0;
	while (slashes < comma && dn.at[comma - 1 - slashes] == '\\')
		slashes++;
	return slashes % 2 == 0;
}

static bool is_same(struct text a, struct text b)
{
	return text_equal(a, b);
}

static int compare(struct text a, struct text b, bool (*holds)(struct text, struct text), bool *ret)
{
	struct buf left, right;
	buf_init(&left);
	buf_init(&right);
	int rc = dn_canonical(a, &left, NULL);
	if (rc == 0)
		rc = dn_canonical(b, &right, NULL);
	*ret = rc == 0 && holds(buf_text(&left), buf_text(&right));
	buf_done(&left);
	buf_done(&right);
	return rc == ERR_NOMEM ? rc : 0;
}

int dn_equal(struct text a, struct text b, bool *ret)
{
	return compare(a, b, is_same, ret);
}

int dn_is_below(struct text dn, struct text base, bool *ret)
{
	return compare(dn, base, ends_with, ret);
}

void dn_add_rdn(struct buf *out, const char *type, struct text value)
{
	buf_add_string(out, type);
	buf_add_char(out, '=');
	escape_dn_value(out, value);
}

int dn_key_of(struct text dn, uint64_t *ret)
{
	char at[SHORT_MAX];
	if (dn.len > 0 && dn.len <= sizeof(at)) {
		memcpy(at, dn.at, dn.len);
		if (dn_fold_plain(at, dn.len)) {
			*ret = map_hash(at, dn.len);
			return 0;
		}
	}
	struct buf canonical;
	buf_init(&canonical);
	int rc = dn_canonical(dn, &canonical, NULL);
	*ret = rc == 0 ? map_hash(canonical.at, canonical.len) : 0;
	buf_done(&canonical);
	return rc == ERR_NOMEM ? rc : 0;
}

uint64_t dn_key(struct text dn)
{
	uint64_t key;
	return dn_key_of(dn, &key) < 0 ? 0 : key;
}
