/* SPDX-License-Identifier: EUPL-1.2 */
/* places_command.c - "duaalctl institution --all": a line for each institution, asked for page by page on one connection. */
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

#define SILENCE_S 30

static void add_place(struct table *table, const json_t *place)
{
	char number[FIELD_NUMBER_SIZE], groups[FIELD_NUMBER_SIZE], people[FIELD_NUMBER_SIZE], holds[FIELD_NUMBER_SIZE];
	const bool admitted = field_is(place, "admitted"), frozen = field_is(place, "frozen");
	const bool held = field_int(place, "holds") > 0;
	const char *state = field_text(place, "state");
	table_row(table, strcmp(state, "ok") == 0 ? COLOUR_NONE : colour_of_state(state),
		  (const char *const[]){field_number(place, "number", number), field_text(place, "name"),
					field_text(place, "kind"), admitted ? tr("yes") : tr("no"),
					field_text(place, "code"), field_number(place, "groups", groups),
					field_number(place, "people", people),
					held ? field_number(place, "holds", holds) : "", frozen ? tr("frozen") : "",
					tr(state), field_text(place, "state_code")});
}

static int show_list(struct ctl *ctl, const json_t *places)
{
	char count[COUNT_SIZE];
	size_t i;
	json_t *place;
	if (json_array_size(places) == 0) {
		say(ctl, "No institution fits what was asked for.");
		return EXIT_OK;
	}
	struct table *table = table_new(ctl, places_columns);
	json_array_foreach(places, i, place)
	{
		add_place(table, place);
	}
	int code = table_end(table);
	say(ctl, "%s; 'duaalctl institution NUMBER' shows one.",
	    show_count((long long)json_array_size(places), "%lld institution", "%lld institutions", count));
	return code;
}

static int show_places(struct ctl *ctl, const json_t *reply)
{
	int code = show_list(ctl, json_object_get(reply, "institutions"));
	show_trouble(ctl, reply);
	return code;
}

/* Adds the page to the whole, and says from where to go on. */
static int take_page(struct ctl *ctl, struct varlink_client *client, json_t **whole, int64_t *after)
{
	struct varlink_reply reply;
	int code = request_next(ctl, client, NULL, &reply);
	if (code != 0)
		return code;
	const int64_t next = field_int(reply.parameters, "next");
	code = pages_join(ctl, whole, reply.parameters, "institutions");
	if (code == 0 && next != 0 && next <= *after) {
		complain(ctl, "the daemon sends the same institutions again and again");
		code = EXIT_PROTOCOL;
	}
	*after = next;
	json_decref(reply.message);
	return code;
}

static int ask_pages(struct ctl *ctl, json_t *parameters, json_t **whole)
{
	struct varlink_client client;
	int64_t after = 0;
	int code = request_begin(ctl, INTERFACE_METHOD("Institutions"), json_deep_copy(parameters), false, SILENCE_S,
				 &client);
	if (code != 0)
		return code;
	while ((code = take_page(ctl, &client, whole, &after)) == 0 && after != 0) {
		json_t *next = json_deep_copy(parameters);
		if (json_object_set_new(next, "after", json_integer(after)) < 0) {
			json_decref(next);
			code = out_of_memory(ctl);
			break;
		}
		code = request_again(ctl, &client, INTERFACE_METHOD("Institutions"), next);
		if (code != 0)
			break;
	}
	varlink_client_close(&client);
	return code;
}

static int set_flags(struct ctl *ctl, const struct invocation *in)
{
	const bool yes = invocation_option(in, "admitted") != NULL, no = invocation_option(in, "not-admitted") != NULL;
	if (yes && no)
		return usage_error(ctl, in->command, "--admitted and --not-admitted leave nothing: give one of them");
	if ((yes || no) && json_object_set_new(in->parameters, "admitted", json_boolean(yes)) < 0)
		return out_of_memory(ctl);
	return 0;
}

int places_command(struct ctl *ctl, const struct invocation *in)
{
	json_t *whole = NULL;
	int code = set_flags(ctl, in);
	if (code == 0)
		code = ask_pages(ctl, in->parameters, &whole);
	if (code == 0 && ctl->json)
		say_json(ctl, whole);
	else if (code == 0)
		code = show_places(ctl, whole);
	json_decref(whole);
	return code;
}
