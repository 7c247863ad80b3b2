/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_join.c - see snapshot.h: the snapshots of several sources as one.
 *
 *   people          those of every read, then those of every question: as in one source
 *   institutions    all, by number
 *   grants, groups  as each source's own seal resolved them, with the positions moved: a DN or a vo-id in one directory
 *                   names nobody in another
 */
#include <stdlib.h>

#include "base/vec.h"
#include "model/snapshot_parts.h"
#include "model/source_parts.h"

struct join {
	const struct source_snapshot *const *parts;
	uint32_t count;
	struct source_snapshot *s;
	uint32_t read_starts[SOURCES_MAX], asked_starts[SOURCES_MAX]; /* where each one's people begin in s */
	struct grant_list grants, groups;
	struct grant_index index;
};

static uint32_t read_count(const struct source_snapshot *part)
{
	return part->people_count - part->asked_count;
}

/* Where a part's person stands in the whole. */
static uint32_t moved(const struct join *j, uint32_t part, uint32_t person)
{
	uint32_t read = read_count(j->parts[part]);
	if (person == NONE)
		return NONE;
	return person < read ? j->read_starts[part] + person : j->asked_starts[part] + person - read;
}

static int shown_twice(const struct join *j, uint32_t one, uint32_t other, const struct uuid *uuid, struct err *err)
{
	char text[UUID_TEXT_SIZE];
	uuid_format(uuid, text);
	return err_set(err, ERR_INCOMPLETE,
		       "sources %s and %s both show the entry with entryUUID %s: each entry belongs to one source; are "
		       "they one directory, or a copy of it?",
		       j->parts[one]->bases.name, j->parts[other]->bases.name, text);
}

/* ---- what there is -------------------------------------------------------------------------------- */

static int check_parts(const struct join *j, struct err *err)
{
	if (j->count < 2 || j->count > SOURCES_MAX)
		return err_set(err, ERR_INVALID, "%u sources cannot be joined: 2 to %d can", j->count, SOURCES_MAX);
	for (uint32_t i = 0; i < j->count; i++) {
		if (j->parts[i]->sources != NULL)
			return err_set(err, ERR_INVALID, "sources that were joined are joined anew from their parts");
		for (uint32_t k = 0; k < i; k++)
			if (strcmp(j->parts[i]->bases.name, j->parts[k]->bases.name) == 0)
				return err_set(err, ERR_INVALID, "two sources are called %s", j->parts[i]->bases.name);
	}
	return 0;
}

