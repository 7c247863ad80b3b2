/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_run_undo.c - I21 where a cycle is undone: with any request for memory failing it is the same undo, or it is refused as a whole.
 *
 * The ledger's answer and the record of the order are the test's own. The DNs have letters outside of ASCII, so that to compare them
 * takes memory, too.
 */
#include "unit.h"

#include "base/clock.h"
#include "core/plan.h"
#include "core_stories.h"
#include "failing_memory.h"
#include "run/orders_parts.h"
#include "run_thought.h"

#define ZOE "uid=zo\xc3\xab," WORLD_PEOPLE
#define KIM "uid=kim," WORLD_PEOPLE
#define ANN "uid=ann\xc3\xa9," WORLD_PEOPLE

static struct world w;
static struct thought thought;
static struct run run;
static struct given *given; /* as it went to the record */

void __wrap_order_decide(struct run *about, struct given *g);
void __wrap_ledger_questions_ask(struct ledger_questions *q, const struct ledger_question *question,
				 void (*done)(void *ctx, const struct ledger_answer *answer), void *ctx);

void __wrap_order_decide(struct run *about, struct given *g)
{
	assert_ptr_equal(about, &run);
	given = g;
}

/* Zoe was taken out and is, and so is Kim, whom the read does not show any more; Ann was taken out and is there again. */
void __wrap_ledger_questions_ask(struct ledger_questions *q, const struct ledger_question *question,
				 void (*done)(void *ctx, const struct ledger_answer *answer), void *ctx)
{
	const struct past_change changes[] = {{.cycle = 3,
					       .number = 10,
					       .kind = CHANGE_MEMBER_REMOVE,
					       .role = 0,
					       .source = world_uuid(12),
					       .value = text_of(ZOE),
					       .person = text_of("zoe"),
					       .name = text_of("Zoe")},
					      {.cycle = 3,
					       .number = 10,
					       .kind = CHANGE_MEMBER_REMOVE,
					       .role = 0,
					       .source = world_uuid(13),
					       .value = text_of(KIM),
					       .person = text_of("kim"),
					       .name = text_of("Kim")},
					      {.cycle = 3,
					       .number = 10,
					       .kind = CHANGE_MEMBER_REMOVE,
					       .role = 0,
					       .source = world_uuid(11),
					       .value = text_of(ANN),
					       .person = text_of("ann"),
					       .name = text_of("Ann")}};
	const struct ledger_answer answer = {.changes = changes, .change_count = 3};
	(void)q;
	assert_int_equal(question->number, 3);
	done(ctx, &answer);
}

static int setup(void **state)
{
	(void)state;
	world_init(&w);
	world_source(&w, SCHOOL("1", "10"));
	world_source(&w, PERSON("11", "ann", RIGHT("trajectbegeleider", "10")));
	world_source(&w, PERSON("12", "zoe", RIGHT("beheerder", "10")));
	world_target(&w, OUR_SCHOOL("10"));
	world_target(&w, OUR_GUIDES("10") "member: " ANN "\n");
	thought = thought_of(&w);
	run.thought = thought;
	run.past.last_cycle = 3;
	run.config.names = &w.names;
	run.source = w.source_read;
	run.target = w.target_read;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_done(&w);
	return 0;
}

static void undo(struct given *g)
{
	*g = (struct given){.order = {.kind = ORDER_UNDO,
				      .id = 3,
				      .role = UINT8_MAX,
				      .person = NONE,
				      .reason = "a slip",
				      .until_s = clock_wall_s() + 3600}};
	given = NULL;
	arena_init(&g->arena, 0);
	undo_look(&run, g);
	assert_ptr_equal(given, g);
}

static void it_is_whole_or_refused(void **state)
{
	bool failed = true;
	uint32_t refused = 0;
	(void)state;
	for (uint32_t n = 1; failed; n++) {
		struct given g;
		memory_fails_at(n);
		undo(&g);
		failed = memory_failed();
		memory_fails_at(0);
		if (failed) {
			assert_int_equal(g.result.code, ORDER_FAILED);
			assert_non_null(strstr(g.sentence.in[LANGUAGE_ENGLISH], "out of memory: nothing was done"));
			refused++;
		} else {
			assert_int_equal(g.result.code, ORDER_DONE);
			assert_int_equal(g.pin_count, 2);
			assert_int_equal(g.asked_count, 1);
			const struct uuid zoe = world_uuid(12), kim = world_uuid(13);
			assert_true(uuid_equal(&g.pins[0].person, &zoe) && g.pins[0].present);
			assert_true(uuid_equal(&g.pins[1].person, &kim) && g.pins[1].present);
			assert_int_equal(g.left_count, 1);
			assert_int_equal(g.left[0].reason, R_CHANGED_SINCE);
			assert_string_equal(g.left[0].name, "Ann");
			assert_string_equal(g.left[0].vo_id, "ann");
		}
		arena_done(&g.arena);
	}
	assert_true(refused > 4);
}

/* Of many in one cycle it was proven only that no read shows them with the right: whether they are there at all is asked. */
static void who_is_proven_without_the_right_is_asked_for(void **state)
{
	struct source_snapshot source = *w.source_read;
	struct uuid gone = world_uuid(13);
	struct given g;
	(void)state;
	source.absent = &gone;
	source.absent_count = 1;
	run.source = &source;
	undo(&g);
	run.source = w.source_read;
	assert_int_equal(g.pin_count, 2);
	assert_int_equal(g.asked_count, 1);
	arena_done(&g.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(it_is_whole_or_refused),
					   cmocka_unit_test(who_is_proven_without_the_right_is_asked_for)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
