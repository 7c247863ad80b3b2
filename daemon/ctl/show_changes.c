/* SPDX-License-Identifier: EUPL-1.2 */
/* show_changes.c - see show_changes.h. */
#include "ctl/show_changes.h"

#include <string.h>

#include "base/language.h"
#include "ctl/columns.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/screen.h"

const char *show_kind(const char *kind)
{
	static const char *const words[][2] = {
		{"member-remove", N_("revoke")},
		{"member-add", N_("grant")},
		{"institution-add", N_("new institution")},
		{"institution-modify", N_("institution's data")},
		{"institution-delete", N_("remove institution")},
		{"person-add", N_("new person")},
		{"person-modify", N_("person's data")},
		{"person-release", N_("former entry")},
		{"person-delete", N_("remove person")},
		{"group-add", N_("new role group")},
		{"group-modify", N_("role group's data")},
		{"group-delete", N_("remove role group")},
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i][0], kind) == 0)
			return tr(words[i][1]);
	return kind;
}

static enum colour colour_of_change(const char *verdict)
{
	if (strcmp(verdict, "go") == 0)
		return COLOUR_NONE;
	return strcmp(verdict, "hold") == 0 ? COLOUR_WARN : COLOUR_BAD;
}

static void add_change(struct table *table, const char *institution, const json_t *change)
{
	const char *verdict = field_text(change, "verdict");
	bool goes = strcmp(verdict, "go") == 0;
	const char *why = goes ? field_text(change, "sentence") : field_text(change, "rule");
	const char *const cells[] = {institution != NULL ? institution : "",
				     show_kind(field_text(change, "kind")),
				     field_person(change, "person"),
				     field_text(change, "role"),
				     tr(verdict),
				     field_text(change, "reason"),
				     why};
	table_row(table, colour_of_change(verdict), institution != NULL ? cells : cells + 1);
}

void show_change_rows(struct table *table, const char *institution, const json_t *changes)
{
	size_t i;
	json_t *change;
	json_array_foreach(changes, i, change)
	{
		add_change(table, institution, change);
	}
}

int show_changes(struct ctl *ctl, const json_t *changes)
{
	if (json_array_size(changes) == 0)
		return EXIT_OK;
	struct table *table = table_new(ctl, plan_columns + 1); /* the institution is the heading */
	show_change_rows(table, NULL, changes);
	return table_end(table);
}
