/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_run_orders.c - orders with a real duaal-ledger and without directories: what is refused and why, what takes effect, and that
 * nobody is told "done" before it is durable. There is no duaal-source and no duaal-target, so every cycle ends unread.
 */
#include "unit.h"

#include <limits.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "core/identity.h"
#include "core_stories.h"
#include "core_world.h"
#include "run/host_clock.h"
#include "run/orders_parts.h"
#include "test_ledger.h"

#define DAY_S 86400

struct answered {
	int count;
	enum order_code code;
	char sentence[512], entry[128];
	uint32_t covered, left;
	enum reason left_reason;
};

static struct ledger_place *place;
static struct world w;
static char overrides_base[] = "ou=overrides,dc=app", requests_base[] = "ou=requests,dc=app";
static struct run_settings settings;
static struct source_settings source_settings;
static struct target_settings target_settings;
static struct source_bases bases;
static sd_event *loop;
static struct run *run;
static struct answered last;

/* ---- the bench ------------------------------------------------------------------------------------- */

static struct run_config config_of(void)
{
	settings = (struct run_settings){.helper_dir = place->dir,
					 .state_dir = place->dir,
					 .interval_s = 3600,
					 .backoff_min_s = 3600,
					 .backoff_max_s = 3600,
					 .questions_max = 200};
	return (struct run_config){.run = &settings,
				   .helpers = {.programs = place->dir},
				   .sources = &source_settings,
				   .source_bases = &bases,
				   .source_count = 1,
				   .target = &target_settings,
				   .names = &w.names,
				   .policy = &w.settings,
				   .guard = &w.guard,
				   .drift = &w.drift,
				   .ledger = &place->set,
				   .zone = &w.zone,
				   .version = "test"};
}

static void turn(bool (*enough)(void))
{
	for (int rounds = 0; !enough(); rounds++) {
		if (rounds == 2000)
			fail_msg("it never came: %s", run->publisher.ledger_err.text);
		assert_true(sd_event_run(loop, 5000000) >= 0);
	}
}

static bool has_ended(void)
{
	return run->ended > 0 && !run->cycle.running;
}

static bool is_answered(void)
{
	return last.count > 0;
}

static void start(void)
{
	struct err err = {0};
	const struct run_config config = config_of();
	assert_int_equal(run_new(loop, &config, &run, &err), 0);
	run_start(run, NULL, NULL);
	turn(has_ended);
	assert_true(run_is_loaded(run));
}

/* What both directories said in some cycle before. */
static void look(void)
{
	world_think(&w);
	run->source = run->sources.seats[0].part = w.source_read;
	run->target = w.target_read;
	w.source_read = NULL;
	w.target_read = NULL;
	run->past.first_contact = false;
	run_think_again(run);
	assert_true(run->thought.made);
}

static void on_done(void *call, const struct order_result *result)
{
	struct answered *answered = call;
	answered->count++;
	answered->code = result->code;
	answered->covered = result->covered;
	answered->left = result->item_count;
	answered->left_reason = result->item_count > 0 ? result->items[0].reason : R_NONE;
	snprintf(answered->sentence, sizeof(answered->sentence), "%s", result->sentence);
	snprintf(answered->entry, sizeof(answered->entry), "%s", result->entry != NULL ? result->entry : "");
}

static struct order order_of(enum order_kind kind)
{
	return (struct order){.kind = kind, .uid = 1000, .role = UINT8_MAX, .person = NONE, .reason = "because"};
}

static void give(const struct order *order)
{
	last = (struct answered){0};
	run_control_host(run).give_order(run, order, on_done, &last);
}

static void carry_out(const struct order *order)
{
	give(order);
	assert_int_equal(last.count, 0); /* not before it is on record */
	turn(is_answered);
}

static void expect_done(const struct order *order)
{
	carry_out(order);
	if (last.code != ORDER_DONE)
		fail_msg("not done: %s", last.sentence);
}

