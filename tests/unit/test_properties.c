/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_properties.c - what holds for every world: random ones, from a printed seed, against core_model.c.
 *
 * DUAAL_SEED repeats a run. Each world is made, filled, changed at random at the source and by hand at the
 * target, and thought through again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/judge.h"
#include "core/word.h"
#include "core_model.h"
#include "model/dn.h"

#define WORLDS 300

static uint64_t seed, chance;

static uint32_t below(uint32_t limit)
{
	chance = chance * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(chance >> 33) % limit;
}

static const char *one_of(const char *const *words, uint32_t count)
{
	return words[below(count)];
}

static const char *random_right(char out[128])
{
	static const char *const roles[] = {"trajectbegeleider", "beheerder", "trajectbegeleider,beheerder",
					    "Beheerder , directeur", "directeur"};
	static const uint8_t weights[] = {0, 0, 0, 1, 2, 3, 4};
	const char *role = below(3) > 0 ? roles[below(3)] : one_of(roles, 5);
	switch (weights[below(7)]) {
	case 0: snprintf(out, 128, "WerkplekDuaalGebruiker-%s:%u", role, 1 + below(6)); break;
	case 1: snprintf(out, 128, "werkplekduaalgebruiker-%s:0%u, 3", role, 1 + below(6)); break;
	case 2: snprintf(out, 128, "WerkplekDuaalGebruiker-%s:1x,%u", role, 1 + below(6)); break;
	case 3: snprintf(out, 128, "AnderRecht-%s:%u", role, 1 + below(6)); break;
	default: snprintf(out, 128, "WerkplekDuaalGebruiker-%s:%u,99", role, 1 + below(6)); break;
	}
	return out;
}

static void random_institution(struct world *w, uint32_t number)
{
	static const char *const kinds[] = {"secundair onderwijs", "secundair onderwijs", "volwassenenonderwijs",
					    "clb"};
	static const char *const programmes[] = {"goedgekeurd", "goedgekeurd", "goedgekeurd", "geweigerd"};
	char text[256];
	snprintf(text, sizeof(text),
		 "is: institution\nuuid: %u\nnumber: 00%u\nname: S\nkind: %s\nstate: actief\naudience: OV\nprogramme: "
		 "%s\n",
		 number, number, one_of(kinds, 4), one_of(programmes, 4));
	world_source(w, text);
}

static void random_person(struct world *w, uint32_t id)
{
	static const char *const states[] = {"actief", "actief", "actief", "actief", "uit dienst"};
	static const char *const ends[] = {"20261104", "20261105", "20270831", "binnenkort"};
	char text[640], right[128];
	int len = snprintf(text, sizeof(text), "is: person\nuuid: %u\nvo-id: p%u\ncn: P %u\nsn: P\nstate: %s\n", id,
			   below(20) == 0 ? id - 1 : id, id, one_of(states, 5));
	if (below(4) == 0)
		len += snprintf(text + len, sizeof(text) - (size_t)len, "end: %s\n", one_of(ends, 4));
	for (uint32_t rights = 1 + below(3); rights > 0; rights--)
		len += snprintf(text + len, sizeof(text) - (size_t)len, "right: %s\n", random_right(right));
	world_source(w, text);
}

static void random_world(struct world *w)
{
	world_init(w);
	for (uint32_t number = 1; number <= 5; number++)
		random_institution(w, number);
	for (uint32_t id = 11; id < 11 + 12 + below(12); id++)
		random_person(w, id);
	if (below(2) == 0)
		world_target(w, "is: request\nuuid: 900\nnumber: 2\n");
	if (below(2) == 0)
		world_target(w, "is: request\nuuid: 901\nnumber: 4\n");
}

/* What no rule of number holds, so that what is planned is what happens. */
static void open_guard(struct world *w)
{
	w->guard.institution_removals = w->guard.removals = 100000;
	w->guard.halved_percent = w->guard.shrink_percent = 100;
}

static void change_source(struct world *w)
{
	char right[128];
	for (size_t i = 0; i < w->source_count; i++) {
		struct record *record = &w->source[i];
		if (record->kind == ENTRY_PERSON && below(4) == 0)
			record_set(w, record, FIELD_RIGHT, random_right(right));
		else if (record->kind == ENTRY_PERSON && below(10) == 0)
			record_set(w, record, FIELD_STATE, "uit dienst");
	}
}

