/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * order_command.c - the answer to an order: what was done, what was left alone, and what comes next. What a freeze or a pause leaves
 * working is said here too, because whoever gives one wants to know at that moment.
 */
#include <string.h>

#include "base/language.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/moment.h"
#include "ctl/screen.h"
#include "ctl/show.h"
#include "ctl/show_changes.h"

static void say_labelled(struct ctl *ctl, const char *label, const char *text)
{
	say(ctl, "  %-12s %s", tr(label), text);
}

/* What the daemon made of it, or else what was asked. */
static int64_t until_of(const struct invocation *in, const json_t *reply)
{
	int64_t told = field_int(reply, "until");
	return told != 0 ? told : field_int(in->parameters, "until");
}

/* What the sentence does not say already. */
static void show_facts(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	char text[MOMENT_SIZE];
	const char *entry = field_text(reply, "entry");
	if (strstr(field_text(reply, "done"), entry) == NULL)
		say_labelled(ctl, "entry", entry);
	if (until_of(in, reply) != 0)
		say_labelled(ctl, "until", moment_format(until_of(in, reply), ctl->now_s, text));
}

static void add_left(struct table *table, const json_t *left)
{
	char where[PLACE_SIZE];
	const char *name = field_text(left, "person");
	table_row(table, COLOUR_WARN,
		  (const char *const[]){show_kind(field_text(left, "kind")),
					name[0] != '\0' ? name : field_text(left, "vo_id"), show_place(left, where),
					field_text(left, "sentence")});
}

static int show_left(struct ctl *ctl, const json_t *list)
{
	static const char *const columns[] = {N_("CHANGE"), N_("WHO"), N_("WHERE"), N_("WHY"), NULL};
	char heading[COUNT_SIZE];
	size_t i;
	json_t *left;
	if (json_array_size(list) == 0)
		return EXIT_OK;
	show_heading(ctl, show_count((long long)json_array_size(list), "Left alone: %lld change",
				     "Left alone: %lld changes", heading));
	struct table *table = table_new(ctl, columns);
	json_array_foreach(list, i, left)
	{
		add_left(table, left);
	}
	return table_end(table);
}

int show_order(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	say_in(ctl, COLOUR_GOOD, "%s", field_text(reply, "done"));
	show_facts(ctl, in, reply);
	int code = show_left(ctl, json_object_get(reply, "left"));
	if (code == EXIT_OK && json_array_size(json_object_get(reply, "left")) > 0)
		say(ctl, "%s", "");
	say(ctl, "Next: %s.", tr(in->command->next));
	return code;
}

/* Where there was nothing, that is more likely a slip than somebody who never was here. */
int show_forgotten(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	if (field_int(reply, "rows") > 0)
		return show_order(ctl, in, reply);
	say_in(ctl, COLOUR_WARN, "%s", field_text(reply, "done"));
	say(ctl, "Next: see whether the vo-id is spelt as meant: 'duaalctl changes --person NAME' finds whom the "
		 "record names.");
	return EXIT_OK;
}

int status_of_forget(const struct invocation *in, const json_t *reply)
{
	(void)in;
	return field_int(reply, "rows") > 0 ? EXIT_OK : EXIT_NOT_FOUND;
}

static void show_end(struct ctl *ctl, const struct invocation *in, const char *command)
{
	char text[MOMENT_SIZE], sentence[MOMENT_SIZE + 128];
	int64_t until_s = until_of(in, NULL);
	if (until_s != 0)
		snprintf(sentence, sizeof(sentence), tr("%s, or before with: %s"),
			 moment_format(until_s, ctl->now_s, text), command);
	else
		snprintf(sentence, sizeof(sentence), tr("no end was set; with: %s"), command);
	say_labelled(ctl, "ends", sentence);
}

int show_freeze(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	char number[FIELD_NUMBER_SIZE], command[64];
	bool all = field_number(in->parameters, "institution", number)[0] == '\0';
	say_in(ctl, COLOUR_WARN, "%s", field_text(reply, "done"));
	say_labelled(ctl, "stops",
		     all ? tr("grants, removals and data, at every institution")
			 : tr("grants, removals and data there"));
	say_labelled(
		ctl, "goes on",
		tr("end dates that were announced, and excludes ('duaalctl pin --exclude' still keeps somebody out); "
		   "during a pause not even these"));
	say(ctl, "  %-12s %s", "", tr("both directories are read, and every question is answered"));
	snprintf(command, sizeof(command), "duaalctl thaw %s", all ? "all" : number);
	show_end(ctl, in, command);
	say(ctl, "Next: 'duaalctl status' shows who froze what, and how many changes wait.");
	return EXIT_OK;
}

int show_pause(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	say_in(ctl, COLOUR_WARN, "%s", field_text(reply, "done"));
	say_labelled(ctl, "stops",
		     tr("every change, end dates and excludes too: whoever has access keeps it meanwhile"));
	say_labelled(ctl, "goes on",
		     tr("both directories are read, and every question is answered: status, plan, why, holds"));
	show_end(ctl, in, "duaalctl resume");
	say(ctl, "Next: 'duaalctl plan' shows what waits.");
	return EXIT_OK;
}
