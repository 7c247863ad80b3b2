/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * connection.h - one verified LDAP connection of a helper, and the ways in which it can fail.
 *
 * The recipe (order matters; faults 59 to 72): environment cleared by main (base/environment.h), every option set on
 * the handle, no referrals, no aliases, TLS 1.2 or newer with host name and chain verified and no setting that can
 * weaken it, bind, who-am-i compared with the configured identity before the first search (fault 20). Blocking; each
 * blocking call is under alarm(2), moved on by progress (deadline.h), because libldap's own time limits do not bound
 * every stall. A connection that failed once is never used again.
 */
#ifndef DUAAL_LDAP_CONNECTION_H
#define DUAAL_LDAP_CONNECTION_H

#include <ldap.h>

#include "base/err.h"
#include "wire/message.h"

struct ldap_connection; /* LDAP *handle inside; see ldap_connection_handle */

/* How far an attempt came: nothing left this machine yet; before our credentials; the server has heard them. */
enum open_stage { OPEN_LOCAL, OPEN_CONNECT, OPEN_BIND };

/* set->uri alone; which of several: choice.h. brief: each step may take no longer than the connection itself may, because
 * others are waiting their turn. */
MUST_USE int ldap_connection_open_one(const struct connection_settings *set, bool brief, struct ldap_connection **ret,
				      enum open_stage *ret_stage, struct err *err);
struct ldap_connection *ldap_connection_close(struct ldap_connection *conn); /* NULL allowed; returns NULL */
LDAP *ldap_connection_handle(struct ldap_connection *conn);
const char *ldap_connection_server(const struct ldap_connection *conn);
const char *ldap_connection_identity(const struct ldap_connection *conn);
/* Does the root DSE advertise this control, extension or feature? */
bool ldap_connection_supports(const struct ldap_connection *conn, const char *oid);
/* Position: contextCSN of the database that holds base, or of the suffix. count 0: not exposed. */
MUST_USE int ldap_connection_position(struct ldap_connection *conn, const char *base, struct csn_vector *ret,
				      struct err *err);

/* The same of a server that counts: highestCommittedUSN, with what tells this server from others (invocationId, which a proper
 * restore changes, or else dsServiceName). count 0: not exposed. *ret_server: for csn_of_usn. */
MUST_USE int ldap_connection_usn(struct ldap_connection *conn, struct csn_vector *ret, uint64_t *ret_server,
				 struct err *err);

/* Until when the certificate is valid that the server showed. false: there is no TLS, or libldap does not give it. */
bool ldap_server_certificate_end(struct ldap_connection *conn, int64_t *ret_s);

/* Is every attribute known to the server's schema (subschema subentry)? Also those used in the filter. ERR_INCOMPLETE
 * names the unknown ones (fault 13). */
MUST_USE int ldap_schema_check(struct ldap_connection *conn, const char *base, const char *const *attributes,
			       const char *filter, struct err *err);

/* Turns an LDAP result code into an err: one sentence with the code, its name, the server's diagnostic (escaped) and
 * what to do. Returns the enum err_code: 3 4 10 11 -> ERR_INCOMPLETE, 49 50 -> ERR_DENIED, 32 -> ERR_NOT_FOUND, 51 52
 * 53 80 and most negative ones -> ERR_UNAVAILABLE, -10 -> ERR_NOMEM, -7 -9 -> ERR_INVALID, 122 16 20 68 ->
 * ERR_CONFLICT; the rest: the table in result.c. 0 returns 0 and leaves err. handle may be NULL. */
int ldap_result_err(struct err *err, LDAP *handle, int result, const char *what);

#endif
