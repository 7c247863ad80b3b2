/* SPDX-License-Identifier: EUPL-1.2 */
/* test_config_sources.c - several sources: what each has of its own and what it shares, what is refused, and the scope. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config_writer.h"

/* A further source, behind the 19 lines of the minimal configuration. They begin with a space: no setting of source. */
static const char *const further[] = {
	" more_sources = (",                                          /* 20 */
	" { name = \"basis\";",                                       /* 21 */
	" uri = \"ldapi://%2Fb\";",                                   /* 22 */
	" bind_dn = \"cn=r,dc=b\";",                                  /* 23 */
	" password_file = \"$/password\";",                           /* 24 */
	" canaries = [\"cn=1,ou=i,dc=b\", \"cn=2,ou=i,dc=b\"];",      /* 25 */
	" people: { base = \"ou=p,dc=b\"; filter = \"(b=*)\"; };",    /* 26 */
	" institutions: { base = \"ou=i,dc=b\"; filter = \"(i=*)\";", /* 27 */
	" }; } );",                                                   /* 28 */
};
#define FURTHER_LINE 20
#define LINES        (sizeof(further) / sizeof(further[0]))

static void add(const char *line)
{
	add_line(line, strlen(line));
}

/* The minimal configuration with a further source, of which one line is another; text NULL: none is. */
static void begin_with(unsigned line, const char *other)
{
	begin();
	for (unsigned i = 0; i < LINES; i++)
		add(other != NULL && i + FURTHER_LINE == line ? other : further[i]);
}

static void expect_fault_on(unsigned line, const char *key, const char *sentence)
{
	expect_fault(key, sentence);
	assert_int_equal(faults.at[0].line, line);
}

static struct config *loaded(void)
{
	struct config *c = NULL;
	if (load(&c) < 0)
		show_faults();
	assert_non_null(c);
	return c;
}

/* ---- what it says ----------------------------------------------------------------------------------- */

static void there_is_one_without_the_list(void **state)
{
	(void)state;
	begin();
	struct config *c = loaded();
	assert_int_equal(c->source_count, 1);
	assert_string_equal(c->source_bases[0].name, "source");
	config_free(c);
	set("more_sources = ();");
	c = loaded();
	assert_int_equal(c->source_count, 1);
	config_free(c);
}

static void each_has_its_own(void **state)
{
	(void)state;
	begin_with(22, " uri = [\"ldapi://%2Fb\", \"ldapi://%2Fc\"]; position = \"csn\"; entry_uuid = \"nsUniqueId\";");
	set("source.deadline = 20;");
	set("source.people.scope = \"one\";");
	struct config *c = loaded();
	const struct source_settings *s = &c->sources[1];
	assert_int_equal(c->source_count, 2);
	assert_string_equal(c->source_bases[1].name, "basis");
	assert_string_equal(c->source_bases[1].people, "ou=p,dc=b");
	assert_string_equal(c->source_bases[1].institutions, "ou=i,dc=b");
	assert_string_equal(s->connection.uri, "ldapi://%2Fb");
	assert_string_equal(s->connection.more_uris[0], "ldapi://%2Fc");
	assert_string_equal(s->connection.bind_dn, "cn=r,dc=b");
	assert_int_equal(s->position, POSITION_CSN);
	assert_int_equal(s->entry_id, ENTRY_ID_UNIQUE);
	assert_string_equal(s->people.filter, "(b=*)");
	assert_string_equal(s->institutions.filter, "(i=*)");
	assert_false(s->people.one_level);
	assert_int_equal(s->floor_people, 1);
	assert_int_equal(s->canary_count, 2);
	assert_string_equal(s->canaries[1], "cn=2,ou=i,dc=b");
	assert_string_equal(s->grants.filter, "");
	assert_int_equal(s->grants.map.count, 0);
	assert_string_equal(c->sources[0].connection.uri, "ldapi://%2Fs");
	assert_int_equal(c->sources[0].position, POSITION_NONE);
	config_free(c);
}

