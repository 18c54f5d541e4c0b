// SPDX-License-Identifier: GPL-2.0-only
/*
 * The storage devices: SCSI controllers, accelerated IDE disks, virtual Fibre Channel adapters
 * (docs/wire/04-storage.md). This file makes them of their options; storage.h says where the rest is.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "storage.h"

#define MAX_TRANSFER 262144
#define WORKERS 4

static const char disk_keys[] =
	"disk=PATH[:WORD...]      a file or block device as a disk; may be repeated. A colon in PATH is written twice\n"
	"ram=SIZE[:WORD...]       a disk in memory, zeros at first; may be repeated\n"
	"cd=PATH[:WORD...]        a DVD drive with this image in it, or 'empty'; may be repeated\n"
	"tape=SIZE[:WORD...]      a tape drive with an empty cartridge, in memory; may be repeated\n"
	"changer=SLOTS[:WORD...]  a medium changer with a drive of its own; may be repeated\n"
	"   words: lun=N target=N path=N (else the next free LUN: in the order of this list), sector=512|512e|4096 (512e),\n"
	"   ro, serial=TEXT, unmap=on|off (on), writesame=on|off (off), fua=on|off (off), rotating=on|off (off),\n"
	"   count=N (ram: so many disks)\n"
	"proto=2.0|4.2|5.1|6.0|6.2  the newest storage protocol spoken (as the VMBus version's host: 2008 ... 2016)\n"
	"max-transfer=BYTES       told to the guest and kept to (256K)\n"
	"workers=N                threads that read and write, for all storage devices together (4)\n";

static const char scsi_keys[] =
	"queues=N                 channels in all: N-1 subchannels are offered when the guest asks (1)\n";
static const char ide_keys[] =
	"channel=0|1, drive=0|1   where the disk sits; the instance GUID says so, too (0, 0)\n";
static const char fc_keys[] =
	"wwpn=HEX16, wwnn=HEX16   port and node name, primary pair\n"
	"wwpn2=HEX16, wwnn2=HEX16 secondary pair\n";

/* 9: the instance of an IDE disk tells channel and drive. */
static void ide_instance(struct storage *s)
{
	struct hvw_guid *g = &s->d->instance;

	memset(g, 0, sizeof(*g));
	g->b[0] = s->ide_channel;
	g->b[4] = s->ide_drive;
	g->b[6] = VSTOR_IDE_GUID_DATA3 & 0xFF;
	g->b[7] = VSTOR_IDE_GUID_DATA3 >> 8;
}

static bool take_proto(struct storage *s, struct opts *o)
{
	const char *text = opts_str(o, "proto", NULL);

	if (!text)
		return true;
	s->newest = vstor_version_parse(text);
	if (!s->newest)
		complain("a device option does not fit", "give 2.0, 4.2, 5.1, 6.0 or 6.2", "%s: proto=%s", s->d->name, text);
	return s->newest != 0;
}

static bool take_wwn(struct storage *s, struct opts *o, const char *key, uint64_t def, __u8 *out)
{
	const char *text = opts_str(o, key, NULL);
	unsigned long long n = def;
	char *end;

	if (text) {
		n = strtoull(text, &end, 16);
		if (strlen(text) != 16 || *end) {
			complain("a device option does not fit", "give 16 hexadecimal digits", "%s: %s=%s", s->d->name, key, text);
			return false;
		}
	}
	for (unsigned int i = 0; i < 8; i++)
		out[i] = (__u8)(n >> (56 - 8 * i));
	return true;
}

static bool take_wwns(struct storage *s, struct opts *o)
{
	/* The maker's range of virtual names, told apart by the instance. */
	uint64_t base = 0xC003FF0000000000ULL | (uint64_t)s->d->instance.b[0] << 8 | (uint64_t)s->d->instance.b[1] << 16;

	s->wwn.primary_active = 1;
	return take_wwn(s, o, "wwpn", base, s->wwn.primary_port) &&
	       take_wwn(s, o, "wwnn", base | 1ULL << 32, s->wwn.primary_node) &&
	       take_wwn(s, o, "wwpn2", base + 1, s->wwn.secondary_port) &&
	       take_wwn(s, o, "wwnn2", (base | 1ULL << 32) + 1, s->wwn.secondary_node);
}

static bool take_kind(struct storage *s, struct opts *o)
{
	if (s->kind != STORAGE_IDE)
		s->max_subs = (uint16_t)(opts_num(o, "queues", 1, 1, 64) - 1);
	if (s->kind == STORAGE_IDE) {
		s->ide_channel = (uint8_t)opts_num(o, "channel", 0, 0, 1);
		s->ide_drive = (uint8_t)opts_num(o, "drive", 0, 0, 1);
		ide_instance(s);
	}
	return s->kind != STORAGE_FC || take_wwns(s, o);
}

