/* SPDX-License-Identifier: GPL-2.0-only */
/* pure: what a unit says of itself: INQUIRY, VPD and mode pages, capacity, LUN lists (docs/wire/04 6). */
#ifndef HOST_SCSI_DATA_H
#define HOST_SCSI_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fits every answer below but a LUN list. */
#define SCSI_DATA_MAX 256

/* Peripheral device types, SPC. */
enum scsi_type { SCSI_TYPE_DISK = 0x00, SCSI_TYPE_TAPE = 0x01, SCSI_TYPE_CD = 0x05, SCSI_TYPE_CHANGER = 0x08 };

struct scsi_identity {
	enum scsi_type type;
	bool read_only;
	bool unmap;
	bool write_same;
	bool fua;
	bool rotating;
	uint8_t spc; /* version byte of INQUIRY: 5 for SPC-3 */
	uint8_t guid[16];
	char serial[32]; /* empty: no page 0x80 */
	uint32_t block_size;
	uint8_t physical_exponent; /* physical block = block_size << this */
	uint64_t blocks;
	uint32_t max_transfer; /* bytes */
};

size_t scsi_data_inquiry(const struct scsi_identity *id, uint8_t *out);
/* INQUIRY of a LUN that is not there. */
size_t scsi_data_inquiry_absent(uint8_t *out);
/* 0: there is no such page. */
size_t scsi_data_vpd(const struct scsi_identity *id, uint8_t page, uint8_t *out);
size_t scsi_data_capacity_10(const struct scsi_identity *id, uint8_t *out);
size_t scsi_data_capacity_16(const struct scsi_identity *id, uint8_t *out);
/* page and page control as in the CDB's byte 2; 0: no such page, or saved values asked for. */
size_t scsi_data_mode(const struct scsi_identity *id, uint8_t page, uint8_t subpage, bool ten, uint8_t *out);
/* REPORT LUNS: header and one entry each, as far as max reaches; the header counts all. */
size_t scsi_data_luns(const uint8_t *luns, unsigned int count, uint8_t *out, size_t max);

/* MMC, for the DVD drive. */
size_t scsi_data_toc(const struct scsi_identity *id, uint8_t format, bool msf, uint8_t track, uint8_t *out);
size_t scsi_data_configuration(bool medium, uint8_t *out);
size_t scsi_data_event(bool medium, uint8_t event, uint8_t classes, uint8_t *out);

#endif
