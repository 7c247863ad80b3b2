/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * hold_list.h - the holds on record and the guard's present verdict, joined: one row for each thing that waits.
 *
 * The verdict of a cycle is made before its new holds are on record, so a row may have a number in the record and none
 * yet in the verdict; what nobody decides (frozen, paused, grace) never has a record.
 */
#ifndef DUAAL_CONTROL_HOLD_LIST_H
#define DUAAL_CONTROL_HOLD_LIST_H

#include "control/view.h"
#include "core/hold.h"

struct hold_row {
	const struct past_hold *record; /* NULL: not on record */
	const struct guard_hold *now;   /* NULL: holds nothing now */
};

struct hold_list {
	struct hold_row *rows; /* those on record first, by number */
	uint32_t count;
};

bool hold_list_make(const struct view *view, struct hold_list *ret); /* false: no memory */
void hold_list_done(struct hold_list *list);

enum reason hold_row_rule(const struct hold_row *row);
uint32_t hold_row_number(const struct hold_row *row);

#endif
