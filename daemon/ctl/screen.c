/* SPDX-License-Identifier: EUPL-1.2 */
/* screen.c - see screen.h. */
#include "ctl/screen.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/escape.h"
#include "base/language.h"
#include "ctl/bar.h"
#include "ctl/exit_code.h"
#include "ctl/pseudonym.h"

static const char *const sequences[] = {"", "\033[32m", "\033[33m", "\033[1;31m", "\033[1m"};

void screen_escape(struct buf *out, struct text in)
{
	struct text part, rest = in;
	while (text_split(rest, '\\', &part, &rest)) {
		escape_visible(out, part);
		buf_add_char(out, '\\');
	}
	escape_visible(out, rest);
}

/* pseudonyms NULL: the text as it is. */
static void PRINTF_LIKE(5, 0) print_escaped(FILE *to, struct pseudonyms *pseudonyms, const char *before,
					    const char *after, const char *format, va_list args)
{
	struct buf visible, hidden;
	buf_init(&visible);
	buf_init(&hidden);
	char *text = NULL;
	int len = vasprintf(&text, tr(format), args);
	if (len >= 0 && pseudonyms != NULL)
		pseudonym_sentence(pseudonyms, text_make(text, (size_t)len), &hidden);
	if (len >= 0)
		screen_escape(&visible, pseudonyms != NULL ? buf_text(&hidden) : text_make(text, (size_t)len));
	if (len < 0 || buf_failed(&visible) || buf_failed(&hidden))
		fprintf(to, "%s\n", tr("(out of memory)"));
	else
		fprintf(to, "%s%s%s\n", before, buf_string(&visible), after);
	if (len >= 0)
		free(text);
	buf_done(&visible);
	buf_done(&hidden);
}

void say(struct ctl *ctl, const char *format, ...)
{
	va_list args;
	if (ctl_only_table(ctl))
		return;
	va_start(args, format);
	print_escaped(ctl->out, NULL, "", "", format, args);
	va_end(args);
}

void say_in(struct ctl *ctl, enum colour colour, const char *format, ...)
{
	bool coloured = ctl->colours && colour != COLOUR_NONE;
	va_list args;
	if (ctl_only_table(ctl))
		return;
	va_start(args, format);
	print_escaped(ctl->out, NULL, coloured ? sequences[colour] : "", coloured ? "\033[0m" : "", format, args);
	va_end(args);
}

void complain(struct ctl *ctl, const char *format, ...)
{
	va_list args;
	if (ctl->bar) {
		bar_clear(ctl);
		fflush(ctl->out);
	}
	va_start(args, format);
	print_escaped(ctl->err, ctl->pseudonyms, "duaalctl: ", "", format, args);
	va_end(args);
}

int out_of_memory(struct ctl *ctl)
{
	complain(ctl, "out of memory");
	return EXIT_SOFTWARE;
}

int output_unwritten(struct ctl *ctl)
{
	complain(ctl, "the output cannot be written: is the disk full?");
	return EXIT_CANNOT_WRITE;
}

bool output_is_written(struct ctl *ctl)
{
	return fflush(ctl->out) == 0 && !ferror(ctl->out);
}

int code_of_answer(struct ctl *ctl, int code)
{
	return output_is_written(ctl) ? code : output_unwritten(ctl);
}

enum colour colour_of_state(const char *state)
{
	if (strcmp(state, "ok") == 0 || strcmp(state, "notice") == 0)
		return COLOUR_GOOD;
	return strcmp(state, "warning") == 0 ? COLOUR_WARN : COLOUR_BAD;
}

void say_json(struct ctl *ctl, const json_t *parameters)
{
	json_dumpf(parameters, ctl->out, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_ENSURE_ASCII);
	fputc('\n', ctl->out);
}

void say_json_at_once(struct ctl *ctl, const json_t *parameters)
{
	json_dumpf(parameters, ctl->out, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_ENSURE_ASCII);
	fputc('\n', ctl->out);
	fflush(ctl->out);
}

bool say_json_line(struct ctl *ctl, const char *line)
{
	json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	bool plain = text_is_plain(text_of(line)), fits = json_is_object(object);
	if (fits && plain)
		fputs(line, ctl->out);
	else if (fits)
		json_dumpf(object, ctl->out, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_ENSURE_ASCII);
	if (fits)
		fputc('\n', ctl->out);
	json_decref(object);
	return fits;
}
