/* SPDX-License-Identifier: EUPL-1.2 */
/* main_options.c - see main_options.h. */
#include "main_options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/language.h"

#define DEFAULT_CONFIG PACKAGE_SYSCONFDIR "/duaalsync/duaalsyncd.conf"

static const struct option_row {
	struct option option;
	const char *argument, *meaning;
} rows[] = {
	{{"config", required_argument, NULL, 'c'}, " FILE", N_("configuration file")},
	{{"helpers", required_argument, NULL, 's'},
	 " DIR",
	 N_("connect to the helpers' sockets in DIR; without it they are started")},
	{{"check-config", no_argument, NULL, 'C'}, "", N_("name every fault of the configuration and exit")},
	{{"once", no_argument, NULL, '1'}, "", N_("do one cycle, without the socket, and exit")},
	{{"plan", no_argument, NULL, 'p'},
	 "",
	 N_("show what would change with this configuration, write nothing, and exit")},
	{{"json", no_argument, NULL, 'j'}, "", N_("with --plan: as one JSON object")},
	{{"foreground", no_argument, NULL, 'f'},
	 "",
	 N_("with log_to = \"auto\": log to standard error rather than syslog")},
	{{"verbose", no_argument, NULL, 'v'}, "", N_("log debug messages too")},
	{{"help-config", no_argument, NULL, 'H'}, "", N_("describe every setting and exit")},
	{{"help-messages", no_argument, NULL, 'M'},
	 "",
	 N_("say what each message of the log means and what to do, and exit")},
	{{"version", no_argument, NULL, 'V'}, "", N_("say which version this is and exit")},
	{{"help", no_argument, NULL, 'h'}, "", N_("show this help and exit")},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

void options_help(void)
{
	puts(tr("Usage: duaalsyncd [OPTION]...\n\n"
		"Keeps the access groups of app.werkplekduaal.be equal to what the government's user management says.\n"
		"Never puts itself in the background: the service manager does that.\n"));
	for (size_t i = 0; i < ROWS; i++) {
		char name[32];
		snprintf(name, sizeof(name), "--%s%s", rows[i].option.name, rows[i].argument);
		bool config = rows[i].option.val == 'c';
		printf("  %s%-16s  %s%s\n", config ? "-c, " : "    ", name, tr(rows[i].meaning),
		       config ? " (" DEFAULT_CONFIG ")" : "");
	}
	puts(tr("\nSignals: SIGTERM and SIGINT stop within 5 seconds, SIGHUP reads the configuration again.\n\nExit "
		"status:"));
#define X(name, status, meaning) printf("  %d  %s\n", status, tr(meaning));
	EXIT_TABLE(X)
#undef X
}

static bool set_config(struct options *o, const char *path)
{
	char folder[CONFIG_PATH_MAX] = "";
	bool relative = path[0] != '/';
	int len = -1;
	if (path[0] != '\0' && (!relative || getcwd(folder, sizeof(folder)) != NULL))
		len = snprintf(o->config, sizeof(o->config), "%s%s%s", folder, relative ? "/" : "", path);
	bool ok = len > 0 && (size_t)len < sizeof(o->config);
	if (!ok)
		fprintf(stderr, tr("duaalsyncd: --config takes the path of a file, of less than %d bytes\n"),
			CONFIG_PATH_MAX);
	return ok;
}

/* A socket below a path that moves with chdir would be another one. */
static bool set_helpers(struct options *o, const char *dir)
{
	o->helpers = dir;
	if (dir[0] != '/')
		fputs(tr("duaalsyncd: --helpers takes an absolute path\n"), stderr);
	return dir[0] == '/';
}

/* Two of them would be one, and which one the order would tell: a check that runs a cycle. */
static bool set_task(struct options *o, enum task task)
{
	bool ok = o->task == TASK_RUN || o->task == task;
	o->task = task;
	if (!ok)
		fputs(tr("duaalsyncd: takes one at a time of --check-config, --once, --plan, --help-config, "
			 "--help-messages, --version and --help\n"),
		      stderr);
	return ok;
}

static bool apply(struct options *o, int option, const char *argument)
{
	switch (option) {
	case 'c': return set_config(o, argument);
	case 's': return set_helpers(o, argument);
	case 'f': o->foreground = true; return true;
	case 'v': o->verbose = true; return true;
	case 'C': return set_task(o, TASK_CHECK);
	case '1': return set_task(o, TASK_ONCE);
	case 'p': return set_task(o, TASK_PLAN);
	case 'j': o->json = true; return true;
	case 'h': return set_task(o, TASK_HELP);
	case 'H': return set_task(o, TASK_HELP_CONFIG);
	case 'M': return set_task(o, TASK_HELP_MESSAGES);
	case 'V': return set_task(o, TASK_VERSION);
	default: return false; /* getopt has said what is wrong */
	}
}

/* Helpers that are units serve the daemon; a plan starts others, told that they may not write. */
static bool is_odd(const struct options *o)
{
	const char *odd = o->task == TASK_PLAN && o->helpers != NULL
				  ? tr("--plan starts helpers of its own: leave out --helpers")
			  : o->task != TASK_PLAN && o->json ? tr("--json goes with --plan only")
							    : NULL;
	if (odd != NULL)
		fprintf(stderr, "duaalsyncd: %s\n", odd);
	return odd != NULL;
}

bool options_read(int argc, char **argv, struct options *ret)
{
	struct option table[ROWS + 1] = {0};
	for (size_t i = 0; i < ROWS; i++)
		table[i] = rows[i].option;
	*ret = (struct options){.task = TASK_RUN};
	bool ok = set_config(ret, DEFAULT_CONFIG);
	for (int option; ok && (option = getopt_long(argc, argv, "c:h", table, NULL)) != -1;)
		ok = apply(ret, option, optarg);
	if (ok && optind < argc) {
		fputs(tr("duaalsyncd: takes options only\n"), stderr);
		ok = false;
	}
	if (ok && is_odd(ret))
		ok = false;
	if (!ok)
		fputs(tr("duaalsyncd --help shows what it takes\n"), stderr);
	return ok;
}
