// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's rings against the drivers' own ring arithmetic, which was written apart from it: copies round the end, hostile
 * indices, and both sides on threads of their own, where a missed wake-up is a hang.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "unit.h"

#include "../../lis/vmbus/ring_math.h"
#include "vmbus/account.h"
#include "vmbus/ring.h"

#define PAGES 3 /* header and two of data */
#define SIZE ((PAGES - 1) * 4096U)

/* Two rings; `apart`: data pages that do not follow each other. */
static uint8_t memory[2][2 * PAGES][4096] __attribute__((aligned(4096)));
static uint8_t *pages[2][PAGES];

static void make_pages(bool apart)
{
	unsigned int r, i;

	memset(memory, 0, sizeof(memory));
	for (r = 0; r < 2; r++)
		for (i = 0; i < PAGES; i++)
			pages[r][i] = memory[r][apart ? 2 * (PAGES - 1 - i) : i];
}

static void in_start(struct ring_in *in, bool apart)
{
	make_pages(apart);
	memset(in, 0, sizeof(*in));
	ring_setup(&in->r, pages[0], PAGES);
}

static void out_start(struct ring_out *out, bool apart)
{
	make_pages(apart);
	memset(out, 0, sizeof(*out));
	ring_setup(&out->r, pages[1], PAGES);
}

/* What is there at `at`, page by page. */
static uint8_t byte_at(unsigned int ring, uint32_t at)
{
	at %= SIZE;
	return pages[ring][1 + at / 4096][at % 4096];
}

static void copies_go_round_the_end(void **state)
{
	uint8_t from[SIZE], to[SIZE];
	struct ring_in in;
	uint64_t seed = 1;
	unsigned int n, i;
	uint32_t at, len;

	for (n = 0; n < 4000; n++) {
		in_start(&in, n & 1);
		at = rnd(&seed) % SIZE & ~7U;
		len = rnd(&seed) % (SIZE + 1);
		for (i = 0; i < len; i++)
			from[i] = (uint8_t)rnd(&seed);
		ring_put(&in.r, at, from, len);
		for (i = 0; i < len; i++)
			row_equal(n, byte_at(0, at + i), from[i]);
		ring_get(&in.r, at, to, len);
		assert_memory_equal(from, to, len);
	}
}

static void flat_pages_are_seen_as_such(void **state)
{
	struct ring_in in;

	in_start(&in, false);
	assert_ptr_equal(in.r.flat, pages[0][1]);
	in_start(&in, true);
	assert_null(in.r.flat);
}

static void hostile_write_indices_are_refused(void **state)
{
	static const uint32_t bad[] = { 1, 4, 7, SIZE - 1, SIZE, SIZE + 8, 0x7FFFFFF8, 0x80000000, 0xFFFFFFF8, 0xFFFFFFFF };
	struct ring_in in;
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		in_start(&in, false);
		in.r.hdr->write_index = bad[i];
		row_equal(i, ring_in_look(&in), -EPROTO);
		row_equal(i, ring_in_mask(&in), -EPROTO);
	}
	in_start(&in, false);
	in.r.hdr->write_index = 64;
	assert_int_equal(ring_in_look(&in), 64);
	in.r.hdr->write_index = 56; /* taken back */
	assert_int_equal(ring_in_look(&in), -EPROTO);
}

static void hostile_read_indices_are_refused(void **state)
{
	static const uint32_t bad[] = { 1, 4, SIZE, SIZE + 8, 0xFFFFFFF8, 0xFFFFFFFF };
	static const uint8_t some[256];
	struct ring_out out;
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		out_start(&out, false);
		out.r.hdr->read_index = bad[i];
		row_equal(i, ring_out_room(&out, SIZE), -EPROTO);
	}
	out_start(&out, false);
	ring_out_put(&out, some, 128);
	out.r.hdr->read_index = 8; /* of what was not published yet */
	assert_int_equal(ring_out_room(&out, SIZE), -EPROTO);
	ring_out_publish(&out);
	assert_int_equal(ring_out_room(&out, SIZE), (int)SIZE - 8 - 120);
	out.r.hdr->read_index = 0; /* moved back */
	assert_int_equal(ring_out_room(&out, SIZE), -EPROTO);
}

