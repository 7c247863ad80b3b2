/* SPDX-License-Identifier: EUPL-1.2 */
/* past_command.c - "duaalctl changes" and "duaalctl reads": what the ledger has on record, newest first. */
#include <stdio.h>

#include "base/language.h"
#include "ctl/columns.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/moment.h"
#include "ctl/screen.h"
#include "ctl/show.h"
#include "ctl/show_changes.h"

static int show_past(struct ctl *ctl, const json_t *reply, const char *list, const char *none,
		     const char *const *columns, void (*add)(struct table *table, const json_t *item, long long now))
{
	if (json_array_size(json_object_get(reply, list)) == 0) {
		say(ctl, "%s", none);
		return EXIT_OK;
	}
	int code = show_table_of(ctl, reply, list, columns, add);
	if (field_is(reply, "more") && ctl_only_table(ctl))
		complain(ctl, "there are more than the table has: -n asks for more of them");
	else if (field_is(reply, "more"))
		say(ctl, "There are more: -n shows more of them.");
	return code;
}

/* ---- changes ----------------------------------------------------------------------------------------- */

static void add_change(struct table *table, const json_t *change, long long now)
{
	char cycle[FIELD_NUMBER_SIZE], at[MOMENT_SIZE], place[PLACE_SIZE], why[256];
	const char *who = field_person(change, "person");
	snprintf(why, sizeof(why), "%s (%s)", field_text(change, "sentence"), field_text(change, "reason"));
	table_row(table, COLOUR_NONE,
		  (const char *const[]){field_number(change, "cycle", cycle),
					moment_format(field_int(change, "at"), now, at),
					show_kind(field_text(change, "kind")), show_place(change, place),
					who[0] != '\0' ? who : tr("(erased)"), tr(field_text(change, "cause")), why});
}

int changes_command(struct ctl *ctl, const struct invocation *in)
{
	if (json_object_get(in->parameters, "until") != NULL &&
	    field_int(in->parameters, "since") > field_int(in->parameters, "until"))
		return usage_error(ctl, in->command, "--since is later than --until: nothing lies between them");
	return ask_command(ctl, in);
}

int show_past_changes(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	(void)in;
	return show_past(ctl, reply, "changes", tr("The ledger has no such change on record."), changes_columns,
			 add_change);
}

/* ---- reads ------------------------------------------------------------------------------------------- */

static void put_proof(const json_t *read, char *out, size_t size)
{
	if (field_is(read, "complete"))
		snprintf(out, size,
			 tr_count("%zu check", "all %zu checks",
				  (long long)json_array_size(json_object_get(read, "checks"))),
			 json_array_size(json_object_get(read, "checks")));
	else
		snprintf(out, size, "%s", field_text(read, "missing"));
}

static void add_read(struct table *table, const json_t *read, long long now)
{
	char cycle[FIELD_NUMBER_SIZE], at[MOMENT_SIZE], people[FIELD_NUMBER_SIZE], institutions[FIELD_NUMBER_SIZE];
	char groups[FIELD_NUMBER_SIZE], canaries[64], took[FIELD_NUMBER_SIZE], proof[512], of[64];
	const char *result = field_text(read, "result");
	snprintf(canaries, sizeof(canaries), "%lld/%lld", field_int(read, "canaries_seen"),
		 field_int(read, "canaries_expected"));
	put_proof(read, proof, sizeof(proof));
	snprintf(of, sizeof(of), "%s%s%s", tr(field_text(read, "side")), field_text(read, "name")[0] != '\0' ? " " : "",
		 field_text(read, "name"));
	table_row(table, field_is(read, "complete") ? COLOUR_NONE : COLOUR_WARN,
		  (const char *const[]){
			  field_number(read, "cycle", cycle), of, moment_format(field_int(read, "started"), now, at),
			  field_number(read, "duration_ms", took), field_number(read, "people", people),
			  field_number(read, "institutions", institutions), field_number(read, "groups", groups),
			  canaries, result[0] != '\0' ? tr(result) : tr("broken-off"), field_text(read, "server"),
			  proof});
}

int show_reads(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	(void)in;
	return show_past(ctl, reply, "reads", tr("No read is on record yet."), reads_columns, add_read);
}
