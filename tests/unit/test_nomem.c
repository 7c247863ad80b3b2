/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_nomem.c - I21: out of memory gives no plan, never a shorter one.
 *
 * Each golden story, at its beginning and after each of its steps, is thought through again with the first request for memory failing,
 * then the second, and so on until all of them succeed: policy, plan, guard, holds, and what people are told about it. Each time the
 * answer is ERR_NOMEM and no result. A failure that is swallowed would be an answer built on less. The sanitizers look for leaks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/identity.h"
#include "core/refusals.h"
#include "core_golden.h"
#include "core_stories.h"
#include "failing_memory.h"

/* One way to use the core, in an arena of its own. */
typedef int (*use_fn)(struct world *w, struct arena *arena);

static int think(struct world *w, struct arena *arena)
{
	struct err err = {0};
	struct desired *desired = NULL;
	struct plan *plan = NULL;
	struct guard_verdict verdict;
	struct plan_input in = w->plan_input;
	int e = policy_apply(&w->policy_input, arena, &desired, &err);
	if (e < 0) {
		assert_null(desired);
		return e;
	}
	in.desired = desired;
	e = plan_build(&in, arena, &plan, &err);
	if (e < 0) {
		assert_null(plan);
		return e;
	}
	e = guard_judge(plan, &in, &w->guard, &w->guard_past, w->now_s, arena, &verdict, &err);
	if (e == 0)
		e = holds_match(plan, &in, &w->guard, &w->guard_past, w->now_s, arena, &verdict, &err);
	if (e == 0)
		e = flat_follow(plan, &in, &verdict, &err);
	if (e == 0) {
		assert_memory_equal(plan->digest, w->plan->digest, sizeof(plan->digest));
		assert_int_equal(verdict.go, w->verdict.go);
		assert_int_equal(verdict.opened_count, w->verdict.opened_count);
	}
	return e;
}

static int explain_one(struct world *w, struct text who, uint32_t person, struct arena *arena)
{
	struct err err = {0};
	struct explanation *explanation = NULL;
	const struct explain_input in = {.plan_input = &w->plan_input, .plan = w->plan, .verdict = &w->verdict};
	int e = explain_person(&in, who, person, 0, UINT8_MAX, arena, &explanation, &err);
	if (e < 0)
		assert_null(explanation);
	else
		assert_non_null(explanation->summary);
	return e;
}

static int explain_all(struct world *w, struct arena *arena)
{
	int e = explain_one(w, text_of("nobody"), NONE, arena);
	for (uint32_t i = 0; i < w->source_read->people_count && e == 0; i++)
		e = explain_one(w, text_of("somebody"), i, arena);
	for (uint32_t i = 0; i < w->target_read->people_count && e == 0; i++)
		e = explain_one(w, entry_value(w->target_read->people[i].entry, FIELD_VO_ID), NONE, arena);
	return e;
}

static int identify_all(struct world *w, struct arena *arena)
{
	struct change_id id;
	int e = 0;
	(void)arena;
	for (uint32_t i = 0; i < w->plan->change_count && e == 0; i++)
		e = change_identify(&w->plan_input, &w->plan->changes[i], &id);
	for (size_t i = 0; i < w->past.hold_count && e == 0; i++) {
		struct past_hold hold = w->past.holds[i];
		hold.ops = arena_copy_array(&w->arena, hold.ops, hold.op_count, sizeof(*hold.ops));
		e = hold.ops == NULL ? ERR_NOMEM : hold_renew_evidence(w->plan, &w->plan_input, &hold);
	}
	return e;
}

static void count_refusal(void *ctx, const struct refusal *refusal)
{
	((uint32_t *)ctx)[refusal->reason]++;
}

static int refuse_all(struct world *w, struct arena *arena)
{
	uint32_t told[REASON_COUNT] = {0};
	struct refusals *refusals = NULL;
	int e = refusals_begin(&w->policy_input, w->desired, arena, count_refusal, told, &refusals);
	for (uint32_t i = 0; i < refusals_places(w->policy_input.source) && e == 0; i++)
		e = refusals_of(refusals, i);
	refusals_end(refusals);
	for (enum reason r = 0; r < REASON_COUNT && e == 0; r++)
		if (reason_is_unclear(r))
			assert_int_equal(told[r], w->desired->by_reason[r]);
	return e;
}

static uint32_t tried;

