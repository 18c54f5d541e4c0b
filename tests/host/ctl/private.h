/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the files of ctl/. Loop thread only. */
#ifndef HOST_CTL_PRIVATE_H
#define HOST_CTL_PRIVATE_H

#include "ctl.h"

#define CTL_PROTOCOL 1

struct ctl_client;

/* server.c */
/* The client of a running request; NULL once it has left. */
struct ctl_client *ctl_client_of(struct ctl_request *req);
/* Called when the client leaves before the request is finished; the callee still has to finish it. */
void ctl_on_leave(struct ctl_request *req, void (*fn)(void *arg), void *arg);
/* Puts a line into the client's queue. False when the client is too far behind; it will have to ask again. */
bool ctl_client_tell(struct ctl_client *c, const char *line, size_t len);
void ctl_client_set_subscribed(struct ctl_client *c, bool on);
bool ctl_client_subscribed(const struct ctl_client *c);
/* fn for each client that has subscribed. */
void ctl_each_subscriber(void (*fn)(struct ctl_client *c, void *arg), void *arg);

/* verbs.c: what stands behind ctl_verb(). */
struct ctl_host_verb {
	char *name, *help;
	ctl_fn fn;
	struct ctl_host_verb *next;
};
const struct ctl_host_verb *ctl_host_verbs(void);
const struct ctl_host_verb *ctl_host_verb_find(const char *name);
void ctl_verbs_init(void);
void ctl_verbs_exit(void);

/* events.c */
void ctl_events_init(void);
void ctl_events_exit(void);
/* The sequence number of the newest event; 0 when there was none. */
json_int_t ctl_events_seq(void);

#endif
