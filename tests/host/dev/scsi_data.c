// SPDX-License-Identifier: GPL-2.0-only
/* pure: what a unit says of itself (scsi_data.h). */
#include <string.h>

#include "scsi.h"
#include "scsi_data.h"

#define INQUIRY_LEN 104 /* 36 of the standard, then zeros, as hosts send it */

/* Vendor, product and revision. Tape drives and changers are passed through to a guest: they are somebody else's. */
static const char *names(enum scsi_type type)
{
	switch (type) {
	case SCSI_TYPE_CD:
		return "Msft    Virtual DVD-ROM 1.0 ";
	case SCSI_TYPE_TAPE:
		return "TESTHOSTTape Drive      1.0 ";
	case SCSI_TYPE_CHANGER:
		return "TESTHOSTMedium Changer  1.0 ";
	default:
		return "Msft    Virtual Disk    1.0 ";
	}
}

size_t scsi_data_inquiry(const struct scsi_identity *id, uint8_t *out)
{
	memset(out, 0, INQUIRY_LEN);
	out[0] = (uint8_t)id->type;
	out[1] = id->type == SCSI_TYPE_CD || id->type == SCSI_TYPE_TAPE ? 0x80 : 0x00;
	out[2] = id->spc;
	out[3] = 0x02;
	out[4] = INQUIRY_LEN - 5;
	out[7] = id->type == SCSI_TYPE_DISK ? 0x02 : 0x00;
	memcpy(out + 8, names(id->type), 28);
	return INQUIRY_LEN;
}

size_t scsi_data_inquiry_absent(uint8_t *out)
{
	memset(out, 0, INQUIRY_LEN);
	out[0] = 0x7F;
	out[3] = 0x02;
	out[4] = INQUIRY_LEN - 5;
	return INQUIRY_LEN;
}

static size_t vpd_list(const struct scsi_identity *id, uint8_t *out)
{
	size_t n = 0;

	out[n++] = 0x00;
	if (id->serial[0])
		out[n++] = 0x80;
	out[n++] = 0x83;
	if (id->type == SCSI_TYPE_DISK) {
		out[n++] = 0xB0;
		out[n++] = 0xB1;
		out[n++] = 0xB2;
		out[n++] = 0xCE;
		out[n++] = 0xCF;
	}
	return n;
}

/* Two designators: T10 vendor id with the disk's GUID, and NAA 6 made of the maker's OUI and of the GUID's ends. */
static size_t vpd_identification(const struct scsi_identity *id, uint8_t *out)
{
	static const uint8_t naa[4] = { 0x60, 0x02, 0x24, 0x80 };

	out[0] = 0x01;
	out[1] = 0x01;
	out[3] = 24;
	memcpy(out + 4, "Msft    ", 8);
	memcpy(out + 12, id->guid, 16);
	out[28] = 0x01;
	out[29] = 0x03;
	out[31] = 16;
	memcpy(out + 32, naa, 4);
	memcpy(out + 36, id->guid, 6);
	memcpy(out + 42, id->guid + 10, 6);
	return 48;
}

static size_t vpd_block_limits(const struct scsi_identity *id, uint8_t *out)
{
	uint32_t most = id->max_transfer / id->block_size;

	put_be(out + 4, most, 4);
	put_be(out + 8, most, 4);
	if (id->unmap) {
		put_be(out + 16, 0xFFFFFFFFU, 4);
		put_be(out + 20, 4096, 4);
		put_be(out + 24, 1U << id->physical_exponent, 4);
		out[28] = 0x80;
	}
	if (id->write_same)
		put_be(out + 32, most, 8);
	return 60;
}

/* The smallest exponent that lets the count of blocks fit 32 bits, at least 1. */
static uint8_t threshold_exponent(uint64_t blocks)
{
	uint8_t e = 1;

	while (blocks >> e >> 32)
		e++;
	return e;
}

static size_t vpd_provisioning(const struct scsi_identity *id, uint8_t *out)
{
	out[0] = threshold_exponent(id->blocks);
	if (id->unmap)
		out[1] = id->write_same ? 0xE0 : 0x80;
	out[2] = id->unmap ? 0x02 : 0x00;
	return 4;
}

static size_t vpd_virtual_device(uint8_t *out)
{
	static const uint8_t signature[16] = { 0x15, 0x8f, 0xa9, 0x89, 0x28, 0xc9, 0x8b, 0x4d,
					       0x94, 0xcd, 0xef, 0x51, 0xfa, 0xa9, 0x9d, 0x33 };

	out[0] = 1;
	memcpy(out + 4, signature, sizeof(signature));
	return 20;
}

static size_t vpd_disk_page(const struct scsi_identity *id, uint8_t page, uint8_t *out)
{
	switch (page) {
	case 0xB0:
		return vpd_block_limits(id, out);
	case 0xB1:
		put_be(out, id->rotating ? 7200 : 1, 2);
		return 60;
	case 0xB2:
		return vpd_provisioning(id, out);
	case 0xCE:
		out[0] = 1;
		out[1] = 1;
		return 4;
	case 0xCF:
		return vpd_virtual_device(out);
	default:
		return 0;
	}
}

size_t scsi_data_vpd(const struct scsi_identity *id, uint8_t page, uint8_t *out)
{
	size_t n = 0;

	memset(out, 0, SCSI_DATA_MAX);
	if (page == 0x00) {
		n = vpd_list(id, out + 4);
	} else if (page == 0x83) {
		n = vpd_identification(id, out + 4);
	} else if (page == 0x80 && id->serial[0]) {
		n = strnlen(id->serial, sizeof(id->serial));
		memcpy(out + 4, id->serial, n);
	} else if (id->type == SCSI_TYPE_DISK) {
		n = vpd_disk_page(id, page, out + 4);
	}
	if (!n)
		return 0;
	out[0] = (uint8_t)id->type;
	out[1] = page;
	put_be(out + 2, n, 2);
	return n + 4;
}

