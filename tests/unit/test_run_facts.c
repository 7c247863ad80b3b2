/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_run_facts.c - what a cycle learnt, told to the ledger and kept in the past: each difference once, whenever the queue lets it.
 *
 * The ledger is faked at link time: the calls below write down what they are told, one line each.
 */
#include "unit.h"

#include "core_stories.h"
#include "model/dn.h"
#include "run/facts.h"
#include "run_thought.h"

static struct world w;
static struct thought thought;
static struct buf told;
static bool hesitates, full;
static uint32_t turns; /* given to others */

/* ---- the ledger ---------------------------------------------------------------------------------- */

bool ledger_client_is_full(const struct ledger_client *l)
{
	(void)l;
	full = hesitates && !full; /* every other time */
	return full;
}

int ledger_client_group(struct ledger_client *l, const struct past_group *group, struct err *err)
{
	(void)l;
	(void)err;
	buf_format(&told, "group %u %u released %u\n", group->uuid.bytes[15], group->number, group->released);
	return 0;
}

int ledger_client_owned(struct ledger_client *l, const struct owned_record *owned, struct err *err)
{
	(void)l;
	(void)err;
	buf_format(&told, "owned %u %.*s %u\n", owned->number, TEXT_ARG(owned->value), owned->state);
	return 0;
}

int ledger_client_forget(struct ledger_client *l, const struct owned_record *owned, struct err *err)
{
	(void)l;
	(void)err;
	buf_format(&told, "forget %u %u\n", owned->group.bytes[15], owned->source.bytes[15]);
	return 0;
}

static void put_day(int32_t day)
{
	if (day == DAY_NONE)
		buf_add_string(&told, " -");
	else
		buf_format(&told, " %d", day);
}

int ledger_client_seen(struct ledger_client *l, const struct seen_entry *seen, struct err *err)
{
	(void)l;
	(void)err;
	buf_format(&told, "seen %u", seen->uuid.bytes[15]);
	put_day(seen->begin_day);
	buf_format(&told, " %lld", (long long)(w.now_s - seen->begin_since_s) / 3600);
	put_day(seen->end_day);
	buf_format(&told, " %lld%s\n", (long long)(w.now_s - seen->end_since_s) / 3600,
		   seen->end_moved ? " moved" : "");
	return 0;
}

int ledger_client_ambiguity(struct ledger_client *l, const struct past_ambiguity *ambiguity, struct err *err)
{
	(void)l;
	(void)err;
	buf_format(&told, "ambiguity %u\n", ambiguity->first.bytes[15]);
	return 0;
}

int ledger_client_idle(struct ledger_client *l, const struct past_idle *idle, struct err *err)
{
	(void)l;
	(void)err;
	buf_format(&told, "idle %u since %lld\n", idle->entry.bytes[15], (long long)idle->since_s);
	return 0;
}

int ledger_client_grant(struct ledger_client *l, const struct past_grant *grant, struct err *err)
{
	(void)l;
	(void)err;
	buf_format(&told, "grant %u of %u %u\n", grant->entry.bytes[15], grant->person.bytes[15], grant->number);
	return 0;
}

int ledger_client_forget_grant(struct ledger_client *l, const struct past_grant *grant, struct err *err)
{
	(void)l;
	(void)err;
	buf_format(&told, "forget grant %u\n", grant->entry.bytes[15]);
	return 0;
}

int ledger_client_grantor(struct ledger_client *l, const struct past_grantor *grantor, struct err *err)
{
	(void)l;
	(void)err;
	buf_format(&told, "grantor %u %u %s\n", grantor->person.bytes[15], grantor->number,
		   grantor->accepted ? "accepted" : "refused");
	return 0;
}

int ledger_client_drift(struct ledger_client *l, const struct drift_record *record, struct err *err)
{
	const struct past_drift *d = &record->drift;
	(void)l;
	(void)err;
	buf_format(&told, "drift %u %s %u cycle %u '%.*s'\n", d->id, reason_code((enum reason)d->reason), d->number,
		   d->first_cycle, TEXT_ARG(record->value));
	return 0;
}

int ledger_client_forget_drift(struct ledger_client *l, uint32_t id, struct err *err)
{
	(void)l;
	(void)err;
	buf_format(&told, "forget drift %u\n", id);
	return 0;
}

