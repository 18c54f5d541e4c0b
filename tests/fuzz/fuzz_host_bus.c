// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hostile guest against the whole VMBus server: messages in any order and form, signals, memory changed under the host's
 * feet, while the host offers, sends and rescinds. Two devices echo what they get.
 */
#include "fuzz.h"
#include "test/bus_guest.h"
#include "vmbus/bus.h"

#define CHANNELS 3

static struct vmb_channel *channel[CHANNELS];
static bool open_now[CHANNELS];

static int dev_open(struct vmb_channel *ch, const uint8_t *user)
{
	bool *open = vmb_priv(ch);

	PROMISE(!*open);
	*open = user[0] != 0xFF;
	return user[0] == 0xFF;
}

static void touch(const struct vmb_sg *sg)
{
	size_t bytes = 0;
	uint8_t byte;

	for (unsigned int i = 0; i < sg->count; i++) {
		PROMISE(sg->iov[i].iov_len > 0);
		bytes += sg->iov[i].iov_len;
	}
	PROMISE(bytes == sg->bytes);
	if (bytes)
		PROMISE(vmb_sg_read(sg, 0, &byte, 1) == 1 && vmb_sg_write(sg, bytes - 1, &byte, 1) == 1);
}

static void dev_ready(struct vmb_channel *ch)
{
	const uint8_t *data;
	struct vmb_packet p;
	size_t len;

	PROMISE(*(bool *)vmb_priv(ch));
	while (vmb_recv(ch, &p) > 0) {
		touch(&p.sg);
		if (!vmb_pipe_data(&p, &data, &len))
			PROMISE(data >= p.data && len <= p.len - 8);
		vmb_complete(ch, p.trans_id, p.data, p.len);
	}
}

static void dev_close(struct vmb_channel *ch)
{
	bool *open = vmb_priv(ch);

	PROMISE(*open);
	*open = false;
}

static void dev_gpadl_gone(struct vmb_channel *ch, uint32_t id)
{
	PROMISE(vmb_gpadl(ch, id));
}

static void dev_gone(struct vmb_channel *ch)
{
	bool *open = vmb_priv(ch);

	PROMISE(!*open);
	channel[open - open_now] = NULL;
}

static const struct vmb_ops ops = {
	.open = dev_open, .ready = dev_ready, .close = dev_close, .gpadl_gone = dev_gpadl_gone, .gone = dev_gone
};

static void offer(unsigned int i)
{
	struct vmb_offer_spec spec = { .name = "fuzz", .instance.b = { (uint8_t)i }, .monitored = true };

	if (!channel[i])
		channel[i] = vmb_offer(&spec, &ops, &open_now[i]);
}

static void post(struct input *in)
{
	uint8_t msg[256];
	size_t len = take8(in);

	take(in, msg, len);
	vmb_post_from_guest(1, 1, msg, len);
}

/* A message with small numbers in its words, so that they meet relids, ids and pages that exist. */
static void post_likely(struct input *in)
{
	uint32_t msg[60] = { 0 };
	unsigned int i, words = take8(in) % 60;

	msg[0] = take8(in) % 32;
	for (i = 2; i < words; i++)
		msg[i] = take8(in);
	if (msg[0] == 14 && take8(in) & 1) {
		memset(msg + 2, 0, sizeof(msg) - 8);
		msg[2] = 0x50003;
		msg[4] = 2;
		words = 10;
	}
	vmb_post_from_guest(1, 1, msg, words * 4);
}

static void open_well(struct input *in)
{
	uint32_t relid = 1 + take8(in) % 4, id = take8(in);
	uint64_t page = 16 * (uint64_t)(1 + relid);
	uint32_t open[37] = { 5, 0, relid, 1, id, take8(in) % 4, 4 };
	struct vmbus_msg_gpadl_header h = { { 8, 0 }, relid, id, 72, 1, 8 * 4096, 0, { 0 } };

	for (unsigned int i = 0; i < 8; i++)
		h.pfn[i] = page + i;
	vmb_post_from_guest(1, 1, &h, 92);
	dbl_run();
	vmb_post_from_guest(1, 1, open, sizeof(open));
}

static void scribble(struct input *in)
{
	uint64_t at = 0x20000 + take8(in) % 4 * 0x10000 + take8(in) % 2 * 0x4000;
	uint8_t bytes[64];
	size_t len = take8(in) % sizeof(bytes);

	at += take8(in) & 1 ? take8(in) % 128 : 4096 + take8(in) * 8;
	take(in, bytes, len);
	memcpy(dbl_ram(at), bytes, len);
}

static void host_acts(struct input *in)
{
	static const uint8_t data[2000];
	unsigned int i = take8(in) % CHANNELS;
	uint8_t what = take8(in);

	if (!channel[i])
		offer(i);
	else if (what == 0)
		vmb_rescind(channel[i]);
	else if (what == 1)
		offer_pull(channel[i], true);
	else
		vmb_send_inband(channel[i], what, what & 1, data, what * 7U);
}

/* Monitor pages are looked at every quarter of a millisecond: hours of time would be hours of work. */
static void pass_time(unsigned int n)
{
	dbl_advance(bus.config.monitor_pages ? n * NS_PER_MS / 4 : n * 20 * NS_PER_MS);
}

static void step(struct input *in)
{
	switch (take8(in) % 8) {
	case 0: post(in); break;
	case 1: post_likely(in); break;
	case 2: open_well(in); break;
	case 3: scribble(in); break;
	case 4: host_acts(in); break;
	case 5: dbl_signal(0x2000 | take8(in) % 8); break;
	case 6: vmb_signal_from_guest(take32(in), take8(in)); break;
	case 7: pass_time(take8(in)); break;
	}
	dbl_run();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t versions[] = { 0x10001, 0x20004, 0x40000, 0x40001, 0x50003, 0x60000 };
	struct input in = { data, size };
	struct dbl_message m;

	uint8_t how = take8(&in);

	guest_boot(versions[how % 6], how & 0x80);
	for (unsigned int i = 0; i < CHANNELS; i++)
		offer(i);
	if (take8(&in) & 1)
		guest_contact(0x50003);
	if (vmb_version())
		guest_request_offers();
	while (in.left) {
		step(&in);
		while (dbl_take(&m))
			PROMISE(m.len >= 8 && m.len <= 240);
	}
	guest_end();
	PROMISE(!bus.first && !bus.gpadls && !bus.gpadl_bytes && !bus.gpadl_memory && !dbl_bound());
	return 0;
}
