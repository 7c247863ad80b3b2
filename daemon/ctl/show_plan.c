/* SPDX-License-Identifier: EUPL-1.2 */
/* show_plan.c - see show_plan.h. */
#include "ctl/show_plan.h"

#include "base/language.h"
#include "ctl/columns.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/screen.h"
#include "ctl/show.h"
#include "ctl/show_changes.h"
#include "ctl/show_trouble.h"

static long long plan_size(const json_t *reply)
{
	return field_int(reply, "go") + field_int(reply, "held") + field_int(reply, "refused");
}

bool plan_is_pending(const json_t *reply)
{
	return plan_size(reply) > 0 || has_trouble(reply);
}

static void show_plan_trouble(struct ctl *ctl, const json_t *reply)
{
	if (has_trouble(reply))
		say_in(ctl, COLOUR_BAD, "This may not be all, and may not be carried out:");
	show_trouble_parts(ctl, reply);
}

static void show_head(struct ctl *ctl, const json_t *reply)
{
	char count[COUNT_SIZE];
	long long all = plan_size(reply);
	if (all == 0 && has_trouble(reply)) {
		say_in(ctl, COLOUR_WARN, "By what is known nothing would change.");
		return;
	}
	if (all == 0) {
		say_in(ctl, COLOUR_GOOD, "In step: nothing would change.");
		return;
	}
	say(ctl, "%s: %lld to grant, %lld to revoke; %lld may go, %lld held, %lld refused",
	    show_count(all, "%lld change", "%lld changes", count), field_int(reply, "grants"),
	    field_int(reply, "removals"), field_int(reply, "go"), field_int(reply, "held"),
	    field_int(reply, "refused"));
	if (field_is(reply, "first_fill"))
		say(ctl, "This is the first fill of an empty directory.");
}

/* Of no institution are people's entries, and the flat groups, which have a role each. */
static bool names_a_role(const json_t *institution)
{
	const json_t *first = json_array_get(json_object_get(institution, "changes"), 0);
	return field_text(first, "role")[0] != '\0';
}

static int show_institution_changes(struct ctl *ctl, const json_t *institution)
{
	char number[FIELD_NUMBER_SIZE];
	field_number(institution, "number", number);
	say(ctl, "%s", "");
	if (number[0] != '\0')
		say_in(ctl, COLOUR_HEAD, "%s %s", number, field_text(institution, "name"));
	else
		say_in(ctl, COLOUR_HEAD, "%s",
		       names_a_role(institution) ? tr("Flat role groups") : tr("People's entries"));
	return show_changes(ctl, json_object_get(institution, "changes"));
}

/* One table of all institutions, for programs. */
static int show_rows(struct ctl *ctl, const json_t *reply)
{
	size_t i;
	json_t *institution;
	struct table *table = table_new(ctl, plan_columns);
	json_array_foreach(json_object_get(reply, "institutions"), i, institution)
	{
		char number[FIELD_NUMBER_SIZE];
		show_change_rows(table, field_number(institution, "number", number),
				 json_object_get(institution, "changes"));
	}
	int code = table_end(table);
	if (code == EXIT_OK)
		show_omitted(ctl, field_int(reply, "changes_omitted"));
	show_trouble_parts(ctl, reply);
	return code;
}

int show_plan_reply(struct ctl *ctl, const json_t *reply)
{
	char count[COUNT_SIZE];
	int code = EXIT_OK;
	size_t i;
	json_t *institution;
	if (ctl_only_table(ctl))
		return show_rows(ctl, reply);
	show_head(ctl, reply);
	show_plan_trouble(ctl, reply);
	json_array_foreach(json_object_get(reply, "institutions"), i, institution)
	{
		if (code == EXIT_OK)
			code = show_institution_changes(ctl, institution);
	}
	if (field_int(reply, "changes_omitted") > 0)
		say(ctl, "%s",
		    show_count(field_int(reply, "changes_omitted"), "and %lld more change", "and %lld more changes",
			       count));
	show_holds(ctl, reply, SIZE_MAX, field_int(reply, "holds_omitted"));
	return code;
}

bool print_plan(const json_t *reply, bool json, FILE *out, FILE *err)
{
	struct ctl ctl = {.json = json, .out = out, .err = err};
	ctl_look_at_terminal(&ctl);
	if (!json)
		return show_plan_reply(&ctl, reply) == EXIT_OK;
	say_json(&ctl, reply);
	return true;
}
