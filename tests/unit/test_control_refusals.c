/* SPDX-License-Identifier: EUPL-1.2 */
/* test_control_refusals.c - what is unclear at the source, over the socket: all of it, in pages, filtered; and institutions that are frozen. */
#include "unit.h"

#include "control/answer.h"
#include "control_ask.h"
#include "core/reason.h"

#define REFUSALS(p) CALL_WITH("Refusals", p)
#define IN_ONE      50 /* organisations of a value */

/* A person who says a lot that cannot be read, one with a date like that, and one at an institution that is not shown. */
static void add_unclear(uint32_t values)
{
	char text[512];
	struct world *w = &bench.world;
	world_source(w, "\nis: person\nuuid: 51\nvo-id: vo-vaag\ncn: Vaag\nsn: Vaag\nstate: actief\n");
	while (values > 0) {
		const uint32_t here = values < IN_ONE ? values : IN_ONE;
		int len = snprintf(text, sizeof(text), "right: WerkplekDuaalGebruiker-beheerder:30569");
		for (uint32_t i = 0; i < here; i++)
			len += snprintf(text + len, sizeof(text) - (size_t)len, ",x%u", values - i);
		world_source(w, text);
		values -= here;
	}
	world_source(w, "\nis: person\nuuid: 52\nvo-id: vo-dag\ncn: Dag\nsn: Dag\nstate: actief\nend: 31/12\nright: "
			"WerkplekDuaalGebruiker-beheerder:30569\n");
	world_source(w, "\nis: person\nuuid: 53\nvo-id: vo-weg\ncn: Weg\nsn: Weg\nstate: actief\nright: "
			"WerkplekDuaalGebruiker-beheerder:4242\n");
	world_think(w);
	control_bench_look(&bench);
}

static uint32_t unclear_count(void)
{
	uint32_t count = 0;
	for (enum reason r = 0; r < REASON_COUNT; r++)
		if (reason_is_unclear(r))
			count += bench.world.desired->by_reason[r];
	return count;
}

static void everything_that_is_unclear_is_listed(void **state)
{
	(void)state;
	json_t *whole, *each;
	size_t i;
	long long sum = 0;
	add_unclear(3);
	const json_t *reply = ask("Refusals", CALL("Refusals"), &whole);
	assert_int_equal(number(reply, "total"), unclear_count());
	assert_int_equal(length(reply, "refusals"), unclear_count());
	assert_true(is_null(reply, "next"));
	json_array_foreach(json_object_get(reply, "counts"), i, each)
	{
		sum += number(each, "count");
	}
	assert_int_equal(sum, number(reply, "total"));
	assert_int_equal(number(pick(reply, "counts", "code", "number-malformed"), "count"), 3);
	const json_t *date = pick(reply, "refusals", "code", "date-malformed");
	assert_string_equal(text(date, "value"), "31/12");
	assert_string_equal(text(json_object_get(date, "person"), "vo_id"), "vo-dag");
	assert_non_null(strstr(text(date, "contact"), "head local administrator"));
	assert_true(text(date, "entry")[0] != '\0');
	const json_t *unknown = pick(reply, "refusals", "code", "institution-unknown");
	assert_int_equal(number(unknown, "institution"), 4242);
	assert_string_equal(text(unknown, "role"), "beheerder");
	assert_true(is_null(unknown, "institution_name"));
	json_decref(whole);
}

static void only_some_of_it_is_listed(void **state)
{
	(void)state;
	json_t *whole;
	add_unclear(3);
	const json_t *reply = ask("Refusals", REFUSALS("{\"reason\":\"Number-Malformed\"}"), &whole);
	assert_int_equal(length(reply, "refusals"), 3);
	assert_int_equal(number(reply, "total"), unclear_count());
	json_decref(whole);
	reply = ask("Refusals", REFUSALS("{\"institution\":4242}"), &whole);
	assert_int_equal(length(reply, "refusals"), 1);
	json_decref(whole);
	reply = ask("Refusals", REFUSALS("{\"institution\":30569,\"reason\":\"institution-unknown\"}"), &whole);
	assert_int_equal(length(reply, "refusals"), 0);
	json_decref(whole);
	reply = ask("Refusals", REFUSALS("{\"institution\":4242,\"reason\":\"date-malformed\"}"), &whole);
	assert_int_equal(length(reply, "refusals"), 0); /* something else names it */
	json_decref(whole);
	expect_error(REFUSALS("{\"institution\":4243,\"reason\":\"date-malformed\"}"), INTERFACE_ERROR("NotFound"));
	reply = ask("Refusals", REFUSALS("{\"institution\":4243,\"after\":\"0.0.0\"}"), &whole);
	assert_int_equal(length(reply, "refusals"), 0); /* a page of a list that somebody began is one */
	json_decref(whole);
	expect_error(REFUSALS("{\"institution\":4243}"), INTERFACE_ERROR("NotFound"));
	expect_invalid(REFUSALS("{\"reason\":\"no-right\"}"), "reason");
	expect_invalid(REFUSALS("{\"reason\":\"request-malformed\"}"), "reason");
	expect_invalid(REFUSALS("{\"limit\":201}"), "limit");
	expect_invalid(REFUSALS("{\"institution\":1000000}"), "institution");
}

