/* SPDX-License-Identifier: EUPL-1.2 */
/* source_read.c - see source_read.h: READ. */
#include "helper/source_read.h"

#include "base/language.h"
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

struct part_read {
	struct source_session *session;
	struct source_part part;
};

/* With its whole DN: that is what is shown of it, and what members are found by. */
static int take_of_part(void *ctx, struct search_entry *from, struct err *err)
{
	struct part_read *read = ctx;
	struct source_session *s = read->session;
	int code = source_session_take(s, read->part.map, from, err);
	if (code < 0 || source_part_look(&read->part, &s->entry.uuid))
		return code;
	return source_session_send(s, read->part.kind, "", err);
}

static int search_all(struct source_session *s, const struct search_settings *which, search_fn each, void *ctx,
		      struct err *err)
{
	const char *attributes[SOURCE_ATTRIBUTES_MAX];
	source_entry_attributes(s->set, &which->map, attributes);
	const struct search search = {.base = which->base,
				      .scope = which->one_level ? LDAP_SCOPE_ONELEVEL : LDAP_SCOPE_SUBTREE,
				      .filter = which->filter,
				      .attributes = attributes,
				      .page_size = s->set->connection.page_size,
				      .each = each,
				      .ctx = ctx};
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
	s->cert.checks |= CHECK_FLOOR;
	return 0;
}

static int read_part(struct source_session *s, enum entry_kind kind, struct err *err)
{
	struct part_read read = {.session = s};
	source_part_get(s, kind, &read.part);
	if (!source_part_is_used(&read.part))
		return 0;
	source_part_begin(&read.part);
	int code = search_all(s, read.part.search, take_of_part, &read, err);
	if (code == 0)
		code = source_part_check(&read.part, err);
	if (code == 0 && s->cert.counts[kind] < read.part.floor)
		code = err_set(err, ERR_INCOMPLETE,
			       kind == ENTRY_GRANT ? N_("only %u grants were seen, fewer than the floor of %u")
						   : N_("only %u right groups were seen, fewer than the floor of %u"),
			       s->cert.counts[kind], read.part.floor);
	s->cert.canaries_expected += read.part.canary_count;
	s->cert.canaries_seen += read.part.canary_count;
	return code;
}

static int read_all(struct source_session *s, struct err *err)
{
	int code = search_all(s, &s->set->institutions, take_institution, s, err);
	source_canaries_begin(s);
	if (code == 0)
		code = search_all(s, &s->set->people, take_person, s, err);
	if (code == 0)
		code = source_canaries_check(s, err);
	if (code == 0)
		code = read_part(s, ENTRY_GRANT, err);
	if (code == 0)
		code = read_part(s, ENTRY_RIGHT_GROUP, err);
	if (code == 0)
		code = check_floor(s, err);
	return code < 0 ? code : source_session_certify(s, err);
}

int source_read(struct channel *channel, const struct source_settings *set, const struct csn_vector *at_least,
		int *ret_result, struct err *err)
{
	const struct source_demand demand = {.at_least = at_least};
	struct source_session s;
	int code = source_session_open(&s, channel, set, &demand, err);
	if (code == 0)
		code = read_all(&s, err);
	*ret_result = s.result;
	source_session_close(&s);
	return code;
}
