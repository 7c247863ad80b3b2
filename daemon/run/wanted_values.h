/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wanted_values.h - what one entry of ours should say, collected from the core, and as modifications of a write.
 */
#ifndef DUAAL_RUN_WANTED_VALUES_H
#define DUAAL_RUN_WANTED_VALUES_H

#include "run/thought.h"

struct wanted_value {
	enum field field;
	size_t offset, len; /* into bytes */
};

struct wanted_list {
	struct wanted_value *items;
	size_t count, capacity;
	struct buf bytes;
	bool failed;
};

/* For the entry that this change makes or changes. wanted_done frees it. */
MUST_USE int wanted_collect(const struct thought *t, const struct change *c, struct wanted_list *list, struct err *err);
void wanted_done(struct wanted_list *list);

void wanted_put(struct buf *out, const struct wanted_list *list); /* for an add */
/* For a modify: value by value, only what differs from the entry as it was read; fields that are wanted no longer go. Key and
 * marker are left alone. The same fields as wanted_differs_from of the core compares, so that a difference is a modification. */
void wanted_put_difference(struct buf *out, const struct wanted_list *list, const struct entry *entry);

#endif
