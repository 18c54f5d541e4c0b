// SPDX-License-Identifier: GPL-2.0-only
/*
 * lis/net/rss_hash.c against the vectors that are published with the hash (docs/wire/05-network.md 7.2).
 */
#include "unit.h"
#include "../../lis/net/rss_hash.h"

static const u8 key[NDIS_RSS_KEY_LEN] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
	0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
	0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

/* With something behind it that would change a hash. */
static struct {
	struct rss_hash hash;
	u32 behind[32];
} prepared;

static void published_vectors4(void **state)
{
	static const struct {
		u8 input[12]; /* from, to, from's port, to's port */
		u32 addresses, all;
	} t[] = {
		{ { 66, 9, 149, 187, 161, 142, 100, 80, 0x0A, 0xEA, 0x06, 0xE6 }, 0x323e8fc2, 0x51ccc178 },
		{ { 199, 92, 111, 2, 65, 69, 140, 83, 0x37, 0x96, 0x12, 0x83 }, 0xd718262a, 0xc626b0ea },
		{ { 24, 19, 198, 95, 12, 22, 207, 184, 0x32, 0x62, 0x94, 0x88 }, 0xd2d0a5de, 0x5c2b394a },
		{ { 38, 27, 205, 30, 209, 142, 163, 6, 0xBC, 0x64, 0x08, 0xA9 }, 0x82989176, 0xafc7327f },
		{ { 153, 39, 163, 191, 202, 188, 127, 2, 0xAC, 0xDB, 0x05, 0x17 }, 0x5d1809c5, 0x10e828a2 },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		row_equal(i, rss_hash(&prepared.hash, t[i].input, 8), t[i].addresses);
		row_equal(i, rss_hash(&prepared.hash, t[i].input, 12), t[i].all);
	}
}

static void published_vectors6(void **state)
{
	static const struct {
		u8 input[36];
		u32 addresses, all;
	} t[] = {
		{ { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff, 0, 0, 0, 0, 0, 0, 0, 7, 0x3f, 0xfe, 0x25, 0x01,
		    0x02, 0x00, 0x00, 0x03, 0, 0, 0, 0, 0, 0, 0, 1, 0x0A, 0xEA, 0x06, 0xE6 },
		  0x2cc18cd5, 0x40207d3d },
		{ { 0x3f, 0xfe, 0x05, 0x01, 0x00, 0x08, 0, 0, 0x02, 0x60, 0x97, 0xff, 0xfe, 0x40, 0xef, 0xab, 0xff,
		    0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x37, 0x96, 0x12, 0x83 },
		  0x0f0c461c, 0xdde51bbf },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		row_equal(i, rss_hash(&prepared.hash, t[i].input, 32), t[i].addresses);
		row_equal(i, rss_hash(&prepared.hash, t[i].input, 36), t[i].all);
	}
}

/* One bit of input brings the 32 bits of the key that begin there, up to the key's last bit. */
static void bits_bring_the_key(void **state)
{
	u8 input[RSS_INPUT_MAX + 1] = { 0 };
	u32 bit, i, want;

	(void)state;
	for (bit = 0; bit < 8 * RSS_INPUT_MAX; bit++) {
		input[bit / 8] = (u8)(0x80 >> bit % 8);
		want = 0;
		for (i = bit; i < bit + 32; i++)
			want = want << 1 | (key[i / 8] >> (7 - i % 8) & 1);
		row_equal(bit, rss_hash(&prepared.hash, input, RSS_INPUT_MAX), want);
		input[bit / 8] = 0;
	}
	input[RSS_INPUT_MAX] = 0xFF;
	assert_int_equal(rss_hash(&prepared.hash, input, RSS_INPUT_MAX + 1), 0);
	assert_int_equal(rss_hash(&prepared.hash, input, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_vectors4),
		cmocka_unit_test(published_vectors6),
		cmocka_unit_test(bits_bring_the_key),
	};

	prepared.behind[15] = 1;
	rss_hash_prepare(&prepared.hash, key);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
