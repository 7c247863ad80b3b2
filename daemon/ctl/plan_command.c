/* SPDX-License-Identifier: EUPL-1.2 */
/* plan_command.c - "duaalctl plan": what is not carried out yet, and what keeps it. */
#include "base/buf.h"
#include "base/language.h"
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
	char count[COUNT_SIZE];
	long long all = field_int(reply, "go") + field_int(reply, "held") + field_int(reply, "refused");
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
	return code;
}

int show_plan(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	(void)in;
	char count[COUNT_SIZE];
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
		say(ctl, "%s",
		    show_count(field_int(reply, "changes_omitted"), "and %lld more change", "and %lld more changes",
			       count));
	show_holds(ctl, reply, SIZE_MAX, field_int(reply, "holds_omitted"));
	return code;
}

int status_of_plan(const struct invocation *in, const json_t *reply)
{
	bool pending = field_int(reply, "go") + field_int(reply, "held") + field_int(reply, "refused") > 0;
	return pending && invocation_option(in, "exit-code") != NULL ? EXIT_PENDING : EXIT_OK;
}

/* ---- as LDIF --------------------------------------------------------------------------------------- */

/* *next: the page to go on with; 0: that was all. */
static int check_page(struct ctl *ctl, const json_t *reply, int64_t *next)
{
	int64_t page = *next;
	*next = field_int(reply, "next");
	for (const char *at = field_text(reply, "ldif"); *at != '\0'; at++)
		if (*at != '\n' && (*at < ' ' || *at > '~')) {
			complain(ctl, "the daemon sent something that is no LDIF");
			return EXIT_PROTOCOL;
		}
	if (*next != 0 && *next <= page) {
		complain(ctl, "the daemon sends the same page again and again");
		return EXIT_PROTOCOL;
	}
	return 0;
}

/* Printed as it came, when it is ASCII, which is safe on a terminal; kept for one JSON object, which is the whole, too. */
static int take_page(struct ctl *ctl, struct varlink_client *client, struct buf *whole, int64_t *next)
{
	struct varlink_reply reply;
	int code = request_next(ctl, client, NULL, &reply);
	if (code != 0)
		return code;
	code = check_page(ctl, reply.parameters, next);
	const char *ldif = field_text(reply.parameters, "ldif");
	if (code == 0 && ctl->json)
		buf_add_string(whole, ldif);
	else if (code == 0 && fputs(ldif, ctl->out) < 0)
		code = EXIT_SOFTWARE;
	json_decref(reply.message);
	return code;
}

static int take_pages(struct ctl *ctl, struct buf *whole)
{
	struct varlink_client client;
	int64_t next = 0;
	int code = request_begin(ctl, INTERFACE_METHOD("PlanLdif"), json_object(), false, SILENCE_S, &client);
	if (code != 0)
		return code;
	while ((code = take_page(ctl, &client, whole, &next)) == 0 && next != 0) {
		code = request_again(ctl, &client, INTERFACE_METHOD("PlanLdif"),
				     json_pack("{s:I}", "page", (json_int_t)next));
		if (code != 0)
			break;
	}
	varlink_client_close(&client);
	return code;
}

static int print_ldif(struct ctl *ctl)
{
	struct buf whole;
	buf_init(&whole);
	int code = take_pages(ctl, &whole);
	if (code == 0 && ctl->json) {
		json_t *reply = buf_failed(&whole) ? NULL : json_pack("{s:s,s:n}", "ldif", buf_string(&whole), "next");
		if (reply != NULL)
			say_json(ctl, reply);
		else
			code = out_of_memory(ctl);
		json_decref(reply);
	}
	buf_done(&whole);
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
