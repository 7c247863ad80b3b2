/* SPDX-License-Identifier: EUPL-1.2 */
/* show_candidates.c - see show_candidates.h. */
#include "ctl/show_candidates.h"

#include <strings.h>

#include "base/language.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/screen.h"

/* Then no vo-id tells them apart. */
static bool have_one_vo_id(const json_t *candidates, long long total)
{
	size_t i;
	json_t *c;
	const char *first = field_text(json_array_get(candidates, 0), "vo_id");
	json_array_foreach(candidates, i, c)
	{
		if (strcasecmp(field_text(c, "vo_id"), first) != 0)
			return false;
	}
	return (long long)i == total && first[0] != '\0';
}

int show_candidates(struct ctl *ctl, const json_t *parameters)
{
	static const char *const columns[] = {N_("NAME"), N_("VO-ID"), N_("LOGIN"), N_("MAIL"), NULL};
	struct table *table = table_new(ctl, columns);
	long long total = field_int(parameters, "total");
	size_t i, count = json_array_size(json_object_get(parameters, "candidates"));
	json_t *c;
	if (have_one_vo_id(json_object_get(parameters, "candidates"), total))
		say(ctl,
		    "%lld entries of the source claim one vo-id: none of them gains access until that is mended (R9). "
		    "Ask again with one of these logins:",
		    total);
	else
		say(ctl, "%lld people answer to it. Ask again with one of these vo-ids:", total);
	json_array_foreach(json_object_get(parameters, "candidates"), i, c)
	{
		table_row(table, COLOUR_NONE,
			  (const char *const[]){field_text(c, "name"), field_text(c, "vo_id"), field_text(c, "uid"),
						field_text(c, "mail")});
	}
	int code = table_end(table);
	if (total > (long long)count)
		say(ctl, "and %lld more", total - (long long)count);
	return code != EXIT_OK ? code : EXIT_NOT_FOUND;
}
