// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: the hash by which the host chooses the queue of a received frame (docs/wire/05-network.md 7.2).
 *
 * Toeplitz: each bit of the input that is set adds (exclusive or) the 32 bits of the key that begin at the bit's place.
 * Bits are counted from the most significant one.
 */
#include "rss_hash.h"

/* 32 bits of the key from that bit on. */
static u32 key_bits(const u8 *key, u32 bit)
{
	const u8 *k = key + bit / 8;
	u64 five = (u64)k[0] << 32 | (u32)k[1] << 24 | (u32)k[2] << 16 | (u32)k[3] << 8 | k[4];

	return (u32)(five >> (8 - bit % 8));
}

static u32 half_adds(const u8 *key, u32 half, u32 value)
{
	u32 bit, sum = 0;

	for (bit = 0; bit < 4; bit++) {
		if (value & 8 >> bit)
			sum ^= key_bits(key, half * 4 + bit);
	}
	return sum;
}

void rss_hash_prepare(struct rss_hash *h, const u8 *key)
{
	u32 half, value;

	for (half = 0; half < ARRAY_SIZE(h->adds); half++) {
		for (value = 0; value < 16; value++)
			h->adds[half][value] = half_adds(key, half, value);
	}
}

u32 rss_hash(const struct rss_hash *h, const u8 *input, u32 len)
{
	u32 i, sum = 0;

	for (i = 0; i < len && i < RSS_INPUT_MAX; i++)
		sum ^= h->adds[2 * i][input[i] >> 4] ^ h->adds[2 * i + 1][input[i] & 15];
	return sum;
}
