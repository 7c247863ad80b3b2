/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_ask.c - see source_read.h: ASK, the second question before a removal by absence, and the one about people whom an
 * override names.
 *
 * Every search asks for the canaries along with the others: an identity that may no longer search by entryUUID would be
 * told of nobody, and everybody would count as proven absent. Grants that are entries, and right groups, are asked for twice, with their
 * filter and without it: one that is there, and is not found as a grant, is sent with FIELD_OUTSIDE.
 */
#include "base/escape.h"
#include "helper/source_read.h"
#include "helper/source_session.h"
#include "ldap/entry_id.h"

#define BATCH 50

struct asking { /* one batch, either by entryUUID or by vo-id */
	struct source_session *session;
	const struct source_question *entries;
	const struct text *vo_ids;
	uint32_t count;
	uint8_t kind;            /* of the entries that are searched for now */
	struct source_part part; /* of that kind, where it is no person */
	bool answered[BATCH];    /* by entryUUID */
	bool inside[BATCH];      /* the filter found it */
};

static bool mark(const struct asking *a, const struct uuid *uuid, bool *marks)
{
	bool asked = false;
	for (uint32_t i = 0; i < a->count; i++)
		if (a->entries[i].kind == a->kind && uuid_equal(&a->entries[i].uuid, uuid))
			asked = marks[i] = true;
	return asked;
}

static int refuse_unasked(struct err *err)
{
	return err_set(err, ERR_INCOMPLETE, "an entry came that was not asked for: the filter is not heeded");
}

static int take_answer(void *ctx, struct search_entry *from, struct err *err)
{
	struct asking *a = ctx;
	struct source_session *s = a->session;
	int code = source_session_take(s, &s->people, from, err);
	if (code < 0)
		return code;
	bool canary = source_canaries_look(s, &s->entry.uuid), asked = mark(a, &s->entry.uuid, a->answered);
	if (!asked)
		return canary ? 0 : refuse_unasked(err);
	return source_session_send(s, ENTRY_PERSON, s->set->people.base, err);
}

static int take_inside(void *ctx, struct search_entry *from, struct err *err)
{
	struct asking *a = ctx;
	struct source_session *s = a->session;
	int code = source_session_take(s, a->part.map, from, err);
	if (code < 0)
		return code;
	bool canary = source_part_look(&a->part, &s->entry.uuid);
	return mark(a, &s->entry.uuid, a->inside) || canary ? 0 : refuse_unasked(err);
}

static bool is_inside(const struct asking *a, const struct uuid *uuid)
{
	for (uint32_t i = 0; i < a->count; i++)
		if (a->inside[i] && uuid_equal(&a->entries[i].uuid, uuid))
			return true;
	return false;
}

static int take_of_part(void *ctx, struct search_entry *from, struct err *err)
{
	struct asking *a = ctx;
	struct source_session *s = a->session;
	int code = source_session_take(s, a->part.map, from, err);
	if (code < 0)
		return code;
	bool canary = source_part_look(&a->part, &s->entry.uuid), asked = mark(a, &s->entry.uuid, a->answered);
	if (!asked)
		return canary ? 0 : refuse_unasked(err);
	if (!is_inside(a, &s->entry.uuid) && source_entry_add(&s->entry, FIELD_OUTSIDE, text_of(""), err) < 0)
		return ERR_NOMEM;
	return source_session_send(s, a->part.kind, "", err);
}

/* What the server thinks equal and we do not is of no use: whoever goes by the key is found by the key. */
static bool carries_vo_id(const struct asking *a)
{
	const struct source_entry *entry = &a->session->entry;
	for (size_t i = 0; i < entry->count; i++)
		for (uint32_t k = 0; entry->values[i].field == FIELD_VO_ID && k < a->count; k++)
			if (text_equal_nocase(text_trim(entry->values[i].value), a->vo_ids[k]))
				return true;
	return false;
}

static int take_named(void *ctx, struct search_entry *from, struct err *err)
{
	struct asking *a = ctx;
	struct source_session *s = a->session;
	int code = source_session_take(s, &s->people, from, err);
	if (code < 0 || source_canaries_look(s, &s->entry.uuid) || !carries_vo_id(a))
		return code;
	return source_session_send(s, ENTRY_PERSON, s->set->people.base, err);
}

static void add_vo_id(struct buf *filter, const char *attribute, struct text vo_id)
{
	buf_format(filter, "(%s=", attribute);
	escape_filter(filter, vo_id);
	buf_add_char(filter, ')');
}

static void build_filter(const struct asking *a, struct buf *filter)
{
	const struct source_session *s = a->session;
	const char *vo_id = attribute_of(&s->set->people.map, FIELD_VO_ID);
	buf_add_string(filter, "(|");
	for (uint32_t i = 0; i < a->count; i++) {
		if (a->vo_ids != NULL)
			add_vo_id(filter, vo_id != NULL ? vo_id : "", a->vo_ids[i]);
		else if (a->entries != NULL && a->entries[i].kind == a->kind)
			entry_id_filter(filter, s->set->entry_id, &a->entries[i].uuid);
	}
	for (uint32_t i = 0; a->kind == ENTRY_PERSON && i < s->set->canary_count; i++)
		if (s->canaries[i].under_base)
			entry_id_filter(filter, s->set->entry_id, &s->canaries[i].uuid);
	for (uint32_t i = 0; a->kind != ENTRY_PERSON && i < a->part.canary_count; i++)
		entry_id_filter(filter, s->set->entry_id, &a->part.canaries[i].uuid);
	buf_add_char(filter, ')');
}

