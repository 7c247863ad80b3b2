/* SPDX-License-Identifier: EUPL-1.2 */
/* control_ask.c - see control_ask.h. */
#include "unit.h"

#include "control_ask.h"
#include "control/interface_text.h"

struct control_bench bench;
struct interface *interface;
struct peer peer;

int control_ask_start(void **state)
{
	(void)state;
	control_bench_start(&bench);
	interface = interface_read(interface_text);
	peer = peer_open(bench.loop, bench.path);
	return 0;
}

int control_ask_stop(void **state)
{
	(void)state;
	peer_close(&peer);
	interface_free(interface);
	control_bench_stop(&bench);
	return 0;
}

const json_t *check_reply(const char *method, const json_t *whole)
{
	const json_t *parameters = json_object_get(whole, "parameters");
	if (error_of(whole)[0] != '\0') {
		char *all = json_dumps(whole, 0);
		fail_msg("%s: %s", method, all);
	}
	interface_check_reply(interface, method, parameters);
	return parameters;
}

const json_t *ask(const char *method, const char *call, json_t **whole)
{
	*whole = peer_ask(&peer, call);
	return check_reply(method, *whole);
}

void check_error(const json_t *whole, const char *error)
{
	assert_string_equal(error_of(whole), error);
	if (strncmp(error, INTERFACE_NAME, strlen(INTERFACE_NAME)) == 0)
		interface_check_error(interface, error + strlen(INTERFACE_NAME) + 1,
				      json_object_get(whole, "parameters"));
}

void expect_error(const char *call, const char *error)
{
	json_t *reply = peer_ask(&peer, call);
	check_error(reply, error);
	json_decref(reply);
}

void expect_invalid(const char *call, const char *parameter)
{
	json_t *reply = peer_ask(&peer, call);
	if (strcmp(error_of(reply), "org.varlink.service.InvalidParameter") != 0)
		fail_msg("not refused: %s", call);
	assert_string_equal(text_in(reply, "parameter"), parameter);
	json_decref(reply);
}

char *call_of(const char *method, json_t *parameters)
{
	char name[128];
	snprintf(name, sizeof(name), INTERFACE_NAME ".%s", method);
	json_t *call = json_pack("{s:s, s:o}", "method", name, "parameters", parameters);
	char *frame = json_dumps(call, JSON_COMPACT);
	assert_non_null(frame);
	json_decref(call);
	return frame;
}

long long number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	if (!json_is_integer(value))
		fail_msg("%s is no number", key);
	return json_integer_value(value);
}

const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));
	if (value == NULL)
		fail_msg("%s is no text", key);
	return value;
}

bool is_null(const json_t *object, const char *key)
{
	return json_is_null(json_object_get(object, key));
}

bool is_true(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

size_t length(const json_t *object, const char *list)
{
	const json_t *items = json_object_get(object, list);
	assert_true(json_is_array(items));
	return json_array_size(items);
}

const json_t *pick(const json_t *object, const char *list, const char *key, const char *value)
{
	size_t i;
	json_t *item;
	json_array_foreach(json_object_get(object, list), i, item)
	{
		const char *there = json_string_value(json_object_get(item, key));
		if (there != NULL && strcmp(there, value) == 0)
			return item;
	}
	return NULL;
}
