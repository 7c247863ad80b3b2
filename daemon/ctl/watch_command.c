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
#include "ctl/show.h"
#include "ctl/user.h"

#define SILENCE_S  30 /* in the middle of an event */
#define WORDS_SIZE 96 /* of the last line */

struct watch {
	struct ctl *ctl;
	struct varlink_client client;
	int64_t ends_ms;    /* CLOCK_BOOTTIME; 0: never */
	bool begun;         /* the first answer has come, */
	long long sequence; /* and this is the number of the last one */
	bool stop_said;     /* that the daemon stops, on a line */
	char phase[32];     /* what stands on the last line: */
	char delayed_by[32];
	long long done, expected, next_run, delayed_until;
};

/* ---- the last line ------------------------------------------------------------------------------------ */

/* "09:10:00 CET"; NULL: it is not known. */
static const char *clock_of(long long at_s, char out[CLOCK_TEXT_SIZE])
{
	return at_s != 0 && strlen(clock_format_local(at_s, out)) >= 20 ? out + 11 : NULL;
}

/* What is waited for first, because a narrow terminal cuts the end off. A later daemon may name other things. */
static void draw_delay(struct watch *w, const char *until)
{
	char words[WORDS_SIZE];
	if (strcmp(w->delayed_by, "doctor") == 0)
		snprintf(words, sizeof(words), tr("waiting for the doctor until %s"), until);
	else if (strcmp(w->delayed_by, "search") == 0)
		snprintf(words, sizeof(words), tr("waiting for a search until %s"), until);
	else
		snprintf(words, sizeof(words), tr("waiting (%s) until %s"), w->delayed_by, until);
	bar_words(w->ctl, words);
}

static void draw_idle(struct watch *w)
{
	char words[WORDS_SIZE], at[CLOCK_TEXT_SIZE];
	const char *next = clock_of(w->next_run, at);
	if (next != NULL)
		snprintf(words, sizeof(words), tr("%s, next cycle %s"), tr(w->phase), next);
	bar_words(w->ctl, next != NULL ? words : tr(w->phase));
}

static void draw(struct watch *w)
{
	char at[CLOCK_TEXT_SIZE];
	const char *until = clock_of(w->delayed_until, at);
	if (!w->ctl->redraws || !w->begun)
		return;
	if (w->delayed_by[0] != '\0' && until != NULL)
		draw_delay(w, until);
	else if (strcmp(w->phase, "idle") == 0)
		draw_idle(w);
	else if (w->done > 0 || w->expected > 0)
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
	w->delayed_until = field_int(event, "delayed_until");
	snprintf(w->delayed_by, sizeof(w->delayed_by), "%s", field_text(event, "delayed_by"));
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

/* false: no cycle waits. */
static bool show_delayed(struct ctl *ctl, const char *time, const json_t *event)
{
	char delay[DELAY_SIZE];
	if (show_delay(event, field_int(event, "time"), delay)[0] == '\0')
		return false;
	say(ctl, "%s %s", time, delay);
	return true;
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
	show_delayed(ctl, time, event);
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
	else if (strcmp(type, "delay") != 0 || !show_delayed(ctl, time, event)) {
		if (strcmp(type, "cycle-ended") == 0)
			colour = colour_of_end(code);
		else if (strcmp(code, "opened") == 0 || strcmp(code, "kept") == 0)
			colour = COLOUR_WARN;
		say_in(ctl, colour, "%s %s", time, tr(field_text(event, "sentence")));
	}
}

static bool is_stop(const json_t *event)
{
	return strcmp(field_text(event, "type"), "phase") == 0 && strcmp(field_text(event, "code"), "stopping") == 0;
}

/* On a terminal the last line shows what phase it is; progress has no line of its own. */
static bool has_line(const struct watch *w, const json_t *event)
{
	const char *type = field_text(event, "type");
	if (strcmp(type, "phase") == 0)
		return !w->ctl->redraws || is_stop(event);
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
	w->stop_said = w->stop_said || is_stop(event);
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
		draw(w);
	return n > 0 && fds[1].revents == 0;
}

/* What was said on a line is not said again when the call ends by it. */
static int take_next(struct watch *w)
{
	struct varlink_reply reply;
	int code = request_next(w->ctl, &w->client, w->stop_said ? INTERFACE_ERROR("Stopping") : NULL, &reply);
	if (code != 0)
		return code;
	if (reply.error == NULL)
		take_event(w, reply.parameters);
	else
		code = request_advise_stopped(w->ctl);
	json_decref(reply.message);
	return code;
}

static int watch(struct watch *w)
{
	int code = 0;
	while (code == 0 && wait_for_next(w))
		code = take_next(w);
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
