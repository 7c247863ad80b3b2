/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_control.c - every method of the interface on an invented world; each reply is held against the .varlink file.
 */
#include "unit.h"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/answers.h"
#include "control/control_parts.h"
#include "control_ask.h"

static void the_file_is_what_the_service_gives(void **state)
{
	(void)state;
	const char *root = getenv("top_srcdir");
	char path[512], file[65536];
	snprintf(path, sizeof(path), "%s/daemon/control/" INTERFACE_NAME ".varlink", root != NULL ? root : ".");
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	size_t len = fread(file, 1, sizeof(file) - 1, f);
	fclose(f);
	file[len] = '\0';
	json_t *reply = peer_ask(&peer, "{\"method\":\"org.varlink.service.GetInterfaceDescription\",\"parameters\":{"
					"\"interface\":\"" INTERFACE_NAME "\"}}");
	assert_string_equal(text_in(reply, "description"), file);
	json_decref(reply);
	assert_string_equal(interface_name(interface), INTERFACE_NAME);
}

static bool is_of_interface(const struct varlink_method *method)
{
	return strncmp(method->name, INTERFACE_NAME ".", strlen(INTERFACE_NAME ".")) == 0;
}

/* The file and the table of handlers say the same, parameter by parameter. */
static void the_file_and_the_table_agree(void **state)
{
	(void)state;
	static const char *const types[] = {[VARLINK_BOOL] = "bool",
					    [VARLINK_INT] = "int",
					    [VARLINK_STRING] = "string",
					    [VARLINK_OBJECT] = "object"};
	int methods = 0;
	for (const struct varlink_method *m = control_methods; m->name != NULL; m++) {
		if (!is_of_interface(m))
			continue;
		const char *name = strrchr(m->name, '.') + 1;
		int parameters = 0;
		methods++;
		assert_non_null(m->handler);
		for (const struct varlink_parameter *p = m->parameters; p != NULL && p->name != NULL;
		     p++, parameters++) {
			char type[16];
			snprintf(type, sizeof(type), "%s%s", p->required ? "" : "?", types[p->type]);
			assert_string_equal(interface_input_type(interface, name, p->name), type);
		}
		assert_int_equal(parameters, interface_input_count(interface, name));
	}
	assert_int_equal(interface_count(interface, "method"), methods);
}

static void it_describes_itself(void **state)
{
	(void)state;
	json_t *reply = peer_ask(&peer, "{\"method\":\"org.varlink.service.GetInterfaceDescription\",\"parameters\":{"
					"\"interface\":\"org.varlink.service\"}}");
	struct interface *service = interface_read(text_in(reply, "description"));
	json_decref(reply);
	reply = peer_ask(&peer, "{\"method\":\"org.varlink.service.GetInfo\"}");
	interface_check_reply(service, "GetInfo", json_object_get(reply, "parameters"));
	assert_string_equal(text_in(reply, "product"), "duaalsyncd");
	assert_string_equal(text_in(reply, "version"), "0.1.0");
	json_decref(reply);
	reply = peer_ask(&peer, "{\"method\":\"org.varlink.service.GetInterfaceDescription\",\"parameters\":{"
				"\"interface\":\"org.example\"}}");
	assert_string_equal(error_of(reply), "org.varlink.service.InterfaceNotFound");
	interface_check_error(service, "InterfaceNotFound", json_object_get(reply, "parameters"));
	json_decref(reply);
	interface_free(service);
}

static json_t *ask_with(json_t *parameters)
{
	char *call = call_of("PlanWith", parameters);
	json_t *whole = peer_ask(&peer, call);
	free(call);
	return whole;
}

static void another_policy_is_asked_about(void **state)
{
	(void)state;
	json_t *whole, *plan;
	ask("Settings", CALL("Settings"), &whole);
	json_decref(whole);
	whole = ask_with(
		json_pack("{s:{s:s},s:b,s:i}", "settings", "policy.audience", "VO", "rescoped", 1, "limit", 2));
	const json_t *reply = check_reply("PlanWith", whole);
	assert_true(json_is_true(json_object_get(reply, "hypothetical")) &&
		    json_is_true(json_object_get(reply, "rescoped")));
	assert_int_equal(length(reply, "settings"), 1);
	const json_t *then = ask("Plan", CALL("Plan"), &plan);
	assert_int_equal(number(reply, "changes_omitted"), bench.world.plan->change_count - 2);
	assert_string_equal(text(reply, "digest"), text(then, "digest"));
	assert_int_equal(number(json_object_get(reply, "present"), "held"), number(then, "held"));
	json_decref(plan);
	json_decref(whole);
}

