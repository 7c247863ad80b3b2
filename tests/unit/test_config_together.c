/* SPDX-License-Identifier: EUPL-1.2 */
/* test_config_together.c - secrets, connections, and what belongs together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "config_writer.h"

static void test_secrets(void **state)
{
	(void)state;
	static const char *const keys[] = {"source.password", "source.bindpw", "target.bind_password",
					   "target.secret",   "source.passwd", "password"};
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char line[128];
		snprintf(line, sizeof(line), "%s = \"hunter2\";", keys[i]);
		begin();
		set(line);
		expect_fault(keys[i], "password_file");
		assert_null(strstr(faults.at[0].text, "hunter2"));
	}
	expect_refused("source.password_file = \"hunter2\";", "never the secret itself");
	assert_null(strstr(faults.at[0].text, "hunter2"));
	expect_refused("source.uri = \"ldapi://me:hunter2@%2Fs\";", "password_file");
	assert_null(strstr(faults.at[0].text, "hunter2"));
}

/* What is read may not be a national number (I24). */
static void test_national_number(void **state)
{
	(void)state;
	begin();
	expect_loads();
	set("source.people.national_number = \"insz\";");
	expect_loads();
	set("source.people.attributes.uid = \"INSZ\";");
	expect_fault("source.people.national_number", "never read");
	expect_refused("source.people.national_number = \"not an attribute\";", "letters, digits");
}

static void test_secret_files(void **state)
{
	(void)state;
	put_file("loose", "geheim", 0640);
	put_file("empty", "", 0600);
	expect_refused("source.password_file = \"$/loose\";", "chmod 0600");
	expect_refused("source.password_file = \"$/empty\";", "is empty");
	expect_refused("source.password_file = \"$/nothing\";", "No such file");
	begin();
	drop("source.password_file");
	set("source.password_credential = \"word\";");
	expect_loads(); /* checked where the service has credentials only */
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	expect_fault("source.password_credential", "No such file");
	put_file("word", "geheim", 0440);
	expect_loads();
	set("source.password_credential = \"../word\";");
	expect_fault("source.password_credential", "plain name");
	unsetenv("CREDENTIALS_DIRECTORY");
}

static void test_helpers_must_be_there(void **state)
{
	(void)state;
	begin();
	char at[128];
	snprintf(at, sizeof(at), "%s/duaal-target", dir);
	assert_int_equal(chmod(at, 0644), 0);
	struct config *c = NULL;
	int rc = load(&c);
	assert_int_equal(chmod(at, 0755), 0);
	assert_int_equal(rc, ERR_INVALID);
	assert_non_null(strstr(faults.at[0].text, "duaal-target"));
}

/* A default can be wrong too, here because nothing is installed in PACKAGE_LIBEXECDIR. */
static void test_fault_of_a_default(void **state)
{
	(void)state;
	begin();
	drop("helper_dir");
	struct config *c = NULL;
	if (load(&c) == 0) { /* installed on this machine */
		config_free(c);
		skip();
	}
	assert_string_equal(faults.at[0].key, "helper_dir");
	assert_int_equal(faults.at[0].line, 0);
}

static void test_connection(void **state)
{
	(void)state;
	expect_refused("source.uri = \"http://x\";", "must begin with");
	expect_refused("source.uri = \"ldap\";", "must be one URI");
	expect_refused("source.uri = \"ldaps://a/dc=x\";", "must be one URI");
	expect_refused("source.uri = \"ldapi:// ldapi://\";", "must be one URI");
	expect_refused("source.uri = \"ldapi://run\";", "%2F");
	expect_refused("source.uri = \"ldap://127.0.0.1:99999\";", "port");
	expect_refused("source.uri = \"ldap://elders.example\";", "in clear");
	expect_refused("source.uri = \"ldap://127.0.0.1.elders.example\";", "in clear");
	expect_accepted("source.uri = \"ldap://localhost/\";");
	expect_accepted("source.uri = \"ldap://[::1]:389\";");
	begin();
	set("source.uri = \"ldaps://elders.example:636\";");
	expect_fault("source.ca_file", "always verified");
	set("source.ca_file = \"$/ca.pem\";");
	expect_loads();
	set("source.starttls = true;");
	expect_fault("source.starttls", "ldap:// URI only");
	set("source.uri = \"ldap://elders.example\";");
	expect_loads();
}

