/* SPDX-License-Identifier: EUPL-1.2 */
/* environment.c - libldap is never configured from outside (fault 59); see connection.h. */
#include "ldap/connection.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_foreign(const char *variable)
{
	static const char *const proxies[] = {"http_proxy=", "https_proxy=", "ftp_proxy=", "all_proxy=", "no_proxy="};
	if (strncasecmp(variable, "LDAP", 4) == 0)
		return true;
	for (size_t i = 0; i < sizeof(proxies) / sizeof(proxies[0]); i++)
		if (strncasecmp(variable, proxies[i], strlen(proxies[i])) == 0)
			return true;
	return false;
}

static void remove_variable(const char *variable)
{
	char *name = strndup(variable, strcspn(variable, "="));
	if (name == NULL)
		abort(); /* going on would let the environment decide about TLS */
	if (unsetenv(name) != 0)
		clearenv();
	free(name);
}

void ldap_environment_clear(void)
{
	for (size_t i = 0; environ != NULL && environ[i] != NULL;) {
		if (is_foreign(environ[i])) {
			remove_variable(environ[i]);
			i = 0; /* the list has moved */
		} else {
			i++;
		}
	}
	if (setenv("LDAPNOINIT", "1", 1) != 0)
		abort();
	signal(SIGPIPE, SIG_IGN); /* fault 66 */
}
