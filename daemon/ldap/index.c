/* SPDX-License-Identifier: EUPL-1.2 */
/* index.c - see index.h. */
#include "ldap/index.h"

#include <stdlib.h>

#include "base/escape.h"
#include "ldap/connection_parts.h"
#include "ldap/deadline.h"
#include "ldap/filter_parts.h"

#define PLUGIN_389 "cn=ldbm database,cn=plugins,cn=config"

const char *index_use_name(enum index_use use)
{
	static const char *const names[] = {"pres", "eq", "sub"};
	return names[use];
}

/* ---- what the server shows ------------------------------------------------------------------------ */

LDAPMessage *ldap_look(struct ldap_connection *conn, const char *base, int scope, const char *filter,
		       const char *const *attributes)
{
	LDAPMessage *found = NULL;
	deadline_progress();
	int result = ldap_search_ext_s(conn->handle, base, scope, filter, (char **)attributes, 0, NULL, NULL, NULL, 0,
				       &found);
	if (result == LDAP_SUCCESS && ldap_count_entries(conn->handle, found) > 0)
		return found;
	ldap_msgfree(found);
	return NULL;
}

static void add_values(struct ldap_connection *conn, LDAPMessage *entry, const char *attribute, char between,
		       struct buf *out)
{
	struct berval **values = ldap_get_values_len(conn->handle, entry, attribute);
	for (size_t i = 0; values != NULL && values[i] != NULL; i++) {
		buf_add_text(out, text_make(values[i]->bv_val, values[i]->bv_len));
		buf_add_char(out, between);
	}
	ldap_value_free_len(values);
}

static void read_openldap(struct ldap_connection *conn, const char *suffix, struct index_list *ret)
{
	static const char *const attributes[] = {"olcDbIndex", NULL};
	struct buf filter;
	buf_init(&filter);
	buf_add_string(&filter, "(&(objectClass=olcDatabaseConfig)(olcSuffix=");
	escape_filter(&filter, text_of(suffix));
	buf_add_string(&filter, "))");
	LDAPMessage *found = buf_failed(&filter) ? NULL
						 : ldap_look(conn, "cn=config", LDAP_SCOPE_ONELEVEL,
							     buf_string(&filter), attributes);
	if (found != NULL) {
		ret->seen = true;
		add_values(conn, ldap_first_entry(conn->handle, found), "olcDbIndex", '\n', &ret->values);
	}
	ldap_msgfree(found);
	buf_done(&filter);
}

static void read_backend_389(struct ldap_connection *conn, const char *backend, struct index_list *ret)
{
	static const char *const attributes[] = {"cn", "nsIndexType", NULL};
	struct buf base;
	buf_init(&base);
	buf_format(&base, "cn=index,%s", backend);
	LDAPMessage *found = buf_failed(&base) ? NULL
					       : ldap_look(conn, buf_string(&base), LDAP_SCOPE_ONELEVEL,
							   "(objectClass=nsIndex)", attributes);
	for (LDAPMessage *entry = found != NULL ? ldap_first_entry(conn->handle, found) : NULL; entry != NULL;
	     entry = ldap_next_entry(conn->handle, entry)) {
		ret->seen = true;
		add_values(conn, entry, "cn", ' ', &ret->values);
		add_values(conn, entry, "nsIndexType", ',', &ret->values);
		buf_add_char(&ret->values, '\n');
	}
	ldap_msgfree(found);
	buf_done(&base);
}

static void read_389(struct ldap_connection *conn, const char *suffix, struct index_list *ret)
{
	static const char *const attributes[] = {LDAP_NO_ATTRS, NULL};
	struct buf filter;
	buf_init(&filter);
	buf_add_string(&filter, "(&(objectClass=nsBackendInstance)(nsslapd-suffix=");
	escape_filter(&filter, text_of(suffix));
	buf_add_string(&filter, "))");
	LDAPMessage *found =
		buf_failed(&filter) ? NULL
				    : ldap_look(conn, PLUGIN_389, LDAP_SCOPE_ONELEVEL, buf_string(&filter), attributes);
	char *dn = found != NULL ? ldap_get_dn(conn->handle, ldap_first_entry(conn->handle, found)) : NULL;
	if (dn != NULL)
		read_backend_389(conn, dn, ret);
	ldap_memfree(dn);
	ldap_msgfree(found);
	buf_done(&filter);
}

int ldap_index_read(struct ldap_connection *conn, const char *base, struct index_list *ret, struct err *err)
{
	*ret = (struct index_list){0};
	buf_init(&ret->values);
	char *suffix = root_dse_suffix(conn, base);
	if (suffix == NULL)
		return err_nomem(err);
	read_openldap(conn, suffix, ret);
	if (!ret->seen)
		read_389(conn, suffix, ret);
	free(suffix);
	return buf_failed(&ret->values) ? err_nomem(err) : 0;
}

void index_list_done(struct index_list *list)
{
	buf_done(&list->values);
}

/* ---- is it indexed -------------------------------------------------------------------------------- */

static bool list_holds(struct text list, struct text name, bool begins)
{
	struct text part, rest = list;
	while (!text_is_empty(rest)) {
		if (!text_split(rest, ',', &part, &rest)) {
			part = rest;
			rest = text_of(NULL);
		}
		if (text_equal_nocase(text_trim(part), name) || (begins && text_starts_nocase(text_trim(part), name)))
			return true;
	}
	return false;
}

/* "subinitial" and the like serve for what begins with something. defaults: of an attribute without kinds of its own. */
static bool line_has(struct text line, struct text attribute, enum index_use use, struct text defaults)
{
	struct text names, kinds;
	if (!text_split(line, ' ', &names, &kinds)) {
		names = line;
		kinds = defaults;
	}
	if (!list_holds(names, attribute, false))
		return false;
	return list_holds(kinds, text_of(index_use_name(use)), use == INDEX_SUBSTRING);
}

bool index_list_has(const struct index_list *list, struct text attribute, enum index_use use)
{
	struct text line, names, kinds, defaults = text_of(NULL), rest = buf_text(&list->values);
	while (text_split(rest, '\n', &line, &rest)) {
		if (text_split(line, ' ', &names, &kinds) && text_equal_nocase(names, text_of("default")))
			defaults = kinds;
		else if (line_has(line, attribute, use, defaults))
			return true;
	}
	return false;
}

/* ---- how a filter uses attributes ----------------------------------------------------------------- */

struct uses {
	void (*each)(void *ctx, struct text attribute, enum index_use use);
	void *ctx;
};

/* The filter has been checked as far as the name; behind it come options, the sign and the value. */
static int note_use(void *ctx, enum filter_part part, struct text name, struct err *err)
{
	const struct uses *uses = ctx;
	const char *at = name.at + name.len + strcspn(name.at + name.len, "=)");
	size_t len = *at == '=' ? strcspn(at + 1, ")") : 0;
	enum index_use use = INDEX_EQUAL;
	(void)err;
	if (part != FILTER_ATTRIBUTE)
		return 0;
	if (len == 1 && at[1] == '*')
		use = INDEX_PRESENT;
	else if (len > 0 && memchr(at + 1, '*', len) != NULL)
		use = INDEX_SUBSTRING;
	uses->each(uses->ctx, name, use);
	return 0;
}

int index_each_use(const char *filter, void (*each)(void *ctx, struct text attribute, enum index_use use), void *ctx,
		   struct err *err)
{
	struct uses uses = {each, ctx};
	return filter_each_part(filter, note_use, &uses, err);
}
