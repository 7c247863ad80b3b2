/* SPDX-License-Identifier: EUPL-1.2 */
/* choice.c - see choice.h. */
#include "ldap/choice.h"

#include <stdio.h>
#include <string.h>

#include "ldap/connection_parts.h"

#define REASON_MAX 200 /* bytes of one reason among several */

uint32_t connection_uri_count(const struct connection_settings *set)
{
	return set->more_uri_count + 1;
}

void ldap_choice_begin(struct ldap_choice *choice, const struct connection_settings *set)
{
	*choice = (struct ldap_choice){.set = set};
}

void ldap_choice_pass(struct ldap_choice *choice, const char *format, ...)
{
	char reason[REASON_MAX];
	size_t used = strlen(choice->passed);
	va_list args;
	va_start(args, format);
	if (vsnprintf(reason, sizeof(reason), format, args) < 0)
		reason[0] = '\0';
	va_end(args);
	snprintf(choice->passed + used, sizeof(choice->passed) - used, "%s%s", used > 0 ? "; " : "", reason);
}

static const char *uri_at(const struct connection_settings *set, uint32_t at)
{
	at = (set->first_uri + at) % connection_uri_count(set);
	return at == 0 ? set->uri : set->more_uris[at - 1];
}

/* Until our credentials were sent any failure is this server's own. Afterwards only silence is; a refusal is about us. */
static bool next_is_safe(enum open_stage stage, int code)
{
	switch (stage) {
	case OPEN_LOCAL: return false; /* a file or a setting of ours: the same everywhere */
	case OPEN_CONNECT: return code != ERR_NOMEM;
	case OPEN_BIND: return code == ERR_UNAVAILABLE;
	}
	return false;
}

static void name_uri(const char *uri, struct err *err)
{
	if (strstr(err->text, uri) == NULL)
		err_prefix(err, "%s", uri);
}

int ldap_choice_next(struct ldap_choice *choice, struct ldap_connection **ret, struct err *err)
{
	const uint32_t count = connection_uri_count(choice->set);
	while (choice->tried < count) {
		enum open_stage stage = OPEN_LOCAL;
		struct connection_settings one = *choice->set;
		struct err why = {0};
		one.uri = uri_at(choice->set, choice->tried++);
		int code = ldap_connection_open_one(&one, count > 1, ret, &stage, &why);
		if (code == 0)
			return 0;
		choice->unusable++;
		name_uri(one.uri, &why);
		/* Of what we answer ERR_NOT_FOUND means that no server is left, and nothing else. */
		if (count == 1 || !next_is_safe(stage, code))
			return err_set(err, code == ERR_NOT_FOUND ? ERR_INVALID : code, "%s", why.text);
		ldap_choice_pass(choice, "%s", why.text);
	}
	return err_set(err, ERR_NOT_FOUND, "no server is left");
}

int ldap_choice_open(const struct connection_settings *set, struct ldap_connection **ret, char *passed, struct err *err)
{
	struct ldap_choice choice;
	ldap_choice_begin(&choice, set);
	int code = ldap_choice_next(&choice, ret, err);
	if (code == ERR_NOT_FOUND && choice.tried == choice.unusable && choice.tried > 1)
		return err_set(err, ERR_UNAVAILABLE, "none of the %u servers can be used: %s", choice.tried,
			       choice.passed);
	if (code == 0 && passed != NULL)
		memcpy(passed, choice.passed, sizeof(choice.passed));
	return code;
}
