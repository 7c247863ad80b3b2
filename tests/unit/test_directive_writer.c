/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_directive_writer.c - what is known of a directive's writes when duaal-target has answered, in every way.
 *
 * The helper is this program under a name of which each letter is what it does with one write: d done, r refused (50), f the server failed (80),
 * s not sent, u the connection was lost, g an outcome that cannot be read, n no outcome, x it ends.
 */
#include "unit.h"

#include <signal.h>
#include <unistd.h>

#include "base/log.h"
#include "own_children.h"
#include "run/directive_writer.h"
#include "run_until.h"
#include "wire/channel.h"

#define REFUSED 50
#define FAILED  80

static const char *const children[] = {"d", "dd", "r", "f", "s", "u", "g", "n", "x", "dr", "dg", "dx", NULL};

/* ---- the helper ---------------------------------------------------------------------------------- */

static void put(struct channel *channel, uint16_t type, const struct buf *body)
{
	struct err err;
	const bool any = body != NULL;
	if (channel_put(channel, type, any ? body->at : NULL, any ? body->len : 0, &err) < 0 ||
	    channel_flush(channel, &err) < 0)
		_exit(9);
}

static void answer(struct channel *channel, char how)
{
	const int result = how == 'r'   ? REFUSED
			   : how == 'f' ? FAILED
			   : how == 's' ? WRITE_NOT_SENT
			   : how == 'u' ? -1
					: 0;
	const struct outcome outcome = {.id = 1, .result = result};
	struct buf body;
	if (how == 'x')
		_exit(0);
	buf_init(&body);
	outcome_encode(&body, &outcome);
	body.len -= how == 'g';
	if (how != 'n')
		put(channel, M_OUTCOME, &body);
	buf_done(&body);
	put(channel, M_WRITE_DONE, NULL);
}

static int child(const char *name)
{
	struct channel *channel = NULL;
	struct err err;
	uint16_t type;
	const void *body;
	size_t len;
	if (channel_new(3, &channel, &err) < 0)
		return 9;
	while (channel_next(channel, &type, &body, &len, &err) == 1)
		if (type == M_WRITE_END)
			answer(channel, *name++);
	return 0;
}

/* ---- the planner --------------------------------------------------------------------------------- */

static char dir[] = "/tmp/duaal-writer-XXXXXX";
static sd_event *loop;

static struct told {
	int count;
	bool fine;
} told;

static void on_written(void *ctx, const struct err *why)
{
	struct told *t = ctx;
	t->count++;
	t->fine = why == NULL;
}

CHILDREN_GROUP(dir, loop, children)

static void write_all(struct directive_writer *w, size_t writes)
{
	struct buf record;
	struct err err = {0};
	buf_init(&record);
	buf_add(&record, "a write", 7);
	for (size_t i = 0; i < writes; i++)
		directive_writer_add(w, &record);
	buf_done(&record);
	told = (struct told){0};
	assert_int_equal(directive_writer_start(w, &err), 0);
	RUN_UNTIL(told.count > 0);
}

/* That nothing was written is said only where each outcome is known. */
static void what_is_known_of_it(void **state)
{
	static const struct {
		const char *name;
		int result;
		unsigned done;
		bool fine, unknown;
	} cases[] = {{"d", 0, 1, true, false},         {"dd", 0, 2, true, false}, {"r", REFUSED, 0, false, false},
		     {"f", FAILED, 0, false, true},    {"s", 0, 0, false, false}, {"u", 0, 0, false, true},
		     {"g", 0, 0, false, true},         {"n", 0, 0, false, true},  {"x", 0, 0, false, true},
		     {"dr", REFUSED, 1, false, false}, {"dg", 0, 1, false, true}, {"dx", 0, 1, false, true}};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct helper_place place = {.programs = dir};
		const struct helper_kind kind = {cases[i].name, cases[i].name};
		struct client target;
		struct directive_writer w;
		client_init(&target, loop, &place, &kind);
		directive_writer_init(&w, &target);
		w.ctx = &told;
		w.written = on_written;
		write_all(&w, strlen(cases[i].name));
		if (told.count != 1 || told.fine != cases[i].fine || w.unknown != cases[i].unknown ||
		    w.done != cases[i].done || w.result != cases[i].result)
			fail_msg("%s: told %d, fine %d, unknown %d, done %u, result %d: %s", cases[i].name, told.count,
				 told.fine, w.unknown, w.done, w.result, w.trouble.text);
		client_done_with(&target);
	}
}

int main(int argc, char **argv)
{
	const char *name = children_name(argv[0], children);
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_known_of_it)};
	(void)argc;
	if (name != NULL)
		return child(name);
	signal(SIGPIPE, SIG_IGN);
	log_open(LOG_SINK_STDERR, 1, "", 0);
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
