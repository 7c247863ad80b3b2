/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_run_between.c - what is asked between two cycles: when it begins, what waits for it, and every way in which it ends. The cycle is one
 * that only says that it began.
 *
 * Two kinds ask two helpers and something that the test ends itself. The helpers are this program under other names.
 */
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "run/state.h"
#include "own_children.h"
#include "run_until.h"
#include "wire/channel.h"

/* ---- the children -------------------------------------------------------------------------------- */

static int child(const char *name)
{
	struct channel *channel = NULL;
	struct err err;
	uint16_t type;
	const void *body;
	size_t len;
	if (channel_new(3, &channel, &err) < 0)
		return 9;
	while (channel_next(channel, &type, &body, &len, &err) == 1) {
		if (type == M_HELLO || strcmp(name, "hangs") == 0)
			continue;
		if (strcmp(name, "dies") == 0)
			_exit(4);
		type = strcmp(name, "strange") == 0 ? M_CERTIFICATE : M_EXAMINED;
		if (strcmp(name, "fails") == 0)
			type = M_FAILURE; /* without a reason: ERR_PROTOCOL */
		if (channel_put(channel, M_FINDING, NULL, 0, &err) < 0 ||
		    channel_put(channel, type, NULL, 0, &err) < 0 || channel_flush(channel, &err) < 0)
			return 9;
	}
	return 0;
}

static const char *const children[] = {"answers", "hangs", "dies", "strange", "fails", NULL};

/* ---- the kinds ----------------------------------------------------------------------------------- */

#define NOT_TOLD "nothing was told"

struct asker {
	struct between_waiter waiter;
	int told;
	const char *trouble;
};

static struct thing {
	struct between_thing thing;
	struct between_side *awaited; /* by the test; NULL: it has ended */
	int begun, findings, ended, cleared;
	struct err why; /* of the last side that did not answer */
} open_thing, secret_thing;

static char dir[] = "/tmp/duaal-between-XXXXXX";
static sd_event *loop;
static struct run *run;
static struct client clients[2];
static struct asker askers[3];
static const char *cycle; /* the trigger of the last one that began */

static struct thing *thing_now(void)
{
	return (struct thing *)run->between.now;
}

static void on_given_up(struct between_side *side)
{
	(void)side;
	thing_now()->awaited = NULL;
}

static void begin(struct thing *thing)
{
	thing->begun++;
	between_ask(run, &clients[0], "first", M_EXAMINE, NULL);
	between_ask(run, &clients[1], NULL, M_EXAMINE, NULL);
	thing->awaited = between_await(run, on_given_up);
}

static void begin_open(struct run *r)
{
	(void)r;
	begin(&open_thing);
}

static void begin_secret(struct run *r)
{
	(void)r;
	begin(&secret_thing);
}

static int take(struct between_side *side, uint16_t type, const void *body, size_t len, struct err *err)
{
	(void)side, (void)body, (void)len;
	if (type == M_EXAMINED)
		return BETWEEN_ANSWERED;
	if (type != M_FINDING)
		return err_set(err, ERR_PROTOCOL, "a record of type %u", type);
	thing_now()->findings++;
	return BETWEEN_MORE;
}

static void on_ended(struct between_side *side, const struct err *why)
{
	(void)side;
	thing_now()->ended++;
	if (why != NULL)
		thing_now()->why = *why;
}

static const char *late(const struct between_side *side)
{
	return side->client == NULL ? "it is late" : "its helper is late";
}

static void tell(struct run *r, struct between_waiter *waiter, const char *trouble)
{
	struct asker *asker = (struct asker *)waiter;
	(void)r;
	asker->told++;
	asker->trouble = trouble;
}

static void clear_open(struct run *r)
{
	(void)r;
	open_thing.cleared++;
}

static void clear_secret(struct run *r)
{
	(void)r;
	secret_thing.cleared++;
}

static struct between_kind open_kind = {
	.name = "open",
	.delays = "it waits for the open one",
	.begin = begin_open,
	.take = take,
	.ended = on_ended,
	.late = late,
	.tell = tell,
	.clear = clear_open,
};

static struct between_kind secret_kind = {
	.name = "secret",
	.delays = "it waits for the secret one",
	.waited_too_long = "it waited too long",
	.is_secret = true,
	.begin = begin_secret,
	.take = take,
	.ended = on_ended,
	.late = late,
	.tell = tell,
	.clear = clear_secret,
};

