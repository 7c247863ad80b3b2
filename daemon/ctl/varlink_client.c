/* SPDX-License-Identifier: EUPL-1.2 */
/* varlink_client.c - see varlink_client.h. */
#include "ctl/varlink_client.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/wipe.h"

static int connect_error(const char *path, struct err *err)
{
	int why = errno;
	if (why == ENOENT || why == ECONNREFUSED)
		return err_set(err, ERR_UNAVAILABLE, "%s: %s", path, strerror(why));
	return err_set(err, why == EACCES || why == EPERM ? ERR_DENIED : ERR_IO, "%s: %s", path, strerror(why));
}

int varlink_client_open(struct varlink_client *client, const char *path, unsigned silence_s, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct timeval silence = {.tv_sec = (long)silence_s};
	*client = (struct varlink_client){.fd = -1};
	buf_init(&client->in);
	if (path[0] == '\0' || strlen(path) >= sizeof(address.sun_path))
		return err_set(err, ERR_INVALID, "%s: too long or empty for a socket", path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client->fd < 0 || setsockopt(client->fd, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof(silence)) < 0)
		return err_set(err, ERR_IO, "socket: %s", strerror(errno));
	if (connect(client->fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return connect_error(path, err);
	return 0;
}

void varlink_client_close(struct varlink_client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
	buf_done(&client->in);
}

static int send_all(int fd, const char *bytes, size_t len, struct err *err)
{
	while (len > 0) {
		ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return err_set(err, ERR_PROTOCOL, "the daemon closed the connection: %s", strerror(errno));
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
	int r = frame != NULL ? send_all(client->fd, frame, strlen(frame) + 1, err) : err_nomem(err);
	wipe_free(frame);
	return r;
}

/* Reads until in holds a whole frame behind used. */
static int fill(struct varlink_client *client, struct err *err)
{
	char bytes[16384];
	size_t looked = client->used;
	while (client->in.len == looked || memchr(client->in.at + looked, '\0', client->in.len - looked) == NULL) {
		looked = client->in.len;
		ssize_t got = recv(client->fd, bytes, sizeof(bytes), 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return err_set(err, ERR_TIMEOUT, "the daemon did not answer in time");
		if (got <= 0)
			return err_set(err, ERR_PROTOCOL, "the daemon closed the connection without an answer");
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

bool varlink_client_has_next(const struct varlink_client *client)
{
	size_t rest = client->in.len - client->used;
	return rest > 0 && memchr(client->in.at + client->used, '\0', rest) != NULL;
}

bool varlink_client_has_ended(const struct varlink_client *client)
{
	char byte;
	ssize_t got = recv(client->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
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
