/* SPDX-License-Identifier: EUPL-1.2 */
/* bar.c - see bar.h. */
#include "ctl/bar.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/language.h"
#include "ctl/screen.h"

#define STEPS_MAX   30
#define STEPS_MIN   4 /* fewer say less than the numbers do */
#define LABEL_WIDTH 10
#define TAIL_SIZE   64
#define WORDS_SIZE  256
#define LINE_BEGIN  "\r\033[K"

/* 0: it does not say. The last one stays free: some terminals fold when it is written. */
static size_t columns_of(const struct ctl *ctl)
{
	struct winsize size;
	if (ioctl(fileno(ctl->out), TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return 0;
	return size.ws_col - 1u;
}

static void put_steps(struct ctl *ctl, size_t steps, long long done, long long expected)
{
	long long most = done < expected ? done : expected;
	size_t filled = most > 0 ? (size_t)(most * (long long)steps / expected) : 0;
	fputc('[', ctl->out);
	for (size_t i = 0; i < steps; i++)
		fputs(i < filled ? (ctl->unicode ? "\u2588" : "#") : (ctl->unicode ? "\u2591" : "-"), ctl->out);
	fputs("] ", ctl->out);
}

static void tell_numbers(long long done, long long expected, char out[TAIL_SIZE])
{
	out[0] = '\0';
	if (expected > 0)
		snprintf(out, TAIL_SIZE, tr("%lld of %lld"), done, expected);
	else if (done > 0)
		snprintf(out, TAIL_SIZE, "%lld", done);
}

/* How many fit beside label and numbers; 0: too few. */
static size_t steps_beside(const struct ctl *ctl, size_t label, size_t tail)
{
	size_t columns = columns_of(ctl), used = (label > LABEL_WIDTH ? label : LABEL_WIDTH) + strlen(" [] ") + tail;
	if (columns == 0 || columns >= used + STEPS_MAX)
		return STEPS_MAX;
	return columns >= used + STEPS_MIN ? columns - used : 0;
}

/* Words are ASCII but for what a daemon of another version says: a byte is a column at most. */
static void put_words(struct ctl *ctl, const char *visible)
{
	size_t columns = columns_of(ctl);
	fprintf(ctl->out, "%.*s", columns > 0 ? (int)columns : (int)strlen(visible), visible);
}

static void put_bar(struct ctl *ctl, const char *visible, long long done, long long expected)
{
	char tail[TAIL_SIZE], words[WORDS_SIZE];
	tell_numbers(done, expected, tail);
	size_t steps = steps_beside(ctl, strlen(visible), strlen(tail));
	if (steps > 0) {
		fprintf(ctl->out, "%-*s ", LABEL_WIDTH, visible);
		put_steps(ctl, steps, done, expected);
		fputs(tail, ctl->out);
	} else {
		snprintf(words, sizeof(words), "%s %s", visible, tail);
		put_words(ctl, words);
	}
}

/* bar: with the numbers. */
static void draw(struct ctl *ctl, const char *text, bool bar, long long done, long long expected)
{
	struct buf visible;
	buf_init(&visible);
	screen_escape(&visible, text_of(text));
	fputs(LINE_BEGIN, ctl->out);
	if (bar)
		put_bar(ctl, buf_string(&visible), done, expected);
	else
		put_words(ctl, buf_string(&visible));
	fflush(ctl->out);
	buf_done(&visible);
	ctl->bar = true;
}

void bar_draw(struct ctl *ctl, const char *label, long long done, long long expected)
{
	draw(ctl, label, true, done, expected);
}

void bar_words(struct ctl *ctl, const char *words)
{
	draw(ctl, words, false, 0, 0);
}

void bar_clear(struct ctl *ctl)
{
	if (ctl->bar)
		fputs(LINE_BEGIN, ctl->out);
	ctl->bar = false;
}
