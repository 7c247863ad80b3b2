/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_ask.c - see source_read.h: ASK, the second question before a removal by absence.
 *
 * Every search asks for the canaries along with the others: an identity that may no longer search by entryUUID would be
 * told of nobody, and everybody would count as proven absent.
 */
#include "helper/source_read.h"
#include "helper/source_session.h"

#define BATCH 50

struct asking {
	struct source_session *session;
	const struct uuid *uuids; /* of this batch */
	uint32_t count;
	bool answered[BATCH];
};

static bool mark_answered(struct asking *a, const struct uuid *uuid)
{
	bool asked = false;
	for (uint32_t i = 0; i < a->count; i++)
		if (uuid_equal(&a->uuids[i], uuid))
			asked = a->answered[i] = true;
	return asked;
}

static int take_answer(void *ctx, struct search_entry *from, struct err *err)
{
	struct asking *a = ctx;
	struct source_session *s = a->session;
	int code = source_session_take(s, &s->people, from, err);
	if (code < 0)
		return code;
	bool canary = source_canaries_look(s, &s->entry.uuid), asked = mark_answered(a, &s->entry.uuid);
	if (!asked)
		return canary ? 0
			      : err_set(err, ERR_INCOMPLETE,
					"an entry came that was not asked for: the filter is not heeded");
	return source_session_send(s, ENTRY_PERSON, s->set->people.base, err);
}

static void add_uuid(struct buf *filter, const struct uuid *uuid)
{
	char text[UUID_TEXT_SIZE];
	buf_format(filter, "(entryUUID=%s)", uuid_format(uuid, text));
}

static void build_filter(const struct asking *a, struct buf *filter)
{
	const struct source_session *s = a->session;
	buf_add_string(filter, "(|");
	for (uint32_t i = 0; i < a->count; i++)
		add_uuid(filter, &a->uuids[i]);
	for (uint32_t i = 0; i < s->set->canary_count; i++)
		if (s->canaries[i].under_base)
			add_uuid(filter, &s->canaries[i].uuid);
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
		s->entry.uuid = a->uuids[i];
		s->entry.csn = (struct csn){0};
		code = source_session_send(s, ENTRY_ABSENT, "", err);
	}
	return code;
}

static int ask_batch(struct asking *a, struct err *err)
{
	struct source_session *s = a->session;
	const char *attributes[SOURCE_ATTRIBUTES_MAX];
	struct buf filter;
	source_entry_attributes(&s->set->people.map, attributes);
	buf_init(&filter);
	build_filter(a, &filter);
	source_canaries_begin(s);
	const struct search search = {.base = s->set->people.base,
				      .scope = LDAP_SCOPE_SUBTREE,
				      .filter = buf_string(&filter),
				      .attributes = attributes,
				      .each = take_answer,
				      .ctx = a};
	int code = buf_failed(&filter) ? err_nomem(err) : source_session_search(s, &search, err);
	buf_done(&filter);
	if (code == 0)
		code = source_canaries_check(s, err);
	return code < 0 ? code : send_absent(a, err);
}

static int ask_all(struct source_session *s, const struct uuid *uuids, uint32_t count, struct err *err)
{
	int code;
	uint32_t at = 0;
	do { /* once at least: the canaries are always asked for */
		struct asking a = {.session = s, .uuids = uuids + at, .count = count - at < BATCH ? count - at : BATCH};
		code = ask_batch(&a, err);
		at += a.count;
	} while (code == 0 && at < count);
	if (code < 0)
		return code;
	s->cert.checks |= CHECK_FLOOR; /* of an answer: every question has one */
	return source_session_certify(s, err);
}

int source_ask(struct channel *channel, const struct source_settings *set, const struct uuid *uuids, uint32_t count,
	       int *ret_result, struct err *err)
{
	struct source_session s;
	int code = source_session_open(&s, channel, set, err);
	if (code == 0)
		code = ask_all(&s, uuids, count, err);
	*ret_result = s.result;
	source_session_close(&s);
	return code;
}
