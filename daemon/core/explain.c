/* SPDX-License-Identifier: EUPL-1.2 */
/* explain.c - see explain.h: who is meant, and every way in which the person might have access. */
#include "core/explain.h"

#include <stdlib.h>

#include "core/explain_parts.h"
#include "model/dn.h"
#include "core/word.h"

/* ---- who? ----------------------------------------------------------------------------------------- */

static bool has_value_nocase(const struct entry *entry, enum field field, struct text wanted)
{
	struct entry_cursor cursor = entry_values(entry);
	struct text value;
	while (entry_next_of(&cursor, field, &value))
		if (text_equal_nocase(text_trim(value), wanted))
			return true;
	return false;
}

static bool is_named_exactly(const struct entry *entry, struct text who)
{
	return has_value_nocase(entry, FIELD_VO_ID, who) || has_value_nocase(entry, FIELD_UID, who) ||
	       has_value_nocase(entry, FIELD_MAIL, who);
}

static bool contains_nocase(struct text t, struct text part)
{
	for (size_t at = 0; at + part.len <= t.len; at++)
		if (text_starts_nocase(text_make(t.at + at, t.len - at), part))
			return true;
	return false;
}

static bool has_every_word(const struct entry *entry, struct text who)
{
	struct text name = entry_value(entry, FIELD_CN), word;
	bool any = false;
	while (!text_is_empty(who)) {
		if (!text_split(who, ' ', &word, &who)) {
			word = who;
			who = text_of(NULL);
		}
		if (text_is_empty(word))
			continue;
		if (!contains_nocase(name, word))
			return false;
		any = true;
	}
	return any;
}

static uint32_t find_people(const struct source_snapshot *source, struct text who,
			    bool (*fits)(const struct entry *, struct text), uint32_t *positions, uint32_t max)
{
	uint32_t found = 0;
	for (uint32_t i = 0; i < source->people_count; i++) {
		if (!fits(source->people[i].entry, who))
			continue;
		if (found < max)
			positions[found] = i;
		found++;
	}
	return found;
}

uint32_t explain_find(const struct source_snapshot *source, struct text who, uint32_t *positions, uint32_t max)
{
	who = text_trim(who);
	if (text_is_empty(who))
		return 0;
	uint32_t found = find_people(source, who, is_named_exactly, positions, max);
	return found > 0 ? found : find_people(source, who, has_every_word, positions, max);
}

static uint32_t find_in_target(const struct target_snapshot *target, struct text who)
{
	who = text_trim(who);
	for (uint32_t i = 0; i < target->people_count && !text_is_empty(who); i++)
		if (is_named_exactly(target->people[i].entry, who) ||
		    has_value_nocase(target->people[i].entry, FIELD_CN, who))
			return i;
	return NONE;
}

/* Somebody deleted the person's entry, and not the values that lead to it: applications go by these. */
static void find_dangling(struct teller *t)
{
	struct buf dn;
	buf_init(&dn);
	target_names_person_dn(t->target->names, t->facts.vo_id, &dn);
	t->failed |= dn_key_of(buf_text(&dn), &t->dangling) < 0;
	t->failed |= buf_failed(&dn);
	buf_done(&dn);
}

static void introduce(struct teller *t, struct text who)
{
	char uuid[UUID_TEXT_SIZE];
	struct explanation *out = t->out;
	out->person = tell_value(t, text_trim(who));
	if (t->person == NONE) {
		t->target_person = find_in_target(t->target, who);
		if (t->target_person != NONE)
			out->vo_id = tell_value(t, entry_value(t->target->people[t->target_person].entry, FIELD_VO_ID));
		return;
	}
	const struct source_person *person = &t->policy->source->people[t->person];
	struct buf dn;
	buf_init(&dn);
	entry_dn(person->entry, text_of(source_bases_of(t->policy->source, person->source)->people), &dn);
	t->failed |= buf_failed(&dn);
	out->source_dn = tell_value(t, buf_text(&dn));
	buf_done(&dn);
	person_read(&t->judge, person->entry, &t->facts);
	t->whole = person_judge(&t->judge, t->person, &t->facts);
	t->target_person = target_person_by_vo_id(t->target, t->facts.vo_id);
	if (t->target_person == NONE)
		find_dangling(t);
	if (!text_is_empty(t->facts.cn))
		out->person = tell_value(t, t->facts.cn);
	out->vo_id = tell_value(t, t->facts.vo_id);
	out->source_uuid = tell_format(t, "%s", uuid_format(&person->entry->uuid, uuid));
	out->found = true;
	out->ambiguous = person->same_as != NONE;
}

