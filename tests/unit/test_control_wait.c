/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_control_wait.c - the method Wait: answered when it is so and not before, by what counts, and bounded.
 */
#include "unit.h"

#include <unistd.h>

#include "control/control_parts.h"
#include "control_ask.h"

/* Every change of the plan gets this verdict. */
static void judge_all(enum verdict verdict)
{
	for (uint32_t i = 0; i < bench.world.plan->change_count; i++)
		bench.world.plan->changes[i].verdict = (uint8_t)verdict;
}

static void end_cycle(uint32_t id, const char *result)
{
	bench.cycles[0] = (struct cycle_summary){.id = id, .started_s = 1000 + id, .ended_s = 1001 + id};
	snprintf(bench.cycles[0].result, sizeof(bench.cycles[0].result), "%s", result);
	bench.view.cycles = bench.cycles;
	bench.view.cycle_count = 1;
	bench.view.phase = RUN_IDLE;
	bench.view.cycle = 0;
	control_changed(bench.control);
}

static void expect_result(const json_t *whole, const char *result, int cycle)
{
	const json_t *reply = check_reply("Wait", whole);
	assert_string_equal(text(reply, "result"), result);
	assert_int_equal(number(reply, "cycle"), cycle);
	assert_int_equal(number(reply, "read"), 1000 + cycle);
}

static void ask_and_expect(const char *parameters, const char *result, int cycle)
{
	json_t *whole;
	char *call = call_of("Wait", json_loads(parameters, 0, NULL));
	ask("Wait", call, &whole);
	expect_result(whole, result, cycle);
	json_decref(whole);
	free(call);
}

static void begin_waiting(const char *parameters)
{
	char *call = call_of("Wait", json_loads(parameters, 0, NULL));
	peer_say(&peer, call);
	free(call);
	assert_true(peer_is_quiet(&peer));
}

static void expect_later(const char *result, int cycle)
{
	json_t *whole = peer_next(&peer);
	expect_result(whole, result, cycle);
	json_decref(whole);
}

static void what_is_so_is_answered_at_once(void **state)
{
	(void)state;
	end_cycle(7, "held");
	judge_all(VERDICT_HOLD);
	ask_and_expect("{\"in_step\":true}", "held", 7);
	bench.world.plan->changes[0].verdict = VERDICT_REFUSE;
	ask_and_expect("{\"in_step\":true}", "refused", 7);
	bench.world.plan->change_count = 0;
	ask_and_expect("{\"in_step\":true}", "in-step", 7);
	ask_and_expect("{\"newer_than\":1006}", "read", 7);
}

static void what_is_coming_is_waited_for(void **state)
{
	(void)state;
	end_cycle(7, "applied");
	judge_all(VERDICT_GO);
	begin_waiting("{\"in_step\":true}");
	end_cycle(8, "applied");
	assert_true(peer_is_quiet(&peer));
	bench.world.plan->change_count = 0;
	bench.view.phase = RUN_APPLYING; /* not before it has ended */
	control_changed(bench.control);
	assert_true(peer_is_quiet(&peer));
	end_cycle(9, "in-step");
	expect_later("in-step", 9);
	bench.view.phase = RUN_READING; /* nor is a cycle believed that another one follows already */
	begin_waiting("{\"in_step\":true}");
	end_cycle(10, "in-step");
	expect_later("in-step", 10);
}

static void a_cycle_that_failed_proves_nothing(void **state)
{
	(void)state;
	bench.world.plan->change_count = 0;
	end_cycle(7, "source-unread");
	begin_waiting("{\"in_step\":true}");
	end_cycle(8, "unfinished");
	assert_true(peer_is_quiet(&peer));
	end_cycle(9, "in-step");
	expect_later("in-step", 9);
}

static void a_directory_that_refuses_everything_ends_it(void **state)
{
	(void)state;
	judge_all(VERDICT_GO);
	end_cycle(7, "failed");
	begin_waiting("{\"in_step\":true}");
	bench.explain.refuses_all = true;
	end_cycle(8, "failed");
	expect_later("refused", 8);
	bench.world.plan->change_count = 0; /* nothing that could be refused: the cycle failed, and that is all */
	begin_waiting("{\"in_step\":true}");
	end_cycle(9, "source-unread");
	assert_true(peer_is_quiet(&peer));
	end_cycle(10, "in-step");
	expect_later("in-step", 10);
}

static void nothing_is_said_before_the_first_cycle(void **state)
{
	(void)state;
	const struct explain_input *explain = bench.view.explain;
	bench.view.explain = NULL;
	expect_error(CALL_WITH("Wait", "{\"person\":\"vo-jan\"}"), "be.werkplekduaal.Duaalsync.NotReady");
	begin_waiting("{\"newer_than\":0}");
	bench.view.explain = explain;
	end_cycle(1, "applied");
	expect_later("read", 1);
}

/* What a cycle that was begun before says may be older than what the caller means. */
static void a_person_is_judged_by_a_cycle_that_began_later(void **state)
{
	(void)state;
	judge_all(VERDICT_HOLD);
	end_cycle(7, "held");
	begin_waiting("{\"person\":\"vo-jan\"}");
	end_cycle(8, "held");
	expect_later("held", 8); /* they take her out of a group */
	bench.view.phase = RUN_READING;
	bench.view.cycle = 9;
	begin_waiting("{\"person\":\"vo-jan\"}");
	end_cycle(9, "held");
	assert_true(peer_is_quiet(&peer));
	end_cycle(10, "held");
	expect_later("held", 10);
	ask_and_expect("{\"person\":\"vo-jan\",\"newer_than\":1009}", "held", 10);
}

