// SPDX-License-Identifier: GPL-2.0-only
/* A hostile guest's network messages and frames, parser by parser. */
#include "fuzz.h"
#include "dev/net_bytes.h"
#include "dev/net_nvsp.h"
#include "dev/net_oid.h"
#include "dev/net_rndis.h"
#include "dev/net_rsc.h"

#define FRAME_MAX 4096

static uint8_t bytes[FRAME_MAX], out[FRAME_MAX + 64];
static struct net_adapter adapter;
static struct net_rsc rsc;

static void nvsp(size_t len)
{
	union nvsp_any m;
	struct nvsp_recv_section s;
	uint32_t status, v;

	if (nvsp_parse(bytes, len, &m))
		return;
	v = nvsp_choose(m.init.version_min, m.init.version_max, NVSP_VERSION_6_1, &status);
	PROMISE(!v == (status != NVSP_STAT_SUCCESS));
	v = nvsp_mtu(m.config.mtu, 9014);
	PROMISE(v >= NVSP_MTU_MIN && v <= 9014);
	if (nvsp_divide(m.config.mtu, v, m.init.version_min, &s))
		PROMISE((uint64_t)s.sub_size * s.sub_count <= m.config.mtu && s.sub_count >= 2);
}

static void rndis(size_t len)
{
	struct rndis_piece p;
	struct rndis_frame f;
	size_t at = 0, before = 0;

	while (rndis_next(bytes, len, &at, &p) > 0) {
		PROMISE(at > before && at <= len && p.len >= sizeof(struct rndis_hdr) && p.msg + p.len == bytes + at);
		before = at;
		if (!rndis_parse_packet(p.msg, p.len, &f))
			PROMISE(f.data >= p.msg + sizeof(struct rndis_packet) && f.data + f.len <= p.msg + p.len);
	}
}

static void control(struct input *in)
{
	uint8_t reply[NET_REPLY_MAX];
	size_t len;
	int n;

	adapter.mtu = 1514;
	adapter.speed = 1000000000;
	adapter.queues = 1 + take8(in) % 8;
	adapter.nvsp = NVSP_VERSION_6_1;
	adapter.ndis = 0x6001E;
	adapter.can_csum = adapter.can_udp = adapter.can_lso = adapter.can_rsc = adapter.can_rss = true;
	adapter.spoofing = true;
	net_adapter_reset(&adapter);
	adapter.initialized = true;
	while (in->left) {
		len = take8(in) * 4u;
		take(in, bytes, len);
		n = net_control(&adapter, bytes, len, reply);
		PROMISE(n < 0 || n == 0 || (n >= 12 && n <= NET_REPLY_MAX && get_le32(reply + 4) == (uint32_t)n));
		PROMISE(adapter.multicast_count <= NET_MULTICAST_MAX);
		for (unsigned int i = 0; i < adapter.rss.entries; i++)
			PROMISE(adapter.rss.table[i] < adapter.queues);
		PROMISE(net_rss_queue(&adapter.rss, 0x12345678) < adapter.queues);
	}
}

static void layers_hold(const struct net_layers *l, size_t len)
{
	PROMISE(l->end <= len);
	PROMISE(!l->ip || (l->l3 == ETH_HEADER && l->l4 > l->l3 && l->l4 <= l->end));
	PROMISE(!l->payload || (l->payload > l->l4 && l->payload <= l->end));
}

static void frame(size_t len, uint32_t ppi, uint32_t hash_info)
{
	struct net_layers l;
	struct net_lso lso;
	uint32_t hash, sums;
	size_t n, sum = 0;

	if (!net_layers(bytes, len, &l))
		return;
	layers_hold(&l, len);
	adapter.rss.enabled = true;
	adapter.rss.hash_info = hash_info;
	if (!l.ip)
		return;
	net_rss_hash(&adapter.rss, bytes, &l, &hash);
	sums = net_sum_verify(bytes, &l);
	if (net_rsc_fits(bytes, &l, sums)) {
		rsc.segments = 0;
		net_rsc_start(&rsc, bytes, &l);
		PROMISE(!net_rsc_add(&rsc, bytes, &l));
		net_rsc_finish(&rsc);
		PROMISE(rsc.len == l.end);
	}
	if (net_lso_begin(&lso, bytes, len, ppi) != NET_OFFLOAD_BAD)
		while ((n = net_lso_next(&lso, out, sizeof(out)))) {
			struct net_layers s;

			PROMISE(net_layers(out, n, &s) && s.end == n);
			PROMISE(!(net_sum_verify(out, &s) & (RNDIS_CSUM_RX_TCP_FAILED | RNDIS_CSUM_RX_IP_FAILED)));
			sum += n - l.payload;
			PROMISE(sum <= len);
		}
	if (net_sum_transmit(bytes, len, ppi) == NET_OFFLOAD_OK && (ppi & (RNDIS_CSUM_TX_TCP | RNDIS_CSUM_TX_UDP)))
		PROMISE(!(net_sum_verify(bytes, &l) & (RNDIS_CSUM_RX_TCP_FAILED)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint8_t what = take8(&in);
	uint32_t ppi = take32(&in), info = take32(&in);
	size_t len = in.left < FRAME_MAX ? in.left : FRAME_MAX;

	if (what % 4 == 2) {
		control(&in);
		return 0;
	}
	take(&in, bytes, len);
	if (what % 4 == 0)
		nvsp(len);
	else if (what % 4 == 1)
		rndis(len);
	else
		frame(len, ppi, info);
	return 0;
}
