/* SPDX-License-Identifier: EUPL-1.2 */
/* bind.c - see connection_parts.h. A bind counts only when who-am-i answers the configured identity (fault 20). */
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

static bool is_same_identity(struct text expected, struct text answer)
{
	const struct text prefix = text_of("dn:");
	if (!text_starts_nocase(expected, prefix) || !text_starts_nocase(answer, prefix))
		return text_equal_nocase(expected, answer); /* "u:..." is the server's own notation */
	expected = text_make(expected.at + prefix.len, expected.len - prefix.len);
	answer = text_make(answer.at + prefix.len, answer.len - prefix.len);
	return !text_is_empty(expected) && (text_equal(expected, answer) || dn_equal(expected, answer));
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
	buf_init(&expected);
	int code = expected_identity(set, &expected, err);
	if (code == 0 && !is_same_identity(buf_text(&expected), answer))
		code = err_set(err, ERR_DENIED, "%s: who-am-i answers \"%s\" and not \"%s\"", set->uri,
			       text_is_empty(answer) ? "anonymous" : escape_short(shown, sizeof(shown), answer),
			       buf_string(&expected));
	buf_done(&expected);
	return code;
}

int bind_check_identity(struct ldap_connection *conn, const struct connection_settings *set, struct err *err)
{
	struct berval *answer = NULL;
	int result = ldap_whoami_s(conn->handle, &answer, NULL, NULL);
	if (result != LDAP_SUCCESS)
		return ldap_result_err(err, conn->handle, result, "who-am-i");
	struct text said = answer != NULL ? text_make(answer->bv_val, answer->bv_len) : text_of(NULL);
	int code = compare_identity(set, said, err);
	if (code == 0) {
		conn->identity = strndup(said.at, said.len);
		code = conn->identity == NULL ? err_nomem(err) : 0;
	}
	ber_bvfree(answer);
	return code;
}