/* 9.7 step 5 against the drivers' function, over masks, indices and batches. */
static void writes_signal_as_the_drivers_would(void **state)
{
	static const uint8_t some[SIZE];
	struct ring_out out;
	uint64_t seed = 2;
	unsigned int n;
	uint32_t old, len;
	bool want;

	for (n = 0; n < 20000; n++) {
		out_start(&out, false);
		old = rnd(&seed) % SIZE & ~7U;
		out.read = out.r.hdr->read_index = rnd(&seed) & 1 ? old : rnd(&seed) % SIZE & ~7U;
		out.write = out.published = out.r.hdr->write_index = old;
		out.r.hdr->interrupt_mask = rnd(&seed) & 1;
		for (len = 8; len <= 24; len += 8)
			if (ring_out_room(&out, 8) >= 8)
				ring_out_put(&out, some, 8);
		want = out.write != old &&
		       ring_signal_after_write(out.r.hdr->interrupt_mask, old, out.r.hdr->read_index);
		row_equal(n, ring_out_publish(&out), want);
		row_equal(n, out.r.hdr->write_index, out.write);
	}
}

/* 9.8 step 4 against the drivers' function; a writer that puts size - 1; no feature bit. */
static void reads_signal_as_the_drivers_would(void **state)
{
	struct ring_in in;
	uint64_t seed = 3;
	unsigned int n, took_true = 0;
	uint32_t used, freed, pending;
	bool want, early;

	for (n = 0; n < 50000; n++) {
		in_start(&in, false);
		in.r.hdr->feature_bits = n % 16 != 0;
		in.read = in.write = rnd(&seed) % SIZE & ~7U;
		used = rnd(&seed) % SIZE & ~7U;
		in.r.hdr->write_index = ring_index_add(in.read, used, SIZE);
		in.r.hdr->read_index = in.read;
		assert_int_equal(ring_in_mask(&in), used);
		freed = used ? rnd(&seed) % used & ~7U : 0;
		pending = rnd(&seed) % SIZE;
		if (n % 8)
			pending &= ~7U;
		if (n % 5 == 0)
			pending = SIZE - used + (rnd(&seed) % 4) * 8 - 16;
		in.r.hdr->pending_send_sz = n % 31 ? pending : SIZE - 1;
		ring_in_skip(&in, freed);
		want = freed && in.r.hdr->feature_bits &&
		       ring_signal_after_read(in.r.hdr->pending_send_sz & ~7U, SIZE - used + freed, freed);
		took_true += want;
		row_equal(n, ring_in_commit(&in, &early), want);
		row_equal(n, early, freed && freed < used);
		row_equal(n, in.r.hdr->read_index, in.read);
	}
	assert_true(took_true > 1000);
}

/* Written while the mask was still set, so not signalled: whoever clears the mask must look again (9.10). */
static void what_came_before_the_mask_fell_is_found(void **state)
{
	struct ring_in in;

	in_start(&in, false);
	assert_int_equal(ring_in_mask(&in), 0);
	in.r.hdr->write_index = 64;
	assert_false(ring_signal_after_write(in.r.hdr->interrupt_mask, 0, in.r.hdr->read_index));
	assert_int_equal(ring_in_unmask(&in), 64);
	assert_int_equal(in.r.hdr->interrupt_mask, 1);
	assert_true(in.masked);
	in.r.hdr->write_index = 60;
	in.masked = false;
	assert_int_equal(ring_in_unmask(&in), -EPROTO);
}