static void a_policy_that_is_wrong_is_refused(void **state)
{
	(void)state;
	static const char *const others[] = {"{}",
					     "{\"settings\":null}",
					     "{\"settings\":[]}",
					     "{\"settings\":\"x\"}",
					     "{\"settings\":{},\"rescoped\":1}",
					     "{\"settings\":{},\"limit\":0}",
					     "{\"settings\":{},\"more\":1}"};
	json_t *whole = ask_with(json_pack("{s:{s:i}}", "settings", "wrong", 1));
	assert_string_equal(error_of(whole), INTERFACE_NAME ".OrderRefused");
	assert_string_equal(text_in(whole, "what"), "wrong: there is no such setting");
	json_decref(whole);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		whole = ask_with(json_loads(others[i], 0, NULL));
		assert_string_equal(error_of(whole), "org.varlink.service.InvalidParameter");
		json_decref(whole);
	}
	bench.view.explain = NULL;
	whole = ask_with(json_pack("{s:{}}", "settings"));
	assert_string_equal(error_of(whole), INTERFACE_NAME ".NotReady");
	json_decref(whole);
}

#define ASKED "{\"method\":\"" INTERFACE_NAME ".PlanWith\",\"parameters\":{\"settings\":{}}}"

static void it_waits_while_changes_are_carried_out(void **state)
{
	(void)state;
	struct peer others[9];
	json_t *whole;
	bench.carrying_out = true;
	for (int i = 0; i < 9; i++) {
		others[i] = peer_open(bench.loop, bench.path);
		peer_say(&others[i], ASKED);
		if (i < 8)
			assert_true(peer_is_quiet(&others[i]));
	}
	whole = peer_next(&others[8]); /* too many */
	assert_string_equal(error_of(whole), INTERFACE_NAME ".OrderRefused");
	json_decref(whole);
	peer_close(&others[3]); /* left */
	control_changed(bench.control);
	assert_true(peer_is_quiet(&others[0]));
	bench.carrying_out = false;
	control_changed(bench.control);
	for (int i = 0; i < 8; i++) {
		if (i == 3)
			continue;
		whole = peer_next(&others[i]);
		check_reply("PlanWith", whole);
		json_decref(whole);
	}
	for (int i = 0; i < 9; i++)
		if (i != 3)
			peer_close(&others[i]);
}

static void metrics_are_numbers_of_closed_lists(void **state)
{
	(void)state;
	json_t *whole;
	bench.view.totals = (struct totals){0};
	struct cycle_summary cycle = {.result = "applied", .grants = 3, .removals = 1, .read_ms = 1500};
	totals_add(&bench.view.totals, &cycle);
	snprintf(cycle.result, sizeof(cycle.result), "a word of tomorrow");
	totals_add(&bench.view.totals, &cycle);
	const json_t *reply = ask("Metrics", CALL("Metrics"), &whole), *sample;
	size_t i, parts = 0, others = 0;
	json_array_foreach(json_object_get(reply, "samples"), i, sample)
	{
		const char *name = text(sample, "metric"), *label = json_string_value(json_object_get(sample, "label"));
		double value = json_number_value(json_object_get(sample, "value"));
		parts += strcmp(name, "duaalsync_part_state") == 0;
		others += label != NULL && strcmp(label, "other") == 0 && value == 1;
		if (strcmp(name, "duaalsync_changes_total") == 0 && strcmp(label, "grant") == 0)
			assert_true(value == 6);
		if (strcmp(name, "duaalsync_cycle_seconds_total") == 0 && strcmp(label, "read") == 0)
			assert_true(value == 3);
	}
	assert_int_equal(parts, 3);
	assert_int_equal(others, 1);
	size_t all = i;
	json_decref(whole);
	bench.view.explain = NULL;
	reply = ask("Metrics", CALL("Metrics"), &whole);
	assert_null(pick(reply, "samples", "metric", "duaalsync_people"));
	assert_non_null(pick(reply, "samples", "metric", "duaalsync_holds"));
	assert_true(length(reply, "samples") < all);
	json_decref(whole);
}

