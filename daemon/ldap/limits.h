/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * limits.h - the size and time limits of a server as numbers, as far as it lets this identity see them.
 *
 * OpenLDAP: olcLimits and the like of the database and of the frontend. 389 Directory Server: ns...Limit of our own entry, and the server's. Active
 * Directory: the default query policy. What they come to for us is for the server to say: a search that ends whole is the proof.
 */
#ifndef DUAAL_LDAP_LIMITS_H
#define DUAAL_LDAP_LIMITS_H

#include "base/buf.h"
#include "ldap/connection.h"

/* Appends "olcSizeLimit 500; olcLimits ...", cut where there are many; nothing where the server shows none. base: of which database. ERR_NOMEM. */
MUST_USE int ldap_limits_read(struct ldap_connection *conn, const char *base, struct buf *out, struct err *err);

#endif
