/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_window.c - what holds for every history: random ones, from a printed seed (DUAAL_SEED repeats it).
 *
 * Schools live through some days: people leave and come back, overrides exclude some, others are added by hand, holds are opened,
 * decided, expire, and the process starts again with another key. Whatever happens, what goes by itself stays within the
 * limits of the rolling window, and what was listed goes only when somebody said so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/identity.h"
#include "core_world.h"

#define HISTORIES 60
#define POLLS     14
#define ROUNDS    6
#define SCHOOLS   5

static uint64_t seed, chance;

static uint32_t below(uint32_t limit)
{
	chance = chance * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(chance >> 33) % limit;
}

/* ---- a world ------------------------------------------------------------------------------------- */

static const char *const roles[] = {"trajectbegeleider", "beheerder"};

static void add_person(struct world *w, uint32_t id, uint32_t number, uint32_t role)
{
	char text[256];
	snprintf(text, sizeof(text),
		 "is: person\nuuid: %u\nvo-id: p%u\ncn: p\nsn: p\nstate: actief\nright: WerkplekDuaalGebruiker-%s:%u\n",
		 id, id, roles[role], number);
	world_source(w, text);
}

/* Filled, released, and with an empty window. People are number * 100 + role * 50 + n. */
static void make_schools(struct world *w)
{
	char text[256];
	world_init(w);
	for (uint32_t number = 1; number <= SCHOOLS; number++) {
		snprintf(text, sizeof(text),
			 "is: institution\nuuid: %u\nnumber: %u\nkind: syntra\nstate: actief\naudience: OV\n", number,
			 number);
		world_source(w, text);
		for (uint32_t role = 0; role < 2; role++)
			for (uint32_t i = below(14); i > 0; i--)
				add_person(w, number * 100 + role * 50 + i, number, role);
	}
	world_cycle(w);
	w->now_s += 48 * 3600;
	w->guard.removals = 4 + below(8);
	w->guard.removals_percent = 2 + below(20);
	w->guard.institution_removals = 1 + below(3);
	w->guard.halved_percent = 30 + below(40);
	w->guard.shrink_percent = 100;
}

static struct record *any_person(struct world *w)
{
	struct record *record = &w->source[below((uint32_t)w->source_count)];
	return record->kind == ENTRY_PERSON ? record : NULL;
}

static uint32_t id_of_person(const struct record *record)
{
	return (uint32_t)record->uuid.bytes[14] << 8 | record->uuid.bytes[15];
}

static void leave(struct world *w, struct record *person)
{
	record_set(w, person, FIELD_RIGHT, "AnderRecht:1");
}

static void come_back(struct world *w, struct record *person)
{
	uint32_t id = id_of_person(person);
	char right[128];
	snprintf(right, sizeof(right), "WerkplekDuaalGebruiker-%s:%u", roles[id % 100 / 50], id / 100);
	record_set(w, person, FIELD_RIGHT, right);
}

/* Its end date came, and had stood there for long. */
static void end_by_date(struct world *w, struct record *person)
{
	struct seen_entry seen = {.uuid = person->uuid, .begin_day = DAY_NONE, .begin_since_s = 1, .end_since_s = 1};
	record_set(w, person, FIELD_END, "20261101");
	assert_true(date_parse(text_of("20261101"), DATE_DAY, &w->zone, &seen.end_day));
	assert_int_equal(past_set_seen(&w->past, &seen), 0);
}

static void exclude(struct world *w, const struct record *person)
{
	uint32_t id = id_of_person(person);
	char text[256];
	snprintf(text, sizeof(text),
		 "is: override\nvo-id: p%u\nnumber: %u\nrole: %s\neffect: exclude\nvalid-until: 20270101000000Z\n", id,
		 id / 100, roles[id % 100 / 50]);
	world_target(w, text);
}

static void add_by_hand(struct world *w)
{
	struct record *group = &w->target[below((uint32_t)w->target_count)];
	char dn[64];
	snprintf(dn, sizeof(dn), "cn=hand%u,dc=app", w->next_uuid++);
	if (group->kind != ENTRY_GROUP || group->gone || group->count > WORLD_FIELDS - 4)
		return;
	group->at[group->count].field = FIELD_MEMBER;
	group->at[group->count++].value = arena_copy(&w->texts, text_of(dn));
}

/* Something happens between two polls. */
static void live(struct world *w, uint32_t leavers)
{
	for (uint32_t i = below(leavers); i > 0; i--) {
		struct record *person = any_person(w);
		if (person == NULL)
			continue;
		switch (below(12)) {
		case 0: come_back(w, person); break;
		case 1: end_by_date(w, person); break;
		case 2: exclude(w, person); break;
		case 3: add_by_hand(w); break;
		default: leave(w, person);
		}
	}
}

