/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wire: key-value pairs, "data exchange" (docs/wire/03-integration-components.md 6), and what passes between driver and
 * daemon on /dev/vmbus/hv_kvp (7.1).
 */
#ifndef _WIRE_KVP_H
#define _WIRE_KVP_H

#include <wire/ic.h>

/* 6.1 */
enum kvp_op {
	KVP_GET = 0,
	KVP_SET = 1,
	KVP_DELETE = 2,
	KVP_ENUMERATE = 3,
	KVP_GET_IP = 4,
	KVP_SET_IP = 5
};

enum kvp_pool {
	KVP_POOL_EXTERNAL = 0,
	KVP_POOL_GUEST = 1,
	KVP_POOL_AUTO = 2,
	KVP_POOL_AUTO_EXTERNAL = 3,
	KVP_POOL_AUTO_INTERNAL = 4,
	KVP_POOLS = 5
};

/* 6.2: types; 64-bit numbers have two */
#define KVP_REG_SZ 1
#define KVP_REG_EXPAND_SZ 2
#define KVP_REG_DWORD 4
#define KVP_REG_QWORD_LINUX 8
#define KVP_REG_QWORD 11

#define KVP_KEY_BYTES 512
#define KVP_VALUE_BYTES 2048

struct kvp_hdr {
	__u8 op;
	__u8 pool;
	__u16 reserved;
} HVW_PACKED;

struct kvp_value {
	__u32 type;
	__u32 key_size; /* bytes with the final NUL */
	__u32 value_size;
	__u8 key[KVP_KEY_BYTES]; /* UTF-16LE */
	__u8 value[KVP_VALUE_BYTES];
} HVW_PACKED;

/* 6.3 */
struct kvp_get { /* and SET */
	struct kvp_hdr hdr;
	struct kvp_value v;
} HVW_PACKED;

struct kvp_enumerate {
	struct kvp_hdr hdr;
	__u32 index;
	struct kvp_value v;
} HVW_PACKED;

struct kvp_delete {
	struct kvp_hdr hdr;
	__u32 key_size;
	__u8 key[KVP_KEY_BYTES];
} HVW_PACKED;

#define KVP_BODY 2580 /* of every message but IP */
#define KVP_IP_BODY 7428

/* 6.5: address families */
#define KVP_FAMILY_NONE 0
#define KVP_FAMILY_IPV4 1
#define KVP_FAMILY_IPV6 2

struct kvp_ip { /* text form, versions up to 4.0 */
	__u8 op;
	__u8 pool;
	__u8 adapter[256]; /* all text UTF-16LE */
	__u8 family;
	__u8 dhcp;
	__u8 addresses[2048];
	__u8 subnets[2048];
	__u8 gateways[1024];
	__u8 dns[2048];
} HVW_PACKED;

struct kvp_ip_binary { /* 5.0 */
	__u8 op;
	__u8 pool;
	__u8 reserved1[2];
	__u32 ipv4_count;
	__u32 ipv6_count;
	__u32 ipv4_gateways;
	__u32 ipv6_gateways;
	__u32 ipv4_dns;
	__u32 ipv6_dns;
	__u8 adapter[256];
	__u8 family;
	__u8 dhcp;
	__u8 reserved2[2];
	__u8 ipv4[64][4];
	__u8 ipv6[64][16];
	__u8 ipv4_mask[64][4];
	__u32 ipv6_prefix[64];
	__u8 ipv4_gateway[5][4];
	__u8 ipv6_gateway[5][16];
	__u8 ipv4_dns_server[64][4];
	__u8 ipv6_dns_server[64][16];
	__u16 origin[128];
	__u8 reserved3[3712];
} HVW_PACKED;

/* 6.7: a record of a pool file, UTF-8 */
struct kvp_record {
	__u8 key[KVP_KEY_BYTES];
	__u8 value[KVP_VALUE_BYTES];
} HVW_PACKED;

/* 7.1: driver and daemon; text is UTF-8 */
#define KVP_DAEMON_REGISTER_OLD 4
#define KVP_DAEMON_REGISTER 100

struct kvp_daemon_ip {
	__u8 adapter[256];
	__u8 family;
	__u8 dhcp;
	__u8 addresses[2048];
	__u8 subnets[2048];
	__u8 gateways[1024];
	__u8 dns[2048];
	__u8 reserved[2];
} HVW_PACKED;

struct kvp_daemon_msg {
	union {
		struct kvp_hdr hdr;
		__s32 error;
	} HVW_PACKED h;
	union {
		char version[512];
		struct kvp_value get;
		struct {
			__u32 key_size;
			__u8 key[KVP_KEY_BYTES];
		} HVW_PACKED del;
		struct {
			__u32 index;
			struct kvp_value v;
		} HVW_PACKED enumerate;
		struct kvp_daemon_ip ip;
	} HVW_PACKED u;
} HVW_PACKED;

#endif
