/* SPDX-License-Identifier: EUPL-1.2 */
/* test_timeline.c - a source that went back in time is seen by either witness (I7; 22, 23). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "core/identity.h"
#include "core_stories.h"
#include "core_world.h"

static struct world w;
static struct timeline t;

static int setup(void **state)
{
	(void)state;
	world_init(&w);
	world_source(&w, SCHOOL("1", "10") "csn: 100\n" PERSON("11", "anna", RIGHT("beheerder", "10")) "csn: 200\n");
	world_past(&w, "seen: 1 - 1 100\nseen: 11 - 1 200\n");
	world_think(&w);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_done(&w);
	return 0;
}

static void the_same_is_not_back(void **state)
{
	(void)state;
	timeline_check(&w.past, w.source_read, &t);
	assert_false(timeline_went_back(&t));
}

static void one_older_entry_is_enough(void **state)
{
	struct uuid anna = world_uuid(11);
	(void)state;
	world_past(&w, "seen: 11 - 1 201\n");
	timeline_check(&w.past, w.source_read, &t);
	assert_true(timeline_went_back(&t));
	assert_int_equal(t.entries_back, 1);
	assert_true(uuid_equal(&t.first, &anna));
	assert_int_equal(t.first_seen.time_us - t.first_now.time_us, 1000000);
	w.source_read->bases.timed = false;
	timeline_check(&w.past, w.source_read, &t);
	assert_false(timeline_went_back(&t));
}

static void institutions_are_witnesses_too(void **state)
{
	(void)state;
	world_past(&w, "seen: 1 - 1 101\nseen: 99 - 1 900\n");
	timeline_check(&w.past, w.source_read, &t);
	assert_int_equal(t.entries_back, 1);
}

static void an_older_position_is_enough(void **state)
{
	struct csn csn = {.time_us = 5000000, .rest = 1u << 24};
	(void)state;
	source_position_keep(&w.past.positions, "source")->vector = (struct csn_vector){1, {csn}};
	timeline_check(&w.past, w.source_read, &t); /* the position is missing now */
	assert_true(t.position_went_back);
	assert_true(timeline_went_back(&t));
	assert_int_equal(t.entries_back, 0);
	assert_true(csn_vector_merge(&w.source_read->certificate.position, &csn));
	timeline_check(&w.past, w.source_read, &t);
	assert_false(timeline_went_back(&t));
}

static struct csn at(int64_t time_us, uint64_t sid)
{
	return (struct csn){.time_us = time_us, .rest = sid << 24};
}

static bool went_back(const struct csn_vector *then, const struct csn_vector *now)
{
	source_position_keep(&w.past.positions, "source")->vector = *then;
	w.source_read->certificate.position = *now;
	timeline_check(&w.past, w.source_read, &t);
	return t.position_went_back;
}

static void positions_are_compared_by_server_id(void **state)
{
	(void)state;
	struct csn_vector then = {2, {at(10, 1), at(20, 2)}}, now = then;
	assert_false(went_back(&then, &now));
	now.at[0].time_us = 11;
	assert_false(went_back(&then, &now));
	now.at[1].time_us = 19; /* newer in one, older in another */
	assert_true(went_back(&then, &now));
	now = (struct csn_vector){1, {at(30, 1)}};
	assert_true(went_back(&then, &now)); /* one is missing */
	now = (struct csn_vector){3, {at(1, 0), at(10, 1), at(20, 2)}};
	assert_false(went_back(&then, &now)); /* one more is fine */
	struct csn_vector nothing = {0};
	assert_false(went_back(&nothing, &now));
	assert_true(went_back(&now, &nothing));
}