static void decide(struct world *w, uint32_t out_of)
{
	for (size_t i = 0; i < w->past.hold_count; i++)
		if (w->past.holds[i].state == HOLD_OPEN && below(out_of) == 0)
			world_decide(w, w->past.holds[i].id, below(2) == 0 ? HOLD_APPROVED : HOLD_REJECTED);
}

/* ---- what must hold ------------------------------------------------------------------------------- */

struct counts {
	uint32_t halved_percent;
	uint32_t total, excludes;                                        /* in the window */
	uint32_t institution[SCHOOLS + 1];                               /* ordinary and approved */
	uint32_t group[SCHOOLS + 1][2];                                  /* all but by hand */
	uint32_t now[SCHOOLS + 1], now_group[SCHOOLS + 1][2], now_total; /* of these, ordinary and just now */
	uint32_t all_now_group[SCHOOLS + 1][2]; /* just now, of every sort that the group feels */
};

static void count_removal(const struct world *w, const struct past_removal *removal, struct counts *ret)
{
	bool drift = removal->sort == REMOVAL_DRIFT, approved = removal->sort == REMOVAL_APPROVED;
	bool excluded = removal->sort == REMOVAL_EXCLUDED, ordinary = removal->sort == REMOVAL_ORDINARY;
	ret->total += ordinary || drift;
	ret->excludes += excluded;
	ret->institution[removal->number] += ordinary || approved;
	ret->group[removal->number][removal->role] += !drift;
	if (removal->at_s == w->now_s)
		ret->all_now_group[removal->number][removal->role] += !drift;
	if (removal->at_s != w->now_s || !ordinary)
		return;
	ret->now[removal->number]++;
	ret->now_group[removal->number][removal->role]++;
	ret->now_total++;
}

/* Members of each group when the cycle began; what was added by hand is none. */
struct standing_groups {
	uint32_t members[SCHOOLS + 1][2];
};

static void read_groups(const struct world *w, struct standing_groups *ret)
{
	*ret = (struct standing_groups){0};
	for (uint32_t g = 0; g < w->target_read->group_count; g++) {
		const struct target_group *group = &w->target_read->groups[g];
		for (uint32_t i = group->first_member; i < group->first_member + group->member_count; i++)
			ret->members[group->number][group->role] += w->target_read->members[i].person != NONE;
	}
}

/* Who came in during the cycle is one of those that the group would have without its losses. */
static void check_group(const struct standing_groups *then, const struct standing_groups *now, uint32_t number,
			uint32_t role, const struct counts *c)
{
	uint32_t gone = c->group[number][role], just_gone = c->all_now_group[number][role];
	uint32_t began = then->members[number][role] + gone - just_gone, ended = now->members[number][role] + gone;
	uint32_t before = began > ended ? began : ended;
	if (c->now_group[number][role] == 0 || before < 2)
		return;
	assert_true(just_gone < then->members[number][role] || now->members[number][role] > 0 || began < 2);
	assert_true(gone * 100 <= before * c->halved_percent || began < 2);
}

/* released: the largest base that may have been allowed for. */
static void check_window(struct world *w, const struct standing_groups *then, uint32_t released)
{
	struct counts c = {.halved_percent = w->guard.halved_percent};
	struct standing_groups now;
	uint32_t share = released * w->guard.removals_percent / 100;
	for (size_t i = 0; i < w->past.removal_count; i++)
		if (w->past.removals[i].at_s > w->now_s - w->guard.window_s)
			count_removal(w, &w->past.removals[i], &c);
	read_groups(w, &now);
	if (c.now_total > 0)
		assert_true(c.total <= w->guard.removals);
	assert_true(c.excludes <= w->guard.removals);
	for (uint32_t number = 1; number <= SCHOOLS; number++)
		if (c.now[number] > 0 && c.institution[number] > w->guard.institution_removals)
			assert_true(c.total <= share);
	for (uint32_t i = 2; i < 2 * (SCHOOLS + 1); i++)
		check_group(then, &now, i / 2, i % 2, &c);
}

static bool is_listed(const struct world *w, const struct change *change, const struct past_hold *hold)
{
	struct change_id id;
	assert_int_equal(change_identify(&w->plan_input, change, &id), 0);
	const struct hold_op *op = hold_op_find(hold, &id);
	if (op == NULL || (change->reason == R_EXCLUDED && op->reason != R_EXCLUDED))
		return false;
	return hold->state != HOLD_REJECTED || op->evidence == change_evidence(&w->plan_input, change);
}