int ledger_client_directive(struct ledger_client *l, const struct past_directive *directive, struct err *err)
{
	(void)l;
	(void)err;
	buf_format(&told, "directive %u until %lld\n", directive->uuid.bytes[15], (long long)directive->until_s);
	return 0;
}

int ledger_client_forget_directive(struct ledger_client *l, const struct uuid *uuid, struct err *err)
{
	(void)l;
	(void)err;
	buf_format(&told, "forget directive %u\n", uuid->bytes[15]);
	return 0;
}

int ledger_client_hold(struct ledger_client *l, const struct past_hold *hold, struct err *err)
{
	(void)l;
	(void)err;
	buf_format(&told, "hold %u %s state %u, %u\n", hold->id, reason_code((enum reason)hold->rule), hold->state,
		   hold->op_count > 0 ? hold->ops[0].number : 0);
	return 0;
}

/* ---- telling ------------------------------------------------------------------------------------- */

static struct ledger_client ledger;
static uint8_t scope[16] = {7, 8, 9};
static uint32_t cycle; /* the next one */

static const char *tell_with(bool source_accepted)
{
	struct facts facts = {.ledger = &ledger,
			      .past = &w.past,
			      .thought = &thought,
			      .cycle = cycle++,
			      .source_accepted = source_accepted,
			      .scope = scope};
	struct err err = {0};
	int e;
	buf_clear(&told);
	while ((e = facts_tell(&facts, &err)) > 0)
		turns += e == FACTS_MORE;
	assert_int_equal(e, 0);
	return buf_string(&told);
}

static const char *tell(void)
{
	thought = thought_of(&w);
	return tell_with(true);
}

static void expect(const char *text, const char *line)
{
	if (strstr(text, line) == NULL)
		fail_msg("no \"%s\" in:\n%s", line, text);
}

/* In the cycles 99 and 100. */
static void anna_in_step(void)
{
	cycle = 99;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("trajectbegeleider", "10")));
	world_target(&w, OUR_SCHOOL("10") "uuid: 50\n" OUR_PERSON("anna", "11") "uuid: 51\n" OUR_GUIDES(
				 "10") "uuid: 52\nmember: uid=anna\n");
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 held\n");
	(void)tell();
	assert_string_equal(tell(), "");
}

static int setup(void **state)
{
	(void)state;
	world_init(&w);
	world_past(&w, "first-contact: no\n");
	buf_init(&told);
	pending_init(&ledger.pending);
	hesitates = full = false;
	turns = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_done(&w);
	buf_done(&told);
	return 0;
}

/* ---- drift --------------------------------------------------------------------------------------- */

static void drift_is_told_while_it_stands(void **state)
{
	(void)state;
	anna_in_step();
	struct record *group = world_find(&w, false, 52);
	group->at[group->count].field = FIELD_MEMBER;
	group->at[group->count++].value = arena_copy(&w.texts, text_of("UID=Zoe, " WORLD_PEOPLE));
	record_set(&w, world_find(&w, false, 51), FIELD_CN, "Annemie");
	record_set(&w, world_find(&w, false, 51), FIELD_MODIFIERS_NAME, "cn=piet,dc=app");
	w.past.next_drift = 6;
	world_settings(&w, "drift: report\n");
	assert_string_equal(tell(), "drift 6 attribute-by-hand 0 cycle 101 ''\n"
				    "drift 7 added-by-hand 10 cycle 101 'uid=zoe," WORLD_PEOPLE "'\n");
	assert_int_equal(w.past.drift_count, 2);
	assert_int_equal(w.past.next_drift, 8);
	assert_string_equal(tell_with(true), ""); /* the same thought, once more */
	assert_string_equal(tell(), "");
	assert_int_equal(w.plan->drifts[1].id, 7);
	record_set(&w, world_find(&w, false, 51), FIELD_CN, "anna");
	assert_string_equal(tell(), "forget drift 6\n");
	assert_int_equal(w.past.drift_count, 1);
	record_set(&w, group, FIELD_MEMBER, NULL);
	assert_string_equal(tell(),
			    "forget drift 7\ndrift 8 removed-by-hand 10 cycle 105 'uid=anna," WORLD_PEOPLE "'\n");
}

