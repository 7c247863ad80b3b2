/* SPDX-License-Identifier: EUPL-1.2 */
/* examine_server.h - what duaal-source and duaal-target examine alike of their server. side: "source" or "target". */
#ifndef DUAAL_HELPER_EXAMINE_SERVER_H
#define DUAAL_HELPER_EXAMINE_SERVER_H

#include "helper/examine.h"
#include "ldap/connection.h"
#include "ldap/index.h"

/* Connects and tells how; false: there is no connection, which is told. */
bool examine_connect(struct examine *e, const char *side, const struct connection_settings *set,
		     struct ldap_connection **ret);
/* Certificates, clock, paging. */
void examine_server(struct examine *e, const char *side, const struct connection_settings *set,
		    struct ldap_connection *conn);
/* What limits the server shows of the database that holds base. */
void examine_limits(struct examine *e, const char *side, struct ldap_connection *conn, const char *base);
/* The attributes that the filter uses (NULL: none), and more of them for equality (NULL-ended). */
void examine_indexes(struct examine *e, const char *about, const struct index_list *list, const char *filter,
		     const char *const *more);
/* Carries the search out as a read does, without attributes: does it end, and with how many entries? least: so many are needed. */
void examine_search(struct examine *e, const char *about, struct ldap_connection *conn, const char *base, int scope,
		    const char *filter, const struct connection_settings *set, uint32_t least);

#endif
