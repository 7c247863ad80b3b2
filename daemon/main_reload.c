/* SPDX-License-Identifier: EUPL-1.2 */
/* main_reload.c - SIGHUP: another configuration, or the old one as it was. See main_daemon.h. */
#include "main_daemon.h"

/* run/ no longer looks at the old configuration. */
static void on_reloaded(void *ctx)
{
	struct daemon *d = ctx;
	const char *keys = d->next->restart;
	if (d->now != d->first)
		settings_free(d->now);
	d->now = d->next;
	d->next = NULL;
	if (keys != NULL)
		log_event(LOG_CONFIG_RELOADED_MESSAGE,
			  "%s is in force; what takes a restart of the daemon stays as it was until then: %s",
			  d->options->config, keys);
	else
		log_event(LOG_CONFIG_RELOADED_MESSAGE, "%s is in force", d->options->config);
	notify_reloaded(d);
	if (d->reload_again)
		daemon_reload(d);
}

void daemon_reload(struct daemon *d)
{
	if (d->stopping)
		return;
	d->reload_again = d->next != NULL; /* one at a time; a storm of signals is one more */
	if (d->reload_again)
		return;
	notify_reloading(d);
	if (settings_load(d->options, &d->next, faults_log) < 0) {
		log_event(LOG_CONFIG_KEPT_MESSAGE, "%s is not taken over; the old configuration stays in force",
			  d->options->config);
		run_config_kept(d->run, d->options->config);
		notify_reloaded(d);
		return;
	}
	d->next->restart = config_keep_restarts(d->next->config, d->first->config);
	struct run_config next = settings_for_run(d->next, d->options);
	run_reload(d->run, &next, on_reloaded, d);
}
