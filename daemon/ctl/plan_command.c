/* SPDX-License-Identifier: EUPL-1.2 */
/* plan_command.c - "duaalctl plan": what is not carried out yet, and what keeps it. With --config: plan_config.c. */
#include "base/buf.h"
#include "base/language.h"
#include "control/interface.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/request.h"
#include "ctl/screen.h"
#include "ctl/show_plan.h"
#include "ctl/show_trouble.h"

#define SILENCE_S 30

int show_plan(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	(void)in;
	return show_plan_reply(ctl, reply);
}

int status_of_plan(const struct invocation *in, const json_t *reply)
{
	return plan_is_pending(reply) && invocation_option(in, "exit-code") != NULL ? EXIT_PENDING : EXIT_OK;
}

/* ---- as LDIF --------------------------------------------------------------------------------------- */

/* *next: the page to go on with; 0: that was all. */
static int check_page(struct ctl *ctl, const json_t *reply, int64_t *next)
{
	int64_t page = *next;
	*next = field_int(reply, "next");
	for (const char *at = field_text(reply, "ldif"); *at != '\0'; at++)
		if (*at != '\n' && (*at < ' ' || *at > '~')) {
			complain(ctl, "the daemon sent something that is no LDIF");
			return EXIT_PROTOCOL;
		}
	if (*next != 0 && *next <= page) {
		complain(ctl, "the daemon sends the same page again and again");
		return EXIT_PROTOCOL;
	}
	return 0;
}

/* Printed as it came, when it is ASCII, which is safe on a terminal; kept for one JSON object, which is the whole, too. *last: the page. */
static int take_page(struct ctl *ctl, struct varlink_client *client, struct buf *whole, int64_t *next, json_t **last)
{
	struct varlink_reply reply;
	int code = request_next(ctl, client, NULL, &reply);
	if (code != 0)
		return code;
	code = check_page(ctl, reply.parameters, next);
	const char *ldif = field_text(reply.parameters, "ldif");
	if (code == 0 && ctl->json)
		buf_add_string(whole, ldif);
	else if (code == 0 && (fputs(ldif, ctl->out) < 0 || fflush(ctl->out) != 0))
		code = output_unwritten(ctl);
	json_decref(*last);
	*last = json_incref(reply.parameters);
	json_decref(reply.message);
	return code;
}

static int take_pages(struct ctl *ctl, struct buf *whole, json_t **last)
{
	struct varlink_client client;
	int64_t next = 0;
	int code = request_begin(ctl, INTERFACE_METHOD("PlanLdif"), json_object(), false, SILENCE_S, &client);
	if (code != 0)
		return code;
	while ((code = take_page(ctl, &client, whole, &next, last)) == 0 && next != 0) {
		code = request_again(ctl, &client, INTERFACE_METHOD("PlanLdif"),
				     json_pack("{s:I}", "page", (json_int_t)next));
		if (code != 0)
			break;
	}
	varlink_client_close(&client);
	return code;
}

/* As one page that has all. */
static int say_whole(struct ctl *ctl, json_t *last, const struct buf *whole)
{
	if (buf_failed(whole) || json_object_set_new(last, "ldif", json_string(buf_string(whole))) < 0)
		return out_of_memory(ctl);
	say_json(ctl, last);
	return EXIT_OK;
}

/* Whatever is wrong with what it stands on is no part of what ldapmodify takes. */
static int print_ldif(struct ctl *ctl)
{
	struct buf whole;
	json_t *last = NULL;
	buf_init(&whole);
	int code = take_pages(ctl, &whole, &last);
	if (code == EXIT_OK && ctl->json)
		code = say_whole(ctl, last, &whole);
	else if (code == EXIT_OK)
		complain_of_trouble(ctl, last);
	json_decref(last);
	buf_done(&whole);
	return code;
}

int plan_command(struct ctl *ctl, const struct invocation *in)
{
	const char *file = invocation_option(in, "config");
	if (file != NULL && invocation_option(in, "ldif") != NULL)
		return usage_error(ctl, in->command,
				   "--ldif is what would be written now; it does not go with --config");
	if (file != NULL)
		return plan_with_file(ctl, in, file);
	if (invocation_option(in, "ldif") == NULL)
		return ask_command(ctl, in);
	if (invocation_option(in, "exit-code") != NULL || invocation_option(in, "limit") != NULL || ctl_only_table(ctl))
		return usage_error(ctl, in->command, "--ldif is the whole, and goes with no other option of plan");
	return print_ldif(ctl);
}
