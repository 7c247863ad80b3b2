/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ledger_client.c - the planner's side of the ledger with a real duaal-ledger: what it is told comes back by a load. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>

#include "model/dn.h"
#include "run/ledger_client.h"
#include "test_ledger.h"

enum heard {
	HEARD_LOADED,
	HEARD_BEGUN,
	HEARD_COMMITTED,
	HEARD_DECIDED,
	HEARD_FORGOTTEN,
	HEARD_HEAD,
	HEARD_FAILED,
	HEARDS
};

struct listener {
	sd_event *loop;
	struct ledger_client client;
	int count[HEARDS];
	uint32_t number; /* last one heard */
	struct ledger_head head;
	struct err why;
};

static void heard(struct listener *l, enum heard what, uint32_t number)
{
	l->count[what]++;
	l->number = number;
}

static void on_loaded(void *ctx)
{
	heard(ctx, HEARD_LOADED, 0);
}

static void on_cycle(void *ctx, const struct cycle_summary *cycle)
{
	(void)ctx, (void)cycle;
}

static void on_begun(void *ctx, uint32_t cycle)
{
	heard(ctx, HEARD_BEGUN, cycle);
}

static void on_committed(void *ctx, uint32_t token)
{
	heard(ctx, HEARD_COMMITTED, token);
}

static void on_decided(void *ctx, uint32_t decision)
{
	heard(ctx, HEARD_DECIDED, decision);
}

static void on_forgotten(void *ctx, uint32_t rows)
{
	heard(ctx, HEARD_FORGOTTEN, rows);
}

static void on_head(void *ctx, const struct ledger_head *head)
{
	struct listener *l = ctx;
	l->head = *head;
	heard(l, HEARD_HEAD, 0);
}

static void on_failed(void *ctx, const struct err *why)
{
	struct listener *l = ctx;
	l->why = *why;
	heard(l, HEARD_FAILED, 0);
}

static void listen_to(struct listener *l, const struct ledger_place *place)
{
	const struct ledger_events events = {.ctx = l,
					     .loaded = on_loaded,
					     .cycle = on_cycle,
					     .begun = on_begun,
					     .committed = on_committed,
					     .decided = on_decided,
					     .forgotten = on_forgotten,
					     .head = on_head,
					     .failed = on_failed};
	const char *dir = getenv("top_builddir");
	const struct helper_place programs = {.programs = dir != NULL ? dir : "."};
	sigset_t mask;
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	assert_int_equal(sigprocmask(SIG_BLOCK, &mask, NULL), 0);
	*l = (struct listener){0};
	assert_true(sd_event_new(&l->loop) >= 0);
	ledger_client_init(&l->client, l->loop, &programs, &place->set, &events);
}

static void leave(struct listener *l)
{
	ledger_client_done(&l->client);
	l->loop = sd_event_unref(l->loop);
}

static void wait_for(struct listener *l, enum heard what)
{
	for (int before = l->count[what], rounds = 0; l->count[what] == before; rounds++) {
		if (rounds == 1000 || (what != HEARD_FAILED && l->count[HEARD_FAILED] > 0))
			fail_msg("event %d never came: %s", what, l->why.text);
		assert_true(sd_event_run(l->loop, 5000000) >= 0);
	}
}

