/* SPDX-License-Identifier: EUPL-1.2 */
/* check_grants.c - in which shape the source tells who has the right: one at least, and each of them whole. */
#include "config/draft.h"
#include "model/dn.h"

static bool has_field(const struct attribute_map *map, enum field field)
{
	for (uint32_t i = 0; i < map->count; i++)
		if (map->at[i].field == field)
			return true;
	return false;
}

static void need(struct draft *d, const struct attribute_map *map, enum field field, const char *key, const char *whose)
{
	if (!has_field(map, field))
		fault_at(d, key, "is missing: %s needs it", whose);
}

static void check_canaries(struct draft *d, const struct words *canaries, const char *key, const char *base)
{
	if (canaries->at != NULL && canaries->count < 2)
		fault_at(d, key, "must have 2 items at least: without them nothing proves a read");
	for (uint32_t i = 0; canaries->at != NULL && i < canaries->count; i++) {
		if (!dn_is_below(text_of(canaries->at[i]), text_of(base)))
			fault_at(d, key, "item %u does not lie below %s", i + 1, base);
		for (uint32_t k = 0; k < i; k++)
			if (dn_equal(text_of(canaries->at[i]), text_of(canaries->at[k])))
				fault_at(d, key, "items %u and %u are the same entry", k + 1, i + 1);
	}
}

static void check_entries(struct draft *d)
{
	const struct search_settings *grants = &d->config.source.grants;
	const char *whose = "source.grants.base";
	if (grants->filter[0] == '\0')
		fault_at(d, "source.grants.filter", "is missing: %s needs it", whose);
	need(d, &grants->map, FIELD_PERSON, "source.grants.attributes.person", whose);
	need(d, &grants->map, FIELD_ROLE, "source.grants.attributes.role", whose);
	need(d, &grants->map, FIELD_NUMBER, "source.grants.attributes.number", whose);
	if (d->grant_active.count > 0)
		need(d, &grants->map, FIELD_STATE, "source.grants.attributes.state", "source.grants.active");
	check_canaries(d, &d->grant_canaries, "source.grants.canaries", grants->base);
}

static bool is_known_role(const struct draft *d, const char *name)
{
	for (uint32_t i = 0; i < d->role_count; i++)
		if (d->roles[i].name != NULL && text_equal_nocase(text_of(d->roles[i].name), text_of(name)))
			return true;
	return false;
}

static void check_right_groups(struct draft *d)
{
	const struct search_settings *groups = &d->config.source.groups;
	const char *whose = "source.groups.base", *role = d->config.policy.group_role;
	if (groups->filter[0] == '\0')
		fault_at(d, "source.groups.filter", "is missing: %s needs it", whose);
	need(d, &groups->map, FIELD_NUMBER, "source.groups.attributes.number", whose);
	need(d, &groups->map, FIELD_MEMBER, "source.groups.attributes.member", whose);
	if (role[0] == '\0' && !has_field(&groups->map, FIELD_ROLE))
		fault_at(d, "source.groups.attributes.role", "is missing: name it, or set source.groups.role");
	if (role[0] != '\0' && !is_known_role(d, role))
		fault_at(d, "source.groups.role", "is none of policy.roles");
	check_canaries(d, &d->group_canaries, "source.groups.canaries", groups->base);
}

/* NULL: wrong by itself, and reported. */
static bool is_set(const struct search_settings *search)
{
	return search->base == NULL || search->base[0] != '\0';
}

/* Whoever wrote the rest and forgot the base would hear of nobody. base = "" is a word: it switches the shape off. */
static void check_unused(struct draft *d, const struct search_settings *search, const struct words *canaries,
			 const char *key)
{
	if (config_lookup(&d->file, key) == NULL && (search->filter[0] != '\0' || canaries->count > 0))
		fault_at(d, key,
			 "is missing: without it nothing of what is set beside it is read; \"\" if that is meant");
}

void check_grants(struct draft *d)
{
	const struct source_settings *s = &d->config.source;
	if (!is_set(&s->grants))
		check_unused(d, &s->grants, &d->grant_canaries, "source.grants.base");
	else if (s->grants.base != NULL)
		check_entries(d);
	if (!is_set(&s->groups))
		check_unused(d, &s->groups, &d->group_canaries, "source.groups.base");
	else if (s->groups.base != NULL)
		check_right_groups(d);
	if (!is_set(&s->grants) && !is_set(&s->groups) && !has_field(&s->people.map, FIELD_RIGHT))
		fault_at(d, "source.people.attributes.right",
			 "is missing: nothing tells who has the right. Name the attribute, or set source.grants or "
			 "source.groups");
}
