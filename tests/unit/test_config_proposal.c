/* SPDX-License-Identifier: EUPL-1.2 */
/* test_config_proposal.c - the policy of another file: what differs, what is sent, and what a caller may send (nothing is trusted). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/proposal.h"
#include "config/setting.h"
#include "config_writer.h"

static struct config *config_with(const char *line)
{
	struct config *c = NULL;
	begin();
	if (line != NULL)
		set(line);
	if (load(&c) < 0)
		show_faults();
	assert_non_null(c);
	return c;
}

/* ---- what differs ---------------------------------------------------------------------------------- */

static void compare(const char *present, const char *other, struct proposal_difference *ret)
{
	struct err err = {0};
	struct config *now = config_with(present);
	json_t *settings = proposal_settings(now);
	struct config *then = config_with(other);
	assert_non_null(settings);
	assert_int_equal(proposal_compare(then, settings, ret, &err), 0);
	json_decref(settings);
	config_free(now);
	config_free(then);
}

static void the_same_file_differs_in_nothing(void **state)
{
	(void)state;
	static const char *const same[] = {NULL, "guard.window = 86400;", "source.people.dates = \"day\";",
					   "policy.audience = \"OV\";"}; /* a default that is written out */
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct proposal_difference difference;
		compare(NULL, same[i], &difference);
		assert_int_equal(json_object_size(difference.policy), 0);
		assert_int_equal(difference.others.len, 0);
		assert_false(difference.rescoped);
		proposal_difference_done(&difference);
	}
}

static void each_kind_of_value_is_noticed(void **state)
{
	(void)state;
	static const char *const lines[] = {
		"guard.removals = 7;",
		"guard.window = \"2h\";",
		"guard.first_fill = \"go\";",
		"drift.mode = \"hold\";",
		"policy.audience = \"\";",
		"policy.board_grantors = [\"een\", \"twee\"];",
		"policy.roles = ( { name = \"trajectbegeleider\"; actions = [\"lezen\"]; } );",
		"policy.kinds = ( { kind = \"*\"; admission = \"always\"; } );",
		"source.institutions.dates = \"instant\";",
		"target.people_retention = 0;",
		"directives.longest_override = \"30d\";",
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char key[128];
		struct proposal_difference difference;
		snprintf(key, sizeof(key), "%.*s", (int)strcspn(lines[i], " "), lines[i]);
		compare(NULL, lines[i], &difference);
		assert_int_equal(json_object_size(difference.policy), 1);
		assert_non_null(json_object_get(difference.policy, key));
		assert_int_equal(difference.others.len, 0);
		proposal_difference_done(&difference);
	}
}

static void what_is_no_policy_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		bool rescoped;
	} rows[] = {{"source.people.filter = \"(cn=*)\";", true},
		    {"source.people.attributes.uid = \"login\";", true},
		    {"policy.right = \"Ander\";", true},
		    {"target.base = \"ou=elders,dc=t\";", true},
		    {"source.bind_dn = \"cn=ander,dc=s\";", false},
		    {"source.people.floor = 5;", false},
		    {"schedule.interval = \"20min\";", false},
		    {"control.idle = 5;", false}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char key[128];
		struct proposal_difference difference;
		snprintf(key, sizeof(key), "%.*s", (int)strcspn(rows[i].line, " "), rows[i].line);
		compare(NULL, rows[i].line, &difference);
		assert_int_equal(json_object_size(difference.policy), 0);
		assert_non_null(strstr(buf_string(&difference.others), key));
		assert_int_equal(difference.rescoped, rows[i].rescoped);
		proposal_difference_done(&difference);
	}
}

/* What a daemon of another release does not know is no policy to it. */
static void another_release_is_no_trouble(void **state)
{
	(void)state;
	struct err err = {0};
	struct proposal_difference difference;
	struct config *c = config_with(NULL);
	json_t *less =
		json_pack("{s:[{s:i},{s:s,s:i},i]}", "settings", "key", 5, "key", "guard.removals", "digest", 1, 1);
	json_t *none = json_pack("{s:{}}", "settings");
	assert_int_equal(proposal_compare(c, less, &difference, &err), 0);
	assert_non_null(strstr(buf_string(&difference.others), "guard.removals"));
	proposal_difference_done(&difference);
	assert_int_equal(proposal_compare(c, none, &difference, &err), ERR_PROTOCOL);
	proposal_difference_done(&difference);
	json_decref(less);
	json_decref(none);
	config_free(c);
}

