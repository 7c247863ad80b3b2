/* SPDX-License-Identifier: EUPL-1.2 */
/* examine_source.c - EXAMINE of duaal-source; see source_read.h and examine.h. */
#include <stdio.h>

#include "base/language.h"
#include "helper/examine_server.h"
#include "helper/source_read.h"
#include "helper/source_session.h"
#include "ldap/deadline.h"
#include "ldap/entry_id.h"

#define SYNC_REQUEST "1.3.6.1.4.1.4203.1.9.1.1" /* RFC 4533 */

struct examined_search {
	const char *about;
	const struct search_settings *search;
	uint32_t least;
	const char *national_number; /* empty: none is searched by */
};

static void examine_one(struct examine *e, struct source_session *s, const struct examined_search *one,
			const struct index_list *indexes)
{
	const char *attributes[SOURCE_ATTRIBUTES_MAX];
	const struct search_settings *search = one->search;
	const char *asked[4] = {entry_id_attribute(s->set->entry_id)};
	size_t count = 1;
	struct err why = {0};
	if (attribute_of(&search->map, FIELD_VO_ID) != NULL)
		asked[count++] = attribute_of(&search->map, FIELD_VO_ID);
	if (one->national_number[0] != '\0')
		asked[count++] = one->national_number;
	source_entry_attributes(s->set, &search->map, attributes);
	int code = ldap_schema_check(s->conn, search->base, attributes, search->filter, &why);
	if (!examine_failed(e, FINDING_SCHEMA, one->about, code, &why))
		examine_tell(e, FINDING_SCHEMA, SEVERITY_OK, one->about, NULL, "all attributes are known");
	examine_indexes(e, one->about, indexes, search->filter, asked);
	examine_search(e, one->about, s->conn, search->base,
		       search->one_level ? LDAP_SCOPE_ONELEVEL : LDAP_SCOPE_SUBTREE, search->filter,
		       &s->set->connection, one->least);
}

static void examine_searches(struct examine *e, struct source_session *s)
{
	const struct source_settings *set = s->set;
	const struct examined_search all[] = {{"source: people", &set->people, set->floor_people, set->national_number},
					      {"source: institutions", &set->institutions, set->floor_institutions, ""},
					      {"source: grants", &set->grants, set->floor_grants, ""},
					      {"source: groups", &set->groups, set->floor_groups, ""}};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && e->failed == 0; i++) {
		struct index_list indexes;
		if (all[i].search->base[0] == '\0') /* a shape of grants that this source does not have */
			continue;
		e->failed = ldap_index_read(s->conn, all[i].search->base, &indexes, e->err);
		if (e->failed == 0)
			examine_one(e, s, &all[i], &indexes);
		index_list_done(&indexes);
	}
}

/* ---- what admits an institution -------------------------------------------------------------------- */

/* Canaries are people: an attribute of institutions that this identity may not read looks as if none had it. */
static const enum field admitting[] = {FIELD_STATE, FIELD_KIND, FIELD_AUDIENCE, FIELD_PROGRAMME};
#define ADMITTING (sizeof(admitting) / sizeof(admitting[0]))

struct shown {
	const char *attributes[ADMITTING + 1]; /* those that are configured, NULL-ended */
	bool seen[ADMITTING];
	uint32_t institutions;
};

static int look_at(void *ctx, struct search_entry *entry, struct err *err)
{
	struct shown *shown = ctx;
	struct text attribute, options;
	struct berval *values;
	int more;
	shown->institutions++;
	while ((more = search_entry_next(entry, &attribute, &options, &values, err)) > 0)
		for (size_t i = 0; shown->attributes[i] != NULL; i++)
			shown->seen[i] |=
				values[0].bv_val != NULL && text_equal_nocase(attribute, text_of(shown->attributes[i]));
	return more;
}

static void tell_shown(struct examine *e, const struct shown *shown)
{
	struct buf missing;
	buf_init(&missing);
	for (size_t i = 0; shown->attributes[i] != NULL; i++)
		if (!shown->seen[i])
			buf_format(&missing, "%s%s", missing.len > 0 ? ", " : "", shown->attributes[i]);
	if (missing.len > 0)
		examine_tell(e, FINDING_SHOWN, SEVERITY_WARNING, "source: institutions", NULL,
			     "none of %u institutions shows %s", shown->institutions, buf_string(&missing));
	else
		examine_tell(e, FINDING_SHOWN, SEVERITY_OK, "source: institutions", NULL,
			     "each of these is there: state, kind, audience, programme, as far as they are configured");
	buf_done(&missing);
}

static void examine_shown(struct examine *e, struct source_session *s)
{
	const struct search_settings *institutions = &s->set->institutions;
	struct shown shown = {.institutions = 0};
	struct search_proof proof = {0};
	struct err why = {0};
	size_t count = 0;
	for (size_t i = 0; i < ADMITTING; i++)
		if (attribute_of(&institutions->map, admitting[i]) != NULL)
			shown.attributes[count++] = attribute_of(&institutions->map, admitting[i]);
	const struct search search = {.base = institutions->base,
				      .scope = institutions->one_level ? LDAP_SCOPE_ONELEVEL : LDAP_SCOPE_SUBTREE,
				      .filter = institutions->filter,
				      .attributes = shown.attributes,
				      .page_size = s->set->connection.page_size,
				      .each = look_at,
				      .ctx = &shown};
	if (count == 0 || e->failed != 0)
		return;
	int code = search_run(s->conn, &search, &proof, &why);
	/* That it could not be run whole, or found nothing, was told with the search itself. */
	if (code == 0 && shown.institutions > 0)
		tell_shown(e, &shown);
}

