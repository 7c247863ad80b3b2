/* SPDX-License-Identifier: EUPL-1.2 */
/* control.c - see control.h: settings into the server's, and the view's moves to whoever waits. */
#include "control/control.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control/asked.h"
#include "control/control_parts.h"
#include "control/interface.h"
#include "control/monitor.h"

#define RESERVED_FOR_ROOT 2
#define GROUP_BUFFER      65536

static int find_group(const char *name, gid_t *ret, struct err *err)
{
	struct group group, *found = NULL;
	char *buffer = malloc(GROUP_BUFFER);
	if (buffer == NULL)
		return err_nomem(err);
	int why = getgrnam_r(name, &group, buffer, GROUP_BUFFER, &found);
	if (found != NULL)
		*ret = found->gr_gid;
	free(buffer);
	if (why != 0)
		return err_set(err, ERR_IO, "looking up group %s: %s", name, strerror(why));
	return found != NULL ? 0 : err_set(err, ERR_INVALID, "there is no group %s on this system", name);
}

int control_check_group(const char *name, struct err *err)
{
	gid_t group;
	return name == NULL || name[0] == '\0' ? 0 : find_group(name, &group, err);
}

/* The process's own group, by name where it has one. */
static void own_group(gid_t *ret, char *name, size_t size)
{
	struct group group, *found = NULL;
	char buffer[4096];
	*ret = getegid();
	if (getgrgid_r(*ret, &group, buffer, sizeof(buffer), &found) == 0 && found != NULL)
		snprintf(name, size, "%s", found->gr_name);
	else
		snprintf(name, size, "%u", (unsigned)*ret);
}

/* A named group. Without a name whoever is in the daemon's own group may ask, and nobody else may more than that: root and the
 * daemon's own user have every right anyway (I18). */
static int resolve(struct control *control, const char *name, enum varlink_right right, struct varlink_settings *set,
		   struct err *err)
{
	char *shown = control->groups[right];
	size_t size = sizeof(control->groups[right]);
	if (name != NULL && name[0] != '\0') {
		snprintf(shown, size, "%s", name);
		return find_group(name, &set->groups[right], err);
	}
	if (right == VARLINK_READ) {
		own_group(&set->groups[right], shown, size);
	} else {
		snprintf(shown, size, "root");
		set->groups[right] = VARLINK_GROUP_NONE;
	}
	return 0;
}

/* Groups are resolved once, here: no name service in the loop. */
static int make_settings(struct control *control, struct varlink_settings *ret, struct err *err)
{
	const struct control_settings *set = &control->set;
	*ret = (struct varlink_settings){
		.path = set->socket,
		.connections = set->connections,
		.reserved = RESERVED_FOR_ROOT,
		.request_max = set->request_max,
		.idle_ms = set->idle_s * 1000,
		.denied = control_deny,
		.stopping = control_answer_stopping,
		.full = INTERFACE_ERROR("TooManyClients"),
		.too_long = INTERFACE_ERROR("TooLong"),
	};
	int r = resolve(control, set->group, VARLINK_READ, ret, err);
	if (r == 0)
		r = resolve(control, set->operate_group, VARLINK_OPERATE, ret, err);
	if (r == 0)
		r = resolve(control, set->approve_group, VARLINK_APPROVE, ret, err);
	bool named = set->group != NULL && set->group[0] != '\0';
	ret->socket_group = named ? ret->groups[VARLINK_READ] : VARLINK_GROUP_NONE;
	return r;
}

static int on_moved(sd_event_source *source, void *userdata)
{
	(void)source;
	sync_tell(userdata);
	wait_tell(userdata);
	proposals_tell(userdata);
	return 0;
}

static int start(struct control *control, struct err *err)
{
	struct varlink_settings set;
	int r = make_settings(control, &set, err);
	if (r != 0)
		return r;
	if (sd_event_add_defer(control->loop, &control->moved, on_moved, control) < 0 ||
	    sd_event_source_set_enabled(control->moved, SD_EVENT_OFF) < 0)
		return err_set(err, ERR_IO, "the event loop takes no more sources");
	r = monitor_new(control, &control->monitor, err);
	if (r != 0)
		return r;
	return varlink_server_new(control->loop, &set, control_methods, control, &control->server, err);
}

int control_new(sd_event *loop, const struct control_settings *set, const struct control_host *host,
		struct control **ret, struct err *err)
{
	struct control *control = calloc(1, sizeof(*control));
	if (control == NULL)
		return err_nomem(err);
	control->loop = sd_event_ref(loop);
	control->set = *set;
	control->host = *host;
	int r = start(control, err);
	if (r != 0) {
		control_free(control);
		return r;
	}
	*ret = control;
	return 0;
}

/* A failure here would only delay progress until the next move. */
void control_changed(struct control *control)
{
	if (control->waiters != NULL || control->watchers != NULL || control->proposals != NULL)
		(void)sd_event_source_set_enabled(control->moved, SD_EVENT_ONESHOT);
	monitor_moved(control->monitor);
}

/* What is known already, without waiting for the loop: how it is, and the end of a cycle. */
static void tell_waiters(struct control *control)
{
	if (control->waiters != NULL)
		sync_tell(control);
	if (control->watchers != NULL)
		wait_tell(control);
}

void control_stop(struct control *control)
{
	tell_waiters(control);
	varlink_server_stop(control->server);
}

void control_tell(struct control *control, const struct control_event *event)
{
	monitor_tell(control->monitor, event);
}

struct control *control_free(struct control *control)
{
	if (control == NULL)
		return NULL;
	tell_waiters(control);
	varlink_server_free(control->server); /* the others, and the watchers */
	monitor_free(control->monitor);
	asked_forget(control);
	sd_event_source_disable_unref(control->moved);
	sd_event_unref(control->loop);
	free(control);
	return NULL;
}
