/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The header of a Linux x86 image (the kernel's Documentation/arch/x86/boot.rst). Pure: bytes in, values out.
 */
#ifndef HOST_BZIMAGE_H
#define HOST_BZIMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Offsets in the image, and in the zero page. */
#define BZ_HEADER 0x1F1
#define BZ_LEAST 0x264 /* as much of the file as the header may take */

struct bzimage {
	uint16_t protocol;	/* 0x020a = 2.10 */
	size_t header_end;	/* the header is [BZ_HEADER, header_end) of the image */
	size_t code_offset;	/* protected-mode code, to the end of the file */
	size_t code_size;
	uint64_t load;		/* where it goes */
	uint64_t room;		/* bytes it needs there while it unpacks itself, at least code_size */
	uint64_t entry;
	bool entry_64;		/* long mode; else 32-bit protected mode */
	uint64_t initrd_max;	/* last address an initrd may use */
	uint32_t cmdline_max;	/* bytes without the final zero */
};

/* NULL, or the sentence what is wrong with the image. */
const char *bzimage_parse(struct bzimage *b, const uint8_t *image, size_t size);

#endif
