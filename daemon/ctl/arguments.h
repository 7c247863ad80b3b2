/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * arguments.h - a command line against the table of commands.
 */
#ifndef DUAAL_CTL_ARGUMENTS_H
#define DUAAL_CTL_ARGUMENTS_H

#include "ctl/command.h"

struct arguments {
	const struct command *command; /* NULL: none was named */
	struct invocation in;
	bool help, version;
};

/* Options may stand anywhere, as "--name VALUE", "--name=VALUE", "-n VALUE" or "-nVALUE"; "--" ends them. Sets ctl's
 * socket and json. 0, or an exit status with the reason printed. Everything is borrowed from argv. */
int arguments_read(struct ctl *ctl, int argc, char *const argv[], struct arguments *ret);

#endif