/* ---- the cycle ----------------------------------------------------------------------------------- */

/* In the place of cycle.c. */
void cycle_start(struct run *r, const char *trigger, uid_t uid)
{
	if (r->cycle.running || r->stopping || between_delays(r, trigger, uid))
		return;
	r->cycle.running = true;
	r->cycle.summary.trigger_uid = uid;
	cycle = trigger;
}

/* What whoever watches was told last, and how often. */
static struct {
	char code[16], sentence[64];
	int count;
} told;

void control_tell(struct control *control, const struct control_event *event)
{
	(void)control;
	if (event->type != EVENT_DELAY)
		return;
	snprintf(told.code, sizeof(told.code), "%s", event->code);
	snprintf(told.sentence, sizeof(told.sentence), "%s", event->sentence);
	told.count++;
}

static void end_cycle(void)
{
	run->cycle.running = false;
	cycle = NULL;
	between_begin(run);
}

/* ---- the bench ----------------------------------------------------------------------------------- */

/* What is due at once. */
static void settle(void)
{
	while (sd_event_run(loop, 0) > 0)
		;
}

static void wait_for(struct thing *thing, int asker)
{
	between_wait(run, &thing->thing, &askers[asker].waiter, &askers[asker]);
}

static void leave(int asker)
{
	between_left(run, &askers[asker]);
}

static void end_awaited(struct thing *thing)
{
	struct between_side *side = thing->awaited;
	assert_non_null(side);
	thing->awaited = NULL;
	between_ended(side, NULL);
}

static bool both_answered(const struct thing *thing)
{
	return thing->ended == 2;
}

static void set_program(int client, const char *name)
{
	const struct helper_place place = {.programs = dir};
	const struct helper_kind kind = {name, name};
	client_done_with(&clients[client]);
	client_init(&clients[client], loop, &place, &kind);
}

static int setup(void **state)
{
	(void)state;
	run = calloc(1, sizeof(*run));
	run->loop = loop;
	memset(&open_thing, 0, sizeof(open_thing));
	memset(&secret_thing, 0, sizeof(secret_thing));
	open_kind.limit_s = secret_kind.limit_s = 3600;
	between_add(run, &secret_thing.thing, &secret_kind);
	between_add(run, &open_thing.thing, &open_kind);
	set_program(0, "answers");
	set_program(1, "answers");
	for (size_t i = 0; i < sizeof(askers) / sizeof(askers[0]); i++)
		askers[i] = (struct asker){.trouble = NOT_TOLD};
	cycle = NULL;
	memset(&told, 0, sizeof(told));
	run->control = (struct control *)&told; /* somebody can watch */
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	run->stopping = true;
	between_drop(run, "the end");
	for (int i = 0; i < 2; i++)
		client_done_with(&clients[i]);
	settle();
	free(run);
	return 0;
}

static void assert_told(int asker, const char *trouble)
{
	assert_int_equal(askers[asker].told, 1);
	if (trouble == NULL)
		assert_null(askers[asker].trouble);
	else
		assert_string_equal(askers[asker].trouble, trouble);
}

/* ---- asked and answered -------------------------------------------------------------------------- */

static void everybody_is_told_when_all_have_ended(void **state)
{
	(void)state;
	wait_for(&open_thing, 0);
	assert_true(between_is_asking(run, &open_thing.thing));
	wait_for(&open_thing, 1);
	RUN_UNTIL(both_answered(&open_thing));
	settle();
	assert_int_equal(askers[0].told, 0);
	end_awaited(&open_thing);
	assert_int_equal(askers[0].told, 0); /* from the loop */
	settle();
	assert_told(0, NULL);
	assert_told(1, NULL);
	assert_false(between_is_asking(run, &open_thing.thing));
	assert_int_equal(open_thing.begun, 1);
	assert_int_equal(open_thing.findings, 2);
	assert_int_equal(open_thing.ended, 3);
	assert_int_equal(open_thing.cleared, 1);
	assert_int_equal(open_thing.why.code, 0);
	assert_null(open_thing.thing.timer);
}

