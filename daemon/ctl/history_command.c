/* SPDX-License-Identifier: EUPL-1.2 */
/* history_command.c - "duaalctl history": a line a cycle, newest first. */
#include <string.h>

#include "ctl/columns.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/moment.h"
#include "ctl/screen.h"
#include "ctl/show.h"

static enum colour colour_of_result(const char *result)
{
	if (strcmp(result, "in-step") == 0 || strcmp(result, "applied") == 0)
		return COLOUR_NONE;
	return strcmp(result, "held") == 0 ? COLOUR_WARN : COLOUR_BAD;
}

static void add_cycle(struct table *table, const json_t *cycle, long long now)
{
	char id[FIELD_NUMBER_SIZE], grants[FIELD_NUMBER_SIZE], removals[FIELD_NUMBER_SIZE], held[FIELD_NUMBER_SIZE];
	char failed[FIELD_NUMBER_SIZE], entries[FIELD_NUMBER_SIZE], started[MOMENT_SIZE];
	const char *result = field_int(cycle, "ended") != 0 ? field_text(cycle, "result") : N_("broken-off");
	moment_format(field_int(cycle, "started"), now, started);
	table_row(table, colour_of_result(result),
		  (const char *const[]){field_number(cycle, "id", id), started, tr(field_text(cycle, "trigger")),
					tr(result), field_number(cycle, "grants", grants),
					field_number(cycle, "removals", removals), field_number(cycle, "held", held),
					field_number(cycle, "failed", failed), field_text(cycle, "detail"),
					field_number(cycle, "structure", entries)});
}

int show_history(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	(void)in;
	if (json_array_size(json_object_get(reply, "cycles")) == 0) {
		say(ctl, "There was no cycle yet.");
		return EXIT_OK;
	}
	return show_table_of(ctl, reply, "cycles", history_columns, add_cycle);
}
