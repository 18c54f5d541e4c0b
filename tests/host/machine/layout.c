// SPDX-License-Identifier: GPL-2.0-only
/* Guest physical memory (layout.h). */
#include "layout.h"

/* Room for memory added while the guest runs, between the RAM of the start and the high window. */
#define HOT_ADD_ROOM (64 * GIB)
#define HIGH_WINDOW_LEAST (128 * GIB)

static void add(struct layout *l, uint64_t start, uint64_t end, uint32_t type)
{
	l->e820[l->e820_count++] = (struct e820_range){ .start = start, .size = end - start, .type = type };
}

static bool place_window(struct layout *l, unsigned int phys_bits)
{
	uint64_t top = 1ULL << phys_bits, ram_end = LAYOUT_HIGH + l->high_size;
	uint64_t at = (ram_end + HOT_ADD_ROOM + GIB - 1) / GIB * GIB;

	if (at < HIGH_WINDOW_LEAST)
		at = HIGH_WINDOW_LEAST;
	if (at + LAYOUT_MMIO_HIGH_SIZE > top)
		at = top - LAYOUT_MMIO_HIGH_SIZE;
	l->mmio_high = at;
	return at >= ram_end;
}

const char *layout_make(struct layout *l, uint64_t bytes, unsigned int phys_bits)
{
	*l = (struct layout){ 0 };
	if (bytes % (4 * KIB))
		return "it is not a multiple of 4 KiB";
	if (bytes < LAYOUT_MEM_MIN)
		return "less than 16 MiB boots nothing";
	if (bytes > LAYOUT_MEM_MAX)
		return "more than 1 TiB is not supported";
	if (phys_bits < 36 || phys_bits > 52)
		return "the processor's physical addresses have a width this host does not know";
	l->low_size = bytes < LAYOUT_HOLE ? bytes : LAYOUT_HOLE;
	l->high_size = bytes - l->low_size;
	if (!place_window(l, phys_bits))
		return "the processor's physical addresses are too narrow for it";
	add(l, 0, LAYOUT_EBDA, E820_RAM);
	add(l, LAYOUT_EBDA, LAYOUT_VGA, E820_RESERVED);
	add(l, LAYOUT_BIOS, LAYOUT_BIOS_END, E820_RESERVED);
	add(l, LAYOUT_BIOS_END, l->low_size, E820_RAM);
	if (l->high_size)
		add(l, LAYOUT_HIGH, LAYOUT_HIGH + l->high_size, E820_RAM);
	return 0;
}

uint64_t layout_initrd(const struct layout *l, uint64_t size, uint64_t max, uint64_t above)
{
	uint64_t end = l->low_size, at;

	if (max < end)
		end = max + 1;
	if (size > end)
		return 0;
	at = (end - size) & ~0xFFFULL;
	return at >= above ? at : 0;
}