/* By itself goes nothing that somebody was asked about, or rejected; and "approved" is said of nothing that was not listed. */
static void check_listed(const struct world *w, const struct change *change)
{
	bool approved = false;
	for (size_t i = 0; i < w->past.hold_count; i++) {
		const struct past_hold *hold = &w->past.holds[i];
		if (!is_listed(w, change, hold))
			continue;
		approved |= hold->state == HOLD_APPROVED;
		if (change->rule != R_RULE_APPROVED)
			assert_false(hold->state == HOLD_REJECTED ||
				     (hold->state == HOLD_OPEN && rule_is_sticky((enum reason)hold->rule)));
	}
	if (change->rule == R_RULE_APPROVED)
		assert_true(approved);
}

static void check_round(const struct world *w)
{
	for (uint32_t i = 0; i < w->plan->removals; i++)
		if (w->plan->changes[i].verdict == VERDICT_GO)
			check_listed(w, &w->plan->changes[i]);
}

static void cycle(struct world *w)
{
	for (int round = 0; round < ROUNDS; round++) {
		world_think(w);
		check_round(w);
		if (w->verdict.go == 0)
			break;
		world_apply(w);
	}
	assert_int_equal(w->verdict.go, 0);
	world_carry(w);
}

static void each_history(void (*check)(struct world *))
{
	chance = seed;
	for (int i = 0; i < HISTORIES; i++) {
		struct world w;
		make_schools(&w);
		check(&w);
		world_done(&w);
	}
}

/* ---- the properties ------------------------------------------------------------------------------- */

static void living(struct world *w)
{
	uint32_t released = w->past.released_members;
	struct standing_groups then;
	for (int poll = 0; poll < POLLS; poll++) {
		uint8_t key[16] = {(uint8_t)below(256), (uint8_t)poll};
		live(w, 12);
		if (below(4) == 0)
			world_restart(w, key);
		world_think(w);
		read_groups(w, &then);
		cycle(w);
		check_window(w, &then, released);
		if (w->past.released_members > released)
			released = w->past.released_members;
		decide(w, 4);
		w->now_s += below(4) == 0 ? 26 * 3600 : below(9 * 3600);
	}
}

static void the_window_bounds_every_history(void **state)
{
	(void)state;
	each_history(living);
}

/* However a mass removal is split, nobody being asked, what goes in the days that follow is what the first window allowed. */
static void splitting(struct world *w)
{
	uint32_t go = 0, share = w->past.released_members * w->guard.removals_percent / 100;
	uint32_t most = share > w->guard.removals ? share : w->guard.removals;
	for (size_t i = 0; i < w->source_count; i++)
		if (w->source[i].kind == ENTRY_PERSON)
			leave(w, &w->source[i]);
	for (int poll = 0; poll < POLLS; poll++) {
		cycle(w);
		w->now_s += 20 * 3600; /* beyond the window, and beyond 72 hours */
	}
	for (size_t i = 0; i < w->past.removal_count; i++)
		go += w->past.removals[i].sort == REMOVAL_ORDINARY;
	assert_true(go <= most);
}

static void a_mass_removal_does_not_trickle(void **state)
{
	(void)state;
	each_history(splitting);
}

#define VERDICTS_MAX 1024

struct kept {
	struct change_id id;
	uint8_t verdict;
};

static uint32_t keep_verdicts(const struct world *w, struct kept *out)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < w->plan->change_count && count < VERDICTS_MAX; i++) {
		assert_int_equal(change_identify(&w->plan_input, &w->plan->changes[i], &out[count].id), 0);
		out[count++].verdict = w->plan->changes[i].verdict;
	}
	return count;
}

/* Whose removal is planned already: another word of the source would be a change of evidence, not one removal more. */
static bool is_leaving(const struct world *w, const struct record *person)
{
	for (uint32_t i = 0; i < w->plan->removals; i++) {
		const struct uuid who = change_who(&w->plan_input, &w->plan->changes[i]);
		if (uuid_equal(&who, &person->uuid))
			return true;
	}
	return false;
}

/* Some history first, with holds open, approved and rejected; then the same moment with more removals. */
static void removing_more(struct world *w)
{
	static struct kept before[VERDICTS_MAX], after[VERDICTS_MAX];
	for (int poll = 0; poll < 3; poll++) {
		live(w, 20);
		cycle(w);
		decide(w, 2);
		w->now_s += below(30 * 3600);
	}
	live(w, 20);
	world_think(w);
	uint32_t count = keep_verdicts(w, before);
	for (uint32_t i = below(20); i > 0; i--) {
		struct record *person = any_person(w);
		if (person != NULL && !is_leaving(w, person))
			leave(w, person);
	}
	world_think(w);
	uint32_t more = keep_verdicts(w, after);
	for (uint32_t a = 0; a < count; a++)
		for (uint32_t b = 0; before[a].verdict == VERDICT_HOLD && b < more; b++)
			if (change_id_compare(&before[a].id, &after[b].id) == 0)
				assert_int_equal(after[b].verdict, VERDICT_HOLD);
}