static void expect_refused(const struct order *order, enum order_code code, const char *part)
{
	carry_out(order);
	if (last.code != code || strstr(last.sentence, part) == NULL)
		fail_msg("code %d, \"%s\" does not say \"%s\"", (int)last.code, last.sentence, part);
}

static int setup(void **state)
{
	const char *build = getenv("top_builddir");
	char from[PATH_MAX + 32], to[512];
	if (place_setup(state) < 0)
		return -1;
	place = *state;
	if (realpath(build != NULL ? build : ".", from) == NULL)
		return -1;
	strncat(from, "/duaal-ledger", sizeof(from) - strlen(from) - 1);
	snprintf(to, sizeof(to), "%s/duaal-ledger", place->dir);
	if (symlink(from, to) < 0)
		return -1;
	world_init(&w);
	world_past(&w, "first-contact: no\n");
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("trajectbegeleider", "10"))
				 PERSON("12", "bert", "WerkplekDuaalGebruiker:10"));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_GUIDES("10") "member: uid=anna\n");
	w.settings.override_max_s = 90 * DAY_S;
	w.names.overrides = overrides_base;
	w.names.requests = requests_base;
	if (sd_event_new(&loop) < 0)
		return -1;
	start();
	return 0;
}

static int teardown(void **state)
{
	run = run_free(run);
	loop = sd_event_unref(loop);
	w.names.overrides = w.names.requests = NULL;
	world_done(&w);
	return place_teardown(state);
}

static void restart(void)
{
	run = run_free(run);
	start();
}

/* ---- standing still -------------------------------------------------------------------------------- */

static void a_freeze_is_kept_over_a_restart(void **state)
{
	struct order freeze = order_of(ORDER_FREEZE), thaw = order_of(ORDER_THAW);
	(void)state;
	freeze.number = thaw.number = 123456; /* nobody needs to know it */
	freeze.until_s = clock_wall_s() + DAY_S;
	expect_done(&freeze);
	restart();
	assert_int_equal(run->past.freeze_count, 1);
	assert_int_equal(run->past.freezes[0].by, 1000);
	assert_int_equal(run->past.freezes[0].until_s, freeze.until_s);
	assert_string_equal(run->past.freezes[0].said, "because");
	freeze.reason = "longer";
	expect_done(&freeze); /* the same one, with another word */
	assert_int_equal(run->past.freeze_count, 1);
	thaw.reason = "";
	expect_done(&thaw);
	restart();
	assert_int_equal(run->past.freeze_count, 0);
	expect_refused(&thaw, ORDER_NOT_FOUND, "is not frozen");
}

static void a_pause_and_a_freeze_of_all_are_two_things(void **state)
{
	struct order all = order_of(ORDER_FREEZE), pause = order_of(ORDER_PAUSE), resume = order_of(ORDER_RESUME),
		     thaw = order_of(ORDER_THAW);
	(void)state;
	expect_refused(&resume, ORDER_NOT_FOUND, "not paused");
	expect_done(&all);
	expect_done(&pause);
	assert_int_equal(run->past.freeze_count, 2);
	thaw.number = 10;
	expect_refused(&thaw, ORDER_NOT_FOUND, "all of them are");
	expect_done(&resume);
	assert_int_equal(run->past.freeze_count, 1);
	thaw.number = 0;
	expect_done(&thaw);
	assert_int_equal(run->past.freeze_count, 0);
}

/* On record at once: the next process begins with it. */
static void a_clock_that_is_ahead_is_accepted_by_its_day(void **state)
{
	struct order accept = order_of(ORDER_ACCEPT_CLOCK);
	int64_t off_s;
	(void)state;
	accept.id = host_clock_day(run);
	expect_refused(&accept, ORDER_REFUSED, "nothing to accept");
	clock_know(clock_host_s() - 400 * DAY_S, clock_up_s(), CLOCK_STEP_S);
	accept.id = 20010101;
	expect_refused(&accept, ORDER_REFUSED, "put the clock right");
	assert_int_equal(clock_stand(&off_s), CLOCK_AHEAD);
	accept.id = host_clock_day(run);
	expect_done(&accept);
	assert_int_equal(clock_stand(&off_s), CLOCK_AGREES);
	clock_forget();
	restart();
	assert_int_equal(clock_stand(&off_s), CLOCK_AGREES);
	assert_true(run->past.clock.wall_s > clock_host_s() - DAY_S);
}