/* ---- ways ----------------------------------------------------------------------------------------- */

static struct path *new_path(struct teller *t, uint32_t number, uint8_t role, enum reason reason)
{
	if (t->failed || t->out->path_count == EXPLAIN_PATHS_MAX)
		return NULL;
	struct path *path = &t->out->paths[t->out->path_count++];
	*path = (struct path){.number = number, .role = role, .reason = reason};
	path->granted = t->person != NONE && number != 0 && role != ROLE_NONE &&
			membership_is_wanted(t->policy, t->desired, t->person, number, role);
	return path;
}

static bool has_path(const struct teller *t, uint32_t number, uint8_t role)
{
	for (uint32_t i = 0; i < t->out->path_count; i++)
		if (t->out->paths[i].number == number && t->out->paths[i].role == role)
			return true;
	return false;
}

static bool is_asked(const struct teller *t, uint32_t number, uint8_t role)
{
	return (t->number == 0 || number == 0 || number == t->number) &&
	       (t->role == ROLE_NONE || role == ROLE_NONE || role == t->role);
}

/* reason: the judgement, by_source and value: what the source alone says, and where. */
static void add_told(struct teller *t, uint32_t number, uint8_t role, enum reason reason, const struct way_told *way)
{
	if (!is_asked(t, number, role) || (role != ROLE_NONE && has_path(t, number, role)))
		return;
	struct path *path = new_path(t, number, role, reason);
	if (path == NULL)
		return;
	tell_policy(t, path, way);
	path->policy_facts = path->fact_count;
	tell_target(t, path);
}

static void add_way(struct teller *t, uint32_t number, uint8_t role, enum reason reason, struct text value)
{
	const struct way_told way = {reason, value};
	add_told(t, number, role, reason, &way);
}

/* The judgement of all values together, so that it is the policy's. */
static void add_judged(struct teller *t, uint32_t number, uint8_t role)
{
	struct way_told way;
	enum reason reason = access_judge(&t->judge, t->desired, t->person, number, role, &way.value);
	way.by_source = source_judge(&t->judge, t->desired, t->person, number, role, &way.value);
	add_told(t, number, role, reason, &way);
}

static void add_organisation(struct teller *t, const struct right *right, struct text org, struct text value)
{
	uint32_t number;
	if (!number_parse(org, &number)) {
		add_way(t, 0, ROLE_NONE, R_NUMBER_MALFORMED, value);
		return;
	}
	if (right->context_count == 0)
		add_way(t, number, ROLE_NONE, R_RIGHT_WITHOUT_ROLE, value);
	for (uint32_t i = 0; i < right->context_count; i++) {
		uint8_t role = role_find(t->policy->settings, right->contexts[i]);
		if (role == ROLE_NONE)
			add_way(t, number, ROLE_NONE, R_ROLE_UNKNOWN, value);
		else
			add_judged(t, number, role);
	}
}

static void add_values(struct teller *t)
{
	struct entry_cursor cursor = entry_values(t->policy->source->people[t->person].entry);
	struct right right;
	struct text value;
	while (entry_next_of(&cursor, FIELD_RIGHT, &value)) {
		enum right_form read = right_parse(value, text_of(t->policy->settings->right), &right, NULL);
		if (read == RIGHT_MALFORMED)
			add_way(t, 0, ROLE_NONE, R_RIGHT_MALFORMED, value);
		for (uint32_t i = 0; read == RIGHT_READ && i < right.org_count; i++)
			add_organisation(t, &right, right.orgs[i], value);
	}
}

/* One that says where and as what is judged as a whole; else what is wrong with it is the answer. */
static void add_read(struct teller *t, const struct grant *grant, enum reason reason)
{
	if (grant->number != 0 && grant->role != ROLE_NONE)
		add_judged(t, grant->number, grant->role);
	else
		add_way(t, grant->number, ROLE_NONE, reason, grant->value);
}

