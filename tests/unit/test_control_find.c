/* SPDX-License-Identifier: EUPL-1.2 */
/* test_control_find.c - who has a national number: what the host is asked, what is answered, and how often anybody may ask. */
#include "unit.h"

#include <unistd.h>

#include "control/search_budget.h"
#include "control_ask.h"
#include "core_stories.h"
#include "national.h"

#define FIND(n) national(CALL_WITH("FindPerson", "{\"number\":\"" n "\"}"))
#define NUMBER  "850730033##"
#define HOUR_MS (INT64_C(3600) * 1000)

static const struct person_found stranger = {.uuid = {{[15] = 0x77}}, .vo_id = {"vo-\x1b", 4}, .source = "source"};
static const struct person_found keyless = {.uuid = {{[15] = 0x78}}, .source = "source"};

static void tell(const struct person_found *people, uint32_t count, uint32_t total)
{
	bench.found = (struct people_found){.sought = true, .people = people, .count = count, .total = total};
}

static void whoever_is_found_is_named_as_he_was_read(void **state)
{
	(void)state;
	json_t *whole;
	const struct source_snapshot *source = bench.view.explain->plan_input->policy->source;
	uint32_t jan = source_person_by_vo_id(source, text_of("vo-jan"));
	const struct person_found all[] = {
		{source->people[jan].entry->uuid, text_of("vo-jan-now"), "basis"}, stranger, keyless};
	tell(all, 3, 30);
	const json_t *reply = ask("FindPerson", FIND("85.07.30-033.##"), &whole);
	assert_string_equal(bench.sought, national(NUMBER));
	assert_int_equal(bench.sought_by, geteuid());
	assert_int_equal(number(reply, "total"), 30);
	assert_int_equal(length(reply, "candidates"), 3);
	const json_t *one = json_array_get(json_object_get(reply, "candidates"), 0);
	assert_string_equal(text(one, "vo_id"), "vo-jan");
	assert_string_equal(text(one, "mail"), "jan@school.example");
	assert_string_equal(text(one, "source"), "basis");
	assert_true(is_true(one, "has_right"));
	one = json_array_get(json_object_get(reply, "candidates"), 1);
	assert_string_equal(text(one, "vo_id"), "vo-\\x1B");
	assert_true(is_null(one, "uid") && !is_true(one, "has_right"));
	assert_true(is_null(json_array_get(json_object_get(reply, "candidates"), 2), "vo_id"));
	json_decref(whole);
}

static void nobody_is_an_empty_list(void **state)
{
	(void)state;
	json_t *whole;
	const json_t *reply = ask("FindPerson", FIND(" 85 07 30 033 ## "), &whole);
	assert_int_equal(number(reply, "total"), 0);
	assert_int_equal(length(reply, "candidates"), 0);
	json_decref(whole);
}

static void what_is_no_number_is_not_sought(void **state)
{
	(void)state;
	const char *const calls[] = {FIND(""),
				     FIND("jan"),
				     FIND("85073003329"),
				     FIND("850730033281"),
				     FIND("850730033##)(uid=*"),
				     national(CALL_WITH("FindPerson", "{\"number\":850730033##}")),
				     CALL("FindPerson")};
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		expect_invalid(calls[i], "number");
	assert_int_equal(bench.searches, 0);
}

static void before_the_first_cycle_nobody_is_sought(void **state)
{
	(void)state;
	bench.view.explain = NULL;
	expect_error(FIND(NUMBER), INTERFACE_ERROR("NotReady"));
	assert_int_equal(bench.searches, 0);
}

static void expect_refused(const char *code, const char *what)
{
	json_t *reply = peer_ask(&peer, FIND(NUMBER));
	check_error(reply, INTERFACE_ERROR("OrderRefused"));
	assert_string_equal(text(json_object_get(reply, "parameters"), "code"), code);
	assert_non_null(strstr(text(json_object_get(reply, "parameters"), "what"), what));
	json_decref(reply);
}

static void what_fails_says_why(void **state)
{
	(void)state;
	bench.found = (struct people_found){.code = ORDER_FAILED, .trouble = "source: no answer\n"};
	expect_refused("failed", "source: no answer\\x0A");
	bench.found = (struct people_found){.code = ORDER_REFUSED, .trouble = "no source is configured"};
	expect_refused("refused", "no source is configured");
}

/* Without the setting, or while another one is served: whoever asks has as many left as before. */
static void what_is_not_sought_costs_nothing(void **state)
{
	(void)state;
	bench.found = (struct people_found){.code = ORDER_FAILED, .trouble = "another search"};
	for (int i = 0; i < SEARCH_ALL_BURST + 1; i++)
		expect_refused("failed", "another search");
	tell(NULL, 0, 0);
	json_t *whole;
	ask("FindPerson", FIND(NUMBER), &whole);
	json_decref(whole);
	assert_int_equal(bench.searches, SEARCH_ALL_BURST + 2);
}

static void so_many_at_once_and_no_more(void **state)
{
	(void)state;
	tell(NULL, 0, 0);
	for (int i = 0; i < SEARCH_BURST; i++) {
		json_t *whole;
		ask("FindPerson", FIND(NUMBER), &whole);
		json_decref(whole);
	}
	expect_refused("refused", "too many searches");
	expect_invalid(FIND("85073003329"), "number"); /* costs nothing, and says nothing about the other */
	assert_int_equal(bench.searches, SEARCH_BURST);
}

