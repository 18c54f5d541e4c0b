// SPDX-License-Identifier: GPL-2.0-only
/* The test host's boot: image headers and memory layout. */
#include <elf.h>

#include "unit.h"
#include "machine/bzimage.h"
#include "machine/elfimage.h"
#include "machine/layout.h"

#define IMAGE 8192

/* A bzImage of protocol 2.15 with a 64-bit entry, as bytes. */
static void make_image(uint8_t *b)
{
	memset(b, 0, IMAGE);
	b[0x1F1] = 4;				/* setup sectors */
	b[0x1F4] = (uint8_t)((IMAGE - 5 * 512) / 16);	/* size of the code, in 16 bytes */
	b[0x1F5] = (IMAGE - 5 * 512) / 16 >> 8;
	b[0x1FE] = 0x55;
	b[0x1FF] = 0xAA;
	b[0x201] = 0x6A;
	memcpy(b + 0x202, "HdrS", 4);
	b[0x206] = 0x0F;
	b[0x207] = 0x02;
	b[0x211] = 1;				/* loaded high */
	b[0x216] = 0x10;			/* code32_start 0x100000 */
	memset(b + 0x22C, 0xFF, 3);		/* initrd_addr_max 0x7fffffff */
	b[0x22F] = 0x7F;
	b[0x234] = 1;				/* relocatable */
	b[0x236] = 1;				/* 64-bit entry */
	b[0x239] = 8;				/* cmdline_size 2048 */
	b[0x25B] = 1;				/* pref_address 0x1000000 */
	b[0x262] = 0x40;			/* init_size 0x400000 */
}

static void good_image(void **state)
{
	uint8_t b[IMAGE];
	struct bzimage z;

	(void)state;
	make_image(b);
	assert_null(bzimage_parse(&z, b, IMAGE));
	assert_int_equal(z.protocol, 0x020F);
	assert_int_equal(z.header_end, 0x26C);
	assert_int_equal(z.code_offset, 5 * 512);
	assert_int_equal(z.code_size, IMAGE - 5 * 512);
	assert_int_equal(z.load, 0x1000000);
	assert_int_equal(z.room, 0x400000);
	assert_true(z.entry_64);
	assert_int_equal(z.entry, 0x1000200);
	assert_int_equal(z.initrd_max, 0x7FFFFFFF);
	assert_int_equal(z.cmdline_max, 2048);
}

/* Each row changes one byte of the good image. */
static void variations(void **state)
{
	static const struct {
		unsigned int at;
		uint8_t value;
		bool good;
	} rows[] = {
		{ 0x1FE, 0, false }, { 0x1FF, 0, false }, { 0x202, 'h', false }, { 0x207, 1, false }, { 0x207, 3, false },
		{ 0x211, 0, false },		/* zImage */
		{ 0x1F1, 15, false },		/* code behind the end */
		{ 0x1F1, 0, true },		/* means 4 */
		{ 0x1F5, 0xFF, false },		/* cut short */
		{ 0x25F, 1, false },		/* load address beyond 4 GiB */
		{ 0x25B, 0xF0, false },		/* in the hole */
		{ 0x263, 0xFF, false },		/* too much room */
		{ 0x201, 0xFF, true },		/* the header is cut at the end of its place, later */
		{ 0x234, 0, true },
	};
	uint8_t b[IMAGE];
	struct bzimage z;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_image(b);
		b[rows[i].at] = rows[i].value;
		row_equal(i, bzimage_parse(&z, b, IMAGE) == NULL, rows[i].good);
	}
}

static void old_protocols(void **state)
{
	uint8_t b[IMAGE];
	struct bzimage z;

	(void)state;
	make_image(b);
	b[0x206] = 0x0A; /* 2.10, 2.6.32: no xloadflags yet */
	assert_null(bzimage_parse(&z, b, IMAGE));
	assert_false(z.entry_64);
	assert_int_equal(z.entry, 0x1000000);
	b[0x206] = 0x05; /* 2.05: no preferred address, no size of the command line */
	assert_null(bzimage_parse(&z, b, IMAGE));
	assert_int_equal(z.entry, 0x100000);
	assert_int_equal(z.cmdline_max, 255);
	assert_int_equal(z.room, IMAGE - 5 * 512);
	b[0x206] = 0x03; /* 2.03: no size of the code that could be trusted */
	assert_null(bzimage_parse(&z, b, IMAGE));
	b[0x1F1] = IMAGE / 512 - 1;
	assert_non_null(bzimage_parse(&z, b, IMAGE));
	b[0x1F1] = 4, b[0x206] = 0x02;
	assert_non_null(bzimage_parse(&z, b, IMAGE));
}

static void every_shorter_file_is_refused(void **state)
{
	uint8_t b[IMAGE];
	struct bzimage z;
	size_t size;

	(void)state;
	make_image(b);
	for (size = 0; size < IMAGE - 16; size++) {
		uint8_t *exact = malloc(size + 1); /* so that a sanitizer sees a read beyond */

		memcpy(exact, b, size);
		if (!bzimage_parse(&z, exact, size))
			fail_msg("a file of %zu bytes is taken", size);
		free(exact);
	}
}

