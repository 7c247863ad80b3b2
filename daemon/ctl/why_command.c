/* SPDX-License-Identifier: EUPL-1.2 */
/* why_command.c - "duaalctl why PERSON [INSTITUTION]": the facts of each way to access, or what fails. */
#include "base/language.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/screen.h"
#include "ctl/show_trouble.h"

static void show_path(struct ctl *ctl, const json_t *path)
{
	char number[FIELD_NUMBER_SIZE];
	const char *role = field_text(path, "role");
	bool granted = field_is(path, "granted"), member = field_is(path, "member");
	field_number(path, "institution", number);
	say(ctl, "%s", "");
	say_in(ctl, member ? COLOUR_GOOD : COLOUR_WARN, "%s%s%s: %s (%s)",
	       number[0] != '\0' ? number : tr("no institution"), role[0] != '\0' ? " " : "", role,
	       member ? (granted ? tr("has access") : tr("still has access"))
		      : (granted ? tr("should have access") : tr("no access")),
	       field_text(path, "code"));
	size_t i;
	json_t *fact;
	json_array_foreach(json_object_get(path, "facts"), i, fact)
	{
		say(ctl, "  %s %s", field_is(fact, "holds") ? tr("yes") : tr("NO "), field_text(fact, "text"));
	}
}

/* Whoever is neither is not known here, however well they are known elsewhere. */
static void show_search(struct ctl *ctl)
{
	say(ctl, "It was looked for as a vo-id, a login, a mail address, or words of a name, among those whom the "
		 "source shows with "
		 "the right; and, a name as a whole, in the application's directory. Is it spelt as meant?");
}

/* What was taken is among the facts only in the cycle that took it. */
static void show_past(struct ctl *ctl, const json_t *reply)
{
	if (field_is(reply, "access"))
		return;
	say(ctl, "%s", "");
	say(ctl, "What was before, and why it ended: duaalctl changes --person PERSON");
}

int show_why(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	(void)in;
	size_t i;
	json_t *path;
	say_in(ctl, field_is(reply, "access") && !has_trouble(reply) ? COLOUR_GOOD : COLOUR_WARN, "%s",
	       field_text(reply, "summary"));
	if (field_is(reply, "found") && field_text(reply, "vo_id")[0] != '\0')
		say(ctl, "vo-id %s, %s", field_text(reply, "vo_id"), field_text(reply, "entry"));
	if (!field_is(reply, "found") && json_array_size(json_object_get(reply, "paths")) == 0)
		show_search(ctl);
	show_trouble(ctl, reply);
	json_array_foreach(json_object_get(reply, "paths"), i, path)
	{
		show_path(ctl, path);
	}
	if (field_text(reply, "next_step")[0] != '\0') {
		say(ctl, "%s", "");
		say(ctl, "What to do: %s", field_text(reply, "next_step"));
	}
	show_past(ctl, reply);
	return EXIT_OK;
}

int status_of_why(const struct invocation *in, const json_t *reply)
{
	(void)in;
	if (field_is(reply, "access"))
		return EXIT_OK;
	return field_is(reply, "found") ? EXIT_NO_ACCESS : EXIT_NOT_FOUND;
}