static void fail_each(struct world *w, use_fn use)
{
	for (uint32_t n = 1;; n++) {
		struct arena arena;
		arena_init(&arena, 0);
		memory_fails_at(n);
		int e = use(w, &arena);
		bool failed = memory_failed();
		memory_fails_at(0);
		arena_done(&arena);
		if (!failed) {
			assert_int_equal(e, 0);
			return;
		}
		if (e != ERR_NOMEM)
			fail_msg("request %u found no memory, and the answer was %d", (unsigned)n, e);
		tried++;
	}
}

static void fail_all(struct world *w)
{
	fail_each(w, think);
	fail_each(w, explain_all);
	fail_each(w, identify_all);
	fail_each(w, refuse_all);
}

static void story(void **state)
{
	static char text[65536];
	char *then = text;
	struct world w;
	golden_load(&w, *state);
	world_think(&w);
	fail_all(&w);
	if (golden_file(*state, "then", text, sizeof(text)))
		for (char *key, *value; golden_step(&then, &key, &value);) {
			world_step(&w, key, value);
			fail_all(&w);
		}
	world_done(&w);
	assert_true(tried > 100);
}

/* ---- what a story meets too late to be the first of its kind ----------------------------------------- */

/* Lists grow by doubling: only the first of a kind is sure to ask for memory. Each of these is the first. */
#define TB    "trajectbegeleider"
#define ANNA  PERSON("11", "anna", RIGHT(TB, "10"))
#define PLACE OUR_SCHOOL("10") OUR_PERSON("anna", "11")

