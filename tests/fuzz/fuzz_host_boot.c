// SPDX-License-Identifier: GPL-2.0-only
/* Kernel images for the test host: a lab boots what it finds, so a broken file must be refused, not believed. */
#include "fuzz.h"
#include "machine/bzimage.h"
#include "machine/elfimage.h"

static void bzimage(const uint8_t *data, size_t size)
{
	struct bzimage b;

	if (bzimage_parse(&b, data, size))
		return;
	PROMISE(b.header_end <= size && b.header_end > BZ_HEADER);
	PROMISE(b.code_offset < size && b.code_size == size - b.code_offset);
	PROMISE(b.room >= b.code_size && b.load >= 0x100000 && b.load + b.room <= 0xC0000000);
	PROMISE(b.entry >= b.load && b.entry < b.load + b.code_size);
}

static void elf(const uint8_t *data, size_t size)
{
	struct elfimage e;
	unsigned int i;

	if (elfimage_parse(&e, data, size))
		return;
	PROMISE(e.count > 0 && e.count <= ELF_SEGMENTS_MAX && e.entry >= e.start && e.entry < e.end && e.end <= 0xC0000000);
	for (i = 0; i < e.count; i++) {
		PROMISE(e.segment[i].offset <= size && e.segment[i].size <= size - e.segment[i].offset);
		PROMISE(e.segment[i].to >= e.start && e.segment[i].to + e.segment[i].size <= e.end);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (elfimage_is(data, size))
		elf(data, size);
	else
		bzimage(data, size);
	return 0;
}
