/* SPDX-License-Identifier: GPL-2.0-only */
/* SCSI by the public standards (SPC, SBC, MMC, SSC, SMC): numbers, and sense data. */
#ifndef HOST_SCSI_H
#define HOST_SCSI_H

#include <stdint.h>
#include <string.h>

enum scsi_opcode {
	SCSI_TEST_UNIT_READY = 0x00,
	SCSI_REWIND = 0x01,
	SCSI_REQUEST_SENSE = 0x03,
	SCSI_READ_BLOCK_LIMITS = 0x05,
	SCSI_INITIALIZE_ELEMENTS = 0x07,
	SCSI_READ_6 = 0x08,
	SCSI_WRITE_6 = 0x0A,
	SCSI_WRITE_FILEMARKS = 0x10,
	SCSI_SPACE = 0x11,
	SCSI_INQUIRY = 0x12,
	SCSI_MODE_SELECT_6 = 0x15,
	SCSI_RESERVE_6 = 0x16,
	SCSI_RELEASE_6 = 0x17,
	SCSI_ERASE = 0x19,
	SCSI_MODE_SENSE_6 = 0x1A,
	SCSI_START_STOP = 0x1B,
	SCSI_PREVENT_ALLOW = 0x1E,
	SCSI_READ_CAPACITY_10 = 0x25,
	SCSI_READ_10 = 0x28,
	SCSI_WRITE_10 = 0x2A,
	SCSI_LOCATE_10 = 0x2B, /* a changer's POSITION TO ELEMENT, too */
	SCSI_VERIFY_10 = 0x2F,
	SCSI_READ_POSITION = 0x34,
	SCSI_SYNC_CACHE_10 = 0x35,
	SCSI_WRITE_SAME_10 = 0x41,
	SCSI_UNMAP = 0x42,
	SCSI_READ_TOC = 0x43,
	SCSI_GET_CONFIGURATION = 0x46,
	SCSI_GET_EVENT_STATUS = 0x4A,
	SCSI_READ_DISC_INFO = 0x51,
	SCSI_MODE_SELECT_10 = 0x55,
	SCSI_MODE_SENSE_10 = 0x5A,
	SCSI_ATA_16 = 0x85,
	SCSI_READ_16 = 0x88,
	SCSI_WRITE_16 = 0x8A,
	SCSI_VERIFY_16 = 0x8F,
	SCSI_SYNC_CACHE_16 = 0x91,
	SCSI_WRITE_SAME_16 = 0x93,
	SCSI_SERVICE_IN_16 = 0x9E,
	SCSI_REPORT_LUNS = 0xA0,
	SCSI_ATA_12 = 0xA1,
	SCSI_MOVE_MEDIUM = 0xA5,
	SCSI_READ_12 = 0xA8,
	SCSI_WRITE_12 = 0xAA,
	SCSI_VERIFY_12 = 0xAF,
	SCSI_READ_ELEMENT_STATUS = 0xB8,
	SCSI_MECHANISM_STATUS = 0xBD,
};

#define SCSI_SA_READ_CAPACITY_16 0x10

#define SCSI_GOOD 0x00
#define SCSI_CHECK_CONDITION 0x02
#define SCSI_BUSY 0x08

/* Sense key, ASC, ASCQ in one number: 0xKKAAQQ. */
#define SENSE(key, asc, ascq) ((uint32_t)(key) << 16 | (asc) << 8 | (ascq))
#define SENSE_NONE 0U
#define SENSE_FILEMARK SENSE(0x00, 0x00, 0x01)
#define SENSE_END_OF_MEDIUM SENSE(0x00, 0x00, 0x02)
#define SENSE_BEGIN_OF_MEDIUM SENSE(0x00, 0x00, 0x04)
#define SENSE_NO_MEDIUM SENSE(0x02, 0x3A, 0x00)
#define SENSE_WRITE_ERROR SENSE(0x03, 0x0C, 0x00)
#define SENSE_READ_ERROR SENSE(0x03, 0x11, 0x00)
#define SENSE_INTERNAL SENSE(0x04, 0x44, 0x00)
#define SENSE_PARAM_LIST_LENGTH SENSE(0x05, 0x1A, 0x00)
#define SENSE_INVALID_OPCODE SENSE(0x05, 0x20, 0x00)
#define SENSE_LBA_OUT_OF_RANGE SENSE(0x05, 0x21, 0x00)
#define SENSE_INVALID_ELEMENT SENSE(0x05, 0x21, 0x01)
#define SENSE_INVALID_FIELD_CDB SENSE(0x05, 0x24, 0x00)
#define SENSE_INVALID_FIELD_PARAM SENSE(0x05, 0x26, 0x00)
#define SENSE_NO_SAVED_PAGES SENSE(0x05, 0x39, 0x00)
#define SENSE_DESTINATION_FULL SENSE(0x05, 0x3B, 0x0D)
#define SENSE_SOURCE_EMPTY SENSE(0x05, 0x3B, 0x0E)
#define SENSE_REMOVAL_PREVENTED SENSE(0x05, 0x53, 0x02)
#define SENSE_MEDIUM_CHANGED SENSE(0x06, 0x28, 0x00)
#define SENSE_RESET SENSE(0x06, 0x29, 0x00)
#define SENSE_MODE_CHANGED SENSE(0x06, 0x2A, 0x01)
#define SENSE_CAPACITY_CHANGED SENSE(0x06, 0x2A, 0x09)
#define SENSE_WRITE_PROTECTED SENSE(0x07, 0x27, 0x00)
#define SENSE_NO_SPACE SENSE(0x07, 0x27, 0x07)
#define SENSE_END_OF_DATA SENSE(0x08, 0x00, 0x05)
#define SENSE_VOLUME_OVERFLOW SENSE(0x0D, 0x00, 0x02)
#define SENSE_MISCOMPARE SENSE(0x0E, 0x1D, 0x00)
#define SENSE_KEY(code) ((uint8_t)((code) >> 16 & 0x0F))

/* Beside the key, what a tape drive met (SSC). */
#define SENSE_FLAG_FILEMARK 0x80
#define SENSE_FLAG_EOM 0x40
#define SENSE_FLAG_ILI 0x20 /* a record of another length than asked for */

#define SCSI_SENSE_LEN 18

/* Fixed format, current error. info: the INFORMATION field (an LBA), not valid when it does not fit or is ~0. */
static inline void scsi_sense_fill(uint8_t buf[SCSI_SENSE_LEN], uint32_t code, uint64_t info)
{
	memset(buf, 0, SCSI_SENSE_LEN);
	buf[0] = 0x70;
	buf[2] = SENSE_KEY(code);
	if (info <= 0xFFFFFFFFU) {
		buf[0] |= 0x80;
		for (unsigned int i = 0; i < 4; i++)
			buf[3 + i] = (uint8_t)(info >> (24 - 8 * i));
	}
	buf[7] = SCSI_SENSE_LEN - 8;
	buf[12] = (uint8_t)(code >> 8);
	buf[13] = (uint8_t)code;
}

static inline void put_be(uint8_t *to, uint64_t value, unsigned int bytes)
{
	for (unsigned int i = 0; i < bytes; i++)
		to[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}

static inline uint64_t get_be(const uint8_t *from, unsigned int bytes)
{
	uint64_t v = 0;

	for (unsigned int i = 0; i < bytes; i++)
		v = v << 8 | from[i];
	return v;
}

#endif
