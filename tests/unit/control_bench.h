/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * control_bench.h - the control service on an invented world: three schools, one of them not admitted, people with and
 * without access, a hand edit, a hold; and a host whose tickets the test itself ends, which records orders and questions
 * and answers them at once, or when the test says so.
 */
#ifndef DUAAL_TESTS_CONTROL_BENCH_H
#define DUAAL_TESTS_CONTROL_BENCH_H

#include "base/national_number.h"
#include "control/control.h"
#include "core_world.h"
#include "varlink_peer.h"

#define BENCH_WAITING 64

struct bench_order { /* the last one, copied: what an order points to is gone when give_order returns */
	struct order order;
	char digest[80], vo_id[80], reason[600], owner[600];
};

struct control_bench {
	sd_event *loop;
	struct control *control;
	struct control_settings set;
	struct world world;
	struct explain_input explain;
	struct view view;
	struct part parts[3];
	struct cycle_summary cycles[3], summary;
	char dir[40], path[64];
	uint64_t asked, ended; /* tickets */
	int requests;
	/* orders and questions; later: control_bench_answer answers */
	struct bench_order last;
	struct ledger_question question;
	struct order_result result;
	struct ledger_answer ledger;
	int orders, questions, waiting, waiting_questions;
	struct people_found found; /* by a national number: answered at once, or when the test calls found_done */
	char sought[NATIONAL_NUMBER_SIZE];
	uid_t sought_by;
	int searches;
	void (*found_done)(void *call, const struct people_found *found);
	void *left;        /* the last call whose asker has left, */
	bool ends_if_left; /* and what was searched for them is told then */
	void *found_call;
	bool later;
	bool carrying_out; /* changes: no policy is thought about */
	struct {
		void (*done)(void *call, const struct order_result *result);
		void *call;
	} wait[BENCH_WAITING];
	struct {
		void (*done)(void *call, const struct ledger_answer *answer);
		void *call;
	} ask[BENCH_WAITING];
};

void control_bench_start(struct control_bench *b);
void control_bench_serve(struct control_bench *b); /* control_new with b->set; part of start */
void control_bench_stop(struct control_bench *b);
void control_bench_answer(struct control_bench *b); /* all that waits, with result and ledger */

/* A hold on record that lists these changes of the plan and one that is not in it any more; when it is decided, by uid 1000. */
void control_bench_hold(struct control_bench *b, uint32_t id, enum reason rule, enum hold_state state,
			const struct change *const *changes, uint32_t count);
/* The first change of the plan with this reason; fails the test when there is none. */
struct change *control_bench_change(struct control_bench *b, enum reason reason);
void control_bench_look(struct control_bench *b); /* after the world has thought again */
void control_bench_end_cycle(struct control_bench *b, const char *result);

#endif
