// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dynamic memory messages of the host: the first byte chooses the agreed version, eight the size of
 * the guest, the rest is the packet, in a block exactly as long as what was received.
 */
#include "fuzz.h"
#include "../../lis/balloon/dm_check.h"

#define PFN_LIMIT (1ULL << 40)

static void judge_range(const struct dm_range *r)
{
	PROMISE(r->pages >= 1 && r->pages <= DM_RANGE_COUNT_MAX);
	PROMISE(r->pfn + r->pages <= PFN_LIMIT);
	PROMISE(dm_range_encode(r->pfn, r->pages) >> DM_RANGE_COUNT_SHIFT == r->pages);
}

/* The pieces cover the range exactly, in order, and none crosses a block border. */
static void judge_blocks(struct dm_range r, u64 block_pages)
{
	u64 at = r.pfn, end = r.pfn + r.pages;
	struct dm_block b;
	u32 n = 0;

	while (n++ < 3000 && dm_next_block(&r, block_pages, &b)) {
		PROMISE(b.pfn == at && b.pages > 0);
		PROMISE(b.block % block_pages == 0 && b.block <= b.pfn);
		PROMISE(b.pfn + b.pages <= b.block + block_pages);
		at += b.pages;
	}
	PROMISE(at + r.pages == end && (n > 3000 || at == end));
}

static void unballoon(const u8 *msg, u32 size)
{
	struct dm_range r;
	u32 count = 0, i;
	bool more = false;

	if (dm_check_unballoon(msg, size, &count, &more))
		return;
	PROMISE(count <= DM_RANGES_MAX && 16 + 8ULL * count <= size);
	for (i = 0; i < count; i++)
		if (dm_unballoon_range(msg, i, &r))
			judge_range(&r);
}

static void hot_add(const u8 *msg, u32 size, u64 max_pfn)
{
	struct dm_hot_add add;

	if (dm_check_hot_add(msg, size, max_pfn, &add))
		return;
	judge_range(&add.range);
	PROMISE(add.range.pfn + add.range.pages <= max_pfn);
	judge_blocks(add.range, DM_ALIGN_CLASSIC_PAGES);
	if (!add.region.pages)
		return;
	judge_range(&add.region);
	PROMISE(add.region.pfn <= add.range.pfn);
	PROMISE(add.region.pfn + add.region.pages >= add.range.pfn + add.range.pages);
}

static void handle(int type, const u8 *msg, u32 size, u64 max_pfn)
{
	u64 pages, available = max_pfn, floor = dm_floor(max_pfn);
	u32 n;

	switch (type) {
	case DM_VERSION_RESPONSE:
	case DM_CAPABILITIES_RESPONSE:
		dm_response_bits(msg);
		return;
	case DM_BALLOON_REQUEST:
		n = dm_balloon_limit(dm_balloon_pages(msg), available, floor);
		PROMISE(n <= dm_balloon_pages(msg));
		PROMISE(n == 0 || available - n >= floor);
		return;
	case DM_UNBALLOON_REQUEST:
		unballoon(msg, size);
		return;
	case DM_HOT_ADD_REQUEST:
		hot_add(msg, size, max_pfn);
		return;
	case DM_INFO:
		dm_info_max_pages(msg, size, &pages);
		return;
	default:
		PROMISE(!"a type with a handler");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	u32 version = 0, left = take8(&in) % 4, msg_size = 0, len;
	u64 max_pfn;
	u8 *msg;
	int type;

	while (left--)
		version = dm_next_version(version);
	max_pfn = take64(&in) % PFN_LIMIT;
	len = (u32)in.left;
	msg = malloc(len + (len == 0));
	memcpy(msg, in.at, in.left);
	type = dm_check_message(msg, len, version, &msg_size);
	PROMISE(type > 0 || type == -EINVAL || type == -ENOMSG);
	if (type > 0) {
		PROMISE(msg_size >= 8 && msg_size <= len && msg_size <= DM_MSG_MAX);
		/* Nothing behind the message's own size may be read either. */
		msg = realloc(msg, msg_size);
		handle(type, msg, msg_size, max_pfn);
	}
	free(msg);
	return 0;
}
