/* SPDX-License-Identifier: EUPL-1.2 */
/* examine_ledger.c - EXAMINE of duaal-ledger: the room that is left where the ledger is; see ledger_server.h. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "helper/examine.h"
#include "helper/ledger_server.h"
#include "ledger/db.h"

#define MIB         (1024.0 * 1024.0)
#define FEW_MIB     256.0
#define TOO_FEW_MIB 32.0

/* A ledger is copied whole when its form changes, so there should be room for one more. */
static enum finding_severity judge(double free_mib, double ledger_mib)
{
	if (free_mib < TOO_FEW_MIB)
		return SEVERITY_CRITICAL;
	return free_mib < FEW_MIB || free_mib < ledger_mib ? SEVERITY_WARNING : SEVERITY_OK;
}

int examine_ledger(struct server *server, const void *body, size_t len, struct err *err)
{
	struct examine e = {.channel = server->channel, .err = err};
	const char *path = store_db(server->store)->path;
	struct statvfs place;
	struct stat file;
	(void)body;
	if (len > 0)
		return err_set(err, ERR_PROTOCOL, "a request to examine that says more");
	examine_confinement(&e, "ledger");
	if (statvfs(path, &place) < 0 || stat(path, &file) < 0)
		examine_tell(&e, FINDING_DISK, SEVERITY_WARNING, "ledger", NULL, "%s: %s", path, strerror(errno));
	else {
		double left = (double)place.f_bavail * (double)place.f_frsize / MIB, size = (double)file.st_size / MIB;
		examine_tell(&e, FINDING_DISK, judge(left, size), "ledger", NULL,
			     "%.0f MiB are left beside %s of %.0f MiB", left, path, size);
	}
	return examine_end(&e);
}
