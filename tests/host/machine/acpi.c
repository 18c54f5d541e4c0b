// SPDX-License-Identifier: GPL-2.0-only
/*
 * ACPI tables, in the BIOS area below 1 MiB. Layouts: the ACPI specification 5.0, 5.2.5 to 5.2.12. The DSDT is dsdt.asl;
 * what varies is put into it here.
 */
#include <string.h>

#include "acpi.h"
#include "core/exit_codes.h"
#include "core/log.h"
#include "internal.h"
#include "machine/dsdt.hex"

#define PACKED __attribute__((packed))

/* The stand-in for the window above 4 GiB in dsdt.asl. */
#define STAND_IN_MIN 0x7654321000000000ULL
#define STAND_IN_MAX 0x765432100FFFFFFFULL
#define STAND_IN_LEN 0x0000000010000000ULL

struct header {
	char signature[4];
	uint32_t length;
	uint8_t revision, checksum;
	char oem[6], table[8];
	uint32_t oem_revision;
	char creator[4];
	uint32_t creator_revision;
} PACKED;

struct gas {
	uint8_t space, bits, offset, access;
	uint64_t address;
} PACKED;

struct rsdp {
	char signature[8];
	uint8_t checksum;
	char oem[6];
	uint8_t revision;
	uint32_t rsdt, length;
	uint64_t xsdt;
	uint8_t checksum2, reserved[3];
} PACKED;

struct fadt {
	struct header h;
	uint32_t facs, dsdt;
	uint8_t model, profile;
	uint16_t sci;
	uint32_t smi_cmd;
	uint8_t acpi_enable, acpi_disable, s4bios, pstate;
	uint32_t pm1a_evt, pm1b_evt, pm1a_cnt, pm1b_cnt, pm2_cnt, pm_tmr, gpe0, gpe1;
	uint8_t pm1_evt_len, pm1_cnt_len, pm2_cnt_len, pm_tmr_len, gpe0_len, gpe1_len, gpe1_base, cst;
	uint16_t c2, c3, flush_size, flush_stride;
	uint8_t duty_offset, duty_width, day, month, century;
	uint16_t boot;
	uint8_t reserved;
	uint32_t flags;
	struct gas reset;
	uint8_t reset_value;
	uint16_t arm_boot;
	uint8_t minor;
	uint64_t x_facs, x_dsdt;
	struct gas x_pm1a_evt, x_pm1b_evt, x_pm1a_cnt, x_pm1b_cnt, x_pm2_cnt, x_pm_tmr, x_gpe0, x_gpe1, sleep, sleep_status;
} PACKED;

#define FADT_WBINVD (1U << 0)
#define FADT_PROC_C1 (1U << 2)
#define FADT_NO_POWER_BUTTON (1U << 4)
#define FADT_NO_SLEEP_BUTTON (1U << 5)
#define FADT_TIMER_32 (1U << 8)
#define FADT_RESET (1U << 10)
#define BOOT_LEGACY_DEVICES 1
#define BOOT_NO_VGA 4

struct facs {
	char signature[4];
	uint32_t length;
	uint8_t rest[56];
} PACKED;

struct madt {
	struct header h;
	uint32_t lapic, flags;
} PACKED;

struct madt_lapic {
	uint8_t type, len, processor, id;
	uint32_t flags;
} PACKED;

struct madt_ioapic {
	uint8_t type, len, id, reserved;
	uint32_t address, gsi;
} PACKED;

struct madt_override {
	uint8_t type, len, bus, irq;
	uint32_t gsi;
	uint16_t flags;
} PACKED;

struct madt_nmi {
	uint8_t type, len, processor;
	uint16_t flags;
	uint8_t lint;
} PACKED;

/* DefinitionBlock ("", "SSDT", 2, ...) { Name (\_S4, Package () { 4, 4, 0, 0 }) }; the number is ACPI_SLP_TYP_S4 */
static const uint8_t s4_body[] = { 0x08, '_', 'S', '4', '_', 0x12, 0x08, 0x04, 0x0A, ACPI_SLP_TYP_S4, 0x0A, ACPI_SLP_TYP_S4, 0, 0 };

static uint64_t at; /* the next free byte */

