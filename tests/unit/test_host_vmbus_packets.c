// SPDX-License-Identifier: GPL-2.0-only
/* Packets through the server, with the drivers' ring arithmetic on the other side (docs/wire/02 9). */
#include <errno.h>

#include "unit.h"

#include "test/bus_guest.h"
#include "vmbus/bus.h"

static struct {
	unsigned int taken, stop_after;
	bool echo, blocked;
	int last_error;
	uint64_t ids[4096];
	uint8_t data[65536];
	size_t len;
	struct vmb_sg sg;
	unsigned int ranges;
	uint16_t type;
	bool wants;
} dev;

static struct vmb_channel *ch;
static struct guest_channel c;

static void keep(const struct vmb_packet *p)
{
	dev.ids[dev.taken++ % 4096] = p->trans_id;
	dev.type = p->type;
	dev.wants = p->wants_completion;
	dev.len = p->len;
	memcpy(dev.data, p->data, p->len);
	dev.ranges = p->ranges;
	vmb_sg_free(&dev.sg);
	assert_true(vmb_sg_dup(&dev.sg, &p->sg));
}

static void dev_ready(struct vmb_channel *channel)
{
	struct vmb_packet p;
	unsigned int n = 0;
	int err;

	while (!dev.stop_after || n < dev.stop_after) {
		if (dev.echo && vmb_room(channel) < 2048)
			break;
		err = vmb_recv(channel, &p);
		if (err <= 0) {
			dev.last_error = err;
			return;
		}
		n++;
		keep(&p);
		if (dev.echo)
			assert_int_equal(vmb_complete(channel, p.trans_id, p.data, p.len), 0);
	}
	dev.blocked = true;
}

static void dev_close(struct vmb_channel *channel)
{
}

static const struct vmb_ops ops = { .ready = dev_ready, .close = dev_close };

static int start(void **state)
{
	struct vmb_offer_spec spec = { .name = "dev", .monitored = true };
	struct vmbus_msg_offer o;

	memset(&dev, 0, sizeof(dev));
	memset(&c, 0, sizeof(c));
	c.vp = 1;
	guest_boot(0x00050003, *state != NULL);
	ch = vmb_offer(&spec, &ops, NULL);
	guest_connect(0x00050003);
	guest_expect(1, &o, sizeof(o));
	guest_expect(4, NULL, 0);
	assert_int_equal(guest_open(&c, &o, GUEST_RINGS, 4), 0);
	return 0;
}

static int end(void **state)
{
	vmb_sg_free(&dev.sg);
	guest_end();
	return 0;
}

static bool put(uint64_t id, const void *payload, uint32_t len)
{
	bool signalled, done = guest_write(&c, 6, 1, id, NULL, 0, payload, len, &signalled);

	dbl_run();
	return done;
}

static void packets_of_every_length_arrive(void **state)
{
	uint8_t payload[2048];
	uint64_t seed = 1;
	uint32_t len, i;

	for (len = 0; len <= 2048; len += 1 + len / 50) {
		for (i = 0; i < len; i++)
			payload[i] = (uint8_t)rnd(&seed);
		assert_true(put(len, payload, len));
		row_equal(len, dev.len, (len + 7) & ~7U);
		assert_memory_equal(dev.data, payload, len);
		row_equal(len, dev.ids[(dev.taken - 1) % 4096], len);
		assert_true(dev.wants);
		assert_int_equal(dev.type, 6);
	}
	assert_int_equal(ch->count.packets_in, dev.taken);
	assert_int_equal(ch->count.superfluous, 0);
	assert_int_equal(ch->count.signals, dev.taken);
	assert_int_equal(c.out.hdr->interrupt_mask, 0);
	assert_int_equal(c.out.hdr->read_index, c.out.hdr->write_index);
}

static void pfns(uint64_t *to, uint64_t first, unsigned int n)
{
	while (n--)
		to[n] = first + n;
}

