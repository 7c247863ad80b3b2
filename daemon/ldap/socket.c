/* SPDX-License-Identifier: EUPL-1.2 */
/* socket.c - see connection_parts.h. */
#include "ldap/connection_parts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/language.h"

#define READ_AHEAD_BYTES (64 << 10)
#define READ_AHEAD_LEVEL (LBER_SBIOD_LEVEL_PROVIDER + 5)
#define DEFAULT_INCOMING (16u << 20)

static bool is_loopback_name(const char *host)
{
	struct in_addr v4;
	if (host == NULL || host[0] == '\0' || strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0)
		return true;
	return inet_pton(AF_INET, host, &v4) == 1 && ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
}

static const char *scheme_for(enum tls_mode tls)
{
	return tls == TLS_LDAPS ? "ldaps" : "ldap";
}

static int check_url(const LDAPURLDesc *url, const struct connection_settings *set, struct err *err)
{
	if (strcmp(url->lud_scheme, "ldapi") == 0) {
		if (set->tls != TLS_NONE)
			return err_set(err, ERR_INVALID, "%s: a Unix socket needs no TLS", set->uri);
		return 0;
	}
	if (strcmp(url->lud_scheme, scheme_for(set->tls)) != 0)
		return err_set(err, ERR_INVALID, "%s: with this kind of TLS the URI must begin with %s://", set->uri,
			       scheme_for(set->tls));
	if (set->tls == TLS_NONE && !is_loopback_name(url->lud_host))
		return err_set(err, ERR_INVALID,
			       "%s: without TLS the password and the data would cross the network unprotected; use "
			       "ldaps:// or StartTLS",
			       set->uri);
	return 0;
}

static char *uri_to_open(const LDAPURLDesc *url, const struct connection_settings *set)
{
	const char *host = url->lud_host != NULL && url->lud_host[0] != '\0' ? url->lud_host : "localhost";
	bool v6 = strchr(host, ':') != NULL;
	int port = url->lud_port != 0 ? url->lud_port : set->tls == TLS_LDAPS ? LDAPS_PORT : LDAP_PORT;
	char *uri = NULL;
	if (strcmp(url->lud_scheme, "ldapi") == 0)
		return strdup(set->uri);
	if (asprintf(&uri, "ldap://%s%s%s:%d", v6 ? "[" : "", host, v6 ? "]" : "", port) < 0)
		return NULL;
	return uri;
}

int socket_check_settings(const struct connection_settings *set, char **ret_uri, struct err *err)
{
	LDAPURLDesc *url = NULL;
	if (strpbrk(set->uri, " ,") != NULL || ldap_url_parse(set->uri, &url) != LDAP_URL_SUCCESS)
		return err_set(err, ERR_INVALID, "%s: is not one URI of the kind ldap://, ldaps:// or ldapi://",
			       set->uri);
	int code = check_url(url, set, err);
	if (code == 0) {
		*ret_uri = uri_to_open(url, set);
		code = *ret_uri == NULL ? err_nomem(err) : 0;
	}
	ldap_free_urldesc(url);
	return code;
}

