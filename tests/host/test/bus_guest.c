// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../lis/vmbus/ring_math.h"
#include "bus_guest.h"
#include "vmbus/bus.h"

static uint32_t message_connection = 1;

#define MUST(cond)                                                                                 \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			fprintf(stderr, "%s:%d: the host broke: %s\n", __FILE__, __LINE__, #cond); \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

void guest_boot(uint32_t host_version, bool monitor_pages)
{
	struct vmb_config config = { .version = host_version, .monitor_pages = monitor_pages };

	dbl_reset();
	message_connection = 1;
	MUST(vmb_start(&config) == 0);
}

void guest_end(void)
{
	vmb_stop();
	while (bus.first) /* no guest is connected: gone at once */
		vmb_rescind(bus.first);
	dbl_run();
	memset(&bus.count, 0, sizeof(bus.count));
}

/* --- messages --------------------------------------------------------------------------------------------------------- */

uint16_t guest_post(uint32_t connection_id, const void *msg, size_t len)
{
	uint16_t status = vmb_post_from_guest(connection_id, 1, msg, len);

	dbl_run();
	return status;
}

void guest_send(const void *msg, size_t len)
{
	MUST(guest_post(message_connection, msg, len) == 0);
}

void guest_send_relid(uint32_t type, uint32_t relid)
{
	struct vmbus_msg_relid m = { { type, 0 }, relid };

	guest_send(&m, sizeof(m));
}

void guest_send_header(uint32_t type)
{
	struct vmbus_msg_hdr m = { type, 0 };

	guest_send(&m, sizeof(m));
}

size_t guest_expect(uint32_t type, void *msg, size_t len)
{
	struct dbl_message m;
	uint32_t got;

	if (!dbl_take(&m)) {
		fprintf(stderr, "expected message %u, there is none\n", type);
		abort();
	}
	memcpy(&got, m.bytes, 4);
	if (got != type) {
		fprintf(stderr, "expected message %u, got %u\n", type, got);
		abort();
	}
	if (msg) {
		memset(msg, 0, len);
		memcpy(msg, m.bytes, len < m.len ? len : m.len);
	}
	return m.len;
}

void guest_expect_nothing(void)
{
	struct dbl_message m;

	if (dbl_take(&m)) {
		fprintf(stderr, "expected nothing, got message %u\n", m.bytes[0]);
		abort();
	}
}

bool guest_contact(uint32_t version)
{
	struct vmbus_msg_initiate_contact m;
	struct vmbus_msg_version_response r;

	memset(&m, 0, sizeof(m));
	m.hdr.type = 14;
	m.version = version;
	if (version >= 0x50000)
		m.u.t.sint = 2;
	else
		m.u.interrupt_page = GUEST_INT_PAGE;
	m.monitor_page1 = GUEST_MON_PAGE;
	m.monitor_page2 = GUEST_MON_PAGE + 4096;
	if (guest_post(version >= 0x50000 ? 4 : 1, &m, sizeof(m)))
		return false;
	guest_expect(15, &r, sizeof(r));
	if (!r.supported || r.state)
		return false;
	message_connection = version >= 0x50000 ? r.msg_conn_id : 1;
	return true;
}

void guest_request_offers(void)
{
	guest_send_header(3);
}

void guest_connect(uint32_t version)
{
	MUST(guest_contact(version));
	guest_request_offers();
}

/* --- GPADLs and rings ---------------------------------------------------------------------------------------------------- */

uint32_t guest_gpadl(uint32_t relid, uint32_t id, uint64_t gpa, uint32_t pages)
{
	struct vmbus_msg_gpadl_header h;
	struct vmbus_msg_gpadl_body b;
	struct vmbus_msg_gpadl_created r;
	uint32_t n = pages < 26 ? pages : 26, done, i;

	memset(&h, 0, sizeof(h));
	h.hdr.type = 8;
	h.relid = relid;
	h.gpadl = id;
	h.range_buflen = (uint16_t)(8 + 8 * pages);
	h.range_count = 1;
	h.byte_count = pages * 4096;
	for (i = 0; i < n; i++)
		h.pfn[i] = (gpa >> 12) + i;
	guest_send(&h, 28 + 8 * n);
	for (done = n; done < pages; done += n) {
		memset(&b, 0, sizeof(b));
		b.hdr.type = 9;
		b.gpadl = id;
		n = pages - done < 28 ? pages - done : 28;
		for (i = 0; i < n; i++)
			b.pfn[i] = (gpa >> 12) + done + i;
		guest_send(&b, 16 + 8 * n);
	}
	guest_expect(10, &r, sizeof(r));
	MUST(r.relid == relid && r.gpadl == id);
	return r.status;
}

