/* SPDX-License-Identifier: EUPL-1.2 */
/* tls_ends.c - see tls_ends.h: certificates in PEM files (RFC 7468), and the one that the server showed. */
#include "helper/tls_ends.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "ldap/certificate_end.h"

#define FILE_BYTES_MAX (1u << 20) /* the authorities that a distribution trusts are 200 KiB */
#define BEGIN          "-----BEGIN CERTIFICATE-----"
#define END            "-----END CERTIFICATE-----"

struct pem {
	const char *at;
	unsigned char *der; /* room for each in turn */
	size_t room;
};

/* The next certificate; false: there is none. *ret_s 0: it cannot be read. */
static bool next_end(struct pem *pem, int64_t *ret_s)
{
	const char *begin = strstr(pem->at, BEGIN), *end = begin != NULL ? strstr(begin, END) : NULL;
	size_t size = 0;
	if (end == NULL)
		return false;
	begin += strlen(BEGIN);
	pem->at = end + strlen(END);
	if (sodium_base642bin(pem->der, pem->room, begin, (size_t)(end - begin), " \r\n", &size, NULL,
			      sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    !certificate_der_end(text_make((const char *)pem->der, size), ret_s))
		*ret_s = 0;
	return true;
}

static int64_t end_of_text(const char *text, size_t len, bool last)
{
	struct pem pem = {.at = text, .der = malloc(len + 1), .room = len + 1};
	int64_t end_s = 0, one_s;
	while (pem.der != NULL && next_end(&pem, &one_s)) {
		if (one_s > end_s)
			end_s = one_s;
		if (!last)
			break;
	}
	free(pem.der);
	return end_s;
}

/* Of the first certificate, or of the last that ends. */
static int64_t end_of_file(const char *path, bool last)
{
	char *text = path != NULL && path[0] != '\0' ? malloc(FILE_BYTES_MAX) : NULL;
	FILE *file = text != NULL ? fopen(path, "re") : NULL;
	int64_t end_s = 0;
	if (file != NULL) {
		size_t len = fread(text, 1, FILE_BYTES_MAX - 1, file);
		text[len] = '\0';
		end_s = end_of_text(text, len, last);
		fclose(file);
	}
	free(text);
	return end_s;
}

struct tls_ends tls_ends_read(const struct connection_settings *set, struct ldap_connection *conn)
{
	struct tls_ends ends = {0};
	if (set->tls == TLS_NONE)
		return ends;
	if (!ldap_server_certificate_end(conn, &ends.server_s))
		ends.server_s = 0;
	ends.own_s = end_of_file(set->certificate_file, false);
	ends.authority_s = end_of_file(set->ca_file, true);
	return ends;
}
