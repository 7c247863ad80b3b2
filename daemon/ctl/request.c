/* SPDX-License-Identifier: EUPL-1.2 */
/* request.c - see request.h. */
#include "ctl/request.h"

#include <grp.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/language.h"
#include "control/interface.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/pseudonym.h"
#include "ctl/screen.h"

#define SILENCE_S 30

static void advise_group(struct ctl *ctl, const char *group)
{
	if (group[0] == '\0' || strcmp(group, "root") == 0) { /* whom we would let in there may do everything */
		complain(ctl, "the configuration names no group for it: only root and the daemon's own user may");
		return;
	}
	complain(ctl, "to let a user in: usermod --append --groups %s USER (it counts from the next login on)", group);
}

/* The group that owns the socket may ask. */
static void explain_denied(struct ctl *ctl)
{
	struct stat st;
	const struct group *group = stat(ctl->socket, &st) == 0 ? getgrgid(st.st_gid) : NULL;
	complain(ctl, "you may not use %s", ctl->socket);
	if (group != NULL)
		advise_group(ctl, group->gr_name);
	else
		complain(ctl, "only members of the group that the configuration names (control.group) may");
}

static int explain_failure(struct ctl *ctl, const struct err *err)
{
	switch (err->code) {
	case ERR_UNAVAILABLE:
		complain(ctl, "duaalsyncd is not running: %s", err->text);
		complain(ctl, "'systemctl status duaalsyncd' tells more; '--socket PATH' asks another instance");
		return EXIT_NOT_RUNNING;
	case ERR_INCOMPLETE:
		complain(ctl, "%s; 'systemctl status duaalsyncd' tells more", err->text);
		return EXIT_NOT_RUNNING;
	case ERR_TIMEOUT:
		complain(ctl, "%s (%s)", err->text, ctl->socket);
		complain(ctl, "if it stays so: 'systemctl restart duaalsyncd'; nobody gains or loses access by that");
		return EXIT_PROTOCOL;
	case ERR_DENIED: explain_denied(ctl); return EXIT_DENIED;
	case ERR_INVALID: complain(ctl, "%s", err->text); return EXIT_USAGE;
	case ERR_NOMEM: return out_of_memory(ctl);
	default: complain(ctl, "%s (%s)", err->text, ctl->socket); return EXIT_PROTOCOL;
	}
}

static bool is(const struct varlink_reply *reply, const char *error)
{
	return strcmp(reply->error, error) == 0;
}

/* What is not known, and the command that shows what there is. */
static void explain_not_found(struct ctl *ctl, const char *what)
{
	static const char *const lists[][2] = {{N_("hold"), "holds"},
					       {N_("drift"), "drift"},
					       {N_("cycle"), "history"},
					       {N_("directive"), "directives"},
					       {N_("freeze"), "status"}};
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (strcmp(what, lists[i][0]) == 0) {
			complain(ctl, "there is no such %s; 'duaalctl %s' shows what there is", tr(what), lists[i][1]);
			return;
		}
	if (strcmp(what, "institution") == 0)
		complain(ctl, "neither directory knows this institution");
	else if (strcmp(what, "person") == 0)
		complain(ctl, "neither directory knows this person");
	else
		complain(ctl, "neither directory knows this: %s", tr(what));
}

/* Whoever only asks knows that nothing was done. */
static bool is_order(const struct ctl *ctl)
{
	return ctl->in != NULL && ctl->in->command->order;
}

/* The daemon's sentence says why, and what to do instead. */
static int explain_refused(struct ctl *ctl, const json_t *parameters)
{
	const char *code = field_text(parameters, "code"), *what = field_text(parameters, "what");
	bool refused = strcmp(code, "refused") == 0, unknown = strcmp(code, "not-found") == 0;
	if (!refused && !unknown) {
		complain(ctl, "it failed: %s", what);
		return EXIT_FAILED;
	}
	if (!is_order(ctl))
		complain(ctl, "%s", what);
	else
		complain(ctl, refused ? N_("refused, nothing was done: %s") : N_("nothing was done: %s"), what);
	return refused ? EXIT_REFUSED : EXIT_NOT_FOUND;
}

