/* SPDX-License-Identifier: EUPL-1.2 */
/* test_run_refused.c - one change that the server refuses keeps nobody else out, in this cycle and in later ones. */
#include "apply_bench.h"

#include <signal.h>

#include "base/log.h"

/* ---- a small world ------------------------------------------------------------------------------- */

static void a_guide(const char *uuid, const char *name)
{
	char line[400];
	snprintf(line, sizeof(line),
		 "is: person\nuuid: %s\nvo-id: %s\ncn: %s\nsn: %s\nstate: actief\n"
		 "right: WerkplekDuaalGebruiker-trajectbegeleider:10\n",
		 uuid, name, name, name);
	world_source(&w, line);
	snprintf(line, sizeof(line), "is: person\nvo-id: %s\ncn: %s\nsn: %s\nsource-uuid: %s\n", name, name, name,
		 uuid);
	world_target(&w, line);
}

/* Four who have an entry and become guides at the only school. */
static void four_guides(void)
{
	world_source(&w, SCHOOL("1", "10"));
	world_target(&w, OUR_SCHOOL("10"));
	a_guide("11", "anna");
	a_guide("12", "bert");
	a_guide("13", "carl");
	a_guide("14", "dora");
}

static void with_a_group(void)
{
	world_target(&w, OUR_GUIDES("10") "uuid: 50\n");
}

static void with_members(const char *const names[], uint32_t count)
{
	struct buf text;
	buf_init(&text);
	buf_format(&text, "%s", OUR_GUIDES("10") "uuid: 50\n");
	for (uint32_t i = 0; i < count; i++)
		buf_format(&text, "member: uid=%s\n", names[i]);
	world_target(&w, buf_string(&text));
	buf_done(&text);
}

static void loses_the_right(uint32_t uuid)
{
	record_set(&w, world_find(&w, true, uuid), FIELD_RIGHT, "WerkplekDuaalGebruiker-trajectbegeleider:77");
}

static uint32_t count_heard(const char *word)
{
	uint32_t n = 0;
	for (const char *at = heard; (at = strstr(at, word)) != NULL; at += strlen(word))
		n++;
	return n;
}

static const char *line_of(const char *from, const char *word)
{
	const char *at = from != NULL ? strstr(from, word) : NULL;
	while (at != NULL && at > heard && at[-1] != '\n')
		at--;
	return at;
}

static bool line_has(const char *line, const char *word)
{
	size_t len = strcspn(line, "\n");
	return memmem(line, len, word, strlen(word)) != NULL;
}

static void rounds(uint32_t most)
{
	for (uint32_t i = 0; apply_round() == 0; i++) {
		assert_true(i < most);
		if (apply.stopped)
			return;
	}
}

static void start_and_finish(void)
{
	struct err err = {0};
	events.finished = false;
	assert_int_equal(apply_start(&apply, &thought, &err), 0);
	RUN_UNTIL(events.finished);
}

static void next_cycle(void)
{
	events.closed = false;
	end_cycle();
	begin_cycle();
	write_file("heard", "");
	client_restart(&writer); /* what it heard before is elsewhere, and it reads the answers again */
}

/* ---- one value ----------------------------------------------------------------------------------- */

/* The first round says that one of four is bad, the second which. */
static void the_others_get_access_in_the_same_cycle(void **state)
{
	(void)state;
	four_guides();
	with_a_group();
	write_file("answers", "@uid=bert 19\n");
	assert_int_equal(apply_round(), 0);
	assert_int_equal(apply.counts.refused, 0);
	assert_int_equal(apply.counts.granted, 0);
	assert_true(apply.learnt);
	assert_int_equal(apply_round(), 0);
	assert_int_equal(apply.counts.granted, 3);
	assert_int_equal(apply.counts.refused, 1);
	assert_int_equal(count_heard("2 " GUIDES), 5);
	assert_non_null(strstr(apply.refusal.text, "member uid=bert"));
	assert_int_equal(owned("anna")->state, OWNED_HELD);
	assert_null(owned("bert"));
	assert_int_equal(apply_round(), ERR_NOT_FOUND);
}

