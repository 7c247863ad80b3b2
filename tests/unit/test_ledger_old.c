/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ledger_old.c - a ledger that does not know our own last writing is old, and out of memory is no answer (I21). */
#include "unit.h"

#include "failing_memory.h"
#include "model/past.h"
#include "run/thought.h"

#define US "cn=Zo\xc3\xab,dc=app" /* to compare it takes memory */

static struct entry_builder builder;
static struct target_group group;
static struct target_snapshot target;
static struct past past;

static int setup(void **state)
{
	struct past_group known = {.uuid = {{1}}, .csn = {1000000, 0}, .number = 9};
	struct csn now = {2000000, 0};
	(void)state;
	past_init(&past);
	past.first_contact = false;
	assert_int_equal(past_set_group(&past, &known), 0);
	entry_begin(&builder, ENTRY_GROUP, &known.uuid, &now, DN_UNDER_BASE, text_of("cn=x"));
	entry_add(&builder, FIELD_MODIFIERS_NAME, text_of("CN=Zo\xc3\xab, dc=app"));
	group = (struct target_group){
		.entry = (struct entry *)(uintptr_t)entry_end(&builder), .number = 9, .ours = true};
	target = (struct target_snapshot){.groups = &group, .group_count = 1};
	snprintf(target.certificate.identity, sizeof(target.certificate.identity), "dn:%s", US);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	past_done(&past);
	entry_builder_done(&builder);
	return 0;
}

static void our_own_later_writing_is_not_known(void **state)
{
	bool old = false;
	(void)state;
	assert_int_equal(ledger_is_old(&past, &target, false, &old), 0);
	assert_true(old);
	assert_int_equal(ledger_is_old(&past, &target, true, &old), 0); /* as after a cycle that did not close */
	assert_false(old);
	strcpy(target.certificate.identity, "dn:cn=other,dc=app");
	assert_int_equal(ledger_is_old(&past, &target, false, &old), 0);
	assert_false(old);
}

static void out_of_memory_is_no_answer(void **state)
{
	bool failed = true, old = false;
	uint32_t n = 0;
	(void)state;
	while (failed) {
		memory_fails_at(++n);
		int e = ledger_is_old(&past, &target, false, &old);
		failed = memory_failed();
		memory_fails_at(0);
		assert_int_equal(e, failed ? ERR_NOMEM : 0);
	}
	assert_true(old);
	assert_true(n > 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(our_own_later_writing_is_not_known, setup, teardown),
		cmocka_unit_test_setup_teardown(out_of_memory_is_no_answer, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
