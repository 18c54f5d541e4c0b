// SPDX-License-Identifier: GPL-2.0-only
/* Emulated PCI functions: configuration space, BAR, MSI-X, and the virtio entropy device as a driver sees it. */
#include "unit.h"
#include <stdbool.h>
#include <string.h>
#include "dev/pci_func.h"
#include "machine/machine.h"

#define GUEST_RAM 0x4000
#include "guest_ram.h"

#define COMMAND 0x04
#define BAR0 0x10
#define CAPS 0x34
#define COMMON 0x1000
#define NOTIFY 0x3000

static unsigned int fired;
static uint64_t fired_address;
static uint32_t fired_data;

static void interrupt(void *bus, uint64_t address, uint32_t data)
{
	fired++;
	fired_address = address;
	fired_data = data;
}

static struct pci_func *fresh(struct pci_func *f)
{
	assert_non_null(f);
	f->interrupt = interrupt;
	fired = 0;
	memset(ram, 0, sizeof(ram));
	return f;
}

/* Offset of the capability with this id; 0: none. */
static unsigned int cap(const struct pci_func *f, uint8_t id)
{
	unsigned int at = pci_config_read(f, CAPS, 1), hops = 0;

	if (!(pci_config_read(f, 0x06, 2) & 0x10))
		return 0;
	while (at && pci_config_read(f, at, 1) != id) {
		at = pci_config_read(f, at + 1, 1);
		assert_in_range(++hops, 1, 16);
	}
	return at;
}

static uint64_t bar_size(struct pci_func *f)
{
	uint64_t mask;

	pci_config_write(f, BAR0, 4, 0xFFFFFFFF);
	pci_config_write(f, BAR0 + 4, 4, 0xFFFFFFFF);
	mask = ((uint64_t)pci_config_read(f, BAR0 + 4, 4) << 32 | pci_config_read(f, BAR0, 4)) & ~0xFULL;
	return ~mask + 1;
}

static void configuration(void **state)
{
	struct pci_func *f = fresh(virtio_rng_new());

	assert_int_equal(pci_config_read(f, 0, 4), 0x10441AF4);
	assert_int_equal(bar_size(f), 0x4000);
	assert_int_equal(pci_config_read(f, BAR0, 4), 0xFFFFC004); /* of 64 bits, not prefetchable */
	pci_config_write(f, 0, 4, 0);
	assert_int_equal(pci_config_read(f, 0, 4), 0x10441AF4);
	assert_int_not_equal(cap(f, 0x11), 0);
	assert_int_not_equal(cap(f, 0x09), 0);
	assert_int_equal(pci_config_read(f, 254, 4), 0);
	assert_int_equal(pci_config_read(f, 0xFFFFFFFF, 1), 0);
	pci_config_write(f, 254, 4, 0xFFFFFFFF);
	pci_config_write(f, 0x1000, 4, 0xFFFFFFFF);
	f->ops->destroy(f);
}

static void bar_holds_still(void **state)
{
	struct pci_func *f = fresh(virtio_rng_new());

	pci_config_write(f, BAR0, 4, 0xF8000000);
	pci_config_write(f, BAR0 + 4, 4, 0);
	assert_int_equal(pci_bar_address(f), 0xF8000000);
	assert_false(pci_memory_on(f));
	pci_config_write(f, COMMAND, 2, 2);
	assert_true(pci_memory_on(f));
	pci_config_write(f, BAR0, 4, 0xF9000000);
	assert_int_equal(pci_bar_address(f), 0xF8000000);
	pci_func_reset(f);
	assert_false(pci_memory_on(f));
	assert_int_equal(pci_bar_address(f), 0);
	f->ops->destroy(f);
}

static void set_vector(struct pci_func *f, unsigned int n, uint64_t address, uint32_t data, uint32_t control)
{
	pci_bar_write(f, 16 * n, 8, address);
	pci_bar_write(f, 16 * n + 8, 4, data);
	pci_bar_write(f, 16 * n + 12, 4, control);
}