static int explain_denied_order(struct ctl *ctl, const json_t *parameters)
{
	complain(ctl, "you may not do this: it needs the right to %s", tr(field_text(parameters, "right")));
	advise_group(ctl, field_text(parameters, "group"));
	return EXIT_DENIED;
}

int request_advise_stopped(struct ctl *ctl)
{
	complain(ctl, "'systemctl status duaalsyncd' tells whether it runs again; then try again");
	return EXIT_NOT_RUNNING;
}

/* Of an order the daemon's sentence says what became of it. */
static int explain_stopping(struct ctl *ctl, const json_t *parameters)
{
	const char *what = field_text(parameters, "what");
	complain(ctl, "%s", what[0] != '\0' ? what : tr("the daemon has stopped"));
	return request_advise_stopped(ctl);
}

/* ---- an argument that the daemon does not take ------------------------------------------------------- */

/* words: what there is; empty where there is nothing, or nobody says. */
static void tell_wrong_role(struct ctl *ctl, const char *given, const char *words)
{
	if (words[0] != '\0')
		usage_error(ctl, ctl->in->command, "there is no role \"%s\"; there are %s", given, words);
	else
		usage_error(ctl, ctl->in->command, "there is no role \"%s\"", given);
}

static void tell_wrong_kind(struct ctl *ctl, const char *given, const char *words)
{
	if (words[0] != '\0')
		usage_error(ctl, ctl->in->command, "no institution is of the kind \"%s\"; there are %s", given, words);
	else
		usage_error(ctl, ctl->in->command, "no institution is of the kind \"%s\"", given);
}

/* Of these only the daemon knows what there is. */
static const struct choice {
	const char *parameter, *kind; /* of Words */
	void (*tell)(struct ctl *ctl, const char *given, const char *words);
} choices[] = {{"role", "roles", tell_wrong_role}, {"kind", "kinds", tell_wrong_kind}};

#define CHOICES_SHOWN 400 /* bytes */

/* Nobody is called so: they stay as they are under pseudonyms, too. */
static void list_words(struct ctl *ctl, const json_t *words, struct buf *out)
{
	size_t i;
	json_t *word;
	json_array_foreach(words, i, word)
	{
		if (out->len > CHOICES_SHOWN) {
			buf_add_string(out, ", ...");
			return;
		}
		const char *text = json_is_string(word) ? json_string_value(word) : "";
		buf_format(out, "%s%s", i > 0 ? ", " : "", text);
		if (ctl->pseudonyms != NULL)
			pseudonyms_keep(ctl->pseudonyms, text);
	}
}

/* On the same connection. One that cannot say it any more leaves it at what is wrong. */
static void ask_choices(struct ctl *ctl, struct varlink_client *client, const char *kind, struct buf *out)
{
	struct varlink_reply reply;
	struct err err;
	json_t *parameters = json_pack("{s:s}", "kind", kind);
	buf_init(out);
	if (varlink_client_call(client, INTERFACE_METHOD("Words"), parameters, false, &err) != 0 ||
	    varlink_client_next(client, &reply, &err) != 0)
		return;
	if (reply.error == NULL)
		list_words(ctl, json_object_get(reply.parameters, "words"), out);
	json_decref(reply.message);
}

static void explain_choice(struct ctl *ctl, struct varlink_client *client, const struct choice *choice)
{
	struct buf words;
	ask_choices(ctl, client, choice->kind, &words);
	choice->tell(ctl, field_text(ctl->in->parameters, choice->parameter), buf_string(&words));
	buf_done(&words);
}

