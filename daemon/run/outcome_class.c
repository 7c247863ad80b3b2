/* SPDX-License-Identifier: EUPL-1.2 */
#include "run/outcome_class.h"

#include "base/language.h"
#include "wire/message.h"

static const struct {
	int result;
	enum outcome_class class;
	const char *advice;
} table[] = {
	{0, OUTCOME_DONE, ""},
	{3, OUTCOME_STOP, N_("the server's time limit; give the writer's identity its own limits")},
	{8, OUTCOME_REFUSED, N_("the server wants a stronger authentication; use ldaps, StartTLS or ldapi")},
	{10, OUTCOME_STOP, N_("this server is a read-only replica; configure the provider's URI")},
	{11, OUTCOME_STOP, N_("an administrative limit; give the writer's identity its own limits")},
	{13, OUTCOME_REFUSED, N_("the server wants an encrypted connection; use ldaps, StartTLS or ldapi")},
	{16, OUTCOME_CONFLICT, N_("somebody else removed the value first")},
	{19, OUTCOME_REFUSED, N_("a constraint of the server refuses the value; does the person's entry exist there?")},
	{20, OUTCOME_CONFLICT, N_("somebody else added the value first")},
	{21, OUTCOME_REFUSED, N_("the value does not fit the attribute's syntax")},
	{32, OUTCOME_CONFLICT, N_("the entry is gone or was renamed")},
	{50, OUTCOME_REFUSED, N_("the access rules of the server do not allow it to this identity")},
	{51, OUTCOME_STOP, N_("the server is busy")},
	{52, OUTCOME_STOP, N_("the server is shutting down or not available")},
	{53, OUTCOME_STOP, N_("the server is read-only or unwilling")},
	{64, OUTCOME_REFUSED, N_("the name does not fit the entry's class")},
	{65, OUTCOME_REFUSED, N_("the schema refuses it: a last member, or a missing object class")},
	{66, OUTCOME_CONFLICT, N_("somebody put an entry below it")},
	{68, OUTCOME_CONFLICT, N_("somebody else made the entry first")},
	{80, OUTCOME_FAILED, N_("the server failed; is its database full?")},
	{122, OUTCOME_CONFLICT, N_("somebody else changed the entry first")},
};

enum outcome_class outcome_classify(int result)
{
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (table[i].result == result)
			return table[i].class;
	if (result == WRITE_NOT_SENT)
		return OUTCOME_NOT_SENT;
	return result < 0 ? OUTCOME_UNKNOWN : OUTCOME_REFUSED;
}

const char *outcome_advice(int result)
{
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (table[i].result == result)
			return table[i].advice;
	return result < 0 ? N_("the connection was lost") : N_("look the code up in RFC 4511, appendix A");
}

void outcome_tell(struct err *err, int code, int result, struct text said, const char *advice)
{
	if (said.len > 0)
		err_set(err, code, "result %d, %.*s: %s", result, TEXT_ARG(said), advice);
	else
		err_set(err, code, "result %d: %s", result, advice);
}