static uint8_t sum(const void *p, size_t len)
{
	const uint8_t *b = p;
	uint8_t s = 0;

	while (len--)
		s = (uint8_t)(s + *b++);
	return s;
}

static uint64_t place(const void *table, size_t len, unsigned int align)
{
	uint64_t gpa = (at + align - 1) / align * align;

	if (gpa + len > LAYOUT_BIOS_END || !mem_write(gpa, table, len))
		return 0;
	at = gpa + len;
	return gpa;
}

static void head(struct header *h, const char *signature, size_t len, uint8_t revision)
{
	memcpy(h->signature, signature, 4);
	h->length = (uint32_t)len;
	h->revision = revision;
	memcpy(h->oem, "LISHST", 6);
	memcpy(h->table, "HVHOST  ", 8);
	h->oem_revision = 1;
	memcpy(h->creator, "LIS ", 4);
	h->creator_revision = 1;
}

/* `h` begins a whole table. */
static uint64_t finish(struct header *h)
{
	h->checksum = 0;
	h->checksum = (uint8_t)-sum(h, h->length);
	return place(h, h->length, 16);
}

/* Replaces the one occurrence of an 8-byte number. */
static bool replace(uint8_t *table, size_t len, uint64_t old, uint64_t new)
{
	unsigned int hits = 0;

	for (size_t i = 0; i + 8 <= len; i++)
		if (!memcmp(table + i, &old, 8)) {
			memcpy(table + i, &new, 8);
			hits++;
		}
	return hits == 1;
}

static uint64_t dsdt(void)
{
	static uint8_t table[sizeof(dsdt_aml_code)];
	uint64_t start = machine.layout.mmio_high;

	memcpy(table, dsdt_aml_code, sizeof(table));
	if (!replace(table, sizeof(table), STAND_IN_LEN, LAYOUT_MMIO_HIGH_SIZE) ||
	    !replace(table, sizeof(table), STAND_IN_MIN, start) ||
	    !replace(table, sizeof(table), STAND_IN_MAX, start + LAYOUT_MMIO_HIGH_SIZE - 1))
		return 0;
	return finish((struct header *)table);
}

static struct gas io_gas(uint64_t port, unsigned int bits)
{
	return (struct gas){ .space = 1, .bits = (uint8_t)bits, .access = (uint8_t)(bits == 8 ? 1 : bits == 16 ? 2 : 3),
			     .address = port };
}

static uint64_t facs(void)
{
	struct facs f = { .signature = "FACS", .length = sizeof(f) };

	return place(&f, sizeof(f), 64);
}

static uint64_t fadt(uint64_t dsdt_at, uint64_t facs_at)
{
	struct fadt f = {
		.facs = (uint32_t)facs_at, .dsdt = (uint32_t)dsdt_at, .sci = ACPI_SCI,
		.pm1a_evt = ACPI_PM_BASE, .pm1a_cnt = ACPI_PM_BASE + 4, .pm_tmr = ACPI_PM_BASE + 8,
		.pm1_evt_len = 4, .pm1_cnt_len = 2, .pm_tmr_len = 4,
		.c2 = 0xFFFF, .c3 = 0xFFFF, .century = 0x32, .boot = BOOT_LEGACY_DEVICES | BOOT_NO_VGA,
		.flags = FADT_WBINVD | FADT_PROC_C1 | FADT_NO_POWER_BUTTON | FADT_NO_SLEEP_BUTTON | FADT_TIMER_32 | FADT_RESET,
		.reset = io_gas(ACPI_RESET_PORT, 8), .reset_value = ACPI_RESET_VALUE,
		.x_facs = 0, .x_dsdt = dsdt_at,
		.x_pm1a_evt = io_gas(ACPI_PM_BASE, 32), .x_pm1a_cnt = io_gas(ACPI_PM_BASE + 4, 16),
		.x_pm_tmr = io_gas(ACPI_PM_BASE + 8, 32),
	};

	head(&f.h, "FACP", sizeof(f), 5);
	return finish(&f.h);
}

static void madt_add(uint8_t *table, const void *entry, size_t len)
{
	struct header *h = (struct header *)table;

	memcpy(table + h->length, entry, len);
	h->length += (uint32_t)len;
}

