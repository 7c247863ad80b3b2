/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_compose_nomem.c - I21 where operations are made: with any request for memory failing they are the same bytes, or there are none.
 *
 * The names grow from member to member, so that each may be the one for which there is no room.
 */
#include "unit.h"

#include "core_stories.h"
#include "failing_memory.h"
#include "run/compose.h"
#include "run_thought.h"

#define X8  "xxxxxxxx"
#define X32 X8 X8 X8 X8
#define X64 X32 X32

static struct world w;
static struct thought thought;
static struct group_now groups[8];

static int teardown(void **state)
{
	(void)state;
	world_done(&w);
	return 0;
}

static bool nothing(void *ctx, uint32_t change)
{
	(void)ctx;
	(void)change;
	return false;
}

/* All operations of all phases behind one another. */
static int compose(struct buf *out)
{
	struct compose c = {.groups = groups, .skip = nothing};
	struct operation op = {0};
	struct err err;
	int r = 0;
	for (enum phase phase = 0; phase < PHASES && r == 0; phase++) {
		compose_start(&c, &thought, phase);
		while ((r = compose_next(&c, &op, out, &err)) > 0)
			op.id++;
	}
	return r;
}

static void compare_all(void)
{
	bool failed = true;
	struct buf whole;
	thought = thought_of(&w);
	const struct target_snapshot *s = thought.plan_input.target;
	assert_true(s->group_count <= sizeof groups / sizeof groups[0]);
	for (uint32_t i = 0; i < s->group_count; i++)
		groups[i] = (struct group_now){.csn = s->groups[i].entry->csn, .members = s->groups[i].member_count};
	buf_init(&whole);
	assert_int_equal(compose(&whole), 0);
	assert_true(whole.len > 500);
	for (uint32_t n = 1; failed; n++) {
		struct buf out;
		buf_init(&out);
		memory_fails_at(n);
		int r = compose(&out);
		failed = memory_failed();
		memory_fails_at(0);
		assert_int_equal(r, failed ? ERR_NOMEM : 0);
		if (!failed) {
			assert_int_equal(out.len, whole.len);
			assert_memory_equal(out.at, whole.at, whole.len);
		}
		buf_done(&out);
	}
	buf_done(&whole);
}

static int setup(void **state)
{
	(void)state;
	world_init(&w);
	world_past(&w, "first-contact: no\n");
	world_source(&w, SCHOOL("1", "10"));
	world_source(&w, PERSON("11", "anna", RIGHT("trajectbegeleider", "10")));
	world_source(&w, PERSON("12", "bert" X32, RIGHT("trajectbegeleider", "10")));
	world_source(&w, PERSON("13", "carl" X64, RIGHT("trajectbegeleider", "10")));
	world_source(&w, PERSON("14", "dirk" X64 X64, RIGHT("trajectbegeleider", "10")));
	world_source(&w, PERSON("15", "elsa", RIGHT("trajectbegeleider", "77")));
	return 0;
}

static void what_is_made(void **state)
{
	(void)state;
	compare_all();
}

static void what_is_changed(void **state)
{
	(void)state;
	world_target(&w, OUR_SCHOOL("10"));
	world_target(&w, OUR_GUIDES("10") "member: uid=elsa\nmember: uid=filip" X64 X64 X64 "\n");
	world_target(&w, OUR_PERSON("elsa", "15"));
	world_past(&w, "owned: 10 trajectbegeleider uid=elsa 15 held\n");
	compare_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_made, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_changed, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
