/* SPDX-License-Identifier: EUPL-1.2 */
/* hold_evidence.c - "duaalctl holds ID": everything that a decision is made from, and the commands that make it. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/moment.h"
#include "ctl/screen.h"
#include "ctl/show.h"
#include "ctl/show_changes.h"
#include "ctl/show_hold.h"

static void say_labelled(struct ctl *ctl, const char *label, const char *text)
{
	if (text[0] != '\0')
		say(ctl, "  %-15s %s", label, text);
}

static void show_rule(struct ctl *ctl, const json_t *hold)
{
	char where[WHERE_SIZE];
	say(ctl, "  %-15s %s (%s)", "held because", field_text(hold, "sentence"), field_text(hold, "rule"));
	say(ctl, "  %-15s %lld, where %lld pass by themselves", "seen", field_int(hold, "seen"),
	    field_int(hold, "allowed"));
	say_labelled(ctl, "where", show_where(hold, where));
}

static void show_head(struct ctl *ctl, const json_t *reply)
{
	const json_t *hold = json_object_get(reply, "hold");
	char when[MOMENT_SIZE];
	long long now = field_int(reply, "now");
	const char *state = field_text(hold, "state");
	say_in(ctl, hold_is_open(hold) ? COLOUR_WARN : COLOUR_HEAD, "Hold %s: %s", field_text(hold, "id"),
	       hold_is_open(hold) ? "waits for a decision" : state);
	show_rule(ctl, hold);
	if (field_int(hold, "opened") != 0)
		say_labelled(ctl, "since", moment_format(field_int(hold, "opened"), now, when));
	if (field_int(hold, "expires") != 0)
		say_labelled(ctl, "expires", moment_format(field_int(hold, "expires"), now, when));
	show_hold_decision(ctl, hold, now);
	say_labelled(ctl, "if nobody acts", field_text(reply, "without_decision"));
}

static void add_operation(struct table *table, const json_t *op, size_t number)
{
	char nr[FIELD_NUMBER_SIZE], place[FIELD_NUMBER_SIZE], where[FIELD_NUMBER_SIZE + 64];
	const char *role = field_text(op, "role");
	bool wanted = field_is(op, "wanted");
	snprintf(nr, sizeof(nr), "%zu", number);
	snprintf(where, sizeof(where), "%s%s%.60s", field_number(op, "institution", place),
		 place[0] != '\0' && role[0] != '\0' ? ", " : "", role);
	table_row(table, wanted ? COLOUR_NONE : COLOUR_WARN,
		  (const char *const[]){nr, show_kind(field_text(op, "kind")), field_person(op, "person"), where,
					field_text(op, "cause"), wanted ? "yes" : "no", field_text(op, "sentence")});
}

static int show_operations(struct ctl *ctl, const json_t *reply)
{
	static const char *const columns[] = {"NR", "CHANGE", "WHO", "WHERE", "CAUSE", "STILL WANTED", "WHY", NULL};
	struct table *table = table_new(ctl, columns);
	size_t i;
	json_t *op;
	show_heading(ctl, "What it lists: a decision covers exactly this");
	json_array_foreach(json_object_get(reply, "operations"), i, op)
	{
		add_operation(table, op, i + 1);
	}
	int code = table_end(table);
	if (code == EXIT_OK && field_int(reply, "operations_omitted") > 0)
		say_in(ctl, COLOUR_BAD, "and %lld more, which are not shown and would be decided with them",
		       field_int(reply, "operations_omitted"));
	return code;
}

static bool take_pair(const char *text, size_t at, int *ret)
{
	if (text[at] < '0' || text[at] > '9' || text[at + 1] < '0' || text[at + 1] > '9')
		return false;
	*ret = (text[at] - '0') * 10 + text[at + 1] - '0';
	return true;
}

/* An entryCSN begins with its time, as "20261105080000.123456Z#...": shown as a time; anything else as it is. */
static const char *csn_time(const char *csn, long long now, char out[MOMENT_SIZE])
{
	struct clock_civil civil = {0};
	int century = 0;
	int64_t at_s;
	if (strspn(csn, "0123456789") != 14 || !take_pair(csn, 0, &century) || !take_pair(csn, 2, &civil.year) ||
	    !take_pair(csn, 4, &civil.month) || !take_pair(csn, 6, &civil.day) || !take_pair(csn, 8, &civil.hour) ||
	    !take_pair(csn, 10, &civil.minute) || !take_pair(csn, 12, &civil.second))
		return csn;
	civil.year += century * 100;
	return clock_from_civil(&civil, true, &at_s) ? moment_format(at_s, now, out) : csn;
}

static bool has_evidence(const json_t *op)
{
	return field_text(op, "source_entry")[0] != '\0' || field_text(op, "source_changed")[0] != '\0';
}