static void ask_and_leave(void)
{
	struct peer p = peer_open(bench.loop, bench.path);
	bench.searches = 0;
	bench.left = NULL;
	peer_say(&p, FIND(NUMBER));
	while (bench.searches == 0)
		turn(bench.loop, 1);
	assert_null(bench.left);
	peer_close(&p);
	while (bench.left == NULL)
		turn(bench.loop, 1);
	assert_ptr_equal(bench.left, bench.found_call);
}

/* The host hears of it, and answers in any case: then or later. */
static void whoever_leaves_is_told_nothing(void **state)
{
	(void)state;
	bench.later = true;
	ask_and_leave();
	bench.found_done(bench.found_call, &bench.found);
	bench.ends_if_left = true;
	ask_and_leave();
	json_decref(peer_ask(&peer, CALL("Status")));
}

/* ---- the budget --------------------------------------------------------------------------------------- */

static int take(struct search_budget *budgets, uid_t uid, int64_t now_ms, int tries)
{
	int taken = 0;
	for (int i = 0; i < tries; i++)
		taken += search_budget_take(budgets, uid, now_ms);
	return taken;
}

static void a_budget_comes_back_slowly(void **state)
{
	(void)state;
	struct search_budget budgets[SEARCH_BUDGETS] = {0};
	assert_int_equal(take(budgets, 1000, HOUR_MS, 20), SEARCH_BURST);
	assert_int_equal(take(budgets, 1000, HOUR_MS + SEARCH_EVERY_MS - 1, 20), 0);
	assert_int_equal(take(budgets, 1000, HOUR_MS + SEARCH_EVERY_MS, 20), 1);
	assert_int_equal(take(budgets, 1000, HOUR_MS + 3 * SEARCH_EVERY_MS, 20), 2);
	assert_int_equal(take(budgets, 1000, 100 * HOUR_MS, 20), SEARCH_BURST); /* and never more */
	assert_int_equal(take(budgets, 0, 200 * HOUR_MS, 20), SEARCH_BURST);    /* root too */
}

static void what_is_given_back_may_be_taken_again(void **state)
{
	(void)state;
	struct search_budget budgets[SEARCH_BUDGETS] = {0};
	search_budget_give_back(budgets, 1000, HOUR_MS); /* of nothing: nobody has more than the whole */
	assert_int_equal(take(budgets, 1000, HOUR_MS, 20), SEARCH_BURST);
	search_budget_give_back(budgets, 1000, HOUR_MS);
	assert_int_equal(take(budgets, 1000, HOUR_MS, 20), 1);
	assert_int_equal(take(budgets, 1001, HOUR_MS, 20), SEARCH_ALL_BURST - SEARCH_BURST);
	search_budget_give_back(budgets, 1000, HOUR_MS);
	assert_int_equal(take(budgets, 1000, HOUR_MS, 20), 1); /* of all together, too */
}

static void each_user_has_one_and_all_have_one(void **state)
{
	(void)state;
	struct search_budget budgets[SEARCH_BUDGETS] = {0};
	assert_int_equal(take(budgets, 1000, HOUR_MS, 20), SEARCH_BURST);
	assert_int_equal(take(budgets, 1001, HOUR_MS, 3), 3);
	assert_int_equal(take(budgets, 1002, HOUR_MS, 20), SEARCH_ALL_BURST - SEARCH_BURST - 3);
	assert_int_equal(take(budgets, 1003, HOUR_MS, 1), 0);
	assert_int_equal(take(budgets, 1003, HOUR_MS + SEARCH_ALL_EVERY_MS, 2), 1);
	assert_int_equal(take(budgets, 1000, HOUR_MS + 2 * SEARCH_ALL_EVERY_MS, 1),
			 0); /* what is refused costs nobody anything */
	assert_int_equal(take(budgets, 1001, HOUR_MS + 2 * SEARCH_ALL_EVERY_MS, 1), 1);
}

/* Who comes when all places are taken shares the last one. */
static void more_users_than_places_share_one(void **state)
{
	(void)state;
	struct search_budget budgets[SEARCH_BUDGETS] = {0};
	const int places = SEARCH_BUDGETS - 2;
	int64_t now_ms = HOUR_MS;
	for (int user = 0; user < places; user++)
		assert_int_equal(take(budgets, (uid_t)(1000 + user), now_ms, 1), 1);
	int shared = 0;
	for (int user = 0; user < 2 * SEARCH_BURST; user++) {
		for (int place = 0; place < places; place++) /* keeps its place in use */
			budgets[1 + place].at_ms = now_ms;
		budgets[0].used_ms = 0;
		shared += take(budgets, (uid_t)(5000 + user), now_ms, 1);
	}
	assert_int_equal(shared, SEARCH_BURST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(whoever_is_found_is_named_as_he_was_read),
		T(nobody_is_an_empty_list),
		T(what_is_no_number_is_not_sought),
		T(before_the_first_cycle_nobody_is_sought),
		T(what_fails_says_why),
		T(what_is_not_sought_costs_nothing),
		T(so_many_at_once_and_no_more),
		T(whoever_leaves_is_told_nothing),
		cmocka_unit_test(a_budget_comes_back_slowly),
		cmocka_unit_test(what_is_given_back_may_be_taken_again),
		cmocka_unit_test(each_user_has_one_and_all_have_one),
		cmocka_unit_test(more_users_than_places_share_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