void guest_teardown(uint32_t relid, uint32_t id)
{
	struct vmbus_msg_gpadl_teardown m = { { 11, 0 }, relid, id };
	struct vmbus_msg_gpadl_torndown r;

	guest_send(&m, sizeof(m));
	guest_expect(12, &r, sizeof(r));
	MUST(r.gpadl == id);
}

static void make_ring(struct guest_ring *r, uint64_t gpa, uint32_t pages)
{
	r->hdr = (struct vmbus_ring_hdr *)dbl_ram(gpa);
	memset(r->hdr, 0, 4096);
	r->hdr->feature_bits = 1;
	r->data = dbl_ram(gpa) + 4096;
	r->size = (pages - 1) * 4096;
}

uint32_t guest_open(struct guest_channel *c, const struct vmbus_msg_offer *offer, uint64_t gpa, uint32_t pages)
{
	struct vmbus_msg_open m;
	struct vmbus_msg_open_result r;

	c->relid = offer->relid;
	c->connection_id = offer->connection_id;
	c->gpadl = 0xE1E10 + offer->relid;
	make_ring(&c->out, gpa, pages);
	make_ring(&c->in, gpa + pages * 4096UL, pages);
	MUST(guest_gpadl(c->relid, c->gpadl, gpa, 2 * pages) == 0);
	memset(&m, 0, sizeof(m));
	m.hdr.type = 5;
	m.relid = c->relid;
	m.open_id = c->relid + 1000;
	m.gpadl = c->gpadl;
	m.target_vp = c->vp;
	m.downstream_offset = pages;
	guest_send(&m, sizeof(m));
	guest_expect(6, &r, sizeof(r));
	MUST(r.relid == c->relid && r.open_id == c->relid + 1000);
	return r.status;
}

bool guest_write(struct guest_channel *c, uint16_t type, uint16_t flags, uint64_t trans_id, const void *head, uint32_t head_len,
		 const void *payload, uint32_t len, bool *signalled)
{
	struct guest_ring *r = &c->out;
	struct vmpacket_descriptor d;
	u32 old = r->hdr->write_index, at, total;
	static const u8 zero[8];
	u64 trailer;

	*signalled = false;
	total = ring_build_descriptor(&d, type, flags, trans_id, 16 + head_len, len);
	if (!ring_fits(ring_bytes_free(old, __atomic_load_n(&r->hdr->read_index, __ATOMIC_SEQ_CST), r->size), total))
		return false;
	at = ring_copy_in(r->data, r->size, old, &d, 16);
	if (head_len)
		at = ring_copy_in(r->data, r->size, at, head, head_len);
	if (len)
		at = ring_copy_in(r->data, r->size, at, payload, len);
	at = ring_copy_in(r->data, r->size, at, zero, -len & 7);
	trailer = ring_trailer(old);
	at = ring_copy_in(r->data, r->size, at, &trailer, 8);
	__atomic_store_n(&r->hdr->write_index, at, __ATOMIC_SEQ_CST);
	if (ring_signal_after_write(__atomic_load_n(&r->hdr->interrupt_mask, __ATOMIC_SEQ_CST), old,
				    __atomic_load_n(&r->hdr->read_index, __ATOMIC_SEQ_CST)))
		*signalled = dbl_signal(c->connection_id);
	return true;
}

int guest_read(struct guest_channel *c, struct vmpacket_descriptor *d, void *payload, uint32_t size, bool *signalled)
{
	struct guest_ring *r = &c->in;
	u32 read = r->hdr->read_index, write = __atomic_load_n(&r->hdr->write_index, __ATOMIC_SEQ_CST), pending, len;
	struct ring_packet p;
	u64 trailer;

	*signalled = false;
	if (read == write)
		return -1;
	MUST(ring_index_ok(write, r->size));
	ring_copy_out(r->data, r->size, read, d, 16);
	MUST(ring_check_packet(d, ring_bytes_used(write, read, r->size), &p) == 0);
	MUST(p.packet_len == d->len8 * 8U && p.header_len == d->offset8 * 8U);
	ring_copy_out(r->data, r->size, ring_index_add(read, p.packet_len, r->size), &trailer, 8);
	MUST(trailer == ring_trailer(read));
	len = p.packet_len - p.header_len;
	ring_copy_out(r->data, r->size, ring_index_add(read, p.header_len, r->size), payload, len < size ? len : size);
	read = ring_index_add(read, p.total_len, r->size);
	__atomic_store_n(&r->hdr->read_index, read, __ATOMIC_SEQ_CST);
	pending = __atomic_load_n(&r->hdr->pending_send_sz, __ATOMIC_SEQ_CST);
	if (ring_signal_after_read(pending, ring_bytes_free(r->hdr->write_index, read, r->size), p.total_len))
		*signalled = dbl_signal(c->connection_id);
	return (int)len;
}