/* Each of them asserts what the one before it made of the group. */
static void one_by_one_on_the_newest_group(void **state)
{
	long long us[6];
	uint32_t n = 0;
	(void)state;
	four_guides();
	with_a_group();
	write_file("answers", "@uid=bert 21\n");
	rounds(3);
	for (const char *at = heard; n < 5 && (at = strstr(at, "2 " GUIDES)) != NULL; at++)
		us[n++] = atoll(strchr(at, '<') + 1);
	assert_int_equal(n, 5);
	assert_int_equal(us[0], us[1]);   /* the whole, and anna */
	assert_int_equal(us[2], 5000001); /* bert, on what anna's made of it */
	assert_int_equal(us[3], 5000001); /* carl, on the same: bert's changed nothing */
	assert_int_equal(us[4], 5000002);
}

static void a_removal_too(void **state)
{
	(void)state;
	four_guides();
	for (uint32_t uuid = 11; uuid <= 14; uuid++)
		loses_the_right(uuid);
	with_members((const char *const[]){"anna", "bert", "carl"}, 3);
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 held\nowned: 10 trajectbegeleider uid=bert 12 held\n"
		       "owned: 10 trajectbegeleider uid=carl 13 held\n");
	thought = thought_of(&w);
	for (uint32_t i = 0; i < thought.plan->change_count; i++)
		thought.plan->changes[i].verdict = VERDICT_GO;
	write_file("answers", "@uid=anna 65\n");
	start_and_finish();
	assert_int_equal(apply.counts.revoked, 0);
	start_and_finish();
	assert_int_equal(apply.counts.revoked, 2);
	assert_int_equal(apply.counts.refused, 1);
	assert_int_equal(owned("anna")->state, OWNED_HELD);
	assert_int_equal(owned("carl")->state, OWNED_REMOVED);
}

/* A hundred: in parts first, so that it takes far fewer operations than there are people. */
static void a_large_group_comes_in_parts(void **state)
{
	char uuid[16], name[16];
	(void)state;
	world_source(&w, SCHOOL("1", "10"));
	world_target(&w, OUR_SCHOOL("10"));
	with_a_group();
	for (int i = 0; i < 100; i++) {
		snprintf(uuid, sizeof(uuid), "%d", 200 + i);
		snprintf(name, sizeof(name), "p%03d", i);
		a_guide(uuid, name);
	}
	write_file("answers", "@uid=p042 19\n");
	rounds(4);
	assert_int_equal(apply.counts.granted, 99);
	assert_int_equal(apply.counts.refused, 1);
	assert_in_range(count_heard("2 " GUIDES), 20, 30);
}

/* ---- over cycles --------------------------------------------------------------------------------- */

/* Known by now: the rest goes first and together, and the culprit costs one operation. */
static void the_next_cycle_asks_for_it_alone_and_last(void **state)
{
	(void)state;
	four_guides();
	with_a_group();
	write_file("answers", "@uid=bert 19\n");
	rounds(2);
	next_cycle();
	a_guide("15", "emma");
	a_guide("16", "fien");
	rounds(2);
	assert_int_equal(apply.counts.granted, 2);
	assert_int_equal(apply.counts.refused, 1);
	assert_int_equal(count_heard("2 " GUIDES), 2);
	assert_true(line_has(heard, "uid=emma") && line_has(heard, "uid=fien") && !line_has(heard, "uid=bert"));
	assert_non_null(line_of(heard, "uid=bert"));
}

static void it_is_forgiven_when_it_goes_through(void **state)
{
	(void)state;
	four_guides();
	with_a_group();
	write_file("answers", "@uid=bert 19\n@uid=carl 19\n");
	rounds(2);
	assert_int_equal(apply.counts.refused, 2);
	next_cycle();
	write_file("answers", "");
	rounds(2);
	assert_int_equal(apply.counts.refused, 0);
	assert_int_equal(apply.counts.granted, 2);
	assert_int_equal(owned("bert")->state, OWNED_HELD);
	next_cycle();
	for (uint32_t i = 0; i < apply.notes.count; i++)
		assert_int_equal(apply.note_items[i].suspect, 0);
}

