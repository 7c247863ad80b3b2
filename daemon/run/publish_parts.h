/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * publish_parts.h - one part of the status: what the files of publish share.
 */
#ifndef DUAAL_RUN_PUBLISH_PARTS_H
#define DUAAL_RUN_PUBLISH_PARTS_H

#include "run/state.h"

struct verdict_on_part {
	enum part_state state;
	const char *code, *next_step;
	char detail[512];
};

#define COMMAND_SIZE 256 /* of a next step that names something */

/* since_s moves only when state or code do. What is said is in the language that is used now; texts without a fact in them may be marked
 * with N_ and are looked up here. */
void publish_part(struct publisher *p, const char *name, const struct verdict_on_part *v);

/* The same of what follows from a thought. While a cycle, or a reload before it, has dropped the last one and not made the next, what is known stays: nothing
 * is in order, or has been so since just now, only because there is nothing to look at. */
void publish_thought(struct run *run, const char *name, const struct verdict_on_part *v);

/* The record could not be read since the start: there is nothing in the past because nothing is known of it, and *v says so. */
bool publish_past_unknown(const struct run *run, struct verdict_on_part *v);

/* Of what follows from a thought: that it is in order, in a sentence of N_(), or that nothing was read yet. */
struct verdict_on_part publish_fine(const struct run *run, const char *sentence);

void publish_source(struct run *run);
void publish_target(struct run *run);
void publish_freshness(struct run *run); /* how old the last complete read is */
void publish_feed(struct run *run);      /* approved programmes: where they come from, and how many there are */
void publish_decided(struct run *run);   /* holds, freezes, directives, config */

void publish_certificates(struct run *run);
uint32_t publish_ends(const struct run *run, struct view_end ret[VIEW_ENDS_MAX]); /* how many there are */
void publish_institutions(struct run *run, const struct view *view);

#endif
