/* SPDX-License-Identifier: EUPL-1.2 */
/* status_command.c - "duaalctl status": one screen, the worst first. */
#include <string.h>

#include "control/status_code_table.h"
#include "ctl/columns.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/moment.h"
#include "ctl/screen.h"
#include "ctl/show.h"

/* Items of each list, so that the whole stays one screen; the longer an item, the fewer. */
#define LINES_MAX   4
#define FREEZES_MAX 3
#define REMARKS_MAX 2

static const char *sentence_of_state(const char *state)
{
	if (strcmp(state, "ok") == 0)
		return tr("everything is in order");
	if (strcmp(state, "notice") == 0)
		return tr("in order, with something to know");
	if (strcmp(state, "warning") == 0)
		return tr("something needs a look");
	return tr("something needs doing now");
}

static void show_idle(struct ctl *ctl, const json_t *reply)
{
	char delay[DELAY_SIZE];
	if (show_delay(reply, field_int(reply, "now"), delay)[0] != '\0')
		say(ctl, "  now                 idle; %s", delay);
	else
		say(ctl, "  now                 idle");
}

static void show_doing(struct ctl *ctl, const json_t *reply)
{
	long long done = field_int(reply, "done"), expected = field_int(reply, "expected");
	long long cycle = field_int(reply, "cycle");
	const char *phase = field_text(reply, "phase");
	if (strcmp(phase, "idle") == 0)
		show_idle(ctl, reply);
	else if (expected > 0 && cycle > 0)
		say(ctl, "  now                 %s, %lld of %lld (cycle %lld)", tr(phase), done, expected, cycle);
	else if (expected > 0) /* its number is the ledger's to give, and reading does not wait for that */
		say(ctl, "  now                 %s, %lld of %lld", tr(phase), done, expected);
	else
		say(ctl, "  now                 %s", tr(phase));
}

static void show_clock(struct ctl *ctl, const json_t *reply, const char *label, const char *key)
{
	char text[MOMENT_SIZE];
	say(ctl, "  %-19s %s", tr(label), moment_format(field_int(reply, key), field_int(reply, "now"), text));
}

static void show_head(struct ctl *ctl, const json_t *reply)
{
	const char *state = field_text(reply, "state");
	say_in(ctl, colour_of_state(state), "%s: %s", tr(state), sentence_of_state(state));
	say(ctl, "  instance            %s, version %s", field_text(reply, "instance"), field_text(reply, "version"));
	show_clock(ctl, reply, "running since", "started");
	show_clock(ctl, reply, "last attempt", "last_attempt");
	show_clock(ctl, reply, "last complete read", "last_read");
	show_clock(ctl, reply, "last applied", "last_applied");
	if (field_int(reply, "next_run") != 0)
		show_clock(ctl, reply, "next run", "next_run");
	if (field_int(reply, "next_change") != 0)
		show_clock(ctl, reply, "next date", "next_change");
	show_doing(ctl, reply);
}

static int show_parts(struct ctl *ctl, const json_t *reply)
{
	struct table *table = table_new(ctl, status_columns);
	size_t i;
	json_t *part;
	json_array_foreach(json_object_get(reply, "parts"), i, part)
	{
		char since[MOMENT_SIZE] = "-";
		const char *state = field_text(part, "state");
		if (field_int(part, "since") != 0)
			moment_age(field_int(part, "since"), field_int(reply, "now"), since);
		table_row(table, colour_of_state(state),
			  (const char *const[]){tr(field_text(part, "name")), tr(state), field_text(part, "code"),
						since, field_text(part, "detail")});
	}
	return table_end(table);
}

static void show_next_steps(struct ctl *ctl, const json_t *reply)
{
	bool head = false;
	size_t i;
	json_t *part;
	json_array_foreach(json_object_get(reply, "parts"), i, part)
	{
		if (field_text(part, "next_step")[0] == '\0')
			continue;
		if (!head)
			say_in(ctl, COLOUR_HEAD, "What to do");
		head = true;
		say(ctl, "  %s: %s", tr(field_text(part, "name")), field_text(part, "next_step"));
	}
	if (head)
		say(ctl, "%s", "");
}

/* What each part that is not ok is about, at length. */
static void explain_part(struct ctl *ctl, const json_t *part, long long now)
{
	char since[MOMENT_SIZE] = "-";
	const char *state = field_text(part, "state"), *step = field_text(part, "next_step");
	const char *meaning = field_text(part, "meaning");
	if (field_int(part, "since") != 0)
		moment_format(field_int(part, "since"), now, since);
	say_in(ctl, colour_of_state(state), "  %s: %s (%s), since %s", tr(field_text(part, "name")), tr(state),
	       field_text(part, "code"), since);
	if (meaning[0] != '\0')
		say(ctl, "      means  %s", meaning);
	say(ctl, "      now    %s", field_text(part, "detail"));
	if (step[0] != '\0')
		say(ctl, "      do     %s", step);
}

static void explain_place(struct ctl *ctl, const json_t *place, long long now)
{
	char since[MOMENT_SIZE] = "-";
	if (field_int(place, "since") != 0)
		moment_format(field_int(place, "since"), now, since);
	const char *state = field_text(place, "state"), *name = field_text(place, "name");
	say_in(ctl, colour_of_state(state), "  %lld%s%s: %s (%s), since %s", field_int(place, "number"),
	       name[0] != '\0' ? " " : "", name, tr(state), field_text(place, "code"), since);
	say(ctl, "      means  %s", field_text(place, "meaning"));
	say(ctl, "      do     %s", field_text(place, "next_step"));
}