static bool wanted_by_model(const struct world *w, uint32_t person, uint32_t number, uint8_t role)
{
	const struct uuid *uuid = &w->source_read->people[person].entry->uuid;
	for (size_t i = 0; i < w->source_count; i++)
		if (uuid_equal(&w->source[i].uuid, uuid) && w->source[i].kind == ENTRY_PERSON)
			return model_wants(w, i, number, w->settings.roles[role].name);
	return false;
}

/* The judge that is asked about one membership says what the policy, which goes through all of them, has done. */
static void check_judge(const struct world *w, const struct judge *judge, uint32_t person, uint32_t number,
			uint8_t role, uint32_t found)
{
	struct text value;
	enum reason reason = access_judge(judge, w->desired, person, number, role, &value);
	if (found != NONE)
		assert_int_equal(reason, w->desired->memberships[found].reason);
	else
		assert_int_not_equal(reason_kind(reason), REASON_GRANTED);
}

static void check_policy(const struct world *w)
{
	struct judge judge;
	judge_init(&judge, &w->policy_input, NULL);
	for (uint32_t person = 0; person < w->source_read->people_count; person++)
		for (uint32_t number = 1; number <= 7; number++)
			for (uint8_t role = 0; role < 2; role++) {
				const struct uuid *uuid = &w->source_read->people[person].entry->uuid;
				uint32_t found =
					desired_membership_find(w->desired, w->source_read, number, role, uuid);
				assert_int_equal(found != NONE, wanted_by_model(w, person, number, role));
				check_judge(w, &judge, person, number, role, found);
			}
}

/* The DN that this person's entry has, or would have. */
static uint64_t key_of_person(const struct world *w, uint32_t person)
{
	struct text vo_id = entry_value(w->source_read->people[person].entry, FIELD_VO_ID);
	uint32_t there = target_person_by_vo_id(w->target_read, vo_id);
	struct buf dn;
	buf_init(&dn);
	if (there != NONE)
		target_person_dn(w->target_read, there, &dn);
	else
		target_names_person_dn(&w->names, vo_id, &dn);
	uint64_t key = dn_key(buf_text(&dn));
	buf_done(&dn);
	return key;
}

/* I9: no value is both put in and taken out; and nothing occurs twice. */
static void check_plan(const struct world *w)
{
	const struct plan *plan = w->plan;
	for (uint32_t a = 0; a < plan->change_count; a++)
		for (uint32_t b = 0; b < a; b++) {
			const struct change *x = &plan->changes[a], *y = &plan->changes[b];
			bool member = x->kind == CHANGE_MEMBER_ADD && y->kind == CHANGE_MEMBER_REMOVE;
			if (member && x->number == y->number && x->role == y->role) {
				assert_false(x->person == y->person);
				assert_int_not_equal(key_of_person(w, x->person),
						     w->target_read->members[y->member].key);
			}
			assert_false(x->kind == y->kind && x->number == y->number && x->role == y->role &&
				     x->person == y->person && x->member == y->member && x->target == y->target);
		}
}

static void settle(struct world *w)
{
	for (int cycle = 0; cycle < 3; cycle++) {
		world_think(w);
		world_apply(w);
	}
	world_think(w);
}

static bool is_held(const struct world *w, uint32_t member)
{
	for (uint32_t i = 0; i < w->plan->change_count; i++)
		if (w->plan->changes[i].member == member && w->plan->changes[i].verdict == VERDICT_HOLD)
			return true;
	return false;
}

static bool is_desired(const struct world *w, const struct target_group *group, uint32_t person)
{
	struct text vo_id = entry_value(w->target_read->people[person].entry, FIELD_VO_ID);
	for (uint32_t i = 0; i < w->desired->membership_count; i++) {
		const struct desired_membership *m = &w->desired->memberships[i];
		if (m->number == group->number && m->role == group->role &&
		    text_equal(entry_value(w->source_read->people[m->person].entry, FIELD_VO_ID), vo_id))
			return true;
	}
	return false;
}

/* Members of our groups are entries of the desired people, doubtful removals apart; and nobody is missing. */
static void check_state(const struct world *w)
{
	uint32_t desired = 0;
	for (uint32_t i = 0; i < w->plan->change_count; i++) {
		assert_int_equal(w->plan->changes[i].kind, CHANGE_MEMBER_REMOVE);
		assert_int_equal(w->plan->changes[i].verdict, VERDICT_HOLD);
	}
	for (uint32_t g = 0; g < w->target_read->group_count; g++) {
		const struct target_group *group = &w->target_read->groups[g];
		for (uint32_t i = group->first_member; i < group->first_member + group->member_count; i++) {
			uint32_t person = w->target_read->members[i].person;
			assert_int_not_equal(person, NONE);
			bool wanted = is_desired(w, group, person);
			assert_true(wanted || is_held(w, i));
			desired += wanted;
		}
	}
	assert_int_equal(desired, w->desired->membership_count);
}

