// SPDX-License-Identifier: GPL-2.0-only
/* Configuration space, BAR and MSI-X of an emulated PCI function (pci_func.h). */
#include <string.h>

#include "pci_func.h"

#define COMMAND 0x04
#define COMMAND_MEMORY 0x02
#define STATUS_CAP_LIST 0x10
#define BAR0 0x10
#define BAR_64BIT 0x04
#define MSIX_ID 0x11
#define MSIX_ENABLE 0x8000U
#define MSIX_MASK_ALL 0x4000U
#define VECTOR_MASKED 1U

static void put(uint8_t *at, uint64_t value, unsigned int size)
{
	unsigned int i;

	for (i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get(const uint8_t *at, unsigned int size)
{
	uint64_t v = 0;
	unsigned int i;

	for (i = 0; i < size; i++)
		v |= (uint64_t)at[i] << (8 * i);
	return v;
}

static void init_ids(struct pci_func *f, const struct pci_ids *ids)
{
	uint8_t *c = f->config;

	put(c + 0x00, ids->vendor, 2);
	put(c + 0x02, ids->device, 2);
	c[0x08] = ids->revision;
	c[0x09] = ids->prog_if;
	c[0x0A] = ids->subclass;
	c[0x0B] = ids->base_class;
	put(c + 0x2C, ids->subsystem_vendor, 2);
	put(c + 0x2E, ids->subsystem_device, 2);
}

static void init_msix(struct pci_func *f, unsigned int first_cap, unsigned int cap_at)
{
	put(f->config + 0x06, STATUS_CAP_LIST, 2);
	f->config[0x34] = (uint8_t)first_cap;
	f->msix_cap = cap_at;
	f->config[cap_at] = MSIX_ID;
	put(f->config + cap_at + 2, f->vectors - 1, 2);
	put(f->config + cap_at + 4, f->msix_table, 4);
	put(f->config + cap_at + 8, f->msix_table + PCI_MSIX_PBA, 4);
	put(f->writable + cap_at + 2, MSIX_ENABLE | MSIX_MASK_ALL, 2);
}

void pci_func_init(struct pci_func *f, const struct pci_ids *ids, uint64_t bar_size, unsigned int vectors,
		   unsigned int first_cap, unsigned int cap_at)
{
	memset(f->config, 0, sizeof(f->config));
	memset(f->writable, 0, sizeof(f->writable));
	init_ids(f, ids);
	f->bar_size = bar_size;
	f->config[BAR0] = BAR_64BIT;
	put(f->writable + BAR0, ~(bar_size - 1), 8);
	put(f->writable + COMMAND, 0x0406, 2); /* memory, bus master, INTx off */
	f->writable[0x3C] = 0xFF;
	f->vectors = vectors;
	if (vectors)
		init_msix(f, first_cap, cap_at);
	pci_func_reset(f);
}

void pci_func_reset(struct pci_func *f)
{
	unsigned int i;

	for (i = 0; i < PCI_CONFIG_BYTES; i++)
		f->config[i] &= (uint8_t)~f->writable[i];
	for (i = 0; i < PCI_VECTORS_MAX; i++)
		f->vector[i] = (struct pci_vector){ .control = VECTOR_MASKED };
	f->pending = 0;
	if (f->ops && f->ops->reset)
		f->ops->reset(f);
}

bool pci_memory_on(const struct pci_func *f)
{
	return f->config[COMMAND] & COMMAND_MEMORY;
}

uint64_t pci_bar_address(const struct pci_func *f)
{
	return get(f->config + BAR0, 8) & ~(f->bar_size - 1);
}

uint32_t pci_config_read(const struct pci_func *f, unsigned int offset, unsigned int size)
{
	if (offset >= PCI_CONFIG_BYTES || size > PCI_CONFIG_BYTES - offset || size > 4)
		return 0;
	return (uint32_t)get(f->config + offset, size);
}

static bool is_bar(unsigned int offset)
{
	return offset >= BAR0 && offset < BAR0 + 24;
}

static uint32_t msix_control(const struct pci_func *f)
{
	return (uint32_t)get(f->config + f->msix_cap + 2, 2);
}

static bool is_masked(const struct pci_func *f, unsigned int n)
{
	return (msix_control(f) & MSIX_MASK_ALL) || (f->vector[n].control & VECTOR_MASKED);
}

void pci_fire(struct pci_func *f, unsigned int n)
{
	const struct pci_vector *v;

	if (n >= f->vectors || !(msix_control(f) & MSIX_ENABLE))
		return;
	if (is_masked(f, n)) {
		f->pending |= 1U << n;
		return;
	}
	v = &f->vector[n];
	f->pending &= ~(1U << n);
	f->fired++;
	f->interrupt(f->bus, (uint64_t)v->address_hi << 32 | v->address_lo, v->data);
}

static void fire_pending(struct pci_func *f)
{
	unsigned int n;

	for (n = 0; n < f->vectors; n++)
		if ((f->pending & (1U << n)) && !is_masked(f, n))
			pci_fire(f, n);
}

void pci_config_write(struct pci_func *f, unsigned int offset, unsigned int size, uint32_t value)
{
	unsigned int i;
	uint8_t w;

	if (offset >= PCI_CONFIG_BYTES || size > PCI_CONFIG_BYTES - offset || size > 4)
		return;
	if (is_bar(offset) && pci_memory_on(f))
		return; /* 09 5: BARs hold still while they decode */
	for (i = 0; i < size; i++) {
		w = f->writable[offset + i];
		f->config[offset + i] = (uint8_t)((f->config[offset + i] & ~w) | ((value >> (8 * i)) & w));
	}
	fire_pending(f);
}

static uint32_t *table_word(struct pci_func *f, uint64_t offset)
{
	struct pci_vector *v = &f->vector[offset / 16];
	uint32_t *word[4] = { &v->address_lo, &v->address_hi, &v->data, &v->control };

	return word[offset / 4 % 4];
}

uint64_t pci_bar_read(struct pci_func *f, uint64_t offset, unsigned int size)
{
	uint64_t low;

	if (offset - f->msix_table >= PCI_MSIX_BYTES)
		return f->ops->read(f, offset, size);
	offset -= f->msix_table;
	if (offset >= PCI_MSIX_PBA)
		return offset == PCI_MSIX_PBA ? f->pending : 0;
	if (offset / 16 >= f->vectors || offset % 4 || size < 4)
		return 0;
	low = *table_word(f, offset);
	if (size == 8 && offset / 16 == (offset + 4) / 16)
		low |= (uint64_t)*table_word(f, offset + 4) << 32;
	return low;
}

void pci_bar_write(struct pci_func *f, uint64_t offset, unsigned int size, uint64_t value)
{
	if (offset - f->msix_table >= PCI_MSIX_BYTES) {
		f->ops->write(f, offset, size, value);
		return;
	}
	offset -= f->msix_table;
	if (offset >= PCI_MSIX_PBA || offset / 16 >= f->vectors || offset % 4 || size < 4)
		return;
	*table_word(f, offset) = (uint32_t)value;
	if (size == 8 && offset / 16 == (offset + 4) / 16)
		*table_word(f, offset + 4) = (uint32_t)(value >> 32);
	fire_pending(f);
}
