/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wire: virtual PCI (docs/wire/09-vpci.md). No pipe header: a message starts with its type.
 */
#ifndef _WIRE_PCI_H
#define _WIRE_PCI_H

#include <wire/hypervisor.h>

/* 1 */
#define HVPCI_VERSION(major, minor) (((__u32)(major) << 16) | (minor))
#define HVPCI_VERSION_1_1 HVPCI_VERSION(1, 1)
#define HVPCI_VERSION_1_2 HVPCI_VERSION(1, 2)
#define HVPCI_VERSION_1_3 HVPCI_VERSION(1, 3)
#define HVPCI_VERSION_1_4 HVPCI_VERSION(1, 4)

/* 2 */
#define HVPCI_MSG_BASE 0x42490000U
enum hvpci_type {
	HVPCI_BUS_RELATIONS = 0x42490000,
	HVPCI_QUERY_BUS_RELATIONS = 0x42490001,
	HVPCI_INVALIDATE_DEVICE = 0x42490002,
	HVPCI_INVALIDATE_BUS = 0x42490003,
	HVPCI_POWER_STATE_CHANGE = 0x42490004,
	HVPCI_QUERY_RESOURCE_REQUIREMENTS = 0x42490005,
	HVPCI_GET_RESOURCES = 0x42490006,
	HVPCI_D0_ENTRY = 0x42490007,
	HVPCI_D0_EXIT = 0x42490008,
	HVPCI_READ_BLOCK = 0x42490009,
	HVPCI_WRITE_BLOCK = 0x4249000A,
	HVPCI_EJECT = 0x4249000B,
	HVPCI_QUERY_STOP = 0x4249000C,
	HVPCI_RE_ENABLE = 0x4249000D,
	HVPCI_QUERY_STOP_FAILED = 0x4249000E,
	HVPCI_EJECTION_COMPLETE = 0x4249000F,
	HVPCI_ASSIGNED_RESOURCES = 0x42490010,
	HVPCI_RELEASE_RESOURCES = 0x42490011,
	HVPCI_INVALIDATE_BLOCK = 0x42490012,
	HVPCI_QUERY_PROTOCOL_VERSION = 0x42490013,
	HVPCI_CREATE_INTERRUPT = 0x42490014,
	HVPCI_DELETE_INTERRUPT = 0x42490015,
	HVPCI_ASSIGNED_RESOURCES2 = 0x42490016,
	HVPCI_CREATE_INTERRUPT2 = 0x42490017,
	HVPCI_BUS_RELATIONS2 = 0x42490019,
	HVPCI_ASSIGNED_RESOURCES3 = 0x4249001A,
	HVPCI_CREATE_INTERRUPT3 = 0x4249001B,
	HVPCI_RESET_DEVICE = 0x4249001C
};

#define HVPCI_STATUS_SUCCESS 0
#define HVPCI_STATUS_REVISION_MISMATCH 0xC0000059U
#define HVPCI_STATUS_BAD_DATA 0xC000090BU
#define HVPCI_STATUS_NOT_SUPPORTED 0xC00000BBU

/* 2: slot number */
#define HVPCI_SLOT(device, function) ((device) | (function) << 5)

#define HVPCI_BARS 6
#define HVPCI_CONFIG_WINDOW 8192
#define HVPCI_CONFIG_PAGE 4096 /* offset of the configuration space in the window */
#define HVPCI_BLOCK_MAX 128
#define HVPCI_CPUS_MAX 32

struct hvpci_version {
	__u32 type;
	__u32 version;
};

struct hvpci_version_reply {
	__u32 status;
	__u32 version; /* ignore */
};

/* 3.2 */
struct hvpci_description {
	__u16 vendor;
	__u16 device;
	__u8 revision;
	__u8 prog_if;
	__u8 subclass;
	__u8 base_class;
	__u16 subsystem_vendor;
	__u16 subsystem_device;
	__u32 slot;
	__u32 serial;
};

#define HVPCI_NUMA_VALID 1
struct hvpci_description2 {
	struct hvpci_description d;
	__u32 flags;
	__u16 numa_node;
	__u16 reserved;
};

struct hvpci_relations {
	__u32 type;
	__u32 count;
};

/* A message of type and slot: QUERY_RESOURCE_REQUIREMENTS, RELEASE_RESOURCES, EJECT ... */
struct hvpci_slot {
	__u32 type;
	__u32 slot;
};

struct hvpci_requirements_reply {
	__u32 status;
	__u32 probed[HVPCI_BARS];
};

struct hvpci_d0_entry {
	__u32 type;
	__u32 reserved;
	__u64 window;
};

/* 3.4 */
struct hvpci_resource {
	__u8 type;
	__u8 share;
	__u16 flags;
	__u64 address;
	__u32 length;
	__u32 reserved;
} HVW_PACKED;

/* 3.6 */
struct hvpci_assigned {
	__u32 type; /* in the answer: the status */
	__u32 slot;
	struct hvpci_resource bar[HVPCI_BARS];
	__u32 msi_count;
	__u32 reserved;
} HVW_PACKED;

#define HVPCI_ASSIGNED_LEN_LINUX 148
#define HVPCI_ASSIGNED2_LEN_LINUX 202

struct hvpci_power {
	__u32 type;
	__u32 slot;
	__u32 state; /* 1: D0, 4: D3 */
	__u32 reserved;
};

struct hvpci_ejection_complete {
	__u32 type;
	__u32 slot;
	__u32 status;
};

struct hvpci_block {
	__u32 type;
	__u32 block;
	__u32 slot;
	__u32 bytes;
};

struct hvpci_invalidate_block {
	__u32 type;
	__u32 slot;
	__u64 mask;
};

/* 3.8 */
struct hvpci_interrupt1 {
	__u32 type;
	__u32 slot;
	__u8 vector;
	__u8 delivery_mode;
	__u16 count;
	__u32 reserved;
	__u64 cpu_mask;
};

struct hvpci_interrupt2 {
	__u32 type;
	__u32 slot;
	__u8 vector;
	__u8 delivery_mode;
	__u16 count;
	__u16 cpu_count;
	__u16 cpu[HVPCI_CPUS_MAX];
} HVW_PACKED;

struct hvpci_interrupt3 {
	__u32 type;
	__u32 slot;
	__u32 vector;
	__u8 delivery_mode;
	__u8 reserved;
	__u16 count;
	__u16 cpu_count;
	__u16 cpu[HVPCI_CPUS_MAX];
} HVW_PACKED;

struct hvpci_msi {
	__u16 reserved;
	__u16 count;
	__u32 data;
	__u64 address;
};

struct hvpci_interrupt_reply {
	__u32 status;
	__u32 reserved;
	struct hvpci_msi msi;
};

struct hvpci_delete_interrupt {
	__u32 type;
	__u32 slot;
	struct hvpci_msi msi;
};

#endif
