/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * screen_table.c - the tables of screen.h. On a terminal the last column is folded between words; where too little room is left for that,
 * the terminal folds the line as it likes.
 */
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <wchar.h>

#include "base/language.h"
#include "ctl/columns.h"
#include "ctl/exit_code.h"
#include "ctl/screen.h"

#define COLUMNS_MAX 32
#define FOLD_MIN    16 /* columns: a narrower last column is harder to read than a line that the terminal folds */

static const char *const scols_names[] = {NULL, "green", "brown", "lightred", "bold"};

struct table {
	struct ctl *ctl;
	struct libscols_table *inside;
	size_t chosen[COLUMNS_MAX]; /* which of a row's cells are shown, in order */
	size_t columns;             /* of these */
	bool failed;
};

static struct table *table_free(struct table *table)
{
	scols_unref_table(table->inside);
	free(table);
	return NULL;
}

static void add_column(struct table *table, const char *const *columns, size_t at)
{
	table->failed |= table->columns == COLUMNS_MAX;
	table->failed = table->failed || scols_table_new_column(table->inside, tr(columns[at]), 0, 0) == NULL;
	if (!table->failed)
		table->chosen[table->columns++] = at;
}

static void choose_columns(struct table *table, const char *const *columns)
{
	const char *list = table->ctl->form.output;
	for (size_t i = 0; list == NULL && columns[i] != NULL; i++)
		add_column(table, columns, i);
	while (list != NULL && *list != '\0')
		add_column(table, columns, columns_next(columns, &list));
}

static void set_form(struct table *table)
{
	const struct ctl *ctl = table->ctl;
	scols_table_set_stream(table->inside, ctl->out);
	scols_table_enable_colors(table->inside, ctl->colours && !ctl->form.raw);
	scols_table_enable_noencoding(table->inside, 1); /* cells are escaped by us */
	scols_table_enable_noheadings(table->inside, ctl->form.noheadings);
	scols_table_enable_raw(table->inside, ctl->form.raw);
}

struct table *table_new(struct ctl *ctl, const char *const *columns)
{
	struct table *table = calloc(1, sizeof(*table));
	if (table == NULL || (table->inside = scols_new_table()) == NULL) {
		free(table);
		return NULL;
	}
	table->ctl = ctl;
	set_form(table);
	choose_columns(table, columns);
	if (table->failed)
		table = table_free(table);
	return table;
}

static bool set_cell(struct libscols_line *line, size_t at, const char *text)
{
	struct buf visible;
	buf_init(&visible);
	screen_escape(&visible, text_of(text));
	bool done = !buf_failed(&visible) && scols_line_set_data(line, at, buf_string(&visible)) == 0;
	buf_done(&visible);
	return done;
}

void table_row(struct table *table, enum colour colour, const char *const *cells)
{
	struct libscols_line *line = table != NULL ? scols_table_new_line(table->inside, NULL) : NULL;
	if (line == NULL) {
		if (table != NULL)
			table->failed = true;
		return;
	}
	for (size_t i = 0; i < table->columns; i++) {
		const char *cell = cells[table->chosen[i]];
		bool nothing = table->ctl->form.raw && cell[0] == '\0'; /* else the cells behind it would move up */
		table->failed |= !set_cell(line, i, nothing ? "-" : cell);
	}
	if (table->ctl->colours && colour != COLOUR_NONE)
		table->failed |= scols_line_set_color(line, scols_names[colour]) != 0;
}

/* ---- folding ------------------------------------------------------------------------------------------- */

/* Columns of the first len bytes; what cannot be measured counts as one a byte. */
static size_t width_of(const char *text, size_t len)
{
	size_t width = 0;
	mbstate_t state = {0};
	while (len > 0) {
		wchar_t c;
		size_t used = mbrtowc(&c, text, len, &state);
		bool known = used != 0 && used <= len;
		int columns = known ? wcwidth(c) : 1;
		width += columns > 0 ? (size_t)columns : 0;
		used = known ? used : 1;
		text += used;
		len -= used;
	}
	return width;
}

/* Where a piece of at most so many bytes may end without cutting a character of UTF-8 in two. */
static size_t whole_characters(const char *text, size_t len)
{
	size_t end = len;
	while (end > 1 && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	return end > 1 ? end : len;
}

static size_t word_of(const char *text, size_t width)
{
	size_t len = strcspn(text, " ");
	return width_of(text, len) <= width ? len : whole_characters(text, width);
}

static void fold(struct buf *out, const char *text, size_t width)
{
	size_t column = 0;
	while (*text != '\0') {
		size_t len = word_of(text, width), columns = width_of(text, len);
		if (column > 0 && column + 1 + columns > width) {
			buf_add_char(out, '\n');
			column = 0;
		}
		buf_add_string(out, column > 0 ? " " : "");
		buf_add(out, text, len);
		column += columns + (column > 0 ? 1 : 0);
		text += len;
		text += strspn(text, " ");
	}
}

static const char *cell_text(struct libscols_line *line, size_t at)
{
	const char *text = scols_cell_get_data(scols_line_get_cell(line, at));
	return text != NULL ? text : "";
}

/* Columns of a column: of its widest cell, or of its name. */
static size_t measure(struct table *table, size_t at)
{
	struct libscols_column *column = scols_table_get_column(table->inside, at);
	const char *name = scols_cell_get_data(scols_column_get_header(column));
	size_t widest = width_of(name, strlen(name));
	for (size_t i = 0; i < scols_table_get_nlines(table->inside); i++) {
		const char *text = cell_text(scols_table_get_line(table->inside, i), at);
		size_t width = width_of(text, strlen(text));
		widest = width > widest ? width : widest;
	}
	return widest;
}

/* Columns that the others leave to the last one on this terminal. */
static size_t room_of_last(struct table *table)
{
	struct winsize size;
	size_t used = 0;
	if (ioctl(fileno(table->ctl->out), TIOCGWINSZ, &size) < 0)
		return 0;
	for (size_t i = 0; i + 1 < table->columns; i++)
		used += measure(table, i) + 1;
	return size.ws_col > used ? size.ws_col - used : 0;
}

static bool fold_cell(struct libscols_line *line, size_t at, size_t width)
{
	struct buf folded;
	buf_init(&folded);
	fold(&folded, cell_text(line, at), width);
	bool done = !buf_failed(&folded) && scols_line_set_data(line, at, buf_string(&folded)) == 0;
	buf_done(&folded);
	return done;
}

static void fold_last(struct table *table)
{
	size_t last = table->columns - 1, room = room_of_last(table);
	struct libscols_column *column = scols_table_get_column(table->inside, last);
	if (room < FOLD_MIN || measure(table, last) <= room)
		return;
	for (size_t i = 0; i < scols_table_get_nlines(table->inside); i++)
		table->failed |= !fold_cell(scols_table_get_line(table->inside, i), last, room);
	table->failed |= scols_column_set_flags(column, SCOLS_FL_WRAP) != 0 ||
			 scols_column_set_safechars(column, "\n") != 0 ||
			 scols_column_set_wrapfunc(column, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL) != 0;
}

int table_end(struct table *table)
{
	if (table == NULL)
		return EXIT_SOFTWARE;
	int code = EXIT_OK;
	if (table->ctl->terminal && !table->failed && !table->ctl->form.raw)
		fold_last(table);
	if (table->failed || scols_print_table(table->inside) != 0)
		code = out_of_memory(table->ctl);
	table_free(table);
	return code;
}
