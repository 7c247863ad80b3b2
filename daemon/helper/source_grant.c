/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_grant.c - see source_session.h: canaries among grants that are entries of their own. They are never sent. Every
 * attribute that a grant is judged by must show on them, its dates apart: a hidden state or grantor would pass for none.
 */
#include "helper/source_session.h"

bool source_has_grants(const struct source_session *s)
{
	return s->set->grants.base[0] != '\0';
}

static uint32_t canary_count(const struct source_session *s)
{
	return source_has_grants(s) ? s->set->grant_canary_count : 0;
}

static int take_named(void *ctx, struct search_entry *from, struct err *err)
{
	struct source_session *s = ctx;
	int code = source_session_take(s, &s->grants, from, err);
	const char *hidden = code == 0 ? source_entry_hides(&s->entry, &s->set->grants.map) : NULL;
	return hidden == NULL ? code
			      : err_set(err, ERR_INCOMPLETE,
					"the canary shows no %s: may this identity still read it, and has it a value?",
					hidden);
}

static int read_one(struct source_session *s, const char *dn, struct source_canary *canary, struct err *err)
{
	const char *attributes[SOURCE_ATTRIBUTES_MAX];
	source_entry_attributes(&s->set->grants.map, attributes);
	const struct search search = {.base = dn,
				      .scope = LDAP_SCOPE_BASE,
				      .filter = "(objectClass=*)",
				      .attributes = attributes,
				      .each = take_named,
				      .ctx = s};
	s->entry.uuid = (struct uuid){0};
	int code = source_session_search(s, &search, err);
	if (code == ERR_NOT_FOUND || (code == 0 && uuid_is_null(&s->entry.uuid)))
		return err_set(err, ERR_INCOMPLETE,
			       "the canary %s cannot be seen: does this identity still see every grant?", dn);
	*canary = (struct source_canary){.uuid = s->entry.uuid, .under_base = true};
	return code;
}

int source_grant_canaries_read(struct source_session *s, struct err *err)
{
	int code = 0;
	for (uint32_t i = 0; i < canary_count(s) && code == 0; i++)
		code = read_one(s, s->set->grant_canaries[i], &s->grant_canaries[i], err);
	return code;
}

void source_grant_canaries_begin(struct source_session *s)
{
	for (uint32_t i = 0; i < canary_count(s); i++)
		s->grant_canaries[i].seen = false;
}

bool source_grant_canaries_look(struct source_session *s, const struct uuid *uuid)
{
	for (uint32_t i = 0; i < canary_count(s); i++)
		if (uuid_equal(&s->grant_canaries[i].uuid, uuid))
			return s->grant_canaries[i].seen = true;
	return false;
}

int source_grant_canaries_check(struct source_session *s, struct err *err)
{
	for (uint32_t i = 0; i < canary_count(s); i++)
		if (!s->grant_canaries[i].seen)
			return err_set(
				err, ERR_INCOMPLETE,
				"the search below %s did not bring the canary %s, though it can be read by name: does "
				"the filter fit it, and may this identity search everything?",
				s->set->grants.base, s->set->grant_canaries[i]);
	s->cert.canaries_seen = s->set->canary_count + canary_count(s);
	return 0;
}
