/* SPDX-License-Identifier: EUPL-1.2 */
/* ctl.c - see ctl.h. */
#include "ctl/ctl.h"

#include "base/clock.h"
#include "base/language.h"
#include "control/interface.h"
#include "ctl/arguments.h"
#include "ctl/exit_code.h"
#include "ctl/help.h"

static int run(struct ctl *ctl, const struct arguments *arguments)
{
	const struct command *command = arguments->in.command;
	if (arguments->version)
		fputs("duaalctl (duaalsync) " PACKAGE_VERSION "\n", ctl->out);
	else if (arguments->help && command != NULL)
		help_one(ctl->out, command);
	else if (arguments->help)
		help_usage(ctl->out);
	else
		return command->run(ctl, &arguments->in);
	return EXIT_OK;
}

int ctl_main(int argc, char *const argv[], FILE *out, FILE *err)
{
	struct ctl ctl = {.socket = CONTROL_SOCKET, .now_s = clock_wall_s(), .out = out, .err = err};
	struct arguments arguments;
	ctl_look_at_terminal(&ctl);
	int code = arguments_read(&ctl, argc, argv, &arguments);
	if (ctl_only_table(&ctl))
		language_use(LANGUAGE_ENGLISH); /* a table for programs is the same for everybody */
	if (code == 0)
		code = run(&ctl, &arguments);
	arguments_done(&arguments);
	return code;
}