static size_t words_of(const char *kind, const char *begin, char first[32])
{
	json_t *whole, *parameters = json_pack("{s:s, s:s}", "kind", kind, "begin", begin);
	char *call = call_of("Words", parameters);
	const json_t *words = json_object_get(ask("Words", call, &whole), "words");
	const char *word = json_string_value(json_array_get(words, 0));
	size_t count = json_array_size(words);
	snprintf(first, 32, "%s", word != NULL ? word : "");
	json_decref(whole);
	free(call);
	return count;
}

static void the_ldif_comes_in_pages(void **state)
{
	(void)state;
	json_t *whole;
	const json_t *reply = ask("PlanLdif", CALL("PlanLdif"), &whole);
	assert_string_equal(text(reply, "ldif"), "version: 1\n");
	assert_int_equal(number(reply, "next"), 1);
	json_decref(whole);
	reply = ask("PlanLdif", CALL_WITH("PlanLdif", "{\"page\":1}"), &whole);
	assert_true(is_null(reply, "next"));
	json_decref(whole);
	expect_error(CALL_WITH("PlanLdif", "{\"page\":2}"), "be.werkplekduaal.Duaalsync.OrderRefused");
	expect_invalid(CALL_WITH("PlanLdif", "{\"page\":-1}"), "page");
	bench.view.explain = NULL;
	expect_error(CALL("PlanLdif"), "be.werkplekduaal.Duaalsync.NotReady");
}

static void words_are_those_that_begin_so(void **state)
{
	(void)state;
	char first[32];
	assert_int_equal(words_of("institutions", "", first), 3);
	assert_int_equal(words_of("institutions", "3", first), 1);
	assert_string_equal(first, "30569");
	assert_int_equal(words_of("kinds", "", first), 2);
	assert_string_equal(first, "volwassenenonderwijs");
	assert_int_equal(words_of("kinds", "sec", first), 1);
	assert_string_equal(first, "secundair onderwijs");
	assert_int_equal(words_of("roles", "beh", first), 1);
	assert_string_equal(first, "beheerder");
	assert_int_equal(words_of("cycles", "", first), bench.view.cycle_count);
	assert_int_equal(words_of("people", "", first), 0);
	const struct change *changes[] = {&bench.world.plan->changes[0]};
	control_bench_hold(&bench, 12, R_RULE_COUNT, HOLD_OPEN, changes, 1);
	control_bench_hold(&bench, 13, R_RULE_COUNT, HOLD_REJECTED, changes, 1);
	assert_int_equal(words_of("holds", "1", first), 1);
	assert_int_equal(strncmp(first, "12-", 3), 0);
	bench.view.explain = NULL;
	assert_int_equal(words_of("institutions", "", first), 0);
	assert_int_equal(words_of("kinds", "", first), 0);
}

static void status_is_never_greener_than_its_worst_part(void **state)
{
	(void)state;
	static const char *const words[] = {"ok", "notice", "warning", "critical"};
	for (int s = PART_OK; s <= PART_CRITICAL; s++) {
		json_t *whole;
		for (int i = 0; i < 3; i++)
			bench.parts[i].state = i == s % 3 ? (enum part_state)s : PART_OK;
		assert_string_equal(text(ask("Status", CALL("Status"), &whole), "state"), words[s]);
		json_decref(whole);
	}
}

