/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_varlink_fair.c - nobody takes the planner's time or places from the others: accounts by user, whose turn it is, places of those who left.
 */
#include "unit.h"

#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "control/priority.h"
#include "control/varlink_parts.h"
#include "varlink_peer.h"

#define TEST_GROUP 4711
#define SOMEBODY   4000
#define CALL       "{\"method\":\"a.b.Ask\"}"
#define TURNS      50
#define NOW_MS     1000000

static struct bench {
	sd_event *loop;
	struct varlink_server *server;
	char dir[32], path[64];
	int asked, turns, asked_meanwhile, pipe[2];
} bench;

static void ask(struct varlink_call *call, void *ctx)
{
	(void)ctx;
	bench.asked++;
	varlink_call_reply(call, json_object());
}

static const struct varlink_method methods[] = {{"a.b.Ask", VARLINK_READ, false, NULL, ask}, {0}};

static int start(void **state)
{
	(void)state;
	bench = (struct bench){.dir = "/tmp/test_varlink.XXXXXX"};
	assert_non_null(mkdtemp(bench.dir));
	assert_int_equal(chmod(bench.dir, 0755), 0);
	snprintf(bench.path, sizeof(bench.path), "%s/control", bench.dir);
	const struct varlink_settings set = {.path = bench.path,
					     .socket_group = geteuid() == 0 ? TEST_GROUP : VARLINK_GROUP_NONE,
					     .groups = {0, TEST_GROUP, TEST_GROUP, TEST_GROUP},
					     .connections = 4,
					     .reserved = 2,
					     .request_max = 4096,
					     .idle_ms = 60000};
	assert_int_equal(pipe(bench.pipe), 0);
	assert_true(sd_event_new(&bench.loop) >= 0);
	assert_int_equal(varlink_server_new(bench.loop, &set, methods, NULL, &bench.server, NULL), 0);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	varlink_server_free(bench.server);
	sd_event_unref(bench.loop);
	close(bench.pipe[0]);
	close(bench.pipe[1]);
	assert_int_equal(rmdir(bench.dir), 0);
	return 0;
}

/* ---- accounts ---------------------------------------------------------------------------------------- */

static void an_account_goes_down_by_itself(void **state)
{
	(void)state;
	struct varlink_account accounts[VARLINK_ACCOUNTS] = {0};
	assert_false(varlink_account_is_spent(accounts, SOMEBODY, NOW_MS));
	varlink_account_add(accounts, SOMEBODY, VARLINK_BURST_US, NOW_MS);
	assert_false(varlink_account_is_spent(accounts, SOMEBODY, NOW_MS));
	varlink_account_add(accounts, SOMEBODY, 1000, NOW_MS);
	assert_true(varlink_account_is_spent(accounts, SOMEBODY, NOW_MS));
	assert_true(varlink_account_is_spent(accounts, SOMEBODY, NOW_MS + 9)); /* a tenth of the time */
	assert_false(varlink_account_is_spent(accounts, SOMEBODY, NOW_MS + 10));
	assert_false(varlink_account_is_spent(accounts, SOMEBODY + 1, NOW_MS));
}

static void root_and_we_ourselves_are_not_counted(void **state)
{
	(void)state;
	struct varlink_account accounts[VARLINK_ACCOUNTS] = {0};
	varlink_account_add(accounts, 0, INT32_MAX, NOW_MS);
	varlink_account_add(accounts, geteuid(), INT32_MAX, NOW_MS);
	assert_false(varlink_account_is_spent(accounts, 0, NOW_MS));
	assert_false(varlink_account_is_spent(accounts, geteuid(), NOW_MS));
}

static void many_users_share_the_last_account(void **state)
{
	(void)state;
	struct varlink_account accounts[VARLINK_ACCOUNTS] = {0};
	for (uid_t uid = SOMEBODY; uid < SOMEBODY + 2 * VARLINK_ACCOUNTS; uid++)
		varlink_account_add(accounts, uid, 2 * VARLINK_BURST_US, NOW_MS);
	for (uid_t uid = SOMEBODY; uid < SOMEBODY + 2 * VARLINK_ACCOUNTS; uid++)
		assert_true(varlink_account_is_spent(accounts, uid, NOW_MS));
	for (uid_t uid = SOMEBODY; uid < SOMEBODY + 2 * VARLINK_ACCOUNTS; uid++)
		assert_false(varlink_account_is_spent(accounts, uid, NOW_MS + 3600000));
}

