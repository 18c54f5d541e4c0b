// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/net/rndis_packet.c: packet messages, what travels beside a frame, coalesced frames, batches
 * (docs/wire/05-network.md 4, 8).
 */
#include "unit.h"
#include "../../lis/net/rndis_packet.h"

static struct rndis_packet packet(u32 len, u32 data_offset, u32 data_len, u32 ppi_offset, u32 ppi_len)
{
	struct rndis_packet p;

	memset(&p, 0, sizeof(p));
	p.hdr.type = 1;
	p.hdr.len = len;
	p.data_offset = data_offset;
	p.data_len = data_len;
	p.ppi_offset = ppi_offset;
	p.ppi_len = ppi_len;
	return p;
}

static void headers(void **state)
{
	static const struct {
		u32 len, data_offset, data_len, ppi_offset, ppi_len, range;
		int want;
	} t[] = {
		{ 104, 36, 60, 0, 0, 104, 0 },
		{ 1806, 248, 60, 36, 16, 1806, 0 }, /* a whole sub-allocation, as some hosts say */
		{ 105, 36, 60, 0, 0, 104, -EINVAL }, /* longer than the range */
		{ 104, 36, 61, 0, 0, 104, -EINVAL },
		{ 104, 35, 60, 0, 0, 104, -EINVAL }, /* within the header */
		{ 104, 36, 0, 0, 0, 104, -EINVAL },
		{ 104, 96, 1, 0, 0, 104, -EINVAL },
		{ 104, 95, 1, 0, 0, 104, 0 },
		{ 104, 0xFFFFFFF0, 60, 0, 0, 104, -EINVAL },
		{ 104, 36, 0xFFFFFFF0, 0, 0, 104, -EINVAL },
		{ 104, 52, 40, 36, 16, 104, 0 },
		{ 104, 52, 40, 35, 16, 104, -EINVAL },
		{ 104, 52, 40, 36, 61, 104, -EINVAL },
		{ 104, 52, 40, 97, 1, 104, -EINVAL },
		{ 104, 52, 40, 0xFFFFFFFF, 16, 104, -EINVAL },
		{ 104, 52, 40, 0xFFFFFFFF, 0, 104, 0 }, /* nothing there, so no matter where */
		{ 2000, 600, 40, 36, 512, 2000, 0 },
		{ 2000, 600, 40, 36, 513, 2000, -EINVAL },
		{ 43, 36, 1, 0, 0, 104, -EINVAL },
		{ 44, 36, 1, 0, 0, 43, -EINVAL },
	};
	struct rndis_rx rx;
	u32 i;

	(void)state;
	assert_int_equal(sizeof(struct rndis_packet), 44);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct rndis_packet p = packet(t[i].len, t[i].data_offset, t[i].data_len, t[i].ppi_offset, t[i].ppi_len);

		row_equal(i, rndis_check_packet(&p, t[i].range, &rx), t[i].want);
		if (t[i].want)
			continue;
		row_equal(i, rx.data_offset, 8 + t[i].data_offset);
		row_equal(i, rx.data_len, t[i].data_len);
		row_equal(i, rx.ppi_len, t[i].ppi_len);
		if (t[i].ppi_len)
			row_equal(i, rx.ppi_offset, 8 + t[i].ppi_offset);
		row_equal(i, rx.have, 0);
		p.hdr.type = 2;
		row_equal(i, rndis_check_packet(&p, t[i].range, &rx), -EINVAL);
	}
}

static u32 put(u8 *to, u32 size, u32 type, u32 offset, u32 value)
{
	const u32 words[] = { size, type, offset, value };

	memcpy(to, words, sizeof(words));
	return size;
}

static void information(void **state)
{
	struct rndis_rx rx;
	u8 ppi[128];
	u32 n;

	(void)state;
	memset(ppi, 0, sizeof(ppi));
	n = put(ppi, 16, 0, 12, 0x28);
	n += put(ppi + n, 16, 6, 12, 0x123 << 4 | 8 | 5);
	n += put(ppi + n, 20, 9, 12, 1); /* not known, longer */
	n += put(ppi + n, 16, 8, 12, 0xDEADBEEF);
	n += put(ppi + n, 16, 0x80000001, 12, 0xABCD0301);
	memset(&rx, 0, sizeof(rx));
	assert_int_equal(rndis_take_ppi(ppi, n, &rx), 0);
	assert_int_equal(rx.have, 0xF);
	assert_int_equal(rx.csum, 0x28);
	assert_int_equal(rx.vlan_tci, 5 << 13 | 0x1000 | 0x123);
	assert_int_equal(rx.hash, 0xDEADBEEF);
	assert_int_equal(rx.id_flags, 3);
	assert_int_equal(rx.id, 0xABCD);
	assert_int_equal(rndis_take_ppi(ppi, n - 1, &rx), -EINVAL);
	assert_int_equal(rndis_take_ppi(ppi, 11, &rx), -EINVAL);
	assert_int_equal(rndis_take_ppi(ppi, 0, &rx), 0);
}

