// SPDX-License-Identifier: GPL-2.0-only
/* Every control message of docs/wire/02, well and badly formed, at every version; channels from offer to release. */
#include <errno.h>

#include "unit.h"

#include "test/bus_guest.h"
#include "vmbus/bus.h"

static const uint32_t versions[] = { 0x0000000D, 0x00010001, 0x00020004, 0x00030000, 0x00040000, 0x00040001,
				     0x00050000, 0x00050001, 0x00050002, 0x00050003, 0x00060000 };
#define VERSIONS (sizeof(versions) / sizeof(versions[0]))

/* --- a device ---------------------------------------------------------------------------------------------------------- */

static struct {
	int open_status;
	unsigned int opened, closed, gone, gpadl_gone, ready;
	uint8_t user[120];
} dev;

static int dev_open(struct vmb_channel *ch, const uint8_t *user)
{
	dev.opened++;
	memcpy(dev.user, user, sizeof(dev.user));
	return dev.open_status;
}

static void dev_ready(struct vmb_channel *ch)
{
	struct vmb_packet p;

	dev.ready++;
	while (vmb_recv(ch, &p) > 0)
		;
}

static void dev_close(struct vmb_channel *ch)
{
	assert_int_equal(vmb_send_inband(ch, 1, false, "x", 1), -ENOTCONN);
	dev.closed++;
}

static void dev_gpadl_gone(struct vmb_channel *ch, uint32_t id)
{
	assert_non_null(vmb_gpadl(ch, id)); /* still to be asked for while the device lets go */
	dev.gpadl_gone++;
}

static void dev_gone(struct vmb_channel *ch)
{
	dev.gone++;
}

static const struct vmb_ops ops = {
	.open = dev_open, .ready = dev_ready, .close = dev_close, .gpadl_gone = dev_gpadl_gone, .gone = dev_gone
};

static struct vmb_channel *offer_n(uint8_t n, uint16_t sub)
{
	struct vmb_offer_spec spec = { .name = "dev", .type.b = { 1 }, .instance.b = { 2, n }, .sub_index = sub };

	return vmb_offer(&spec, &ops, NULL);
}

static void boot(uint32_t version)
{
	memset(&dev, 0, sizeof(dev));
	guest_boot(version, false);
}

static int end(void **state)
{
	guest_end();
	return 0;
}

/* --- contact -------------------------------------------------------------------------------------------------------------- */

static void a_host_speaks_its_version_and_older_ones(void **state)
{
	struct vmbus_msg_version_response r;
	struct vmbus_msg_initiate_contact m;
	unsigned int host, asked;
	uint16_t status;
	size_t len;

	for (host = 1; host < VERSIONS; host++)
		for (asked = 0; asked < VERSIONS; asked++) {
			boot(versions[host]);
			memset(&m, 0, sizeof(m));
			m.hdr.type = 14;
			m.version = versions[asked];
			m.target_vp = 2;
			if (m.version >= 0x50000)
				m.u.t.sint = 5;
			else
				m.u.interrupt_page = GUEST_INT_PAGE;
			status = guest_post(m.version >= 0x50000 ? 4 : 1, &m, sizeof(m));
			if (m.version >= 0x50000 && versions[host] < 0x50000) {
				row_equal(asked, status, 0x12);
				guest_expect_nothing();
				guest_end();
				continue;
			}
			row_equal(asked, status, 0);
			len = guest_expect(15, &r, sizeof(r));
			row_equal(asked, r.supported, asked <= host);
			row_equal(asked, len, asked <= host && m.version == 0x60000 ? 20 : 16);
			row_equal(asked, r.msg_conn_id, asked <= host && m.version >= 0x50000 ? 0x21 : 0);
			row_equal(asked, vmb_version(), asked <= host ? m.version : 0);
			guest_end();
		}
}

static struct dbl_message contact(uint32_t version, uint32_t vp, uint64_t page1, uint64_t page2, uint64_t overlay)
{
	struct vmbus_msg_initiate_contact m;
	struct dbl_message got = { 0 };

	memset(&m, 0, sizeof(m));
	m.hdr.type = 14;
	m.version = version;
	m.target_vp = vp;
	m.u.interrupt_page = overlay;
	m.monitor_page1 = page1;
	m.monitor_page2 = page2;
	assert_int_equal(guest_post(version >= 0x50000 ? 4 : 1, &m, sizeof(m)), 0);
	assert_true(dbl_take(&got));
	return got;
}

static void the_target_of_messages_is_honoured_by_version(void **state)
{
	static const struct {
		uint32_t host, asked, vp, sint;
	} t[] = {
		{ 0x00060000, 0x00010001, 0, 2 }, { 0x00060000, 0x00020004, 0, 2 }, { 0x00060000, 0x00030000, 3, 2 },
		{ 0x00060000, 0x00050000, 3, 7 }, { 0x00060000, 0x00060000, 3, 7 },
		/* an older host reads what it knows of a newer question */
		{ 0x00020004, 0x00030000, 0, 2 }, { 0x00030000, 0x00040000, 3, 2 },
	};
	struct dbl_message m;
	unsigned int i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		boot(t[i].host);
		m = contact(t[i].asked, 3, 0, 0, t[i].asked >= 0x50000 ? 7 : GUEST_INT_PAGE);
		row_equal(i, m.vp, t[i].vp);
		row_equal(i, m.sint, t[i].sint);
		guest_end();
	}
}