/* What gave a membership is forgotten when that is neither wanted nor ours any more; several may have given it. */
static void what_gave_is_known_while_the_membership_is_ours(void **state)
{
	const struct past_grant wanted = {
		.entry = world_uuid(31), .person = world_uuid(11), .number = 10, .role = 0, .kind = ENTRY_GRANT};
	struct past_grant owned = wanted, second = wanted, removed = wanted, nowhere = wanted;
	(void)state;
	owned.entry = world_uuid(32);
	second.entry = world_uuid(33);
	removed.entry = world_uuid(34);
	nowhere.entry = world_uuid(35);
	owned.person = second.person = world_uuid(12);
	removed.person = nowhere.person = world_uuid(13);
	nowhere.number = 20;
	anna_in_step();
	world_past(&w, "owned: 10 trajectbegeleider uid=bart 12 held\n"
		       "owned: 10 trajectbegeleider uid=chris 13 removed\n");
	const struct past_grant *all[] = {&wanted, &owned, &second, &removed, &nowhere};
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		assert_int_equal(past_set_grant(&w.past, all[i]), 0);
	thought = thought_of(&w);
	struct facts facts = {.past = &w.past, .thought = &thought, .cycle = 5, .source_accepted = true};
	facts.stage = FACTS_GRANTS_OWNED;
	assert_int_equal(facts_tell(&facts, NULL), 0);
	assert_string_equal(buf_string(&told), "forget grant 34\nforget grant 35\n");
}

/* Taken out under a name that is another one now: the record follows, with its number. */
static void drift_follows_the_name(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, world_find(&w, false, 52), FIELD_MEMBER, NULL);
	expect(tell(), "drift 1 removed-by-hand 10 cycle 101 'uid=anna," WORLD_PEOPLE "'\n");
	record_set(&w, world_find(&w, false, 51), FIELD_VO_ID, "annick");
	record_set(&w, world_find(&w, true, 11), FIELD_VO_ID, "annick");
	expect(tell(), "drift 1 removed-by-hand 10 cycle 101 'uid=annick," WORLD_PEOPLE "'\n");
	assert_string_equal(tell(), "");
}

static void a_decision_is_kept(void **state)
{
	(void)state;
	anna_in_step();
	record_set(&w, world_find(&w, false, 52), FIELD_MEMBER, NULL);
	(void)tell();
	struct past_drift decided = w.past.drifts[0];
	decided.decision = DRIFT_UNDO;
	assert_int_equal(past_set_drift(&w.past, &decided), 0);
	assert_string_equal(tell(), "");
	assert_int_equal(w.past.drifts[0].decision, DRIFT_UNDO);
}

static void a_group_made_anew_takes_nothing_along(void **state)
{
	(void)state;
	anna_in_step();
	world_find(&w, false, 52)->gone = true;
	world_target(&w, OUR_GUIDES("10") "uuid: 53\n");
	const char *text = tell();
	expect(text, "group 53 10 released 0\n");
	expect(text, "group 52 0 released 0\n");
	expect(text, "drift 1 removed-by-hand 10");
	for (size_t i = 0; i < w.past.owned_count; i++)
		assert_int_equal(w.past.owned[i].state, 0);
	assert_string_equal(tell(), "");
	assert_int_equal(w.plan->drift_count, 1);
}

/* What is left in a group that stands beside another of the same number and role goes on being ours; when it is gone too, it is not. */
static void a_group_is_a_former_one_from_the_cycle_that_does_not_see_it(void **state)
{
	(void)state;
	anna_in_step();
	world_target(&w, OUR_GUIDES("10") "uuid: 53\ndn: cn=a,dc=app\n");
	(void)tell();
	assert_int_equal(w.past.owned[0].state, OWNED_HELD);
	world_find(&w, false, 52)->gone = true;
	expect(tell(), "group 52 0 released 0\n");
	assert_int_equal(w.past.owned[0].state, 0);
}

/* One of two entries that say to be the same group: it is there, so nothing of it is forgotten. */
static void a_second_group_is_no_former_one(void **state)
{
	(void)state;
	anna_in_step();
	world_target(&w, OUR_GUIDES("10") "uuid: 49\ndn: cn=x,dc=app\n");
	const char *text = tell();
	assert_null(strstr(text, "group 52 0"));
	assert_null(strstr(text, "group 49 0"));
	assert_int_equal(w.past.owned[0].state, OWNED_HELD);
}

