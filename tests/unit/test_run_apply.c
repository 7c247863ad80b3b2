/* SPDX-License-Identifier: EUPL-1.2 */
/* test_run_apply.c - plans carried out: recorded by the real duaal-ledger, written by a duaal-target of our own, and remembered. */
#include "apply_bench.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "run/facts.h"

/* ---- what goes through --------------------------------------------------------------------------- */

static void phase_by_phase(void **state)
{
	(void)state;
	anna_and_bert_are_new();
	assert_int_equal(apply_round(), 0);
	assert_int_equal(events.why, 0);
	assert_int_equal(apply.counts.granted, 2);
	assert_int_equal(apply.counts.structure, 4);
	assert_int_equal(apply.counts.done, apply.counts.expected);
	const char *school = strstr(heard, "1 duaalInstitutionNumber=10,"), *person = strstr(heard, "1 uid=anna"),
		   *group = strstr(heard, "1 " GUIDES);
	assert_true(school != NULL && person > school && group > person);
	assert_ptr_equal(strstr(school, "\nend\n") + 5, person); /* a phase ends before the next begins */
	assert_null(strstr(group + 1, GUIDES "," GUIDES));
}

static void revocations_are_finished_first(void **state)
{
	(void)state;
	a_group_for_anna_and_bert();
	world_target(&w, OUR_PERSON("carl", "13"));
	record_set(&w, &w.target[1], FIELD_MEMBER, "uid=carl," WORLD_PEOPLE);
	world_source(&w, PERSON("13", "carl", RIGHT("trajectbegeleider", "77")));
	world_past(&w, "owned: 10 trajectbegeleider uid=carl 13 held\n");
	assert_int_equal(apply_round(), 0);
	const char *out = strstr(heard, "uid=carl"), *first_end = strstr(heard, "\nend\n"),
		   *in = strstr(heard, "1 uid=anna");
	assert_true(out != NULL && first_end > out && in > first_end);
	assert_int_equal(apply.counts.revoked, 1);
	assert_int_equal(apply.counts.granted, 2);
	assert_int_equal(owned("carl")->state, OWNED_REMOVED);
	assert_int_equal(owned("anna")->state, OWNED_HELD);
	assert_int_equal(w.past.removal_count, 1);
}

static void nothing_to_do(void **state)
{
	(void)state;
	assert_int_equal(apply_round(), ERR_NOT_FOUND);
	assert_string_equal(heard, "");
}

/* ---- what does not ------------------------------------------------------------------------------- */

/* Whoever has no entry becomes no member (57); the others do, and it is not tried again in this cycle (55). */
static void a_refused_person_stops_nobody_else(void **state)
{
	(void)state;
	a_group_for_anna_and_bert();
	write_file("answers", "uid=anna 50\n");
	assert_int_equal(apply_round(), 0);
	assert_int_equal(apply.counts.refused, 1);
	assert_int_equal(apply.counts.granted, 1);
	const char *group = strstr(heard, "2 " GUIDES);
	assert_non_null(group);
	assert_non_null(strstr(group, "uid=bert"));
	assert_null(strstr(group, "uid=anna"));
	assert_null(owned("anna"));
	assert_non_null(strstr(apply.refusal.text, "result 50"));
	assert_int_equal(apply_round(), ERR_NOT_FOUND);
}

/* Somebody else made it: what needs it waits for the next look, which is the next round. */
static void a_conflict_waits_for_the_next_round(void **state)
{
	(void)state;
	a_group_for_anna_and_bert();
	write_file("answers", "uid=anna 68\n");
	assert_int_equal(apply_round(), 0);
	assert_int_equal(apply.counts.conflicts, 1);
	assert_int_equal(apply.counts.granted, 1);
	world_target(&w, OUR_PERSON("anna", "11") OUR_PERSON("bert", "12"));
	assert_int_equal(apply_round(), 0);
	assert_int_equal(apply.counts.granted, 2);
	assert_int_equal(owned("anna")->state, OWNED_HELD);
}

static void a_refused_institution_gets_no_group(void **state)
{
	(void)state;
	anna_and_bert_are_new();
	write_file("answers", "duaalInstitutionNumber 50\n");
	assert_int_equal(apply_round(), 0);
	assert_false(is_heard("1 " GUIDES));
	assert_int_equal(apply.counts.granted, 0);
	assert_int_equal(ledger.pending.count, 0);
}