static int copy_sources(struct join *j)
{
	struct source_snapshot *s = j->s;
	if (vec_make(&s->sources, j->count, sizeof(*s->sources)) < 0)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < j->count; i++) {
		s->sources[i].certificate = j->parts[i]->certificate;
		s->source_count++;
		if (source_copy_bases(&s->sources[i].bases, &j->parts[i]->bases) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

static int make_room(struct join *j)
{
	struct source_snapshot *s = j->s;
	const struct source_bases none = {0};
	uint64_t people = 0, institutions = 0;
	for (uint32_t i = 0; i < j->count; i++) {
		people += j->parts[i]->people_count;
		institutions += j->parts[i]->institution_count;
	}
	if (people >= NONE || institutions >= NONE)
		return ERR_NOMEM;
	if (source_copy_bases(&s->bases, &none) < 0 || copy_sources(j) < 0 ||
	    map_reserve(&s->people_by_uuid, NULL, (uint32_t)people) < 0)
		return ERR_NOMEM;
	return vec_make(&s->people, people, sizeof(*s->people)) < 0 ||
			       vec_make(&s->institutions, institutions, sizeof(*s->institutions)) < 0 ||
			       vec_make(&s->absent, j->parts[0]->absent_count, sizeof(*s->absent)) < 0
		       ? ERR_NOMEM
		       : 0;
}

/* What all of them prove together: as old as the oldest, and checked where all were. */
static void add_certificate(struct certificate *whole, const struct certificate *part, bool first)
{
	whole->checks = first ? part->checks : whole->checks & part->checks;
	for (int kind = 0; kind < ENTRY_KINDS; kind++)
		whole->counts[kind] += part->counts[kind];
	whole->canaries_seen += part->canaries_seen;
	whole->canaries_expected += part->canaries_expected;
	whole->references += part->references;
	whole->pages += part->pages;
	if (first || part->started_s < whole->started_s)
		whole->started_s = part->started_s;
	if (first || part->started_boot_ms < whole->started_boot_ms)
		whole->started_boot_ms = part->started_boot_ms;
	if (first || part->ended_s > whole->ended_s)
		whole->ended_s = part->ended_s;
	if (part->duration_ms > whole->duration_ms)
		whole->duration_ms = part->duration_ms;
}

/* ---- people and institutions ---------------------------------------------------------------------- */

static int add_people(struct join *j, uint32_t part, uint32_t first, uint32_t end, struct err *err)
{
	struct source_snapshot *s = j->s;
	for (uint32_t i = first; i < end; i++) {
		struct source_person person = j->parts[part]->people[i];
		uint64_t hash = snapshot_hash_uuid(&person.entry->uuid);
		uint32_t twice = map_find(&s->people_by_uuid, s->people, hash, &person.entry->uuid);
		if (twice != NONE)
			return shown_twice(j, s->people[twice].source, part, &person.entry->uuid, err);
		person.source = (uint8_t)part;
		s->people[s->people_count] = person;
		entry_ref(person.entry);
		if (map_add(&s->people_by_uuid, s->people, hash, s->people_count++) < 0)
			return err_nomem(err);
	}
	return 0;
}

static int join_people(struct join *j, struct err *err)
{
	struct source_snapshot *s = j->s;
	int rc = 0;
	for (uint32_t i = 0; rc == 0 && i < j->count; i++) {
		j->read_starts[i] = s->people_count;
		rc = add_people(j, i, 0, read_count(j->parts[i]), err);
	}
	for (uint32_t i = 0; rc == 0 && i < j->count; i++) {
		const struct source_snapshot *part = j->parts[i];
		j->asked_starts[i] = s->people_count;
		s->asked_count += part->asked_count;
		s->invited_count += part->invited_count;
		rc = add_people(j, i, read_count(part), part->people_count, err);
	}
	if (rc == 0 && source_index_vo_ids(s->people, s->people_count, &s->people_by_vo_id) < 0)
		rc = err_nomem(err);
	return rc;
}

static int compare_entries(const void *a, const void *b)
{
	const struct source_institution *left = a, *right = b;
	return uuid_compare(&left->entry->uuid, &right->entry->uuid);
}

static int join_institutions(struct join *j, struct err *err)
{
	struct source_snapshot *s = j->s;
	for (uint32_t i = 0; i < j->count; i++)
		for (uint32_t k = 0; k < j->parts[i]->institution_count; k++) {
			const struct source_institution *from = &j->parts[i]->institutions[k];
			s->institutions[s->institution_count++] =
				(struct source_institution){entry_ref(from->entry), from->number, NONE, (uint8_t)i};
		}
	qsort(s->institutions, s->institution_count, sizeof(*s->institutions), compare_entries);
	for (uint32_t i = 1; i < s->institution_count; i++)
		if (compare_entries(&s->institutions[i - 1], &s->institutions[i]) == 0)
			return shown_twice(j, s->institutions[i - 1].source, s->institutions[i].source,
					   &s->institutions[i].entry->uuid, err);
	source_sort_institutions(s);
	return 0;
}

/* ---- grants and right groups ---------------------------------------------------------------------- */

static int add_entry(struct join *j, uint32_t part, struct grant_list *list, struct entry *entry, struct err *err)
{
	if (map_find(&list->index.by_uuid, list->at, snapshot_hash_uuid(&entry->uuid), &entry->uuid) == NONE)
		return grant_list_add(list, entry_ref(entry), err);
	const struct source_question shown = {entry->uuid, entry->kind};
	uint32_t other = 0;
	while (other < part && !source_has(j->parts[other], &shown))
		other++;
	return shown_twice(j, other, part, &entry->uuid, err);
}

static int join_grants(struct join *j, uint32_t part, struct err *err)
{
	const struct source_snapshot *from = j->parts[part];
	int rc = 0;
	for (uint32_t i = 0; rc == 0 && i < from->grant_count; i++) {
		rc = add_entry(j, part, &j->grants, from->grants[i].entry, err);
		if (rc == 0)
			j->grants.at[j->grants.count - 1].person = moved(j, part, from->grants[i].person);
	}
	return rc;
}

static int reserve_groups(struct join *j)
{
	uint64_t groups = 0, steps = 0, ties = 0;
	for (uint32_t i = 0; i < j->count; i++) {
		groups += j->parts[i]->group_count;
		steps += j->parts[i]->step_count;
		ties += j->parts[i]->tie_count;
	}
	if (groups >= NONE || steps >= NONE || ties >= NONE)
		return ERR_NOMEM;
	j->index.groups = calloc(groups + 1, sizeof(*j->index.groups));
	j->index.steps = calloc(steps + 1, sizeof(*j->index.steps));
	j->index.ties = calloc(ties + 1, sizeof(*j->index.ties));
	return j->index.groups == NULL || j->index.steps == NULL || j->index.ties == NULL ? ERR_NOMEM : 0;
}

static int join_groups(struct join *j, uint32_t part, struct err *err)
{
	const struct source_snapshot *from = j->parts[part];
	struct grant_index *into = &j->index;
	uint32_t first_group = j->groups.count, first_step = into->step_count;
	int rc = 0;
	for (uint32_t i = 0; rc == 0 && i < from->group_count; i++) {
		into->groups[first_group + i] = from->groups[i];
		rc = add_entry(j, part, &j->groups, from->groups[i].entry, err);
	}
	for (uint32_t i = 0; rc == 0 && i < from->step_count; i++) {
		const struct source_step *step = &from->steps[i];
		into->steps[into->step_count++] = (struct source_step){first_group + step->group,
								       step->up == NONE ? NONE : first_step + step->up};
	}
	for (uint32_t i = 0; rc == 0 && i < from->tie_count; i++)
		into->ties[into->tie_count++] =
			(struct source_tie){moved(j, part, from->ties[i].person), first_step + from->ties[i].step};
	into->unclear_groups += from->unclear_groups;
	return rc;
}

static int join_all_grants(struct join *j, struct err *err)
{
	struct source_snapshot *s = j->s;
	int rc = reserve_groups(j) < 0 ? err_nomem(err) : 0;
	for (uint32_t i = 0; rc == 0 && i < j->count; i++) {
		rc = join_grants(j, i, err);
		if (rc == 0)
			rc = join_groups(j, i, err);
		s->sources[i].grant_end = j->grants.count;
		s->sources[i].group_end = j->groups.count;
	}
	if (rc == 0 && j->grants.count > 0 && grant_index_order_grants(&j->grants, s->people_count, &j->index) < 0)
		rc = err_nomem(err);
	if (rc == 0 && j->groups.count > 0 && grant_index_order_ties(&j->index, s->people_count) < 0)
		rc = err_nomem(err);
	if (rc == 0)
		grant_index_give(s, &j->grants, &j->groups, &j->index);
	return rc;
}

/* ---- the whole ------------------------------------------------------------------------------------ */

/* Nowhere is proven only when everybody was asked. */
static void join_absent(struct join *j)
{
	for (uint32_t i = 0; i < j->parts[0]->absent_count; i++) {
		const struct uuid *uuid = &j->parts[0]->absent[i];
		uint32_t sure = 1;
		while (sure < j->count && source_is_absent(j->parts[sure], uuid))
			sure++;
		if (sure == j->count)
			j->s->absent[j->s->absent_count++] = *uuid;
	}
}

static int join(struct join *j, struct err *err)
{
	struct source_snapshot *s = j->s;
	source_init_maps(&s->people_by_uuid, &s->people_by_vo_id);
	if (make_room(j) < 0)
		return err_nomem(err);
	for (uint32_t i = 0; i < j->count; i++)
		add_certificate(&s->certificate, &j->parts[i]->certificate, i == 0);
	int rc = join_people(j, err);
	if (rc == 0)
		rc = join_institutions(j, err);
	if (rc == 0)
		rc = join_all_grants(j, err);
	if (rc == 0)
		join_absent(j);
	return rc;
}

int source_join(const struct source_snapshot *const *parts, uint32_t count, struct source_snapshot **ret,
		struct err *err)
{
	struct join j = {.parts = parts, .count = count};
	int rc = check_parts(&j, err);
	if (rc < 0)
		return rc;
	grant_list_init(&j.grants);
	grant_list_init(&j.groups);
	j.s = calloc(1, sizeof(*j.s));
	rc = j.s == NULL ? err_nomem(err) : join(&j, err);
	grant_list_done(&j.grants);
	grant_list_done(&j.groups);
	grant_index_done(&j.index);
	if (rc == 0)
		*ret = j.s;
	else
		source_free(j.s);
	return rc;
}