static const struct first {
	const char *what, *source, *target, *past, *settings;
} firsts[] = {
	{"actions of a group changed by hand", SCHOOL("1", "10") ANNA,
	 PLACE "is: group\nnumber: 10\nrole: " TB "\nwriter: cn=admin,dc=app\nmember: uid=anna\n",
	 "owned: 10 " TB " uid=anna 11 held", ""},
	{"a value of somebody who had the name before", SCHOOL("1", "10") ANNA,
	 PLACE OUR_GUIDES("10") "member: uid=anna\n", "owned: 10 " TB " uid=anna 99 held", ""},
	{"a member taken out by hand", SCHOOL("1", "10") ANNA, PLACE OUR_GUIDES("10"),
	 "owned: 10 " TB " uid=anna 11 held", ""},
	{"a member taken out by somebody known", SCHOOL("1", "10") ANNA, PLACE OUR_GUIDES("10"),
	 "owned: 10 " TB " uid=anna 11 held\ndrift: 1 removed-by-hand 10 " TB " uid=anna 11 5 99 -", ""},
	{"a vo-id that changed", SCHOOL("1", "10") PERSON("11", "nieuw", RIGHT(TB, "10")), PLACE OUR_GUIDES("10"), "",
	 ""},
	{"a stranger among the members", SCHOOL("1", "10") ANNA,
	 PLACE OUR_PERSON("ghost", "99") OUR_GUIDES("10") "member: uid=anna\nmember: uid=ghost\n",
	 "owned: 10 " TB " uid=anna 11 held", ""},
	{"more excludes than may go", SCHOOL("1", "10") ANNA,
	 PLACE "is: override\nvo-id: anna\nnumber: 10\nrole: " TB
	       "\neffect: exclude\nreason: x\nuntil: 20261201090000Z\nwritten: 20261101090000Z\n\n" OUR_GUIDES(
		       "10") "member: uid=anna\n",
	 "owned: 10 " TB " uid=anna 11 held", "removals: 0"},
	{"values of a flat group that follow nothing", SCHOOL("1", "10") PERSON("11", "anna", "AnderRecht:1"),
	 OUR_PERSON("anna", "11") "is: flat\nrole: " TB "\nmember: uid=anna\n",
	 "owned: 16777215 " TB " uid=anna 11 held", "flat-roles: yes\nremovals: 0"},
	{"an entry made for somebody who is not shown", SCHOOL("1", "10") ANNA,
	 OUR_SCHOOL("10") OUR_PERSON("anna", "99"), "", ""},
	{"a value by hand of somebody whose grant is not shown", SCHOOL("1", "10") PERSON("11", "anna", "AnderRecht:1"),
	 PLACE OUR_GUIDES("10") "member: uid=anna\n", "grant: 31 11 10 " TB, "values: no"},
	{"a member of an institution that is not admitted",
	 "is: institution\nuuid: 1\nnumber: 10\nname: S\nkind: secundair onderwijs\nstate: actief\naudience: "
	 "OV\n\n" ANNA,
	 PLACE OUR_GUIDES("10") "member: uid=anna\n", "owned: 10 " TB " uid=anna 11 held", ""},
	{"a removal while the scope changed", SCHOOL("1", "10") PERSON("11", "anna", "AnderRecht:1"),
	 PLACE OUR_GUIDES("10") "member: uid=anna\n", "owned: 10 " TB " uid=anna 11 held", "scope: changed"},
	{"a removal while the source is not read", SCHOOL("1", "10") PERSON("11", "anna", "AnderRecht:1"),
	 PLACE OUR_GUIDES("10") "member: uid=anna\n", "owned: 10 " TB " uid=anna 11 held", "source: unread"},
	{"an end while no source was read", SCHOOL("1", "10"), PLACE OUR_GUIDES("10") "member: uid=anna\n",
	 "owned: 10 " TB " uid=anna 11 held\nseen: 11 20261104 48 1\nlast-complete: 7", "source: never-read"},
	{"a removal of a source that went back", SCHOOL("1", "10") PERSON("11", "anna", "AnderRecht:1"),
	 PLACE OUR_GUIDES("10") "member: uid=anna\n", "owned: 10 " TB " uid=anna 11 held", "went-back: yes"},
	{"a removal of a source that shrank", SCHOOL("1", "10") PERSON("11", "anna", "AnderRecht:1"),
	 PLACE OUR_GUIDES("10") "member: uid=anna\n", "owned: 10 " TB " uid=anna 11 held\nsource-people: 100", ""},
	{"more removals at an institution than may go", SCHOOL("1", "10") PERSON("11", "anna", "AnderRecht:1"),
	 PLACE OUR_GUIDES("10") "member: uid=anna\n", "owned: 10 " TB " uid=anna 11 held", "institution-removals: 0"},
	{"more removals than may go in all", SCHOOL("1", "10") PERSON("11", "anna", "AnderRecht:1"),
	 PLACE OUR_GUIDES("10") "member: uid=anna\n", "owned: 10 " TB " uid=anna 11 held", "removals: 0"},
	{"a request that lapses soon",
	 "is: institution\nuuid: 1\nnumber: 10\nname: S\nkind: volwassenenonderwijs\nstate: actief\naudience: OV\n",
	 "is: request\nnumber: 10\nuntil: 20261106090000Z\n", "", ""},
	{"a value of a group that is gone", SCHOOL("1", "10") PERSON("11", "anna", "AnderRecht:1"), OUR_SCHOOL("10"),
	 "owned: 10 " TB " uid=anna 11 held", ""},
	{"a value that is gone, and what gave it not shown", SCHOOL("1", "10") PERSON("11", "anna", "AnderRecht:1"),
	 PLACE OUR_GUIDES("10"), "owned: 10 " TB " uid=anna 11 held\ngrant: 31 11 10 " TB, "values: no"},
	{"more entries of people without access than may go", SCHOOL("1", "10") ANNA, OUR_PERSON("ghost", "99"), "",
	 "people-retention: 1\nremovals: 0"},
};

/* Those whom nobody needs were told of long ago. */
static void let_idle(struct world *w)
{
	world_think(w);
	for (uint32_t i = 0; i < w->plan->idle_count; i++) {
		const struct past_idle idle = {.entry = w->plan->idle[i].entry, .since_s = 1};
		assert_int_equal(past_set_idle(&w->past, &idle), 0);
	}
}

static void first_of_its_kind(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++) {
		struct world w;
		world_init(&w);
		world_settings(&w, firsts[i].settings);
		world_source(&w, firsts[i].source);
		world_target(&w, firsts[i].target);
		world_past(&w, "first-contact: no");
		world_past(&w, firsts[i].past);
		for (size_t k = 0; k < w.past.drift_count; k++)
			w.past.drifts[k].author = strdup("cn=admin,dc=app");
		print_message("%s\n", firsts[i].what);
		if (w.settings.people_retention_s == 3600)
			let_idle(&w);
		world_think(&w);
		fail_all(&w);
		world_done(&w);
	}
}

int main(void)
{
	const struct CMUnitTest also = cmocka_unit_test(first_of_its_kind);
	return golden_run("nomem", story, &also);
}
