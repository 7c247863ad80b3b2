/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_any_world.c - what holds in every world, however odd: entries that nobody of ours made, records that contradict each other,
 * decisions about what is gone.
 *
 * Where test_properties makes sound worlds and compares them with a model, these are made of everything that the entries, the ledger
 * and the settings can say. Each is thought through, carried into later cycles with decisions between them, and explained; now and
 * then a request for memory fails. Always the same worlds; DUAAL_SEED gives others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/judge.h"
#include "core_world.h"
#include "failing_memory.h"

#define WORLDS  1000
#define CYCLES  3
#define NUMBERS 7
#define PEOPLE  14

static uint64_t chance;

static uint32_t below(uint32_t limit)
{
	chance = chance * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(chance >> 33) % limit;
}

static bool rarely(void)
{
	return below(8) == 0;
}

#define ONE_OF(...)                                                                                                    \
	one_of((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static const char *one_of(const char *const *words, size_t count)
{
	return words[below((uint32_t)count)];
}

/* Lines of one record, or of past and settings. */
static char text[4096];

static void line(const char *format, ...) PRINTF_LIKE(1, 2);
static void line(const char *format, ...)
{
	va_list args;
	size_t len = strlen(text);
	va_start(args, format);
	vsnprintf(text + len, sizeof(text) - len, format, args);
	va_end(args);
}

static const char *role(void)
{
	return ONE_OF("trajectbegeleider", "beheerder");
}

/* No value twice: a directory holds none. */
static void members(void)
{
	uint32_t first = 12 + below(PEOPLE);
	for (uint32_t id = first; id < first + 4; id++)
		if (below(2) == 0)
			line("member: uid=p%u\n", id);
	if (rarely())
		line("member: %s\n", ONE_OF("uid=ghost", "no DN", "cn=nobody,dc=app",
					    "uid=\\C3\\A9t\\C3\\A9,ou=people,ou=werkplekduaal,dc=app", "uid=glass",
					    "UID=p11 , OU=people,ou=werkplekduaal,DC=app",
					    "telephoneNumber=1 2,ou=people,ou=werkplekduaal,dc=app"));
}

/* ---- the government's directory ---------------------------------------------------------------------- */

static void dates(void)
{
	if (rarely())
		line("begin: %s\n", ONE_OF("20261105", "20261104", "20261106", "binnenkort", "20260101"));
	if (rarely())
		line("end: %s\n", ONE_OF("20261104", "20261105", "20270831", "ooit"));
	if (below(40) == 0)
		line("end: 20261201\n");
}

static void source_institution(struct world *w, uint32_t uuid, uint32_t number)
{
	text[0] = '\0';
	line("is: institution\nuuid: %u\nname: School %u\n", uuid, number);
	line("number: %s%u\n", rarely() ? "0" : "", number);
	line("csn: %u\n", 1 + below(3));
	if (!rarely())
		line("kind: %s\n", ONE_OF("secundair onderwijs", "secundair onderwijs", "volwassenenonderwijs", "clb",
					  "syntra", "basis"));
	if (!rarely())
		line("state: %s\n", ONE_OF("actief", "actief", "actief", "gesloten"));
	if (!rarely())
		line("audience: OV\n");
	if (!rarely())
		line("programme: %s\n", ONE_OF("goedgekeurd 2026", "goedgekeurd", "geweigerd"));
	dates();
	world_source(w, text);
}

static void source_person(struct world *w, uint32_t id)
{
	text[0] = '\0';
	line("is: person\nuuid: %u\ncsn: %u\n", id, 1 + below(3));
	if (!rarely())
		line("cn: %s %u\n", rarely() ? "P\x01" : "P", id);
	if (!rarely())
		line("sn: P\n");
	if (below(30) != 0)
		line("vo-id: %s%u\n", rarely() ? "P" : "p", below(15) == 0 ? id - 1 : id);
	if (below(40) == 0)
		line("vo-id: %s\n", ONE_OF("two", "a,b"));
	if (rarely())
		line("uid: %s\n", ONE_OF("login", "log in", "l\x02"));
	if (rarely())
		line("mail: p%u@example.org\n", id);
	if (!rarely())
		line("state: %s\n", ONE_OF("actief", "actief", "actief", "uit dienst"));
	dates();
	for (uint32_t rights = below(3); rights > 0; rights--)
		line("right: %s-%s:%s%u%s\n", ONE_OF("WerkplekDuaalGebruiker", "WerkplekDuaalGebruiker", "AnderRecht"),
		     ONE_OF("trajectbegeleider", "beheerder", "beheerder,trajectbegeleider", "directeur"),
		     rarely() ? "0" : "", 1 + below(NUMBERS), ONE_OF("", "", ", 3", ",1x"));
	if (below(30) == 0)
		line("right: WerkplekDuaalGebruiker\n");
	world_source(w, text);
}

static void source(struct world *w)
{
	for (uint32_t number = 1; number < NUMBERS; number++)
		if (!rarely())
			source_institution(w, number, number);
	if (rarely())
		source_institution(w, 9, 1 + below(NUMBERS));
	for (uint32_t id = 11; id < 11 + PEOPLE; id++)
		if (!rarely())
			source_person(w, id);
	text[0] = '\0';
	line("is: absent\nuuid: %u\n", 500 + below(3));
	if (rarely())
		world_source(w, text);
}

/* ---- the application's -------------------------------------------------------------------------------- */

static void stranger(void)
{
	if (rarely())
		line("managed-by: somebody\n");
	if (rarely())
		line("writer: %s\n", ONE_OF("cn=admin,dc=app", "cn=duaalsync,dc=app", "cn=Duaalsync, dc=app"));
}

static void target_institution(struct world *w, uint32_t number)
{
	text[0] = '\0';
	line("is: institution\nnumber: %u\nname: %s %u\nkind: secundair onderwijs\n", number,
	     rarely() ? "Else" : "School", number);
	line("number-received: %u\nadmission: programme\nadmitted-since: 20260101000000Z\n", number);
	if (below(20) == 0)
		line("dn: ou=%u,ou=elsewhere,ou=institutions,ou=werkplekduaal,dc=app\n", number);
	stranger();
	world_target(w, text);
}

static void target_person(struct world *w, uint32_t id, bool second)
{
	text[0] = '\0';
	line("is: person\nvo-id: %s%u\ncn: P %u\nsn: P\n", rarely() ? "P" : "p", id, id);
	if (!rarely())
		line("source-uuid: %u\n", rarely() ? id + 1 : id);
	if (second)
		line("dn: uid=second%u,ou=people,ou=werkplekduaal,dc=app\n", id);
	stranger();
	world_target(w, text);
}

static void target_group(struct world *w, uint32_t number, const char *word)
{
	text[0] = '\0';
	line("is: group\nnumber: %u\nrole: %s\n", below(30) == 0 ? 0 : number, rarely() ? "directeur" : word);
	if (*word == 't')
		line("action: overeenkomst-opmaken\naction: overeenkomst-registreren\n%s",
		     rarely() ? "" : "action: overeenkomst-beeindigen\n");
	if (below(12) == 0)
		line("dn: cn=%s-%u,ou=%u,ou=institutions,ou=werkplekduaal,dc=app\n", word, 1 + below(NUMBERS),
		     1 + below(NUMBERS));
	line("csn: %u\n", 900 + below(200));
	stranger();
	members();
	world_target(w, text);
}

static void directives(struct world *w, uint32_t uuid)
{
	text[0] = '\0';
	if (below(2) == 0)
		line("is: request\nuuid: %u\nnumber: %u\n%s", uuid, 1 + below(NUMBERS),
		     rarely() ? "role: beheerder\n" : "");
	else
		line("is: override\nuuid: %u\nvo-id: p%u\nnumber: %u\nrole: %s\neffect: %s\n", uuid, 11 + below(PEOPLE),
		     1 + below(NUMBERS), rarely() ? "directeur" : role(),
		     ONE_OF("include", "exclude", "Include", "else"));
	if (!rarely())
		line("until: %s\n",
		     ONE_OF("20261105090000Z", "20261106090000Z", "20270101090000Z", "20290101090000Z", "later"));
	if (!rarely())
		line("written: %s\n", ONE_OF("20261101090000Z", "20261001090000Z", "when"));
	world_target(w, text);
}

static void target(struct world *w)
{
	for (uint32_t id = 11; id < 11 + PEOPLE; id++)
		if (below(4) != 0) {
			target_person(w, id, below(20) == 0);
			if (below(20) == 0)
				target_person(w, id, true);
		}
	for (uint32_t number = 1; number <= NUMBERS; number++) {
		if (below(4) != 0)
			target_institution(w, number);
		if (below(3) != 0)
			target_group(w, number, "trajectbegeleider");
		if (below(3) != 0)
			target_group(w, number, "beheerder");
	}
	for (uint32_t i = 0; i < 6; i++)
		if (below(2) == 0)
			directives(w, 700 + i);
	text[0] = '\0';
	line("is: foreign\ndn: cn=x,cn=%s-%u,ou=%u,ou=institutions,ou=werkplekduaal,dc=app\n", role(),
	     1 + below(NUMBERS), 1 + below(NUMBERS));
	line("is: foreign\ndn: ou=%u,ou=institutions,ou=werkplekduaal,dc=app\n", 8 + below(2));
	line("is: foreign\ndn: uid=p%u,ou=people,ou=werkplekduaal,dc=app\n", 30 + below(2));
	if (rarely())
		world_target(w, text);
}

/* ---- what is known and how it is set ------------------------------------------------------------------ */

static void memories(void)
{
	uint32_t number = 1 + below(NUMBERS), id = 11 + below(PEOPLE);
	switch (below(14)) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4:
		line("owned: %u %s uid=p%u %u %s\n", number, role(), id,
		     rarely()   ? 0
		     : rarely() ? id + 1
				: id,
		     ONE_OF("held", "held", "held", "intended", "removing", "adopted", "removed"));
		break;
	case 5:
		line("drift: %u %s %u %s uid=p%u %u %u %u %s\n", 1 + below(9),
		     ONE_OF("added-by-hand", "removed-by-hand"), number, role(), id, rarely() ? 0 : id, below(40),
		     95 + below(6), ONE_OF("undo", "-"));
		if (rarely())
			line("drift: 10 entry-removed-by-hand %u %s - 0 60 99 %s\n", number, ONE_OF("-", "beheerder"),
			     ONE_OF("undo", "-"));
		if (rarely())
			line("drift: 11 attribute-by-hand 0 - p%u 0 60 99 %s\n", id, ONE_OF("undo", "-"));
		break;
	case 6:
		line("directive: %u %s %u %s %u %s %u\n", 700 + below(9), ONE_OF("include", "exclude"), number, role(),
		     id, ONE_OF("20261105090000Z", "20261101090000Z", "20270101090000Z"), below(60));
		break;
	case 7:
		line("directive: %u request %u - 0 %s %u\n", 700 + below(9), number, ONE_OF("20261101090000Z", "-"),
		     below(60));
		break;
	case 8:
		line("pin: %u %s %u %s %s\n", number, rarely() ? "directeur" : role(), id, ONE_OF("present", "absent"),
		     ONE_OF("20261105090000Z", "20261201090000Z"));
		break;
	case 9:
		line("seen: %u %s %u %u\n", rarely() ? number : id, ONE_OF("-", "20261104", "20261105", "20270831"),
		     below(60), 1 + below(4));
		break;
	case 10: line("removed: %u %s %u\n", number, role(), below(30)); break;
	case 11: line("group: %u %s %u\n", number, role(), 900 + below(300)); break;
	case 12:
		line("%s: %u %s %u\n", ONE_OF("approved", "excluded", "drifted", "ended"), number, role(), below(30));
		break;
	default: line("ambiguous: %u %u\n", id, below(12)); break;
	}
}

static void past(struct world *w)
{
	text[0] = '\0';
	line("first-contact: %s\n", rarely() ? "yes" : "no");
	for (uint32_t i = 8 + below(20); i > 0; i--)
		memories();
	if (rarely())
		line("freeze: %u %u\n", below(NUMBERS), 1 + below(40));
	if (below(20) == 0)
		line("pause: %u\n", 1 + below(4));
	if (below(3) == 0)
		line("released: %u\n", below(60));
	if (rarely())
		line("source-people: %u\nsource-institutions: %u\n", below(60), below(12));
	for (uint32_t id = 11; id < 11 + PEOPLE && rarely(); id++)
		line("began: %u 20261105 %u\nmoved: %u\n", id, below(60), id);
	world_past(w, text);
}

static void settings(struct world *w)
{
	text[0] = '\0';
	line("drift: %s\n", ONE_OF("repair", "repair", "report", "hold"));
	if (rarely())
		line("people: looked-up\n");
	if (rarely())
		line("dates: instant\n");
	for (uint32_t i = below(5) / 2; i > 0; i--)
		line("protected: %s\n",
		     ONE_OF("uid=p12", "uid=glass", "cn=beheerder-3,ou=3,ou=institutions,ou=werkplekduaal,dc=app",
			    "ou=4,ou=institutions,ou=werkplekduaal,dc=app"));
	if (rarely())
		line("first-fill: hold\n");
	if (rarely())
		line("scope: changed\n");
	if (rarely())
		line("ledger: old\n");
	if (rarely())
		line("source: unread\n");
	if (rarely())
		line("%s\n", ONE_OF("went-back: yes", "positions: csn"));
	if (below(3) == 0)
		line("grants: %u\ninstitution-removals: %u\nremovals: %u\n", below(6), below(4), below(6));
	world_settings(w, text);
	static const char *const nothing[] = {NULL};
	if (rarely())
		w->settings.audience = "";
	if (rarely())
		w->settings.person_active = below(2) == 0 ? nothing : NULL;
	if (rarely())
		w->settings.institution_active = below(2) == 0 ? nothing : NULL;
	if (rarely())
		w->settings.programme_approved = below(2) == 0 ? nothing : NULL;
	if (rarely())
		w->settings.board_grantors = NULL;
}

/* ---- what holds --------------------------------------------------------------------------------------- */

/* I5, I6: out goes only what stands in a group of ours that nobody protects, and that is ours, was added by hand, or is
 * excluded by name. */
static void check_removal(const struct world *w, const struct change *c)
{
	const struct target_member *value = &w->target_read->members[c->member];
	const struct target_group *group = &w->target_read->groups[c->target];
	assert_true(group->ours);
	assert_false(group->protected);
	assert_false(value->person != NONE && w->target_read->people[value->person].protected);
	if (past_owned(&w->past, &group->entry->uuid, value->key) != NULL || c->cause == R_CAUSE_DRIFT ||
	    c->reason == R_EXCLUDED)
		return;
	assert_int_equal(c->reason, R_DRIFT_ADOPTED); /* nobody knows whose: a person decides */
	assert_true(c->verdict == VERDICT_HOLD || c->rule == R_RULE_APPROVED);
}

static void check_plan(const struct world *w)
{
	uint32_t judged[3] = {0};
	for (uint32_t i = 0; i < w->plan->change_count; i++) {
		const struct change *c = &w->plan->changes[i];
		judged[c->verdict]++;
		assert_true((c->verdict == VERDICT_GO) == (c->rule == R_RULE_NONE) || c->rule == R_RULE_APPROVED);
		if (c->kind == CHANGE_MEMBER_REMOVE)
			check_removal(w, c);
		else if (c->kind == CHANGE_MEMBER_ADD)
			assert_int_not_equal(desired_membership_find(w->desired, w->source_read, c->number, c->role,
								     &w->source_read->people[c->person].entry->uuid),
					     NONE);
	}
	assert_int_equal(judged[VERDICT_GO], w->verdict.go);
	assert_int_equal(judged[VERDICT_HOLD], w->verdict.held);
	assert_int_equal(judged[VERDICT_REFUSE], w->verdict.refused);
}

static bool refuse(const void *ctx, uint32_t change)
{
	(void)ctx;
	return change % 3 == 0;
}

/* "why" says yes exactly where the policy does. */
static void check_answer(struct world *w, uint32_t person, uint32_t number, uint8_t asked)
{
	struct err err;
	struct explanation *why;
	const struct explain_input in = {.plan_input = &w->plan_input,
					 .plan = w->plan,
					 .verdict = &w->verdict,
					 .was_refused = rarely() ? refuse : NULL,
					 .refuses_all = rarely()};
	assert_int_equal(explain_person(&in, text_of(ONE_OF("P11", "p12", "P 13", "")), person, number, asked,
					&w->arena, &why, &err),
			 0);
	for (uint32_t i = 0; i < why->path_count && person != NONE; i++) {
		const struct path *path = &why->paths[i];
		const struct uuid *uuid = &w->source_read->people[person].entry->uuid;
		if (path->number != 0 && path->role < w->settings.role_count)
			assert_int_equal(path->granted,
					 desired_membership_find(w->desired, w->source_read, path->number, path->role,
								 uuid) != NONE);
	}
}

/* The same question without memory. */
static void check_silence(struct world *w)
{
	struct arena arena;
	struct err err;
	struct explanation *why;
	const struct explain_input in = {.plan_input = &w->plan_input, .plan = w->plan, .verdict = &w->verdict};
	arena_init(&arena, 0);
	memory_fails_at(1 + below(80));
	int e = explain_person(&in, text_of("p11"), below(w->source_read->people_count), 0, ROLE_NONE, &arena, &why,
			       &err);
	bool failed = memory_failed();
	memory_fails_at(0);
	assert_int_equal(e, failed ? ERR_NOMEM : 0);
	arena_done(&arena);
}

static void check_explanations(struct world *w)
{
	uint32_t found[2];
	for (uint32_t i = 0; i < w->source_read->people_count; i++)
		check_answer(w, i, 0, ROLE_NONE);
	check_answer(w, below(w->source_read->people_count), 1 + below(9), (uint8_t)below(2));
	check_answer(w, NONE, below(9), ROLE_NONE);
	(void)explain_find(w->source_read,
			   text_of(ONE_OF("p11", "P", " ", "P  11", "P 11", "login", "p12@EXAMPLE.org")), found, 2);
}

/* A request for memory fails: then there is no result. */
static void check_memory(struct world *w)
{
	struct arena arena;
	struct err err;
	struct desired *desired;
	struct plan *plan;
	struct guard_verdict verdict;
	struct plan_input in = w->plan_input;
	arena_init(&arena, 0);
	memory_fails_at(1 + below(600));
	int e = policy_apply(&w->policy_input, &arena, &desired, &err);
	in.desired = desired;
	if (e == 0)
		e = plan_build(&in, &arena, &plan, &err);
	if (e == 0)
		e = guard_judge(plan, &in, &w->guard, &w->guard_past, w->now_s, &arena, &verdict, &err);
	if (e == 0)
		e = holds_match(plan, &in, &w->guard, &w->guard_past, w->now_s, &arena, &verdict, &err);
	bool failed = memory_failed();
	memory_fails_at(0);
	assert_int_equal(e, failed ? ERR_NOMEM : 0);
	if (e == 0)
		assert_memory_equal(plan->digest, w->plan->digest, sizeof(plan->digest)); /* the same again */
	arena_done(&arena);
}

static void look(struct world *w)
{
	world_think(w);
	check_plan(w);
	check_explanations(w);
	for (int i = 0; i < 4; i++)
		check_memory(w);
	for (int i = 0; i < 4; i++)
		check_silence(w);
}

static void go_on(struct world *w)
{
	world_apply(w);
	world_think(w);
	world_carry(w);
	if (w->past.hold_count > 0)
		world_decide(w, w->past.holds[below((uint32_t)w->past.hold_count)].id,
			     (enum hold_state[]){HOLD_APPROVED, HOLD_REJECTED, HOLD_ACCEPTED}[below(3)]);
	w->now_s += below(3) * 30 * 3600;
	past(w);
}

static void whatever_is_there(void **state)
{
	(void)state;
	for (int i = 0; i < WORLDS; i++) {
		struct world w;
		world_init(&w);
		settings(&w);
		source(&w);
		target(&w);
		past(&w);
		for (int cycle = 0; cycle < CYCLES; cycle++) {
			look(&w);
			go_on(&w);
		}
		world_done(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(whatever_is_there)};
	const char *given = getenv("DUAAL_SEED");
	chance = given != NULL ? strtoull(given, NULL, 0) : 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
