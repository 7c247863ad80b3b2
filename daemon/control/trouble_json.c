/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * trouble_json.c - what an answer that stands on the two reads and the record has to say about them: which of the three is not as it should be,
 * and of when the older read is.
 */
#include "control/answers.h"

/* A directory that could not be read last time may have changed since, and what it shows now is not in the answer. */
static bool is_trouble(const struct part *part)
{
	return part->state == PART_CRITICAL || strcmp(part->code, "unread") == 0;
}

static bool is_ground(const char *name)
{
	return strcmp(name, "source") == 0 || strcmp(name, "target") == 0 || strcmp(name, "ledger") == 0;
}

/* A change that was made while a directory was read may not be among what was read: so its begin. 0: not known. */
static int64_t oldest_read_s(const struct view *view)
{
	if (view->explain == NULL)
		return 0;
	const int64_t source_s = view_source(view)->certificate.started_s, /* of several: of the oldest */
		target_s = view_target(view)->certificate.started_s;
	return source_s < target_s ? source_s : target_s;
}

/* It took no change, or not all of them: what was read is as it was read, but what is to be written may not be. */
static bool has_refused(const struct part *part)
{
	return strcmp(part->name, "target") == 0 && strcmp(part->code, "refused") == 0;
}

static void answer_parts(struct answer *a, const struct view *view, bool of_plan)
{
	struct answer list = answer_list();
	for (uint32_t i = 0; i < view->part_count; i++) {
		const struct part *part = &view->parts[i];
		if (is_ground(part->name) && (is_trouble(part) || (of_plan && has_refused(part))))
			answer_add(&list, NULL, part_part(part));
	}
	answer_add(a, "trouble", list);
	answer_int_if(a, "as_of", oldest_read_s(view));
}

void answer_trouble(struct answer *a, const struct view *view)
{
	answer_parts(a, view, false);
}

void answer_plan_trouble(struct answer *a, const struct view *view)
{
	answer_parts(a, view, true);
}