static void each_world(void (*check)(struct world *))
{
	chance = seed;
	for (int i = 0; i < WORLDS; i++) {
		struct world w;
		random_world(&w);
		check(&w);
		world_done(&w);
	}
}

static void applying(struct world *w)
{
	open_guard(w);
	world_think(w);
	check_policy(w);
	check_plan(w);
	world_apply(w);
	world_think(w);
	assert_int_equal(w->plan->change_count, 0); /* the plan of equal states is empty */
	assert_int_equal(w->plan->remark_count + w->plan->confirmation_count, 0);
	check_state(w);
	change_source(w);
	world_think(w);
	check_policy(w);
	check_plan(w);
	settle(w);
	check_state(w);
}

static void applying_the_plan_gives_the_desired_state(void **state)
{
	(void)state;
	each_world(applying);
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

static void shuffle_values(struct record *record)
{
	for (uint32_t i = 0; i < record->count; i++)
		for (uint32_t other = 0; other < i; other++)
			if (record->at[i].field == record->at[other].field && below(2) == 0) {
				char *swap = record->at[i].value;
				record->at[i].value = record->at[other].value;
				record->at[other].value = swap;
			}
}

static void shuffling(struct world *w)
{
	uint8_t before[PLAN_DIGEST_SIZE];
	open_guard(w);
	settle(w);
	change_source(w);
	world_think(w);
	uint32_t changes = w->plan->change_count, go = w->verdict.go;
	memcpy(before, w->plan->digest, sizeof(before));
	shuffle(w->source, w->source_count);
	shuffle(w->target, w->target_count);
	for (size_t i = 0; i < w->target_count; i++)
		shuffle_values(&w->target[i]);
	world_think(w);
	assert_memory_equal(before, w->plan->digest, sizeof(before));
	assert_int_equal(w->plan->change_count, changes);
	assert_int_equal(w->verdict.go, go);
}

static void the_order_of_input_does_not_matter(void **state)
{
	(void)state;
	each_world(shuffling);
}

/* ---- what people decided -------------------------------------------------------------------------- */

static const char *const role_words[] = {"trajectbegeleider", "beheerder"};

static void random_override(struct world *w, uint32_t uuid)
{
	static const char *const roles[] = {"trajectbegeleider", "Beheerder", "beheerder", "directeur"};
	static const char *const untils[] = {"20261105090000Z", "20261105090001Z", "20270130090000Z",
					     "20270130090001Z"};
	char text[256];
	snprintf(text, sizeof(text),
		 "is: override\nuuid: %u\nvo-id: P%u\nnumber: %u\nrole: %s\neffect: %s\nuntil: %s\n"
		 "written: 20261101090000Z\n",
		 uuid, 11 + below(24), 1 + below(7), one_of(roles, 4), below(3) == 0 ? "exclude" : "Include",
		 one_of(untils, 4));
	world_target(w, text);
}

/* Of one that stands there, or of one that is gone. */
static void random_directive(struct world *w, uint32_t uuid)
{
	static const char *const kinds[] = {"include", "exclude"};
	static const char *const untils[] = {"20261105090000Z", "20261105090001Z", "20270130090000Z"};
	char text[128];
	snprintf(text, sizeof(text), "directive: %u %s %u %s %u %s %u\n", uuid, one_of(kinds, 2), 1 + below(6),
		 one_of(role_words, 2), 11 + below(24), one_of(untils, 3), below(48));
	world_past(w, text);
}

static void random_pin(struct world *w)
{
	static const char *const ways[] = {"present", "absent"};
	static const char *const untils[] = {"20261105090000Z", "20261105090001Z"};
	char text[128];
	snprintf(text, sizeof(text), "pin: %u %s %u %s %s\n", 1 + below(6), one_of(role_words, 2), 11 + below(24),
		 one_of(ways, 2), one_of(untils, 2));
	world_past(w, text);
}

static void random_decisions(struct world *w)
{
	for (uint32_t i = 0; i < 20; i++) {
		random_override(w, 950 + i);
		if (below(2) == 0)
			random_directive(w, 940 + below(40));
		if (below(3) == 0)
			random_pin(w);
	}
}

static bool is_same_directive(const struct past_directive *a, const struct past_directive *b)
{
	return uuid_equal(&a->uuid, &b->uuid) && uuid_equal(&a->person, &b->person) && a->number == b->number &&
	       a->kind == b->kind && a->role == b->role && a->until_s == b->until_s && a->since_s == b->since_s;
}

static bool knows(const struct desired *desired, const struct past_directive *directive)
{
	for (uint32_t i = 0; i < desired->directive_count; i++)
		if (is_same_directive(&desired->directives[i], directive))
			return true;
	return false;
}

/* Bad ones are told once each; what is in force is known, with the date that the entry says. */
static void check_directives(const struct world *w)
{
	const struct desired *desired = w->desired;
	for (uint32_t a = 0; a < desired->directive_remark_count; a++)
		for (uint32_t b = 0; b < a; b++)
			assert_ptr_not_equal(desired->directive_remarks[a].entry, desired->directive_remarks[b].entry);
	for (uint32_t i = 1; i < desired->word_count; i++) {
		const struct word *before = &desired->words[i - 1], *word = &desired->words[i];
		bool ascends = before->person != word->person   ? before->person < word->person
			       : before->number != word->number ? before->number < word->number
								: before->role < word->role;
		assert_true(ascends || word->person == NONE);
	}
}

static void deciding(struct world *w)
{
	open_guard(w);
	settle(w);
	random_decisions(w);
	world_think(w);
	check_policy(w);
	check_plan(w);
	check_directives(w);
	struct desired before = *w->desired;
	struct past_directive kept[128];
	assert_true(before.directive_count <= 128);
	memcpy(kept, before.directives, before.directive_count * sizeof(*kept));
	shuffle(w->target, w->target_count);
	shuffle(w->source, w->source_count);
	world_think(w);
	check_policy(w);
	assert_int_equal(w->desired->membership_count, before.membership_count);
	assert_int_equal(w->desired->directive_remark_count, before.directive_remark_count);
	assert_int_equal(w->desired->directive_count, before.directive_count);
	for (uint32_t i = 0; i < before.directive_count; i++)
		assert_true(knows(w->desired, &kept[i]));
	assert_int_equal(w->desired->next_change_s, before.next_change_s);
}

static void decisions_stand_above_the_source(void **state)
{
	(void)state;
	each_world(deciding);
}

#define VERDICTS_MAX 512

struct kept_verdict {
	struct uuid person;
	uint32_t number;
	uint8_t role, verdict;
};

static uint32_t keep_verdicts(const struct world *w, struct kept_verdict *out)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < w->plan->removals && count < VERDICTS_MAX; i++) {
		const struct change *c = &w->plan->changes[i];
		if (c->person != NONE)
			out[count++] = (struct kept_verdict){w->source_read->people[c->person].entry->uuid, c->number,
							     c->role, c->verdict};
	}
	return count;
}

