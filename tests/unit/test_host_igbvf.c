// SPDX-License-Identifier: GPL-2.0-only
/* The 82576 virtual function of the test host: mailbox, interrupts, rings, and guests that lie in them. */
#include "unit.h"
#include <jansson.h>
#include <stdbool.h>
#include <string.h>
#include <wire/rndis.h>
#include "core/loop.h"
#include "core/opts.h"
#include "dev/igbvf.h"
#include "dev/net_offload.h"
#include "dev/net_vf.h"
#include "machine/machine.h"

#define GUEST_RAM 0x40000
#include "guest_ram.h"

#define CTRL 0x0000
#define STATUS 0x0008
#define MEMORY 0x0800
#define MAILBOX 0x0C40
#define EIMS 0x1524
#define EIAM 0x1530
#define IVAR 0x1700
#define IVAR_MISC 0x1740
#define RX 0x2800
#define TX 0x3800
#define BAL 0x00
#define LEN 0x08
#define SPLIT 0x0C
#define HEAD 0x10
#define TAIL 0x18
#define CONTROL 0x28
#define MSIX 0x4000
#define ENABLE 0x02000000
#define RX_AT 0x1000		/* rings in guest memory: 8 descriptors each */
#define TX_AT 0x2000
#define DATA_AT 0x4000
#define DATA 0x20300000U	/* a data descriptor, the extension bit set */
#define CONTEXT 0x20200000U
#define LAST 0x01000000U
#define REPORT 0x08000000U

static const uint8_t mac[6] = { 0x00, 0x15, 0x5D, 1, 2, 3 };
static struct pci_func *f;
static struct net_port port;
static unsigned int fired[IGBVF_VECTORS], rooms, leaves, flushes;
static unsigned int frames;
static uint8_t last[65536];
static struct net_frame last_frame;
static bool refuse_join;
static loop_fn posted;
static void *posted_arg;

/* --- what lies under it ----------------------------------------------------------------------------------------------------- */

int loop_post(loop_fn fn, void *arg)
{
	assert_null(posted); /* one at a time, however often the guest asks */
	posted = fn;
	posted_arg = arg;
	return 0;
}

int net_vf_join(struct net *n, const struct net_port *p)
{
	port = *p;
	return refuse_join ? -1 : 0;
}

struct net *net_vf_adapter(const char *name)
{
	return strcmp(name, "net") ? NULL : (struct net *)ram;
}

const uint8_t *net_vf_mac(const struct net *n)
{
	return mac;
}

bool net_parse_mac(const char *text, uint8_t *to)
{
	memset(to, 2, 6);
	return text[0] == '2';
}

void net_vf_leave(struct net *n)
{
	leaves++;
}

void net_vf_frame(struct net *n, const struct net_frame *frame)
{
	assert_in_range(frame->len, 1, sizeof(last));
	memcpy(last, frame->data, frame->len);
	last_frame = *frame;
	frames++;
}

void net_vf_flush(struct net *n)
{
	flushes++;
}

void net_vf_room(struct net *n)
{
	rooms++;
}

static void interrupt(void *bus, uint64_t address, uint32_t data)
{
	assert_in_range(data, 0, IGBVF_VECTORS - 1);
	fired[data]++;
}

static void run(void)
{
	unsigned int turns = 0;

	while (posted) {
		loop_fn fn = posted;

		assert_in_range(++turns, 1, 100);
		posted = NULL;
		fn(posted_arg);
	}
}

/* --- a guest's driver, small ------------------------------------------------------------------------------------------------ */

static void set(uint64_t reg, uint32_t value)
{
	pci_bar_write(f, reg, 4, value);
}

static uint32_t get(uint64_t reg)
{
	return (uint32_t)pci_bar_read(f, reg, 4);
}

/* A message by the mailbox; the answer's first word. */
static uint32_t ask(uint32_t word)
{
	set(MAILBOX, 0x04);
	assert_int_equal(get(MAILBOX) & 0x04, 0x04);
	set(MEMORY, word);
	set(MAILBOX, 0x01);
	assert_int_equal(get(MAILBOX) & 0x34, 0x30); /* acknowledged, answered, ours no more */
	assert_int_equal(get(MAILBOX) & 0x30, 0);    /* which is told once */
	return get(MEMORY);
}

