/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * control_bench.h - the control service on an invented world: three schools, one of them not admitted, people with and without access,
 * a hand edit, a hold; and a host whose tickets the test itself ends.
 */
#ifndef DUAAL_TESTS_CONTROL_BENCH_H
#define DUAAL_TESTS_CONTROL_BENCH_H

#include "control/control.h"
#include "core_world.h"
#include "varlink_peer.h"

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
};

void control_bench_start(struct control_bench *b);
void control_bench_serve(struct control_bench *b); /* control_new with b->set; part of start */
void control_bench_stop(struct control_bench *b);
void control_bench_end_cycle(struct control_bench *b, const char *result);

#endif
