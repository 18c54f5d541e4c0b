// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: what the host is asked to do with a frame, and which queue it goes by (docs/wire/05-network.md 5.6, 8.1-8.4).
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/kernel.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip6_checksum.h>
#include "netvsc.h"

#define TRANSPORT_OFFSET_MAX 0x3FF

/*
 * A tag inside the frame, from a packet socket for example: the switch may drop such frames, so it travels beside it
 * (8.3). Return: 0, or -ENOMEM.
 */
static int nv_tx_untag(struct sk_buff *skb)
{
	struct vlan_ethhdr *v;
	u16 tci;

	if (skb_vlan_tag_present(skb) || skb->protocol != htons(ETH_P_8021Q) || skb_headlen(skb) < VLAN_ETH_HLEN)
		return 0;
	if (skb_cow_head(skb, 0))
		return -ENOMEM;
	v = (struct vlan_ethhdr *)skb->data;
	if (v->h_vlan_proto != htons(ETH_P_8021Q))
		return 0;
	tci = ntohs(v->h_vlan_TCI);
	skb->protocol = v->h_vlan_encapsulated_proto;
	memmove(skb->data + VLAN_HLEN, skb->data, 2 * ETH_ALEN);
	__skb_pull(skb, VLAN_HLEN);
	skb_reset_mac_header(skb);
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), tci);
	return 0;
}

/* ---- segmentation ---- */

static int nv_tx_lso(struct sk_buff *skb, struct rndis_tx *tx)
{
	u32 offset = skb_transport_offset(skb);
	bool ip6 = skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6;

	if (offset > TRANSPORT_OFFSET_MAX || skb_cow_head(skb, 0))
		return -EINVAL;
	if (ip6) {
		ipv6_hdr(skb)->payload_len = 0;
		tcp_hdr(skb)->check = ~csum_ipv6_magic(&ipv6_hdr(skb)->saddr, &ipv6_hdr(skb)->daddr, 0, IPPROTO_TCP, 0);
	} else {
		ip_hdr(skb)->tot_len = 0;
		ip_hdr(skb)->check = 0;
		tcp_hdr(skb)->check = ~csum_tcpudp_magic(ip_hdr(skb)->saddr, ip_hdr(skb)->daddr, 0, IPPROTO_TCP, 0);
	}
	tx->want |= RNDIS_TX_LSO;
	tx->lso = rndis_tx_lso(ip6, skb_shinfo(skb)->gso_size, offset);
	return 0;
}

/* ---- checksums ---- */

static bool nv_tx_host_sums(const struct ndis_abilities *a, bool ip6, bool udp)
{
	if (udp)
		return ip6 ? a->udp6_csum : a->udp4_csum;
	return ip6 ? a->tcp6_csum : a->tcp4_csum;
}

static int nv_tx_csum(struct nv_net *nv, struct sk_buff *skb, struct rndis_tx *tx)
{
	bool ip6 = skb->protocol == htons(ETH_P_IPV6);
	bool udp = skb->csum_offset == offsetof(struct udphdr, check);
	bool known = ip6 || skb->protocol == htons(ETH_P_IP);
	u32 offset = skb_checksum_start_offset(skb);

	/* Where the sum goes tells TCP from UDP, whatever headers there are before it. */
	known = known && (udp || skb->csum_offset == offsetof(struct tcphdr, check));
	if (!known || offset > TRANSPORT_OFFSET_MAX || !nv_tx_host_sums(&nv->abilities, ip6, udp))
		return skb_checksum_help(skb);
	tx->want |= RNDIS_TX_CSUM;
	tx->csum = rndis_tx_csum(ip6, udp, offset);
	return 0;
}

/**
 * nv_tx_prepare() - find out what goes beside a frame
 * @nv: the adapter
 * @skb: the frame; its headers are made what the host expects. May be done twice.
 * @tx: filled
 *
 * Softirq. Return: skb, or NULL when it had to be dropped. Spec: docs/wire/05-network.md 8.1-8.4.
 */
struct sk_buff *nv_tx_prepare(struct nv_net *nv, struct sk_buff *skb, struct rndis_tx *tx)
{
	int ret;

	memset(tx, 0, sizeof(*tx));
	ret = skb->len < ETH_HLEN ? -EINVAL : nv_tx_untag(skb);
	if (!ret && skb_is_gso(skb))
		ret = nv_tx_lso(skb, tx);
	else if (!ret && skb->ip_summed == CHECKSUM_PARTIAL)
		ret = nv_tx_csum(nv, skb, tx);
	if (ret) {
		dev_kfree_skb_any(skb);
		return NULL;
	}
	if (skb_vlan_tag_present(skb)) {
		tx->want |= RNDIS_TX_VLAN;
		tx->vlan_tci = skb_vlan_tag_get(skb);
	}
	if (nv->queue_count > 1) {
		tx->want |= RNDIS_TX_HASH;
		tx->hash = skb_get_hash(skb);
	}
	return skb;
}