static void ring(uint64_t at, uint64_t base)
{
	set(at + BAL, (uint32_t)base);
	set(at + BAL + 4, (uint32_t)(base >> 32));
	set(at + LEN, 8 * 16);
	set(at + HEAD, 0);
	set(at + TAIL, 0);
	set(at + CONTROL, ENABLE);
}

static void interrupts_on(void)
{
	pci_config_write(f, 0x42, 2, 0x8000);
	for (unsigned int i = 0; i < IGBVF_VECTORS; i++) {
		pci_bar_write(f, MSIX + 16 * i + 8, 4, i);
		pci_bar_write(f, MSIX + 16 * i + 12, 4, 0);
	}
	set(IVAR, 0x8081); /* received frames: vector 1, sent ones: 0 */
	set(IVAR_MISC, 0x82);
	set(EIAM, 7);
	set(EIMS, 7);
}

static int set_up(void **state)
{
	memset(ram, 0, sizeof(ram));
	memset(fired, 0, sizeof(fired));
	frames = rooms = leaves = flushes = 0;
	posted = NULL;
	refuse_join = false;
	f = igbvf_new((struct net *)ram, mac);
	assert_non_null(f);
	f->interrupt = interrupt;
	interrupts_on();
	ring(RX, RX_AT);
	ring(TX, TX_AT);
	set(RX + SPLIT, 0x02000000 | 2);
	return 0;
}

static int tear_down(void **state)
{
	f->ops->destroy(f);
	run();
	assert_int_equal(leaves, 1);
	return 0;
}

static json_int_t counter(const char *name)
{
	json_t *o = json_object();
	json_int_t v;

	igbvf_counters(f, o);
	assert_true(json_is_integer(json_object_get(o, name)));
	v = json_integer_value(json_object_get(o, name));
	json_decref(o);
	return v;
}

static void put(uint64_t gpa, uint64_t value, size_t len)
{
	memcpy(ram + gpa, &value, len);
}

static uint64_t word(uint64_t gpa, size_t len)
{
	uint64_t v = 0;

	memcpy(&v, ram + gpa, len);
	return v;
}

static void tx_desc(unsigned int i, uint64_t address, uint32_t command, uint32_t status)
{
	put(TX_AT + 16 * i, address, 8);
	put(TX_AT + 16 * i + 8, command, 4);
	put(TX_AT + 16 * i + 12, status, 4);
}

static void rx_buffers(unsigned int n)
{
	for (unsigned int i = 0; i < 8; i++)
		put(RX_AT + 16 * i, DATA_AT + 0x1000 * i, 8);
	set(RX + TAIL, n);
}

/* A TCP segment to be checked or cut: 14 + 20 + 20 bytes of headers. */
static size_t tcp_frame(uint8_t *to, size_t payload, bool whole)
{
	static const uint8_t head[54] = { 2, 0, 0, 0, 0, 1, 0x00, 0x15, 0x5D, 1, 2, 3, 8, 0, 0x45, [22] = 64, 6, [26] = 10, 0, 0, 2,
					  10, 0, 0, 1, 0x12, 0x34, 0, 9, [46] = 0x50, 0x18, 1 };
	size_t total = 40 + payload;

	memcpy(to, head, sizeof(head));
	if (whole) {
		to[16] = (uint8_t)(total >> 8);
		to[17] = (uint8_t)total;
	}
	for (size_t i = 0; i < payload; i++)
		to[sizeof(head) + i] = (uint8_t)i;
	return sizeof(head) + payload;
}

/* --- tests ------------------------------------------------------------------------------------------------------------------ */

static void configuration(void **state)
{
	assert_int_equal(pci_config_read(f, 0, 4), 0x10CA8086);
	assert_int_equal(pci_config_read(f, 0x40, 1), 0x11);
	assert_int_equal(pci_config_read(f, 0x42, 2) & 0x7FF, IGBVF_VECTORS - 1);
	assert_int_equal(pci_config_read(f, 0x44, 4), MSIX);
	assert_int_equal(get(STATUS), 0x83);
	igbvf_link(f, false);
	assert_int_equal(get(STATUS), 0);
	assert_int_equal(fired[2], 1); /* the physical function says that something changed */
	assert_int_equal(get(0x3FFC), 0);
	assert_int_equal(pci_bar_read(f, STATUS, 8), 0); /* registers have four bytes */
	assert_int_equal(pci_bar_read(f, STATUS + 1, 4), 0);
}

static void one_function_only(void **state)
{
	refuse_join = true;
	assert_null(igbvf_new((struct net *)ram, mac));
}

