// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the test host's storage takes apart: vstor packets, command descriptor blocks, parameter lists, texts of disks.
 * The first byte chooses.
 */
#include "fuzz.h"
#include <errno.h>
#include "../host/dev/scsi.h"
#include "../host/dev/scsi_cdb.h"
#include "../host/dev/scsi_data.h"
#include "../host/dev/storage_spec.h"
#include "../host/dev/vstor.h"

static void judge_packet(const uint8_t *data, size_t size)
{
	struct vstor_request r;
	struct vstor_packet a;
	size_t len;
	int err = vstor_parse(data, size, &r);

	PROMISE(err == 0 || err == -EPROTO);
	if (err)
		return;
	PROMISE(size >= VSTOR_HDR_LEN && r.payload <= VSTOR_SRB_LEN && r.payload <= size - VSTOR_HDR_LEN);
	len = vstor_answer(&r, 0, &a);
	PROMISE(len <= VSTOR_PACKET_LEN && len <= size && a.operation == VSTOR_COMPLETE_IO);
	PROMISE(r.operation != VSTOR_EXECUTE_SRB || len >= VSTOR_PACKET_LEN_OLD);
	if (vstor_srb_check(&r.packet.u.srb, 8192, 4096) == SRB_STATUS_PENDING) {
		PROMISE(r.packet.u.srb.cdb_len >= 1 && r.packet.u.srb.cdb_len <= VSTOR_CDB_LEN);
		PROMISE(r.packet.u.srb.transfer_len <= 4096);
	}
}

static void judge_cdb(const uint8_t *data, size_t size)
{
	static const struct scsi_identity id = { .block_size = 512, .blocks = 1000, .unmap = true, .max_transfer = 65536 };
	uint8_t page[SCSI_DATA_MAX];
	struct scsi_cdb c;

	if (scsi_cdb_parse(data, size, &c))
		return;
	PROMISE(size >= 1 && size <= 16 && c.opcode == data[0]);
	PROMISE(c.kind != SCSI_KIND_OTHER || (c.lba == 0 && c.blocks == 0));
	if (scsi_range_ok(c.lba, c.blocks, 1000))
		PROMISE(c.lba <= 1000 && c.blocks <= 1000 - c.lba);
	PROMISE(scsi_data_vpd(&id, c.byte[2], page) <= sizeof(page));
	PROMISE(scsi_data_mode(&id, c.byte[2], c.byte[3], c.opcode & 0x40, page) <= sizeof(page));
	PROMISE(scsi_data_toc(&id, c.byte[2], c.byte[1] & 2, c.byte[6], page) <= sizeof(page));
	PROMISE(scsi_data_event(true, 2, c.byte[4], page) <= sizeof(page));
}

static void judge_unmap(const uint8_t *data, size_t size)
{
	static struct scsi_extent out[SCSI_UNMAP_MAX];
	int n = scsi_unmap_parse(data, size, 1ULL << 40, out);

	if (n < 0) {
		PROMISE(SENSE_KEY((uint32_t)-n) == 0x05);
		return;
	}
	PROMISE(n == 0 || size == 8 + 16 * (size_t)n);
	for (int i = 0; i < n; i++)
		PROMISE(out[i].lba <= 1ULL << 40 && out[i].blocks <= (1ULL << 40) - out[i].lba);
}

static void judge_mode(const uint8_t *data, size_t size)
{
	uint32_t sense = scsi_mode_select_check(data, size, size & 1);

	PROMISE(!sense || SENSE_KEY(sense) == 0x05);
}

static void judge_text(const uint8_t *data, size_t size)
{
	char text[2048], why[256];
	struct disk_spec s;

	if (size >= sizeof(text))
		return;
	memcpy(text, data, size);
	text[size] = 0;
	if (!disk_spec_parse(size % 3, text, &s, why, sizeof(why))) {
		PROMISE(strlen(why) > 0);
		return;
	}
	PROMISE(s.lun >= -1 && s.lun <= 255 && s.target < 128 && s.path < 8 && s.count >= 1 && s.count <= 255);
	PROMISE(s.kind != DISK_RAM || (s.bytes && s.bytes % s.block_size == 0));
	PROMISE(strlen(s.file) > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const judge[])(const uint8_t *, size_t) = { judge_packet, judge_cdb, judge_unmap, judge_mode, judge_text };
	uint8_t *exact;

	if (!size)
		return 0;
	/* A block of just this size: reading past what the guest sent is caught. */
	exact = malloc(size - 1 + (size == 1));
	memcpy(exact, data + 1, size - 1);
	judge[data[0] % 5](exact, size - 1);
	free(exact);
	return 0;
}
