/* SPDX-License-Identifier: EUPL-1.2 */
/* show_hold.c - see show_hold.h: a hold in a few lines. Its evidence is in hold_evidence.c. */
#include "ctl/show_hold.h"

#include <string.h>

#include "base/language.h"
#include "ctl/fields.h"
#include "ctl/moment.h"
#include "ctl/screen.h"
#include "ctl/show.h"
#include "ctl/user.h"

bool hold_is_open(const json_t *hold)
{
	return field_text(hold, "id")[0] != '\0' && strcmp(field_text(hold, "state"), "open") == 0;
}

const char *hold_label(const json_t *hold)
{
	return field_is(hold, "unnumbered") ? tr("(no number yet)") : field_text(hold, "id");
}

void show_hold_sentence(struct ctl *ctl, const json_t *hold)
{
	char where[WHERE_SIZE], numbers[NUMBERS_SIZE];
	const char *id = hold_label(hold);
	bool counts = show_numbers(hold, numbers)[0] != '\0';
	say_in(ctl, COLOUR_HEAD, "%s%s%s: %s%s%s%s", id, id[0] != '\0' ? "  " : "", show_where(hold, where),
	       field_text(hold, "sentence"), counts ? " (" : "", numbers, counts ? ")" : "");
}

void show_hold_decision(struct ctl *ctl, const json_t *hold, long long now)
{
	char by[USER_SIZE], when[MOMENT_SIZE];
	if (field_int(hold, "decided") == 0)
		return;
	say(ctl, "    %s by %s, %s: %s", tr(field_text(hold, "state")), field_user(hold, "decided_by", by),
	    moment_format(field_int(hold, "decided"), now, when), field_text(hold, "reason"));
}

static void say_command(struct ctl *ctl, const char *what, const char *verb, const json_t *hold, const char *rest)
{
	say(ctl, "    %-17s duaalctl %s %s%s", tr(what), verb, field_text(hold, "id"), tr(rest));
}

void show_hold_commands(struct ctl *ctl, const json_t *hold, bool look)
{
	static const char reason[] = N_(" --reason \"WHY\"");
	const char *decide = field_text(hold, "decide");
	if (field_text(hold, "id")[0] == '\0')
		return;
	if (look)
		say_command(ctl, "look at it first", "holds", hold, "");
	if (!hold_is_open(hold))
		return;
	if (strcmp(decide, "accept-source") == 0)
		say_command(ctl, "it is meant so", "accept-source", hold, reason);
	if (strcmp(decide, "approve") == 0) {
		say_command(ctl, "carry it out", "approve", hold, reason);
		say_command(ctl, "leave it as it is", "reject", hold, reason);
	}
}