static void bad_pages_are_told_by_the_state(void **state)
{
	static const struct {
		uint32_t version, vp;
		uint64_t page1, page2, overlay;
	} t[] = {
		{ 0x00040000, 0, GUEST_MON_PAGE, 0, 0 },
		{ 0x00040000, 0, 0, GUEST_MON_PAGE, 0 },
		{ 0x00040000, 0, GUEST_MON_PAGE, DBL_HOLE, 0 },
		{ 0x00040000, 0, GUEST_MON_PAGE, DBL_RAM, 0 },
		{ 0x00040000, 0, GUEST_MON_PAGE + 8, GUEST_MON_PAGE + 4096, 0 },
		{ 0x00040000, 0, GUEST_MON_PAGE, 0xFFFFFFFFFFFFF000ULL, 0 },
		{ 0x00040000, DBL_VPS, 0, 0, 0 },
		{ 0x00010001, 0, 0, 0, 0 },
		{ 0x00010001, 0, 0, 0, DBL_HOLE },
		{ 0x00050000, 0, 0, 0, 0 },
		{ 0x00050000, 0, 0, 0, 16 },
		{ 0x00050001, 0, 0, 0, 0x0102 },
	};
	struct dbl_message m;
	unsigned int i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		boot(0x00060000);
		m = contact(t[i].version, t[i].vp, t[i].page1, t[i].page2, t[i].overlay);
		row_equal(i, m.bytes[8], 1);
		row_equal(i, m.bytes[9], 2);
		row_equal(i, vmb_version(), 0);
		guest_end();
	}
}

static void features_of_6_0_are_the_intersection(void **state)
{
	struct dbl_message m;
	uint32_t flags;

	boot(0x00060000);
	m = contact(0x00060000, 0, 0, 0, 2 | 0xFFULL << 32);
	memcpy(&flags, m.bytes + 16, 4);
	assert_int_equal(flags, 0x25); /* the client id was not in the message */
	m = contact(0x00060000, 0, 0, 0, 2);
	memcpy(&flags, m.bytes + 16, 4);
	assert_int_equal(m.len, 20);
	assert_int_equal(flags, 0);
}

static void only_agreed_messages_of_6_0_are_answered(void **state)
{
	struct vmbus_msg_modify_connection c = { { 25, 0 }, GUEST_MON_PAGE, GUEST_MON_PAGE + 4096 };
	uint8_t r[16];

	boot(0x00060000);
	contact(0x00060000, 0, 0, 0, 2);
	guest_post(4, &c, sizeof(c));
	guest_post(4, "\x1b\0\0\0\0\0\0\0", 8);
	guest_expect_nothing();
	contact(0x00060000, 0, 0, 0, 2 | 0x24ULL << 32);
	guest_post(4, &c, sizeof(c));
	assert_int_equal(guest_expect(26, r, sizeof(r)), 9);
	assert_int_equal(r[8], 0);
	c.monitor_page2 = DBL_HOLE;
	guest_post(4, &c, sizeof(c));
	guest_expect(26, r, sizeof(r));
	assert_int_equal(r[8], 2);
	guest_post(4, "\x1b\0\0\0\0\0\0\0", 8);
	guest_expect(28, r, sizeof(r));
	guest_post(4, "\x03\0\0\0\0\0\0\0", 8); /* offers wait until RESUME */
	guest_expect_nothing();
	guest_post(4, "\x1d\0\0\0\0\0\0\0", 8);
	guest_expect(4, r, sizeof(r));
	guest_post(4, "\x1d\0\0\0\0\0\0\0", 8); /* RESUME without PAUSE */
	guest_expect_nothing();
}

/* A connected guest with one channel open. */
static void boot_and_open(struct guest_channel *c, struct vmbus_msg_offer *o)
{
	boot(0x00050003);
	offer_n(1, 0);
	guest_connect(0x00050003);
	guest_expect(1, o, sizeof(*o));
	guest_expect(4, NULL, 0);
	assert_int_equal(guest_open(c, o, GUEST_RINGS, 4), 0);
}

static void contact_while_connected_is_a_reset(void **state)
{
	struct guest_channel c = { .vp = 1 };
	struct vmbus_msg_offer o;

	boot_and_open(&c, &o);
	assert_int_equal(dbl_bound(), 1);
	assert_true(guest_contact(0x00030000));
	assert_int_equal(dev.closed, 1);
	assert_int_equal(dbl_bound(), 0);
	assert_int_equal(dbl_resets(), 1);
	assert_int_equal(bus.gpadls, 0);
	guest_expect_nothing();
	guest_request_offers();
	guest_expect(1, &o, sizeof(o));
	assert_int_equal(o.relid, 1);
	guest_expect(4, NULL, 0);
}

static void unload_is_answered_after_all_is_closed(void **state)
{
	struct guest_channel c = { .vp = 1 };
	struct vmbus_msg_offer o;

	boot_and_open(&c, &o);
	guest_send_header(16);
	assert_int_equal(guest_expect(17, NULL, 0), 8);
	assert_int_equal(dev.closed, 1);
	assert_int_equal(vmb_version(), 0);
	assert_int_equal(dbl_resets(), 1);
	guest_send_header(16); /* nobody is connected any more */
	guest_expect_nothing();
	guest_connect(0x00050003);
	guest_expect(1, &o, sizeof(o));
	guest_expect(4, NULL, 0);
}

static void version_0_13_has_no_unload_response(void **state)
{
	boot(0x00050003);
	assert_true(guest_contact(0x0000000D));
	guest_send_header(16);
	guest_expect_nothing();
	assert_true(guest_contact(0x00010001));
	guest_send_header(16);
	guest_expect(17, NULL, 0);
}

static void offers_are_asked_for_once(void **state)
{
	boot(0x00050003);
	guest_connect(0x00050003);
	guest_expect(4, NULL, 0);
	guest_request_offers();
	guest_expect_nothing();
	offer_n(1, 0); /* later ones come without another message 4 */
	guest_expect(1, NULL, 0);
	guest_expect_nothing();
}

