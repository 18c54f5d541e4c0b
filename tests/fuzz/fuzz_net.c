// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a network host sends: the first byte chooses the parser, the rest is its message. NVSP answers and in-band
 * messages, transfers, RNDIS control messages, packets with what travels beside them, NDIS objects.
 */
#include "fuzz.h"
#include "../../lis/net/ndis_obj.h"
#include "../../lis/net/nvsp_msg.h"
#include "../../lis/net/rndis_msg.h"
#include "../../lis/net/rndis_packet.h"

#define MAX 4400

/* A copy of exactly len bytes, so that a read behind it is seen. */
static u8 *copy(struct input *in, u32 *len)
{
	u8 *p;

	*len = in->left < MAX ? (u32)in->left : MAX;
	p = malloc(*len ? *len : 1);
	if (!p)
		abort();
	take(in, p, *len);
	return p;
}

static u32 version(struct input *in)
{
	u32 n = take8(in) % 7, v = 0;

	while (n--)
		v = nvsp_next_version(v);
	return v;
}

static void nvsp(struct input *in)
{
	u32 v = version(in), size = take32(in) % (NVSP_RECV_BUF_MAX + 1), granted = 0, len, serial, i;
	u32 table[NVSP_SEND_TABLE_COUNT];
	struct nvsp_sections s;
	u8 *m = copy(in, &len);
	bool flag;

	nvsp_check_init(m, len);
	if (!nvsp_check_recv_buf(m, len, size, &s))
		PROMISE(s.count && s.size >= NVSP_SECTION_MIN && (u64)s.size * s.count <= size);
	if (!nvsp_check_send_buf(m, len, size, &s))
		PROMISE(s.count && s.size >= NVSP_SECTION_MIN && (u64)s.size * s.count <= size);
	if (!nvsp_check_subchannel(m, len, 7, &granted))
		PROMISE(granted <= 7);
	for (i = 0; i < NVSP_SEND_TABLE_COUNT; i++)
		table[i] = 0;
	nvsp_check_table(m, len, v, table);
	PROMISE(nvsp_table_spread(table) <= NVSP_SEND_TABLE_COUNT);
	nvsp_check_vf(m, len, &flag, &serial);
	nvsp_check_data_path(m, len, &flag);
	nvsp_sent_well(m, len);
	nvsp_type(m, len);
	free(m);
}

static void transfer(struct input *in)
{
	u32 header_len = take32(in), size = take32(in), sub = take32(in), len;
	struct vmbus_xfer_range r;
	struct nvsp_transfer t;
	u8 hdr[NVSP_TRANSFER_HDR];
	u8 *m;

	take(in, hdr, sizeof(hdr));
	take(in, &r, sizeof(r));
	if (nvsp_range_ok(&r, size, sub))
		PROMISE((u64)r.byte_offset + r.byte_count <= size && r.byte_count <= sub);
	m = copy(in, &len);
	if (len >= NVSP_TRANSFER_PAYLOAD && !nvsp_check_transfer(hdr, header_len, m, len, &t))
		PROMISE((u64)t.range_count * sizeof(r) + NVSP_TRANSFER_HDR <= header_len);
	free(m);
}

static void control(struct input *in)
{
	struct rndis_control c;
	u32 len;
	u8 *m = copy(in, &len);
	int ret;

	if (len > RNDIS_CONTROL_MAX)
		len = RNDIS_CONTROL_MAX;
	ret = rndis_check_control(m, len, &c);
	PROMISE(ret == 0 || ret == -EINVAL || ret == -ENOMSG || ret == -EOVERFLOW);
	if (!ret || ret == -EOVERFLOW)
		PROMISE((u64)c.info_offset + c.info_len <= len);
	if (!ret && c.type == RNDIS_MSG_INIT_C)
		PROMISE(c.max_packets && c.align && !(c.align & (c.align - 1)) && c.align <= 128);
	free(m);
}

static void packets(struct input *in)
{
	struct rndis_rsc rsc = { false, 0, 0 };
	struct rndis_packet p;
	struct rndis_rx rx;
	u32 range, len, n;
	u64 bytes = 0;
	u8 *ppi;

	for (n = 0; n < 40 && in->left; n++) {
		range = take32(in);
		take(in, &p, sizeof(p));
		if (rndis_check_packet(&p, range, &rx))
			continue;
		PROMISE(rx.data_offset >= sizeof(p) && (u64)rx.data_offset + rx.data_len <= range && rx.data_len);
		PROMISE(!rx.ppi_len || (rx.ppi_offset >= sizeof(p) && (u64)rx.ppi_offset + rx.ppi_len <= range));
		PROMISE(rx.ppi_len <= RNDIS_PPI_MAX);
		len = rx.ppi_len < in->left ? rx.ppi_len : (u32)in->left;
		ppi = malloc(len ? len : 1);
		if (!ppi)
			abort();
		take(in, ppi, len);
		if (!rndis_take_ppi(ppi, len, &rx)) {
			switch (rndis_rsc_step(&rsc, &rx)) {
			case RNDIS_RSC_FIRST:
			case RNDIS_RSC_SINGLE:
				bytes = rx.data_len;
				PROMISE(rsc.count == 1 && rsc.bytes == bytes);
				break;
			case RNDIS_RSC_MORE:
			case RNDIS_RSC_WHOLE:
				bytes += rx.data_len;
				PROMISE(rsc.count > 1 && rsc.count <= RNDIS_RSC_FRAGMENTS_MAX && rsc.bytes == bytes);
				PROMISE(bytes <= 65553);
				break;
			case RNDIS_RSC_ALONE:
			case RNDIS_RSC_BAD:
				PROMISE(!rsc.open);
			}
		}
		free(ppi);
	}
}

static void objects(struct input *in)
{
	u32 v = version(in), queues, entries, len;
	struct ndis_offload_params p;
	struct ndis_abilities a;
	u8 *m = copy(in, &len);

	if (!ndis_take_abilities(m, len, v, &a)) {
		PROMISE(!a.lso_max == !(a.lso4 || a.lso6));
		PROMISE((!a.lso4 || a.tcp4_csum) && (!a.lso6 || a.tcp6_csum));
		PROMISE(v > NVSP_VERSION_4 || !(a.udp4_csum || a.udp6_csum));
		PROMISE(ndis_build_offload(&p, v, &a, true) <= sizeof(p));
	}
	if (!ndis_take_rss(m, len, &queues, &entries))
		PROMISE(queues && entries && entries <= NDIS_RSS_TABLE_ENTRIES && !(entries & (entries - 1)));
	free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const parsers[])(struct input *) = { nvsp, transfer, control, packets, objects };
	struct input in = { data, size };

	parsers[take8(&in) % ARRAY_SIZE(parsers)](&in);
	return 0;
}
