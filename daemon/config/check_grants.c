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

static void need(struct draft *d, enum field field, const char *key)
{
	if (!has_field(&d->config.source.grants.map, field))
		fault_at(d, key, "is missing: source.grants.base needs it");
}

static void check_entries(struct draft *d)
{
	const struct source_settings *s = &d->config.source;
	const struct words *canaries = &d->grant_canaries;
	if (s->grants.filter[0] == '\0')
		fault_at(d, "source.grants.filter", "is missing: source.grants.base needs it");
	need(d, FIELD_PERSON, "source.grants.attributes.person");
	need(d, FIELD_ROLE, "source.grants.attributes.role");
	need(d, FIELD_NUMBER, "source.grants.attributes.number");
	if (d->grant_active.count > 0 && !has_field(&s->grants.map, FIELD_STATE))
		fault_at(d, "source.grants.attributes.state", "is missing: source.grants.active needs it");
	if (canaries->at != NULL && canaries->count < 2)
		fault_at(d, "source.grants.canaries", "must have 2 items at least: without them nothing proves a read");
	for (uint32_t i = 0; i < canaries->count; i++)
		if (!dn_is_below(text_of(canaries->at[i]), text_of(s->grants.base)))
			fault_at(d, "source.grants.canaries", "item %u does not lie below source.grants.base", i + 1);
	if (canaries->count >= 2 && dn_equal(text_of(canaries->at[0]), text_of(canaries->at[1])))
		fault_at(d, "source.grants.canaries", "items 1 and 2 are the same entry");
}

void check_grants(struct draft *d)
{
	const struct source_settings *s = &d->config.source;
	bool entries = s->grants.base == NULL || s->grants.base[0] != '\0'; /* NULL: wrong by itself, and reported */
	if (s->grants.base != NULL && entries)
		check_entries(d);
	if (!entries && !has_field(&s->people.map, FIELD_RIGHT))
		fault_at(d, "source.people.attributes.right",
			 "is missing: nothing tells who has the right. Name the attribute, or set source.grants");
}