static void malformed_messages_change_nothing(void **state)
{
	uint8_t msg[240] = { 0 };
	uint32_t type;
	size_t len;

	boot(0x00060000);
	contact(0x00060000, 0, 0, 0, 2 | 0x25ULL << 32);
	for (type = 0; type < 40; type++) {
		/* shorter than the least, of every length below it */
		static const uint8_t least[30] = { [3] = 8, [5] = 148, [7] = 12, [8] = 20, [9] = 16, [11] = 16, [13] = 12,
						   [14] = 40, [16] = 8, [18] = 28, [19] = 20, [21] = 40, [22] = 16,
						   [25] = 24, [27] = 8, [29] = 8 };
		uint64_t errors = bus.count.errors;
		size_t most = type < 30 && least[type] ? least[type] : 241;

		msg[0] = (uint8_t)type;
		for (len = 0; len < most; len++)
			assert_int_equal(guest_post(4, msg, len), 0);
		assert_int_equal(bus.count.errors - errors, most);
		guest_expect_nothing();
		assert_int_equal(vmb_version(), 0x00060000);
	}
}

static void posts_have_a_status(void **state)
{
	uint8_t msg[241] = { 3 };
	unsigned int i;

	boot(0x00040000);
	assert_int_equal(vmb_post_from_guest(1, 2, msg, 8), 3);
	assert_int_equal(vmb_post_from_guest(1, 1, msg, 241), 3);
	assert_int_equal(vmb_post_from_guest(2, 1, msg, 8), 0x12);
	assert_int_equal(vmb_post_from_guest(4, 1, msg, 8), 0x12);
	assert_int_equal(vmb_post_from_guest(0x21, 1, msg, 8), 0x12);
	for (i = 0; i < 16; i++)
		assert_int_equal(vmb_post_from_guest(1, 1, msg, 8), 0);
	assert_int_equal(vmb_post_from_guest(1, 1, msg, 8), 0x13);
	dbl_run();
	assert_int_equal(vmb_post_from_guest(1, 1, msg, 8), 0);
	dbl_run();
}

/* --- offers ---------------------------------------------------------------------------------------------------------------- */

static void an_offer_is_laid_out_as_written(void **state)
{
	struct vmb_offer_spec spec = { .name = "x", .flags = 0x2010, .mmio_megabytes = 8, .sub_index = 3 };
	uint8_t m[196];
	unsigned int i;

	for (i = 0; i < 16; i++) {
		spec.type.b[i] = (uint8_t)(0x10 + i);
		spec.instance.b[i] = (uint8_t)(0x20 + i);
	}
	spec.user[0] = 0x77;
	spec.user[119] = 0x78;
	boot(0x00050003);
	guest_connect(0x00050003);
	guest_expect(4, NULL, 0);
	vmb_offer(&spec, &ops, NULL);
	assert_int_equal(guest_expect(1, m, sizeof(m)), 196);
	assert_memory_equal(m + 8, spec.type.b, 16);
	assert_memory_equal(m + 24, spec.instance.b, 16);
	assert_memory_equal(m + 56, "\x10\x20\x08\x00\x77", 5);
	assert_int_equal(m[179], 0x78);
	assert_memory_equal(m + 180, "\x03\0\0\0\x01\0\0\0\xff\0\x01\0\x01\x20\0\0", 16);
}

static void old_versions_get_old_offers(void **state)
{
	struct vmbus_msg_offer o;

	boot(0x00050003);
	offer_n(1, 0);
	offer_n(1, 1);
	guest_connect(0x0000000D);
	assert_int_equal(guest_expect(1, &o, sizeof(o)), 190);
	guest_expect(4, NULL, 0);
	guest_connect(0x00010001); /* no subchannels below 2.4 */
	assert_int_equal(guest_expect(1, &o, sizeof(o)), 196);
	assert_int_equal(o.connection_id, 0x2001);
	assert_int_equal(o.is_dedicated_interrupt, 1);
	guest_expect(4, NULL, 0);
	guest_connect(0x00020004);
	guest_expect(1, &o, sizeof(o));
	guest_expect(1, &o, sizeof(o));
	assert_int_equal(o.sub_channel_index, 1);
	guest_expect(4, NULL, 0);
}

static void relids_are_the_lowest_free(void **state)
{
	struct vmb_channel *ch[4];
	struct vmbus_msg_offer o;
	unsigned int i;

	boot(0x00050003);
	for (i = 0; i < 3; i++)
		ch[i] = offer_n((uint8_t)i, 0);
	assert_null(offer_n(1, 0)); /* lives already */
	guest_connect(0x00050003);
	for (i = 0; i < 3; i++) {
		guest_expect(1, &o, sizeof(o));
		assert_int_equal(o.relid, i + 1);
	}
	guest_expect(4, NULL, 0);
	vmb_rescind(ch[1]);
	guest_expect(2, NULL, 0);
	offer_n(7, 0);
	guest_expect(1, &o, sizeof(o));
	assert_int_equal(o.relid, 4); /* 2 is still the guest's */
	guest_send_relid(13, 2);
	assert_int_equal(dev.gone, 1);
	offer_n(8, 0);
	guest_expect(1, &o, sizeof(o));
	assert_int_equal(o.relid, 2);
}

static void all_2047_relids_can_be_used(void **state)
{
	struct vmb_offer_spec spec = { .name = "dev" };
	unsigned int i;

	boot(0x00050003);
	guest_connect(0x00050003);
	guest_expect(4, NULL, 0);
	for (i = 1; i <= 2047; i++) {
		spec.instance.b[0] = (uint8_t)i;
		spec.instance.b[1] = (uint8_t)(i >> 8);
		assert_non_null(vmb_offer(&spec, &ops, NULL));
		guest_expect(1, NULL, 0);
	}
	spec.instance.b[2] = 1;
	assert_null(vmb_offer(&spec, &ops, NULL));
}