/* Read before pending_send_sz was set, so not signalled: whoever sets it must look again (9.9). */
static void room_made_before_it_was_asked_for_is_found(void **state)
{
	static const uint8_t some[SIZE];
	struct ring_out out;

	out_start(&out, false);
	ring_out_put(&out, some, SIZE - 8);
	ring_out_publish(&out);
	assert_true(ring_out_room(&out, 64) < 64);
	out.r.hdr->read_index = 64;
	assert_false(ring_signal_after_read(out.r.hdr->pending_send_sz, 72, 64));
	assert_true(ring_out_block(&out, 64));
	assert_int_equal(out.r.hdr->pending_send_sz, 0);
	assert_int_equal(out.pending, 0);
	assert_false(ring_out_block(&out, 72));
	assert_int_equal(out.r.hdr->pending_send_sz, 72);
}

static void signals_without_need_are_counted(void **state)
{
	struct account a;

	account_start(&a, 4);
	account_allow(&a);
	assert_int_equal(account_signals(&a, 1), 0);
	assert_int_equal(account_signals(&a, 1), 1); /* twice in one window */
	account_allow(&a);
	assert_int_equal(account_signals(&a, 5), 4);
	for (unsigned int i = 0; i < 100; i++)
		account_allow(&a); /* windows without a signal are not saved up */
	assert_int_equal(account_signals(&a, 100), 100 - (4 + ACCOUNT_SPARE + 1));
	assert_int_equal(account_signals(&a, 3), 3);
}

static void waiting_is_missing_only_after_long(void **state)
{
	uint64_t since = 0;

	assert_false(account_waits(&since, true, 1000));
	assert_false(account_waits(&since, true, 1000 + ACCOUNT_MISSED_NS - 1));
	assert_false(account_waits(&since, false, 1000 + ACCOUNT_MISSED_NS));
	assert_false(account_waits(&since, true, 1000 + ACCOUNT_MISSED_NS));
	assert_true(account_waits(&since, true, 1000 + 2 * ACCOUNT_MISSED_NS));
}

/* --- both sides at once ---------------------------------------------------------------------------------------------------- */

#define ITEMS 60000U

/* The opposite side, as a driver is written: 9.7 to 9.10 with the functions of ring_math.c. */
static struct {
	struct vmbus_ring_hdr *hdr;
	uint8_t *data;
	int host_fd, guest_fd; /* signals to either */
	uint64_t host_signals;
} far;

static bool await(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t n;

	return poll(&p, 1, 20000) == 1 && read(fd, &n, sizeof(n)) == sizeof(n);
}

static void wake(int fd)
{
	uint64_t one = 1;

	if (write(fd, &one, sizeof(one)) != sizeof(one))
		abort();
}

static uint32_t look(uint32_t *p)
{
	return __atomic_load_n(p, __ATOMIC_SEQ_CST);
}

static void tell(uint32_t *p, uint32_t v)
{
	__atomic_store_n(p, v, __ATOMIC_SEQ_CST);
}

static uint32_t item_len(uint32_t n)
{
	return 8 + (n * 2654435761U >> 20) % (n % 64 ? 400 : SIZE - 24) / 8 * 8;
}

static bool far_wait_room(uint32_t write, uint32_t len)
{
	while (!ring_fits(ring_bytes_free(write, look(&far.hdr->read_index), SIZE), len)) {
		tell(&far.hdr->pending_send_sz, len);
		if (ring_fits(ring_bytes_free(write, look(&far.hdr->read_index), SIZE), len))
			break;
		if (!await(far.guest_fd))
			return false;
	}
	tell(&far.hdr->pending_send_sz, 0);
	return true;
}

static void *far_producer(void *arg)
{
	uint8_t bytes[SIZE];
	uint32_t write = 0, old, n, len;

	for (n = 0; n < ITEMS; n++) {
		len = item_len(n);
		if (!far_wait_room(write, len))
			return "the producer waits for ever";
		memset(bytes, (int)(n & 0xFF), len);
		memcpy(bytes, &len, 4);
		old = write;
		write = ring_copy_in(far.data, SIZE, write, bytes, len);
		tell(&far.hdr->write_index, write);
		if (ring_signal_after_write(look(&far.hdr->interrupt_mask), old, look(&far.hdr->read_index))) {
			__atomic_fetch_add(&far.host_signals, 1, __ATOMIC_SEQ_CST);
			wake(far.host_fd);
		}
	}
	return NULL;
}

