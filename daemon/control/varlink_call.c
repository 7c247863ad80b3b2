/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * varlink_call.c - one call: matched with its method, checked, handed over, answered. A call that is wrong gets an
 * error and the connection goes on.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "control/varlink_parts.h"

#define SERVICE_ERROR(name) "org.varlink.service." name

/* ---- method and parameters --------------------------------------------------------------------------- */

const char *varlink_call_method(const struct varlink_call *call)
{
	return json_string_value(json_object_get(call->message, "method"));
}

static const struct varlink_method *find_method(const struct varlink_method *methods, const char *name)
{
	for (; methods->name != NULL; methods++)
		if (strcmp(methods->name, name) == 0)
			return methods;
	return NULL;
}

/* Length of the interface's name in a method's name. */
static size_t interface_len(const char *method)
{
	const char *dot = strrchr(method, '.');
	return dot != NULL ? (size_t)(dot - method) : strlen(method);
}

static bool has_interface(const struct varlink_method *methods, const char *method)
{
	size_t len = interface_len(method);
	for (; methods->name != NULL; methods++)
		if (interface_len(methods->name) == len && memcmp(methods->name, method, len) == 0)
			return true;
	return false;
}

static const json_t *parameter(const struct varlink_call *call, const char *name)
{
	const json_t *value = json_object_get(json_object_get(call->message, "parameters"), name);
	return json_is_null(value) ? NULL : value;
}

static bool has_type(const json_t *value, enum varlink_type type)
{
	switch (type) {
	case VARLINK_BOOL: return json_is_boolean(value);
	case VARLINK_INT: return json_is_integer(value);
	case VARLINK_STRING: return json_is_string(value);
	case VARLINK_OBJECT: return json_is_object(value);
	}
	return false;
}

static bool fits(const struct varlink_parameter *spec, const json_t *value)
{
	if (value == NULL || json_is_null(value))
		return !spec->required;
	return has_type(value, spec->type);
}

static const struct varlink_parameter *find_parameter(const struct varlink_parameter *list, const char *name)
{
	for (; list != NULL && list->name != NULL; list++)
		if (strcmp(list->name, name) == 0)
			return list;
	return NULL;
}

/* Name of the first parameter that is unknown, missing or of another type; NULL: all is well. */
static const char *wrong_parameter(const struct varlink_call *call)
{
	const char *name;
	json_t *value, *given = json_object_get(call->message, "parameters");
	json_object_foreach(given, name, value)
	{
		if (find_parameter(call->method->parameters, name) == NULL)
			return name;
	}
	for (const struct varlink_parameter *p = call->method->parameters; p != NULL && p->name != NULL; p++)
		if (!fits(p, json_object_get(given, p->name)))
			return p->name;
	return NULL;
}

uid_t varlink_call_uid(const struct varlink_call *call)
{
	return call->connection->peer.uid;
}

bool varlink_call_wants_more(const struct varlink_call *call)
{
	return call->more;
}

bool varlink_call_first_refusal(struct varlink_call *call)
{
	bool first = !call->connection->refused_before;
	call->connection->refused_before = true;
	return first;
}

const char *varlink_call_string(const struct varlink_call *call, const char *name)
{
	return json_string_value(parameter(call, name));
}

bool varlink_call_has(const struct varlink_call *call, const char *name)
{
	return parameter(call, name) != NULL;
}

bool varlink_call_bool(const struct varlink_call *call, const char *name)
{
	return json_is_true(parameter(call, name));
}

bool varlink_call_int(const struct varlink_call *call, const char *name, int64_t *ret)
{
	const json_t *value = parameter(call, name);
	if (value != NULL)
		*ret = json_integer_value(value);
	return value != NULL;
}

const json_t *varlink_call_object(const struct varlink_call *call, const char *name)
{
	return parameter(call, name);
}

void varlink_call_forget(struct varlink_call *call, const char *name)
{
	(void)json_object_del(json_object_get(call->message, "parameters"), name);
}

void varlink_call_set_language(struct varlink_call *call, enum language language)
{
	call->connection->language = language;
}

enum language varlink_call_language(const struct varlink_call *call)
{
	return call->connection->language;
}

/* ---- answers ----------------------------------------------------------------------------------------- */

static struct varlink_call *call_free(struct varlink_call *call)
{
	json_decref(call->message);
	free(call);
	return NULL;
}

void varlink_call_keep(struct varlink_call *call, void (*gone)(struct varlink_call *, void *), void *ctx)
{
	call->kept = true;
	call->gone = gone;
	call->kept_ctx = ctx;
}

void varlink_call_cancel(struct varlink_call *call)
{
	call->connection->call = NULL;
	if (call->gone != NULL)
		call->gone(call, call->kept_ctx);
	call_free(call);
}

