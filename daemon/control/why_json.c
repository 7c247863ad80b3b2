/* SPDX-License-Identifier: EUPL-1.2 */
/* why_json.c - the answer of Why, from core/explain.h, whose texts are already escaped for display. */
#include "base/clock.h"
#include "control/answers.h"

static struct answer fact_part(const struct fact *fact)
{
	struct answer a = answer_object();
	answer_word(&a, "what", fact->what);
	answer_bool(&a, "holds", fact->holds);
	answer_word(&a, "code", reason_code(fact->reason));
	answer_escaped(&a, "text", fact->text);
	return a;
}

static struct answer path_part(const struct view *view, const struct path *path)
{
	struct answer a = answer_object(), facts = answer_list();
	answer_number_if(&a, "institution", path->number);
	answer_text_if(&a, "institution_name", institution_name(view, path->number));
	answer_role(&a, "role", view, path->role);
	answer_bool(&a, "granted", path->granted);
	answer_bool(&a, "member", path->member);
	answer_word(&a, "code", reason_code(path->reason));
	for (uint32_t i = 0; i < path->fact_count; i++)
		answer_add(&facts, NULL, fact_part(&path->facts[i]));
	answer_add(&a, "facts", facts);
	return a;
}

json_t *answer_why(const struct explanation *e, const struct view *view)
{
	struct answer a = answer_object(), paths = answer_list();
	for (uint32_t i = 0; i < e->path_count; i++)
		answer_add(&paths, NULL, path_part(view, &e->paths[i]));
	answer_int(&a, "now", clock_wall_s());
	answer_trouble(&a, view);
	answer_escaped(&a, "person", e->person);
	answer_bool(&a, "found", e->found);
	answer_escaped(&a, "vo_id", e->vo_id);
	answer_escaped(&a, "entry", e->source_dn);
	answer_escaped(&a, "entry_uuid", e->source_uuid);
	answer_bool(&a, "access", e->access);
	answer_add(&a, "paths", paths);
	answer_escaped(&a, "summary", e->summary);
	answer_escaped(&a, "next_step", e->next_step);
	return answer_end(&a);
}

static struct answer candidate_part(const struct entry *entry)
{
	struct answer a = answer_object();
	answer_text(&a, "name", entry_value(entry, FIELD_CN));
	answer_text_if(&a, "vo_id", entry_value(entry, FIELD_VO_ID));
	answer_text_if(&a, "uid", entry_value(entry, FIELD_UID));
	answer_text_if(&a, "mail", entry_value(entry, FIELD_MAIL));
	return a;
}

json_t *answer_ambiguous(const struct view *view, const uint32_t *people, uint32_t total)
{
	struct answer a = answer_object(), list = answer_list();
	for (uint32_t i = 0; i < total && i < CANDIDATES_MAX; i++)
		answer_add(&list, NULL, candidate_part(view_source(view)->people[people[i]].entry));
	answer_add(&a, "candidates", list);
	answer_int(&a, "total", total);
	return answer_end(&a);
}
