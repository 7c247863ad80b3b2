/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * value.h - what a word or the value of an option may be, and how it is told to the daemon.
 *
 * The table of commands (command.h) says for each word and option which kind of value it is and as which parameter of the method it goes
 * out. So what is wrong with an argument is said before anything is sent, and in the same words for every command.
 */
#ifndef DUAAL_CTL_VALUE_H
#define DUAAL_CTL_VALUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/national_number.h"

/* Bytes that the daemon takes; more is refused here, with a sentence. */
#define VALUE_TEXT_MAX   500
#define VALUE_PERSON_MAX 200

enum value_kind {
	VALUE_FLAG, /* an option that takes none: true */
	VALUE_TEXT, /* UTF-8, not empty, one line, without a national number */
	VALUE_PERSON, /* vo-id, login, mail address or name. "-": is asked for (prompt.h), and may be a national number then */
	VALUE_COUNT,        /* 1 to max */
	VALUE_INSTITUTION,  /* 1 to 6 digits; leading zeros do not matter */
	VALUE_INSTITUTIONS, /* the same, or "all": null */
	VALUE_HOLD,         /* "12-3f9a2b", or its number "12" */
	VALUE_WHEN,         /* until.h; not in the past */
	VALUE_SINCE,        /* until.h; not in the future; of a day its begin */
	VALUE_AT,           /* the same; of a day its end, or now where that is still to come */
	VALUE_UNCLEAR,      /* code of something unclear at the source; told as its code (codes.h) */
	VALUE_CAUSE,        /* code of a cause or reason of changes, or the word for it; told as its code */
	VALUE_CHOICE,       /* one of choices, as they are written */
};

struct value_spec {
	const char *parameter; /* of the method; NULL: the handler's own affair */
	enum value_kind kind;
	int64_t max;                /* of VALUE_COUNT */
	int64_t fallback;           /* of VALUE_COUNT: what the daemon is told when nothing is given; 0: nothing */
	const char *const *choices; /* of VALUE_CHOICE: NULL-ended */
	bool patience;              /* without a parameter: a span, of all that is asked (within_s of ctl) */
};

/* Does it depend on what time it is what was given, or whether it may be given? */
bool value_goes_by_clock(const struct value_spec *spec, const char *given, int64_t now_s);

/* Reads what was given. now_s: the daemon's. label: what the argument is called ("INSTITUTION", "--until"). *ret is new. number: where a national
 * number was typed at the prompt it gets the digits, and *ret is null; whoever asked wipes it. ERR_INVALID with a sentence that never repeats a
 * national number, ERR_NOMEM. */
MUST_USE int value_read(const struct value_spec *spec, const char *label, const char *given, int64_t now_s,
			char number[NATIONAL_NUMBER_SIZE], json_t **ret, struct err *err);

#endif