static void ranges_name_guest_memory(void **state)
{
	struct {
		uint32_t reserved, count;
		uint32_t len1, off1;
		uint64_t pfn1[3];
		uint32_t len2, off2;
		uint64_t pfn2[1];
	} h = { 0xDEADBEEF, 2, 8192, 100, { 0 }, 16, 4080, { 0x300 } };
	bool signalled;
	uint8_t text[16];

	pfns(h.pfn1, 0x200, 3);
	h.pfn1[1] = 0x400; /* elsewhere */
	memcpy(dbl_ram(0x400000), "middle", 6);
	memcpy(dbl_ram(0x300000) + 4080, "last", 4);
	assert_true(guest_write(&c, 9, 1, 7, &h, sizeof(h), "payload", 8, &signalled));
	dbl_run();
	assert_int_equal(dev.type, 9);
	assert_int_equal(dev.ranges, 2);
	assert_int_equal(dev.sg.bytes, 8208);
	assert_int_equal(dev.sg.count, 4);
	assert_memory_equal(dev.data, "payload", 8);
	assert_int_equal(vmb_sg_read(&dev.sg, 3996, text, 6), 6);
	assert_memory_equal(text, "middle", 6);
	assert_int_equal(vmb_sg_read(&dev.sg, 8192, text, 100), 16);
	assert_memory_equal(text, "last", 4);
	assert_int_equal(vmb_sg_write(&dev.sg, 3994, "abMID", 5), 5);
	assert_memory_equal(dbl_ram(0x400000), "MID", 3);
	assert_memory_equal(dbl_ram(0x200000) + 4094, "ab", 2);
	assert_int_equal(vmb_sg_read(&dev.sg, 9000, text, 1), 0);
}

static void neighbouring_pages_become_one_piece(void **state)
{
	uint64_t h[2 + 32] = { 1ULL << 32, 32 * 4096 };
	bool signalled;

	pfns(h + 2, 0x500, 32);
	assert_true(guest_write(&c, 9, 0, 1, h, sizeof(h), "", 0, &signalled));
	dbl_run();
	assert_int_equal(dev.sg.count, 1);
	assert_int_equal(dev.sg.bytes, 32 * 4096);
	assert_ptr_equal(dev.sg.iov[0].iov_base, dbl_ram(0x500000));
}

/* --- hostile packets -------------------------------------------------------------------------------------------------------- */

static void put_raw(const void *bytes, uint32_t len)
{
	memcpy(c.out.data, bytes, len);
	c.out.hdr->write_index = len;
	dbl_signal(c.connection_id);
	dbl_run();
}

static void nonsense_stops_the_channel(void **state)
{
	static const struct vmpacket_descriptor t[] = {
		{ 6, 0, 4, 0, 1 }, { 6, 1, 4, 0, 1 }, { 6, 5, 4, 0, 1 }, { 6, 2, 0, 0, 1 }, { 6, 2, 1, 0, 1 },
		{ 6, 2, 0xFFFF, 0, 1 }, { 6, 2, 100, 0, 1 }, { 6, 2, 4, 2, 1 }, { 0, 2, 4, 0, 1 }, { 5, 2, 4, 0, 1 },
		{ 8, 2, 4, 0, 1 }, { 99, 2, 4, 0, 1 }, { 9, 2, 4, 0, 1 }, { 9, 3, 4, 0, 1 }, { 9, 4, 4, 0, 1 },
	};
	uint8_t bytes[40] = { 0 };
	struct vmb_packet p;
	unsigned int i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		start(state);
		memset(bytes, 0xFF, sizeof(bytes));
		memcpy(bytes, &t[i], 16);
		put_raw(bytes, 40);
		row_equal(i, dev.taken, 0);
		row_equal(i, ch->count.nonsense, 1);
		assert_int_equal(dev.last_error, -EPROTO);
		assert_int_equal(vmb_recv(ch, &p), -EPROTO);
		assert_int_equal(vmb_send_inband(ch, 1, false, "x", 1), -ENOTCONN);
		guest_send_relid(7, 1);
		guest_teardown(1, c.gpadl);
		end(state);
	}
	start(state);
}

