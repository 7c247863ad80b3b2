/* SPDX-License-Identifier: EUPL-1.2 */
/* reason.c - see reason.h: the table of codes as functions. */
#include "core/reason.h"

#include <stddef.h>

#include "base/language.h"

struct row {
	const char *code, *sentence;
	enum reason_kind kind;
	enum reason_contact contact;
};

static const struct row rows[REASON_COUNT] = {
#define X(name, code, kind, contact, sentence) [R_##name] = {code, sentence, REASON_##kind, CONTACT_##contact},
	REASON_TABLE(X)
#undef X
};

static const char ask_local_administrator[] =
	N_("Ask the head local administrator of the institution to give or correct the right"
	   " \"Werkplek duaal gebruiker\" in the user management. If no head local administrator is"
	   " known: the Edison helpdesk (helpdesk.edison@ond.vlaanderen.be, 02/553.90.90) or 1700.");

static const char *const contacts[] = {
	[CONTACT_NONE] = "",
	[CONTACT_LOCAL_ADMIN] = ask_local_administrator,
	[CONTACT_EDISON] = N_("Ask the Edison helpdesk (helpdesk.edison@ond.vlaanderen.be, 02/553.90.90) or 1700."),
	[CONTACT_DEPARTMENT] = N_("Write to werkplekduaal@vlaanderen.be and name the institution number."),
	[CONTACT_DIRECTORY] = N_("Ask the directory administrators of the application."),
	[CONTACT_SYSTEM] = N_("Ask the system administrators of duaalsyncd."),
};

static const struct row *row_of(enum reason reason)
{
	return &rows[reason < REASON_COUNT ? reason : R_NONE];
}

const char *reason_code(enum reason reason)
{
	return row_of(reason)->code;
}

const char *reason_sentence(enum reason reason)
{
	return tr(row_of(reason)->sentence);
}

enum reason_kind reason_kind(enum reason reason)
{
	return row_of(reason)->kind;
}

enum reason_contact reason_contact(enum reason reason)
{
	return row_of(reason)->contact;
}

bool reason_is_unclear(enum reason reason)
{
	return reason_kind(reason) == REASON_DOUBT && reason_contact(reason) != CONTACT_DIRECTORY;
}

const char *reason_contact_text(enum reason_contact contact)
{
	return contact < sizeof(contacts) / sizeof(contacts[0]) ? tr(contacts[contact]) : "";
}
