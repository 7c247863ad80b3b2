/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * pseudonym_reply.c - a reply of the daemon, every text of it, before anything of it is shown.
 *
 * The table says what a field holds, by its name and by the name of the field that its object stands in. A field that is not in the table is
 * treated as a sentence: only what our own programs say stays of it. So a new field needs a row to show more, never to hide more.
 * First the whole reply is looked through for people and for names that are public, because a sentence may come before the
 * field that tells whom it names.
 */
#include <stdlib.h>
#include <string.h>

#include "ctl/pseudonym.h"

enum holds {
	HOLDS_SENTENCE,
	HOLDS_CODE,   /* a word of a closed list */
	HOLDS_PUBLIC, /* of institutions, roles and the program itself */
	HOLDS_PERSON, /* names the person of this object */
	HOLDS_DN,     /* or a value in its place */
	HOLDS_TYPED,  /* by people */
	HOLDS_LDIF,
	HOLDS_ROW, /* JSON, of the audit */
};

/* within: "": the reply itself; NULL: any. The first that fits counts. */
static const struct row {
	const char *within, *name;
	enum holds holds;
} table[] = {
	{"parts", "name", HOLDS_CODE},
	{"trouble", "name", HOLDS_CODE},
	{"institutions", "name", HOLDS_PUBLIC},
	{"troubled", "name", HOLDS_PUBLIC},
	{"certificates", "name", HOLDS_PUBLIC}, /* of a source */
	{"reads", "name", HOLDS_PUBLIC},
	{"candidates", "source", HOLDS_PUBLIC}, /* which of them */
	{"", "name", HOLDS_PUBLIC},
	{NULL, "name", HOLDS_PERSON},
	{"head_administrators", "id", HOLDS_PERSON},
	{"local_administrators", "id", HOLDS_PERSON},
	{"findings", "id", HOLDS_PUBLIC},
	{NULL, "id", HOLDS_CODE},
	{NULL, "vo_id", HOLDS_PERSON},
	{NULL, "entry_uuid", HOLDS_PERSON},
	{NULL, "person", HOLDS_PERSON},
	{NULL, "uid", HOLDS_PERSON},
	{NULL, "mail", HOLDS_PERSON},
	{"details", "source_uuid", HOLDS_PERSON},
	{NULL, "entry", HOLDS_DN},
	{NULL, "source_entry", HOLDS_DN},
	{NULL, "value", HOLDS_DN},
	{NULL, "writer", HOLDS_DN},
	{NULL, "author", HOLDS_DN},
	{NULL, "request", HOLDS_DN},
	{NULL, "identity", HOLDS_DN},
	{NULL, "dn", HOLDS_DN},
	{"hold", "reason", HOLDS_TYPED},
	{"holds", "reason", HOLDS_TYPED},
	{"freezes", "reason", HOLDS_TYPED},
	{"order", "reason", HOLDS_TYPED},
	{"directives", "reason", HOLDS_TYPED},
	{NULL, "reason", HOLDS_CODE},
	{NULL, "owner", HOLDS_TYPED},
	{NULL, "said", HOLDS_TYPED},
	{NULL, "answer", HOLDS_TYPED},
	{"", "kind", HOLDS_PUBLIC},
	{"institutions", "kind", HOLDS_PUBLIC},
	{NULL, "kind", HOLDS_CODE},
	{NULL, "code", HOLDS_CODE},
	{"", "delayed_by", HOLDS_CODE},
	{NULL, "institution_name", HOLDS_PUBLIC},
	{NULL, "role", HOLDS_PUBLIC},
	{"samples", "metric", HOLDS_PUBLIC},
	{"settings", "key", HOLDS_PUBLIC},
	{"settings", "digest", HOLDS_PUBLIC}, /* to be compared, and never shown */
	{"", "settings", HOLDS_PUBLIC},
	{"", "next", HOLDS_PUBLIC}, /* where a list goes on */
	{NULL, "actions", HOLDS_PUBLIC},
	{NULL, "instance", HOLDS_PUBLIC},
	{NULL, "source", HOLDS_PUBLIC},
	{NULL, "version", HOLDS_PUBLIC},
	{NULL, "group", HOLDS_PUBLIC},
	{NULL, "monday", HOLDS_PUBLIC},
	{NULL, "position", HOLDS_PUBLIC},
	{NULL, "source_changed", HOLDS_PUBLIC},
	{NULL, "time", HOLDS_PUBLIC},
	{"", "ldif", HOLDS_LDIF},
	{"lines", "lines", HOLDS_ROW},
};

/* Who gave an order, by the user's number. */
static const char *const user_ids[] = {"by", "decided_by", "requested_by", "uid", "trigger_uid"};

static enum holds holds_of(const char *within, const char *name)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].name, name) == 0 &&
		    (table[i].within == NULL || strcmp(table[i].within, within) == 0))
			return table[i].holds;
	return HOLDS_SENTENCE;
}

/* ---- who is named ------------------------------------------------------------------------------------ */