/* ---- what is taken --------------------------------------------------------------------------------- */

/* A whole policy goes there and comes out as the file had it. */
static void what_is_sent_is_what_the_file_says(void **state)
{
	(void)state;
	struct err err = {0};
	struct proposal_difference difference;
	struct run_proposal taken = {0};
	compare(NULL,
		"policy.roles = ( { name = \"trajectbegeleider\"; }, { name = \"lezer\"; actions = [\"a\", \"b\"]; } "
		");",
		&difference);
	struct config *now = config_with(NULL);
	assert_int_equal(proposal_take(now, difference.policy, &taken, &err), 0);
	assert_int_equal(taken.policy->role_count, 2);
	assert_string_equal(taken.policy->roles[1].name, "lezer");
	assert_string_equal(taken.policy->roles[1].actions[1], "b");
	assert_null(taken.policy->roles[1].actions[2]);
	assert_null(taken.policy->roles[0].actions[0]);
	assert_string_equal(taken.policy->audience, "OV"); /* as it is now */
	assert_int_equal(taken.key_count, 1);
	assert_string_equal(taken.keys[0], "policy.roles");
	assert_true(taken.rescoped);
	assert_string_equal(now->policy.roles[1].name, "beheerder"); /* which nothing moved */
	proposal_drop(&taken);
	proposal_difference_done(&difference);
	config_free(now);
}

static void numbers_and_words_are_taken(void **state)
{
	(void)state;
	struct err err = {0};
	struct run_proposal taken = {0};
	struct config *now = config_with(NULL);
	json_t *settings = json_pack("{s:i,s:i,s:s,s:s,s:[{s:s,s:s}],s:[s],s:i}", "guard.removals", 1, "guard.window",
				     3600, "guard.first_fill", "go", "drift.mode", "report", "policy.kinds", "kind",
				     "*", "admission", "always", "policy.programme_approved", "ja", "guard.grants", 50);
	assert_int_equal(proposal_take(now, settings, &taken, &err), 0);
	assert_int_equal(taken.guard->removals, 1);
	assert_int_equal(taken.guard->window_s, 3600);
	assert_true(taken.guard->first_fill_go);
	assert_int_equal(taken.drift->mode, 1);
	assert_int_equal(taken.policy->kind_count, 1);
	assert_int_equal(taken.policy->kinds[0].admission, ADMISSION_ALWAYS);
	assert_string_equal(taken.policy->programme_approved[0], "ja");
	assert_int_equal(taken.key_count, 6); /* guard.grants is as it was */
	assert_int_equal(now->guard.removals, 50);
	proposal_drop(&taken);
	json_decref(settings);
	config_free(now);
}

static void expect_not_taken(struct config *now, const char *key, const char *value, const char *sentence)
{
	struct err err = {0};
	struct run_proposal taken = {0};
	json_t *settings = json_object(), *parsed = json_loads(value, JSON_DECODE_ANY, NULL);
	assert_non_null(parsed);
	json_object_set_new(settings, key, parsed);
	if (proposal_take(now, settings, &taken, &err) != ERR_INVALID || strstr(err.text, sentence) == NULL)
		fail_msg("%s = %s: %s", key, value, err.text);
	json_decref(settings);
}

