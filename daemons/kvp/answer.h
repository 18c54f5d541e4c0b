/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: a request of the driver's becomes an operation, and its outcome the answer (docs/wire/03 6.4, 7.1). All
 * that is the host's is checked here.
 */
#ifndef _KVP_ANSWER_H
#define _KVP_ANSWER_H

#include <stdbool.h>
#include "kvp/ip.h"
#include "kvp/record.h"

/*
 * What is done where. 0 or -errno: -ENOENT: no such item, -EINVAL, -E2BIG: the host's mistake, -ENODEV: no such
 * adapter.
 */
struct kvp_store {
	void *ctx;
	int (*get)(void *ctx, unsigned int pool, const char *key, char *value);
	int (*set)(void *ctx, unsigned int pool, const char *key, const char *value);
	int (*del)(void *ctx, unsigned int pool, const char *key);
	int (*at)(void *ctx, unsigned int pool, __u32 index, char *key, char *value);
	int (*get_ip)(void *ctx, const char *adapter, unsigned int family, struct kvp_daemon_ip *ip);
	int (*set_ip)(void *ctx, const char *adapter, const struct ip_config *c);
};

/* The status a host gets for an outcome. */
__u32 kvp_status(int err);

/*
 * Answers a whole message (sizeof(struct kvp_daemon_msg) bytes) in place. stock_get: the driver takes the value of
 * a GET from where an ENUMERATE has it (7.1, the second fault of the stock pair). Returns the status that went into
 * the answer.
 */
__u32 kvp_answer(struct kvp_daemon_msg *m, const struct kvp_store *store, bool stock_get);

#endif
