/* SPDX-License-Identifier: EUPL-1.2 */
/* doctor_command.c - "duaalctl doctor": what needs mending first, each with its command; then what is in order, a line each. */
#include "ctl/doctor_command.h"

#include <string.h>

#include "base/finding_table.h"
#include "base/language.h"
#include "base/said.h"
#include "control/interface.h"
#include "ctl/columns.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/request.h"
#include "ctl/screen.h"
#include "ctl/show.h"

/* The answer comes when the cycle that runs has ended and the helpers are done, which the daemon bounds. */
#define SILENCE_S 600

static bool is_ok(const json_t *finding)
{
	return strcmp(field_text(finding, "severity"), "ok") == 0;
}

static void show_to_mend(struct ctl *ctl, const json_t *finding)
{
	const char *severity = field_text(finding, "severity");
	say_in(ctl, colour_of_state(severity), "%s  %s  %s: %s", field_text(finding, "id"), tr(severity),
	       said(field_text(finding, "about")), field_text(finding, "what"));
	say(ctl, "     %s", field_text(finding, "detail"));
	say(ctl, "     do: %s", field_text(finding, "mend"));
	say(ctl, "%s", "");
}

/* All of them, for programs. */
static void add_finding(struct table *table, const json_t *finding, long long now)
{
	const char *severity = field_text(finding, "severity");
	(void)now;
	table_row(table, is_ok(finding) ? COLOUR_NONE : colour_of_state(severity),
		  (const char *const[]){field_text(finding, "id"), severity, field_text(finding, "about"),
					field_text(finding, "what"), field_text(finding, "detail"),
					field_text(finding, "mend")});
}

static int show_doctor(struct ctl *ctl, const json_t *reply)
{
	static const char *const columns[] = {N_("ID"), N_("ABOUT"), N_("IN ORDER"), N_("DETAIL"), NULL};
	const json_t *findings = json_object_get(reply, "findings");
	size_t i, ok = 0;
	json_t *finding;
	json_array_foreach(findings, i, finding)
	{
		if (is_ok(finding))
			ok++;
		else
			show_to_mend(ctl, finding);
	}
	say_in(ctl, colour_of_state(field_text(reply, "state")), "%s: %zu to look at, %zu in order",
	       tr(field_text(reply, "state")), json_array_size(findings) - ok, ok);
	if (ok == 0)
		return EXIT_OK;
	say(ctl, "%s", "");
	struct table *table = table_new(ctl, columns);
	json_array_foreach(findings, i, finding)
	{
		if (is_ok(finding))
			table_row(table, COLOUR_NONE,
				  (const char *const[]){field_text(finding, "id"), said(field_text(finding, "about")),
							field_text(finding, "what"), field_text(finding, "detail")});
	}
	return table_end(table);
}

int status_of_doctor(const struct invocation *in, const json_t *reply)
{
	const char *state = field_text(reply, "state");
	(void)in;
	if (strcmp(state, "warning") == 0)
		return EXIT_WARNING;
	return strcmp(state, "critical") == 0 ? EXIT_CRITICAL : EXIT_OK;
}

int doctor_command(struct ctl *ctl, const struct invocation *in)
{
	struct varlink_reply reply;
	int code = request_ask_long(ctl, INTERFACE_METHOD("Doctor"), json_object(), NULL, SILENCE_S, &reply);
	if (code != 0)
		return code;
	if (ctl->json)
		say_json(ctl, reply.parameters);
	else if (ctl_only_table(ctl))
		code = show_table_of(ctl, reply.parameters, "findings", doctor_columns, add_finding);
	else
		code = show_doctor(ctl, reply.parameters);
	if (code == EXIT_OK)
		code = code_of_answer(ctl, status_of_doctor(in, reply.parameters));
	json_decref(reply.message);
	return code;
}

void doctor_help(FILE *to)
{
	fputs(tr("\nChecks:\n"), to);
#define X(name, id, what, mend) fprintf(to, tr("  %s %s. To do: %s\n"), id, tr(what), tr(mend));
	FINDING_TABLE(X)
#undef X
}
