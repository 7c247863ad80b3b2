/* SPDX-License-Identifier: EUPL-1.2 */
/* check_grants.c - in which shape the source tells who has the right: one at least, and each of them whole. */
#include "config/draft.h"

/* at NULL: wrong by itself, and reported. */
static void need_canaries(struct draft *d, const struct words *canaries, const char *key, const char *base)
{
	if (canaries->at != NULL && canaries->count < 2)
		fault_at(d, key, "must have 2 items at least: without them nothing proves a read");
	check_canaries(d, key, canaries, base, base);
}

static void check_entries(struct draft *d)
{
	const struct search_settings *grants = &d->config.source.grants;
	const char *whose = "source.grants.base";
	if (grants->filter[0] == '\0')
		fault_at(d, "source.grants.filter", "is missing: %s needs it", whose);
	need_attribute(d, true, &grants->map, FIELD_PERSON, "source.grants.attributes.person", whose);
	need_attribute(d, true, &grants->map, FIELD_ROLE, "source.grants.attributes.role", whose);
	need_attribute(d, true, &grants->map, FIELD_NUMBER, "source.grants.attributes.number", whose);
	need_canaries(d, &d->grant_canaries, "source.grants.canaries", grants->base);
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
	const char *whose = "source.groups.base";
	if (groups->filter[0] == '\0')
		fault_at(d, "source.groups.filter", "is missing: %s needs it", whose);
	need_attribute(d, true, &groups->map, FIELD_NUMBER, "source.groups.attributes.number", whose);
	need_attribute(d, true, &groups->map, FIELD_MEMBER, "source.groups.attributes.member", whose);
	need_canaries(d, &d->group_canaries, "source.groups.canaries", groups->base);
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

static void check_group_role(struct draft *d)
{
	const char *role = d->config.policy.group_role;
	if (role[0] == '\0' && attribute_of(&d->config.source.groups.map, FIELD_ROLE) == NULL)
		fault_at(d, "source.groups.attributes.role", "is missing: name it, or set source.groups.role");
	if (role[0] != '\0' && !is_known_role(d, role))
		fault_at(d, "source.groups.role", "is none of policy.roles");
}

static bool is_read(const struct search_settings *search)
{
	return search->base != NULL && search->base[0] != '\0';
}

void check_grants_policy(struct draft *d)
{
	const struct source_settings *s = &d->config.source;
	if (is_read(&s->grants))
		need_attribute(d, d->grant_active.count > 0, &s->grants.map, FIELD_STATE,
			       "source.grants.attributes.state", "source.grants.active");
	if (is_read(&s->groups))
		check_group_role(d);
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
	if (!is_set(&s->grants) && !is_set(&s->groups) && attribute_of(&s->people.map, FIELD_RIGHT) == NULL)
		fault_at(d, "source.people.attributes.right",
			 "is missing: nothing tells who has the right. Name the attribute, or set source.grants or "
			 "source.groups");
}
