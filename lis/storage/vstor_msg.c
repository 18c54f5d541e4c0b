// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: vstor packets. See vstor_msg.h for the contracts.
 */
#include "vstor_msg.h"

u16 vstor_next_version(u16 version)
{
	static const u16 order[] = { VSTOR_VERSION_6_2, VSTOR_VERSION_6_0, VSTOR_VERSION_5_1,
				     VSTOR_VERSION_4_2, VSTOR_VERSION_2_0, 0 };
	u32 i;

	if (!version)
		return order[0];
	for (i = 0; order[i]; i++) {
		if (order[i] == version)
			return order[i + 1];
	}
	return 0;
}

static bool is_new(u16 version)
{
	return version >= VSTOR_VERSION_5_1;
}

u32 vstor_packet_len(u16 version)
{
	return is_new(version) ? VSTOR_PACKET_LEN : VSTOR_PACKET_LEN_OLD;
}

u32 vstor_sense_room(u16 version)
{
	return is_new(version) ? VSTOR_SENSE_LEN : VSTOR_SENSE_LEN_OLD;
}

void vstor_build(struct vstor_packet *p, u32 operation)
{
	memset(p, 0, sizeof(*p));
	p->operation = operation;
	p->flags = VSTOR_FLAG_REQUEST_COMPLETION;
}

void vstor_build_version(struct vstor_packet *p, u16 version)
{
	vstor_build(p, VSTOR_QUERY_PROTOCOL_VERSION);
	p->u.version.version = version;
}

void vstor_build_sub_channels(struct vstor_packet *p, u16 count)
{
	vstor_build(p, VSTOR_CREATE_SUB_CHANNELS);
	p->u.sub_channels = count;
}

/* 5.1 rule 3: what hosts since 2012 read besides. */
static void build_extension(struct vstor_srb *srb, const struct vstor_request *r)
{
	srb->queue_tag = VSTOR_TAG_UNTAGGED;
	srb->queue_action = VSTOR_QUEUE_SIMPLE;
	srb->srb_flags = SRB_FLAG_DISABLE_SYNCH_TRANSFER;
	srb->timeout_s = 60;
	if (r->tagged)
		srb->srb_flags |= SRB_FLAG_QUEUE_ACTION_ENABLE | SRB_FLAG_NO_QUEUE_FREEZE;
	if (r->direction == VSTOR_DATA_IN)
		srb->srb_flags |= SRB_FLAG_DATA_IN;
	else if (r->direction == VSTOR_DATA_OUT)
		srb->srb_flags |= SRB_FLAG_DATA_OUT;
}

void vstor_build_srb(struct vstor_packet *p, u16 version, const struct vstor_request *r)
{
	struct vstor_srb *srb = &p->u.srb;

	vstor_build(p, VSTOR_EXECUTE_SRB);
	srb->length = is_new(version) ? VSTOR_SRB_LEN : VSTOR_SRB_LEN_OLD;
	srb->port = r->port;
	srb->path = r->path;
	srb->target = r->target;
	srb->lun = r->lun;
	srb->cdb_len = r->cdb_len < VSTOR_CDB_LEN ? r->cdb_len : VSTOR_CDB_LEN;
	srb->sense_len = (u8)vstor_sense_room(version);
	srb->data_in = r->direction;
	srb->transfer_len = r->transfer_len;
	memcpy(srb->u.cdb, r->cdb, srb->cdb_len);
	if (is_new(version))
		build_extension(srb, r);
}

void vstor_build_reset_lun(struct vstor_packet *p, u16 version, const struct vstor_request *r)
{
	vstor_build_srb(p, version, r);
	p->operation = VSTOR_RESET_LUN;
}

int vstor_check_answer(const struct vstor_packet *p, u32 len, u16 version, u32 *status)
{
	*status = 0;
	if (len < vstor_packet_len(version) || p->operation != VSTOR_COMPLETE_IO)
		return -EINVAL;
	*status = p->status;
	return p->status == VSTOR_STATUS_SUCCESS ? 0 : -EPROTO;
}

int vstor_take_properties(const struct vstor_packet *p, u32 len, bool fc, struct vstor_host *host)
{
	const struct vstor_properties *props = &p->u.properties;
	u32 limit = fc ? VSTOR_TRANSFER_FC_MAX : VSTOR_TRANSFER_MAX;

	if (len < VSTOR_HDR_LEN + sizeof(*props) || props->max_transfer < VSTOR_TRANSFER_MIN)
		return -EINVAL;
	host->max_transfer = props->max_transfer < limit ? props->max_transfer & ~(HVW_PAGE_SIZE - 1U) : limit;
	host->max_sub_channels = 0;
	if (is_new(host->version) && props->flags & VSTOR_PROP_MULTI_CHANNEL)
		host->max_sub_channels = props->max_sub_channels;
	return 0;
}

/* World wide names are most significant byte first. */
static u64 wwn(const u8 *bytes)
{
	u64 v = 0;
	u32 i;

	for (i = 0; i < 8; i++)
		v = v << 8 | bytes[i];
	return v;
}

bool vstor_take_names(const struct vstor_packet *p, u32 len, struct vstor_names *names)
{
	const struct vstor_fc_wwn *w = &p->u.wwn;
	bool primary;

	if (len < VSTOR_HDR_LEN + sizeof(*w))
		return false;
	primary = w->primary_active;
	names->port = wwn(primary ? w->primary_port : w->secondary_port);
	names->node = wwn(primary ? w->primary_node : w->secondary_node);
	return true;
}

u32 vstor_unsolicited(const struct vstor_packet *p, u32 len)
{
	if (len < sizeof(p->operation))
		return 0;
	switch (p->operation) {
	case VSTOR_REMOVE_DEVICE:
	case VSTOR_ENUMERATE_BUS:
	case VSTOR_FCHBA_DATA:
	case VSTOR_EVENT_NOTIFICATION:
		return p->operation;
	}
	return 0;
}

bool vstor_refuse_command(u16 version, u8 opcode)
{
	if (!version || version > VSTOR_VERSION_5_1)
		return false;
	return opcode == VSTOR_OP_WRITE_SAME || opcode == VSTOR_OP_SET_WINDOW;
}

void vstor_illegal_request(u8 *out)
{
	memset(out, 0, VSTOR_SENSE_LEN_OLD);
	out[0] = 0x70; /* current error, fixed format */
	out[2] = 0x05; /* ILLEGAL REQUEST */
	out[7] = 10; /* bytes behind this one */
	out[12] = 0x20; /* invalid command operation code */
}

u32 vstor_sub_channels_wanted(const struct vstor_host *host, u32 cpus, u32 cpus_per_channel)
{
	u32 n = cpus > 1 ? (cpus - 1) / (cpus_per_channel ? cpus_per_channel : 1) : 0;

	return n < host->max_sub_channels ? n : host->max_sub_channels;
}

u32 vstor_depth(u32 ring_bytes)
{
	u32 n = ring_bytes / VSTOR_RING_PER_REQUEST;

	/* Less than one tenth is kept free, so that a ring is rarely full; one request must always be possible. */
	n -= n / 10;
	return n ? n : 1;
}