static void add_evidence(struct table *table, const json_t *op, size_t number, long long now)
{
	char nr[FIELD_NUMBER_SIZE], when[MOMENT_SIZE];
	const json_t *person = json_object_get(op, "person");
	snprintf(nr, sizeof(nr), "%zu", number);
	table_row(table, COLOUR_NONE,
		  (const char *const[]){nr, field_text(person, "vo_id"),
					csn_time(field_text(op, "source_changed"), now, when),
					field_text(op, "source_entry")});
}

static bool any_has_evidence(const json_t *operations)
{
	bool any = false;
	size_t i;
	json_t *op;
	json_array_foreach(operations, i, op)
	{
		any |= has_evidence(op);
	}
	return any;
}

static int show_evidence(struct ctl *ctl, const json_t *reply)
{
	static const char *const columns[] = {"NR", "VO-ID", "LAST CHANGED THERE", "ENTRY", NULL};
	const json_t *operations = json_object_get(reply, "operations");
	size_t i;
	json_t *op;
	if (!any_has_evidence(operations))
		return EXIT_OK;
	show_heading(ctl, "What the source shows");
	struct table *table = table_new(ctl, columns);
	json_array_foreach(operations, i, op)
	{
		if (has_evidence(op))
			add_evidence(table, op, i + 1, field_int(reply, "now"));
	}
	return table_end(table);
}

static void add_certificate(struct table *table, const json_t *c, long long now)
{
	char when[MOMENT_SIZE], people[FIELD_NUMBER_SIZE], institutions[FIELD_NUMBER_SIZE], groups[FIELD_NUMBER_SIZE];
	char directives[FIELD_NUMBER_SIZE], canaries[COUNT_SIZE];
	bool whole = field_int(c, "canaries_seen") >= field_int(c, "canaries_expected");
	snprintf(canaries, sizeof(canaries), "%lld of %lld", field_int(c, "canaries_seen"),
		 field_int(c, "canaries_expected"));
	table_row(table, whole ? COLOUR_NONE : COLOUR_BAD,
		  (const char *const[]){field_text(c, "side"), moment_format(field_int(c, "ended"), now, when),
					field_number(c, "people", people),
					field_number(c, "institutions", institutions),
					field_number(c, "groups", groups), field_number(c, "directives", directives),
					canaries, field_text(c, "identity"), field_text(c, "server")});
}

static int show_certificates(struct ctl *ctl, const json_t *reply)
{
	static const char *const columns[] = {"SIDE",       "READ",     "PEOPLE", "INSTITUTIONS", "GROUPS",
					      "DIRECTIVES", "CANARIES", "AS",     "SERVER",       NULL};
	const json_t *list = json_object_get(reply, "certificates");
	size_t i;
	json_t *c;
	if (json_array_size(list) == 0)
		return EXIT_OK;
	show_heading(ctl, "The complete reads it stands on");
	struct table *table = table_new(ctl, columns);
	json_array_foreach(list, i, c)
	{
		add_certificate(table, c, field_int(reply, "now"));
	}
	return table_end(table);
}

static void add_past(struct table *table, const json_t *change, long long now)
{
	char cycle[FIELD_NUMBER_SIZE], when[MOMENT_SIZE];
	table_row(table, COLOUR_NONE,
		  (const char *const[]){
			  field_number(change, "cycle", cycle), moment_format(field_int(change, "at"), now, when),
			  show_kind(field_text(change, "kind")), field_person(change, "person"),
			  field_text(change, "role"), field_text(change, "cause"), field_text(change, "reason")});
}

static int show_past(struct ctl *ctl, const json_t *reply)
{
	static const char *const columns[] = {"CYCLE", "WHEN", "CHANGE", "WHO", "ROLE", "CAUSE", "REASON", NULL};
	const json_t *list = json_object_get(reply, "history");
	size_t i;
	json_t *change;
	if (json_array_size(list) == 0)
		return EXIT_OK;
	show_heading(ctl, "What changed there lately");
	struct table *table = table_new(ctl, columns);
	json_array_foreach(list, i, change)
	{
		add_past(table, change, field_int(reply, "now"));
	}
	return table_end(table);
}

static void show_what_to_do(struct ctl *ctl, const json_t *reply)
{
	const char *contact = field_text(reply, "contact");
	const json_t *hold = json_object_get(reply, "hold");
	if (contact[0] == '\0' && !hold_is_open(hold))
		return;
	show_heading(ctl, "What to do");
	if (contact[0] != '\0')
		say(ctl, "    %-16s %s", "whom to ask", contact);
	show_hold_commands(ctl, hold, false);
}

int show_hold_evidence(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	static int (*const parts[])(struct ctl * ctl, const json_t *reply) = {show_operations, show_evidence,
									      show_certificates, show_past};
	(void)in;
	int code = EXIT_OK;
	show_head(ctl, reply);
	for (size_t i = 0; code == EXIT_OK && i < sizeof(parts) / sizeof(parts[0]); i++)
		code = parts[i](ctl, reply);
	show_what_to_do(ctl, reply);
	return code;
}
