/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_any_world.c - what holds in every world, however odd: entries that nobody of ours made, records that contradict each other,
 * decisions about what is gone.
 *
 * Where test_properties makes sound worlds and compares them with a model, these are made of everything that the entries, the ledger
 * and the settings can say. Each is thought through, carried into later cycles with decisions between them, and explained; now and
 * then a request for memory fails. Always the same worlds; DUAAL_SEED gives others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "any_world.h"
#include "core/judge.h"
#include "core/refusals.h"
#include "failing_memory.h"

#define WORLDS        1200
#define WORLDS_OF_TWO 300 /* sources */
#define CYCLES        3

/* ---- what holds --------------------------------------------------------------------------------------- */

/* I5, I6: out goes only what stands in a group of ours that nobody protects, and that is ours, was added by hand, or is
 * excluded by name. */
static void check_removal(const struct world *w, const struct change *c)
{
	const struct target_member *value = &w->target_read->members[c->member];
	const struct target_group *group = &w->target_read->groups[c->target];
	assert_true(group->ours);
	assert_false(group->protected);
	assert_false(value->person != NONE && w->target_read->people[value->person].protected);
	if (past_owned(&w->past, &group->entry->uuid, value->key) != NULL || c->cause == R_CAUSE_DRIFT ||
	    c->reason == R_EXCLUDED)
		return;
	assert_int_equal(c->reason, R_DRIFT_ADOPTED); /* nobody knows whose: a person decides */
	assert_true(c->verdict == VERDICT_HOLD || c->rule == R_RULE_APPROVED);
}

/* Does a role group of ours keep this value when everything that may go has gone? */
static bool keeps(const struct world *w, uint32_t group, uint32_t member)
{
	for (uint32_t i = 0; i < w->plan->change_count; i++) {
		const struct change *c = &w->plan->changes[i];
		if (c->kind == CHANGE_MEMBER_REMOVE && c->target == group && c->member == member &&
		    c->verdict == VERDICT_GO)
			return false;
	}
	return true;
}

/* Who has a role at some institution, as the target will say it. */
static bool has_role_after(const struct world *w, struct text vo_id, uint32_t target_person, uint8_t role)
{
	for (uint32_t i = 0; i < w->plan->change_count; i++) {
		const struct change *c = &w->plan->changes[i];
		if (c->kind == CHANGE_MEMBER_ADD && c->verdict == VERDICT_GO && c->role == role &&
		    c->number != NUMBER_EVERYWHERE &&
		    text_equal(vo_id, entry_value(w->source_read->people[c->person].entry, FIELD_VO_ID)))
			return true;
	}
	for (uint32_t g = 0; g < w->target_read->group_count && target_person != NONE; g++) {
		const struct target_group *group = &w->target_read->groups[g];
		for (uint32_t i = 0; i < group->member_count; i++)
			if (group->ours && group->role == role && group->number != NUMBER_EVERYWHERE &&
			    group->number != 0 &&
			    w->target_read->members[group->first_member + i].person == target_person &&
			    keeps(w, g, group->first_member + i))
				return true;
	}
	return false;
}

/* A flat group gains nobody who has the role nowhere, and loses nobody who still has it. */
static void check_flat(const struct world *w, const struct change *c)
{
	if (c->verdict != VERDICT_GO)
		return;
	if (c->kind == CHANGE_MEMBER_REMOVE) {
		uint32_t person = w->target_read->members[c->member].person;
		assert_true(person == NONE || !has_role_after(w, text_of("-"), person, c->role));
	} else if (c->kind == CHANGE_MEMBER_ADD) {
		const struct text vo_id = entry_value(w->source_read->people[c->person].entry, FIELD_VO_ID);
		assert_true(has_role_after(w, vo_id, target_person_by_vo_id(w->target_read, vo_id), c->role));
	}
}

static void check_plan(const struct world *w)
{
	uint32_t judged[3] = {0};
	for (uint32_t i = 0; i < w->plan->change_count; i++) {
		const struct change *c = &w->plan->changes[i];
		judged[c->verdict]++;
		assert_true((c->verdict == VERDICT_GO) == (c->rule == R_RULE_NONE) || c->rule == R_RULE_APPROVED);
		if (c->number == NUMBER_EVERYWHERE)
			check_flat(w, c);
		if (c->kind == CHANGE_MEMBER_REMOVE)
			check_removal(w, c);
		else if (c->kind == CHANGE_MEMBER_ADD && c->number != NUMBER_EVERYWHERE)
			assert_int_not_equal(desired_membership_find(w->desired, w->source_read, c->number, c->role,
								     &w->source_read->people[c->person].entry->uuid),
					     NONE);
	}
	assert_int_equal(judged[VERDICT_GO], w->verdict.go);
	assert_int_equal(judged[VERDICT_HOLD], w->verdict.held);
	assert_int_equal(judged[VERDICT_REFUSE], w->verdict.refused);
}

static bool refuse(const void *ctx, uint32_t change)
{
	(void)ctx;
	return change % 3 == 0;
}

/* "why" says yes exactly where the policy does. */
static void check_answer(struct world *w, uint32_t person, uint32_t number, uint8_t asked)
{
	struct err err;
	struct explanation *why;
	const struct explain_input in = {.plan_input = &w->plan_input,
					 .plan = w->plan,
					 .verdict = &w->verdict,
					 .was_refused = rarely() ? refuse : NULL,
					 .refuses_all = rarely()};
	assert_int_equal(explain_person(&in, text_of(ONE_OF("P11", "p12", "P 13", "")), person, number, asked,
					&w->arena, &why, &err),
			 0);
	for (uint32_t i = 0; i < why->path_count && person != NONE; i++) {
		const struct path *path = &why->paths[i];
		const struct uuid *uuid = &w->source_read->people[person].entry->uuid;
		if (path->number != 0 && path->role < w->settings.role_count)
			assert_int_equal(path->granted,
					 desired_membership_find(w->desired, w->source_read, path->number, path->role,
								 uuid) != NONE);
	}
}

