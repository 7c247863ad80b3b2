/* SPDX-License-Identifier: EUPL-1.2 */
/* document.c - the table of settings as text, for --help-config. */
#include <string.h>

#include "config/config.h"
#include "config/setting.h"

static void add_range(struct buf *out, const struct setting *s)
{
	bool list = s->type == TYPE_WORDS || s->type == TYPE_URIS || s->type == TYPE_NAMES || s->type == TYPE_DNS ||
		    s->type == TYPE_GROUPS;
	const char *unit = s->unit != NULL ? s->unit : s->type == TYPE_DURATION ? "seconds" : list ? "items" : "";
	if (list || s->type == TYPE_INTEGER || s->type == TYPE_DURATION)
		buf_format(out, ", %u to %u %s", s->min, s->max, unit);
}

static void add_default(struct buf *out, const struct setting *s)
{
	if (s->fallback != NULL)
		buf_format(out, "    default: %s\n", s->fallback);
	else if (s->derived != NULL)
		buf_format(out, "    default: %s\n", s->derived);
	else
		buf_add_string(out, "    required\n");
}

static void add_setting(struct buf *out, const struct setting *s)
{
	buf_format(out, "%s\n    %s%s%s", s->key, setting_type_name(s), s->choices != NULL ? " " : "",
		   s->choices != NULL ? s->choices : "");
	add_range(out, s);
	buf_format(out, "; reload: %s\n", setting_reload_name(s->reload));
	add_default(out, s);
	buf_format(out, "    %s\n\n", s->help);
}

void config_document(struct buf *out)
{
	buf_add_string(out,
		       "Settings of duaalsyncd. Groups are written { ... }, lists of groups ( { ... }, { ... } ), "
		       "lists of texts\n"
		       "[ \"a\", \"b\" ], durations \"30s\", \"15min\", \"24h\", \"7d\" or a number of seconds.\n"
		       "reload says what a changed value does at SIGHUP: live - in force from the next cycle on;\n"
		       "restart-helper - the helper is started anew; scope - changes who is covered, and the "
		       "guard judges the\n"
		       "removals that follow; restart - takes a restart of the daemon; each - every setting of the "
		       "list's items\n"
		       "says it, and one that comes or goes changes who is covered.\n\n");
	for (uint32_t i = 0; i < setting_count; i++)
		add_setting(out, &setting_table[i]);
}