/* What the options make; NULL when they are refused. */
static struct pci_func *made_of(const char *text)
{
	struct opts *o = opts_parse(text);
	struct pci_func *g = igbvf_from_options(o);

	opts_free(o);
	return g;
}

static void options(void **state)
{
	struct pci_func *g = made_of("pci");

	assert_non_null(g);
	assert_memory_equal(((struct igbvf *)g)->mac, mac, 6);
	g->ops->destroy(g);
	g = made_of("pci,mac=2");
	assert_non_null(g);
	assert_int_equal(((struct igbvf *)g)->mac[5], 2);
	g->ops->destroy(g);
	assert_null(made_of("pci,net=other"));
	assert_null(made_of("pci,mac=x"));
	refuse_join = true;
	assert_null(made_of("pci"));
	leaves = 0;
}

static void mailbox(void **state)
{
	assert_int_equal(ask(5), 0x40000005); /* nothing before the reset */
	assert_int_equal(ask(1), 0x80000001); /* exactly: no other bit */
	assert_memory_equal(&((struct igbvf *)f)->message[1], mac, 6);
	assert_int_equal(ask(0x00010003), 0xA0010003);
	assert_int_equal(ask(99), 0x60000063);
	set(MEMORY + 4, 0x11111111);
	assert_int_equal(ask(2), 0x60000002); /* another address is not for the guest to choose */
	assert_int_equal(ask(0x00010002), 0xA0010002); /* one more to listen to is */
	assert_int_equal(counter("refused"), 3);
	set(CTRL, 0x04000000);
	assert_int_equal(ask(3), 0x40000003);
}

static void vectors(void **state)
{
	set(EIAM, 0);
	set(0x1520, 1); /* raised by the guest itself */
	set(0x1520, 1);
	assert_int_equal(fired[0], 2);
	set(EIAM, 7);
	set(0x1520, 1);
	set(0x1520, 1); /* masked by the one before */
	assert_int_equal(fired[0], 3);
	assert_int_equal(get(EIMS), 6);
	set(EIMS, 1);
	assert_int_equal(fired[0], 4);
	set(0x1528, 7);
	set(0x1520, 0xFFFFFFFF);
	assert_int_equal(fired[0] + fired[1] + fired[2], 4);
	set(0x1580, 7); /* forgotten */
	set(EIMS, 7);
	assert_int_equal(fired[0] + fired[1] + fired[2], 4);
	set(IVAR, 0x83838383); /* vectors it has not got */
	set(IVAR_MISC, 0xFF);
	ask(1);
	assert_int_equal(fired[2], 0);
}

static void sends(void **state)
{
	size_t len = tcp_frame(ram + DATA_AT, 100, true);

	tx_desc(0, DATA_AT, DATA | 54, 0);
	tx_desc(1, DATA_AT + 54, DATA | LAST | REPORT | 100, 0);
	set(TX + TAIL, 2);
	set(TX + TAIL, 2);
	assert_int_equal(frames, 0); /* not on the guest's thread */
	run();
	assert_int_equal(frames, 1);
	assert_int_equal(last_frame.len, len);
	assert_memory_equal(last, ram + DATA_AT, len);
	assert_false(last_frame.tagged);
	assert_int_equal(word(TX_AT + 12, 4), 0);
	assert_int_equal(word(TX_AT + 28, 4), 1);
	assert_int_equal(fired[0], 1);
	assert_int_equal(flushes, 1);
	assert_int_equal(get(TX + HEAD), 2);
}

static void sends_with_a_tag_and_a_sum(void **state)
{
	size_t len = tcp_frame(ram + DATA_AT, 11, true);
	struct net_layers l;
	uint16_t seed;

	assert_true(net_layers(ram + DATA_AT, len, &l));
	seed = (uint16_t)~net_sum_done(net_sum_pseudo(ram + DATA_AT, &l, len - 34));
	put(DATA_AT + 50, seed, 2);
	tx_desc(0, (uint64_t)(5 << 16 | 14 << 9 | 20), CONTEXT | 0x400 | 0x800, 0);
	tx_desc(1, DATA_AT, DATA | LAST | REPORT | 0x40000000 | (uint32_t)len, 0x200);
	set(TX + TAIL, 2);
	run();
	assert_int_equal(frames, 1);
	assert_true(last_frame.tagged);
	assert_int_equal(last_frame.tci, 5);
	assert_true(net_sum_verify(last, &l) & RNDIS_CSUM_RX_TCP_OK);
	assert_false(net_sum_verify(ram + DATA_AT, &l) & RNDIS_CSUM_RX_TCP_OK);
	/* a header longer than the frame */
	tx_desc(2, (uint64_t)(127 << 9 | 511), CONTEXT | 0x400 | 0x800, 0);
	tx_desc(3, DATA_AT, DATA | LAST | (uint32_t)len, 0x200);
	set(TX + TAIL, 4);
	run();
	assert_int_equal(frames, 1);
	assert_int_equal(counter("tx-bad"), 1);
}

