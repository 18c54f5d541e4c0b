/* SPDX-License-Identifier: GPL-2.0-only */
/* pure: OIDs one by one, behind net_oid.h. Both return the RNDIS status for the guest. */
#ifndef HOST_NET_OID_TABLES_H
#define HOST_NET_OID_TABLES_H

#include "net_oid.h"

struct net_answer {
	uint8_t *out;
	size_t max;
	size_t len;
};

uint32_t net_oid_query(struct net_adapter *a, uint32_t oid, struct net_answer *answer);
uint32_t net_oid_set(struct net_adapter *a, uint32_t oid, const uint8_t *info, size_t len);

#endif
