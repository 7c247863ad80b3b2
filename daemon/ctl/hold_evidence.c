/* SPDX-License-Identifier: EUPL-1.2 */
/* hold_evidence.c - "duaalctl holds ID": everything that a decision is made from, and the commands that make it. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/language.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/moment.h"
#include "ctl/screen.h"
#include "ctl/show.h"
#include "ctl/show_changes.h"
#include "ctl/show_hold.h"
#include "ctl/show_trouble.h"
#include "ctl/user.h"

/* Rows of what is shown beside the list itself, so that the whole stays near one screen. */
#define BESIDE_MAX 5

static void say_labelled(struct ctl *ctl, const char *label, const char *text)
{
	if (text[0] != '\0')
		say(ctl, "  %-15s %s", tr(label), text);
}

static void show_rule(struct ctl *ctl, const json_t *hold)
{
	char where[WHERE_SIZE];
	say(ctl, "  %-15s %s (%s)", tr("held because"), field_text(hold, "sentence"), field_text(hold, "rule"));
	say(ctl, "  %-15s %lld, where %lld pass by themselves", tr("seen"), field_int(hold, "seen"),
	    field_int(hold, "allowed"));
	say_labelled(ctl, "where", show_where(hold, where));
}

static void show_decision(struct ctl *ctl, const json_t *hold, long long now)
{
	char by[USER_SIZE], when[MOMENT_SIZE];
	if (field_int(hold, "decided") != 0)
		say(ctl, "  %-15s by %s, %s: %s", tr(field_text(hold, "state")), field_user(hold, "decided_by", by),
		    moment_format(field_int(hold, "decided"), now, when), field_text(hold, "reason"));
}

static void show_head(struct ctl *ctl, const json_t *reply)
{
	const json_t *hold = json_object_get(reply, "hold");
	char when[MOMENT_SIZE];
	long long now = field_int(reply, "now");
	const char *state = field_text(hold, "state");
	say_in(ctl, hold_is_open(hold) ? COLOUR_WARN : COLOUR_HEAD, "Hold %s: %s", field_text(hold, "id"),
	       hold_is_open(hold) ? tr("waits for a decision") : tr(state));
	show_rule(ctl, hold);
	if (field_int(hold, "opened") != 0)
		say_labelled(ctl, "since", moment_format(field_int(hold, "opened"), now, when));
	if (field_int(hold, "expires") != 0)
		say_labelled(ctl, "expires", moment_format(field_int(hold, "expires"), now, when));
	show_decision(ctl, hold, now);
	say_labelled(ctl, hold_is_open(hold) ? N_("if nobody acts") : N_("what follows"),
		     field_text(reply, "without_decision"));
}

static void add_operation(struct table *table, const json_t *op, size_t number)
{
	char nr[FIELD_NUMBER_SIZE], where[PLACE_SIZE];
	bool wanted = field_is(op, "wanted");
	const char *source = field_text(op, "source");
	snprintf(nr, sizeof(nr), "%zu", number);
	table_row(table, wanted ? COLOUR_NONE : COLOUR_WARN,
		  (const char *const[]){nr, show_kind(field_text(op, "kind")), field_person(op, "person"),
					source[0] != '\0' ? source : show_place(op, where), tr(field_text(op, "cause")),
					wanted ? tr("yes") : tr("no more"), field_text(op, "sentence")});
}

static void say_not_shown(struct ctl *ctl, long long omitted)
{
	if (omitted > 0)
		say_in(ctl, COLOUR_BAD, "and %lld more, which are not shown and would be decided with them", omitted);
}