static void status_tells_parts_clocks_and_counts(void **state)
{
	(void)state;
	json_t *whole;
	const json_t *reply = ask("Status", CALL("Status"), &whole), *counts = json_object_get(reply, "counts");
	const json_t *part = pick(reply, "parts", "name", "plan");
	assert_string_equal(text(part, "code"), "held");
	assert_string_equal(text(part, "next_step"), "duaalctl plan shows what is held");
	assert_string_equal(text(pick(reply, "parts", "name", "target"), "detail"), "line\\x0Abreak \\x1B[31m");
	assert_int_equal(number(reply, "last_read"), 1793869100);
	assert_true(json_is_null(json_object_get(reply, "last_applied")));
	assert_true(json_is_null(json_object_get(reply, "next_change")));
	assert_int_equal(number(counts, "institutions"), 3);
	assert_int_equal(number(counts, "institutions_admitted"), 2);
	assert_int_equal(number(counts, "people"), 6);
	assert_int_equal(number(counts, "memberships_wanted"), bench.world.desired->membership_count);
	assert_int_equal(number(counts, "memberships_present"), 3);
	assert_int_equal(number(counts, "held"), bench.world.verdict.held);
	assert_non_null(pick(reply, "findings", "code", "no-request"));
	assert_int_equal(json_array_size(json_object_get(reply, "remarks")), bench.world.plan->remark_count);
	json_decref(whole);
}

static void before_the_first_cycle_only_status_and_history_answer(void **state)
{
	(void)state;
	json_t *whole;
	bench.view.explain = NULL;
	const json_t *reply = ask("Status", CALL("Status"), &whole);
	assert_true(json_is_null(json_object_get(reply, "counts")));
	json_decref(whole);
	ask("History", CALL("History"), &whole);
	json_decref(whole);
	expect_error(CALL("Plan"), INTERFACE_ERROR("NotReady"));
	expect_error(CALL_WITH("Why", "{\"person\":\"jan\"}"), INTERFACE_ERROR("NotReady"));
	expect_error(CALL_WITH("Institution", "{\"number\":30569}"), INTERFACE_ERROR("NotReady"));
}

static void plan_groups_changes_by_institution(void **state)
{
	(void)state;
	json_t *whole;
	const json_t *reply = ask("Plan", CALL("Plan"), &whole);
	size_t i, shown = 0;
	long long last = -1;
	json_t *institution;
	json_array_foreach(json_object_get(reply, "institutions"), i, institution)
	{
		long long here = json_integer_value(json_object_get(institution, "number"));
		assert_true(here > last);
		last = here;
		shown += json_array_size(json_object_get(institution, "changes"));
	}
	assert_int_equal(shown, bench.world.plan->change_count);
	assert_int_equal(number(reply, "changes_omitted"), 0);
	assert_int_equal(number(reply, "grants"), bench.world.plan->grants);
	assert_int_equal(strlen(text(reply, "digest")), 64);
	assert_int_equal(json_array_size(json_object_get(reply, "holds")), bench.world.verdict.hold_count);
	json_decref(whole);
	reply = ask("Plan", CALL_WITH("Plan", "{\"limit\":1}"), &whole);
	assert_int_equal(json_array_size(json_object_get(reply, "institutions")), 1);
	assert_int_equal(number(reply, "changes_omitted"), bench.world.plan->change_count - 1);
	json_decref(whole);
}

#define ON_WHAT_WAS_READ                                                                                               \
	{"Plan", CALL("Plan")}, {"Drift", CALL("Drift")}, {"Directives", CALL("Directives")},                          \
		{"Holds", CALL("Holds")}, {"Hold", CALL_WITH("Hold", "{\"id\":\"7\"}")},                               \
		{"Institutions", CALL("Institutions")},                                                                \
		{"Institution", CALL_WITH("Institution", "{\"number\":30569}")}, {"Refusals", CALL("Refusals")},       \
	{                                                                                                              \
		"Why", CALL_WITH("Why", "{\"person\":\"jan\"}")                                                        \
	}