static void a_new_offer_waits_for_the_release_of_the_old(void **state)
{
	struct vmbus_msg_offer o;
	struct vmb_channel *ch;

	boot(0x00050003);
	ch = offer_n(1, 0);
	guest_connect(0x00050003);
	guest_expect(1, NULL, 0);
	guest_expect(4, NULL, 0);
	vmb_rescind(ch);
	guest_expect(2, NULL, 0);
	assert_non_null(offer_n(1, 0));
	guest_expect_nothing();
	guest_send_relid(13, 1);
	assert_int_equal(dev.gone, 1);
	guest_expect(1, &o, sizeof(o));
	assert_int_equal(o.relid, 1);
	guest_expect_nothing();
}

static void a_rescind_nobody_knows_of_is_gone_at_once(void **state)
{
	struct vmb_channel *ch;

	boot(0x00050003);
	ch = offer_n(1, 0);
	vmb_rescind(ch);
	assert_int_equal(dev.gone, 1);
	ch = offer_n(1, 0);
	guest_connect(0x00050003);
	guest_expect(1, NULL, 0);
	guest_expect(4, NULL, 0);
	vmb_rescind(ch);
	guest_expect(2, NULL, 0);
	guest_send_header(16); /* the guest leaves without a release */
	assert_int_equal(dev.gone, 2);
	guest_expect(17, NULL, 0);
}

static void a_released_offer_comes_back_with_the_next_contact(void **state)
{
	boot(0x00050003);
	offer_n(1, 0);
	guest_connect(0x00050003);
	guest_expect(1, NULL, 0);
	guest_expect(4, NULL, 0);
	guest_send_relid(13, 1);
	guest_send_relid(13, 1); /* once at most */
	guest_send_relid(13, 4711);
	guest_send_relid(13, 0);
	assert_int_equal(bus.count.errors, 3);
	guest_expect_nothing();
	assert_int_equal(dev.gone, 0);
	guest_connect(0x00050003);
	guest_expect(1, NULL, 0);
	guest_expect(4, NULL, 0);
}

/* --- GPADLs ---------------------------------------------------------------------------------------------------------------- */

static struct vmb_channel *connected(struct vmbus_msg_offer *o)
{
	struct vmb_channel *ch;

	boot(0x00050003);
	ch = offer_n(1, 0);
	guest_connect(0x00050003);
	guest_expect(1, o, sizeof(*o));
	guest_expect(4, NULL, 0);
	return ch;
}

static void gpadls_of_every_size_hold_what_they_name(void **state)
{
	static const uint32_t sizes[] = { 1, 2, 25, 26, 27, 53, 54, 55, 82, 83, 500, 1000, 2000, 3800 };
	struct vmbus_msg_offer o;
	struct vmb_channel *ch = connected(&o);
	struct vmb_gpadl *g;
	uint8_t byte;
	unsigned int i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(guest_gpadl(1, 100 + i, GUEST_RINGS, sizes[i]), 0);
		g = vmb_gpadl(ch, 100 + i);
		assert_non_null(g);
		row_equal(i, vmb_gpadl_size(g), sizes[i] * 4096);
		dbl_ram(GUEST_RINGS)[sizes[i] * 4096 - 1] = (uint8_t)i;
		assert_true(vmb_gpadl_read(g, sizes[i] * 4096 - 1, &byte, 1));
		row_equal(i, byte, i);
		assert_false(vmb_gpadl_read(g, sizes[i] * 4096 - 1, &byte, 2));
		assert_false(vmb_gpadl_read(g, (size_t)-1, &byte, 2));
		guest_teardown(1, 100 + i);
		assert_null(vmb_gpadl(ch, 100 + i));
	}
	assert_int_equal(dev.gpadl_gone, i);
	assert_int_equal(bus.gpadl_bytes, 0);
	assert_int_equal(bus.gpadl_memory, 0);
}

static void bodies_of_different_gpadls_may_interleave(void **state)
{
	struct vmbus_msg_offer o;
	struct vmb_channel *ch = connected(&o);
	struct vmbus_msg_gpadl_header h[2];
	struct vmbus_msg_gpadl_body b;
	struct vmbus_msg_gpadl_created r;
	struct iovec iov[2];
	unsigned int i, j;

	for (j = 0; j < 2; j++) {
		memset(&h[j], 0, sizeof(h[j]));
		h[j].hdr.type = 8;
		h[j].relid = 1;
		h[j].gpadl = 50 + j;
		h[j].range_buflen = 8 + 8 * 40;
		h[j].range_count = 1;
		h[j].byte_count = 40 * 4096;
		for (i = 0; i < 26; i++)
			h[j].pfn[i] = 0x100 + j * 0x100 + i;
		guest_send(&h[j], 236);
	}
	guest_expect_nothing();
	assert_null(vmb_gpadl(ch, 50));
	for (j = 2; j--;) {
		memset(&b, 0, sizeof(b));
		b.hdr.type = 9;
		b.msg_number = 77;
		b.gpadl = 50 + j;
		for (i = 0; i < 14; i++)
			b.pfn[i] = 0x100 + j * 0x100 + 26 + i;
		guest_send(&b, 240); /* padded to the full, as firmware does */
		guest_expect(10, &r, sizeof(r));
		assert_int_equal(r.gpadl, 50 + j);
		assert_int_equal(r.status, 0);
	}
	assert_int_equal(vmb_gpadl_iov(vmb_gpadl(ch, 51), 4000, 30 * 4096, iov, 2), 1);
	assert_ptr_equal(iov[0].iov_base, dbl_ram(0x200000) + 4000);
	assert_int_equal(iov[0].iov_len, 30 * 4096);
	guest_send(&b, 240); /* a body too many */
	guest_expect_nothing();
}

