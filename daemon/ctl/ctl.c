/* SPDX-License-Identifier: EUPL-1.2 */
/* ctl.c - see ctl.h. */
#include "ctl/ctl.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/language.h"
#include "control/interface.h"
#include "ctl/arguments.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/find_person.h"
#include "ctl/help.h"
#include "ctl/pseudonym.h"
#include "ctl/screen.h"

struct pseudonyms *ctl_pseudonyms(void)
{
	struct pseudonyms *p = pseudonyms_new();
	if (p == NULL)
		return NULL;
	pseudonyms_keep(p, CONTROL_SOCKET);
	pseudonyms_keep(p, PACKAGE_VERSION);
	return pseudonyms_failed(p) ? pseudonyms_free(p) : p;
}

/* Looked for before anything is read, because what is wrong with an argument is told with the argument. */
static int take_pseudonyms(struct ctl *ctl, char *const argv[])
{
	for (; *argv != NULL && ctl->pseudonyms == NULL; argv++)
		if (strcmp(*argv, "--" OPTION_PSEUDONYMISE) == 0) {
			ctl->pseudonyms = ctl_pseudonyms();
			language_use(LANGUAGE_ENGLISH); /* what may stay is looked for in it */
			if (ctl->pseudonyms == NULL)
				return out_of_memory(ctl);
		}
	return 0;
}

static int run(struct ctl *ctl, struct arguments *arguments)
{
	int code = EXIT_OK;
	const struct command *command = arguments->in.command;
	ctl->in = &arguments->in;
	if (arguments->version)
		fputs("duaalctl (duaalsync) " PACKAGE_VERSION "\n", ctl->out);
	else if (arguments->help && command != NULL)
		help_one(ctl->out, command);
	else if (arguments->help)
		help_usage(ctl->out);
	else if (arguments->in.number[0] == '\0' || (code = find_person(ctl, &arguments->in)) == EXIT_OK)
		return command->run(ctl, &arguments->in);
	return code;
}

int ctl_main(int argc, char *const argv[], FILE *out, FILE *err)
{
	struct ctl ctl = {.socket = CONTROL_SOCKET, .now_s = clock_wall_s(), .out = out, .err = err};
	struct arguments arguments;
	ctl_look_at_terminal(&ctl);
	int code = take_pseudonyms(&ctl, argv);
	if (code != 0)
		return code;
	code = arguments_read(&ctl, argc, argv, &arguments);
	if (ctl_only_table(&ctl))
		language_use(LANGUAGE_ENGLISH); /* a table for programs is the same for everybody */
	if (code == 0)
		code = run(&ctl, &arguments);
	arguments_done(&arguments);
	pseudonyms_free(ctl.pseudonyms);
	free(ctl.time.complaint);
	return code;
}
