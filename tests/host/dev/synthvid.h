/* SPDX-License-Identifier: GPL-2.0-only */
/* Pure: what a guest may say to its video device, checked (docs/wire/07 3). */
#ifndef HOST_SYNTHVID_H
#define HOST_SYNTHVID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wire/video.h>

struct video_msg {
	uint32_t type;
	uint32_t version;		/* VERSION_REQUEST */
	uint64_t context;		/* VRAM_LOCATION, SITUATION_UPDATE */
	bool gpa_given;
	uint64_t gpa;
	struct synthvid_output output;	/* SITUATION_UPDATE */
	unsigned int rects;		/* DIRT */
	bool pointer_visible;
	uint8_t max_modes;		/* RESOLUTION_REQUEST */
};

/* False: too short for its type, of no type a guest sends, or with numbers that make no sense. */
bool video_parse(const uint8_t *data, size_t len, struct video_msg *m);
/* Does this mode fit into so much memory? */
bool video_mode_fits(const struct synthvid_output *o, uint64_t vram_bytes);

#endif
