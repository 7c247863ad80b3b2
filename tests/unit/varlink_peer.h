/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * varlink_peer.h - a client in the same thread as the server's loop: every wait turns the loop.
 */
#ifndef DUAAL_TESTS_VARLINK_PEER_H
#define DUAAL_TESTS_VARLINK_PEER_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

struct peer {
	sd_event *loop;
	int fd;
	char *in;
	size_t len;
};

struct peer peer_open(sd_event *loop, const char *path); /* connected */
void peer_close(struct peer *p);
void peer_send(struct peer *p, const void *bytes, size_t len); /* all of it, now */
void peer_say(struct peer *p, const char *json);               /* one frame */

/* Next reply; fails the test when the server closes or 5 seconds pass. The caller drops the reference. */
json_t *peer_next(struct peer *p);
json_t *peer_ask(struct peer *p, const char *json); /* peer_say, then peer_next */
bool peer_is_closed(struct peer *p);                /* within 5 seconds, without another byte */
bool peer_is_quiet(struct peer *p);                 /* nothing for 100 ms */

void turn(sd_event *loop, int ms);                         /* for so long */
const char *error_of(const json_t *reply);                 /* "" when it is none */
const char *text_in(const json_t *reply, const char *key); /* of its parameters */

/* Exit status of a child that runs what() as somebody else, while the loop turns. what() may not assert. */
int uid_runs(uid_t uid, gid_t gid, gid_t more, int (*what)(void *ctx), void *ctx, sd_event *loop);
/* For such a child: blocking, without a loop. Bytes of the reply, 0: closed without one, -1: cannot connect. */
int peer_ask_plainly(const char *path, const char *call, char *reply, size_t size);

#endif
