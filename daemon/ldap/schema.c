/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * schema.c - does the server's schema know what we ask for? See connection.h.
 *
 * An attribute or rule in a filter that the server does not know makes the filter undefined: success, and no entry
 * (fault 13).
 */
#include "ldap/connection_parts.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/vec.h"
#include "ldap/filter_parts.h"

/* Not asked of the schema: OpenLDAP keeps some of these out of what it publishes, and their presence is proven by their
 * values on every entry that needs them; the others are no attributes. */
static const char *const exempt[] = {"entryUUID", "entryCSN", "contextCSN", "nsUniqueId", LDAP_NO_ATTRS, "*", "+"};

struct wanted_name {
	struct text name;
	enum filter_part part;
	bool known;
};

struct wanted {
	struct wanted_name *names;
	size_t count, capacity;
};

static bool is_exempt(struct text name)
{
	for (size_t i = 0; i < sizeof(exempt) / sizeof(exempt[0]); i++)
		if (text_equal_nocase(name, text_of(exempt[i])))
			return true;
	return false;
}

static int want(void *ctx, enum filter_part part, struct text name, struct err *err)
{
	struct wanted *wanted = ctx;
	if (is_exempt(name))
		return 0;
	for (size_t i = 0; i < wanted->count; i++)
		if (wanted->names[i].part == part && text_equal_nocase(wanted->names[i].name, name))
			return 0;
	if (vec_reserve(&wanted->names, &wanted->capacity, wanted->count + 1, sizeof(*wanted->names)) < 0)
		return err_nomem(err);
	wanted->names[wanted->count++] = (struct wanted_name){name, part, false};
	return 0;
}

static int collect(struct wanted *wanted, const char *const *attributes, const char *filter, struct err *err)
{
	int code = 0;
	for (size_t i = 0; attributes != NULL && attributes[i] != NULL && code == 0; i++) {
		struct text name = text_of(attributes[i]), before, options;
		code = want(wanted, FILTER_ATTRIBUTE, text_split(name, ';', &before, &options) ? before : name, err);
	}
	if (code == 0 && filter != NULL)
		code = filter_each_part(filter, want, wanted, err);
	return code;
}

static struct text take_word(struct text *rest)
{
	size_t start = 0, end;
	while (start < rest->len && rest->at[start] == ' ')
		start++;
	for (end = start; end < rest->len && rest->at[end] != ' ';)
		end++;
	struct text word = text_make(rest->at + start, end - start);
	*rest = text_make(rest->at + end, rest->len - end);
	return word;
}

static struct text unquote(struct text word)
{
	bool quoted = word.len >= 2 && word.at[0] == '\'' && word.at[word.len - 1] == '\'';
	return quoted ? text_make(word.at + 1, word.len - 2) : text_of(NULL);
}

static void mark(struct wanted *wanted, enum filter_part part, struct text name)
{
	for (size_t i = 0; i < wanted->count; i++)
		if (wanted->names[i].part == part && text_equal_nocase(wanted->names[i].name, name))
			wanted->names[i].known = true;
}

/* "( 2.5.4.3 NAME ( 'cn' 'commonName' ) ..." or "( 2.5.4.35 NAME 'userPassword' ...": RFC 4512 section 4.1.2. */
static void mark_description(struct wanted *wanted, enum filter_part part, struct text rest)
{
	if (!text_equal(take_word(&rest), text_of("(")))
		return;
	mark(wanted, part, take_word(&rest));
	if (!text_equal_nocase(take_word(&rest), text_of("NAME")))
		return;
	struct text word = take_word(&rest);
	if (!text_equal(word, text_of("("))) {
		mark(wanted, part, unquote(word));
		return;
	}
	while (!text_is_empty(word = unquote(take_word(&rest))))
		mark(wanted, part, word);
}

static void mark_values(struct wanted *wanted, enum filter_part part, LDAP *handle, LDAPMessage *schema)
{
	const char *attribute = part == FILTER_ATTRIBUTE ? "attributeTypes" : "matchingRules";
	struct berval **values = ldap_get_values_len(handle, ldap_first_entry(handle, schema), attribute);
	for (size_t i = 0; values != NULL && values[i] != NULL; i++)
		mark_description(wanted, part, text_make(values[i]->bv_val, values[i]->bv_len));
	ldap_value_free_len(values);
}

static char *schema_dn(LDAP *handle, LDAPMessage *message)
{
	struct berval **values = ldap_get_values_len(handle, ldap_first_entry(handle, message), "subschemaSubentry");
	char *dn = values != NULL && values[0] != NULL ? strndup(values[0]->bv_val, values[0]->bv_len) : NULL;
	ldap_value_free_len(values);
	return dn;
}

int schema_find(struct ldap_connection *conn, const char *base, char **ret, struct err *err)
{
	static const char *const attributes[] = {"subschemaSubentry", NULL};
	LDAPMessage *entry = NULL;
	int code = ldap_read_entry(conn->handle, base, "(objectClass=*)", attributes, &entry, err);
	if (code < 0)
		return code;
	*ret = schema_dn(conn->handle, entry);
	ldap_msgfree(entry);
	if (*ret == NULL)
		*ret = schema_dn(conn->handle, conn->root_dse);
	return *ret != NULL ? 0 : err_set(err, ERR_INCOMPLETE, "%s: the server does not show its schema", base);
}

/* Into conn->schema, where it stays: most bases of a server share one. */
static int read_schema(struct ldap_connection *conn, const char *base, struct err *err)
{
	static const char *const attributes[] = {"attributeTypes", "matchingRules", NULL};
	char *dn = NULL;
	LDAPMessage *schema = NULL;
	int code = schema_find(conn, base, &dn, err);
	if (code == 0 && dn != NULL && conn->schema != NULL && strcmp(dn, conn->schema_dn) == 0) {
		free(dn);
		return 0;
	}
	if (code == 0)
		code = ldap_read_entry(conn->handle, dn, "(objectClass=subschema)", attributes, &schema, err);
	if (code < 0) {
		free(dn);
		return code;
	}
	ldap_msgfree(conn->schema);
	free(conn->schema_dn);
	conn->schema = schema;
	conn->schema_dn = dn;
	return 0;
}

static int refuse_unknown(const struct wanted *wanted, const char *base, struct err *err)
{
	char shown[256];
	struct buf names;
	buf_init(&names);
	for (size_t i = 0; i < wanted->count; i++)
		if (!wanted->names[i].known)
			buf_format(&names, "%s%.*s", names.len > 0 ? ", " : "", TEXT_ARG(wanted->names[i].name));
	int code = 0;
	if (buf_failed(&names))
		code = err_nomem(err);
	else if (names.len > 0)
		code = err_set(
			err, ERR_INCOMPLETE,
			"%s: the server's schema does not know %s, so its answers would be empty without an error",
			base, escape_short(shown, sizeof(shown), buf_text(&names)));
	buf_done(&names);
	return code;
}

int ldap_schema_check(struct ldap_connection *conn, const char *base, const char *const *attributes, const char *filter,
		      struct err *err)
{
	struct wanted wanted = {0};
	int code = collect(&wanted, attributes, filter, err);
	if (code == 0)
		code = read_schema(conn, base, err);
	if (code == 0) {
		mark_values(&wanted, FILTER_ATTRIBUTE, conn->handle, conn->schema);
		mark_values(&wanted, FILTER_RULE, conn->handle, conn->schema);
		code = refuse_unknown(&wanted, base, err);
	}
	free(wanted.names);
	return code;
}
