// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test host's network adapter, whole, with a hostile guest and the peer behind it: packets of any content,
 * completions of
 * what was never sent, channels opened and closed at any moment, buffers torn down in use, time passing, verbs in
 * between.
 *
 * Judged: every range the guest is given lies in its receive buffer, and no section is given twice before it came back;
 * nothing is left over in the end (leak check).
 */
#include "fuzz.h"
#include "../host/test/net_guest.h"
#include "core/log.h"
#include "dev/net_offload.h"

#define CHANNELS 8
#define OUT_MAX 64

static uint8_t lent[NG_RECV_BYTES]; /* per byte of the receive buffer: with the guest */
static struct {
	struct vmb_channel *ch;
	uint64_t id;
	struct dbl_packet p;
} out[OUT_MAX];
static unsigned int outs;
static uint8_t mem[2048];
static struct device *dev;

/* The transfer is the guest's until it says otherwise. */
static void lend(struct vmb_channel *ch, const struct dbl_packet *p)
{
	const struct dbl_xfer *x = (const void *)p->data;
	const struct vmbus_xfer_range *r = (const void *)(x + 1);

	for (uint32_t i = 0; i < x->count; i++) {
		PROMISE(r[i].byte_count && (uint64_t)r[i].byte_offset + r[i].byte_count <= NG_RECV_BYTES);
		for (uint32_t b = r[i].byte_offset; b < r[i].byte_offset + r[i].byte_count; b += 64) {
			PROMISE(!lent[b]);
			lent[b] = 1;
		}
	}
	if (outs == OUT_MAX)
		return; /* never given back */
	out[outs].ch = ch;
	out[outs].id = p->trans_id;
	out[outs++].p = *p;
}

static void give_back(unsigned int i)
{
	const struct dbl_xfer *x = (const void *)out[i].p.data;
	const struct vmbus_xfer_range *r = (const void *)(x + 1);
	uint32_t m[2] = { NVSP_SEND_RNDIS_PKT_COMPLETE, NVSP_STAT_SUCCESS };

	for (uint32_t k = 0; k < x->count; k++)
		for (uint32_t b = r[k].byte_offset; b < r[k].byte_offset + r[k].byte_count; b += 64)
			lent[b] = 0;
	dbl_push(out[i].ch, VM_PKT_COMP, false, out[i].id, m, sizeof(m), NULL, 0);
	out[i] = out[--outs];
}

static void forget_all(void)
{
	outs = 0;
	memset(lent, 0, sizeof(lent));
}

static void run(void)
{
	static struct dbl_packet p;
	struct vmb_channel *ch;

	dbl_run(NULL);
	for (unsigned int i = 0; (ch = dbl_channel(i)); i++)
		while (dbl_pop(ch, &p))
			if (p.type == VM_PKT_DATA_USING_XFER_PAGES)
				lend(ch, &p);
}

static struct vmb_channel *some(uint8_t n)
{
	unsigned int count = dbl_channels();

	return count ? dbl_channel(n % count) : NULL;
}

/* A well-formed packet message round any frame: TCP, UDP, ARP of the peer's, by choice. */
static size_t shaped(struct input *in, uint8_t *to)
{
	static const uint8_t peer[6] = { 0x02, 0x15, 0x5D, 0x99, 0x00, 0x01 };
	static const uint8_t ports[4] = { 7, 9, 19, 67 };
	uint8_t f[600] = { 0 }, kind = take8(in);
	struct net_layers l;
	size_t len = take8(in) * 2u + 60;

	take(in, f + 14, len - 14);
	memcpy(f, peer, 6);
	f[12] = kind & 1 ? 0x86 : 8;
	f[13] = kind & 1 ? 0xDD : kind & 2 ? 6 : 0;
	if (f[12] == 8 && !f[13]) {
		f[14] = 0x45;
		f[16] = (uint8_t)((len - 14) >> 8);
		f[17] = (uint8_t)(len - 14);
		f[20] = f[21] = 0;
		f[23] = kind & 4 ? 6 : kind & 8 ? 17 : 1;
		if (kind & 16) { /* to a port that is served, from the same one every time */
			memcpy(f + 26, "\x0a\x63\0\2\x0a\x63\0\1\x77\0\0", 11);
			f[37] = ports[kind >> 5 & 3];
			f[46] = 5 << 4;
		}
	} else if (f[12] == 0x86) {
		f[14] = 0x60;
		f[18] = (uint8_t)((len - 54) >> 8);
		f[19] = (uint8_t)(len - 54);
		f[20] = kind & 4 ? 6 : kind & 8 ? 17 : 58;
	}
	if (net_layers(f, len, &l) && l.ip)
		net_sum_fill_all(f, &l);
	return ng_packet(to, f, len);
}

