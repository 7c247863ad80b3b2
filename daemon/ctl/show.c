/* SPDX-License-Identifier: EUPL-1.2 */
/* show.c - see show.h. */
#include "ctl/show.h"

#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "ctl/fields.h"
#include "ctl/moment.h"
#include "ctl/screen.h"
#include "ctl/show_hold.h"
#include "ctl/user.h"

void show_heading(struct ctl *ctl, const char *head)
{
	say(ctl, "%s", "");
	say_in(ctl, COLOUR_HEAD, "%s", tr(head));
}

void say_left_out(struct ctl *ctl, size_t count, size_t max, long long omitted)
{
	long long left = omitted + (count > max ? (long long)(count - max) : 0);
	if (left > 0)
		say(ctl, "  and %lld more", left);
}

const char *show_where(const json_t *item, char out[WHERE_SIZE])
{
	char number[FIELD_NUMBER_SIZE];
	const char *name = field_text(item, "institution_name"), *role = field_text(item, "role");
	if (field_number(item, "institution", number)[0] == '\0')
		snprintf(out, WHERE_SIZE, "%s%s%s", tr("everywhere"), role[0] != '\0' ? ", " : "", role);
	else
		snprintf(out, WHERE_SIZE, "%s%s%s%s%s", number, name[0] != '\0' ? " " : "", name,
			 role[0] != '\0' ? ", " : "", role);
	return out;
}

const char *show_place(const json_t *item, char out[PLACE_SIZE])
{
	char number[FIELD_NUMBER_SIZE];
	const char *role = field_text(item, "role");
	field_number(item, "institution", number);
	snprintf(out, PLACE_SIZE, "%s%s%.60s", number, number[0] != '\0' && role[0] != '\0' ? ", " : "", role);
	return out;
}

const char *show_put(char out[COUNT_SIZE], const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(out, COUNT_SIZE, format, args);
	va_end(args);
	return out;
}

const char *show_numbers(const json_t *hold, char out[NUMBERS_SIZE])
{
	out[0] = '\0';
	if (field_int(hold, "allowed") > 0)
		snprintf(out, NUMBERS_SIZE, tr("%lld seen, %lld allowed"), field_int(hold, "seen"),
			 field_int(hold, "allowed"));
	return out;
}

/* A source that went back holds no change by itself. */
static void show_hold(struct ctl *ctl, const json_t *hold)
{
	char where[WHERE_SIZE], changes[COUNT_SIZE], numbers[NUMBERS_SIZE];
	const char *id = hold_label(hold), *state = field_text(hold, "state");
	bool decided = state[0] != '\0' && strcmp(state, "open") != 0, any = field_int(hold, "changes") > 0;
	show_count(field_int(hold, "changes"), "%lld change", "%lld changes", changes);
	show_numbers(hold, numbers);
	say(ctl, "  %s%s%s%s%s: %s%s%s (%s%s%s)", id, id[0] != '\0' ? "  " : "", decided ? tr(state) : "",
	    decided ? ": " : "", show_where(hold, where), any ? changes : "", any ? ": " : "",
	    field_text(hold, "sentence"), numbers, numbers[0] != '\0' ? "; " : "", field_text(hold, "rule"));
}

/* The first that waits for a decision leads on to all of them. */
static void show_next_hold(struct ctl *ctl, const json_t *list)
{
	size_t i;
	json_t *hold;
	json_array_foreach(list, i, hold)
	{
		if (strcmp(field_text(hold, "state"), "open") != 0 || field_text(hold, "id")[0] == '\0')
			continue;
		say(ctl, "  next: 'duaalctl holds %s' shows its evidence and how to decide%s", field_text(hold, "id"),
		    json_array_size(list) > 1 ? tr("; 'duaalctl holds' shows all") : "");
		return;
	}
}

/* What has no number is decided by nobody. */
static void show_when_numbered(struct ctl *ctl, const json_t *list)
{
	size_t i;
	json_t *hold;
	json_array_foreach(list, i, hold)
	{
		if (!field_is(hold, "unnumbered"))
			continue;
		say(ctl, "  without a number nothing can be decided: it comes with the next cycle that does not fail");
		return;
	}
}

int show_table_of(struct ctl *ctl, const json_t *reply, const char *list, const char *const *columns,
		  void (*add)(struct table *table, const json_t *item, long long now))
{
	struct table *table = table_new(ctl, columns);
	size_t i;
	json_t *item;
	json_array_foreach(json_object_get(reply, list), i, item)
	{
		add(table, item, field_int(reply, "now"));
	}
	return table_end(table);
}

void show_omitted(struct ctl *ctl, long long omitted)
{
	if (omitted > 0 && ctl_only_table(ctl))
		complain(ctl, "%lld more are not in the table", omitted);
	else if (omitted > 0)
		say(ctl, "and %lld more", omitted);
}

void show_holds(struct ctl *ctl, const json_t *reply, size_t max, long long omitted)
{
	const json_t *list = json_object_get(reply, "holds");
	size_t i, count = json_array_size(list);
	json_t *hold;
	if (count > 0)
		show_heading(ctl, "Held: stays as it is until somebody decides, or its cause goes away");
	json_array_foreach(list, i, hold)
	{
		if (i == max)
			break;
		show_hold(ctl, hold);
	}
	say_left_out(ctl, count, max, omitted);
	show_when_numbered(ctl, list);
	show_next_hold(ctl, list);
}

