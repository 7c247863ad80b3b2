/* SPDX-License-Identifier: EUPL-1.2 */
/* command.c - see command.h. */
#include "ctl/command.h"

#include "control/interface.h"
#include "ctl/codes.h"
#include "ctl/columns.h"
#include "ctl/doctor_command.h"
#include "ctl/metrics_text.h"

#define METHOD(m) .method = INTERFACE_METHOD(m)

/* Words and options that several commands take. */
/* clang-format off */
#define WORD_HOLD {.name = "ID", .value = {.parameter = "id", .kind = VALUE_HOLD}}
#define WORD_PERSON {.name = "PERSON", .value = {.parameter = "person", .kind = VALUE_PERSON}}
#define WORD_INSTITUTION {.name = "INSTITUTION", .value = {.parameter = "institution", .kind = VALUE_INSTITUTION}}
#define WORD_PLACES {.name = "INSTITUTION|all", .value = {.parameter = "institution", .kind = VALUE_INSTITUTIONS}}
#define WORD_ROLE {.name = "ROLE", .value = {.parameter = "role", .kind = VALUE_TEXT}}
#define WORD_DRIFT {.name = "ID", .value = {.parameter = "id", .kind = VALUE_COUNT, .max = UINT32_MAX}}
/* clang-format on */
#define OPTION_REASON                                                                                                  \
	{                                                                                                              \
		"reason", 'r', "TEXT", "why; it is kept in the audit with your uid and the time",                      \
			{.parameter = "reason", .kind = VALUE_TEXT}, OPTION_REQUIRED                                   \
	}
#define OPTION_REASON_FREE                                                                                             \
	{                                                                                                              \
		"reason", 'r', "TEXT", "why; it is kept in the audit", {.parameter = "reason", .kind = VALUE_TEXT},    \
			OPTION_FREE                                                                                    \
	}
#define OPTION_OWNER                                                                                                   \
	{                                                                                                              \
		"owner", 'o', "TEXT", "who answers for it; shown beside it (default: your uid)",                       \
			{.parameter = "owner", .kind = VALUE_TEXT}, OPTION_FREE                                        \
	}
#define OPTION_UNTIL(need, help)                                                                                       \
	{                                                                                                              \
		"until", 'u', "WHEN", help, {.parameter = "until", .kind = VALUE_WHEN}, need                           \
	}

#define OPTION_AT                                                                                                      \
	{                                                                                                              \
		"at", 'a', "TIME", "as it was then", {.parameter = "at", .kind = VALUE_AT}, OPTION_FREE                \
	}

#define REFUSALS_DEFAULT 1000

#define TEXT_REASON "A reason is asked for, because others will read it in the audit when you are not there. "
#define TEXT_WHEN                                                                                                      \
	"WHEN is 30min, 2h, 3d or 2w from now, a day as 2026-12-01 (to its end) or a time as 2026-12-01T12:00, both "  \
	"in the time zone of your terminal, in which duaalctl also shows times; or a time with its zone as "           \
	"2026-12-01T11:00:00Z. "
#define TEXT_TIME                                                                                                      \
	"TIME is now, 30min, 2h, 3d or 2w ago, a day as 2026-12-01 (from its begin, or to its end) or a time as "      \
	"2026-12-01T12:00, both in the time zone of your terminal; or a time with its zone as "                        \
	"2026-12-01T11:00:00Z. "
#define TEXT_APPROVE "It needs the right to approve. "
#define TEXT_OPERATE "It needs the right to operate. "

/* What "duaalctl complete" tells of; all but the first are the daemon's (control/words_json.c). */
static const char *const completion_kinds[] = {"bash",   "institutions", "kinds",   "roles", "holds",
					       "cycles", "drift",        "reasons", NULL};

#define NEXT_GUARDED                                                                                                   \
	"a cycle has begun; 'duaalctl history' shows what came of it, as soon as it has ended, and 'duaalctl holds' "  \
	"what of it waits for a decision"
#define NEXT_CYCLE "a cycle has begun; 'duaalctl history' shows what came of it, as soon as it has ended"