static void cuts_large_ones(void **state)
{
	size_t len = tcp_frame(ram + DATA_AT, 2500, false);

	tx_desc(0, 14 << 9 | 20, CONTEXT | 0x400 | 0x800, 1000 << 16 | 20 << 8);
	tx_desc(1, DATA_AT, DATA | LAST | REPORT | 0x80000000 | (uint32_t)len, 0x300);
	set(TX + TAIL, 2);
	run();
	assert_int_equal(frames, 3);
	assert_int_equal(last_frame.len, 54 + 500);
	assert_int_equal(counter("tx-segments"), 3);
	/* no segment size at all */
	tx_desc(2, 14 << 9 | 20, CONTEXT | 0x400 | 0x800, 0);
	tx_desc(3, DATA_AT, DATA | LAST | 0x80000000 | (uint32_t)len, 0x300);
	set(TX + TAIL, 4);
	run();
	assert_int_equal(frames, 3);
	assert_int_equal(counter("tx-bad"), 1);
}

static void senders_that_lie(void **state)
{
	tx_desc(0, 0xFFFFFFFFFFFFFFF0ULL, DATA | LAST | 64, 0); /* no memory */
	tx_desc(1, DATA_AT, DATA | LAST | 4, 0); /* no frame */
	tx_desc(2, DATA_AT, 0x00500000 | 64, 0); /* no kind there is */
	set(TX + TAIL, 3);
	run();
	for (unsigned int i = 3; i < 8; i++)
		tx_desc(i, 0, DATA | 0xFFFF, 0); /* a frame that does not end */
	set(TX + TAIL, 0);
	run();
	assert_int_equal(frames, 0);
	assert_int_equal(counter("tx-bad"), 3);
	tx_desc(0, DATA_AT, DATA | LAST | 60, 0);
	set(TX + TAIL, 1);
	run();
	assert_int_equal(frames, 0);
	assert_int_equal(counter("tx-bad"), 4);
	set(TX + TAIL, 8); /* beyond the ring */
	run();
	set(TX + LEN, 0xFFFFFFF0); /* a ring of any length */
	set(TX + TAIL, 5);
	run();
	assert_int_equal(frames, 0);
	set(TX + LEN, 0);
	set(TX + TAIL, 0);
	run();
	set(TX + LEN, 8 * 16);
	set(TX + BAL, 0xFFFFFF80); /* elsewhere than in memory: it is off then */
	set(TX + TAIL, 2);
	run();
	assert_int_equal(get(TX + CONTROL) & ENABLE, 0);
}

static struct net_frame frame_of(size_t len)
{
	static uint8_t data[20000];

	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t)(i * 7 + i / 256);
	return (struct net_frame){ .data = data, .len = len };
}

static void receives(void **state)
{
	struct net_frame frame = frame_of(1514);

	rx_buffers(7);
	frame.tagged = true;
	frame.tci = 77;
	assert_true(port.up(port.arg, &frame));
	assert_int_equal(fired[1], 0);
	port.flush(port.arg);
	port.flush(port.arg);
	assert_int_equal(fired[1], 1);
	assert_memory_equal(ram + DATA_AT, frame.data, 1514);
	assert_int_equal(word(RX_AT + 8, 4), 0x0B); /* done, last, tagged */
	assert_int_equal(word(RX_AT + 12, 2), 1514);
	assert_int_equal(word(RX_AT + 14, 2), 77);
	frame = frame_of(4500); /* three buffers of 2 KiB */
	assert_true(port.up(port.arg, &frame));
	assert_int_equal(word(RX_AT + 16 + 8, 4), 0x01);
	assert_int_equal(word(RX_AT + 32 + 8, 4), 0x01);
	assert_int_equal(word(RX_AT + 48 + 8, 4), 0x03);
	assert_int_equal(word(RX_AT + 48 + 12, 2), 4500 - 4096);
	assert_memory_equal(ram + DATA_AT + 0x3000, frame.data + 4096, 4500 - 4096);
	assert_int_equal(get(RX + HEAD), 4);
}

