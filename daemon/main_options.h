/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * main_options.h - the command line of duaalsyncd, and the meaning of its exit status. One table each; --help prints
 * both.
 */
#ifndef DUAAL_MAIN_OPTIONS_H
#define DUAAL_MAIN_OPTIONS_H

#include <stdbool.h>

#define EXIT_TABLE(X)                                                                                                  \
	X(EXIT_FINE, 0,                                                                                                \
	  "stopped as asked; --once: in step, or brought in step; --check-config: no faults; --plan: in step")         \
	X(EXIT_FAILED, 1,                                                                                              \
	  "could not go on; --once: the cycle could not be finished; --plan: a read was not whole, there is no plan")  \
	X(EXIT_FAULTS, 2, "the configuration has faults, or the command line cannot be understood; nothing ran")       \
	X(EXIT_HELD, 4, "--once: the guard holds a part of the plan; --plan: something would change, or is held")

enum exit_status {
#define X(name, status, meaning) name = status,
	EXIT_TABLE(X)
#undef X
};

enum task { TASK_RUN, TASK_ONCE, TASK_PLAN, TASK_CHECK, TASK_HELP, TASK_HELP_CONFIG, TASK_HELP_MESSAGES, TASK_VERSION };

#define CONFIG_PATH_MAX 4096

struct options {
	enum task task;
	bool foreground, verbose, json;
	char config[CONFIG_PATH_MAX]; /* absolute, so that a reload finds it after chdir */
	const char
		*helpers; /* folder with the sockets of helpers that are units of their own; NULL: they are started */
};

/* false: the command line was wrong and standard error says how. */
bool options_read(int argc, char **argv, struct options *ret);
void options_help(void);

#endif