static void a_helper_ends_that_heard_a_secret(void **state)
{
	(void)state;
	wait_for(&open_thing, 0);
	RUN_UNTIL(both_answered(&open_thing));
	assert_non_null(clients[0].process);
	end_awaited(&open_thing);
	settle();
	wait_for(&secret_thing, 1);
	RUN_UNTIL(both_answered(&secret_thing));
	assert_null(clients[0].process);
	assert_null(clients[1].process);
	end_awaited(&secret_thing);
	settle();
	assert_told(1, NULL);
	set_program(0, "fails");
	wait_for(&secret_thing, 2);
	RUN_UNTIL(secret_thing.ended == 5);
	assert_null(clients[0].process);
}

static void check_failure(const char *program, int code, bool stays)
{
	set_program(1, program);
	open_thing.ended = 0;
	open_thing.why.code = 0;
	askers[0].told = 0;
	wait_for(&open_thing, 0);
	RUN_UNTIL(both_answered(&open_thing));
	assert_int_equal(open_thing.why.code, code);
	assert_int_equal(clients[1].process != NULL, stays);
	end_awaited(&open_thing);
	settle();
	assert_told(0, NULL); /* what it is worth the kind knows */
}

static void a_side_that_fails_has_ended(void **state)
{
	(void)state;
	check_failure("answers", 0, true);
	check_failure("dies", ERR_UNAVAILABLE, false);
	check_failure("strange", ERR_PROTOCOL, false);
	check_failure("fails", ERR_PROTOCOL, true);
	check_failure("missing", ERR_IO, false);
}

/* ---- between two cycles -------------------------------------------------------------------------- */

static void a_cycle_that_runs_goes_first(void **state)
{
	(void)state;
	run->cycle.running = true;
	wait_for(&open_thing, 0);
	wait_for(&secret_thing, 1);
	settle();
	assert_int_equal(open_thing.begun + secret_thing.begun, 0);
	end_cycle();
	assert_int_equal(secret_thing.begun, 1); /* the first that was added */
	assert_int_equal(open_thing.begun, 0);
	RUN_UNTIL(both_answered(&secret_thing));
	end_awaited(&secret_thing);
	settle();
	assert_told(1, NULL);
	assert_int_equal(open_thing.begun, 1);
}

static void a_cycle_that_comes_due_is_next(void **state)
{
	int64_t until_s = 0;
	(void)state;
	wait_for(&open_thing, 0);
	assert_null(between_delayed_by(run, &until_s));
	cycle_start(run, "timer", 1);
	cycle_start(run, "operator", 7);
	assert_null(cycle);
	assert_string_equal(between_delayed_by(run, &until_s), "open");
	assert_in_range(until_s, time(NULL) + 3590, time(NULL) + 3600);
	wait_for(&secret_thing, 1);
	RUN_UNTIL(both_answered(&open_thing));
	end_awaited(&open_thing);
	settle();
	assert_string_equal(cycle, "operator");
	assert_int_equal(run->cycle.summary.trigger_uid, 7);
	assert_null(between_delayed_by(run, &until_s));
	assert_told(0, NULL);
	assert_int_equal(secret_thing.begun, 0); /* the cycle waited for one thing only */
	end_cycle();
	assert_int_equal(secret_thing.begun, 1);
}

static void assert_delay(int count, const char *code, const char *sentence)
{
	assert_int_equal(told.count, count);
	assert_string_equal(told.code, code);
	assert_string_equal(told.sentence, sentence);
}

#define OVER "over", "the cycle that was due waits no longer"

/* Each delay once from begin to end, however often a cycle comes due meanwhile; what delays nothing is none. */
static void whoever_watches_is_told_of_the_delay(void **state)
{
	(void)state;
	set_program(0, "hangs");
	wait_for(&open_thing, 0);
	assert_int_equal(told.count, 0);
	cycle_start(run, "timer", 1);
	cycle_start(run, "operator", 7);
	assert_delay(1, "open", "it waits for the open one");
	leave(0);
	assert_int_equal(told.count, 1); /* as the cycle: from the loop */
	settle();
	assert_delay(2, OVER);
	assert_string_equal(cycle, "operator");
	end_cycle();
	wait_for(&secret_thing, 1);
	cycle_start(run, "date", 1);
	assert_delay(3, "secret", "it waits for the secret one");
	between_drop(run, "another configuration");
	assert_delay(4, OVER);
	wait_for(&open_thing, 2);
	leave(2);
	cycle_start(run, "timer", 1);
	assert_string_equal(cycle, "timer");
	assert_int_equal(told.count, 4);
}

