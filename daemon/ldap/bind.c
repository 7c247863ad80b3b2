/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bind.c - see connection_parts.h. A bind counts only when who-am-i answers the configured identity (fault 20).
 *
 * Samba's Active Directory knows no who-am-i. There the root DSE shows the identifiers in the token of whoever asks, the
 * person's own first: it must be that of the entry that bind_dn names.
 */
#include "ldap/connection_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/secret.h"
#include "model/dn.h"

static bool is_given(const char *string)
{
	return string != NULL && string[0] != '\0';
}

static int read_password(const struct connection_settings *set, struct secret **ret, struct err *err)
{
	if (is_given(set->password_credential))
		return secret_read_credential(set->password_credential, ret, err);
	if (is_given(set->password_file))
		return secret_read_file(set->password_file, ret, err);
	return err_set(err, ERR_INVALID, "a simple bind needs password_file or password_credential");
}

static int bind_simple(LDAP *handle, const struct connection_settings *set, struct err *err)
{
	struct secret *secret = NULL;
	if (!is_given(set->bind_dn))
		return err_set(err, ERR_INVALID, "a simple bind needs bind_dn");
	int code = read_password(set, &secret, err);
	if (code < 0)
		return code;
	struct text password = secret_use(secret);
	struct berval credentials = {.bv_len = password.len, .bv_val = (char *)password.at};
	int result = ldap_sasl_bind_s(handle, set->bind_dn, LDAP_SASL_SIMPLE, &credentials, NULL, NULL, NULL);
	secret_free(secret);
	return ldap_result_err(err, handle, result, "bind");
}

static int bind_external(LDAP *handle, struct err *err)
{
	struct berval none = {.bv_len = 0, .bv_val = (char *)""}, *answer = NULL;
	int result = ldap_sasl_bind_s(handle, NULL, "EXTERNAL", &none, NULL, NULL, &answer);
	ber_bvfree(answer);
	return ldap_result_err(err, handle, result, "bind with SASL EXTERNAL");
}

int bind_as_configured(LDAP *handle, const struct connection_settings *set, struct err *err)
{
	static const char *const names[] = {"", "EXTERNAL", "GSSAPI"};
	int code = 0;
	switch (set->bind) {
	case BIND_SIMPLE: code = bind_simple(handle, set, err); break;
	case BIND_EXTERNAL: code = bind_external(handle, err); break;
	case BIND_GSSAPI: code = bind_gssapi(handle, err); break;
	}
	return code < 0 ? err_prefix(err, "%s: %s", set->uri, is_given(set->bind_dn) ? set->bind_dn : names[set->bind])
			: 0;
}

static int is_same_identity(struct text expected, struct text answer, bool *ret)
{
	const struct text prefix = text_of("dn:");
	if (!text_starts_nocase(expected, prefix) || !text_starts_nocase(answer, prefix)) {
		*ret = text_equal_nocase(expected, answer); /* "u:..." is the server's own notation */
		return 0;
	}
	expected = text_make(expected.at + prefix.len, expected.len - prefix.len);
	answer = text_make(answer.at + prefix.len, answer.len - prefix.len);
	*ret = !text_is_empty(expected) && text_equal(expected, answer);
	return *ret || text_is_empty(expected) ? 0 : dn_equal(expected, answer, ret);
}

static int expected_identity(const struct connection_settings *set, struct buf *out, struct err *err)
{
	if (is_given(set->identity))
		buf_add_string(out, set->identity);
	else if (is_given(set->bind_dn))
		buf_format(out, "dn:%s", set->bind_dn);
	else
		return err_set(err, ERR_INVALID, "identity must say what who-am-i answers");
	return buf_failed(out) ? err_nomem(err) : 0;
}

