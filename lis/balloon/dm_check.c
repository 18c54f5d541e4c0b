// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: dynamic memory messages. See dm_check.h for the contracts.
 */
#include "dm_check.h"

#define PFN_LIMIT (1ULL << 40) /* a range cannot name more */
#define MIB_PAGES 256
#define PAGES(mib) ((u64)(mib)*MIB_PAGES)

/* The host's messages: smallest size, and the version a type came with. */
static const struct {
	u16 size;
	u32 since;
} host_msgs[] = {
	[DM_VERSION_RESPONSE] = { 16, 0 },	   [DM_CAPABILITIES_RESPONSE] = { 16, 0 },
	[DM_BALLOON_REQUEST] = { 16, 0 },	   [DM_UNBALLOON_REQUEST] = { 16, 0 },
	[DM_HOT_ADD_REQUEST] = { 16, 0 },	   [DM_INFO] = { 16, DM_VERSION_1_0 },
};

static u32 get32(const void *buf, u32 at)
{
	u32 v;

	memcpy(&v, (const u8 *)buf + at, sizeof(v));
	return v;
}

static u64 get64(const void *buf, u32 at)
{
	u64 v;

	memcpy(&v, (const u8 *)buf + at, sizeof(v));
	return v;
}

int dm_check_message(const void *buf, u32 len, u32 version, u32 *size)
{
	struct dm_hdr hdr;

	*size = 0;
	if (len < sizeof(hdr))
		return -EINVAL;
	memcpy(&hdr, buf, sizeof(hdr));
	if (hdr.size < sizeof(hdr) || hdr.size > len || hdr.size > DM_MSG_MAX)
		return -EINVAL;
	*size = hdr.size;
	if (hdr.type > DM_INFO)
		return -ENOMSG;
	/* A size of 0 marks what only a guest sends. */
	if (!host_msgs[hdr.type].size || hdr.size < host_msgs[hdr.type].size)
		return -EINVAL;
	/* Before the version is agreed (0) only the answers to our questions are due. */
	if (version && version < host_msgs[hdr.type].since)
		return -EINVAL;
	return hdr.type;
}

u64 dm_response_bits(const void *buf)
{
	return get64(buf, 8);
}

u32 dm_balloon_pages(const void *buf)
{
	return get32(buf, 8);
}

int dm_check_unballoon(const void *buf, u32 size, u32 *count, bool *more)
{
	u32 n = get32(buf, 12);

	if (n > DM_RANGES_MAX || 16 + 8 * n > size)
		return -EINVAL;
	*count = n;
	*more = get32(buf, 8) & 1;
	return 0;
}

bool dm_range_decode(u64 wire, struct dm_range *range)
{
	range->pfn = wire & DM_RANGE_PFN_MASK;
	range->pages = (u32)(wire >> DM_RANGE_COUNT_SHIFT);
	return range->pages && range->pfn + range->pages <= PFN_LIMIT;
}

u64 dm_range_encode(u64 pfn, u32 pages)
{
	return (pfn & DM_RANGE_PFN_MASK) | ((u64)pages << DM_RANGE_COUNT_SHIFT);
}

bool dm_unballoon_range(const void *buf, u32 i, struct dm_range *range)
{
	return dm_range_decode(get64(buf, 16 + 8 * i), range);
}

static bool encloses(const struct dm_range *region, const struct dm_range *range)
{
	return region->pfn <= range->pfn && region->pfn + region->pages >= range->pfn + range->pages;
}

int dm_check_hot_add(const void *buf, u32 size, u64 max_pfn, struct dm_hot_add *out)
{
	u64 region = size >= sizeof(struct dm_hot_add_request) ? get64(buf, 16) : 0;

	memset(out, 0, sizeof(*out));
	if (!dm_range_decode(get64(buf, 8), &out->range))
		return -EINVAL;
	if (region && !dm_range_decode(region, &out->region))
		return -EINVAL;
	if (region && !encloses(&out->region, &out->range))
		return -EINVAL;
	if (out->range.pfn + out->range.pages > max_pfn)
		return -EINVAL;
	return 0;
}

bool dm_info_max_pages(const void *buf, u32 size, u64 *pages)
{
	if (size < sizeof(struct dm_info) || get32(buf, 16) != DM_INFO_MAX_PAGE_COUNT)
		return false;
	if (get32(buf, 20) != sizeof(*pages))
		return false;
	*pages = get64(buf, 24);
	return true;
}

u32 dm_next_version(u32 version)
{
	static const u32 order[] = { DM_VERSION_2_0, DM_VERSION_1_0, DM_VERSION_0_3, 0 };
	u32 i;

	if (!version)
		return order[0];
	for (i = 0; order[i]; i++) {
		if (order[i] == version)
			return order[i + 1];
	}
	return 0;
}

