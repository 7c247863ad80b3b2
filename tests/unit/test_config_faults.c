/* SPDX-License-Identifier: EUPL-1.2 */
/* test_config_faults.c - what a single setting, or the file as a whole, can have wrong with it. */
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

#include "config/setting.h"
#include "config_writer.h"

static void test_all_faults_in_order(void **state)
{
	(void)state;
	struct config *c = NULL;
	begin();
	set("source.people.filter = \"(r=*\";");         /* line 7 */
	set("source.institutions.base = 5;");            /* line 10 */
	set("target.base = \"werkplek\";");              /* line 19 */
	set("source.canaries = [\"uid=1,ou=p,dc=s\"];"); /* line 5 */
	drop("target.bind_dn");
	set("guard.removals = -1;"); /* line 19 now */
	assert_int_equal(load(&c), ERR_INVALID);
	static const struct {
		unsigned line;
		const char *key;
	} expected[] = {{5, "source.canaries"}, {7, "source.people.filter"}, {10, "source.institutions.base"},
			{16, "target.bind_dn"}, {18, "target.base"},         {19, "guard.removals"}};
	if (faults.count != 6)
		show_faults();
	assert_int_equal(faults.count, 6);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(faults.at[i].line, expected[i].line);
		assert_string_equal(faults.at[i].key, expected[i].key);
	}
}

static void test_more_faults_than_kept(void **state)
{
	(void)state;
	struct config *c = NULL;
	line_count = 0;
	for (int i = 0; i < 130; i++) {
		char line[64];
		snprintf(line, sizeof(line), "zzz%d = 1;", i);
		add_line(line, strlen(line));
	}
	assert_int_equal(load(&c), ERR_INVALID);
	assert_true(faults.count > 130);
	for (int i = 1; i < CONFIG_FAULTS_MAX; i++)
		assert_true(faults.at[i - 1].line <= faults.at[i].line);
}

static void test_types(void **state)
{
	(void)state;
	expect_refused("instance = 5;", "expected: text");
	expect_refused("instance = \"\";", "must not be empty");
	expect_refused("instance = \"a/b\";", "letters");
	expect_refused("instance = \"a\\x07\";", "control characters");
	expect_refused("instance = \"\xff\";", "UTF-8");
	expect_refused("guard.removals = \"3\";", "expected: whole number");
	expect_refused("guard.removals = 1.5;", "expected: whole number");
	expect_refused("guard.removals = 5000000000L;", "must be 0 to 100000 members");
	expect_refused("guard.removals_percent = 101;", "must be 0 to 100 percent");
	expect_refused("guard.window = \"24hours\";", "must be a duration");
	expect_refused("guard.window = \"\";", "must be a duration");
	expect_refused("guard.window = \"99999999999999999999s\";", "must be a duration");
	expect_refused("guard.window = \"1min\";", "must be 3600 to 2592000 seconds");
	expect_refused("guard.window = true;", "expected: duration");
	expect_refused("guard.first_fill = \"stop\";", "hold|go");
	expect_refused("guard.first_fill = true;", "hold|go");
	expect_refused("log_to = \"file\";", "auto|journal|syslog|stderr");
	expect_refused("source.starttls = \"yes\";", "true or false");
	expect_refused("source.people.base = \"people\";", "is not a DN");
	expect_refused("target.protected = \"cn=a\";", "expected: list of DNs");
	expect_refused("source.people.active = \"actief\";", "expected: list of texts");
	begin();
	set("source.people.attributes.state = \"s\";");
	set("source.people.active = [1];");
	expect_fault("source.people.active[0]", "text in quotes");
	expect_refused("target.attributes.member = \"mem ber\";", "is not a name");
	expect_refused("target.attributes.member = \"\";", "must not be empty");
	expect_refused("target.classes.group = [];", "1 to 7 items");
	expect_refused("source.people.attributes.cn = \"1cn\";", "is not a name");
	expect_refused("helper_dir = \"/nowhere\";", "No such file");
	expect_refused("zone_file = \"zone\";", "absolute path");
	expect_refused("zone_file = \"/nowhere/zone\";", "No such file");
	expect_refused("zone_file = \"/\";", "is not a file");
	expect_refused("state_dir = \"var\";", "absolute path");
	expect_accepted("guard.window = 7200;");
	expect_accepted("guard.window = \"2 h\";");
	expect_accepted("source.people.attributes.mail = \"\";");
	expect_accepted("source.people.attributes.mail = \"2.5.4.3\";");
}

static void test_filters(void **state)
{
	(void)state;
	static const char *const good[] = {"(a=b)",  "(a=*)",      "(&(a=b)(|(c=d)(!(e=f))))", "(a~=b)",
					   "(a>=1)", "(a<=1)",     "(cn:caseExactMatch:=x)",   "(a=\\28\\29)",
					   "(a=)",   "(a;x-y=b*c)"};
	static const char *const bad[] = {"",        "a=b",      "(a=b",  "(a=b))",        "(a=b)(c=d)",
					  "()",      "(=b)",     "(&)",   "(!(a=b)(c=d))", "(a=b(c)",
					  "(a=\\2)", "(a=\\zz)", "(a>b)", "(a b=c)",       "(&(a=b)"};
	const char *why = NULL;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(filter_is_well_formed(good[i], &why));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(filter_is_well_formed(bad[i], &why));
	char deep[1024] = "";
	for (int i = 0; i < 100; i++)
		strcat(deep, "(!");
	assert_false(filter_is_well_formed(deep, &why));
}

