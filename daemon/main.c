/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * main.c - duaalsyncd: builds the modules upwards, lets the loop run, tears them down in reverse.
 *
 * options -> process -> configuration and zone -> log -> loop and signals -> run -> socket -> service manager. The only
 * file that knows all of them; decides nothing about access.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/language.h"
#include "main_daemon.h"

#define STOP_US     (4 * 1000 * 1000) /* run_stop takes at most 3 s */
#define STOP_LAST_S 5                 /* then the kernel ends us, whatever hangs */

/* ---- signals ------------------------------------------------------------------------------------- */

static void on_stopped(void *ctx)
{
	struct daemon *d = ctx;
	sd_event_exit(d->loop, d->status);
}

static int on_stop_timer(sd_event_source *source, uint64_t usec, void *ctx)
{
	(void)source;
	(void)usec;
	on_stopped(ctx);
	return 0;
}

static void stop(struct daemon *d)
{
	if (d->stopping) { /* asked twice: no patience is left */
		on_stopped(d);
		return;
	}
	d->stopping = true;
	alarm(STOP_LAST_S);
	log_event(LOG_STOPPING_MESSAGE, "stopping");
	notify_stopping(d);
	if (sd_event_add_time_relative(d->loop, &d->stop_timer, CLOCK_BOOTTIME, STOP_US, 0, on_stop_timer, d) < 0)
		on_stopped(d);
	else
		run_stop(d->run, on_stopped, d);
}

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *si, void *ctx)
{
	(void)source;
	if (si->ssi_signo == SIGHUP)
		daemon_reload(ctx);
	else
		stop(ctx);
	return 0;
}

static int open_loop(struct daemon *d, struct err *err)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
	int rc = sd_event_new(&d->loop);
	for (size_t i = 0; rc >= 0 && i < sizeof(signals) / sizeof(signals[0]); i++) {
		sd_event_source *source = NULL;
		rc = sd_event_add_signal(d->loop, &source, signals[i], on_signal, d);
		if (rc >= 0)
			rc = sd_event_source_set_priority(source, SD_EVENT_PRIORITY_IMPORTANT);
		if (rc >= 0)
			rc = sd_event_source_set_floating(source, 1); /* belongs to the loop */
		sd_event_source_unref(source);
	}
	return rc < 0 ? err_set(err, ERR_IO, "there is no event loop: %s", strerror(-rc)) : 0;
}

/* ---- cycles -------------------------------------------------------------------------------------- */

static int status_of(const struct cycle_summary *cycle)
{
	static const struct {
		const char *result;
		enum exit_status status;
	} table[] = {
		{"in-step", EXIT_FINE}, {"applied", EXIT_FINE}, {"held", EXIT_HELD}, {"source-went-back", EXIT_HELD}};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(cycle->result, table[i].result) == 0)
			return (int)table[i].status;
	return EXIT_FAILED;
}

/* Outside the cycle that has just ended. */
static int after_cycle(sd_event_source *source, void *ctx)
{
	struct daemon *d = ctx;
	(void)source;
	if (d->options->task == TASK_ONCE && !d->stopping)
		stop(d);
	else
		notify_now(d);
	return 0;
}

static void on_cycle(void *ctx, const struct cycle_summary *cycle)
{
	struct daemon *d = ctx;
	if (d->options->task == TASK_ONCE)
		d->status = status_of(cycle);
	d->once = sd_event_source_disable_unref(d->once);
	if (sd_event_add_defer(d->loop, &d->once, after_cycle, d) < 0)
		sd_event_exit(d->loop, EXIT_FAILED);
}

/* ---- the modules, upwards and down again --------------------------------------------------------- */

static int open_control(struct daemon *d, struct err *err)
{
	struct control_host host = run_control_host(d->run);
	if (d->options->task == TASK_ONCE)
		return 0;
	int rc = control_new(d->loop, &d->first->config->control, &host, &d->control, err);
	if (rc == 0)
		run_set_control(d->run, d->control);
	return rc;
}

static int daemon_up(struct daemon *d, struct err *err)
{
	struct run_config settings = settings_for_run(d->now, d->options);
	int rc = open_loop(d, err);
	if (rc == 0)
		rc = run_new(d->loop, &settings, &d->run, err);
	if (rc == 0)
		rc = open_control(d, err);
	if (rc == 0)
		rc = notify_start(d, err);
	if (rc == 0)
		run_start(d->run, on_cycle, d);
	return rc;
}

static void daemon_down(struct daemon *d)
{
	notify_done(d);
	if (d->run != NULL)
		run_set_control(d->run, NULL);
	control_free(d->control);
	run_free(d->run);
	sd_event_source_disable_unref(d->once);
	sd_event_source_disable_unref(d->stop_timer);
	sd_event_unref(d->loop);
	settings_free(d->next);
	if (d->now != d->first)
		settings_free(d->now);
	settings_free(d->first);
}