static void more_removals_never_soften_a_verdict(void **state)
{
	(void)state;
	each_history(removing_more);
}

/* Up to the limit of grants, new people come in whatever else is held. */
static void granting(struct world *w)
{
	for (int poll = 0; poll < 4; poll++) {
		uint32_t id = 1 + below(SCHOOLS), role = below(2);
		live(w, 30);
		add_person(w, id * 100 + role * 50 + 40 + (uint32_t)poll, id, role);
		world_think(w);
		for (uint32_t i = w->plan->removals; i < w->plan->change_count; i++)
			assert_int_equal(w->plan->changes[i].verdict, VERDICT_GO);
		cycle(w);
		w->now_s += below(30 * 3600);
	}
}

static void grants_never_wait_for_a_hold(void **state)
{
	(void)state;
	each_history(granting);
}

/* Approving a hold lets exactly what it lists go, and it goes. */
static void approving(struct world *w)
{
	live(w, 60);
	cycle(w);
	for (size_t i = 0; i < w->past.hold_count; i++)
		if (below(2) == 0)
			world_decide(w, w->past.holds[i].id, HOLD_APPROVED);
	live(w, 10);
	world_think(w);
	for (uint32_t i = 0; i < w->plan->removals; i++) {
		const struct change *change = &w->plan->changes[i];
		bool approved = false;
		for (size_t k = 0; k < w->past.hold_count; k++)
			approved |= w->past.holds[k].state == HOLD_APPROVED && is_listed(w, change, &w->past.holds[k]);
		assert_int_equal(change->rule == R_RULE_APPROVED, approved);
		assert_true(!approved || change->verdict == VERDICT_GO);
	}
}

static void approval_lets_exactly_what_is_listed_go(void **state)
{
	(void)state;
	each_history(approving);
}

static void shuffle(struct record *records, size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t other = below((uint32_t)i);
		struct record swap = records[i - 1];
		records[i - 1] = records[other];
		records[other] = swap;
	}
}

/* The same people in another order, and a process that was started again: the same holds, to the last byte. */
static void reordering(struct world *w)
{
	static struct past_hold before[64];
	const uint8_t key[16] = {(uint8_t)below(256), 7};
	struct arena kept;
	live(w, 60);
	world_think(w);
	uint32_t count = w->verdict.opened_count;
	assert_true(count <= 64);
	arena_init(&kept, 0);
	for (uint32_t i = 0; i < count; i++) {
		before[i] = w->verdict.opened[i];
		before[i].ops = arena_array(&kept, before[i].op_count, sizeof(*before[i].ops));
		memcpy(before[i].ops, w->verdict.opened[i].ops, before[i].op_count * sizeof(*before[i].ops));
	}
	shuffle(w->source, w->source_count);
	shuffle(w->target, w->target_count);
	world_restart(w, key);
	world_think(w);
	assert_int_equal(w->verdict.opened_count, count);
	for (uint32_t i = 0; i < count; i++) {
		const struct past_hold *hold = &w->verdict.opened[i];
		assert_memory_equal(hold->digest, before[i].digest, sizeof(hold->digest));
		assert_int_equal(hold->rule, before[i].rule);
		assert_int_equal(hold->op_count, before[i].op_count);
		for (uint32_t k = 0; k < hold->op_count; k++)
			assert_int_equal(hold->ops[k].evidence, before[i].ops[k].evidence);
	}
	arena_done(&kept);
}

static void the_order_of_input_does_not_matter(void **state)
{
	(void)state;
	each_history(reordering);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_window_bounds_every_history),
		cmocka_unit_test(a_mass_removal_does_not_trickle),
		cmocka_unit_test(more_removals_never_soften_a_verdict),
		cmocka_unit_test(grants_never_wait_for_a_hold),
		cmocka_unit_test(approval_lets_exactly_what_is_listed_go),
		cmocka_unit_test(the_order_of_input_does_not_matter),
	};
	const char *given = getenv("DUAAL_SEED");
	seed = given != NULL ? strtoull(given, NULL, 10) : 20261126;
	printf("# seed %llu: DUAAL_SEED repeats it\n", (unsigned long long)seed);
	return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
