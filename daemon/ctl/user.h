/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * user.h - who it was: a uid that the daemon tells, as its name on this system.
 */
#ifndef DUAAL_CTL_USER_H
#define DUAAL_CTL_USER_H

#include <jansson.h>

#define USER_SIZE 64
/* "jan", "uid 4001" where no user has that number, or "somebody" where the daemon does not tell. */
const char *field_user(const json_t *object, const char *key, char out[USER_SIZE]);

#endif
