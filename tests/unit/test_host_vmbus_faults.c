// SPDX-License-Identifier: GPL-2.0-only
/* The fault mode: the same seed does the same, every kind does something, and the host itself stays whole. */
#include <errno.h>

#include "unit.h"

#include "test/bus_guest.h"
#include "vmbus/bus.h"

static void dev_ready(struct vmb_channel *ch)
{
	struct vmb_packet p;

	while (vmb_recv(ch, &p) > 0)
		vmb_complete(ch, p.trans_id, p.data, p.len);
}

static void dev_close(struct vmb_channel *ch)
{
}

static void dev_gone(struct vmb_channel *ch)
{
}

static const struct vmb_ops ops = { .ready = dev_ready, .close = dev_close, .gone = dev_gone };

/* What the guest sees, as one number. */
static uint64_t seen;

static void see(const void *p, size_t len)
{
	const uint8_t *b = p;

	while (len--)
		seen = (seen ^ *b++) * 0x100000001B3ULL;
}

struct drunk { /* a guest that goes on whatever it is told */
	struct guest_channel c;
	struct vmbus_msg_offer offer;
	bool offered, open;
};

static struct drunk guest[3];

static struct drunk *by_relid(uint32_t relid)
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		if (guest[i].offered && guest[i].offer.relid == relid)
			return &guest[i];
	return NULL;
}

static void post(const void *msg, size_t len)
{
	vmb_post_from_guest(4, 1, msg, len);
	dbl_run();
}

static void post_gpadl(struct drunk *g, uint64_t gpa)
{
	struct vmbus_msg_gpadl_header h;
	unsigned int i;

	memset(&h, 0, sizeof(h));
	h.hdr.type = 8;
	h.relid = g->offer.relid;
	h.gpadl = 100 + g->offer.relid;
	h.range_buflen = 8 + 8 * 8;
	h.range_count = 1;
	h.byte_count = 8 * 4096;
	for (i = 0; i < 8; i++)
		h.pfn[i] = (gpa >> 12) + i;
	post(&h, 28 + 64);
}

static void start_open(struct drunk *g, unsigned int n)
{
	struct vmbus_msg_open m = { { 5, 0 }, g->offer.relid, 1, 100 + g->offer.relid, 1, 4, { 0 } };
	uint64_t gpa = GUEST_RINGS + n * 0x100000UL;

	memset(dbl_ram(gpa), 0, 4096);
	memset(dbl_ram(gpa + 4 * 4096), 0, 4096);
	g->c = (struct guest_channel){ .relid = g->offer.relid, .connection_id = g->offer.connection_id };
	g->c.out = (struct guest_ring){ (void *)dbl_ram(gpa), dbl_ram(gpa + 4096), 3 * 4096 };
	g->c.in = (struct guest_ring){ (void *)dbl_ram(gpa + 4 * 4096), dbl_ram(gpa + 5 * 4096), 3 * 4096 };
	post_gpadl(g, gpa);
	post(&m, sizeof(m));
}

static void take_offer(const struct dbl_message *m)
{
	struct drunk *g;
	struct vmbus_msg_offer o;

	memset(&o, 0, sizeof(o));
	memcpy(&o, m->bytes, m->len < sizeof(o) ? m->len : sizeof(o));
	if (m->len < sizeof(o) || o.if_instance.b[0] >= 3 || o.relid > 2047)
		return;
	g = &guest[o.if_instance.b[0]];
	g->offer = o;
	g->offered = true;
	g->open = false;
	start_open(g, o.if_instance.b[0]);
}

static void serve_message(const struct dbl_message *m)
{
	struct vmbus_msg_relid r;
	struct drunk *g;

	see(&m->len, sizeof(m->len));
	see(m->bytes, m->len);
	if (m->raw || m->len < 12)
		return;
	memcpy(&r, m->bytes, sizeof(r));
	g = by_relid(r.relid);
	if (r.hdr.type == 1)
		take_offer(m);
	if (!g)
		return;
	if (r.hdr.type == 6 && m->len >= 20 && !m->bytes[16])
		g->open = true;
	if (r.hdr.type == 2) {
		g->offered = g->open = false;
		r.hdr.type = 13;
		post(&r, sizeof(r));
	}
}