/* That the daemon stops is told elsewhere, and no cycle begins afterwards. */
static void at_the_end_no_cycle_waits_any_more(void **state)
{
	int64_t until_s;
	(void)state;
	wait_for(&open_thing, 0);
	cycle_start(run, "timer", 1);
	run->stopping = true;
	assert_null(between_delayed_by(run, &until_s));
	between_drop(run, "the end");
	assert_int_equal(told.count, 1);
}

/* ---- the limit ----------------------------------------------------------------------------------- */

static void what_has_not_ended_by_the_limit_is_given_up(void **state)
{
	(void)state;
	set_program(0, "hangs");
	open_kind.limit_s = 0;
	wait_for(&open_thing, 0);
	cycle_start(run, "timer", 1);
	RUN_UNTIL(askers[0].told > 0);
	settle();
	assert_told(0, NULL);
	assert_int_equal(open_thing.ended, 3);
	assert_int_equal(open_thing.why.code, ERR_TIMEOUT);
	assert_string_equal(open_thing.why.text, "it is late");
	assert_null(open_thing.awaited);
	assert_null(clients[0].process);
	assert_string_equal(cycle, "timer");
}

static void one_limit_counts_the_waiting_and_another_does_not(void **state)
{
	(void)state;
	open_kind.limit_s = secret_kind.limit_s = 0;
	run->cycle.running = true;
	wait_for(&open_thing, 0);
	wait_for(&secret_thing, 1);
	const sd_event_source *timer = secret_thing.thing.timer;
	wait_for(&secret_thing, 2);
	assert_ptr_equal(secret_thing.thing.timer, timer); /* from the first */
	RUN_UNTIL(askers[1].told > 0);
	settle();
	assert_told(1, "it waited too long");
	assert_told(2, "it waited too long");
	assert_int_equal(secret_thing.cleared, 1);
	assert_int_equal(askers[0].told, 0);
	open_kind.limit_s = 3600;
	end_cycle();
	assert_int_equal(secret_thing.begun, 0);
	assert_int_equal(open_thing.begun, 1);
}

/* ---- those who leave ----------------------------------------------------------------------------- */

static void a_secret_ends_with_the_last_who_waits(void **state)
{
	(void)state;
	set_program(0, "hangs");
	set_program(1, "hangs");
	wait_for(&secret_thing, 0);
	wait_for(&secret_thing, 1);
	cycle_start(run, "timer", 1);
	leave(0);
	assert_told(0, "whoever asked has left");
	assert_non_null(clients[0].process);
	leave(1);
	assert_told(1, "whoever asked has left");
	assert_null(clients[0].process);
	assert_null(clients[1].process);
	assert_null(secret_thing.awaited);
	assert_false(between_is_asking(run, &secret_thing.thing));
	assert_int_equal(secret_thing.cleared, 1);
	assert_null(cycle); /* from the loop */
	wait_for(&open_thing, 2);
	assert_int_equal(open_thing.begun, 0);
	settle();
	assert_string_equal(cycle, "timer");
}

/* Somebody may join it still; and the helpers are not started anew for each client that asks and leaves. */
static void what_is_no_secret_goes_on_until_something_else_is_due(void **state)
{
	(void)state;
	wait_for(&open_thing, 0);
	leave(0);
	assert_told(0, "whoever asked has left");
	RUN_UNTIL(both_answered(&open_thing));
	wait_for(&open_thing, 1);
	end_awaited(&open_thing);
	settle();
	assert_told(1, NULL);
	assert_int_equal(open_thing.begun, 1);
}

static void a_cycle_takes_its_place(void **state)
{
	(void)state;
	set_program(0, "hangs");
	wait_for(&open_thing, 0);
	leave(0);
	cycle_start(run, "timer", 1);
	assert_string_equal(cycle, "timer");
	assert_null(clients[0].process);
	assert_null(open_thing.awaited);
	assert_int_equal(open_thing.cleared, 1);
	end_cycle();
	wait_for(&open_thing, 1);
	cycle_start(run, "date", 1); /* the cycle was first, and the client leaves then */
	assert_null(cycle);
	leave(1);
	settle();
	assert_string_equal(cycle, "date");
	assert_null(clients[0].process);
}