static void packet(struct input *in, struct vmb_channel *ch)
{
	static const uint16_t types[] = { VM_PKT_DATA_INBAND, VM_PKT_DATA_USING_GPA_DIRECT, VM_PKT_COMP, 8 };
	uint8_t how = take8(in), body[64];
	size_t len = take8(in) % sizeof(body);
	struct iovec iov = { mem, sizeof(mem) };

	take(in, body, len);
	if (how & 4)
		iov.iov_len = shaped(in, mem);
	else if (how & 8)
		take(in, mem, iov.iov_len = take8(in) * 4u);
	if (how & 16) {
		memcpy(ng_send, mem, sizeof(mem));
		memcpy(ng_send + 6144, mem, sizeof(mem));
	}
	dbl_push(ch, types[how & 3], how & 32, take32(in), body, len, (how & 3) == 1 ? &iov : NULL, (how & 3) == 1);
}

static void channel(struct input *in, struct vmb_channel *ch)
{
	uint8_t what = take8(in);

	if (what & 1) {
		dbl_open(ch);
	} else if (what & 2) {
		if (ch == dbl_channel(0))
			forget_all();
		dbl_close(ch);
	} else if (what & 4) {
		dbl_room(ch, take8(in) % 8);
	} else {
		dbl_room(ch, -1);
	}
}

static void bring_up(uint8_t how)
{
	static const uint32_t versions[] = { NVSP_VERSION_6_1, NVSP_VERSION_5, NVSP_VERSION_2, NVSP_VERSION_1 };
	struct ndis_offload_params o = { .ip4_csum = 4, .tcp4_csum = 4, .udp4_csum = how & 8 ? 0 : 4, .tcp6_csum = 4,
					 .lso2_ip4 = 2,
					 .lso2_ip6 = 2, .rsc_ip4 = how & 16 ? 2 : 0, .rsc_ip6 = how & 16 ? 2 : 0 };

	forget_all();
	dbl_close(dbl_channel(0));
	dbl_gpadls_forget();
	dbl_open(dbl_channel(0));
	ng_up(dbl_channel(0), versions[how & 3], 1500, NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_BROADCAST);
	forget_all();
	ng_control(dbl_channel(0), RNDIS_MSG_SET, OID_TCP_OFFLOAD_PARAMETERS, &o, sizeof(o));
	if (how & 4)
		ng_nvsp(dbl_channel(0), NVSP_SUBCHANNEL, 1, 2, 0, 0, true);
}

static void verb(uint8_t n)
{
	static const char *const what[][2] = {
		{ "link", "{\"state\":\"down\"}" }, { "link", "{\"state\":\"up\",\"speed\":100}" },
			{ "vf", "{\"state\":\"on\"}" },
		{ "gen", "{\"op\":\"start\",\"rate\":0,\"flows\":9,\"proto\":\"tcp\"}" },
			{ "gen", "{\"op\":\"stop\"}" },
		{ "stats", "{}" }, { "rss", "{}" }, { "filter", "{}" },
			{ "gen", "{\"op\":\"start\",\"rate\":5000,\"size\":1514}" },
	};
	json_t *reply = json_object();

	n %= sizeof(what) / sizeof(what[0]);
	dbl_verb(dev, what[n][0], what[n][1], reply);
	json_decref(reply);
}

static void step(struct input *in)
{
	uint8_t op = take8(in);
	struct vmb_channel *ch = some(take8(in));

	switch (op % 8) {
	case 0: case 1: case 2: packet(in, ch); break;
	case 3: channel(in, ch); break;
	case 4: bring_up(take8(in)); break;
	case 5: dbl_advance(take8(in) * 3000000ULL); break;
	case 6: verb(take8(in)); break;
	case 7:
		if (outs)
			give_back(op % outs);
		break;
	}
	run();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint8_t how = take8(&in);

	log_set_level(LOG_ERROR);
	if (device_create(how & 1 ? "net,peer,queues=3,loss=20" : how & 2 ?
			  "net,sink,queues=3,spoof=on" : "net,peer,queues=3,spoof=on"))
		abort();
	dev = device_find("net");
	forget_all();
	if (how & 4)
		bring_up(how >> 3);
	while (in.left && dbl_channels())
		step(&in);
	device_remove_all();
	dbl_reset();
	dbl_gpadls_forget();
	return 0;
}