static void bad_information(void **state)
{
	static const struct {
		u32 size, type, offset, len;
		int want;
		u32 have;
	} t[] = {
		{ 16, 0, 12, 16, 0, 1 },	      { 0, 0, 12, 16, -EINVAL, 0 },	  { 11, 0, 12, 16, -EINVAL, 0 },
		{ 17, 0, 12, 16, -EINVAL, 0 },	      { 0xFFFFFFFF, 0, 12, 16, -EINVAL, 0 }, { 16, 0, 13, 16, -EINVAL, 0 },
		{ 16, 0, 11, 16, -EINVAL, 0 },	      { 16, 0, 0xFFFFFFFF, 16, -EINVAL, 0 }, { 12, 0, 12, 12, -EINVAL, 0 },
		{ 12, 3, 0xFFFFFFFF, 12, 0, 0 },      { 16, 1, 12, 16, 0, 0 },		  { 20, 0, 16, 20, 0, 1 },
		{ 16, 0x80000000, 12, 16, 0, 0 }, /* internal 0 is no checksum */
	};
	struct rndis_rx rx;
	u8 ppi[32];
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		memset(ppi, 0, sizeof(ppi));
		put(ppi, t[i].size, t[i].type, t[i].offset, 1);
		memset(&rx, 0, sizeof(rx));
		row_equal(i, rndis_take_ppi(ppi, t[i].len, &rx), t[i].want);
		row_equal(i, rx.have, t[i].have);
	}
}

/* A version of the packet id that is not known says nothing. */
static void packet_id_version(void **state)
{
	struct rndis_rx rx;
	u8 ppi[16];

	(void)state;
	memset(&rx, 0, sizeof(rx));
	put(ppi, 16, 0x80000001, 12, 0x00000302);
	assert_int_equal(rndis_take_ppi(ppi, 16, &rx), 0);
	assert_int_equal(rx.have, 0);
}

static void vlan_tags(void **state)
{
	u32 tci;

	(void)state;
	assert_int_equal(rndis_vlan_word(0xA005), 5 | 5 << 4);
	assert_int_equal(rndis_vlan_word(0x1FFF), 8 | 0xFFF << 4);
	for (tci = 0; tci < 0x10000; tci++)
		row_equal(tci, rndis_vlan_tci(rndis_vlan_word(tci)), tci);
	assert_int_equal(rndis_vlan_tci(0xFFFF0000), 0);
}

/* ---- 8.5 ---- */

static enum rndis_rsc_step step(struct rndis_rsc *r, int flags, u32 len)
{
	struct rndis_rx rx;

	memset(&rx, 0, sizeof(rx));
	rx.data_len = len;
	if (flags >= 0) {
		rx.have = RNDIS_HAVE_ID;
		rx.id_flags = flags;
	}
	return rndis_rsc_step(r, &rx);
}

#define SUB RNDIS_PKTID_SUBALLOC
#define FIRST (SUB | RNDIS_PKTID_FIRST)
#define LAST (SUB | RNDIS_PKTID_LAST)

static void coalescing(void **state)
{
	struct rndis_rsc r = { false, 0, 0 };
	u32 i;

	(void)state;
	assert_int_equal(step(&r, -1, 60), RNDIS_RSC_ALONE);
	assert_int_equal(step(&r, 6, 60), RNDIS_RSC_ALONE); /* not sub-allocated */
	assert_int_equal(step(&r, SUB, 60), RNDIS_RSC_BAD); /* belongs to nothing */
	assert_int_equal(step(&r, LAST, 60), RNDIS_RSC_BAD);
	assert_int_equal(step(&r, FIRST, 100), RNDIS_RSC_FIRST);
	assert_int_equal(r.count, 1);
	assert_int_equal(step(&r, SUB, 200), RNDIS_RSC_MORE);
	assert_int_equal(r.count, 2);
	assert_int_equal(step(&r, LAST, 300), RNDIS_RSC_WHOLE);
	assert_int_equal(r.count, 3);
	assert_int_equal(r.bytes, 600);
	assert_false(rndis_rsc_reset(&r));
	assert_int_equal(step(&r, FIRST | LAST, 100), RNDIS_RSC_SINGLE);
	assert_false(rndis_rsc_reset(&r));
	/* a new first drops the old one */
	assert_int_equal(step(&r, FIRST, 100), RNDIS_RSC_FIRST);
	assert_int_equal(step(&r, FIRST, 50), RNDIS_RSC_FIRST);
	assert_int_equal(r.bytes, 50);
	/* so does a frame of its own */
	assert_int_equal(step(&r, -1, 100), RNDIS_RSC_ALONE);
	assert_int_equal(step(&r, LAST, 100), RNDIS_RSC_BAD);
	/* an end without the last */
	assert_int_equal(step(&r, FIRST, 100), RNDIS_RSC_FIRST);
	assert_true(rndis_rsc_reset(&r));
	/* 562 fragments, and no more */
	assert_int_equal(step(&r, FIRST, 1), RNDIS_RSC_FIRST);
	for (i = 1; i < 562; i++)
		row_equal(i, step(&r, SUB, 1), RNDIS_RSC_MORE);
	assert_int_equal(step(&r, SUB, 1), RNDIS_RSC_BAD);
	assert_int_equal(step(&r, LAST, 1), RNDIS_RSC_BAD);
	/* nor more bytes than a frame has */
	assert_int_equal(step(&r, FIRST, 65553), RNDIS_RSC_FIRST);
	assert_int_equal(step(&r, SUB, 1), RNDIS_RSC_BAD);
	assert_int_equal(step(&r, FIRST, 65554), RNDIS_RSC_BAD);
	assert_int_equal(step(&r, FIRST, 10), RNDIS_RSC_FIRST);
	assert_int_equal(step(&r, SUB, 0xFFFFFFF8), RNDIS_RSC_BAD);
}