/* Whose removal would not turn from doubtful into explicit: then the cause changed, not the number. */
static bool was_readable(const struct record *person)
{
	for (uint32_t i = 0; i < person->count; i++)
		if (person->at[i].field == FIELD_RIGHT && strstr(person->at[i].value, "1x") != NULL)
			return false;
	return true;
}

static void removing_more(struct world *w)
{
	static struct kept_verdict before[VERDICTS_MAX], after[VERDICTS_MAX];
	w->past.released_members = below(200);
	open_guard(w);
	settle(w);
	w->guard.institution_removals = 1 + below(3);
	w->guard.removals = 1 + below(4);
	w->guard.halved_percent = 30 + below(60);
	change_source(w);
	world_think(w);
	uint32_t count = keep_verdicts(w, before);
	for (size_t i = 0; i < w->source_count; i++)
		if (w->source[i].kind == ENTRY_PERSON && below(5) == 0 && was_readable(&w->source[i]))
			record_set(w, &w->source[i], FIELD_RIGHT, "AnderRecht:1");
	world_think(w);
	uint32_t more = keep_verdicts(w, after);
	for (uint32_t a = 0; a < count; a++)
		for (uint32_t b = 0; b < more; b++)
			if (uuid_equal(&before[a].person, &after[b].person) && before[a].number == after[b].number &&
			    before[a].role == after[b].role && before[a].verdict == VERDICT_HOLD)
				assert_int_equal(after[b].verdict, VERDICT_HOLD);
}

static void more_removals_never_soften_a_verdict(void **state)
{
	(void)state;
	each_world(removing_more);
}

