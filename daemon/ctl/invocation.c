/* SPDX-License-Identifier: EUPL-1.2 */
/* invocation.c - a row of the table by its verb, and what was given to it. See command.h. */
#include <assert.h>
#include <string.h>

#include "ctl/command.h"
#include "ctl/until.h"

/* "drift adopt" is "drift" and "adopt". */
static bool is_called(const char *verb, const char *first, const char *second)
{
	size_t len = strlen(first);
	if (second == NULL)
		return strcmp(verb, first) == 0;
	return strncmp(verb, first, len) == 0 && verb[len] == ' ' && strcmp(verb + len + 1, second) == 0;
}

const struct command *command_find(const char *verb, const char *sub_verb)
{
	for (const struct command *c = commands; c->verb != NULL; c++)
		if (is_called(c->verb, verb, sub_verb))
			return c;
	return NULL;
}

const char *invocation_option(const struct invocation *in, const char *name)
{
	for (int i = 0; i < OPTIONS_MAX && in->command->options[i].name != NULL; i++)
		if (strcmp(in->command->options[i].name, name) == 0)
			return in->options[i];
	assert(false && "the table has no such option");
	return NULL;
}

int invocation_span(struct ctl *ctl, const struct invocation *in, const char *name, unsigned *ret_s)
{
	int64_t span_s;
	const char *given = invocation_option(in, name);
	*ret_s = 0;
	if (given == NULL)
		return 0;
	if (!span_read(given, &span_s) || span_s < 1 || span_s > TIMEOUT_MAX_S)
		return usage_error(ctl, in->command, "--%s \"%s\" is no span: write 30s, 5min, 2h or 7d", name, given);
	*ret_s = (unsigned)span_s;
	return 0;
}
