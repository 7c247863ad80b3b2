/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * plan_config.c - "duaalctl plan --config FILE": what the policy of another file would do with what the daemon has read already.
 *
 * The file is read here, with the daemon's own loader, and only what differs and is policy is sent. What else differs is said before anything
 * is shown, because it is no part of what follows.
 */
#include <string.h>

#include "base/language.h"
#include "config/proposal.h"
#include "control/interface.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/request.h"
#include "ctl/screen.h"
#include "ctl/show_plan.h"

#define SILENCE_S    600 /* a first fill may be under way */
#define FRAME_AROUND 200 /* bytes of a call besides its parameters */

/* ---- the file ------------------------------------------------------------------------------------ */

static void tell_fault(void *ctx, const char *sentence)
{
	complain(ctx, "%s", sentence);
}

static int load_file(struct ctl *ctl, const char *file, struct config **ret)
{
	switch (proposal_load(file, tell_fault, ctl, ret)) {
	case 0: return 0;
	case ERR_NOMEM: return EXIT_SOFTWARE;
	default: return EXIT_FAULTS;
	}
}

/* ---- what differs -------------------------------------------------------------------------------- */

static int compare(struct ctl *ctl, const struct config *config, const json_t *in_force,
		   struct proposal_difference *difference)
{
	struct err err = {0};
	switch (proposal_compare(config, in_force, difference, &err)) {
	case 0: return 0;
	case ERR_NOMEM: return out_of_memory(ctl);
	default: complain(ctl, "%s", err.text); return EXIT_PROTOCOL;
	}
}

/* On standard error where standard output is for programs. */
static void tell_others(struct ctl *ctl, const char *file, const struct proposal_difference *difference)
{
	static const char format[] =
		N_("%s also changes %s: that is not part of this plan; duaalsyncd --plan -c %s reads anew with it");
	const char *others = buf_string(&difference->others);
	if (difference->others.len == 0)
		return;
	if (ctl->json || ctl_only_table(ctl))
		complain(ctl, format, file, others, file);
	else
		say_in(ctl, COLOUR_WARN, format, file, others, file);
}

/* ---- what it would do ---------------------------------------------------------------------------- */

static void tell_settings(struct ctl *ctl, const char *file, const json_t *keys)
{
	size_t i;
	json_t *key;
	struct buf list;
	buf_init(&list);
	json_array_foreach(keys, i, key)
	{
		if (i > 0)
			buf_add_string(&list, ", ");
		buf_add_string(&list, json_is_string(key) ? json_string_value(key) : "");
	}
	if (json_array_size(keys) == 0)
		say(ctl, "The policy of %s is the one that is in force.", file);
	else
		say(ctl, "As it would be with the policy of %s: %s. Nothing is changed by asking.", file,
		    buf_string(&list));
	buf_done(&list);
}

#define COUNTS(c)                                                                                                      \
	field_int(c, "grants"), field_int(c, "removals"), field_int(c, "go"), field_int(c, "held"),                    \
		field_int(c, "refused")

static void tell_counts(struct ctl *ctl, const json_t *now, const json_t *then)
{
	say(ctl, "  now   %lld to grant, %lld to revoke; %lld may go, %lld held, %lld refused", COUNTS(now));
	say(ctl, "  then  %lld to grant, %lld to revoke; %lld may go, %lld held, %lld refused", COUNTS(then));
}

static int show(struct ctl *ctl, const char *file, const json_t *reply)
{
	tell_settings(ctl, file, json_object_get(reply, "settings"));
	tell_counts(ctl, json_object_get(reply, "present"), reply);
	if (field_is(reply, "rescoped"))
		say(ctl, "What is covered would be changed: removals that no date announced wait for a decision.");
	say(ctl, "%s", "");
	return show_plan_reply(ctl, reply);
}

/* NULL: out of memory. */
static json_t *parameters_of(const struct invocation *in, const struct proposal_difference *difference)
{
	return json_pack("{s:O,s:b,s:O*}", "settings", difference->policy, "rescoped", (int)difference->rescoped,
			 "limit", json_object_get(in->parameters, "limit"));
}

/* A frame that is longer than the daemon takes would end the connection without a word. */
static int check_length(struct ctl *ctl, const json_t *parameters, const json_t *in_force, const char *file)
{
	long long most = field_int(in_force, "request_max");
	if (json_dumpb(parameters, NULL, 0, JSON_COMPACT) + FRAME_AROUND <= (size_t)most)
		return 0;
	complain(ctl,
		 "what differs is longer than a call may be (control.request_max is %lld bytes): duaalsyncd --plan -c "
		 "%s "
		 "has no such limit",
		 most, file);
	return EXIT_USAGE;
}

static int ask(struct ctl *ctl, const struct invocation *in, const char *file, struct varlink_client *client,
	       json_t *parameters)
{
	struct varlink_reply reply;
	int code = request_again(ctl, client, INTERFACE_METHOD("PlanWith"), parameters);
	if (code == 0)
		code = request_next(ctl, client, NULL, &reply);
	if (code != 0)
		return code;
	if (ctl->json)
		say_json(ctl, reply.parameters);
	else
		code = show(ctl, file, reply.parameters);
	if (code == EXIT_OK)
		code = code_of_answer(ctl, status_of_plan(in, reply.parameters));
	json_decref(reply.message);
	return code;
}

static int ask_with(struct ctl *ctl, const struct invocation *in, const char *file, const struct config *config,
		    struct varlink_client *client, const json_t *in_force)
{
	struct proposal_difference difference;
	int code = compare(ctl, config, in_force, &difference);
	json_t *parameters = code == 0 ? parameters_of(in, &difference) : NULL;
	if (code == 0 && parameters == NULL)
		code = out_of_memory(ctl);
	if (code == 0)
		code = check_length(ctl, parameters, in_force, file);
	if (code == 0) {
		tell_others(ctl, file, &difference);
		code = ask(ctl, in, file, client, json_incref(parameters));
	}
	json_decref(parameters);
	proposal_difference_done(&difference);
	return code;
}

static int ask_about(struct ctl *ctl, const struct invocation *in, const char *file, const struct config *config)
{
	struct varlink_client client;
	struct varlink_reply in_force;
	int code = request_begin(ctl, INTERFACE_METHOD("Settings"), json_object(), false, SILENCE_S, &client);
	if (code != 0)
		return code;
	code = request_next(ctl, &client, NULL, &in_force);
	if (code == 0) {
		code = ask_with(ctl, in, file, config, &client, in_force.parameters);
		json_decref(in_force.message);
	}
	varlink_client_close(&client);
	return code;
}

int plan_with_file(struct ctl *ctl, const struct invocation *in, const char *file)
{
	struct config *config = NULL;
	int code = load_file(ctl, file, &config);
	if (ctl->pseudonyms != NULL)
		file = "FILE"; /* where it is may name somebody */
	if (code == 0)
		code = ask_about(ctl, in, file, config);
	config_free(config);
	return code;
}
