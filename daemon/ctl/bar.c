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

void bar_draw(struct ctl *ctl, const char *label, long long done, long long expected)
{
	char tail[TAIL_SIZE];
	struct buf visible;
	buf_init(&visible);
	screen_escape(&visible, text_of(label));
	tell_numbers(done, expected, tail);
	size_t steps = steps_beside(ctl, visible.len, strlen(tail));
	fprintf(ctl->out, LINE_BEGIN "%-*s ", LABEL_WIDTH, buf_string(&visible));
	if (steps > 0)
		put_steps(ctl, steps, done, expected);
	fputs(tail, ctl->out);
	fflush(ctl->out);
	buf_done(&visible);
	ctl->bar = true;
}

/* Words are ASCII but for what a daemon of another version says: a byte is a column at most. */
void bar_words(struct ctl *ctl, const char *words)
{
	size_t columns = columns_of(ctl);
	struct buf visible;
	buf_init(&visible);
	screen_escape(&visible, text_of(words));
	fprintf(ctl->out, LINE_BEGIN "%.*s", columns > 0 ? (int)columns : (int)visible.len, buf_string(&visible));
	fflush(ctl->out);
	buf_done(&visible);
	ctl->bar = true;
}

void bar_clear(struct ctl *ctl)
{
	if (ctl->bar)
		fputs(LINE_BEGIN, ctl->out);
	ctl->bar = false;
}
