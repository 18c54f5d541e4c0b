// SPDX-License-Identifier: GPL-2.0-only
/* The units of a storage controller: made of text, found, removed (storage.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage.h"

struct scsi_unit *storage_find(struct storage *s, uint8_t path, uint8_t target, uint8_t lun)
{
	struct scsi_unit *u;

	/* An IDE channel is one disk, whatever path the guest names (9). */
	if (s->kind == STORAGE_IDE)
		path = 0;
	for (u = s->units; u; u = u->next)
		if (u->path == path && u->target == target && u->lun == lun)
			return u;
	return NULL;
}

unsigned int storage_luns(const struct storage *s, uint8_t path, uint8_t target, uint8_t luns[256])
{
	bool there[256] = { false };
	unsigned int n = 0;

	if (s->kind == STORAGE_IDE)
		path = 0;
	for (const struct scsi_unit *u = s->units; u; u = u->next)
		if (u->path == path && u->target == target)
			there[u->lun] = true;
	for (unsigned int i = 0; i < 256; i++)
		if (there[i])
			luns[n++] = (uint8_t)i;
	return n;
}

void storage_unit_put(struct scsi_unit *u)
{
	if (--u->refs)
		return;
	disk_put(u->disk);
	tape_free(u->tape);
	free(u->changer);
	free(u);
}

void storage_unit_remove(struct storage *s, struct scsi_unit *u)
{
	struct scsi_unit **at;

	for (at = &s->units; *at && *at != u; at = &(*at)->next)
		;
	if (*at)
		*at = u->next;
	u->removed = true;
	storage_unit_put(u);
}

void storage_unit_set_disk(struct scsi_unit *u, struct disk *disk)
{
	disk_put(u->disk);
	u->disk = disk;
	u->id.blocks = disk ? disk_bytes(disk) / u->id.block_size : 0;
}

/* The same in every run, and another for every address of every controller. */
static void make_guid(const struct storage *s, const struct scsi_unit *u, uint8_t guid[16])
{
	memcpy(guid, s->d->instance.b, 16);
	guid[13] ^= u->path;
	guid[14] ^= u->target;
	guid[15] ^= u->lun;
}

static void describe(const struct storage *s, struct scsi_unit *u, const struct disk_spec *spec)
{
	static const enum scsi_type types[] = {
		[DISK_FILE] = SCSI_TYPE_DISK, [DISK_RAM] = SCSI_TYPE_DISK, [DISK_CD] = SCSI_TYPE_CD,
		[DISK_TAPE] = SCSI_TYPE_TAPE, [DISK_CHANGER] = SCSI_TYPE_CHANGER,
	};

	u->id.type = types[spec->kind];
	u->id.read_only = spec->read_only;
	u->id.unmap = spec->unmap;
	u->id.write_same = spec->write_same;
	u->id.fua = spec->fua;
	u->id.rotating = spec->rotating;
	u->id.block_size = spec->block_size;
	u->id.physical_exponent = spec->block_size == 4096 ? 0 : spec->physical_exponent;
	u->id.max_transfer = s->max_transfer;
	make_guid(s, u, u->id.guid);
	snprintf(u->id.serial, sizeof(u->id.serial), "%s", spec->serial);
}

/* The first LUN of this target nobody has; -1: all are taken. */
static int free_lun(const struct storage *s, uint8_t path, uint8_t target)
{
	uint8_t luns[256];
	unsigned int n = storage_luns(s, path, target, luns), i;

	for (i = 0; i < n && luns[i] == i; i++)
		;
	return i < 256 ? (int)i : -1;
}

static bool address_fits(const struct storage *s, int path, int target, int lun, char *why, size_t len)
{
	static const int targets[] = { [STORAGE_SCSI] = 2, [STORAGE_IDE] = 2, [STORAGE_FC] = 128 };

	if (lun < 0) {
		snprintf(why, len, "no LUN is free on target %d", target);
		return false;
	}
	if (s->kind == STORAGE_IDE && (s->units || path || lun || target != s->ide_drive)) {
		snprintf(why, len, "an IDE channel has one disk, at LUN 0 of its own drive");
		return false;
	}
	if (lun > 255) {
		snprintf(why, len, "LUNs go from 0 to 255");
		return false;
	}
	if (target >= targets[s->kind]) {
		snprintf(why, len, "targets go from 0 to %d here", targets[s->kind] - 1);
		return false;
	}
	return true;
}

static struct disk *open_disk(const struct disk_spec *spec, char *why, size_t len)
{
	if (spec->kind == DISK_RAM)
		return disk_ram(spec->bytes, why, len);
	return disk_open(spec->file, spec->read_only, spec->block_size, why, len);
}

/* What the unit holds: a disk, a cartridge, slots, or nothing yet. False: why says why not. */
static bool fill(struct scsi_unit *u, const struct disk_spec *spec, char *why, size_t len)
{
	bool full;

	if (spec->kind == DISK_CD && !strcmp(spec->file, "empty"))
		return true;
	if (spec->kind == DISK_TAPE)
		full = (u->tape = tape_new(spec->bytes)) != NULL;
	else if (spec->kind == DISK_CHANGER)
		full = (u->changer = changer_new((unsigned int)spec->bytes)) != NULL;
	else
		return (u->disk = open_disk(spec, why, len)) != NULL;
	if (!full)
		snprintf(why, len, "no memory");
	return full;
}

static void link_last(struct storage *s, struct scsi_unit *u)
{
	struct scsi_unit **at;

	for (at = &s->units; *at; at = &(*at)->next)
		;
	*at = u;
}

static int add_one(struct storage *s, const struct disk_spec *spec, char *why, size_t len)
{
	int path = spec->path < 0 ? 0 : spec->path;
	int target = spec->target >= 0 ? spec->target : s->kind == STORAGE_IDE ? s->ide_drive : 0;
	int lun = spec->lun >= 0 ? spec->lun : free_lun(s, (uint8_t)path, (uint8_t)target);
	struct scsi_unit *u;

	if (!address_fits(s, path, target, lun, why, len))
		return -EINVAL;
	if (storage_find(s, (uint8_t)path, (uint8_t)target, (uint8_t)lun)) {
		snprintf(why, len, "LUN %d of target %d is taken", lun, target);
		return -EEXIST;
	}
	u = calloc(1, sizeof(*u));
	if (!u || !fill(u, spec, why, len)) {
		free(u);
		return -EINVAL;
	}
	u->path = (uint8_t)path;
	u->target = (uint8_t)target;
	u->lun = (uint8_t)lun;
	u->refs = 1;
	describe(s, u, spec);
	u->id.blocks = u->disk ? disk_bytes(u->disk) / u->id.block_size : 0;
	link_last(s, u);
	return 0;
}

int storage_add(struct storage *s, enum disk_kind kind, const char *text, char *why, size_t why_len)
{
	struct disk_spec spec;
	int err = 0;

	if (!disk_spec_parse(kind, text, &spec, why, why_len))
		return -EINVAL;
	for (unsigned int i = 0; i < spec.count && !err; i++) {
		err = add_one(s, &spec, why, why_len);
		spec.lun += spec.lun >= 0;
	}
	return err;
}
