/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_snapshot_nomem.c - I21 where snapshots are made: with any request for memory failing there is the same snapshot, or none.
 *
 * The names have letters outside of ASCII, so that to compare two of them takes memory, too.
 */
#include "unit.h"

#include "failing_memory.h"
#include "model/dn.h"
#include "model/snapshot.h"

#define ZOE "Zo\xc3\xab"

static char *roles[] = {(char *)"opvolger-" ZOE};
static char *protected_dns[] = {(char *)"uid=" ZOE ",ou=people,dc=app"};
static const struct target_names names = {
	.base = (char *)"dc=app",
	.institutions = (char *)"ou=institutions,dc=app",
	.people = (char *)"ou=people,dc=app",
	.requests = (char *)"ou=requests,dc=app",
	.overrides = (char *)"ou=overrides,dc=app",
	.person_rdn = (char *)"uid",
	.institution_rdn = (char *)"duaalInstitutionNumber",
	.group_rdn = (char *)"cn",
	.group_name = (char *)"%r-%n",
	.instance = (char *)"main",
	.roles = roles,
	.role_count = 1,
	.protected = protected_dns,
	.protected_count = 1,
	.people_provisioned = true,
};
static const struct source_bases bases = {.name = (char *)"source",
					  .people = (char *)"o=" ZOE,
					  .institutions = (char *)"ou=schools,o=" ZOE,
					  .grant_person = PERSON_BY_DN,
					  .groups = (char *)"ou=groups,o=" ZOE,
					  .group_depth = 4};
static struct entry_builder builders[3];
static const struct entry *entries[3];

static int done(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++)
		entry_builder_done(&builders[i]);
	return 0;
}

static struct entry_builder *start(size_t at, enum entry_kind kind, const char *dn)
{
	struct uuid uuid = {{(uint8_t)(at + 1), (uint8_t)kind}};
	entry_begin(&builders[at], kind, &uuid, NULL, kind == ENTRY_RIGHT_GROUP ? DN_WHOLE : DN_UNDER_BASE,
		    text_of(dn));
	return &builders[at];
}

/* ---- the target ---------------------------------------------------------------------------------- */

static void make_group(size_t at, const char *dn)
{
	struct entry_builder *b = start(at, ENTRY_GROUP, dn);
	entry_add(b, FIELD_NUMBER, text_of("9"));
	entry_add(b, FIELD_ROLE, text_of(roles[0]));
	entry_add(b, FIELD_MANAGED_BY, text_of("main"));
	entries[at] = entry_end(b);
}

static int read_target(struct target_snapshot **ret)
{
	struct certificate cert = {.checks = CHECKS_ALL};
	struct target_builder *b = NULL;
	struct err err = {0};
	cert.counts[ENTRY_GROUP] = 2;
	int e = target_begin(&names, NULL, &b, &err);
	for (size_t i = 0; e == 0 && i < 2; i++)
		e = target_add(b, entries[i], &err);
	if (e == 0)
		return target_seal(b, &cert, ret, &err);
	target_abandon(b);
	return e;
}

static void the_group_at_home_is_the_first_of_two(void **state)
{
	bool failed = true;
	(void)state;
	make_group(0, "cn=elders,duaalInstitutionNumber=9");
	make_group(1, "cn=opvolger-" ZOE "-9,duaalInstitutionNumber=9");
	for (uint32_t n = 1; failed; n++) {
		struct target_snapshot *s = NULL;
		memory_fails_at(n);
		int e = read_target(&s);
		failed = memory_failed();
		memory_fails_at(0);
		assert_int_equal(e, failed && s == NULL ? ERR_NOMEM : 0);
		if (s != NULL)
			assert_int_equal(s->groups[0].entry->uuid.bytes[0], 2);
		target_free(s);
	}
}

static void who_is_protected_is_so_or_nothing_is_known(void **state)
{
	uint64_t key = dn_key(text_of("UID=" ZOE ",ou=people,dc=app"));
	bool failed = true, protected = false;
	(void)state;
	for (uint32_t n = 1; failed; n++) {
		memory_fails_at(n);
		int e = target_names_is_protected(&names, key, &protected);
		failed = memory_failed();
		memory_fails_at(0);
		assert_int_equal(e, failed ? ERR_NOMEM : 0);
		assert_true(failed || protected);
	}
}

