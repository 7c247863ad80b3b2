/* SPDX-License-Identifier: EUPL-1.2 */
/* main_faults.c - configuration and zone together: both or nothing, and every fault told. See main_daemon.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/language.h"
#include "config/proposal.h"
#include "main_daemon.h"

#define HELPER_START_S 10 /* of a unit, by the service manager */
#define ZONE_FILE_MAX  (1u << 20)

static void print_line(FILE *to, const char *before, const char *sentence)
{
	struct buf line;
	buf_init(&line);
	escape_visible(&line, text_of(sentence));
	fprintf(to, "%s%s\n", before, buf_failed(&line) ? tr("out of memory") : buf_string(&line));
	buf_done(&line);
}

void faults_print(const char *sentence)
{
	print_line(stdout, "", sentence);
}

void faults_complain(const char *sentence)
{
	print_line(stderr, "duaalsyncd: ", sentence);
}

void faults_log(const char *sentence)
{
	log_event(LOG_CONFIG_FAULT_MESSAGE, "%s", sentence);
}

static int read_bytes(const char *path, struct buf *out, struct err *err)
{
	char piece[4096];
	ssize_t got;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	while ((got = read(fd, piece, sizeof(piece))) > 0 && out->len < ZONE_FILE_MAX)
		buf_add(out, piece, (size_t)got);
	int failed = got < 0 ? errno : 0;
	close(fd);
	if (failed != 0)
		return err_set(err, ERR_IO, "%s: %s", path, strerror(failed));
	return buf_failed(out) ? err_nomem(err) : 0;
}

static int zone_load(const char *path, struct zone *ret, struct err *err)
{
	struct buf bytes;
	buf_init(&bytes);
	int rc = read_bytes(path, &bytes, err);
	if (rc == 0 && zone_parse(buf_text(&bytes), ret, err) < 0)
		rc = err_prefix(err, "%s", path);
	buf_done(&bytes);
	return rc;
}

static int load_zone(struct settings *settings, struct config_faults *faults, struct err *err)
{
	int rc = zone_load(settings->config->zone_file, &settings->zone, err);
	if (rc < 0) {
		struct config_fault *fault = &faults->at[faults->count++]; /* the first: the file had none */
		*fault = (struct config_fault){.key = "zone_file"};
		snprintf(fault->text, sizeof(fault->text), "%s", err->text);
	}
	return rc;
}

static int load_both(const struct options *options, struct settings **ret, struct config_faults *faults,
		     struct err *err)
{
	struct settings *settings = calloc(1, sizeof(*settings));
	if (settings == NULL)
		return err_nomem(err);
	enum config_secrets secrets = options->helpers != NULL ? SECRETS_OF_HELPERS : SECRETS_OURS;
	int rc = config_load(options->config, secrets, &settings->config, faults, err);
	if (rc == 0)
		rc = load_zone(settings, faults, err);
	if (rc < 0)
		settings = settings_free(settings);
	*ret = settings;
	return rc;
}

struct teller {
	void (*tell)(const char *sentence);
};

static void tell_one(void *ctx, const char *sentence)
{
	((const struct teller *)ctx)->tell(sentence);
}

void faults_tell(const struct options *options, const struct config_faults *faults, void (*tell)(const char *sentence))
{
	struct teller teller = {tell};
	config_faults_tell(options->config, faults, tell_one, &teller);
}

int settings_load(const struct options *options, struct settings **ret, void (*tell)(const char *sentence))
{
	struct err err = {0};
	struct config_faults *faults = calloc(1, sizeof(*faults));
	int rc = faults == NULL ? err_nomem(&err) : load_both(options, ret, faults, &err);
	if (rc < 0 && faults != NULL && faults->count > 0)
		faults_tell(options, faults, tell);
	else if (rc < 0)
		tell(err.text);
	free(faults);
	return rc;
}

struct settings *settings_free(struct settings *settings)
{
	if (settings != NULL) {
		zone_done(&settings->zone);
		config_free(settings->config);
		free(settings);
	}
	return NULL;
}

static const struct run_proposer proposer = {proposal_take, proposal_drop, proposal_settings};

struct run_config settings_for_run(const struct settings *settings, const struct options *options)
{
	const struct config *config = settings->config;
	struct run_config ret = {.run = &config->run,
				 .helpers = {.programs = config->run.helper_dir,
					     .sockets = options->helpers,
					     /* duaal-ledger opens the ledger before its first word */
					     .answer_s = HELPER_START_S + config->ledger.deadline_s},
				 .sources = config->sources,
				 .source_bases = config->source_bases,
				 .source_count = config->source_count,
				 .target = &config->target,
				 .names = &config->names,
				 .policy = &config->policy,
				 .guard = &config->guard,
				 .drift = &config->drift,
				 .ledger = &config->ledger,
				 .zone = &settings->zone,
				 .version = PACKAGE_VERSION,
				 .file = options->config,
				 .restart = settings->restart,
				 .proposer = &proposer,
				 .present = config};
	memcpy(ret.scope, config->scope, sizeof(ret.scope));
	return ret;
}