static void hostile_ranges_are_refused(void **state)
{
	static const struct {
		uint32_t count, len, off;
		uint64_t pfn;
	} t[] = {
		{ 0, 8, 0, 0x200 }, { 2, 8, 0, 0x200 }, { 0xFFFFFFFF, 8, 0, 0x200 }, { 0x10000001, 8, 0, 0x200 },
		{ 1, 0, 0, 0x200 }, { 1, 8, 4096, 0x200 }, { 1, 4097, 0, 0x200 }, { 1, 4090, 8, 0x200 },
		{ 1, 0xFFFFFFFF, 0, 0x200 }, { 1, 0xFFFFF001, 0xFFF, 0x200 }, { 1, 8, 0xFFFFFFF8, 0x200 },
		{ 1, 8, 0, DBL_HOLE >> 12 }, { 1, 8, 0, DBL_RAM >> 12 }, { 1, 8, 0, 0xFFFFFFFFFFFFFFFF },
		{ 1, 8, 0, 0x000FFFFFFFFFFFFF },
	};
	struct {
		struct vmpacket_descriptor d;
		uint32_t reserved, count, len, off;
		uint64_t pfn, payload, trailer;
	} __attribute__((packed)) h;
	unsigned int i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		start(state);
		memset(&h, 0, sizeof(h));
		h.d = (struct vmpacket_descriptor){ 9, 5, 6, 0, 1 };
		h.count = t[i].count;
		h.len = t[i].len;
		h.off = t[i].off;
		h.pfn = t[i].pfn;
		put_raw(&h, sizeof(h));
		row_equal(i, dev.taken, 0);
		row_equal(i, ch->count.nonsense, 1);
		end(state);
	}
	start(state);
}

static void packets_longer_than_the_device_takes_are_refused(void **state)
{
	uint8_t big[4000] = { 0 };

	ch->spec.max_packet = 1024;
	guest_send_relid(7, 1);
	guest_teardown(1, c.gpadl);
	{
		struct vmbus_msg_offer o = { .relid = c.relid, .connection_id = c.connection_id };

		assert_int_equal(guest_open(&c, &o, GUEST_RINGS, 4), 0);
	}
	assert_true(put(1, big, 1008));
	assert_int_equal(dev.taken, 1);
	assert_true(put(1, big, 1009));
	assert_int_equal(dev.taken, 1);
	assert_int_equal(ch->count.nonsense, 1);
}

static void hostile_indices_stop_the_channel(void **state)
{
	c.out.hdr->write_index = 12;
	dbl_signal(c.connection_id);
	dbl_run();
	assert_int_equal(ch->count.nonsense, 1);
	end(state);
	start(state);
	c.in.hdr->read_index = 4;
	assert_int_equal(vmb_send_inband(ch, 1, false, dev.data, c.in.size - 100), 0);
	assert_int_equal(vmb_send_inband(ch, 1, false, dev.data, 200), -ENOTCONN);
	assert_int_equal(ch->count.nonsense, 1);
}

static void pipe_headers_are_checked(void **state)
{
	uint32_t good[3] = { 1, 4, 77 }, wrong_type[3] = { 2, 4, 77 }, too_long[3] = { 1, 9, 77 };
	struct vmb_packet p = { .data = (uint8_t *)good, .len = 16 };
	const uint8_t *data;
	size_t len;

	p.len = 12;
	assert_int_equal(vmb_pipe_data(&p, &data, &len), 0);
	assert_int_equal(len, 4);
	assert_ptr_equal(data, good + 2);
	p.data = (uint8_t *)wrong_type;
	assert_int_equal(vmb_pipe_data(&p, &data, &len), -EPROTO);
	p.data = (uint8_t *)too_long;
	assert_int_equal(vmb_pipe_data(&p, &data, &len), -EPROTO);
	p.data = (uint8_t *)good;
	p.len = 7;
	assert_int_equal(vmb_pipe_data(&p, &data, &len), -EPROTO);
}

/* --- to the guest -------------------------------------------------------------------------------------------------------------- */