/* What stands on the two reads and the record says so wherever one of them is not as it should be; a warning about what was read is none. */
static void no_answer_is_greener_than_what_it_stands_on(void **state)
{
	(void)state;
	static const char *const asked[][2] = {ON_WHAT_WAS_READ};
	const struct change *none[] = {control_bench_change(&bench, R_PERSON_UNKNOWN)};
	control_bench_hold(&bench, 7, R_RULE_DOUBTFUL, HOLD_OPEN, none, 1);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		json_t *whole;
		bench.parts[0] = (struct part){"source", PART_WARNING, "passed-over", 3000, "another server", ""};
		bench.parts[1] =
			(struct part){"plan", PART_CRITICAL, "rule-shrunken-source", 3000, "5 changes wait", ""};
		bench.parts[2] = (struct part){"target", PART_NOTICE, "unfenced", 3000, "", ""};
		const json_t *reply = ask(asked[i][0], asked[i][1], &whole);
		assert_int_equal(length(reply, "trouble"), 0);
		json_decref(whole);
		bench.parts[0] = (struct part){"source", PART_WARNING, "unread", 3000, "no \x1b route", ""};
		bench.parts[1] = (struct part){"ledger", PART_CRITICAL, "failed", 3000, "disk full", ""};
		bench.parts[2] = (struct part){"target", PART_CRITICAL, "removal-refused", 3000, "result 50", ""};
		reply = ask(asked[i][0], asked[i][1], &whole);
		assert_int_equal(length(reply, "trouble"), 3);
		assert_string_equal(text(pick(reply, "trouble", "code", "unread"), "detail"), "no \\x1B route");
		json_decref(whole);
	}
}

/* Of the two reads the older one, because what came after it may be missing. */
static void an_answer_is_of_the_older_read(void **state)
{
	(void)state;
	struct certificate *source = (struct certificate *)source_certificate_of(view_source(&bench.view), 0),
			   *target = (struct certificate *)&view_target(&bench.view)->certificate;
	json_t *whole;
	for (int i = 0; i < 2; i++) {
		source->started_s = i == 0 ? 1000 : 3000;
		target->started_s = 2000;
		assert_int_equal(number(ask("Drift", CALL("Drift"), &whole), "as_of"), i == 0 ? 1000 : 2000);
		json_decref(whole);
	}
	bench.view.explain = NULL;
	assert_true(is_null(ask("Holds", CALL("Holds"), &whole), "as_of"));
	json_decref(whole);
}

static void limits_are_checked(void **state)
{
	(void)state;
	static const char *const calls[] = {
		CALL_WITH("Plan", "{\"limit\":0}"),
		CALL_WITH("Plan", "{\"limit\":1001}"),
		CALL_WITH("History", "{\"limit\":-1}"),
		CALL_WITH("History", "{\"limit\":201}"),
		CALL_WITH("Institution", "{\"number\":0}"),
		CALL_WITH("Institution", "{\"number\":1000000}"),
		CALL_WITH("Why", "{\"person\":\"jan\",\"institution\":4294967297}"),
		CALL_WITH("Why", "{\"person\":\"jan\",\"role\":\"koning\"}"),
		CALL_WITH("Why", "{\"person\":\"  \"}"),
	};
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		expect_error(calls[i], "org.varlink.service.InvalidParameter");
}

static void why_says_yes_no_and_who(void **state)
{
	(void)state;
	json_t *whole;
	const json_t *reply = ask("Why", CALL_WITH("Why", "{\"person\":\"VO-JAN\"}"), &whole);
	assert_true(json_is_true(json_object_get(reply, "found")));
	assert_true(json_is_true(json_object_get(reply, "access")));
	assert_string_equal(text(reply, "vo_id"), "vo-jan");
	json_decref(whole);
	reply = ask("Why",
		    CALL_WITH("Why", "{\"person\":\"vo-piet\",\"institution\":777,\"role\":\"Trajectbegeleider\"}"),
		    &whole);
	assert_false(json_is_true(json_object_get(reply, "access")));
	assert_non_null(pick(reply, "paths", "code", "no-request"));
	assert_non_null(strstr(text(reply, "next_step"), "werkplekduaal@vlaanderen.be"));
	json_decref(whole);
	reply = ask("Why", CALL_WITH("Why", "{\"person\":\"nobody\\u001b\\u202e\"}"), &whole);
	assert_false(json_is_true(json_object_get(reply, "found")));
	assert_string_equal(text(reply, "person"), "nobody\\x1B\\xE2\\x80\\xAE");
	json_decref(whole);
}

static void why_lists_several_people(void **state)
{
	(void)state;
	json_t *reply = peer_ask(&peer, CALL_WITH("Why", "{\"person\":\"twin@school.example\"}"));
	const json_t *parameters = json_object_get(reply, "parameters");
	assert_string_equal(error_of(reply), INTERFACE_ERROR("Ambiguous"));
	interface_check_error(interface, "Ambiguous", parameters);
	assert_int_equal(number(parameters, "total"), 2);
	assert_non_null(pick(parameters, "candidates", "vo_id", "vo-twin1"));
	assert_non_null(pick(parameters, "candidates", "vo_id", "vo-twin2"));
	json_decref(reply);
}

