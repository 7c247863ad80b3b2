/* SPDX-License-Identifier: EUPL-1.2 */
/* varlink_peer.c - see varlink_peer.h. */
#include "unit.h"

#include <errno.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "varlink_peer.h"

#define IN_MAX (8u << 20)

void turn(sd_event *loop, int ms)
{
	int64_t end = clock_boot_ms() + ms;
	do {
		assert_true(sd_event_run(loop, 2000) >= 0);
	} while (clock_boot_ms() < end);
}

struct peer peer_open(sd_event *loop, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct peer p = {.loop = loop, .fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_true(p.fd >= 0);
	assert_int_equal(connect(p.fd, (struct sockaddr *)&address, sizeof(address)), 0);
	p.in = malloc(IN_MAX);
	assert_non_null(p.in);
	turn(loop, 0);
	return p;
}

void peer_close(struct peer *p)
{
	close(p->fd);
	free(p->in);
	turn(p->loop, 10);
}

void peer_send(struct peer *p, const void *bytes, size_t len)
{
	const char *at = bytes;
	int64_t end = clock_boot_ms() + 5000;
	while (len > 0) {
		ssize_t sent = send(p->fd, at, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent < 0 && errno != EAGAIN)
			return; /* the server closed: the test looks at that */
		if (sent > 0) {
			at += sent;
			len -= (size_t)sent;
		}
		assert_true(clock_boot_ms() < end);
		if (len > 0)
			turn(p->loop, 0);
	}
}

void peer_say(struct peer *p, const char *json)
{
	peer_send(p, json, strlen(json) + 1);
}

/* 1 frame is there, 0 closed, -1 time is over. */
static int wait_frame(struct peer *p, int ms)
{
	int64_t end = clock_boot_ms() + ms;
	while (memchr(p->in, '\0', p->len) == NULL) {
		turn(p->loop, 0);
		ssize_t got = recv(p->fd, p->in + p->len, IN_MAX - p->len, MSG_DONTWAIT);
		if (got == 0 || (got < 0 && errno != EAGAIN))
			return 0;
		if (got > 0)
			p->len += (size_t)got;
		else if (clock_boot_ms() >= end)
			return -1;
	}
	return 1;
}

json_t *peer_next(struct peer *p)
{
	int waited = wait_frame(p, 5000);
	if (waited != 1)
		fail_msg("no reply: %s", waited == 0 ? "closed" : "time is over");
	size_t len = strlen(p->in);
	json_t *reply = json_loadb(p->in, len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(reply);
	p->len -= len + 1;
	memmove(p->in, p->in + len + 1, p->len);
	return reply;
}

json_t *peer_ask(struct peer *p, const char *json)
{
	peer_say(p, json);
	return peer_next(p);
}

bool peer_is_closed(struct peer *p)
{
	return wait_frame(p, 5000) == 0;
}

bool peer_is_quiet(struct peer *p)
{
	return wait_frame(p, 100) == -1;
}

const char *error_of(const json_t *reply)
{
	const char *error = json_string_value(json_object_get(reply, "error"));
	return error != NULL ? error : "";
}

const char *text_in(const json_t *reply, const char *key)
{
	const char *text = json_string_value(json_object_get(json_object_get(reply, "parameters"), key));
	return text != NULL ? text : "";
}

static void become(uid_t uid, gid_t gid, gid_t more)
{
	if (setgroups(more != 0 ? 1 : 0, &more) < 0 || setgid(gid) < 0 || setuid(uid) < 0)
		_exit(99);
}

int uid_runs(uid_t uid, gid_t gid, gid_t more, int (*what)(void *ctx), void *ctx, sd_event *loop)
{
	int status = 0;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		become(uid, gid, more);
		_exit(what(ctx));
	}
	while (waitpid(pid, &status, WNOHANG) == 0)
		turn(loop, 1);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

int peer_ask_plainly(const char *path, const char *call, char *reply, size_t size)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t len = 0;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	if (send(fd, call, strlen(call) + 1, MSG_NOSIGNAL) < 0)
		return 0;
	for (ssize_t got = 1; got > 0 && len + 1 < size && (len == 0 || reply[len - 1] != '\0'); len += (size_t)got) {
		got = recv(fd, reply + len, size - 1 - len, 0);
		if (got <= 0)
			break;
	}
	reply[len] = '\0';
	close(fd);
	return (int)len;
}
