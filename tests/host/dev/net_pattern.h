/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: the stream of bytes that TCP tests carry. A block of 65521 bytes, repeated: a prime, so that no run of whole
 * segments or pages fits it, and a piece that is missing or misplaced is seen.
 */
#ifndef HOST_NET_PATTERN_H
#define HOST_NET_PATTERN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NET_PATTERN_BLOCK 65521

static inline const uint8_t *net_pattern_block(void)
{
	static uint8_t block[NET_PATTERN_BLOCK];
	static int made;
	uint32_t v = 0x2545F491;

	for (size_t i = 0; !made && i < NET_PATTERN_BLOCK; i++) {
		v = v * 1664525u + 1013904223u;
		block[i] = (uint8_t)(v >> 24);
	}
	made = 1;
	return block;
}

static inline void net_pattern_read(uint64_t pos, uint8_t *to, size_t len)
{
	const uint8_t *block = net_pattern_block();
	size_t at = (size_t)(pos % NET_PATTERN_BLOCK), n;

	for (; len; to += n, len -= n, at = 0) {
		n = NET_PATTERN_BLOCK - at < len ? NET_PATTERN_BLOCK - at : len;
		memcpy(to, block + at, n);
	}
}

/* How many of the bytes are as they should be, from the first on. */
static inline size_t net_pattern_check(uint64_t pos, const uint8_t *data, size_t len)
{
	const uint8_t *block = net_pattern_block();
	size_t at = (size_t)(pos % NET_PATTERN_BLOCK), done = 0, n, i;

	for (; done < len; done += n, at = 0) {
		n = NET_PATTERN_BLOCK - at < len - done ? NET_PATTERN_BLOCK - at : len - done;
		if (!memcmp(data + done, block + at, n))
			continue;
		for (i = 0; data[done + i] == block[at + i]; i++)
			;
		return done + i;
	}
	return len;
}

#endif
