/* SPDX-License-Identifier: EUPL-1.2 */
/* check_source.c - each source by itself, and that they can be told from one another: by name, and people by their DN. */
#include <stdio.h>

#include "base/language.h"
#include "config/draft.h"

void check_attributes(struct draft *d)
{
	const struct attribute_map *people = &d->config.sources[0].people.map,
				   *schools = &d->config.sources[0].institutions.map;
	const char *audience = d->config.policy.audience;
	bool programme = false;
	for (uint32_t i = 0; i < d->kind_count; i++)
		programme |= d->draft_kinds[i].admission == ADMISSION_PROGRAMME;
	need_attribute(d, d->person_active.count > 0, people, FIELD_STATE, "source.people.attributes.state",
		       "source.people.active");
	need_attribute(d, d->institution_active.count > 0, schools, FIELD_STATE, "source.institutions.attributes.state",
		       "source.institutions.active");
	need_attribute(d, d->kind_count > 0, schools, FIELD_KIND, "source.institutions.attributes.kind",
		       "policy.kinds");
	need_attribute(d, audience != NULL && audience[0] != '\0', schools, FIELD_AUDIENCE,
		       "source.institutions.attributes.audience", N_("policy.audience (which may be \"\")"));
	need_attribute(d, programme, schools, FIELD_PROGRAMME, "source.institutions.attributes.programme",
		       N_("a kind that is admitted by programme"));
}

/* Without a position nothing tells a replica that lags from one that is current (32). */
static void check_replicas(struct draft *d, uint32_t at)
{
	const struct source_settings *s = &d->config.sources[at];
	const struct draft_source *from = &d->sources[at];
	if (s->connection.more_uri_count > 0 && s->position != POSITION_CSN)
		fault_at_source(d, from, "uri",
				"names several servers: that needs %s.position = \"csn\", because a replica that lags "
				"would take fresh grants away and bring revoked ones back",
				from->shown);
}

static void check_name(struct draft *d, uint32_t at)
{
	const struct draft_source *from = &d->sources[at];
	char key[FAULT_KEY_MAX];
	snprintf(key, sizeof(key), "%s.name", from->key);
	check_word(d, key, from->name);
	for (uint32_t i = 0; i < at; i++)
		if (from->name != NULL && d->sources[i].name != NULL &&
		    text_equal_nocase(text_of(from->name), text_of(d->sources[i].name)))
			fault_at_source(d, from, "name", "is the name of %s too", d->sources[i].shown);
}

/* A DN in policy.board_grantors names one person, without a word about the source. */
static void check_people(struct draft *d, uint32_t at)
{
	const struct draft_source *from = &d->sources[at];
	const char *base = from->settings.people.base;
	for (uint32_t i = 0; i < at; i++) {
		const char *other = d->sources[i].settings.people.base;
		if (base != NULL && other != NULL && (check_is_below(d, base, other) || check_is_below(d, other, base)))
			fault_at_source(d, from, "people.base",
					"and %s.people.base are the same, or one lies below the other: a person's DN "
					"must tell the source",
					d->sources[i].shown);
	}
}

static bool is_same_text(const char *a, const char *b)
{
	return a != NULL && b != NULL && text_equal_nocase(text_of(a), text_of(b));
}

/* One entry that two sources show makes every read incomplete. At two servers one base may hold different schools, and so may two filters. */
static void check_schools(struct draft *d, uint32_t at)
{
	const struct draft_source *from = &d->sources[at];
	const struct source_settings *s = &d->config.sources[at];
	for (uint32_t i = 0; i < at; i++) {
		const struct source_settings *other = &d->config.sources[i];
		const char *base = s->institutions.base, *others = other->institutions.base;
		if (is_same_text(s->connection.uri, other->connection.uri) &&
		    is_same_text(s->institutions.filter, other->institutions.filter) && base != NULL &&
		    others != NULL && (check_is_below(d, base, others) || check_is_below(d, others, base)))
			fault_at_source(d, from, "institutions.base",
					"and %s.institutions.base are the same, or one lies below the other, at one "
					"server and with "
					"one filter: both would show the same institutions, and no read would be "
					"complete. Make it "
					"one source with a people base above both, or give each a filter for its own",
					d->sources[i].shown);
	}
}

static bool is_read(const struct attribute_map *map, struct text attribute)
{
	for (uint32_t i = 0; i < map->count; i++)
		if (text_equal_nocase(text_of(map->at[i].attribute), attribute))
			return true;
	return false;
}

/* What is read reaches memory, ledger and answers (I24). */
static void check_national_number(struct draft *d, uint32_t at)
{
	const struct source_settings *s = &d->config.sources[at];
	struct text attribute = text_of(s->national_number);
	if (!text_is_empty(attribute) && (is_read(&s->people.map, attribute) || is_read(&s->grants.map, attribute)))
		fault_at_source(d, &d->sources[at], "people.national_number",
				"is an attribute that is read, by source.people.attributes or "
				"source.grants.attributes: a national number may be searched by and never read");
}

static void check_source(struct draft *d, uint32_t at)
{
	const struct source_settings *s = &d->config.sources[at];
	const struct draft_source *from = &d->sources[at];
	char key[FAULT_KEY_MAX];
	snprintf(key, sizeof(key), "%s.canaries", from->key);
	check_name(d, at);
	check_connection(d, from->key, &s->connection, from->starttls);
	check_canaries(d, key, &from->canaries, s->people.base, s->institutions.base);
	check_replicas(d, at);
	check_people(d, at);
	check_schools(d, at);
	check_national_number(d, at);
}

void check_sources(struct draft *d)
{
	for (uint32_t i = 0; i < d->config.source_count; i++)
		check_source(d, i);
}
