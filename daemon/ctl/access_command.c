/* SPDX-License-Identifier: EUPL-1.2 */
/* access_command.c - "--at TIME" of "duaalctl why" and "duaalctl institution": who had access then, as the ledger has it on record. */
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "control/interface.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/moment.h"
#include "ctl/screen.h"
#include "ctl/show.h"

#define TURN_SIZE 320

static const char *put_turn(const json_t *membership, const char *key, long long now, char out[TURN_SIZE])
{
	char at[MOMENT_SIZE];
	const json_t *turn = json_object_get(membership, key);
	const char *reason = field_text(turn, "reason");
	out[0] = '\0';
	if (json_is_object(turn))
		snprintf(out, TURN_SIZE, tr("%s, cycle %lld: %s%s%s%s"), moment_format(field_int(turn, "at"), now, at),
			 field_int(turn, "cycle"), field_text(turn, "sentence"), reason[0] != '\0' ? " (" : "", reason,
			 reason[0] != '\0' ? ")" : "");
	return out;
}

static enum colour colour_of(const char *state)
{
	if (strcmp(state, "had") == 0)
		return COLOUR_GOOD;
	return strcmp(state, "unsure") == 0 ? COLOUR_WARN : COLOUR_NONE;
}

static const char *words_of(const char *state)
{
	if (strcmp(state, "had") == 0)
		return tr("had access");
	return strcmp(state, "unsure") == 0 ? tr("NOT SURE") : tr("had no access");
}

static void show_membership(struct ctl *ctl, const json_t *m, long long now)
{
	char where[WHERE_SIZE], turn[TURN_SIZE];
	const char *who = field_person(m, "person"), *state = field_text(m, "state");
	const char *vo_id = field_text(json_object_get(m, "person"), "vo_id");
	say(ctl, "%s", "");
	say_in(ctl, colour_of(state), "%s: %s%s%s%s: %s", show_where(m, where),
	       who[0] != '\0' ? who : tr("(names erased)"), vo_id[0] != '\0' ? " (" : "", vo_id,
	       vo_id[0] != '\0' ? ")" : "", words_of(state));
	if (field_text(m, "sentence")[0] != '\0')
		say(ctl, "  %s", field_text(m, "sentence"));
	if (put_turn(m, "began", now, turn)[0] != '\0')
		say(ctl, "  began  %s", turn);
	if (put_turn(m, "ended", now, turn)[0] == '\0')
		return;
	if (strcmp(field_text(json_object_get(m, "ended"), "reason"), "removed-by-hand") == 0)
		say(ctl, "  ended  at the latest %s", turn); /* that is when a read noticed it */
	else
		say(ctl, "  ended  %s", turn);
}

/* What the ledger cannot know is said, never left to be guessed. Of an institution the erased are there, without their names. */
static void show_limits(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	char count[COUNT_SIZE];
	const bool of_person = json_object_get(in->parameters, "person") != NULL;
	if (field_int(reply, "erased") > 0) {
		say(ctl, "%s", "");
		say(ctl, "%s (duaalctl forget, or the retention): %s.",
		    show_count(field_int(reply, "erased"), "%lld change up to then no longer names anybody",
			       "%lld changes up to then no longer name anybody", count),
		    of_person ? tr("what is above may lack some of it") : tr("they count above, without a name"));
	}
	if (field_is(reply, "more"))
		say(ctl, "There are more than can be shown.");
}

static int show_unknown(struct ctl *ctl, const json_t *reply, const char *at)
{
	char begins[MOMENT_SIZE];
	if (field_int(reply, "begins") == 0)
		say(ctl, "The ledger is empty: it does not say who had access %s.", at);
	else
		say(ctl, "The ledger begins %s: it does not say who had access %s.",
		    moment_format(field_int(reply, "begins"), field_int(reply, "now"), begins), at);
	return EXIT_OK;
}

static int show_access(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	char at[MOMENT_SIZE];
	size_t i;
	json_t *m;
	const json_t *list = json_object_get(reply, "memberships");
	moment_format(field_int(reply, "at"), field_int(reply, "now"), at);
	if (!field_is(reply, "known"))
		return show_unknown(ctl, reply, at);
	say_in(ctl, COLOUR_HEAD, "As it was %s, by what the ledger has on record:", at);
	if (json_array_size(list) == 0)
		say(ctl, "  no membership");
	json_array_foreach(list, i, m)
	{
		show_membership(ctl, m, field_int(reply, "now"));
	}
	show_limits(ctl, in, reply);
	return EXIT_OK;
}

static int status_of_person(const struct invocation *in, const json_t *reply)
{
	(void)in;
	if (!field_is(reply, "known"))
		return EXIT_NOT_FOUND;
	if (field_is(reply, "access"))
		return EXIT_OK;
	return json_array_size(json_object_get(reply, "memberships")) == 0 || field_is(reply, "unsure")
		       ? EXIT_NOT_FOUND
		       : EXIT_NO_ACCESS;
}

static int status_of_place(const struct invocation *in, const json_t *reply)
{
	(void)in;
	return field_is(reply, "known") ? EXIT_OK : EXIT_NOT_FOUND;
}

int why_command(struct ctl *ctl, const struct invocation *in)
{
	if (invocation_option(in, "at") == NULL)
		return ask_command(ctl, in);
	return ask_other(ctl, in, INTERFACE_METHOD("AccessAt"), show_access, status_of_person);
}

/* The question about the past calls its number "institution", beside a person. */
static int institution_at(struct ctl *ctl, const struct invocation *in)
{
	json_t *number = json_object_get(in->parameters, "number");
	if (json_object_set(in->parameters, "institution", number) < 0 || json_object_del(in->parameters, "number") < 0)
		return out_of_memory(ctl);
	return ask_other(ctl, in, INTERFACE_METHOD("AccessAt"), show_access, status_of_place);
}

static const char *filter_of_all(const struct invocation *in)
{
	static const char *const filters[] = {"admitted", "not-admitted", "held", "kind"};
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		if (invocation_option(in, filters[i]) != NULL)
			return filters[i];
	return NULL;
}

int institution_command(struct ctl *ctl, const struct invocation *in)
{
	const bool all = invocation_option(in, "all") != NULL, at = invocation_option(in, "at") != NULL;
	if (all && (in->word_count > 0 || at))
		return usage_error(ctl, in->command, "--all is for all institutions, as they are now");
	if (all)
		return places_command(ctl, in);
	if (in->word_count == 0)
		return usage_error(ctl, in->command, "an argument is missing: INSTITUTION, or --all");
	if (ctl_only_table(ctl))
		return usage_error(ctl, in->command, "only the table of --all can be shown so");
	if (filter_of_all(in) != NULL)
		return usage_error(ctl, in->command, "--%s goes with --all", filter_of_all(in));
	return at ? institution_at(ctl, in) : ask_command(ctl, in);
}
