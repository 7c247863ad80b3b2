/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_run_limits.c - what is told by a search by national number, and by an examination, whose helpers say nothing until the limit. The limits
 * themselves are not waited for: their timers are moved.
 */
#include "unit.h"

#include <signal.h>
#include <unistd.h>

#include "base/log.h"
#include "own_children.h"
#include "run/state.h"
#include "wire/finding.h"

#define NUMBER "85073003329" /* its check digits are wrong */

static char dir[] = "/tmp/duaal-limits-XXXXXX";
static sd_event *loop;
static struct run *run;

/* In the place of cycle.c. */
void cycle_start(struct run *r, const char *trigger, uid_t uid)
{
	assert_false(between_delays(r, trigger, uid));
	r->cycle.running = true;
}

/* ---- who asks ------------------------------------------------------------------------------------ */

struct told {
	int times;
	enum order_code code;
	bool sought;
	char trouble[200];
	char helpers[4][100]; /* "source: sentence", of the findings D01 */
	uint32_t helper_count;
};

static void on_found(void *call, const struct people_found *found)
{
	struct told *told = call;
	told->times++;
	told->code = found->code;
	told->sought = found->sought;
	snprintf(told->trouble, sizeof(told->trouble), "%s", found->trouble != NULL ? found->trouble : "");
}

static void on_examined(void *call, const struct ledger_answer *answer)
{
	struct told *told = call;
	struct finding finding;
	struct err err;
	told->times++;
	assert_null(answer->trouble);
	for (uint32_t i = 0; i < answer->line_count; i++) {
		assert_int_equal(finding_decode(answer->lines[i].at, answer->lines[i].len, &finding, &err), 0);
		if (finding.check != FINDING_HELPER)
			continue;
		assert_in_range(told->helper_count, 0, 3);
		assert_int_equal(finding.severity, SEVERITY_CRITICAL);
		snprintf(told->helpers[told->helper_count++], sizeof(told->helpers[0]), "%.*s: %.*s",
			 TEXT_ARG(finding.about), TEXT_ARG(finding.detail));
	}
}

/* ---- the bench ----------------------------------------------------------------------------------- */

static char first_name[] = "source", other_name[] = "basis"; /* as the configuration has them */

static void add_source(char *name, const struct helper_place *place)
{
	static const struct helper_kind kind = {"hangs", "hangs"};
	struct source_reader *reader = &run->sources.seats[run->sources.count++].reader;
	reader->set.national_number = "number";
	reader->bases.name = name;
	client_init(&reader->reader.client, loop, place, &kind);
}

static int setup(void **state)
{
	static const struct helper_kind kind = {"hangs", "hangs"};
	const struct ledger_settings ledger = {.path = ""};
	const struct helper_place place = {.programs = dir};
	(void)state;
	run = calloc(1, sizeof(*run));
	run->loop = loop;
	person_search_init(run);
	doctor_init(run);
	add_source(first_name, &place);
	client_init(&run->target_reader.reader.client, loop, &place, &kind);
	ledger_questions_init(&run->questions, loop, &place, &ledger);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	between_drop(run, "the end");
	ledger_questions_done(&run->questions, NULL);
	client_done_with(&run->target_reader.reader.client);
	for (uint32_t i = 0; i < run->sources.count; i++)
		client_done_with(&run->sources.seats[i].reader.reader.client);
	free(run);
	return 0;
}

/* The limit is reached, and whatever follows from it. */
static void pass_limit(const struct between_thing *thing)
{
	assert_non_null(thing->timer);
	assert_true(sd_event_source_set_time(thing->timer, 1) >= 0);
	while (sd_event_run(loop, 0) > 0)
		;
}

static void wait_until_asked(void)
{
	const struct client *client = &run->sources.seats[0].reader.reader.client;
	assert_true(client->busy);
	assert_non_null(client->process);
}

/* ---- a search ------------------------------------------------------------------------------------ */

static void a_search_has_no_answer_in_time(void **state)
{
	struct told told = {0};
	const struct helper_place place = {.programs = dir};
	(void)state;
	add_source(other_name, &place);
	person_search_ask(run, NUMBER, 1, on_found, &told);
	wait_until_asked();
	assert_true(between_delays(run, "timer", 1));
	pass_limit(&run->search.thing);
	assert_int_equal(told.times, 1);
	assert_int_equal(told.code, ORDER_FAILED);
	assert_true(told.sought);
	assert_string_equal(told.trouble, "source: no answer in time"); /* the first of both */
	assert_null(run->sources.seats[0].reader.reader.client.process);
	assert_null(run->sources.seats[1].reader.reader.client.process);
	assert_true(run->cycle.running);
}

static void a_search_behind_a_long_cycle_is_not_made(void **state)
{
	struct told told = {0};
	(void)state;
	run->cycle.running = true;
	person_search_ask(run, NUMBER, 1, on_found, &told);
	pass_limit(&run->search.thing);
	assert_int_equal(told.times, 1);
	assert_int_equal(told.code, ORDER_FAILED);
	assert_false(told.sought);
	assert_non_null(strstr(told.trouble, "what runs now did not end in time"));
	assert_true(text_is_empty(text_of(run->search.number)));
	assert_null(run->sources.seats[0].reader.reader.client.process);
}

/* ---- an examination ------------------------------------------------------------------------------ */

static bool is_told(const struct told *told, const char *sentence)
{
	for (uint32_t i = 0; i < told->helper_count; i++)
		if (strcmp(told->helpers[i], sentence) == 0)
			return true;
	return false;
}

static void an_examination_tells_what_was_not_done_in_time(void **state)
{
	struct told told = {0}, other = {0};
	(void)state;
	doctor_ask(run, on_examined, &told);
	wait_until_asked();
	doctor_ask(run, on_examined, &other);
	pass_limit(&run->doctor.thing);
	assert_int_equal(told.times, 1);
	assert_int_equal(other.times, 1);
	assert_int_equal(told.helper_count, 3);
	assert_true(is_told(&told, "source: it was not done in time, and was ended"));
	assert_true(is_told(&told, "target: it was not done in time, and was ended"));
	assert_true(is_told(&told, "ledger: it was not done in time; other questions may come first"));
	assert_null(run->sources.seats[0].reader.reader.client.process);
	assert_null(run->target_reader.reader.client.process);
	assert_non_null(run->questions.client.process); /* others wait for it perhaps */
}

/* ---- main ---------------------------------------------------------------------------------------- */

/* This program under other names: a helper that hears and says nothing, until the planner goes. */
static int child(void)
{
	char bytes[4096];
	while (read(3, bytes, sizeof(bytes)) > 0)
		;
	return 0;
}

static const char *const children[] = {"hangs", "duaal-ledger", NULL};

CHILDREN_GROUP(dir, loop, children)

int main(int argc, char **argv)
{
	const char *name = children_name(argv[0], children);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_search_has_no_answer_in_time, setup, teardown),
		cmocka_unit_test_setup_teardown(a_search_behind_a_long_cycle_is_not_made, setup, teardown),
		cmocka_unit_test_setup_teardown(an_examination_tells_what_was_not_done_in_time, setup, teardown),
	};
	(void)argc;
	if (name != NULL)
		return child();
	signal(SIGPIPE, SIG_IGN);
	log_open(LOG_SINK_STDERR, 1, "", 0);
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
