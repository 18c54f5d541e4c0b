// SPDX-License-Identifier: GPL-2.0-only
/* The header of a Linux x86 image (bzimage.h). */
#include <string.h>

#include "bzimage.h"

#define OFF_SETUP_SECTS 0x1F1
#define OFF_SYSSIZE 0x1F4 /* units of 16 bytes */
#define OFF_BOOT_FLAG 0x1FE
#define OFF_JUMP_LEN 0x201
#define OFF_MAGIC 0x202
#define OFF_VERSION 0x206
#define OFF_LOADFLAGS 0x211
#define OFF_CODE32_START 0x214
#define OFF_INITRD_MAX 0x22C
#define OFF_RELOCATABLE 0x234
#define OFF_XLOADFLAGS 0x236
#define OFF_CMDLINE_SIZE 0x238
#define OFF_PREF_ADDRESS 0x258
#define OFF_INIT_SIZE 0x260

#define FLAG_LOADED_HIGH 1
#define XLF_KERNEL_64 1
#define ENTRY_64_OFFSET 0x200
#define LOAD_HIGH 0x100000
#define LOAD_LIMIT 0xC0000000ULL /* below the hole */

static uint64_t get(const uint8_t *image, size_t at, unsigned int bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | image[at + bytes];
	return v;
}

static const char *check_kind(const uint8_t *image, size_t size)
{
	if (size < BZ_LEAST)
		return "it is too short for a Linux image";
	if (get(image, OFF_BOOT_FLAG, 2) != 0xAA55 || memcmp(image + OFF_MAGIC, "HdrS", 4))
		return "it is not a Linux x86 image (bzImage): no boot sector mark and 'HdrS' in it";
	if (get(image, OFF_VERSION, 2) < 0x0203)
		return "its boot protocol is older than 2.03 (kernels before 2.4.18)";
	if (get(image, OFF_VERSION, 2) >= 0x0300)
		return "its boot protocol is newer than any this host knows (2.x)";
	if (!(get(image, OFF_LOADFLAGS, 1) & FLAG_LOADED_HIGH))
		return "it is a zImage, which loads below 1 MiB; a bzImage is needed";
	return NULL;
}

static const char *place(struct bzimage *b, const uint8_t *image)
{
	bool relocatable = b->protocol >= 0x0205 && image[OFF_RELOCATABLE];

	b->load = get(image, OFF_CODE32_START, 4);
	if (relocatable && b->protocol >= 0x020A)
		b->load = get(image, OFF_PREF_ADDRESS, 8);
	b->room = b->code_size;
	if (b->protocol >= 0x020A && get(image, OFF_INIT_SIZE, 4) > b->room)
		b->room = get(image, OFF_INIT_SIZE, 4);
	if (b->load < LOAD_HIGH || b->load >= LOAD_LIMIT || b->room > LOAD_LIMIT - b->load)
		return "its header asks for a load address outside low memory";
	b->entry_64 = b->protocol >= 0x020C && (get(image, OFF_XLOADFLAGS, 2) & XLF_KERNEL_64);
	if (b->entry_64 && b->code_size <= ENTRY_64_OFFSET)
		return "it ends before its 64-bit entry: the file is cut short";
	b->entry = b->load + (b->entry_64 ? ENTRY_64_OFFSET : 0);
	return NULL;
}

const char *bzimage_parse(struct bzimage *b, const uint8_t *image, size_t size)
{
	const char *why = check_kind(image, size);
	unsigned int sectors;

	memset(b, 0, sizeof(*b));
	if (why)
		return why;
	b->protocol = (uint16_t)get(image, OFF_VERSION, 2);
	b->header_end = OFF_MAGIC + image[OFF_JUMP_LEN];
	if (b->header_end > size)
		return "its header goes beyond its end";
	sectors = image[OFF_SETUP_SECTS] ? image[OFF_SETUP_SECTS] : 4;
	b->code_offset = (sectors + 1) * 512;
	if (b->code_offset >= size)
		return "it ends before its code begins: the file is cut short";
	b->code_size = size - b->code_offset;
	if (b->protocol >= 0x0204 && get(image, OFF_SYSSIZE, 4) * 16 > b->code_size + 15)
		return "its code is shorter than its header says: the file is cut short";
	b->initrd_max = get(image, OFF_INITRD_MAX, 4);
	b->cmdline_max = b->protocol >= 0x0206 ? (uint32_t)get(image, OFF_CMDLINE_SIZE, 4) : 255;
	return place(b, image);
}