const struct option_spec global_options[] = {
	{"socket", 's', "PATH", "talk to the daemon at this socket (default " CONTROL_SOCKET ")", {0}, OPTION_FREE},
	{"json", 'j', NULL, "print the daemon's reply as one JSON object", {0}, OPTION_FREE},
	{OPTION_PSEUDONYMISE,
	 0,
	 NULL,
	 "anon-N for whatever names a person, a host or an entry; institutions and roles stay",
	 {0},
	 OPTION_FREE},
	{"help", 'h', NULL, "show help", {0}, OPTION_FREE},
	{"version", 'V', NULL, "show the version", {0}, OPTION_FREE},
	{0},
};

const struct option_spec table_options[] = {
	{"output",
	 'o',
	 "COLUMNS",
	 "only these columns of the table, in this order: names with commas between",
	 {0},
	 OPTION_FREE},
	{"noheadings", 0, NULL, "only the table, without the names of its columns", {0}, OPTION_FREE},
	{"raw",
	 0,
	 NULL,
	 "only the table, for programs: one space between cells, \\x20 within, - for nothing",
	 {0},
	 OPTION_FREE},
	{0},
};

const struct command commands[] = {
	{.heading = "Questions",
	 .verb = "status",
	 .summary = "is everything in order, and when was it last looked at",
	 .text = "The state is that of the worst part. Exit status: 0 ok or notice, 1 warning, 2 critical, 3 not "
		 "running, so that it serves as a monitoring check as it is. Besides the codes below a part has those "
		 "of the rules that hold something, and of the reasons that 'duaalctl why' names.",
	 .options = {{"verbose",
		      'v',
		      NULL,
		      "explain each part that is not ok: what its code means, since when, and what to do",
		      {0},
		      OPTION_FREE}},
	 .more = status_help,
	 .run = ask_command,
	 METHOD("Status"),
	 .show = show_status,
	 .status = status_of_status,
	 .columns = status_columns},
	{.verb = "watch",
	 .summary = "what the daemon does, as it happens",
	 .text = "First how it is now, then each event with its time: cycles, what one that is due waits for, holds, "
		 "orders, parts of the status that change, the configuration. On a terminal the last line shows the "
		 "phase and how far it is: entries "
		 "read, of how many last time, or changes written, of how many; elsewhere a line for each phase. With "
		 "--json one object a line for each event, numbered: where numbers are missing this end did not read "
		 "fast enough. Ctrl-C, SIGTERM or --for ends it: exit status 0; 3 the daemon stopped.",
	 .options = {{"for", 0, "SPAN", "end after 30s, 5min, 2h or 7d (default: go on)", {0}, OPTION_FREE}},
	 .run = watch_command},
	{.verb = "plan",
	 .summary = "what would change now, why, and what is held",
	 .text = "Shows the changes that are not carried out yet, by institution, with cause and verdict, and the "
		 "rules that hold some back. At most 1000 changes are shown. With --ldif all that would be written "
		 "now, exactly, as ldapmodify takes it; what is held is not among it. Exit status with --exit-code: 0 "
		 "in step, 4 something would change, is held, or cannot be told. With --config what the policy of "
		 "another configuration "
		 "file would do with what was read last: of policy, guard, drift, directives and the like the settings "
		 "that differ are sent, judged again by the daemon, and nothing is changed by it; that needs the right "
		 "to operate. What else differs in FILE is named and no part of that plan.",
	 .options = {{"limit",
		      'n',
		      "N",
		      "show at most N changes",
		      {.parameter = "limit", .kind = VALUE_COUNT, PLAN_MAX, .fallback = PLAN_MAX},
		      OPTION_FREE},
		     {"exit-code", 0, NULL, "say by the exit status whether anything would change", {0}, OPTION_FREE},
		     {"ldif", 0, NULL, "print what would be written, as LDIF", {0}, OPTION_FREE},
		     {"config",
		      'c',
		      "FILE",
		      "what it would be with the policy of this configuration file",
		      {0},
		      OPTION_FREE}},
	 .run = plan_command,
	 METHOD("Plan"),
	 .show = show_plan,
	 .status = status_of_plan,
	 .columns = plan_columns},
	{.verb = "why",
	 .summary = "why somebody has, lacks, or had access",
	 .text = "PERSON is a vo-id, a login, a mail address or a name; - asks for it, so that it stands in no history "
		 "of a shell; there, and only there, a national number may be typed too, which is written nowhere and "
		 "needs the right to operate. Shows each way to access with its facts, or the nearest condition that "
		 "fails and who can mend it. Exit status: 0 has access, 1 has not, 2 nobody or several people answer "
		 "to it, or neither directory knows the institution. With --at: what the ledger has on record about "
		 "that moment, and what it does not know; exit "
		 "status 0 had access, 1 had none, 2 it is not on record. " TEXT_TIME,
	 .words = {WORD_PERSON,
		   {.name = "INSTITUTION",
		    .value = {.parameter = "institution", .kind = VALUE_INSTITUTION},
		    .optional = true}},
	 .options = {{"role", 'r', "ROLE", "only this role", {.parameter = "role", .kind = VALUE_TEXT}, OPTION_FREE},
		     OPTION_AT},
	 .run = why_command,
	 METHOD("Why"),
	 .show = show_why,
	 .status = status_of_why},
	{.verb = "institution",
	 .summary = "one institution: admission, administrators, groups, people; or all",
	 .text = "INSTITUTION is a number of 1 to 6 digits; leading zeros do not matter. Exit status 2: neither "
		 "directory knows it. With --at: who had access there at that moment, as the ledger has it on record; "
		 "exit status 2: it is not on record. With --all: a line for each institution that either directory "
		 "knows. KIND is as the column KIND shows it. " TEXT_TIME,
	 .words = {{.name = "INSTITUTION",
		    .value = {.parameter = "number", .kind = VALUE_INSTITUTION},
		    .optional = true}},
	 .options = {OPTION_AT,
		     {"all", 0, NULL, "every institution, a line each", {0}, OPTION_FREE},
		     {"admitted", 0, NULL, "of all: only those that are admitted", {0}, OPTION_FREE},
		     {"not-admitted", 0, NULL, "of all: only those that are not", {0}, OPTION_FREE},
		     {"held",
		      0,
		      NULL,
		      "of all: only those with a hold or a freeze",
		      {.parameter = "held", .kind = VALUE_FLAG},
		      OPTION_FREE},
		     {"kind",
		      'k',
		      "KIND",
		      "of all: only of this kind, as the source names it",
		      {.parameter = "kind", .kind = VALUE_TEXT},
		      OPTION_FREE}},
	 .run = institution_command,
	 METHOD("Institution"),
	 .show = show_institution,
	 .columns = places_columns},
	{.verb = "refusals",
	 .summary = "what the source says that is unclear, and who can mend it",
	 .text = "A line for each value, person, institution, grant or right group of the source that cannot be read "
		 "or does not say clearly what it means: as many as the part refusals of 'duaalctl status' counts. "
		 "They give nobody access, and take none away. VALUE is what stands there, ENTRY where; of what looks "
		 "like a national number the digits are hidden. CODE is one that 'duaalctl help refusals' lists. Exit "
		 "status 2: nothing names that institution, and neither directory knows it.",
	 .options = {{"reason",
		      'r',
		      "CODE",
		      "only of this code, as number-malformed",
		      {.parameter = "reason", .kind = VALUE_UNCLEAR},
		      OPTION_FREE},
		     {"institution",
		      'i',
		      "INSTITUTION",
		      "only what names this one",
		      {.parameter = "institution", .kind = VALUE_INSTITUTION},
		      OPTION_FREE},
		     {"number",
		      'n',
		      "N",
		      "show at most N (default 1000)",
		      {.parameter = "limit", .kind = VALUE_COUNT, UINT32_MAX, .fallback = REFUSALS_DEFAULT},
		      OPTION_FREE}},
	 .run = refusals_command,
	 METHOD("Refusals"),
	 .show = show_unclear,
	 .more = codes_unclear_help,
	 .columns = refusals_columns},
	{.verb = "history",
	 .summary = "the last cycles",
	 .text = "Newest first. The numbers are those that 'duaalctl undo' takes.",
	 .options = {{"number",
		      'n',
		      "N",
		      "show N cycles (default 20, at most 200)",
		      {.parameter = "limit", .kind = VALUE_COUNT, HISTORY_MAX, .fallback = HISTORY_DEFAULT},
		      OPTION_FREE}},
	 .run = ask_command,
	 METHOD("History"),
	 .show = show_history,
	 .columns = history_columns},

	{.verb = "metrics",
	 .summary = "numbers for monitoring, as Prometheus reads them",
	 .text = "Prints what the daemon counts in the text format that Prometheus and the textfile collector of its "
		 "node exporter read. No label names a person or an institution. Where the daemon does not answer, "
		 "duaalsync_up is 0 and nothing else is told, with exit status 3 or 76; so a file that a timer keeps "
		 "is never older than the timer.",
	 .options = {{"openmetrics", 0, NULL, "print OpenMetrics 1.0 instead", {0}, OPTION_FREE},
		     {"textfile",
		      'f',
		      "PATH",
		      "write it there, whole or not at all, readable for everybody",
		      {0},
		      OPTION_FREE},
		     {"label",
		      'l',
		      "TEXT",
		      "put this label, as daemon=west, on every sample: where several instances are watched",
		      {0},
		      OPTION_FREE}},
	 .run = metrics_command,
	 .more = metrics_help},

	{.verb = "changes",
	 .summary = "what was granted and revoked, when and why",
	 .text = "From the ledger, newest first. PERSON is a vo-id, a login, a mail address or a name; somebody whom "
		 "the source does not show any more is found by vo-id, or by the name that the ledger keeps. Where the "
		 "names were erased (duaalctl forget, or the retention) the change is shown without them; exit status "
		 "2: neither names anybody so, or neither directory knows the institution and nothing is on record "
		 "there. WORD is what the column CAUSE shows, or WHY within brackets: one that 'duaalctl help changes' "
		 "lists. " TEXT_TIME,
	 .options = {{"person",
		      'p',
		      "PERSON",
		      "only this person",
		      {.parameter = "person", .kind = VALUE_PERSON},
		      OPTION_FREE},
		     {"institution",
		      'i',
		      "INSTITUTION",
		      "only there",
		      {.parameter = "institution", .kind = VALUE_INSTITUTION},
		      OPTION_FREE},
		     {"role", 'r', "ROLE", "only this role", {.parameter = "role", .kind = VALUE_TEXT}, OPTION_FREE},
		     {"since", 0, "TIME", "from then on", {.parameter = "since", .kind = VALUE_SINCE}, OPTION_FREE},
		     {"until", 0, "TIME", "up to then", {.parameter = "until", .kind = VALUE_AT}, OPTION_FREE},
		     {"cause",
		      'c',
		      "WORD",
		      "only of this cause or reason",
		      {.parameter = "cause", .kind = VALUE_CAUSE},
		      OPTION_FREE},
		     {"number",
		      'n',
		      "N",
		      "show N changes (default 50, at most 1000)",
		      {.parameter = "limit", .kind = VALUE_COUNT, CHANGES_MAX, .fallback = CHANGES_DEFAULT},
		      OPTION_FREE}},
	 .run = changes_command,
	 METHOD("Changes"),
	 .show = show_past_changes,
	 .more = codes_of_changes_help,
	 .columns = changes_columns},
	{.verb = "reads",
	 .summary = "the certificates of past reads: what was proven, and how much was there",
	 .text = "Newest first, of both directories. A read that was not complete has no snapshot, and changed "
		 "nothing.",
	 .options = {{"number",
		      'n',
		      "N",
		      "show N reads (default 20, at most 500)",
		      {.parameter = "limit", .kind = VALUE_COUNT, READS_MAX, .fallback = READS_DEFAULT},
		      OPTION_FREE}},
	 .run = ask_command,
	 METHOD("Reads"),
	 .show = show_reads,
	 .columns = reads_columns},

	{.verb = "statistics",
	 .summary = "week by week: grants, revocations, holds, failed cycles, how fast",
	 .text = "From the ledger, oldest first, weeks from Monday on; the last one is not over. LATENCY is how long "
		 "it took from the begin of the read that showed a change to the directory's answer: of half of them "
		 "at most so long, and the longest. Below it a chart of grants and revocations.",
	 .options = {{"weeks",
		      'w',
		      "N",
		      "show N weeks (default 8, at most 104)",
		      {.parameter = "weeks", .kind = VALUE_COUNT, WEEKS_MAX, .fallback = WEEKS_DEFAULT},
		      OPTION_FREE}},
	 .run = ask_command,
	 METHOD("Statistics"),
	 .show = show_statistics,
	 .columns = statistics_columns},

	{.verb = "doctor",
	 .summary = "prove the configuration against the live servers, writing nothing",
	 .text = "Each helper examines its side between two cycles, within 60 seconds; a cycle that is due waits for "
		 "it. What needs mending "
		 "comes first, with the command that mends it. Whether we may write is found out by adding to a group "
		 "a value that it has, and deleting one that it has not, in one modify, "
		 "which every server refuses as a whole. It puts the load of a "
		 "whole read on both "
		 "servers. Exit status: 0 nothing to mend, 1 warnings, 2 critical. " TEXT_OPERATE,
	 .run = doctor_command,
	 .status = status_of_doctor,
	 .more = doctor_help,
	 .columns = doctor_columns},

	{.heading = "What waits for a decision",
	 .verb = "holds",
	 .summary = "what is held; with ID: its evidence, and how to decide",
	 .text = "Without ID: every hold that waits or was decided and is not over, and the commands that decide. With "
		 "ID: the rule and its numbers, each change with its cause and what the source says, the proof of the "
		 "reads, what changed there lately, and what happens when nobody decides.",
	 .words = {{.name = "ID", .value = {.parameter = "id", .kind = VALUE_HOLD}, .optional = true}},
	 .run = holds_command,
	 .columns = holds_columns},
	{.verb = "approve",
	 .summary = "carry out exactly what a hold lists",
	 .text = "Covers what 'duaalctl holds ID' listed and nothing else: what is no longer wanted falls away and is "
		 "named, what is new forms another hold. Give the whole id, so that what you approve is what you "
		 "read. " TEXT_REASON TEXT_APPROVE,
	 .words = {WORD_HOLD},
	 .options = {OPTION_REASON},
	 .order = true,
	 .run = ask_command,
	 METHOD("Approve"),
	 .show = show_order,
	 .next = NEXT_CYCLE},
	{.verb = "reject",
	 .summary = "leave what a hold lists as it is",
	 .text = "What it lists is not carried out until what the source says about it changes. " TEXT_REASON
		 TEXT_APPROVE,
	 .words = {WORD_HOLD},
	 .options = {OPTION_REASON},
	 .order = true,
	 .run = ask_command,
	 METHOD("Reject"),
	 .show = show_order,
	 .next = "'duaalctl holds' lists it until the source says something else; it is judged again then"},
	{.verb = "accept-source",
	 .summary = "the source is older than before, and that is meant so",
	 .text = "Ends a hold of the rule rule-source-went-back, after the government's directory was put back on "
		 "purpose. It lifts that rule only: what follows from the older data is judged as ever. " TEXT_REASON
			 TEXT_APPROVE,
	 .words = {WORD_HOLD},
	 .options = {OPTION_REASON},
	 .order = true,
	 .run = ask_command,
	 METHOD("AcceptSource"),
	 .show = show_order,
	 .next = "the cycle that has just begun judges what follows from it; 'duaalctl plan' shows that"},
	{.verb = "accept-clock",
	 .summary = "the clock of the daemon's machine is right, wherever it stands",
	 .text = "For when the part clock of 'duaalctl status' says that the clock is ahead or behind, and it is "
		 "right: as after the machine was off for weeks. TODAY is the day in Belgium, such as 2026-09-01, from "
		 "a calendar and not from that clock. What ended meanwhile ends with the cycle that begins then. A "
		 "clock that is wrong needs no word: put it right. " TEXT_REASON TEXT_APPROVE,
	 .words = {{.name = "TODAY", .value = {.parameter = "today", .kind = VALUE_TEXT}}},
	 .options = {OPTION_REASON},
	 .order = true,
	 .run = ask_command,
	 METHOD("AcceptClock"),
	 .show = show_order,
	 .next = NEXT_CYCLE},

	{.heading = "Requests, overrides and hand edits",
	 .verb = "directives",
	 .summary = "those that stand in the directory, and which have no effect",
	 .text = "They are entries below ou=requests and ou=overrides; the commands below write them, and any LDAP "
		 "tool may.",
	 .run = ask_command,
	 METHOD("Directives"),
	 .show = show_directives,
	 .columns = directives_columns},
	{.verb = "request",
	 .summary = "admit an institution of adult education",
	 .text = "Records that the institution asked to be admitted (R2). " TEXT_WHEN TEXT_REASON TEXT_APPROVE,
	 .words = {WORD_INSTITUTION},
	 .options = {OPTION_REASON, OPTION_OWNER, OPTION_UNTIL(OPTION_FREE, "when it ends (default: never)")},
	 .order = true,
	 .run = ask_command,
	 METHOD("Request"),
	 .show = show_order,
	 .next = NEXT_CYCLE},
	{.verb = "unrequest",
	 .summary = "take the request back",
	 .text = "The institution is no longer admitted, and its people lose access, as far as the guard lets "
		 "it. " TEXT_REASON TEXT_APPROVE,
	 .words = {WORD_INSTITUTION},
	 .options = {OPTION_REASON},
	 .order = true,
	 .run = ask_command,
	 METHOD("Unrequest"),
	 .show = show_order,
	 .next = NEXT_CYCLE},
	{.verb = "pin",
	 .summary = "let somebody in, or with --exclude keep somebody out",
	 .text = "Writes an override. It beats what the source says; keeping out beats letting in. It ends after at "
		 "most 90 days and is announced before. PERSON is a vo-id, a login, a mail address or a "
		 "name. " TEXT_WHEN TEXT_REASON TEXT_APPROVE,
	 .words = {WORD_PERSON, WORD_INSTITUTION, WORD_ROLE},
	 .options = {{"exclude",
		      'x',
		      NULL,
		      "keep the person out",
		      {.parameter = "exclude", .kind = VALUE_FLAG},
		      OPTION_FREE},
		     OPTION_REASON,
		     OPTION_OWNER,
		     OPTION_UNTIL(OPTION_FREE, "when it ends (default and at most: in 90 days)")},
	 .order = true,
	 .run = ask_command,
	 METHOD("Pin"),
	 .show = show_order,
	 .next = NEXT_CYCLE},
	{.verb = "unpin",
	 .summary = "take an override away: the source decides again",
	 .text = "PERSON is a vo-id, a login, a mail address or a name. " TEXT_REASON TEXT_APPROVE,
	 .words = {WORD_PERSON, WORD_INSTITUTION, WORD_ROLE},
	 .options = {OPTION_REASON},
	 .order = true,
	 .run = ask_command,
	 METHOD("Unpin"),
	 .show = show_order,
	 .next = NEXT_CYCLE},

	{.verb = "drift",
	 .summary = "hand edits: who, when, what will happen, how to keep them",
	 .text = "Every difference that people made in the application's directory. Each has a number for the commands "
		 "below it.",
	 .run = ask_command,
	 METHOD("Drift"),
	 .show = show_drift,
	 .columns = drift_columns},
	{.verb = "drift adopt",
	 .summary = "keep a hand edit",
	 .text = "Writes the override that keeps it: what was added is included, what was removed is excluded. It ends "
		 "after at most 90 days. " TEXT_WHEN TEXT_REASON TEXT_APPROVE,
	 .words = {WORD_DRIFT},
	 .options = {OPTION_REASON, OPTION_UNTIL(OPTION_FREE, "when it ends (default and at most: in 90 days)")},
	 .order = true,
	 .run = ask_command,
	 METHOD("DriftAdopt"),
	 .show = show_order,
	 .next = NEXT_CYCLE},
	{.verb = "drift undo",
	 .summary = "put a hand edit right without waiting",
	 .text = "What was added is taken out, what was removed is put back. " TEXT_REASON TEXT_APPROVE,
	 .words = {WORD_DRIFT},
	 .options = {OPTION_REASON},
	 .order = true,
	 .run = ask_command,
	 METHOD("DriftUndo"),
	 .show = show_order,
	 .next = NEXT_CYCLE},

	{.heading = "Steering",
	 .verb = "sync",
	 .summary = "look now, do not wait for the next run",
	 .text = "Asks for a cycle that begins after now; many at once are one cycle. With --wait the progress is "
		 "shown until it has "
		 "ended: exit status 0 in step or applied, 2 failed, 4 a part is held. " TEXT_OPERATE,
	 .options = {{"wait",
		      'w',
		      NULL,
		      "stay until the cycle has ended, and show its progress",
		      {.parameter = "wait", .kind = VALUE_FLAG},
		      OPTION_FREE}},
	 .order = true,
	 .run = sync_command},
	{.verb = "wait",
	 .summary = "until all is in step, or a person's access is as it should be",
	 .text = "Stays until it is so, and costs nothing meanwhile. With --in-step nothing is left to do. With "
		 "--until-applied nothing is left to do about this person, by a cycle that began after this command, "
		 "or as --newer-than says; a vo-id that neither directory showed meanwhile ends it with exit status 2. "
		 "With --newer-than alone both directories were read whole, by a cycle that began later than TIME, "
		 "which is now, 10min or 2h (ago), a day as 2026-12-01 (from its begin) or a time as 2026-12-01T12:00. "
		 "Where only changes are left that are held, or that the directory refuses, it ends too. Exit status 0 "
		 "it is so, 2 nobody goes by that vo-id, 4 held, 5 refused, 6 the time is over.",
	 .options = {{"in-step",
		      0,
		      NULL,
		      "until nothing is left to do",
		      {.parameter = "in_step", .kind = VALUE_FLAG},
		      OPTION_FREE},
		     {"until-applied",
		      0,
		      "PERSON",
		      "until nothing is left to do about this person",
		      {.parameter = "person", .kind = VALUE_PERSON},
		      OPTION_FREE},
		     {"newer-than",
		      0,
		      "TIME",
		      "by what was read later than TIME",
		      {.parameter = "newer_than", .kind = VALUE_SINCE},
		      OPTION_FREE},
		     {"timeout",
		      0,
		      "SPAN",
		      "no longer than 30s, 5min, 2h or 7d (default: for ever)",
		      {.patience = true},
		      OPTION_FREE},
		     {"sync", 0, NULL, "ask for a cycle too; it needs the right to operate", {0}, OPTION_FREE}},
	 .run = wait_command},
	{.verb = "freeze",
	 .summary = "keep an institution, or all, as it is",
	 .text = "Nothing changes there, except that end dates and excludes go on working, where the daemon is not "
		 "paused. It is kept over restarts. " TEXT_WHEN TEXT_REASON TEXT_OPERATE,
	 .words = {WORD_PLACES},
	 .options = {OPTION_REASON, OPTION_UNTIL(OPTION_FREE, "when it ends (default: with 'duaalctl thaw')")},
	 .order = true,
	 .run = ask_command,
	 METHOD("Freeze"),
	 .show = show_freeze},
	{.verb = "thaw",
	 .summary = "end a freeze",
	 .text = "What waited is judged as ever. " TEXT_OPERATE,
	 .words = {WORD_PLACES},
	 .options = {OPTION_REASON_FREE},
	 .order = true,
	 .run = ask_command,
	 METHOD("Thaw"),
	 .show = show_order,
	 .next = NEXT_CYCLE},
	{.verb = "pause",
	 .summary = "nobody's access changes, not even by end dates",
	 .text = "Nobody's access changes, not even by end dates and excludes; both directories are still read and "
		 "every question is "
		 "answered. Requests and overrides can be written; they take effect afterwards. It is kept "
		 "over restarts. " TEXT_WHEN TEXT_REASON TEXT_OPERATE,
	 .options = {OPTION_REASON, OPTION_UNTIL(OPTION_FREE, "when it ends (default: with 'duaalctl resume')")},
	 .order = true,
	 .run = ask_command,
	 METHOD("Pause"),
	 .show = show_pause},
	{.verb = "resume",
	 .summary = "end a pause",
	 .text = "What waited is judged as ever. " TEXT_OPERATE,
	 .options = {OPTION_REASON_FREE},
	 .order = true,
	 .run = ask_command,
	 METHOD("Resume"),
	 .show = show_order,
	 .next = NEXT_CYCLE},
	{.verb = "undo",
	 .summary = "put back what a cycle changed, and keep it so for a while",
	 .text = "Plans the inverse of the cycle ('duaalctl history' shows them) through the guard, leaves alone and "
		 "lists what was "
		 "changed since, and keeps the rest so until WHEN; else the next cycle would do it again. " TEXT_WHEN
			 TEXT_REASON "'duaalctl redo' ends it sooner. " TEXT_APPROVE,
	 .words = {{.name = "CYCLE", .value = {.parameter = "cycle", .kind = VALUE_COUNT, .max = UINT32_MAX}}},
	 .options = {OPTION_UNTIL(OPTION_REQUIRED, "how long it is kept so; then the source decides again"),
		     OPTION_REASON},
	 .order = true,
	 .run = ask_command,
	 METHOD("Undo"),
	 .show = show_order,
	 .next = NEXT_GUARDED},
	{.verb = "redo",
	 .summary = "end an undo before its time",
	 .text = "The source decides again about what the undo of this cycle kept, through the guard. "
		 "'duaalctl status' names the cycles that are undone. " TEXT_REASON TEXT_APPROVE,
	 .words = {{.name = "CYCLE", .value = {.parameter = "cycle", .kind = VALUE_COUNT, .max = UINT32_MAX}}},
	 .options = {OPTION_REASON},
	 .order = true,
	 .run = ask_command,
	 METHOD("Redo"),
	 .show = show_order,
	 .next = NEXT_GUARDED},

	{.heading = "The record, and help",
	 .verb = "audit",
	 .summary = "prove that the record was not altered, or take it out",
	 .text = "--verify walks the chain of the ledger; exit status 2: it is broken. Compare the head with those "
		 "that the journal has every hour. --export prints every row as a JSON object, one a line; with --json "
		 "one part of them as the daemon answers it, with the row to go on from.",
	 .options = {{"verify", 0, NULL, "walk the chain", {0}, OPTION_CHOICE},
		     {"export", 0, NULL, "print the rows", {0}, OPTION_CHOICE},
		     {"from",
		      0,
		      "ROW",
		      "begin with this row",
		      {.parameter = "from", .kind = VALUE_COUNT, INT64_MAX},
		      OPTION_FREE}},
	 .run = audit_command},
	{.verb = "forget",
	 .summary = "take what names somebody out of the record",
	 .text = "The chain stays provable. It is refused while the person has access or the right. What the "
		 "directories say about the person is recorded anew when it changes again. PERSON is a "
		 "vo-id. Exit status 2: nothing of this person was on record. " TEXT_REASON TEXT_APPROVE,
	 .words = {WORD_PERSON},
	 .options = {OPTION_REASON},
	 .order = true,
	 .run = ask_command,
	 METHOD("Forget"),
	 .show = show_forgotten,
	 .status = status_of_forget,
	 .next = "'duaalctl audit --verify' proves that the chain still holds"},
	{.verb = "support-bundle",
	 .summary = "all that helps a stranger to help, in one file that names nobody",
	 .text = "Writes an archive with what status, plan, holds, drift, directives, history, reads, statistics, "
		 "metrics, audit --verify and doctor say, the configuration, the versions, and what was told to the "
		 "journal in seven days; everything as with --pseudonymise, and its README.txt says what was replaced. "
		 "Without FILE it has a name with the time, in this folder. A file that is there already is left "
		 "alone. It can be read by you alone (mode 0600). Where the daemon does not answer, the rest is in it. "
		 "The configuration and the journal need root. The doctor needs the right to operate and puts the load "
		 "of a whole read on both servers.",
	 .words = {{.name = "FILE", .optional = true}},
	 .options = {{"config",
		      'c',
		      "PATH",
		      "the configuration of this instance (default: the one that the daemon reads)",
		      {0},
		      OPTION_FREE},
		     {"journal", 0, "DIR", "the journal in this folder instead of this machine's", {0}, OPTION_FREE},
		     {"no-doctor", 0, NULL, "leave the doctor out", {0}, OPTION_FREE}},
	 .run = support_command},
	{.verb = "help",
	 .summary = "show help",
	 .text = "Shows all commands, or everything about one.",
	 .words = {{"COMMAND", {0}, .optional = true}, {"SUB-COMMAND", {0}, .optional = true}},
	 .run = help_command},
	{.verb = "complete",
	 .summary = "words for a shell's completion",
	 .text = "KIND is bash (the whole script), institutions, kinds, roles, holds, cycles, drift or reasons: the "
		 "words of the live daemon that begin with BEGIN, at most 200.",
	 .words = {{.name = "KIND", .value = {.parameter = "kind", .kind = VALUE_CHOICE, .choices = completion_kinds}},
		   {.name = "BEGIN", .value = {.parameter = "begin", .kind = VALUE_TEXT}, .optional = true}},
	 .run = complete_command,
	 .hidden = true},
	{0},
};
