/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * reason.h - the one table of reason codes: why somebody has access, has none, or why something waits.
 *
 * A code is a stable lower-case word that scripts may rely on; the sentence says it to a person; the
 * contact says who can mend it. Every finding of the policy, every change of a plan and every verdict
 * of the guard carries exactly one of these. The ledger stores positions: new codes go to the end of the table, and a
 * row is never taken out or moved.
 *
 *   X(NAME, "code", KIND, CONTACT, "sentence")
 */
#ifndef DUAAL_CORE_REASON_H
#define DUAAL_CORE_REASON_H

#include <stdbool.h>

enum reason_kind {
	REASON_GRANTED, /* this gives access, or is a reason why an institution is admitted */
	REASON_REFUSED, /* the source is clear: no access */
	REASON_DOUBT,   /* the source is not clear: no new access, and nothing is taken away for it (I25) */
	REASON_CAUSE,   /* why a change is wanted */
	REASON_RULE,    /* a rule of the guard */
};

enum reason_contact {
	CONTACT_NONE,
	CONTACT_LOCAL_ADMIN, /* the head local administrator of the institution */
	CONTACT_EDISON,      /* helpdesk.edison@ond.vlaanderen.be, 02/553.90.90, or 1700 */
	CONTACT_DEPARTMENT,  /* werkplekduaal@vlaanderen.be, with the institution number */
	CONTACT_DIRECTORY,   /* the directory administrators of the application */
	CONTACT_SYSTEM,      /* the system administrators of this daemon */
};

