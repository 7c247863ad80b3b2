/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * texts.c - the texts for people that stand in tables, as a C file for xgettext: what is shown of a table is in the catalogue, whoever adds
 * a row. po/extract.sh runs it; the texts of calls are found in the sources.
 */
#include <stdio.h>

#include "base/finding_table.h"
#include "base/log_messages.h"
#include "config/setting.h"
#include "control/metric_table.h"
#include "control/status_code_table.h"
#include "control/view.h"
#include "core/reason.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"

/* A note for whoever translates, and the text; NULL or empty: none. */
static void put(const char *note, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	printf("/* TRANSLATORS: %s */\ntr(\"", note);
	for (; *text != '\0'; text++)
		if (*text == '\n')
			fputs("\\n", stdout);
		else
			printf("%s%c", *text == '"' || *text == '\\' ? "\\" : "", *text);
	puts("\");");
}

static void put_option(const char *verb, const struct option_spec *option)
{
	put("the word in capitals behind an option", option->takes);
	put(verb, option->help);
}

static void put_command(const struct command *command)
{
	put("heading in the overview of the commands", command->heading);
	put(command->verb, command->summary);
	put(command->verb, command->text);
	put("after 'Next:'", command->next);
	for (int i = 0; i < WORDS_MAX && command->words[i].name != NULL; i++)
		put("an argument in capitals, as the texts of the commands name it", command->words[i].name);
	for (int i = 0; i < OPTIONS_MAX && command->options[i].name != NULL; i++)
		put_option(command->verb, &command->options[i]);
	for (size_t i = 0; command->columns != NULL && command->columns[i] != NULL; i++)
		put("heading of a column", command->columns[i]);
}

static void put_commands(void)
{
	for (const struct command *command = commands; command->verb != NULL; command++)
		put_command(command);
	for (const struct option_spec *option = global_options; option->name != NULL; option++)
		put_option("option of every command", option);
	for (const struct option_spec *option = table_options; option->name != NULL; option++)
		put_option("option of a command with a table", option);
#define X(name, code, when) put("exit status of duaalctl", when);
	EXIT_CODE_TABLE(X)
#undef X
}

static void put_daemon(void)
{
	for (enum reason reason = 0; reason < REASON_COUNT; reason++)
		put(reason_code(reason), reason_sentence(reason));
	for (enum log_message message = 0; message < LOG_MESSAGE_COUNT; message++) {
		put(log_message_id(message), log_message_cause(message));
		put(log_message_id(message), log_message_remedy(message));
	}
#define X(name, id, what, mend)                                                                                        \
	put(id ": what the doctor looks at", what);                                                                    \
	put(id ": what to do", mend);
	FINDING_TABLE(X)
#undef X
#define X(part, code, meaning) put("code " part "/" code, meaning);
	STATUS_CODE_TABLE(X)
#undef X
#define X(id, name, type, label, help) put("metric " name, help);
	METRIC_TABLE(X)
#undef X
	for (uint32_t i = 0; i < setting_count; i++) {
		put(setting_table[i].key, setting_table[i].help);
		put(setting_table[i].key, setting_table[i].unit);
		put(setting_table[i].key, setting_table[i].derived);
	}
}

/* Codes that duaalctl shows as words. */
static void put_words(void)
{
	for (enum reason reason = 0; reason < REASON_COUNT; reason++)
		if (reason_kind(reason) == REASON_CAUSE)
			put("cause of a change", reason_code(reason));
	enum { WORDS = 16 }; /* of a list: the compiler refuses one more */
	static const struct {
		const char *note, *words[WORDS];
	} lists[] = {
		{"part of the status",
		 {"source", "target", "feed", "ledger", "plan", "drift", "refusals", "freshness", "clock", "holds",
		  "freezes", "directives", "config", "certificates", "institutions"}},
		{"state of a hold", {"approved", "rejected", "accepted", "expired", "over", "open"}},
		{"it needs the right to ...", {"read", "operate", "approve"}},
		{"what the daemon does not accept",
		 {"person", "role", "institution", "until", "reason", "owner", "kind"}},
		{"what began a cycle", {"start", "timer", "date", "operator", "reload"}},
		{"a directive: its kind and its effect",
		 {"request", "include", "exclude", "in-force", "none", "lapsed", "vanished"}},
		{"verdict on a change", {"go", "hold", "refuse"}},
		{"what came of an order", {"done", "not-found", "refused", "failed"}},
		{"what the doctor looked at",
		 {"source", "target", "ledger", "planner", "people", "institutions", "grants", "groups", "requests",
		  "overrides", "roles"}},
		{"a member's value is", {"ours", "by-hand", "being-added", "being-removed", "adopted"}},
	};
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		for (size_t k = 0; k < WORDS && lists[i].words[k] != NULL; k++)
			put(lists[i].note, lists[i].words[k]);
	for (enum part_state state = PART_OK; state <= PART_CRITICAL; state++)
		put("state of a part of the status, and of the whole", part_state_name(state));
	for (enum run_phase phase = RUN_IDLE; phase <= RUN_STOPPING; phase++)
		put("what the daemon is doing", run_phase_name(phase));
	for (unsigned i = 0; i < TOTALS_RESULTS; i++)
		put("result of a cycle", totals_result(i));
}

int main(void)
{
	put_commands();
	put_daemon();
	put_words();
	return 0;
}
