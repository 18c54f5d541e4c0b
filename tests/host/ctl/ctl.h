/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The control socket: a Unix stream socket, one JSON object a line (protocol.md). Loop thread only.
 */
#ifndef HOST_CTL_H
#define HOST_CTL_H

#include <jansson.h>

struct ctl_request;

/* Listens at path (an existing live socket there is an error, a dead one is replaced). 0 or -errno after a complaint. */
int ctl_start(const char *path);
void ctl_stop(void);

/* Verbs of the host itself ("quit", "pause" ...), beside those of devices. */
typedef int (*ctl_fn)(const json_t *args, json_t *reply, struct ctl_request *req);
void ctl_verb(const char *name, const char *help, ctl_fn fn);

/* The sentence that goes with the error a verb is about to return. */
void ctl_why(struct ctl_request *req, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Ends a request whose verb returned CTL_LATER. err as a verb's return; reply is taken over and may be NULL. */
void ctl_finish(struct ctl_request *req, int err, json_t *reply);

/*
 * Tells every client that listens, and keeps the last ones for those that come later ("events since"). `data` is taken
 * over, may be NULL. Names: "channel-open", "channel-close", "guest-crash" ... listed in protocol.md.
 */
void ctl_event(const char *name, const char *device, json_t *data);

#endif
