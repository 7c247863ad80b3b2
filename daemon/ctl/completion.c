/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * completion.c - see completion.h. Half of the script is the table: for each command its words and options with the kind of
 * their values. The other half walks along what was typed so far. It needs nothing but bash itself.
 *
 * Kinds: those that "duaalctl complete" asks the daemon for; columns, files and times, which the script knows; "-" for what is
 * not completed: texts, and people, whose names belong in no shell's completion.
 */
#include "ctl/completion.h"

#include <string.h>

#include "ctl/command.h"

static bool is(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

static const char *kind_of(const char *takes, const struct value_spec *value)
{
	switch (value->kind) {
	case VALUE_INSTITUTION:
	case VALUE_INSTITUTIONS: return "institutions";
	case VALUE_HOLD: return "holds";
	case VALUE_WHEN: return "times";
	case VALUE_SINCE: return "past";
	case VALUE_COUNT: return is(value->parameter, "cycle") ? "cycles" : is(value->parameter, "id") ? "drift" : "-";
	default: break;
	}
	if (is(value->parameter, "role"))
		return "roles";
	if (is(takes, "PATH") || is(takes, "FILE") || is(takes, "DIR"))
		return "files";
	if (is(takes, "COLUMNS"))
		return "columns";
	if (is(takes, "CODE"))
		return "reasons";
	return is(takes, "COMMAND") ? "commands" : "-";
}

/* " --until:times"; a flag has no kind. */
static void put_option(FILE *to, const struct option_spec *o)
{
	const char *kind = o->takes != NULL ? kind_of(o->takes, &o->value) : "";
	fprintf(to, " --%s:%s", o->name, kind);
	if (o->letter != 0)
		fprintf(to, " -%c:%s", o->letter, kind);
}

static void put_options(FILE *to, const struct option_spec *options)
{
	for (; options->name != NULL; options++)
		put_option(to, options);
}

static void put_command(FILE *to, const struct command *c)
{
	fprintf(to, "\t\"%s\")\n\t\twords=\"", c->verb);
	for (int i = 0; i < WORDS_MAX && c->words[i].name != NULL; i++)
		fprintf(to, " %s", kind_of(c->words[i].name, &c->words[i].value));
	fputs("\"\n\t\toptions=\"", to);
	for (int i = 0; i < OPTIONS_MAX && c->options[i].name != NULL; i++)
		put_option(to, &c->options[i]);
	if (c->columns != NULL)
		put_options(to, table_options);
	put_options(to, global_options);
	fputs("\"\n\t\tcolumns=\"", to);
	for (size_t i = 0; c->columns != NULL && c->columns[i] != NULL; i++)
		fprintf(to, " %s", c->columns[i]);
	fputs("\" ;;\n", to);
}

static const char head[] = "# SPDX-License-Identifier: EUPL-1.2\n"
			   "# Completion of duaalctl for bash, made from its table of commands.\n\n";

static const char walk[] =
	"# What begins with the word that is being typed, from a list.\n"
	"_duaalctl_list()\n"
	"{\n"
	"\tmapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\")\n"
	"}\n"
	"\n"
	"# Names with commas between: the last one is completed, and none is offered twice.\n"
	"_duaalctl_columns()\n"
	"{\n"
	"\tlocal before='' last=$cur each left=''\n"
	"\tif [[ $cur == *,* ]]; then\n"
	"\t\tbefore=${cur%,*},\n"
	"\t\tlast=${cur##*,}\n"
	"\tfi\n"
	"\tfor each in $columns; do\n"
	"\t\t[[ ,$before == *,$each,* ]] || left+=\" $each\"\n"
	"\tdone\n"
	"\tmapfile -t COMPREPLY < <(compgen -P \"$before\" -W \"$left\" -- \"${last^^}\")\n"
	"}\n"
	"\n"
	"_duaalctl_kind()\n"
	"{\n"
	"\tcase $1 in\n"
	"\t-) ;;\n"
	"\tcolumns) _duaalctl_columns ;;\n"
	"\tpast) _duaalctl_list \"now 10min 1h $(date +%F)\" ;;\n"
	"\tcommands) _duaalctl_list \"$verbs\" ;;\n"
	"\ttimes) _duaalctl_list \"30min 2h 3d 2w $(date +%F)\" ;;\n"
	"\tfiles) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
	"\t*) mapfile -t COMPREPLY < <(\"${COMP_WORDS[0]}\" \"${socket[@]}\" complete \"$1\" ${cur:+\"$cur\"} "
	"2>/dev/null) ;;\n"
	"\tesac\n"
	"}\n"
	"\n"
	"_duaalctl()\n"
	"{\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} verb='' sub='' words='' options='' columns='' verbs='' place=0\n"
	"\tlocal pending='' last='' each i\n"
	"\tlocal socket=() kinds=()\n"
	"\tCOMPREPLY=()\n"
	"\t_duaalctl_command ''\n"
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	"\t\teach=${COMP_WORDS[i]}\n"
	"\t\tif [[ $each == = ]]; then\n" /* bash gives --name=VALUE in three words */
	"\t\t\tcontinue\n"
	"\t\telif [[ -n $pending ]]; then\n"
	"\t\t\t[[ $last == --socket || $last == -s ]] && socket=(--socket \"$each\")\n"
	"\t\t\tpending=''\n"
	"\t\telif [[ $each == -* ]]; then\n"
	"\t\t\tlast=$each\n"
	"\t\t\t[[ \" $options \" == *\" $each:\"* ]] && pending=${options##*\" $each:\"} pending=${pending%% *}\n"
	"\t\telif [[ -z $verb ]]; then\n"
	"\t\t\tverb=$each\n"
	"\t\t\t_duaalctl_command \"$verb\"\n"
	"\t\telif ((place == 0)) && [[ \" $sub \" == *\" $each \"* ]]; then\n"
	"\t\t\tverb+=\" $each\"\n"
	"\t\t\t_duaalctl_command \"$verb\"\n"
	"\t\telse\n"
	"\t\t\tplace=$((place + 1))\n"
	"\t\tfi\n"
	"\tdone\n"
	"\t[[ $cur == = ]] && cur=''\n"
	"\tif [[ -n $pending ]]; then\n"
	"\t\t_duaalctl_kind \"$pending\"\n"
	"\telif [[ $cur == -* ]]; then\n"
	"\t\tlast=''\n"
	"\t\tfor each in $options; do\n"
	"\t\t\t[[ $each == --* ]] && last+=\" ${each%%:*}\"\n"
	"\t\tdone\n"
	"\t\t_duaalctl_list \"$last\"\n"
	"\telif [[ -z $verb ]]; then\n"
	"\t\t_duaalctl_list \"$verbs\"\n"
	"\telif ((place == 0)) && [[ -n $sub ]]; then\n"
	"\t\t_duaalctl_list \"$sub\"\n"
	"\telse\n"
	"\t\tread -ra kinds <<<\"$words\"\n"
	"\t\t((place < ${#kinds[@]})) && _duaalctl_kind \"${kinds[place]}\"\n"
	"\tfi\n"
	"}\n"
	"\n"
	"complete -F _duaalctl duaalctl\n";

/* Those below the verb, or with NULL those that stand alone. */
static void put_verbs(FILE *to, const char *above)
{
	size_t len = above != NULL ? strlen(above) : 0;
	for (const struct command *c = commands; c->verb != NULL; c++) {
		const char *space = strchr(c->verb, ' ');
		if (c->hidden)
			continue;
		if (above == NULL && space == NULL)
			fprintf(to, " %s", c->verb);
		if (above != NULL && space != NULL && len == (size_t)(space - c->verb) &&
		    strncmp(c->verb, above, len) == 0)
			fprintf(to, " %s", space + 1);
	}
}

static void put_sub_verbs(FILE *to)
{
	fputs("\tcase $1 in\n", to);
	for (const struct command *c = commands; c->verb != NULL; c++) {
		const char *space = strchr(c->verb, ' ');
		bool again = c != commands && space != NULL &&
			     strncmp(c[-1].verb, c->verb, (size_t)(space - c->verb) + 1) == 0;
		if (space == NULL || again)
			continue;
		fprintf(to, "\t\"%.*s\") sub=\"", (int)(space - c->verb), c->verb);
		char verb[32];
		snprintf(verb, sizeof(verb), "%.*s", (int)(space - c->verb), c->verb);
		put_verbs(to, verb);
		fputs("\" ;;\n", to);
	}
	fputs("\tesac\n", to);
}

void completion_bash(FILE *to)
{
	fputs(head, to);
	fputs("_duaalctl_command()\n{\n\tsub='' words='' columns=''\n\tcase $1 in\n\t'')\n\t\tverbs=\"", to);
	put_verbs(to, NULL);
	fputs("\"\n\t\toptions=\"", to);
	put_options(to, global_options);
	fputs("\" ;;\n", to);
	for (const struct command *c = commands; c->verb != NULL; c++)
		if (!c->hidden)
			put_command(to, c);
	fputs("\tesac\n", to);
	put_sub_verbs(to);
	fputs("}\n\n", to);
	fputs(walk, to);
}
