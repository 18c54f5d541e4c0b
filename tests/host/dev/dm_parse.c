// SPDX-License-Identifier: GPL-2.0-only
/* pure: dynamic memory messages and memory hints of a guest (dm_parse.h). */
#include <errno.h>
#include <string.h>

#include "dm_parse.h"

#define HINT_RANGES_MAX 511

static size_t least_size(uint16_t type)
{
	switch (type) {
	case DM_VERSION_REQUEST:
		return sizeof(struct dm_version_request);
	case DM_CAPABILITIES_REPORT:
		return sizeof(struct dm_capabilities);
	case DM_STATUS_REPORT:
		return sizeof(struct dm_status);
	case DM_BALLOON_RESPONSE:
		return offsetof(struct dm_balloon_response, ranges);
	case DM_UNBALLOON_RESPONSE:
		return sizeof(struct dm_hdr);
	case DM_HOT_ADD_RESPONSE:
		return sizeof(struct dm_hot_add_response);
	default:
		return 0;
	}
}

static void parse_version(const uint8_t *data, struct dm_guest_msg *out)
{
	struct dm_version_request m;

	memcpy(&m, data, sizeof(m));
	out->version = m.version;
	out->last_attempt = m.is_last_attempt & 1;
}

static void parse_capabilities(const uint8_t *data, struct dm_guest_msg *out)
{
	struct dm_capabilities m;

	memcpy(&m, data, sizeof(m));
	out->caps = m.caps;
	out->min_pages = m.min_page_count;
	out->max_pfn = m.max_page_number;
	out->align_mb = 1U << ((m.caps >> DM_CAP_ALIGN_SHIFT) & 15);
}

static void parse_status(const uint8_t *data, struct dm_guest_msg *out)
{
	struct dm_status m;

	memcpy(&m, data, sizeof(m));
	out->available = m.available;
	out->committed = m.committed;
}

static const char *parse_balloon(const uint8_t *data, size_t size, struct dm_guest_msg *out)
{
	uint32_t word;

	memcpy(&word, data + offsetof(struct dm_balloon_response, more_and_count), sizeof(word));
	out->more = word & 1;
	out->range_count = word >> 1;
	out->ranges = data + offsetof(struct dm_balloon_response, ranges);
	if (out->range_count > (size - offsetof(struct dm_balloon_response, ranges)) / 8)
		return "more ranges than the message holds";
	return NULL;
}

static void parse_hot_add(const uint8_t *data, struct dm_guest_msg *out)
{
	struct dm_hot_add_response m;

	memcpy(&m, data, sizeof(m));
	out->pages = m.pages;
	out->result = m.result;
}

static const char *parse_body(const uint8_t *data, size_t size, struct dm_guest_msg *out)
{
	switch (out->type) {
	case DM_VERSION_REQUEST:
		parse_version(data, out);
		return NULL;
	case DM_CAPABILITIES_REPORT:
		parse_capabilities(data, out);
		return NULL;
	case DM_STATUS_REPORT:
		parse_status(data, out);
		return NULL;
	case DM_BALLOON_RESPONSE:
		return parse_balloon(data, size, out);
	case DM_HOT_ADD_RESPONSE:
		parse_hot_add(data, out);
		return NULL;
	default:
		return NULL;
	}
}

int dm_parse_guest(const uint8_t *data, size_t len, struct dm_guest_msg *out, const char **what)
{
	struct dm_hdr h;

	*what = "packet shorter than a header";
	if (len < sizeof(h))
		return -EPROTO;
	memcpy(&h, data, sizeof(h));
	*out = (struct dm_guest_msg){ .type = h.type, .trans_id = h.trans_id };
	*what = "size in the header beyond the packet";
	if (h.size > len || h.size > DM_MSG_MAX)
		return -EPROTO;
	*what = "message that no guest sends";
	if (!least_size(h.type))
		return -EPROTO;
	*what = "message too short for its type";
	if (h.size < least_size(h.type))
		return -EPROTO;
	*what = parse_body(data, h.size, out);
	return *what ? -EPROTO : 0;
}

bool dm_parse_range(const uint8_t *ranges, uint32_t index, struct dm_pages *out)
{
	uint64_t word;

	memcpy(&word, ranges + 8 * (size_t)index, sizeof(word));
	out->pfn = word & DM_RANGE_PFN_MASK;
	out->count = word >> DM_RANGE_COUNT_SHIFT;
	return out->count != 0;
}

int dm_parse_hint(const uint8_t *in, size_t len, unsigned int reps, unsigned int *type)
{
	uint64_t head;

	if (!reps || reps > HINT_RANGES_MAX || len < 8 + 8 * (size_t)reps)
		return -EINVAL;
	memcpy(&head, in, sizeof(head));
	if (head >> 2)
		return -EINVAL;
	*type = head & 3;
	return (int)reps;
}

bool dm_parse_hint_range(const uint8_t *in, unsigned int index, uint64_t *gpa, uint64_t *bytes)
{
	uint64_t word, unit;

	memcpy(&word, in + 8 + 8 * (size_t)index, sizeof(word));
	unit = 4096;
	*gpa = word >> 12 << 12;
	if (word & 1 << 11) { /* large: 2 MiB or 1 GiB */
		if (word >> 13 & 0xFF)
			return false;
		unit = word & 1 << 12 ? 1ULL << 30 : 1ULL << 21;
		*gpa = word >> 21 << 21;
	}
	*bytes = ((word & 0x7FF) + 1) * unit;
	return *gpa < 1ULL << 52 && *bytes <= (1ULL << 52) - *gpa;
}