static void ranges_with_offsets_follow_each_other(void **state)
{
	struct vmbus_msg_offer o;
	struct vmb_channel *ch = connected(&o);
	struct vmbus_msg_gpadl_created r;
	struct iovec iov[4];
	struct {
		uint32_t type, zero, relid, gpadl;
		uint16_t buflen, count;
		uint32_t bytes1, offset1;
		uint64_t pfn1[2];
		uint32_t bytes2, offset2;
		uint64_t pfn2[1];
	} __attribute__((packed)) h = { 8, 0, 1, 60, 40, 2, 4096, 16, { 0x200, 0x300 }, 100, 8, { 0x400 } };
	uint8_t text[8];

	guest_send(&h, sizeof(h));
	guest_expect(10, &r, sizeof(r));
	assert_int_equal(r.status, 0);
	assert_int_equal(vmb_gpadl_size(vmb_gpadl(ch, 60)), 4196);
	memcpy(dbl_ram(0x300000) + 12, "abcd", 4);
	memcpy(dbl_ram(0x400000) + 8, "efgh", 4);
	assert_true(vmb_gpadl_read(vmb_gpadl(ch, 60), 4092, text, 8));
	assert_memory_equal(text, "abcdefgh", 8);
	assert_true(vmb_gpadl_write(vmb_gpadl(ch, 60), 4092, "12345678", 8));
	assert_memory_equal(dbl_ram(0x300000) + 12, "1234", 4);
	assert_memory_equal(dbl_ram(0x400000) + 8, "5678", 4);
	assert_int_equal(vmb_gpadl_iov(vmb_gpadl(ch, 60), 0, 4196, iov, 4), 3);
	assert_int_equal(vmb_gpadl_iov(vmb_gpadl(ch, 60), 0, 4196, iov, 2), 0);
}

static void hostile_gpadls_are_refused(void **state)
{
	static const struct {
		uint16_t buflen, count;
		uint32_t bytes, offset;
		uint64_t pfn;
	} t[] = {
		{ 0, 1, 4096, 0, 0x200 }, { 8, 1, 4096, 0, 0x200 }, { 12, 1, 4096, 0, 0x200 }, { 16, 0, 4096, 0, 0x200 },
		{ 16, 2, 4096, 0, 0x200 }, { 16, 65535, 4096, 0, 0x200 }, { 16, 1, 0, 0, 0x200 },
		{ 16, 1, 4097, 0, 0x200 }, { 16, 1, 4096, 1, 0x200 }, { 16, 1, 16, 4096, 0x200 },
		{ 16, 1, 0xFFFFFFFF, 0, 0x200 }, { 16, 1, 0xFFFFFFFF, 4095, 0x200 }, { 16, 1, 1, 0xFFFFFFFF, 0x200 },
		{ 16, 1, 4096, 0, DBL_HOLE >> 12 }, { 16, 1, 4096, 0, DBL_RAM >> 12 },
		{ 16, 1, 4096, 0, 0xFFFFFFFFFFFFFFFFULL }, { 16, 1, 4096, 0, 1ULL << 52 }, { 24, 1, 4096, 0, 0x200 },
	};
	struct vmbus_msg_offer o;
	struct vmb_channel *ch = connected(&o);
	struct vmbus_msg_gpadl_header h;
	struct vmbus_msg_gpadl_created r;
	unsigned int i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		memset(&h, 0, sizeof(h));
		h.hdr.type = 8;
		h.relid = 1;
		h.gpadl = 70 + i;
		h.range_buflen = t[i].buflen;
		h.range_count = t[i].count;
		h.byte_count = t[i].bytes;
		h.byte_offset = t[i].offset;
		h.pfn[0] = t[i].pfn;
		h.pfn[1] = 0x201;
		guest_send(&h, 44);
		guest_expect(10, &r, sizeof(r));
		row_equal(i, r.status != 0, 1);
		assert_null(vmb_gpadl(ch, 70 + i));
	}
	assert_int_equal(bus.gpadls, 0);
	assert_int_equal(bus.gpadl_memory, 0);
	h.relid = 9; /* nobody's: nobody can be told */
	guest_send(&h, 44);
	guest_expect_nothing();
	assert_int_equal(guest_gpadl(1, 5, GUEST_RINGS, 1), 0);
	assert_int_equal(guest_gpadl(1, 5, GUEST_RINGS, 1) != 0, 1); /* an id that lives */
	assert_non_null(vmb_gpadl(ch, 5));
}

static void all_gpadls_together_are_bounded(void **state)
{
	struct vmbus_msg_offer o;
	uint32_t id, status = 0;

	connected(&o);
	for (id = 1; id < 200 && !status; id++)
		status = guest_gpadl(1, id, GUEST_RINGS, 3800);
	assert_int_equal(status != 0, 1);
	assert_int_equal(id - 2, (1280UL << 20) / (3800 * 4096));
	guest_teardown(1, 1);
	assert_int_equal(guest_gpadl(1, 1000, GUEST_RINGS, 3800), 0);
}

static void teardowns_that_fit_nothing_are_errors(void **state)
{
	struct vmbus_msg_gpadl_teardown m = { { 11, 0 }, 1, 4711 };
	struct vmbus_msg_offer o;
	struct vmb_channel *ch = connected(&o), *other = offer_n(2, 0);

	guest_expect(1, NULL, 0);
	guest_send(&m, sizeof(m));
	guest_expect_nothing();
	assert_int_equal(guest_gpadl(1, 5, GUEST_RINGS, 1), 0);
	m.gpadl = 5;
	m.relid = 2; /* another channel's */
	guest_send(&m, sizeof(m));
	guest_expect_nothing();
	assert_non_null(vmb_gpadl(ch, 5));
	assert_null(vmb_gpadl(other, 5));
}

