/* SPDX-License-Identifier: EUPL-1.2 */
/* columns.c - see columns.h. */
#include "ctl/columns.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"

const char *const status_columns[] = {"PART", "STATE", "CODE", "SINCE", "WHAT", NULL};
const char *const plan_columns[] = {"INSTITUTION", "CHANGE", "WHO", "ROLE", "VERDICT", "REASON", "WHY", NULL};
const char *const history_columns[] = {"CYCLE",   "STARTED", "TRIGGER", "RESULT", "GRANTED",
				       "REVOKED", "HELD",    "FAILED",  "DETAIL", NULL};
const char *const holds_columns[] = {"ID", "RULE", "WHERE", "CHANGES", "SINCE", "EXPIRES", "STATE", NULL};
const char *const directives_columns[] = {"KIND", "WHO", "WHERE", "EFFECT", "UNTIL", "BECAUSE", NULL};
const char *const changes_columns[] = {"CYCLE", "WHEN", "CHANGE", "WHERE", "WHO", "CAUSE", "WHY", NULL};
const char *const reads_columns[] = {"CYCLE",  "OF",       "WHEN",   "MS",     "PEOPLE", "INSTITUTIONS",
				     "GROUPS", "CANARIES", "RESULT", "SERVER", "PROVEN", NULL};
const char *const places_columns[] = {"NUMBER", "NAME",  "KIND",    "ADMITTED", "WHY",  "GROUPS",
				      "PEOPLE", "HOLDS", "STOPPED", "STATE",    "CODE", NULL}; /* institution --all */
const char *const statistics_columns[] = {"WEEK",    "CYCLES",  "FAILED",  "GRANTED", "REVOKED", "HOLDS",
					  "DECIDED", "EXPIRED", "LATENCY", "LONGEST", NULL};
const char *const doctor_columns[] = {"ID", "SEVERITY", "ABOUT", "WHAT", "DETAIL", "MEND", NULL};
const char *const drift_columns[] = {"NR", "WHAT", "WHERE", "WHO", "WHEN", "BY", NULL};

size_t columns_next(const char *const *columns, const char **at)
{
	const char *name = *at;
	size_t len = strcspn(name, ",");
	*at = name + len + (name[len] == ',');
	for (size_t i = 0; columns[i] != NULL; i++)
		if (strlen(columns[i]) == len && strncasecmp(columns[i], name, len) == 0)
			return i;
	return SIZE_MAX;
}

static int unknown(const char *const *columns, const char *name, struct err *err)
{
	struct buf list;
	buf_init(&list);
	for (size_t i = 0; columns[i] != NULL; i++)
		buf_format(&list, "%s%s", i > 0 ? ", " : "", columns[i]);
	int r = err_set(err, ERR_INVALID, "there is no column \"%.*s\"; there are %s", (int)strcspn(name, ","), name,
			buf_string(&list));
	buf_done(&list);
	return r;
}

/* A comma at the end is a name that was forgotten. */
int columns_check(const char *const *columns, const char *list, struct err *err)
{
	const char *at = list;
	do {
		const char *name = at;
		if (columns_next(columns, &at) == SIZE_MAX)
			return unknown(columns, name, err);
	} while (*at != '\0' || at[-1] == ',');
	return 0;
}