/* clang-format off */
#define REASON_TABLE(X) \
	X(NONE, "none", CAUSE, NONE, "no reason was recorded") \
	/* access */ \
	X(GRANTED, "granted", GRANTED, NONE, "the right, the role, the institution and the dates are in order") \
	X(ADMITTED_PROGRAMME, "admitted-programme", GRANTED, NONE, "the institution has an approved programme application (R1)") \
	X(ADMITTED_REQUEST, "admitted-request", GRANTED, NONE, "the institution is admitted by a recorded request (R2)") \
	X(ADMITTED_ALWAYS, "admitted-always", GRANTED, NONE, "the configuration admits every institution of this kind (R3)") \
	/* no access: the value */ \
	X(NO_RIGHT, "no-right", REFUSED, LOCAL_ADMIN, "the person does not hold the right") \
	X(RIGHT_WITHOUT_ROLE, "right-without-role", REFUSED, LOCAL_ADMIN, "the right is there without a role, and the role is the access (R5)") \
	X(ROLE_UNKNOWN, "role-unknown", REFUSED, LOCAL_ADMIN, "the role is not one that this application knows") \
	X(RIGHT_MALFORMED, "right-malformed", DOUBT, LOCAL_ADMIN, "the value of the right cannot be read (R9)") \
	X(NUMBER_MALFORMED, "number-malformed", DOUBT, LOCAL_ADMIN, "the institution number in the right cannot be read (R9)") \
	/* no access: the institution */ \
	X(OTHER_INSTITUTION, "other-institution", REFUSED, LOCAL_ADMIN, "the right names another institution (R4)") \
	X(INSTITUTION_UNKNOWN, "institution-unknown", DOUBT, EDISON, "the source does not show the institution that the right names") \
	X(INSTITUTION_AMBIGUOUS, "institution-ambiguous", DOUBT, EDISON, "two entries of the source claim this institution number") \
	X(INSTITUTION_INACTIVE, "institution-inactive", REFUSED, EDISON, "the institution is not active at the source") \
	X(INSTITUTION_NOT_YET, "institution-not-yet", REFUSED, NONE, "the institution's begin date has not come") \
	X(INSTITUTION_ENDED, "institution-ended", REFUSED, EDISON, "the institution's end date has passed") \
	X(AUDIENCE_MISSING, "audience-missing", REFUSED, EDISON, "the institution does not have the audience that the role belongs to (R6)") \
	X(NO_PROGRAMME, "no-programme", REFUSED, DEPARTMENT, "the institution has no approved programme application (R1)") \
	X(NO_REQUEST, "no-request", REFUSED, DEPARTMENT, "no admission was requested for this institution (R2)") \
	X(KIND_NEVER, "kind-never", REFUSED, DEPARTMENT, "the configuration never admits institutions of this kind (R3)") \
	X(KIND_UNKNOWN, "kind-unknown", REFUSED, SYSTEM, "the kind of the institution is not in the configuration, so it is not admitted (R3)") \
	X(REQUEST_MALFORMED, "request-malformed", DOUBT, DIRECTORY, "the recorded request cannot be read and has no effect") \
	X(REQUEST_LAPSED, "request-lapsed", REFUSED, DIRECTORY, "the recorded request has lapsed") \
	/* no access: the person and the dates */ \
	X(PERSON_UNKNOWN, "person-unknown", REFUSED, LOCAL_ADMIN, "the source shows nobody of that name with the right") \
	X(PERSON_INACTIVE, "person-inactive", REFUSED, LOCAL_ADMIN, "the person is not active at the source") \
	X(PERSON_AMBIGUOUS, "person-ambiguous", DOUBT, EDISON, "two entries of the source claim to be this person (R9)") \
	X(PERSON_WITHOUT_KEY, "person-without-key", DOUBT, EDISON, "the person's entry has no usable key (vo-id)") \
	X(PERSON_UNUSABLE, "person-unusable", DOUBT, EDISON, "the person's key or name holds characters that are not allowed") \
	X(PERSON_NOT_IN_TARGET, "person-not-in-target", DOUBT, DIRECTORY, "the application's directory has no entry for this person") \
	X(NOT_YET_VALID, "not-yet-valid", REFUSED, NONE, "the begin date has not come (R8)") \
	X(ENDED, "ended", REFUSED, LOCAL_ADMIN, "the end date has passed (R8)") \
	X(DATE_MALFORMED, "date-malformed", DOUBT, LOCAL_ADMIN, "a begin or end date cannot be read (R9)") \
	X(GRANTOR_REFUSED, "grantor-refused", REFUSED, LOCAL_ADMIN, "whoever granted it was not a (head) local administrator of that institution (R4)") \
	X(STATE_MISSING, "state-missing", DOUBT, EDISON, "the source does not show whether the person or institution is active") \
	X(NAME_REUSED, "name-reused", REFUSED, NONE, "the key belongs to another entry at the source now: what the former one had ends first (I8)") \
	X(PERSON_TWICE_IN_TARGET, "person-twice-in-target", DOUBT, DIRECTORY, "two entries of the application's directory carry this person's key") \
	/* causes of changes */ \
	X(CAUSE_GRANT, "grant", CAUSE, NONE, "the source grants it") \
	X(CAUSE_SCHEDULED, "scheduled", CAUSE, NONE, "its end date came, as announced") \
	X(CAUSE_EXPLICIT, "explicit", CAUSE, NONE, "the source says so") \
	X(CAUSE_ABSENT, "absent", CAUSE, NONE, "the source proved that the person's entry is gone") \
	X(CAUSE_DOUBTFUL, "doubtful", CAUSE, NONE, "the source does not say clearly that it ended") \
	X(CAUSE_STRUCTURE, "structure", CAUSE, NONE, "an entry is needed for the memberships, or is no longer") \
	X(CAUSE_ATTRIBUTE, "attribute", CAUSE, NONE, "an attribute of our entry differs from what it should say") \
	X(CAUSE_RESTORED, "restored", CAUSE, NONE, "the target's entry is older than the last one we saw there: it was restored") \
	/* drift: what people changed by hand */ \
	X(DRIFT_ADDED, "added-by-hand", RULE, DIRECTORY, "somebody added this value by hand") \
	X(DRIFT_REMOVED, "removed-by-hand", RULE, DIRECTORY, "somebody removed this value by hand; it is not put back by itself") \
	X(DRIFT_ENTRY_GONE, "entry-removed-by-hand", RULE, DIRECTORY, "somebody removed our entry; it is not put back by itself") \
	X(DRIFT_ADOPTED, "adopted", RULE, SYSTEM, "found at first contact and not known to the source; it stays until decided") \
	X(FOREIGN_ENTRY, "foreign-entry", RULE, DIRECTORY, "an entry without our marker stands where ours should be, or says what ours says; it is not touched") \
	X(PROTECTED, "protected", RULE, SYSTEM, "the configuration protects this entry; it is never touched (I5)") \
	X(DRIFT_ENTRY_CHANGED, "entry-changed-by-hand", RULE, DIRECTORY, "somebody changed the number or the role of our entry; it is reported and not touched") \
	/* rules of the guard */ \
	X(RULE_NONE, "go", RULE, NONE, "no rule holds it") \
	X(RULE_DOUBTFUL, "rule-doubtful", RULE, SYSTEM, "a removal without a date, an explicit word or proven absence never goes through") \
	X(RULE_INSTITUTION_COUNT, "rule-institution-count", RULE, SYSTEM, "more removals at one institution in 24 hours than pass by themselves") \
	X(RULE_COUNT, "rule-count", RULE, SYSTEM, "more removals in 24 hours than are allowed in all") \
	X(RULE_GROUP_EMPTIED, "rule-group-emptied", RULE, SYSTEM, "a role group with two or more members would become empty") \
	X(RULE_GROUP_HALVED, "rule-group-halved", RULE, SYSTEM, "a role group would lose more than half of its members in 24 hours") \
	X(RULE_INSTITUTION_LOST, "rule-institution-lost", RULE, SYSTEM, "an institution with members vanished or lost its admission") \
	X(RULE_SHRUNKEN, "rule-shrunken-source", RULE, SYSTEM, "the source is much smaller than the last one that was accepted") \
	X(RULE_FIRST_FILL, "rule-first-fill", RULE, SYSTEM, "the first fill of an empty target waits for a word") \
	X(RULE_SOURCE_WENT_BACK, "rule-source-went-back", RULE, SYSTEM, "the source shows older data than was already applied (I7)") \
	X(RULE_AMBIGUOUS, "rule-ambiguous", RULE, SYSTEM, "the person or institution is ambiguous at the source: nothing changes for it (R9)") \
	X(RULE_SOURCE_UNREAD, "rule-source-unread", RULE, SYSTEM, "the source could not be read: only what was announced to end ends") \
	/* directives */ \
	X(INCLUDED, "included", GRANTED, NONE, "an override of the directory administrators includes the person") \
	X(EXCLUDED, "excluded", REFUSED, DIRECTORY, "an override of the directory administrators excludes the person") \
	X(INCLUDE_LAPSED, "include-lapsed", REFUSED, DIRECTORY, "the override that included the person has lapsed") \
	X(UNDONE_GIVEN, "undone-given", GRANTED, NONE, "somebody undid the cycle that took this access away, until a set time") \
	X(UNDONE_TAKEN, "undone-taken", REFUSED, SYSTEM, "somebody undid the cycle that gave this access, until a set time") \
	X(DIRECTIVE_VANISHED, "directive-vanished", DOUBT, DIRECTORY, "the request or override that decided this vanished without a trace") \
	X(OVERRIDE_MALFORMED, "override-malformed", RULE, DIRECTORY, "the override cannot be read and has no effect") \
	X(OVERRIDE_TOO_LONG, "override-too-long", RULE, DIRECTORY, "the override ends more than 90 days after it was written and has no effect") \
	X(OVERRIDE_PERSON_UNKNOWN, "override-person-unknown", RULE, DIRECTORY, "the source does not know the person of the override, so it has no effect") \
	X(OVERRIDE_NOT_ADMITTED, "override-not-admitted", RULE, DIRECTORY, "the institution of the override is not admitted, so it has no effect") \
	X(REQUEST_UNKNOWN, "request-unknown", RULE, DIRECTORY, "the source does not show the institution that the request names") \
	X(REQUEST_UNREADABLE, "request-unreadable", RULE, DIRECTORY, "the request cannot be read and has no effect") \
	X(DIRECTIVE_ENDS_SOON, "directive-ends-soon", RULE, DIRECTORY, "the request or override lapses soon") \
	/* causes */ \
	X(CAUSE_DRIFT, "drift", CAUSE, NONE, "somebody changed it by hand") \
	/* drift */ \
	X(DRIFT_RENAMED, "renamed-by-hand", RULE, DIRECTORY, "somebody renamed our group; it is kept up to date where it stands now") \
	X(DRIFT_ATTRIBUTE, "attribute-by-hand", RULE, DIRECTORY, "somebody changed an attribute of our entry") \
	/* rules of the guard */ \
	X(RULE_SCOPE, "rule-scope-changed", RULE, SYSTEM, "the configuration changed what is covered: the removals that follow from it wait (I15)") \
	X(RULE_GRANTS, "rule-grants", RULE, SYSTEM, "more grants in one cycle than pass by themselves") \
	X(RULE_DATES, "rule-dates-moved", RULE, SYSTEM, "many end dates of one day were changed within the last week") \
	X(RULE_ADOPTED, "rule-adopted", RULE, SYSTEM, "found at first contact and not known to the source: kept until decided") \
	X(RULE_LEDGER_OLD, "rule-ledger-old", RULE, SYSTEM, "the ledger is older than what we wrote into the directory: removals wait") \
	X(RULE_BY_HAND, "rule-by-hand", RULE, DIRECTORY, "somebody did the opposite by hand, and had a reason: it waits for a word") \
	X(RULE_GRACE, "rule-grace", RULE, DIRECTORY, "added by hand: taken out again after the grace and a later complete read of the source") \
	X(RULE_DIRECTIVE, "rule-directive-vanished", RULE, DIRECTORY, "a request or override vanished without a trace: what would follow from that waits") \
	X(RULE_FROZEN, "rule-frozen", RULE, SYSTEM, "somebody froze this institution, or all of them") \
	X(RULE_PAUSED, "rule-paused", RULE, SYSTEM, "somebody paused the daemon") \
	X(RULE_APPROVED, "approved", RULE, NONE, "somebody approved exactly this") \
	X(RULE_REJECTED, "rejected", RULE, SYSTEM, "somebody rejected this; it stays so until its source changes") \
	/* directives */ \
	X(OVERRIDE_ROLE_UNKNOWN, "override-role-unknown", RULE, DIRECTORY, "the override names a role that this application does not know, so it has no effect") \
	X(OVERRIDE_NUMBER_UNKNOWN, "override-number-unknown", RULE, DIRECTORY, "the source does not show the institution of the override, so it has no effect") \
	X(OVERRIDE_NOBODY, "override-nobody", RULE, DIRECTORY, "nobody whom the source shows with the right goes by the key that the override excludes") \
	/* what an order names and does not cover */ \
	X(NOT_WANTED, "no-longer-wanted", RULE, NONE, "it is not wanted any more, or was done meanwhile") \
	X(CHANGED_SINCE, "changed-since", RULE, NONE, "it was changed again since that cycle") \
	/* the record */ \
	X(RULE_LEDGER_FAILED, "rule-ledger-failed", RULE, SYSTEM, "nothing is written that cannot be put on record: duaalctl status says what is wrong with the ledger") \
	/* groups that nobody is in */ \
	X(GROUP_EMPTY, "group-empty", CAUSE, NONE, "nobody is left in the group, and the configuration deletes such groups") \
	X(PLACEHOLDER, "placeholder", CAUSE, NONE, "the placeholder stands beside members, and is not needed") \
	X(PERSON_IDLE, "no-access-left", CAUSE, NONE, "the person has had no access for as long as such an entry is kept") \
	/* flat role groups */ \
	X(CAUSE_FOLLOWS, "follows", CAUSE, NONE, "the role groups of the institutions say so") \
	X(NOWHERE, "role-nowhere", REFUSED, NONE, "the person has the role at no institution any more") \
	X(RULE_FOLLOWS, "rule-follows", RULE, NONE, "the flat group follows when what it follows has gone") \
	/* grants that are entries or groups of their own */ \
	X(GRANT_MALFORMED, "grant-malformed", DOUBT, LOCAL_ADMIN, "the grant's entry cannot be read: it names no person, or says something twice (R9)") \
	X(GRANT_PERSON_UNKNOWN, "grant-person-unknown", DOUBT, LOCAL_ADMIN, "the source does not show the one person whom the grant names") \
	X(GRANT_INACTIVE, "grant-inactive", REFUSED, LOCAL_ADMIN, "the grant is not active at the source") \
	X(GRANT_UNCLEAR, "grant-unclear", DOUBT, LOCAL_ADMIN, "the grant is there, but is not found as one any more and does not say why") \
	X(GRANT_UNSEEN, "grant-unseen", DOUBT, SYSTEM, "the source has not proven that what gave this access is gone") \
	X(GRANTOR_MISSING, "grantor-missing", DOUBT, LOCAL_ADMIN, "the grant does not say who granted it (R4)") \
	X(GROUP_LOOP, "group-loop", REFUSED, LOCAL_ADMIN, "the group, or one within it, contains itself; nobody gains or loses by that") \
	X(GROUP_UNREAD, "group-unread", DOUBT, LOCAL_ADMIN, "the group, or one within it, lists a member that is neither a person nor a group that was read") \
	X(GROUP_CUT, "group-cut", DOUBT, SYSTEM, "groups within the group are nested too deep, or are too many, or have too many members, and were not followed")

/* clang-format on */

enum reason {
#define X(name, code, kind, contact, sentence) R_##name,
	REASON_TABLE(X)
#undef X
		REASON_COUNT
};

const char *reason_code(enum reason reason);
const char *reason_sentence(enum reason reason);
enum reason_kind reason_kind(enum reason reason);
enum reason_contact reason_contact(enum reason reason);
bool reason_is_unclear(enum reason reason); /* the source itself is in doubt, and not the application's directory */
const char *reason_contact_text(enum reason_contact contact); /* whom to ask and how; "" for CONTACT_NONE */

#endif