static void a_person_is_judged_by_own_changes_only(void **state)
{
	(void)state;
	struct change *gone = control_bench_change(&bench, R_PERSON_UNKNOWN);
	judge_all(VERDICT_GO);
	gone->verdict = VERDICT_HOLD; /* somebody whom the source does not show: known by the member's entry */
	end_cycle(7, "held");
	ask_and_expect("{\"person\":\"vo-gone\",\"newer_than\":0}", "held", 7);
	ask_and_expect("{\"person\":\"vo-nobody\",\"newer_than\":0}", "unknown", 7);
	gone->verdict = VERDICT_REFUSE;
	ask_and_expect("{\"person\":\"VO-GONE\",\"newer_than\":0}", "refused", 7);
}

/* Somebody deleted the entry, and the value is left in the group: it still names whoever had that vo-id. */
static void a_value_without_an_entry_is_somebodys_too(void **state)
{
	(void)state;
	const struct change *gone = control_bench_change(&bench, R_PERSON_UNKNOWN);
	struct target_member *member = &bench.world.target_read->members[gone->member];
	judge_all(VERDICT_HOLD);
	end_cycle(7, "held");
	member->person = NONE;
	ask_and_expect("{\"person\":\"vo-gone\",\"newer_than\":0}", "held", 7);
	ask_and_expect("{\"person\":\"vo-nobody\",\"newer_than\":0}", "unknown", 7);
}

/* A configuration that was read again meanwhile names entries otherwise. */
static void the_names_are_those_in_force(void **state)
{
	(void)state;
	static char elsewhere[] = "ou=elsewhere,dc=example";
	const struct change *gone = control_bench_change(&bench, R_PERSON_UNKNOWN);
	struct target_names before = bench.world.names;
	before.people = elsewhere;
	bench.world.target_read->members[gone->member].person = NONE;
	judge_all(VERDICT_HOLD);
	bench.view.names = &before;
	end_cycle(7, "held");
	begin_waiting("{\"person\":\"vo-gone\",\"newer_than\":1007}");
	bench.view.names = &bench.world.names;
	end_cycle(8, "held");
	expect_later("held", 8);
}

static void who_watches_is_told_so(void **state)
{
	(void)state;
	end_cycle(7, "in-step");
	peer_say(&peer,
		 "{\"method\":\"" INTERFACE_METHOD("Wait") "\",\"parameters\":{\"newer_than\":1007},\"more\":true}");
	json_t *whole = peer_next(&peer);
	const json_t *reply = check_reply("Wait", whole);
	assert_string_equal(text(reply, "result"), "waiting");
	assert_true(json_is_true(json_object_get(whole, "continues")) && is_null(reply, "cycle"));
	json_decref(whole);
	end_cycle(8, "in-step");
	whole = peer_next(&peer);
	assert_null(json_object_get(whole, "continues"));
	expect_result(whole, "read", 8);
	json_decref(whole);
}

static void what_is_waited_for_must_be_said(void **state)
{
	(void)state;
	expect_invalid(CALL("Wait"), "newer_than");
	expect_invalid(CALL_WITH("Wait", "{\"in_step\":false}"), "newer_than");
	expect_invalid(CALL_WITH("Wait", "{\"in_step\":true,\"person\":\"vo-jan\"}"), "in_step");
	expect_error(CALL_WITH("Wait", "{\"person\":\"Nobody At All\"}"), "be.werkplekduaal.Duaalsync.NotFound");
	assert_int_equal(bench.control->watcher_count, 0);
}

static void few_may_wait_and_those_who_leave_make_room(void **state)
{
	(void)state;
	struct peer peers[10];
	int most = getuid() == 0 ? 10 : 8;
	end_cycle(7, "in-step");
	for (int i = 0; i < most; i++) {
		peers[i] = peer_open(bench.loop, bench.path);
		peer_say(&peers[i], CALL_WITH("Wait", "{\"newer_than\":1007}"));
		assert_true(peer_is_quiet(&peers[i]));
	}
	expect_error(CALL_WITH("Wait", "{\"newer_than\":1007}"), "be.werkplekduaal.Duaalsync.OrderRefused");
	json_t *whole;
	ask("Status", CALL("Status"), &whole); /* whoever asks is answered */
	json_decref(whole);
	peer_close(&peers[0]);
	begin_waiting("{\"newer_than\":1007}");
	assert_int_equal(bench.control->watcher_count, most);
	end_cycle(8, "in-step");
	expect_later("read", 8);
	for (int i = 1; i < most; i++) {
		json_decref(peer_next(&peers[i]));
		peer_close(&peers[i]);
	}
	assert_int_equal(bench.control->watcher_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_is_so_is_answered_at_once),         T(what_is_coming_is_waited_for),
		T(a_cycle_that_failed_proves_nothing),     T(a_directory_that_refuses_everything_ends_it),
		T(nothing_is_said_before_the_first_cycle), T(a_person_is_judged_by_a_cycle_that_began_later),
		T(a_person_is_judged_by_own_changes_only), T(a_value_without_an_entry_is_somebodys_too),
		T(the_names_are_those_in_force),           T(who_watches_is_told_so),
		T(what_is_waited_for_must_be_said),        T(few_may_wait_and_those_who_leave_make_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
