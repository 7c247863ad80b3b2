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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_covered_changes_it),
		cmocka_unit_test(how_it_is_done_does_not),
		cmocka_unit_test(a_default_that_is_written_out_does_not),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
