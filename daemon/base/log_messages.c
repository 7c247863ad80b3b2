/* SPDX-License-Identifier: EUPL-1.2 */
/* log_messages.c - see log_messages.h. */
#include "base/log_messages.h"

#include <sodium.h>
#include <string.h>

_Static_assert(LOG_JOURNAL_ID_SIZE == 2 * crypto_generichash_BYTES_MIN + 1, "BLAKE2b of 128 bits in hexadecimal");

static const struct {
	const char *id;
	enum log_level level;
	const char *cause, *remedy;
} messages[LOG_MESSAGE_COUNT] = {
#define X(name, id, level, cause, remedy) [LOG_##name##_MESSAGE] = {id, LOG_LEVEL_##level, cause, remedy},
	LOG_MESSAGE_TABLE(X)
#undef X
};

const char *log_message_id(enum log_message message)
{
	return messages[message].id;
}

enum log_level log_message_level(enum log_message message)
{
	return messages[message].level;
}

const char *log_message_cause(enum log_message message)
{
	return messages[message].cause;
}

const char *log_message_remedy(enum log_message message)
{
	return messages[message].remedy;
}

const char *log_message_journal_id(enum log_message message, char out[LOG_JOURNAL_ID_SIZE])
{
	static const char project[] = "be.werkplekduaal.Duaalsync/";
	unsigned char hash[crypto_generichash_BYTES_MIN];
	crypto_generichash_state state;
	const char *id = messages[message].id;
	crypto_generichash_init(&state, NULL, 0, sizeof(hash));
	crypto_generichash_update(&state, (const unsigned char *)project, strlen(project));
	crypto_generichash_update(&state, (const unsigned char *)id, strlen(id));
	crypto_generichash_final(&state, hash, sizeof(hash));
	return sodium_bin2hex(out, LOG_JOURNAL_ID_SIZE, hash, sizeof(hash));
}
