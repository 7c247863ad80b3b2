/* SPDX-License-Identifier: EUPL-1.2 */
/* confine.c - see confine.h. */
#include "helper/confine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "helper/confine_parts.h"

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define UNDER_SANITIZER 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define UNDER_SANITIZER 1
#endif
#ifndef UNDER_SANITIZER
#define UNDER_SANITIZER 0
#endif

#define DESCRIPTORS 64 /* a channel, a connection or two, a database with its journals */

/* What the resolver, the TLS library, SASL and Kerberos read. No folder with secrets is among them. */
static const char *const system_files[] = {"/usr",
					   "/lib",
					   "/lib32",
					   "/lib64",
					   "/etc/ld.so.cache",
					   "/etc/localtime",
					   "/etc/hosts",
					   "/etc/host.conf",
					   "/etc/resolv.conf",
					   "/run/systemd/resolve",
					   "/run/resolvconf",
					   "/run/NetworkManager/resolv.conf",
					   "/etc/nsswitch.conf",
					   "/etc/gai.conf",
					   "/etc/services",
					   "/etc/protocols",
					   "/etc/passwd",
					   "/etc/group",
					   "/etc/ssl/certs",
					   "/etc/ssl/openssl.cnf",
					   "/etc/ssl/cert.pem",
					   "/etc/ssl/ca-bundle.pem",
					   "/etc/pki/tls/certs",
					   "/etc/pki/tls/cert.pem",
					   "/etc/pki/tls/openssl.cnf",
					   "/etc/pki/ca-trust",
					   "/var/lib/ca-certificates",
					   "/etc/gnutls",
					   "/etc/crypto-policies",
					   "/etc/krb5.conf",
					   "/etc/krb5.conf.d",
					   "/etc/krb5",
					   "/etc/gss",
					   "/etc/sasl2",
					   "/var/lib/sss/pubconf",
					   "/dev/null",
					   "/dev/zero",
					   "/dev/urandom",
					   "/dev/random",
					   "/proc/sys/crypto",
					   "/proc/self",
					   "/sys/devices/system/cpu",
					   NULL};

static int read_system_files(const struct confine_files *files, struct err *err)
{
	int code = 0;
	for (size_t i = 0; code == 0 && system_files[i] != NULL; i++)
		code = confine_files_read(files, system_files[i], err);
	return code;
}

static int read_settings_files(const struct confine_files *files, const struct connection_settings *set,
			       struct err *err)
{
	const char *const named[] = {set->ca_file,       set->certificate_file, set->key_file,
				     set->password_file, set->keytab_file,      set->kerberos_file};
	const char *credentials = getenv("CREDENTIALS_DIRECTORY");
	int code = credentials != NULL ? confine_files_read(files, credentials, err) : 0;
	for (size_t i = 0; code == 0 && i < sizeof named / sizeof named[0]; i++)
		code = confine_files_beside(files, named[i], confine_files_read, err);
	return code;
}

static int limit(struct err *err)
{
	const struct rlimit few = {DESCRIPTORS, DESCRIPTORS}, none = {0, 0};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || setrlimit(RLIMIT_NOFILE, &few) < 0 ||
	    setrlimit(RLIMIT_NPROC, &none) < 0)
		return err_set(err, ERR_IO,
			       "confining this helper to few descriptors and no processes: %s; does its unit or "
			       "container allow prctl and setrlimit?",
			       strerror(errno));
	return 0;
}

int confine_to_directory(const struct connection_settings *set, struct err *err)
{
	struct confine_files files;
	int code = UNDER_SANITIZER ? 0 : limit(err);
	if (UNDER_SANITIZER || code < 0)
		return code;
	code = confine_files_begin(&files, err);
	if (code == 0)
		code = read_system_files(&files, err);
	if (code == 0)
		code = read_settings_files(&files, set, err);
	code = confine_files_end(&files, code, err);
	return code < 0 ? code : confine_calls(true, err);
}

int confine_to_ledger(const char *path, struct err *err)
{
	struct confine_files files;
	int code = UNDER_SANITIZER ? 0 : limit(err);
	if (UNDER_SANITIZER || code < 0)
		return code;
	code = confine_files_begin(&files, err);
	if (code == 0)
		code = confine_files_beside(&files, path, confine_files_write, err);
	if (code == 0)
		code = confine_files_read(&files, "/dev/urandom", err);
	code = confine_files_end(&files, code, err);
	return code < 0 ? code : confine_calls(false, err);
}
