/* SPDX-License-Identifier: EUPL-1.2 */
/* remark_json.c - what is not as it should be: which entry, whose hand, and what is done about it. */
#include "control/answers.h"
#include "control/will.h"
#include "model/dn.h"

/* Of people only the entryCSN was read, which says it, too. */
static int64_t written_at(const struct entry *entry)
{
	int64_t at_s;
	return instant_parse(entry_value(entry, FIELD_MODIFY_TIMESTAMP), &at_s) ? at_s : entry->csn.time_us / 1000000;
}

void answer_writer(struct answer *a, const struct entry *entry)
{
	const int64_t written_s = entry != NULL ? written_at(entry) : 0;
	answer_text_if(a, "writer", entry != NULL ? entry_value(entry, FIELD_MODIFIERS_NAME) : text_of(NULL));
	answer_int_if(a, "written", written_s);
}

static bool is_own_writing(struct answer *a, const struct view *view, const struct entry *entry)
{
	bool same = false;
	struct text writer = entry_value(entry, FIELD_MODIFIERS_NAME);
	struct text own = certificate_own_dn(&view_target(view)->certificate);
	if (!text_is_empty(writer) && !text_is_empty(own) && dn_equal(writer, own, &same) < 0)
		a->failed = true;
	return same;
}

void answer_hand(struct answer *a, const struct view *view, const struct entry *entry)
{
	answer_writer(a, entry != NULL && is_own_writing(a, view, entry) ? NULL : entry);
}

static void answer_value(struct answer *a, const struct view *view, uint32_t member)
{
	struct buf value;
	buf_init(&value);
	if (member != NONE)
		target_member_value(view_target(view), member, &value);
	a->failed = a->failed || buf_failed(&value);
	answer_text_if(a, "value", buf_text(&value));
	buf_done(&value);
}

static bool is_directive(const struct entry *entry)
{
	return entry != NULL && (entry->kind == ENTRY_REQUEST || entry->kind == ENTRY_OVERRIDE);
}

/* Its number among the hand edits, when a directive lapses, or since when it is known. */
static void answer_times(struct answer *a, const struct view *view, const struct remark *remark)
{
	const struct past_drift *drift = drift_of_remark(view, remark);
	bool lapses = is_directive(remark->entry);
	int64_t known_s = drift != NULL ? drift_record(view, drift)->first_s : remark->at_s;
	answer_int_if(a, "drift", drift != NULL ? drift_number(view, drift) : remark->drift);
	answer_int_if(a, "at", lapses ? remark->at_s : 0);
	answer_int_if(a, "known", lapses ? 0 : known_s);
}

static struct answer remark_part(const struct view *view, const struct remark *remark)
{
	struct answer a = answer_object();
	const struct entry *entry = remark_entry(view, remark);
	struct will will;
	will_tell(view, remark, &will);
	answer_times(&a, view, remark);
	answer_reason(&a, (enum reason)remark->reason);
	answer_number_if(&a, "institution", remark->number);
	answer_role(&a, "role", view, remark->role);
	answer_person(&a, "person", view, remark->person, remark->member);
	answer_value(&a, view, remark->member);
	answer_target_entry(&a, "entry", view, entry);
	if (remark->drift != 0)
		answer_hand(&a, view, entry);
	else
		answer_writer(&a, entry);
	answer_word(&a, "will_do", will.text);
	return a;
}

/* The first max of this institution (0: all). */
static void list_remarks(struct answer *a, const struct view *view, uint32_t number, uint32_t max)
{
	struct answer list = answer_list();
	uint32_t total = remarks_count(view), count = 0;
	for (uint32_t i = 0; i < total; i++) {
		struct remark remark = remark_at(view, i);
		if ((number == 0 || remark.number == number) && count++ < max)
			answer_add(&list, NULL, remark_part(view, &remark));
	}
	answer_add(a, "remarks", list);
	answer_int(a, "remarks_omitted", count > max ? count - max : 0);
}

void answer_remarks(struct answer *a, const struct view *view)
{
	uint32_t by_reason[REASON_COUNT] = {0}, total = remarks_count(view);
	struct answer counts = answer_list();
	for (uint32_t i = 0; i < total; i++)
		by_reason[remark_at(view, i).reason]++;
	for (enum reason r = 0; r < REASON_COUNT; r++)
		answer_finding(&counts, r, by_reason[r]);
	answer_add(a, "remark_counts", counts);
	list_remarks(a, view, 0, STATUS_REMARKS_MAX);
}

void answer_remarks_of(struct answer *a, const struct view *view, uint32_t number)
{
	list_remarks(a, view, number, PLACE_LIST_MAX);
}