/**
 * nv_features_check() - ndo_features_check
 *
 * The offset of the transport header has ten bits.
 */
netdev_features_t nv_features_check(struct sk_buff *skb, struct net_device *ndev, netdev_features_t features)
{
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_start_offset(skb) > TRANSPORT_OFFSET_MAX)
		features &= ~(NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM | NETIF_F_GSO_MASK);
	return vlan_features_check(skb, features);
}

/* ---- the queue ---- */

#define NV_NO_QUEUE (~0U)

/* Does the host hash ports of this protocol? tcp, udp: the bits that say so. */
static bool nv_hashes_ports(u32 hash_info, u8 protocol, u32 tcp, u32 udp)
{
	return (protocol == IPPROTO_TCP && hash_info & tcp) || (protocol == IPPROTO_UDP && hash_info & udp);
}

/* Of a flow's answers, what the host hashes, in flow: both ends swapped. Return its bytes, 0: ports are not hashed. */
static u32 nv_flow4(const struct sk_buff *skb, int at, u32 hash_info, u8 *flow)
{
	struct {
		struct iphdr ip;
		__be16 ports[2];
	} room;
	const u8 *packet = skb_header_pointer(skb, at, sizeof(room), &room);
	const struct iphdr *ip = (const struct iphdr *)packet;

	if (!ip || ip->version != 4 || ip->ihl != 5 || ip->frag_off & htons(IP_MF | IP_OFFSET) ||
	    !nv_hashes_ports(hash_info, ip->protocol, NDIS_HASH_TCP_IPV4, NDIS_HASH_UDP_IPV4))
		return 0;
	memcpy(flow, &ip->daddr, 4);
	memcpy(flow + 4, &ip->saddr, 4);
	memcpy(flow + 8, packet + sizeof(*ip) + 2, 2);
	memcpy(flow + 10, packet + sizeof(*ip), 2);
	return 12;
}

static u32 nv_flow6(const struct sk_buff *skb, int at, u32 hash_info, u8 *flow)
{
	struct {
		struct ipv6hdr ip;
		__be16 ports[2];
	} room;
	const u8 *packet = skb_header_pointer(skb, at, sizeof(room), &room);
	const struct ipv6hdr *ip = (const struct ipv6hdr *)packet;

	if (!ip || ip->version != 6 ||
	    !nv_hashes_ports(hash_info, ip->nexthdr, NDIS_HASH_TCP_IPV6, NDIS_HASH_UDP_IPV6))
		return 0;
	memcpy(flow, &ip->daddr, 16);
	memcpy(flow + 16, &ip->saddr, 16);
	memcpy(flow + 32, packet + sizeof(*ip) + 2, 2);
	memcpy(flow + 34, packet + sizeof(*ip), 2);
	return 36;
}

/*
 * The queue by which the host sends what answers a frame, or NV_NO_QUEUE. A flow that comes and goes by one queue has
 * one poller, which takes completions and answers together: half the interrupts of one that uses two.
 */
static u32 nv_queue_of_answers(const struct nv_net *nv, const struct sk_buff *skb)
{
	u32 hash_info = READ_ONCE(nv->set.hash_info), len = 0;
	int at = skb_network_offset(skb);
	u8 flow[RSS_INPUT_MAX];

	if (at < 0 || (u32)at > skb->len)
		return NV_NO_QUEUE;
	if (skb->protocol == htons(ETH_P_IP))
		len = nv_flow4(skb, at, hash_info, flow);
	else if (skb->protocol == htons(ETH_P_IPV6))
		len = nv_flow6(skb, at, hash_info, flow);
	if (!len)
		return NV_NO_QUEUE;
	return READ_ONCE(nv->set.table[rss_hash(&nv->rss, flow, len) & (nv->table_entries - 1)]);
}

/* A table with uneven shares is a wish of the host's that only its own use fulfils. */
static bool nv_may_choose(const struct nv_net *nv, u32 count)
{
	return !READ_ONCE(nv->send_table_set) ||
	       READ_ONCE(nv->send_spread) >= min_t(u32, count, NVSP_SEND_TABLE_COUNT);
}

/**
 * nv_pick_queue() - the queue a frame goes by
 * @nv: the adapter
 * @skb: the frame
 *
 * That of its answers, if the host hashes ports and wants the queues used evenly; else by its hash, or by what the
 * host's table makes of that. Any context.
 */
u16 nv_pick_queue(struct nv_net *nv, struct sk_buff *skb)
{
	u32 count = READ_ONCE(nv->ndev->real_num_tx_queues);
	u32 queue, hash;

	if (count < 2)
		return 0;
	queue = nv_may_choose(nv, count) ? nv_queue_of_answers(nv, skb) : NV_NO_QUEUE;
	if (queue < count)
		return queue;
	hash = skb_get_hash(skb);
	if (READ_ONCE(nv->send_table_set))
		return READ_ONCE(nv->send_table[hash % NVSP_SEND_TABLE_COUNT]) % count;
	return hash % count;
}
