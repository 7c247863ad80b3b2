/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tls.c - see connection_parts.h. Host name, chain and TLS 1.2 are always demanded: there is no setting for less (fault
 * 60).
 *
 * ldaps and StartTLS go the same way here: connect, handshake by ldap_install_tls, proof that TLS is on; only then a
 * bind. So no password can leave in clear when a handshake is disturbed (61, 62).
 */
#include "ldap/connection_parts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/language.h"
#include "ldap/certificate_end.h"

static bool is_named(const char *path)
{
	return path != NULL && path[0] != '\0';
}

static int check_readable(const char *path, const char *key, struct err *err)
{
	if (access(path, R_OK) < 0)
		return err_set(err, ERR_IO, "%s: %s (%s)", path, strerror(errno), key);
	return 0;
}

static int check_key(const char *path, struct err *err)
{
	struct stat st;
	if (stat(path, &st) < 0)
		return err_set(err, ERR_IO, "%s: %s (key_file)", path, strerror(errno));
	if ((st.st_mode & 037) != 0)
		return err_set(err, ERR_DENIED,
			       "%s: others may read, or the group may write, this private key (chmod 0640)", path);
	return check_readable(path, "key_file", err);
}

static int check_files(const struct connection_settings *set, struct err *err)
{
	if (!is_named(set->ca_file))
		return err_set(err, ERR_INVALID,
			       "%s: TLS needs ca_file, the authority that signs the server's certificate", set->uri);
	if (is_named(set->certificate_file) != is_named(set->key_file))
		return err_set(err, ERR_INVALID, "certificate_file and key_file must be given together");
	int code = check_readable(set->ca_file, "ca_file", err);
	if (code == 0 && is_named(set->certificate_file))
		code = check_readable(set->certificate_file, "certificate_file", err);
	if (code == 0 && is_named(set->key_file))
		code = check_key(set->key_file, err);
	return code;
}

static bool set_demands(LDAP *handle)
{
	const int hard = LDAP_OPT_X_TLS_HARD, least = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
	return ldap_set_option(handle, LDAP_OPT_X_TLS_REQUIRE_CERT, &hard) == LDAP_OPT_SUCCESS &&
	       ldap_set_option(handle, LDAP_OPT_X_TLS_REQUIRE_SAN, &hard) == LDAP_OPT_SUCCESS &&
	       ldap_set_option(handle, LDAP_OPT_X_TLS_PROTOCOL_MIN, &least) == LDAP_OPT_SUCCESS;
}

static bool set_files(LDAP *handle, const struct connection_settings *set)
{
	bool ok = ldap_set_option(handle, LDAP_OPT_X_TLS_CACERTFILE, set->ca_file) == LDAP_OPT_SUCCESS;
	if (ok && is_named(set->certificate_file))
		ok = ldap_set_option(handle, LDAP_OPT_X_TLS_CERTFILE, set->certificate_file) == LDAP_OPT_SUCCESS &&
		     ldap_set_option(handle, LDAP_OPT_X_TLS_KEYFILE, set->key_file) == LDAP_OPT_SUCCESS;
	return ok;
}

int tls_prepare(LDAP *handle, const struct connection_settings *set, struct err *err)
{
	const int client = 0;
	if (set->tls == TLS_NONE)
		return 0;
	int code = check_files(set, err);
	if (code < 0)
		return code;
	if (!set_demands(handle) || !set_files(handle, set))
		return err_set(err, ERR_INVALID, "libldap refuses the TLS options");
	if (ldap_set_option(handle, LDAP_OPT_X_TLS_NEWCTX, &client) != LDAP_OPT_SUCCESS) /* last: takes the others in */
		return err_set(
			err, ERR_INVALID,
			"the TLS files cannot be used: %s must hold PEM certificates, and certificate_file must fit "
			"key_file",
			set->ca_file);
	return 0;
}

static bool is_address(const char *host)
{
	struct in6_addr address;
	return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1;
}