static void sent_packets_are_laid_out_as_written(void **state)
{
	struct vmbus_xfer_range r[2] = { { 100, 0 }, { 200, 4096 } };
	struct vmpacket_descriptor d;
	uint8_t payload[64];
	bool signalled;

	assert_int_equal(vmb_send_inband(ch, 0x1122, true, "abcde", 5), 0);
	assert_int_equal(guest_read(&c, &d, payload, 64, &signalled), 8);
	assert_memory_equal(payload, "abcde\0\0\0", 8);
	assert_int_equal(d.type, 6);
	assert_int_equal(d.flags, 1);
	assert_int_equal(d.trans_id, 0x1122);
	assert_int_equal(vmb_complete(ch, 9, NULL, 0), 0);
	assert_int_equal(guest_read(&c, &d, payload, 64, &signalled), 0);
	assert_int_equal(d.type, 11);
	assert_int_equal(d.flags, 0);
	assert_int_equal(vmb_send_pipe(ch, 9, "xyz", 3), 0);
	assert_int_equal(guest_read(&c, &d, payload, 64, &signalled), 16);
	assert_memory_equal(payload, "\1\0\0\0\3\0\0\0xyz", 11);
	assert_int_equal(vmb_send_xfer(ch, 5, true, 0xCAFE, r, 2, "data", 4), 0);
	assert_int_equal(guest_read(&c, &d, payload, 64, &signalled), 8);
	assert_int_equal(d.type, 7);
	assert_int_equal(d.offset8 * 8, 24 + 16);
	assert_memory_equal(payload, "data\0\0\0\0", 8);
	assert_int_equal(guest_read(&c, &d, payload, 64, &signalled), -1);
}

static void the_guest_is_interrupted_only_when_it_must_be(void **state)
{
	struct vmpacket_descriptor d;
	uint8_t payload[64];
	bool signalled;
	unsigned int i;

	for (i = 0; i < 5; i++)
		vmb_send_inband(ch, i, false, "x", 1);
	assert_int_equal(dbl_flag(1, 2, 1), 1); /* empty to not empty, once */
	while (guest_read(&c, &d, payload, 64, &signalled) >= 0)
		;
	c.in.hdr->interrupt_mask = 1;
	vmb_send_inband(ch, i, false, "x", 1);
	assert_int_equal(dbl_flag(1, 2, 1), 1);
	guest_read(&c, &d, payload, 64, &signalled);
	c.in.hdr->interrupt_mask = 0;
	vmb_batch_begin(ch);
	vmb_batch_begin(ch);
	for (i = 0; i < 5; i++)
		vmb_send_inband(ch, i, false, "x", 1);
	vmb_batch_end(ch);
	assert_int_equal(c.in.hdr->write_index, c.in.hdr->read_index);
	vmb_batch_end(ch);
	assert_int_equal(dbl_flag(1, 2, 1), 2);
	assert_int_equal(ch->count.interrupts, 2);
}

static void a_full_ring_waits_for_the_guest(void **state)
{
	static const uint8_t big[1000];
	struct vmpacket_descriptor d;
	unsigned int n = 0, ready;
	uint8_t payload[1024];
	bool signalled;
	int err;

	assert_int_equal(vmb_send_inband(ch, 1, false, dev.data, c.in.size - 16 - 8 - 8), 0);
	guest_read(&c, &d, payload, 0, &signalled);
	assert_int_equal(vmb_send_inband(ch, 1, false, dev.data, c.in.size - 16 - 8), -EMSGSIZE);
	assert_int_equal(vmb_send_inband(ch, 1, false, dev.data, 600000), -EMSGSIZE);
	while (!(err = vmb_send_inband(ch, n, false, big, sizeof(big))))
		n++;
	assert_int_equal(err, -EAGAIN);
	assert_int_equal(n, (c.in.size - 8) / 1024);
	assert_int_equal(c.in.hdr->pending_send_sz, 1024);
	dev.stop_after = 1;
	dev.blocked = false;
	ready = ch->count.signals;
	assert_int_equal(guest_read(&c, &d, payload, 1024, &signalled), 1000);
	assert_true(signalled);
	dbl_run();
	assert_int_equal(ch->count.signals, ready + 1);
	assert_int_equal(c.in.hdr->pending_send_sz, 0);
	assert_int_equal(ch->count.superfluous, 0);
	assert_int_equal(vmb_send_inband(ch, n, false, big, sizeof(big)), 0);
	assert_int_equal(ch->count.blocked, 1);
}

