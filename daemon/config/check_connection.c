/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * check_connection.c - URI, TLS and bind of one directory must fit together: no password in clear over a network, no
 * TLS that nobody verifies, no identity that nobody can check (I2, I16; faults 20, 60, 61).
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/language.h"
#include "base/secret.h"
#include "config/draft.h"
#include "model/dn.h"

struct uri {
	struct text scheme, host, port;
};

struct side {
	struct draft *d;
	const char *name;
	const struct connection_settings *c;
};

#define SIDE_FAULT(s, key, ...)                                                                                        \
	do {                                                                                                           \
		char side_key[FAULT_KEY_MAX];                                                                          \
		snprintf(side_key, sizeof(side_key), "%s." key, (s)->name);                                            \
		fault_at((s)->d, side_key, __VA_ARGS__);                                                               \
	} while (0)

/* NULL: it is in the file, but wrong by itself, which was reported. */
static bool is_set(const char *text)
{
	return text == NULL || text[0] != '\0';
}

static bool scheme_is(const struct uri *uri, const char *scheme)
{
	return text_equal_nocase(uri->scheme, text_of(scheme));
}

/* host, host:port or [v6]:port; ldapi: a path with %2F. Nothing behind it but one slash. */
static bool uri_parse(const char *text, struct uri *ret)
{
	struct text rest;
	*ret = (struct uri){0};
	if (!text_split(text_of(text), ':', &ret->scheme, &rest) || !text_starts_nocase(rest, text_of("//")))
		return false;
	rest = text_make(rest.at + 2, rest.len - 2);
	if (rest.len > 0 && rest.at[rest.len - 1] == '/')
		rest.len--;
	for (size_t i = 0; i < rest.len; i++)
		if (strchr("/?#@ ,", rest.at[i]) != NULL)
			return false;
	ret->host = rest;
	size_t bracket = rest.len > 0 && rest.at[0] == '[' ? strcspn(rest.at, "]") : 0;
	struct text tail = text_make(rest.at + bracket, rest.len - (bracket < rest.len ? bracket : rest.len));
	const char *colon = tail.len > 0 ? memchr(tail.at, ':', tail.len) : NULL;
	if (colon != NULL) {
		ret->host.len = (size_t)(colon - rest.at);
		ret->port = text_make(colon + 1, (size_t)(rest.at + rest.len - colon - 1));
	}
	return ret->host.len > 0;
}

static bool port_is_valid(struct text port)
{
	uint64_t value = 0;
	return text_number(port, 5, &value) && value >= 1 && value <= 65535;
}

static bool is_loopback(const struct uri *uri)
{
	return text_equal_nocase(uri->host, text_of("localhost")) || text_equal(uri->host, text_of("[::1]")) ||
	       (text_matches(uri->host, text_of("127.*.*.*")) && strspn(uri->host.at, "0123456789.") >= uri->host.len);
}

static bool check_uri(const struct side *s, const char *text, struct uri *uri)
{
	const char *sentence = NULL;
	if (strchr(text, '@') != NULL)
		sentence = N_("names a user or a password; use bind_dn and password_file");
	else if (strpbrk(text, " \t,") != NULL)
		sentence = N_("must be one URI; several are a list: [ \"ldaps://a\", \"ldaps://b\" ]");
	else if (!uri_parse(text, uri))
		sentence = N_(
			"must be one URI without a path: ldaps://host[:port], ldap://host[:port] or ldapi://%2Fpath");
	else if (!scheme_is(uri, "ldap") && !scheme_is(uri, "ldaps") && !scheme_is(uri, "ldapi"))
		sentence = N_("must begin with ldaps://, ldap:// or ldapi://");
	else if (scheme_is(uri, "ldapi") && !text_starts_nocase(uri->host, text_of("%2F")))
		sentence = N_(
			"must name the socket's absolute path with %2F for each slash: ldapi://%2Frun%2Fslapd%2Fldapi");
	else if (uri->port.at != NULL && !port_is_valid(uri->port))
		sentence = N_("has a port that is not 1 to 65535");
	if (sentence != NULL)
		SIDE_FAULT(s, "uri", "%s", tr(sentence));
	return sentence == NULL;
}

/* TLS and bind are the same for all of them, so that no server of the list is a weaker way in than another. */
static void check_other_uris(const struct side *s, const struct uri *first)
{
	const struct connection_settings *c = s->c;
	for (uint32_t i = 0; i < c->more_uri_count; i++) {
		struct uri uri;
		if (!check_uri(s, c->more_uris[i], &uri))
			continue;
		if (!text_equal_nocase(uri.scheme, first->scheme))
			SIDE_FAULT(s, "uri", "item %u begins with another scheme than the first: all must be alike",
				   i + 2);
		else if (c->tls == TLS_NONE && scheme_is(&uri, "ldap") && !is_loopback(&uri))
			SIDE_FAULT(s, "uri",
				   "item %u would send everything in clear over a network; use ldaps:// or starttls = "
				   "true",
				   i + 2);
		for (uint32_t k = 0; k <= i; k++)
			if (strcmp(c->more_uris[i], k == 0 ? c->uri : c->more_uris[k - 1]) == 0)
				SIDE_FAULT(s, "uri", "items %u and %u are the same", k + 1, i + 2);
	}
}

