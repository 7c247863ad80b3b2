/* SPDX-License-Identifier: EUPL-1.2 */
/* source_session.c - see source_session.h. The canaries: source_canary.c. */
#include "helper/source_session.h"

#include "base/escape.h"
#include "helper/proof.h"
#include "ldap/deadline.h"

static int connect_source(struct source_session *s, struct err *err)
{
	int code = ldap_connection_open(&s->set->connection, &s->conn, err);
	if (code < 0)
		return code;
	proof_connected(&s->cert, s->conn); /* this one serves every search that follows */
	return 0;
}

/* Reads the base too: where it does not exist or cannot be seen, there is no schema to be had. */
static int check_schema(struct source_session *s, const struct search_settings *search, struct err *err)
{
	const char *attributes[SOURCE_ATTRIBUTES_MAX];
	if (search->base[0] == '\0') /* a shape of grants that this source does not have */
		return 0;
	source_entry_attributes(&search->map, attributes);
	return ldap_schema_check(s->conn, search->base, attributes, search->filter, err);
}

static int read_position(struct source_session *s, struct err *err)
{
	if (!s->set->positions)
		return 0;
	int code = ldap_connection_position(s->conn, s->set->people.base, &s->cert.position, err);
	if (code == 0 && s->cert.position.count == 0)
		code = err_set(
			err, ERR_INCOMPLETE,
			"the source shows no contextCSN to this identity: make it readable, or say position = none");
	return code;
}

int source_session_open(struct source_session *s, struct channel *channel, const struct source_settings *set,
			struct err *err)
{
	*s = (struct source_session){.set = set, .sender = {.channel = channel}};
	source_map_init(&s->people, &set->people.map);
	source_map_init(&s->institutions, &set->institutions.map);
	source_map_init(&s->grants, &set->grants.map);
	source_map_init(&s->groups, &set->groups.map);
	proof_begin(&s->cert, set->canary_count);
	int code = connect_source(s, err);
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
		code = read_position(s, err); /* before the first search: what changes later is read again, not lost */
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
		return 0;
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
		missing = "entryUUID";
	else if (s->set->positions && csn_is_none(&s->entry.csn))
		missing = "entryCSN";
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