/* --- open and close ---------------------------------------------------------------------------------------------------------- */

static uint32_t try_open(uint32_t gpadl, uint32_t vp, uint32_t downstream)
{
	struct vmbus_msg_open m;
	struct vmbus_msg_open_result r;

	memset(&m, 0, sizeof(m));
	m.hdr.type = 5;
	m.relid = 1;
	m.open_id = 9;
	m.gpadl = gpadl;
	m.target_vp = vp;
	m.downstream_offset = downstream;
	m.user[0] = 0xAB;
	m.user[119] = 0xCD;
	guest_send(&m, sizeof(m));
	guest_expect(6, &r, sizeof(r));
	assert_int_equal(r.open_id, 9);
	return r.status;
}

static void bad_opens_are_refused(void **state)
{
	struct vmbus_msg_offer o;
	struct vmb_channel *ch = connected(&o);

	assert_int_equal(guest_gpadl(1, 5, GUEST_RINGS, 8), 0);
	assert_true(try_open(6, 0, 4));		/* no such GPADL */
	assert_true(try_open(5, DBL_VPS, 4));	/* no such VP */
	assert_true(try_open(5, 0, 0));
	assert_true(try_open(5, 0, 1));		/* a ring of a header only */
	assert_true(try_open(5, 0, 7));
	assert_true(try_open(5, 0, 8));
	assert_true(try_open(5, 0, 0xFFFFFFFF));
	((struct vmbus_ring_hdr *)dbl_ram(GUEST_RINGS))->write_index = 4;
	assert_true(try_open(5, 0, 4));
	((struct vmbus_ring_hdr *)dbl_ram(GUEST_RINGS))->write_index = 3 * 4096;
	assert_true(try_open(5, 0, 4));
	((struct vmbus_ring_hdr *)dbl_ram(GUEST_RINGS))->write_index = 0;
	assert_int_equal(dev.opened, 0);
	dev.open_status = 0x55;
	assert_int_equal(try_open(5, 0, 4), 0x55);
	assert_int_equal(dbl_bound(), 0);
	dev.open_status = 0;
	assert_int_equal(try_open(5, VMBUS_VP_INVALID, 4), 0);
	assert_int_equal(dev.user[0], 0xAB);
	assert_int_equal(dev.user[119], 0xCD);
	assert_int_equal(vmb_send_inband(ch, 1, false, "x", 1), 0);
	assert_int_equal(dbl_flags(), 0); /* interrupts are off */
}

static void open_close_and_open_again(void **state)
{
	struct vmbus_msg_offer o;
	struct guest_channel c = { .vp = 1 };
	struct vmb_channel *ch = connected(&o);
	unsigned int i;

	for (i = 1; i < 4; i++) {
		assert_int_equal(guest_open(&c, &o, GUEST_RINGS, 4), 0);
		assert_int_equal(dev.opened, i);
		assert_true(dev.ready >= i); /* looked at once after open */
		assert_true(dbl_signal(o.connection_id));
		guest_send_relid(7, 1);
		assert_int_equal(dev.closed, i);
		assert_false(dbl_signal(o.connection_id));
		assert_false(vmb_is_open(ch));
		guest_teardown(1, c.gpadl);
	}
	guest_send_relid(7, 1); /* not open */
	guest_expect_nothing();
	assert_int_equal(dev.closed, 3);
	assert_int_equal(vmb_signal_from_guest(o.connection_id, 0), 0x12);
}

static void teardown_of_the_ring_closes_first(void **state)
{
	struct vmbus_msg_offer o;
	struct guest_channel c = { .vp = 1 };

	connected(&o);
	assert_int_equal(guest_open(&c, &o, GUEST_RINGS, 4), 0);
	guest_teardown(1, c.gpadl);
	assert_int_equal(dev.closed, 1);
}

static void a_revoked_channel_answers_as_written(void **state)
{
	struct vmbus_msg_offer o;
	struct guest_channel c = { .vp = 1 };
	struct vmb_channel *ch = connected(&o);
	struct vmbus_msg_open m = { { 5, 0 }, 1, 1, 77, 0, 4, { 0 } };
	struct vmbus_msg_modify mod = { { 22, 0 }, 1, 0 };

	assert_int_equal(guest_open(&c, &o, GUEST_RINGS, 4), 0);
	vmb_rescind(ch);
	assert_int_equal(dev.closed, 1);
	guest_expect(2, NULL, 0);
	guest_send(&m, sizeof(m));	/* no OPEN_RESULT */
	guest_send_relid(7, 1);
	guest_send(&mod, sizeof(mod));
	guest_expect_nothing();
	assert_int_equal(guest_gpadl(1, 77, GUEST_RINGS, 8), 0);
	guest_teardown(1, 77);
	guest_teardown(1, c.gpadl);
	guest_teardown(1, 4711);	/* at once, whatever it is */
	assert_int_equal(dev.gpadl_gone, 0);
	assert_int_equal(dev.gone, 0);
	guest_send_relid(13, 1);
	assert_int_equal(dev.gone, 1);
	assert_int_equal(bus.gpadls, 0);
}