static void serve_messages(void)
{
	struct dbl_message m;

	while (dbl_take(&m))
		serve_message(&m);
}

/* Reads whatever is there without a check, as far as the indices make sense. */
static void read_ring(struct guest_ring *r)
{
	uint32_t write = r->hdr->write_index, read = r->hdr->read_index;

	if (write >= r->size || write & 7 || read >= r->size || read & 7)
		return;
	while (read != write) {
		see(r->data + read, 8);
		read = (read + 8) % r->size;
	}
	r->hdr->read_index = write;
}

static void traffic(struct drunk *g, uint64_t *rng)
{
	static const uint8_t data[512];
	bool signalled;

	if (!g->open)
		return;
	if (g->c.out.hdr->read_index < g->c.out.size && !(g->c.out.hdr->read_index & 7))
		guest_write(&g->c, 6, 1, rnd(rng), NULL, 0, data, rnd(rng) % 512, &signalled);
	if (rnd(rng) % 4 == 0)
		dbl_signal(g->c.connection_id);
	dbl_run();
	read_ring(&g->c.in);
	if (rnd(rng) % 50 == 0) {
		struct vmbus_msg_relid close = { { 7, 0 }, g->offer.relid };
		struct vmbus_msg_gpadl_teardown t = { { 11, 0 }, g->offer.relid, 100 + g->offer.relid };

		g->open = false;
		post(&close, sizeof(close));
		post(&t, sizeof(t));
		start_open(g, g->offer.if_instance.b[0]);
	}
}

static void contact(void)
{
	struct vmbus_msg_initiate_contact m;

	memset(&m, 0, sizeof(m));
	memset(guest, 0, sizeof(guest));
	m.hdr.type = 14;
	m.version = 0x50003;
	m.u.t.sint = 2;
	post(&m, sizeof(m));
	post("\3\0\0\0\0\0\0\0", 8);
}

static uint64_t run_seed(unsigned int seed, const char *kinds, unsigned int rate, unsigned int steps, uint64_t *hits)
{
	static const char *const names[] = { "a", "b", "c" };
	uint64_t rng = 99;
	char spec[100];
	json_t *counts = json_object(), *one;
	const char *key;
	unsigned int i;

	seen = 0xCBF29CE484222325ULL;
	guest_boot(0x00050003, false);
	snprintf(spec, sizeof(spec), "seed=%u,rate=%u,kinds=%s", seed, rate, kinds);
	assert_int_equal(fault_start(spec), 0);
	for (i = 0; i < 3; i++) {
		struct vmb_offer_spec o = { .name = names[i], .instance.b = { (uint8_t)i } };

		assert_non_null(vmb_offer(&o, &ops, NULL));
	}
	contact();
	for (i = 0; i < steps; i++) {
		serve_messages();
		traffic(&guest[i % 3], &rng);
		if (i % 10 == 9)
			dbl_advance(20 * NS_PER_MS);
		if (i % 400 == 399)
			contact();
	}
	fault_json(counts);
	*hits = 0;
	json_object_foreach(counts, key, one)
		*hits += (uint64_t)json_integer_value(json_object_get(one, "hits"));
	json_decref(counts);
	fault_stop();
	guest_end();
	return seen;
}

static void the_same_seed_does_the_same(void **state)
{
	uint64_t hits, again, one, two;
	unsigned int seed, differ = 0;

	for (seed = 0; seed < 10; seed++) {
		one = run_seed(seed, "all", 50, 300, &hits);
		two = run_seed(seed, "all", 50, 300, &again);
		row_equal(seed, one, two);
		row_equal(seed, hits, again);
		assert_true(hits > 0);
		differ += one != run_seed(seed + 100, "all", 50, 300, &again);
	}
	assert_int_equal(differ, 10);
}

