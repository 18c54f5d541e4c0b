/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: vstor packets (docs/wire/04-storage.md): ours are built here, the host's are checked here.
 *
 * Every function that checks takes a private copy of the packet with the number of bytes received, and reads no field
 * that those bytes do not hold.
 */
#ifndef _LIS_VSTOR_MSG_H
#define _LIS_VSTOR_MSG_H

#include "pure.h"
#include <wire/storage.h>

#define VSTOR_TRANSFER_MIN 4096
#define VSTOR_TRANSFER_MAX (4U * 1024 * 1024) /* what one packet may describe without crowding the smallest ring */
#define VSTOR_TRANSFER_FC_MAX (512U * 1024)
#define VSTOR_RING_PER_REQUEST 360 /* 5.1 rule 6: bytes of ring one request takes, on the average */
#define VSTOR_PACKET_RING_MIN 88 /* the least one request takes: descriptor, packet of 64 bytes, trailer */

#define VSTOR_OP_INQUIRY 0x12
#define VSTOR_OP_MODE_SENSE 0x1A
#define VSTOR_OP_SET_WINDOW 0x24
#define VSTOR_OP_WRITE_SAME 0x41
#define VSTOR_OP_ATA_16 0x85
#define VSTOR_OP_ATA_12 0xA1

/* What the host told of itself. */
struct vstor_host {
	u16 version; /* VSTOR_VERSION_*, 0 until agreed */
	u16 max_sub_channels; /* 0: one channel only */
	u32 max_transfer; /* bytes, whole pages */
};

struct vstor_names {
	u64 port;
	u64 node;
};

/* One SCSI request, in the guest's words. */
struct vstor_request {
	u8 port;
	u8 path;
	u8 target;
	u8 lun;
	u8 cdb_len; /* at most VSTOR_CDB_LEN */
	u8 direction; /* VSTOR_DATA_* */
	bool tagged;
	u32 transfer_len;
	const u8 *cdb;
};

/* The version to propose after `version` (0: the first), newest first; 0 at the end (3). */
u16 vstor_next_version(u16 version);

/* 2: bytes of a packet under this version; 0 (not agreed yet) counts as old. */
u32 vstor_packet_len(u16 version);

/* 2.1: bytes of sense data a completion can carry. */
u32 vstor_sense_room(u16 version);

/* A packet without payload (BEGIN, END, QUERY_PROPERTIES, FCHBA_DATA, RESET_BUS); the others build on it. */
void vstor_build(struct vstor_packet *p, u32 operation);
void vstor_build_version(struct vstor_packet *p, u16 version);
void vstor_build_sub_channels(struct vstor_packet *p, u16 count);

/* 5.1: EXECUTE_SRB. */
void vstor_build_srb(struct vstor_packet *p, u16 version, const struct vstor_request *r);

/* 8: RESET_LUN; only the address of r counts. */
void vstor_build_reset_lun(struct vstor_packet *p, u16 version, const struct vstor_request *r);

/*
 * Is this (len bytes received) the answer to a packet of the handshake? Return 0, -EINVAL when it is malformed, or
 * -EPROTO when the host says no; *status is the host's NTSTATUS then.
 */
int vstor_check_answer(const struct vstor_packet *p, u32 len, u16 version, u32 *status);

/* QUERY_PROPERTIES answered: take what is sensible (4 step 4). Return 0, or -EINVAL for a transfer size of no use. */
int vstor_take_properties(const struct vstor_packet *p, u32 len, bool fc, struct vstor_host *host);

/* FCHBA_DATA, answered or on the host's own accord: return false when the packet does not hold it. */
bool vstor_take_names(const struct vstor_packet *p, u32 len, struct vstor_names *names);

/* The operation of a packet the host sent on its own accord, 0 for one too short or out of place (2). */
u32 vstor_unsolicited(const struct vstor_packet *p, u32 len);

/* 6: does the host mishandle this command so that it must not be sent? Version 0 (not agreed yet): not known. */
bool vstor_refuse_command(u16 version, u8 opcode);

/* Sense data of ILLEGAL REQUEST, invalid operation code; out has room for VSTOR_SENSE_LEN_OLD bytes. */
void vstor_illegal_request(u8 *out);

/* 4 step 7: how many channels to ask for besides the primary. */
u32 vstor_sub_channels_wanted(const struct vstor_host *host, u32 cpus, u32 cpus_per_channel);

/* 5.1 rule 6: how many requests may be in flight on one channel with a ring of this many data bytes. */
u32 vstor_depth(u32 ring_bytes);

#endif