static int show_operations(struct ctl *ctl, const json_t *reply)
{
	static const char *const columns[] = {N_("NR"),    N_("CHANGE"), N_("WHO"), N_("WHERE"),
					      N_("CAUSE"), N_("WANTED"), N_("WHY"), NULL};
	const json_t *operations = json_object_get(reply, "operations");
	size_t i;
	json_t *op;
	if (json_array_size(operations) == 0)
		return EXIT_OK;
	show_heading(ctl, "What it lists: a decision covers exactly this");
	struct table *table = table_new(ctl, columns);
	json_array_foreach(operations, i, op)
	{
		add_operation(table, op, i + 1);
	}
	int code = table_end(table);
	say_not_shown(ctl, field_int(reply, "operations_omitted"));
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
	return clock_from_civil(&civil, CLOCK_UTC, &at_s) ? moment_format(at_s, now, out) : csn;
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

static int end_beside(struct ctl *ctl, struct table *table, size_t found)
{
	int code = table_end(table);
	if (code == EXIT_OK && found > BESIDE_MAX)
		say(ctl, "and %zu more; --json has them", found - BESIDE_MAX);
	return code;
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
	static const char *const columns[] = {N_("NR"), N_("VO-ID"), N_("LAST CHANGED THERE"), N_("ENTRY"), NULL};
	const json_t *operations = json_object_get(reply, "operations");
	size_t i;
	json_t *op;
	if (!any_has_evidence(operations))
		return EXIT_OK;
	show_heading(ctl, "What the source shows");
	struct table *table = table_new(ctl, columns);
	size_t found = 0;
	json_array_foreach(operations, i, op)
	{
		if (has_evidence(op) && found++ < BESIDE_MAX)
			add_evidence(table, op, i + 1, field_int(reply, "now"));
	}
	return end_beside(ctl, table, found);
}

static void show_certificate(struct ctl *ctl, const json_t *c, long long now)
{
	char when[MOMENT_SIZE];
	long long seen = field_int(c, "canaries_seen"), expected = field_int(c, "canaries_expected");
	const char *name = field_text(c, "name");
	say(ctl, "  %-6s %s%scomplete at %s", tr(field_text(c, "side")), name, name[0] != '\0' ? " " : "",
	    moment_format(field_int(c, "ended"), now, when));
	say(ctl, "         from %s as %s", field_text(c, "server"), field_text(c, "identity"));
	say_in(ctl, seen < expected ? COLOUR_BAD : COLOUR_NONE,
	       "         %lld people, %lld institutions, %lld groups, %lld directives; %lld of %lld canaries",
	       field_int(c, "people"), field_int(c, "institutions"), field_int(c, "groups"), field_int(c, "directives"),
	       seen, expected);
}

static int show_certificates(struct ctl *ctl, const json_t *reply)
{
	const json_t *list = json_object_get(reply, "certificates");
	size_t i;
	json_t *c;
	if (json_array_size(list) > 0)
		show_heading(ctl, "The reads it stands on");
	json_array_foreach(list, i, c)
	{
		show_certificate(ctl, c, field_int(reply, "now"));
	}
	return EXIT_OK;
}

static void add_past(struct table *table, const json_t *change, long long now)
{
	char cycle[FIELD_NUMBER_SIZE], when[MOMENT_SIZE];
	table_row(table, COLOUR_NONE,
		  (const char *const[]){
			  field_number(change, "cycle", cycle), moment_format(field_int(change, "at"), now, when),
			  show_kind(field_text(change, "kind")), field_person(change, "person"),
			  field_text(change, "role"), tr(field_text(change, "cause")), field_text(change, "reason")});
}

static int show_past(struct ctl *ctl, const json_t *reply)
{
	static const char *const columns[] = {N_("CYCLE"), N_("WHEN"),  N_("CHANGE"), N_("WHO"),
					      N_("ROLE"),  N_("CAUSE"), N_("REASON"), NULL};
	const json_t *list = json_object_get(reply, "history");
	const char *unread = field_text(reply, "history_unread");
	size_t i;
	json_t *change;
	if (json_array_size(list) > 0 || unread[0] != '\0')
		show_heading(ctl, "What changed there lately");
	if (unread[0] != '\0')
		say_in(ctl, COLOUR_WARN, "  The ledger could not tell it: %s", unread);
	if (json_array_size(list) == 0)
		return EXIT_OK;
	struct table *table = table_new(ctl, columns);
	json_array_foreach(list, i, change)
	{
		if (i < BESIDE_MAX)
			add_past(table, change, field_int(reply, "now"));
	}
	return end_beside(ctl, table, json_array_size(list));
}

static void show_what_to_do(struct ctl *ctl, const json_t *reply)
{
	const char *contact = field_text(reply, "contact");
	const json_t *hold = json_object_get(reply, "hold");
	if (contact[0] == '\0' && !hold_is_open(hold))
		return;
	show_heading(ctl, "What to do");
	if (contact[0] != '\0')
		say(ctl, "    %s", contact);
	show_hold_commands(ctl, hold, false);
}

int show_hold_evidence(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	static int (*const parts[])(struct ctl * ctl, const json_t *reply) = {show_operations, show_evidence,
									      show_certificates, show_past};
	(void)in;
	int code = EXIT_OK;
	show_head(ctl, reply);
	show_trouble(ctl, reply);
	for (size_t i = 0; code == EXIT_OK && i < sizeof(parts) / sizeof(parts[0]); i++)
		code = parts[i](ctl, reply);
	show_what_to_do(ctl, reply);
	return code;
}
