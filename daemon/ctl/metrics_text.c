/* SPDX-License-Identifier: EUPL-1.2 */
/* metrics_text.c - see metrics_text.h. */
#include "ctl/metrics_text.h"

#include <string.h>

#include "base/language.h"
#include "control/metric_table.h"
#include "ctl/fields.h"

#define GAUGE   "gauge"
#define COUNTER "counter"
#define TOTAL   "_total"

static const struct row {
	const char *name, *type, *label, *help;
} table[METRICS] = {
#define X(id, name, type, label, help) {METRIC_PREFIX name, type, label, help},
	METRIC_TABLE(X)
#undef X
};

/* ---- the label of the caller --------------------------------------------------------------------- */

static size_t name_length(const char *label)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	size_t first = strspn(label, letters);
	return first > 0 ? first + strspn(label + first,
					  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")
			 : 0;
}

int metrics_label_check(const char *label, struct err *err)
{
	size_t len = name_length(label);
	if (len == 0 || label[len] != '=' || label[len + 1] == '\0')
		return err_set(err, ERR_INVALID,
			       "--label: NAME=VALUE is meant, as daemon=west; a name has letters, digits and _");
	for (int i = 0; i < METRICS; i++)
		if (strlen(table[i].label) == len && strncmp(table[i].label, label, len) == 0)
			return err_set(err, ERR_INVALID, "--label: %s has a label of that name already", table[i].name);
	return 0;
}

/* ---- samples --------------------------------------------------------------------------------------- */

/* Quoted as the formats want it; what could move a cursor is a question mark. */
static void put_label(struct buf *out, const char *name, size_t len, const char *value)
{
	buf_add(out, name, len);
	buf_add_string(out, "=\"");
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, *value >= ' ' && *value <= '~' ? *value : '?');
	}
	buf_add_char(out, '"');
}

/* In thousandths, because a decimal point is not a point in every locale. */
static void put_value(struct buf *out, double value)
{
	bool fits = value >= 0 && value < 1e15;
	long long thousandths = fits ? (long long)(value * 1000 + 0.5) : 0;
	buf_format(out, " %lld", thousandths / 1000);
	if (thousandths % 1000 != 0)
		buf_format(out, ".%03lld", thousandths % 1000);
	buf_add_char(out, '\n');
}

static void put_sample(struct buf *out, const struct metrics_form *form, const struct row *row, const char *label,
		       double value)
{
	bool own = row->label[0] != '\0' && label[0] != '\0';
	buf_add_string(out, row->name);
	if (own || form->label != NULL)
		buf_add_char(out, '{');
	if (own)
		put_label(out, row->label, strlen(row->label), label);
	if (own && form->label != NULL)
		buf_add_char(out, ',');
	if (form->label != NULL) {
		size_t len = name_length(form->label);
		put_label(out, form->label, len, form->label + len + 1);
	}
	if (own || form->label != NULL)
		buf_add_char(out, '}');
	put_value(out, value);
}

/* OpenMetrics describes a counter without its suffix. */
static void put_head(struct buf *out, const struct metrics_form *form, const struct row *row)
{
	size_t len = strlen(row->name);
	if (form->openmetrics && strcmp(row->type, COUNTER) == 0)
		len -= strlen(TOTAL);
	buf_format(out, "# HELP %.*s %s\n# TYPE %.*s %s\n", (int)len, row->name, row->help, (int)len, row->name,
		   row->type);
}

static void put_row(struct buf *out, const struct metrics_form *form, const struct row *row, const json_t *samples)
{
	bool head = false;
	size_t i;
	json_t *sample;
	json_array_foreach(samples, i, sample)
	{
		if (strcmp(field_text(sample, "metric"), row->name) != 0)
			continue;
		if (!head)
			put_head(out, form, row);
		head = true;
		put_sample(out, form, row, field_text(sample, "label"),
			   json_number_value(json_object_get(sample, "value")));
	}
}

void metrics_text(struct buf *out, const struct metrics_form *form, const json_t *samples)
{
	if (samples == NULL) {
		put_head(out, form, &table[METRIC_UP]);
		put_sample(out, form, &table[METRIC_UP], "", 0);
	}
	for (int i = 0; i < METRICS; i++)
		put_row(out, form, &table[i], samples);
	if (form->openmetrics)
		buf_add_string(out, "# EOF\n");
}

void metrics_help(FILE *to)
{
	fputs(tr("\nMetrics:\n"), to);
	for (const struct row *row = table; row < table + METRICS; row++) {
		char left[80];
		bool label = row->label[0] != '\0';
		snprintf(left, sizeof(left), "%s%s%s%s", row->name, label ? "{" : "", row->label, label ? "}" : "");
		fprintf(to, "  %-43s %s\n", left, tr(row->help));
	}
}
