/* SPDX-License-Identifier: EUPL-1.2 */
/* holds_command.c - "duaalctl holds": what waits for a decision, and the exact commands that decide. One hold: hold_evidence.c. */
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "control/interface.h"
#include "ctl/columns.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/moment.h"
#include "ctl/screen.h"
#include "ctl/show.h"
#include "ctl/show_hold.h"
#include "ctl/show_trouble.h"

#define EXPLAINED_MAX 3 /* with their commands, so that the whole stays one screen */

static void add_hold(struct table *table, const json_t *hold, long long now)
{
	char number[FIELD_NUMBER_SIZE], changes[FIELD_NUMBER_SIZE], since[MOMENT_SIZE] = "-",
								    expires[MOMENT_SIZE] = "-";
	const char *id = field_text(hold, "id"), *state = field_text(hold, "state");
	if (field_int(hold, "opened") != 0)
		moment_age(field_int(hold, "opened"), now, since);
	if (field_int(hold, "expires") != 0)
		moment_age(field_int(hold, "expires"), now, expires);
	field_number(hold, "institution", number);
	table_row(table, hold_is_open(hold) ? COLOUR_WARN : COLOUR_NONE,
		  (const char *const[]){id[0] != '\0' ? id : "-", field_text(hold, "rule"),
					number[0] != '\0' ? number : tr("all"), field_number(hold, "changes", changes),
					since, expires, state[0] != '\0' ? tr(state) : "-"});
}

static int show_table(struct ctl *ctl, const json_t *reply)
{
	int code = show_table_of(ctl, reply, "holds", holds_columns, add_hold);
	if (code == EXIT_OK)
		show_omitted(ctl, field_int(reply, "holds_omitted"));
	return code;
}

/* What each is about; the open ones come with the commands. */
static void explain_holds(struct ctl *ctl, const json_t *reply)
{
	int explained = 0;
	size_t i;
	json_t *hold;
	json_array_foreach(json_object_get(reply, "holds"), i, hold)
	{
		if (explained++ == EXPLAINED_MAX) {
			say(ctl, "%s", "");
			say(ctl, "The others alike, each with its own id: duaalctl holds ID shows one.");
			return;
		}
		say(ctl, "%s", "");
		show_hold_sentence(ctl, hold);
		show_hold_decision(ctl, hold, field_int(reply, "now"));
		show_hold_commands(ctl, hold, true);
	}
}

/* Nothing that the source says is carried out while it is older than before. */
static bool source_waits(const json_t *list)
{
	bool waits = false;
	size_t i;
	json_t *hold;
	json_array_foreach(list, i, hold)
	{
		waits |= hold_is_open(hold) && strcmp(field_text(hold, "decide"), "accept-source") == 0;
	}
	return waits;
}

static long long count_open(const json_t *list)
{
	long long open = 0;
	size_t i;
	json_t *hold;
	json_array_foreach(list, i, hold)
	{
		open += hold_is_open(hold);
	}
	return open;
}

static long long count_unnumbered(const json_t *list)
{
	long long unnumbered = 0;
	size_t i;
	json_t *hold;
	json_array_foreach(list, i, hold)
	{
		unnumbered += field_is(hold, "unnumbered");
	}
	return unnumbered;
}

static void show_head(struct ctl *ctl, const json_t *reply)
{
	const json_t *list = json_object_get(reply, "holds");
	const long long open = count_open(list), unnumbered = count_unnumbered(list);
	char count[COUNT_SIZE];
	if (open > 0)
		say_in(ctl, COLOUR_WARN, "%s waiting for a decision; %s.",
		       show_count(open, "%lld hold", "%lld holds", count),
		       source_waits(list) ? tr("nothing that the source says is carried out meanwhile")
					  : tr("nothing else waits for it"));
	if (unnumbered > 0)
		say_in(ctl, COLOUR_WARN,
		       "%s: a decision needs one, and it comes with the next cycle that does not fail.",
		       show_count(unnumbered, "%lld hold has no number yet", "%lld holds have no number yet", count));
	if (open + unnumbered == 0)
		say_none(ctl, reply, COLOUR_GOOD, N_("Nothing waits for a decision."),
			 N_("By what is known nothing waits for a decision."));
}

static int show_list(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	(void)in;
	const json_t *list = json_object_get(reply, "holds");
	show_head(ctl, reply);
	show_trouble(ctl, reply);
	if (json_array_size(list) == 0)
		return EXIT_OK;
	say(ctl, "%s", "");
	int code = show_table(ctl, reply);
	if (code == EXIT_OK)
		explain_holds(ctl, reply);
	return code;
}

int holds_command(struct ctl *ctl, const struct invocation *in)
{
	if (in->word_count > 0 && ctl_only_table(ctl))
		return usage_error(ctl, in->command,
				   "--output, --noheadings and --raw are for the list, not for one hold");
	if (in->word_count > 0)
		return ask_method(ctl, in, INTERFACE_METHOD("Hold"), show_hold_evidence);
	return ask_method(ctl, in, INTERFACE_METHOD("Holds"), show_list);
}
