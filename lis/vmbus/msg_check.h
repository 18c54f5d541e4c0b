/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: checks of the host's control messages (docs/wire/02-vmbus.md 2, 4).
 */
#ifndef _LIS_MSG_CHECK_H
#define _LIS_MSG_CHECK_H

#include "pure.h"
#include <wire/vmbus.h>

/*
 * Is buf (a private copy) a control message a guest handles, long enough for its type and at most 240 bytes?
 * Return its type (1 ... 24) or -EINVAL.
 */
int vmbus_msg_check(const void *buf, u32 len);

/*
 * Check an OFFER's fields (5.1 rules 1 and 2): relid in 1 ... 2047, monitor id below 128 when a monitor is allocated.
 * Clears what the negotiated version does not define (dedicated flag and connection id below 1.1 become their
 * defaults), so that later code needs no version test. Return 0 or -EINVAL.
 */
int vmbus_offer_check(struct vmbus_msg_offer *offer, u32 version);

/* Build the INITIATE_CONTACT of a version (3.4). Pages are guest physical addresses. */
void vmbus_build_contact(struct vmbus_msg_initiate_contact *msg, u32 version, u32 target_vp, u64 int_page,
			 u64 monitor1, u64 monitor2);

/* The message connection id INITIATE_CONTACT of this version is posted to (1). */
u32 vmbus_contact_conn_id(u32 version);

enum vmbus_contact_answer { VMBUS_CONTACT_OK, VMBUS_CONTACT_NEXT, VMBUS_CONTACT_FAIL };

/*
 * Judge a VERSION_RESPONSE (3.3 steps 3-5). On VMBUS_CONTACT_OK *msg_conn_id is the connection id of later messages.
 */
enum vmbus_contact_answer vmbus_judge_contact(const struct vmbus_msg_version_response *resp, u32 version,
					      u32 *msg_conn_id);

/*
 * The version to try after `version` (0 = the first), newest first, not above max (3.2). Return 0 at the end.
 */
u32 vmbus_next_version(u32 version, u32 max);

/* GPADL messages (6.2, 6.3). How many BODY messages follow the HEADER for this many pages? */
u32 vmbus_gpadl_bodies(u32 pages);

typedef u64 (*vmbus_pfn_fn)(const void *ctx, u32 page);

/* Fill the HEADER; return its length in bytes, or 0 when pages or byte_count are out of range. */
u32 vmbus_gpadl_fill_header(struct vmbus_msg_gpadl_header *msg, u32 relid, u32 gpadl, u32 pages, u32 byte_count,
			    vmbus_pfn_fn pfn, const void *ctx);

/* Fill BODY number body (0 ...); return its length in bytes, or 0 past the end. */
u32 vmbus_gpadl_fill_body(struct vmbus_msg_gpadl_body *msg, u32 gpadl, u32 body, u32 pages, vmbus_pfn_fn pfn,
			  const void *ctx);

#endif
