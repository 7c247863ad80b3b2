/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * control_ask.h - a bench with one client and the interface file: every answer is held against it.
 *
 * control_ask_start and control_ask_stop are setup and teardown of a test; bench, interface and peer are that test's.
 */
#ifndef DUAAL_TESTS_CONTROL_ASK_H
#define DUAAL_TESTS_CONTROL_ASK_H

#include "control/interface.h"
#include "control_bench.h"
#include "interface_check.h"

#define CALL(m)         "{\"method\":\"" INTERFACE_METHOD(m) "\"}"
#define CALL_WITH(m, p) "{\"method\":\"" INTERFACE_METHOD(m) "\",\"parameters\":" p "}"

extern struct control_bench bench;
extern struct interface *interface;
extern struct peer peer;

int control_ask_start(void **state);
int control_ask_stop(void **state);

/* The reply's parameters, checked. The caller drops the whole. */
const json_t *ask(const char *method, const char *call, json_t **whole);
const json_t *check_reply(const char *method, const json_t *whole); /* of one that came later */
void expect_error(const char *call, const char *error);
void check_error(const json_t *whole, const char *error);
void expect_invalid(const char *call, const char *parameter);
/* A call with these parameters; taken. The caller frees. */
char *call_of(const char *method, json_t *parameters);

long long number(const json_t *object, const char *key);
const char *text(const json_t *object, const char *key);
bool is_null(const json_t *object, const char *key);
bool is_true(const json_t *object, const char *key);
size_t length(const json_t *object, const char *list);
/* The first item of the list whose field says so; NULL: none. */
const json_t *pick(const json_t *object, const char *list, const char *key, const char *value);

#define T(name) cmocka_unit_test_setup_teardown(name, control_ask_start, control_ask_stop)

#endif