static int daemon_run(struct daemon *d)
{
	struct err err = {0};
	int status = EXIT_FAILED;
	log_event(LOG_STARTED_MESSAGE, "duaalsyncd %s, instance %s, configuration %s", PACKAGE_VERSION,
		  d->now->config->target.instance, d->options->config);
	if (daemon_up(d, &err) < 0)
		log_event(LOG_FATAL_MESSAGE, "%s", err.text);
	else if ((status = sd_event_loop(d->loop)) < 0) {
		log_event(LOG_FATAL_MESSAGE, "the event loop ended: %s", strerror(-status));
		status = EXIT_FAILED;
	}
	daemon_down(d);
	return status;
}

/* ---- tasks --------------------------------------------------------------------------------------- */

static int check_config(const struct options *options)
{
	struct settings *settings = NULL;
	if (settings_load(options, &settings, faults_print) < 0)
		return EXIT_FAULTS;
	bool exist = settings_groups_exist(options, settings, faults_print);
	settings_free(settings);
	if (!exist)
		return EXIT_FAULTS;
	char path[CONFIG_PATH_MAX];
	printf(tr("%s: no faults%s\n"), escape_short(path, sizeof(path), text_of(options->config)),
	       options->helpers != NULL
		       ? tr("; passwords and keys are for the helpers to read, each in its own unit: not looked at")
		       : "");
	return EXIT_FINE;
}

static int run(const struct options *options)
{
	struct daemon d = {.options = options, .status = EXIT_FINE};
	/* Until the configuration says where messages go, somebody may be looking. */
	log_open(LOG_SINK_AUTO, true, "", options->verbose);
	if (settings_load(options, &d.first, faults_log) < 0)
		return EXIT_FAULTS;
	if (!settings_groups_exist(options, d.first, faults_log)) {
		settings_free(d.first);
		return EXIT_FAULTS;
	}
	const struct config *config = d.first->config;
	d.now = d.first;
	log_open(config->log_sink, options->foreground, config->target.instance, options->verbose);
	int status = daemon_run(&d);
	log_close();
	return status;
}

/* In a program of its own, which has nothing to write with; it stands with the helpers. */
static int plan(const struct options *options)
{
	struct settings *settings = NULL;
	struct err err = {0};
	char path[CONFIG_PATH_MAX];
	if (settings_load(options, &settings, faults_complain) < 0)
		return EXIT_FAULTS;
	snprintf(path, sizeof(path), "%s/duaal-plan", settings->config->run.helper_dir);
	settings_free(settings);
	char name[] = "duaal-plan", plan[] = "--plan", config[] = "--config", json[] = "--json";
	char *const argv[] = {name, plan, config, (char *)(uintptr_t)options->config, options->json ? json : NULL,
			      NULL};
	execv(path, argv);
	err_set(&err, ERR_IO, "%s: %s", path, strerror(errno));
	faults_complain(err.text);
	return EXIT_FAILED;
}

static int help_config(void)
{
	struct buf text;
	buf_init(&text);
	config_document(&text);
	bool ok = !buf_failed(&text) && fputs(buf_string(&text), stdout) >= 0;
	buf_done(&text);
	return ok ? EXIT_FINE : EXIT_FAILED;
}

static int help_messages(void)
{
	for (enum log_message m = 0; m < LOG_MESSAGE_COUNT; m++)
		printf("%s  %s\n        %s\n", log_message_id(m), tr(log_message_cause(m)), tr(log_message_remedy(m)));
	return EXIT_FINE;
}

static int do_task(const struct options *options)
{
	switch (options->task) {
	case TASK_HELP: options_help(); return EXIT_FINE;
	case TASK_VERSION: puts("duaalsyncd " PACKAGE_VERSION); return EXIT_FINE;
	case TASK_HELP_CONFIG: return help_config();
	case TASK_HELP_MESSAGES: return help_messages();
	case TASK_CHECK: return check_config(options);
	case TASK_PLAN: return plan(options);
	default: return run(options);
	}
}

int main(int argc, char **argv)
{
	struct options options;
	struct err err = {0};
	language_open(PACKAGE_LOCALEDIR);
	language_use(language_of_environment());
	if (!options_read(argc, argv, &options))
		return EXIT_FAULTS;
	if (options.task == TASK_RUN || options.task == TASK_ONCE)
		language_use(LANGUAGE_ENGLISH); /* of the log */
	if (process_prepare(&err) < 0) {
		fprintf(stderr, "duaalsyncd: %s\n", err.text);
		return EXIT_FAILED;
	}
	int status = do_task(&options);
	language_close();
	return fflush(stdout) == 0 ? status : EXIT_FAILED;
}