static void test_several_servers(void **state)
{
	(void)state;
	begin();
	set("source.position = \"csn\";");
	set("source.ca_file = \"$/ca.pem\";");
	set("source.uri = [ \"ldaps://a.example\", \"ldaps://b.example:1636\" ];");
	struct config *c = NULL;
	assert_int_equal(load(&c), 0);
	assert_string_equal(c->sources[0].connection.uri, "ldaps://a.example");
	assert_int_equal(c->sources[0].connection.more_uri_count, 1);
	assert_string_equal(c->sources[0].connection.more_uris[0], "ldaps://b.example:1636");
	assert_int_equal(c->sources[0].connection.tls, TLS_LDAPS);
	config_free(c);
	set("source.position = \"none\";");
	expect_fault("source.uri", "a replica that lags");
	set("source.position = \"csn\";");
	set("source.uri = [ \"ldaps://a.example\", \"ldap://b.example\" ];");
	expect_fault("source.uri", "another scheme");
	set("source.uri = [ \"ldaps://a.example\", \"ldaps://b.example/dc=x\" ];");
	expect_fault("source.uri", "must be one URI");
	set("source.uri = [ \"ldaps://a.example\", \"ldaps://a.example\" ];");
	expect_fault("source.uri", "items 1 and 2 are the same");
	set("source.uri = \"ldaps://a.example ldaps://b.example\";");
	expect_fault("source.uri", "several are a list");
	set("source.uri = [];");
	expect_fault("source.uri", "1 to 8 items");
	expect_refused("target.uri = [ \"ldap://127.0.0.1\", \"ldap://elders.example\" ];", "in clear");
	expect_accepted("target.uri = [ \"ldap://127.0.0.1\", \"ldap://localhost\" ];");
}

static void test_kerberos(void **state)
{
	(void)state;
	put_file("keytab", "key", 0600);
	put_file("loose-keytab", "key", 0640);
	begin();
	drop("source.bind_dn");
	drop("source.password_file");
	set("source.uri = \"ldap://localhost\";");
	set("source.bind = \"gssapi\";");
	set("source.identity = \"dn:cn=reader,dc=o\";");
	set("source.keytab_file = \"$/keytab\";");
	expect_loads();
	set("source.uri = \"ldap://127.0.0.1\";");
	expect_fault("source.uri", "ldap/HOST");
	set("source.uri = \"ldap://localhost\";");
	set("source.identity = \"\";");
	expect_fault("source.identity", "must confirm");
	set("source.identity = \"dn:cn=reader,dc=o\";");
	set("source.bind_dn = \"cn=reader,dc=o\";");
	expect_fault("source.bind", "has no meaning");
	drop("source.bind_dn");
	set("source.keytab_file = \"$/loose-keytab\";");
	expect_fault("source.keytab_file", "chmod 0600");
	drop("source.keytab_file");
	expect_fault("source.keytab_file", "needs the key");
	expect_refused("source.keytab_file = \"$/keytab\";", "only");
	expect_refused("target.kerberos_file = \"$/keytab\";", "only");
}

static void test_ca_without_tls(void **state)
{
	(void)state;
	begin();
	set("source.ca_file = \"$/ca.pem\";");
	expect_fault("source.uri", "has no TLS");
}

static void test_bind(void **state)
{
	(void)state;
	begin();
	drop("source.password_file");
	expect_fault("source.password_file", "needs password_file or password_credential");
	begin();
	set("source.password_credential = \"x\";");
	expect_fault("source.password_credential", "which one counts");
	begin();
	set("source.bind = \"external\";");
	set("source.identity = \"dn:cn=r,dc=s\";");
	expect_fault("source.bind", "leave them out");
	drop("source.bind_dn");
	drop("source.password_file");
	expect_loads();
	drop("source.identity");
	expect_fault("source.identity", "must confirm");
	set("source.identity = \"cn=r,dc=s\";");
	expect_fault("source.identity", "dn: and a DN");
	set("source.identity = \"u:reader\";");
	set("source.uri = \"ldap://127.0.0.1\";");
	expect_fault("source.certificate_file", "needs ldapi:// or a certificate");
}