static void a_server_is_behind_by_any_server_id(void **state)
{
	(void)state;
	const struct csn_vector then = {2, {at(10, 1), at(20, 2)}}, none = {0};
	struct csn_vector now = then;
	unsigned sid = 0;
	assert_false(csn_vector_is_behind(&now, &then, &sid));
	assert_false(csn_vector_is_behind(&now, &none, &sid));
	now.at[0].time_us = 99; /* far ahead in one makes up for nothing in another */
	now.at[1].time_us = 19;
	assert_true(csn_vector_is_behind(&now, &then, &sid));
	assert_int_equal(sid, 2);
	now = (struct csn_vector){1, {at(99, 2)}};
	assert_true(csn_vector_is_behind(&now, &then, &sid));
	assert_int_equal(sid, 1);
	assert_true(csn_vector_is_behind(&none, &then, &sid));
	now = (struct csn_vector){3, {at(1, 0), at(10, 1), at(20, 2)}};
	assert_false(csn_vector_is_behind(&now, &then, &sid));
	assert_true(csn_vector_is_behind(&then, &now, &sid)); /* a provider that this one has never heard of */
	assert_int_equal(sid, 0);
}

static void another_source_is_compared_with_nothing(void **state)
{
	(void)state;
	const struct csn_vector applied = {1, {at(20, 1)}}, older = {1, {at(10, 1)}};
	source_position_keep(&w.past.positions, "elsewhere")->vector = applied;
	w.source_read->certificate.position = older;
	timeline_check(&w.past, w.source_read, &t);
	assert_false(t.position_went_back);
	assert_true(went_back(&applied, &older));
	assert_int_equal(w.past.positions.count, 2);
	for (int i = 0; i < SOURCES_MAX; i++) { /* the oldest makes room */
		char name[SOURCE_NAME_SIZE];
		snprintf(name, sizeof(name), "source-%d", i);
		source_position_keep(&w.past.positions, name)->vector = older;
	}
	assert_int_equal(w.past.positions.count, SOURCES_MAX);
	assert_int_equal(source_position(&w.past.positions, "elsewhere")->count, 0);
	assert_int_equal(source_position(&w.past.positions, "source-0")->count, 1);
}

static void numbers_of_another_server_say_nothing(void **state)
{
	(void)state;
	const struct csn_vector then = {1, {csn_of_usn(4711, 0xc0ffee)}}, csns = {1, {at(10, 1)}};
	struct csn_vector now = {1, {csn_of_usn(4712, 0xc0ffee)}};
	char text[CSN_TEXT_SIZE];
	struct csn again;
	assert_false(went_back(&then, &now));
	assert_int_equal(t.other_servers, 0);
	now.at[0] = csn_of_usn(4710, 0xc0ffee); /* a restored one that still thinks it is the same */
	assert_true(went_back(&then, &now));
	now.at[0] = csn_of_usn(12, 0xbeef);
	assert_false(went_back(&then, &now));
	assert_int_equal(t.other_servers, 1);
	assert_false(went_back(&then, &csns)); /* another setting, another kind of number */
	assert_false(went_back(&csns, &now));
	assert_int_equal(t.other_servers, 0);
	now = then;
	const struct csn other = csn_of_usn(12, 0xbeef);
	assert_true(csn_vector_merge(&now, &other));
	assert_int_equal(now.count, 1); /* the one applied last is what the next is compared with */
	assert_int_equal(now.at[0].time_us, 12);
	assert_true(csn_parse_usn(text_of(csn_format(&then.at[0], text)), &again));
	text[0] = 'x';
	assert_false(csn_parse_usn(text_of(text), &again));
	assert_memory_equal(&again, &then.at[0], sizeof(again));
	assert_false(csn_parse_usn(text_of("usn:12"), &again));
	assert_false(csn_parse_usn(text_of("usn:x@0000000000c0ffee"), &again));
}

/* Somebody accepts one entry or one server id as it was then. */
static void accept_at(const char *source, uint32_t hold, const struct uuid *who, uint32_t sid, int64_t time_us)
{
	struct hold_op op = {.evidence = (uint64_t)time_us, .who = *who, .number = sid};
	back_identify(who, source, sid, &op.id);
	const struct past_hold accepted = {.id = hold,
					   .rule = R_RULE_SOURCE_WENT_BACK,
					   .state = HOLD_ACCEPTED,
					   .expires_s = INT64_MAX,
					   .ops = &op,
					   .op_count = 1};
	assert_int_equal(past_set_hold(&w.past, &accepted), 0);
}

