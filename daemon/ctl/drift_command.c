/* SPDX-License-Identifier: EUPL-1.2 */
/* drift_command.c - "duaalctl drift": what people changed by hand, what will happen, and how to keep it or put it right. */
#include <string.h>

#include "base/language.h"
#include "ctl/columns.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/moment.h"
#include "ctl/screen.h"
#include "ctl/show.h"
#include "ctl/show_trouble.h"

#define EXPLAINED_MAX 4 /* with their commands, so that the whole stays one screen */

static const char *sentence_of_mode(const char *mode)
{
	if (strcmp(mode, "repair") == 0)
		return tr("what is added by hand goes again, what is removed by hand waits for a decision");
	if (strcmp(mode, "hold") == 0)
		return tr("every hand edit waits for a decision");
	return tr("hand edits are reported and left alone");
}

static void show_mode(struct ctl *ctl, const json_t *reply)
{
	char grace[MOMENT_SIZE];
	const char *mode = field_text(reply, "mode");
	say(ctl, "  mode %s: %s", mode, sentence_of_mode(mode));
	if (strcmp(mode, "repair") == 0)
		say(ctl, "  it goes %s after it was noticed, and only after a later complete read of the source",
		    moment_span(field_int(reply, "grace"), grace));
}

/* Where there is trouble, that tells it. */
static void show_time(struct ctl *ctl, const json_t *reply)
{
	char when[MOMENT_SIZE];
	if (!has_trouble(reply) && field_int(reply, "as_of") != 0)
		say(ctl, "  as it was read at %s; what is edited after that is seen by the next cycle",
		    moment_format(field_int(reply, "as_of"), field_int(reply, "now"), when));
}

/* Who exactly, where the directory's own log says so; else whoever wrote the entry last. */
static const char *writer_of(const json_t *drift)
{
	const char *author = field_text(drift, "author");
	return author[0] != '\0' ? author : field_text(drift, "writer");
}

static long long written_of(const json_t *drift)
{
	bool exact = field_text(drift, "author")[0] != '\0' && field_int(drift, "authored") != 0;
	return field_int(drift, exact ? "authored" : "written");
}

static void add_drift(struct table *table, const json_t *drift, long long now)
{
	char nr[FIELD_NUMBER_SIZE], where[PLACE_SIZE], when[MOMENT_SIZE] = "-";
	if (written_of(drift) != 0)
		moment_age(written_of(drift), now, when);
	table_row(table, COLOUR_WARN,
		  (const char *const[]){field_number(drift, "id", nr)[0] != '\0' ? nr : "-", field_text(drift, "code"),
					show_place(drift, where), field_person(drift, "person"), when,
					writer_of(drift)});
}

static int show_table(struct ctl *ctl, const json_t *reply)
{
	int code = show_table_of(ctl, reply, "drift", drift_columns, add_drift);
	if (code == EXIT_OK)
		show_omitted(ctl, field_int(reply, "drift_omitted"));
	return code;
}

static void say_labelled(struct ctl *ctl, const char *label, const char *text)
{
	if (text[0] != '\0')
		say(ctl, "    %-13s %s", tr(label), text);
}

static void explain_author(struct ctl *ctl, const json_t *drift, long long now)
{
	char when[MOMENT_SIZE];
	const char *by = writer_of(drift);
	bool exact = field_text(drift, "author")[0] != '\0';
	if (by[0] == '\0') {
		say_labelled(ctl, "by",
			     field_text(drift, "value")[0] == '\0'
				     ? ""
				     : tr("not known: the daemon itself has written the entry since"));
		return;
	}
	say(ctl, "    %-13s %s, %s (%s)", tr("by"), by, moment_format(written_of(drift), now, when),
	    exact ? tr("exactly: the directory's log says so")
		  : tr("who wrote the entry last; another may have done this"));
}

static void explain_future(struct ctl *ctl, const json_t *drift, long long now)
{
	char when[MOMENT_SIZE];
	const char *will = field_text(drift, "will");
	if (field_int(drift, "will_at") != 0)
		say(ctl, "    %-13s %s (%s)", tr("what happens"), will,
		    moment_age(field_int(drift, "will_at"), now, when));
	else
		say_labelled(ctl, "what happens", will);
}

static void explain_drift(struct ctl *ctl, const json_t *drift, long long now)
{
	char nr[FIELD_NUMBER_SIZE], where[WHERE_SIZE];
	const char *who = field_person(drift, "person");
	field_number(drift, "id", nr);
	say(ctl, "%s", "");
	say_in(ctl, COLOUR_HEAD, "%s%s%s%s%s: %s", nr, nr[0] != '\0' ? "  " : "", show_where(drift, where),
	       who[0] != '\0' ? ": " : "", who, field_text(drift, "sentence"));
	if (nr[0] == '\0')
		say_labelled(ctl, "number",
			     tr("none yet: it comes with the next cycle that does not fail, and until then nobody can "
				"keep it or put it right"));
	say_labelled(ctl, "entry", field_text(drift, "entry"));
	explain_author(ctl, drift, now);
	say_labelled(ctl, "decided", field_text(drift, "decided"));
	explain_future(ctl, drift, now);
	say_labelled(ctl, "keep it", field_text(drift, "adopt"));
	say_labelled(ctl, "put it right", field_text(drift, "undo"));
}

static void explain_all(struct ctl *ctl, const json_t *reply)
{
	const json_t *list = json_object_get(reply, "drift");
	size_t i;
	json_t *drift;
	json_array_foreach(list, i, drift)
	{
		if (i == EXPLAINED_MAX) {
			say(ctl, "%s", "");
			say(ctl,
			    "The others alike, each with its own number; 'duaalctl drift --json' shows everything.");
			return;
		}
		explain_drift(ctl, drift, field_int(reply, "now"));
	}
}

int show_drift(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	(void)in;
	char count[COUNT_SIZE];
	size_t size = json_array_size(json_object_get(reply, "drift"));
	long long all = (long long)size + field_int(reply, "drift_omitted");
	if (all == 0)
		say_none(ctl, reply, COLOUR_GOOD, N_("Nothing differs by hand."),
			 N_("By what is known nothing differs by hand."));
	else
		say_in(ctl, COLOUR_WARN, "%s in the application's directory",
		       show_count(all, "%lld hand edit", "%lld hand edits", count));
	show_mode(ctl, reply);
	show_time(ctl, reply);
	show_trouble(ctl, reply);
	if (size == 0)
		return EXIT_OK;
	say(ctl, "%s", "");
	int code = show_table(ctl, reply);
	if (code == EXIT_OK)
		explain_all(ctl, reply);
	return code;
}
