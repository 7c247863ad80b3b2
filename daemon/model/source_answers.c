/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_answers.c - see snapshot.h: the second question's answers join a sealed source snapshot, and so does whoever
 * an override names.
 *
 * Everything is built beside the snapshot and swapped in at the end, so that a failure changes nothing.
 */
#include <stdlib.h>

#include "model/snapshot_parts.h"
#include "model/source_parts.h"

struct joined {
	struct source_person *people;
	struct uuid *absent;
	uint32_t people_count, absent_count, asked_count, invited_count;
	uint32_t read_count; /* people of the read itself: the first ones */
	struct map by_uuid, by_vo_id;
	struct grant_list grants, groups;
	struct grant_index grant_index;
	struct entry **kept; /* one reference for each answer that is a person */
	uint32_t kept_count;
};

static void joined_done(struct joined *j)
{
	for (uint32_t i = 0; i < j->kept_count; i++)
		entry_unref(j->kept[i]);
	map_done(&j->by_uuid);
	map_done(&j->by_vo_id);
	grant_list_done(&j->grants);
	grant_list_done(&j->groups);
	grant_index_done(&j->grant_index);
	free(j->people);
	free(j->absent);
	free(j->kept);
}

static int check(const struct entry *const *answers, uint32_t count, const struct certificate *cert, struct err *err)
{
	uint32_t added[ENTRY_KINDS] = {0};
	for (uint32_t i = 0; i < count; i++) {
		int rc = snapshot_check_uuid(answers[i], err);
		if (rc < 0)
			return rc;
		if (answers[i]->kind != ENTRY_PERSON && answers[i]->kind != ENTRY_ABSENT &&
		    answers[i]->kind != ENTRY_GRANT && answers[i]->kind != ENTRY_RIGHT_GROUP)
			return err_set(err, ERR_PROTOCOL, "an entry of kind %u does not answer a question",
				       answers[i]->kind);
		added[answers[i]->kind]++;
	}
	return snapshot_check(cert, added, err);
}

static int copy_grants(struct grant_list *into, const struct source_grant *from, uint32_t count)
{
	struct err err;
	for (uint32_t i = 0; i < count; i++)
		if (grant_list_add(into, entry_ref(from[i].entry), &err) < 0)
			return ERR_NOMEM;
	return 0;
}

static int copy_present(struct joined *j, const struct source_snapshot *s, uint32_t more)
{
	size_t people = (size_t)s->people_count + more, absent = (size_t)s->absent_count + more;
	source_init_maps(&j->by_uuid, &j->by_vo_id);
	grant_list_init(&j->grants);
	grant_list_init(&j->groups);
	if (copy_grants(&j->grants, s->grants, s->grant_count) < 0 ||
	    copy_grants(&j->groups, s->group_entries, s->group_count) < 0)
		return ERR_NOMEM;
	if (people >= NONE || absent >= NONE)
		return ERR_NOMEM;
	j->people = calloc(people + 1, sizeof(*j->people)); /* + 1: never a request for nothing */
	j->absent = calloc(absent + 1, sizeof(*j->absent));
	j->kept = calloc((size_t)more + 1, sizeof(struct entry *));
	if (j->people == NULL || j->absent == NULL || j->kept == NULL)
		return ERR_NOMEM;
	if (s->people_count > 0)
		memcpy(j->people, s->people, s->people_count * sizeof(*j->people));
	if (s->absent_count > 0)
		memcpy(j->absent, s->absent, s->absent_count * sizeof(*j->absent));
	j->people_count = s->people_count;
	j->absent_count = s->absent_count;
	j->asked_count = s->asked_count;
	j->invited_count = s->invited_count;
	j->read_count = s->people_count - s->asked_count;
	if (map_reserve(&j->by_uuid, j->people, (uint32_t)people) < 0)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < j->people_count; i++)
		if (map_add(&j->by_uuid, j->people, snapshot_hash_uuid(&j->people[i].entry->uuid), i) < 0)
			return ERR_NOMEM;
	return 0;
}

static void forget_absent(struct joined *j, const struct uuid *uuid)
{
	uint32_t left = 0;
	for (uint32_t i = 0; i < j->absent_count; i++)
		if (!uuid_equal(&j->absent[i], uuid))
			j->absent[left++] = j->absent[i];
	j->absent_count = left;
}

/* Somebody asked for by entryUUID and by vo-id is no part of what the read found either. */
static void replace(struct joined *j, uint32_t at, struct source_person person)
{
	bool was = j->people[at].invited;
	person.invited = was || (person.invited && at >= j->read_count);
	j->invited_count += person.invited && !was;
	j->people[at] = person;
}