static void splits_headers(void **state)
{
	struct net_frame frame = frame_of(3000);

	set(RX + SPLIT, 0x0A000000 | 2 << 8 | 2);
	rx_buffers(7);
	put(RX_AT + 8, 0x3000, 8);
	assert_true(port.up(port.arg, &frame));
	assert_memory_equal(ram + 0x3000, frame.data, 128);
	assert_memory_equal(ram + DATA_AT, frame.data + 128, 2048);
	assert_memory_equal(ram + DATA_AT + 0x1000, frame.data + 128 + 2048, 3000 - 128 - 2048);
	assert_int_equal(word(RX_AT, 4) >> 21 & 0x3FF, 128);
	assert_int_equal(word(RX_AT + 12, 2), 2048);
	assert_int_equal(word(RX_AT + 16, 4), 0);
}

static void waits_for_buffers(void **state)
{
	struct net_frame frame = frame_of(5000);

	assert_false(port.up(port.arg, &frame)); /* none yet */
	rx_buffers(2);
	run();
	assert_int_equal(rooms, 1);
	assert_false(port.up(port.arg, &frame)); /* three it must be */
	assert_int_equal(word(RX_AT + 8, 4), 0);
	set(RX + TAIL, 3);
	run();
	assert_int_equal(rooms, 2);
	assert_true(port.up(port.arg, &frame));
	set(RX + TAIL, 4); /* nobody waits */
	assert_null(posted);
	assert_int_equal(rooms, 2);
	frame.len = 9000;
	assert_false(port.up(port.arg, &frame));
	set(CTRL, 0x04000000); /* it will wait in vain */
	run();
	assert_int_equal(rooms, 3);
	assert_true(port.up(port.arg, &frame)); /* and is lost, as by any function that is off */
	assert_int_equal(counter("rx-lost"), 1);
}

static void receivers_that_lie(void **state)
{
	struct net_frame frame = frame_of(1514);

	rx_buffers(7);
	put(RX_AT, 0xFFFFFFFFFFFFFF00ULL, 8);
	assert_true(port.up(port.arg, &frame));
	assert_int_equal(counter("rx-lost"), 1);
	assert_int_equal(get(RX + CONTROL) & ENABLE, 0);
	set(RX + CONTROL, ENABLE);
	set(RX + HEAD, 0xFFFFFFFF);
	assert_true(port.up(port.arg, &frame));
	set(RX + HEAD, 0);
	set(RX + SPLIT, 0x02000000); /* buffers of nothing */
	assert_true(port.up(port.arg, &frame));
	set(RX + SPLIT, 0x0A000000 | 0x3F00 | 1);
	put(RX_AT, DATA_AT, 8);
	put(RX_AT + 8, 0xFFFFFFFF00000000ULL, 8); /* no header there */
	assert_true(port.up(port.arg, &frame));
	set(RX + CONTROL, ENABLE);
	set(RX + LEN, 15);
	assert_true(port.up(port.arg, &frame));
	frame.len = 13;
	set(RX + LEN, 128);
	assert_true(port.up(port.arg, &frame));
	assert_int_equal(counter("rx-lost"), 6);
	assert_int_equal(counter("rx-frames"), 0);
}

static void taken_away(void **state)
{
	tcp_frame(ram + DATA_AT, 10, true);
	tx_desc(0, DATA_AT, DATA | LAST | REPORT | 64, 0);
	igbvf_take_away(f);
	igbvf_take_away(f);
	assert_int_equal(leaves, 1);
	set(TX + TAIL, 1);
	run();
	assert_int_equal(frames, 0);
	assert_int_equal(word(TX_AT + 12, 4), 1); /* the guest gets its buffer back */
	assert_int_equal(get(STATUS), 0);
	set(TX + TAIL, 1); /* and the last turn frees, when all else has gone */
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(configuration), T(one_function_only), T(options), T(mailbox), T(vectors), T(sends), T(sends_with_a_tag_and_a_sum),
		T(cuts_large_ones), T(senders_that_lie), T(receives), T(splits_headers), T(waits_for_buffers),
		T(receivers_that_lie), T(taken_away),
	};

	return cmocka_run_group_tests_name("host_igbvf", tests, NULL, NULL);
}