static void institution_shows_everything_about_one(void **state)
{
	(void)state;
	json_t *whole;
	const json_t *reply = ask("Institution", CALL_WITH("Institution", "{\"number\":30569}"), &whole);
	assert_string_equal(text(reply, "received"), "030569");
	assert_true(json_is_true(json_object_get(reply, "admitted")));
	assert_string_equal(text(reply, "code"), "admitted-programme");
	assert_string_equal(text(pick(reply, "head_administrators", "id", "vo-an"), "name"), "vo-an");
	const json_t *group = pick(reply, "groups", "role", "trajectbegeleider");
	assert_int_equal(json_array_size(json_object_get(group, "members")), 3);
	assert_int_equal(json_array_size(json_object_get(group, "actions")), 3);
	const json_t *ours = pick(group, "members", "state", "ours"),
		     *by_hand = pick(group, "members", "state", "by-hand");
	assert_int_equal(number(ours, "since_cycle"), 7);
	assert_string_equal(text(by_hand, "entry"), "uid=stranger,ou=people,ou=werkplekduaal,dc=app");
	json_decref(whole);
	reply = ask("Institution", CALL_WITH("Institution", "{\"number\":777}"), &whole);
	assert_false(json_is_true(json_object_get(reply, "admitted")));
	assert_string_equal(text(reply, "code"), "no-request");
	assert_non_null(pick(reply, "refusals", "code", "no-request"));
	json_decref(whole);
	expect_error(CALL_WITH("Institution", "{\"number\":4}"), INTERFACE_ERROR("NotFound"));
}

static void names_are_escaped_and_valid(void **state)
{
	(void)state;
	json_t *whole;
	const json_t *reply = ask("Institution", CALL_WITH("Institution", "{\"number\":30569}"), &whole);
	char *all = json_dumps(reply, 0);
	assert_null(strpbrk(all, "\x1b\x07"));
	assert_null(strstr(all, "\\u001b"));
	assert_null(strstr(all, "\xe2\x80\xae"));
	assert_non_null(strstr(all, "Griet \\\\x1B]0;x\\\\x07 \\\\xE2\\\\x80\\\\xAE \\\\xFF \\\\x5C"));
	free(all);
	json_decref(whole);
	reply = ask("Why", CALL_WITH("Why", "{\"person\":\"vo-evil\"}"), &whole);
	assert_null(strpbrk(text(reply, "person"), "\x1b\x07\xff"));
	json_decref(whole);
}

/* The world's entries do not say who wrote them: one that does is put in the place of a remark's entry. */
static void a_remark_names_the_last_writer(void **state)
{
	(void)state;
	json_t *whole;
	struct entry_builder builder = {0};
	struct uuid uuid = world_uuid(5);
	struct csn csn = {0};
	assert_true(bench.world.plan->remark_count > 0);
	struct remark *remark = &bench.world.plan->remarks[0];
	entry_begin(&builder, ENTRY_FOREIGN, &uuid, &csn, DN_WHOLE, text_of("cn=x,dc=app"));
	entry_add(&builder, FIELD_MODIFIERS_NAME, text_of("cn=admin\n,dc=app"));
	entry_add(&builder, FIELD_MODIFY_TIMESTAMP, text_of("20261105081000Z"));
	remark->entry = entry_end(&builder);
	const json_t *shown = json_array_get(json_object_get(ask("Status", CALL("Status"), &whole), "remarks"), 0);
	assert_string_equal(text(shown, "entry"), "cn=x,dc=app");
	assert_string_equal(text(shown, "writer"), "cn=admin\\x0A,dc=app");
	assert_int_equal(number(shown, "written"), 1793866200);
	assert_string_equal(text(shown, "value"), "uid=stranger,ou=people,ou=werkplekduaal,dc=app");
	json_decref(whole);
	entry_builder_done(&builder);
}