/* libldap calls this for each socket before anything is sent: what it does not bound itself is bounded here (64, 68). */
static int on_socket(LDAP *handle, Sockbuf *sockbuf, LDAPURLDesc *url, struct sockaddr *address,
		     struct ldap_conncb *callback)
{
	const struct ldap_connection *conn = callback->lc_arg;
	const struct timeval limit = {.tv_sec = conn->answer_s};
	ber_len_t max = conn->max_incoming;
	ber_socket_t fd = -1;
	(void)handle, (void)url, (void)address;
	if (ber_sockbuf_ctrl(sockbuf, LBER_SB_OPT_GET_FD, &fd) != 1 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return -1;
	return ber_sockbuf_ctrl(sockbuf, LBER_SB_OPT_SET_MAX_INCOMING, &max) == 1 ? 0 : -1;
}

static void on_socket_gone(LDAP *handle, Sockbuf *sockbuf, struct ldap_conncb *callback)
{
	(void)handle, (void)sockbuf, (void)callback;
}

int socket_prepare(struct ldap_connection *conn, struct err *err)
{
	if (conn->max_incoming == 0)
		conn->max_incoming = DEFAULT_INCOMING;
	conn->callback = (struct ldap_conncb){on_socket, on_socket_gone, conn};
	if (ldap_set_option(conn->handle, LDAP_OPT_CONNECT_CB, &conn->callback) != LDAP_OPT_SUCCESS)
		return err_set(err, ERR_INVALID, "libldap takes no connection callback");
	return 0;
}

/* Names can point anywhere: what counts is where the socket ended. */
static int check_peer(int fd, const struct connection_settings *set, struct err *err)
{
	struct sockaddr_storage peer = {0};
	socklen_t size = sizeof(peer);
	if (set->tls != TLS_NONE)
		return 0;
	if (getpeername(fd, (struct sockaddr *)&peer, &size) < 0)
		return err_set(err, ERR_UNAVAILABLE, "cannot connect to %s: %s", set->uri, strerror(errno));
	const struct in6_addr *v6 = &((const struct sockaddr_in6 *)&peer)->sin6_addr;
	const struct in_addr *v4 = &((const struct sockaddr_in *)&peer)->sin_addr;
	if (peer.ss_family == AF_UNIX || (peer.ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(v6)) ||
	    (peer.ss_family == AF_INET && ntohl(v4->s_addr) >> 24 == IN_LOOPBACKNET))
		return 0;
	return err_set(err, ERR_DENIED, "%s: without TLS only an address of this machine itself is allowed", set->uri);
}

static int wait_until_connected(int fd, const struct connection_settings *set, struct err *err)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};
	int failure = 0, ready = poll(&poll_fd, 1, (int)set->connect_timeout_s * 1000);
	socklen_t size = sizeof(failure);
	if (ready == 0)
		return err_set(err, ERR_UNAVAILABLE, "cannot connect to %s: no answer within %u seconds", set->uri,
			       set->connect_timeout_s);
	if (ready < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &size) < 0)
		failure = errno;
	if (failure != 0)
		return err_set(err, ERR_UNAVAILABLE, "cannot connect to %s: %s", set->uri, strerror(failure));
	return 0;
}

/* libldap only begins to connect (CONNECT_ASYNC): the waiting is ours, since its own is not bounded in every case. */
int socket_connect(struct ldap_connection *conn, const struct connection_settings *set, struct err *err)
{
	int fd = -1;
	errno = 0;
	if (ldap_connect(conn->handle) != LDAP_SUCCESS ||
	    ldap_get_option(conn->handle, LDAP_OPT_DESC, &fd) != LDAP_OPT_SUCCESS || fd < 0)
		return err_set(err, ERR_UNAVAILABLE, "cannot connect to %s: %s", set->uri,
			       errno != 0 ? strerror(errno) : N_("its name is not known"));
	int code = wait_until_connected(fd, set, err);
	return code < 0 ? code : check_peer(fd, set, err);
}

int socket_limit(struct ldap_connection *conn, unsigned answer_s, struct err *err)
{
	const struct timeval limit = {.tv_sec = answer_s};
	int fd = -1;
	conn->answer_s = answer_s;
	if (ldap_get_option(conn->handle, LDAP_OPT_DESC, &fd) != LDAP_OPT_SUCCESS ||
	    ldap_set_option(conn->handle, LDAP_OPT_TIMEOUT, &limit) != LDAP_OPT_SUCCESS ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) < 0)
		return err_set(err, ERR_IO, "the time limit of the connection cannot be set");
	return 0;
}

int socket_read_ahead(struct ldap_connection *conn, struct err *err)
{
	Sockbuf *sockbuf = NULL;
	int bytes = READ_AHEAD_BYTES;
	if (ldap_get_option(conn->handle, LDAP_OPT_SOCKBUF, &sockbuf) != LDAP_OPT_SUCCESS || sockbuf == NULL ||
	    ber_sockbuf_add_io(sockbuf, &ber_sockbuf_io_readahead, READ_AHEAD_LEVEL, &bytes) != 0)
		return err_nomem(err);
	return 0;
}
