/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * metrics_text.h - samples as a monitoring system reads them: the Prometheus text format, or OpenMetrics 1.0.
 *
 * The two differ in the name under which a counter is described and in how the text ends. A sample whose metric is in no row of the table
 * (control/metric_table.h) is left out.
 */
#ifndef DUAAL_CTL_METRICS_TEXT_H
#define DUAAL_CTL_METRICS_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"

struct metrics_form {
	bool openmetrics;
	const char *label; /* NAME=VALUE for every sample; NULL: none */
};

/* ERR_INVALID with a sentence: it is no NAME=VALUE, or a metric has a label of that name. */
MUST_USE int metrics_label_check(const char *label, struct err *err);
/* samples: of the reply of Metrics; NULL: the daemon did not answer. Failure is out's (buf_failed). */
void metrics_text(struct buf *out, const struct metrics_form *form, const json_t *samples);
void metrics_help(FILE *to); /* the table, for the help */

#endif
