/* SPDX-License-Identifier: EUPL-1.2 */
/* columns.c - see columns.h. */
#include "ctl/columns.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/language.h"

const char *const status_columns[] = {N_("PART"), N_("STATE"), N_("CODE"), N_("SINCE"), N_("WHAT"), NULL};
const char *const plan_columns[] = {N_("INSTITUTION"), N_("CHANGE"), N_("WHO"), N_("ROLE"),
				    N_("VERDICT"),     N_("REASON"), N_("WHY"), NULL};
const char *const history_columns[] = {N_("CYCLE"),   N_("STARTED"), N_("TRIGGER"), N_("RESULT"),
				       N_("GRANTED"), N_("REVOKED"), N_("HELD"),    N_("FAILED"),
				       N_("DETAIL"),  N_("ENTRIES"), NULL};
const char *const holds_columns[] = {N_("ID"),    N_("RULE"),    N_("WHERE"), N_("CHANGES"),
				     N_("SINCE"), N_("EXPIRES"), N_("STATE"), NULL};
const char *const directives_columns[] = {N_("KIND"),  N_("WHO"),     N_("WHERE"), N_("EFFECT"),
					  N_("UNTIL"), N_("BECAUSE"), NULL};
const char *const changes_columns[] = {N_("CYCLE"), N_("WHEN"),  N_("CHANGE"), N_("WHERE"),
				       N_("WHO"),   N_("CAUSE"), N_("WHY"),    NULL};
const char *const reads_columns[] = {N_("CYCLE"),  N_("OF"),           N_("WHEN"),   N_("MS"),
				     N_("PEOPLE"), N_("INSTITUTIONS"), N_("GROUPS"), N_("CANARIES"),
				     N_("RESULT"), N_("SERVER"),       N_("PROVEN"), NULL};
const char *const refusals_columns[] = {N_("CODE"), N_("WHO"), N_("WHERE"), N_("VALUE"), N_("ENTRY"), NULL};
const char *const places_columns[] = {N_("NUMBER"),  N_("NAME"),   N_("KIND"),   N_("ADMITTED"),
				      N_("WHY"),     N_("GROUPS"), N_("PEOPLE"), N_("HOLDS"),
				      N_("STOPPED"), N_("STATE"),  N_("CODE"),   NULL}; /* institution --all */
const char *const statistics_columns[] = {N_("WEEK"),    N_("CYCLES"),  N_("FAILED"),  N_("GRANTED"),
					  N_("REVOKED"), N_("HOLDS"),   N_("DECIDED"), N_("EXPIRED"),
					  N_("LATENCY"), N_("LONGEST"), NULL};
const char *const doctor_columns[] = {N_("ID"),     N_("SEVERITY"), N_("ABOUT"), N_("WHAT"),
				      N_("DETAIL"), N_("MEND"),     NULL};
const char *const drift_columns[] = {N_("NR"), N_("WHAT"), N_("WHERE"), N_("WHO"), N_("WHEN"), N_("BY"), NULL};

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