void varlink_call_stop(struct varlink_call *call)
{
	const struct varlink_server *server = call->connection->server;
	if (server->set.stopping == NULL) {
		varlink_call_cancel(call);
		return;
	}
	if (call->gone != NULL)
		call->gone(call, call->kept_ctx);
	server->set.stopping(call, server->ctx);
}

/* Takes parameters. error NULL: a reply. */
static void put(struct varlink_call *call, const char *error, json_t *parameters, bool continues)
{
	struct varlink_connection *c = call->connection;
	json_t *message = parameters != NULL ? json_object() : NULL;
	bool made =
		message != NULL && (error == NULL || json_object_set_new(message, "error", json_string(error)) == 0);
	made = made && json_object_set(message, "parameters", parameters) == 0;
	made = made && (!continues || json_object_set_new(message, "continues", json_true()) == 0);
	if (!call->oneway || !made)
		varlink_connection_put(c, made ? message : NULL);
	json_decref(message);
	json_decref(parameters);
}

static void end(struct varlink_call *call)
{
	struct varlink_connection *c = call->connection;
	c->call = NULL;
	varlink_connection_wake(c);
	call_free(call);
}

void varlink_call_reply(struct varlink_call *call, json_t *parameters)
{
	put(call, NULL, parameters, false);
	end(call);
}

void varlink_call_error(struct varlink_call *call, const char *error, json_t *parameters)
{
	put(call, error, parameters, false);
	end(call);
}

bool varlink_call_notify(struct varlink_call *call, json_t *parameters)
{
	bool ready = call->more && !varlink_connection_is_unread(call->connection);
	if (ready)
		put(call, NULL, parameters, true);
	else
		json_decref(parameters);
	return ready;
}

bool varlink_call_notify_now(struct varlink_call *call, json_t *parameters)
{
	bool ready = varlink_call_notify(call, parameters);
	if (ready)
		varlink_connection_send(call->connection);
	return ready;
}

void varlink_call_when_read(struct varlink_call *call, void (*read)(struct varlink_call *call, void *ctx))
{
	call->read = read;
}

static void service_error(struct varlink_call *call, const char *error, const char *key, const char *value)
{
	json_t *parameters = json_object();
	if (parameters != NULL && key != NULL && json_object_set_new(parameters, key, json_string(value)) < 0) {
		json_decref(parameters);
		parameters = NULL;
	}
	varlink_call_error(call, error, parameters);
}

void varlink_call_invalid(struct varlink_call *call, const char *name)
{
	service_error(call, SERVICE_ERROR("InvalidParameter"), "parameter", name);
}

static void unknown_method(struct varlink_call *call)
{
	const char *method = varlink_call_method(call);
	if (has_interface(call->connection->server->methods, method)) {
		service_error(call, SERVICE_ERROR("MethodNotFound"), "method", method);
		return;
	}
	char *interface = strndup(method, interface_len(method));
	service_error(call, SERVICE_ERROR("InterfaceNotFound"), "interface", interface);
	free(interface);
}

static void deny(struct varlink_call *call)
{
	struct varlink_server *server = call->connection->server;
	if (server->set.denied != NULL)
		server->set.denied(call, call->method->right, server->ctx);
	else
		service_error(call, SERVICE_ERROR("PermissionDenied"), NULL, NULL);
}

static void hand_over(struct varlink_call *call)
{
	struct varlink_connection *c = call->connection;
	language_use(c->language);
	call->method->handler(call, c->server->ctx);
	language_use(LANGUAGE_ENGLISH);
	assert(c->call == NULL || c->call->kept); /* a handler answers or keeps */
}

static void run(struct varlink_call *call)
{
	const struct varlink_server *server = call->connection->server;
	const char *wrong;
	call->method = find_method(server->methods, varlink_call_method(call));
	if (server->stopping && server->set.stopping != NULL)
		server->set.stopping(call, server->ctx);
	else if (call->method == NULL)
		unknown_method(call);
	else if (!call->connection->peer.may[call->method->right])
		deny(call);
	else if (call->method->handler == NULL || call->upgrade)
		service_error(call, SERVICE_ERROR("MethodNotImplemented"), "method", call->method->name);
	else if ((wrong = wrong_parameter(call)) != NULL)
		varlink_call_invalid(call, wrong);
	else if (call->method->only_more && !call->more)
		service_error(call, SERVICE_ERROR("ExpectedMore"), NULL, NULL);
	else
		hand_over(call);
}

bool varlink_call_run(struct varlink_connection *c, const char *frame, size_t len)
{
	struct varlink_call *call = calloc(1, sizeof(*call));
	if (call == NULL)
		return false;
	call->connection = c;
	if (!varlink_frame_read(call, frame, len)) {
		call_free(call);
		return false;
	}
	c->call = call;
	run(call);
	return true;
}
