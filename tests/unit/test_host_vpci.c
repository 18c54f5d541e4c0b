// SPDX-License-Identifier: GPL-2.0-only
/* Virtual PCI of the test host: messages, the retarget hypercall, and the function's registers (docs/wire/09). */
#include "unit.h"
#include "dev/pci_func.h"
#include "dev/vpci_msg.h"

static void interrupt_requests(void **state)
{
	struct hvpci_interrupt2 i = { HVPCI_CREATE_INTERRUPT2, 0, 0x31, 0, 1, 2, { 3, 1 } };
	struct vpci_msg m;

	(void)state;
	assert_int_equal(sizeof(i), 78);
	assert_true(vpci_parse((uint8_t *)&i, sizeof(i), &m));
	assert_int_equal(m.vector, 0x31);
	assert_int_equal(m.vps, 0xA);
	assert_false(vpci_parse((uint8_t *)&i, sizeof(i) - 1, &m));
	i.cpu_count = 33;
	assert_false(vpci_parse((uint8_t *)&i, sizeof(i), &m));
	i.cpu_count = 0;
	assert_false(vpci_parse((uint8_t *)&i, sizeof(i), &m));
	i.cpu_count = 1;
	i.vector = 15;
	assert_false(vpci_parse((uint8_t *)&i, sizeof(i), &m));
	i.vector = 16;
	i.count = 3;
	assert_false(vpci_parse((uint8_t *)&i, sizeof(i), &m));
}

static void unknown_and_short(void **state)
{
	uint8_t bytes[256] = { 0 };
	uint32_t type = HVPCI_EJECT; /* only hosts send it */
	struct vpci_msg m;

	(void)state;
	memcpy(bytes, &type, 4);
	assert_false(vpci_parse(bytes, sizeof(bytes), &m));
	assert_int_equal(m.type, type);
	assert_false(vpci_parse(bytes, 3, &m));
}

static void retarget(void **state)
{
	uint8_t in[72] = { 0 };
	struct vpci_retarget r;

	(void)state;
	memset(in, 0xFF, 8);
	in[8] = 0x21;
	in[16] = 1;
	in[27] = 0xFE;
	in[28] = 0x05;
	in[40] = 0x44;
	in[48] = 0x04;
	assert_true(vpci_parse_retarget(in, 56, &r));
	assert_true(r.device_id == 0x21 && r.address == 0xFE000000 && r.data == 5 && r.vector == 0x44 && r.vps == 4);
	in[44] = 2; /* a processor set: format 0, first bank */
	in[48] = 0;
	in[56] = 1;
	in[64] = 2;
	assert_true(vpci_parse_retarget(in, 72, &r));
	assert_int_equal(r.vps, 2);
	assert_false(vpci_parse_retarget(in, 71, &r));
	in[0] = 0;
	assert_false(vpci_parse_retarget(in, 72, &r));
}

/* 09 8, with a GUID whose bytes are their own index. */
static void device_id(void **state)
{
	static const uint8_t g[16] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	static const uint8_t h[16] = { [6] = 0xFF };

	(void)state;
	assert_int_equal(vpci_device_id(g), 0x05040700);
	assert_int_equal(vpci_device_id(h), 0xF8);
}

static uint64_t seen_address;
static uint32_t seen_data;

static void interrupt(void *bus, uint64_t address, uint32_t data)
{
	(void)bus;
	seen_address = address;
	seen_data = data;
}

static uint64_t own_read(struct pci_func *f, uint64_t offset, unsigned int size)
{
	(void)f;
	return offset + size;
}

static void bar_and_msix(void **state)
{
	static const struct pci_ids ids = { 0x1234, 0x5678, 1, 2, 3, 4, 5, 6 };
	static const struct pci_func_ops ops = { .read = own_read };
	struct pci_func f = { .ops = &ops, .interrupt = interrupt };

	(void)state;
	pci_func_init(&f, &ids, 0x4000, 2, 0x80, 0x80);
	assert_int_equal(pci_config_read(&f, 0, 4), 0x56781234);
	pci_config_write(&f, 0, 4, 0);
	assert_int_equal(pci_config_read(&f, 0, 4), 0x56781234);
	pci_config_write(&f, 0x10, 4, 0xFFFFFFFF);
	assert_int_equal(pci_config_read(&f, 0x10, 4), 0xFFFFC004);
	pci_config_write(&f, 0x10, 4, 0xF0000000);
	pci_config_write(&f, 0x14, 4, 0);
	pci_config_write(&f, 4, 2, 2);
	assert_true(pci_memory_on(&f));
	assert_int_equal(pci_bar_address(&f), 0xF0000000);
	pci_config_write(&f, 0x10, 4, 0); /* decodes: holds still */
	assert_int_equal(pci_bar_address(&f), 0xF0000000);
	assert_int_equal(pci_bar_read(&f, 0x1004, 4), 0x1008);

	pci_bar_write(&f, 16, 8, 0x00000001FEE00000);
	pci_bar_write(&f, 24, 4, 0x8001);
	pci_fire(&f, 1); /* not enabled */
	assert_int_equal(seen_data, 0);
	pci_config_write(&f, 0x82, 2, 0x8000);
	pci_fire(&f, 1); /* masked: pending */
	assert_int_equal(seen_data, 0);
	assert_int_equal(pci_bar_read(&f, PCI_MSIX_PBA, 4), 2);
	pci_bar_write(&f, 28, 4, 0);
	assert_int_equal(seen_data, 0x8001);
	assert_true(seen_address == 0x00000001FEE00000);
	assert_int_equal(pci_bar_read(&f, PCI_MSIX_PBA, 4), 0);
	pci_fire(&f, 7); /* no such vector */
	assert_int_equal(f.fired, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interrupt_requests), cmocka_unit_test(unknown_and_short), cmocka_unit_test(retarget),
		cmocka_unit_test(device_id), cmocka_unit_test(bar_and_msix),
	};

	return cmocka_run_group_tests_name("host_vpci", tests, NULL, NULL);
}