static void the_rest_is_as_in_source(void **state)
{
	(void)state;
	begin_with(22, " uri = \"ldaps://b.example\"; deadline = \"40s\";");
	set("source.uri = \"ldaps://a.example\";");
	set("source.ca_file = \"$/ca.pem\";");
	set("source.deadline = \"20s\";");
	set("source.connect_timeout = \"7s\";");
	set("source.message_max = 70000;");
	set("source.page_size = 500;");
	set("source.groups.depth = 3;");
	set("source.grants.person = \"uid\";");
	struct config *c = loaded();
	const struct source_settings *first = &c->sources[0], *s = &c->sources[1];
	assert_string_equal(s->connection.ca_file, first->connection.ca_file);
	assert_int_equal(s->connection.deadline_s, 40);
	assert_int_equal(first->connection.deadline_s, 20);
	assert_int_equal(s->connection.connect_timeout_s, 7);
	assert_int_equal(s->connection.max_incoming, 70000);
	assert_int_equal(s->connection.page_size, 0); /* what the other server insists on */
	assert_string_equal(s->right, "WerkplekDuaalGebruiker");
	assert_int_equal(s->people.map.count, first->people.map.count);
	assert_string_equal(attribute_of(&s->people.map, FIELD_VO_ID), "id");
	assert_string_equal(attribute_of(&s->institutions.map, FIELD_NUMBER), "n");
	assert_int_equal(c->source_bases[1].group_depth, 3);
	assert_int_equal(c->source_bases[1].grant_person, PERSON_BY_UID);
	config_free(c);
	begin_with(0, NULL); /* over a socket no certificate has a meaning */
	set("source.uri = \"ldaps://a.example\";");
	set("source.ca_file = \"$/ca.pem\";");
	c = loaded();
	assert_string_equal(c->sources[1].connection.ca_file, "");
	config_free(c);
}

/* Who has the right may be told in another shape there, in words that are said once. */
static void a_shape_of_grants_of_its_own(void **state)
{
	(void)state;
	begin_with(27, " grants: { base = \"ou=g,dc=b\"; filter = \"(g=*)\"; floor = 4;"
		       " canaries = [\"cn=1,ou=g,dc=b\", \"cn=2,ou=g,dc=b\"]; };"
		       " institutions: { base = \"ou=i,dc=b\"; filter = \"(i=*)\";");
	set("source.grants.attributes.person = \"p\";");
	set("source.grants.attributes.right = \"t\";");
	set("source.grants.attributes.role = \"r\";");
	expect_fault("source.grants.attributes.number", "more_sources[0].grants.base needs it");
	set("source.grants.attributes.number = \"n\";");
	struct config *c = loaded();
	assert_int_equal(c->sources[0].grants.map.count, 0);
	assert_int_equal(c->sources[1].grants.map.count, 4);
	assert_string_equal(c->sources[1].grants.base, "ou=g,dc=b");
	assert_int_equal(c->sources[1].floor_grants, 4);
	assert_int_equal(c->sources[1].grant_canary_count, 2);
	assert_true(c->policy.grants_name_right);
	assert_false(c->policy.grants_name_grantor);
	config_free(c);
}

static void eight_at_most(void **state)
{
	char line[512];
	(void)state;
	for (unsigned count = SOURCES_MAX - 1; count <= SOURCES_MAX; count++) {
		begin();
		for (unsigned i = 0; i < count; i++) {
			snprintf(
				line, sizeof(line),
				" %s{ name = \"s%u\"; uri = \"ldapi://%%2F%u\"; bind_dn = \"cn=r\"; password_file = "
				"\"$/password\"; canaries = [\"cn=1,ou=p,dc=%u\", \"cn=2,ou=p,dc=%u\"]; people: { base "
				"= \"ou=p,dc=%u\"; filter = \"(b=*)\"; }; institutions: { base = \"ou=i,dc=%u\"; "
				"filter = \"(i=*)\"; }; }%s",
				i == 0 ? "more_sources = (" : ",", i, i, i, i, i, i, i + 1 == count ? ");" : "");
			add(line);
		}
		if (count == SOURCES_MAX) {
			expect_fault_on(20, "more_sources", "0 to 7 items");
			continue;
		}
		struct config *c = loaded();
		assert_int_equal(c->source_count, SOURCES_MAX);
		assert_string_equal(c->source_bases[7].name, "s6");
		config_free(c);
	}
}

