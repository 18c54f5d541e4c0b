/* SPDX-License-Identifier: GPL-2.0-only */
/* pure: receive side scaling (docs/wire/05 7.2): Toeplitz hash, the guest's key and indirection table. */
#ifndef HOST_NET_RSS_H
#define HOST_NET_RSS_H

#include <wire/rndis.h>

#include "net_offload.h"

#define NET_RSS_INPUT_MAX 36

struct net_rss {
	bool enabled;
	bool key_set;
	uint32_t hash_info;
	unsigned int entries; /* 0: no table yet */
	uint32_t table[NDIS_RSS_TABLE_ENTRIES];
	uint8_t key[NDIS_RSS_KEY_LEN];
	uint32_t xor_of[NET_RSS_INPUT_MAX][256]; /* what each value of each byte of the input adds to the hash */
};

/* The hash itself, bit by bit from its definition. len <= NET_RSS_INPUT_MAX. */
uint32_t net_toeplitz(const uint8_t *key, const uint8_t *data, size_t len);

void net_rss_reset(struct net_rss *r);
/* OID_GEN_RSS_PARAMETERS: the RNDIS status for the guest. Nothing is changed unless it is success. */
uint32_t net_rss_set(struct net_rss *r, const uint8_t *info, size_t len, unsigned int queues);
/* True when RSS is on and the frame has what the guest wants hashed. */
bool net_rss_hash(const struct net_rss *r, const uint8_t *frame, const struct net_layers *l, uint32_t *hash);
unsigned int net_rss_queue(const struct net_rss *r, uint32_t hash);

#endif