/* Its own schema check: where it is unknown, nothing else suffers. */
static void examine_national_number(struct examine *e, struct source_session *s)
{
	static const char about[] = "source: people";
	const char *attribute = s->set->national_number;
	const char *const attributes[] = {attribute, NULL};
	struct err why = {0};
	bool searched = false, read = false;
	if (attribute[0] == '\0')
		return;
	int code = ldap_schema_check(s->conn, s->set->people.base, attributes, NULL, &why);
	if (code == 0)
		code = source_number_look(s, &searched, &read, &why);
	if (examine_failed(e, FINDING_NATIONAL_NUMBER, about, code, &why))
		return;
	if (!searched)
		examine_tell(
			e, FINDING_NATIONAL_NUMBER, SEVERITY_WARNING, about, NULL,
			"of the people with the right, none shows %s to a search by this identity: nobody is found "
			"by it",
			attribute);
	else if (read)
		examine_tell(e, FINDING_NATIONAL_NUMBER, SEVERITY_WARNING, about,
			     "ask the directory's administrator to let this identity search by it, and not read it",
			     "this identity may read %s, which it never does; the right to search is enough",
			     attribute);
	else
		examine_tell(e, FINDING_NATIONAL_NUMBER, SEVERITY_OK, about, NULL, "%s can be searched by", attribute);
}

static void tell_canaries(struct examine *e, const char *about, uint32_t count, int code, const struct err *why)
{
	if (!examine_failed(e, FINDING_CANARY, about, code, why))
		examine_tell(e, FINDING_CANARY, SEVERITY_OK, about, NULL, "all %u can be read", count);
}

static void examine_canaries(struct examine *e, struct source_session *s)
{
	static const char *const about[] = {[ENTRY_GRANT] = "source: grants", [ENTRY_RIGHT_GROUP] = "source: groups"};
	struct err why = {0};
	int code = source_canaries_read(s, &why);
	tell_canaries(e, "source: people", s->set->canary_count, code, &why);
	for (int kind = ENTRY_GRANT; kind <= ENTRY_RIGHT_GROUP; kind++) {
		struct source_part part;
		source_part_get(s, (enum entry_kind)kind, &part);
		if (!source_part_is_used(&part))
			continue;
		code = source_part_read_canaries(s, &part, &why);
		tell_canaries(e, about[kind], part.canary_count, code, &why);
	}
}

/* A server that counts is known by it, and what it shows of that makes the canaries' position. */
static void examine_position(struct examine *e, struct source_session *s)
{
	struct csn_vector position = {0};
	struct err why = {0};
	bool counts = s->set->position == POSITION_USN;
	int code = counts ? ldap_connection_usn(s->conn, &position, &s->usn_server, &why)
			  : ldap_connection_position(s->conn, s->set->people.base, &position, &why);
	const char *shown = counts ? "highestCommittedUSN" : "contextCSN";
	bool provider = ldap_connection_supports(s->conn, SYNC_REQUEST);
	if (s->set->position == POSITION_NONE && (code < 0 || position.count == 0))
		examine_tell(e, FINDING_POSITION, SEVERITY_NOTICE, "source", NULL,
			     "position = none: a source that was put back to older data is not noticed");
	else if (s->set->position == POSITION_NONE)
		examine_tell(e, FINDING_POSITION, SEVERITY_NOTICE, "source",
			     "set position = \"csn\" in duaalsyncd.conf, then: systemctl reload duaalsyncd",
			     "position = none, and the server shows contextCSN");
	else if (code < 0 || position.count == 0)
		examine_tell(e, FINDING_POSITION, SEVERITY_CRITICAL, "source", NULL, "no %s can be read: %s", shown,
			     code < 0 ? why.text : N_("the server shows none to this identity"));
	else
		examine_tell(e, FINDING_POSITION, SEVERITY_OK, "source", NULL,
			     provider ? N_("%s can be read; the server is a sync provider (RFC 4533)")
				      : N_("%s can be read; the server is no sync provider, which is not needed"),
			     shown);
}

int source_examine(struct channel *channel, const struct source_settings *set, struct err *err)
{
	struct source_session s = {.set = set, .sender = {.channel = channel}};
	struct examine e = {.channel = channel, .err = err};
	examine_confinement(&e, "source");
	if (examine_connect(&e, "source", &set->connection, &s.conn)) {
		examine_server(&e, "source", &set->connection, s.conn);
		examine_position(&e, &s);
		source_session_maps(&s);
		examine_searches(&e, &s);
		examine_shown(&e, &s);
		examine_national_number(&e, &s);
		examine_limits(&e, "source", s.conn, set->people.base);
		examine_canaries(&e, &s);
	}
	source_session_close(&s);
	return examine_end(&e);
}
