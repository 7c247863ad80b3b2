/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_session.h - one connection to the source for one answer (a whole read, or a batch of questions), with the
 * certificate that grows along.
 *
 * Order: source_session_open, source_session_search (any number), source_session_certify; source_session_close in any
 * case. Opening proves identity, schema and canaries before anything is believed; certify sends the certificate only
 * when every check holds, else it says what is missing (I1).
 */
#ifndef DUAAL_HELPER_SOURCE_SESSION_H
#define DUAAL_HELPER_SOURCE_SESSION_H

#include "helper/source_entry.h"
#include "helper/sender.h"
#include "wire/message.h"

/* A person or a grant made for the purpose: whoever cannot see it, or what it says, does not see everything. */
struct source_canary {
	struct uuid uuid;
	bool under_base; /* the search for people, or for grants, must bring it too */
	bool seen;       /* and did, in the search under way */
};

struct source_session {
	const struct source_settings *set;
	struct sender sender;
	struct ldap_connection *conn;
	struct certificate cert;
	struct source_canary canaries[CANARIES_MAX], grant_canaries[CANARIES_MAX];
	struct source_map people, institutions, grants;
	struct source_entry entry;
	uint32_t received; /* entries, canaries included */
	int result;        /* LDAP result of the search that failed, 0: none did */
};

MUST_USE int source_session_open(struct source_session *s, struct channel *channel, const struct source_settings *set,
				 struct err *err);
MUST_USE int source_session_search(struct source_session *s, const struct search *search, struct err *err);
MUST_USE int source_session_certify(struct source_session *s, struct err *err);
void source_session_close(struct source_session *s);

/* Decodes the entry into s->entry. An entry without entryUUID (or entryCSN, where positions are wanted) is no entry:
 * ERR_INCOMPLETE. */
MUST_USE int source_session_take(struct source_session *s, const struct source_map *map, struct search_entry *from,
				 struct err *err);
/* Packs s->entry and sends it. */
MUST_USE int source_session_send(struct source_session *s, enum entry_kind kind, const char *base, struct err *err);

/* Canaries prove what a search shows; source_canaries_begin before one, look at each entry, source_canaries_check
 * after. Those of grants are apart: source_grant_canaries_... */
MUST_USE int source_canaries_read(struct source_session *s, struct err *err);
void source_canaries_begin(struct source_session *s);
bool source_canaries_look(struct source_session *s, const struct uuid *uuid); /* is it one? */
MUST_USE int source_canaries_check(struct source_session *s, struct err *err);
bool source_has_grants(const struct source_session *s); /* that are entries of their own */
MUST_USE int source_grant_canaries_read(struct source_session *s, struct err *err);
void source_grant_canaries_begin(struct source_session *s);
bool source_grant_canaries_look(struct source_session *s, const struct uuid *uuid);
MUST_USE int source_grant_canaries_check(struct source_session *s, struct err *err);

#endif
