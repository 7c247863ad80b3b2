/* SPDX-License-Identifier: EUPL-1.2 */
/* varlink_server.c - see varlink_server.h: who is let in, how many, and for how long. */
#include "control/varlink_server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "control/priority.h"
#include "control/varlink_parts.h"

#define SECOND_US   1000000u
#define ACCEPTS_MAX 16 /* at a time: then others have their turn */

/* Those that have left and were not seen to leave: their place is free. */
static void close_the_left(struct varlink_server *server)
{
	for (struct varlink_connection *c = server->connections, *next; c != NULL; c = next) {
		next = c->next;
		if (varlink_connection_has_left(c))
			varlink_connection_close(c);
	}
}

static bool has_room(struct varlink_server *server, uid_t uid)
{
	uint32_t limit = server->set.connections;
	if (uid != 0)
		limit = limit > server->set.reserved ? limit - server->set.reserved : 0;
	else if (server->count >= limit)
		close_the_left(server);
	return server->count < limit;
}

/* The sweep runs only while there is somebody to sweep. */
static void wake_sweep(struct varlink_server *server)
{
	int enabled = SD_EVENT_OFF;
	if (sd_event_source_get_enabled(server->sweep, &enabled) > 0)
		return;
	if (sd_event_source_set_time_relative(server->sweep, SECOND_US / 4) < 0 ||
	    sd_event_source_set_enabled(server->sweep, SD_EVENT_ONESHOT) < 0)
		log_event(LOG_CONTROL_FAILED_MESSAGE, "the timer for silent clients cannot be set");
}

static int on_sweep(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source, (void)usec;
	struct varlink_server *server = userdata;
	int64_t now_ms = clock_boot_ms();
	for (struct varlink_connection *c = server->connections, *next; c != NULL; c = next) {
		next = c->next;
		if (varlink_connection_is_late(c, now_ms))
			varlink_connection_close(c);
	}
	if (server->connections != NULL)
		wake_sweep(server);
	return 0;
}

static void admit(struct varlink_server *server, int fd)
{
	struct varlink_peer peer;
	if (varlink_peer_read_uid(fd, &peer.uid) != 0 || !has_room(server, peer.uid) ||
	    varlink_peer_read(fd, &server->set, &peer) != 0)
		varlink_connection_turn_away(server, fd);
	else if (varlink_connection_new(server, fd, &peer) == 0)
		wake_sweep(server);
}

/* Out of descriptors or memory: a level-triggered listener would spin. */
static void pause_accepting(struct varlink_server *server, int why)
{
	log_event(LOG_CONTROL_FAILED_MESSAGE, "no client can be accepted for a second: %s", strerror(why));
	if (sd_event_source_set_enabled(server->listener, SD_EVENT_OFF) < 0 ||
	    sd_event_source_set_time_relative(server->pause, SECOND_US) < 0 ||
	    sd_event_source_set_enabled(server->pause, SD_EVENT_ONESHOT) < 0)
		log_event(LOG_CONTROL_FAILED_MESSAGE, "the pause cannot be timed");
}

static int on_accept(sd_event_source *source, int listener, uint32_t revents, void *userdata)
{
	(void)source, (void)revents;
	struct varlink_server *server = userdata;
	int fd = -1, count = 0;
	while (count++ < ACCEPTS_MAX && (fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0)
		admit(server, fd);
	if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM))
		pause_accepting(server, errno);
	return 0;
}

static int on_pause_over(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source, (void)usec;
	struct varlink_server *server = userdata;
	return sd_event_source_set_enabled(server->listener, SD_EVENT_ON);
}

static int add_sources(struct varlink_server *server, struct err *err)
{
	if (sd_event_add_io(server->loop, &server->listener, server->socket.fd, EPOLLIN, on_accept, server) < 0 ||
	    sd_event_add_time_relative(server->loop, &server->pause, CLOCK_BOOTTIME, SECOND_US, 0, on_pause_over,
				       server) < 0 ||
	    sd_event_source_set_priority(server->listener, PRIORITY_NEW_CLIENT) < 0 ||
	    sd_event_source_set_enabled(server->pause, SD_EVENT_OFF) < 0 ||
	    sd_event_add_time_relative(server->loop, &server->sweep, CLOCK_BOOTTIME, SECOND_US, SECOND_US / 4, on_sweep,
				       server) < 0 ||
	    sd_event_source_set_enabled(server->sweep, SD_EVENT_OFF) < 0)
		return err_set(err, ERR_IO, "the event loop takes no more sources");
	return 0;
}

int varlink_server_new(sd_event *loop, const struct varlink_settings *set, const struct varlink_method *methods,
		       void *ctx, struct varlink_server **ret, struct err *err)
{
	struct varlink_server *server = calloc(1, sizeof(*server));
	if (server == NULL)
		return err_nomem(err);
	server->loop = sd_event_ref(loop);
	server->set = *set;
	server->methods = methods;
	server->ctx = ctx;
	int r = varlink_socket_open(set, &server->socket, err);
	if (r == 0)
		r = add_sources(server, err);
	if (r != 0) {
		varlink_server_free(server);
		return r;
	}
	*ret = server;
	return 0;
}

void varlink_server_stop(struct varlink_server *server)
{
	server->stopping = true;
}

struct varlink_server *varlink_server_free(struct varlink_server *server)
{
	if (server == NULL)
		return NULL;
	while (server->connections != NULL) {
		if (server->connections->call != NULL)
			varlink_call_stop(server->connections->call);
		varlink_connection_close(server->connections);
	}
	sd_event_source_disable_unref(server->listener);
	sd_event_source_disable_unref(server->pause);
	sd_event_source_disable_unref(server->sweep);
	varlink_socket_close(&server->socket);
	sd_event_unref(server->loop);
	free(server);
	return NULL;
}
