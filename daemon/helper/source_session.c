/* SPDX-License-Identifier: EUPL-1.2 */
/* source_session.c - see source_session.h. The canaries: source_canary.c. */
#include "helper/source_session.h"

#include "base/escape.h"
#include "helper/proof.h"
#include "ldap/deadline.h"
#include "ldap/entry_id.h"

/* Reads the base too: where it does not exist or cannot be seen, there is no schema to be had. */
static int check_schema(struct source_session *s, const struct search_settings *search, struct err *err)
{
	const char *attributes[SOURCE_ATTRIBUTES_MAX];
	if (search->base[0] == '\0') /* a shape of grants that this source does not have */
		return 0;
	source_entry_attributes(s->set, &search->map, attributes);
	return ldap_schema_check(s->conn, search->base, attributes, search->filter, err);
}

/* When the server is known, which is part of a position. */
void source_session_maps(struct source_session *s)
{
	const struct source_settings *set = s->set;
	source_map_init(&s->people, set, &set->people.map, s->usn_server);
	source_map_init(&s->institutions, set, &set->institutions.map, s->usn_server);
	source_map_init(&s->grants, set, &set->grants.map, s->usn_server);
	source_map_init(&s->groups, set, &set->groups.map, s->usn_server);
}

int source_session_open(struct source_session *s, struct channel *channel, const struct source_settings *set,
			const struct source_demand *demand, struct err *err)
{
	*s = (struct source_session){.set = set, .sender = {.channel = channel}};
	proof_begin(&s->cert, set->canary_count);
	int code = source_server_choose(s, demand, err);
	source_session_maps(s);
	if (code == 0)
		code = check_schema(s, &set->people, err);
	if (code == 0)
		code = check_schema(s, &set->institutions, err);
	if (code == 0)
		code = check_schema(s, &set->grants, err);
	if (code == 0)
		code = check_schema(s, &set->groups, err);
	if (code == 0)
		s->cert.checks |= CHECK_SCHEMA | CHECK_BASE;
	if (code == 0)
		code = source_canaries_read(s, err);
	for (int kind = ENTRY_GRANT; code == 0 && kind <= ENTRY_RIGHT_GROUP; kind++) {
		struct source_part part;
		source_part_get(s, (enum entry_kind)kind, &part);
		code = source_part_read_canaries(s, &part, err);
	}
	return code;
}

int source_session_search(struct source_session *s, const struct search *search, struct err *err)
{
	struct search_proof proof;
	int code = search_run(s->conn, search, &proof, err);
	proof_search(&s->cert, &proof);
	if (code == 0)
		return sender_progress(&s->sender, s->received, err);
	s->result = proof.result;
	return err_prefix(err, "%s, after %u entries", search->base, proof.entries);
}

int source_session_take(struct source_session *s, const struct source_map *map, struct search_entry *from,
			struct err *err)
{
	char dn[128];
	int code = source_entry_read(&s->entry, map, map == &s->people ? s->set->right : NULL, from, err);
	if (code < 0)
		return code;
	s->received++;
	const char *missing = NULL;
	if (uuid_is_null(&s->entry.uuid))
		missing = entry_id_attribute(s->set->entry_id);
	else if (s->set->position != POSITION_NONE && csn_is_none(&s->entry.csn))
		missing = s->set->position == POSITION_USN ? "uSNChanged" : "entryCSN";
	if (missing != NULL) {
		s->cert.checks &= ~(unsigned)CHECK_DECODED;
		return err_set(err, ERR_INCOMPLETE, "%s: no %s can be read", escape_short(dn, sizeof(dn), from->dn),
			       missing);
	}
	return sender_progress(&s->sender, s->received, err);
}

int source_session_send(struct source_session *s, enum entry_kind kind, const char *base, struct err *err)
{
	const struct entry *packed;
	int code = source_entry_pack(&s->entry, kind, text_of(base), &packed, err);
	if (code == 0)
		code = sender_entry(&s->sender, packed, err);
	if (code == 0)
		s->cert.counts[kind]++;
	return code;
}

int source_session_certify(struct source_session *s, struct err *err)
{
	struct buf body;
	buf_init(&body);
	int code = proof_end(&s->cert, &body, err);
	if (code == 0)
		code = sender_last(&s->sender, M_CERTIFICATE, &body, err);
	buf_done(&body);
	return code;
}

void source_session_close(struct source_session *s)
{
	s->conn = ldap_connection_close(s->conn);
	source_entry_done(&s->entry);
	deadline_off();
}
