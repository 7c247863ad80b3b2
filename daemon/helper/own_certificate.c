/* SPDX-License-Identifier: EUPL-1.2 */
/* own_certificate.c - see examine_server.h: the certificate that we show to servers, from its PEM file (RFC 7468). */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "helper/examine_server.h"
#include "ldap/certificate_end.h"

#define FILE_BYTES_MAX 65536
#define BEGIN          "-----BEGIN CERTIFICATE-----"
#define END            "-----END CERTIFICATE-----"

static bool pem_end(const char *pem, size_t len, int64_t *ret_s)
{
	const char *begin = strstr(pem, BEGIN), *end = begin != NULL ? strstr(begin, END) : NULL;
	unsigned char *der = end != NULL ? malloc(len) : NULL;
	size_t size = 0;
	if (der == NULL)
		return false;
	begin += strlen(BEGIN);
	bool read = sodium_base642bin(der, len, begin, (size_t)(end - begin), " \r\n", &size, NULL,
				      sodium_base64_VARIANT_ORIGINAL) == 0 &&
		    certificate_der_end(text_make((const char *)der, size), ret_s);
	free(der);
	return read;
}

bool own_certificate_end(const char *pem_path, int64_t *ret_s)
{
	char *pem = malloc(FILE_BYTES_MAX);
	FILE *file = pem != NULL ? fopen(pem_path, "re") : NULL;
	bool read = false;
	if (file != NULL) {
		size_t len = fread(pem, 1, FILE_BYTES_MAX - 1, file);
		pem[len] = '\0';
		read = pem_end(pem, len, ret_s);
		fclose(file);
	}
	free(pem);
	return read;
}
