/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * control.h - the Varlink service be.werkplekduaal.Duaalsync on the local socket: methods, rights, answers.
 *
 * Answers from memory, through the host's view; changes nothing by itself: a call that wants something done asks the
 * host. Loop thread only. Order: control_new, control_changed whenever the view moved (cheap; coalesced), control_tell when something
 * happened, control_stop when the host stops, control_free.
 *
 * Whoever waits when the host stops is answered: a cycle whose end is known by control_free is told as ever, everybody else that the daemon
 * stops (the error Stopping), and so is whoever asks from control_stop on.
 */
#ifndef DUAAL_CONTROL_CONTROL_H
#define DUAAL_CONTROL_CONTROL_H

#include <jansson.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "base/buf.h"
#include "base/language.h"
#include "base/uuid.h"
#include "control/view.h"
#include "wire/ledger_past.h"

struct control_settings {
	const char
		*socket;   /* path; ignored when the service manager passed a socket (LISTEN_FDNAMES or the only one) */
	const char *group; /* group that owns the socket, mode 0660; empty: the process's own */
	const char *operate_group; /* whose members may ask for a sync, pause and freeze; empty: nobody but root */
	const char
		*approve_group; /* whose members may decide holds, write directives and undo; empty: nobody but root */
	uint32_t connections;   /* 16, two of them kept for root */
	uint32_t idle_s;        /* an idle client is closed; a subscriber is not idle */
	uint32_t request_max;   /* 4096 bytes */
};

/* Something that changes what the daemon does. Everything is borrowed and copied before give_order returns. */
struct order {
	enum order_kind kind;
	uid_t uid;
	uint32_t number;    /* institution; 0: none, or all (freeze, thaw) */
	uint8_t role;       /* UINT8_MAX: none */
	uint32_t id;        /* hold, drift item or cycle */
	const char *digest; /* of a hold, as typed: its first digits; NULL: not given */
	uint32_t person;    /* position in the view's source people, or NONE */
	const char *vo_id;  /* of that person, or as typed when the source does not show it; NULL: not about a person */
	bool exclude;       /* pin */
	int64_t until_s;    /* 0: not given */
	const char *reason; /* never empty where the method asks for one */
	const char *owner;  /* of a directive; NULL */
	/* Of who ordered it: the caller is answered in it, besides the English sentence of the record. */
	enum language language;
};

enum order_code {
	ORDER_DONE,
	ORDER_NOT_FOUND, /* no such hold, drift item, directive, freeze or cycle */
	ORDER_REFUSED,   /* it cannot be done; the sentence says why and what to do instead */
	ORDER_FAILED,    /* the ledger or the directory failed: nothing was done, or the sentence says what */
	ORDER_STOPPING,  /* the daemon stops: likewise */
};

/* A membership that an order names: fell away from a hold, or was left alone by an undo. */
struct order_item {
	uint32_t number;
	uint8_t role, kind;       /* enum change_kind */
	enum reason reason;       /* why it is not covered */
	const char *name, *vo_id; /* of the person; NULL: not known any more */
};

#define ORDER_ITEMS_SHOWN 500 /* of one order: those behind them are counted, and need no name */

struct order_result { /* valid during the call of done */
	enum order_code code;
	const char *sentence; /* not escaped */
	const char *entry;    /* DN of the directive that was written or taken out; NULL */
	uint32_t covered;     /* operations that the order is about */
	const struct order_item *items;
	uint32_t item_count;
	int64_t until_s; /* 0: none */
};

/* A question to the read-only ledger. CYCLE is run's own: what a cycle changed. */
enum ledger_question_kind {
	QUESTION_VERIFY,
	QUESTION_EXPORT,
	QUESTION_PLACE,
	QUESTION_CYCLE,
	QUESTION_CHANGES,
	QUESTION_READS,
	QUESTION_MEMBERS,
	QUESTION_WEEKS,
	QUESTION_EXAMINE /* of every helper, between two cycles */
};
struct ledger_question {
	enum ledger_question_kind kind;
	uint64_t from;             /* export */
	uint32_t limit, number;    /* export, place; place, cycle */
	struct past_filter filter; /* the others */
	struct past_weeks weeks;
	struct ledger_head noted; /* verify: the last one that was told; the host fills it in */
};
struct ledger_answer {       /* valid during the call of done */
	const char *trouble; /* NULL: fine; else one sentence, not escaped */
	bool damaged;        /* the trouble is what the file itself says, not that nobody could look */
	struct ledger_head head;
	const struct text *
		lines; /* export: JSON objects; reads, members, weeks: bodies of past_read, past_member and past_week, each decoded once already; examine: of finding */
	const struct past_change *changes; /* place, cycle, changes */
	struct past_extent extent;         /* members */
	uint32_t line_count, change_count;
	uint64_t next; /* export; reads: 1 when there is more; changes, members: enum past_end */
};

