/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * interface_check.h - a Varlink interface file, read; and values held against its types.
 *
 * Strict both ways: every field of the type must be there (null where it may be; in a request it may then be missing), and no other.
 */
#ifndef DUAAL_TESTS_INTERFACE_CHECK_H
#define DUAAL_TESTS_INTERFACE_CHECK_H

#include <jansson.h>
#include <stdbool.h>

struct interface;

struct interface *interface_read(const char *text); /* fails the test when it is no interface */
void interface_free(struct interface *i);
const char *interface_name(const struct interface *i);

/* Fails the test, naming the place, unless the parameters fit the method's reply or input, or the error. */
void interface_check_reply(const struct interface *i, const char *method, const json_t *parameters);
void interface_check_input(const struct interface *i, const char *method, const json_t *parameters);
void interface_check_error(const struct interface *i, const char *error, const json_t *parameters);
/* Type of a parameter of the method as the file spells it ("?int"), "" when it has no such; and how many it has. */
const char *interface_input_type(const struct interface *i, const char *method, const char *parameter);
int interface_input_count(const struct interface *i, const char *method);
bool interface_has_method(const struct interface *i, const char *method);
int interface_count(const struct interface *i, const char *kind); /* "type", "method", "error" */

#endif
