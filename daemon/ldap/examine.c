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

#define DERIVED_MAX 16 /* classes above one another; a schema has a few */

/* What a class demands, and which it is derived from; NULL: the schema does not know it. The caller frees it. */
static LDAPObjectClass *find_class(struct berval **descriptions, const char *object_class)
{
	for (size_t i = 0; descriptions != NULL && descriptions[i] != NULL; i++) {
		int code = 0;
		const char *at = NULL;
		LDAPObjectClass *parsed =
			ldap_str2objectclass(descriptions[i]->bv_val, &code, &at, LDAP_SCHEMA_ALLOW_ALL);
		if (parsed != NULL && lists(parsed->oc_names, object_class))
			return parsed;
		if (parsed != NULL)
			ldap_objectclass_free(parsed);
	}
	return NULL;
}

static bool class_demands(struct berval **descriptions, const char *object_class, const char *attribute, int depth)
{
	LDAPObjectClass *found = depth < DERIVED_MAX ? find_class(descriptions, object_class) : NULL;
	if (found == NULL)
		return false;
	bool demands = lists(found->oc_at_oids_must, attribute);
	for (size_t i = 0; !demands && found->oc_sup_oids != NULL && found->oc_sup_oids[i] != NULL; i++)
		demands = class_demands(descriptions, found->oc_sup_oids[i], attribute, depth + 1);
	ldap_objectclass_free(found);
	return demands;
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
	LDAPObjectClass *found = find_class(values, object_class);
	*ret_known = found != NULL;
	*ret_demands = class_demands(values, object_class, attribute, 0);
	if (found != NULL)
		ldap_objectclass_free(found);
	ldap_value_free_len(values);
	ldap_msgfree(schema);
	return 0;
}
