/* SPDX-License-Identifier: EUPL-1.2 */
/* examine.h - what only the doctor asks of a server. Nothing here writes. */
#ifndef DUAAL_LDAP_EXAMINE_H
#define DUAAL_LDAP_EXAMINE_H

#include "ldap/connection.h"

/* The server's wall clock now: currentTime of a domain controller's root DSE, or a monitor entry. false: it shows none. */
bool ldap_server_clock(struct ldap_connection *conn, int64_t *ret_s);

/* Does the schema know the class, and must its entries have the attribute, by the class itself or one that it is derived from? */
MUST_USE int ldap_class_demands(struct ldap_connection *conn, const char *base, const char *object_class,
				const char *attribute, bool *ret_known, bool *ret_demands, struct err *err);

/* What trying to write found on a sample of entries. */
struct write_trial {
	uint32_t tried, allowed, denied, changed; /* changed: by somebody else meanwhile, so nothing is known */
	uint32_t written; /* the server carried half of the modify out: it took a value that had gone */
	int other;        /* another result, 0: none */
	char dn[256];     /* of an entry that was denied, or gave the other result; cut */
};

/*
 * Adds to entries below base that filter finds a value that they have already: 20 means that it may be written, 50 that it may not. In the same
 * modify a value is deleted that no entry has: so it fails as a whole (16; RFC 4511 section 4.6) also when the first went away meanwhile, and
 * nothing is ever written. Where the server knows assertions (RFC 4528), one of that value says the same once more. Values are DNs below "below":
 * others, which somebody else put there, may well be denied to us, and entries without one are not tried.
 */
MUST_USE int ldap_try_write(struct ldap_connection *conn, const char *base, const char *filter, const char *attribute,
			    const char *below, uint32_t sample, struct write_trial *ret, struct err *err);

#endif
