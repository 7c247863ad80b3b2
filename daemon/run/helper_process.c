/* SPDX-License-Identifier: EUPL-1.2 */
#include "run/helper_process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "control/priority.h"
#include "run/helper_spawn.h"
#include "wire/channel.h"

#define RECORDS_AN_EVENT 4096              /* about two milliseconds of a fast read */
#define END_GRACE_US     (2 * 1000 * 1000) /* between end of file and SIGKILL */

struct helper_process {
	sd_event *loop;
	struct helper_events events;
	struct helper_kind kind;
	pid_t pid; /* 0: a unit of its own, which ends when it sees that we have gone */
	struct channel *channel;
	sd_event_source *io, *child, *timer;
	bool closed;    /* end of file was seen, or the channel broke */
	struct err why; /* what broke the channel, if anything did */
	bool reaped, answered;
	unsigned answer_s;
	bool *freed; /* set while a callback runs: tells its caller that the callback freed us */
};

/* si: of a child. Of a unit the service manager knows. */
static void describe_end(const struct helper_process *p, const siginfo_t *si, struct err *why)
{
	char unit[HELPER_UNIT_SIZE];
	helper_unit_name(p->kind.socket, unit);
	if (p->why.code != 0)
		*why = p->why;
	else if (si == NULL && !p->answered)
		err_set(why, ERR_UNAVAILABLE, "%s went before it said anything; 'journalctl -u duaalsync-%s*' says why",
			p->kind.program, unit);
	else if (si == NULL)
		err_set(why, ERR_UNAVAILABLE, "%s has ended; 'journalctl -u duaalsync-%s*' says why", p->kind.program,
			unit);
	else if (si->si_code == CLD_EXITED)
		err_set(why, ERR_UNAVAILABLE, "%s ended by itself with status %d", p->kind.program, si->si_status);
	else if (si->si_status == SIGALRM)
		err_set(why, ERR_TIMEOUT, "%s made no progress before its deadline and was ended", p->kind.program);
	else
		err_set(why, ERR_UNAVAILABLE, "%s was ended by signal %d (%s)", p->kind.program, si->si_status,
			strsignal(si->si_status));
}

static void kill_child(struct helper_process *p)
{
	if (p->pid > 0 && !p->reaped)
		kill(p->pid, SIGKILL);
}

/* A channel that broke in our hands: nobody would ever answer. A peer that has gone says so itself, after its last words. */
static void give_up(struct helper_process *p, const struct err *why)
{
	if (why->code == ERR_UNAVAILABLE || p->closed)
		return;
	p->closed = true;
	p->why = *why;
	err_prefix(&p->why, "%s", p->kind.program);
	kill_child(p);
}

/* Delivers what has arrived: limit records and what is left of the last one's packet, for which the socket would not wake us
 * again. Returns false when the process was freed by a callback. */
static bool deliver(struct helper_process *p, unsigned limit)
{
	bool freed = false;
	/* cppcheck-suppress autoVariables ; taken back below, unless p is gone by then */
	p->freed = &freed;
	for (unsigned i = 0; (i < limit || channel_has_input(p->channel)) && !p->closed; i++) {
		uint16_t type;
		const void *body;
		size_t len;
		struct err err = {0};
		int r = channel_next(p->channel, &type, &body, &len, &err);
		if (r == 0)
			break;
		if (r < 0) {
			give_up(p, &err);
			p->closed = true;
			break;
		}
		p->answered = true;
		p->events.record(p->events.ctx, type, body, len);
		if (freed)
			return false;
	}
	p->freed = NULL;
	return true;
}

static int on_grace_over(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct helper_process *p = ctx;
	(void)source;
	(void)usec;
	kill_child(p);
	return 0;
}

/* Told once; p may be gone afterwards. */
static void tell_end(struct helper_process *p, const siginfo_t *si)
{
	struct err why = {0};
	describe_end(p, si, &why);
	p->closed = true;
	p->io = sd_event_source_disable_unref(p->io);
	p->timer = sd_event_source_disable_unref(p->timer);
	p->events.gone(p->events.ctx, &why);
}

static int on_no_answer(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct helper_process *p = ctx;
	struct err why = {0};
	char unit[HELPER_UNIT_SIZE];
	(void)source;
	(void)usec;
	p->timer = sd_event_source_disable_unref(p->timer);
	if (p->answered)
		return 0;
	helper_unit_name(p->kind.socket, unit);
	err_set(&why, ERR_TIMEOUT,
		"no answer in %u s: does its unit not start ('systemctl status duaalsync-%s*'), or does it serve "
		"another duaalsyncd, or one that has gone and that it does not notice ('systemctl kill --signal=KILL "
		"duaalsync-%s*.service' ends that)?",
		p->answer_s, unit, unit);
	give_up(p, &why);
	tell_end(p, NULL);
	return 0;
}

static int update_io(struct helper_process *p)
{
	if (p->closed) {
		p->io = sd_event_source_disable_unref(p->io);
		if (!p->reaped && p->timer == NULL)
			return sd_event_add_time_relative(p->loop, &p->timer, CLOCK_BOOTTIME, END_GRACE_US, 0,
							  on_grace_over, p);
		return 0;
	}
	uint32_t wanted = EPOLLIN | (channel_has_output(p->channel) ? (uint32_t)EPOLLOUT : 0);
	return sd_event_source_set_io_events(p->io, wanted);
}

