/* SPDX-License-Identifier: EUPL-1.2 */
/* examine.c - see examine.h. Trying to write: examine_write.c. */
#include "ldap/examine.h"

#include <ldap_schema.h>
#include <stdlib.h>

#include "ldap/connection_parts.h"
#include "ldap/deadline.h"
#include "model/date.h"

/* ---- clock ---------------------------------------------------------------------------------------- */

static bool read_time(struct ldap_connection *conn, const char *dn, const char *attribute, int64_t *ret_s)
{
	const char *const attributes[] = {attribute, NULL};
	struct err unheard = {0};
	LDAPMessage *found = NULL;
	deadline_progress();
	if (ldap_read_entry(conn->handle, dn, "(objectClass=*)", attributes, &found, &unheard) < 0)
		return false;
	struct berval **values = ldap_get_values_len(conn->handle, ldap_first_entry(conn->handle, found), attribute);
	bool read = values != NULL && values[0] != NULL &&
		    instant_parse(text_make(values[0]->bv_val, values[0]->bv_len), ret_s);
	ldap_value_free_len(values);
	ldap_msgfree(found);
	return read;
}

bool ldap_server_clock(struct ldap_connection *conn, int64_t *ret_s)
{
	return read_time(conn, "", "currentTime", ret_s) || read_time(conn, "cn=monitor", "currenttime", ret_s) ||
	       read_time(conn, "cn=Current,cn=Time,cn=Monitor", "monitorTimestamp", ret_s);
}

/* ---- classes -------------------------------------------------------------------------------------- */

static bool lists(char **names, const char *name)
{
	for (size_t i = 0; names != NULL && names[i] != NULL; i++)
		if (text_equal_nocase(text_of(names[i]), text_of(name)))
			return true;
	return false;
}

/* true: it was this class. */
static bool judge_class(const char *description, const char *object_class, const char *attribute, bool *ret_demands)
{
	int code = 0;
	const char *at = NULL;
	LDAPObjectClass *parsed = ldap_str2objectclass(description, &code, &at, LDAP_SCHEMA_ALLOW_ALL);
	if (parsed == NULL)
		return false;
	bool found = lists(parsed->oc_names, object_class);
	if (found)
		*ret_demands = lists(parsed->oc_at_oids_must, attribute);
	ldap_objectclass_free(parsed);
	return found;
}

int ldap_class_demands(struct ldap_connection *conn, const char *base, const char *object_class, const char *attribute,
		       bool *ret_known, bool *ret_demands, struct err *err)
{
	static const char *const attributes[] = {"objectClasses", NULL};
	char *dn = NULL;
	LDAPMessage *schema = NULL;
	*ret_known = *ret_demands = false;
	deadline_progress();
	int code = schema_find(conn, base, &dn, err);
	if (code == 0)
		code = ldap_read_entry(conn->handle, dn, "(objectClass=subschema)", attributes, &schema, err);
	free(dn);
	if (code < 0)
		return code;
	struct berval **values =
		ldap_get_values_len(conn->handle, ldap_first_entry(conn->handle, schema), "objectClasses");
	for (size_t i = 0; values != NULL && values[i] != NULL && !*ret_known; i++)
		*ret_known = judge_class(values[i]->bv_val, object_class, attribute, ret_demands);
	ldap_value_free_len(values);
	ldap_msgfree(schema);
	return 0;
}
