/* SPDX-License-Identifier: EUPL-1.2 */
/* test_config.c - what a configuration gives: defaults, values, and the table that says so. */
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

#include <libconfig.h>

#include "config/setting.h"
#include "config_writer.h"

static void test_defaults(void **state)
{
	(void)state;
	struct config *c = NULL;
	begin();
	if (load(&c) < 0)
		show_faults();
	assert_non_null(c);
	assert_string_equal(c->target.institutions_base, "ou=institutions,ou=w,dc=t");
	assert_string_equal(c->names.people, "ou=people,ou=w,dc=t");
	assert_string_equal(c->target.sync_dn, "cn=sync,ou=w,dc=t");
	assert_string_equal(c->names.person_rdn, "uid");
	assert_string_equal(c->names.instance, "default");
	assert_string_equal(c->ledger.instance, "default");
	assert_string_equal(c->source_bases[0].people, "ou=p,dc=s");
	assert_string_equal(c->sources[0].right, "WerkplekDuaalGebruiker");
	assert_int_equal(c->sources[0].canary_count, 2);
	assert_int_equal(c->sources[0].connection.tls, TLS_NONE);
	assert_int_equal(c->sources[0].connection.bind, BIND_SIMPLE);
	assert_int_equal(c->sources[0].connection.deadline_s, 30);
	assert_int_equal(c->sources[0].position, POSITION_NONE);
	assert_int_equal(c->sources[0].entry_id, ENTRY_ID_UUID);
	assert_true(c->names.people_provisioned);
	assert_string_equal(c->target.group_classes[1], "duaalRoleGroup");
	assert_null(c->target.group_classes[3]);
	assert_int_equal(c->policy.role_count, 2);
	assert_string_equal(c->policy.roles[0].name, "trajectbegeleider");
	assert_string_equal(c->policy.roles[0].actions[2], "overeenkomst-beeindigen");
	assert_null(c->policy.roles[0].actions[3]);
	assert_null(c->policy.roles[1].actions[0]);
	assert_string_equal(c->names.roles[1], "beheerder");
	assert_int_equal(c->policy.kind_count, 2);
	assert_string_equal(c->policy.kinds[0].value, "*volwassenen*"); /* before secundair: one kind names both */
	assert_int_equal(c->policy.kinds[0].admission, ADMISSION_REQUEST);
	assert_int_equal(c->policy.kinds[1].admission, ADMISSION_PROGRAMME);
	assert_null(c->policy.person_active[0]);
	assert_int_equal(c->guard.window_s, 86400);
	assert_int_equal(c->policy.scheduled_notice_s, 86400);
	assert_int_equal(c->guard.institution_removals, 3);
	assert_false(c->guard.first_fill_go);
	assert_int_equal(c->run.interval_s, 900);
	assert_int_equal(c->run.backoff_max_s, 300);
	assert_int_equal(c->control.connections, 16);
	assert_string_equal(c->zone_file, "/usr/share/zoneinfo/Europe/Brussels");
	assert_int_equal(c->log_sink, LOG_SINK_AUTO);
	config_free(c);
}

static void test_values(void **state)
{
	(void)state;
	struct config *c = NULL;
	begin();
	set("instance = \"acceptance\";");
	set("source.position = \"csn\";");
	set("source.people.scope = \"one\";");
	set("source.people.dates = \"instant\";");
	set("target.people = \"lookup\";");
	set("target.protected = [\"cn=nood,dc=t\"];");
	set("policy.roles = ( { name = \"x\"; actions = [\"doen\"]; } );");
	set("guard.first_fill = \"go\";");
	set("schedule.interval = \"20min\";");
	set("schedule.stale_warning = 3601;");
	set("state_dir = \"/s\";");
	if (load(&c) < 0)
		show_faults();
	assert_non_null(c);
	assert_string_equal(c->target.instance, "acceptance");
	assert_int_equal(c->sources[0].position, POSITION_CSN);
	assert_true(c->sources[0].people.one_level);
	assert_false(c->sources[0].institutions.one_level);
	assert_int_equal(c->policy.person_dates, DATE_INSTANT);
	assert_int_equal(c->policy.institution_dates, DATE_DAY);
	assert_false(c->target.people_provisioned);
	assert_string_equal(c->names.protected[0], "cn=nood,dc=t");
	assert_int_equal(c->names.role_count, 1);
	assert_string_equal(c->policy.roles[0].actions[0], "doen");
	assert_true(c->guard.first_fill_go);
	assert_int_equal(c->run.interval_s, 1200);
	assert_int_equal(c->run.stale_warning_s, 3601);
	assert_string_equal(c->ledger.path, "/s/ledger.sqlite");
	config_free(c);
}