static void modify_channel_by_version(void **state)
{
	static const struct {
		uint32_t version;
		bool known, answered;
	} t[] = { { 0x00040000, false, false }, { 0x00040001, true, false }, { 0x00050003, true, true } };
	struct vmbus_msg_modify m = { { 22, 0 }, 1, 2 };
	struct vmbus_msg_modify_response r;
	struct vmbus_msg_offer o;
	struct guest_channel c = { .vp = 1 };
	struct vmb_channel *ch;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		boot(0x00050003);
		ch = offer_n(1, 0);
		guest_connect(t[i].version);
		guest_expect(1, &o, sizeof(o));
		guest_expect(4, NULL, 0);
		assert_int_equal(guest_open(&c, &o, GUEST_RINGS, 4), 0);
		m.target_vp = 2;
		guest_send(&m, sizeof(m));
		vmb_send_inband(ch, 1, false, "x", 1);
		row_equal(i, dbl_flag(t[i].known ? 2 : 1, 2, 1), 1);
		m.target_vp = DBL_VPS;
		guest_send(&m, sizeof(m));
		if (t[i].answered) {
			guest_expect(24, &r, sizeof(r));
			row_equal(i, r.status, 0);
			guest_expect(24, &r, sizeof(r));
			row_equal(i, r.status != 0, 1);
		}
		guest_expect_nothing();
		guest_end();
	}
}

static void interrupts_below_2_4_go_by_the_page(void **state)
{
	struct vmbus_msg_offer o;
	struct guest_channel c = { .vp = 3 };
	struct vmb_channel *ch;
	bool signalled;

	boot(0x00050003);
	offer_n(1, 0);
	ch = offer_n(2, 0);
	guest_connect(0x0000000D);
	guest_expect(1, NULL, 0);
	guest_expect(1, &o, sizeof(o));
	guest_expect(4, NULL, 0);
	o.connection_id = 2;
	assert_int_equal(guest_open(&c, &o, GUEST_RINGS, 4), 0);
	dev.ready = 0;
	vmb_send_inband(ch, 1, false, "x", 1);
	assert_int_equal(dbl_flag(0, 2, 0), 1);
	assert_int_equal(dbl_ram(GUEST_INT_PAGE)[0], 1 << 2);
	/* the guest's half: nothing happens for a signal without the bit */
	assert_true(guest_write(&c, 6, 0, 1, NULL, 0, "hello", 5, &signalled));
	assert_true(signalled);
	dbl_run();
	assert_int_equal(dev.ready, 0);
	dbl_ram(GUEST_INT_PAGE)[2048] = 1 << 2;
	dbl_signal(2);
	dbl_run();
	assert_int_equal(dev.ready, 1);
	assert_int_equal(dbl_ram(GUEST_INT_PAGE)[2048], 0);
}

static void the_long_open_names_its_own_signals(void **state)
{
	struct vmbus_msg_open_long m;
	struct vmbus_msg_open_result r;
	struct vmb_channel *ch;

	boot(0x00060000);
	ch = offer_n(1, 0);
	contact(0x00060000, 0, 0, 0, 2 | 1ULL << 32);
	guest_request_offers();
	guest_expect(1, NULL, 0);
	guest_expect(4, NULL, 0);
	assert_int_equal(guest_gpadl(1, 5, GUEST_RINGS, 8), 0);
	memset(&m, 0, sizeof(m));
	m.o.hdr.type = 5;
	m.o.relid = 1;
	m.o.gpadl = 5;
	m.o.downstream_offset = 4;
	m.connection_id = 0x777;
	m.event_flag = 0x800; /* no such flag */
	guest_send(&m, sizeof(m));
	guest_expect(6, &r, sizeof(r));
	assert_true(r.status);
	m.event_flag = 99;
	guest_send(&m, sizeof(m));
	guest_expect(6, &r, sizeof(r));
	assert_int_equal(r.status, 0);
	vmb_send_inband(ch, 1, false, "x", 1);
	assert_int_equal(dbl_flag(0, 2, 99), 1);
	assert_true(dbl_signal(0x777));
}

static void reserved_channels_have_a_sint_of_their_own(void **state)
{
	struct vmbus_msg_open_reserved m = { { 18, 0 }, 1, 2, 9, 5, 4 };
	struct vmbus_msg_close_reserved c = { { 19, 0 }, 1, 3, 8 };
	struct vmbus_msg_offer o;
	struct vmb_channel *ch = connected(&o);
	struct dbl_message got;

	assert_int_equal(guest_gpadl(1, 5, GUEST_RINGS, 8), 0);
	guest_send(&m, sizeof(m));
	guest_expect(6, NULL, 0);
	vmb_send_inband(ch, 1, false, "x", 1);
	assert_int_equal(dbl_flag(2, 9, 1), 1);
	guest_send(&c, sizeof(c));
	assert_int_equal(dev.closed, 1);
	assert_true(dbl_take(&got));
	assert_int_equal(got.bytes[0], 20);
	assert_int_equal(got.vp, 3);
	assert_int_equal(got.sint, 8);
	guest_send(&c, sizeof(c)); /* not open */
	guest_expect_nothing();
}

/* --- hvsock --------------------------------------------------------------------------------------------------------------- */

static bool accept_connect;

static bool on_connect(const struct hvw_guid *endpoint, const struct hvw_guid *service)
{
	struct vmb_offer_spec spec = { .name = "sock", .type = *service, .instance = *endpoint, .flags = 0x2010 };

	return accept_connect && vmb_offer(&spec, &ops, NULL);
}

static void sockets_are_connected_or_refused(void **state)
{
	struct vmbus_msg_tl_connect m = { { 21, 0 }, { { 1 } }, { { 2 } } };
	struct vmbus_msg_tl_result r;
	struct vmbus_msg_offer o;

	connected(&o);
	guest_send(&m, sizeof(m)); /* nobody answers for sockets */
	assert_int_equal(guest_expect(23, &r, sizeof(r)), 44);
	assert_int_equal((uint32_t)r.status, 0xC0000236);
	vmb_on_connect(on_connect);
	guest_send(&m, sizeof(m));
	guest_expect(23, NULL, 0);
	accept_connect = true;
	guest_send(&m, sizeof(m));
	guest_expect(1, &o, sizeof(o));
	assert_int_equal(o.if_instance.b[0], 1);
	assert_int_equal(o.if_type.b[0], 2);
	guest_expect_nothing();
	assert_true(guest_contact(0x00040000)); /* no result below 4.1 */
	accept_connect = false;
	guest_send(&m, sizeof(m));
	guest_expect_nothing();
	vmb_on_connect(NULL);
}

