/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tls_ends.h - until when the certificates of a connection are valid: the server's as it showed it on this connection, and ours and those of
 * the authorities from their files as they are now. It asks the server for nothing.
 */
#ifndef DUAAL_HELPER_TLS_ENDS_H
#define DUAAL_HELPER_TLS_ENDS_H

#include "ldap/connection.h"
#include "model/certificate.h"

/* Without TLS all are 0. */
struct tls_ends tls_ends_read(const struct connection_settings *set, struct ldap_connection *conn);

#endif