static int send_absent(struct asking *a, struct err *err)
{
	struct source_session *s = a->session;
	int code = 0;
	for (uint32_t i = 0; i < a->count && code == 0; i++) {
		if (a->answered[i])
			continue;
		s->entry.count = 0;
		s->entry.dn = text_of("");
		s->entry.uuid = a->entries[i].uuid;
		s->entry.csn = (struct csn){0};
		code = source_session_send(s, ENTRY_ABSENT, "", err);
	}
	return code;
}

static int search_batch(struct asking *a, const char *filter, struct err *err)
{
	struct source_session *s = a->session;
	const char *attributes[SOURCE_ATTRIBUTES_MAX];
	source_entry_attributes(s->set, &s->set->people.map, attributes);
	const struct search search = {.base = s->set->people.base,
				      .scope = LDAP_SCOPE_SUBTREE,
				      .filter = filter,
				      .attributes = attributes,
				      .each = a->vo_ids != NULL ? take_named : take_answer,
				      .ctx = a};
	source_canaries_begin(s);
	int code = source_session_search(s, &search, err);
	return code < 0 ? code : source_canaries_check(s, err);
}

static int search_people(struct asking *a, struct err *err)
{
	struct buf filter;
	buf_init(&filter);
	a->kind = ENTRY_PERSON;
	build_filter(a, &filter);
	int code = buf_failed(&filter) ? err_nomem(err) : search_batch(a, buf_string(&filter), err);
	buf_done(&filter);
	return code;
}

static int search_part_by(struct asking *a, const char *filter, search_fn each, struct err *err)
{
	struct source_session *s = a->session;
	const char *attributes[SOURCE_ATTRIBUTES_MAX];
	source_entry_attributes(a->session->set, &a->part.search->map, attributes);
	const struct search search = {.base = a->part.search->base,
				      .scope = LDAP_SCOPE_SUBTREE,
				      .filter = filter,
				      .attributes = attributes,
				      .each = each,
				      .ctx = a};
	source_part_begin(&a->part);
	int code = source_session_search(s, &search, err);
	return code < 0 ? code : source_part_check(&a->part, err);
}

/* A shape that was taken out of the configuration has no entries any more, as in a second read: what follows from that waits as a
 * changed scope (I15), and everybody else's questions are answered. */
static int search_part(struct asking *a, enum entry_kind kind, struct err *err)
{
	struct buf plain, selective;
	a->kind = (uint8_t)kind;
	source_part_get(a->session, kind, &a->part);
	if (!source_part_is_used(&a->part))
		return 0;
	buf_init(&plain);
	buf_init(&selective);
	build_filter(a, &plain);
	buf_format(&selective, "(&%s%s)", a->part.search->filter, buf_string(&plain));
	int code = buf_failed(&plain) || buf_failed(&selective)
			   ? err_nomem(err)
			   : search_part_by(a, buf_string(&selective), take_inside, err);
	if (code == 0)
		code = search_part_by(a, buf_string(&plain), take_of_part, err);
	buf_done(&plain);
	buf_done(&selective);
	return code;
}

static bool asks_for(const struct asking *a, enum entry_kind kind)
{
	for (uint32_t i = 0; i < a->count; i++)
		if (a->entries[i].kind == kind)
			return true;
	return false;
}

static int ask_batch(struct asking *a, struct err *err)
{
	int code = search_people(a, err);
	if (code < 0 || a->entries == NULL)
		return code;
	for (int kind = ENTRY_GRANT; code == 0 && kind <= ENTRY_RIGHT_GROUP; kind++)
		if (asks_for(a, (enum entry_kind)kind))
			code = search_part(a, (enum entry_kind)kind, err);
	return code < 0 ? code : send_absent(a, err);
}

static uint32_t batch_of(uint32_t count, uint32_t at)
{
	return count - at < BATCH ? count - at : BATCH;
}

static int ask_all(struct source_session *s, const struct question *q, struct err *err)
{
	int code;
	uint32_t at = 0;
	do { /* once at least: the canaries are always asked for */
		struct asking a = {.session = s, .entries = q->entries + at, .count = batch_of(q->entry_count, at)};
		code = ask_batch(&a, err);
		at += a.count;
	} while (code == 0 && at < q->entry_count);
	for (at = 0; code == 0 && at < q->vo_id_count; at += BATCH) {
		struct asking a = {.session = s, .vo_ids = q->vo_ids + at, .count = batch_of(q->vo_id_count, at)};
		code = ask_batch(&a, err);
	}
	if (code < 0)
		return code;
	s->cert.checks |= CHECK_FLOOR; /* of an answer: every question has one */
	return source_session_certify(s, err);
}

int source_ask(struct channel *channel, const struct source_settings *set, const struct question *question,
	       int *ret_result, struct err *err)
{
	const struct source_demand demand = {.at_least = &question->at_least, .never_older = true};
	struct source_session s;
	int code = source_session_open(&s, channel, set, &demand, err);
	if (code == 0)
		code = ask_all(&s, question, err);
	*ret_result = s.result;
	source_session_close(&s);
	return code;
}
