/* SPDX-License-Identifier: EUPL-1.2 */
/* support_versions.c - which versions of what are at work here: for a bundle. Nothing of it is about anybody. */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "ctl/support_parts.h"

#define LINE_SIZE 1024

/* What our programs are linked with or talk to, as Debian calls it. */
static const char *const packages[] = {
	"duaalsync",    "duaalsync-schema", "slapd",       "389-ds-base",    "libldap-2.5-0", "libldap2",
	"libsasl2-2",   "libgssapi-krb5-2", "libgnutls30", "libgnutls30t64", "libsqlite3-0",  "libsodium23",
	"libjansson4",  "libconfig9",       "libconfig11", "libseccomp2",    "libsystemd0",   "systemd",
	"libutf8proc2", "libutf8proc3",     "libc6",       "tzdata"};

static bool is_wanted(const char *name)
{
	for (size_t i = 0; i < sizeof(packages) / sizeof(packages[0]); i++)
		if (strcmp(packages[i], name) == 0)
			return true;
	return false;
}

/* Paragraphs of "Package: NAME", ..., "Version: VERSION". */
static void add_packages(struct buf *out)
{
	char line[LINE_SIZE], name[LINE_SIZE] = "", value[LINE_SIZE];
	FILE *file = fopen("/var/lib/dpkg/status", "re");
	if (file == NULL) {
		buf_add_string(out, "no list of Debian packages is here\n");
		return;
	}
	while (fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "Package: %1023s", value) == 1)
			snprintf(name, sizeof(name), "%s", value);
		else if (sscanf(line, "Version: %1023s", value) == 1 && is_wanted(name))
			buf_format(out, "%s %s\n", name, value);
	fclose(file);
}

static void add_system(struct buf *out)
{
	char line[LINE_SIZE];
	FILE *file = fopen("/etc/os-release", "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, "PRETTY_NAME=", strlen("PRETTY_NAME=")) == 0)
			buf_add_string(out, line + strlen("PRETTY_NAME="));
	if (file != NULL)
		fclose(file);
}

void support_versions(struct buf *out)
{
	struct utsname kernel;
	buf_add_string(out, "duaalctl " PACKAGE_VERSION "\n");
	add_system(out);
	if (uname(&kernel) == 0)
		buf_format(out, "%s %s %s\n", kernel.sysname, kernel.release, kernel.machine);
	add_packages(out);
}