static void a_guest_that_does_not_tell_of_room_is_looked_after(void **state)
{
	static const uint8_t big[1000];
	struct vmpacket_descriptor d;
	uint8_t payload[1024];
	bool signalled;

	ch->guest_pending_feature = false;
	while (!vmb_send_inband(ch, 1, false, big, sizeof(big)))
		;
	c.in.hdr->pending_send_sz = 0; /* as an old driver: never looked at */
	while (guest_read(&c, &d, payload, 1024, &signalled) >= 0)
		assert_false(signalled);
	dbl_advance(20 * NS_PER_MS);
	assert_int_equal(ch->out.pending, 0);
	assert_int_equal(ch->count.missed_room, 0);
}

static void a_device_may_stop_and_go_on(void **state)
{
	unsigned int i;
	bool signalled;

	dev.stop_after = 3;
	for (i = 0; i < 10; i++)
		assert_true(guest_write(&c, 6, 0, i, NULL, 0, "x", 1, &signalled));
	dbl_run();
	assert_int_equal(dev.taken, 3);
	assert_int_equal(c.out.hdr->interrupt_mask, 1); /* no signals wanted */
	assert_true(guest_write(&c, 6, 0, i, NULL, 0, "x", 1, &signalled));
	assert_false(signalled);
	vmb_poll(ch);
	dbl_run();
	assert_int_equal(dev.taken, 6);
	dev.stop_after = 0;
	vmb_poll(ch);
	dbl_run();
	assert_int_equal(dev.taken, 11);
	assert_int_equal(c.out.hdr->interrupt_mask, 0);
	assert_int_equal(ch->count.superfluous, 0);
}

/* --- counting ------------------------------------------------------------------------------------------------------------------- */

static void signals_for_nothing_are_counted(void **state)
{
	unsigned int i;
	bool signalled;

	for (i = 0; i < 200; i++) {
		assert_true(guest_write(&c, 6, 0, i, NULL, 0, "x", 1, &signalled));
		if (!signalled)
			dbl_signal(c.connection_id);
		if (i % 8 == 7)
			dbl_run();
	}
	assert_int_equal(ch->count.signals, 200);
	assert_true(ch->count.superfluous >= 200 - 25 - DBL_VPS - ACCOUNT_SPARE - 1);
	assert_true(ch->count.superfluous <= 200 - 25);
}

static void a_missed_signal_is_counted_and_helped(void **state)
{
	uint32_t id = ch->in.read;

	c.out.data[id] = 6;
	c.out.data[id + 2] = 2;
	c.out.data[id + 4] = 3;
	memset(c.out.data + id + 6, 0, 26);
	c.out.hdr->write_index = id + 32;
	dbl_advance(2 * NS_PER_S);
	assert_int_equal(ch->count.missed_data, 0);
	dbl_pause(true); /* a machine that stands still misses nothing */
	dbl_advance(20 * NS_PER_S);
	dbl_pause(false);
	assert_int_equal(ch->count.missed_data, 0);
	dbl_advance(5 * NS_PER_S);
	assert_int_equal(ch->count.missed_data, 1);
	assert_int_equal(dev.taken, 1);
	assert_int_equal(dbl_warnings(), 1);
	dbl_advance(20 * NS_PER_S);
	assert_int_equal(ch->count.missed_data, 1);
}

static void missed_room_is_counted(void **state)
{
	static const uint8_t big[1000];

	while (!vmb_send_inband(ch, 1, false, big, sizeof(big)))
		;
	c.in.hdr->read_index = c.in.hdr->write_index; /* without a signal */
	dbl_advance(6 * NS_PER_S);
	assert_int_equal(ch->count.missed_room, 1);
	assert_int_equal(ch->out.pending, 0);
}

