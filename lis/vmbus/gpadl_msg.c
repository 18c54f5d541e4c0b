// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: the messages that describe guest memory to the host (docs/wire/02-vmbus.md 6). Always one
 * range that starts at the beginning of its first page.
 */
#include "msg_check.h"

#define GPADL_RANGE_FIXED 8U /* byte count and byte offset of a range */

u32 vmbus_gpadl_bodies(u32 pages)
{
	u32 rest;

	if (pages <= VMBUS_GPADL_HEADER_PFNS)
		return 0;
	rest = pages - VMBUS_GPADL_HEADER_PFNS;
	return rest / VMBUS_GPADL_BODY_PFNS + (rest % VMBUS_GPADL_BODY_PFNS != 0);
}

/* A host wants exactly the PFNs that byte_count needs: not one more, not one less. */
static bool gpadl_size_ok(u32 pages, u32 byte_count)
{
	if (pages == 0 || pages > VMBUS_GPADL_MAX_PAGES)
		return false;
	return byte_count <= pages * HVW_PAGE_SIZE && byte_count > (pages - 1) * HVW_PAGE_SIZE;
}

u32 vmbus_gpadl_fill_header(struct vmbus_msg_gpadl_header *msg, u32 relid, u32 gpadl, u32 pages,
			    u32 byte_count, vmbus_pfn_fn pfn, const void *ctx)
{
	u32 count = pages < VMBUS_GPADL_HEADER_PFNS ? pages : VMBUS_GPADL_HEADER_PFNS;
	u32 i;

	if (!gpadl_size_ok(pages, byte_count))
		return 0;
	memset(msg, 0, sizeof(*msg));
	msg->hdr.type = VMBUS_MSG_GPADL_HEADER;
	msg->relid = relid;
	msg->gpadl = gpadl;
	msg->range_buflen = GPADL_RANGE_FIXED + pages * sizeof(u64);
	msg->range_count = 1;
	msg->byte_count = byte_count;
	for (i = 0; i < count; i++)
		msg->pfn[i] = pfn(ctx, i);
	return VMBUS_GPADL_HEADER_FIXED + count * sizeof(u64);
}

u32 vmbus_gpadl_fill_body(struct vmbus_msg_gpadl_body *msg, u32 gpadl, u32 body, u32 pages,
			  vmbus_pfn_fn pfn, const void *ctx)
{
	u32 first, count, i;

	if (pages > VMBUS_GPADL_MAX_PAGES || body >= vmbus_gpadl_bodies(pages))
		return 0;
	first = VMBUS_GPADL_HEADER_PFNS + body * VMBUS_GPADL_BODY_PFNS;
	count = pages - first < VMBUS_GPADL_BODY_PFNS ? pages - first : VMBUS_GPADL_BODY_PFNS;
	memset(msg, 0, sizeof(*msg));
	msg->hdr.type = VMBUS_MSG_GPADL_BODY;
	msg->gpadl = gpadl;
	for (i = 0; i < count; i++)
		msg->pfn[i] = pfn(ctx, first + i);
	return VMBUS_GPADL_BODY_FIXED + count * sizeof(u64);
}