/* Their seven days begin now, or they would keep what they have for years. */
static void whoever_was_ambiguous_by_a_clock_that_was_ahead(void **state)
{
	struct order accept = order_of(ORDER_ACCEPT_CLOCK);
	const struct uuid first = world_uuid(77), earlier = world_uuid(78);
	const int64_t before_s = clock_host_s() - DAY_S;
	(void)state;
	assert_int_equal(past_set_ambiguity(&run->past, &first, clock_host_s() + 400 * DAY_S), 0);
	assert_int_equal(past_set_ambiguity(&run->past, &earlier, before_s), 0);
	clock_know(clock_host_s() + 400 * DAY_S, clock_up_s(), CLOCK_STEP_S);
	accept.id = host_clock_day(run);
	expect_done(&accept);
	assert_true(past_ambiguity(&run->past, &first)->since_s <= clock_host_s());
	restart();
	assert_true(past_ambiguity(&run->past, &first)->since_s <= clock_host_s());
	assert_int_equal(run->past.ambiguity_count, 1); /* only that one was told again */
}

static void what_is_wrong_by_itself_is_refused(void **state)
{
	struct order order = order_of(ORDER_FREEZE);
	(void)state;
	order.reason = " ";
	expect_refused(&order, ORDER_REFUSED, "reason");
	order.reason = "because";
	order.until_s = clock_wall_s() - 1;
	expect_refused(&order, ORDER_REFUSED, "passed");
	order.until_s = 0;
	order.number = 1000000;
	expect_refused(&order, ORDER_REFUSED, "number");
	assert_int_equal(run->past.freeze_count, 0);
}

/* ---- holds ----------------------------------------------------------------------------------------- */

/* Two operations: one that is in the plan, and one that is not. */
static void set_hold(uint16_t rule)
{
	struct hold_op ops[2] = {{.kind = CHANGE_MEMBER_REMOVE, .number = 10, .who = world_uuid(77)}};
	struct past_hold hold = {.id = 12,
				 .rule = rule,
				 .role = UINT8_MAX,
				 .state = HOLD_OPEN,
				 .number = 10,
				 .opened_s = clock_wall_s() - 10,
				 .expires_s = clock_wall_s() + DAY_S,
				 .digest = {0xab, 0xcd, 0xef},
				 .ops = ops,
				 .op_count = 1};
	memset(ops[0].id.bytes, 7, sizeof(ops[0].id.bytes));
	if (run->thought.plan->change_count > 0) {
		const struct change *change = &run->thought.plan->changes[0];
		assert_int_equal(change_identify(&run->thought.plan_input, change, &ops[1].id), 0);
		ops[1].kind = change->kind;
		hold.op_count = 2;
	}
	assert_int_equal(past_set_hold(&run->past, &hold), 0);
}

static void a_hold_is_decided_once(void **state)
{
	struct order approve = order_of(ORDER_APPROVE), reject = order_of(ORDER_REJECT);
	(void)state;
	world_target(&w, "is: group\nnumber: 10\nrole: beheerder\nmember: uid=anna\n");
	look();
	assert_true(run->thought.plan->change_count > 0);
	set_hold(R_RULE_COUNT);
	approve.id = reject.id = 12;
	approve.digest = "abcdef00";
	expect_done(&approve);
	assert_int_equal(last.covered, 1);
	assert_int_equal(last.left, 1);
	assert_int_equal(last.left_reason, R_NOT_WANTED);
	const struct past_hold *hold = past_hold(&run->past, 12);
	assert_int_equal(hold->state, HOLD_APPROVED);
	assert_int_equal(hold->decided_by, 1000);
	assert_string_equal(hold->said, "because");
	expect_refused(&reject, ORDER_REFUSED, "was approved by uid 1000");
}

