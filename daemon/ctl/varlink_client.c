/* SPDX-License-Identifier: EUPL-1.2 */
/* varlink_client.c - see varlink_client.h. */
#include "ctl/varlink_client.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/wipe.h"

#define ENDING_MS 2000 /* a process that ends closes what it has open a moment before */

static int connect_error(const char *path, struct err *err)
{
	int why = errno;
	if (why == ENOENT || why == ECONNREFUSED)
		return err_set(err, ERR_UNAVAILABLE, "%s: %s", path, strerror(why));
	return err_set(err, why == EACCES || why == EPERM ? ERR_DENIED : ERR_IO, "%s: %s", path, strerror(why));
}

static int late(struct err *err)
{
	return err_set(err, ERR_TIMEOUT, "the daemon did not answer in time");
}

/* Bounds the next call of the system: SO_SNDTIMEO or SO_RCVTIMEO. false: the time is over. */
static bool is_in_time(const struct varlink_client *client, int option)
{
	int64_t most_ms = (int64_t)client->silence_s * 1000;
	if (client->until_ms != 0) {
		const int64_t left_ms = client->until_ms - clock_boot_ms();
		if (left_ms <= 0)
			return false;
		most_ms = most_ms == 0 || left_ms < most_ms ? left_ms : most_ms;
	}
	const struct timeval most = {.tv_sec = (long)(most_ms / 1000), .tv_usec = (long)(most_ms % 1000 * 1000)};
	return setsockopt(client->fd, SOL_SOCKET, option, &most, sizeof(most)) == 0;
}

/* Whoever hangs leaves those waiting who find its queue full, too. */
static int connect_in_time(const struct varlink_client *client, const struct sockaddr_un *address, struct err *err)
{
	do {
		if (!is_in_time(client, SO_SNDTIMEO))
			return late(err);
		if (connect(client->fd, (const struct sockaddr *)address, sizeof(*address)) == 0)
			return 0;
	} while (errno == EINTR);
	return errno == EAGAIN ? late(err) : connect_error(client->path, err);
}

int varlink_client_open(struct varlink_client *client, const char *path, unsigned silence_s, int64_t until_ms,
			struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const int yes = 1;
	*client = (struct varlink_client){
		.path = path, .silence_s = silence_s, .until_ms = until_ms, .fd = -1, .process = -1};
	buf_init(&client->in);
	if (path[0] == '\0' || strlen(path) >= sizeof(address.sun_path))
		return err_set(err, ERR_INVALID, "%s: too long or empty for a socket", path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client->fd < 0)
		return err_set(err, ERR_IO, "socket: %s", strerror(errno));
	int r = connect_in_time(client, &address, err);
	if (r < 0)
		return r;
	if (setsockopt(client->fd, SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)) < 0)
		return err_set(err, ERR_IO, "socket: %s", strerror(errno));
	return 0;
}

void varlink_client_close(struct varlink_client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	if (client->process >= 0)
		close(client->process);
	client->fd = client->process = -1;
	buf_done(&client->in);
}

/* Where the other end is closed there may still be something to read. */
static int send_all(struct varlink_client *client, const char *bytes, size_t len, struct err *err)
{
	client->unread = false;
	while (len > 0) {
		if (!is_in_time(client, SO_SNDTIMEO))
			return late(err);
		ssize_t sent = send(client->fd, bytes, len, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) {
			client->unread = true;
			return 0;
		}
		if (sent < 0 && errno == EAGAIN)
			return late(err);
		if (sent < 0)
			return err_set(err, ERR_IO, "the connection to the daemon: %s", strerror(errno));
		bytes += sent;
		len -= (size_t)sent;
	}
	return 0;
}

int varlink_client_call(struct varlink_client *client, const char *method, json_t *parameters, bool more,
			struct err *err)
{
	json_t *message = json_pack("{s:s, s:o, s:b}", "method", method, "parameters", parameters, "more", (int)more);
	char *frame = message != NULL ? json_dumps(message, JSON_COMPACT) : NULL;
	json_decref(message);
	int r = frame != NULL ? send_all(client, frame, strlen(frame) + 1, err) : err_nomem(err);
	wipe_free(frame);
	return r;
}