/* --- control socket ------------------------------------------------------------------------------------------------------- */

static uint64_t told(json_t *all, const char *what)
{
	const json_t *gone = json_object_get(json_object_get(all, "bus"), "gone");

	return (uint64_t)json_integer_value(json_object_get(gone, what));
}

static void what_a_channel_counted_outlives_it(void **state)
{
	struct vmbus_msg_offer o;
	struct guest_channel c = { .vp = 1 };
	struct vmb_channel *ch = connected(&o);
	json_t *before = json_object(), *after = json_object();

	assert_int_equal(guest_open(&c, &o, GUEST_RINGS, 4), 0);
	assert_int_equal(vmb_send_inband(ch, 1, false, "x", 1), 0);
	assert_true(dbl_signal(o.connection_id));
	dbl_run();
	assert_int_equal(ch->count.signals, 1);
	vmb_counters_json(before);
	vmb_rescind(ch);
	guest_expect(2, NULL, 0);
	guest_send_relid(13, 1);
	assert_int_equal(dev.gone, 1);
	vmb_counters_json(after);
	assert_int_equal(json_array_size(json_object_get(before, "channels")), 1);
	assert_int_equal(json_array_size(json_object_get(after, "channels")), 0);
	assert_int_equal(told(after, "signals") - told(before, "signals"), 1);
	assert_int_equal(told(after, "interrupts") - told(before, "interrupts"), 1);
	assert_int_equal(told(after, "packets_out") - told(before, "packets_out"), 1);
	assert_int_equal(told(after, "opens") - told(before, "opens"), 1);
	json_decref(before);
	json_decref(after);
}

static void channels_can_be_taken_and_given_by_hand(void **state)
{
	struct vmbus_msg_offer o;
	struct guest_channel c = { .vp = 1 };
	struct vmb_channel *ch = connected(&o);
	json_t *reply = json_object();
	char *text;

	assert_int_equal(guest_open(&c, &o, GUEST_RINGS, 4), 0);
	assert_string_equal(dbl_event(), "channel-open dev");
	vmb_counters_json(reply);
	text = json_dumps(reply, JSON_COMPACT);
	assert_non_null(strstr(text, "\"state\":\"open\""));
	assert_non_null(strstr(text, "\"version\":\"5.3\""));
	free(text);
	json_decref(reply);
	assert_int_equal(dbl_verb("channel-offer", "{\"name\":\"dev\"}", NULL, 0), -EEXIST);
	assert_int_equal(dbl_verb("channel-rescind", "{\"name\":\"no\"}", NULL, 0), -ENOENT);
	assert_int_equal(dbl_verb("channel-rescind", "{\"name\":\"dev\"}", NULL, 0), 0);
	assert_int_equal(dev.closed, 1);
	guest_expect(2, NULL, 0);
	guest_send_relid(13, 1);
	guest_expect_nothing();
	assert_int_equal(dev.gone, 0); /* the device stays */
	assert_int_equal(dbl_verb("channel-offer", "{\"name\":\"dev\"}", NULL, 0), 0);
	guest_expect(1, &o, sizeof(o));
	assert_int_equal(guest_open(&c, &o, GUEST_RINGS, 4), 0);
	assert_int_equal(dbl_verb("channel-rescind", "{\"name\":\"dev\",\"again\":true}", NULL, 0), 0);
	guest_expect(2, NULL, 0);
	guest_send_relid(13, 1);
	guest_expect(1, NULL, 0);
	assert_false(vmb_is_open(ch));
}

#define T(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_host_speaks_its_version_and_older_ones),
		T(the_target_of_messages_is_honoured_by_version),
		T(bad_pages_are_told_by_the_state),
		T(features_of_6_0_are_the_intersection),
		T(only_agreed_messages_of_6_0_are_answered),
		T(contact_while_connected_is_a_reset),
		T(unload_is_answered_after_all_is_closed),
		T(version_0_13_has_no_unload_response),
		T(offers_are_asked_for_once),
		T(malformed_messages_change_nothing),
		T(posts_have_a_status),
		T(an_offer_is_laid_out_as_written),
		T(old_versions_get_old_offers),
		T(relids_are_the_lowest_free),
		T(all_2047_relids_can_be_used),
		T(a_new_offer_waits_for_the_release_of_the_old),
		T(a_rescind_nobody_knows_of_is_gone_at_once),
		T(a_released_offer_comes_back_with_the_next_contact),
		T(gpadls_of_every_size_hold_what_they_name),
		T(bodies_of_different_gpadls_may_interleave),
		T(ranges_with_offsets_follow_each_other),
		T(hostile_gpadls_are_refused),
		T(all_gpadls_together_are_bounded),
		T(teardowns_that_fit_nothing_are_errors),
		T(bad_opens_are_refused),
		T(open_close_and_open_again),
		T(teardown_of_the_ring_closes_first),
		T(a_revoked_channel_answers_as_written),
		T(modify_channel_by_version),
		T(interrupts_below_2_4_go_by_the_page),
		T(the_long_open_names_its_own_signals),
		T(reserved_channels_have_a_sint_of_their_own),
		T(sockets_are_connected_or_refused),
		T(channels_can_be_taken_and_given_by_hand),
		T(what_a_channel_counted_outlives_it),
	};

	return cmocka_run_group_tests_name("host_vmbus_messages", tests, NULL, NULL);
}