static void masked_vectors_wait(void **state)
{
	struct pci_func *f = fresh(virtio_rng_new());
	unsigned int control = cap(f, 0x11) + 2;

	set_vector(f, 1, 0x12FEE00000ULL, 77, 0);
	pci_fire(f, 1); /* MSI-X is off: nothing happens, nothing is kept */
	assert_int_equal(fired, 0);
	assert_int_equal(pci_bar_read(f, PCI_MSIX_PBA, 8), 0);
	pci_config_write(f, control, 2, 0x8000);
	pci_fire(f, 0); /* masked from the start */
	assert_int_equal(fired, 0);
	assert_int_equal(pci_bar_read(f, PCI_MSIX_PBA, 8), 1);
	set_vector(f, 0, 0xFEE00000, 5, 0);
	assert_int_equal(fired, 1);
	assert_int_equal(fired_data, 5);
	assert_int_equal(pci_bar_read(f, PCI_MSIX_PBA, 8), 0);
	pci_config_write(f, control, 2, 0xC000); /* all masked at once */
	pci_fire(f, 1);
	assert_int_equal(fired, 1);
	assert_int_equal(pci_bar_read(f, PCI_MSIX_PBA, 4), 2);
	pci_config_write(f, control, 2, 0x8000);
	assert_int_equal(fired, 2);
	assert_int_equal(fired_address, 0x12FEE00000ULL);
	assert_int_equal(fired_data, 77);
	pci_fire(f, 2); /* it has two */
	pci_fire(f, 0xFFFFFFFF);
	assert_int_equal(fired, 2);
	assert_int_equal(f->fired, 2);
	pci_bar_write(f, 16 * PCI_VECTORS_MAX, 4, 1); /* beyond the table */
	pci_bar_write(f, PCI_MSIX_PBA, 8, ~0ULL);
	assert_int_equal(pci_bar_read(f, PCI_MSIX_PBA, 8), 0);
	f->ops->destroy(f);
}

static uint64_t offset_and_size(struct pci_func *f, uint64_t offset, unsigned int size)
{
	return offset + size;
}

static void own_registers(void **state)
{
	static const struct pci_ids ids = { 0x1234, 0x5678, 1, 2, 3, 4, 5, 6 };
	static const struct pci_func_ops ops = { .read = offset_and_size };
	struct pci_func f = { .ops = &ops };

	pci_func_init(&f, &ids, 0x4000, 2, 0x80, 0x80);
	assert_int_equal(pci_config_read(&f, 0, 4), 0x56781234);
	assert_int_equal(pci_bar_read(&f, 0x1004, 4), 0x1008);
}

static void screen(void **state)
{
	struct pci_func *f = fresh(pci_screen_new());

	assert_int_equal(pci_config_read(f, 0, 4), 0x53531414);
	assert_int_equal(pci_config_read(f, 0x0B, 1), 3);
	assert_int_equal(bar_size(f), 8 << 20);
	assert_int_equal(cap(f, 0x11), 0);
	assert_int_equal(pci_config_read(f, CAPS, 1), 0);
	pci_fire(f, 0);
	pci_config_write(f, 0x02, 2, 0xC000); /* where a capability at 0 would have its switch */
	assert_int_equal(pci_config_read(f, 0, 4), 0x53531414);
	assert_int_equal(fired, 0);
	f->ops->destroy(f);
}

/* --- the entropy device: descriptors at 0x1000, the driver's ring at 0x2000, the device's at 0x3000 ------------------------------- */

static void descriptor(unsigned int n, uint64_t address, uint32_t len, uint16_t flags, uint16_t next)
{
	uint8_t *at = ram + 0x1000 + 16 * n;

	memcpy(at, &address, 8);
	memcpy(at + 8, &len, 4);
	memcpy(at + 12, &flags, 2);
	memcpy(at + 14, &next, 2);
}

static struct pci_func *driven(void)
{
	struct pci_func *f = fresh(virtio_rng_new());

