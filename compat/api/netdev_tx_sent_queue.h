/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       netdev_tx_sent_queue
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * since:     v3.3 commit unverified ("net: Add BQL support")
 * serves:    vanilla 3.0, el6.3 (2.6.32)
 * drop-when: baseline >= 3.3
 * probe:     decl netdev_tx_sent_queue
 * force:     no, limits that are told nothing stop a queue for ever
 * old:       struct netdev_queue;
 * new:       struct netdev_queue; void netdev_tx_sent_queue(struct netdev_queue *q, unsigned int bytes);
 */
#ifndef KIT_HAVE_NETDEV_TX_SENT_QUEUE
/* Queues have no byte limits: there is nobody to tell. */
#define netdev_tx_sent_queue(q, bytes) ((void)(q), (void)(bytes))
#define netdev_tx_completed_queue(q, packets, bytes) ((void)(q), (void)(packets), (void)(bytes))
#define netdev_tx_reset_queue(q) ((void)(q))
#endif

struct netdev_queue; /* unknown to 2.6.18, which has no use for what follows */

/* A queue with fewer bytes than that under way is not stopped by its limits. */
static inline void kit_txq_limit_least(struct netdev_queue *q, unsigned int bytes)
{
#ifdef CONFIG_BQL
	q->dql.min_limit = bytes;
#endif
}
