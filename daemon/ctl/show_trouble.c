/* SPDX-License-Identifier: EUPL-1.2 */
/* show_trouble.c - see show_trouble.h. */
#include "ctl/show_trouble.h"

#include <string.h>

#include "base/language.h"
#include "ctl/fields.h"
#include "ctl/moment.h"

bool has_trouble(const json_t *reply)
{
	return json_array_size(json_object_get(reply, "trouble")) > 0;
}

void say_none(struct ctl *ctl, const json_t *reply, enum colour colour, const char *sure, const char *by_what_is_known)
{
	if (has_trouble(reply))
		say_in(ctl, COLOUR_WARN, "%s", tr(by_what_is_known));
	else
		say_in(ctl, colour, "%s", tr(sure));
}

/* Else all was read, and says itself that something is wrong. */
static bool is_unread(const json_t *reply)
{
	bool unread = false;
	size_t i;
	json_t *part;
	json_array_foreach(json_object_get(reply, "trouble"), i, part)
	{
		unread |= strcmp(field_text(part, "code"), "unread") == 0;
	}
	return unread;
}

static void show_part(struct ctl *ctl, const json_t *part, bool complaint)
{
	const char *name = tr(field_text(part, "name")), *state = tr(field_text(part, "state"));
	const char *code = field_text(part, "code"), *detail = field_text(part, "detail");
	if (complaint)
		complain(ctl, "%s is %s (%s): %s", name, state, code, detail);
	else
		say_in(ctl, COLOUR_BAD, "  %s is %s (%s): %s", name, state, code, detail);
}

static void show_parts(struct ctl *ctl, const json_t *reply, bool complaint)
{
	size_t i;
	json_t *part;
	json_array_foreach(json_object_get(reply, "trouble"), i, part)
	{
		show_part(ctl, part, complaint);
	}
}

void show_trouble_parts(struct ctl *ctl, const json_t *reply)
{
	show_parts(ctl, reply, ctl_only_table(ctl));
}

void complain_of_trouble(struct ctl *ctl, const json_t *reply)
{
	show_parts(ctl, reply, true);
}

void show_trouble(struct ctl *ctl, const json_t *reply)
{
	char when[MOMENT_SIZE];
	const long long as_of = field_int(reply, "as_of");
	if (!has_trouble(reply))
		return;
	say(ctl, "%s", "");
	if (is_unread(reply) && as_of != 0)
		say_in(ctl, COLOUR_BAD, "This stands on a read of %s; it may be otherwise by now:",
		       moment_format(as_of, field_int(reply, "now"), when));
	else
		say_in(ctl, COLOUR_BAD, "What this stands on is not in order:");
	show_trouble_parts(ctl, reply);
}