static void accept(uint32_t hold, const struct uuid *who, uint32_t sid, int64_t time_us)
{
	accept_at(NULL, hold, who, sid, time_us);
}

/* The world's source, and an empty one beside it. Both have a server 1. */
static struct source_snapshot *beside(const struct csn_vector *first, const struct csn_vector *second)
{
	const struct source_bases bases = {.name = (char *)"schools", .timed = true};
	const struct certificate cert = {.checks = CHECKS_ALL, .position = *second};
	struct source_builder *b = NULL;
	struct source_snapshot *other = NULL, *whole = NULL;
	w.source_read->certificate.position = *first;
	assert_int_equal(source_begin(&bases, NULL, &b, NULL), 0);
	assert_int_equal(source_seal(b, &cert, &other, NULL), 0);
	const struct source_snapshot *parts[] = {w.source_read, other};
	assert_int_equal(source_join(parts, 2, &whole, NULL), 0);
	source_free(other);
	return whole;
}

/* position = "none" for one of two: its entries and its position say nothing, those of the other one do. */
static void a_source_without_times_is_compared_with_nothing(void **state)
{
	(void)state;
	world_source(&w, "is: person\nuuid: 12\nvo-id: bart\ncn: b\nsn: b\nelsewhere: yes\ncsn: 400\n");
	world_past(&w, "seen: 12 - 1 500");
	source_position_keep(&w.past.positions, "elsewhere")->vector = (struct csn_vector){1, {at(10, 1)}};
	world_think(&w);
	timeline_check(&w.past, w.source_read, &t);
	assert_int_equal(t.entries_back, 1);
	assert_true(t.position_went_back);
	w.source_read->sources[1].bases.timed = false;
	timeline_check(&w.past, w.source_read, &t);
	assert_false(timeline_went_back(&t));
	w.source_read->sources[0].bases.timed = false;
	w.source_read->sources[1].bases.timed = true;
	timeline_check(&w.past, w.source_read, &t);
	assert_int_equal(t.entries_back, 1);
}

/* Of several sources, each with grants of its own. */
static void a_grant_of_any_source_is_a_witness(void **state)
{
	const struct uuid grants[] = {world_uuid(31), world_uuid(32)};
	(void)state;
	world_source(&w,
		     "is: grant\nuuid: 31\nnumber: 10\nrole: beheerder\nperson: uid=anna\nstate: actief\ncsn: 300\n");
	world_source(&w, "is: grant\nuuid: 32\nnumber: 10\nrole: beheerder\nperson: uid=bart\nstate: actief\ncsn: 300\n"
			 "elsewhere: yes\n");
	for (uint32_t i = 0; i < 2; i++) {
		world_past(&w, i == 0 ? "seen: 31 - 1 301" : "seen: 31 - 1 300\nseen: 32 - 1 301");
		world_think(&w);
		timeline_check(&w.past, w.source_read, &t);
		assert_int_equal(t.entries_back, 1);
		assert_true(uuid_equal(&t.first, &grants[i]));
		assert_int_equal(t.back_sources, 1u << i);
	}
}

static void each_source_has_its_own_position(void **state)
{
	const struct csn_vector ten = {1, {at(10, 1)}}, twenty = {1, {at(20, 1)}};
	const struct uuid nobody = {0};
	(void)state;
	source_position_keep(&w.past.positions, "source")->vector = ten;
	source_position_keep(&w.past.positions, "schools")->vector = twenty;
	struct source_snapshot *s = beside(&ten, &twenty);
	timeline_check(&w.past, s, &t);
	assert_false(timeline_went_back(&t));
	source_free(s);
	s = beside(&twenty, &ten);
	timeline_check(&w.past, s, &t);
	assert_true(t.position_went_back);
	assert_int_equal(t.back_sources, 2);    /* the second one */
	accept_at("source", 1, &nobody, 1, 10); /* another's server of the same number */
	accept_at(NULL, 2, &nobody, 1, 10);     /* from before there were two */
	timeline_check(&w.past, s, &t);
	assert_true(t.position_went_back);
	accept_at("schools", 3, &nobody, 1, 10);
	timeline_check(&w.past, s, &t);
	assert_false(t.position_went_back);
	assert_int_equal(t.accepted, 1);
	source_free(s);
	s = beside(&ten, &(struct csn_vector){0}); /* one of them shows none any more */
	timeline_check(&w.past, s, &t);
	assert_true(t.position_went_back);
	source_free(s);
}