/* One that goes through lets the others come as everybody else, also those for whom this cycle has no turn left. */
static void so_are_the_others(void **state)
{
	(void)state;
	four_guides();
	with_a_group();
	write_file("answers", "@uid=anna 19\n@uid=bert 19\n@uid=carl 19\n");
	rounds(2);
	assert_int_equal(apply.counts.refused, 3);
	next_cycle();
	write_file("answers", "@uid=bert 19\n");
	apply.refusals = 999;
	rounds(3);
	assert_int_equal(apply.counts.granted, 2);
	assert_int_equal(apply.counts.refused, 1);
	assert_int_equal(owned("carl")->state, OWNED_HELD);
}

/* A person's entry that is refused by itself is a suspect, too, and whoever needs it waits with it. */
static void what_needs_a_suspect_comes_after_it(void **state)
{
	(void)state;
	a_group_for_anna_and_bert();
	write_file("answers", "uid=anna 50\n");
	rounds(2);
	next_cycle();
	world_source(&w, PERSON("13", "carl", RIGHT("trajectbegeleider", "10")));
	write_file("answers", "");
	rounds(3);
	const char *carl = strstr(heard, "1 uid=carl"), *anna = strstr(heard, "1 uid=anna");
	assert_true(carl != NULL && anna > carl);
	assert_non_null(strstr(anna, "2 " GUIDES));
	assert_int_equal(apply.counts.granted, 2);
}

/* ---- a new group --------------------------------------------------------------------------------- */

/* The group is made with one who goes through; the others follow. */
static void a_new_group_is_made_with_somebody_else(void **state)
{
	(void)state;
	four_guides();
	write_file("answers", "@uid=anna 19\n");
	assert_int_equal(apply_round(), 0); /* all */
	assert_int_equal(apply_round(), 0); /* anna */
	assert_int_equal(apply.counts.refused, 1);
	assert_int_equal(apply_round(), 0); /* bert */
	assert_int_equal(apply.counts.granted, 1);
	assert_int_equal(count_heard("1 " GUIDES), 3);
	with_members((const char *const[]){"bert"}, 1);
	world_past(&w, "owned: 10 trajectbegeleider uid=bert 12 held\n");
	rounds(2);
	assert_int_equal(apply.counts.granted, 3);
	assert_int_equal(apply.counts.refused, 1);
}

/* The group itself is what is refused: it is not tried with each of a hundred. */
static void a_group_that_is_refused_for_itself(void **state)
{
	(void)state;
	four_guides();
	a_guide("15", "emma");
	a_guide("16", "fien");
	write_file("answers", GUIDES " 19\n");
	for (int cycle = 0; cycle < 3; cycle++) {
		rounds(5);
		assert_in_range(count_heard("1 " GUIDES), 1, 4);
		assert_int_equal(apply.counts.granted, 0);
		next_cycle();
	}
	write_file("answers", "");
	assert_int_equal(apply_round(), 0);
	assert_true(apply.counts.granted > 0);
}

/* ---- the server fails ---------------------------------------------------------------------------- */

/* 80 over one value: the round ends at once, and the cycle finds the culprit all the same. */
static void a_value_that_the_server_fails_over(void **state)
{
	(void)state;
	four_guides();
	with_a_group();
	write_file("answers", "@uid=bert 80\n");
	assert_int_equal(apply_round(), 0);
	assert_true(apply.halted);
	assert_false(apply.stopped);
	assert_int_equal(owned("anna")->state, OWNED_INTENDED); /* perhaps it was written */
	rounds(3);
	assert_false(apply.stopped);
	assert_int_equal(apply.counts.granted, 3);
	assert_int_equal(apply.counts.refused, 1);
	next_cycle();
	a_guide("15", "emma");
	rounds(2);
	assert_int_equal(apply.counts.granted, 1);
	assert_true(line_has(heard, "uid=emma") && !line_has(heard, "uid=bert"));
}

/* 80 over everything: a few times, and then it takes nothing. */
static void a_server_that_fails_over_everything(void **state)
{
	(void)state;
	four_guides();
	a_guide("15", "emma");
	a_guide("16", "fien");
	a_guide("17", "gust");
	with_a_group();
	write_file("answers", GUIDES " 80\n");
	rounds(10);
	assert_true(apply.stopped);
	assert_int_equal(apply.counts.granted, 0);
	assert_int_equal(apply.refusal.code != 0, true);
	assert_int_equal(count_heard("2 " GUIDES), 6);
}

/* ---- bounds and counts --------------------------------------------------------------------------- */

