/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * main_plan.c - duaal-plan, which "duaalsyncd --plan" becomes: what would change with a configuration, by a read of its own.
 *
 * A program apart, because the linker then proves that it cannot write: of run/ it has what reads and thinks, and nothing that composes,
 * sends or records a change, no socket to be asked on and no entry of its own (tests/symbols.sh).
 */
#include <signal.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/language.h"
#include "base/said.h"
#include "control/answers.h"
#include "control/interface.h"
#include "ctl/show_plan.h"
#include "main_daemon.h"
#include "run/known_time.h"
#include "run/look.h"

struct planning {
	const struct options *options;
	sd_event *loop;
	struct settings *settings;
	struct look *look;
};

/* ---- what came of it ------------------------------------------------------------------------------- */

static void warn(const struct look_result *result, const char *ledger)
{
	char sentence[KNOWN_TIME_SENTENCE_SIZE];
	struct err err = {0};
	if (result->no_ledger) {
		err_set(&err, ERR_NOT_FOUND, "%s does not exist: what is found is adopted, as at the very first cycle",
			ledger);
		faults_complain(err.text);
	}
	if (result->unsettled)
		faults_complain(
			tr("the last cycle on record has not ended, or failed: what became of its writes is not "
			   "on record, and the plan may show them again"));
	if (!clock_agrees())
		faults_complain(known_time_difference(sentence));
	if (result->question.code != 0) {
		err = result->question;
		(void)err_prefix(&err, "who is missing could not be asked for, and is held as doubtful");
		faults_complain(said(err.text));
	}
}

static int print(const struct planning *p, const struct look_result *result)
{
	json_t *plan = answer_plan(result->view, PLAN_MAX);
	if (plan == NULL) {
		faults_complain(tr("out of memory"));
		return EXIT_FAILED;
	}
	bool pending = plan_is_pending(plan), ok = print_plan(plan, p->options->json, stdout, stderr);
	json_decref(plan);
	if (!ok)
		return EXIT_FAILED;
	return pending ? EXIT_HELD : EXIT_FINE;
}

static void on_looked(void *ctx, const struct look_result *result)
{
	struct planning *p = ctx;
	int status = EXIT_FAILED;
	if (result->view == NULL)
		faults_complain(said(result->err.text));
	else {
		warn(result, p->settings->config->ledger.path);
		status = print(p, result);
	}
	sd_event_exit(p->loop, status);
}

/* ---- from begin to end ----------------------------------------------------------------------------- */

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *si, void *ctx)
{
	(void)si;
	(void)ctx;
	return sd_event_exit(sd_event_source_get_event(source), EXIT_FAILED);
}

static int open_loop(struct planning *p, struct err *err)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
	int r = sd_event_new(&p->loop);
	for (size_t i = 0; r >= 0 && i < sizeof(signals) / sizeof(signals[0]); i++)
		r = sd_event_add_signal(p->loop, NULL, signals[i], on_signal, NULL);
	return r < 0 ? err_set(err, ERR_IO, "there is no event loop: %s", strerror(-r)) : 0;
}

static int look(struct planning *p)
{
	struct err err = {0};
	struct run_config config = settings_for_run(p->settings, p->options);
	int status = EXIT_FAILED, rc = open_loop(p, &err);
	if (rc == 0)
		rc = look_new(p->loop, &config, on_looked, p, &p->look, &err);
	if (rc < 0)
		faults_complain(err.text);
	else
		status = sd_event_loop(p->loop);
	look_free(p->look);
	sd_event_unref(p->loop);
	return status < 0 ? EXIT_FAILED : status;
}

static int refuse(const struct options *options)
{
	if (options->task == TASK_VERSION) {
		puts("duaal-plan " PACKAGE_VERSION);
		return EXIT_FINE;
	}
	faults_complain(tr("duaal-plan is what duaalsyncd --plan becomes, and does nothing else"));
	return EXIT_FAULTS;
}

int main(int argc, char **argv)
{
	struct options options;
	struct planning p = {.options = &options};
	struct err err = {0};
	language_open(PACKAGE_LOCALEDIR);
	language_use(language_of_environment());
	if (!options_read(argc, argv, &options))
		return EXIT_FAULTS;
	if (options.task != TASK_PLAN)
		return refuse(&options);
	if (process_prepare(&err) < 0) {
		faults_complain(err.text);
		return EXIT_FAILED;
	}
	log_open(LOG_SINK_STDERR, true, "", options.verbose);
	if (settings_load(&options, &p.settings, faults_complain) < 0)
		return EXIT_FAULTS;
	int status = look(&p);
	settings_free(p.settings);
	log_close();
	const bool written = fflush(stdout) == 0 && !ferror(stdout);
	if (!written)
		faults_complain(tr("the output cannot be written: is the disk full?"));
	language_close();
	return written ? status : EXIT_FAILED;
}