static void add_grants(struct teller *t)
{
	const struct source_snapshot *source = t->policy->source;
	uint32_t at, end;
	source_grants_of(source, t->person, &at, &end);
	for (; at < end; at++) {
		struct grant grant;
		enum reason reason = grant_read(&t->judge, source->grants[source->grant_order[at]].entry, &grant);
		add_read(t, &grant, reason);
	}
}

static void add_ties(struct teller *t)
{
	const struct source_snapshot *source = t->policy->source;
	uint32_t at, end;
	source_ties_of(source, t->person, &at, &end);
	for (; at < end; at++) {
		struct grant grant;
		const struct entry *top = source->groups[tie_top(source, &source->ties[at])].entry;
		enum reason reason = group_read(&t->judge, top, &grant);
		add_read(t, &grant, reason);
	}
}

/* What people decided, also where no value of the source speaks of it. */
static void add_words(struct teller *t)
{
	for (uint32_t i = 0; i < t->desired->word_count; i++) {
		const struct word *word = &t->desired->words[i];
		if (word->person == t->person && word->reason != R_NONE && !has_path(t, word->number, word->role))
			add_judged(t, word->number, word->role);
	}
}

/* What the target has and no value of the source speaks of. */
static void add_member(struct teller *t, const struct target_group *group)
{
	if (group->role >= t->policy->settings->role_count || group->number == 0 ||
	    has_path(t, group->number, group->role))
		return;
	if (t->person != NONE)
		add_judged(t, group->number, group->role);
	else
		add_way(t, group->number, group->role, R_PERSON_UNKNOWN, text_of(NULL));
}

static void add_memberships(struct teller *t)
{
	for (uint32_t g = 0; g < t->target->group_count; g++)
		if (tell_member_of(t, g) != NONE)
			add_member(t, &t->target->groups[g]);
}

/* Nothing speaks of what was asked: the nearest failing condition is the right itself. */
static void add_lack(struct teller *t)
{
	if (t->out->path_count > 0 || (t->person == NONE && t->target_person == NONE))
		return;
	enum reason reason = R_PERSON_UNKNOWN;
	struct text value = text_of(NULL);
	if (t->person != NONE)
		reason = access_judge(&t->judge, t->desired, t->person, t->number, t->role, &value);
	add_way(t, t->number, t->role, reason, value);
}

/* ---- order and answer ----------------------------------------------------------------------------- */

static int rank(const struct path *path)
{
	return path->member * 1024 + path->granted * 512 + reason_progress(path->reason);
}

static int compare_paths(const void *a, const void *b)
{
	const struct path *left = a, *right = b;
	int better = rank(right) - rank(left);
	if (better != 0)
		return better;
	if (left->number != right->number)
		return left->number < right->number ? -1 : 1;
	return left->role - right->role;
}

static void answer(struct teller *t, struct text who)
{
	introduce(t, who);
	if (t->person != NONE) {
		add_values(t);
		add_grants(t);
		add_ties(t);
		add_words(t);
	}
	add_memberships(t);
	add_lack(t);
	struct explanation *out = t->out;
	if (out->path_count > 1)
		qsort(out->paths, out->path_count, sizeof(*out->paths), compare_paths);
	out->access = out->path_count > 0 && out->paths[0].member;
	tell_summary(t);
}

int explain_person(const struct explain_input *in, struct text who, uint32_t person, uint32_t number, uint8_t role,
		   struct arena *arena, struct explanation **ret, struct err *err)
{
	struct teller t = {.in = in,
			   .policy = in->plan_input->policy,
			   .target = in->plan_input->target,
			   .desired = in->plan_input->desired,
			   .plan = in->plan,
			   .arena = arena,
			   .person = person,
			   .target_person = NONE,
			   .number = number,
			   .role = role};
	judge_init(&t.judge, t.policy, &t.failed);
	t.out = arena_alloc(arena, sizeof(*t.out));
	if (t.out == NULL)
		return err_nomem(err);
	t.out->paths = arena_array(arena, EXPLAIN_PATHS_MAX, sizeof(*t.out->paths));
	if (t.out->paths == NULL)
		return err_nomem(err);
	answer(&t, who);
	if (t.failed)
		return err_nomem(err);
	*ret = t.out;
	return 0;
}
