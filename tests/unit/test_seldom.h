/* SPDX-License-Identifier: EUPL-1.2 */
/* test_seldom.h - one world for each test, and what was found there. Each file that includes it has its own. */
#ifndef DUAAL_TESTS_SELDOM_H
#define DUAAL_TESTS_SELDOM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core_stories.h"
#include "core_world.h"
#include "model/dn.h"

#define TB                "trajectbegeleider"
#define GRANT(uuid, rest) "is: grant\nuuid: " uuid "\nperson: uid=anna\nstate: actief\n" rest "\n\n"
#define AT_10             "number: 10\nrole: " TB "\n"
#define ANNA_GOES         "member-remove 10 " TB " uid=anna: "

static struct world w;

static inline int setup(void **state)
{
	(void)state;
	world_init(&w);
	world_past(&w, "first-contact: no");
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	world_done(&w);
	return 0;
}

static inline uint32_t count_changes(enum change_kind kind, enum reason cause)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < w.plan->change_count; i++)
		count += w.plan->changes[i].kind == kind && w.plan->changes[i].cause == cause;
	return count;
}

static inline uint32_t count_remarks(enum reason reason)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < w.plan->remark_count; i++)
		count += w.plan->remarks[i].reason == reason;
	return count;
}

static inline void gain(uint32_t person, const char *right)
{
	record_set(&w, world_find(&w, true, person), FIELD_RIGHT, right);
}

static inline void make_anna(void)
{
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", "AnderRecht:1") "\n");
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_GUIDES("10") "member: uid=anna\n");
	world_past(&w, "owned: 10 " TB " uid=anna 11 held");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
