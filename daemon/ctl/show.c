/* SPDX-License-Identifier: EUPL-1.2 */
/* show.c - see show.h. */
#include "ctl/show.h"

#include <stdio.h>

#include "ctl/fields.h"
#include "ctl/moment.h"
#include "ctl/screen.h"

static void begin(struct ctl *ctl, const char *head)
{
	say(ctl, "%s", "");
	say_in(ctl, COLOUR_HEAD, "%s", head);
}

static void say_left_out(struct ctl *ctl, size_t count, size_t max, long long omitted)
{
	long long left = omitted + (count > max ? (long long)(count - max) : 0);
	if (left > 0)
		say(ctl, "  and %lld more", left);
}

/* "institution 30569, Atheneum, trajectbegeleider" */
static const char *where_of(const json_t *item, const char *name_key, char *out, size_t size)
{
	char number[FIELD_NUMBER_SIZE];
	const char *name = name_key != NULL ? field_text(item, name_key) : "", *role = field_text(item, "role");
	if (field_number(item, "institution", number)[0] == '\0')
		snprintf(out, size, "everywhere");
	else
		snprintf(out, size, "%s%s%s%s%s", number, name[0] != '\0' ? " " : "", name, role[0] != '\0' ? ", " : "",
			 role);
	return out;
}

void show_holds(struct ctl *ctl, const json_t *reply, size_t max, long long omitted)
{
	const json_t *list = json_object_get(reply, "holds");
	size_t i, count = json_array_size(list);
	json_t *hold;
	if (count > 0)
		begin(ctl, "Held: stays as it is until the cause goes away");
	json_array_foreach(list, i, hold)
	{
		char where[512];
		if (i == max)
			break;
		say(ctl, "  %s: %lld %s: %s (%lld seen, %lld allowed; %s)",
		    where_of(hold, "institution_name", where, sizeof(where)), field_int(hold, "changes"),
		    field_int(hold, "changes") == 1 ? "change" : "changes", field_text(hold, "sentence"),
		    field_int(hold, "seen"), field_int(hold, "allowed"), field_text(hold, "rule"));
	}
	say_left_out(ctl, count, max, omitted);
}

static void show_remark(struct ctl *ctl, const json_t *remark, long long now)
{
	char where[512], when[MOMENT_SIZE];
	const char *who = field_person(remark, "person"), *writer = field_text(remark, "writer");
	say(ctl, "  %s%s%s: %s (%s)", where_of(remark, NULL, where, sizeof(where)), who[0] != '\0' ? ": " : "", who,
	    field_text(remark, "sentence"), field_text(remark, "code"));
	if (field_text(remark, "entry")[0] != '\0')
		say(ctl, "      entry %s", field_text(remark, "entry"));
	if (writer[0] != '\0')
		say(ctl, "      which was last written by %s, %s", writer,
		    moment_format(field_int(remark, "written"), now, when));
}

void show_remarks(struct ctl *ctl, const json_t *reply, size_t max, long long omitted)
{
	const json_t *list = json_object_get(reply, "remarks");
	size_t i, count = json_array_size(list);
	json_t *remark;
	if (count > 0)
		begin(ctl, "Noticed: reported and left alone");
	json_array_foreach(list, i, remark)
	{
		if (i == max)
			break;
		show_remark(ctl, remark, field_int(reply, "now"));
	}
	say_left_out(ctl, count, max, omitted);
}

void show_cycle(struct ctl *ctl, const json_t *cycle)
{
	say(ctl, "cycle %lld: %s; %lld granted, %lld revoked, %lld held, %lld failed; %lld ms", field_int(cycle, "id"),
	    field_text(cycle, "result"), field_int(cycle, "grants"), field_int(cycle, "removals"),
	    field_int(cycle, "held"), field_int(cycle, "failed"),
	    field_int(cycle, "read_ms") + field_int(cycle, "think_ms") + field_int(cycle, "apply_ms"));
	if (field_text(cycle, "detail")[0] != '\0')
		say(ctl, "  %s", field_text(cycle, "detail"));
}