static void test_key_file(void **state)
{
	(void)state;
	static char key[4096];
	memset(key, 'k', sizeof(key) - 1);
	put_file("key.pem", key, 0600);
	put_file("loose-key.pem", key, 0644);
	begin();
	set("source.uri = \"ldaps://elders.example\";");
	set("source.ca_file = \"$/ca.pem\";");
	set("source.certificate_file = \"$/ca.pem\";");
	expect_fault("source.key_file", "go together");
	set("source.key_file = \"$/loose-key.pem\";");
	expect_fault("source.key_file", "chmod 0600");
	set("source.key_file = \"$/key.pem\";");
	expect_loads();
}

static void test_together(void **state)
{
	(void)state;
	expect_refused("target.institutions_base = \"ou=x,dc=t\";", "must lie below target.base");
	expect_refused("target.people_base = \"ou=w,dc=t\";", "must lie below target.base");
	expect_refused("target.people_base = \"OU=Institutions, ou=w,dc=t\";", "is the same entry as");
	expect_refused("source.canaries = [\"uid=1,ou=p,dc=s\", \"uid=2,ou=q,dc=s\"];", "item 2");
	expect_refused("source.canaries = [\"uid=1,ou=p,dc=s\", \"UID=1, ou=p,dc=s\"];", "the same entry");
	begin();
	set("schedule.backoff_min = \"10min\";");
	expect_fault("schedule.backoff_max", "schedule.backoff_min");
	begin();
	set("schedule.interval = \"2h\";");
	expect_fault("schedule.stale_warning", "schedule.interval");
	expect_accepted("policy.audience = \"\";");
}

/* Nobody can log in as it, nobody is it, and a group's name says which group it is. */
static void test_groups(void **state)
{
	(void)state;
	begin();
	set("target.empty_group = \"placeholder\";");
	expect_fault("target.placeholder", "needs it");
	set("target.placeholder = \"cn=nobody,ou=people,ou=w,dc=t\";");
	expect_fault("target.placeholder", "must not lie below");
	set("target.placeholder = \"cn=nobody,ou=institutions,ou=w,dc=t\";");
	expect_fault("target.placeholder", "must not lie below");
	set("target.placeholder = \"cn=nobody,ou=w,dc=t\";");
	expect_loads();
	set("target.protected = [\"CN=Nobody, ou=w,dc=t\"];");
	expect_fault("target.placeholder", "in target.protected too");
	expect_refused("target.empty_group = \"perhaps\";", "");
	expect_refused("target.group_name = \"%r at school\";", "must hold %r and %n");
	expect_refused("target.group_name = \"%r%n\";", "something between them");
	expect_refused("target.group_name = \"%n7%r\";", "something between them");
	expect_refused("target.group_name = \"%r-%n-%x\";", "no other %");
	expect_refused("target.group_rdn = \"not an attribute\";", "");
	expect_accepted("target.group_name = \"school %n, %r\";");
	expect_accepted("target.institution_rdn = \"ou\";");
}

static void test_policy(void **state)
{
	(void)state;
	begin();
	set("policy.roles = ( { name = \"x\"; }, { name = \"X\"; } );");
	expect_fault("policy.roles[1].name", "the same role as policy.roles[0]");
	begin();
	set("policy.roles = ( { name = \"x:y\"; } );");
	expect_fault("policy.roles[0].name", "a character");
	begin();
	set("policy.kinds = ( { kind = \"*\"; admission = \"never\"; }, { kind = \"cvo\"; admission = \"request\"; } "
	    ");");
	expect_fault("policy.kinds[1].kind", "never counts");
	begin();
	drop("source.institutions.attributes.programme");
	expect_fault("source.institutions.attributes.programme", "admitted by programme");
	begin();
	drop("source.institutions.attributes.audience");
	expect_fault("source.institutions.attributes.audience", "policy.audience");
	begin();
	set("source.people.active = [\"actief\"];");
	expect_fault("source.people.attributes.state", "source.people.active");
}

