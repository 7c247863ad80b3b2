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
	uint64_t usn_server; /* what tells it from others, where positions are USN; else 0 */
	struct source_canary canaries[CANARIES_MAX], grant_canaries[CANARIES_MAX], group_canaries[CANARIES_MAX];
	struct source_map people, institutions, grants, groups;
	struct source_entry entry;
	uint32_t received; /* entries, canaries included */
	int result;        /* LDAP result of the search that failed, 0: none did */
};

struct source_demand {                     /* what the planner asks of the server that is read */
	const struct csn_vector *at_least; /* what was applied already, or what a read found */
	bool never_older;                  /* not even where every server is */
};

MUST_USE int source_session_open(struct source_session *s, struct channel *channel, const struct source_settings *set,
				 const struct source_demand *demand, struct err *err);
void source_session_maps(struct source_session *s); /* of opening; usn_server is known */
MUST_USE int source_session_search(struct source_session *s, const struct search *search, struct err *err);
MUST_USE int source_session_certify(struct source_session *s, struct err *err);
void source_session_close(struct source_session *s);

/* Decodes the entry into s->entry. An entry without what names it (or its position, where positions are wanted) is no entry:
 * ERR_INCOMPLETE. */
MUST_USE int source_session_take(struct source_session *s, const struct source_map *map, struct search_entry *from,
				 struct err *err);
/* Packs s->entry and sends it. */
MUST_USE int source_session_send(struct source_session *s, enum entry_kind kind, const char *base, struct err *err);

/* Of opening: connects to the first server that is as new as demanded, and reads its position. */
MUST_USE int source_server_choose(struct source_session *s, const struct source_demand *demand, struct err *err);

/* Canaries prove what a search shows; source_canaries_begin before one, look at each entry, source_canaries_check
 * after. Those of grants and right groups are apart: source_part_... */
MUST_USE int source_canaries_read(struct source_session *s, struct err *err);
void source_canaries_begin(struct source_session *s);
bool source_canaries_look(struct source_session *s, const struct uuid *uuid); /* is it one? */
MUST_USE int source_canaries_check(struct source_session *s, struct err *err);

/* Is there somebody with the right who has a national number, as a search tells by its presence; and does the answer name the attribute? */
MUST_USE int source_number_look(const struct source_session *s, bool *ret_searched, bool *ret_read, struct err *err);

/* Grants that are entries of their own, and right groups: how each is read and proven (source_grant.c). */
struct source_part {
	const struct search_settings *search; /* base empty: the source has none of them */
	const struct source_map *map;
	const char *const *names; /* DNs of its canaries */
	struct source_canary *canaries;
	uint32_t canary_count, floor;
	enum entry_kind kind;
};
void source_part_get(struct source_session *s, enum entry_kind kind, struct source_part *ret);
bool source_part_is_used(const struct source_part *part);
MUST_USE int source_part_read_canaries(struct source_session *s, struct source_part *part, struct err *err);
void source_part_begin(struct source_part *part);
bool source_part_look(struct source_part *part, const struct uuid *uuid); /* is it a canary? */
MUST_USE int source_part_check(const struct source_part *part, struct err *err);

#endif
