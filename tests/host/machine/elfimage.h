/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An unpacked 64-bit kernel (vmlinux): what a bzImage unpacks to. Booting it skips the unpacking, which takes long where
 * the processor is emulated. Pure: bytes in, values out.
 */
#ifndef HOST_ELFIMAGE_H
#define HOST_ELFIMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELF_SEGMENTS_MAX 16

struct elfimage {
	uint64_t entry;
	uint64_t start;
	uint64_t end;	/* first address behind all segments, empty parts included */
	unsigned int count;
	struct {
		uint64_t to;
		size_t offset, size; /* in the file; checked */
	} segment[ELF_SEGMENTS_MAX];
};

bool elfimage_is(const uint8_t *image, size_t size);
/* NULL, or the sentence what is wrong with the image. */
const char *elfimage_parse(struct elfimage *e, const uint8_t *image, size_t size);

#endif
