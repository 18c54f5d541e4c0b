// SPDX-License-Identifier: GPL-2.0-only
/* pure: receive segment coalescing (net_rsc.h). */
#include <wire/rndis.h>

#include "net_bytes.h"
#include "net_rsc.h"

#define TCP_PSH 0x08
#define TCP_ACK 0x10

bool net_rsc_fits(const uint8_t *frame, const struct net_layers *l, uint32_t sums)
{
	uint8_t flags;

	if (l->proto != IP_TCP || !l->payload || l->payload >= l->end || l->extended || !(sums & RNDIS_CSUM_RX_TCP_OK))
		return false;
	if (l->end > ETH_HEADER + NET_RSC_MAX)
		return false;
	if (l->ip == 4 && (l->l4 - l->l3 != 20 || !(sums & RNDIS_CSUM_RX_IP_OK)))
		return false;
	flags = frame[l->l4 + 13];
	return (flags & TCP_ACK) && !(flags & (uint8_t)~(TCP_ACK | TCP_PSH));
}

void net_rsc_start(struct net_rsc *r, const uint8_t *frame, const struct net_layers *l)
{
	memcpy(r->frame, frame, l->end);
	r->l = *l;
	r->len = l->end;
	r->segments = 1;
	r->next_seq = get_be32(frame + l->l4 + 4) + (uint32_t)(l->end - l->payload);
}

/* What may differ between two segments of one flow: lengths, id, checksums, sequence, acknowledgement, window, PSH. */
static bool same_flow(const struct net_rsc *r, const uint8_t *frame, const struct net_layers *l)
{
	const uint8_t *a = r->frame + l->l3, *b = frame + l->l3;
	const uint8_t *ta = r->frame + l->l4, *tb = frame + l->l4;

	if (l->ip != r->l.ip || l->l4 != r->l.l4 || l->payload != r->l.payload || memcmp(r->frame, frame, ETH_HEADER))
		return false;
	if (l->ip == 4 && (memcmp(a, b, 2) || memcmp(a + 6, b + 6, 4) || memcmp(a + 12, b + 12, 8)))
		return false;
	if (l->ip == 6 && (memcmp(a, b, 4) || memcmp(a + 6, b + 6, 34)))
		return false;
	return !memcmp(ta, tb, 4) && !memcmp(ta + 20, tb + 20, l->payload - l->l4 - 20);
}

bool net_rsc_add(struct net_rsc *r, const uint8_t *frame, const struct net_layers *l)
{
	size_t more = l->end - l->payload;
	uint8_t *tcp = r->frame + r->l.l4;

	if (!same_flow(r, frame, l) || get_be32(frame + l->l4 + 4) != r->next_seq || net_rsc_is_over(r))
		return false;
	if (more > sizeof(r->frame) - r->len)
		return false;
	memcpy(r->frame + r->len, frame + l->payload, more);
	memcpy(tcp + 8, frame + l->l4 + 8, 8); /* the latest acknowledgement, flags and window */
	r->len += more;
	r->next_seq += (uint32_t)more;
	r->segments++;
	return true;
}

bool net_rsc_is_over(const struct net_rsc *r)
{
	return r->frame[r->l.l4 + 13] & TCP_PSH;
}

void net_rsc_finish(struct net_rsc *r)
{
	uint8_t *ip = r->frame + r->l.l3;
	uint16_t sum;

	r->l.end = r->len;
	if (r->l.ip == 6) {
		put_be16(ip + 4, (uint16_t)(r->len - r->l.l3 - 40));
		return;
	}
	put_be16(ip + 2, (uint16_t)(r->len - r->l.l3));
	memset(ip + 10, 0, 2);
	sum = net_sum_done(net_sum(0, ip, 20));
	memcpy(ip + 10, &sum, 2);
}
