/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * metric_table.h - every metric: what the daemon tells, what duaalctl prints and what its help and its man page list.
 *
 * Names are stable. No label names a person or an institution: the values of each come from a closed list of our own (parts, states, codes),
 * so the number of series is bounded whatever the directories hold.
 *
 *   X(ID, "name without duaalsync_", GAUGE or COUNTER, "label" or "", "help")
 */
#ifndef DUAAL_CONTROL_METRIC_TABLE_H
#define DUAAL_CONTROL_METRIC_TABLE_H

#define METRIC_PREFIX "duaalsync_"

/* clang-format off */
#define METRIC_TABLE(X) \
	X(UP, "up", GAUGE, "", "1 where the daemon answered; 0 where it did not, and then this is the only one") \
	X(BUILD_INFO, "build_info", GAUGE, "version", "always 1; the version is the label") \
	X(START_TIME, "start_time_seconds", GAUGE, "", "when the daemon was started") \
	X(STATE, "state", GAUGE, "", "the whole, as bad as its worst part: 0 ok, 1 notice, 2 warning, 3 critical") \
	X(PART_STATE, "part_state", GAUGE, "part", "one part of the status: 0 ok, 1 notice, 2 warning, 3 critical") \
	X(LAST_ATTEMPT, "last_attempt_timestamp_seconds", GAUGE, "", "when both directories were last asked") \
	X(LAST_READ, "last_read_timestamp_seconds", GAUGE, "", "when the last complete read began") \
	X(LAST_READ_AGE, "last_read_age_seconds", GAUGE, "", "how old that read is by the daemon's own clock; of a daemon that read nothing yet, since its start") \
	X(LAST_APPLIED, "last_applied_timestamp_seconds", GAUGE, "", "when memberships were last changed") \
	X(CERTIFICATE_END, "certificate_end_timestamp_seconds", GAUGE, "certificate", "until when a TLS certificate is valid: of a server, our own, or the last of its authorities (ca_file); only those that there are") \
	X(TROUBLED, "institutions_troubled", GAUGE, "state", "institutions that something concerns alone: notice, warning, critical") \
	X(NEXT_RUN, "next_run_timestamp_seconds", GAUGE, "", "when the next cycle is due") \
	X(CYCLE_RUNNING, "cycle_running", GAUGE, "", "1 during a cycle") \
	X(INSTITUTIONS, "institutions", GAUGE, "state", "institutions at the source (known), and those of them that are admitted") \
	X(PROGRAMMES, "programme_institutions", GAUGE, "state", "institutions of a kind that needs an approved programme: known; with one, whatever it says (named); with an approved one (approved); that our entries say were admitted by one, and are without now (lost)") \
	X(PEOPLE, "people", GAUGE, "", "people with the right at the source") \
	X(MEMBERSHIPS, "memberships", GAUGE, "state", "memberships of role groups: wanted, present") \
	X(PENDING_CHANGES, "pending_changes", GAUGE, "verdict", "changes that are not carried out: go, hold, refuse") \
	X(REFUSED_VALUES, "refused_values", GAUGE, "code", "what the source says that gives no access, by code") \
	X(HAND_EDITS, "hand_edits", GAUGE, "", "differences that people made by hand in the application's directory") \
	X(REMARKS, "remarks", GAUGE, "code", "what is not as it should be and no change mends, by code; only what there is") \
	X(HOLDS, "holds", GAUGE, "state", "holds on record: open (they wait for a decision), approved, rejected, accepted") \
	X(HOLD_EXPIRY, "hold_expiry_timestamp_seconds", GAUGE, "", "when the first of the open holds lapses; missing where none is open") \
	X(FREEZES, "freezes", GAUGE, "", "freezes and pauses that are in force") \
	X(PINS, "pins", GAUGE, "", "memberships that an undo keeps as they are") \
	X(CYCLES, "cycles_total", COUNTER, "result", "cycles since the start, by result") \
	X(CHANGES, "changes_total", COUNTER, "kind", "changes made since the start: grant, removal, structure; failed: those that the directory refused") \
	X(CYCLE_SECONDS, "cycle_seconds_total", COUNTER, "phase", "time spent in cycles since the start: read, think, apply") \
	X(LAST_CYCLE_SECONDS, "last_cycle_seconds", GAUGE, "phase", "the same of the last cycle")
/* clang-format on */

enum metric {
#define X(id, name, type, label, help) METRIC_##id,
	METRIC_TABLE(X)
#undef X
		METRICS
};

#endif
