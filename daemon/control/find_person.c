/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * find_person.c - the method FindPerson: who has a national number (I24).
 *
 * The number is here for as long as it takes to hand it on: no answer, error or log repeats it, and what the frame held is zeros when the
 * handler has returned. Its check digits are looked at first, so that a slip costs neither a question nor a search.
 */
#include <string.h>

#include "base/clock.h"
#include "base/language.h"
#include "base/national_number.h"
#include "control/asked.h"
#include "control/parameters.h"

static struct answer found_part(const struct view *view, const struct person_found *found)
{
	uint32_t person = source_person_by_uuid(view_source(view), &found->uuid);
	struct text vo_id = found->vo_id, nothing = {0};
	const struct entry *entry = person != NONE ? view_source(view)->people[person].entry : NULL;
	struct answer a = answer_object();
	if (entry != NULL)
		vo_id = entry_value(entry, FIELD_VO_ID); /* other methods know the person as it was read */
	answer_text(&a, "name", entry != NULL ? entry_value(entry, FIELD_CN) : nothing);
	answer_text_if(&a, "vo_id", vo_id);
	answer_text_if(&a, "uid", entry != NULL ? entry_value(entry, FIELD_UID) : nothing);
	answer_text_if(&a, "mail", entry != NULL ? entry_value(entry, FIELD_MAIL) : nothing);
	answer_string(&a, "source", found->source);
	answer_bool(&a, "has_right", entry != NULL);
	return a;
}

json_t *answer_people_found(const struct people_found *found, const struct view *view)
{
	struct answer a = answer_object(), list = answer_list();
	for (uint32_t i = 0; i < found->count; i++)
		answer_add(&list, NULL, found_part(view, &found->people[i]));
	answer_add(&a, "candidates", list);
	answer_int(&a, "total", found->total);
	return answer_end(&a);
}

static void tell_found(struct varlink_call *call, void *ctx, const struct people_found *found)
{
	struct control *control = ctx;
	const struct view *view;
	if (!found->sought)
		search_budget_give_back(control->searches, varlink_call_uid(call), clock_boot_ms());
	if (found->code != ORDER_DONE)
		refuse(call, found->code, found->trouble);
	else if ((view = ready_view(call, ctx)) != NULL)
		varlink_call_reply(call, answer_people_found(found, view));
}

static bool may_search(struct varlink_call *call, struct control *control)
{
	if (search_budget_take(control->searches, varlink_call_uid(call), clock_boot_ms()))
		return true;
	refuse(call, ORDER_REFUSED,
	       N_("too many searches by national number lately: wait a few minutes, or name the person by vo-id, "
		  "login, mail address or name"));
	return false;
}

void find_person_method(struct varlink_call *call, void *ctx)
{
	char number[NATIONAL_NUMBER_SIZE];
	bool is_one = national_number_read(text_trim(text_of(varlink_call_string(call, "number"))), number);
	varlink_call_forget(call, "number");
	if (!is_one)
		varlink_call_invalid(call, "number");
	else if (ready_view(call, ctx) != NULL && may_search(call, ctx))
		ask_person(ctx, call, number, tell_found);
	explicit_bzero(number, sizeof(number));
}
