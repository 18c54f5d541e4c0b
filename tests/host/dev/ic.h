/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all integration components share: the offer, the negotiation of versions, requests and their answers
 * (docs/wire/03-integration-components.md 1, 2). One request is with the guest at a time; more wait in a queue.
 */
#ifndef HOST_DEV_IC_H
#define HOST_DEV_IC_H

#include "core/device.h"
#include "core/loop.h"
#include "ctl/ctl.h"
#include "dev/ic_parse.h"
#include "vmbus/vmbus.h"

struct ic;

struct ic_class {
	const char *class_guid, *instance_guid; /* 1; the instance is that of the first device of the type */
	uint16_t msg_type;
	const char *framework, *versions; /* offered by default: "1.0+3.0" */
	/* Versions are agreed; not called when the guest refuses them. May be NULL. */
	void (*agreed)(struct ic *ic);
	/* The guest closed the channel, or is gone; requests have been ended before. May be NULL. */
	void (*closed)(struct ic *ic);
};

/* How a request ended. err: 0, -ETIMEDOUT, -ENOTCONN (channel closed), -EPROTO; the answer is valid with 0 only. */
typedef void (*ic_done_fn)(struct ic *ic, int err, const struct ic_answer *answer, void *arg);

struct ic_request;

struct ic {
	struct device *d;
	const struct ic_class *class;
	struct vmb_channel *ch;
	struct ic_versions framework_offered, message_offered;
	bool negotiating, is_agreed, refused;
	uint32_t framework, message; /* agreed: IC_VERSION() */
	uint64_t next_id, negotiate_id;
	struct ic_request *first; /* the head is with the guest when `sent` */
	struct loop_timer timer;
	uint64_t requests, answers, timeouts, late, violations, negotiations, room_waits;
	void *priv;
};

#define IC_KEYS "framework=V+V...   versions of the framework offered\n" \
		"versions=V+V...    versions of the service offered\n"
#define IC_HELP_VERBS { "renegotiate", "offers the versions again", ic_do_renegotiate }

/* Takes framework=, versions= and the instance; offers the channel. Calls opts_done(). 0 or -errno after a complaint. */
int ic_create(struct ic *ic, struct device *d, struct opts *o, const struct ic_class *class, void *priv);
/* Ends all requests with -ENOTCONN, rescinds. */
void ic_destroy(struct ic *ic);
void ic_reset(struct ic *ic);
void ic_counters(const struct ic *ic, json_t *out);

/*
 * Asks the guest. done() is called once, never from in here. timeout_ns counts from when the request is sent; 0: none.
 * -ENOTCONN when no versions are agreed, -EMSGSIZE, -ENOMEM.
 */
int ic_ask(struct ic *ic, const void *body, size_t len, uint64_t timeout_ns, ic_done_fn done, void *arg);
/* As above for a verb; says why by ctl_why() when it fails. */
int ic_verb_ask(struct ic *ic, struct ctl_request *req, const void *body, size_t len, uint64_t timeout_ns, ic_done_fn done,
		void *arg);
/* Nothing is with the guest and nothing waits. */
bool ic_idle(const struct ic *ic);

/* A packet that breaks the protocol: counted, logged, an event. */
void ic_violation(struct ic *ic, const char *what);
/* "3.0" */
const char *ic_version_text(uint32_t version, char buf[16]);
/* The status of an answer in words, for error replies. */
const char *ic_status_text(uint32_t status, char buf[64]);
/* The usual end of a verb whose answer has only a status: ctl_finish() with what it means. */
void ic_finish_status(struct ctl_request *req, int err, const struct ic_answer *answer, json_t *reply);

int ic_do_renegotiate(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req);

/* A device whose priv begins with its struct ic. */
static inline struct ic *device_ic(struct device *d)
{
	return d->priv;
}

/* Text of a GUID into wire order; for constants. */
void ic_guid(const char *text, struct hvw_guid *out);

#endif
