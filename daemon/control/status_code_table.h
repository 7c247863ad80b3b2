/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * status_code_table.h - every code that a part of the status can have, with what it means: the socket, duaalctl status -v, its help and its
 * man page. Codes of the guard's rules and other reasons (core/reason.h) stand there.
 *
 * A code is a stable word; what it means depends on the part.
 *
 *   X("part", "code", "what it means")
 */
#ifndef DUAAL_CONTROL_STATUS_CODE_TABLE_H
#define DUAAL_CONTROL_STATUS_CODE_TABLE_H

/* clang-format off */
#define STATUS_CODE_TABLE(X) \
	X("clock", "ahead", "the machine's clock is further ahead than time has provably passed since the last cycle: dates go by the time that has") \
	X("clock", "behind", "the machine's clock shows a time that has been already: dates go by the time that has provably passed") \
	X("source", "not-yet-read", "the daemon has just started, and the source has not been read yet") \
	X("source", "unread", "the last read of the source failed or was not complete: nobody gains or loses access by it, but what was announced to end ends") \
	X("source", "went-back", "the source shows older data than was applied, as after a restored backup: nothing that follows from it is done") \
	X("source", "ambiguous", "two entries of the source claim to be one person: neither gains, both keep what they have for at most 7 days") \
	X("source", "passed-over", "the source was read from another server of the list, because one before it could not be used") \
	X("target", "not-yet-read", "the daemon has just started, and the application's directory has not been read yet") \
	X("target", "unread", "the last read of the application's directory failed or was not complete: nothing is written") \
	X("target", "refused", "the application's directory refused a change; the others were made, and it is tried again") \
	X("target", "removal-refused", "the application's directory refused to take access away: somebody has access who should have none") \
	X("target", "last-member-stays", "the last member of a group could not be taken out, because its class demands one: somebody has access who should have none") \
	X("target", "people-waiting", "somebody with the right has no entry of their own in the application's directory, or two, and so gets no access") \
	X("target", "unfenced", "the directory knows no assertions: a change that somebody else makes in the same instant may be overlooked until the next read") \
	X("target", "passed-over", "the application's directory was read from another server of the list, because one before it could not be used") \
	X("feed", "not-used", "no kind of institution in the configuration is admitted by an approved programme") \
	X("feed", "not-yet-read", "the daemon has just started, and no programmes have been read yet") \
	X("feed", "unread", "the source could not be read, and with it the programmes: institutions stay as the last complete read admitted them") \
	X("feed", "no-institution", "the source shows no institution of a kind that is admitted by an approved programme, so nobody is admitted by one") \
	X("feed", "empty", "no institution shows a programme, and none was admitted by one: nobody is") \
	X("feed", "vanished", "no institution shows a programme any more, though our entries say that programmes admitted some: they lose their admission, and the removals that follow wait in holds") \
	X("feed", "none-approved", "institutions show programmes, and none of them is approved by policy.programme_approved: nobody is admitted by one") \
	X("feed", "incomplete", "institutions that a programme admitted show none any more, while others do: they lose their admission, and where people have access the removals wait in holds") \
	X("ledger", "loading", "the daemon has just started, and the record is being loaded") \
	X("ledger", "failed", "the record cannot be written or read: nothing is written to the directory, because nothing may happen that is not on record") \
	X("ledger", "old", "the record is older than what was written into the directory: what it does not know of waits") \
	X("plan", "none", "no cycle has come far enough yet to decide anything") \
	X("plan", "held", "changes wait, and the source could not be read since") \
	X("plan", "pending", "changes are about to be written") \
	X("drift", "by-hand", "people changed our entries by hand; each is told, and put right or kept as the configuration says") \
	X("drift", "adopted", "members were found at first contact that the source does not know; they stay until somebody decides") \
	X("drift", "foreign", "entries that are not ours stand where ours should be; they are not touched") \
	X("drift", "unknown", "the record cannot be read, and what it says about this is not known; nothing is written to the directory meanwhile") \
	X("refusals", "unreadable", "values of the source cannot be read, or say something unclear: they give nobody access and take none away") \
	X("freshness", "stale", "there was no complete read of the source for longer than schedule.stale_warning or stale_critical allows") \
	X("holds", "unknown", "the record cannot be read, and what it says about this is not known; nothing is written to the directory meanwhile") \
	X("freezes", "unknown", "the record cannot be read, and what it says about this is not known; nothing is written to the directory meanwhile") \
	X("freezes", "paused", "somebody paused the daemon: nobody's access changes, not even by an end date") \
	X("freezes", "frozen", "somebody froze one institution or all: only end dates and excludes work there") \
	X("freezes", "undone", "a cycle was undone by somebody: what it changed is kept as it was before, whatever the source says, until then") \
	X("directives", "vanished", "a request or override that was in force is gone without a trace: what would follow from that waits") \
	X("directives", "without-effect", "a request or override has no effect, because it cannot be read or names what there is not") \
	X("directives", "ends-soon", "a request or override lapses soon, and the access that it gives with it") \
	X("config", "refused", "the configuration file was changed and has faults: the configuration from before stays in force") \
	X("config", "restart", "a setting was changed that takes a restart of the daemon, and stays as it was until then; the rest is in force") \
	X("certificates", "not-yet-read", "the daemon has just started, and no directory has shown its certificate yet") \
	X("certificates", "no-tls", "no connection uses TLS: every server is reached on this machine itself") \
	X("certificates", "end-soon", "a TLS certificate ends within 30 days") \
	X("certificates", "end-now", "a TLS certificate ends within 7 days: reading and writing stop with it") \
	X("certificates", "ended", "a TLS certificate has ended: no connection that needs it can be made") \
	X("institutions", "refused", "the application's directory refused a change there; it is tried again") \
	X("institutions", "removal-refused", "the application's directory refused to take access away there: somebody has access who should have none") \
	X("institutions", "no-memory", "out of memory: how the institutions are is not known")
/* clang-format on */

#endif