/* libldap cannot say why: it has one code for all causes. */
static int say_why(LDAP *handle, const struct connection_settings *set, struct err *err)
{
	LDAPURLDesc *url = NULL;
	if (ldap_url_parse(set->uri, &url) != LDAP_URL_SUCCESS)
		return err_set(err, ERR_UNAVAILABLE, "%s: the TLS handshake failed", set->uri);
	int port = url->lud_port != 0 ? url->lud_port : set->tls == TLS_LDAPS ? LDAPS_PORT : LDAP_PORT;
	int result = 0;
	(void)ldap_get_option(handle, LDAP_OPT_RESULT_CODE, &result);
	err_set(err, ERR_UNAVAILABLE,
		"%s: the TLS handshake failed: the server's certificate is for another name, or not valid today, or "
		"not signed by ca_file; or the server wants a client certificate. This shows which: openssl s_client "
		"-connect %s:%d%s %s %s -CAfile %s",
		set->uri, url->lud_host, port, set->tls == TLS_STARTTLS ? " -starttls ldap" : "",
		is_address(url->lud_host) ? "-verify_ip" : "-verify_hostname", url->lud_host, set->ca_file);
	if (result == LDAP_TIMEOUT)
		err_set(err, ERR_UNAVAILABLE, "%s: the TLS handshake was not finished within %u seconds", set->uri,
			set->connect_timeout_s);
	ldap_free_urldesc(url);
	return ERR_UNAVAILABLE;
}

static int ask_for_tls(LDAP *handle, const struct connection_settings *set, struct err *err)
{
	char *name = NULL;
	struct berval *data = NULL;
	int result = ldap_extended_operation_s(handle, LDAP_EXOP_START_TLS, NULL, NULL, NULL, &name, &data);
	ldap_memfree(name);
	ber_bvfree(data);
	if (result == LDAP_SUCCESS)
		return 0;
	ldap_result_err(err, handle, result, "the server does not start TLS, so nothing more was sent");
	return err_prefix(err, "%s", set->uri);
}

/* libldap 2.5 on GnuTLS ignores PROTOCOL_MIN, and setting a priority string instead leaks 8 KiB a connection there: so
 * what was agreed on is looked at, before anything is sent over it. */
static int check_version(LDAP *handle, const struct connection_settings *set, struct err *err)
{
	static const char *const good[] = {"TLS1.2", "TLS1.3", "TLSv1.2", "TLSv1.3"};
	char *version = NULL;
	bool ok = false;
	if (ldap_get_option(handle, LDAP_OPT_X_TLS_VERSION, &version) != LDAP_OPT_SUCCESS)
		version = NULL;
	for (size_t i = 0; version != NULL && !ok && i < sizeof(good) / sizeof(good[0]); i++)
		ok = strcmp(version, good[i]) == 0;
	int code = ok ? 0
		      : err_set(err, ERR_DENIED, "%s: the server offers %s; TLS 1.2 or newer is needed", set->uri,
				version != NULL ? version : N_("an unknown TLS version"));
	ldap_memfree(version);
	return code;
}

int tls_start(LDAP *handle, const struct connection_settings *set, struct err *err)
{
	if (set->tls == TLS_NONE)
		return 0;
	int code = set->tls == TLS_STARTTLS ? ask_for_tls(handle, set, err) : 0;
	if (code < 0)
		return code;
	if (ldap_install_tls(handle) != LDAP_SUCCESS || !ldap_tls_inplace(handle))
		return say_why(handle, set, err);
	return check_version(handle, set, err);
}

bool ldap_server_certificate_end(struct ldap_connection *conn, int64_t *ret_s)
{
	struct berval certificate = {0};
	if (!ldap_tls_inplace(conn->handle) ||
	    ldap_get_option(conn->handle, LDAP_OPT_X_TLS_PEERCERT, &certificate) != LDAP_OPT_SUCCESS)
		return false;
	bool read = certificate_der_end(text_make(certificate.bv_val, certificate.bv_len), ret_s);
	ber_memfree(certificate.bv_val);
	return read;
}
