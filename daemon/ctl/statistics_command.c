/* SPDX-License-Identifier: EUPL-1.2 */
/* statistics_command.c - "duaalctl statistics": a table of weeks, and a chart of grants and revocations in text. */
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/moment.h"
#include "ctl/screen.h"
#include "ctl/show.h"

#define BAR_WIDTH 40
#define BAR_SIZE  (3 * BAR_WIDTH + 4) /* three bytes a block, and the end */

static const char *put_span(const json_t *week, const char *key, char out[MOMENT_SIZE])
{
	if (!json_is_integer(json_object_get(week, key)))
		return memcpy(out, "-", sizeof("-"));
	return moment_span(field_int(week, key), out);
}

static void add_week(struct table *table, const json_t *week)
{
	static const char *const keys[] = {"cycles", "failed", "grants", "removals", "holds", "decided", "expired"};
	char numbers[7][FIELD_NUMBER_SIZE], median[MOMENT_SIZE], longest[MOMENT_SIZE];
	for (size_t i = 0; i < 7; i++)
		field_number(week, keys[i], numbers[i]);
	table_row(table, field_int(week, "failed") > 0 ? COLOUR_WARN : COLOUR_NONE,
		  (const char *const[]){field_text(week, "monday"), numbers[0], numbers[1], numbers[2], numbers[3],
					numbers[4], numbers[5], numbers[6], put_span(week, "median", median),
					put_span(week, "longest", longest)});
}

/* ---- the chart ---------------------------------------------------------------------------------------- */

/* Eighths of a column where the terminal has blocks for them, else whole ones. What is not nothing is never shown as nothing. */
static void put_bar(const struct ctl *ctl, long long value, long long most, char out[BAR_SIZE])
{
	static const char *const parts[] = {"", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589"};
	const long long steps = ctl->unicode ? 8 : 1;
	long long length = (long long)((double)value / (double)most * (double)(BAR_WIDTH * steps) + 0.5);
	size_t at = 0;
	if (length == 0 && value > 0)
		length = 1;
	for (; length >= steps; length -= steps)
		at += (size_t)snprintf(out + at, BAR_SIZE - at, "%s", ctl->unicode ? "\u2588" : "#");
	snprintf(out + at, BAR_SIZE - at, "%s", parts[length]);
}

static void show_bars(struct ctl *ctl, const json_t *week, long long most)
{
	char bar[BAR_SIZE];
	const long long grants = field_int(week, "grants"), removals = field_int(week, "removals");
	put_bar(ctl, grants, most, bar);
	say(ctl, "%s granted %s%s%lld", field_text(week, "monday"), bar, grants > 0 ? " " : "", grants);
	put_bar(ctl, removals, most, bar);
	say(ctl, "%10s revoked %s%s%lld", "", bar, removals > 0 ? " " : "", removals);
}

static void show_chart(struct ctl *ctl, const json_t *weeks)
{
	long long most = 0;
	size_t i;
	json_t *week;
	json_array_foreach(weeks, i, week)
	{
		const long long grants = field_int(week, "grants"), removals = field_int(week, "removals");
		const long long more = grants > removals ? grants : removals;
		most = more > most ? more : most;
	}
	if (most <= 0)
		return;
	show_heading(ctl, "Granted and revoked");
	json_array_foreach(weeks, i, week)
	{
		show_bars(ctl, week, most);
	}
}

int show_statistics(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	(void)in;
	static const char *const columns[] = {N_("WEEK OF"), N_("CYCLES"),  N_("FAILED"),  N_("GRANTED"),
					      N_("REVOKED"), N_("HOLDS"),   N_("DECIDED"), N_("EXPIRED"),
					      N_("LATENCY"), N_("LONGEST"), NULL};
	const json_t *weeks = json_object_get(reply, "weeks");
	size_t i;
	json_t *week;
	struct table *table = table_new(ctl, columns);
	json_array_foreach(weeks, i, week)
	{
		add_week(table, week);
	}
	int code = table_end(table);
	if (code == EXIT_OK)
		show_chart(ctl, weeks);
	return code;
}
