/* SPDX-License-Identifier: GPL-2.0-only */
/* pure: NVSP messages of the guest, and the host's decisions about them (docs/wire/05 1, 2, 5). */
#ifndef HOST_NET_NVSP_H
#define HOST_NET_NVSP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wire/nvsp.h>

/* A message, copied and long enough for its type. */
union nvsp_any {
	struct nvsp_hdr hdr;
	struct nvsp_init init;
	struct nvsp_ndis_version ndis;
	struct nvsp_ndis_config config;
	struct nvsp_send_buf buf;
	struct nvsp_revoke_buf revoke;
	struct nvsp_rndis_pkt rndis;
	struct nvsp_rndis_pkt_complete rndis_complete;
	struct nvsp_switch_data_path path;
	struct nvsp_subchannel sub;
};

/* 0; -EPROTO: too short for what it says it is; -ENOSYS: a type that no guest sends. */
int nvsp_parse(const uint8_t *data, size_t len, union nvsp_any *out);

/* The version to agree on out of the guest's range, no newer than `newest`; 0 and *status when there is none. */
uint32_t nvsp_choose(uint32_t min, uint32_t max, uint32_t newest, uint32_t *status);
/* "6.1" and so on; 0 when there is no such version. */
uint32_t nvsp_version_of(const char *text);
const char *nvsp_version_text(uint32_t version);

/* What of NDIS_CONFIG counts: the MTU with Ethernet header, put into what the host can do. */
uint32_t nvsp_mtu(uint32_t asked, uint32_t newest_mtu);
/* How the host divides a receive buffer. False when it is too small or too large. */
bool nvsp_divide(size_t bytes, uint32_t mtu, uint32_t version, struct nvsp_recv_section *s);

/* Bytes of a message of this version on the wire. */
size_t nvsp_len(uint32_t version);

#endif
