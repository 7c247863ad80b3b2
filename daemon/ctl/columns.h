/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * columns.h - the tables of which columns may be chosen (--output), and how names are read.
 *
 * A name is stable and one word; scripts rely on it. A new column goes to the end of its table. Names are found whatever their case.
 */
#ifndef DUAAL_CTL_COLUMNS_H
#define DUAAL_CTL_COLUMNS_H

#include <stddef.h>

#include "base/err.h"

/* NULL-ended; a row of the table has as many cells. */
extern const char *const status_columns[], *const plan_columns[], *const history_columns[];
extern const char *const changes_columns[], *const reads_columns[], *const refusals_columns[];
extern const char *const places_columns[], *const statistics_columns[], *const doctor_columns[];
extern const char *const holds_columns[], *const directives_columns[], *const drift_columns[];

/* The next name of the list "A,B": its position in columns; *at moves behind it. SIZE_MAX: there is no such column. */
size_t columns_next(const char *const *columns, const char **at);
/* ERR_INVALID: an unknown name, or none; the sentence lists those that there are. */
MUST_USE int columns_check(const char *const *columns, const char *list, struct err *err);

#endif