static void history_is_newest_first(void **state)
{
	(void)state;
	json_t *whole;
	const json_t *cycles = json_object_get(ask("History", CALL("History"), &whole), "cycles");
	assert_int_equal(json_array_size(cycles), 3);
	assert_int_equal(number(json_array_get(cycles, 0), "id"), 3);
	assert_int_equal(number(json_array_get(cycles, 0), "requested_by"), 1000);
	assert_true(json_is_null(json_object_get(json_array_get(cycles, 1), "ended")));
	assert_true(json_is_null(json_object_get(json_array_get(cycles, 1), "requested_by")));
	assert_string_equal(text(json_array_get(cycles, 2), "detail"), "all\\x1B well");
	json_decref(whole);
	cycles = json_object_get(ask("History", CALL_WITH("History", "{\"limit\":2}"), &whole), "cycles");
	assert_int_equal(json_array_size(cycles), 2);
	assert_int_equal(number(json_array_get(cycles, 1), "id"), 2);
	json_decref(whole);
}

static void sync_answers_at_once(void **state)
{
	(void)state;
	json_t *whole;
	for (int i = 0; i < 3; i++) {
		const json_t *reply = ask("Sync", CALL("Sync"), &whole);
		assert_true(json_is_null(json_object_get(reply, "summary")));
		json_decref(whole);
	}
	assert_int_equal(bench.requests, 3);
}

static void sync_waits(void **state)
{
	(void)state;
	peer_say(&peer, CALL_WITH("Sync", "{\"wait\":true}"));
	assert_true(peer_is_quiet(&peer));
	bench.view.phase = RUN_READING;
	control_changed(bench.control);
	assert_true(peer_is_quiet(&peer)); /* without more: one answer */
	control_bench_end_cycle(&bench, "applied");
	json_t *reply = peer_next(&peer);
	interface_check_reply(interface, "Sync", json_object_get(reply, "parameters"));
	assert_string_equal(text(json_object_get(json_object_get(reply, "parameters"), "summary"), "result"),
			    "applied");
	json_decref(reply);
}

static void sync_streams_its_progress(void **state)
{
	(void)state;
	peer_say(&peer, "{\"method\":\"" INTERFACE_METHOD("Sync") "\",\"more\":true}");
	static const enum run_phase phases[] = {RUN_IDLE, RUN_READING, RUN_THINKING, RUN_APPLYING};
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
		bench.view.phase = phases[i];
		bench.view.cycle = 4;
		bench.view.done = 10 * (uint32_t)i;
		bench.view.expected = 40;
		if (i > 0)
			control_changed(bench.control);
		json_t *reply = peer_next(&peer);
		const json_t *parameters = json_object_get(reply, "parameters");
		assert_true(json_is_true(json_object_get(reply, "continues")));
		interface_check_reply(interface, "Sync", parameters);
		assert_string_equal(text(parameters, "phase"), run_phase_name(phases[i]));
		assert_int_equal(number(parameters, "done"), 10 * i);
		json_decref(reply);
	}
	control_changed(bench.control);
	assert_true(peer_is_quiet(&peer)); /* nothing new, nothing said */
	control_bench_end_cycle(&bench, "held");
	json_t *last = peer_next(&peer);
	assert_null(json_object_get(last, "continues"));
	assert_string_equal(text(json_object_get(json_object_get(last, "parameters"), "summary"), "result"), "held");
	json_decref(last);
	json_decref(peer_ask(&peer, CALL("Status")));
}

static void a_subscriber_that_leaves_is_forgotten(void **state)
{
	(void)state;
	struct peer a = peer_open(bench.loop, bench.path), b = peer_open(bench.loop, bench.path);
	peer_say(&a, "{\"method\":\"" INTERFACE_METHOD("Sync") "\",\"more\":true}");
	peer_say(&b, "{\"method\":\"" INTERFACE_METHOD("Sync") "\",\"more\":true}");
	json_decref(peer_next(&a));
	json_decref(peer_next(&b));
	peer_close(&a);
	bench.view.phase = RUN_READING;
	control_changed(bench.control);
	json_decref(peer_next(&b));
	control_bench_end_cycle(&bench, "in-step");
	json_decref(peer_next(&b));
	peer_close(&b);
}