static uint32_t check_item(struct ring_in *in, uint32_t n)
{
	uint8_t bytes[SIZE];
	uint32_t len;

	ring_get(&in->r, in->read, &len, 4);
	row_equal(n, len, item_len(n));
	ring_get(&in->r, in->read, bytes, len);
	row_equal(n, bytes[len - 1], n & 0xFF ? n & 0xFF : bytes[len - 1]);
	ring_in_skip(in, len);
	return len;
}

/* What channel.c and packet.c do, without the rest. Every few items an index is told early. */
static void drain(struct ring_in *in, struct account *a, uint32_t *n)
{
	bool early;
	int have;

	have = in->masked ? ring_in_look(in) : ring_in_mask(in);
	for (;;) {
		while (ring_in_have(in)) {
			check_item(in, (*n)++);
			if (*n % 7 == 0 || in->freed > SIZE / 4) {
				if (ring_in_commit(in, &early))
					wake(far.guest_fd);
				if (early)
					account_allow(a);
			}
		}
		if (ring_in_commit(in, &early))
			wake(far.guest_fd);
		if (early)
			account_allow(a);
		have = ring_in_look(in);
		if (have == 0) {
			account_allow(a);
			have = ring_in_unmask(in);
		}
		assert_true(have >= 0);
		if (have == 0)
			return;
	}
}

static void start_far(uint8_t *const *p)
{
	far.hdr = (struct vmbus_ring_hdr *)p[0];
	far.data = p[1];
	far.hdr->feature_bits = 1;
	far.host_fd = eventfd(0, 0);
	far.guest_fd = eventfd(0, 0);
	far.host_signals = 0;
}

static void end_far(pthread_t t)
{
	void *why;

	pthread_join(t, &why);
	if (why)
		fail_msg("%s", (char *)why);
	close(far.host_fd);
	close(far.guest_fd);
}

/* The host's end of a ring, its signals accounted for, and a guest at the other. */
static void start_watched(struct ring_in *in, struct account *a)
{
	in_start(in, false);
	start_far(pages[0]);
	account_start(a, 1);
	account_allow(a);
}

static void draining_misses_nothing_and_counts_nothing(void **state)
{
	struct pollfd p = { .events = POLLIN };
	struct account a;
	struct ring_in in;
	uint64_t times, extra = 0;
	uint32_t n = 0;
	pthread_t t;

	start_watched(&in, &a);
	pthread_create(&t, NULL, far_producer, NULL);
	p.fd = far.host_fd;
	while (n < ITEMS) {
		if (poll(&p, 1, 20000) != 1 || read(far.host_fd, &times, sizeof(times)) != sizeof(times))
			fail_msg("the host sleeps for ever at item %u", n);
		extra += account_signals(&a, times);
		drain(&in, &a, &n);
	}
	end_far(t);
	assert_int_equal(extra, 0);
}

/* A driver that signals every packet is convicted. */
static void *far_noisy_producer(void *arg)
{
	uint32_t write = 0, n, len;
	uint8_t bytes[SIZE];

	for (n = 0; n < ITEMS / 4; n++) {
		len = item_len(n);
		if (!far_wait_room(write, len))
			return "the producer waits for ever";
		memset(bytes, (int)(n & 0xFF), len);
		memcpy(bytes, &len, 4);
		write = ring_copy_in(far.data, SIZE, write, bytes, len);
		tell(&far.hdr->write_index, write);
		__atomic_fetch_add(&far.host_signals, 1, __ATOMIC_SEQ_CST);
		wake(far.host_fd);
	}
	return NULL;
}

