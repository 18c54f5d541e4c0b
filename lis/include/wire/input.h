/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wire: synthetic keyboard and mouse (docs/wire/07-input-video.md 1, 2).
 */
#ifndef _WIRE_INPUT_H
#define _WIRE_INPUT_H

#include <wire/hypervisor.h>

/* 1: keyboard; messages stand in the packet without a pipe header */
enum hvkbd_type {
	HVKBD_PROTOCOL_REQUEST = 1,
	HVKBD_PROTOCOL_RESPONSE = 2,
	HVKBD_EVENT = 3,
	HVKBD_SET_LEDS = 4
};

#define HVKBD_VERSION_1_0 0x00010000
#define HVKBD_ACCEPTED 1

#define HVKBD_UNICODE 0x01
#define HVKBD_BREAK 0x02
#define HVKBD_E0 0x04
#define HVKBD_E1 0x08

struct hvkbd_protocol_request {
	__u32 type;
	__u32 version;
};

struct hvkbd_protocol_response {
	__u32 type;
	__u32 accepted; /* bit 0 */
};

struct hvkbd_event {
	__u32 type;
	__u16 make_code;
	__u16 reserved;
	__u32 flags;
};

struct hvkbd_leds {
	__u32 type;
	__u16 leds;
	__u16 reserved;
};

/* 2: mouse; behind the pipe header */
enum hvmouse_type {
	HVMOUSE_PROTOCOL_REQUEST = 0,
	HVMOUSE_PROTOCOL_RESPONSE = 1,
	HVMOUSE_DEVICE_INFO = 2,
	HVMOUSE_DEVICE_INFO_ACK = 3,
	HVMOUSE_INPUT_REPORT = 4
};

#define HVMOUSE_VERSION_2_0 0x00020000

struct hvmouse_hdr {
	__u32 type;
	__u32 size; /* of the body */
};

struct hvmouse_protocol_request {
	struct hvmouse_hdr hdr;
	__u32 version;
};

struct hvmouse_protocol_response {
	struct hvmouse_hdr hdr;
	__u32 version;
	__u8 approved;
} HVW_PACKED;

#define HVMOUSE_DESCRIPTOR_MAX 128

struct hvmouse_device_info {
	struct hvmouse_hdr hdr;
	__u32 attributes_size; /* 32 */
	__u16 vendor;
	__u16 product;
	__u16 version;
	__u16 reserved[11];
	__u8 hid_length; /* 9 */
	__u8 hid_type; /* 0x21 */
	__u16 hid_release; /* BCD */
	__u8 hid_country;
	__u8 hid_descriptors; /* 1 */
	__u8 report_type; /* 0x22 */
	__u16 report_length;
	__u8 report[HVMOUSE_DESCRIPTOR_MAX];
} HVW_PACKED;

/* bytes of a device info before the report descriptor, header included */
#define HVMOUSE_DEVICE_INFO_FIXED 49

struct hvmouse_device_info_ack {
	struct hvmouse_hdr hdr;
	__u8 reserved;
} HVW_PACKED;

/* The report of the device hosts offer: buttons, absolute position, wheel */
struct hvmouse_report {
	__u8 buttons;
	__u16 x;
	__u16 y;
	__s16 wheel;
} HVW_PACKED;

#define HVMOUSE_ABS_MAX 32767

#endif