static void explain(struct ctl *ctl, const json_t *reply)
{
	const long long now = field_int(reply, "now"), omitted = field_int(reply, "troubled_omitted");
	const json_t *places = json_object_get(reply, "troubled");
	size_t i;
	json_t *item;
	say_in(ctl, COLOUR_HEAD, "Why it is not ok, and what to do");
	json_array_foreach(json_object_get(reply, "parts"), i, item)
	{
		if (strcmp(field_text(item, "state"), "ok") != 0)
			explain_part(ctl, item, now);
	}
	say(ctl, "%s", "");
	if (json_array_size(places) == 0)
		return;
	say_in(ctl, COLOUR_HEAD, "Institutions, the worst first");
	json_array_foreach(places, i, item)
	{
		explain_place(ctl, item, now);
	}
	if (omitted > 0)
		say(ctl, "  and %lld more: 'duaalctl institution --all' shows all", omitted);
	say(ctl, "%s", "");
}

static bool is_all_ok(const json_t *reply)
{
	size_t i;
	json_t *part;
	json_array_foreach(json_object_get(reply, "parts"), i, part)
	{
		if (strcmp(field_text(part, "state"), "ok") != 0)
			return false;
	}
	return true;
}

static void show_counts(struct ctl *ctl, const json_t *counts)
{
	if (!json_is_object(counts)) {
		say(ctl, "No complete cycle yet.");
		return;
	}
	say(ctl, "institutions  %lld at the source, %lld admitted", field_int(counts, "institutions"),
	    field_int(counts, "institutions_admitted"));
	say(ctl, "people        %lld with the right", field_int(counts, "people"));
	say(ctl, "memberships   %lld wanted, %lld present", field_int(counts, "memberships_wanted"),
	    field_int(counts, "memberships_present"));
	say(ctl, "changes       %lld waiting, %lld held, %lld refused", field_int(counts, "waiting"),
	    field_int(counts, "held"), field_int(counts, "refused"));
}

/* Lines "COUNT code: sentence". */
static void show_findings(struct ctl *ctl, const json_t *list, const char *head)
{
	size_t i, count = json_array_size(list);
	json_t *f;
	if (count > 0) {
		say(ctl, "%s", "");
		say_in(ctl, COLOUR_HEAD, "%s", tr(head));
	}
	json_array_foreach(list, i, f)
	{
		if (i == LINES_MAX) {
			say(ctl, "        and %zu more kinds", count - i);
			break;
		}
		say(ctl, "  %5lld %s: %s", field_int(f, "count"), field_text(f, "code"), field_text(f, "sentence"));
	}
}

/* Cycles that were undone, and what the undo still keeps. */
static void show_undone(struct ctl *ctl, const json_t *reply, size_t max)
{
	const json_t *list = json_object_get(reply, "undone");
	char kept[COUNT_SIZE], until[MOMENT_SIZE];
	size_t i, count = json_array_size(list);
	json_t *undone;
	if (count > 0)
		show_heading(ctl, "Undone by somebody");
	json_array_foreach(list, i, undone)
	{
		if (i == max)
			break;
		moment_format(field_int(undone, "until"), field_int(reply, "now"), until);
		say(ctl, "  cycle %lld: %s kept as the undo left them, whatever the source says, until %s",
		    field_int(undone, "cycle"),
		    show_count(field_int(undone, "memberships"), "%lld membership", "%lld memberships", kept), until);
		say(ctl, "      'duaalctl redo %lld' ends it", field_int(undone, "cycle"));
	}
	say_left_out(ctl, count, max, 0);
}

int show_status(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	const bool verbose = invocation_option(in, "verbose") != NULL;
	show_head(ctl, reply);
	say(ctl, "%s", "");
	int code = show_parts(ctl, reply);
	say(ctl, "%s", "");
	if (verbose && !is_all_ok(reply))
		explain(ctl, reply);
	else
		show_next_steps(ctl, reply);
	show_counts(ctl, json_object_get(reply, "counts"));
	show_freezes(ctl, reply, verbose ? SIZE_MAX : FREEZES_MAX);
	show_undone(ctl, reply, verbose ? SIZE_MAX : FREEZES_MAX);
	show_holds(ctl, reply, LINES_MAX, field_int(reply, "holds_omitted"));
	show_remarks(ctl, reply, REMARKS_MAX, field_int(reply, "remarks_omitted"));
	show_findings(ctl, json_object_get(reply, "findings"), "Gives no access");
	return code;
}

int status_of_status(const struct invocation *in, const json_t *reply)
{
	(void)in;
	const char *state = field_text(reply, "state");
	if (strcmp(state, "warning") == 0)
		return EXIT_WARNING;
	return strcmp(state, "ok") == 0 || strcmp(state, "notice") == 0 ? EXIT_OK : EXIT_CRITICAL;
}

void status_help(FILE *to)
{
	fputs(tr("\nCodes:\n"), to);
#define X(part, code, meaning) fprintf(to, "  %-30s %s\n", part "/" code, tr(meaning));
	STATUS_CODE_TABLE(X)
#undef X
}