/* Another policy, and what it would do; everything is borrowed and valid during one call. */
struct proposal_asked {
	/* Values by key, as they came: nothing is known about them but that they are an object. */
	const json_t *settings;
	bool rescoped; /* what else would be changed with it changes who or what is covered */
};
struct proposal_told {
	const struct view *now, *then;
	const char *const *keys; /* of the settings that differ */
	uint32_t key_count;
	bool rescoped; /* removals that no date announced are held because of it */
};

/* Whom the sources show to have a national number; valid during the call of done. */
struct person_found {
	struct uuid uuid;
	struct text vo_id;  /* as the source shows it now; empty: it shows none */
	const char *source; /* its name */
};
struct people_found {
	enum order_code code; /* ORDER_DONE, or why nobody knows: */
	const char *trouble;  /* a sentence, not escaped */
	bool sought;          /* false: no source was asked, so it costs nothing */
	const struct person_found *people;
	uint32_t count, total; /* told, and of all */
};

struct control_host {
	void *ctx;
	const struct view *(*view)(void *ctx);
	/* Asks for a cycle that begins after now. Returns the number of the request's ticket (> 0); the ticket is done
	 * when ticket_done says so. A storm of calls is one cycle. */
	uint64_t (*request_sync)(void *ctx, uid_t uid);
	/* 1: done, and *ret is the summary of the cycle that served it (valid for the call); 0: not yet, or never, because the host stops. */
	int (*ticket_done)(void *ctx, uint64_t ticket, const struct cycle_summary **ret);
	/* done is called exactly once, at once or later; call is handed back. */
	/* A page of what would be written now, as LDIF: page 0, or what *ret_next said; *ret_next 0: that was all. The text is appended.
	 * ERR_CONFLICT: the plan is another one now. */
	int (*plan_ldif)(void *ctx, uint64_t page, struct buf *out, uint64_t *ret_next, struct err *err);
	/* Every setting in force, as Settings answers but for request_max; NULL: out of memory. */
	json_t *(*settings)(void *ctx);
	/* Thinks, and calls tell once when it returns 0. ERR_INVALID: the policy is refused. ERR_CONFLICT, ERR_UNAVAILABLE: changes are being
	 * carried out, or nothing is known: to be asked again when the view has moved. */
	int (*propose)(void *ctx, const struct proposal_asked *asked,
		       void (*tell)(void *call, const struct proposal_told *told), void *call, struct err *err);
	void (*give_order)(void *ctx, const struct order *order,
			   void (*done)(void *call, const struct order_result *result), void *call);
	void (*ask_ledger)(void *ctx, const struct ledger_question *question,
			   void (*done)(void *call, const struct ledger_answer *answer), void *call);
	/* number: eleven digits; copied, and the copy wiped as soon as the sources were asked. One search at a time. */
	void (*find_person)(void *ctx, const char *number, uid_t uid,
			    void (*done)(void *call, const struct people_found *found), void *call);
	/* Whoever asked has left: what only they waited for need not go on. done is called all the same, within this or later. */
	void (*left)(void *ctx, void *call);
};

/* Something that happened, for whoever watches. The first three are seen by looking at the view and are not for the host. */
enum event_type {
	EVENT_STATE,    /* how it is when somebody begins to watch */
	EVENT_PROGRESS, /* of the phase */
	EVENT_PART,     /* one of the status got another state or code */
	EVENT_CYCLE_BEGUN,
	EVENT_CYCLE_ENDED,
	EVENT_PHASE, /* of the view, which has it already */
	EVENT_DELAY, /* of a cycle that is due; the same */
	EVENT_HOLD,
	EVENT_ORDER,
	EVENT_CONFIGURATION
};

/* Borrowed for the call. */
struct control_event {
	enum event_type type;
	const char *code;                    /* a stable word */
	const char *sentence;                /* not escaped; one of the catalogue's; or NULL, and */
	const struct saying *saying;         /* the sentence in every language */
	const struct cycle_summary *summary; /* of the cycle that began or ended; NULL */
	const struct past_hold *hold;        /* NULL */
	const struct order *order;           /* NULL */
	enum order_code result;              /* of the order */
	const struct part *part;             /* EVENT_PART, and what its state was; NULL */
	enum part_state was;
};

struct control;

/* 0 where this system has the group, or none is named; else ERR_INVALID, or ERR_IO where that cannot be told. Asks the name
 * service, which may take its time: not in the loop. */
MUST_USE int control_check_group(const char *name, struct err *err);

/* Binds the socket: probes for a living daemon first (ERR_CONFLICT), removes only a stale socket, never a file. */
MUST_USE int control_new(sd_event *loop, const struct control_settings *set, const struct control_host *host,
			 struct control **ret, struct err *err);
void control_changed(struct control *control);
/* Nothing is asked of the host any more but what it knows by itself. Who waits goes on waiting, until the answer or control_free. */
void control_stop(struct control *control);
/* On its way to whoever watches before this returns, as far as they read. Cost without a watcher: a count. */
void control_tell(struct control *control, const struct control_event *event);
/* Answers whoever still waits, closes, unlinks its own socket. The host can still be asked then. NULL allowed; returns NULL. */
struct control *control_free(struct control *control);

#endif