static void a_refused_value_is_as_before(void **state)
{
	(void)state;
	a_group_for_anna_and_bert();
	world_target(&w, OUR_PERSON("carl", "13"));
	record_set(&w, &w.target[1], FIELD_MEMBER, "uid=carl," WORLD_PEOPLE);
	world_source(&w, PERSON("13", "carl", RIGHT("trajectbegeleider", "77")));
	world_past(&w, "owned: 10 trajectbegeleider uid=carl 13 held\n");
	write_file("answers", GUIDES " 19\n");
	assert_int_equal(apply_round(), 0);
	assert_int_equal(apply.counts.refused, 1); /* what two people get comes again in parts */
	assert_int_equal(apply_round(), 0);
	assert_int_equal(apply.counts.refused, 3);
	assert_int_equal(apply_round(),
			 0); /* the people's entries only: nobody else is here to say that they were made */
	assert_int_equal(apply.counts.refused, 3);
	assert_int_equal(apply.refused, REFUSED_LAST_REMOVAL); /* who keeps access is more urgent than who gets none */
	assert_int_equal(owned("carl")->state, OWNED_HELD);
	assert_null(owned("anna"));
	assert_int_equal(w.past.removal_count, 0);
	assert_int_equal(apply.counts.granted + apply.counts.revoked, 0);
}

/* The server takes nothing: no further phase is begun. */
static void a_server_that_takes_nothing(void **state)
{
	(void)state;
	anna_and_bert_are_new();
	write_file("answers", "uid= 53\n");
	assert_int_equal(apply_round(), 0);
	assert_true(apply.stopped);
	assert_true(is_heard("1 uid=anna"));
	assert_false(is_heard(GUIDES));
	assert_int_equal(apply.refusal.code, ERR_UNAVAILABLE);
	assert_true(apply.refused_all);
	end_cycle();
	begin_cycle();
	assert_true(apply.refused_all); /* until it takes something */
	write_file("answers", "");
	client_restart(&writer); /* it reads the answers again */
	assert_int_equal(apply_round(), 0);
	assert_false(apply.refused_all);
}

/* Nobody answered: what may have been written is ours if it is there. */
static void a_target_that_dies(void **state)
{
	(void)state;
	a_group_for_anna_and_bert();
	world_target(&w, OUR_PERSON("carl", "13"));
	record_set(&w, &w.target[1], FIELD_MEMBER, "uid=carl," WORLD_PEOPLE);
	world_source(&w, PERSON("13", "carl", RIGHT("trajectbegeleider", "77")));
	world_past(&w, "owned: 10 trajectbegeleider uid=carl 13 held\n");
	write_file("answers", GUIDES " die\n");
	assert_int_equal(apply_round(), 0);
	assert_int_equal(events.why, ERR_UNAVAILABLE);
	assert_int_equal(apply.counts.unknown, 1);
	assert_int_equal(owned("carl")->state, OWNED_REMOVING);
	assert_int_equal(w.past.removal_count, 0);
	assert_false(is_heard("uid=anna"));
	write_file("answers", "");
	world_find(&w, false, 100001)->count--; /* carl is out */
	write_file("answers", GUIDES " die\n");
	assert_int_equal(apply_round(), 0);
	assert_int_equal(owned("anna")->state, OWNED_INTENDED);
	assert_int_equal(apply.counts.unknown, 2);
}

static void carl_goes_and_nobody_answers(void)
{
	a_group_for_anna_and_bert();
	world_target(&w, OUR_PERSON("carl", "13"));
	record_set(&w, &w.target[1], FIELD_MEMBER, "uid=carl," WORLD_PEOPLE);
	world_source(&w, PERSON("13", "carl", RIGHT("trajectbegeleider", "77")));
	world_past(&w, "owned: 10 trajectbegeleider uid=carl 13 held\n");
	write_file("answers", GUIDES " die\n");
	assert_int_equal(apply_round(), 0);
}

static int settle_unproven(void)
{
	struct err err = {0};
	thought = thought_of(&w);
	return unproven_settle(&apply.unproven, w.target_read, &w.past, &ledger, &err);
}

