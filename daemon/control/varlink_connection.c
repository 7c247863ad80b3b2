/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * varlink_connection.c - the bytes of one client: one frame in, its answer out, then the next.
 *
 * What is read is bounded by request_max, what waits to be sent by one answer: nothing is read while a call is being
 * answered.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/wipe.h"
#include "control/priority.h"
#include "control/varlink_parts.h"

bool varlink_connection_is_unread(const struct varlink_connection *c)
{
	return c->out.len > c->out_sent;
}

static size_t room(const struct varlink_connection *c)
{
	return (size_t)c->server->set.request_max + 1 - c->in_len;
}

static const char *frame_end(const struct varlink_connection *c)
{
	return c->in_len > 0 ? memchr(c->in, '\0', c->in_len) : NULL;
}

/* To a client that is closed next, and to which nothing else is on its way. */
static void say_last(int fd, const char *error)
{
	char frame[160];
	if (error == NULL)
		return;
	int len = snprintf(frame, sizeof(frame), "{\"error\":\"%s\",\"parameters\":{}}", error);
	(void)!send(fd, frame, (size_t)len + 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* No control buffer: the kernel drops descriptors that come along and says so. */
static void take_in(struct varlink_connection *c)
{
	struct iovec iov = {c->in + c->in_len, room(c)};
	struct msghdr header = {.msg_iov = &iov, .msg_iovlen = 1};
	ssize_t got = recvmsg(c->fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (got < 0) {
		c->broken = errno != EAGAIN && errno != EINTR;
		return;
	}
	c->half_closed = got == 0;
	c->in_len += (size_t)got;
	bool endless = room(c) == 0 && frame_end(c) == NULL;
	if (endless)
		say_last(c->fd, c->server->set.too_long);
	c->broken = endless || (header.msg_flags & MSG_CTRUNC) != 0;
}

static void all_sent(struct varlink_connection *c)
{
	buf_done(&c->out);
	buf_init(&c->out);
	c->out_sent = 0;
	c->unread_since_ms = 0;
	c->quiet_since_ms = clock_boot_ms();
}

void varlink_connection_send(struct varlink_connection *c)
{
	while (!c->broken && varlink_connection_is_unread(c)) {
		ssize_t sent =
			send(c->fd, c->out.at + c->out_sent, c->out.len - c->out_sent, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (sent < 0)
			c->broken = true;
		else
			c->out_sent += (size_t)sent;
	}
	if (!c->broken && c->out.len > 0)
		all_sent(c);
}

static bool is_free(const struct varlink_connection *c)
{
	return !c->broken && c->call == NULL && !varlink_connection_is_unread(c);
}

static void run_next(struct varlink_connection *c)
{
	const char *end = frame_end(c);
	if (end == NULL || !is_free(c))
		return;
	size_t len = (size_t)(end - c->in);
	if (!varlink_call_run(c, c->in, len))
		c->broken = true;
	c->in_len -= len + 1;
	memmove(c->in, end + 1, c->in_len);
	explicit_bzero(c->in + c->in_len, len + 1); /* nothing of what was said stays: it may hold a national number */
}

static bool is_over(const struct varlink_connection *c)
{
	if (c->broken || (c->gone && c->call != NULL))
		return true;
	return (c->gone || c->half_closed) && is_free(c) && frame_end(c) == NULL;
}

/* Set when it changes only: a change is work for the loop. */
static bool take_place(struct varlink_connection *c)
{
	bool spent = varlink_account_is_spent(c->server->accounts, c->peer.uid, clock_boot_ms());
	int64_t priority = spent ? PRIORITY_SPENT : PRIORITY_ANSWER;
	if (spent == c->waits_for_others)
		return true;
	c->waits_for_others = spent;
	return sd_event_source_set_priority(c->io, priority) >= 0 &&
	       sd_event_source_set_priority(c->resume, priority) >= 0;
}

static bool settle(struct varlink_connection *c)
{
	bool waits = is_free(c) && frame_end(c) != NULL; /* one frame a turn: others are served in between */
	uint32_t events = 0;
	if (is_free(c) && !waits && !c->half_closed)
		events |= EPOLLIN;
	if (varlink_connection_is_unread(c))
		events |= EPOLLOUT;
	if (waits)
		varlink_connection_wake(c);
	return take_place(c) && sd_event_source_set_io_events(c->io, events) >= 0;
}

/* What waited for the client has left: whoever has more to say to it may. */
static void send_waiting(struct varlink_connection *c)
{
	bool waited = varlink_connection_is_unread(c);
	varlink_connection_send(c);
	if (waited && !c->broken && !varlink_connection_is_unread(c) && c->call != NULL && c->call->read != NULL)
		c->call->read(c->call, c->call->kept_ctx);
}

static void pump(struct varlink_connection *c, int64_t began_us)
{
	struct varlink_server *server = c->server;
	uid_t uid = c->peer.uid;
	send_waiting(c);
	run_next(c);
	varlink_connection_send(c);
	if (is_over(c) || !settle(c))
		varlink_connection_close(c);
	varlink_account_add(server->accounts, uid, clock_cpu_us() - began_us, clock_boot_ms());
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	(void)source, (void)fd;
	struct varlink_connection *c = userdata;
	int64_t began_us = clock_cpu_us();
	if ((revents & EPOLLIN) != 0)
		take_in(c);
	if ((revents & (EPOLLHUP | EPOLLERR)) != 0)
		c->gone = true;
	pump(c, began_us);
	return 0;
}

static int on_resume(sd_event_source *source, void *userdata)
{
	(void)source;
	pump(userdata, clock_cpu_us());
	return 0;
}

/* A loop that has ended wakes nobody: then the server goes, and what was put leaves when the connection is closed. */
void varlink_connection_wake(struct varlink_connection *c)
{
	int r = sd_event_source_set_enabled(c->resume, SD_EVENT_ONESHOT);
	if (r < 0 && r != -ESTALE)
		c->broken = true;
}

static int add_bytes(const char *bytes, size_t len, void *data)
{
	struct buf *out = data;
	buf_add(out, bytes, len);
	return buf_failed(out) || out->len > VARLINK_ANSWER_MAX ? -1 : 0;
}

void varlink_connection_put(struct varlink_connection *c, const json_t *message)
{
	if (c->broken)
		return;
	if (message == NULL || json_dump_callback(message, add_bytes, &c->out, JSON_COMPACT) < 0)
		c->broken = true;
	buf_add_char(&c->out, '\0');
	c->broken = c->broken || buf_failed(&c->out);
	if (c->unread_since_ms == 0)
		c->unread_since_ms = clock_boot_ms();
	varlink_connection_wake(c);
}

bool varlink_connection_has_left(const struct varlink_connection *c)
{
	char byte;
	return is_free(c) && c->in_len == 0 && recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

bool varlink_connection_is_late(const struct varlink_connection *c, int64_t now_ms)
{
	if (varlink_connection_is_unread(c))
		return now_ms - c->unread_since_ms >= c->server->set.idle_ms;
	return c->call == NULL && now_ms - c->quiet_since_ms >= c->server->set.idle_ms;
}

/* What was answered just now, as to everybody when the server goes, is sent as far as the client's socket takes it: nobody waits for it. */
static struct varlink_connection *connection_free(struct varlink_connection *c)
{
	if (!c->broken && !c->gone)
		varlink_connection_send(c);
	sd_event_source_disable_unref(c->io);
	sd_event_source_disable_unref(c->resume);
	close(c->fd);
	buf_done(&c->out);
	wipe_free(c->in);
	free(c);
	return NULL;
}

static int add_sources(struct varlink_connection *c)
{
	sd_event *loop = c->server->loop;
	if (sd_event_add_io(loop, &c->io, c->fd, EPOLLIN, on_io, c) < 0 ||
	    sd_event_add_defer(loop, &c->resume, on_resume, c) < 0 ||
	    sd_event_source_set_enabled(c->resume, SD_EVENT_OFF) < 0)
		return ERR_IO;
	return 0;
}

void varlink_connection_turn_away(const struct varlink_server *server, int fd)
{
	say_last(fd, server->set.full);
	close(fd);
}

int varlink_connection_new(struct varlink_server *server, int fd, const struct varlink_peer *peer)
{
	struct varlink_connection *c = calloc(1, sizeof(*c));
	if (c == NULL) {
		varlink_connection_turn_away(server, fd);
		return ERR_NOMEM;
	}
	c->server = server;
	c->fd = fd;
	c->peer = *peer;
	c->quiet_since_ms = clock_boot_ms();
	buf_init(&c->out);
	c->in = malloc((size_t)server->set.request_max + 1);
	int r = c->in != NULL ? add_sources(c) : ERR_NOMEM;
	if (r == 0 && !take_place(c))
		r = ERR_IO;
	if (r != 0) {
		say_last(fd, server->set.full);
		connection_free(c);
		return r;
	}
	c->next = server->connections;
	server->connections = c;
	server->count++;
	return 0;
}

void varlink_connection_close(struct varlink_connection *c)
{
	struct varlink_connection **at = &c->server->connections;
	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	c->server->count--;
	if (c->call != NULL)
		varlink_call_cancel(c->call);
	connection_free(c);
}