#define OK(call)                                                                                                       \
	do {                                                                                                           \
		struct err ok_err = {0};                                                                               \
		if ((call) != 0)                                                                                       \
			fail_msg("%s: %s", #call, ok_err.text);                                                        \
	} while (0)
#define E &ok_err

static void load(struct listener *l, struct past *past)
{
	OK(ledger_client_load(&l->client, E));
	wait_for(l, HEARD_LOADED);
	ledger_client_take(&l->client, past);
}

static void begin(struct listener *l)
{
	const struct cycle_summary cycle = {.started_s = 1764000000, .trigger = "timer"};
	OK(ledger_client_begin(&l->client, &cycle, E));
	wait_for(l, HEARD_BEGUN);
}

static void end(struct listener *l, uint32_t cycle)
{
	struct cycle_end last = cycle_end_of(cycle);
	last.meta.scope[3] = 33;
	OK(ledger_client_end(&l->client, &last, E));
	wait_for(l, HEARD_COMMITTED);
}

static void tell_everything(struct ledger_client *c)
{
	struct hold_op op = {.id = {{1}}, .evidence = 5, .number = 30569};
	const struct past_hold hold = {
		.id = 4, .rule = 70, .state = HOLD_OPEN, .said = (char *)"so", .ops = &op, .op_count = 1};
	const struct past_freeze freeze = {.id = 2, .number = 30569, .until_s = 9, .said = (char *)"why"},
				 other = {.id = 3, .pause = true};
	const struct past_pin pin = {.person = {{1}}, .number = 5, .present = true}, gone = {.person = {{2}}};
	const struct past_directive directive = {.uuid = {{1}}, .kind = DIRECTIVE_REQUEST}, lapsed = {{{2}}, .kind = 1};
	struct drift_record drift = {.drift = {.id = 3, .author = (char *)"cn=admin"}}, undone = {.drift = {.id = 5}};
	const struct past_grantor grantor = {.person = {{1}}, .number = 5, .accepted = true};
	drift.value = text_of("UID=A, ou=People");
	OK(ledger_client_hold(c, &hold, E));
	OK(ledger_client_freeze(c, &freeze, E));
	OK(ledger_client_freeze(c, &other, E));
	OK(ledger_client_thaw(c, 3, E));
	OK(ledger_client_pin(c, &pin, E));
	OK(ledger_client_pin(c, &gone, E));
	OK(ledger_client_unpin(c, &gone, E));
	OK(ledger_client_directive(c, &directive, E));
	OK(ledger_client_directive(c, &lapsed, E));
	OK(ledger_client_forget_directive(c, &lapsed.uuid, E));
	OK(ledger_client_drift(c, &drift, E));
	OK(ledger_client_drift(c, &undone, E));
	OK(ledger_client_forget_drift(c, 5, E));
	OK(ledger_client_grantor(c, &grantor, E));
}

static void expect_everything(const struct past *past)
{
	const struct uuid person = {{1}};
	assert_int_equal(past->scope[3], 33);
	assert_int_equal(past->next_hold, 5);
	assert_int_equal(past->next_freeze, 4);
	assert_int_equal(past->next_drift, 6);
	assert_int_equal(past->hold_count, 1);
	assert_int_equal(past_hold(past, 4)->ops[0].evidence, 5);
	assert_string_equal(past_hold(past, 4)->said, "so");
	assert_int_equal(past->freeze_count, 1);
	assert_string_equal(past_frozen(past, 30569, 8)->said, "why");
	assert_int_equal(past->pin_count, 1);
	assert_true(past->pins[0].present);
	assert_int_equal(past->directive_count, 1);
	assert_int_equal(past->directives[0].kind, DIRECTIVE_REQUEST);
	assert_int_equal(past->drift_count, 1);
	assert_string_equal(past_drift(past, 3)->author, "cn=admin");
	assert_true(past_drift(past, 3)->key != 0 && past_drift(past, 3)->key == dn_key(text_of("uid=a,ou=people")));
	assert_true(past_grantor(past, &person, 5, 0)->accepted);
}

static void what_was_told_is_loaded_again(void **state)
{
	struct listener l;
	struct past past;
	past_init(&past);
	listen_to(&l, *state);
	load(&l, &past);
	assert_int_equal(past.next_hold, 1);
	begin(&l);
	tell_everything(&l.client);
	end(&l, 1);
	assert_int_equal(l.count[HEARD_HEAD], 1);
	assert_int_equal(l.head.seq, 5); /* begin, hold, two certificates, end */
	load(&l, &past);
	expect_everything(&past);
	leave(&l);
	past_done(&past);
}

static void orders_are_answered_in_turn(void **state)
{
	struct listener l;
	struct past past;
	struct decision decision = {.order = ORDER_FREEZE, .uid = 1000};
	const struct past_freeze freeze = {.id = 1, .number = 5};
	struct decision_end done = {0};
	decision.person = text_of("vo-id-1234");
	past_init(&past);
	listen_to(&l, *state);
	load(&l, &past);
	OK(ledger_client_decide(&l.client, &decision, E));
	wait_for(&l, HEARD_DECIDED);
	done.decision = l.number;
	assert_int_equal(done.decision, 1);
	OK(ledger_client_freeze(&l.client, &freeze, E));
	OK(ledger_client_decision_end(&l.client, &done, E));
	OK(ledger_client_commit(&l.client, 7, E));
	wait_for(&l, HEARD_COMMITTED);
	assert_int_equal(l.number, 7);
	OK(ledger_client_forget_person(&l.client, text_of("vo-id-1234"), E));
	wait_for(&l, HEARD_FORGOTTEN);
	assert_int_equal(l.number, 1);
	load(&l, &past);
	assert_int_equal(past.freeze_count, 1);
	leave(&l);
	past_done(&past);
}

static void expect_failure(struct listener *l, const char *word)
{
	wait_for(l, HEARD_FAILED);
	if (strstr(l->why.text, word) == NULL)
		fail_msg("%s", l->why.text);
	l->count[HEARD_FAILED] = 0;
}

/* Once loaded, a file that has gone is not made anew; another client, as after a restart, does. */
static void a_lost_file_is_not_made_anew(void **state)
{
	const struct ledger_place *place = *state;
	struct listener l;
	struct past past;
	const struct cycle_summary cycle = {.started_s = 1};
	past_init(&past);
	listen_to(&l, place);
	load(&l, &past);
	begin(&l);
	end(&l, 1);
	assert_int_equal(unlink(place->path), 0);
	OK(ledger_client_begin(&l.client, &cycle, E));
	expect_failure(&l, "put back");
	OK(ledger_client_load(&l.client, E));
	expect_failure(&l, "start duaalsyncd anew");
	assert_int_equal(access(place->path, F_OK), -1);
	leave(&l);
	listen_to(&l, place);
	load(&l, &past);
	assert_true(past.first_contact);
	leave(&l);
	past_done(&past);
}

static void without_a_helper_nothing_is_taken(void **state)
{
	struct err err = {0};
	struct listener l;
	const struct decision decision = {.order = ORDER_SYNC};
	listen_to(&l, *state);
	assert_int_equal(ledger_client_decide(&l.client, &decision, &err), ERR_UNAVAILABLE);
	assert_int_equal(ledger_client_forget_person(&l.client, text_of("x"), &err), ERR_UNAVAILABLE);
	leave(&l);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_told_is_loaded_again),
		TEST(orders_are_answered_in_turn),
		TEST(a_lost_file_is_not_made_anew),
		TEST(without_a_helper_nothing_is_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
