/* SPDX-License-Identifier: EUPL-1.2 */
/* hold_list.c - see hold_list.h. */
#include "control/hold_list.h"

#include <stdlib.h>

enum reason hold_row_rule(const struct hold_row *row)
{
	return (enum reason)(row->record != NULL ? row->record->rule : row->now->rule);
}

uint32_t hold_row_number(const struct hold_row *row)
{
	return row->record != NULL ? row->record->number : row->now->number;
}

static int by_id(const void *key, const void *item)
{
	uint32_t id = *(const uint32_t *)key;
	const struct hold_row *row = item;
	return id < row->record->id ? -1 : id > row->record->id;
}

/* The row of the record that this one became when it was told to the ledger, or NULL. */
static struct hold_row *recorded_since(const struct hold_list *list, size_t records, const struct guard_hold *hold)
{
	for (size_t i = records; i > 0; i--) {
		struct hold_row *row = &list->rows[i - 1];
		bool fits = row->now == NULL && row->record->state == HOLD_OPEN && row->record->rule == hold->rule &&
			    row->record->number == hold->number;
		if (fits && (row->record->role == hold->role || row->record->role == UINT8_MAX))
			return row;
	}
	return NULL;
}

/* Those that know their record. One whose record is gone is over. */
static void join_known(struct hold_list *list, size_t records, const struct guard_verdict *verdict)
{
	for (uint32_t i = 0; i < verdict->hold_count; i++) {
		const struct guard_hold *hold = &verdict->holds[i];
		struct hold_row *row =
			hold->id != 0 ? bsearch(&hold->id, list->rows, records, sizeof(*list->rows), by_id) : NULL;
		if (row != NULL && row->now == NULL)
			row->now = hold;
	}
}

static void join_others(struct hold_list *list, size_t records, const struct guard_verdict *verdict)
{
	for (uint32_t i = 0; i < verdict->hold_count; i++) {
		const struct guard_hold *hold = &verdict->holds[i];
		struct hold_row *row = hold->id == 0 ? recorded_since(list, records, hold) : NULL;
		if (row != NULL)
			row->now = hold;
		else if (hold->id == 0)
			list->rows[list->count++] = (struct hold_row){.now = hold};
	}
}

bool hold_list_make(const struct view *view, struct hold_list *ret)
{
	const struct guard_verdict *verdict = view->explain != NULL ? view->explain->verdict : NULL;
	size_t records = view->past->hold_count, more = verdict != NULL ? verdict->hold_count : 0;
	*ret = (struct hold_list){.rows = calloc(records + more + 1, sizeof(*ret->rows))};
	if (ret->rows == NULL)
		return false;
	for (; ret->count < records; ret->count++)
		ret->rows[ret->count].record = &view->past->holds[ret->count];
	if (verdict != NULL) {
		join_known(ret, records, verdict);
		join_others(ret, records, verdict);
	}
	return true;
}

void hold_list_done(struct hold_list *list)
{
	free(list->rows);
}
