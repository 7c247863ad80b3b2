/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * search.c - see search.h. One message at a time (LDAP_MSG_ONE), each freed before the next.
 *
 * A naive loop that reads entries while entries come stops at the first reference and looks complete (fault 10): so the
 * only way out with success is a SearchResultDone with code 0 and, where pages were asked for, an empty cookie.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ldap/deadline.h"
#include "ldap/search_parts.h"

#define EMPTY_PAGES_MAX 1000 /* pages without an entry, one after the other */

struct running {
	LDAP *handle;
	const struct search *search;
	struct search_proof *proof;
	struct entry_reader reader;
	struct berval cookie; /* bv_val NULL: the first page */
	uint32_t empty_pages;
	int message;
	bool page_ended, ended;
};

static int broken(struct running *r, int result, struct err *err)
{
	r->proof->result = result;
	return ldap_result_err(err, r->handle, result, "search");
}

static int handle_result(LDAP *handle)
{
	int result = LDAP_SUCCESS;
	if (ldap_get_option(handle, LDAP_OPT_RESULT_CODE, &result) != LDAP_OPT_SUCCESS || result == LDAP_SUCCESS)
		return LDAP_SERVER_DOWN;
	return result;
}

static int send_request(struct running *r, struct err *err)
{
	const struct search *s = r->search;
	LDAPControl *page = NULL;
	if (s->page_size > 0) {
		int result = ldap_create_page_control(r->handle, (ber_int_t)s->page_size,
						      r->cookie.bv_val != NULL ? &r->cookie : NULL, 1, &page);
		if (result != LDAP_SUCCESS)
			return broken(r, result, err);
	}
	LDAPControl *controls[] = {page, NULL};
	struct timeval limit = {.tv_sec = s->max_s};
	int result = ldap_search_ext(r->handle, s->base, s->scope, s->filter, (char **)s->attributes, s->types_only,
				     page != NULL ? controls : NULL, NULL, s->max_s > 0 ? &limit : NULL, LDAP_NO_LIMIT,
				     &r->message);
	if (page != NULL)
		ldap_control_free(page);
	return result == LDAP_SUCCESS ? 0 : broken(r, result, err);
}

static int take_entry(struct running *r, LDAPMessage *message, struct err *err)
{
	struct search_entry entry;
	r->proof->entries++;
	r->empty_pages = 0;
	int code = entry_reader_open(&r->reader, message, &entry, err);
	if (code == 0) {
		code = r->search->each(r->search->ctx, &entry, err);
		if (code == 0)
			code = entry_reader_finish(&r->reader, &entry, err);
	}
	entry_reader_close(&r->reader);
	return code;
}

/* The cookie for the next page; empty: that was the last one. */
static int read_cookie(struct running *r, LDAPControl **controls, struct err *err)
{
	ber_int_t estimate;
	r->proof->pages++;
	LDAPControl *page = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
	if (page == NULL)
		return err_set(err, ERR_INCOMPLETE,
			       "page %u came without its control, so nobody knows whether it was the last",
			       r->proof->pages);
	ber_memfree(r->cookie.bv_val);
	r->cookie = (struct berval){0};
	if (ldap_parse_pageresponse_control(r->handle, page, &estimate, &r->cookie) != LDAP_SUCCESS)
		return err_set(err, ERR_INCOMPLETE, "page %u has a control that cannot be decoded", r->proof->pages);
	r->ended = r->cookie.bv_len == 0;
	if (!r->ended && ++r->empty_pages > EMPTY_PAGES_MAX)
		return err_set(err, ERR_INCOMPLETE, "page %u is one of a thousand without an entry", r->proof->pages);
	return 0;
}

static int take_cookie(struct running *r, LDAPControl **controls, struct err *err)
{
	int code = read_cookie(r, controls, err);
	r->proof->pages_whole = r->proof->pages_whole && code == 0;
	return code;
}

static int take_done(struct running *r, LDAPMessage *message, struct err *err)
{
	LDAPControl **controls = NULL;
	int result = LDAP_OTHER;
	r->page_ended = true;
	if (ldap_parse_result(r->handle, message, &result, NULL, NULL, NULL, &controls, 0) != LDAP_SUCCESS) {
		r->proof->decoded = false;
		return err_set(err, ERR_INCOMPLETE, "the result could not be decoded");
	}
	r->proof->result = result;
	int code = ldap_result_err(err, r->handle, result, "search");
	if (code == 0 && r->search->page_size > 0)
		code = take_cookie(r, controls, err);
	else
		r->ended = true;
	ldap_controls_free(controls);
	return code;
}

static int take_message(struct running *r, int type, LDAPMessage *message, struct err *err)
{
	switch (type) {
	case LDAP_RES_SEARCH_ENTRY: return take_entry(r, message, err);
	case LDAP_RES_SEARCH_RESULT: return take_done(r, message, err);
	case LDAP_RES_SEARCH_REFERENCE: r->proof->references++; return 0; /* counted, never followed (67) */
	default: break;
	}
	r->proof->decoded = false;
	return err_set(err, ERR_INCOMPLETE, "the server sent a message of type %d, which was not asked for", type);
}

static int read_page(struct running *r, struct err *err)
{
	int code = send_request(r, err);
	r->page_ended = false;
	while (code == 0 && !r->page_ended) {
		LDAPMessage *message = NULL;
		int type = ldap_result(r->handle, r->message, LDAP_MSG_ONE, NULL, &message);
		deadline_progress();
		if (type <= 0)
			return broken(r, type == 0 ? LDAP_TIMEOUT : handle_result(r->handle), err);
		code = take_message(r, type, message, err);
		ldap_msgfree(message);
	}
	if (code != 0 && !r->page_ended && r->message > 0)
		ldap_abandon_ext(r->handle, r->message, NULL, NULL);
	return code;
}

int search_run(struct ldap_connection *conn, const struct search *search, struct search_proof *ret, struct err *err)
{
	struct running r = {.handle = conn->handle, .search = search, .proof = ret};
	*ret = (struct search_proof){.pages_whole = true, .ranges_whole = true, .decoded = true};
	entry_reader_init(&r.reader, conn->handle, ret);
	int code = 0;
	deadline_progress();
	while (code == 0 && !r.ended)
		code = read_page(&r, err);
	entry_reader_done(&r.reader);
	ber_memfree(r.cookie.bv_val);
	if (code == 0 && ret->references > 0)
		code = err_set(err, ERR_INCOMPLETE,
			       "the server referred to other servers %u times: a part of the tree is elsewhere",
			       ret->references);
	return code;
}