static uint64_t madt(void)
{
	static uint8_t table[sizeof(struct madt) + 64 * MACHINE_VPS_MAX];
	struct madt *m = (struct madt *)table;
	struct madt_ioapic ioapic = { .type = 1, .len = sizeof(ioapic), .address = LAYOUT_IOAPIC };
	struct madt_override timer = { .type = 2, .len = sizeof(timer), .irq = 0, .gsi = 2 };
	/* Level triggered, active high. */
	struct madt_override sci = { .type = 2, .len = sizeof(sci), .irq = ACPI_SCI, .gsi = ACPI_SCI, .flags = 0xD };
	struct madt_nmi nmi = { .type = 4, .len = sizeof(nmi), .processor = 0xFF, .lint = 1 };

	memset(table, 0, sizeof(table));
	head(&m->h, "APIC", sizeof(*m), 3);
	m->lapic = LAYOUT_LAPIC;
	m->flags = 1; /* there are two 8259s, too */
	for (unsigned int i = 0; i < machine.vps; i++) {
		struct madt_lapic lapic = { .len = sizeof(lapic), .processor = (uint8_t)i, .id = (uint8_t)i, .flags = 1 };

		madt_add(table, &lapic, sizeof(lapic));
	}
	madt_add(table, &ioapic, sizeof(ioapic));
	madt_add(table, &timer, sizeof(timer));
	madt_add(table, &sci, sizeof(sci));
	madt_add(table, &nmi, sizeof(nmi));
	return finish(&m->h);
}

static uint64_t ssdt_s4(void)
{
	struct {
		struct header h;
		uint8_t body[sizeof(s4_body)];
	} PACKED t = { 0 };

	head(&t.h, "SSDT", sizeof(t), 2);
	memcpy(t.body, s4_body, sizeof(s4_body));
	return finish(&t.h);
}

static uint64_t xsdt(const uint64_t *tables, unsigned int count)
{
	struct {
		struct header h;
		uint64_t entry[4];
	} PACKED t = { 0 };

	head(&t.h, "XSDT", sizeof(t.h) + count * 8, 1);
	memcpy(t.entry, tables, count * 8);
	return finish(&t.h);
}

static uint64_t rsdt(const uint64_t *tables, unsigned int count)
{
	struct {
		struct header h;
		uint32_t entry[4];
	} PACKED t = { 0 };

	head(&t.h, "RSDT", sizeof(t.h) + count * 4, 1);
	for (unsigned int i = 0; i < count; i++)
		t.entry[i] = (uint32_t)tables[i];
	return finish(&t.h);
}

/* Where a kernel looks for it: on a multiple of 16 from 0xE0000 on. It is written last and lies first. */
static bool rsdp(uint64_t rsdt_at, uint64_t xsdt_at)
{
	struct rsdp r = { .revision = 2, .rsdt = (uint32_t)rsdt_at, .length = sizeof(r), .xsdt = xsdt_at };

	memcpy(r.signature, "RSD PTR ", 8);
	memcpy(r.oem, "LISHST", 6);
	r.checksum = (uint8_t)-sum(&r, 20);
	r.checksum2 = (uint8_t)-sum(&r, sizeof(r));
	return mem_write(LAYOUT_BIOS, &r, sizeof(r));
}

int acpi_build(void)
{
	uint64_t tables[4], dsdt_at, facs_at, x, r;
	unsigned int count = 0;
	bool ok;

	at = LAYOUT_BIOS + 64;
	dsdt_at = dsdt();
	facs_at = facs();
	tables[count++] = fadt(dsdt_at, facs_at);
	tables[count++] = madt();
	if (machine.config.acpi_s4)
		tables[count++] = ssdt_s4();
	ok = dsdt_at && facs_at;
	for (unsigned int i = 0; i < count; i++)
		ok = ok && tables[i];
	x = xsdt(tables, count);
	r = rsdt(tables, count);
	if (!ok || !x || !r || !rsdp(r, x)) {
		complain("the ACPI tables cannot be built", "this is a mistake in the host: report it",
			 "they do not fit below 1 MiB, or the DSDT has lost its stand-in window");
		return EXIT_HOST_ERROR;
	}
	return 0;
}
