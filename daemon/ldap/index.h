/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * index.h - which attributes a server indexes, as far as it lets this identity see.
 *
 * OpenLDAP: olcDbIndex of the database below cn=config. 389 Directory Server: cn=index of the backend of that suffix. Others show none.
 */
#ifndef DUAAL_LDAP_INDEX_H
#define DUAAL_LDAP_INDEX_H

#include "base/buf.h"
#include "ldap/connection.h"

enum index_use { INDEX_PRESENT, INDEX_EQUAL, INDEX_SUBSTRING }; /* how a search uses an attribute */

struct index_list {
	bool seen;         /* false: the server shows nothing of it to this identity */
	struct buf values; /* lines "cn,sn eq,sub" */
};

/* Of the database that holds base. A server that does not show it is no error. */
MUST_USE int ldap_index_read(struct ldap_connection *conn, const char *base, struct index_list *ret, struct err *err);
void index_list_done(struct index_list *list);
bool index_list_has(const struct index_list *list, struct text attribute, enum index_use use);
const char *index_use_name(enum index_use use); /* "pres", "eq", "sub" */

/* Calls each for every attribute of the filter, with its use. ERR_SYNTAX: not a filter. */
MUST_USE int index_each_use(const char *filter, void (*each)(void *ctx, struct text attribute, enum index_use use),
			    void *ctx, struct err *err);

#endif
