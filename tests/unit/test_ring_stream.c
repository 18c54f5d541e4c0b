// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every byte arrives: random packets through a ring, read back through the wrapping copies and through
 * a data area that is mapped twice in a row, as the drivers see it. UNIT_SEED=n runs other packets.
 */
#include <sys/mman.h>
#include <unistd.h>
#include "unit.h"
#include "../../lis/vmbus/ring_math.h"

#define SIZE 4096U
#define QUEUE 256
#define PACKETS 40000

/* What was sent and has not been read yet. */
struct sent {
	u64 seed; /* makes the payload */
	u32 header_len, payload_len, total, start;
};

struct pair {
	u8 *data; /* SIZE bytes, followed by the same SIZE bytes */
	u32 write, read;
	struct sent queue[QUEUE];
	u32 head, tail;
	u32 wrapped; /* packets that crossed the end of the area */
	u32 full; /* times a packet had to wait */
};

static u8 *map_twice(void)
{
	int fd = memfd_create("ring", 0);
	u8 *at;

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, SIZE), 0);
	at = mmap(NULL, 2 * SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(at != MAP_FAILED);
	assert_true(mmap(at, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) == at);
	assert_true(mmap(at + SIZE, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) ==
		    at + SIZE);
	close(fd);
	return at;
}

static void fill(u8 *buf, u32 len, u64 seed)
{
	u32 i;

	for (i = 0; i < len; i++)
		buf[i] = (u8)rnd(&seed);
}

/* One packet, or nothing when there is no room. */
static bool produce(struct pair *p, u64 *seed)
{
	u32 header_len = 16 + 8 * (rnd(seed) % 4);
	u32 payload_len = rnd(seed) % (rnd(seed) % 8 ? 100 : SIZE - 16 - 24 - 8 - 8);
	u8 body[SIZE + 8], zero[8] = { 0 };
	struct vmpacket_descriptor d;
	u32 total, at;
	u64 trailer;

	total = ring_build_descriptor(&d, VM_PKT_DATA_INBAND, 1, *seed, header_len, payload_len);
	assert_true(total >= header_len + payload_len + 8);
	if (!ring_fits(ring_bytes_free(p->write, p->read, SIZE), total)) {
		p->full++;
		return false;
	}
	assert_true(p->tail - p->head < QUEUE);
	p->queue[p->tail++ % QUEUE] =
		(struct sent){ *seed, header_len, payload_len, total, p->write };
	fill(body, header_len - 16 + payload_len, *seed);
	trailer = ring_trailer(p->write);
	at = ring_copy_in(p->data, SIZE, p->write, &d, sizeof(d));
	at = ring_copy_in(p->data, SIZE, at, body, header_len - 16 + payload_len);
	at = ring_copy_in(p->data, SIZE, at, zero, total - 8 - header_len - payload_len);
	at = ring_copy_in(p->data, SIZE, at, &trailer, sizeof(trailer));
	assert_int_equal(at, ring_index_add(p->write, total, SIZE));
	assert_true(ring_index_ok(at, SIZE));
	p->wrapped += at < p->write && at != 0;
	p->write = at;
	return true;
}

static void compare(struct pair *p, const struct sent *s, const struct ring_packet *got)
{
	u8 want[SIZE + 8], wrapped[SIZE];
	u32 body_len = s->header_len - 16 + s->payload_len;
	u32 trailer[2];

	memset(want, 0, sizeof(want));
	fill(want, body_len, s->seed);
	ring_copy_out(p->data, SIZE, ring_index_add(p->read, 16, SIZE), wrapped,
		      got->packet_len - 16);
	assert_memory_equal(wrapped, want, got->packet_len - 16); /* pad bytes are zero, too */
	assert_memory_equal(p->data + p->read + 16, want, got->packet_len - 16);
	memcpy(trailer, p->data + p->read + got->packet_len, 8);
	assert_int_equal(trailer[0], 0);
	assert_int_equal(trailer[1], s->start);
}

static bool consume(struct pair *p)
{
	u32 used = ring_bytes_used(p->write, p->read, SIZE);
	struct vmpacket_descriptor d;
	struct ring_packet got;
	const struct sent *s;

	if (used == 0) {
		assert_int_equal(p->head, p->tail);
		return false;
	}
	assert_true(p->head < p->tail);
	s = &p->queue[p->head++ % QUEUE];
	ring_copy_out(p->data, SIZE, p->read, &d, sizeof(d));
	assert_int_equal(ring_check_packet(&d, used, &got), 0);
	assert_int_equal(got.type, VM_PKT_DATA_INBAND);
	assert_int_equal(got.flags, 1);
	assert_true(got.trans_id == s->seed);
	assert_int_equal(got.header_len, s->header_len);
	assert_int_equal(got.total_len, s->total);
	compare(p, s, &got);
	p->read = ring_index_add(p->read, got.total_len, SIZE);
	return true;
}

static void random_packets(void **state)
{
	const char *env = getenv("UNIT_SEED");
	u64 seed = env ? strtoull(env, NULL, 0) : 20260101;
	static struct pair p;
	u32 sent = 0, burst;

	(void)state;
	print_message("UNIT_SEED=%llu\n", (unsigned long long)seed);
	p.data = map_twice();
	while (sent < PACKETS) {
		for (burst = rnd(&seed) % 40; burst && produce(&p, &seed); burst--)
			sent++;
		for (burst = rnd(&seed) % 40; burst && consume(&p); burst--)
			;
	}
	while (consume(&p))
		;
	assert_int_equal(p.head, p.tail);
	assert_true(p.wrapped > 100 && p.full > 100); /* the corners were visited */
	munmap(p.data, 2 * SIZE);
}

/* The largest packet of 9.1 goes through, at every place it can begin. */
static void largest_packet(void **state)
{
	struct vmpacket_descriptor d, back;
	struct ring_packet got;
	u8 data[64], body[32];
	u32 at, end;

	(void)state;
	memset(body, 0xA5, sizeof(body));
	assert_int_equal(ring_build_descriptor(&d, 6, 0, 1, 16, 32), 56);
	for (at = 0; at < sizeof(data); at += 8) {
		assert_true(ring_fits(ring_bytes_free(at, at, sizeof(data)), 56));
		assert_false(ring_fits(ring_bytes_free(at, at, sizeof(data)), 64));
		end = ring_copy_in(data, sizeof(data), at, &d, sizeof(d));
		end = ring_copy_in(data, sizeof(data), end, body, sizeof(body));
		end = ring_index_add(end, 8, sizeof(data));
		ring_copy_out(data, sizeof(data), at, &back, sizeof(back));
		assert_int_equal(ring_check_packet(&back, ring_bytes_used(end, at, sizeof(data)),
						   &got), 0);
		assert_int_equal(got.total_len, 56);
		assert_int_equal(ring_index_add(at, got.total_len, sizeof(data)), end);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_packets),
		cmocka_unit_test(largest_packet),
	};

	return cmocka_run_group_tests_name("ring_stream", tests, NULL, NULL);
}