/* The same question without memory. */
static void check_silence(struct world *w)
{
	struct arena arena;
	struct err err;
	struct explanation *why;
	const struct explain_input in = {.plan_input = &w->plan_input, .plan = w->plan, .verdict = &w->verdict};
	arena_init(&arena, 0);
	memory_fails_at(1 + below(80));
	int e = explain_person(&in, text_of("p11"), below(w->source_read->people_count), 0, ROLE_NONE, &arena, &why,
			       &err);
	bool failed = memory_failed();
	memory_fails_at(0);
	assert_int_equal(e, failed ? ERR_NOMEM : 0);
	arena_done(&arena);
}

static void check_explanations(struct world *w)
{
	uint32_t found[2];
	for (uint32_t i = 0; i < w->source_read->people_count; i++)
		check_answer(w, i, 0, ROLE_NONE);
	check_answer(w, below(w->source_read->people_count), 1 + below(9), (uint8_t)below(2));
	check_answer(w, NONE, below(9), ROLE_NONE);
	(void)explain_find(w->source_read,
			   text_of(ONE_OF("p11", "P", " ", "P  11", "P 11", "login", "p12@EXAMPLE.org")), found, 2);
}

/* With request n for memory failing there is no result, and else the same one again. */
static void check_without(struct world *w, uint32_t n)
{
	struct arena arena;
	struct err err;
	struct desired *desired;
	struct plan *plan;
	struct guard_verdict verdict;
	struct plan_input in = w->plan_input;
	arena_init(&arena, 0);
	memory_fails_at(n);
	int e = policy_apply(&w->policy_input, &arena, &desired, &err);
	in.desired = desired;
	if (e == 0)
		e = plan_build(&in, &arena, &plan, &err);
	if (e == 0)
		e = guard_judge(plan, &in, &w->guard, &w->guard_past, w->now_s, &arena, &verdict, &err);
	if (e == 0)
		e = holds_match(plan, &in, &w->guard, &w->guard_past, w->now_s, &arena, &verdict, &err);
	if (e == 0)
		e = flat_follow(plan, &in, &verdict, &err);
	bool failed = memory_failed();
	assert_int_equal(e, failed ? ERR_NOMEM : 0);
	if (e == 0)
		assert_memory_equal(plan->digest, w->plan->digest, sizeof(plan->digest));
	arena_done(&arena);
}

static void check_memory(struct world *w)
{
	check_without(w, UINT32_MAX);
	uint32_t requests = memory_asked();
	for (int i = 0; i < 5; i++)
		check_without(w, 1 + below(requests));
	memory_fails_at(0);
}

static void count_told(void *ctx, const struct refusal *refusal)
{
	((uint32_t *)ctx)[refusal->reason]++;
}

static bool is_of_directives(enum reason reason)
{
	return reason == R_REQUEST_MALFORMED || reason == R_DIRECTIVE_VANISHED;
}

/* What is refused is found again, all of it, when somebody asks. */
static void check_refusals(struct world *w)
{
	uint32_t told[REASON_COUNT] = {0};
	struct refusals *refusals = NULL;
	struct arena arena;
	arena_init(&arena, 0);
	assert_int_equal(refusals_begin(&w->policy_input, w->desired, &arena, count_told, told, &refusals), 0);
	for (uint32_t i = refusals_places(w->policy_input.source); i > 0; i--)
		assert_int_equal(refusals_of(refusals, i - 1), 0);
	refusals_end(refusals);
	arena_done(&arena);
	for (enum reason r = 0; r < REASON_COUNT; r++) {
		const bool source = reason_kind(r) == REASON_DOUBT || reason_kind(r) == REASON_REFUSED;
		if (source && !is_of_directives(r))
			assert_int_equal(told[r], w->desired->by_reason[r]);
		assert_true(!reason_is_unclear(r) || source);
	}
}

static void look(struct world *w)
{
	world_think(w);
	check_plan(w);
	check_refusals(w);
	check_explanations(w);
	check_memory(w);
	for (int i = 0; i < 4; i++)
		check_silence(w);
}

static void go_on(struct world *w)
{
	world_apply(w);
	world_think(w);
	world_carry(w);
	if (w->past.hold_count > 0)
		world_decide(w, w->past.holds[below((uint32_t)w->past.hold_count)].id,
			     (enum hold_state[]){HOLD_APPROVED, HOLD_REJECTED, HOLD_ACCEPTED}[below(3)]);
	w->now_s += below(3) * 30 * 3600;
	any_world_past(w);
}

static void whatever_is_there(void **state)
{
	(void)state;
	for (int i = 0; i < WORLDS + WORLDS_OF_TWO; i++) {
		struct world w;
		any_world_two_sources(i >= WORLDS);
		world_init(&w);
		any_world_make(&w);
		for (int cycle = 0; cycle < CYCLES; cycle++) {
			look(&w);
			go_on(&w);
		}
		world_done(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(whatever_is_there)};
	const char *given = getenv("DUAAL_SEED");
	any_world_seed(given != NULL ? strtoull(given, NULL, 0) : 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
