/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * varlink_frame.c - the bytes of one frame into a call. The depth is counted before jansson sees them. What is not a
 * Varlink call ends the connection.
 */
#include <string.h>

#include "control/varlink_parts.h"

static bool depth_is_fine(const char *frame, size_t len)
{
	int depth = 0;
	bool quoted = false;
	for (size_t i = 0; i < len; i++) {
		if (quoted && frame[i] == '\\')
			i++;
		else if (frame[i] == '"')
			quoted = !quoted;
		else if (!quoted && (frame[i] == '{' || frame[i] == '['))
			depth++;
		else if (!quoted && (frame[i] == '}' || frame[i] == ']'))
			depth--;
		if (depth > VARLINK_DEPTH_MAX)
			return false;
	}
	return true;
}

static bool take_flag(struct varlink_call *call, const char *key, const json_t *value)
{
	bool *flag = strcmp(key, "more") == 0      ? &call->more
		     : strcmp(key, "oneway") == 0  ? &call->oneway
		     : strcmp(key, "upgrade") == 0 ? &call->upgrade
						   : NULL;
	if (flag == NULL || !json_is_boolean(value))
		return false;
	*flag = json_is_true(value);
	return true;
}

static bool take_key(struct varlink_call *call, const char *key, const json_t *value)
{
	if (strcmp(key, "method") == 0)
		return json_is_string(value);
	if (strcmp(key, "parameters") == 0)
		return json_is_object(value) || json_is_null(value);
	return take_flag(call, key, value);
}

bool varlink_frame_read(struct varlink_call *call, const char *frame, size_t len)
{
	if (!depth_is_fine(frame, len))
		return false;
	call->message = json_loadb(frame, len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(call->message) || json_object_get(call->message, "method") == NULL)
		return false;
	const char *key;
	json_t *value;
	json_object_foreach(call->message, key, value)
	{
		if (!take_key(call, key, value))
			return false;
	}
	return !(call->oneway && (call->more || call->upgrade));
}
