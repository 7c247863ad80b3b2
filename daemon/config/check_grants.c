/* SPDX-License-Identifier: EUPL-1.2 */
/* check_grants.c - in which shape a source tells who has the right: one at least in each, and each of them whole. */
#include <stdio.h>

#include "config/draft.h"

struct shape { /* grants that are entries, or right groups, of one source */
	struct draft *d;
	const struct draft_source *from;
	const struct search_settings *search;
	const struct words *canaries;
	const char *part; /* "grants" or "groups" */
};

static struct shape shape_of(struct draft *d, uint32_t at, bool groups)
{
	const struct draft_source *from = &d->sources[at];
	const struct source_settings *s = &d->config.sources[at];
	if (groups)
		return (struct shape){d, from, &s->groups, &from->group_canaries, "groups"};
	return (struct shape){d, from, &s->grants, &from->grant_canaries, "grants"};
}

/* NULL: wrong by itself, and reported. */
static bool is_set(const struct shape *s)
{
	return s->search->base == NULL || s->search->base[0] != '\0';
}

/* at NULL: wrong by itself, and reported. */
static void need_canaries(const struct shape *s, const char *key)
{
	if (s->canaries->at != NULL && s->canaries->count < 2)
		fault_at(s->d, key, "must have 2 items at least: without them nothing proves a read");
	check_canaries(s->d, key, s->canaries, s->search->base, s->search->base);
}

/* Whoever wrote the rest and forgot the base would hear of nobody. base = "" is a word: it switches the shape off. */
static void check_unused(const struct shape *s, const char *key)
{
	if (config_lookup(&s->d->file, key) == NULL && (s->search->filter[0] != '\0' || s->canaries->count > 0))
		fault_at(s->d, key,
			 "is missing: without it nothing of what is set beside it is read; \"\" if that is meant");
}

static void check_shape(const struct shape *s)
{
	char base[FAULT_KEY_MAX], filter[FAULT_KEY_MAX], canaries[FAULT_KEY_MAX];
	snprintf(base, sizeof(base), "%s.%s.base", s->from->key, s->part);
	snprintf(filter, sizeof(filter), "%s.%s.filter", s->from->key, s->part);
	snprintf(canaries, sizeof(canaries), "%s.%s.canaries", s->from->key, s->part);
	if (!is_set(s))
		check_unused(s, base);
	else if (s->search->base != NULL) {
		if (s->search->filter[0] == '\0')
			fault_at(s->d, filter, "is missing: %s.%s.base needs it", s->from->shown, s->part);
		need_canaries(s, canaries);
	}
}

/* ---- attributes, which all sources have in common ------------------------------------------------- */

/* The first source that reads this shape, as the setting that says so; false: none does. */
static bool first_reading(struct draft *d, bool groups, char *whose, size_t size)
{
	for (uint32_t i = 0; i < d->config.source_count; i++) {
		const struct shape s = shape_of(d, i, groups);
		snprintf(whose, size, "%s.%s.base", s.from->shown, s.part);
		if (is_set(&s) && s.search->base != NULL)
			return true;
	}
	return false;
}

static void check_entries(struct draft *d)
{
	const struct attribute_map *map = &d->sources[0].settings.grants.map;
	char whose[FAULT_KEY_MAX];
	if (!first_reading(d, false, whose, sizeof(whose)))
		return;
	need_attribute(d, true, map, FIELD_PERSON, "source.grants.attributes.person", whose);
	need_attribute(d, true, map, FIELD_ROLE, "source.grants.attributes.role", whose);
	need_attribute(d, true, map, FIELD_NUMBER, "source.grants.attributes.number", whose);
	need_attribute(d, d->grant_active.count > 0, map, FIELD_STATE, "source.grants.attributes.state",
		       "source.grants.active");
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
	const struct attribute_map *map = &d->sources[0].settings.groups.map;
	const char *role = d->config.policy.group_role;
	char whose[FAULT_KEY_MAX];
	if (!first_reading(d, true, whose, sizeof(whose)))
		return;
	need_attribute(d, true, map, FIELD_NUMBER, "source.groups.attributes.number", whose);
	need_attribute(d, true, map, FIELD_MEMBER, "source.groups.attributes.member", whose);
	if (role[0] == '\0' && attribute_of(map, FIELD_ROLE) == NULL)
		fault_at(d, "source.groups.attributes.role", "is missing: name it, or set source.groups.role");
	if (role[0] != '\0' && !is_known_role(d, role))
		fault_at(d, "source.groups.role", "is none of policy.roles");
}

void check_grants(struct draft *d)
{
	bool on_people = attribute_of(&d->config.sources[0].people.map, FIELD_RIGHT) != NULL;
	for (uint32_t i = 0; i < d->config.source_count; i++) {
		const struct shape grants = shape_of(d, i, false), groups = shape_of(d, i, true);
		check_shape(&grants);
		check_shape(&groups);
		if (on_people || is_set(&grants) || is_set(&groups))
			continue;
		if (i == 0)
			fault_at(d, "source.people.attributes.right",
				 "is missing: nothing tells who has the right. Name the attribute, or set "
				 "source.grants or source.groups");
		else
			fault_at_source(d, &d->sources[i], "grants.base",
					"is missing: nothing tells who has the right. Set grants or groups of this "
					"source, or source.people.attributes.right");
	}
	check_entries(d);
	check_right_groups(d);
}
