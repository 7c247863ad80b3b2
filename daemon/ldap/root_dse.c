/* SPDX-License-Identifier: EUPL-1.2 */
/* root_dse.c - what the server says about itself, and its position; see connection.h and connection_parts.h. */
#include "ldap/connection_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "model/dn.h"

static const char *const root_attributes[] = {
	"namingContexts",    "supportedControl",    "supportedExtension", "supportedFeatures",
	"subschemaSubentry", "highestCommittedUSN", "dsServiceName",      NULL};

int ldap_read_entry(LDAP *handle, const char *dn, const char *filter, const char *const *attributes, LDAPMessage **ret,
		    struct err *err)
{
	LDAPMessage *found = NULL;
	int result = ldap_search_ext_s(handle, dn, LDAP_SCOPE_BASE, filter, (char **)attributes, 0, NULL, NULL, NULL, 0,
				       &found);
	int code = ldap_result_err(err, handle, result, dn[0] != '\0' ? dn : "root DSE");
	if (code == 0 && ldap_count_references(handle, found) > 0)
		code = err_set(err, ERR_INCOMPLETE, "%s: is on another server", dn);
	if (code == 0 && ldap_count_entries(handle, found) != 1)
		code = err_set(err, ERR_NOT_FOUND, "%s: the server shows no such entry",
			       dn[0] != '\0' ? dn : "root DSE");
	if (code < 0)
		ldap_msgfree(found);
	else
		*ret = found;
	return code;
}

int root_dse_read(struct ldap_connection *conn, struct err *err)
{
	return ldap_read_entry(conn->handle, "", "(objectClass=*)", root_attributes, &conn->root_dse, err);
}

static struct berval **values_of(LDAP *handle, LDAPMessage *message, const char *attribute)
{
	return ldap_get_values_len(handle, ldap_first_entry(handle, message), attribute);
}

bool ldap_connection_supports(const struct ldap_connection *conn, const char *oid)
{
	bool found = false;
	for (size_t i = 1; i <= 3 && !found; i++) {
		struct berval **values = values_of(conn->handle, conn->root_dse, root_attributes[i]);
		for (size_t j = 0; values != NULL && values[j] != NULL && !found; j++)
			found = text_equal(text_make(values[j]->bv_val, values[j]->bv_len), text_of(oid));
		ldap_value_free_len(values);
	}
	return found;
}

char *root_dse_suffix(struct ldap_connection *conn, const char *base)
{
	struct berval **contexts = values_of(conn->handle, conn->root_dse, "namingContexts");
	struct text best = text_of(NULL);
	int code = 0;
	for (size_t i = 0; contexts != NULL && contexts[i] != NULL && code == 0; i++) {
		struct text context = text_make(contexts[i]->bv_val, contexts[i]->bv_len);
		bool below;
		code = dn_is_below(text_of(base), context, &below);
		if (below && context.len > best.len)
			best = context;
	}
	char *suffix = code < 0 ? NULL : strndup(best.len > 0 ? best.at : base, best.len > 0 ? best.len : strlen(base));
	ldap_value_free_len(contexts);
	return suffix;
}

static int merge_positions(struct berval **values, struct csn_vector *ret, struct err *err)
{
	char shown[64];
	for (size_t i = 0; values != NULL && values[i] != NULL; i++) {
		struct text value = text_make(values[i]->bv_val, values[i]->bv_len);
		struct csn csn;
		if (!csn_parse(value, &csn))
			return err_set(err, ERR_INCOMPLETE, "contextCSN \"%s\" cannot be read",
				       escape_short(shown, sizeof(shown), value));
		if (!csn_vector_merge(ret, &csn))
			return err_set(err, ERR_LIMIT, "contextCSN has more than %d servers", CSN_VECTOR_MAX);
	}
	return 0;
}

int ldap_connection_position(struct ldap_connection *conn, const char *base, struct csn_vector *ret, struct err *err)
{
	static const char *const attributes[] = {"contextCSN", NULL};
	LDAPMessage *found = NULL;
	char *suffix = root_dse_suffix(conn, base);
	*ret = (struct csn_vector){0};
	if (suffix == NULL)
		return err_nomem(err);
	int code = ldap_read_entry(conn->handle, suffix, "(objectClass=*)", attributes, &found, err);
	if (code == 0) {
		struct berval **values = values_of(conn->handle, found, "contextCSN");
		code = merge_positions(values, ret, err);
		ldap_value_free_len(values);
	}
	ldap_msgfree(found);
	free(suffix);
	return code < 0 ? err_prefix(err, "position") : 0;
}

/* ---- servers that count --------------------------------------------------------------------------- */

/* FNV-1a: it only has to tell servers apart, and to be the same after a restart. */
static uint64_t digest_of(const struct berval *value)
{
	uint64_t digest = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < value->bv_len; i++)
		digest = (digest ^ (unsigned char)value->bv_val[i]) * UINT64_C(0x100000001b3);
	return digest;
}

/* invocationId of the service, where this identity may read it; else the service's name. A server that is merely busy does not become
 * another one by it, whose numbers would be compared with nothing. */
static int identify_service(struct ldap_connection *conn, const struct berval *name, uint64_t *ret, struct err *err)
{
	static const char *const attributes[] = {"invocationId", NULL};
	struct berval **ids = NULL;
	LDAPMessage *found = NULL;
	char *dn = strndup(name->bv_val, name->bv_len);
	if (dn == NULL)
		return err_nomem(err);
	int code = ldap_read_entry(conn->handle, dn, "(objectClass=*)", attributes, &found, err);
	free(dn);
	if (code < 0 && code != ERR_NOT_FOUND && code != ERR_DENIED)
		return code;
	if (code == 0)
		ids = values_of(conn->handle, found, "invocationId");
	*ret = digest_of(ids != NULL && ids[0] != NULL ? ids[0] : name);
	ldap_value_free_len(ids);
	ldap_msgfree(found);
	return 0;
}

static int identify_server(struct ldap_connection *conn, uint64_t *ret, struct err *err)
{
	struct berval **names = values_of(conn->handle, conn->root_dse, "dsServiceName");
	int code =
		names != NULL && names[0] != NULL
			? identify_service(conn, names[0], ret, err)
			: err_set(err, ERR_INCOMPLETE, "the server shows no dsServiceName, so its USN means nothing");
	ldap_value_free_len(names);
	return code;
}

int ldap_connection_usn(struct ldap_connection *conn, struct csn_vector *ret, uint64_t *ret_server, struct err *err)
{
	struct berval **values = values_of(conn->handle, conn->root_dse, "highestCommittedUSN");
	uint64_t usn = 0;
	bool shown = values != NULL && values[0] != NULL &&
		     text_number(text_make(values[0]->bv_val, values[0]->bv_len), CSN_USN_DIGITS, &usn);
	ldap_value_free_len(values);
	*ret = (struct csn_vector){0};
	if (!shown)
		return 0;
	int code = identify_server(conn, ret_server, err);
	if (code < 0)
		return err_prefix(err, "position");
	const struct csn position = csn_of_usn(usn, *ret_server);
	(void)csn_vector_merge(ret, &position); /* the first always has room */
	return 0;
}
