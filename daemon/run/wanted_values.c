/* SPDX-License-Identifier: EUPL-1.2 */
#include "run/wanted_values.h"

#include <stdlib.h>

#include "base/vec.h"

static void collect(void *ctx, enum field field, struct text value)
{
	struct wanted_list *list = ctx;
	if (vec_reserve(&list->items, &list->capacity, list->count + 1, sizeof *list->items) < 0) {
		list->failed = true;
		return;
	}
	list->items[list->count++] = (struct wanted_value){field, list->bytes.len, value.len};
	buf_add_text(&list->bytes, value);
}

void wanted_done(struct wanted_list *list)
{
	free(list->items);
	buf_done(&list->bytes);
}

static struct text wanted_text(const struct wanted_list *list, size_t i)
{
	return text_make(list->bytes.at + list->items[i].offset, list->items[i].len);
}

static bool wanted_has(const struct wanted_list *list, enum field field, struct text value)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].field == field && text_equal(wanted_text(list, i), value))
			return true;
	return false;
}

int wanted_collect(const struct thought *t, const struct change *c, struct wanted_list *list, struct err *err)
{
	*list = (struct wanted_list){.items = NULL};
	buf_init(&list->bytes);
	if (c->kind == CHANGE_PERSON_ADD || c->kind == CHANGE_PERSON_MODIFY)
		wanted_person(&t->plan_input, c->person, collect, list);
	else if (c->kind == CHANGE_PERSON_RELEASE)
		wanted_released(&t->plan_input, c->target, collect, list);
	else if (c->kind == CHANGE_INSTITUTION_ADD || c->kind == CHANGE_INSTITUTION_MODIFY)
		wanted_institution(&t->plan_input, c->desired, collect, list);
	else
		wanted_group(&t->plan_input, c->number, c->role, collect, list);
	if (list->failed || buf_failed(&list->bytes)) {
		wanted_done(list);
		return err_nomem(err);
	}
	return 0;
}

void wanted_put(struct buf *out, const struct wanted_list *list)
{
	for (size_t i = 0, n; i < list->count; i += n) {
		for (n = 1; i + n < list->count && list->items[i + n].field == list->items[i].field;)
			n++;
		write_mod(out, MOD_ADD, list->items[i].field, (uint32_t)n);
		for (size_t k = i; k < i + n; k++)
			write_value(out, wanted_text(list, k));
	}
}

/* What we keep as it should be in an entry that is there. Its key and its marker are how it was found: they stay as they are. */
static const enum field managed[] = {
	FIELD_CN,     FIELD_SN,          FIELD_GIVEN_NAME,      FIELD_MAIL,      FIELD_NAME,          FIELD_KIND,
	FIELD_ACTION, FIELD_SOURCE_UUID, FIELD_NUMBER_RECEIVED, FIELD_ADMISSION, FIELD_ADMITTED_SINCE};

/* Values of one field that differ: out with what is not wanted, in with what is missing. */
static void put_field_difference(struct buf *out, const struct wanted_list *list, const struct entry *entry,
				 enum field field)
{
	struct entry_cursor cursor = entry_values(entry);
	struct text value;
	uint32_t gone = 0, missing = 0;

	while (entry_next_of(&cursor, field, &value))
		gone += !wanted_has(list, field, value);
	for (size_t i = 0; i < list->count; i++)
		missing += list->items[i].field == field && !entry_has_value(entry, field, wanted_text(list, i));
	if (gone > 0) {
		write_mod(out, MOD_DELETE, field, gone);
		cursor = entry_values(entry);
		while (entry_next_of(&cursor, field, &value))
			if (!wanted_has(list, field, value))
				write_value(out, value);
	}
	if (missing > 0) {
		write_mod(out, MOD_ADD, field, missing);
		for (size_t i = 0; i < list->count; i++)
			if (list->items[i].field == field && !entry_has_value(entry, field, wanted_text(list, i)))
				write_value(out, wanted_text(list, i));
	}
}

void wanted_put_difference(struct buf *out, const struct wanted_list *list, const struct entry *entry)
{
	for (size_t i = 0; i < sizeof managed / sizeof managed[0]; i++)
		put_field_difference(out, list, entry, managed[i]);
}