static u32 fill_header(struct dm_hdr *hdr, u16 type, u32 size, u32 trans_id)
{
	hdr->type = type;
	hdr->size = (u16)size;
	hdr->trans_id = trans_id;
	return size;
}

u32 dm_build_version(struct dm_version_request *msg, u32 trans_id, u32 version)
{
	msg->version = version;
	msg->is_last_attempt = !dm_next_version(version);
	return fill_header(&msg->hdr, DM_VERSION_REQUEST, sizeof(*msg), trans_id);
}

u32 dm_build_capabilities(struct dm_capabilities *msg, u32 trans_id, bool balloon, bool hot_add, u64 align_pages)
{
	msg->caps = (balloon ? DM_CAP_BALLOON : 0) | (hot_add ? DM_CAP_HOT_ADD : 0) |
		    ((u64)dm_align_log2_mib(align_pages) << DM_CAP_ALIGN_SHIFT);
	msg->min_page_count = 0;
	msg->max_page_number = ~0ULL;
	return fill_header(&msg->hdr, DM_CAPABILITIES_REPORT, sizeof(*msg), trans_id);
}

u32 dm_build_status(struct dm_status *msg, u32 trans_id, u64 available, u64 committed)
{
	memset(msg, 0, sizeof(*msg));
	msg->available = available;
	msg->committed = committed;
	return fill_header(&msg->hdr, DM_STATUS_REPORT, sizeof(*msg), trans_id);
}

u32 dm_build_unballoon_response(struct dm_hdr *msg, u32 trans_id)
{
	return fill_header(msg, DM_UNBALLOON_RESPONSE, sizeof(*msg), trans_id);
}

/* 8 step 4: no pages and success together tell the host to stop asking; no pages and failure, to ask again later. */
u32 dm_build_hot_add_response(struct dm_hot_add_response *msg, u32 trans_id, u32 pages, bool permanent)
{
	msg->pages = pages;
	msg->result = pages || permanent;
	return fill_header(&msg->hdr, DM_HOT_ADD_RESPONSE, sizeof(*msg), trans_id);
}

void dm_balloon_response_start(struct dm_balloon_response *msg)
{
	msg->reserved = 0;
	msg->more_and_count = 0;
}

bool dm_balloon_response_add(struct dm_balloon_response *msg, u64 pfn, u32 pages)
{
	u32 count = msg->more_and_count >> 1;

	if (count >= DM_RANGES_MAX)
		return false;
	msg->ranges[count] = dm_range_encode(pfn, pages);
	msg->more_and_count = (count + 1) << 1;
	return true;
}

u32 dm_balloon_response_end(struct dm_balloon_response *msg, u32 trans_id, bool more)
{
	u32 count = msg->more_and_count >> 1;

	msg->more_and_count = count << 1 | more;
	return fill_header(&msg->hdr, DM_BALLOON_RESPONSE, 16 + 8 * count, trans_id);
}

u32 dm_align_log2_mib(u64 block_pages)
{
	u64 mib = block_pages / MIB_PAGES;
	u32 n = 0;

	while (n < 15 && (1ULL << n) < mib)
		n++;
	return n;
}

u64 dm_floor(u64 ram)
{
	if (ram < PAGES(128))
		return PAGES(8) + (ram >> 1);
	if (ram < PAGES(512))
		return PAGES(40) + (ram >> 2);
	if (ram < PAGES(2048))
		return PAGES(104) + (ram >> 3);
	if (ram < PAGES(8192))
		return PAGES(232) + (ram >> 4);
	return PAGES(488) + (ram >> 5);
}

u64 dm_committed(u64 vm_committed, u64 ballooned, u64 added, u64 onlined, u64 floor)
{
	return vm_committed + ballooned + (added > onlined ? added - onlined : 0) + floor;
}

u32 dm_balloon_limit(u32 wanted, u64 available, u64 floor)
{
	u64 spare = available > floor ? available - floor : 0;

	return wanted < spare ? wanted : (u32)spare;
}

bool dm_next_block(struct dm_range *range, u64 block_pages, struct dm_block *out)
{
	u64 room;

	if (!range->pages)
		return false;
	out->block = range->pfn & ~(block_pages - 1);
	out->pfn = range->pfn;
	room = out->block + block_pages - range->pfn;
	out->pages = range->pages < room ? range->pages : (u32)room;
	range->pfn += out->pages;
	range->pages -= out->pages;
	return true;
}

u64 dm_heat_range(u64 pfn, u64 pages)
{
	u64 units = pages / DM_CHUNK_PAGES;

	if (!units || units > HVW_HEAT_RANGE_EXTRA_MASK + 1 || (pages | pfn) % DM_CHUNK_PAGES)
		return 0;
	return (pfn / DM_CHUNK_PAGES) << 21 | HVW_HEAT_RANGE_LARGE | (units - 1);
}
