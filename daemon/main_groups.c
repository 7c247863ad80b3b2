/* SPDX-License-Identifier: EUPL-1.2 */
/* main_groups.c - has this system the groups that may ask, operate and approve? See main_daemon.h. Apart from main_faults.c, because a plan
 * has no socket and nothing that serves one. */
#include <stdio.h>
#include <stdlib.h>

#include "base/language.h"
#include "control/control.h"
#include "main_daemon.h"

static void group_fault(struct config_faults *faults, const char *key, const char *name)
{
	struct err err = {0};
	struct config_fault *fault = &faults->at[faults->count];
	if (control_check_group(name, &err) != ERR_INVALID)
		return;
	faults->count++;
	snprintf(fault->key, sizeof(fault->key), "%s", key);
	snprintf(fault->text, sizeof(fault->text),
		 tr("there is no group %s on this system; groupadd --system %s makes it"), name, name);
}

bool settings_groups_exist(const struct options *options, const struct settings *settings,
			   void (*tell)(const char *sentence))
{
	const struct control_settings *set = &settings->config->control;
	struct config_faults *faults = calloc(1, sizeof(*faults));
	if (faults == NULL)
		return true; /* the socket, which needs the groups, finds it out */
	group_fault(faults, "control.group", set->group);
	group_fault(faults, "control.operate_group", set->operate_group);
	group_fault(faults, "control.approve_group", set->approve_group);
	bool exist = faults->count == 0;
	faults_tell(options, faults, tell);
	free(faults);
	return exist;
}
