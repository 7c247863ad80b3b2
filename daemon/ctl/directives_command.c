/* SPDX-License-Identifier: EUPL-1.2 */
/* directives_command.c - "duaalctl directives": requests and overrides as they stand, and why some have no effect. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/language.h"
#include "ctl/columns.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/screen.h"
#include "ctl/show.h"
#include "ctl/show_trouble.h"

#define REASON_SIZE 512 /* a longer one is cut here; --json has it whole */

static bool in_force(const json_t *directive)
{
	return strcmp(field_text(directive, "effect"), "in-force") == 0;
}

/* The name that the source shows, or else what the entry says. */
static const char *who_of(const json_t *directive)
{
	const char *name = field_person(directive, "person");
	return name[0] != '\0' ? name : field_text(directive, "vo_id");
}

/* "because (owner)" */
static void write_reason(const json_t *directive, char *out, size_t size)
{
	const char *reason = field_text(directive, "reason"), *owner = field_text(directive, "owner");
	snprintf(out, size, "%s%s%s%s", reason, owner[0] != '\0' ? " (" : "", owner, owner[0] != '\0' ? ")" : "");
}

static void add_directive(struct table *table, const json_t *d, long long now)
{
	(void)now;
	char where[PLACE_SIZE], until[CLOCK_TEXT_SIZE], reason[REASON_SIZE];
	snprintf(until, sizeof(until), "%s", tr("no end"));
	if (field_int(d, "until") != 0)
		clock_format_local(field_int(d, "until"), until);
	write_reason(d, reason, sizeof(reason));
	table_row(table, in_force(d) ? COLOUR_NONE : COLOUR_WARN,
		  (const char *const[]){tr(field_text(d, "kind")), who_of(d), show_place(d, where),
					tr(field_text(d, "effect")), until, reason});
}

static int show_table(struct ctl *ctl, const json_t *reply)
{
	int code = show_table_of(ctl, reply, "directives", directives_columns, add_directive);
	if (code == EXIT_OK)
		show_omitted(ctl, field_int(reply, "directives_omitted"));
	return code;
}

static void show_oddity(struct ctl *ctl, const json_t *d)
{
	char where[WHERE_SIZE];
	const char *who = who_of(d);
	say(ctl, "  %s %s%s%s: %s (%s)", tr(field_text(d, "kind")), show_where(d, where), who[0] != '\0' ? ", " : "",
	    who, field_text(d, "sentence"), field_text(d, "code"));
	if (field_text(d, "entry")[0] != '\0')
		say(ctl, "      entry %s", field_text(d, "entry"));
}

/* Why some have no effect, and what is odd about others. */
static void show_oddities(struct ctl *ctl, const json_t *list)
{
	bool headed = false;
	size_t i;
	json_t *d;
	json_array_foreach(list, i, d)
	{
		if (field_text(d, "sentence")[0] == '\0')
			continue;
		if (!headed)
			show_heading(ctl, "What is odd");
		headed = true;
		show_oddity(ctl, d);
	}
}

int show_directives(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	(void)in;
	const json_t *list = json_object_get(reply, "directives");
	int code = EXIT_OK;
	if (json_array_size(list) > 0)
		code = show_table(ctl, reply);
	else
		say_none(ctl, reply, COLOUR_NONE, N_("There is no request and no override."),
			 N_("By what is known there is no request and no override."));
	if (code == EXIT_OK)
		show_oddities(ctl, list);
	show_trouble(ctl, reply);
	return code;
}
