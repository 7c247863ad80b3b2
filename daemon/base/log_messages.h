/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log_messages.h - the catalogue of messages: id, level, cause and remedy. One table for the log, --help-messages and tests.
 *
 *   X(NAME, "DS0101", LEVEL, "cause", "remedy")
 *
 * Ids are never used again. 01xx start and stop, 02xx source, 03xx target, 04xx ledger, 05xx guard and plan, 06xx socket,
 * 07xx configuration, 08xx helpers.
 */
#ifndef DUAAL_BASE_LOG_MESSAGES_H
#define DUAAL_BASE_LOG_MESSAGES_H

enum log_level {
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_INFO,
	LOG_LEVEL_NOTICE,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_ERROR,
	LOG_LEVEL_CRITICAL
};

/* clang-format off */
#define LOG_MESSAGE_TABLE(X) \
	X(STARTED, "DS0101", NOTICE, "the daemon has started", "nothing to do") \
	X(READY, "DS0102", INFO, "the ledger is loaded and the socket answers", "nothing to do") \
	X(STOPPING, "DS0103", NOTICE, "the daemon was asked to stop", "nothing to do") \
	X(FATAL, "DS0104", CRITICAL, "the daemon cannot go on", "follow the sentence; the directory is as it was") \
	X(CLOCK_OFF, "DS0105", CRITICAL, "the machine's clock was set, or the machine was off or stood still for long; dates go by the time that has provably passed", "put the machine's clock right, or say that it is right with duaalctl accept-clock and today's date") \
	X(CLOCK_RIGHT, "DS0106", NOTICE, "the machine's clock was put right, or somebody accepted it", "nothing to do") \
	X(CLOCK_LEAP, "DS0107", NOTICE, "the machine's clock leapt ahead by no more than a month; it is believed, because no date lies in between", "nothing to do, if the machine was off or stood still for so long") \
	X(CYCLE_DONE, "DS0110", INFO, "a cycle ended", "nothing to do") \
	X(CYCLE_CHANGED, "DS0111", NOTICE, "a cycle changed access", "nothing to do; duaalctl history and duaalctl why tell more") \
	X(CYCLE_FAILED, "DS0112", ERROR, "a cycle could not be finished", "follow the sentence; it is tried again with a growing pause") \
	X(SOURCE_UNREAD, "DS0201", ERROR, "the source could not be read completely; nobody loses access by it", "follow the sentence: connection, credentials, limits, ACL or schema of the source") \
	X(SOURCE_READ, "DS0202", DEBUG, "the source was read completely", "nothing to do") \
	X(SOURCE_WENT_BACK, "DS0203", CRITICAL, "the source shows older data than was already applied", "ask the source's administrators whether a backup was restored or a replica lags; what it says waits until it has caught up, or until duaalctl accept-source if it is meant so") \
	X(SOURCE_AMBIGUOUS, "DS0204", CRITICAL, "two source entries claim to be the same person", "ask the Edison helpdesk to clear it; both keep what they have for at most 7 days") \
	X(SOURCE_REFUSED, "DS0205", WARNING, "values of the source give nothing because they cannot be read or do not count", "duaalctl why PERSON tells which and who can mend it") \
	X(SERVER_PASSED_OVER, "DS0206", WARNING, "a directory was read from another server than the first, because that one cannot be used or lags", "mend the server that the sentence names; the first is used again by itself") \
	X(SOURCE_OTHER, "DS0207", NOTICE, "another server of the source was read than before, whose position cannot be compared", "make sure that its directory is not behind the one that was read before") \
	X(TARGET_UNREAD, "DS0301", ERROR, "the application's directory could not be read completely; nothing is written", "follow the sentence") \
	X(TARGET_REFUSED, "DS0302", WARNING, "the application's directory refused a change", "follow the result code: 50 the ACL, 19 the constraint overlay, 65 the schema, 122 somebody else was there") \
	X(TARGET_STOPPED, "DS0303", ERROR, "the application's directory takes no changes at all (full, read-only, gone)", "mend the directory; the plan is made again afterwards") \
	X(TARGET_UNFENCED, "DS0304", WARNING, "the application's directory does not know assertions (RFC 4528)", "changes by others in the same second may be overlooked; use a server with assertions") \
	X(MEMBER_GRANTED, "DS0310", INFO, "somebody was given access", "nothing to do") \
	X(MEMBER_REVOKED, "DS0311", NOTICE, "somebody's access was taken away", "nothing to do; duaalctl why PERSON tells the reason") \
	X(GROUP_EMPTIED, "DS0312", WARNING, "a role group of one lost its only member", "nobody at this institution holds the role now; its head local administrator can grant it") \
	X(ENTRY_CHANGED, "DS0313", NOTICE, "attributes of an entry of ours were not as they should be (a hand edit, another configuration, a new name at the source), and were put right", "nothing to do; whoever edits them by hand should know that duaalsync puts them back") \
	X(LEDGER_FAILED, "DS0401", CRITICAL, "the ledger cannot be written, so nothing is written to the directory", "follow the sentence: disk space, permissions, or a damaged file") \
	X(LEDGER_NEW, "DS0402", NOTICE, "the ledger is new: what is found in the target is adopted", "duaalctl status shows what was adopted") \
	X(LEDGER_HEAD, "DS0403", NOTICE, "the head of the ledger's chain, for whoever compares it later", "nothing to do; keep the journal: duaalctl audit --verify shows the present head") \
	X(LEDGER_OLD, "DS0404", CRITICAL, "the ledger is older than what we wrote into the directory, as after a restored backup: removals wait", "look at duaalctl holds, then approve or reject; if a newer ledger exists, stop the daemon and put that one in place") \
	X(FORGOTTEN, "DS0405", NOTICE, "what names a person was taken out of the ledger", "nothing to do; the chain stays provable") \
	X(HELD, "DS0501", WARNING, "the guard holds a part of the plan; that part stays as it is", "duaalctl plan shows what is held and by which rule") \
	X(DRIFT, "DS0502", WARNING, "somebody changed our groups by hand", "duaalctl drift names the entry, who wrote it last, what will be done and when, and the command that keeps the edit") \
	X(FOREIGN, "DS0503", WARNING, "an entry without our marker stands where ours should be", "rename or remove it, or give it our marker") \
	X(HOLD_OPENED, "DS0504", WARNING, "changes wait for a decision", "duaalctl holds ID shows them with their evidence; then duaalctl approve or reject") \
	X(HOLD_EXPIRED, "DS0505", WARNING, "nobody decided about a hold in time; nothing of it happened", "what is still wanted forms another hold: duaalctl holds") \
	X(HOLD_EXPIRES_SOON, "DS0506", WARNING, "a hold expires within a day without a decision", "duaalctl holds ID, then approve or reject") \
	X(DECIDED, "DS0507", NOTICE, "somebody decided about a hold", "nothing to do; duaalctl holds ID and duaalctl audit --export tell more") \
	X(SCOPE_CHANGED, "DS0508", WARNING, "the configuration changed what is covered; the removals that follow from it wait", "duaalctl holds shows them; approve if the change was meant so, else put the setting back") \
	X(FROZEN, "DS0510", NOTICE, "somebody froze an institution or all of them", "nothing to do; duaalctl thaw ends it") \
	X(THAWED, "DS0511", NOTICE, "somebody ended a freeze", "nothing to do") \
	X(PAUSED, "DS0512", WARNING, "somebody paused the daemon: nobody's access changes, not even at end dates", "duaalctl resume ends it") \
	X(RESUMED, "DS0513", NOTICE, "somebody ended the pause", "nothing to do") \
	X(LAPSED, "DS0514", NOTICE, "a freeze, a pause or an undo ended at its time", "nothing to do") \
	X(UNDONE, "DS0515", NOTICE, "somebody undid a cycle, or ended an undo", "nothing to do; duaalctl status shows what is kept so, and until when") \
	X(DIRECTIVE_WRITTEN, "DS0520", NOTICE, "a request or override was written or taken out", "nothing to do; duaalctl directives lists them") \
	X(DIRECTIVE_REFUSED, "DS0521", WARNING, "a request or override could not be written or taken out", "follow the sentence: the ACL of the directives, or somebody else's entry") \
	X(DRIFT_DECIDED, "DS0522", NOTICE, "somebody decided about a hand edit", "nothing to do; duaalctl drift shows what is left") \
	X(ORDER_REFUSED, "DS0523", NOTICE, "an order was not carried out", "follow the sentence") \
	X(CONTROL_REFUSED, "DS0601", NOTICE, "a call on the socket was refused", "the caller's user needs the group that the answer names") \
	X(CONTROL_REQUEST, "DS0602", NOTICE, "somebody asked for something that changes the daemon's doing", "nothing to do") \
	X(CONTROL_FAILED, "DS0603", ERROR, "the socket cannot be served", "follow the sentence") \
	X(PERSON_SOUGHT, "DS0604", NOTICE, "somebody searched the source by a national number, which is written nowhere", "nothing to do; who may is the group control.operate_group") \
	X(CONFIG_FAULT, "DS0701", ERROR, "the configuration has a fault", "mend file, line and key as named") \
	X(CONFIG_RELOADED, "DS0702", NOTICE, "the configuration was read again and is in force", "nothing to do") \
	X(CONFIG_KEPT, "DS0703", ERROR, "the new configuration has faults; the old one stays in force", "mend the named faults and reload again") \
	X(HELPER_ENDED, "DS0801", WARNING, "a helper ended; its work counts as failed and is tried again", "if it repeats: the directory stalls, or the helper crashes; see the sentence") \
	X(HELPER_STARTED, "DS0802", DEBUG, "a helper was started", "nothing to do")

/* clang-format on */

enum log_message {
#define X(name, id, level, cause, remedy) LOG_##name##_MESSAGE,
	LOG_MESSAGE_TABLE(X)
#undef X
		LOG_MESSAGE_COUNT
};

const char *log_message_id(enum log_message message);
enum log_level log_message_level(enum log_message message);
const char *log_message_cause(enum log_message message);
const char *log_message_remedy(enum log_message message);

/* The journal's MESSAGE_ID: 128 bits that follow from the id alone, so that they stay the same for ever. */
#define LOG_JOURNAL_ID_SIZE 33
const char *log_message_journal_id(enum log_message message, char out[LOG_JOURNAL_ID_SIZE]);

#endif