static void expect_end(struct peer *p)
{
	json_t *reply = peer_next(p);
	check_error(reply, INTERFACE_ERROR("Stopping"));
	json_decref(reply);
	assert_true(peer_is_closed(p));
}

static void stopping_with_subscribers_is_clean(void **state)
{
	(void)state;
	peer_say(&peer, "{\"method\":\"" INTERFACE_METHOD("Sync") "\",\"more\":true}");
	json_decref(peer_next(&peer));
	bench.control = control_free(bench.control);
	expect_end(&peer);
}

/* 1: may read, 2: may sync, 3: both, 0: neither; 90: cannot connect, 91: the refusal does not say what is missing. */
static int ask_as_somebody(void *ctx)
{
	const struct control_bench *b = ctx;
	char status[65536], sync[4096];
	if (peer_ask_plainly(b->path, CALL("Status"), status, sizeof(status)) <= 0 ||
	    peer_ask_plainly(b->path, CALL("Sync"), sync, sizeof(sync)) <= 0)
		return 90;
	bool may_read = strstr(status, "PermissionDenied") == NULL, may_sync = strstr(sync, "PermissionDenied") == NULL;
	if (!may_sync && strstr(sync, "\"right\":\"operate\",\"group\":\"daemon\"") == NULL)
		return 91;
	return (may_read ? 1 : 0) + (may_sync ? 2 : 0);
}

static void groups_decide_who_may_what(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	const struct group *readers = getgrnam("games");
	gid_t reader = readers != NULL ? readers->gr_gid : 0;
	const struct group *operators = getgrnam("daemon");
	gid_t operator= operators != NULL ? operators->gr_gid : 0;
	if (reader == 0 || operator== 0)
		skip();
	control_free(bench.control);
	bench.control = NULL;
	peer_close(&peer);
	bench.set.group = "games";
	bench.set.operate_group = "daemon";
	control_bench_serve(&bench);
	peer = peer_open(bench.loop, bench.path);
	assert_int_equal(chmod(bench.dir, 0755), 0);
	assert_int_equal(uid_runs(4000, reader, 0, ask_as_somebody, &bench, bench.loop), 1);
	assert_int_equal(uid_runs(4000, reader, operator, ask_as_somebody, &bench, bench.loop), 3);
	assert_int_equal(uid_runs(4000, operator, 0, ask_as_somebody, &bench, bench.loop), 90); /* the socket's mode */
	assert_int_equal(chmod(bench.path, 0666), 0);
	assert_int_equal(uid_runs(4000, 4000, 0, ask_as_somebody, &bench, bench.loop), 0);
}

static void an_unknown_group_is_named(void **state)
{
	(void)state;
	struct control *second = NULL;
	struct err err;
	struct control_settings set = bench.set;
	const struct control_host host = {0};
	set.group = "no-such-group";
	assert_int_equal(control_new(bench.loop, &set, &host, &second, &err), ERR_INVALID);
	assert_non_null(strstr(err.text, "no-such-group"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_file_is_what_the_service_gives),
		T(the_file_and_the_table_agree),
		T(it_describes_itself),
		T(the_ldif_comes_in_pages),
		T(another_policy_is_asked_about),
		T(a_policy_that_is_wrong_is_refused),
		T(it_waits_while_changes_are_carried_out),
		T(words_are_those_that_begin_so),
		T(metrics_are_numbers_of_closed_lists),
		T(status_is_never_greener_than_its_worst_part),
		T(status_tells_parts_clocks_and_counts),
		T(before_the_first_cycle_only_status_and_history_answer),
		T(plan_groups_changes_by_institution),
		T(no_answer_is_greener_than_what_it_stands_on),
		T(an_answer_is_of_the_older_read),
		T(limits_are_checked),
		T(why_says_yes_no_and_who),
		T(why_lists_several_people),
		T(institution_shows_everything_about_one),
		T(names_are_escaped_and_valid),
		T(a_remark_names_the_last_writer),
		T(history_is_newest_first),
		T(sync_answers_at_once),
		T(sync_waits),
		T(sync_streams_its_progress),
		T(a_subscriber_that_leaves_is_forgotten),
		T(stopping_with_subscribers_is_clean),
		T(groups_decide_who_may_what),
		T(an_unknown_group_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