static void show_stop(struct ctl *ctl, const json_t *freeze, long long now)
{
	char where[WHERE_SIZE], by[USER_SIZE], since[MOMENT_SIZE], until[MOMENT_SIZE], held[COUNT_SIZE];
	char number[FIELD_NUMBER_SIZE], frozen[WHERE_SIZE + 16];
	bool pause = field_is(freeze, "pause"), ends = field_int(freeze, "until") != 0;
	moment_age(field_int(freeze, "since"), now, since);
	moment_format(field_int(freeze, "until"), now, until);
	snprintf(frozen, sizeof(frozen), tr("%s: frozen"), show_where(freeze, where));
	say_in(ctl, COLOUR_WARN, "  %s by %s %s, %s%s; waiting for it: %s",
	       pause ? tr("PAUSED, nothing changes,") : frozen, field_user(freeze, "by", by), since,
	       ends ? tr("until ") : tr("without an end"), ends ? until : "",
	       show_count(field_int(freeze, "held"), "%lld change", "%lld changes", held));
	field_number(freeze, "institution", number);
	say(ctl, "      'duaalctl %s%s' ends it; because: %s", pause ? "resume" : "thaw ",
	    pause ? "" : (number[0] != '\0' ? number : "all"), field_text(freeze, "reason"));
}

void show_freezes(struct ctl *ctl, const json_t *reply, size_t max)
{
	const json_t *list = json_object_get(reply, "freezes");
	size_t i, count = json_array_size(list);
	json_t *freeze;
	if (count > 0)
		show_heading(ctl, "Stopped by somebody");
	json_array_foreach(list, i, freeze)
	{
		if (i == max)
			break;
		show_stop(ctl, freeze, field_int(reply, "now"));
	}
	say_left_out(ctl, count, max, field_int(reply, "freezes_omitted"));
}

static void show_remark_entry(struct ctl *ctl, const json_t *remark, long long now)
{
	char when[MOMENT_SIZE];
	const char *writer = field_text(remark, "writer");
	if (writer[0] != '\0')
		say(ctl, "      entry %s (last written by %s, %s)", field_text(remark, "entry"), writer,
		    moment_format(field_int(remark, "written"), now, when));
	else if (field_text(remark, "entry")[0] != '\0')
		say(ctl, "      entry %s", field_text(remark, "entry"));
}

static void show_remark(struct ctl *ctl, const json_t *remark, long long now)
{
	char where[WHERE_SIZE], when[MOMENT_SIZE], drift[FIELD_NUMBER_SIZE];
	const char *who = field_person(remark, "person");
	bool numbered = field_number(remark, "drift", drift)[0] != '\0';
	say(ctl, "  %s%s%s%s%s%s: %s (%s)", numbered ? tr("drift ") : "", drift, numbered ? ": " : "",
	    show_where(remark, where), who[0] != '\0' ? ": " : "", who, field_text(remark, "sentence"),
	    field_text(remark, "code"));
	if (field_int(remark, "at") != 0)
		say(ctl, "      lapses %s", moment_format(field_int(remark, "at"), now, when));
	show_remark_entry(ctl, remark, now);
	if (numbered && field_text(remark, "will_do")[0] != '\0')
		say(ctl, "      will: %s", field_text(remark, "will_do"));
}

void show_remarks(struct ctl *ctl, const json_t *reply, size_t max, long long omitted)
{
	const json_t *list = json_object_get(reply, "remarks");
	bool drifted = false;
	size_t i, count = json_array_size(list);
	json_t *remark;
	if (count > 0)
		show_heading(ctl, "Noticed");
	json_array_foreach(list, i, remark)
	{
		drifted |= field_int(remark, "drift") != 0;
		if (i < max)
			show_remark(ctl, remark, field_int(reply, "now"));
	}
	say_left_out(ctl, count, max, omitted);
	if (drifted)
		say(ctl, "  next: 'duaalctl drift' shows what was changed by hand, and how to keep or undo it");
}

const char *show_delay(const json_t *reply, long long now, char out[DELAY_SIZE])
{
	const char *by = field_text(reply, "delayed_by");
	char until[MOMENT_SIZE];
	moment_format(field_int(reply, "delayed_until"), now, until);
	if (by[0] == '\0')
		out[0] = '\0';
	else if (strcmp(by, "doctor") == 0)
		snprintf(out, DELAY_SIZE, tr("a cycle is due and waits for the doctor, at most until %s"), until);
	else if (strcmp(by, "search") == 0)
		snprintf(out, DELAY_SIZE,
			 tr("a cycle is due and waits for a search by national number, at most until %s"), until);
	else /* of a later daemon */
		snprintf(out, DELAY_SIZE, tr("a cycle is due and waits (%.32s), at most until %s"), by, until);
	return out;
}

void show_cycle(struct ctl *ctl, const json_t *cycle)
{
	say(ctl, "cycle %lld: %s; %lld granted, %lld revoked, %lld entries, %lld held, %lld failed; %lld ms",
	    field_int(cycle, "id"), tr(field_text(cycle, "result")), field_int(cycle, "grants"),
	    field_int(cycle, "removals"), field_int(cycle, "structure"), field_int(cycle, "held"),
	    field_int(cycle, "failed"),
	    field_int(cycle, "read_ms") + field_int(cycle, "think_ms") + field_int(cycle, "apply_ms"));
	if (field_text(cycle, "detail")[0] != '\0')
		say(ctl, "  %s", field_text(cycle, "detail"));
}
