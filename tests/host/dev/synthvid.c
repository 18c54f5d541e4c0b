// SPDX-License-Identifier: GPL-2.0-only
/* Pure: messages of the video device (synthvid.h). */
#include <string.h>

#include "synthvid.h"

#define SIDE_MAX 16384

static bool parse_version(const uint8_t *data, struct video_msg *m)
{
	struct synthvid_version_request r;

	memcpy(&r, data, sizeof(r));
	m->version = r.version;
	return true;
}

static bool parse_vram(const uint8_t *data, struct video_msg *m)
{
	struct synthvid_vram_location v;

	memcpy(&v, data, sizeof(v));
	m->context = v.context;
	m->gpa_given = v.gpa_given != 0;
	m->gpa = v.gpa;
	return !m->gpa_given || v.gpa % HVW_PAGE_SIZE == 0;
}

static bool parse_situation(const uint8_t *data, struct video_msg *m)
{
	struct synthvid_situation s;

	memcpy(&s, data, sizeof(s));
	m->context = s.context;
	m->output = s.output;
	return s.outputs == 1 && s.output.vram_offset == 0;
}

static bool parse_dirt(const uint8_t *data, size_t len, struct video_msg *m)
{
	struct synthvid_dirt d;

	memcpy(&d, data, offsetof(struct synthvid_dirt, rect));
	m->rects = d.count;
	return offsetof(struct synthvid_dirt, rect) + (size_t)d.count * sizeof(d.rect[0]) <= len;
}

static bool parse_shape(const uint8_t *data, size_t len)
{
	struct synthvid_pointer_shape s;

	memcpy(&s, data, offsetof(struct synthvid_pointer_shape, data));
	return s.width <= SYNTHVID_CURSOR_MAX && s.height <= SYNTHVID_CURSOR_MAX &&
	       len - offsetof(struct synthvid_pointer_shape, data) <= SYNTHVID_CURSOR_PART_MAX + sizeof(uint64_t);
}

static size_t least(uint32_t type)
{
	switch (type) {
	case SYNTHVID_VERSION_REQUEST: return sizeof(struct synthvid_version_request);
	case SYNTHVID_VRAM_LOCATION: return sizeof(struct synthvid_vram_location);
	case SYNTHVID_SITUATION_UPDATE: return sizeof(struct synthvid_situation);
	case SYNTHVID_POINTER_POSITION: return sizeof(struct synthvid_pointer_position);
	case SYNTHVID_POINTER_SHAPE: return offsetof(struct synthvid_pointer_shape, data);
	case SYNTHVID_DIRT: return offsetof(struct synthvid_dirt, rect);
	case SYNTHVID_RESOLUTION_REQUEST: return sizeof(struct synthvid_resolution_request);
	case SYNTHVID_BIOS_INFO_REQUEST:
	case SYNTHVID_CAPABILITY_REQUEST: return sizeof(struct synthvid_hdr);
	default: return SIZE_MAX;
	}
}

bool video_parse(const uint8_t *data, size_t len, struct video_msg *m)
{
	memset(m, 0, sizeof(*m));
	if (len < sizeof(struct synthvid_hdr))
		return false;
	memcpy(&m->type, data, sizeof(m->type));
	if (len < least(m->type))
		return false;
	switch (m->type) {
	case SYNTHVID_VERSION_REQUEST: return parse_version(data, m);
	case SYNTHVID_VRAM_LOCATION: return parse_vram(data, m);
	case SYNTHVID_SITUATION_UPDATE: return parse_situation(data, m);
	case SYNTHVID_POINTER_SHAPE: return parse_shape(data, len);
	case SYNTHVID_DIRT: return parse_dirt(data, len, m);
	case SYNTHVID_POINTER_POSITION:
		m->pointer_visible = data[offsetof(struct synthvid_pointer_position, visible)] != 0;
		return true;
	case SYNTHVID_RESOLUTION_REQUEST:
		m->max_modes = data[offsetof(struct synthvid_resolution_request, maximum_count)];
		return true;
	default:
		return true;
	}
}

bool video_mode_fits(const struct synthvid_output *o, uint64_t vram_bytes)
{
	if (o->depth != 16 && o->depth != 32)
		return false;
	if (o->width == 0 || o->height == 0 || o->width > SIDE_MAX || o->height > SIDE_MAX)
		return false;
	return o->pitch >= o->width * (o->depth / 8) && (uint64_t)o->pitch * o->height <= vram_bytes;
}
