/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * diff_flat.c - the flat group of each role against everybody who has the role at some institution.
 *
 * Wanted is who is in a role group and stays wanted there, or is given a place in one by this plan; somebody whom people took out of
 * the only one by hand is not. Whether it may be so now is said by what may go of the role groups' changes (flat.h). The values
 * themselves are compared as those of any role group, with the number NUMBER_EVERYWHERE: ownership, drift and restored backups alike.
 */
#include <stdlib.h>

#include "core/diff_group.h"

static int compare_memberships(const void *a, const void *b, void *ctx)
{
	const struct desired_membership *left = a, *right = b;
	const struct diff *diff = ctx;
	if (left->role != right->role)
		return left->role < right->role ? -1 : 1;
	return uuid_compare(&diff_standing(diff, left->person)->uuid, &diff_standing(diff, right->person)->uuid);
}

static struct desired_membership flat_of(const struct desired_membership *m)
{
	return (struct desired_membership){.number = NUMBER_EVERYWHERE,
					   .person = m->person,
					   .end_day = m->end_day,
					   .reason = R_GRANTED,
					   .role = m->role};
}

/* One for each person and role, in order. */
static int make_memberships(struct diff *diff, struct desired *flat)
{
	const struct desired *all = diff->desired;
	struct desired_membership *found = arena_array(&diff->scratch, all->membership_count, sizeof(*found));
	uint32_t count = 0, kept = 0;
	if (found == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < all->membership_count; i++)
		if (diff->present[i])
			found[count++] = flat_of(&all->memberships[i]);
	if (count > 1)
		qsort_r(found, count, sizeof(*found), compare_memberships, diff);
	for (uint32_t i = 0; i < count; i++)
		if (kept == 0 || compare_memberships(&found[kept - 1], &found[i], diff) != 0)
			found[kept++] = found[i];
	flat->memberships = found;
	flat->membership_count = kept;
	diff->flat = arena_array(&diff->scratch, kept, sizeof(*found)); /* for whoever asks afterwards */
	diff->flat_count = kept;
	diff->present = arena_array(&diff->scratch, kept, sizeof(*diff->present));
	if (diff->flat == NULL || diff->present == NULL)
		return ERR_NOMEM;
	if (kept > 0)
		memcpy(diff->flat, found, kept * sizeof(*found));
	return 0;
}

int diff_flat(struct diff *diff)
{
	const struct desired *all = diff->desired;
	struct desired flat = *all;
	if (!target_names_has_flat(diff->names))
		return 0;
	if (make_memberships(diff, &flat) < 0)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < diff->target->people_count; i++)
		diff->wanted_at[i] = NONE;
	diff->desired = &flat;
	int rc = diff_flat_groups(diff);
	if (rc == 0)
		rc = diff_forget_lost(diff);
	diff->desired = all;
	return rc;
}
