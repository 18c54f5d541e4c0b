// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dynamic memory messages and memory hints of a guest: the first byte chooses which, the rest is the packet or the input page,
 * in a block exactly as long as what was received.
 */
#include "fuzz.h"
#include "dev/dm_parse.h"

static void message(const uint8_t *data, size_t len)
{
	struct dm_guest_msg m;
	struct dm_pages r;
	const char *what = NULL;

	if (dm_parse_guest(data, len, &m, &what)) {
		PROMISE(what);
		return;
	}
	if (m.type != DM_BALLOON_RESPONSE)
		return;
	PROMISE(m.ranges >= data && m.ranges + 8ULL * m.range_count <= data + len);
	for (uint32_t i = 0; i < m.range_count; i++)
		if (dm_parse_range(m.ranges, i, &r)) {
			PROMISE(r.count > 0 && r.count <= DM_RANGE_COUNT_MAX);
			PROMISE((r.pfn + r.count) * 4096 > r.pfn * 4096);
		}
}

static void hint(const uint8_t *in, size_t len, unsigned int reps)
{
	unsigned int type;
	uint64_t gpa, bytes;
	int count = dm_parse_hint(in, len, reps, &type);

	PROMISE(count < 0 || (count > 0 && 8 + 8 * (size_t)count <= len && type < 4));
	for (int i = 0; i < count; i++)
		if (dm_parse_hint_range(in, (unsigned int)i, &gpa, &bytes)) {
			PROMISE(bytes > 0 && gpa + bytes > gpa && gpa + bytes <= 1ULL << 52);
			PROMISE(gpa % 4096 == 0 && bytes % 4096 == 0);
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	const uint8_t way = take8(&in);
	const unsigned int reps = take32(&in) & 0xFFF;
	const size_t len = in.left;
	uint8_t *block = malloc(len + (len == 0));

	take(&in, block, len);
	if (way & 1)
		hint(block, len, reps);
	else
		message(block, len);
	free(block);
	return 0;
}