/* A server that refuses everything is not asked for every value by itself. */
static void refusals_are_bounded(void **state)
{
	(void)state;
	four_guides();
	with_a_group();
	write_file("answers", GUIDES " 50\n");
	apply.refusals = 1000;
	rounds(1);
	assert_int_equal(apply.counts.refused, 1);
	assert_int_equal(count_heard("2 " GUIDES), 1);
	next_cycle();
	assert_int_equal(apply_round(), 0);
	assert_int_equal(apply.counts.refused, 0);
	apply.refusals = 1000;
	rounds(1);
	next_cycle();
	apply.refusals = 999; /* in the last turn, too */
	rounds(1);
	assert_int_equal(count_heard("2 " GUIDES), 1);
}

static struct change *change_about(const char *name)
{
	for (uint32_t i = 0; i < thought.plan->change_count; i++) {
		struct change *c = &thought.plan->changes[i];
		struct intent intent;
		struct buf scratch;
		buf_init(&scratch);
		compose_intent(&thought, i, &scratch, &intent);
		bool found = text_equal(intent.person, text_of(name));
		buf_done(&scratch);
		if (found)
			return c;
	}
	return NULL;
}

static void removals_are_recorded_with_their_sort(void **state)
{
	(void)state;
	four_guides();
	a_guide("15", "emma");
	for (uint32_t uuid = 11; uuid <= 15; uuid++)
		loses_the_right(uuid);
	with_members((const char *const[]){"anna", "bert", "carl", "dora", "emma"}, 5);
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 held\nowned: 10 trajectbegeleider uid=bert 12 held\n"
		       "owned: 10 trajectbegeleider uid=carl 13 held\nowned: 10 trajectbegeleider uid=dora 14 held\n"
		       "owned: 10 trajectbegeleider uid=emma 15 held\n");
	thought = thought_of(&w);
	for (uint32_t i = 0; i < thought.plan->change_count; i++)
		thought.plan->changes[i].verdict = VERDICT_GO;
	change_about("anna")->rule = R_RULE_APPROVED;
	change_about("bert")->reason = R_EXCLUDED;
	change_about("carl")->cause = R_CAUSE_DRIFT;
	change_about("dora")->cause = R_CAUSE_SCHEDULED;
	start_and_finish();
	assert_int_equal(apply.counts.revoked, 5);
	assert_int_equal(w.past.removal_count, 5);
	uint32_t sorts = 0;
	for (size_t i = 0; i < w.past.removal_count; i++)
		sorts |= 1u << w.past.removals[i].sort;
	assert_int_equal(sorts, 1u << REMOVAL_ORDINARY | 1u << REMOVAL_APPROVED | 1u << REMOVAL_EXCLUDED |
					1u << REMOVAL_DRIFT | 1u << REMOVAL_BY_DATE);
}

static void grants_by_date_and_approved_ones_are_not_ordinary(void **state)
{
	(void)state;
	four_guides();
	with_a_group();
	thought = thought_of(&w);
	change_about("anna")->by_date = true;
	change_about("bert")->rule = R_RULE_APPROVED;
	start_and_finish();
	assert_int_equal(apply.counts.granted, 4);
	assert_int_equal(apply.counts.ordinary_grants, 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(the_others_get_access_in_the_same_cycle),
		TEST(one_by_one_on_the_newest_group),
		TEST(a_removal_too),
		TEST(a_large_group_comes_in_parts),
		TEST(the_next_cycle_asks_for_it_alone_and_last),
		TEST(it_is_forgiven_when_it_goes_through),
		TEST(so_are_the_others),
		TEST(what_needs_a_suspect_comes_after_it),
		TEST(a_new_group_is_made_with_somebody_else),
		TEST(a_group_that_is_refused_for_itself),
		TEST(a_value_that_the_server_fails_over),
		TEST(a_server_that_fails_over_everything),
		TEST(refusals_are_bounded),
		TEST(removals_are_recorded_with_their_sort),
		TEST(grants_by_date_and_approved_ones_are_not_ordinary),
	};
	(void)argc;
	if (strcmp(argv[0], "duaal-target") == 0)
		return bench_target();
	signal(SIGPIPE, SIG_IGN);
	log_open(LOG_SINK_STDERR, 1, "", 0);
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