static bool take_disks(struct storage *s, struct opts *o, const char *key, enum disk_kind kind)
{
	const char *text;
	char why[1200];

	for (unsigned int i = 0; (text = opts_nth(o, key, i)) != NULL; i++)
		if (storage_add(s, kind, text, why, sizeof(why))) {
			complain("a disk cannot be made", "'truncate -s 1G FILE' makes a file; its words are told by --device scsi,help",
				 "%s: %s=%s: %s", s->d->name, key, text, why);
			return false;
		}
	return true;
}

static bool take_options(struct storage *s, struct opts *o)
{
	s->max_transfer = (uint32_t)opts_num(o, "max-transfer", MAX_TRANSFER, 4096, 8 << 20);
	s->max_transfer &= ~4095U;
	if (!take_proto(s, o) || !take_kind(s, o))
		return false;
	for (unsigned int k = 0; k < DISK_KINDS; k++)
		if (!take_disks(s, o, disk_key[k], (enum disk_kind)k))
			return false;
	return opts_done(o);
}

static void free_units(struct storage *s)
{
	while (s->units)
		storage_unit_remove(s, s->units);
}

static void subs_leave(void *arg)
{
	storage_rescind_subs(arg);
}

static void storage_free(struct storage *s)
{
	struct inject_rule *r;

	free_units(s);
	while ((r = s->rules) != NULL) {
		s->rules = r->next;
		free(r);
	}
	free(s);
}

static int start(struct storage *s, unsigned int workers)
{
	int err = pool_start(workers);

	if (err)
		return err;
	pool_after(storage_bundles_end);
	if (storage_offer(s, 0))
		return 0;
	pool_stop();
	complain("a storage controller cannot be offered", "give it another instance=", "%s: its instance is taken", s->d->name);
	return -EEXIST;
}

static int create(struct device *d, struct opts *o, enum storage_kind kind)
{
	unsigned int workers = (unsigned int)opts_num(o, "workers", WORKERS, 0, 16);
	struct storage *s = calloc(1, sizeof(*s));
	int err = -EINVAL;

	if (!s)
		return -ENOMEM;
	s->d = d;
	s->kind = kind;
	d->priv = s;
	loop_timer_init(&s->subs_leave, subs_leave, s);
	if (take_options(s, o))
		err = start(s, workers);
	if (err) {
		storage_free(s);
		d->priv = NULL;
	}
	return err;
}

static int create_scsi(struct device *d, struct opts *o)
{
	return create(d, o, STORAGE_SCSI);
}

static int create_ide(struct device *d, struct opts *o)
{
	return create(d, o, STORAGE_IDE);
}

static int create_fc(struct device *d, struct opts *o)
{
	return create(d, o, STORAGE_FC);
}

static void destroy(struct device *d)
{
	struct storage *s = d->priv;

	storage_rescind_all(s);
	storage_free(s);
	pool_stop();
}

static void reset(struct device *d)
{
	struct storage *s = d->priv;

	storage_rescind_subs(s);
	s->state = WAIT_BEGIN;
	s->version = 0;
	s->announce = 0;
	for (struct scsi_unit *u = s->units; u; u = u->next) {
		u->attention = 0;
		u->locked = false;
	}
}

#define STORAGE_TYPE(var, name_, help_, create_)                                                       \
	static struct device_type var = {                                                              \
		.name = name_,                                                                         \
		.help = help_,                                                                         \
		.create = create_,                                                                     \
		.destroy = destroy,                                                                    \
		.reset = reset,                                                                        \
		.counters = storage_counters_json,                                                     \
		.verbs = storage_verbs,                                                                \
	}

STORAGE_TYPE(scsi_type, "scsi", "SCSI controller with any number of disks and DVD drives", create_scsi);
STORAGE_TYPE(ide_type, "ide", "accelerated IDE disk", create_ide);
STORAGE_TYPE(fc_type, "fc", "virtual Fibre Channel adapter with the LUNs it sees", create_fc);

static char keys_text[3][sizeof(disk_keys) + sizeof(fc_keys) + sizeof(scsi_keys)];

/* Texts of two pieces are put together before main(), as registering is. */
static void __attribute__((constructor)) register_storage(void)
{
	struct device_type *type[] = { &scsi_type, &ide_type, &fc_type };
	const char *first[] = { scsi_keys, ide_keys, scsi_keys };

	for (unsigned int i = 0; i < 3; i++) {
		strcpy(keys_text[i], first[i]);
		if (i == STORAGE_FC)
			strcat(keys_text[i], fc_keys);
		strcat(keys_text[i], disk_keys);
		type[i]->keys = keys_text[i];
		device_type_register(type[i]);
	}
}