static void a_hold_is_refused_for_what_it_is_not(void **state)
{
	struct order approve = order_of(ORDER_APPROVE), accept = order_of(ORDER_ACCEPT_SOURCE);
	(void)state;
	look();
	approve.id = accept.id = 12;
	expect_refused(&approve, ORDER_NOT_FOUND, "no hold 12");
	set_hold(R_RULE_COUNT);
	approve.digest = "abcdee";
	expect_refused(&approve, ORDER_REFUSED, "12-abcdef");
	expect_refused(&accept, ORDER_REFUSED, "duaalctl approve 12-abcdef");
	set_hold(R_RULE_SOURCE_WENT_BACK);
	approve.digest = NULL;
	expect_refused(&approve, ORDER_REFUSED, "duaalctl accept-source 12-abcdef");
	assert_int_equal(past_hold(&run->past, 12)->state, HOLD_OPEN);
	expect_done(&accept);
	assert_int_equal(past_hold(&run->past, 12)->state, HOLD_ACCEPTED);
}

static void an_expired_hold_cannot_be_decided(void **state)
{
	struct order approve = order_of(ORDER_APPROVE);
	(void)state;
	look();
	set_hold(R_RULE_COUNT);
	approve.id = 12;
	run->past.holds[0].expires_s = clock_wall_s();
	expect_refused(&approve, ORDER_REFUSED, "expired");
}

/* ---- directives, hand edits, undo ------------------------------------------------------------------ */

static struct order pin_of(const char *vo_id)
{
	struct order order = order_of(ORDER_PIN);
	order.number = 10;
	order.role = 0;
	order.vo_id = vo_id;
	return order;
}

static void directives_that_would_do_nothing_are_refused(void **state)
{
	struct order pin = pin_of("anna"), unpin = pin_of("anna"), request = order_of(ORDER_REQUEST);
	(void)state;
	unpin.kind = ORDER_UNPIN;
	expect_refused(&pin, ORDER_FAILED, "nothing was read yet");
	look();
	expect_refused(&unpin, ORDER_NOT_FOUND, "there is no override");
	pin.until_s = clock_wall_s() + 91 * DAY_S;
	expect_refused(&pin, ORDER_REFUSED, "at most 90 days");
	pin.until_s = 0;
	pin.number = 99;
	expect_refused(&pin, ORDER_REFUSED, "does not show institution 99");
	pin.exclude = true;
	expect_refused(&pin, ORDER_REFUSED, "does not show institution 99");
	pin = pin_of("anna");
	pin.role = UINT8_MAX;
	expect_refused(&pin, ORDER_REFUSED, "role");
	request.number = 10;
	expect_refused(&request, ORDER_REFUSED, "needs no request");
	request.number = 99;
	expect_refused(&request, ORDER_REFUSED, "does not show institution 99");
}

/* Without the target's helper nothing can be written, and that is what is answered. */
static void a_directive_that_cannot_be_written_fails(void **state)
{
	const struct order pin = pin_of("bert");
	(void)state;
	look();
	carry_out(&pin);
	assert_int_equal(last.code, ORDER_FAILED);
	assert_non_null(strstr(last.entry, "cn=override-10-trajectbegeleider-"));
	assert_null(strstr(last.entry, "bert"));
}

static void two_orders_about_the_same_do_not_meet(void **state)
{
	const struct order pin = pin_of("bert"), again = pin_of("BERT");
	static struct answered first;
	(void)state;
	look();
	first = last = (struct answered){0};
	run_control_host(run).give_order(run, &pin, on_done, &first);
	assert_int_equal(first.count, 0);
	run_control_host(run).give_order(run, &again, on_done, &last);
	turn(is_answered);
	assert_int_equal(last.code, ORDER_REFUSED);
	assert_non_null(strstr(last.sentence, "another order about the same"));
}

