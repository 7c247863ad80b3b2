/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * prompt.c - see prompt.h.
 *
 * Nobody can know beforehand whether a name or a national number will be typed. So a terminal echoes nothing by itself meanwhile, and is shown
 * what is typed with a star in the place of each digit: a name can be read along, and no number stands in what can be scrolled back to.
 *
 * Whatever ends or stops the process finds the terminal as it was: signals wait while one is silent, are seen beside the keys, and come
 * when the terminal has been put back. A key that means one (^C, ^\, ^Z) sends it. What was typed behind the line (a second one that was
 * pasted with it, the rest of one that is too long) is thrown away: the shell would show it and keep it.
 *
 * Nothing here waits for the terminal to show anything, because no key and no signal would be seen meanwhile: ^S stops nothing here (and what it
 * had stopped before goes on), the terminal is set without waiting for what was written, and what there is no room for is not shown.
 */
#include "ctl/prompt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/language.h"

#define NO_LINE  (-1)
#define TOO_LONG (-2)

struct line {
	const char *question;
	char *at;
	size_t size, len;
	bool terminal;
	struct termios before;     /* of the terminal */
	sigset_t outside, awaited; /* what is blocked elsewhere; which we hold back */
	int signals;               /* readable when one waits */
};

/* ---- the terminal --------------------------------------------------------------------------------------- */

static bool has_room(int fd)
{
	struct pollfd terminal = {.fd = fd, .events = POLLOUT};
	return poll(&terminal, 1, 0) == 1 && (terminal.revents & POLLOUT) != 0;
}

/* To the terminal itself, wherever standard error goes. One that cannot be written to shows nothing. */
static void show(const struct line *line, const char *bytes, size_t len)
{
	ssize_t sent = line->terminal && has_room(STDIN_FILENO) ? write(STDIN_FILENO, bytes, len) : 0;
	(void)sent;
}

static void show_byte(const struct line *line, char byte)
{
	bool digit = byte >= '0' && byte <= '9', control = (unsigned char)byte < ' ';
	if (!control)
		show(line, digit ? "*" : &byte, 1);
}

/* One that is blocked elsewhere would wait for ever: it is none of ours. */
static void choose_signals(struct line *line)
{
	static const int list[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCONT};
	sigemptyset(&line->awaited);
	(void)sigprocmask(SIG_BLOCK, NULL, &line->outside);
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (sigismember(&line->outside, list[i]) == 0)
			sigaddset(&line->awaited, list[i]);
}

static void silence(const struct line *line)
{
	struct termios silent = line->before;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG | IEXTEN);
	silent.c_iflag &= ~(tcflag_t)IXON;
	silent.c_cc[VMIN] = 1;
	silent.c_cc[VTIME] = 0;
	(void)sigprocmask(SIG_BLOCK, &line->awaited, NULL);
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &silent);
}

/* A signal that waits comes in here. */
static void restore(const struct line *line)
{
	(void)tcflush(STDIN_FILENO, TCIFLUSH);
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &line->before);
	(void)sigprocmask(SIG_SETMASK, &line->outside, NULL);
}

/* The question, and what was typed so far. */
static void ask(const struct line *line)
{
	if (has_room(STDERR_FILENO)) {
		fputs(tr(line->question), stderr);
		fflush(stderr);
	}
	for (size_t i = 0; i < line->len; i++)
		show_byte(line, line->at[i]);
}

static void begin(struct line *line)
{
	choose_signals(line);
	line->terminal = isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &line->before) == 0 &&
			 (line->signals = signalfd(-1, &line->awaited, SFD_CLOEXEC)) >= 0;
	if (!line->terminal)
		return;
	silence(line);
	ask(line);
}

static void end(const struct line *line)
{
	if (!line->terminal)
		return;
	show(line, "\n", 1);
	restore(line);
	close(line->signals);
}

/* A key was pressed, or there will be none: what it is, read tells. Whoever was stopped meanwhile is asked again. */
static void wait_for_key(const struct line *line)
{
	struct pollfd either[] = {{.fd = line->signals, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
	for (;;) {
		if (poll(either, 2, -1) < 0 && errno != EINTR)
			return;
		if (either[0].revents == 0 && either[1].revents != 0)
			return;
		if (either[0].revents == 0)
			continue;
		show(line, "\n", 1);
		restore(line);
		silence(line);
		ask(line);
	}
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

/* The signal that the terminal would send; 0: none. */
static int signal_of(const struct line *line, char byte)
{
	return is_key(line, VINTR, byte)   ? SIGINT
	       : is_key(line, VQUIT, byte) ? SIGQUIT
	       : is_key(line, VSUSP, byte) ? SIGTSTP
					   : 0;
}

/* What the terminal itself does in its usual way; true: the byte is no part of the line. */
static bool edit(struct line *line, char byte)
{
	int signal = signal_of(line, byte);
	if (signal != 0)
		return raise(signal) == 0; /* it waits, and is seen before the next key */
	if ((line->before.c_iflag & IXON) != 0 && (is_key(line, VSTOP, byte) || is_key(line, VSTART, byte)))
		return true;
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
	line->at[line->len++] = byte;
	show_byte(line, byte);
}

/* Byte by byte, so that nothing of it stays in a buffer of the library. */
static long read_line(struct line *line)
{
	for (;;) {
		char byte;
		if (line->terminal)
			wait_for_key(line);
		ssize_t got = read(STDIN_FILENO, &byte, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || (is_key(line, VEOF, byte) && line->len == 0))
			return line->len > 0 ? (long)line->len : NO_LINE;
		if (byte == '\n')
			return (long)line->len;
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
	struct line line = {.question = question, .at = out, .size = size};
	(void)setrlimit(RLIMIT_CORE, &none); /* what is typed reaches no file */
	begin(&line);
	long len = read_line(&line);
	end(&line);
	if (len == NO_LINE)
		return err_set(err, ERR_INVALID, "nothing was typed");
	if (len == TOO_LONG)
		return err_set(err, ERR_INVALID, "what was typed is longer than %zu bytes", size - 1);
	out[len] = '\0';
	return 0;
}
