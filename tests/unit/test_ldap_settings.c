/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ldap_settings.c - what a connection's settings may not say; and the environment has no say. */
#include "base/environment.h"
#include "ldap/connection_parts.h"

#include <stdlib.h>

#include "unit.h"

static int check(const char *uri, enum tls_mode tls, char **ret)
{
	const struct connection_settings set = {.uri = uri, .tls = tls};
	struct err err = {0};
	return socket_check_settings(&set, ret, &err);
}

static void what_is_opened(void **state)
{
	static const struct {
		const char *uri;
		enum tls_mode tls;
		const char *opened;
	} rows[] = {
		{"ldap://127.0.0.1:3890", TLS_NONE, "ldap://127.0.0.1:3890"},
		{"ldap://127.1.2.3", TLS_NONE, "ldap://127.1.2.3:389"},
		{"ldap://localhost", TLS_NONE, "ldap://localhost:389"},
		{"ldap://[::1]:3890", TLS_NONE, "ldap://[::1]:3890"},
		{"ldapi://%2Frun%2Fslapd%2Fldapi", TLS_NONE, "ldapi://%2Frun%2Fslapd%2Fldapi"},
		{"ldaps://ldap.example.org", TLS_LDAPS, "ldap://ldap.example.org:636"},
		{"ldaps://ldap.example.org:1636", TLS_LDAPS, "ldap://ldap.example.org:1636"},
		{"ldap://ldap.example.org", TLS_STARTTLS, "ldap://ldap.example.org:389"},
		{"ldaps://[2001:db8::1]", TLS_LDAPS, "ldap://[2001:db8::1]:636"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *opened = NULL;
		assert_int_equal(check(rows[i].uri, rows[i].tls, &opened), 0);
		assert_string_equal(opened, rows[i].opened);
		free(opened);
	}
}

static void what_is_refused(void **state)
{
	static const struct {
		const char *uri;
		enum tls_mode tls;
	} rows[] = {
		{"", TLS_NONE},
		{"http://127.0.0.1", TLS_NONE},
		{"ldap://127.0.0.1 ldap://127.0.0.2", TLS_NONE},
		{"ldap://ldap.example.org", TLS_NONE}, /* a password in clear */
		{"ldap://192.0.2.1", TLS_NONE},
		{"ldap://1270.0.0.1", TLS_NONE},
		{"ldap://127.0.0.1.example.org", TLS_NONE},
		{"ldap://[2001:db8::1]", TLS_NONE},
		{"ldaps://ldap.example.org", TLS_NONE},
		{"ldaps://ldap.example.org", TLS_STARTTLS},
		{"ldap://ldap.example.org", TLS_LDAPS},
		{"ldapi://%2Frun%2Fldapi", TLS_STARTTLS},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *opened = NULL;
		assert_int_equal(check(rows[i].uri, rows[i].tls, &opened), ERR_INVALID);
		assert_null(opened);
	}
}

static void environment_is_cleared(void **state)
{
	static const char *const foreign[] = {"LDAPTLS_REQCERT", "LDAPCONF",           "LDAPRC",      "LDAPSIZELIMIT",
					      "ldapbase",        "http_proxy",         "HTTPS_PROXY", "ALL_PROXY",
					      "KRB5CCNAME",      "KRB5_CLIENT_KTNAME", "KRB5_TRACE",  "GSS_MECH_CONFIG",
					      "SASL_PATH"};
	(void)state;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		setenv(foreign[i], "never", 1);
	setenv("CREDENTIALS_DIRECTORY", "/run/x", 1);
	assert_int_equal(environment_clear(NULL), 0);
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		assert_null(getenv(foreign[i]));
	assert_string_equal(getenv("LDAPNOINIT"), "1");
	assert_string_equal(getenv("CREDENTIALS_DIRECTORY"), "/run/x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_opened),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(environment_is_cleared),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
