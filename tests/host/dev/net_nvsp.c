// SPDX-License-Identifier: GPL-2.0-only
/* pure: NVSP messages (net_nvsp.h). */
#include <errno.h>
#include <string.h>
#include <wire/rndis.h>

#include "net_nvsp.h"

static const struct {
	uint32_t version;
	const char *text;
} versions[] = {
	{ NVSP_VERSION_1, "1" }, { NVSP_VERSION_2, "2" }, { NVSP_VERSION_4, "4" },
	{ NVSP_VERSION_5, "5" }, { NVSP_VERSION_6, "6" }, { NVSP_VERSION_6_1, "6.1" },
};

#define VERSIONS (sizeof(versions) / sizeof(versions[0]))

static size_t length_of(uint32_t type)
{
	switch (type) {
	case NVSP_INIT: return sizeof(struct nvsp_init);
	case NVSP_SEND_NDIS_VERSION: return sizeof(struct nvsp_ndis_version);
	case NVSP_SEND_NDIS_CONFIG: return sizeof(struct nvsp_ndis_config);
	case NVSP_SEND_RECV_BUF:
	case NVSP_SEND_SEND_BUF: return sizeof(struct nvsp_send_buf);
	case NVSP_REVOKE_RECV_BUF:
	case NVSP_REVOKE_SEND_BUF: return sizeof(struct nvsp_revoke_buf);
	case NVSP_SEND_RNDIS_PKT: return sizeof(struct nvsp_rndis_pkt);
	case NVSP_SEND_RNDIS_PKT_COMPLETE: return sizeof(struct nvsp_rndis_pkt_complete);
	case NVSP_SWITCH_DATA_PATH: return sizeof(struct nvsp_switch_data_path);
	case NVSP_SUBCHANNEL: return sizeof(struct nvsp_subchannel);
	default: return 0;
	}
}

int nvsp_parse(const uint8_t *data, size_t len, union nvsp_any *out)
{
	size_t want;

	memset(out, 0, sizeof(*out));
	if (len < sizeof(out->hdr))
		return -EPROTO;
	memcpy(&out->hdr, data, sizeof(out->hdr));
	want = length_of(out->hdr.type);
	if (!want)
		return -ENOSYS;
	if (len < want)
		return -EPROTO;
	memcpy(out, data, want);
	return 0;
}

uint32_t nvsp_choose(uint32_t min, uint32_t max, uint32_t newest, uint32_t *status)
{
	for (size_t i = VERSIONS; i-- > 0;)
		if (versions[i].version <= newest && versions[i].version >= min && versions[i].version <= max) {
			*status = NVSP_STAT_SUCCESS;
			return versions[i].version;
		}
	*status = min > newest ? NVSP_STAT_VERSION_TOO_NEW : NVSP_STAT_VERSION_TOO_OLD;
	return 0;
}

uint32_t nvsp_version_of(const char *text)
{
	for (size_t i = 0; i < VERSIONS; i++)
		if (!strcmp(versions[i].text, text))
			return versions[i].version;
	return 0;
}

const char *nvsp_version_text(uint32_t version)
{
	for (size_t i = 0; i < VERSIONS; i++)
		if (versions[i].version == version)
			return versions[i].text;
	return "none";
}

uint32_t nvsp_mtu(uint32_t asked, uint32_t newest_mtu)
{
	return asked < NVSP_MTU_MIN || asked > newest_mtu ? NVSP_MTU_MIN : asked;
}

bool nvsp_divide(size_t bytes, uint32_t mtu, uint32_t version, struct nvsp_recv_section *s)
{
	size_t limit = version <= NVSP_VERSION_2 ? NVSP_RECV_BUF_MAX_2 : NVSP_RECV_BUF_MAX;

	memset(s, 0, sizeof(*s));
	s->sub_size = RNDIS_RX_HEADROOM + RNDIS_RX_HEADER_EXTRA + mtu;
	s->sub_count = (__u32)(bytes / s->sub_size);
	s->end_offset = s->sub_size * s->sub_count;
	return bytes <= limit && s->sub_count >= 2;
}

size_t nvsp_len(uint32_t version)
{
	return version >= NVSP_VERSION_6_1 ? NVSP_MESSAGE_LEN : NVSP_MESSAGE_LEN_6;
}