/* ---- whose turn it is -------------------------------------------------------------------------------- */

/* A helper that always has something more to tell, for so many turns. */
static int on_helper(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	(void)fd, (void)revents, (void)userdata;
	if (--bench.turns == 0) {
		bench.asked_meanwhile = bench.asked;
		assert_true(sd_event_source_set_enabled(source, SD_EVENT_OFF) >= 0);
	}
	return 0;
}

static sd_event_source *begin_to_tell(void)
{
	sd_event_source *helper;
	bench.turns = TURNS;
	bench.asked = 0;
	assert_int_equal(write(bench.pipe[1], "x", 1), 1);
	assert_true(sd_event_add_io(bench.loop, &helper, bench.pipe[0], EPOLLIN, on_helper, NULL) >= 0);
	assert_true(sd_event_source_set_priority(helper, PRIORITY_HELPER) >= 0);
	assert_true(sd_event_source_set_enabled(helper, SD_EVENT_ON) >= 0);
	return helper;
}

static int connect_and_ask(void *ctx)
{
	char reply[512] = "";
	(void)ctx;
	return peer_ask_plainly(bench.path, CALL, reply, sizeof(reply)) > 0 ? 0 : 1;
}

static int ask_as_somebody(void)
{
	return uid_runs(SOMEBODY, TEST_GROUP, 0, connect_and_ask, NULL, bench.loop);
}

static void who_took_too_much_waits_for_the_helpers_and_is_answered(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	varlink_account_add(bench.server->accounts, SOMEBODY, 1000 * VARLINK_BURST_US, clock_boot_ms());
	sd_event_source *helper = begin_to_tell();
	assert_int_equal(ask_as_somebody(), 0);
	assert_int_equal(bench.turns, 0);
	assert_int_equal(bench.asked_meanwhile, 0);
	assert_int_equal(bench.asked, 1);
	sd_event_source_disable_unref(helper);
}

static void a_long_read_keeps_nobody_from_asking(void **state)
{
	(void)state;
	sd_event_source *helper = begin_to_tell();
	bench.turns = 1 << 30; /* it does not come to its end */
	struct peer p = peer_open(bench.loop, bench.path);
	json_decref(peer_ask(&p, CALL));
	peer_close(&p);
	assert_int_equal(bench.asked, 1);
	sd_event_source_disable_unref(helper);
}

static void what_is_asked_is_put_on_the_account(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(ask_as_somebody(), 0);
	bool found = false;
	for (int i = 0; i < VARLINK_ACCOUNTS; i++)
		found |= bench.server->accounts[i].uid == SOMEBODY && bench.server->accounts[i].used_us > 0;
	assert_true(found);
}

/* ---- places ------------------------------------------------------------------------------------------ */

static void who_left_unseen_makes_room_for_root(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	struct peer p[4];
	for (int i = 0; i < 4; i++)
		p[i] = peer_open(bench.loop, bench.path);
	assert_int_equal(bench.server->count, 4);
	/* its end waits behind what is accepted at the same time */
	for (struct varlink_connection *c = bench.server->connections; c != NULL; c = c->next)
		assert_true(sd_event_source_set_enabled(c->io, SD_EVENT_OFF) >= 0);
	peer_close(&p[2]);
	assert_int_equal(bench.server->count, 4);
	struct peer late = peer_open(bench.loop, bench.path);
	json_decref(peer_ask(&late, CALL));
	struct peer too_many = peer_open(bench.loop, bench.path);
	assert_true(peer_is_closed(&too_many));
	peer_close(&too_many);
	peer_close(&late);
	for (int i = 0; i < 4; i++)
		if (i != 2)
			peer_close(&p[i]);
}

#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_account_goes_down_by_itself),
		cmocka_unit_test(root_and_we_ourselves_are_not_counted),
		cmocka_unit_test(many_users_share_the_last_account),
		T(who_took_too_much_waits_for_the_helpers_and_is_answered),
		T(a_long_read_keeps_nobody_from_asking),
		T(what_is_asked_is_put_on_the_account),
		T(who_left_unseen_makes_room_for_root),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