/* Who wrote what has just come, as the kernel says. */
static void note_process(struct varlink_client *client, struct msghdr *header)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(header);
	struct ucred who;
	if (control == NULL || control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_CREDENTIALS)
		return;
	memcpy(&who, CMSG_DATA(control), sizeof(who));
	client->process = pidfd_open(who.pid, 0);
	client->has_ended = client->process < 0 && errno == ESRCH;
}

static ssize_t take(struct varlink_client *client, char *bytes, size_t size)
{
	union {
		char space[CMSG_SPACE(sizeof(struct ucred))];
		struct cmsghdr aligned;
	} control;
	struct iovec iov = {bytes, size};
	struct msghdr header = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	ssize_t got = recvmsg(client->fd, &header, MSG_CMSG_CLOEXEC);
	if (got > 0 && !client->answered)
		note_process(client, &header);
	client->answered = client->answered || got > 0;
	return got;
}

static bool wait_for_end(const struct varlink_client *client)
{
	struct pollfd fd = {.fd = client->process, .events = POLLIN};
	int n = -1;
	while (client->process >= 0 && (n = poll(&fd, 1, ENDING_MS)) < 0 && errno == EINTR)
		;
	return client->has_ended || n == 1;
}

static int lost(const struct varlink_client *client, struct err *err)
{
	if (client->unread && !client->answered)
		return err_set(err, ERR_UNAVAILABLE, "%s: nobody took the call", client->path);
	if (wait_for_end(client))
		return err_set(err, ERR_INCOMPLETE, "the daemon ended without a word");
	if (client->process >= 0)
		return err_set(err, ERR_PROTOCOL,
			       "the daemon closed the connection, as it does when this end is silent or reads too "
			       "slowly (control.idle); ask again");
	return err_set(err, ERR_PROTOCOL, "the daemon closed the connection without an answer");
}

/* Reads until in holds a whole frame behind used. */
static int fill(struct varlink_client *client, struct err *err)
{
	char bytes[16384];
	size_t looked = client->used;
	while (client->in.len == looked || memchr(client->in.at + looked, '\0', client->in.len - looked) == NULL) {
		looked = client->in.len;
		if (!is_in_time(client, SO_RCVTIMEO))
			return late(err);
		ssize_t got = take(client, bytes, sizeof(bytes));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return late(err);
		client->unread = client->unread || (got < 0 && errno == ECONNRESET);
		if (got <= 0)
			return lost(client, err);
		buf_add(&client->in, bytes, (size_t)got);
		if (buf_failed(&client->in))
			return err_nomem(err);
		if (client->in.len - client->used > VARLINK_REPLY_MAX)
			return err_set(err, ERR_PROTOCOL, "the daemon's answer is too long");
	}
	return 0;
}

static int decode(const char *frame, size_t len, struct varlink_reply *ret, struct err *err)
{
	json_t *message = json_loadb(frame, len, JSON_REJECT_DUPLICATES, NULL);
	json_t *parameters = json_object_get(message, "parameters");
	if (!json_is_object(parameters)) {
		json_decref(message);
		return err_set(err, ERR_PROTOCOL, "what answers there is not duaalsyncd");
	}
	*ret = (struct varlink_reply){.message = message,
				      .error = json_string_value(json_object_get(message, "error")),
				      .parameters = parameters,
				      .continues = json_is_true(json_object_get(message, "continues"))};
	return 0;
}

bool varlink_client_hears(const struct varlink_client *client, unsigned within_s)
{
	struct pollfd fd = {.fd = client->fd, .events = POLLIN};
	int n = 1;
	while (client->in.len == client->used && (n = poll(&fd, 1, (int)within_s * 1000)) < 0 && errno == EINTR)
		;
	return n != 0;
}

bool varlink_client_has_next(const struct varlink_client *client)
{
	size_t rest = client->in.len - client->used;
	return rest > 0 && memchr(client->in.at + client->used, '\0', rest) != NULL;
}

/* The frame that was given last makes room for what has already arrived behind it. */
static void drop_used(struct varlink_client *client)
{
	if (client->used == 0)
		return;
	client->in.len -= client->used;
	memmove(client->in.at, client->in.at + client->used, client->in.len + 1);
	client->used = 0;
}

int varlink_client_next(struct varlink_client *client, struct varlink_reply *ret, struct err *err)
{
	drop_used(client);
	int r = fill(client, err);
	if (r != 0)
		return r;
	size_t len = strlen(client->in.at);
	client->used = len + 1;
	return decode(client->in.at, len, ret, err);
}
