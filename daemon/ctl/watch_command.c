/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * watch_command.c - "duaalctl watch": each event on a line, and on a terminal below them what the daemon is at. It ends when somebody ends
 * it, when nobody reads it any more, or when the daemon does.
 */
#include <errno.h>
#include <stdio_ext.h>
#include <string.h>

#include "base/clock.h"
#include "base/language.h"
#include "control/interface.h"
#include "ctl/bar.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/interrupt.h"
#include "ctl/request.h"
#include "ctl/screen.h"
#include "ctl/user.h"

#define SILENCE_S 30 /* in the middle of an event */

struct watch {
	struct ctl *ctl;
	struct varlink_client client;
	int64_t ends_ms;    /* CLOCK_BOOTTIME; 0: never */
	bool begun;         /* the first answer has come, */
	long long sequence; /* and this is the number of the last one */
	char phase[32];     /* what stands on the last line: */
	long long done, expected, next_run;
};

/* ---- the last line ------------------------------------------------------------------------------------ */

static void draw(struct watch *w)
{
	char words[96], at[CLOCK_TEXT_SIZE];
	bool idle = strcmp(w->phase, "idle") == 0;
	if (!w->ctl->redraws)
		return;
	if (idle && w->next_run != 0 && strlen(clock_format_local(w->next_run, at)) >= 20) {
		snprintf(words, sizeof(words), tr("%s, next cycle %s"), tr(w->phase), at + 11);
		bar_words(w->ctl, words);
	} else if (w->done > 0 || w->expected > 0)
		bar_draw(w->ctl, tr(w->phase), w->done, w->expected);
	else
		bar_words(w->ctl, tr(w->phase));
}

static void take_doing(struct watch *w, const json_t *event)
{
	if (!json_is_string(json_object_get(event, "phase")))
		return;
	snprintf(w->phase, sizeof(w->phase), "%s", field_text(event, "phase"));
	w->done = field_int(event, "done");
	w->expected = field_int(event, "expected");
	w->next_run = field_int(event, "next_run");
}

/* ---- an event in words -------------------------------------------------------------------------------- */

#define TIME_SIZE 20

/* "2026-11-24 02:50:00" */
static const char *time_of(const json_t *event, char out[TIME_SIZE])
{
	char text[CLOCK_TEXT_SIZE];
	snprintf(out, TIME_SIZE, "%.19s", clock_format_local(field_int(event, "time"), text));
	return out;
}

static void show_part(struct ctl *ctl, const char *time, const json_t *part, const char *was)
{
	const char *name = field_text(part, "name"), *state = field_text(part, "state"),
		   *code = field_text(part, "code"), *detail = field_text(part, "detail");
	enum colour colour = colour_of_state(state);
	if (was[0] == '\0')
		say_in(ctl, colour, "%s %s is %s (%s): %s", time, tr(name), tr(state), code, detail);
	else if (strcmp(state, "ok") == 0)
		say_in(ctl, colour, "%s %s is ok again, was %s: %s", time, tr(name), tr(was), detail);
	else
		say_in(ctl, colour, "%s %s is %s (%s), was %s: %s", time, tr(name), tr(state), code, tr(was), detail);
}

/* Of the parts only those that are not as they should be. */
static void show_state(struct ctl *ctl, const char *time, const json_t *event)
{
	const char *state = field_text(event, "code");
	const json_t *last = json_object_get(event, "summary");
	size_t i;
	json_t *part;
	if (json_is_object(last))
		say_in(ctl, colour_of_state(state), "%s the state is %s, the phase %s; the last cycle was %lld: %s",
		       time, tr(state), tr(field_text(event, "phase")), field_int(last, "id"),
		       tr(field_text(last, "result")));
	else
		say_in(ctl, colour_of_state(state), "%s the state is %s, the phase %s", time, tr(state),
		       tr(field_text(event, "phase")));
	json_array_foreach(json_object_get(event, "parts"), i, part)
	{
		if (strcmp(field_text(part, "state"), "ok") != 0)
			show_part(ctl, time, part, "");
	}
}

static void show_given(struct ctl *ctl, const char *time, const json_t *event)
{
	const json_t *order = json_object_get(event, "order");
	const char *reason = field_text(order, "reason");
	char by[USER_SIZE];
	field_user(order, "by", by);
	if (reason[0] != '\0')
		say(ctl, "%s %s, %s (%s): %s; reason: %s", time, by, field_text(order, "kind"),
		    tr(field_text(order, "result")), field_text(event, "sentence"), reason);
	else
		say(ctl, "%s %s, %s (%s): %s", time, by, field_text(order, "kind"), tr(field_text(order, "result")),
		    field_text(event, "sentence"));
}