/* Random traffic both ways, with a device that answers and stops when there is no room: all arrive once, in order. */
static void random_traffic_arrives_in_order(void **state)
{
	struct vmpacket_descriptor d;
	uint8_t payload[2048];
	uint64_t seed = 11, sent = 0, back = 0;
	bool signalled;
	uint32_t len;

	dev.echo = true;
	while (back < 30000) {
		if (sent < 30000 && rnd(&seed) % 3) {
			len = rnd(&seed) % 1500;
			memset(payload, (int)sent, len);
			if (guest_write(&c, 6, 1, sent, NULL, 0, payload, len, &signalled))
				sent++;
		}
		if (rnd(&seed) % 4 == 0)
			dbl_run();
		if (rnd(&seed) % 3 == 0 && guest_read(&c, &d, payload, sizeof(payload), &signalled) >= 0) {
			assert_int_equal(d.trans_id, back);
			assert_int_equal(d.type, 11);
			back++;
		}
		if (sent == 30000)
			dbl_run();
		if (dev.blocked && vmb_room(ch) > 4096) {
			dev.blocked = false;
			vmb_poll(ch);
		}
	}
	assert_int_equal(ch->count.superfluous, 0);
	assert_int_equal(ch->count.nonsense, 0);
}

/* --- monitor pages ----------------------------------------------------------------------------------------------------------------- */

static int with_monitor;

static int start_monitored(void **state)
{
	*state = &with_monitor;
	return start(state);
}

static void monitored_channels_need_no_hypercall(void **state)
{
	struct vmbus_monitor_page *p1 = (void *)dbl_ram(GUEST_MON_PAGE), *p2 = (void *)dbl_ram(GUEST_MON_PAGE + 4096);
	uint32_t write = c.out.hdr->write_index;

	assert_int_equal(ch->monitor_id, 0);
	assert_int_equal(p1->trigger_state & 1, 1);
	assert_true(p1->latency[0][0] > 0);
	assert_int_equal(p1->param[0][0].connection_id, c.connection_id);
	memset(c.out.data + write, 0, 32);
	c.out.data[write] = 6;
	c.out.data[write + 2] = 2;
	c.out.data[write + 4] = 3;
	c.out.hdr->write_index = write + 32;
	__atomic_fetch_or(&p2->group[0].pending, 1, __ATOMIC_SEQ_CST);
	dbl_advance(20 * NS_PER_MS);
	assert_int_equal(dev.taken, 1);
	assert_int_equal(p2->group[0].pending, 0);
	p2->group[3].pending = 0xFFFFFFFF; /* nobody's */
	dbl_advance(20 * NS_PER_MS);
	guest_send_relid(7, 1);
	guest_send_relid(13, 1);
	assert_int_equal(p1->param[0][0].connection_id, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(packets_of_every_length_arrive),
		T(ranges_name_guest_memory),
		T(neighbouring_pages_become_one_piece),
		cmocka_unit_test_teardown(nonsense_stops_the_channel, end),
		cmocka_unit_test_teardown(hostile_ranges_are_refused, end),
		T(packets_longer_than_the_device_takes_are_refused),
		T(hostile_indices_stop_the_channel),
		T(pipe_headers_are_checked),
		T(sent_packets_are_laid_out_as_written),
		T(the_guest_is_interrupted_only_when_it_must_be),
		T(a_full_ring_waits_for_the_guest),
		T(a_guest_that_does_not_tell_of_room_is_looked_after),
		T(a_device_may_stop_and_go_on),
		T(signals_for_nothing_are_counted),
		T(a_missed_signal_is_counted_and_helped),
		T(missed_room_is_counted),
		T(random_traffic_arrives_in_order),
		cmocka_unit_test_setup_teardown(monitored_channels_need_no_hypercall, start_monitored, end),
	};

	return cmocka_run_group_tests_name("host_vmbus_packets", tests, NULL, NULL);
}
