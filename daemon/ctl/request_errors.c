/* SPDX-License-Identifier: EUPL-1.2 */
/* request_errors.c - see request_errors.h. */
#include "ctl/request_errors.h"

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
#include "ctl/request.h"
#include "ctl/screen.h"

/* ---- what the system says ------------------------------------------------------------------------------ */

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

int explain_failure(struct ctl *ctl, const struct err *err)
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

bool reply_is(const struct varlink_reply *reply, const char *error)
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

int explain_error(struct ctl *ctl, struct varlink_client *client, const struct varlink_reply *reply)
{
	if (reply_is(reply, INTERFACE_ERROR("PermissionDenied")))
		return explain_denied_order(ctl, reply->parameters);
	if (reply_is(reply, INTERFACE_ERROR("OrderRefused")))
		return explain_refused(ctl, reply->parameters);
	if (reply_is(reply, INTERFACE_ERROR("Stopping")))
		return explain_stopping(ctl, reply->parameters);
	if (reply_is(reply, INTERFACE_ERROR("TooManyClients"))) {
		complain(ctl, "as many clients are connected to the daemon as may be (control.connections): try again "
			      "in a moment");
		return EXIT_PROTOCOL;
	}
	if (reply_is(reply, INTERFACE_ERROR("TooLong"))) {
		complain(ctl, is_order(ctl) ? N_("what was asked is longer than a call may be (control.request_max): "
						 "nothing was done")
					    : N_("what was asked is longer than a call may be (control.request_max)"));
		return EXIT_USAGE;
	}
	if (reply_is(reply, INTERFACE_ERROR("NotReady"))) {
		complain(ctl, "no cycle was complete yet since the daemon was started or read its configuration again; "
			      "'duaalctl status' tells why");
		return EXIT_NOT_READY;
	}
	if (reply_is(reply, INTERFACE_ERROR("NotFound"))) {
		explain_not_found(ctl, field_text(reply->parameters, "what"));
		return EXIT_NOT_FOUND;
	}
	if (reply_is(reply, SERVICE_METHOD("InvalidParameter"))) {
		explain_invalid(ctl, client, field_text(reply->parameters, "parameter"));
		return EXIT_USAGE;
	}
	complain(ctl, "the daemon answered %s; are duaalctl and duaalsyncd of one version?", reply->error);
	return EXIT_PROTOCOL;
}