/* A number that a right names is explained, however unknown; one that is nowhere is a slip. */
static void why_at_an_institution_that_nobody_knows(void **state)
{
	(void)state;
	json_t *whole;
	world_source(&bench.world, "\nis: person\nuuid: 54\nvo-id: vo-zonder\ncn: Zonder\nsn: Zonder\nstate: actief\n");
	add_unclear(3);
	const json_t *reply = ask("Why", CALL_WITH("Why", "{\"person\":\"vo-weg\",\"institution\":4242}"), &whole);
	assert_string_equal(text(json_array_get(json_object_get(reply, "paths"), 0), "code"), "institution-unknown");
	json_decref(whole);
	reply = ask("Why", CALL_WITH("Why", "{\"person\":\"vo-weg\",\"institution\":30569}"), &whole);
	assert_string_equal(text(json_array_get(json_object_get(reply, "paths"), 0), "code"), "other-institution");
	json_decref(whole);
	reply = ask("Why", CALL_WITH("Why", "{\"person\":\"niemand\",\"institution\":4243}"), &whole);
	assert_false(is_true(reply, "found")); /* which is worse */
	json_decref(whole);
	reply = ask("Why",
		    CALL_WITH("Why", "{\"person\":\"vo-weg\",\"institution\":4242,\"role\":\"trajectbegeleider\"}"),
		    &whole); /* named in the other role */
	assert_string_equal(text(json_array_get(json_object_get(reply, "paths"), 0), "code"), "no-right");
	json_decref(whole);
	expect_error(CALL_WITH("Why", "{\"person\":\"vo-weg\",\"institution\":4243}"), INTERFACE_ERROR("NotFound"));
	expect_error(CALL_WITH("Why", "{\"person\":\"vo-weg\",\"institution\":4243,\"role\":\"beheerder\"}"),
		     INTERFACE_ERROR("NotFound"));
	expect_error(CALL_WITH("Why", "{\"person\":\"vo-jan\",\"institution\":4242}"), INTERFACE_ERROR("NotFound"));
	expect_error(CALL_WITH("Why", "{\"person\":\"vo-zonder\",\"institution\":4242}"), INTERFACE_ERROR("NotFound"));
}

/* One finding a page, and then as many as a page holds: the same list, none twice, none left out. */
static void pages_make_up_the_whole(void **state)
{
	(void)state;
	const json_t *last = NULL;
	add_unclear(450);
	for (long long limit = 1; limit <= 200; limit += 199) {
		char next[64] = "";
		long long seen = 0, pages = 0;
		do {
			json_t *whole, *parameters = json_pack("{s:I}", "limit", (json_int_t)limit);
			if (next[0] != '\0')
				json_object_set_new(parameters, "after", json_string(next));
			char *call = call_of("Refusals", parameters);
			const json_t *reply = ask("Refusals", call, &whole);
			seen += (long long)length(reply, "refusals");
			pages++;
			assert_true(pages <= unclear_count()); /* else it goes in a circle */
			last = json_object_get(reply, "next");
			snprintf(next, sizeof(next), "%s", json_is_string(last) ? json_string_value(last) : "");
			json_decref(whole);
			free(call);
		} while (next[0] != '\0');
		assert_int_equal(seen, unclear_count());
		assert_int_equal(pages, (unclear_count() + limit - 1) / limit);
	}
}

static void a_list_of_another_thought_is_not_gone_on_with(void **state)
{
	(void)state;
	json_t *whole;
	add_unclear(3);
	bench.view.thought = 7;
	const json_t *reply = ask("Refusals", REFUSALS("{\"limit\":1}"), &whole);
	const char *next = text(reply, "next");
	assert_int_equal(strncmp(next, "7.", 2), 0);
	char *call = call_of("Refusals", json_pack("{s:s}", "after", next));
	bench.view.thought = 8;
	expect_error(call, INTERFACE_ERROR("OrderRefused"));
	bench.view.thought = 7;
	json_decref(whole);
	assert_int_equal(length(ask("Refusals", call, &whole), "refusals"), unclear_count() - 1);
	json_decref(whole);
	free(call);
	static const char *const odd[] = {"", "7", "7.1", "7.1.x", "x.1.1", "7.-1.1", "7.1.1.1", "7.9999999999.1"};
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		call = call_of("Refusals", json_pack("{s:s}", "after", odd[i]));
		expect_invalid(call, "after");
		free(call);
	}
	assert_int_equal(length(ask("Refusals", REFUSALS("{\"after\":\"7.99999999.0\"}"), &whole), "refusals"), 0);
	json_decref(whole);
	bench.view.explain = NULL;
	expect_error(CALL("Refusals"), INTERFACE_ERROR("NotReady"));
}

