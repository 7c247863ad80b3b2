/* SPDX-License-Identifier: EUPL-1.2 */
/* pages.c - see pages.h. */
#include "ctl/pages.h"

#include "ctl/screen.h"

int pages_join(struct ctl *ctl, json_t **whole, json_t *page, const char *list)
{
	json_t *before = json_object_get(*whole, list);
	if (before != NULL &&
	    (json_array_extend(before, json_object_get(page, list)) < 0 || json_object_set(page, list, before) < 0))
		return out_of_memory(ctl);
	json_decref(*whole);
	*whole = json_incref(page);
	return 0;
}