static void the_example_of_the_sample_loads(void **state)
{
	(void)state;
	put_file("source-ca.pem", "-", 0644);
	put_file("target-ca.pem", "-", 0644);
	read_sample(false);
	char *from = strstr(text, "#\tmore_sources = ("), *end = strstr(text, "#\t);");
	assert_non_null(from);
	assert_non_null(end);
	for (char *at = from; at <= end; at = strchr(at, '\n') + 1)
		*at = ' ';
	put_file("test.conf", text, 0600);
	struct config *c = NULL;
	struct err err = {0};
	if (config_load(path, SECRETS_OURS, &c, &faults, &err) < 0)
		show_faults();
	assert_non_null(c);
	assert_int_equal(c->source_count, 2);
	assert_string_equal(c->source_bases[1].name, "basis");
	assert_string_equal(c->sources[1].connection.ca_file, c->sources[0].connection.ca_file);
	config_free(c);
}

/* ---- what is refused -------------------------------------------------------------------------------- */

struct mistake {
	unsigned line; /* of the further source, that is another */
	const char *other;
	unsigned told; /* on this line; 0: the same */
	const char *key, *sentence;
};

static void expect_all(const struct mistake *mistakes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct mistake *m = &mistakes[i];
		begin_with(m->line, m->other);
		expect_fault_on(m->told != 0 ? m->told : m->line, m->key, m->sentence);
	}
}

#define EXPECT_ALL(mistakes) expect_all(mistakes, sizeof(mistakes) / sizeof((mistakes)[0]))

static void a_server_of_its_own_is_needed(void **state)
{
	static const struct mistake mistakes[] = {
		{22, " ", 21, "more_sources[0].uri", "is missing"},
		{22, " uri = \"http://x\";", 0, "more_sources[0].uri", "must begin with"},
		{22, " uri = \"ldap://elders.example\";", 0, "more_sources[0].uri", "in clear"},
		{22, " uri = \"ldaps://elders.example\";", 21, "more_sources[0].ca_file", "always verified"},
		{22, " uri = [\"ldapi://%2Fb\", \"ldapi://%2Fc\"];", 0, "more_sources[0].uri",
		 "needs more_sources[0].position = \"csn\""},
		{23, " ", 21, "more_sources[0].bind_dn", "needs a name"},
		{24, " ", 21, "more_sources[0].password_file", "needs password_file or password_credential"},
		{24, " password_file = \"$/nothing\";", 0, "more_sources[0].password_file", "No such file"},
		{24, " password_credential = \"../x\";", 0, "more_sources[0].password_credential", "plain name"},
		{24, " password_file = \"$/password\"; password = \"hunter2\";", 0, "more_sources[0].password",
		 "a secret does not belong in this file"},
		{23, " bind_dn = \"cn=r,dc=b\"; deadline = 1;", 0, "more_sources[0].deadline", "2 to 3600 seconds"},
	};
	(void)state;
	EXPECT_ALL(mistakes);
}

