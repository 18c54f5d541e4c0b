/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One emulated PCI function, as far as it does not depend on the bus: configuration space, one 64-bit memory BAR, MSI-X.
 * Called with the big lock held, on the loop's or a vCPU's thread.
 */
#ifndef HOST_PCI_FUNC_H
#define HOST_PCI_FUNC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCI_CONFIG_BYTES 256
#define PCI_VECTORS_MAX 8
#define PCI_MSIX_PBA 0x0800	/* behind the table */
#define PCI_MSIX_BYTES 0x1000	/* of both; the rest of the BAR is the function's own */

struct pci_func;

struct pci_func_ops {
	/* offset counts from the BAR's start; never within the MSI-X table. No read: nothing of the function's is in its BAR. */
	uint64_t (*read)(struct pci_func *f, uint64_t offset, unsigned int size);
	void (*write)(struct pci_func *f, uint64_t offset, unsigned int size, uint64_t value);
	void (*reset)(struct pci_func *f);
	void (*destroy)(struct pci_func *f);
};

struct pci_vector {
	uint32_t address_lo, address_hi, data, control;
};

struct pci_func {
	const struct pci_func_ops *ops;
	void *priv;
	uint8_t config[PCI_CONFIG_BYTES];
	uint8_t writable[PCI_CONFIG_BYTES];	/* bits the guest may change */
	uint64_t bar_size;			/* power of two, at least PCI_MSIX_BYTES */
	uint32_t msix_table;			/* offset in the BAR, set before pci_func_init() */
	unsigned int vectors;
	unsigned int msix_cap;			/* offset in config */
	struct pci_vector vector[PCI_VECTORS_MAX];
	uint32_t pending;
	/* set by the bus: a vector fires, with what the guest wrote into the table */
	void (*interrupt)(void *bus, uint64_t address, uint32_t data);
	void *bus;
	uint64_t fired;
};

struct pci_ids {
	uint16_t vendor, device, subsystem_vendor, subsystem_device;
	uint8_t revision, prog_if, subclass, base_class;
};

/*
 * Fills configuration space: ids, the BAR, and MSI-X as the last capability, at cap_at; first_cap heads the list. Without
 * vectors there are no capabilities at all.
 */
void pci_func_init(struct pci_func *f, const struct pci_ids *ids, uint64_t bar_size, unsigned int vectors,
		   unsigned int first_cap, unsigned int cap_at);
void pci_func_reset(struct pci_func *f);

uint32_t pci_config_read(const struct pci_func *f, unsigned int offset, unsigned int size);
void pci_config_write(struct pci_func *f, unsigned int offset, unsigned int size, uint32_t value);
bool pci_memory_on(const struct pci_func *f);
uint64_t pci_bar_address(const struct pci_func *f);

uint64_t pci_bar_read(struct pci_func *f, uint64_t offset, unsigned int size);
void pci_bar_write(struct pci_func *f, uint64_t offset, unsigned int size, uint64_t value);

/* Fires vector n, or marks it pending while it is masked. */
void pci_fire(struct pci_func *f, unsigned int n);

/* A virtio entropy device: the stock drivers virtio_pci and virtio_rng bind to it. NULL when out of memory. */
struct pci_func *virtio_rng_new(void);
/* The display of a Generation 1 machine, 1414:5353: a BAR with nothing in it. NULL when out of memory. */
struct pci_func *pci_screen_new(void);
/* Requests it has answered. */
uint64_t virtio_rng_requests(const struct pci_func *f);

#endif