static void test_unknown(void **state)
{
	(void)state;
	expect_refused("guard.removal = 3;", "is guard.removals meant?");
	expect_refused("source.people.fliter = \"(a=b)\";", "is source.people.filter meant?");
	expect_refused("interval = \"15min\";", "is schedule.interval meant?");
	expect_refused("quux = 3;", "--help-config");
	begin();
	set("polisy.right = \"x\";");
	expect_fault("polisy", "is policy meant?");
	begin();
	set("policy.roles = ( { name = \"x\"; action = [\"doen\"]; } );");
	expect_fault("policy.roles[0].action", "is policy.roles[].actions meant?");
}

static void test_wrong_shape(void **state)
{
	(void)state;
	struct config *c = NULL;
	begin();
	drop_group("target.");
	set("target = 5;");
	expect_fault("target", "must be a group");
	expect_refused("policy.roles = 5;", "must be a list of groups");
	expect_refused("policy.roles = ();", "1 to 16 items");
	begin();
	set("policy.roles = ( \"x\" );");
	expect_fault("policy.roles[0]", "must be a group");
	begin();
	set("policy.kinds = ( { kind = \"x\"; } );");
	expect_fault("policy.kinds[0].admission", "is missing");
	begin();
	set("instance = {"); /* a syntax error is the only fault, with its line */
	assert_int_equal(load(&c), ERR_INVALID);
	assert_int_equal(faults.count, 1);
	assert_non_null(strstr(faults.at[0].text, "syntax error: on this line or before it"));
	assert_true(faults.at[0].line > 0);
	begin();
	static const char again[] = "source : { }; # twice";
	add_line(again, strlen(again));
	assert_int_equal(load(&c), ERR_INVALID);
	assert_string_equal(faults.at[0].key, "source");
	assert_string_equal(faults.at[0].text, "is there twice in one group; leave one of them");
	assert_int_equal(faults.at[0].line, 20);
}

static void test_the_file_itself(void **state)
{
	(void)state;
	begin();
	write_nested();
	assert_int_equal(load_file(0640), 0);
	assert_int_equal(load_file(0620), ERR_INVALID);
	assert_non_null(strstr(faults.at[0].text, "chmod go-w"));
	assert_int_equal(load_file(0602), ERR_INVALID);
	if (geteuid() == 0) {
		put_file("test.conf", text, 0600);
		struct config *c = NULL;
		assert_int_equal(chown(path, 12345, 0), 0);
		assert_int_equal(config_load(path, SECRETS_OURS, &c, &faults, NULL), ERR_INVALID);
		assert_non_null(strstr(faults.at[0].text, "belong to root"));
		assert_int_equal(chown(path, 0, 0), 0);
		assert_int_equal(seteuid(12345), 0); /* whom the folder, mode 0700, keeps out */
		int rc = config_load(path, SECRETS_OURS, &c, &faults, NULL);
		assert_int_equal(seteuid(0), 0);
		assert_int_equal(rc, ERR_INVALID);
		assert_non_null(strstr(faults.at[0].text, "this user may not read it"));
	}
}

static void test_links_and_folders(void **state)
{
	(void)state;
	struct config *c = NULL;
	char link[160];
	snprintf(link, sizeof(link), "%s/link", dir);
	assert_int_equal(symlink(path, link), 0);
	assert_int_equal(config_load(link, SECRETS_OURS, &c, &faults, NULL), ERR_INVALID);
	assert_non_null(strstr(faults.at[0].text, "symbolic link"));
	assert_int_equal(config_load(dir, SECRETS_OURS, &c, &faults, NULL), ERR_INVALID);
	assert_non_null(strstr(faults.at[0].text, "regular file"));
	assert_int_equal(config_load("/nowhere/x", SECRETS_OURS, &c, &faults, NULL), ERR_INVALID);
	assert_int_equal(faults.at[0].line, 0);
}

static void test_include(void **state)
{
	(void)state;
	static const struct {
		const char *before;
		unsigned line;
	} at[] = {{"@include", 20}, {"  @INCLUDE", 20}, {"/*\n*/ \n\t@include\t", 22}};
	put_file("other", "quux = 1;\n", 0644);
	for (int i = 0; i < 3; i++) {
		begin();
		write_nested();
		size_t len = strlen(text);
		snprintf(text + len, sizeof(text) - len, "%s \"%s/other\"\n", at[i].before, dir);
		assert_int_equal(load_file(0600), ERR_INVALID);
		assert_int_equal(faults.count, 1);
		assert_string_equal(faults.at[0].key, "@include");
		assert_int_equal(faults.at[0].line, at[i].line);
	}
}

static void test_hostile_bytes(void **state)
{
	(void)state;
	begin();
	write_nested();
	size_t len = strlen(text);
	memset(text + len, '(', 20000); /* libconfig must not fall over */
	text[len + 20000] = '\0';
	memcpy(text + len, "x = ", 4);
	assert_int_equal(load_file(0600), ERR_INVALID);
	assert_true(faults.count >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_faults_in_order),
		cmocka_unit_test(test_more_faults_than_kept),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_wrong_shape),
		cmocka_unit_test(test_the_file_itself),
		cmocka_unit_test(test_links_and_folders),
		cmocka_unit_test(test_include),
		cmocka_unit_test(test_hostile_bytes),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
