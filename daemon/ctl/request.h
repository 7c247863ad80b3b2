/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * request.h - one question to the daemon; what goes wrong is printed in words that say what to do.
 *
 * That the daemon stops is an answer to whatever was asked, and EXIT_NOT_RUNNING; so is a connection that nobody took, or whose daemon ended in
 * the middle (varlink_client.h). Nobody is asked again to find that out.
 */
#ifndef DUAAL_CTL_REQUEST_H
#define DUAAL_CTL_REQUEST_H

#include "ctl/ctl.h"
#include "ctl/varlink_client.h"

/* Asks and waits for the one reply. parameters is taken. expected: an error of the daemon that the caller shows itself,
 * or NULL. 0 and *ret (json_decref its message), or an exit status with the reason printed. */
int request_ask(struct ctl *ctl, const char *method, json_t *parameters, const char *expected,
		struct varlink_reply *ret);

/* The same with another patience: so many seconds of silence. */
int request_ask_long(struct ctl *ctl, const char *method, json_t *parameters, const char *expected, unsigned silence_s,
		     struct varlink_reply *ret);

/* The same as request_ask, but what it tells stays as it is also where pseudonyms are shown, because it is asked on with: the caller shows none of it. */
int request_ask_plainly(struct ctl *ctl, const char *method, json_t *parameters, struct varlink_reply *ret);

/* Sends the call only; replies come with request_next: 0, or an exit status with the reason printed. request_again: another call on the
 * same connection, after the last reply of the one before. The client is closed when request_begin fails, else by the caller. */
int request_begin(struct ctl *ctl, const char *method, json_t *parameters, bool more, unsigned silence_s,
		  struct varlink_client *ret);
int request_again(struct ctl *ctl, struct varlink_client *client, const char *method, json_t *parameters);
int request_next(struct ctl *ctl, struct varlink_client *client, const char *expected, struct varlink_reply *ret);
/* The same, but when silence_s, or all the time there is (within_s of ctl), is over that is EXIT_TIMEOUT and nothing is printed, provided that
 * the daemon has said anything at all. */
int request_next_before(struct ctl *ctl, struct varlink_client *client, const char *expected,
			struct varlink_reply *ret);

/* The daemon's time becomes now_s: its host's clock may be wrong, and then it goes by another one (accept-clock). Asks at the first call only, and
 * complains about nothing, because what is wrong with an argument is said first; when it was not told, the next request ends so. */
void request_time(struct ctl *ctl);

/* Says that the daemon did not answer in time, where the caller waited for that itself. EXIT_PROTOCOL. */
int request_unanswered(struct ctl *ctl);

/* Where the caller has said already that the daemon stops (the error Stopping, given as expected): what to do then. EXIT_NOT_RUNNING. */
int request_advise_stopped(struct ctl *ctl);

#endif
