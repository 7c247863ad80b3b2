/* SPDX-License-Identifier: EUPL-1.2 */
/* pseudonym.c - see pseudonym.h: which text has which number. */
#include "ctl/pseudonym.h"

#include <ctype.h>
#include <stdlib.h>

/* numbers: by text in small letters, so that a mail address in other letters is the same; KEPT: it stays as it is. owners: the key that a
 * linked text belongs to; SEVERAL: more than one person has it. */
struct pseudonyms {
	json_t *numbers, *owners;
	json_int_t last;
	struct buf folded;
	bool failed;
};

#define KEPT       0
#define SEVERAL    "" /* no key is empty */
#define KEPT_MIN   3  /* bytes: what is shorter is a part of words */
#define ERRORS_MAX 134

/* What the system says about a failure. */
static void keep_errors(struct pseudonyms *p)
{
	for (int code = 1; code < ERRORS_MAX; code++)
		if (strerrordesc_np(code) != NULL)
			pseudonyms_keep(p, strerrordesc_np(code));
}

struct pseudonyms *pseudonyms_new(void)
{
	struct pseudonyms *p = calloc(1, sizeof(*p));
	if (p == NULL)
		return NULL;
	p->numbers = json_object();
	p->owners = json_object();
	buf_init(&p->folded);
	if (p->numbers == NULL || p->owners == NULL)
		return pseudonyms_free(p);
	keep_errors(p);
	return p;
}

struct pseudonyms *pseudonyms_free(struct pseudonyms *p)
{
	if (p == NULL)
		return NULL;
	json_decref(p->numbers);
	json_decref(p->owners);
	buf_done(&p->folded);
	free(p);
	return NULL;
}

bool pseudonyms_failed(const struct pseudonyms *p)
{
	return p->failed;
}

/* In small letters; valid until the next call. A NUL, which no reply holds, would only make it shorter. */
static const char *fold(struct pseudonyms *p, struct text text)
{
	buf_clear(&p->folded);
	for (size_t i = 0; i < text.len; i++)
		buf_add_char(&p->folded, (char)tolower((unsigned char)text.at[i]));
	p->failed |= buf_failed(&p->folded);
	return buf_string(&p->folded);
}

static void set(struct pseudonyms *p, json_t *object, const char *folded, json_t *value)
{
	p->failed |= json_object_set_new(object, folded, value) < 0;
}

static json_int_t number_of(struct pseudonyms *p, const char *folded)
{
	const json_t *known = json_object_get(p->numbers, folded);
	if (json_integer_value(known) != KEPT)
		return json_integer_value(known);
	set(p, p->numbers, folded, json_integer(++p->last)); /* what names somebody is kept no longer */
	return p->last;
}

void pseudonyms_keep(struct pseudonyms *p, const char *text)
{
	const char *folded = fold(p, text_of(text));
	if (strlen(text) >= KEPT_MIN && json_object_get(p->numbers, folded) == NULL)
		set(p, p->numbers, folded, json_integer(KEPT));
}

/* text has a number that was given before anything was linked to it: the person takes it over. */
static bool take_over(struct pseudonyms *p, const char *key, const char *folded)
{
	const json_t *number = json_object_get(p->numbers, folded);
	if (json_integer_value(number) == KEPT || json_object_get(p->owners, folded) != NULL ||
	    json_object_get(p->numbers, key) != NULL)
		return false;
	set(p, p->numbers, key, json_integer(json_integer_value(number)));
	return true;
}

void pseudonyms_link(struct pseudonyms *p, const char *key, const char *text)
{
	char *owner = strdup(fold(p, text_of(key)));
	const char *folded = fold(p, text_of(text));
	const char *before = json_string_value(json_object_get(p->owners, folded));
	if (owner == NULL) {
		p->failed = true;
		return;
	}
	if (strcmp(owner, folded) == 0 || (before != NULL && strcmp(before, owner) == 0)) {
		number_of(p, owner);
	} else if (before == NULL) {
		if (!take_over(p, owner, folded))
			set(p, p->numbers, folded, json_integer(number_of(p, owner)));
		set(p, p->owners, folded, json_string(owner));
	} else if (strcmp(before, SEVERAL) != 0) {
		set(p, p->numbers, folded, json_integer(++p->last));
		set(p, p->owners, folded, json_string(SEVERAL));
	}
	free(owner);
}

static void add_number(struct pseudonyms *p, json_int_t number, struct buf *out)
{
	buf_format(out, "anon-%lld", (long long)number);
	p->failed |= buf_failed(out);
}

bool pseudonyms_find(struct pseudonyms *p, struct text text, struct buf *out)
{
	const json_t *known = json_object_get(p->numbers, fold(p, text));
	if (known == NULL)
		return false;
	if (json_integer_value(known) == KEPT)
		buf_add_text(out, text);
	else
		add_number(p, json_integer_value(known), out);
	return true;
}

void pseudonym_add(struct pseudonyms *p, struct text text, struct buf *out)
{
	add_number(p, number_of(p, fold(p, text)), out);
}
