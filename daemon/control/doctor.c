/* SPDX-License-Identifier: EUPL-1.2 */
/* doctor.c - the method Doctor: what every helper found out about its side. */
#include "base/clock.h"
#include "base/language.h"
#include "base/said.h"
#include "control/asked.h"
#include "control/parameters.h"
#include "wire/finding.h"

static const struct {
	const char *id, *what, *mend;
} checks[] = {
#define X(name, id, what, mend) {id, what, mend},
	FINDING_TABLE(X)
#undef X
};

static const char *severity_name(enum finding_severity severity)
{
	static const char *const names[] = {"ok", "notice", "warning", "critical"};
	return names[severity];
}

static struct answer finding_part(const struct finding *finding)
{
	struct answer a = answer_object();
	answer_word(&a, "id", checks[finding->check].id);
	answer_word(&a, "severity", severity_name(finding->severity));
	answer_text(&a, "about", finding->about);
	answer_word(&a, "what", tr(checks[finding->check].what));
	answer_text(&a, "detail", said_text(finding->detail));
	if (finding->severity == SEVERITY_OK)
		answer_null(&a, "mend");
	else
		answer_text(&a, "mend",
			    text_is_empty(finding->mend) ? text_of(tr(checks[finding->check].mend))
							 : said_text(finding->mend));
	return a;
}

/* The helpers work side by side: who was done first is nothing to show. */
static const char *const sides[] = {"source", "target", "ledger", "planner"};
#define SIDES (sizeof(sides) / sizeof(sides[0]))

/* SIDES: none of them. */
static size_t side_of(struct text about)
{
	size_t side = 0;
	while (side < SIDES && !text_starts_nocase(about, text_of(sides[side])))
		side++;
	return side;
}

static void list_side(struct answer *list, const struct ledger_answer *findings, int severity, int check, size_t side,
		      enum finding_severity *worst)
{
	struct finding finding;
	for (uint32_t i = 0; i < findings->line_count; i++) {
		const struct text body = findings->lines[i];
		if (finding_decode(body.at, body.len, &finding, NULL) < 0 || (int)finding.check != check ||
		    (int)finding.severity != severity || side_of(finding.about) != side)
			continue;
		*worst = finding.severity > *worst ? finding.severity : *worst;
		answer_add(list, NULL, finding_part(&finding));
	}
}

/* By severity, then by id, then by side; within these in the order found. */
json_t *answer_doctor(const struct ledger_answer *findings)
{
	struct answer a = answer_object(), list = answer_list();
	enum finding_severity worst = SEVERITY_OK;
	for (int severity = SEVERITY_CRITICAL; severity >= SEVERITY_OK; severity--)
		for (int check = 0; check < FINDING_CHECKS; check++)
			for (size_t side = 0; side <= SIDES; side++)
				list_side(&list, findings, severity, check, side, &worst);
	answer_int(&a, "now", clock_wall_s());
	answer_word(&a, "state", severity_name(worst));
	answer_add(&a, "findings", list);
	return answer_end(&a);
}

static void tell_doctor(struct varlink_call *call, const struct view *view, uint32_t subject,
			const struct ledger_answer *findings)
{
	(void)view, (void)subject;
	if (findings->trouble != NULL)
		refuse(call, ORDER_FAILED, tr(findings->trouble));
	else
		varlink_call_reply(call, answer_doctor(findings));
}

void doctor_method(struct varlink_call *call, void *ctx)
{
	const struct ledger_question question = {.kind = QUESTION_EXAMINE};
	ask_ledger(ctx, call, &question, 0, tell_doctor);
}