	pci_config_write(f, cap(f, 0x11) + 2, 2, 0x8000);
	set_vector(f, 1, 0xFEE00000, 9, 0);
	pci_bar_write(f, COMMON + 0x14, 1, 15);		/* status */
	pci_bar_write(f, COMMON + 0x18, 2, 8);		/* queue size */
	pci_bar_write(f, COMMON + 0x1A, 2, 1);		/* its vector */
	pci_bar_write(f, COMMON + 0x20, 8, 0x1000);
	pci_bar_write(f, COMMON + 0x28, 8, 0x2000);
	pci_bar_write(f, COMMON + 0x30, 8, 0x3000);
	pci_bar_write(f, COMMON + 0x1C, 2, 1);		/* enabled */
	return f;
}

static void offer(struct pci_func *f, uint16_t idx, uint16_t head)
{
	memcpy(ram + 0x2004 + 2 * ((idx - 1) % 8), &head, 2);
	memcpy(ram + 0x2002, &idx, 2);
	pci_bar_write(f, NOTIFY, 2, 0);
}

static void used(uint16_t want_idx, uint32_t want_id, uint32_t want_len)
{
	uint32_t entry[2];
	uint16_t idx;

	memcpy(&idx, ram + 0x3002, 2);
	memcpy(entry, ram + 0x3004 + 8 * ((want_idx - 1) % 8), 8);
	assert_int_equal(idx, want_idx);
	assert_int_equal(entry[0], want_id);
	assert_int_equal(entry[1], want_len);
}

static void entropy(void **state)
{
	struct pci_func *f = driven();
	static const uint8_t zero[64];

	descriptor(0, 0x100, 64, 2, 0);
	offer(f, 1, 0);
	used(1, 0, 64);
	assert_memory_not_equal(ram + 0x100, zero, 64);
	assert_int_equal(fired, 1);
	assert_int_equal(fired_data, 9);
	assert_int_equal(virtio_rng_requests(f), 1);
	descriptor(2, 0x200, 8, 3, 3); /* a chain of two */
	descriptor(3, 0x300, 8, 2, 0);
	offer(f, 2, 2);
	used(2, 2, 16);
	pci_bar_write(f, COMMON + 0x14, 1, 0); /* a reset stops the queue */
	offer(f, 3, 0);
	used(2, 2, 16);
	f->ops->destroy(f);
}

static void drivers_that_lie(void **state)
{
	struct pci_func *f = driven();

	descriptor(0, 0x100, 64, 0, 0); /* not to be written */
	offer(f, 1, 0);
	used(1, 0, 0);
	descriptor(0, 0xFFFFFFFFFFFFFFF0ULL, 64, 2, 0); /* no memory */
	offer(f, 2, 0);
	used(2, 0, 0);
	descriptor(0, 0x100, 1, 3, 0); /* a chain without an end */
	offer(f, 3, 0);
	assert_int_equal(ram[0x3002], 3);
	offer(f, 4, 8); /* no such descriptor */
	used(4, 8, 0);
	offer(f, 4 + 9, 0); /* more than the ring holds: not looked at */
	used(4, 8, 0);
	pci_bar_write(f, COMMON + 0x16, 2, 5); /* another queue: it has none */
	assert_int_equal(pci_bar_read(f, COMMON + 0x18, 2), 0);
	pci_bar_write(f, COMMON + 0x20, 8, 0x1111);
	pci_bar_write(f, COMMON + 0x16, 2, 0);
	assert_int_equal(pci_bar_read(f, COMMON + 0x20, 8), 0x1000);
	pci_bar_write(f, COMMON + 0x18, 2, 7); /* no power of two */
	assert_int_equal(pci_bar_read(f, COMMON + 0x18, 2), 64);
	pci_bar_write(f, COMMON + 0x1A, 2, 2); /* no such vector */
	assert_int_equal(pci_bar_read(f, COMMON + 0x1A, 2), 0xFFFF);
	f->ops->destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(configuration), cmocka_unit_test(bar_holds_still), cmocka_unit_test(masked_vectors_wait),
		cmocka_unit_test(own_registers), cmocka_unit_test(screen),	    cmocka_unit_test(entropy),
		cmocka_unit_test(drivers_that_lie),
	};

	return cmocka_run_group_tests_name("host_pci_func", tests, NULL, NULL);
}
