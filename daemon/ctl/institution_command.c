/* SPDX-License-Identifier: EUPL-1.2 */
/* institution_command.c - "duaalctl institution NUMBER". */
#include <string.h>

#include "base/language.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/screen.h"
#include "ctl/show.h"
#include "ctl/show_changes.h"
#include "ctl/show_trouble.h"

static void show_admission(struct ctl *ctl, const json_t *reply)
{
	bool admitted = field_is(reply, "admitted");
	const char *contact = field_text(reply, "contact");
	say_in(ctl, COLOUR_HEAD, "%lld %s", field_int(reply, "number"), field_text(reply, "name"));
	if (field_text(reply, "kind")[0] != '\0')
		say(ctl, "  kind                  %s", field_text(reply, "kind"));
	say_in(ctl, admitted ? COLOUR_GOOD : COLOUR_WARN, "  admitted              %s: %s (%s)",
	       admitted ? tr("yes") : tr("no"), field_text(reply, "sentence"), field_text(reply, "code"));
	if (!admitted && contact[0] != '\0')
		say(ctl, "  who can mend it       %s", contact);
	if (field_text(reply, "request")[0] != '\0')
		say(ctl, "  request               %s", field_text(reply, "request"));
	if (field_is(reply, "ambiguous"))
		say_in(ctl, COLOUR_BAD, "  two entries of the source claim this number");
}

static void show_administrators(struct ctl *ctl, const json_t *list, const char *label)
{
	size_t i;
	json_t *a;
	json_array_foreach(list, i, a)
	{
		const char *name = field_text(a, "name"), *id = field_text(a, "id");
		if (name[0] != '\0')
			say(ctl, "  %-21s %s (%s)", i == 0 ? tr(label) : "", name, id);
		else
			say(ctl, "  %-21s %s", i == 0 ? tr(label) : "", id);
	}
	if (json_array_size(list) == 0)
		say(ctl, "  %-21s none known", tr(label));
}

static void show_actions(struct ctl *ctl, const json_t *actions)
{
	size_t i;
	json_t *action;
	json_array_foreach(actions, i, action)
	{
		say(ctl, "  may %s", json_string_value(action) != NULL ? json_string_value(action) : "");
	}
}

static int show_members(struct ctl *ctl, const json_t *members)
{
	static const char *const columns[] = {N_("NAME"), N_("VO-ID"), N_("VALUE IS"), N_("SINCE CYCLE"), NULL};
	struct table *table = table_new(ctl, columns);
	size_t i;
	json_t *m;
	json_array_foreach(members, i, m)
	{
		char cycle[FIELD_NUMBER_SIZE];
		const json_t *person = json_object_get(m, "person");
		const char *state = field_text(m, "state");
		table_row(table, strcmp(state, "by-hand") == 0 ? COLOUR_WARN : COLOUR_NONE,
			  (const char *const[]){field_text(person, "name"), field_text(person, "vo_id"), tr(state),
						field_number(m, "since_cycle", cycle)});
	}
	return table_end(table);
}

static int show_group(struct ctl *ctl, const json_t *group)
{
	char people[COUNT_SIZE];
	const json_t *members = json_object_get(group, "members");
	long long omitted = field_int(group, "members_omitted");
	long long count = (long long)json_array_size(members) + omitted;
	say(ctl, "%s", "");
	say_in(ctl, COLOUR_HEAD, "%s: %s%s%s", field_text(group, "role"),
	       show_count(count, "%lld person", "%lld people", people),
	       field_is(group, "ours") ? "" : tr(" (not our group: untouched)"),
	       field_is(group, "protected") ? tr(" (protected: untouched)") : "");
	show_actions(ctl, json_object_get(group, "actions"));
	int code = json_array_size(members) > 0 ? show_members(ctl, members) : EXIT_OK;
	if (omitted > 0)
		say(ctl, "  and %lld more", omitted);
	return code;
}

static void show_refusals(struct ctl *ctl, const json_t *reply)
{
	size_t i;
	json_t *r;
	const json_t *list = json_object_get(reply, "refusals");
	if (json_array_size(list) > 0) {
		say(ctl, "%s", "");
		say_in(ctl, COLOUR_HEAD, "Gives no access");
	}
	json_array_foreach(list, i, r)
	{
		const char *who = field_person(r, "person");
		say(ctl, "  %s: %s (%s; \"%s\")", who[0] != '\0' ? who : tr("(nobody)"), field_text(r, "sentence"),
		    field_text(r, "code"), field_text(r, "value"));
	}
	if (field_int(reply, "refusals_omitted") > 0)
		say(ctl, "  and %lld more", field_int(reply, "refusals_omitted"));
}

static int show_waiting(struct ctl *ctl, const json_t *reply)
{
	const json_t *changes = json_object_get(reply, "changes");
	if (json_array_size(changes) > 0) {
		say(ctl, "%s", "");
		say_in(ctl, COLOUR_HEAD, "Not carried out yet");
	}
	int code = show_changes(ctl, changes);
	if (field_int(reply, "changes_omitted") > 0)
		say(ctl, "and %lld more", field_int(reply, "changes_omitted"));
	show_freezes(ctl, reply, SIZE_MAX);
	show_holds(ctl, reply, SIZE_MAX, 0);
	show_remarks(ctl, reply, SIZE_MAX, field_int(reply, "remarks_omitted"));
	return code;
}

int show_institution(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	(void)in;
	int code = EXIT_OK;
	size_t i;
	json_t *group;
	show_admission(ctl, reply);
	show_administrators(ctl, json_object_get(reply, "head_administrators"), N_("head administrator"));
	show_administrators(ctl, json_object_get(reply, "local_administrators"), N_("local administrator"));
	show_trouble(ctl, reply);
	json_array_foreach(json_object_get(reply, "groups"), i, group)
	{
		if (code == EXIT_OK)
			code = show_group(ctl, group);
	}
	if (code == EXIT_OK)
		code = show_waiting(ctl, reply);
	show_refusals(ctl, reply);
	return code;
}
