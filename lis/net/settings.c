// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: what is asked of the host and set there once RNDIS runs (docs/wire/05-network.md 6.3, 7).
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "netvsc.h"

int nv_query_mac(struct nv_net *nv, u8 *mac)
{
	u32 len = ETH_ALEN;
	int ret = nv_query(nv, OID_802_3_PERMANENT_ADDRESS, NULL, 0, mac, &len);

	if (!ret && (len < ETH_ALEN || !is_valid_ether_addr(mac)))
		ret = -EINVAL;
	return ret;
}

/* The largest payload of a frame. A host that does not say takes what was asked for. */
void nv_query_max_frame(struct nv_net *nv)
{
	u32 value = 0, len = sizeof(value);

	nv->host_mtu = NV_MTU_MAX;
	if (!nv_query(nv, OID_GEN_MAXIMUM_FRAME_SIZE, NULL, 0, &value, &len) && len == sizeof(value) &&
	    value >= NV_MTU_MIN)
		nv->host_mtu = value;
}

/* State and speed of the link. */
int nv_query_link(struct nv_net *nv)
{
	u32 value = 0, len = sizeof(value);
	int ret = nv_query(nv, OID_GEN_MEDIA_CONNECT_STATUS, NULL, 0, &value, &len);

	if (ret)
		return ret;
	if (len < sizeof(value))
		return -EINVAL;
	spin_lock_bh(&nv->link_lock);
	nv->link_up = value == NDIS_MEDIA_CONNECTED;
	spin_unlock_bh(&nv->link_lock);
	value = 0;
	len = sizeof(value);
	/* In units of 100 bit/s; not every host has it. */
	if (!nv_query(nv, OID_GEN_LINK_SPEED, NULL, 0, &value, &len) && len == sizeof(value))
		WRITE_ONCE(nv->link_speed, value / 10000);
	return 0;
}

/* Leaves host_queues at 1 when there is no receive side scaling. */
void nv_query_rss(struct nv_net *nv)
{
	struct ndis_rss_caps caps, answer;
	u32 len = sizeof(answer), queues, entries;

	nv->host_queues = 1;
	nv->table_entries = NDIS_RSS_TABLE_ENTRIES;
	if (nv->version < NVSP_VERSION_5)
		return;
	ndis_build_rss_query(&caps);
	memset(&answer, 0, sizeof(answer));
	if (nv_query(nv, OID_GEN_RSS_CAPABILITIES, &caps, sizeof(caps), &answer, &len))
		return;
	if (ndis_take_rss(&answer, len, &queues, &entries))
		return;
	nv->host_queues = queues;
	nv->table_entries = entries;
}

int nv_query_abilities(struct nv_net *nv)
{
	struct ndis_offload ask, answer;
	u32 ask_len, len = sizeof(answer);
	int ret;

	ask_len = ndis_build_offload_query(&ask, nv->version);
	memset(&answer, 0, sizeof(answer));
	ret = nv_query(nv, OID_TCP_OFFLOAD_HARDWARE_CAPABILITIES, &ask, ask_len, &answer, &len);
	/* Without an answer that makes sense everything is done in software. */
	if (ret || ndis_take_abilities(&answer, len, nv->version, &nv->abilities))
		memset(&nv->abilities, 0, sizeof(nv->abilities));
	return ret == -ENODEV || ret == -ETIMEDOUT ? ret : 0;
}

/**
 * nv_set_offloads() - switch on what the host can do
 * @nv: a connected adapter whose abilities are known
 * @rsc: whether it may coalesce received segments
 *
 * Sleeps. Return: as nv_set(). Spec: docs/wire/05-network.md 7.4.
 */
int nv_set_offloads(struct nv_net *nv, bool rsc)
{
	struct ndis_offload_params p;
	u32 len = ndis_build_offload(&p, nv->version, &nv->abilities, rsc);

	return nv_set(nv, OID_TCP_OFFLOAD_PARAMETERS, &p, len);
}

/* Spread the table evenly over the queues in use, unless the user made one that still fits. */
void nv_default_table(struct nv_net *nv)
{
	struct nv_settings *s = &nv->set;
	bool fits = !s->table_queues;
	u32 i;

	for (i = 0; i < nv->table_entries; i++)
		fits &= s->table[i] < nv->queue_count;
	if (fits || s->table_queues == nv->queue_count)
		return;
	for (i = 0; i < NDIS_RSS_TABLE_ENTRIES; i++)
		s->table[i] = i % nv->queue_count;
	s->table_queues = nv->queue_count;
}

/**
 * nv_set_rss() - give the host table and key
 * @nv: a connected adapter with more than one queue
 *
 * Sleeps. The table is switched off first: hosts begin to send hash values after that only. Return: as nv_set().
 * Spec: docs/wire/05-network.md 7.2.
 */
int nv_set_rss(struct nv_net *nv)
{
	const struct nv_settings *s = &nv->set;
	struct ndis_rss_set *set = kmalloc(sizeof(*set), GFP_KERNEL);
	u32 len;
	int ret;

	if (!set)
		return -ENOMEM;
	rss_hash_prepare(&nv->rss, s->key);
	len = ndis_build_rss(set, true, s->hash_info, s->table, nv->table_entries, s->key);
	ret = nv_set(nv, OID_GEN_RSS_PARAMETERS, set, len);
	if (!ret) {
		len = ndis_build_rss(set, false, s->hash_info, s->table, nv->table_entries, s->key);
		ret = nv_set(nv, OID_GEN_RSS_PARAMETERS, set, len);
	}
	kfree(set);
	return ret;
}

/* The host takes it only where the machine's settings allow spoofed addresses. */
int nv_set_mac(struct nv_net *nv, const u8 *mac)
{
	u8 info[NDIS_MAC_PARAMETER_LEN];

	return nv_set(nv, OID_GEN_RNDIS_CONFIG_PARAMETER, info, ndis_build_mac(info, mac));
}