static void check_tls(const struct side *s, const struct uri *uri, bool starttls)
{
	const struct connection_settings *c = s->c;
	bool tls = c->tls != TLS_NONE;
	if (starttls && !scheme_is(uri, "ldap"))
		SIDE_FAULT(s, "starttls", "goes with an ldap:// URI only");
	if (tls && !is_set(c->ca_file))
		SIDE_FAULT(s, "ca_file", "is missing: with TLS the server's certificate is always verified");
	if (!tls && (is_set(c->ca_file) || is_set(c->certificate_file)))
		SIDE_FAULT(s, "uri", "has no TLS, but certificates are named; use ldaps:// or starttls = true");
	if (is_set(c->certificate_file) != is_set(c->key_file))
		SIDE_FAULT(s, "key_file", "certificate_file and key_file go together");
	if (!tls && scheme_is(uri, "ldap") && !is_loopback(uri))
		SIDE_FAULT(s, "uri", "would send everything in clear over a network; use ldaps:// or starttls = true");
}

static void check_simple(const struct side *s)
{
	const struct connection_settings *c = s->c;
	bool file = is_set(c->password_file), credential = is_set(c->password_credential);
	struct secret *secret = NULL;
	struct err err = {0};
	if (!is_set(c->bind_dn))
		SIDE_FAULT(s, "bind_dn", "is missing: bind = \"simple\" needs a name");
	if (!file && !credential)
		SIDE_FAULT(s, "password_file",
			   "is missing: bind = \"simple\" needs password_file or password_credential");
	if (file && credential)
		SIDE_FAULT(s, "password_credential", "password_file is given too; which one counts?");
	if (c->password_credential == NULL || !credential)
		return;
	if (c->password_credential[0] == '.' || strchr(c->password_credential, '/') != NULL)
		SIDE_FAULT(s, "password_credential", "must be a plain name, as in LoadCredential=NAME:PATH");
	else if (s->d->secrets == SECRETS_OURS && getenv("CREDENTIALS_DIRECTORY") != NULL &&
		 secret_read_credential(c->password_credential, &secret, &err) < 0)
		SIDE_FAULT(s, "password_credential", "%s", err.text);
	secret_free(secret);
}

static void check_external(const struct side *s, const struct uri *uri)
{
	const struct connection_settings *c = s->c;
	if (is_set(c->bind_dn) || is_set(c->password_file) || is_set(c->password_credential))
		SIDE_FAULT(s, "bind", "with bind = \"external\" a name or a password has no meaning; leave them out");
	if (uri != NULL && !scheme_is(uri, "ldapi") && !is_set(c->certificate_file))
		SIDE_FAULT(s, "certificate_file",
			   "is missing: bind = \"external\" needs ldapi:// or a certificate of ours");
	if (!is_set(c->identity))
		SIDE_FAULT(s, "identity",
			   "is missing: bind = \"external\" needs the identity that the server must confirm");
}

/* Kerberos knows no addresses, and no sockets. */
static bool is_named_host(const struct uri *uri)
{
	bool address = uri->host.at[0] == '[' || strspn(uri->host.at, "0123456789.") >= uri->host.len;
	return !scheme_is(uri, "ldapi") && !address;
}

static void check_gssapi(const struct side *s, const struct uri *uri)
{
	const struct connection_settings *c = s->c;
	if (is_set(c->bind_dn) || is_set(c->password_file) || is_set(c->password_credential))
		SIDE_FAULT(s, "bind", "with bind = \"gssapi\" a name or a password has no meaning; leave them out");
	if (!is_set(c->keytab_file))
		SIDE_FAULT(s, "keytab_file", "is missing: bind = \"gssapi\" needs the key of our principal");
	if (uri != NULL && !is_named_host(uri))
		SIDE_FAULT(s, "uri", "must name the server's host: Kerberos knows it as ldap/HOST");
	if (!is_set(c->identity))
		SIDE_FAULT(s, "identity",
			   "is missing: bind = \"gssapi\" needs the identity that the server must confirm");
}

static void check_keytab(const struct side *s)
{
	if (s->c->bind != BIND_GSSAPI && is_set(s->c->keytab_file))
		SIDE_FAULT(s, "keytab_file", "goes with bind = \"gssapi\" only");
	if (s->c->bind != BIND_GSSAPI && is_set(s->c->kerberos_file))
		SIDE_FAULT(s, "kerberos_file", "goes with bind = \"gssapi\" only");
}

static void check_identity(const struct side *s)
{
	struct text identity = text_of(s->c->identity);
	if (text_is_empty(identity))
		return;
	bool dn = text_starts_nocase(identity, text_of("dn:"));
	uint64_t key = 0;
	if (dn && identity.len > 3 && dn_key_of(text_make(identity.at + 3, identity.len - 3), &key) < 0)
		s->d->no_memory = true;
	if (dn ? key == 0 : !text_starts_nocase(identity, text_of("u:")))
		SIDE_FAULT(s, "identity", "must be dn: and a DN, or u: and a name, as who-am-i answers it");
}

/* uri: NULL where it is missing or wrong. What does not depend on it is told all the same: every fault at once. */
static void check_bind(const struct side *s, const struct uri *uri)
{
	check_keytab(s);
	switch (s->c->bind) {
	case BIND_SIMPLE: check_simple(s); break;
	case BIND_EXTERNAL: check_external(s, uri); break;
	case BIND_GSSAPI: check_gssapi(s, uri); break;
	}
}

void check_connection(struct draft *d, const char *side, const struct connection_settings *c, bool starttls)
{
	struct side s = {d, side, c};
	struct uri uri;
	char key[FAULT_KEY_MAX];
	snprintf(key, sizeof(key), "%s.uri", side);
	if (is_inside_wrong_type(d, key))
		return;
	bool known = c->uri != NULL && check_uri(&s, c->uri, &uri);
	check_identity(&s);
	if (known) {
		check_other_uris(&s, &uri);
		check_tls(&s, &uri, starttls);
	}
	check_bind(&s, known ? &uri : NULL);
}