static void entries_of_its_own_are_needed(void **state)
{
	static const struct mistake mistakes[] = {
		{25, " ", 21, "more_sources[0].canaries", "is missing"},
		{25, " canaries = [\"cn=1,ou=i,dc=b\"];", 0, "more_sources[0].canaries", "2 to 16 items"},
		{25, " canaries = [\"cn=1,ou=i,dc=b\", \"uid=1,ou=p,dc=s\"];", 0, "more_sources[0].canaries",
		 "item 2 does not lie below ou=p,dc=b or ou=i,dc=b"},
		{25, " canaries = (\"cn=1,ou=i,dc=b\", 5);", 0, "more_sources[0].canaries[1]", "text in quotes"},
		{26, " people: { filter = \"(b=*)\"; };", 0, "more_sources[0].people.base", "is missing"},
		{26, " people: { base = \"ou=p,dc=b\"; };", 0, "more_sources[0].people.filter", "is missing"},
		{26, " people: { base = \"ou=p,dc=b\"; filter = \"(b=\"; };", 0, "more_sources[0].people.filter",
		 "parenthesis"},
		{26, " people = 5;", 0, "more_sources[0].people", "must be a group"},
		{27, " institutions: { base = \"ou=i,dc=b\";", 0, "more_sources[0].institutions.filter", "is missing"},
		{28, " }; grants: { base = \"\"; }; groups: { filter = \"(g=*)\"; }; } );", 0,
		 "more_sources[0].groups.base", "nothing of what is set beside it is read"},
	};
	(void)state;
	EXPECT_ALL(mistakes);
}

static void sources_are_told_from_one_another(void **state)
{
	static const struct mistake mistakes[] = {
		{21, " {", 0, "more_sources[0].name", "is missing"},
		{21, " { name = \"a/b\";", 0, "more_sources[0].name", "letters, digits"},
		{21, " { name = \"123456789012345678901234567890123\";", 0, "more_sources[0].name", "32"},
		{21, " { name = \"Source\";", 0, "more_sources[0].name", "is the name of source too"},
		{26, " people: { base = \"OU=P, dc=s\"; filter = \"(b=*)\"; };", 0, "more_sources[0].people.base",
		 "a person's DN must tell the source"},
		{26, " people: { base = \"ou=q,ou=p,dc=s\"; filter = \"(b=*)\"; };", 0, "more_sources[0].people.base",
		 "source.people.base"},
		{26, " people: { base = \"dc=s\"; filter = \"(b=*)\"; };", 0, "more_sources[0].people.base",
		 "one lies below the other"},
		{26, " people: { base = \"ou=p,dc=b\"; filter = \"(b=*)\"; national_number = \"id\"; };", 0,
		 "more_sources[0].people.national_number", "never read"},
	};
	(void)state;
	EXPECT_ALL(mistakes);
	begin_with(28,
		   " }; }, { name = \"BASIS\"; uri = \"ldapi://%2Fc\"; bind_dn = \"cn=r\"; password_file = "
		   "\"$/password\"; canaries = [\"cn=1,ou=i,dc=c\", \"cn=2,ou=i,dc=c\"]; people: { base = "
		   "\"ou=p,dc=c\"; filter = \"(b=*)\"; }; institutions: { base = \"ou=i,dc=c\"; filter = \"(i=*)\"; "
		   "}; } );");
	expect_fault_on(28, "more_sources[1].name", "is the name of more_sources[0] too");
}

/* Two subtrees of people at one server, with the schools that both know. */
static void two_sources_do_not_show_the_same_schools(void **state)
{
	static const char *const bases[] = {"OU=I, dc=s", "ou=x,ou=i,dc=s", "dc=s"};
	static const struct {
		const char *uri, *base, *filter;
	} fine[] = {{"ldapi://%2Fb", "ou=i,dc=s", "(o=*)"},
		    {"ldapi://%2Fs", "ou=i,dc=s", "(&(o=*)(k=basis))"},
		    {"ldapi://%2Fs", "ou=j,dc=s", "(o=*)"}};
	char uri[64], schools[128];
	(void)state;
	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		snprintf(schools, sizeof(schools), " institutions: { base = \"%s\"; filter = \"(o=*)\";", bases[i]);
		begin();
		for (unsigned line = 0; line < LINES; line++)
			add(line == 2   ? " uri = \"ldapi://%2Fs\";"
			    : line == 7 ? schools
			    : line == 5 ? " canaries = [\"cn=1,ou=p,dc=b\", \"cn=2,ou=p,dc=b\"];"
					: further[line]);
		expect_fault_on(27, "more_sources[0].institutions.base", "no read would be complete");
	}
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		snprintf(uri, sizeof(uri), " uri = \"%s\";", fine[i].uri);
		snprintf(schools, sizeof(schools), " institutions: { base = \"%s\"; filter = \"%s\";", fine[i].base,
			 fine[i].filter);
		begin();
		for (unsigned line = 0; line < LINES; line++)
			add(line == 2   ? uri
			    : line == 7 ? schools
			    : line == 5 ? " canaries = [\"cn=1,ou=p,dc=b\", \"cn=2,ou=p,dc=b\"];"
					: further[line]);
		config_free(loaded());
	}
}

