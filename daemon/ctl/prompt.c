/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * prompt.c - see prompt.h.
 *
 * Nobody can know beforehand whether a name or a national number will be typed. So a terminal echoes nothing by itself meanwhile, and is shown
 * what is typed with a star in the place of each digit: a name can be read along, and no number stands in what can be scrolled back to.
 */
#include "ctl/prompt.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include "base/language.h"

#define NO_LINE  (-1)
#define TOO_LONG (-2)

struct line {
	char *at;
	size_t size, len;
	bool terminal;
	struct termios before; /* of the terminal */
};

/* ---- the terminal --------------------------------------------------------------------------------------- */

/* To the terminal itself, wherever standard error goes. One that cannot be written to shows nothing. */
static void show(const struct line *line, const char *bytes, size_t len)
{
	ssize_t sent = line->terminal ? write(STDIN_FILENO, bytes, len) : 0;
	(void)sent;
}

static void silence(struct line *line)
{
	line->terminal = isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &line->before) == 0;
	struct termios silent = line->before;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG | IEXTEN);
	silent.c_cc[VMIN] = 1;
	silent.c_cc[VTIME] = 0;
	if (line->terminal && tcsetattr(STDIN_FILENO, TCSADRAIN, &silent) != 0)
		line->terminal = false;
}

static void restore(const struct line *line)
{
	if (line->terminal)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &line->before);
}

static bool is_key(const struct line *line, int key, char byte)
{
	const cc_t set = line->before.c_cc[key];
	return line->terminal && set != _POSIX_VDISABLE && (cc_t)byte == set;
}

static bool is_inner(char byte) /* of a character in UTF-8 */
{
	return ((unsigned char)byte & 0xC0) == 0x80;
}

static void erase(struct line *line)
{
	while (line->len > 0 && is_inner(line->at[line->len - 1]))
		line->at[--line->len] = '\0';
	if (line->len == 0)
		return;
	line->at[--line->len] = '\0';
	show(line, "\b \b", 3);
}

static long interrupt(const struct line *line)
{
	restore(line);
	raise(SIGINT);
	return NO_LINE;
}

/* What the terminal itself does in its usual way; true: the byte is no part of the line. */
static bool edit(struct line *line, char byte)
{
	if (is_key(line, VERASE, byte) || (line->terminal && (byte == '\b' || byte == '\x7f'))) {
		erase(line);
		return true;
	}
	if (!is_key(line, VKILL, byte))
		return false;
	while (line->len > 0)
		erase(line);
	return true;
}

/* ---- the line ------------------------------------------------------------------------------------------- */

static void add(struct line *line, char byte)
{
	bool digit = byte >= '0' && byte <= '9', control = (unsigned char)byte < ' ';
	line->at[line->len++] = byte;
	if (!control)
		show(line, digit ? "*" : &byte, 1);
}

/* Byte by byte, so that nothing of it stays in a buffer of the library. */
static long read_line(struct line *line)
{
	for (;;) {
		char byte;
		ssize_t got = read(STDIN_FILENO, &byte, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || (is_key(line, VEOF, byte) && line->len == 0))
			return line->len > 0 ? (long)line->len : NO_LINE;
		if (byte == '\n')
			return (long)line->len;
		if (is_key(line, VINTR, byte))
			return interrupt(line);
		if (edit(line, byte))
			continue;
		if (line->len + 1 == line->size)
			return TOO_LONG;
		add(line, byte);
	}
}

int prompt_line(const char *question, char *out, size_t size, struct err *err)
{
	const struct rlimit none = {0, 0};
	struct line line = {.at = out, .size = size};
	(void)setrlimit(RLIMIT_CORE, &none); /* what is typed reaches no file */
	silence(&line);
	if (line.terminal) {
		fputs(tr(question), stderr);
		fflush(stderr);
	}
	long len = read_line(&line);
	show(&line, "\n", 1);
	restore(&line);
	if (len == NO_LINE)
		return err_set(err, ERR_INVALID, "nothing was typed");
	if (len == TOO_LONG)
		return err_set(err, ERR_INVALID, "what was typed is longer than %zu bytes", size - 1);
	out[len] = '\0';
	return 0;
}
