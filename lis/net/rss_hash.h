/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: the hash by which the host chooses the queue of a received frame (docs/wire/05-network.md 7.2).
 */
#ifndef _LIS_RSS_HASH_H
#define _LIS_RSS_HASH_H

#include "pure.h"
#include <wire/rndis.h>

#define RSS_INPUT_MAX 36 /* two IPv6 addresses, two ports */

/* What each half of each input byte adds to the hash, under one key. */
struct rss_hash {
	u32 adds[2 * RSS_INPUT_MAX][16];
};

/* key: NDIS_RSS_KEY_LEN bytes. */
void rss_hash_prepare(struct rss_hash *h, const u8 *key);
/* len: at most RSS_INPUT_MAX; more is not looked at. Any context. */
u32 rss_hash(const struct rss_hash *h, const u8 *input, u32 len);

#endif