/* ---- the source's entries ------------------------------------------------------------------------- */

static void dates_stand_since(void **state)
{
	(void)state;
	anna_in_step();
	w.now_s += 3 * 3600;
	record_set(&w, world_find(&w, true, 11), FIELD_BEGIN, "20260901");
	record_set(&w, world_find(&w, true, 11), FIELD_END, "20270831");
	record_set(&w, world_find(&w, true, 1), FIELD_END, "20270630");
	assert_string_equal(tell(), "seen 11 20697 0 21061 0 moved\nseen 1 - 3 20999 0 moved\n");
}

static void moved_dates_are_known_as_moved(void **state)
{
	(void)state;
	anna_in_step();
	(void)tell();
	struct seen_entry seen;
	assert_false(past_seen(&w.past, &world_find(&w, true, 11)->uuid, &seen)->end_moved);
	record_set(&w, world_find(&w, true, 11), FIELD_END, "20270831"); /* none stood there before: it came later */
	expect(tell(), " 0 moved\n");
	w.now_s += 7200;
	record_set(&w, world_find(&w, true, 11), FIELD_END, "20261130");
	expect(tell(), " 0 moved\n");
	record_set(&w, world_find(&w, true, 11), FIELD_END, NULL);
	expect(tell(), " - 0 moved\n");
	w.now_s += 3600;
	record_set(&w, world_find(&w, true, 11), FIELD_END, "20261201");
	world_find(&w, true, 11)->csn.time_us = 77;
	expect(tell(), " 0 moved\n");
	w.now_s += 3600;
	world_find(&w, true, 11)->csn.time_us = 78; /* another change: the dates stand where they stood */
	expect(tell(), " 1 moved\n");
	assert_string_equal(tell(), "");
}

/* ---- directives and holds ------------------------------------------------------------------------- */

static void directives_in_force_are_known(void **state)
{
	struct past_directive now[2] = {
		{.uuid = world_uuid(60), .number = 10, .kind = DIRECTIVE_INCLUDE, .until_s = 5},
		{.uuid = world_uuid(61), .number = 10, .kind = DIRECTIVE_REQUEST, .until_s = 9}};
	(void)state;
	anna_in_step();
	world_source(&w, "");
	thought = thought_of(&w);
	thought.desired->directives = now;
	thought.desired->directive_count = 2;
	assert_string_equal(tell_with(true), "directive 60 until 5\ndirective 61 until 9\n");
	assert_string_equal(tell_with(true), "");
	now[1].until_s = 10;
	assert_string_equal(tell_with(true), "directive 61 until 10\n");
	thought.desired->directive_count = 1;
	assert_string_equal(tell_with(true), "forget directive 61\n");
	thought.desired->directive_count = 0;
	assert_string_equal(tell_with(true), "forget directive 60\n");
	assert_int_equal(w.past.directive_count, 0);
}

static void verdicts_on_grantors_are_kept(void **state)
{
	struct past_grantor verdict = {.person = world_uuid(11), .number = 10};
	(void)state;
	anna_in_step();
	thought = thought_of(&w);
	thought.desired->grantors = &verdict;
	thought.desired->grantor_count = 1;
	struct facts facts = {
		.ledger = NULL, .past = &w.past, .thought = &thought, .cycle = 5, .source_accepted = true};
	facts.stage = FACTS_GRANTORS;
	assert_int_equal(facts_tell(&facts, NULL), 0);
	expect(buf_string(&told), "grantor 11 10 refused");
	assert_int_equal(w.past.grantor_count, 1);
	assert_false(w.past.grantors[0].accepted);
}