/* What names the person of an object best, of what it has; NULL: it names nobody. */
static const char *key_of(const char *within, const json_t *object)
{
	static const char *const names[] = {"vo_id",      "id",  "person", "source_uuid",
					    "entry_uuid", "uid", "mail",   "name"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *text = json_string_value(json_object_get(object, names[i]));
		if (text != NULL && text[0] != '\0' && holds_of(within, names[i]) == HOLDS_PERSON)
			return text;
	}
	return NULL;
}

static void learn(struct pseudonyms *p, const char *within, const json_t *value);

static void learn_field(struct pseudonyms *p, const char *within, const char *key, const char *name, json_t *value)
{
	const char *text = json_string_value(value);
	enum holds holds = holds_of(within, name);
	if (text == NULL)
		learn(p, name, value);
	else if (key != NULL && text[0] != '\0' && holds == HOLDS_PERSON)
		pseudonyms_link(p, key, text);
	else if (text[0] != '\0' && holds == HOLDS_PUBLIC)
		pseudonyms_keep(p, text);
}

/* value: an object or a list in the field within. */
static void learn(struct pseudonyms *p, const char *within, const json_t *value)
{
	const char *name, *key = key_of(within, value);
	size_t i;
	json_t *inner;
	json_object_foreach((json_t *)value, name, inner)
	{
		learn_field(p, within, key, name, inner);
	}
	json_array_foreach(value, i, inner)
	{
		learn_field(p, within, NULL, within, inner);
	}
}

/* ---- what is shown ----------------------------------------------------------------------------------- */

static int replace(struct pseudonyms *p, const char *within, json_t *value);

/* A row that is no JSON object would be shown by nobody. */
static void add_row(struct pseudonyms *p, const char *text, struct buf *out)
{
	json_t *row = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(row)) {
		json_decref(row);
		return;
	}
	learn(p, "row", row);
	char *line = replace(p, "row", row) == 0 ? json_dumps(row, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
	buf_add_string(out, line != NULL ? line : "");
	out->failed |= line == NULL;
	free(line);
	json_decref(row);
}

static void add(struct pseudonyms *p, enum holds holds, const char *key, const char *text, struct buf *out)
{
	switch (holds) {
	case HOLDS_SENTENCE: pseudonym_sentence(p, text_of(text), out); return;
	case HOLDS_CODE: pseudonym_code(p, text_of(text), out); return;
	case HOLDS_PUBLIC: buf_add_string(out, text); return;
	case HOLDS_PERSON: pseudonym_add(p, text_of(key != NULL ? key : text), out); return;
	case HOLDS_TYPED: pseudonym_add(p, text_of(text), out); return;
	case HOLDS_LDIF: pseudonym_ldif(p, text_of(text), out); return;
	case HOLDS_ROW: add_row(p, text, out); return;
	case HOLDS_DN: break;
	}
	if (pseudonym_is_dn(text_of(text)))
		pseudonym_dn(p, text_of(text), out);
	else
		pseudonym_add(p, text_of(text), out);
}

static int replace_text(struct pseudonyms *p, const char *within, const char *key, const char *name, json_t *value)
{
	struct buf out;
	const char *text = json_string_value(value);
	if (text[0] == '\0')
		return 0;
	buf_init(&out);
	add(p, holds_of(within, name), key, text, &out);
	bool failed = buf_failed(&out) || pseudonyms_failed(p) || json_string_set(value, buf_string(&out)) < 0;
	buf_done(&out);
	return failed ? ERR_NOMEM : 0;
}

/* 1: the value is to be null. */
static int replace_field(struct pseudonyms *p, const char *within, const char *key, const char *name, json_t *value)
{
	for (size_t i = 0; json_is_integer(value) && i < sizeof(user_ids) / sizeof(user_ids[0]); i++)
		if (strcmp(user_ids[i], name) == 0)
			return 1;
	return json_is_string(value) ? replace_text(p, within, key, name, value) : replace(p, name, value);
}

static int replace_in_object(struct pseudonyms *p, const char *within, json_t *object)
{
	const char *name;
	void *next;
	json_t *inner;
	const char *known = key_of(within, object);
	char *key = known != NULL ? strdup(known) : NULL; /* the field itself is replaced too */
	int code = known != NULL && key == NULL ? ERR_NOMEM : 0;
	json_object_foreach_safe(object, next, name, inner)
	{
		int r = code == 0 ? replace_field(p, within, key, name, inner) : 0;
		if (r == 1)
			r = json_object_set_new(object, name, json_null()) == 0 ? 0 : ERR_NOMEM;
		code = r < 0 ? r : code;
	}
	free(key);
	return code;
}

static int replace(struct pseudonyms *p, const char *within, json_t *value)
{
	int code = 0;
	size_t i;
	json_t *inner;
	if (json_is_object(value))
		return replace_in_object(p, within, value);
	json_array_foreach(value, i, inner)
	{
		int r = code == 0 ? replace_field(p, within, NULL, within, inner) : 0;
		code = r < 0 ? r : code;
	}
	return code;
}

int pseudonym_reply(struct pseudonyms *p, json_t *parameters)
{
	learn(p, "", parameters);
	return pseudonyms_failed(p) ? ERR_NOMEM : replace(p, "", parameters);
}
