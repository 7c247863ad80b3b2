/* SPDX-License-Identifier: EUPL-1.2 */
/* terminal.c - what is printed to, and in which form. See ctl.h. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/ctl.h"

/* By the words that the locale is chosen by, because the locale itself is made UTF-8 for measuring columns. */
static bool says_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);
		if (value != NULL && value[0] != '\0')
			return strcasestr(value, "utf-8") != NULL || strcasestr(value, "utf8") != NULL;
	}
	return false;
}

bool ctl_only_table(const struct ctl *ctl)
{
	return ctl->form.output != NULL || ctl->form.noheadings || ctl->form.raw;
}

void ctl_look_at_terminal(struct ctl *ctl)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
	ctl->terminal = isatty(fileno(ctl->out)) == 1;
	ctl->unicode = ctl->terminal && says_utf8();
	bool dumb = term == NULL || term[0] == '\0' || (term[0] == 'd' && term[1] == 'u');
	ctl->colours = ctl->terminal && !dumb && (no_colour == NULL || no_colour[0] == '\0');
	ctl->redraws = ctl->colours;
}
