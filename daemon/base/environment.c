/* SPDX-License-Identifier: EUPL-1.2 */
/* environment.c - see environment.h. */
#include "base/environment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static bool is_unwanted(struct text name)
{
	static const char *const beginnings[] = {"LDAP", "KRB5", "GSS", "SASL"};
	bool unwanted = text_matches(name, text_of("*_proxy"));
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		unwanted |= text_starts_nocase(name, text_of(beginnings[i]));
	return unwanted;
}

static int remove_variable(const char *at, size_t len, struct err *err)
{
	char *name = strndup(at, len);
	if (name == NULL)
		return err_nomem(err);
	int failed = unsetenv(name) < 0 ? errno : 0;
	free(name);
	return failed != 0 ? err_set(err, ERR_INVALID, "the environment cannot be cleared: %s", strerror(failed)) : 0;
}

int environment_clear(struct err *err)
{
	for (size_t i = 0; environ != NULL && environ[i] != NULL;) {
		size_t len = strcspn(environ[i], "=");
		if (!is_unwanted(text_make(environ[i], len))) {
			i++;
			continue;
		}
		int rc = remove_variable(environ[i], len, err);
		if (rc < 0)
			return rc;
		i = 0; /* the list has moved */
	}
	return setenv("LDAPNOINIT", "1", 1) < 0 ? err_nomem(err) : 0;
}