/* Sends what waited. Returns false when the process was freed by a callback. */
static bool send_waiting(struct helper_process *p)
{
	struct err err = {0};
	bool freed = false, waited = channel_has_output(p->channel);
	if (channel_flush(p->channel, &err) < 0)
		give_up(p, &err);
	if (!waited || channel_has_output(p->channel) || p->events.drained == NULL)
		return true;
	/* cppcheck-suppress autoVariables ; taken back below, unless p is gone by then */
	p->freed = &freed;
	p->events.drained(p->events.ctx);
	if (freed)
		return false;
	p->freed = NULL;
	return true;
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *ctx)
{
	struct helper_process *p = ctx;
	(void)source;
	(void)fd;
	if ((events & EPOLLOUT) != 0 && !send_waiting(p))
		return 0;
	if (!deliver(p, RECORDS_AN_EVENT))
		return 0;
	if (p->pid == 0 && p->closed)
		tell_end(p, NULL);
	else if (update_io(p) < 0) /* an error here would only silence the source: a child's end is heard in any case */
		kill_child(p);
	return 0;
}

static int on_child(sd_event_source *source, const siginfo_t *si, void *ctx)
{
	struct helper_process *p = ctx;
	(void)source;
	p->reaped = true;
	if (deliver(p, UINT32_MAX)) /* what it said before it ended */
		tell_end(p, si);
	return 0;
}

static int watch(struct helper_process *p, struct err *err)
{
	int r = sd_event_add_io(p->loop, &p->io, channel_fd(p->channel), EPOLLIN, on_io, p);
	if (r >= 0)
		r = sd_event_source_set_priority(p->io, PRIORITY_HELPER);
	if (r >= 0 && p->pid == 0)
		r = sd_event_add_time_relative(p->loop, &p->timer, CLOCK_BOOTTIME, p->answer_s * 1000000ull, 0,
					       on_no_answer, p);
	else if (r >= 0) {
		r = sd_event_add_child(p->loop, &p->child, p->pid, WEXITED, on_child, p);
		if (r >= 0)
			r = sd_event_source_set_priority(p->child, PRIORITY_HELPER + 1);
	}
	if (r < 0)
		return err_set(err, ERR_IO, "cannot watch %s: %s", p->kind.program, strerror(-r));
	return 0;
}

static int open_channel(struct helper_process *p, const struct helper_place *place, struct err *err)
{
	int fd = -1;
	int r = place->sockets != NULL ? helper_connect(place->sockets, p->kind.socket, &fd, err)
				       : helper_spawn(place->programs, p->kind.program, &p->pid, &fd, err);
	return r < 0 ? r : channel_new(fd, &p->channel, err); /* takes the descriptor in every case */
}

int helper_process_new(sd_event *loop, const struct helper_place *place, const struct helper_kind *kind,
		       const struct helper_events *events, struct helper_process **ret, struct err *err)
{
	struct helper_process *p = calloc(1, sizeof *p);
	if (p == NULL)
		return err_nomem(err);
	p->loop = sd_event_ref(loop);
	p->events = *events;
	p->kind = *kind;
	p->answer_s = place->answer_s;
	int r = open_channel(p, place, err);
	if (r == 0)
		r = watch(p, err);
	if (r < 0) {
		helper_process_free(p);
		return r;
	}
	*ret = p;
	return 0;
}

/* The end of a helper is told by gone(), with the reason: here it is no error. */
static int after_output(struct helper_process *p, int r, struct err *err)
{
	if (r == ERR_UNAVAILABLE)
		return 0;
	if (r < 0)
		return err_prefix(err, "%s", p->kind.program);
	return update_io(p) < 0 ? err_nomem(err) : 0;
}

int helper_process_put(struct helper_process *p, uint16_t type, const struct buf *body, struct err *err)
{
	if (body != NULL && buf_failed(body))
		return err_nomem(err);
	if (p->closed)
		return 0;
	struct text t = body != NULL ? buf_text(body) : (struct text){NULL, 0};
	return after_output(p, channel_put(p->channel, type, t.at, t.len, err), err);
}

int helper_process_flush(struct helper_process *p, struct err *err)
{
	if (p->closed)
		return 0;
	return after_output(p, channel_flush(p->channel, err), err);
}

bool helper_process_is_full(const struct helper_process *p)
{
	return channel_is_full(p->channel);
}

struct helper_process *helper_process_free(struct helper_process *p)
{
	if (p == NULL)
		return NULL;
	if (p->freed != NULL)
		*p->freed = true;
	sd_event_source_disable_unref(p->io);
	sd_event_source_disable_unref(p->timer);
	sd_event_source_disable_unref(p->child);
	channel_free(p->channel);
	if (p->pid > 0 && !p->reaped) {
		kill(p->pid, SIGKILL);
		while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	sd_event_unref(p->loop);
	free(p);
	return NULL;
}

struct helper_process *helper_process_end(struct helper_process *p)
{
	if (p == NULL)
		return NULL;
	p->io = sd_event_source_disable_unref(p->io);
	p->channel = channel_free(p->channel);
	struct pollfd ended = {.fd = p->pid == 0 || p->reaped ? -1 : pidfd_open(p->pid, 0), .events = POLLIN};
	if (ended.fd >= 0) {
		(void)poll(&ended, 1, END_GRACE_US / 1000);
		close(ended.fd);
	}
	return helper_process_free(p);
}
