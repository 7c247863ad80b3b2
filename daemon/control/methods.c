/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * methods.c - the methods of be.werkplekduaal.Duaalsync: one table of name, right, parameters and handler.
 *
 * A new method is a line here, its handler (questions.c, orders.c, ledger_questions.c), its builder in answers.h and its
 * lines in the .varlink file.
 */
#include "base/log.h"
#include "control/answers.h"
#include "control/control_parts.h"
#include "control/interface.h"
#include "control/parameters.h"

static const char *right_name(enum varlink_right right)
{
	switch (right) {
	case VARLINK_APPROVE: return "approve";
	case VARLINK_OPERATE: return "operate";
	default: return "read";
	}
}

void control_deny(struct varlink_call *call, enum varlink_right right, void *ctx)
{
	const struct control *control = ctx;
	const char *group = control->groups[right];
	if (varlink_call_first_refusal(call))
		log_event(LOG_CONTROL_REFUSED_MESSAGE, "uid %u may not call %s: it is not in group %s",
			  (unsigned)varlink_call_uid(call), varlink_call_method(call), group);
	struct answer a = answer_object();
	answer_word(&a, "right", right_name(right));
	answer_string(&a, "group", group);
	varlink_call_error(call, INTERFACE_ERROR("PermissionDenied"), answer_end(&a));
}

void control_answer_stopping(struct varlink_call *call, void *ctx)
{
	(void)ctx;
	refuse(call, ORDER_STOPPING, NULL);
}

#define LIST(name) static const struct varlink_parameter name[]
LIST(sync_parameters) = {{"wait", VARLINK_BOOL, false}, {0}};
LIST(limit_parameters) = {{"limit", VARLINK_INT, false}, {0}};
LIST(number_parameters) = {{"number", VARLINK_INT, true}, {0}};
LIST(institutions_parameters) = {{"after", VARLINK_INT, false},     {"limit", VARLINK_INT, false},
				 {"admitted", VARLINK_BOOL, false}, {"held", VARLINK_BOOL, false},
				 {"kind", VARLINK_STRING, false},   {0}};
LIST(refusals_parameters) = {{"reason", VARLINK_STRING, false},
			     {"institution", VARLINK_INT, false},
			     {"after", VARLINK_STRING, false},
			     {"limit", VARLINK_INT, false},
			     {0}};
LIST(language_parameters) = {{"language", VARLINK_STRING, true}, {0}};
LIST(interface_parameters) = {{"interface", VARLINK_STRING, true}, {0}};
LIST(why_parameters) = {
	{"person", VARLINK_STRING, true}, {"institution", VARLINK_INT, false}, {"role", VARLINK_STRING, false}, {0}};
LIST(page_parameters) = {{"page", VARLINK_INT, false}, {0}};
LIST(plan_with_parameters) = {
	{"settings", VARLINK_OBJECT, true}, {"rescoped", VARLINK_BOOL, false}, {"limit", VARLINK_INT, false}, {0}};
LIST(find_parameters) = {{"number", VARLINK_STRING, true}, {0}};
LIST(wait_parameters) = {
	{"in_step", VARLINK_BOOL, false}, {"person", VARLINK_STRING, false}, {"newer_than", VARLINK_INT, false}, {0}};
LIST(words_parameters) = {{"kind", VARLINK_STRING, true}, {"begin", VARLINK_STRING, false}, {0}};
LIST(hold_parameters) = {{"id", VARLINK_STRING, true}, {0}};
LIST(decide_parameters) = {{"id", VARLINK_STRING, true}, {"reason", VARLINK_STRING, true}, {0}};
LIST(accept_clock_parameters) = {{"today", VARLINK_STRING, true}, {"reason", VARLINK_STRING, true}, {0}};
LIST(request_parameters) = {{"institution", VARLINK_INT, true},
			    {"reason", VARLINK_STRING, true},
			    {"owner", VARLINK_STRING, false},
			    {"until", VARLINK_INT, false},
			    {0}};
LIST(unrequest_parameters) = {{"institution", VARLINK_INT, true}, {"reason", VARLINK_STRING, true}, {0}};
LIST(pin_parameters) = {{"person", VARLINK_STRING, true}, {"institution", VARLINK_INT, true},
			{"role", VARLINK_STRING, true},   {"exclude", VARLINK_BOOL, false},
			{"reason", VARLINK_STRING, true}, {"owner", VARLINK_STRING, false},
			{"until", VARLINK_INT, false},    {0}};
LIST(unpin_parameters) = {{"person", VARLINK_STRING, true},
			  {"institution", VARLINK_INT, true},
			  {"role", VARLINK_STRING, true},
			  {"reason", VARLINK_STRING, true},
			  {0}};
LIST(adopt_parameters) = {
	{"id", VARLINK_INT, true}, {"reason", VARLINK_STRING, true}, {"until", VARLINK_INT, false}, {0}};
LIST(drift_undo_parameters) = {{"id", VARLINK_INT, true}, {"reason", VARLINK_STRING, true}, {0}};
LIST(freeze_parameters) = {
	{"institution", VARLINK_INT, false}, {"reason", VARLINK_STRING, true}, {"until", VARLINK_INT, false}, {0}};