static void add_member(struct world *w, struct record *group, const char *dn)
{
	assert_true(group->count < WORLD_FIELDS);
	group->at[group->count].field = FIELD_MEMBER;
	group->at[group->count++].value = arena_copy(&w->texts, text_of(dn));
}

/* People at work in our groups: values in and out, groups and people away, attributes changed. */
static void change_target(struct world *w)
{
	char dn[128];
	for (size_t i = 0; i < w->target_count; i++) {
		struct record *record = &w->target[i];
		if (record->gone || record->kind == ENTRY_REQUEST)
			continue;
		record->gone = below(25) == 0 && record->kind != ENTRY_INSTITUTION;
		if (below(6) == 0)
			record_set(w, record, FIELD_MODIFIERS_NAME, "cn=piet,dc=app");
		if (below(10) == 0)
			record_set(w, record, record->kind == ENTRY_PERSON ? FIELD_CN : FIELD_ACTION, "iets anders");
		if (record->kind != ENTRY_GROUP)
			continue;
		if (below(4) == 0)
			record_set(w, record, FIELD_MEMBER, NULL);
		snprintf(dn, sizeof(dn), "%s=P%u, %s", below(2) == 0 ? "UID" : "uid", 11 + below(26), WORLD_PEOPLE);
		if (below(3) == 0)
			add_member(w, record, dn);
	}
}

static bool is_ours(const struct world *w, const struct change *c)
{
	const struct owned_value *owned = past_owned(&w->past, &w->target_read->groups[c->target].entry->uuid,
						     w->target_read->members[c->member].key);
	return owned != NULL && owned->state == OWNED_HELD;
}

/* Whatever people do, the plan agrees with itself; what is reported only is in no plan; what they took out or deleted is
 * put back by no change that is not marked as such. */
static void changing_by_hand(struct world *w)
{
	open_guard(w);
	settle(w);
	change_target(w);
	change_source(w);
	w->drift.mode = (enum drift_mode)below(3);
	w->cycle += below(2);
	world_think(w);
	check_plan(w);
	for (uint32_t i = 0; i < w->plan->change_count; i++) {
		const struct change *c = &w->plan->changes[i];
		if (c->kind == CHANGE_MEMBER_REMOVE && !is_ours(w, c))
			assert_int_equal(c->reason, R_DRIFT_ADDED);
		if (w->drift.mode == DRIFT_REPORT)
			assert_int_not_equal(c->cause, R_CAUSE_DRIFT);
		assert_true(!c->in_grace || (c->reason == R_DRIFT_ADDED && w->drift.mode == DRIFT_REPAIR));
	}
	for (uint32_t i = 0; i < w->plan->drift_count; i++)
		assert_int_equal(w->plan->drifts[i].id, 0);
}

static void hand_edits_never_confuse_the_plan(void **state)
{
	(void)state;
	each_world(changing_by_hand);
}

static void ignoring(struct world *w)
{
	open_guard(w);
	settle(w);
	for (size_t i = 0; i < w->target_count; i++)
		if (w->target[i].kind == ENTRY_GROUP && !w->target[i].gone && w->target[i].count < WORLD_FIELDS)
			add_member(w, &w->target[i], "cn=door de hand,dc=app");
	change_source(w);
	w->drift.mode = DRIFT_REPORT;
	world_think(w);
	struct buf value;
	buf_init(&value);
	for (uint32_t i = 0; i < w->plan->removals; i++) {
		buf_clear(&value);
		target_member_value(w->target_read, w->plan->changes[i].member, &value);
		assert_string_not_equal(buf_string(&value), "cn=door de hand,dc=app");
	}
	buf_done(&value);
}

static void what_is_reported_only_is_left_alone(void **state)
{
	(void)state;
	each_world(ignoring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(applying_the_plan_gives_the_desired_state),
		cmocka_unit_test(the_order_of_input_does_not_matter),
		cmocka_unit_test(decisions_stand_above_the_source),
		cmocka_unit_test(more_removals_never_soften_a_verdict),
		cmocka_unit_test(hand_edits_never_confuse_the_plan),
		cmocka_unit_test(what_is_reported_only_is_left_alone),
	};
	const char *given = getenv("DUAAL_SEED");
	seed = given != NULL ? strtoull(given, NULL, 10) : 20261124;
	printf("# seed %llu: DUAAL_SEED repeats it\n", (unsigned long long)seed);
	return cmocka_run_group_tests_name("properties", tests, NULL, NULL);
}
