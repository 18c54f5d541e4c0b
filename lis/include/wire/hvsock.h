/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wire: sockets over VMBus (docs/wire/08-hvsock.md). Packets carry the pipe header of wire/vmbus.h; a length of 0 is
 * FIN.
 */
#ifndef _WIRE_HVSOCK_H
#define _WIRE_HVSOCK_H

#include <wire/vmbus.h>

/* 1: the bytes of a service GUID behind the port: pppppppp-facb-11e6-bd58-64006a7986d3 */
#define HVSOCK_TEMPLATE { 0xCB, 0xFA, 0xE6, 0x11, 0xBD, 0x58, 0x64, 0x00, 0x6A, 0x79, 0x86, 0xD3 }

/* 2: the user data of a socket's offer */
struct hvsock_offer {
	__u32 pipe_mode; /* 0: bytes */
	__u8 is_for_guest_accept; /* 1: the host connects */
	__u8 is_for_guest_container;
	__u32 version; /* 0 before RS5, 1 since */
	struct hvw_guid silo;
	__u16 reserved;
} HVW_PACKED;

#define HVSOCK_CONNECTION_REFUSED ((__s32)0xC0000236)

/* 5 */
#define HVSOCK_PAYLOAD_MAX 16384
#define HVSOCK_PAYLOAD_LINUX 4088

#endif