static void make_elf(uint8_t *b, Elf64_Ehdr *h, Elf64_Phdr *p)
{
	memset(b, 0, IMAGE);
	*h = (Elf64_Ehdr){ .e_machine = EM_X86_64, .e_entry = 0x1000000, .e_phoff = 64, .e_phnum = 1, .e_phentsize = sizeof(*p) };
	memcpy(h->e_ident, "\177ELF\2\1\1", 7);
	*p = (Elf64_Phdr){ .p_type = PT_LOAD, .p_offset = 4096, .p_paddr = 0x1000000, .p_filesz = 4096, .p_memsz = 8192 };
}

static const char *parse_elf(struct elfimage *e, uint8_t *b, const Elf64_Ehdr *h, const Elf64_Phdr *p)
{
	memcpy(b, h, sizeof(*h));
	memcpy(b + 64, p, sizeof(*p));
	return elfimage_parse(e, b, IMAGE);
}

static void elf(void **state)
{
	uint8_t b[IMAGE];
	struct elfimage e;
	Elf64_Ehdr h;
	Elf64_Phdr p;

	(void)state;
	make_elf(b, &h, &p);
	assert_null(parse_elf(&e, b, &h, &p));
	assert_true(elfimage_is(b, IMAGE));
	assert_int_equal(e.start, 0x1000000);
	assert_int_equal(e.end, 0x1002000);
	assert_int_equal(e.count, 1);
	p.p_filesz = 4097;
	assert_non_null(parse_elf(&e, b, &h, &p));
	p.p_filesz = 4096, p.p_offset = ~0ULL;
	assert_non_null(parse_elf(&e, b, &h, &p));
	p.p_offset = 0, p.p_paddr = 0xFFFFFFFFFFFFF000;
	assert_non_null(parse_elf(&e, b, &h, &p));
	p.p_paddr = 0x1000000, p.p_memsz = 4095;
	assert_non_null(parse_elf(&e, b, &h, &p));
	p.p_memsz = 8192, h.e_phnum = 0xFFFF;
	assert_non_null(parse_elf(&e, b, &h, &p));
	h.e_phnum = 1, h.e_phoff = ~0ULL;
	assert_non_null(parse_elf(&e, b, &h, &p));
	h.e_phoff = 64, h.e_entry = 0x1002000;
	assert_non_null(parse_elf(&e, b, &h, &p));
	h.e_entry = 0x1001FFF;
	assert_null(parse_elf(&e, b, &h, &p));
	h.e_machine = EM_386;
	assert_non_null(parse_elf(&e, b, &h, &p));
}

static uint64_t e820_ram(const struct layout *l)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < l->e820_count; i++)
		if (l->e820[i].type == E820_RAM)
			sum += l->e820[i].size;
	return sum;
}

static void layouts(void **state)
{
	static const struct { uint64_t mem, low, high; } rows[] = {
		{ 512 * MIB, 512 * MIB, 0 }, { 3 * GIB, 3 * GIB, 0 }, { 3 * GIB + 4096, 3 * GIB, 4096 }, { 64 * GIB, 3 * GIB, 61 * GIB },
		{ 16 * MIB, 16 * MIB, 0 }, { 1024 * GIB, 3 * GIB, 1021 * GIB },
	};
	struct layout l;
	unsigned int i, k;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row_equal(i, layout_make(&l, rows[i].mem, 46) == NULL, 1);
		row_equal(i, l.low_size, rows[i].low);
		row_equal(i, l.high_size, rows[i].high);
		/* All but the last KiB below 640 and the legacy area is told as RAM. */
		row_equal(i, e820_ram(&l), rows[i].mem - (LAYOUT_BIOS_END - LAYOUT_EBDA));
		for (k = 1; k < l.e820_count; k++)
			row_equal(i, l.e820[k].start >= l.e820[k - 1].start + l.e820[k - 1].size, 1);
		row_equal(i, l.mmio_high >= LAYOUT_HIGH + l.high_size, 1);
		row_equal(i, l.mmio_high + LAYOUT_MMIO_HIGH_SIZE <= 1ULL << 46, 1);
	}
}

static void impossible_layouts(void **state)
{
	struct layout l;

	(void)state;
	assert_non_null(layout_make(&l, 0, 40));
	assert_non_null(layout_make(&l, 15 * MIB, 40));
	assert_non_null(layout_make(&l, GIB + 1, 40));
	assert_non_null(layout_make(&l, 1025 * GIB, 46));
	assert_non_null(layout_make(&l, GIB, 30));
	assert_non_null(layout_make(&l, 64 * GIB, 36));
	assert_null(layout_make(&l, 32 * GIB, 36));
}

static void initrd_place(void **state)
{
	struct layout l;

	(void)state;
	assert_null(layout_make(&l, 512 * MIB, 40));
	assert_int_equal(layout_initrd(&l, 4096, 0x7FFFFFFF, 0), 512 * MIB - 4096);
	assert_int_equal(layout_initrd(&l, 1, 0x37FFFFF, 0), 0x37FF000);
	assert_int_equal(layout_initrd(&l, 100 * MIB, 0x7FFFFFFF, 412 * MIB), 412 * MIB);
	assert_int_equal(layout_initrd(&l, 100 * MIB + 1, 0x7FFFFFFF, 412 * MIB), 0);
	assert_int_equal(layout_initrd(&l, 513 * MIB, 0x7FFFFFFF, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_image),
		cmocka_unit_test(variations),
		cmocka_unit_test(old_protocols),
		cmocka_unit_test(every_shorter_file_is_refused),
		cmocka_unit_test(elf),
		cmocka_unit_test(layouts),
		cmocka_unit_test(impossible_layouts),
		cmocka_unit_test(initrd_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
