/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_find.c - see source_read.h: FIND, who has a national number.
 *
 * The number goes out in a filter and never comes back: only what names the entry, and the vo-id, are asked for. What the server says
 * about a search that failed may repeat its filter, so of that only the result code's own name is told.
 *
 * An identity that may not search by the attribute is answered with success and nobody, as for a number that nobody has. So where nobody
 * is found, people with the right must be found by having the attribute at all.
 */
#include "base/arena.h"
#include "helper/source_read.h"
#include "helper/source_session.h"
#include "ldap/entry_id.h"

struct seeking {
	struct source_session session;
	struct found_people found;
	struct arena bytes; /* of the vo-ids */
};

static struct text vo_id_of(const struct source_entry *entry)
{
	for (size_t i = 0; i < entry->count; i++)
		if (entry->values[i].field == FIELD_VO_ID)
			return text_trim(entry->values[i].value);
	return text_of("");
}

static int take_found(void *ctx, struct search_entry *from, struct err *err)
{
	struct seeking *seeking = ctx;
	struct source_session *s = &seeking->session;
	struct found_people *found = &seeking->found;
	int code = source_entry_read(&s->entry, &s->people, NULL, from, err);
	if (code < 0)
		return code;
	if (uuid_is_null(&s->entry.uuid))
		return err_set(err, ERR_INCOMPLETE, "an entry came without its %s",
			       entry_id_attribute(s->set->entry_id));
	if (found->total++ >= FOUND_MAX)
		return 0;
	struct text vo_id = vo_id_of(&s->entry);
	char *copy = arena_copy(&seeking->bytes, vo_id);
	if (copy == NULL)
		return err_nomem(err);
	found->at[found->count].uuid = s->entry.uuid;
	found->at[found->count++].vo_id = text_make(copy, vo_id.len);
	return 0;
}

static int search(struct seeking *seeking, const char *filter, int *ret_result, struct err *err)
{
	const struct source_settings *set = seeking->session.set;
	const char *const attributes[] = {entry_id_attribute(set->entry_id),
					  attribute_of(&set->people.map, FIELD_VO_ID), NULL};
	const struct search search = {.base = set->people.base,
				      .scope = set->people.one_level ? LDAP_SCOPE_ONELEVEL : LDAP_SCOPE_SUBTREE,
				      .filter = filter,
				      .attributes = attributes,
				      .each = take_found,
				      .ctx = seeking};
	struct search_proof proof = {0};
	struct err unheard = {0};
	int code = search_run(seeking->session.conn, &search, &proof, &unheard);
	*ret_result = proof.result;
	if (code == 0 || code == ERR_NOMEM)
		return code == 0 ? 0 : err_nomem(err);
	return err_set(err, code, "the search by national number failed: %s",
		       proof.result != 0 ? ldap_err2string(proof.result) : "its answer is not whole");
}

static int search_number(struct seeking *seeking, struct text number, int *ret_result, struct err *err)
{
	struct buf filter;
	buf_init(&filter);
	buf_format(&filter, "(%s=%.*s)", seeking->session.set->national_number, TEXT_ARG(number));
	int code = buf_failed(&filter) ? err_nomem(err) : search(seeking, buf_string(&filter), ret_result, err);
	buf_wipe(&filter);
	return code;
}

static int check_schema(const struct source_session *s, struct err *err)
{
	const struct source_settings *set = s->set;
	const char *const attributes[] = {attribute_of(&set->people.map, FIELD_VO_ID), set->national_number, NULL};
	return ldap_schema_check(s->conn, set->people.base, attributes, set->people.filter, err);
}

static int send_found(struct seeking *seeking, struct err *err)
{
	struct buf body;
	buf_init(&body);
	found_encode(&body, &seeking->found);
	int code = sender_last(&seeking->session.sender, M_FOUND, &body, err);
	buf_done(&body);
	return code;
}

static int check_searchable(const struct source_session *s, struct err *err)
{
	bool searched, read;
	int code = source_number_look(s, &searched, &read, err);
	if (code < 0 || searched)
		return code;
	return err_set(
		err, ERR_DENIED,
		"of the people with the right, none shows the attribute %s to a search: may this identity search "
		"by it?",
		s->set->national_number);
}

int source_find(struct channel *channel, const struct source_settings *set, struct text number, int *ret_result,
		struct err *err)
{
	struct seeking seeking = {.session = {.set = set, .sender = {.channel = channel}}};
	struct source_session *s = &seeking.session;
	const struct csn_vector any = {0};
	const struct source_demand demand = {.at_least = &any};
	arena_init(&seeking.bytes, 0);
	int code = source_server_choose(s, &demand, err);
	source_session_maps(s);
	if (code == 0)
		code = check_schema(s, err);
	if (code == 0)
		code = search_number(&seeking, number, ret_result, err);
	if (code == 0 && seeking.found.total == 0)
		code = check_searchable(s, err);
	if (code == 0)
		code = send_found(&seeking, err);
	source_session_close(s);
	arena_done(&seeking.bytes);
	return code;
}
