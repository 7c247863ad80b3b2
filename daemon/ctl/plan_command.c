/* SPDX-License-Identifier: EUPL-1.2 */
/* plan_command.c - "duaalctl plan": what is not carried out yet, and what keeps it. */
#include <stdlib.h>
#include <string.h>

#include "control/interface.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/request.h"
#include "ctl/screen.h"
#include "ctl/show.h"
#include "ctl/show_changes.h"

static void show_head(struct ctl *ctl, const json_t *reply)
{
	long long all = field_int(reply, "go") + field_int(reply, "held") + field_int(reply, "refused");
	if (all == 0) {
		say_in(ctl, COLOUR_GOOD, "In step: nothing would change.");
		return;
	}
	say(ctl, "%lld %s: %lld to grant, %lld to revoke; %lld may go, %lld held, %lld refused", all,
	    all == 1 ? "change" : "changes", field_int(reply, "grants"), field_int(reply, "removals"),
	    field_int(reply, "go"), field_int(reply, "held"), field_int(reply, "refused"));
	if (field_is(reply, "first_fill"))
		say(ctl, "This is the first fill of an empty directory.");
}

static int show_institution(struct ctl *ctl, const json_t *institution)
{
	char number[FIELD_NUMBER_SIZE];
	field_number(institution, "number", number);
	say(ctl, "%s", "");
	if (number[0] != '\0')
		say_in(ctl, COLOUR_HEAD, "%s %s", number, field_text(institution, "name"));
	else
		say_in(ctl, COLOUR_HEAD, "People's entries");
	return show_changes(ctl, json_object_get(institution, "changes"));
}

static int show(struct ctl *ctl, const json_t *reply)
{
	int code = EXIT_OK;
	size_t i;
	json_t *institution;
	show_head(ctl, reply);
	json_array_foreach(json_object_get(reply, "institutions"), i, institution)
	{
		if (code == EXIT_OK)
			code = show_institution(ctl, institution);
	}
	if (field_int(reply, "changes_omitted") > 0)
		say(ctl, "and %lld more changes", field_int(reply, "changes_omitted"));
	show_holds(ctl, reply, SIZE_MAX, field_int(reply, "holds_omitted"));
	return code;
}

int plan_command(struct ctl *ctl, const struct invocation *in)
{
	long limit = PLAN_MAX;
	if (in->options[0] != NULL && !take_count(in->options[0], PLAN_MAX, &limit))
		return usage_error(ctl, command_find("plan"), "--limit takes a number from 1 to %d", PLAN_MAX);
	return request_show(ctl, INTERFACE_METHOD("Plan"), json_pack("{s:I}", "limit", (json_int_t)limit), show);
}
