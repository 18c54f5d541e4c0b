/* SPDX-License-Identifier: GPL-2.0-only */
/* A frame buffer's content as a PNG file. */
#ifndef HOST_PICTURE_H
#define HOST_PICTURE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes width x height pixels of 16 (5-6-5) or 32 (x-8-8-8) bits, pitch bytes a line, to path: into a new file beside it
 * first, so that a reader never sees half a picture. The caller has checked that pitch * height bytes are there. 0 or -errno.
 */
int picture_write(const char *path, const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t pitch,
		  unsigned int depth);

#endif