/* The next read tells whether it counts in the guard's window (I4): it does when it happened, also after a restart. */
static void a_removal_that_nobody_told_of_counts(void **state)
{
	(void)state;
	carl_goes_and_nobody_answers();
	world_find(&w, false, 100001)->count--; /* carl is out */
	assert_int_equal(settle_unproven(), 0);
	assert_int_equal(apply.unproven.count, 0);
	assert_int_equal(w.past.removal_count, 1);
	assert_int_equal(w.past.removals[0].number, 10);
	assert_int_equal(w.past.removals[0].sort, REMOVAL_ORDINARY);
	assert_int_equal(settle_unproven(), 0);
	assert_int_equal(w.past.removal_count, 1);
	assert_int_equal(unproven_load(&apply.unproven, &w.past, owned("carl")->cycle + 1, 5), 0);
	assert_int_equal(apply.unproven.count, 0);
	assert_int_equal(unproven_load(&apply.unproven, &w.past, owned("carl")->cycle, 5), 0);
	assert_int_equal(apply.unproven.count, 1);
	assert_int_equal(settle_unproven(), 0);
	assert_int_equal(w.past.removal_count, 2);
}

static void a_removal_that_did_not_happen_does_not(void **state)
{
	(void)state;
	carl_goes_and_nobody_answers();
	assert_int_equal(apply.unproven.count, 1);
	assert_int_equal(settle_unproven(), 0);
	assert_int_equal(apply.unproven.count, 0);
	assert_int_equal(w.past.removal_count, 0);
}

/* Asked to stop between the ledger's word and the first write: nothing is sent, and the ledger hears so. */
static void stopped_before_the_first_write(void **state)
{
	struct err err = {0};
	(void)state;
	a_group_for_anna_and_bert();
	thought = thought_of(&w);
	assert_int_equal(apply_start(&apply, &thought, &err), 0);
	apply.stopped = true;
	RUN_UNTIL(events.finished);
	assert_null(writer.process);
	assert_int_equal(events.why, 0);
	end_cycle();
	load();
	assert_int_equal(ledger.loading.owned_count, 0);
}

/* No word of the ledger, no write (I19). */
static void nothing_without_the_ledger(void **state)
{
	struct err err = {0};
	(void)state;
	a_group_for_anna_and_bert();
	thought = thought_of(&w);
	assert_int_equal(apply_start(&apply, &thought, &err), 0);
	ledger_client_drop(&ledger);
	apply_abort(&apply);
	for (int i = 0; i < 5; i++)
		sd_event_run(loop, 20000);
	read_heard();
	assert_string_equal(heard, "");
	assert_null(apply.thought);
}

/* ---- the ledger, the facts and what is pending ----------------------------------------------------- */

/* What was written into a new group is known as ours before anybody confirms it: in this process and in the next one. */
static void values_of_a_new_group_are_pending(void **state)
{
	(void)state;
	anna_and_bert_are_new();
	assert_int_equal(apply_round(), 0);
	assert_int_equal(ledger.pending.count, 2);
	end_cycle();
	load();
	assert_int_equal(ledger.pending.count, 2);
	assert_non_null(ledger.pending.items[0].value);
	assert_int_equal(ledger.pending.items[0].number, 10);
}

static void tell_facts(bool released)
{
	struct facts facts = {.ledger = &ledger,
			      .past = &w.past,
			      .thought = &thought,
			      .cycle = events.cycle,
			      .released = released,
			      .source_accepted = true};
	struct err err = {0};
	assert_int_equal(facts_tell(&facts, &err), 0);
	pending_done(&ledger.pending);
}

static void settle(void)
{
	struct err err = {0};
	thought = thought_of(&w);
	assert_int_equal(pending_settle(&ledger.pending, w.target_read, &w.past, &ledger, &err), 0);
	thought = thought_of(&w);
}

static void make_what_was_written(void)
{
	world_think(&w);
	world_apply(&w);
	past_done(&w.past); /* as run/ remembers it: by what is pending only */
	world_past(&w, "first-contact: no\n");
}

static void confirmed_with_the_facts(void **state)
{
	(void)state;
	anna_and_bert_are_new();
	assert_int_equal(apply_round(), 0);
	make_what_was_written();
	settle();
	assert_int_equal(owned("anna")->state, OWNED_INTENDED);
	assert_int_equal(thought.plan->confirmation_count, 2);
	tell_facts(true);
	end_cycle();
	load();
	assert_int_equal(ledger.pending.count, 0);
	assert_int_equal(ledger.loading.owned_count, 2);
	assert_int_equal(ledger.loading.group_count, 1);
	assert_int_equal(ledger.loading.groups[0].released, 2);
	assert_int_equal(ledger.loading.owned[0].state, OWNED_HELD);
	assert_true(ledger.loading.seen_count >= 3); /* school, anna, bert */
	struct past past;
	past_init(&past);
	ledger_client_take(&ledger, &past);
	assert_int_equal(past.owned_count, 2);
	assert_int_equal(ledger.loading.owned_count, 0);
	past_done(&past);
}

