/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_canary.c - see source_session.h. Canaries are people in the tree, made to be seen: a narrowed ACL, a hidden
 * rights attribute, a filter that the server evaluates to nothing all answer success (11, 12, 13), and all hide them.
 *
 * A canary counts as seen when its entry can be read by name, with a value of the rights attribute, and when the search
 * that is being proven brought it. They are never sent: being people with a right they would become grants.
 */
#include "helper/source_session.h"
#include "model/dn.h"

static int take_named(void *ctx, struct search_entry *from, struct err *err)
{
	struct source_session *s = ctx;
	return source_session_take(s, &s->people, from, err);
}

/* The DN without its first RDN; empty when it has only one. */
static struct text parent_of(struct text dn)
{
	bool quoted = false;
	for (size_t i = 0; i < dn.len; i++) {
		if (dn.at[i] == '\\')
			i++;
		else if (dn.at[i] == '"')
			quoted = !quoted;
		else if (dn.at[i] == ',' && !quoted)
			return text_make(dn.at + i + 1, dn.len - i - 1);
	}
	return text_of(NULL);
}

static int is_in_scope(const struct search_settings *people, struct text dn, bool *ret)
{
	struct text base = text_of(people->base);
	return people->one_level ? dn_equal(parent_of(dn), base, ret) : dn_is_below(dn, base, ret);
}

static int read_one(struct source_session *s, const char *dn, struct source_canary *canary, struct err *err)
{
	const char *attributes[SOURCE_ATTRIBUTES_MAX];
	source_entry_attributes(s->set, &s->set->people.map, attributes);
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
			       "the canary %s cannot be seen: does this identity still see everything?", dn);
	if (code == 0 && attribute_of(&s->set->people.map, FIELD_RIGHT) != NULL && !s->entry.has_right)
		code = err_set(err, ERR_INCOMPLETE, "the canary %s shows no rights: may this identity still read them?",
			       dn);
	if (code < 0)
		return code;
	*canary = (struct source_canary){.uuid = s->entry.uuid};
	return is_in_scope(&s->set->people, text_of(dn), &canary->under_base) < 0 ? err_nomem(err) : 0;
}

int source_canaries_read(struct source_session *s, struct err *err)
{
	int code = 0;
	for (uint32_t i = 0; i < s->set->canary_count && code == 0; i++)
		code = read_one(s, s->set->canaries[i], &s->canaries[i], err);
	return code;
}

void source_canaries_begin(struct source_session *s)
{
	for (uint32_t i = 0; i < s->set->canary_count; i++)
		s->canaries[i].seen = false;
}

bool source_canaries_look(struct source_session *s, const struct uuid *uuid)
{
	for (uint32_t i = 0; i < s->set->canary_count; i++)
		if (uuid_equal(&s->canaries[i].uuid, uuid))
			return s->canaries[i].seen = true;
	return false;
}

int source_canaries_check(struct source_session *s, struct err *err)
{
	uint32_t seen = 0;
	for (uint32_t i = 0; i < s->set->canary_count; i++) {
		if (s->canaries[i].under_base && !s->canaries[i].seen)
			return err_set(
				err, ERR_INCOMPLETE,
				"the search below %s did not bring the canary %s, though it can be read by name: does "
				"the filter fit it, and may this identity search everything?",
				s->set->people.base, s->set->canaries[i]);
		seen++;
	}
	s->cert.canaries_seen = seen;
	s->cert.checks |= CHECK_CANARIES;
	return 0;
}
