// SPDX-License-Identifier: GPL-2.0-only
/*
 * Puts a Linux kernel, its initrd and command line into guest memory, and virtual processor 0 at its entry (the kernel's
 * Documentation/arch/x86/boot.rst): in long mode where the image knows it, else in 32-bit protected mode.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bzimage.h"
#include "core/exit_codes.h"
#include "core/log.h"
#include "elfimage.h"
#include "internal.h"

/* The zero page: what boot.rst and zero-page.rst name. */
#define ZP_SIZE 4096
#define ZP_RSDP 0x070
#define ZP_E820_COUNT 0x1E8
#define ZP_VID_MODE 0x1FA
#define ZP_BOOT_FLAG 0x1FE
#define ZP_MAGIC 0x202
#define ZP_VERSION 0x206
#define ZP_LOADER 0x210
#define ZP_RAMDISK 0x218
#define ZP_RAMDISK_SIZE 0x21C
#define ZP_CMDLINE 0x228
#define ZP_ALIGNMENT 0x230
#define ZP_HEADER_END 0x290
#define ZP_E820 0x2D0
#define LOADER_UNKNOWN 0xFF
#define VID_MODE_NORMAL 0xFFFF

#define BOOT_CS 0x10
#define BOOT_DS 0x18
#define MSR_EFER_LME (1U << 8)
#define MSR_EFER_LMA (1U << 10)

struct file {
	uint8_t *data;
	size_t size;
};

static struct file kernel, initrd;
static struct bzimage image; /* of an unpacked kernel, only what booting it needs */
static struct elfimage elf;

static int read_all(int fd, struct file *f)
{
	size_t done = 0;
	ssize_t n;

	while (done < f->size) {
		n = read(fd, f->data + done, f->size - done);
		if (n < 0)
			return errno;
		if (n == 0)
			return EIO;
		done += (size_t)n;
	}
	return 0;
}

static int load_file(const char *path, struct file *f, uint64_t max)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = errno;

	if (fd >= 0)
		err = fstat(fd, &st) ? errno : !S_ISREG(st.st_mode) ? EINVAL : st.st_size == 0 ? ENODATA : 0;
	if (!err && (uint64_t)st.st_size > max)
		err = EFBIG;
	if (!err) {
		f->size = (size_t)st.st_size;
		f->data = malloc(f->size);
		err = f->data ? read_all(fd, f) : ENOMEM;
	}
	if (fd >= 0)
		close(fd);
	if (!err)
		return 0;
	complain("a file to boot cannot be read", "check the path, and --mem when the file is large", "%s: %s", path, strerror(err));
	return EXIT_USAGE;
}

void boot_exit(void)
{
	free(kernel.data);
	free(initrd.data);
	kernel = initrd = (struct file){ 0 };
}

static const char *parse_elf(void)
{
	const char *why = elfimage_parse(&elf, kernel.data, kernel.size);

	image = (struct bzimage){
		.protocol = 0x020F, .load = elf.start, .room = elf.end - elf.start, .entry = elf.entry,
		.entry_64 = true, .initrd_max = 0x7FFFFFFF, .cmdline_max = 2047,
	};
	return why;
}

/* Once: a reset boots the same bytes, even when the files have gone. */
int boot_files(void)
{
	const char *why;
	int err;

	err = load_file(machine.config.kernel, &kernel, machine.config.mem);
	if (err)
		return err;
	why = elfimage_is(kernel.data, kernel.size) ? parse_elf() : bzimage_parse(&image, kernel.data, kernel.size);
	if (why) {
		complain("the kernel cannot be booted", "give --kernel a bzImage (vmlinuz) for x86, or an unpacked vmlinux", "%s: %s",
			 machine.config.kernel, why);
		return EXIT_USAGE;
	}
	return machine.config.initrd ? load_file(machine.config.initrd, &initrd, machine.config.mem) : 0;
}

static int does_not_fit(const char *what)
{
	complain("the guest's memory is too small to boot", "give it more with --mem", "the %s does not fit", what);
	return EXIT_USAGE;
}

static void put16(uint8_t *zp, unsigned int offset, uint16_t value)
{
	memcpy(zp + offset, &value, 2);
}

static void put32(uint8_t *zp, unsigned int offset, uint32_t value)
{
	memcpy(zp + offset, &value, 4);
}

static int put_cmdline(uint8_t *zp)
{
	const char *text = machine.config.append ? machine.config.append : "";
	size_t len = strlen(text);

	if (len > image.cmdline_max || len >= LAYOUT_CMDLINE_MAX) {
		complain("the command line cannot be given to the kernel", "shorten --append",
			 "it has %zu bytes, the kernel takes %u", len, image.cmdline_max);
		return EXIT_USAGE;
	}
	if (!mem_write(LAYOUT_CMDLINE, text, len + 1))
		return does_not_fit("command line");
	put32(zp, ZP_CMDLINE, (uint32_t)LAYOUT_CMDLINE);
	return 0;
}

static int put_initrd(uint8_t *zp)
{
	uint64_t to;

	if (!initrd.data)
		return 0;
	to = layout_initrd(&machine.layout, initrd.size, image.initrd_max, image.load + image.room);
	if (!to || !mem_write(to, initrd.data, initrd.size))
		return does_not_fit("initrd");
	put32(zp, ZP_RAMDISK, (uint32_t)to);
	put32(zp, ZP_RAMDISK_SIZE, (uint32_t)initrd.size);
	return 0;
}