/* One shape of grants at least, and each of them whole. */
static void test_grants(void **state)
{
	(void)state;
	begin();
	drop("source.people.attributes.right");
	expect_fault("source.people.attributes.right", "nothing tells who has the right");
	set("source.grants.base = \"ou=g,dc=s\";");
	set("source.grants.filter = \"(g=*)\";");
	set("source.grants.canaries = [\"cn=1,ou=g,dc=s\", \"cn=2,ou=g,dc=s\"];");
	set("source.grants.attributes.person = \"p\";");
	set("source.grants.attributes.role = \"r\";");
	expect_fault("source.grants.attributes.number", "source.grants.base needs it");
	set("source.grants.attributes.number = \"n\";");
	expect_loads();
	set("source.grants.active = [\"ja\"];");
	expect_fault("source.grants.attributes.state", "source.grants.active");
	drop("source.grants.active");
	drop("source.grants.filter");
	expect_fault("source.grants.filter", "source.grants.base needs it");
	set("source.grants.filter = \"(g=*)\";");
	set("source.grants.canaries = [\"cn=1,ou=g,dc=s\", \"CN=1, ou=g,dc=s\"];");
	expect_fault("source.grants.canaries", "the same entry");
	set("source.grants.canaries = [\"cn=1,ou=g,dc=s\", \"cn=2,ou=elders,dc=s\"];");
	expect_fault("source.grants.canaries", "does not lie below");
	drop("source.grants.canaries");
	expect_fault("source.grants.canaries", "2 items");
}

/* Whatever is set without a base would be read nowhere, and nothing would say so. */
static void test_without_base(void **state)
{
	(void)state;
	static const char *const lines[][2] = {
		{"source.grants.base", "source.grants.filter = \"(g=*)\";"},
		{"source.grants.base", "source.grants.canaries = [\"cn=1,ou=g,dc=s\", \"cn=2,ou=g,dc=s\"];"},
		{"source.groups.base", "source.groups.filter = \"(g=*)\";"},
		{"source.groups.base", "source.groups.canaries = [\"cn=1,ou=g,dc=s\", \"cn=2,ou=g,dc=s\"];"},
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		begin();
		set(lines[i][1]);
		expect_fault(lines[i][0], "nothing of what is set beside it is read");
	}
	expect_refused("source.grants.filter = \"(g=\";", "");
	expect_accepted("source.groups.depth = 4;");
	begin();
	set("source.grants.base = \"\";");
	set("source.grants.filter = \"(g=*)\";");
	expect_loads(); /* switched off */
}

static void test_right_groups(void **state)
{
	(void)state;
	begin();
	drop("source.people.attributes.right");
	set("source.groups.base = \"ou=g,dc=s\";");
	set("source.groups.filter = \"(g=*)\";");
	set("source.groups.canaries = [\"cn=1,ou=g,dc=s\", \"cn=2,ou=g,dc=s\"];");
	set("source.groups.attributes.number = \"n\";");
	expect_fault("source.groups.attributes.role", "or set source.groups.role");
	set("source.groups.role = \"directeur\";");
	expect_fault("source.groups.role", "is none of policy.roles");
	set("source.groups.role = \"Beheerder\";");
	expect_loads();
	set("source.groups.depth = 33;");
	expect_fault("source.groups.depth", "0 to 32");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_secret_files),
		cmocka_unit_test(test_national_number),
		cmocka_unit_test(test_helpers_must_be_there),
		cmocka_unit_test(test_fault_of_a_default),
		cmocka_unit_test(test_connection),
		cmocka_unit_test(test_several_servers),
		cmocka_unit_test(test_kerberos),
		cmocka_unit_test(test_ca_without_tls),
		cmocka_unit_test(test_bind),
		cmocka_unit_test(test_key_file),
		cmocka_unit_test(test_together),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_grants),
		cmocka_unit_test(test_without_base),
		cmocka_unit_test(test_right_groups),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