static void somebody_elses_override_is_named(void **state)
{
	const struct order pin = pin_of("anna");
	(void)state;
	world_target(&w,
		     "is: override\ndn: cn=x,ou=overrides,dc=app\nvo-id: ANNA\nnumber: 010\nrole: trajectbegeleider\n"
		     "effect: exclude\nvalid-until: 20991231225959Z\nmanaged-by: somebody\n");
	look();
	expect_refused(&pin, ORDER_REFUSED, "an administrator wrote it");
}

/* Between the order and the cycle that carries it out somebody deleted the entry: then it is as if it had been gone before. */
static void a_directive_that_goes_meanwhile_is_forgotten(void **state)
{
	struct order unpin = pin_of("anna");
	(void)state;
	world_target(&w,
		     "is: override\ndn: cn=x,ou=overrides,dc=app\nvo-id: anna\nnumber: 10\nrole: trajectbegeleider\n"
		     "effect: exclude\nvalid-until: 20991231225959Z\nmanaged-by: duaalsync\n");
	look();
	assert_int_equal(run->target->override_count, 1);
	const struct past_directive known = {
		.uuid = run->target->overrides[0]->uuid,
		.person = run->source->people[source_person_by_vo_id(run->source, text_of("anna"))].entry->uuid,
		.number = 10,
		.kind = DIRECTIVE_EXCLUDE,
		.until_s = INT64_MAX};
	assert_int_equal(past_set_directive(&run->past, &known), 0);
	unpin.kind = ORDER_UNPIN;
	give(&unpin);
	assert_int_equal(last.count, 0);
	thought_drop(&run->thought);
	source_free(run->source);
	target_free(run->target);
	w.target[w.target_count - 1].gone = true;
	look();
	turn(is_answered);
	assert_int_equal(last.code, ORDER_DONE);
	assert_non_null(strstr(last.sentence, "gone already"));
	assert_int_equal(run->past.directive_count, 0);
}

static void only_memberships_can_be_adopted(void **state)
{
	struct order adopt = order_of(ORDER_DRIFT_ADOPT), undo = order_of(ORDER_DRIFT_UNDO);
	const struct past_drift drift = {.id = 4, .reason = R_DRIFT_RENAMED, .role = 0, .number = 10};
	(void)state;
	look();
	adopt.id = undo.id = 4;
	expect_refused(&adopt, ORDER_NOT_FOUND, "no hand edit 4");
	assert_int_equal(past_set_drift(&run->past, &drift), 0);
	expect_refused(&adopt, ORDER_REFUSED, "only a membership");
	expect_refused(&undo, ORDER_REFUSED, "does not put this back");
}

static void an_undo_needs_an_end_and_a_cycle_that_changed_something(void **state)
{
	struct order undo = order_of(ORDER_UNDO);
	(void)state;
	look();
	undo.id = 1;
	expect_refused(&undo, ORDER_REFUSED, "until when");
	undo.until_s = clock_wall_s() + 31 * DAY_S;
	expect_refused(&undo, ORDER_REFUSED, "at most 30 days");
	undo.until_s = clock_wall_s() + DAY_S;
	expect_refused(&undo, ORDER_NOT_FOUND, "changed no membership");
	undo.id = 1000;
	expect_refused(&undo, ORDER_NOT_FOUND, "no cycle 1000");
}

