/* SPDX-License-Identifier: EUPL-1.2 */
/* why_command.c - "duaalctl why PERSON [INSTITUTION]": the facts of each way to access, or what fails. */
#include <string.h>
#include <strings.h>

#include "control/interface.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/request.h"
#include "ctl/screen.h"

#define AMBIGUOUS INTERFACE_ERROR("Ambiguous")

#define PERSON_MAX 1024 /* no name is as long; the daemon takes requests of some kilobytes */

/* Then no vo-id tells them apart. */
static bool have_one_vo_id(const json_t *candidates, long long total)
{
	size_t i;
	json_t *c;
	const char *first = field_text(json_array_get(candidates, 0), "vo_id");
	json_array_foreach(candidates, i, c)
	{
		if (strcasecmp(field_text(c, "vo_id"), first) != 0)
			return false;
	}
	return (long long)i == total && first[0] != '\0';
}

static int show_candidates(struct ctl *ctl, const json_t *parameters)
{
	static const char *const columns[] = {"NAME", "VO-ID", "LOGIN", "MAIL", NULL};
	struct table *table = table_new(ctl, columns);
	long long total = field_int(parameters, "total");
	size_t i, count = json_array_size(json_object_get(parameters, "candidates"));
	json_t *c;
	if (have_one_vo_id(json_object_get(parameters, "candidates"), total))
		say(ctl,
		    "%lld entries of the source claim one vo-id: none of them gains access until that is mended (R9). "
		    "Ask again with one of these logins:",
		    total);
	else
		say(ctl, "%lld people answer to it. Ask again with one of these vo-ids:", total);
	json_array_foreach(json_object_get(parameters, "candidates"), i, c)
	{
		table_row(table, COLOUR_NONE,
			  (const char *const[]){field_text(c, "name"), field_text(c, "vo_id"), field_text(c, "uid"),
						field_text(c, "mail")});
	}
	int code = table_end(table);
	if (total > (long long)count)
		say(ctl, "and %lld more", total - (long long)count);
	return code != EXIT_OK ? code : EXIT_NOT_FOUND;
}

static void show_path(struct ctl *ctl, const json_t *path)
{
	char number[FIELD_NUMBER_SIZE];
	const char *role = field_text(path, "role");
	bool granted = field_is(path, "granted"), member = field_is(path, "member");
	field_number(path, "institution", number);
	say(ctl, "%s", "");
	say_in(ctl, member ? COLOUR_GOOD : COLOUR_WARN, "%s%s%s: %s (%s)",
	       number[0] != '\0' ? number : "no institution", role[0] != '\0' ? " " : "", role,
	       member ? (granted ? "has access" : "still has access") : (granted ? "should have access" : "no access"),
	       field_text(path, "code"));
	size_t i;
	json_t *fact;
	json_array_foreach(json_object_get(path, "facts"), i, fact)
	{
		say(ctl, "  %s %s", field_is(fact, "holds") ? "yes" : "NO ", field_text(fact, "text"));
	}
}

static int show(struct ctl *ctl, const json_t *reply)
{
	size_t i;
	json_t *path;
	say_in(ctl, field_is(reply, "access") ? COLOUR_GOOD : COLOUR_WARN, "%s", field_text(reply, "summary"));
	if (field_is(reply, "found") && field_text(reply, "vo_id")[0] != '\0')
		say(ctl, "vo-id %s, %s", field_text(reply, "vo_id"), field_text(reply, "entry"));
	json_array_foreach(json_object_get(reply, "paths"), i, path)
	{
		show_path(ctl, path);
	}
	if (field_text(reply, "next_step")[0] != '\0') {
		say(ctl, "%s", "");
		say(ctl, "What to do: %s", field_text(reply, "next_step"));
	}
	return EXIT_OK;
}

static int code_of(const struct varlink_reply *reply)
{
	if (reply->error != NULL || !field_is(reply->parameters, "found"))
		return field_is(reply->parameters, "access") ? EXIT_OK : EXIT_NOT_FOUND;
	return field_is(reply->parameters, "access") ? EXIT_OK : EXIT_NO_ACCESS;
}

static int show_reply(struct ctl *ctl, const struct varlink_reply *reply)
{
	if (ctl->json) {
		say_json(ctl, reply->parameters);
		return EXIT_OK;
	}
	return reply->error != NULL ? show_candidates(ctl, reply->parameters) : show(ctl, reply->parameters);
}

static json_t *make_parameters(const struct invocation *in, long institution)
{
	json_t *parameters = json_pack("{s:s}", "person", in->words[0]);
	if (institution > 0)
		json_object_set_new(parameters, "institution", json_integer(institution));
	if (in->options[0] != NULL)
		json_object_set_new(parameters, "role", json_string(in->options[0]));
	return parameters;
}

int why_command(struct ctl *ctl, const struct invocation *in)
{
	struct varlink_reply reply;
	long institution = 0;
	if (in->word_count > 1 && !take_institution(in->words[1], &institution))
		return usage_error(ctl, command_find("why"), "\"%s\" is not an institution number", in->words[1]);
	if (strlen(in->words[0]) > PERSON_MAX)
		return usage_error(ctl, command_find("why"), "the person is longer than %d bytes", PERSON_MAX);
	if (!text_is_utf8(text_of(in->words[0])))
		return usage_error(ctl, command_find("why"), "the person is not written in UTF-8");
	int code = request_ask(ctl, INTERFACE_METHOD("Why"), make_parameters(in, institution), AMBIGUOUS, &reply);
	if (code != 0)
		return code;
	code = show_reply(ctl, &reply);
	if (code == EXIT_OK)
		code = code_of(&reply);
	json_decref(reply.message);
	return code;
}
