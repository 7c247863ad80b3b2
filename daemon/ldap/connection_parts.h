/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * connection_parts.h - what the files behind connection.h share. Nobody else includes it.
 *
 *   connection.c      opening in the order of the recipe, closing
 *   choice.c          which of several servers (choice.h)
 *   socket.c          connecting within a time limit; limits of the socket; what counts as loopback
 *   tls.c             options that no setting can weaken; the handshake; why it may have failed
 *   bind.c            simple and EXTERNAL; who-am-i, or what stands in for it
 *   bind_gssapi.c     Kerberos
 *   root_dse.c        what the server says about itself; position
 *   schema.c          does the server know these attributes?
 *   index.c           does it index them? (index.h)
 *   examine.c         what only the doctor asks (examine.h)
 */
#ifndef DUAAL_LDAP_CONNECTION_PARTS_H
#define DUAAL_LDAP_CONNECTION_PARTS_H

#include "ldap/connection.h"

struct ldap_connection {
	LDAP *handle;
	struct ldap_conncb callback; /* libldap calls it for each socket it makes */
	unsigned answer_s;           /* an answer may take so long */
	ber_len_t max_incoming;
	LDAPMessage *root_dse;
	LDAPMessage *schema; /* the one last asked for, */
	char *schema_dn;     /* and where it stands; NULL: none yet */
	char *server;        /* URI as configured */
	char *identity;      /* the server's answer to who-am-i */
};

/* Fails when the settings do not fit together, or when they would send anything unprotected beyond this machine.
 * ret_uri: what libldap is to open, freed by the caller; TLS for ldaps is started by us, so that it is there before any
 * bind. */
MUST_USE int socket_check_settings(const struct connection_settings *set, char **ret_uri, struct err *err);
MUST_USE int socket_prepare(struct ldap_connection *conn, struct err *err);
MUST_USE int socket_connect(struct ldap_connection *conn, const struct connection_settings *set, struct err *err);
/* Another limit for whatever is still to come; the socket is connected. */
MUST_USE int socket_limit(struct ldap_connection *conn, unsigned answer_s, struct err *err);
/* Reads 64 KiB at a time instead of one message: a quarter less client CPU. Below TLS, above TCP. */
MUST_USE int socket_read_ahead(struct ldap_connection *conn, struct err *err);

MUST_USE int tls_prepare(LDAP *handle, const struct connection_settings *set, struct err *err);
MUST_USE int tls_start(LDAP *handle, const struct connection_settings *set, struct err *err);

/* Before connecting; also sets this process's environment for the Kerberos library. */
MUST_USE int gssapi_prepare(LDAP *handle, const struct connection_settings *set, struct err *err);
MUST_USE int bind_gssapi(LDAP *handle, struct err *err);
MUST_USE int bind_as_configured(LDAP *handle, const struct connection_settings *set, struct err *err);
MUST_USE int bind_check_identity(struct ldap_connection *conn, const struct connection_settings *set, struct err *err);

MUST_USE int root_dse_read(struct ldap_connection *conn, struct err *err);
/* The longest naming context that base lies in, else base; freed by the caller. NULL: no memory. */
char *root_dse_suffix(struct ldap_connection *conn, const char *base);
/* DN of the schema that governs base, named by the base itself or by the root DSE; freed by the caller. */
MUST_USE int schema_find(struct ldap_connection *conn, const char *base, char **ret, struct err *err);

/* One entry, read whole: ERR_NOT_FOUND when the server shows none. *ret is freed with ldap_msgfree. */
/* A search that the server may refuse or answer with nothing: then NULL. The caller frees. */
LDAPMessage *ldap_look(struct ldap_connection *conn, const char *base, int scope, const char *filter,
		       const char *const *attributes);
MUST_USE int ldap_read_entry(LDAP *handle, const char *dn, const char *filter, const char *const *attributes,
			     LDAPMessage **ret, struct err *err);

#endif