static void an_undo_is_ended_by_its_cycle(void **state)
{
	struct order redo = order_of(ORDER_REDO);
	const int64_t end_s = clock_wall_s() + DAY_S;
	const struct past_pin pins[] = {{.person = world_uuid(11), .number = 10, .cycle = 3, .until_s = end_s},
					{.person = world_uuid(12), .number = 10, .cycle = 4, .until_s = end_s}};
	(void)state;
	look();
	redo.id = 3;
	expect_refused(&redo, ORDER_NOT_FOUND, "no undo of cycle 3");
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(past_set_pin(&run->past, &pins[i]), 0);
	redo.reason = "";
	expect_refused(&redo, ORDER_REFUSED, "reason");
	redo.reason = "because";
	expect_done(&redo);
	assert_non_null(strstr(last.sentence, "through the guard: 1"));
	assert_int_equal(run->past.pin_count, 2);
	assert_true(run->past.pins[0].until_s <= clock_wall_s());
	assert_int_equal(run->past.pins[1].until_s, end_s);
	expect_refused(&redo, ORDER_NOT_FOUND, "no undo of cycle 3");
	restart();
	assert_int_equal(run->past.pin_count, 1); /* the other one was never stored: only what the order changed is */
	assert_true(run->past.pins[0].until_s <= clock_wall_s());
}

static void who_has_access_is_not_forgotten(void **state)
{
	struct order forget = order_of(ORDER_FORGET);
	(void)state;
	forget.vo_id = "anna";
	expect_refused(&forget, ORDER_FAILED, "nothing was read yet");
	look();
	expect_refused(&forget, ORDER_REFUSED, "with the right");
	forget.vo_id = "zoe";
	expect_done(&forget);
}

/* ---- the record ------------------------------------------------------------------------------------ */

static struct answered export;
static uint32_t syncs;

static void on_exported(void *ctx, const struct ledger_answer *answer)
{
	(void)ctx;
	export.count++;
	assert_null(answer->trouble);
	syncs = 0;
	for (uint32_t i = 0; i < answer->line_count; i++)
		syncs += memmem(answer->lines[i].at, answer->lines[i].len, "\"sync\"", 6) != NULL;
}

static bool is_exported(void)
{
	return export.count > 0;
}

static void export_all(void)
{
	const struct ledger_question question = {.kind = QUESTION_EXPORT, .from = 1, .limit = 1000};
	export = (struct answered){0};
	run_control_host(run).ask_ledger(run, &question, on_exported, NULL);
	turn(is_exported);
}

static uint64_t ended_before;

static bool has_ended_again(void)
{
	return run->ended > ended_before && !run->cycle.running;
}

static void a_storm_of_syncs_is_one_decision(void **state)
{
	const struct control_host host = run_control_host(run);
	uint64_t ticket = host.request_sync(run, 1001);
	(void)state;
	ended_before = run->ended;
	for (int i = 0; i < 100; i++)
		assert_int_equal(host.request_sync(run, 1002), ticket);
	turn(has_ended_again);
	export_all();
	assert_int_equal(syncs, 1);
}

static void questions_are_answered_in_turn_and_cancelled(void **state)
{
	const struct ledger_question question = {.kind = QUESTION_EXPORT, .from = 1, .limit = 10};
	(void)state;
	export = (struct answered){0};
	run_control_host(run).ask_ledger(run, &question, on_exported, &export);
	ledger_questions_cancel(&run->questions, &export);
	export_all();
	assert_int_equal(export.count, 1);
}

/* ---- when it cannot be ------------------------------------------------------------------------------ */

static void without_a_ledger_nothing_is_done(void **state)
{
	const struct order freeze = order_of(ORDER_FREEZE);
	struct err err = {0};
	(void)state;
	give(&freeze); /* on its way when the ledger goes */
	err_set(&err, ERR_IO, "the disk is full");
	run->ledger.events.failed(run->ledger.events.ctx, &err);
	assert_int_equal(last.count, 1);
	assert_int_equal(last.code, ORDER_FAILED);
	assert_non_null(strstr(last.sentence, "nothing was done"));
	give(&freeze);
	assert_int_equal(last.count, 1);
	assert_int_equal(last.code, ORDER_FAILED);
	assert_int_equal(run->past.freeze_count, 0);
	assert_true(run->schedule.next_run_s > 0); /* it is loaded again */
}

