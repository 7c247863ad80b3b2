/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * apply_bench.h - what tests of apply stand on: a world, the real duaal-ledger, and a duaal-target of our own.
 *
 * The target is the test program under that name: main must then return bench_target(). It answers each write with the first line of
 * the file "answers" that is about it, RESULT 0 otherwise: "WORD RESULT" where WORD is in the DN, "@WORD RESULT" where it is among
 * the values; "WORD die" ends it. After a result 80 the rest of its round is not sent. What it heard is in the file "heard", a write a
 * line: "KIND DN <csn> [VALUES]", and "end" behind each round of writes.
 */
#ifndef DUAAL_TESTS_APPLY_BENCH_H
#define DUAAL_TESTS_APPLY_BENCH_H

#include "unit.h"

#include "core_stories.h"
#include "run/apply.h"
#include "run_thought.h"
#include "run_until.h"

#define GUIDES "cn=trajectbegeleider-10"

struct bench_events {
	bool loaded, begun, closed, failed, finished;
	uint32_t cycle;
	int why;
};

extern sd_event *loop;
extern struct world w;
extern struct thought thought;
extern struct client writer;
extern struct ledger_client ledger;
extern struct apply apply;
extern struct bench_events events;
extern char *heard; /* by the target; after apply_round or read_heard */

int bench_target(void); /* never returns */
int group_setup(void **state);
int group_teardown(void **state);
int setup(void **state); /* a cycle has begun */
int teardown(void **state);

void load(void);
void begin_cycle(void);
void end_cycle(void);
void write_file(const char *name, const char *text);
int apply_round(void); /* one, to its end; ERR_NOT_FOUND: nothing to write */
void read_heard(void);
bool is_heard(const char *word);

void anna_and_bert_are_new(void);
void a_group_for_anna_and_bert(void);
const struct owned_value *owned(const char *name); /* in the guides' group of school 10 */

#endif