static void holds_are_numbered_when_told(void **state)
{
	struct hold_op op = {.number = 10, .kind = CHANGE_MEMBER_REMOVE};
	struct past_hold opened[2] = {{.rule = R_RULE_COUNT, .state = HOLD_OPEN, .ops = &op, .op_count = 1},
				      {.rule = R_RULE_SCOPE, .state = HOLD_OPEN, .ops = &op, .op_count = 1}};
	(void)state;
	anna_in_step();
	thought = thought_of(&w);
	w.past.next_hold = 12;
	thought.verdict.opened = opened;
	thought.verdict.opened_count = 2;
	thought.verdict.ended_count = 0;
	assert_string_equal(tell_with(false),
			    "hold 12 rule-count state 1, 10\nhold 13 rule-scope-changed state 1, 10\n");
	assert_string_equal(tell_with(false), "");
	assert_int_equal(w.past.hold_count, 2);
	assert_int_equal(w.past.next_hold, 14);
	struct past_hold ended = w.past.holds[0]; /* with the past's own list */
	ended.state = HOLD_OVER;
	thought.verdict.ended = &ended;
	thought.verdict.ended_count = 1;
	assert_string_equal(tell_with(false), "hold 12 rule-count state 6, 10\n");
	assert_int_equal(w.past.hold_count, 1);
	assert_string_equal(tell_with(false), "");
}

/* ---- the whole ------------------------------------------------------------------------------------ */

/* What comes from a source that went back is not remembered; what waits because of it is. */
static void from_a_doubtful_source_nothing_is_learnt(void **state)
{
	static const uint8_t none[16];
	(void)state;
	anna_in_step();
	memset(w.past.scope, 0, sizeof(w.past.scope));
	record_set(&w, world_find(&w, false, 52), FIELD_MEMBER, NULL);
	record_set(&w, world_find(&w, true, 11), FIELD_END, "20270831");
	world_source(&w, PERSON("12", "anna", ""));
	thought = thought_of(&w);
	assert_string_equal(tell_with(false), "");
	assert_memory_equal(w.past.scope, none, sizeof(none));
	assert_string_not_equal(tell_with(true), "");
	assert_memory_equal(w.past.scope, scope, sizeof(scope));
}

static void a_full_queue_loses_nothing(void **state)
{
	char once[2048];
	(void)state;
	for (int i = 0; i < 2; i++) {
		teardown(NULL);
		setup(NULL);
		world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("trajectbegeleider", "10")));
		world_source(&w, PERSON("12", "anna", "") PERSON("13", "bart", RIGHT("trajectbegeleider", "10")));
		world_target(&w, OUR_SCHOOL("10") "uuid: 50\n" OUR_PERSON("bart", "13") "uuid: 51\n" OUR_GUIDES(
					 "10") "uuid: 52\nmember: uid=bart\nmember: uid=zoe\nmember: uid=an\n");
		hesitates = i == 1;
		cycle = 99;
		if (i == 0)
			snprintf(once, sizeof(once), "%s", tell());
	}
	expect(once, "drift 2 added-by-hand");
	assert_string_equal(tell(), once);
}

/* Others have their turn in the middle of it, and nothing is told twice or left out for that. */
static void much_is_told_in_several_turns(void **state)
{
	const uint32_t many = 10000;
	uint32_t lines = 0;
	(void)state;
	anna_in_step();
	for (uint32_t i = 0; i < many; i++) {
		const struct past_grant over = {.entry = world_uuid(1000 + i),
						.person = world_uuid(20000 + i),
						.number = 10,
						.role = 0,
						.kind = ENTRY_GRANT};
		assert_int_equal(past_set_grant(&w.past, &over), 0);
	}
	turns = 0;
	for (const char *at = tell(); (at = strstr(at, "forget grant ")) != NULL; at++)
		lines++;
	assert_int_equal(lines, many);
	assert_true(turns > 1);
	assert_string_equal(tell(), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(drift_is_told_while_it_stands),
		TEST(drift_follows_the_name),
		TEST(a_decision_is_kept),
		TEST(a_group_made_anew_takes_nothing_along),
		TEST(a_group_is_a_former_one_from_the_cycle_that_does_not_see_it),
		TEST(a_second_group_is_no_former_one),
		TEST(dates_stand_since),
		TEST(moved_dates_are_known_as_moved),
		TEST(directives_in_force_are_known),
		TEST(verdicts_on_grantors_are_kept),
		TEST(what_gave_is_known_while_the_membership_is_ours),
		TEST(holds_are_numbered_when_told),
		TEST(from_a_doubtful_source_nothing_is_learnt),
		TEST(a_full_queue_loses_nothing),
		TEST(much_is_told_in_several_turns),
	};
	return cmocka_run_group_tests_name("run_facts", tests, NULL, NULL);
}
