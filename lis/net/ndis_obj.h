/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: NDIS objects, what queries bring and sets carry (docs/wire/05-network.md 7).
 */
#ifndef _LIS_NDIS_OBJ_H
#define _LIS_NDIS_OBJ_H

#include "pure.h"
#include <wire/nvsp.h>
#include <wire/rndis.h>

/* What the host offers to do, as far as this driver uses it. */
struct ndis_abilities {
	bool tcp4_csum, udp4_csum, tcp6_csum, udp6_csum; /* both directions */
	bool lso4, lso6;
	u32 lso_max; /* bytes of a large send; 0 without */
	bool rsc; /* IPv4 and IPv6 */
};

/* Queries: the header the host wants to see in the information buffer. Return its bytes. */
u32 ndis_build_offload_query(struct ndis_offload *o, u32 nvsp_version);
u32 ndis_build_rss_query(struct ndis_rss_caps *c);

/* Answers, private copies of len bytes. 0 or -EINVAL. */
int ndis_take_abilities(const void *info, u32 len, u32 nvsp_version, struct ndis_abilities *out);
/* *queues: at least 1; *entries: of the indirection table, at most NDIS_RSS_TABLE_ENTRIES and a power of two. */
int ndis_take_rss(const void *info, u32 len, u32 *queues, u32 *entries);

/* What is to be switched on: the abilities, and of them RSC only if wanted. Return the bytes to send. */
u32 ndis_build_offload(struct ndis_offload_params *p, u32 nvsp_version, const struct ndis_abilities *a, bool rsc);

struct ndis_rss_set {
	struct ndis_rss_params params;
	u32 table[NDIS_RSS_TABLE_ENTRIES];
	u8 key[NDIS_RSS_KEY_LEN];
} __attribute__((packed));

/* hash_info: NDIS_HASH_...; disable: nothing else counts. Return the bytes to send. */
u32 ndis_build_rss(struct ndis_rss_set *s, bool disable, u32 hash_info, const u32 *table, u32 entries, const u8 *key);

#define NDIS_MAC_PARAMETER_LEN 72
/* The configuration parameter "NetworkAddress" (7.5). Return NDIS_MAC_PARAMETER_LEN. */
u32 ndis_build_mac(u8 *buf, const u8 *mac);

#endif
