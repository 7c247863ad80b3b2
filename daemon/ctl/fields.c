/* SPDX-License-Identifier: EUPL-1.2 */
/* fields.c - see fields.h. */
#include "ctl/fields.h"

#include <stdio.h>

const char *field_number(const json_t *object, const char *key, char out[FIELD_NUMBER_SIZE])
{
	const json_t *value = json_object_get(object, key);
	out[0] = '\0';
	if (json_is_integer(value))
		snprintf(out, FIELD_NUMBER_SIZE, "%lld", (long long)json_integer_value(value));
	return out;
}