static void every_kind_is_hit(void **state)
{
	uint64_t hits;
	unsigned int k;

	for (k = 0; k < FAULT_COUNT; k++) {
		if (k == FAULT_DEVICE || k == FAULT_RING_PENDING) /* the ring is never full here */
			continue;
		run_seed(k, fault_name(k), 5, 600, &hits);
		if (!hits)
			fail_msg("%s is never hit", fault_name(k));
	}
}

static void the_host_outlives_its_own_faults(void **state)
{
	uint64_t hits;
	unsigned int seed;

	for (seed = 0; seed < 60; seed++) {
		run_seed(seed, "all", 3 + seed % 20, 500, &hits);
		row_equal(seed, bus.gpadls, 0);
		row_equal(seed, dbl_bound(), 0);
		assert_null(bus.first);
	}
}

/* What was put off for one opening is nothing to the next. */
static void a_late_packet_ends_with_its_opening(void **state)
{
	struct vmb_offer_spec spec = { .name = "a" };
	struct vmbus_msg_offer offer;
	struct vmpacket_descriptor d;
	struct guest_channel c = { .vp = 1 };
	struct vmb_channel *ch;
	uint64_t data = 1;
	bool signalled;

	guest_boot(VMBUS_VERSION_5_3, false);
	spec.instance.b[0] = 1;
	ch = vmb_offer(&spec, &ops, NULL);
	guest_connect(VMBUS_VERSION_5_3);
	guest_expect(1, &offer, sizeof(offer));
	guest_expect(4, NULL, 0);
	assert_int_equal(guest_open(&c, &offer, GUEST_RINGS, 4), 0);
	assert_int_equal(fault_start("seed=1,rate=1,kinds=pkt-late"), 0);
	assert_int_equal(vmb_send_inband(ch, 0, false, &data, sizeof(data)), 0);
	fault_stop();
	assert_non_null(ch->late);
	guest_send_relid(7, c.relid);
	assert_null(ch->late);
	guest_teardown(c.relid, c.gpadl);
	assert_int_equal(guest_open(&c, &offer, GUEST_RINGS, 4), 0);
	channel_retry_in(ch, 1);
	dbl_advance(NS_PER_S);
	assert_int_equal(guest_read(&c, &d, &data, sizeof(data), &signalled), -1);
	guest_end();
}

static void no_fault_without_the_mode(void **state)
{
	assert_false(fault_on);
	assert_false(fault_hit(FAULT_MSG_LOST, NULL));
	assert_false(fault_hit_post());
}

static void specs_are_checked(void **state)
{
	static const char *const bad[] = { "", "seed=", "seed=x", "seed=1x", "rate=5", "seed=1,rate=0", "seed=1,kinds=",
					   "seed=1,kinds=msg+", "seed=1,kinds=nothing", "seed=1,what=1", "seed", "seed=-1",
					   "seed=99999999999999999999999" };
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		row_equal(i, fault_start(bad[i]), -EINVAL);
	assert_false(fault_on);
	assert_int_equal(fault_start("seed=0x10,rate=3,kinds=msg+pkt-id+rescind"), 0);
	assert_true(fault_on);
	fault_stop();
	assert_false(fault_on);
}

static void chosen_kinds_only(void **state)
{
	unsigned int k, i, hits;

	assert_int_equal(fault_start("seed=1,rate=1,kinds=pkt-id+rescind"), 0);
	for (k = 0; k < FAULT_COUNT; k++) {
		for (i = hits = 0; i < 10; i++)
			hits += fault_hit((enum fault_kind)k, NULL);
		row_equal(k, hits, k == FAULT_PKT_ID || (k >= FAULT_RESCIND_OFFER && k <= FAULT_RESCIND_CLOSE) ? 10 : 0);
	}
	fault_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(specs_are_checked),
		cmocka_unit_test(no_fault_without_the_mode),
		cmocka_unit_test(chosen_kinds_only),
		cmocka_unit_test(the_same_seed_does_the_same),
		cmocka_unit_test(every_kind_is_hit),
		cmocka_unit_test(the_host_outlives_its_own_faults),
		cmocka_unit_test(a_late_packet_ends_with_its_opening),
	};

	return cmocka_run_group_tests_name("host_vmbus_faults", tests, NULL, NULL);
}
