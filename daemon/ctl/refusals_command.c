/* SPDX-License-Identifier: EUPL-1.2 */
/* refusals_command.c - "duaalctl refusals": what is unclear at the source, asked for page by page on one connection. */
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "control/interface.h"
#include "ctl/columns.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/pages.h"
#include "ctl/request.h"
#include "ctl/screen.h"
#include "ctl/show.h"
#include "ctl/show_trouble.h"

#define SILENCE_S  30
#define AFTER_SIZE 64

/* ---- on the screen ----------------------------------------------------------------------------------- */

static void add_unclear(struct table *table, const json_t *unclear, long long now)
{
	char place[PLACE_SIZE];
	(void)now;
	table_row(table, COLOUR_NONE,
		  (const char *const[]){field_text(unclear, "code"), field_person(unclear, "person"),
					show_place(unclear, place), field_text(unclear, "value"),
					field_text(unclear, "entry")});
}

static bool is_shown(const json_t *list, const char *code)
{
	size_t i;
	json_t *unclear;
	json_array_foreach(list, i, unclear)
	{
		if (strcmp(code, field_text(unclear, "code")) == 0)
			return true;
	}
	return false;
}

/* Each kind of which something is shown, once: what it means, how many there are in all, and who can mend it. */
static void explain_kinds(struct ctl *ctl, const json_t *counts, const json_t *list)
{
	size_t i;
	json_t *kind;
	show_heading(ctl, "What it means, and who can mend it");
	json_array_foreach(counts, i, kind)
	{
		if (!is_shown(list, field_text(kind, "code")))
			continue;
		say(ctl, "  %5lld %s: %s", field_int(kind, "count"), field_text(kind, "code"),
		    field_text(kind, "sentence"));
		say(ctl, "        %s", field_text(kind, "contact"));
	}
}

static int show_list(struct ctl *ctl, const json_t *reply)
{
	const json_t *list = json_object_get(reply, "refusals");
	const size_t shown = json_array_size(list);
	const bool more = field_text(reply, "next")[0] != '\0';
	if (shown == 0 && field_int(reply, "total") == 0) {
		say_none(ctl, reply, COLOUR_NONE, N_("Nothing that the source says is unclear."),
			 N_("By what is known nothing that the source says is unclear."));
		return EXIT_OK;
	}
	if (shown == 0) {
		say(ctl, "None of what is unclear at the source fits what was asked for; in all: %lld.",
		    field_int(reply, "total"));
		return EXIT_OK;
	}
	int code = show_table_of(ctl, reply, "refusals", refusals_columns, add_unclear);
	if (code != EXIT_OK)
		return code;
	if (more && ctl_only_table(ctl))
		complain(ctl, "there are more than the table has: --number asks for more");
	say(ctl, "Shown: %zu; unclear at the source in all: %lld. They give nobody access, and take none away.", shown,
	    field_int(reply, "total"));
	if (more)
		say(ctl, "There are more: --number asks for more, --reason and --institution for fewer.");
	explain_kinds(ctl, json_object_get(reply, "counts"), list);
	return EXIT_OK;
}

int show_unclear(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	(void)in;
	int code = show_list(ctl, reply);
	show_trouble(ctl, reply);
	return code;
}

/* ---- pages ------------------------------------------------------------------------------------------- */

static json_t *parameters_of(const struct invocation *in, long long left, const char *after)
{
	json_t *parameters = json_deep_copy(in->parameters);
	const long long limit = left < UNCLEAR_MAX ? left : UNCLEAR_MAX;
	if (json_object_set_new(parameters, "limit", json_integer(limit)) < 0 ||
	    (after != NULL && json_object_set_new(parameters, "after", json_string(after)) < 0)) {
		json_decref(parameters);
		return NULL;
	}
	return parameters;
}

/* after: where the page was asked from; "": at the begin. */
static int take_page(struct ctl *ctl, struct varlink_client *client, const char *after, json_t **whole)
{
	struct varlink_reply reply;
	int code = request_next(ctl, client, NULL, &reply);
	if (code != 0)
		return code;
	const char *next = field_text(reply.parameters, "next");
	if (next[0] != '\0' && strcmp(next, after) == 0) {
		complain(ctl, "the daemon sends the same page again and again");
		code = EXIT_PROTOCOL;
	} else
		code = pages_join(ctl, whole, reply.parameters, "refusals");
	json_decref(reply.message);
	return code;
}

static int ask_pages(struct ctl *ctl, const struct invocation *in, json_t **whole)
{
	struct varlink_client client;
	const long long wanted = field_int(in->parameters, "limit");
	char after[AFTER_SIZE] = "";
	json_t *parameters = parameters_of(in, wanted, NULL);
	int code = parameters != NULL ? 0 : out_of_memory(ctl);
	if (code == 0)
		code = request_begin(ctl, INTERFACE_METHOD("Refusals"), parameters, false, SILENCE_S, &client);
	if (code != 0)
		return code;
	while ((code = take_page(ctl, &client, after, whole)) == 0) {
		const long long left = wanted - (long long)json_array_size(json_object_get(*whole, "refusals"));
		snprintf(after, sizeof(after), "%s", field_text(*whole, "next"));
		if (left <= 0 || after[0] == '\0')
			break;
		parameters = parameters_of(in, left, after);
		code = parameters == NULL ? out_of_memory(ctl)
					  : request_again(ctl, &client, INTERFACE_METHOD("Refusals"), parameters);
		if (code != 0)
			break;
	}
	varlink_client_close(&client);
	return code;
}

int refusals_command(struct ctl *ctl, const struct invocation *in)
{
	json_t *whole = NULL;
	int code = ask_pages(ctl, in, &whole);
	if (code == 0 && ctl->json)
		say_json(ctl, whole);
	else if (code == 0)
		code = in->command->show(ctl, in, whole);
	json_decref(whole);
	return code;
}