static void a_caller_is_not_trusted(void **state)
{
	(void)state;
	static const struct {
		const char *key, *value, *sentence;
	} rows[] = {
		{"", "1", "no such setting"},
		{"policy", "{}", "no such setting"},
		{"policy.", "1", "no such setting"},
		{"policy.kinds[].kind", "\"*\"", "decides what is read"},
		{"policy.right", "\"Ander\"", "decides what is read"},
		{"source.people.filter", "\"(cn=*)\"", "decides what is read"},
		{"target.base", "\"dc=t\"", "decides what is read"},
		{"source.password_file", "\"/etc/shadow\"", "decides what is read"},
		{"helper_dir", "\"/tmp\"", "decides what is read"},
		{"guard.removals", "\"5\"", "expected: whole number"},
		{"guard.removals", "null", "expected: whole number"},
		{"guard.removals", "1.5", "expected: whole number"},
		{"guard.removals", "true", "expected: whole number"},
		{"guard.removals", "[1]", "expected: whole number"},
		{"guard.removals", "{\"a\":1}", "expected: whole number"},
		{"guard.removals", "-1", "must be 0 to 100000"},
		{"guard.removals", "9223372036854775807", "must be 0 to 100000"},
		{"guard.window", "1", "must be 3600 to"},
		{"guard.window", "\"1x\"", "must be a duration"},
		{"guard.first_fill", "true", "one word of"},
		{"drift.mode", "\"repair|report\"", "one word of"},
		{"policy.audience", "\"a\\nb\"", "control characters"},
		{"policy.audience", "[\"OV\"]", "expected: text"},
		{"policy.programme_approved", "[]", "must have 1 to 64 items"},
		{"policy.programme_approved", "[1]", "a text in quotes"},
		{"policy.programme_approved", "[[[\"x\"]]]", "a text in quotes"},
		{"policy.programme_approved", "[null]", "expected: list of texts"},
		{"policy.roles", "[]", "must have 1 to 16 items"},
		{"policy.roles", "{\"name\":\"x\"}", "list of groups"},
		{"policy.roles", "[\"x\"]", "must be a group"},
		{"policy.roles", "[{}]", "name"},
		{"policy.roles", "[{\"name\":\"a,b\"}]", "cannot hold"},
		{"policy.roles", "[{\"name\":\"x\"},{\"name\":\"X\"}]", "the same role"},
		{"policy.roles", "[{\"na me\":\"x\"}]", "expected: list of groups"},
		{"policy.roles", "[{\"name\":\"x\",\"actions\":\"y\"}]", "expected: list of texts"},
		{"policy.kinds", "[{\"kind\":\"*\",\"admission\":\"perhaps\"}]", "one word of"},
		{"policy.kinds", "[{\"kind\":\"*\",\"admission\":\"always\"},{\"kind\":\"x\",\"admission\":\"never\"}]",
		 "never counts"},
		/* what the daemon does not read cannot be judged */
		{"source.people.active", "[\"actief\"]", "source.people.attributes.state"},
		{"source.institutions.active", "[\"actief\"]", "source.institutions.attributes.state"},
	};
	struct config *now = config_with(NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_not_taken(now, rows[i].key, rows[i].value, rows[i].sentence);
	config_free(now);
}

static void many_and_long_values_are_bounded(void **state)
{
	(void)state;
	struct err err = {0};
	struct run_proposal taken = {0};
	struct config *now = config_with(NULL);
	char *word = malloc(200001);
	json_t *list = json_array(), *settings = json_object();
	memset(word, 'x', 200000);
	word[200000] = '\0';
	for (int i = 0; i < 1001; i++)
		json_array_append_new(list, json_string("x"));
	json_object_set_new(settings, "policy.board_grantors", list);
	assert_int_equal(proposal_take(now, settings, &taken, &err), ERR_INVALID);
	json_object_set_new(settings, "policy.board_grantors", json_pack("[s]", word));
	assert_true(proposal_take(now, settings, &taken, &err) < 0);
	json_object_clear(settings);
	json_object_set_new(settings, word, json_integer(1));
	assert_int_equal(proposal_take(now, settings, &taken, &err), ERR_INVALID);
	assert_true(strlen(err.text) < sizeof(err.text));
	json_decref(settings);
	free(word);
	config_free(now);
}

/* Every row that is marked as policy is one that run_proposal carries, and is told. */
static void the_table_says_what_is_policy(void **state)
{
	(void)state;
	struct config *now = config_with(NULL);
	json_t *settings = proposal_settings(now);
	const json_t *list = json_object_get(settings, "settings");
	size_t told = 0, policy = 0;
	for (uint32_t i = 0; i < setting_count; i++) {
		const struct setting *s = &setting_table[i];
		told += strstr(s->key, "[].") == NULL;
		policy += s->policy;
		assert_false(s->policy && (s->reload == RELOAD_HELPER || s->reload == RELOAD_RESTART));
	}
	assert_int_equal(json_array_size(list), told);
	for (size_t i = 0; i < told; i++)
		policy -= json_is_true(json_object_get(json_array_get(list, i), "policy"));
	assert_int_equal(policy, 0);
	json_decref(settings);
	config_free(now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_file_differs_in_nothing),
		cmocka_unit_test(each_kind_of_value_is_noticed),
		cmocka_unit_test(what_is_no_policy_is_named),
		cmocka_unit_test(another_release_is_no_trouble),
		cmocka_unit_test(what_is_sent_is_what_the_file_says),
		cmocka_unit_test(numbers_and_words_are_taken),
		cmocka_unit_test(a_caller_is_not_trusted),
		cmocka_unit_test(many_and_long_values_are_bounded),
		cmocka_unit_test(the_table_says_what_is_policy),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
