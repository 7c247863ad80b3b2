/* SPDX-License-Identifier: EUPL-1.2 */
/* test_run_feed.c - the part "feed" of the status: what each way in which programmes can be missing is called, and how bad it is. */
#include "unit.h"

#include <stdlib.h>

#include "base/language.h"
#include "control/status_codes.h"
#include "core_stories.h"
#include "run/publish_parts.h"
#include "run_thought.h"

static struct source_settings source;
static struct run run;
static struct world w;

static int setup(void **state)
{
	(void)state;
	world_init(&w);
	source =
		(struct source_settings){.institutions.map = {.count = 1, .at = {{FIELD_PROGRAMME, "voProgrammatie"}}}};
	run = (struct run){.config = {.policy = &w.settings, .sources = &source, .source_count = 1}};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_done(&w);
	return 0;
}

static const struct part *feed(void)
{
	publish_feed(&run);
	assert_int_equal(run.publisher.part_count, 1);
	assert_string_equal(run.publisher.parts[0].name, "feed");
	return &run.publisher.parts[0];
}

static void expect_state(enum part_state state, const char *code)
{
	assert_int_equal(feed()->state, state);
	assert_string_equal(feed()->code, code);
}

static void expect(enum part_state state, const char *code, const char *word)
{
	const struct part *part = feed();
	if (part->state != state || strcmp(part->code, code) != 0 || strstr(part->detail, word) == NULL)
		fail_msg("%s, %s: %s", part_state_name(part->state), part->code, part->detail);
	assert_int_equal(part->next_step[0] == '\0', state == PART_OK || strcmp(code, "no-institution") == 0);
}

static void think(void)
{
	run.thought = thought_of(&w);
}

#define NEEDS(uuid, number, rest)                                                                                      \
	"is: institution\nuuid: " uuid "\nnumber: " number "\nkind: secundair onderwijs\nstate: actief\n" rest "\n"

static void what_is_in_order(void **state)
{
	(void)state;
	expect(PART_NOTICE, "not-yet-read", "not read yet");
	world_source(&w, SCHOOL("1", "10") "\n" NEEDS("2", "20", ""));
	think();
	expect(PART_OK, "ok",
	       "that need a programme: 2, show one: 1, approved: 1 (1 of 1 values); voProgrammatie of the source");
	w.settings.kind_count = 0;
	expect(PART_OK, "not-used", "no kind");
}

static void nobody_needs_one(void **state)
{
	(void)state;
	world_source(&w, "is: institution\nuuid: 1\nnumber: 10\nkind: volwassenenonderwijs\nstate: actief\n");
	think();
	expect(PART_NOTICE, "no-institution", "voProgrammatie of the source");
}

/* The same, but for what our own entries say: a school that never was admitted loses nothing. */
static void nobody_shows_one(void **state)
{
	(void)state;
	world_source(&w, NEEDS("1", "10", "") NEEDS("2", "20", ""));
	think();
	expect(PART_WARNING, "empty", "that need one: 2");
	world_target(&w, OUR_SCHOOL("20"));
	think();
	expect(PART_CRITICAL, "vanished", "admitted by one until now: 1");
	assert_non_null(strstr(feed()->next_step, "approve none of the holds"));
}

static void nobody_has_an_approved_one(void **state)
{
	(void)state;
	world_source(&w, NEEDS("1", "10", "programme: approved\n"));
	think();
	expect(PART_WARNING, "none-approved", "show one: 1, approved: 0 (0 of 1 values)");
	world_target(&w, OUR_SCHOOL("10"));
	think();
	expect(PART_CRITICAL, "none-approved", "approved: 0");
	assert_non_null(strstr(feed()->next_step, "policy.programme_approved"));
}

static void some_of_them_vanished(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") "\n" NEEDS("2", "20", ""));
	world_target(&w, OUR_SCHOOL("20"));
	think();
	expect(PART_WARNING, "incomplete", "show none any more: 1; that show one: 1");
}

/* Nobody knows what the programmes of an unread source are, and what was worse before stays so. */
static void an_unread_source(void **state)
{
	(void)state;
	run.publisher.source_err.code = ERR_IO;
	expect(PART_WARNING, "unread", "not known");
	world_source(&w, NEEDS("1", "10", "programme: goedgekeurd 2026\n"));
	think();
	expect(PART_WARNING, "unread", "approved: 1");
	record_set(&w, world_find(&w, true, 1), FIELD_PROGRAMME, NULL);
	world_target(&w, OUR_SCHOOL("10"));
	think();
	expect(PART_CRITICAL, "vanished", "until now: 1");
	w.settings.kind_count = 0;
	expect(PART_OK, "not-used", "no kind");
}

/* The worst of several sources is told by its name; one that has no such institution says nothing. */
static void each_source_is_judged_by_itself(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") "\nis: institution\nuuid: 2\nnumber: 20\nkind: volwassenenonderwijs\n"
					   "elsewhere: yes\n\n");
	think();
	expect(PART_OK, "ok", "that need a programme: 1,");
	assert_non_null(strstr(feed()->detail, "; voProgrammatie of all sources"));
	world_source(&w, NEEDS("3", "30", "elsewhere: yes\n"));
	think();
	expect(PART_WARNING, "empty", "voProgrammatie of source elsewhere");
	world_target(&w, OUR_SCHOOL("30"));
	think();
	expect(PART_CRITICAL, "vanished", "voProgrammatie of source elsewhere");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* ---- while a cycle thinks anew ------------------------------------------------------------------------- */

static void what_was_thought_last_stays_until_the_next_thought(void **state)
{
	const char *built = getenv("top_builddir"), *catalogues = getenv("CATALOGUES");
	char folder[512], before[512];
	(void)state;
	world_source(&w, NEEDS("1", "10", ""));
	world_target(&w, OUR_SCHOOL("10"));
	think();
	expect(PART_CRITICAL, "vanished", "admitted by one until now: 1");
	const int64_t since_s = run.publisher.parts[0].since_s = 77;
	snprintf(before, sizeof(before), "%s", run.publisher.parts[0].detail);
	run.publisher.knows_thought = run.cycle.running = true;
	run.thought.made = false;
	assert_string_equal(feed()->detail, before);
	snprintf(folder, sizeof(folder), "%s/po", built != NULL ? built : ".");
	if (catalogues == NULL || catalogues[0] != '\0') { /* else this build has none */
		language_open(folder);
		language_use(LANGUAGE_DUTCH);
		expect_state(PART_CRITICAL, "vanished");
		assert_string_equal(feed()->detail, status_code_meaning("feed", "vanished"));
		language_use(LANGUAGE_ENGLISH);
		assert_string_equal(feed()->detail, status_code_meaning("feed", "vanished"));
		language_close();
	}
	assert_int_equal(feed()->since_s, since_s);
	run.cycle.running = false;
	expect(PART_NOTICE, "not-yet-read", "not read yet");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_in_order),
		TEST(nobody_needs_one),
		TEST(nobody_shows_one),
		TEST(nobody_has_an_approved_one),
		TEST(some_of_them_vanished),
		TEST(an_unread_source),
		TEST(what_was_thought_last_stays_until_the_next_thought),
		TEST(each_source_is_judged_by_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
