/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * show.h - pieces of a reply that several commands print. Each prints its own head, with an empty line before, or
 * nothing at all.
 */
#ifndef DUAAL_CTL_SHOW_H
#define DUAAL_CTL_SHOW_H

#include <jansson.h>

#include "base/err.h"
#include "base/language.h"
#include "ctl/ctl.h"

void show_heading(struct ctl *ctl, const char *heading); /* an empty line, and the heading */

#define WHERE_SIZE 512
/* "30569 Atheneum, trajectbegeleider" from institution, institution_name and role; "everywhere". */
const char *show_where(const json_t *item, char out[WHERE_SIZE]);
#define PLACE_SIZE 96
const char *show_place(const json_t *item, char out[PLACE_SIZE]); /* the same for a narrow column: without the name */
#define COUNT_SIZE 64
/* "1 change", "2 changes", as the language has it: the two forms in English, each with the count as %lld. */
#define show_count(count, one, many, out) show_put(out, tr_count(one, many, count), count)
const char *show_put(char out[COUNT_SIZE], const char *format, ...) PRINTF_LIKE(2, 3);

/* A table with a row for each item of this list of the reply; now: the reply's. 0, or an exit status with the reason printed. */
struct table;
int show_table_of(struct ctl *ctl, const json_t *reply, const char *list, const char *const *columns,
		  void (*add)(struct table *table, const json_t *item, long long now));

void show_omitted(struct ctl *ctl, long long omitted); /* "and 3 more"; a complaint where only the table is asked for */

/* The lists "holds" and "remarks" of a reply, at most max lines each; omitted: how many more the daemon left out. */
void show_holds(struct ctl *ctl, const json_t *reply, size_t max, long long omitted);
void show_remarks(struct ctl *ctl, const json_t *reply, size_t max, long long omitted);

/* Under a list of count items of which at most max are shown: how many more there are, with those that the answer left out. */
void say_left_out(struct ctl *ctl, size_t count, size_t max, long long omitted);

/* The list "freezes": who stopped what, why, until when, and how it ends. */
void show_freezes(struct ctl *ctl, const json_t *reply, size_t max);

#define NUMBERS_SIZE 64
/* "8 seen, 3 allowed"; "" for a hold whose rule allows none. */
const char *show_numbers(const json_t *hold, char out[NUMBERS_SIZE]);

#define DELAY_SIZE 256
/* delayed_by and delayed_until of a reply: "a cycle is due and waits for the doctor, at most until 09:00:34 UTC, in 34 s"; "": none waits. now: the
 * reply's. */
const char *show_delay(const json_t *reply, long long now, char out[DELAY_SIZE]);

/* A line for one cycle: "cycle 43: applied; ...". */
void show_cycle(struct ctl *ctl, const json_t *cycle);

#endif