/* ---- names ---------------------------------------------------------------------------------------- */

/* "No" would be an answer: that a canary need not be seen, that two settings name two entries. */
static void two_names_are_compared_or_there_is_no_answer(void **state)
{
	struct text zoe = text_of("uid=" ZOE ",ou=people,dc=app"), again = text_of("UID=" ZOE ", ou=people,dc=app");
	bool failed = true;
	(void)state;
	for (uint32_t n = 1; failed; n++) {
		bool equal, below;
		memory_fails_at(n);
		int e = dn_equal(zoe, again, &equal);
		int f = dn_is_below(zoe, text_of("OU=people,dc=app"), &below);
		failed = memory_failed();
		memory_fails_at(0);
		assert_int_equal(e, equal ? 0 : ERR_NOMEM);
		assert_int_equal(f, below ? 0 : ERR_NOMEM);
		assert_true(failed || (equal && below));
	}
}

/* ---- the source ---------------------------------------------------------------------------------- */

static int read_source(struct source_snapshot **ret)
{
	struct certificate cert = {.checks = CHECKS_ALL};
	struct source_builder *b = NULL;
	struct err err = {0};
	cert.counts[ENTRY_RIGHT_GROUP] = 1;
	int e = source_begin(&bases, NULL, &b, &err);
	if (e == 0)
		e = source_add(b, entries[2], &err);
	if (e == 0)
		return source_seal(b, &cert, ret, &err);
	source_abandon(b);
	return e;
}

/* It stands below the people base, and below that of the groups: a group that was not read. */
static void a_member_that_was_not_read_leaves_the_group_open(void **state)
{
	struct entry_builder *b = start(2, ENTRY_RIGHT_GROUP, "cn=guides,ou=groups,o=" ZOE);
	bool failed = true;
	(void)state;
	entry_add(b, FIELD_NUMBER, text_of("9"));
	entry_add(b, FIELD_MEMBER, text_of("cn=unread,ou=groups,o=" ZOE));
	entries[2] = entry_end(b);
	for (uint32_t n = 1; failed; n++) {
		struct source_snapshot *s = NULL;
		memory_fails_at(n);
		int e = read_source(&s);
		failed = memory_failed();
		memory_fails_at(0);
		assert_int_equal(e, failed && s == NULL ? ERR_NOMEM : 0);
		if (s != NULL)
			assert_true(s->groups[0].open);
		source_free(s);
	}
}

static void several_sources_are_joined_or_there_is_no_snapshot(void **state)
{
	struct source_snapshot *parts[2] = {NULL, NULL};
	bool failed = true;
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct uuid uuid = {{(uint8_t)(i + 1)}};
		entry_begin(&builders[2], ENTRY_RIGHT_GROUP, &uuid, NULL, DN_WHOLE, text_of("cn=guides"));
		entry_add(&builders[2], FIELD_NUMBER, text_of("9"));
		entries[2] = entry_end(&builders[2]);
		assert_int_equal(read_source(&parts[i]), 0);
	}
	free(parts[1]->bases.name);
	parts[1]->bases.name = strdup("other");
	for (uint32_t n = 1; failed; n++) {
		struct source_snapshot *s = NULL;
		memory_fails_at(n);
		int e = source_join((const struct source_snapshot *const *)parts, 2, &s, NULL);
		failed = memory_failed();
		memory_fails_at(0);
		assert_int_equal(e, failed && s == NULL ? ERR_NOMEM : 0);
		if (s != NULL)
			assert_int_equal(s->group_count, 2);
		source_free(s);
	}
	source_free(parts[0]);
	source_free(parts[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_group_at_home_is_the_first_of_two),
		cmocka_unit_test(who_is_protected_is_so_or_nothing_is_known),
		cmocka_unit_test(two_names_are_compared_or_there_is_no_answer),
		cmocka_unit_test(a_member_that_was_not_read_leaves_the_group_open),
		cmocka_unit_test(several_sources_are_joined_or_there_is_no_snapshot),
	};
	return cmocka_run_group_tests(tests, NULL, done);
}
