/* SPDX-License-Identifier: EUPL-1.2 */
/* test_config_scope.c - the fingerprint of what is covered (I15): what changes it, and what must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config_writer.h"

struct scope {
	uint8_t bytes[16];
};

/* Of the minimal configuration with this line. */
static struct scope scope_with(const char *line)
{
	struct config *c = NULL;
	struct scope scope;
	begin();
	if (line != NULL)
		set(line);
	if (load(&c) < 0)
		show_faults();
	assert_non_null(c);
	memcpy(scope.bytes, c->scope, sizeof(scope.bytes));
	config_free(c);
	return scope;
}

static bool is_same_scope(const char *line)
{
	const struct scope plain = scope_with(NULL), changed = scope_with(line);
	return memcmp(&plain, &changed, sizeof(plain)) == 0;
}

static void what_is_covered_changes_it(void **state)
{
	static const char *const lines[] = {
		"policy.right = \"WerkplekDuaalGebruikers\";",
		"policy.audience = \"VO\";",
		"policy.roles = ( { name = \"trajectbegeleider\"; actions = []; }, { name = \"beheerder\"; } );",
		"policy.kinds = ( { kind = \"*secundair*\"; admission = \"never\"; } );",
		"policy.programme_approved = [ \"goedgekeurd\" ];",
		"target.institutions_base = \"ou=elders,ou=w,dc=t\";",
		"source.people.filter = \"(cn=*)\";",
		"source.people.scope = \"one\";",
		"source.position = \"usn\";",
		"source.entry_uuid = \"objectGUID\";",
		"source.people.attributes.uid = \"login\";",
		"target.protected = [ \"cn=nood,dc=t\" ];",
		"target.people = \"lookup\";",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_false(is_same_scope(lines[i]));
}

static void how_it_is_done_does_not(void **state)
{
	static const char *const lines[] = {
		"schedule.interval = \"20min\";", "guard.removals = 7;",      "drift.mode = \"hold\";",
		"source.people.floor = 5;",       "target.write_window = 8;", "control.idle = \"30s\";",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_true(is_same_scope(lines[i]));
}

static void a_default_that_is_written_out_does_not(void **state)
{
	(void)state;
	assert_true(is_same_scope("policy.right = \"WerkplekDuaalGebruiker\";"));
	assert_true(is_same_scope("policy.kinds = ( { kind = \"*volwassenen*\"; admission = \"request\"; },"
				  " { kind = \"*secundair*\"; admission = \"programme\"; } );"));
	assert_true(is_same_scope("source.people.scope = \"subtree\";"));
}

/* A release that brings settings holds nobody's removal. */
static void an_upgrade_does_not(void **state)
{
	static const struct scope before = {{0x4a, 0x7a, 0x03, 0x19, 0x1e, 0x89, 0x6e, 0xb3, 0xf3, 0xad, 0xf9, 0x12,
					     0xde, 0xfa, 0x81,
					     0x12}}; /* of the minimal configuration, as 0.1.0 computed it */
	const struct scope now = scope_with(NULL);
	(void)state;
	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
		skip(); /* other bytes go into it there */
	assert_memory_equal(now.bytes, before.bytes, sizeof(now.bytes));
}

/* And what it brings counts as soon as it is used. */
static void what_a_release_brought_counts_when_it_is_used(void **state)
{
	(void)state;
	assert_true(is_same_scope("target.flat_roles = false;"));
	assert_false(is_same_scope("target.flat_roles = true;"));
	assert_true(is_same_scope("target.classes.role = (\"duaalGroup\", \"duaalFlatGroup\", \"duaalManaged\");"));
	assert_true(is_same_scope("source.grants.scope = \"subtree\";"));
	assert_true(is_same_scope("source.groups.depth = 8;"));
	assert_false(is_same_scope("source.groups.depth = 7;"));
	assert_false(is_same_scope("source.grants.scope = \"one\";"));
	assert_true(is_same_scope("target.group_name = \"%r-%n\";"));
	assert_false(is_same_scope("target.group_name = \"%n-%r\";"));
	assert_true(is_same_scope("target.classes.role = [\"duaalGroup\", \"duaalFlatGroup\", \"duaalManaged\"];"));
	assert_false(is_same_scope("target.classes.role = [\"duaalGroup\", \"duaalFlatGroup\"];"));
	assert_false(is_same_scope("target.classes.role = [\"duaalGroup\", \"duaalFlatGroup\", \"duaalOther\"];"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_covered_changes_it),
		cmocka_unit_test(how_it_is_done_does_not),
		cmocka_unit_test(a_default_that_is_written_out_does_not),
		cmocka_unit_test(an_upgrade_does_not),
		cmocka_unit_test(what_a_release_brought_counts_when_it_is_used),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
