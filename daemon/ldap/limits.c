/* SPDX-License-Identifier: EUPL-1.2 */
/* limits.c - see limits.h. */
#include "ldap/limits.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/escape.h"
#include "ldap/connection_parts.h"
#include "ldap/deadline.h"
#include "model/certificate.h"

#define CONFIG_389      "cn=config"
#define DATABASES_389   "cn=config,cn=ldbm database,cn=plugins,cn=config"
#define ACTIVE_POLICY   "CN=Default Query Policy,CN=Query-Policies,CN=Directory Service,CN=Windows NT,CN=Services,"
#define FRONTEND        "olcDatabase={-1}frontend,cn=config"
#define LIMITS_TEXT_MAX 600 /* of a sentence; a server may have many olcLimits */

static void add_limit(struct buf *out, const char *name, const struct berval *value)
{
	if (out->len < LIMITS_TEXT_MAX)
		buf_format(out, "%s%s %.*s", out->len > 0 ? "; " : "", name, (int)value->bv_len, value->bv_val);
}

static void add_found(struct ldap_connection *conn, LDAPMessage *found, const char *const *attributes, struct buf *out)
{
	LDAPMessage *entry = found != NULL ? ldap_first_entry(conn->handle, found) : NULL;
	for (size_t i = 0; entry != NULL && attributes[i] != NULL; i++) {
		struct berval **values = ldap_get_values_len(conn->handle, entry, attributes[i]);
		for (size_t n = 0; values != NULL && values[n] != NULL; n++)
			add_limit(out, attributes[i], values[n]);
		ldap_value_free_len(values);
	}
	ldap_msgfree(found);
}

static void add_entry(struct ldap_connection *conn, const char *dn, const char *const *attributes, struct buf *out)
{
	add_found(conn, ldap_look(conn, dn, LDAP_SCOPE_BASE, "(objectClass=*)", attributes), attributes, out);
}

static void add_openldap(struct ldap_connection *conn, const char *suffix, struct buf *out)
{
	static const char *const attributes[] = {"olcSizeLimit", "olcTimeLimit", "olcLimits", NULL};
	struct buf filter;
	buf_init(&filter);
	buf_add_string(&filter, "(&(objectClass=olcDatabaseConfig)(olcSuffix=");
	escape_filter(&filter, text_of(suffix));
	buf_add_string(&filter, "))");
	if (!buf_failed(&filter))
		add_found(conn, ldap_look(conn, "cn=config", LDAP_SCOPE_ONELEVEL, buf_string(&filter), attributes),
			  attributes, out);
	add_entry(conn, FRONTEND, attributes, out);
	buf_done(&filter);
}

/* Those of our own entry come before the server's. */
static void add_389(struct ldap_connection *conn, struct buf *out)
{
	static const char *const own[] = {"nsSizeLimit",
					  "nsTimeLimit",
					  "nsLookThroughLimit",
					  "nsPagedSizeLimit",
					  "nsPagedLookThroughLimit",
					  "nsPagedIDListScanLimit",
					  NULL};
	static const char *const server[] = {"nsslapd-sizelimit", "nsslapd-timelimit", NULL};
	static const char *const databases[] = {"nsslapd-lookthroughlimit", "nsslapd-pagedsizelimit", NULL};
	struct certificate identity;
	struct buf dn;
	snprintf(identity.identity, sizeof(identity.identity), "%s", ldap_connection_identity(conn));
	buf_init(&dn);
	buf_add_text(&dn, certificate_own_dn(&identity));
	if (!buf_failed(&dn) && dn.len > 0)
		add_entry(conn, buf_string(&dn), own, out);
	buf_done(&dn);
	add_entry(conn, CONFIG_389, server, out);
	add_entry(conn, DATABASES_389, databases, out);
}

static void add_active_directory(struct ldap_connection *conn, struct buf *out)
{
	static const char *const naming[] = {"configurationNamingContext", NULL}, *const policy[] = {"lDAPAdminLimits",
												     NULL};
	LDAPMessage *found = ldap_look(conn, "", LDAP_SCOPE_BASE, "(objectClass=*)", naming);
	struct berval **values =
		found != NULL ? ldap_get_values_len(conn->handle, ldap_first_entry(conn->handle, found), naming[0])
			      : NULL;
	struct buf dn;
	buf_init(&dn);
	if (values != NULL && values[0] != NULL) {
		buf_add_string(&dn, ACTIVE_POLICY);
		buf_add_text(&dn, text_make(values[0]->bv_val, values[0]->bv_len));
		if (!buf_failed(&dn))
			add_entry(conn, buf_string(&dn), policy, out);
	}
	buf_done(&dn);
	ldap_value_free_len(values);
	ldap_msgfree(found);
}

int ldap_limits_read(struct ldap_connection *conn, const char *base, struct buf *out, struct err *err)
{
	char *suffix = root_dse_suffix(conn, base);
	if (suffix == NULL)
		return err_nomem(err);
	add_openldap(conn, suffix, out);
	add_389(conn, out);
	add_active_directory(conn, out);
	free(suffix);
	return buf_failed(out) ? err_nomem(err) : 0;
}