LIST(thaw_parameters) = {{"institution", VARLINK_INT, false}, {"reason", VARLINK_STRING, false}, {0}};
LIST(pause_parameters) = {{"reason", VARLINK_STRING, true}, {"until", VARLINK_INT, false}, {0}};
LIST(resume_parameters) = {{"reason", VARLINK_STRING, false}, {0}};
LIST(undo_parameters) = {
	{"cycle", VARLINK_INT, true}, {"reason", VARLINK_STRING, true}, {"until", VARLINK_INT, true}, {0}};
LIST(redo_parameters) = {{"cycle", VARLINK_INT, true}, {"reason", VARLINK_STRING, true}, {0}};
LIST(export_parameters) = {{"from", VARLINK_INT, false}, {"limit", VARLINK_INT, false}, {0}};
LIST(changes_parameters) = {{"person", VARLINK_STRING, false}, {"institution", VARLINK_INT, false},
			    {"role", VARLINK_STRING, false},   {"cause", VARLINK_STRING, false},
			    {"since", VARLINK_INT, false},     {"until", VARLINK_INT, false},
			    {"limit", VARLINK_INT, false},     {0}};
LIST(access_parameters) = {{"at", VARLINK_INT, true},
			   {"person", VARLINK_STRING, false},
			   {"institution", VARLINK_INT, false},
			   {"role", VARLINK_STRING, false},
			   {0}};
LIST(weeks_parameters) = {{"weeks", VARLINK_INT, false}, {0}};
LIST(forget_parameters) = {{"person", VARLINK_STRING, true}, {"reason", VARLINK_STRING, true}, {0}};
#undef LIST

#define SERVICE(m, ...)                                                                                                \
	{                                                                                                              \
		SERVICE_METHOD(m), VARLINK_OPEN, false, __VA_ARGS__                                                    \
	}
#define OPEN(m, ...)                                                                                                   \
	{                                                                                                              \
		INTERFACE_METHOD(m), VARLINK_OPEN, false, __VA_ARGS__                                                  \
	}
#define READ(m, ...)                                                                                                   \
	{                                                                                                              \
		INTERFACE_METHOD(m), VARLINK_READ, false, __VA_ARGS__                                                  \
	}
#define OPERATE(m, ...)                                                                                                \
	{                                                                                                              \
		INTERFACE_METHOD(m), VARLINK_OPERATE, false, __VA_ARGS__                                               \
	}
#define APPROVE(m, ...)                                                                                                \
	{                                                                                                              \
		INTERFACE_METHOD(m), VARLINK_APPROVE, false, __VA_ARGS__                                               \
	}

const struct varlink_method control_methods[] = {
	SERVICE("GetInfo", NULL, service_get_info),
	SERVICE("GetInterfaceDescription", interface_parameters, service_get_description),
	OPEN("SetLanguage", language_parameters, set_language_method),
	READ("Status", NULL, status_method),
	READ("Metrics", NULL, metrics_method),
	READ("Plan", limit_parameters, plan_method),
	READ("PlanLdif", page_parameters, plan_ldif_method),
	READ("Why", why_parameters, why_method),
	READ("Institution", number_parameters, institution_method),
	READ("Institutions", institutions_parameters, institutions_method),
	READ("Refusals", refusals_parameters, refusals_method),
	READ("History", limit_parameters, history_method),
	READ("Wait", wait_parameters, wait_method),
	{INTERFACE_METHOD("Monitor"), VARLINK_READ, true, NULL, monitor_method},
	READ("Words", words_parameters, words_method),
	READ("Holds", NULL, holds_method),
	READ("Hold", hold_parameters, hold_method),
	READ("Directives", NULL, directives_method),
	READ("Drift", NULL, drift_method),
	READ("Changes", changes_parameters, changes_method),
	READ("Reads", limit_parameters, reads_method),
	READ("AccessAt", access_parameters, access_at_method),
	READ("Statistics", weeks_parameters, statistics_method),
	READ("AuditVerify", NULL, audit_verify_method),
	READ("AuditExport", export_parameters, audit_export_method),
	OPERATE("Sync", sync_parameters, sync_method),
	OPERATE("Doctor", NULL, doctor_method),
	OPERATE("FindPerson", find_parameters, find_person_method),
	OPERATE("Settings", NULL, settings_method),
	OPERATE("PlanWith", plan_with_parameters, plan_with_method),
	OPERATE("Freeze", freeze_parameters, freeze_method),
	OPERATE("Thaw", thaw_parameters, thaw_method),
	OPERATE("Pause", pause_parameters, pause_method),
	OPERATE("Resume", resume_parameters, resume_method),
	APPROVE("Approve", decide_parameters, approve_method),
	APPROVE("Reject", decide_parameters, reject_method),
	APPROVE("AcceptSource", decide_parameters, accept_source_method),
	APPROVE("AcceptClock", accept_clock_parameters, accept_clock_method),
	APPROVE("Request", request_parameters, request_method),
	APPROVE("Unrequest", unrequest_parameters, unrequest_method),
	APPROVE("Pin", pin_parameters, pin_method),
	APPROVE("Unpin", unpin_parameters, unpin_method),
	APPROVE("DriftAdopt", adopt_parameters, drift_adopt_method),
	APPROVE("DriftUndo", drift_undo_parameters, drift_undo_method),
	APPROVE("Undo", undo_parameters, undo_method),
	APPROVE("Redo", redo_parameters, redo_method),
	APPROVE("Forget", forget_parameters, forget_method),
	{0},
};