/* Helpers build entries in the order of the map. */
static void test_maps_ascend(void **state)
{
	(void)state;
	struct config *c = NULL;
	begin();
	assert_int_equal(load(&c), 0);
	const struct attribute_map *maps[] = {&c->sources[0].people.map, &c->sources[0].institutions.map,
					      &c->target.map};
	for (int m = 0; m < 3; m++)
		for (uint32_t i = 1; i < maps[m]->count; i++)
			assert_true(maps[m]->at[i - 1].field < maps[m]->at[i].field);
	assert_int_equal(maps[0]->count, 7); /* empty ones are not asked for */
	assert_int_equal(maps[2]->count, 24);
	config_free(c);
}

/* The table itself: every key once, every default a value that its own row accepts. */
static void test_table(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < setting_count; i++) {
		const struct setting *s = &setting_table[i];
		assert_true(strlen(s->help) > 0);
		assert_true(s->required != (s->fallback != NULL || s->derived != NULL));
		assert_true((s->type == TYPE_CHOICE || s->type == TYPE_SWITCH) == (s->choices != NULL));
		for (uint32_t k = 0; k < i; k++)
			assert_string_not_equal(s->key, setting_table[k].key);
		if (s->fallback == NULL || strstr(s->key, "[].") != NULL || strcmp(s->key, "helper_dir") == 0)
			continue;
		char line[1024];
		snprintf(line, sizeof(line), "%s = %s;", s->key, s->fallback);
		if (strcmp(s->fallback, "\"\"") != 0) /* those that mean "none" are exercised by being left out */
			expect_accepted(line);
	}
}

static void test_document(void **state)
{
	(void)state;
	struct buf out;
	buf_init(&out);
	config_document(&out);
	assert_false(buf_failed(&out));
	for (uint32_t i = 0; i < setting_count; i++) {
		char line[160];
		snprintf(line, sizeof(line), "\n%s\n    ", setting_table[i].key);
		assert_non_null(strstr(buf_string(&out), line));
		assert_non_null(strstr(buf_string(&out), setting_table[i].help));
	}
	buf_done(&out);
}

/* What takes a restart stays as it was, and so does what follows from it. */
static void test_restart(void **state)
{
	(void)state;
	struct config *a = NULL, *b = NULL;
	begin();
	assert_int_equal(load(&a), 0);
	set("schedule.interval = 60;");
	assert_int_equal(load(&b), 0);
	assert_null(config_keep_restarts(b, a));
	assert_int_equal(b->run.interval_s, 60);
	b = config_free(b);
	set("control.idle = 61;");
	assert_int_equal(load(&b), 0);
	assert_string_equal(config_keep_restarts(b, a), "control.idle");
	assert_int_equal(b->control.idle_s, a->control.idle_s);
	b = config_free(b);
	drop("control.idle");
	set("state_dir = \"/s\";");
	set("instance = \"other\";");
	set("log_to = \"syslog\";");
	assert_int_equal(load(&b), 0);
	assert_string_equal(b->ledger.path, "/s/ledger.sqlite");
	assert_string_equal(config_keep_restarts(b, a), "instance, state_dir, log_to, ledger.file");
	assert_ptr_equal(b->run.state_dir, a->run.state_dir);
	assert_ptr_equal(b->ledger.path, a->ledger.path);
	assert_ptr_equal(b->target.instance, a->target.instance);
	assert_ptr_equal(b->names.instance, a->names.instance);
	assert_ptr_equal(b->ledger.instance, a->ledger.instance);
	assert_int_equal(b->log_sink, a->log_sink);
	assert_int_equal(b->run.interval_s, 60);
	config_free(b);
	config_free(a);
}

/* A list or a group cannot be kept (config_keep_restarts). */
static void test_what_takes_a_restart_is_a_word(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < setting_count; i++)
		if (setting_table[i].reload == RELOAD_RESTART)
			assert_true(setting_table[i].type != TYPE_ATTRIBUTE && setting_table[i].type < TYPE_WORDS);
}

/* ---- the sample ---------------------------------------------------------------------------------- */

static void test_sample_loads(void **state)
{
	(void)state;
	put_file("source-ca.pem", "-", 0644);
	put_file("target-ca.pem", "-", 0644);
	for (int all = 0; all < 2; all++) {
		read_sample(all);
		if (load_file(0600) < 0)
			show_faults();
		assert_int_equal(faults.count, 0);
	}
}

/* Every setting stands in the sample, in its place; the derived ones in words. */
static void test_sample_is_whole(void **state)
{
	(void)state;
	config_t file;
	config_init(&file);
	read_sample(true);
	assert_int_equal(config_read_string(&file, text), CONFIG_TRUE);
	for (uint32_t i = 0; i < setting_count; i++) {
		const struct setting *s = &setting_table[i];
		const char *dot = strrchr(s->key, '.');
		bool stands = config_lookup(&file, s->key) != NULL;
		bool told = (s->derived != NULL || strstr(s->key, "[].") != NULL) && strstr(text, dot + 1) != NULL;
		if (!stands && !told)
			fail_msg("conf/duaalsyncd.conf does not mention %s", s->key);
	}
	config_destroy(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_maps_ascend),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_document),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_what_takes_a_restart_is_a_word),
		cmocka_unit_test(test_sample_loads),
		cmocka_unit_test(test_sample_is_whole),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
