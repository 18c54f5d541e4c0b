// SPDX-License-Identifier: GPL-2.0-only
/* A hostile guest's PCI messages, hypercalls and register accesses. */
#include "fuzz.h"
#include "dev/pci_func.h"
#include "dev/vpci_msg.h"

static void interrupt(void *bus, uint64_t address, uint32_t data)
{
	(void)bus;
	(void)address;
	(void)data;
}

static uint64_t own_read(struct pci_func *f, uint64_t offset, unsigned int size)
{
	PROMISE(offset >= PCI_MSIX_BYTES && size <= 8 && f->vectors == 2);
	return 0;
}

static void own_write(struct pci_func *f, uint64_t offset, unsigned int size, uint64_t value)
{
	PROMISE(offset >= PCI_MSIX_BYTES && size <= 8 && f->vectors == 2);
}

static void registers(struct input *in)
{
	static const struct pci_ids ids = { 1, 2, 3, 4, 5, 6, 7, 8 };
	static const struct pci_func_ops ops = { .read = own_read, .write = own_write };
	struct pci_func f = { .ops = &ops, .interrupt = interrupt };

	pci_func_init(&f, &ids, 0x4000, 2, 0x80, 0x80);
	while (in->left) {
		uint8_t what = take8(in);
		unsigned int size = 1U << (what >> 4 & 3);
		uint32_t at = take32(in);
		uint64_t value = take64(in);

		if (what & 1)
			pci_config_write(&f, at, size, (uint32_t)value);
		else if (what & 2)
			pci_bar_write(&f, at & 0x3FFF, size, value);
		else if (what & 4)
			pci_bar_read(&f, at & 0x3FFF, size);
		else
			pci_config_read(&f, at, size);
		PROMISE(pci_config_read(&f, 0, 4) == 0x00020001);
		PROMISE(pci_bar_address(&f) % 0x4000 == 0);
		if (what & 8)
			pci_fire(&f, at & 7);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct vpci_retarget r;
	struct vpci_msg m;

	if (vpci_parse(data, size, &m)) {
		if (m.count)
			PROMISE(m.vps && m.vector >= 16 && m.vector < 256 && m.count <= 32);
		if (m.type == HVPCI_WRITE_BLOCK)
			PROMISE(m.bytes <= HVPCI_BLOCK_MAX && sizeof(struct hvpci_block) + m.bytes <= size);
	}
	if (vpci_parse_retarget(data, size, &r))
		PROMISE(r.vps && r.vector >= 16 && r.vector < 256);
	registers(&in);
	return 0;
}