/* Computed: no number whose check digits are right stands in the tree. */
static void make_national_number(char out[12])
{
	const unsigned nine = 850730033;
	snprintf(out, 12, "%09u%02u", nine, 97 - nine % 97);
}

static void a_national_number_is_hidden(void **state)
{
	(void)state;
	char number[12], text_of_source[160], *all;
	json_t *whole;
	make_national_number(number);
	snprintf(text_of_source, sizeof(text_of_source),
		 "\nis: person\nuuid: 51\nvo-id: vo-x\ncn: X\nsn: X\nstate: actief\nright: WerkplekDuaalGebruiker-x:%s",
		 number);
	world_source(&bench.world, text_of_source);
	world_think(&bench.world);
	control_bench_look(&bench);
	const json_t *reply = ask("Refusals", CALL("Refusals"), &whole);
	const json_t *unclear = pick(reply, "refusals", "code", "number-malformed");
	assert_string_equal(text(unclear, "value"), "WerkplekDuaalGebruiker-x:***********");
	all = json_dumps(reply, 0);
	assert_null(strstr(all, number));
	free(all);
	json_decref(whole);
}

static void what_is_long_is_cut(void **state)
{
	(void)state;
	json_t *whole;
	char value[3000] = "right: WerkplekDuaalGebruiker-x:";
	memset(value + strlen(value), 'y', sizeof(value) - 1 - strlen(value));
	value[sizeof(value) - 1] = '\0';
	world_source(&bench.world, "\nis: person\nuuid: 51\nvo-id: vo-x\ncn: X\nsn: X\nstate: actief\n");
	world_source(&bench.world, value);
	world_think(&bench.world);
	control_bench_look(&bench);
	const json_t *reply = ask("Refusals", CALL("Refusals"), &whole);
	const char *shown = text(pick(reply, "refusals", "code", "number-malformed"), "value");
	assert_int_equal(strlen(shown), ANSWER_WORDS_MAX + 3);
	json_decref(whole);
}

static void words_are_reasons_that_occur(void **state)
{
	(void)state;
	json_t *whole;
	add_unclear(1);
	const json_t *words = json_object_get(
		ask("Words", CALL_WITH("Words", "{\"kind\":\"reasons\",\"begin\":\"number\"}"), &whole), "words");
	assert_int_equal(json_array_size(words), 1);
	assert_string_equal(json_string_value(json_array_get(words, 0)), "number-malformed");
	json_decref(whole);
	words = json_object_get(ask("Words", CALL_WITH("Words", "{\"kind\":\"reasons\",\"begin\":\"grant-\"}"), &whole),
				"words");
	assert_int_equal(json_array_size(words), 0);
	json_decref(whole);
	bench.view.explain = NULL;
	words = json_object_get(ask("Words", CALL_WITH("Words", "{\"kind\":\"reasons\"}"), &whole), "words");
	assert_int_equal(json_array_size(words), 0);
	json_decref(whole);
}

/* ---- frozen ----------------------------------------------------------------------------------------- */

static void freeze(uint32_t id, uint32_t place, int64_t until_s)
{
	struct past_freeze freeze = {
		.id = id, .number = place, .by = 1000, .since_s = 1793869000, .until_s = until_s, .said = "fusie"};
	assert_int_equal(past_set_freeze(&bench.world.past, &freeze), 0);
}

/* A freeze may be ordered before either directory shows the institution, and the status sends people here. */
static void a_frozen_institution_that_nobody_shows_is_told(void **state)
{
	(void)state;
	json_t *whole;
	expect_error(CALL_WITH("Institution", "{\"number\":99999}"), INTERFACE_ERROR("NotFound"));
	freeze(1, 99999, INT64_MAX);
	freeze(2, 4243, 5);
	freeze(3, 0, INT64_MAX);
	const json_t *reply = ask("Institution", CALL_WITH("Institution", "{\"number\":99999}"), &whole);
	assert_string_equal(text(reply, "code"), "institution-unknown");
	assert_int_equal(length(reply, "freezes"), 2);
	assert_non_null(pick(reply, "freezes", "reason", "fusie"));
	json_decref(whole);
	expect_error(CALL_WITH("Institution", "{\"number\":4243}"), INTERFACE_ERROR("NotFound")); /* it is over */
	expect_error(CALL_WITH("Institution", "{\"number\":4244}"),
		     INTERFACE_ERROR("NotFound")); /* all are, no word of it */
	reply = ask("Institution", CALL_WITH("Institution", "{\"number\":30569}"), &whole);
	assert_int_equal(length(reply, "freezes"), 1);
	assert_true(is_null(json_array_get(json_object_get(reply, "freezes"), 0), "institution"));
	json_decref(whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(everything_that_is_unclear_is_listed),
		T(only_some_of_it_is_listed),
		T(why_at_an_institution_that_nobody_knows),
		T(pages_make_up_the_whole),
		T(a_list_of_another_thought_is_not_gone_on_with),
		T(a_national_number_is_hidden),
		T(what_is_long_is_cut),
		T(words_are_reasons_that_occur),
		T(a_frozen_institution_that_nobody_shows_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
