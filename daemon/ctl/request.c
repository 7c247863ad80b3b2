/* SPDX-License-Identifier: EUPL-1.2 */
/* request.c - see request.h. */
#include "ctl/request.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/language.h"
#include "control/interface.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/pseudonym.h"
#include "ctl/request_errors.h"
#include "ctl/screen.h"

#define SILENCE_S 30
#define UNHEARD_S 5

static int open_client(struct ctl *ctl, struct varlink_client *client, unsigned silence_s, struct err *err)
{
	if (ctl->within_s != 0 && ctl->until_ms == 0)
		ctl->until_ms = clock_boot_ms() + (int64_t)ctl->within_s * 1000;
	return varlink_client_open(client, ctl->socket, silence_s, ctl->until_ms, err);
}

/* A daemon that hangs, or has much to do, says nothing itself. */
static int next_reply(struct ctl *ctl, struct varlink_client *client, struct varlink_reply *ret, struct err *err)
{
	if (ctl->unheard != NULL && !varlink_client_hears(client, UNHEARD_S)) {
		complain(ctl, "%s", tr(ctl->unheard));
		ctl->unheard = NULL;
	}
	return varlink_client_next(client, ret, err);
}

static int explain(struct ctl *ctl, const struct err *err)
{
	if (err->code != ERR_TIMEOUT || ctl->until_ms == 0)
		return explain_failure(ctl, err);
	complain(ctl,
		 "the daemon did not answer within the time that was given; 'systemctl status duaalsyncd' tells more");
	return EXIT_TIMEOUT;
}

/* Sentences come from the daemon. One of an older version does not know the question, and goes on in English; one that answers nobody answers
 * this. */
static int tell_language(struct ctl *ctl, struct varlink_client *client)
{
	struct varlink_reply reply;
	struct err err;
	if (language_used() == LANGUAGE_ENGLISH)
		return 0;
	json_t *parameters = json_pack("{s:s}", "language", language_name(language_used()));
	int r = varlink_client_call(client, INTERFACE_METHOD("SetLanguage"), parameters, false, &err);
	if (r == 0)
		r = next_reply(ctl, client, &reply, &err);
	if (r != 0)
		return explain(ctl, &err);
	bool fine = reply.error == NULL || reply_is(&reply, SERVICE_METHOD("MethodNotFound"));
	int code = fine ? 0 : explain_error(ctl, client, &reply);
	json_decref(reply.message);
	return code;
}

static int send_call(struct ctl *ctl, struct varlink_client *client, const char *method, json_t *parameters, bool more)
{
	struct err err;
	return varlink_client_call(client, method, parameters, more, &err) == 0 ? 0 : explain(ctl, &err);
}

static int explain_no_time(struct ctl *ctl)
{
	if (ctl->time.complaint == NULL)
		return out_of_memory(ctl);
	fputs(ctl->time.complaint, ctl->err);
	return ctl->time.code;
}

int request_begin(struct ctl *ctl, const char *method, json_t *parameters, bool more, unsigned silence_s,
		  struct varlink_client *ret)
{
	struct err err;
	if (ctl->time.code != 0) {
		json_decref(parameters);
		return explain_no_time(ctl);
	}
	int code = open_client(ctl, ret, silence_s, &err) == 0 ? 0 : explain(ctl, &err);
	if (code == 0)
		code = tell_language(ctl, ret);
	if (code != 0)
		json_decref(parameters);
	else
		code = send_call(ctl, ret, method, parameters, more);
	if (code != 0)
		varlink_client_close(ret);
	return code;
}

int request_again(struct ctl *ctl, struct varlink_client *client, const char *method, json_t *parameters)
{
	return send_call(ctl, client, method, parameters, false);
}

struct manner {
	bool may_be_late; /* then that is for the caller to say */
	bool plain;       /* a reply is not for the screen */
};

static int take_next(struct ctl *ctl, struct varlink_client *client, const char *expected, struct manner manner,
		     struct varlink_reply *ret)
{
	struct err err;
	int r = next_reply(ctl, client, ret, &err);
	if (r == ERR_TIMEOUT && manner.may_be_late && client->answered)
		return EXIT_TIMEOUT;
	if (r != 0)
		return explain(ctl, &err);
	ctl->unheard = NULL;
	bool plain = manner.plain && ret->error == NULL;
	if (ctl->pseudonyms != NULL && !plain && pseudonym_reply(ctl->pseudonyms, ret->parameters) != 0) {
		json_decref(ret->message);
		return out_of_memory(ctl);
	}
	if (ret->error == NULL || (expected != NULL && reply_is(ret, expected)))
		return 0;
	int code = explain_error(ctl, client, ret);
	json_decref(ret->message);
	return code;
}

int request_next(struct ctl *ctl, struct varlink_client *client, const char *expected, struct varlink_reply *ret)
{
	return take_next(ctl, client, expected, (struct manner){0}, ret);
}

int request_next_before(struct ctl *ctl, struct varlink_client *client, const char *expected, struct varlink_reply *ret)
{
	return take_next(ctl, client, expected, (struct manner){.may_be_late = true}, ret);
}

int request_unanswered(struct ctl *ctl)
{
	struct err err;
	(void)err_set(&err, ERR_TIMEOUT, "the daemon did not answer in time");
	return explain_failure(ctl, &err);
}

int request_ask_long(struct ctl *ctl, const char *method, json_t *parameters, const char *expected, unsigned silence_s,
		     struct varlink_reply *ret)
{
	struct varlink_client client;
	int code = request_begin(ctl, method, parameters, false, silence_s, &client);
	if (code != 0)
		return code;
	code = request_next(ctl, &client, expected, ret);
	varlink_client_close(&client);
	return code;
}

int request_ask(struct ctl *ctl, const char *method, json_t *parameters, const char *expected,
		struct varlink_reply *ret)
{
	return request_ask_long(ctl, method, parameters, expected, SILENCE_S, ret);
}

int request_ask_plainly(struct ctl *ctl, const char *method, json_t *parameters, struct varlink_reply *ret)
{
	struct varlink_client client;
	int code = request_begin(ctl, method, parameters, false, SILENCE_S, &client);
	if (code != 0)
		return code;
	code = take_next(ctl, &client, NULL, (struct manner){.plain = true}, ret);
	varlink_client_close(&client);
	return code;
}

/* Nothing of the answer is shown: neither language nor pseudonyms matter. */
static int ask_time(struct ctl *ctl)
{
	struct varlink_client client;
	struct varlink_reply reply;
	struct err err;
	int code = open_client(ctl, &client, SILENCE_S, &err) == 0 ? 0 : explain(ctl, &err);
	if (code == 0)
		code = send_call(ctl, &client, INTERFACE_METHOD("Status"), json_object(), false);
	if (code == 0)
		code = take_next(ctl, &client, NULL, (struct manner){.plain = true}, &reply);
	varlink_client_close(&client);
	if (code != 0)
		return code;
	ctl->now_s = field_int(reply.parameters, "now");
	json_decref(reply.message);
	return 0;
}

void request_time(struct ctl *ctl)
{
	FILE *err = ctl->err;
	size_t size;
	if (ctl->time.asked)
		return;
	ctl->time.asked = true;
	ctl->err = open_memstream(&ctl->time.complaint, &size);
	int code = ctl->err != NULL ? ask_time(ctl) : EXIT_SOFTWARE;
	if (ctl->err != NULL)
		fclose(ctl->err);
	ctl->err = err;
	ctl->time.code = code;
}