/* ---- transmit ---- */

static u32 word(const u8 *msg, u32 at)
{
	u32 v;

	memcpy(&v, msg + at, sizeof(v));
	return v;
}

static void transmit_headers(void **state)
{
	struct rndis_tx tx;
	u8 h[128];

	(void)state;
	memset(&tx, 0, sizeof(tx));
	assert_int_equal(rndis_build_packet(h, &tx, 60, 0), 44);
	assert_int_equal(word(h, 0), 1);
	assert_int_equal(word(h, 4), 104);
	assert_int_equal(word(h, 8), 36);
	assert_int_equal(word(h, 12), 60);
	assert_int_equal(word(h, 28), 0);
	assert_int_equal(word(h, 32), 0);
	tx.want = RNDIS_TX_CSUM | RNDIS_TX_VLAN | RNDIS_TX_HASH;
	tx.csum = 0x220005;
	tx.vlan_tci = 0xA005;
	tx.hash = 0x1234;
	assert_int_equal(rndis_tx_header_len(&tx), 92);
	assert_int_equal(rndis_build_packet(h, &tx, 60, 4), 92);
	assert_int_equal(word(h, 4), 92 + 60 + 4);
	assert_int_equal(word(h, 8), 84);
	assert_int_equal(word(h, 12), 60);
	assert_int_equal(word(h, 28), 36);
	assert_int_equal(word(h, 32), 48);
	assert_int_equal(word(h, 44), 16);
	assert_int_equal(word(h, 48), 0);
	assert_int_equal(word(h, 52), 12);
	assert_int_equal(word(h, 56), 0x220005);
	assert_int_equal(word(h, 64), 6);
	assert_int_equal(word(h, 72), 5 | 5 << 4);
	assert_int_equal(word(h, 80), 8);
	assert_int_equal(word(h, 88), 0x1234);
	/* a large send carries no checksum of its own */
	tx.want = RNDIS_TX_LSO | RNDIS_TX_CSUM;
	tx.lso = 0x42;
	assert_int_equal(rndis_build_packet(h, &tx, 60, 0), 60);
	assert_int_equal(word(h, 48), 2);
	assert_int_equal(word(h, 56), 0x42);
	assert_true(RNDIS_TX_HEADER_MAX >= 92);
}

static void transmit_words(void **state)
{
	(void)state;
	assert_int_equal(rndis_tx_csum(false, false, 34), 1 | 4 | 34 << 16);
	assert_int_equal(rndis_tx_csum(true, true, 54), 2 | 8 | 54 << 16);
	assert_int_equal(rndis_tx_lso(false, 1460, 34), 0x40000000U | 34 << 20 | 1460);
	assert_int_equal(rndis_tx_lso(true, 1440, 54), 0xC0000000U | 54 << 20 | 1440);
}

static void batches(void **state)
{
	const struct rndis_batch_limits l = { 6144, 3, 8 };
	struct rndis_batch b = { false, 0, 4000, 2, 2, 100 };

	(void)state;
	assert_int_equal(rndis_pad(0, 8), 0);
	assert_int_equal(rndis_pad(1, 8), 7);
	assert_int_equal(rndis_pad(8, 8), 0);
	assert_int_equal(rndis_pad(1622, 8), 2);
	/* a closed one counts as empty */
	assert_true(rndis_batch_fits(&b, &l, 6135));
	assert_false(rndis_batch_fits(&b, &l, 6136));
	b.open = true;
	assert_true(rndis_batch_fits(&b, &l, 2135));
	assert_false(rndis_batch_fits(&b, &l, 2136));
	b.packets = 3;
	assert_false(rndis_batch_fits(&b, &l, 8));
	b.packets = 1;
	b.used = 6136;
	assert_false(rndis_batch_fits(&b, &l, 0));
	b.used = 6200;
	assert_false(rndis_batch_fits(&b, &l, 0));
	assert_false(rndis_batch_fits(&b, &l, 0xFFFFFFF0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers),	     cmocka_unit_test(information),
		cmocka_unit_test(bad_information),   cmocka_unit_test(packet_id_version),
		cmocka_unit_test(vlan_tags),	     cmocka_unit_test(coalescing),
		cmocka_unit_test(transmit_headers),  cmocka_unit_test(transmit_words),
		cmocka_unit_test(batches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