static void a_noisy_driver_is_convicted(void **state)
{
	struct account a;
	struct ring_in in;
	uint64_t times, extra = 0, total = 0;
	uint32_t n = 0;
	pthread_t t;

	start_watched(&in, &a);
	pthread_create(&t, NULL, far_noisy_producer, NULL);
	while (n < ITEMS / 4 || total < far.host_signals) {
		if (read(far.host_fd, &times, sizeof(times)) != sizeof(times))
			break;
		total += times;
		extra += account_signals(&a, times);
		drain(&in, &a, &n);
	}
	end_far(t);
	assert_true(extra > 0);
	print_message("# %llu of %llu signals counted as superfluous\n", (unsigned long long)extra,
		      (unsigned long long)far.host_signals);
}

static void *far_consumer(void *arg)
{
	uint32_t read = 0, write, n = 0, len, freed;

	while (n < ITEMS) {
		tell(&far.hdr->interrupt_mask, 1);
		while ((write = look(&far.hdr->write_index)) != read) {
			for (freed = 0; read != write && freed < 300; freed += len) {
				ring_copy_out(far.data, SIZE, read, &len, 4);
				if (len != item_len(n++))
					return "an item of wrong length";
				read = ring_index_add(read, len, SIZE);
			}
			tell(&far.hdr->read_index, read);
			if (ring_signal_after_read(look(&far.hdr->pending_send_sz),
						   ring_bytes_free(look(&far.hdr->write_index), read, SIZE), freed))
				wake(far.host_fd);
		}
		tell(&far.hdr->interrupt_mask, 0);
		if (look(&far.hdr->write_index) != read || n == ITEMS)
			continue;
		if (!await(far.guest_fd))
			return "the consumer sleeps for ever";
	}
	return NULL;
}

static bool put_item(struct ring_out *out, uint32_t n)
{
	uint8_t bytes[SIZE];
	uint32_t len = item_len(n);

	if (ring_out_room(out, len) < (int)len) {
		if (ring_out_publish(out))
			wake(far.guest_fd);
		if (!ring_out_block(out, len))
			return false;
	}
	memset(bytes, 0, len);
	memcpy(bytes, &len, 4);
	ring_out_put(out, bytes, len);
	return true;
}

static void filling_misses_nothing(void **state)
{
	struct ring_out out;
	uint32_t n = 0;
	pthread_t t;

	out_start(&out, false);
	start_far(pages[1]);
	pthread_create(&t, NULL, far_consumer, NULL);
	while (n < ITEMS) {
		if (put_item(&out, n)) {
			if (++n % 5 == 0 && ring_out_publish(&out)) /* a batch */
				wake(far.guest_fd);
			continue;
		}
		do {
			if (!await(far.host_fd))
				fail_msg("the host waits for room for ever at item %u", n);
		} while (ring_out_room(&out, out.pending) < (int)out.pending);
		ring_out_unblock(&out);
	}
	if (ring_out_publish(&out))
		wake(far.guest_fd);
	end_far(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_go_round_the_end),
		cmocka_unit_test(flat_pages_are_seen_as_such),
		cmocka_unit_test(hostile_write_indices_are_refused),
		cmocka_unit_test(hostile_read_indices_are_refused),
		cmocka_unit_test(writes_signal_as_the_drivers_would),
		cmocka_unit_test(reads_signal_as_the_drivers_would),
		cmocka_unit_test(what_came_before_the_mask_fell_is_found),
		cmocka_unit_test(room_made_before_it_was_asked_for_is_found),
		cmocka_unit_test(signals_without_need_are_counted),
		cmocka_unit_test(waiting_is_missing_only_after_long),
		cmocka_unit_test(draining_misses_nothing_and_counts_nothing),
		cmocka_unit_test(a_noisy_driver_is_convicted),
		cmocka_unit_test(filling_misses_nothing),
	};

	return cmocka_run_group_tests_name("host_vmbus_ring", tests, NULL, NULL);
}