/* A person is not accepted only where no name would do. */
static void explain_invalid(struct ctl *ctl, struct varlink_client *client, const char *parameter)
{
	for (size_t i = 0; ctl->in != NULL && i < sizeof(choices) / sizeof(choices[0]); i++)
		if (strcmp(parameter, choices[i].parameter) == 0) {
			explain_choice(ctl, client, &choices[i]);
			return;
		}
	if (strcmp(parameter, "today") == 0)
		complain(ctl, "this is no day: give today's date, from a calendar, as 2026-09-01");
	else if (strcmp(parameter, "person") == 0)
		complain(ctl, "this is no vo-id: give the vo-id, as 'duaalctl why PERSON' shows it");
	else
		complain(ctl, "the daemon does not accept this %s", tr(parameter));
}

/* ---- every error --------------------------------------------------------------------------------------- */

/* client: the error came from it, and it may be asked again. */
static int explain_error(struct ctl *ctl, struct varlink_client *client, const struct varlink_reply *reply)
{
	if (is(reply, INTERFACE_ERROR("PermissionDenied")))
		return explain_denied_order(ctl, reply->parameters);
	if (is(reply, INTERFACE_ERROR("OrderRefused")))
		return explain_refused(ctl, reply->parameters);
	if (is(reply, INTERFACE_ERROR("Stopping")))
		return explain_stopping(ctl, reply->parameters);
	if (is(reply, INTERFACE_ERROR("TooManyClients"))) {
		complain(ctl, "as many clients are connected to the daemon as may be (control.connections): try again "
			      "in a moment");
		return EXIT_PROTOCOL;
	}
	if (is(reply, INTERFACE_ERROR("TooLong"))) {
		complain(ctl, is_order(ctl) ? N_("what was asked is longer than a call may be (control.request_max): "
						 "nothing was done")
					    : N_("what was asked is longer than a call may be (control.request_max)"));
		return EXIT_USAGE;
	}
	if (is(reply, INTERFACE_ERROR("NotReady"))) {
		complain(ctl, "the daemon has not finished its first complete cycle yet; 'duaalctl status' tells why");
		return EXIT_NOT_READY;
	}
	if (is(reply, INTERFACE_ERROR("NotFound"))) {
		explain_not_found(ctl, field_text(reply->parameters, "what"));
		return EXIT_NOT_FOUND;
	}
	if (is(reply, SERVICE_METHOD("InvalidParameter"))) {
		explain_invalid(ctl, client, field_text(reply->parameters, "parameter"));
		return EXIT_USAGE;
	}
	complain(ctl, "the daemon answered %s; are duaalctl and duaalsyncd of one version?", reply->error);
	return EXIT_PROTOCOL;
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
		r = varlink_client_next(client, &reply, &err);
	if (r != 0)
		return explain_failure(ctl, &err);
	bool fine = reply.error == NULL || is(&reply, SERVICE_METHOD("MethodNotFound"));
	int code = fine ? 0 : explain_error(ctl, client, &reply);
	json_decref(reply.message);
	return code;
}

static int send_call(struct ctl *ctl, struct varlink_client *client, const char *method, json_t *parameters, bool more)
{
	struct err err;
	return varlink_client_call(client, method, parameters, more, &err) == 0 ? 0 : explain_failure(ctl, &err);
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
	int code = varlink_client_open(ret, ctl->socket, silence_s, &err) == 0 ? 0 : explain_failure(ctl, &err);
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
	int r = varlink_client_next(client, ret, &err);
	if (r == ERR_TIMEOUT && manner.may_be_late)
		return EXIT_TIMEOUT;
	if (r != 0)
		return explain_failure(ctl, &err);
	bool plain = manner.plain && ret->error == NULL;
	if (ctl->pseudonyms != NULL && !plain && pseudonym_reply(ctl->pseudonyms, ret->parameters) != 0) {
		json_decref(ret->message);
		return out_of_memory(ctl);
	}
	if (ret->error == NULL || (expected != NULL && is(ret, expected)))
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
	if (varlink_client_open(&client, ctl->socket, SILENCE_S, &err) != 0)
		return explain_failure(ctl, &err);
	int code = send_call(ctl, &client, INTERFACE_METHOD("Status"), json_object(), false);
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