static void on_stopped(void *ctx)
{
	*(bool *)ctx = true;
}

static void who_waits_when_it_stops_is_told(void **state)
{
	const struct order freeze = order_of(ORDER_FREEZE);
	bool stopped = false;
	(void)state;
	give(&freeze);
	run_stop(run, on_stopped, &stopped);
	assert_true(stopped);
	assert_int_equal(last.count, 1);
	assert_int_equal(last.code, ORDER_STOPPING);
	assert_string_equal(last.sentence, "the daemon is stopping: nothing was done");
	give(&freeze);
	assert_int_equal(last.count, 1);
	assert_int_equal(last.code, ORDER_STOPPING);
}

static int ready;

static void on_ready(void *ctx)
{
	(void)ctx;
	ready++;
}

static bool is_ready(void)
{
	return ready > 0;
}

/* What is becoming durable is awaited, and only then another configuration is taken. */
static void a_reload_waits_for_what_the_ledger_owes(void **state)
{
	const struct order freeze = order_of(ORDER_FREEZE);
	const struct run_config config = config_of();
	(void)state;
	ready = 0;
	give(&freeze);
	run_reload(run, &config, on_ready, NULL);
	assert_int_equal(ready, 0);
	turn(is_ready);
	assert_int_equal(last.count, 1);
	assert_int_equal(last.code, ORDER_DONE);
	ended_before = run->ended;
	turn(has_ended_again);
	assert_int_equal(run->past.freeze_count, 1);
}

/* The past stays as it is for as long as a thought is applied or remembered. */
static void an_effect_waits_until_no_thought_is_in_use(void **state)
{
	const struct order freeze = order_of(ORDER_FREEZE);
	(void)state;
	run->cycle = (struct cycle){.running = true, .phase = RUN_APPLYING};
	give(&freeze);
	for (int i = 0; i < 50 && !run->apply.halted; i++)
		assert_true(sd_event_run(loop, 100000) >= 0);
	assert_true(run->apply.halted); /* what is applied ends early */
	assert_int_equal(run->past.freeze_count, 0);
	run->cycle.phase = RUN_READING;
	orders_go_on(run);
	assert_int_equal(run->past.freeze_count, 1);
	assert_int_equal(last.count, 0);
	turn(is_answered);
	assert_int_equal(last.code, ORDER_DONE);
	run->cycle.running = false;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_freeze_is_kept_over_a_restart),
		TEST(a_pause_and_a_freeze_of_all_are_two_things),
		TEST(a_clock_that_is_ahead_is_accepted_by_its_day),
		TEST(whoever_was_ambiguous_by_a_clock_that_was_ahead),
		TEST(what_is_wrong_by_itself_is_refused),
		TEST(a_hold_is_decided_once),
		TEST(a_hold_is_refused_for_what_it_is_not),
		TEST(an_expired_hold_cannot_be_decided),
		TEST(directives_that_would_do_nothing_are_refused),
		TEST(a_directive_that_cannot_be_written_fails),
		TEST(two_orders_about_the_same_do_not_meet),
		TEST(somebody_elses_override_is_named),
		TEST(a_directive_that_goes_meanwhile_is_forgotten),
		TEST(only_memberships_can_be_adopted),
		TEST(an_undo_needs_an_end_and_a_cycle_that_changed_something),
		TEST(an_undo_is_ended_by_its_cycle),
		TEST(who_has_access_is_not_forgotten),
		TEST(a_storm_of_syncs_is_one_decision),
		TEST(questions_are_answered_in_turn_and_cancelled),
		TEST(without_a_ledger_nothing_is_done),
		TEST(who_waits_when_it_stops_is_told),
		TEST(a_reload_waits_for_what_the_ledger_owes),
		TEST(an_effect_waits_until_no_thought_is_in_use),
	};
	sigset_t mask;
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	return sigprocmask(SIG_BLOCK, &mask, NULL) < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