/* Written, and then no longer wanted before it was confirmed: it is ours, so it goes. */
static void unwanted_before_it_was_confirmed(void **state)
{
	(void)state;
	anna_and_bert_are_new();
	assert_int_equal(apply_round(), 0);
	make_what_was_written();
	record_set(&w, world_find(&w, true, 12), FIELD_RIGHT, "WerkplekDuaalGebruiker-trajectbegeleider:77");
	settle();
	assert_int_equal(thought.plan->removals, 1);
	tell_facts(false);
	end_cycle();
	load();
	assert_int_equal(ledger.pending.count, 0);
	assert_int_equal(ledger.loading.owned_count, 2);
	uint32_t intended = 0;
	for (size_t i = 0; i < ledger.loading.owned_count; i++)
		intended += ledger.loading.owned[i].state == OWNED_INTENDED;
	assert_int_equal(intended, 1);
}

static void a_group_that_never_came(void **state)
{
	(void)state;
	anna_and_bert_are_new();
	assert_int_equal(apply_round(), 0);
	end_cycle();
	load(); /* the next process */
	begin_cycle();
	settle();
	assert_int_equal(w.past.owned_count, 0);
	tell_facts(true);
	events.closed = false;
	end_cycle();
	load();
	assert_int_equal(ledger.pending.count, 0);
	assert_int_equal(ledger.loading.owned_count, 0);
}

/* Only differences: a second cycle without a change tells nothing, so nothing grows. */
static void facts_are_told_once(void **state)
{
	(void)state;
	anna_and_bert_are_new();
	thought = thought_of(&w);
	tell_facts(true);
	size_t seen = w.past.seen_count;
	struct facts again = {
		.ledger = &ledger, .past = &w.past, .thought = &thought, .released = true, .source_accepted = true};
	struct err err = {0};
	ledger_client_drop(&ledger); /* whoever tells it something now gets an error */
	assert_int_equal(facts_tell(&again, &err), 0);
	assert_int_equal(w.past.seen_count, seen);
}

static void a_restored_group_stays_known_as_such(void **state)
{
	struct uuid group = world_uuid(100001);
	(void)state;
	a_group_for_anna_and_bert();
	world_past(&w, "group: 10 trajectbegeleider 5000\n");
	thought = thought_of(&w);
	tell_facts(false);
	assert_int_equal(past_group(&w.past, &group)->csn.time_us, 5000 * 1000000LL);
	tell_facts(true);
	assert_int_equal(past_group(&w.past, &group)->csn.time_us, 1000 * 1000000LL);
}

/* A ledger that cannot be opened is told once, and nothing of it stays. */
static void a_ledger_that_fails(void **state)
{
	struct err err = {0};
	(void)state;
	ledger_client_drop(&ledger);
	unlink("ledger.db");
	assert_int_equal(mkdir("ledger.db", 0700), 0);
	assert_int_equal(ledger_client_load(&ledger, &err), 0);
	RUN_UNTIL(events.failed);
	assert_false(ledger.loaded);
	assert_null(ledger.client.process);
	assert_int_equal(ledger_client_commit(&ledger, 1, &err), ERR_UNAVAILABLE);
	rmdir("ledger.db");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(phase_by_phase),
		TEST(revocations_are_finished_first),
		TEST(nothing_to_do),
		TEST(a_refused_person_stops_nobody_else),
		TEST(a_conflict_waits_for_the_next_round),
		TEST(a_refused_institution_gets_no_group),
		TEST(a_refused_value_is_as_before),
		TEST(a_server_that_takes_nothing),
		TEST(a_target_that_dies),
		TEST(a_removal_that_nobody_told_of_counts),
		TEST(a_removal_that_did_not_happen_does_not),
		TEST(stopped_before_the_first_write),
		TEST(nothing_without_the_ledger),
		TEST(values_of_a_new_group_are_pending),
		TEST(confirmed_with_the_facts),
		TEST(unwanted_before_it_was_confirmed),
		TEST(a_group_that_never_came),
		TEST(facts_are_told_once),
		TEST(a_restored_group_stays_known_as_such),
		TEST(a_ledger_that_fails),
	};
	(void)argc;
	if (strcmp(argv[0], "duaal-target") == 0)
		return bench_target();
	signal(SIGPIPE, SIG_IGN);
	log_open(LOG_SINK_STDERR, 1, "", 0);
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
