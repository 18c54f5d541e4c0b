/* SPDX-License-Identifier: GPL-2.0-only */
/* Pure: a guest's messages to its virtual PCI bus, and its retarget hypercall, checked (docs/wire/09, 01 5.8). */
#ifndef HOST_VPCI_MSG_H
#define HOST_VPCI_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wire/pci.h>

struct vpci_msg {
	uint32_t type;
	uint32_t slot;
	uint32_t version;		/* QUERY_PROTOCOL_VERSION */
	uint64_t window;		/* D0_ENTRY */
	uint32_t state;			/* POWER_STATE_CHANGE */
	uint32_t vector, count;		/* CREATE_INTERRUPT* */
	uint64_t vps;			/* the same: VPs 0 ... 63 */
	struct hvpci_msi msi;		/* DELETE_INTERRUPT */
	uint32_t block, bytes;		/* READ_BLOCK, WRITE_BLOCK */
	uint32_t status;		/* EJECTION_COMPLETE */
};

/* False: too short for its type, of no known type, or with numbers out of range. type is set whenever there is one. */
bool vpci_parse(const uint8_t *data, size_t len, struct vpci_msg *m);

struct vpci_retarget {
	uint64_t device_id, address;
	uint32_t data, vector;
	uint64_t vps;
};

/* False: not an MSI of this partition, or the set of processors is nonsense or empty below VP 64. */
bool vpci_parse_retarget(const uint8_t *in, size_t len, struct vpci_retarget *r);

/* 09 8: how the hypercall names the bus of this instance; function number 0. */
uint64_t vpci_device_id(const uint8_t instance[16]);

#endif
