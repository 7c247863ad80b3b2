/* SPDX-License-Identifier: EUPL-1.2 */
/* order_json.c - the answers of the methods that change something, from what the host says came of it. */
#include "base/language.h"
#include "control/answers.h"

const char *order_code_name(enum order_code code)
{
	switch (code) {
	case ORDER_DONE: return "done";
	case ORDER_NOT_FOUND: return "not-found";
	case ORDER_REFUSED: return "refused";
	case ORDER_FAILED: return "failed";
	case ORDER_STOPPING: return "stopping";
	}
	return "failed";
}

json_t *answer_refused(enum order_code code, const char *sentence)
{
	struct answer a = answer_object();
	answer_word(&a, "code", order_code_name(code));
	answer_string(&a, "what", sentence != NULL ? sentence : "");
	return answer_end(&a);
}

static struct answer done_part(const struct order_result *result)
{
	struct answer a = answer_object();
	answer_string(&a, "done", result->sentence != NULL ? result->sentence : "");
	return a;
}

json_t *answer_done(const struct view *view, const struct order_result *result)
{
	(void)view;
	struct answer a = done_part(result);
	return answer_end(&a);
}

static struct answer written_part(const struct order_result *result)
{
	struct answer a = done_part(result);
	answer_string(&a, "entry", result->entry != NULL ? result->entry : "");
	return a;
}

json_t *answer_written(const struct view *view, const struct order_result *result)
{
	(void)view;
	struct answer a = written_part(result);
	return answer_end(&a);
}

json_t *answer_written_until(const struct view *view, const struct order_result *result)
{
	(void)view;
	struct answer a = written_part(result);
	answer_int(&a, "until", result->until_s);
	return answer_end(&a);
}

json_t *answer_forgotten(const struct view *view, const struct order_result *result)
{
	(void)view;
	struct answer a = done_part(result);
	answer_int(&a, "rows", result->covered);
	return answer_end(&a);
}

/* ---- what an order names and does not cover ----------------------------------------------------------- */

static struct answer left_part(const struct view *view, const struct order_item *item)
{
	struct answer a = answer_object();
	answer_number_if(&a, "institution", item->number);
	answer_role(&a, "role", view, item->role);
	answer_word(&a, "kind", change_kind_name(item->kind));
	answer_string(&a, "person", item->name);
	answer_string(&a, "vo_id", item->vo_id);
	answer_word(&a, "code", reason_code(item->reason));
	answer_word(&a, "sentence", reason_sentence(item->reason));
	return a;
}

/* The sentence, and how many of those left out are not listed. */
static void answer_sentence(struct answer *a, const struct order_result *result, uint32_t omitted)
{
	struct buf text;
	buf_init(&text);
	buf_add_string(&text, result->sentence != NULL ? result->sentence : "");
	if (omitted > 0)
		buf_format(&text, tr("; %u more are not covered and not listed"), omitted);
	a->failed = a->failed || buf_failed(&text);
	answer_text(a, "done", buf_text(&text));
	buf_done(&text);
}

json_t *answer_decided(const struct view *view, const struct order_result *result)
{
	uint32_t shown = result->item_count < ORDER_ITEMS_SHOWN ? result->item_count : ORDER_ITEMS_SHOWN;
	struct answer a = answer_object(), left = answer_list();
	for (uint32_t i = 0; i < shown; i++)
		answer_add(&left, NULL, left_part(view, &result->items[i]));
	answer_sentence(&a, result, result->item_count - shown);
	answer_int(&a, "covered", result->covered);
	answer_add(&a, "left", left);
	return answer_end(&a);
}