static void put_e820(uint8_t *zp)
{
	memcpy(zp + ZP_E820, machine.layout.e820, machine.layout.e820_count * sizeof(struct e820_range));
	zp[ZP_E820_COUNT] = (uint8_t)machine.layout.e820_count;
}

/* What a BIOS leaves in its data area: where the extended one is, and KiB of conventional memory. */
static void put_bios_data(void)
{
	uint16_t ebda = LAYOUT_EBDA >> 4, kib = LAYOUT_EBDA >> 10;

	mem_write(0x40E, &ebda, sizeof(ebda));
	mem_write(0x413, &kib, sizeof(kib));
}

/* The first 4 GiB, one to one, in pages of 2 MiB. */
static void put_page_tables(void)
{
	uint64_t *t = mem_ptr(LAYOUT_PAGE_TABLES, 6 * 4096), pd = LAYOUT_PAGE_TABLES + 2 * 4096;

	memset(t, 0, 6 * 4096);
	t[0] = (LAYOUT_PAGE_TABLES + 4096) | 3;
	for (unsigned int i = 0; i < 4; i++)
		t[512 + i] = (pd + i * 4096) | 3;
	for (uint64_t i = 0; i < 4 * 512; i++)
		t[1024 + i] = i << 21 | 0x83;
}

static void put_gdt(void)
{
	uint64_t gdt[4] = { 0, 0, 0x00CF9A000000FFFFULL, 0x00CF92000000FFFFULL };

	if (image.entry_64)
		gdt[2] = 0x00AF9A000000FFFFULL;
	mem_write(LAYOUT_GDT, gdt, sizeof(gdt));
}

/* The header an unpacked kernel has no more. */
static bool put_elf(uint8_t *zp)
{
	for (unsigned int i = 0; i < elf.count; i++)
		if (!mem_write(elf.segment[i].to, kernel.data + elf.segment[i].offset, elf.segment[i].size))
			return false;
	put16(zp, ZP_BOOT_FLAG, 0xAA55);
	memcpy(zp + ZP_MAGIC, "HdrS", 4);
	put16(zp, ZP_VERSION, image.protocol);
	put32(zp, ZP_ALIGNMENT, 0x1000000);
	return true;
}

static bool put_bzimage(uint8_t *zp)
{
	size_t end = image.header_end < ZP_HEADER_END ? image.header_end : ZP_HEADER_END;

	memcpy(zp + BZ_HEADER, kernel.data + BZ_HEADER, end - BZ_HEADER);
	return mem_write(image.load, kernel.data + image.code_offset, image.code_size);
}

static int put_image(uint8_t *zp)
{
	if (image.load + image.room > machine.layout.low_size)
		return does_not_fit("kernel, unpacked,");
	if (!(elf.count ? put_elf(zp) : put_bzimage(zp)))
		return does_not_fit("kernel");
	zp[ZP_LOADER] = LOADER_UNKNOWN;
	put16(zp, ZP_VID_MODE, VID_MODE_NORMAL);
	/* Only kernels from 5.0 on look here; for others it is the old place of an unused field. */
	if (image.protocol >= 0x020E)
		put32(zp, ZP_RSDP, (uint32_t)LAYOUT_BIOS);
	return 0;
}

int boot_load(void)
{
	uint8_t zp[ZP_SIZE] = { 0 };
	int err = put_image(zp);

	if (!err)
		err = put_cmdline(zp);
	if (!err)
		err = put_initrd(zp);
	if (err)
		return err;
	log_info("kernel: boot protocol %u.%02u, %s-bit entry at 0x%llx", image.protocol >> 8, image.protocol & 0xFF,
		 image.entry_64 ? "64" : "32", (unsigned long long)image.entry);
	put_e820(zp);
	put_bios_data();
	put_gdt();
	put_page_tables();
	if (!mem_write(LAYOUT_ZERO_PAGE, zp, sizeof(zp)))
		return does_not_fit("zero page");
	return acpi_build();
}

/* --- registers ------------------------------------------------------------------------------------------------------------ */

static struct kvm_segment segment(uint16_t selector, uint8_t type, bool is_64)
{
	return (struct kvm_segment){
		.base = 0, .limit = 0xFFFFFFFF, .selector = selector, .type = type, .present = 1, .dpl = 0,
		.db = !is_64, .s = 1, .l = is_64, .g = 1,
	};
}

static void set_segments(struct kvm_sregs *s)
{
	s->cs = segment(BOOT_CS, 0xB, image.entry_64);
	s->ds = s->es = s->ss = s->fs = s->gs = segment(BOOT_DS, 3, false);
	s->gdt.base = LAYOUT_GDT;
	s->gdt.limit = 4 * 8 - 1;
	s->idt.base = s->idt.limit = 0;
}

int boot_vcpu(const struct vcpu *v)
{
	struct kvm_regs r = { .rip = image.entry, .rsi = LAYOUT_ZERO_PAGE, .rsp = LAYOUT_STACK, .rflags = 2 };
	struct kvm_sregs s;
	int err = vcpu_ioctl(v, KVM_GET_SREGS, &s);

	if (err)
		return err;
	set_segments(&s);
	s.cr0 = 0x11; /* protected mode; ET */
	if (image.entry_64) {
		s.cr3 = LAYOUT_PAGE_TABLES;
		s.cr4 |= 1U << 5;
		s.cr0 |= 1U << 31;
		s.efer |= MSR_EFER_LME | MSR_EFER_LMA;
	}
	err = vcpu_ioctl(v, KVM_SET_SREGS, &s);
	return err ? err : vcpu_ioctl(v, KVM_SET_REGS, &r);
}
