/* SPDX-License-Identifier: EUPL-1.2 */
/* plan_command.c - "duaalctl plan": what is not carried out yet, and what keeps it. */
#include "control/interface.h"
#include "ctl/columns.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/request.h"
#include "ctl/screen.h"
#include "ctl/show.h"
#include "ctl/show_changes.h"

#define SILENCE_S 30

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
		say_in(ctl, COLOUR_HEAD, "%s", names_a_role(institution) ? "Flat role groups" : "People's entries");
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
	return code;
}

int show_plan(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	(void)in;
	int code = EXIT_OK;
	size_t i;
	json_t *institution;
	if (ctl_only_table(ctl))
		return show_rows(ctl, reply);
	show_head(ctl, reply);
	json_array_foreach(json_object_get(reply, "institutions"), i, institution)
	{
		if (code == EXIT_OK)
			code = show_institution_changes(ctl, institution);
	}
	if (field_int(reply, "changes_omitted") > 0)
		say(ctl, "and %lld more changes", field_int(reply, "changes_omitted"));
	show_holds(ctl, reply, SIZE_MAX, field_int(reply, "holds_omitted"));
	return code;
}

int status_of_plan(const struct invocation *in, const json_t *reply)
{
	bool pending = field_int(reply, "go") + field_int(reply, "held") + field_int(reply, "refused") > 0;
	return pending && invocation_option(in, "exit-code") != NULL ? EXIT_PENDING : EXIT_OK;
}

/* ---- as LDIF --------------------------------------------------------------------------------------- */

/* As it came, when it is ASCII, which is safe on a terminal. *next: the page to go on with; 0: that was all. */
static int print_page(struct ctl *ctl, const json_t *reply, int64_t *next)
{
	const char *ldif = field_text(reply, "ldif");
	int64_t page = *next;
	*next = field_int(reply, "next");
	for (const char *at = ldif; *at != '\0'; at++)
		if (*at != '\n' && (*at < ' ' || *at > '~')) {
			complain(ctl, "the daemon sent something that is no LDIF");
			return EXIT_PROTOCOL;
		}
	if (*next != 0 && *next <= page) {
		complain(ctl, "the daemon sends the same page again and again");
		return EXIT_PROTOCOL;
	}
	return fputs(ldif, ctl->out) < 0 ? EXIT_SOFTWARE : EXIT_OK;
}

static int take_page(struct ctl *ctl, struct varlink_client *client, int64_t *next)
{
	struct varlink_reply reply;
	int code = request_next(ctl, client, NULL, &reply);
	if (code != 0)
		return code;
	if (ctl->json) {
		say_json(ctl, reply.parameters);
		*next = 0;
	} else {
		code = print_page(ctl, reply.parameters, next);
	}
	json_decref(reply.message);
	return code;
}

static int print_ldif(struct ctl *ctl)
{
	struct varlink_client client;
	int64_t next = 0;
	int code = request_begin(ctl, INTERFACE_METHOD("PlanLdif"), json_object(), false, SILENCE_S, &client);
	if (code != 0)
		return code;
	while ((code = take_page(ctl, &client, &next)) == 0 && next != 0) {
		code = request_again(ctl, &client, INTERFACE_METHOD("PlanLdif"),
				     json_pack("{s:I}", "page", (json_int_t)next));
		if (code != 0)
			break;
	}
	varlink_client_close(&client);
	return code;
}

int plan_command(struct ctl *ctl, const struct invocation *in)
{
	if (invocation_option(in, "ldif") == NULL)
		return ask_command(ctl, in);
	if (invocation_option(in, "exit-code") != NULL || invocation_option(in, "limit") != NULL || ctl_only_table(ctl))
		return usage_error(ctl, in->command, "--ldif is the whole, and goes with no other option of plan");
	return print_ldif(ctl);
}
