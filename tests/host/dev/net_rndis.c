// SPDX-License-Identifier: GPL-2.0-only
/* pure: RNDIS packet messages (net_rndis.h). */
#include <errno.h>
#include <string.h>

#include "net_bytes.h"
#include "net_rndis.h"

#define BODY sizeof(struct rndis_hdr) /* offsets count from here */

static bool inside(size_t offset, size_t size, size_t len)
{
	return offset <= len && size <= len - offset;
}

static bool only_padding(const uint8_t *p, size_t len)
{
	while (len && !*p) {
		p++;
		len--;
	}
	return !len;
}

int rndis_next(const uint8_t *buf, size_t len, size_t *at, struct rndis_piece *out)
{
	struct rndis_hdr hdr;
	size_t left = len - *at;

	if (!left || (left < sizeof(hdr) && only_padding(buf + *at, left)))
		return 0;
	if (left < sizeof(hdr))
		return -EPROTO;
	memcpy(&hdr, buf + *at, sizeof(hdr));
	if (hdr.len < sizeof(hdr) || hdr.len > left)
		return -EPROTO;
	out->type = hdr.type;
	out->msg = buf + *at;
	out->len = hdr.len;
	*at += hdr.len;
	return 1;
}

static void note(struct rndis_info *info, uint32_t type, const uint8_t *data)
{
	switch (type) {
	case RNDIS_PPI_CSUM:
		info->has_csum = true;
		info->csum = get_le32(data);
		break;
	case RNDIS_PPI_LSO:
		info->has_lso = true;
		info->lso = get_le32(data);
		break;
	case RNDIS_PPI_8021Q:
		info->has_vlan = true;
		info->vlan = get_le32(data);
		break;
	case RNDIS_PPI_HASH:
		info->has_hash = true;
		info->hash = get_le32(data);
		break;
	case RNDIS_PPI_PACKET_ID:
		info->has_pktid = true;
		memcpy(&info->pktid, data, sizeof(info->pktid));
		break;
	default:
		info->others++;
	}
}

static int parse_infos(const uint8_t *at, size_t left, struct rndis_info *info)
{
	struct rndis_ppi ppi;

	while (left) {
		if (left < sizeof(ppi))
			return -EPROTO;
		memcpy(&ppi, at, sizeof(ppi));
		if (ppi.size < sizeof(ppi) || ppi.size > left || ppi.data_offset < sizeof(ppi))
			return -EPROTO;
		if (!inside(ppi.data_offset, 4, ppi.size))
			return -EPROTO;
		note(info, ppi.type, at + ppi.data_offset);
		at += ppi.size;
		left -= ppi.size;
	}
	return 0;
}

int rndis_parse_packet(const uint8_t *msg, size_t len, struct rndis_frame *out)
{
	struct rndis_packet p;
	size_t body;

	memset(out, 0, sizeof(*out));
	if (len < sizeof(p))
		return -EPROTO;
	memcpy(&p, msg, sizeof(p));
	body = len - BODY;
	if (p.data_offset < sizeof(p) - BODY || !inside(p.data_offset, p.data_len, body))
		return -EPROTO;
	out->data = msg + BODY + p.data_offset;
	out->len = p.data_len;
	if (!p.ppi_len)
		return 0;
	/* Infos lie between header and frame; one that reached into the frame would mean two things at once. */
	if (p.ppi_offset < sizeof(p) - BODY || !inside(p.ppi_offset, p.ppi_len, p.data_offset))
		return -EPROTO;
	return parse_infos(msg + BODY + p.ppi_offset, p.ppi_len, &out->info);
}

static size_t put_ppi(uint8_t *to, uint32_t type, const void *value)
{
	struct rndis_ppi ppi = { .size = sizeof(ppi) + 4, .type = type, .data_offset = RNDIS_PPI_DATA_OFFSET };

	memcpy(to, &ppi, sizeof(ppi));
	memcpy(to + sizeof(ppi), value, 4);
	return ppi.size;
}

static size_t put_infos(uint8_t *to, const struct rndis_info *info)
{
	uint8_t *at = to;

	if (info->has_csum)
		at += put_ppi(at, RNDIS_PPI_CSUM, &info->csum);
	if (info->has_vlan)
		at += put_ppi(at, RNDIS_PPI_8021Q, &info->vlan);
	if (info->has_hash)
		at += put_ppi(at, RNDIS_PPI_HASH, &info->hash);
	if (info->has_pktid)
		at += put_ppi(at, RNDIS_PPI_PACKET_ID, &info->pktid);
	return (size_t)(at - to);
}

size_t rndis_build_head(uint8_t *head, const struct rndis_info *info, size_t data_len, size_t room)
{
	struct rndis_packet p;
	size_t before;

	memset(&p, 0, sizeof(p));
	memset(head, 0, RNDIS_RX_HEADROOM);
	p.ppi_len = (__u32)put_infos(head + sizeof(p), info);
	p.ppi_offset = p.ppi_len ? RNDIS_PPI_OFFSET : 0;
	before = room ? RNDIS_RX_HEADROOM : sizeof(p) + p.ppi_len;
	if (room && !inside(before, data_len, room))
		return 0;
	p.hdr.type = RNDIS_MSG_PACKET;
	p.hdr.len = (__u32)(room ? room : before + data_len);
	p.data_offset = (__u32)(before - BODY);
	p.data_len = (__u32)data_len;
	memcpy(head, &p, sizeof(p));
	return before;
}

uint16_t rndis_vlan_to_tci(uint32_t ppi)
{
	uint32_t id = ppi >> RNDIS_VLAN_ID_SHIFT & RNDIS_VLAN_ID_MASK;

	return (uint16_t)((ppi & RNDIS_VLAN_PRIO_MASK) << 13 | (ppi & RNDIS_VLAN_CFI ? 1u << 12 : 0) | id);
}

uint32_t rndis_vlan_from_tci(uint16_t tci)
{
	return (uint32_t)tci >> 13 | (tci & 1u << 12 ? RNDIS_VLAN_CFI : 0) |
		(uint32_t)(tci & 0xFFF) << RNDIS_VLAN_ID_SHIFT;
}

size_t rndis_build_indicate(uint8_t *out, uint32_t status, const uint32_t *value, bool old)
{
	struct rndis_indicate m;
	size_t len = sizeof(m) + (value ? 4 : 0);

	memset(&m, 0, sizeof(m));
	m.hdr.type = RNDIS_MSG_INDICATE;
	m.hdr.len = (__u32)(old ? sizeof(m) : len);
	m.status = status;
	if (value) {
		m.buffer_len = 4;
		m.buffer_offset = RNDIS_INDICATE_BUFFER_OFFSET;
		memcpy(out + sizeof(m), value, 4);
	}
	memcpy(out, &m, sizeof(m));
	return len;
}