static void another_thing_takes_its_place(void **state)
{
	(void)state;
	set_program(0, "hangs");
	wait_for(&open_thing, 0);
	leave(0);
	wait_for(&secret_thing, 1);
	assert_int_equal(secret_thing.begun, 1);
	assert_int_equal(open_thing.cleared, 1);
	leave(1);
	settle();
	wait_for(&open_thing, 0);
	wait_for(&secret_thing, 1); /* it was waiting, and the client leaves then */
	assert_int_equal(secret_thing.begun, 1);
	leave(0);
	settle();
	assert_int_equal(secret_thing.begun, 2);
}

static void whoever_leaves_before_it_began_starts_nothing(void **state)
{
	(void)state;
	run->cycle.running = true;
	wait_for(&secret_thing, 0);
	wait_for(&open_thing, 1);
	leave(0);
	leave(1);
	leave(2); /* nobody knows them */
	assert_told(0, "whoever asked has left");
	assert_told(1, "whoever asked has left");
	assert_int_equal(secret_thing.cleared, 1);
	assert_null(secret_thing.thing.timer);
	end_cycle();
	settle();
	assert_int_equal(open_thing.begun + secret_thing.begun, 0);
}

/* It must not be told what the one before gathered. */
static void whoever_asks_behind_a_search_that_was_left_gets_one_of_their_own(void **state)
{
	(void)state;
	wait_for(&secret_thing, 0);
	leave(0);
	wait_for(&secret_thing, 1);
	assert_int_equal(secret_thing.begun, 2);
	settle();
	assert_int_equal(askers[1].told, 0);
	RUN_UNTIL(both_answered(&secret_thing));
	end_awaited(&secret_thing);
	settle();
	assert_told(1, NULL);
}

/* ---- another configuration, or the end ------------------------------------------------------------ */

static void everybody_is_told_when_it_is_dropped(void **state)
{
	int64_t until_s;
	(void)state;
	set_program(0, "hangs");
	wait_for(&open_thing, 0);
	wait_for(&secret_thing, 1);
	cycle_start(run, "timer", 1);
	between_drop(run, "the daemon is stopping");
	assert_told(0, "the daemon is stopping");
	assert_told(1, "the daemon is stopping");
	assert_null(clients[0].process);
	assert_null(open_thing.awaited);
	assert_null(between_delayed_by(run, &until_s));
	settle();
	assert_null(cycle);
	assert_int_equal(secret_thing.begun, 0);
	wait_for(&open_thing, 2);
	assert_int_equal(open_thing.begun, 2);
	between_drop(run, "the daemon is stopping");
	run->stopping = true;
	wait_for(&open_thing, 2);
	assert_int_equal(open_thing.begun, 2);
}

/* ---- main ---------------------------------------------------------------------------------------- */

CHILDREN_GROUP(dir, loop, children)

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
	const char *name = children_name(argv[0], children);
	const struct CMUnitTest tests[] = {
		TEST(everybody_is_told_when_all_have_ended),
		TEST(a_helper_ends_that_heard_a_secret),
		TEST(a_side_that_fails_has_ended),
		TEST(a_cycle_that_runs_goes_first),
		TEST(a_cycle_that_comes_due_is_next),
		TEST(whoever_watches_is_told_of_the_delay),
		TEST(at_the_end_no_cycle_waits_any_more),
		TEST(what_has_not_ended_by_the_limit_is_given_up),
		TEST(one_limit_counts_the_waiting_and_another_does_not),
		TEST(a_secret_ends_with_the_last_who_waits),
		TEST(what_is_no_secret_goes_on_until_something_else_is_due),
		TEST(a_cycle_takes_its_place),
		TEST(another_thing_takes_its_place),
		TEST(whoever_leaves_before_it_began_starts_nothing),
		TEST(whoever_asks_behind_a_search_that_was_left_gets_one_of_their_own),
		TEST(everybody_is_told_when_it_is_dropped),
	};
	(void)argc;
	if (name != NULL)
		return child(name);
	signal(SIGPIPE, SIG_IGN);
	log_open(LOG_SINK_STDERR, 1, "", 0);
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