static int append(struct joined *j, const struct source_person *person, uint64_t hash)
{
	j->people[j->people_count] = *person;
	j->asked_count++;
	j->invited_count += person->invited;
	return map_add(&j->by_uuid, j->people, hash, j->people_count++);
}

static int join(struct joined *j, const struct entry *answer, bool invited)
{
	if (answer->kind == ENTRY_ABSENT) {
		j->absent[j->absent_count++] = answer->uuid; /* maybe once more: see sort_absent */
		return 0;
	}
	forget_absent(j, &answer->uuid);
	const bool somebody = answer->kind == ENTRY_PERSON;
	struct entry *kept = somebody ? source_keep_person(answer, NULL) : entry_keep(answer);
	if (kept == NULL)
		return ERR_NOMEM;
	if (!somebody)
		return grant_list_add(answer->kind == ENTRY_GRANT ? &j->grants : &j->groups, kept, &(struct err){0});
	j->kept[j->kept_count++] = kept;
	const struct source_person person = {.entry = kept, .same_as = NONE, .invited = invited};
	uint64_t hash = snapshot_hash_uuid(&answer->uuid);
	uint32_t at = map_find(&j->by_uuid, j->people, hash, &answer->uuid);
	if (at == NONE)
		return append(j, &person, hash);
	replace(j, at, person);
	return 0;
}

static int compare_uuids(const void *a, const void *b)
{
	return uuid_compare(a, b);
}

/* Everybody may be absent, so nobody is looked for while they come. */
static void sort_absent(struct joined *j)
{
	uint32_t count = 0;
	if (j->absent_count > 0)
		qsort(j->absent, j->absent_count, sizeof(*j->absent), compare_uuids);
	for (uint32_t i = 0; i < j->absent_count; i++)
		if (count == 0 || !uuid_equal(&j->absent[count - 1], &j->absent[i]))
			j->absent[count++] = j->absent[i];
	j->absent_count = count;
}

/* Moves the references: the snapshot's own are taken for all, then those that fell out are dropped. */
static void swap_in(struct source_snapshot *s, struct joined *j)
{
	for (uint32_t i = 0; i < j->people_count; i++)
		entry_ref(j->people[i].entry);
	for (uint32_t i = 0; i < s->people_count; i++)
		entry_unref(s->people[i].entry);
	struct source_person *people = s->people;
	struct uuid *absent = s->absent;
	struct map by_uuid = s->people_by_uuid, by_vo_id = s->people_by_vo_id;
	s->people = j->people;
	s->people_count = j->people_count;
	s->absent = j->absent;
	s->absent_count = j->absent_count;
	s->asked_count = j->asked_count;
	s->invited_count = j->invited_count;
	s->people_by_uuid = j->by_uuid;
	s->people_by_vo_id = j->by_vo_id;
	source_drop_grants(s);
	grant_index_give(s, &j->grants, &j->groups, &j->grant_index);
	j->people = people;
	j->absent = absent;
	j->by_uuid = by_uuid;
	j->by_vo_id = by_vo_id;
}

int source_add_answers(struct source_snapshot *s, const struct entry *const *answers, uint32_t count, uint32_t invited,
		       const struct certificate *cert, struct err *err)
{
	struct joined j = {0};
	int rc = s->sources == NULL ? check(answers, count, cert, err)
				    : err_set(err, ERR_INVALID, "answers join the source that gave them");
	if (rc < 0) {
		err_prefix(err, "questions");
		return rc;
	}
	rc = copy_present(&j, s, count);
	for (uint32_t i = 0; rc == 0 && i < count; i++)
		rc = join(&j, answers[i], count - i <= invited);
	if (rc == 0)
		rc = source_index_vo_ids(j.people, j.people_count, &j.by_vo_id);
	const struct people_view view = {&s->bases, j.people, j.people_count, &j.by_vo_id};
	if (rc == 0)
		rc = grant_index_make(&view, &j.grants, &j.groups, &j.grant_index);
	if (rc == 0) {
		sort_absent(&j);
		swap_in(s, &j);
	} else {
		rc = err_nomem(err);
	}
	joined_done(&j);
	return rc;
}

bool source_is_absent(const struct source_snapshot *s, const struct uuid *uuid)
{
	return s->absent_count > 0 &&
	       bsearch(uuid, s->absent, s->absent_count, sizeof(*s->absent), compare_uuids) != NULL;
}