size_t scsi_data_capacity_10(const struct scsi_identity *id, uint8_t *out)
{
	uint64_t last = id->blocks ? id->blocks - 1 : 0;

	put_be(out, last > 0xFFFFFFFFU ? 0xFFFFFFFFU : last, 4);
	put_be(out + 4, id->block_size, 4);
	return 8;
}

size_t scsi_data_capacity_16(const struct scsi_identity *id, uint8_t *out)
{
	memset(out, 0, 32);
	put_be(out, id->blocks ? id->blocks - 1 : 0, 8);
	put_be(out + 8, id->block_size, 4);
	out[13] = id->physical_exponent;
	if (id->unmap)
		out[14] = 0x80;
	return 32;
}

static size_t mode_caching(const struct scsi_identity *id, uint8_t control, uint8_t *out)
{
	memset(out, 0, 12);
	out[0] = 0x08;
	out[1] = 0x0A;
	if (control != 1 && !id->read_only)
		out[2] = 0x04;
	return 12;
}

/* MMC: capabilities of the drive: reads DVD-ROM, tray, can be locked. */
static size_t mode_capabilities(uint8_t control, uint8_t *out)
{
	memset(out, 0, 22);
	out[0] = 0x2A;
	out[1] = 20;
	if (control != 1) {
		out[2] = 0x0B;
		out[4] = 0x70;
		out[6] = 0x29;
		put_be(out + 8, 5540, 2);
		put_be(out + 12, 512, 2);
		put_be(out + 14, 5540, 2);
	}
	return 22;
}

size_t scsi_data_mode(const struct scsi_identity *id, uint8_t page, uint8_t subpage, bool ten, uint8_t *out)
{
	size_t header = ten ? 8 : 4, n;
	uint8_t own = id->type == SCSI_TYPE_CD ? 0x2A : 0x08, specific = 0;

	if ((page & 0x3F) == 0x3F ? subpage != 0 && subpage != 0xFF : (page & 0x3F) != own || subpage != 0)
		return 0;
	if (page >> 6 == 3)
		return 0;
	memset(out, 0, header);
	if (id->type == SCSI_TYPE_CD)
		n = header + mode_capabilities(page >> 6, out + header);
	else
		n = header + mode_caching(id, page >> 6, out + header);
	if (id->type == SCSI_TYPE_DISK)
		specific = (id->read_only ? 0x80 : 0) | (id->fua ? 0x10 : 0);
	if (ten) {
		put_be(out, n - 2, 2);
		out[3] = specific;
	} else {
		out[0] = (uint8_t)(n - 1);
		out[2] = specific;
	}
	return n;
}

size_t scsi_data_luns(const uint8_t *luns, unsigned int count, uint8_t *out, size_t max)
{
	unsigned int i;
	size_t n = 8;

	if (max < n)
		return 0;
	memset(out, 0, 8);
	put_be(out, (uint64_t)count * 8, 4);
	for (i = 0; i < count && max - n >= 8; i++, n += 8) {
		memset(out + n, 0, 8);
		out[n + 1] = luns[i];
	}
	return n;
}

static void put_address(uint8_t *out, uint64_t lba, bool msf)
{
	uint64_t frame = lba + 150;

	if (!msf) {
		put_be(out, lba, 4);
		return;
	}
	out[0] = 0;
	out[1] = (uint8_t)(frame / 75 / 60 > 255 ? 255 : frame / 75 / 60);
	out[2] = (uint8_t)(frame / 75 % 60);
	out[3] = (uint8_t)(frame % 75);
}

/* One data track from the first block on, then the lead-out. Format 0: tracks; 1: sessions. */
size_t scsi_data_toc(const struct scsi_identity *id, uint8_t format, bool msf, uint8_t track, uint8_t *out)
{
	size_t n = 4;

	if (format > 1 || (format == 0 && track > 1 && track != 0xAA))
		return 0;
	memset(out, 0, 20);
	out[2] = 1;
	out[3] = 1;
	if (format == 1 || track <= 1) {
		out[n + 1] = 0x14;
		out[n + 2] = 1;
		put_address(out + n + 4, 0, msf);
		n += 8;
	}
	if (format == 0) {
		out[n + 1] = 0x14;
		out[n + 2] = 0xAA;
		put_address(out + n + 4, id->blocks, msf);
		n += 8;
	}
	put_be(out, n - 2, 2);
	return n;
}

/* Profile DVD-ROM, current when there is a medium. */
size_t scsi_data_configuration(bool medium, uint8_t *out)
{
	memset(out, 0, 16);
	put_be(out, 12, 4);
	put_be(out + 6, medium ? 0x0010 : 0, 2);
	out[10] = 0x03;
	out[11] = 4;
	put_be(out + 12, 0x0010, 2);
	out[14] = medium;
	return 16;
}

/* Media class only (4): event 0 none, 2 new medium, 3 medium removed. */
size_t scsi_data_event(bool medium, uint8_t event, uint8_t classes, uint8_t *out)
{
	memset(out, 0, 8);
	out[3] = 0x10;
	if (!(classes & 0x10)) {
		put_be(out, 2, 2);
		out[2] = 0x80;
		return 4;
	}
	put_be(out, 6, 2);
	out[2] = 0x04;
	out[4] = event;
	out[5] = medium ? 0x02 : 0x00;
	return 8;
}

