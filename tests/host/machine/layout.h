/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where things lie in guest physical memory. Numbers in, numbers out: unit tested as it stands.
 */
#ifndef HOST_LAYOUT_H
#define HOST_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#define KIB 1024ULL
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

/* RAM ends here at the latest and goes on at 4 GiB. */
#define LAYOUT_HOLE (3 * GIB)
#define LAYOUT_HIGH (4 * GIB)
#define LAYOUT_MEM_MIN (16 * MIB)
#define LAYOUT_MEM_MAX (1024 * GIB)

/* Windows for devices of the bus, as the DSDT tells them. */
#define LAYOUT_MMIO_LOW 0xE0000000ULL
#define LAYOUT_MMIO_LOW_SIZE (0xFEC00000ULL - LAYOUT_MMIO_LOW)
#define LAYOUT_MMIO_HIGH_SIZE (16 * GIB)

/* Chips of KVM's. */
#define LAYOUT_IOAPIC 0xFEC00000U
#define LAYOUT_LAPIC 0xFEE00000U
#define LAYOUT_IDENTITY_MAP 0xFEFFC000ULL
#define LAYOUT_TSS 0xFEFFD000ULL

/* Low memory at boot. */
#define LAYOUT_GDT 0x500ULL
#define LAYOUT_ZERO_PAGE 0x7000ULL
#define LAYOUT_PAGE_TABLES 0x9000ULL /* 6 pages */
#define LAYOUT_STACK 0x8FF0ULL
#define LAYOUT_CMDLINE 0x20000ULL
#define LAYOUT_CMDLINE_MAX 0x10000U
#define LAYOUT_EBDA 0x9FC00ULL
#define LAYOUT_VGA 0xA0000ULL
#define LAYOUT_BIOS 0xE0000ULL /* ACPI tables; the RSDP is looked for here, too */
#define LAYOUT_BIOS_END 0x100000ULL

#define E820_RAM 1
#define E820_RESERVED 2

struct e820_range {
	uint64_t start;
	uint64_t size;
	uint32_t type;
} __attribute__((packed));

#define E820_MAX 8

struct layout {
	uint64_t low_size;	/* RAM from 0 */
	uint64_t high_size;	/* RAM from 4 GiB */
	uint64_t mmio_high;	/* window above all RAM there may ever be */
	struct e820_range e820[E820_MAX];
	unsigned int e820_count;
};

/*
 * Lays out `bytes` of RAM (a multiple of 4 KiB) on a machine with physical addresses of phys_bits. NULL, or the sentence
 * why it cannot be done.
 */
const char *layout_make(struct layout *l, uint64_t bytes, unsigned int phys_bits);

/*
 * The highest place for an initrd of `size` bytes that ends at or below both `max` (the kernel's limit, inclusive last
 * address) and the end of low RAM, and begins at or above `above`. 0 when there is none.
 */
uint64_t layout_initrd(const struct layout *l, uint64_t size, uint64_t max, uint64_t above);

#endif