static int compare_identity(const struct connection_settings *set, struct text answer, struct err *err)
{
	char shown[128];
	struct buf expected;
	bool same = false;
	buf_init(&expected);
	int code = expected_identity(set, &expected, err);
	if (code == 0 && is_same_identity(buf_text(&expected), answer, &same) < 0)
		code = err_nomem(err);
	if (code == 0 && !same)
		code = err_set(err, ERR_DENIED, "%s: who-am-i answers \"%s\" and not \"%s\"", set->uri,
			       text_is_empty(answer) ? "anonymous" : escape_short(shown, sizeof(shown), answer),
			       buf_string(&expected));
	buf_done(&expected);
	return code;
}

/* The first value of the attribute, which is borrowed from the entry's message; empty: it is not shown. */
static int read_first(LDAP *handle, const char *dn, const char *attribute, LDAPMessage **message,
		      struct berval ***values, struct text *ret, struct err *err)
{
	const char *const attributes[] = {attribute, NULL};
	int code = ldap_read_entry(handle, dn, "(objectClass=*)", attributes, message, err);
	if (code < 0)
		return code;
	*values = ldap_get_values_len(handle, ldap_first_entry(handle, *message), attribute);
	bool shown = *values != NULL && (*values)[0] != NULL;
	*ret = shown ? text_make((*values)[0]->bv_val, (*values)[0]->bv_len) : text_of(NULL);
	return 0;
}

/* Is the token of this connection that of bind_dn? */
static int compare_token(LDAP *handle, const struct connection_settings *set, struct err *err)
{
	LDAPMessage *asked = NULL, *named = NULL;
	struct berval **asked_values = NULL, **named_values = NULL;
	struct text token, own;
	int code = read_first(handle, "", "tokenGroups", &asked, &asked_values, &token, err);
	if (code == 0)
		code = read_first(handle, set->bind_dn, "objectSid", &named, &named_values, &own, err);
	if (code == 0 && (text_is_empty(token) || !text_equal(token, own)))
		code = err_set(
			err, ERR_DENIED,
			"%s: knows no who-am-i, and its root DSE (tokenGroups) does not show the objectSid of %s",
			set->uri, set->bind_dn);
	ldap_value_free_len(asked_values);
	ldap_value_free_len(named_values);
	ldap_msgfree(asked);
	ldap_msgfree(named);
	return code;
}

/* What stands for the answer where the server has none. */
static int identity_without_whoami(LDAP *handle, const struct connection_settings *set, struct buf *ret,
				   struct err *err)
{
	if (!is_given(set->bind_dn) || is_given(set->identity))
		return err_set(err, ERR_DENIED,
			       "%s: knows no who-am-i: give bind_dn, and leave identity out, so that its token can be "
			       "compared",
			       set->uri);
	int code = compare_token(handle, set, err);
	if (code == 0)
		buf_format(ret, "dn:%s", set->bind_dn);
	return code == 0 && buf_failed(ret) ? err_nomem(err) : code;
}

static int keep_identity(struct ldap_connection *conn, struct text said, struct err *err)
{
	conn->identity = strndup(said.at, said.len);
	return conn->identity == NULL ? err_nomem(err) : 0;
}

static int check_token(struct ldap_connection *conn, const struct connection_settings *set, struct err *err)
{
	struct buf said;
	buf_init(&said);
	int code = identity_without_whoami(conn->handle, set, &said, err);
	if (code == 0)
		code = keep_identity(conn, buf_text(&said), err);
	buf_done(&said);
	return code;
}

int bind_check_identity(struct ldap_connection *conn, const struct connection_settings *set, struct err *err)
{
	struct berval *answer = NULL;
	int result = ldap_whoami_s(conn->handle, &answer, NULL, NULL);
	if (result == LDAP_PROTOCOL_ERROR) /* RFC 4511 section 4.12: it does not know the operation */
		return check_token(conn, set, err);
	if (result != LDAP_SUCCESS)
		return ldap_result_err(err, conn->handle, result, "who-am-i");
	bool named = answer != NULL && answer->bv_val != NULL;
	struct text said = named ? text_make(answer->bv_val, answer->bv_len) : text_of("");
	int code = compare_identity(set, said, err);
	if (code == 0)
		code = keep_identity(conn, said, err);
	ber_bvfree(answer);
	return code;
}
