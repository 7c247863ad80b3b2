/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * methods.c - the methods of be.werkplekduaal.Duaalsync: one table of name, right, parameters and handler.
 *
 * A new method is a line here, its handler, its builder in answers.h and its lines in the .varlink file.
 */
#include <string.h>

#include "base/log.h"
#include "control/answers.h"
#include "control/control_parts.h"
#include "control/interface.h"
#include "model/number.h"

_Static_assert(HISTORY_MAX == VIEW_CYCLES_MAX, "a client may ask for all that there is");

static const struct view *view_of(void *ctx)
{
	const struct control *control = ctx;
	return control->host.view(control->host.ctx);
}

/* The view when a complete cycle ended; else the call is answered and NULL. */
static const struct view *ready_view(struct varlink_call *call, void *ctx)
{
	const struct view *view = view_of(ctx);
	if (view->explain != NULL)
		return view;
	struct answer nothing = answer_object();
	varlink_call_error(call, INTERFACE_ERROR("NotReady"), answer_end(&nothing));
	return NULL;
}

static void refuse_unknown(struct varlink_call *call, const char *what)
{
	struct answer a = answer_object();
	answer_string(&a, "what", what);
	varlink_call_error(call, INTERFACE_ERROR("NotFound"), answer_end(&a));
}

/* A positive number up to max, or fallback when it was not given. false: the call is answered. */
static bool take_limit(struct varlink_call *call, uint32_t fallback, uint32_t max, uint32_t *ret)
{
	int64_t limit = fallback;
	if (varlink_call_int(call, "limit", &limit) && (limit < 1 || limit > max)) {
		varlink_call_invalid(call, "limit");
		return false;
	}
	*ret = (uint32_t)limit;
	return true;
}

static bool take_number(struct varlink_call *call, const char *name, uint32_t *ret)
{
	int64_t number = 0;
	if (varlink_call_int(call, name, &number) && (number < 1 || number > NUMBER_MAX)) {
		varlink_call_invalid(call, name);
		return false;
	}
	*ret = (uint32_t)number;
	return true;
}

static bool take_role(struct varlink_call *call, const struct view *view, uint8_t *ret)
{
	const char *word = varlink_call_string(call, "role");
	*ret = UINT8_MAX;
	if (word == NULL)
		return true;
	for (uint32_t i = 0; i < view->policy->role_count; i++)
		if (text_equal_nocase(text_of(word), text_of(view->policy->roles[i].name)))
			*ret = (uint8_t)i;
	if (*ret == UINT8_MAX)
		varlink_call_invalid(call, "role");
	return *ret != UINT8_MAX;
}

static void status_method(struct varlink_call *call, void *ctx)
{
	varlink_call_reply(call, answer_status(view_of(ctx)));
}

static void history_method(struct varlink_call *call, void *ctx)
{
	uint32_t limit;
	if (take_limit(call, HISTORY_DEFAULT, HISTORY_MAX, &limit))
		varlink_call_reply(call, answer_history(view_of(ctx), limit));
}

static void plan_method(struct varlink_call *call, void *ctx)
{
	uint32_t limit;
	const struct view *view;
	if (take_limit(call, PLAN_MAX, PLAN_MAX, &limit) && (view = ready_view(call, ctx)) != NULL)
		varlink_call_reply(call, answer_plan(view, limit));
}

static void institution_method(struct varlink_call *call, void *ctx)
{
	uint32_t number;
	const struct view *view;
	if (!take_number(call, "number", &number) || (view = ready_view(call, ctx)) == NULL)
		return;
	if (institution_is_known(view, number))
		varlink_call_reply(call, answer_institution(view, number));
	else
		refuse_unknown(call, "institution");
}

static void explain(struct varlink_call *call, const struct view *view, uint32_t person, uint32_t number, uint8_t role)
{
	struct arena arena;
	struct explanation *explanation;
	struct err err;
	arena_init(&arena, 0);
	int r = explain_person(view->explain, text_of(varlink_call_string(call, "person")), person, number, role,
			       &arena, &explanation, &err);
	varlink_call_reply(call, r == 0 ? answer_why(explanation, view) : NULL);
	arena_done(&arena);
}

static void why_method(struct varlink_call *call, void *ctx)
{
	uint32_t number, people[CANDIDATES_MAX];
	uint8_t role;
	const struct view *view = ready_view(call, ctx);
	if (view == NULL || !take_number(call, "institution", &number) || !take_role(call, view, &role))
		return;
	struct text who = text_trim(text_of(varlink_call_string(call, "person")));
	if (text_is_empty(who)) {
		varlink_call_invalid(call, "person");
		return;
	}
	uint32_t total = explain_find(view_source(view), who, people, CANDIDATES_MAX);
	if (total > 1)
		varlink_call_error(call, INTERFACE_ERROR("Ambiguous"), answer_ambiguous(view, people, total));
	else
		explain(call, view, total == 1 ? people[0] : NONE, number, role);
}

void control_deny(struct varlink_call *call, enum varlink_right right, void *ctx)
{
	const struct control *control = ctx;
	const char *group = control->groups[right];
	if (varlink_call_first_refusal(call))
		log_event(LOG_CONTROL_REFUSED_MESSAGE, "uid %u may not call %s: it is not in group %s",
			  (unsigned)varlink_call_uid(call), varlink_call_method(call), group);
	struct answer a = answer_object();
	answer_word(&a, "right", right == VARLINK_OPERATE ? "operate" : "read");
	answer_string(&a, "group", group);
	varlink_call_error(call, INTERFACE_ERROR("PermissionDenied"), answer_end(&a));
}

static const struct varlink_parameter sync_parameters[] = {{"wait", VARLINK_BOOL, false}, {0}};
static const struct varlink_parameter limit_parameters[] = {{"limit", VARLINK_INT, false}, {0}};
static const struct varlink_parameter number_parameters[] = {{"number", VARLINK_INT, true}, {0}};
static const struct varlink_parameter interface_parameters[] = {{"interface", VARLINK_STRING, true}, {0}};
static const struct varlink_parameter why_parameters[] = {
	{"person", VARLINK_STRING, true}, {"institution", VARLINK_INT, false}, {"role", VARLINK_STRING, false}, {0}};

const struct varlink_method control_methods[] = {
	{SERVICE_METHOD("GetInfo"), VARLINK_OPEN, false, NULL, service_get_info},
	{SERVICE_METHOD("GetInterfaceDescription"), VARLINK_OPEN, false, interface_parameters, service_get_description},
	{INTERFACE_METHOD("Status"), VARLINK_READ, false, NULL, status_method},
	{INTERFACE_METHOD("Sync"), VARLINK_OPERATE, false, sync_parameters, sync_method},
	{INTERFACE_METHOD("Plan"), VARLINK_READ, false, limit_parameters, plan_method},
	{INTERFACE_METHOD("Why"), VARLINK_READ, false, why_parameters, why_method},
	{INTERFACE_METHOD("Institution"), VARLINK_READ, false, number_parameters, institution_method},
	{INTERFACE_METHOD("History"), VARLINK_READ, false, limit_parameters, history_method},
	{0},
};
