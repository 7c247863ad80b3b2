/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_grant.c - see source_session.h: grants that are entries of their own, right groups, and the canaries among them, which
 * are never sent. Every attribute that an entry is judged by must show on its canaries, dates apart: a hidden state or grantor,
 * or hidden members, would pass for none.
 */
#include "base/language.h"
#include "helper/source_session.h"

void source_part_get(struct source_session *s, enum entry_kind kind, struct source_part *ret)
{
	const struct source_settings *set = s->set;
	if (kind == ENTRY_GRANT)
		*ret = (struct source_part){.search = &set->grants,
					    .map = &s->grants,
					    .names = set->grant_canaries,
					    .canaries = s->grant_canaries,
					    .canary_count = set->grant_canary_count,
					    .floor = set->floor_grants,
					    .kind = kind};
	else
		*ret = (struct source_part){.search = &set->groups,
					    .map = &s->groups,
					    .names = set->group_canaries,
					    .canaries = s->group_canaries,
					    .canary_count = set->group_canary_count,
					    .floor = set->floor_groups,
					    .kind = ENTRY_RIGHT_GROUP};
	if (!source_part_is_used(ret))
		ret->canary_count = 0;
}

bool source_part_is_used(const struct source_part *part)
{
	return part->search->base[0] != '\0';
}

struct looking {
	struct source_session *session;
	const struct source_part *part;
};

static int take_named(void *ctx, struct search_entry *from, struct err *err)
{
	struct looking *look = ctx;
	struct source_session *s = look->session;
	int code = source_session_take(s, look->part->map, from, err);
	const char *hidden = code == 0 ? source_entry_hides(&s->entry, &look->part->search->map) : NULL;
	return hidden == NULL ? code
			      : err_set(err, ERR_INCOMPLETE,
					"the canary shows no %s: may this identity still read it, and has it a value?",
					hidden);
}

static int read_one(struct source_session *s, const struct source_part *part, uint32_t at, struct err *err)
{
	const char *attributes[SOURCE_ATTRIBUTES_MAX];
	struct looking look = {s, part};
	source_entry_attributes(s->set, &part->search->map, attributes);
	const struct search search = {.base = part->names[at],
				      .scope = LDAP_SCOPE_BASE,
				      .filter = "(objectClass=*)",
				      .attributes = attributes,
				      .each = take_named,
				      .ctx = &look};
	s->entry.uuid = (struct uuid){0};
	int code = source_session_search(s, &search, err);
	if (code == ERR_NOT_FOUND || (code == 0 && uuid_is_null(&s->entry.uuid)))
		return err_set(err, ERR_INCOMPLETE,
			       part->kind == ENTRY_GRANT
				       ? N_("the canary %s cannot be seen: does this identity still see all grants?")
				       : N_("the canary %s cannot be seen: does this identity still see all right "
					    "groups?"),
			       part->names[at]);
	part->canaries[at] = (struct source_canary){.uuid = s->entry.uuid, .under_base = true};
	return code;
}

int source_part_read_canaries(struct source_session *s, struct source_part *part, struct err *err)
{
	int code = 0;
	for (uint32_t i = 0; i < part->canary_count && code == 0; i++)
		code = read_one(s, part, i, err);
	return code;
}

void source_part_begin(struct source_part *part)
{
	for (uint32_t i = 0; i < part->canary_count; i++)
		part->canaries[i].seen = false;
}

bool source_part_look(struct source_part *part, const struct uuid *uuid)
{
	for (uint32_t i = 0; i < part->canary_count; i++)
		if (uuid_equal(&part->canaries[i].uuid, uuid))
			return part->canaries[i].seen = true;
	return false;
}

int source_part_check(const struct source_part *part, struct err *err)
{
	for (uint32_t i = 0; i < part->canary_count; i++)
		if (!part->canaries[i].seen)
			return err_set(
				err, ERR_INCOMPLETE,
				"the search below %s did not bring the canary %s, though it can be read by name: does "
				"the filter fit it, and may this identity search everything?",
				part->search->base, part->names[i]);
	return 0;
}