static void what_is_common_is_said_in_source(void **state)
{
	static const struct mistake mistakes[] = {
		{26,
		 " people: { base = \"ou=p,dc=b\"; filter = \"(b=*)\"; attributes: { vo_id = \"x\"; right = \"y\"; }; "
		 "};",
		 0, "more_sources[0].people.attributes", "source.people.attributes counts for all of them"},
		{26, " people: { base = \"ou=p,dc=b\"; filter = \"(b=*)\"; active = [ \"ja\" ]; };", 0,
		 "more_sources[0].people.active", "source.people.active counts for all of them"},
		{27, " institutions: { base = \"ou=i,dc=b\"; filter = \"(i=*)\"; dates = \"instant\";", 0,
		 "more_sources[0].institutions.dates", "source.institutions.dates counts for all of them"},
		{28, " }; grants: { person = \"dn\"; }; } );", 0, "more_sources[0].grants.person",
		 "source.grants.person counts for all of them"},
		{28, " }; groups: { depth = 2; }; } );", 0, "more_sources[0].groups.depth",
		 "source.groups.depth counts for all of them"},
		{28, " }; groups: { role = \"beheerder\"; }; } );", 0, "more_sources[0].groups.role",
		 "source.groups.role counts for all of them"},
	};
	(void)state;
	EXPECT_ALL(mistakes);
}

static void what_is_not_known_has_a_neighbour(void **state)
{
	static const struct mistake mistakes[] = {
		{22, " uri = \"ldapi://%2Fb\"; deadlin = 5;", 0, "more_sources[0].deadlin",
		 "is more_sources[].deadline meant?"},
		{26, " people: { base = \"ou=p,dc=b\"; filter = \"(b=*)\"; flor = 5; };", 0,
		 "more_sources[0].people.flor", "is more_sources[].people.floor meant?"},
		{21, " { name = \"basis\"; policy: { right = \"x\"; };", 0, "more_sources[0].policy",
		 "no such setting"},
	};
	(void)state;
	EXPECT_ALL(mistakes);
	expect_refused("more_sources = { name = \"x\"; };", "must be a list of groups");
	expect_refused("more_source = ();", "is more_sources meant?");
	begin();
	set("more_sources = ( 5 );");
	expect_fault("more_sources[0]", "must be a group");
}

/* In each of them somebody has to have the right. */
static void each_tells_who_has_the_right(void **state)
{
	(void)state;
	begin_with(0, NULL);
	drop("source.people.attributes.right");
	set("source.grants.base = \"ou=g,dc=s\";");
	set("source.grants.filter = \"(g=*)\";");
	set("source.grants.canaries = [\"cn=1,ou=g,dc=s\", \"cn=2,ou=g,dc=s\"];");
	set("source.grants.attributes.person = \"p\";");
	set("source.grants.attributes.role = \"r\";");
	set("source.grants.attributes.number = \"n\";");
	expect_fault("more_sources[0].grants.base", "nothing tells who has the right");
}

/* ---- the scope -------------------------------------------------------------------------------------- */

struct scope {
	uint8_t bytes[16];
};

static struct scope scope_now(void)
{
	struct scope scope;
	struct config *c = loaded();
	memcpy(scope.bytes, c->scope, sizeof(scope.bytes));
	config_free(c);
	return scope;
}