static enum colour colour_of_end(const char *result)
{
	if (strcmp(result, "in-step") == 0 || strcmp(result, "applied") == 0)
		return COLOUR_GOOD;
	return strcmp(result, "held") == 0 ? COLOUR_WARN : COLOUR_BAD;
}

/* Types of a later daemon have their sentence, too. */
static void show_event(struct ctl *ctl, const json_t *event)
{
	char time[TIME_SIZE];
	const char *type = field_text(event, "type"), *code = field_text(event, "code");
	enum colour colour = COLOUR_NONE;
	size_t i;
	json_t *part;
	time_of(event, time);
	if (strcmp(type, "state") == 0)
		show_state(ctl, time, event);
	else if (strcmp(type, "part") == 0) {
		json_array_foreach(json_object_get(event, "parts"), i, part)
		{
			show_part(ctl, time, part, field_text(event, "was"));
		}
	} else if (json_is_object(json_object_get(event, "order")))
		show_given(ctl, time, event);
	else {
		if (strcmp(type, "cycle-ended") == 0)
			colour = colour_of_end(code);
		else if (strcmp(code, "opened") == 0 || strcmp(code, "kept") == 0)
			colour = COLOUR_WARN;
		say_in(ctl, colour, "%s %s", time, tr(field_text(event, "sentence")));
	}
}

/* On a terminal the last line shows what phase it is; progress has no line of its own. */
static bool has_line(const struct watch *w, const json_t *event)
{
	const char *type = field_text(event, "type");
	if (strcmp(type, "phase") == 0)
		return !w->ctl->redraws || strcmp(field_text(event, "code"), "stopping") == 0;
	return strcmp(type, "progress") != 0;
}

static void show_missed(struct ctl *ctl, const json_t *event, long long missed)
{
	char time[TIME_SIZE];
	say_in(ctl, COLOUR_WARN, "%s events that this end did not read in time: %lld", time_of(event, time), missed);
}

static void take_event(struct watch *w, const json_t *event)
{
	long long sequence = field_int(event, "sequence"), missed = w->begun ? sequence - w->sequence - 1 : 0;
	w->begun = true;
	w->sequence = sequence;
	take_doing(w, event);
	if (w->ctl->json) {
		say_json_at_once(w->ctl, event);
		return;
	}
	if (missed > 0 || has_line(w, event))
		bar_clear(w->ctl);
	if (missed > 0)
		show_missed(w->ctl, event, missed);
	if (has_line(w, event))
		show_event(w->ctl, event);
	draw(w);
	fflush(w->ctl->out);
}

/* ---- waiting for the next ----------------------------------------------------------------------------- */

/* -1: for ever. */
static int64_t left_ms(const struct watch *w)
{
	int64_t now_ms = clock_boot_ms();
	if (w->ends_ms == 0)
		return -1;
	return w->ends_ms > now_ms ? w->ends_ms - now_ms : 0;
}

/* false: that was enough. What is printed is looked at too: whoever has left it would else be noticed with the next event only. */
static bool wait_for_next(struct watch *w)
{
	struct pollfd fds[] = {{.fd = w->client.fd, .events = POLLIN}, {.fd = fileno(w->ctl->out)}};
	int n;
	if (interrupt_seen() || ferror(w->ctl->out) || left_ms(w) == 0)
		return false;
	if (varlink_client_has_next(&w->client))
		return true;
	while ((n = interrupt_poll(fds, 2, left_ms(w))) < 0 && errno == EINTR)
		;
	return n > 0 && fds[1].revents == 0;
}

static int watch(struct watch *w)
{
	struct varlink_reply reply;
	int code = 0;
	while (wait_for_next(w) && (code = request_next(w->ctl, &w->client, NULL, &reply)) == 0) {
		take_event(w, reply.parameters);
		json_decref(reply.message);
	}
	const bool unwritten = ferror(w->ctl->out) != 0;
	if (unwritten) { /* nobody takes it, and the end must not wait for that */
		__fpurge(w->ctl->out);
		clearerr(w->ctl->out);
	}
	bar_clear(w->ctl);
	if (code != 0)
		return code;
	return unwritten && !interrupt_seen() ? output_unwritten(w->ctl) : EXIT_OK;
}

int watch_command(struct ctl *ctl, const struct invocation *in)
{
	struct watch w = {.ctl = ctl};
	struct interrupt before;
	unsigned span_s;
	int code = invocation_span(ctl, in, "for", &span_s);
	if (code != 0)
		return code;
	if (span_s > 0)
		w.ends_ms = clock_boot_ms() + (int64_t)span_s * 1000;
	code = request_begin(ctl, INTERFACE_METHOD("Monitor"), json_object(), true, SILENCE_S, &w.client);
	if (code != 0)
		return code;
	interrupt_catch(&before);
	code = watch(&w);
	interrupt_release(&before);
	varlink_client_close(&w.client);
	return code;
}