/* Two domain controllers, one of each source: which of them is another one than before. */
static void another_server_is_that_of_its_source(void **state)
{
	const struct csn_vector then = {1, {csn_of_usn(4711, 0xc0ffee)}}, other = {1, {csn_of_usn(12, 0xbeef)}};
	(void)state;
	source_position_keep(&w.past.positions, "source")->vector = then;
	source_position_keep(&w.past.positions, "schools")->vector = then;
	struct source_snapshot *s = beside(&then, &other);
	timeline_check(&w.past, s, &t);
	assert_int_equal(t.other_servers, 2);
	assert_false(timeline_went_back(&t));
	source_free(s);
	s = beside(&other, &then);
	timeline_check(&w.past, s, &t);
	assert_int_equal(t.other_servers, 1);
	source_free(s);
}

static void what_was_accepted_is_not_back(void **state)
{
	struct uuid anna = world_uuid(11), school = world_uuid(1);
	(void)state;
	world_past(&w, "seen: 11 - 1 201\nseen: 1 - 1 101\n");
	accept(1, &anna, 0, 200 * 1000000);
	timeline_check(&w.past, w.source_read, &t);
	assert_int_equal(t.accepted, 1);
	assert_int_equal(t.entries_back, 1);
	assert_true(uuid_equal(&t.first, &school));
	accept(2, &school, 0, 101 * 1000000); /* it was not as old then as it is now */
	timeline_check(&w.past, w.source_read, &t);
	assert_true(timeline_went_back(&t));
	accept(2, &school, 0, 99 * 1000000);
	timeline_check(&w.past, w.source_read, &t);
	assert_false(timeline_went_back(&t));
	assert_int_equal(t.accepted, 2);
}

static void an_older_position_is_accepted_by_its_server(void **state)
{
	const struct uuid nobody = {0};
	struct csn first = {.time_us = 5000000, .rest = 1u << 24}, second = {.time_us = 5000000, .rest = 2u << 24};
	struct csn older = {.time_us = 4000000, .rest = 1u << 24};
	(void)state;
	source_position_keep(&w.past.positions, "source")->vector = (struct csn_vector){2, {first, second}};
	assert_true(csn_vector_merge(&w.source_read->certificate.position, &older));
	accept(1, &nobody, 1, 4000000);
	timeline_check(&w.past, w.source_read, &t);
	assert_true(t.position_went_back); /* the other server is missing */
	accept(2, &nobody, 2, 0);
	timeline_check(&w.past, w.source_read, &t);
	assert_false(t.position_went_back);
	assert_int_equal(t.accepted, 2);
	w.source_read->certificate.position.at[0].time_us--;
	timeline_check(&w.past, w.source_read, &t);
	assert_true(t.position_went_back);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_same_is_not_back),
		TEST(one_older_entry_is_enough),
		TEST(institutions_are_witnesses_too),
		TEST(an_older_position_is_enough),
		TEST(positions_are_compared_by_server_id),
		TEST(a_server_is_behind_by_any_server_id),
		TEST(another_source_is_compared_with_nothing),
		TEST(numbers_of_another_server_say_nothing),
		TEST(a_source_without_times_is_compared_with_nothing),
		TEST(a_grant_of_any_source_is_a_witness),
		TEST(each_source_has_its_own_position),
		TEST(another_server_is_that_of_its_source),
		TEST(what_was_accepted_is_not_back),
		TEST(an_older_position_is_accepted_by_its_server),
	};
	return cmocka_run_group_tests_name("timeline", tests, NULL, NULL);
}