static bool changes_scope(unsigned line, const char *other)
{
	begin_with(0, NULL);
	const struct scope before = scope_now();
	begin_with(line, other);
	const struct scope after = scope_now();
	return memcmp(&before, &after, sizeof(before)) != 0;
}

static void what_a_source_covers_is_scope(void **state)
{
	static const struct mistake changes[] = {
		{.line = 21, .other = " { name = \"lager\";"},
		{.line = 22, .other = " uri = \"ldapi://%2Fb\"; position = \"csn\";"},
		{.line = 22, .other = " uri = \"ldapi://%2Fb\"; entry_uuid = \"objectGUID\";"},
		{.line = 26, .other = " people: { base = \"ou=q,dc=b\"; filter = \"(b=*)\"; };"},
		{.line = 26, .other = " people: { base = \"ou=p,dc=b\"; filter = \"(c=*)\"; };"},
		{.line = 26, .other = " people: { base = \"ou=p,dc=b\"; filter = \"(b=*)\"; scope = \"one\"; };"},
		{.line = 27, .other = " institutions: { base = \"ou=i,dc=b\"; filter = \"(j=*)\";"},
		{.line = 28, .other = " }; grants: { scope = \"one\"; }; } );"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		assert_true(changes_scope(changes[i].line, changes[i].other));
	begin();
	const struct scope without = scope_now();
	begin_with(0, NULL);
	const struct scope with = scope_now();
	assert_memory_not_equal(&without, &with, sizeof(with));
	begin();
	set("more_sources = ();");
	const struct scope empty = scope_now();
	assert_memory_equal(&without, &empty, sizeof(empty));
}

static void how_it_is_reached_is_not(void **state)
{
	(void)state;
	assert_false(changes_scope(22, " uri = \"ldapi://%2Fd\"; deadline = 77; page_size = 3;"));
	assert_false(changes_scope(23, " bind_dn = \"cn=other\";"));
	assert_false(changes_scope(25, " canaries = [\"cn=1,ou=i,dc=b\", \"cn=3,ou=i,dc=b\"];"));
	assert_false(changes_scope(26, " people: { base = \"ou=p,dc=b\"; filter = \"(b=*)\"; floor = 9; };"));
	assert_false(changes_scope(26, " people: { base = \"ou=p,dc=b\"; filter = \"(b=*)\"; scope = \"subtree\"; };"));
	assert_false(changes_scope(22, " uri = \"ldapi://%2Fb\"; position = \"none\"; entry_uuid = \"entryUUID\";"));
	assert_false(changes_scope(28, " }; grants: { scope = \"subtree\"; }; groups: { base = \"\"; }; } );"));
}

static void it_takes_no_restart(void **state)
{
	(void)state;
	begin();
	struct config *one = loaded();
	begin_with(0, NULL);
	struct config *two = loaded();
	assert_null(config_keep_restarts(two, one));
	assert_null(config_keep_restarts(one, two));
	config_free(one);
	config_free(two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_is_one_without_the_list),
		cmocka_unit_test(each_has_its_own),
		cmocka_unit_test(the_rest_is_as_in_source),
		cmocka_unit_test(a_shape_of_grants_of_its_own),
		cmocka_unit_test(eight_at_most),
		cmocka_unit_test(the_example_of_the_sample_loads),
		cmocka_unit_test(a_server_of_its_own_is_needed),
		cmocka_unit_test(entries_of_its_own_are_needed),
		cmocka_unit_test(sources_are_told_from_one_another),
		cmocka_unit_test(two_sources_do_not_show_the_same_schools),
		cmocka_unit_test(what_is_common_is_said_in_source),
		cmocka_unit_test(what_is_not_known_has_a_neighbour),
		cmocka_unit_test(each_tells_who_has_the_right),
		cmocka_unit_test(what_a_source_covers_is_scope),
		cmocka_unit_test(how_it_is_reached_is_not),
		cmocka_unit_test(it_takes_no_restart),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
