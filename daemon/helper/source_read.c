/* SPDX-License-Identifier: EUPL-1.2 */
/* source_read.c - see source_read.h: READ. */
#include "helper/source_read.h"

#include "helper/source_session.h"

static int take_institution(void *ctx, struct search_entry *from, struct err *err)
{
	struct source_session *s = ctx;
	int code = source_session_take(s, &s->institutions, from, err);
	return code < 0 ? code : source_session_send(s, ENTRY_INSTITUTION, s->set->institutions.base, err);
}

static int take_person(void *ctx, struct search_entry *from, struct err *err)
{
	struct source_session *s = ctx;
	int code = source_session_take(s, &s->people, from, err);
	if (code < 0 ||
	    source_canaries_look(s, &s->entry.uuid)) /* a canary is seen, and never sent: see source_canary.c */
		return code;
	return source_session_send(s, ENTRY_PERSON, s->set->people.base, err);
}

static int take_grant(void *ctx, struct search_entry *from, struct err *err)
{
	struct source_session *s = ctx;
	int code = source_session_take(s, &s->grants, from, err);
	if (code < 0 || source_grant_canaries_look(s, &s->entry.uuid))
		return code;
	return source_session_send(s, ENTRY_GRANT, "", err); /* with its whole DN: that is what is shown of it */
}

static int search_all(struct source_session *s, const struct search_settings *which, search_fn each, struct err *err)
{
	const char *attributes[SOURCE_ATTRIBUTES_MAX];
	source_entry_attributes(&which->map, attributes);
	const struct search search = {.base = which->base,
				      .scope = which->one_level ? LDAP_SCOPE_ONELEVEL : LDAP_SCOPE_SUBTREE,
				      .filter = which->filter,
				      .attributes = attributes,
				      .page_size = s->set->connection.page_size,
				      .each = each,
				      .ctx = s};
	return source_session_search(s, &search, err);
}

static int check_floor(struct source_session *s, struct err *err)
{
	uint32_t people = s->cert.counts[ENTRY_PERSON], institutions = s->cert.counts[ENTRY_INSTITUTION];
	if (people < s->set->floor_people)
		return err_set(err, ERR_INCOMPLETE, "only %u people were seen, fewer than the floor of %u", people,
			       s->set->floor_people);
	if (institutions < s->set->floor_institutions)
		return err_set(err, ERR_INCOMPLETE, "only %u institutions were seen, fewer than the floor of %u",
			       institutions, s->set->floor_institutions);
	if (source_has_grants(s) && s->cert.counts[ENTRY_GRANT] < s->set->floor_grants)
		return err_set(err, ERR_INCOMPLETE, "only %u grants were seen, fewer than the floor of %u",
			       s->cert.counts[ENTRY_GRANT], s->set->floor_grants);
	s->cert.checks |= CHECK_FLOOR;
	return 0;
}

static int read_grants(struct source_session *s, struct err *err)
{
	if (!source_has_grants(s))
		return 0;
	source_grant_canaries_begin(s);
	int code = search_all(s, &s->set->grants, take_grant, err);
	return code < 0 ? code : source_grant_canaries_check(s, err);
}

static int read_all(struct source_session *s, struct err *err)
{
	int code = search_all(s, &s->set->institutions, take_institution, err);
	source_canaries_begin(s);
	if (code == 0)
		code = search_all(s, &s->set->people, take_person, err);
	if (code == 0)
		code = source_canaries_check(s, err);
	if (code == 0)
		code = read_grants(s, err);
	if (code == 0)
		code = check_floor(s, err);
	return code < 0 ? code : source_session_certify(s, err);
}

int source_read(struct channel *channel, const struct source_settings *set, int *ret_result, struct err *err)
{
	struct source_session s;
	int code = source_session_open(&s, channel, set, err);
	if (code == 0)
		code = read_all(&s, err);
	*ret_result = s.result;
	source_session_close(&s);
	return code;
}
