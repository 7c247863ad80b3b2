/* SPDX-License-Identifier: EUPL-1.2 */
/* find_person.c - see find_person.h. */
#include "ctl/find_person.h"

#include <string.h>
#include <strings.h>

#include "control/interface.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/pseudonym.h"
#include "ctl/request.h"
#include "ctl/screen.h"
#include "ctl/show_candidates.h"

/* One entry, or one in each of several sources under the same vo-id: what follows is asked about the vo-id. */
static bool are_one(const json_t *candidates, long long total)
{
	size_t i;
	json_t *c;
	const char *first = field_text(json_array_get(candidates, 0), "vo_id");
	json_array_foreach(candidates, i, c)
	{
		if (i > 0 && (first[0] == '\0' || strcasecmp(field_text(c, "vo_id"), first) != 0))
			return false;
	}
	return (long long)i == total;
}

static bool has_right(const json_t *candidates)
{
	size_t i;
	json_t *c;
	json_array_foreach(candidates, i, c)
	{
		if (field_is(c, "has_right"))
			return true;
	}
	return false;
}

static int show_several(struct ctl *ctl, json_t *reply)
{
	if (ctl->pseudonyms != NULL && pseudonym_reply(ctl->pseudonyms, reply) != 0)
		return out_of_memory(ctl);
	if (!ctl->json)
		return show_candidates(ctl, reply);
	say_json(ctl, reply);
	return EXIT_NOT_FOUND;
}

static int take_found(struct ctl *ctl, struct invocation *in, json_t *reply)
{
	const json_t *candidates = json_object_get(reply, "candidates"), *first = json_array_get(candidates, 0);
	const char *vo_id = field_text(first, "vo_id");
	if (first == NULL) {
		complain(ctl, "nobody with this national number is known at a source");
		return EXIT_NOT_FOUND;
	}
	if (!are_one(candidates, field_int(reply, "total")))
		return show_several(ctl, reply);
	if (vo_id[0] == '\0') {
		complain(ctl, "the source has this person without a usable key (vo-id): ask the Edison helpdesk");
		return EXIT_NOT_FOUND;
	}
	if (!has_right(candidates))
		complain(ctl, "the source has this person, but without the right: what follows is what is known here");
	return json_object_set_new(in->parameters, "person", json_string(vo_id)) == 0 ? EXIT_OK : out_of_memory(ctl);
}

int find_person(struct ctl *ctl, struct invocation *in)
{
	struct varlink_reply reply;
	json_t *parameters = json_pack("{s:s}", "number", in->number);
	explicit_bzero(in->number, sizeof(in->number));
	int code = request_ask_plainly(ctl, INTERFACE_METHOD("FindPerson"), parameters, &reply);
	if (code != 0)
		return code;
	code = take_found(ctl, in, reply.parameters);
	json_decref(reply.message);
	return code;
}
