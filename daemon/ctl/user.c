/* SPDX-License-Identifier: EUPL-1.2 */
/* user.c - see user.h. */
#include "ctl/user.h"

#include <pwd.h>
#include <stdio.h>

#include "base/language.h"

const char *field_user(const json_t *object, const char *key, char out[USER_SIZE])
{
	const json_t *value = json_object_get(object, key);
	long long uid = json_integer_value(value);
	const struct passwd *user = uid >= 0 && uid < (long long)(uid_t)-1 ? getpwuid((uid_t)uid) : NULL;
	if (!json_is_integer(value))
		snprintf(out, USER_SIZE, "%s", tr("somebody"));
	else if (user != NULL)
		snprintf(out, USER_SIZE, "%s", user->pw_name);
	else
		snprintf(out, USER_SIZE, "uid %lld", uid);
	return out;
}
