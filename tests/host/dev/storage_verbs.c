// SPDX-License-Identifier: GPL-2.0-only
/* What the control socket may ask of a storage controller, and its counters (storage.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/args.h"
#include "ctl/ctl.h"
#include "scsi.h"
#include "storage.h"

#define NS_PER_US 1000ULL

/* False after a complaint. */
static bool num(struct ctl_request *req, const json_t *args, const char *key, uint64_t def, uint64_t max, uint64_t *out)
{
	return ctl_arg_num(req, args, key, def, 0, max, out) == 0;
}

static bool take_address(const struct storage *s, const json_t *args, uint8_t addr[3], struct ctl_request *req)
{
	static const char *const key[] = { "path", "target", "lun" };
	uint64_t n;

	for (unsigned int i = 0; i < 3; i++) {
		if (!num(req, args, key[i], i == 1 && s->kind == STORAGE_IDE ? s->ide_drive : 0, 255, &n))
			return false;
		addr[i] = (uint8_t)n;
	}
	return true;
}

/* The unit the request names by path, target and lun, each 0 when not given. NULL after a complaint. */
static struct scsi_unit *unit_of(struct storage *s, const json_t *args, struct ctl_request *req)
{
	struct scsi_unit *u;
	uint8_t addr[3];

	if (!take_address(s, args, addr, req))
		return NULL;
	u = storage_find(s, addr[0], addr[1], addr[2]);
	if (!u)
		ctl_why(req, "%s has no LUN %u at target %u, path %u", s->d->name, addr[2], addr[1], addr[0]);
	return u;
}

static int verb_add(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct storage *s = d->priv;
	char text[1200] = "", why[1200] = "give disk, ram, cd, tape or changer with the text of the device option";
	int err = -EINVAL;

	for (enum disk_kind k = DISK_FILE; k < DISK_KINDS && !*text; k++) {
		if (ctl_arg_text(req, args, disk_key[k], "", text, sizeof(text)))
			return -EINVAL;
		if (*text)
			err = storage_add(s, k, text, why, sizeof(why));
	}
	if (err)
		ctl_why(req, "%s", why);
	else
		storage_announce(s, VSTOR_ENUMERATE_BUS);
	return err;
}

static int verb_remove(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct storage *s = d->priv;
	struct scsi_unit *u = unit_of(s, args, req);

	if (!u)
		return -ENODEV;
	storage_unit_remove(s, u);
	storage_announce(s, VSTOR_ENUMERATE_BUS);
	return 0;
}

static int verb_resize(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct scsi_unit *u = unit_of(d->priv, args, req);
	uint64_t bytes;
	int err;

	if (!u || !num(req, args, "size", 0, 1ULL << 50, &bytes))
		return u ? -EINVAL : -ENODEV;
	if (!bytes || bytes % u->id.block_size || !u->disk) {
		ctl_why(req, "size is needed, in whole blocks of %u bytes, and a disk that is there", u->id.block_size);
		return -EINVAL;
	}
	err = disk_resize(u->disk, bytes);
	if (err) {
		ctl_why(req, "%s: %s", disk_path(u->disk), strerror(-err));
		return err;
	}
	u->id.blocks = bytes / u->id.block_size;
	u->attention |= UNIT_ATTENTION_CAPACITY;
	return 0;
}

static int verb_ro(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct scsi_unit *u = unit_of(d->priv, args, req);
	bool on;

	if (!u || ctl_arg_bool(req, args, "on", true, &on))
		return u ? -EINVAL : -ENODEV;
	if (!on && u->disk && (u->id.type == SCSI_TYPE_CD || disk_is_read_only(u->disk))) {
		ctl_why(req, "it was opened to be read only");
		return -EROFS;
	}
	u->id.read_only = on;
	u->attention |= UNIT_ATTENTION_MODE;
	return 0;
}

/* The disc the request names: a file, or what another LUN holds now and will hold. NULL after a complaint, or for none. */
static struct disk *disc_of(struct storage *s, const struct scsi_unit *u, const json_t *args, bool *good,
			    struct ctl_request *req)
{
	char file[1024], why[128];
	struct scsi_unit *other;
	struct disk *disk;
	uint64_t from;

	*good = false;
	if (json_object_get(args, "from")) {
		other = num(req, args, "from", 0, 255, &from) ? storage_find(s, u->path, u->target, (uint8_t)from) : NULL;
		*good = other && other != u && other->disk;
		if (!*good)
			ctl_why(req, "from is a LUN beside it that has a disk");
		return *good ? disk_get(other->disk) : NULL;
	}
	if (ctl_arg_text(req, args, "cd", NULL, file, sizeof(file)))
		return NULL;
	disk = strcmp(file, "empty") ? disk_open(file, true, u->id.block_size, why, sizeof(why)) : NULL;
	*good = disk || !strcmp(file, "empty");
	if (!*good)
		ctl_why(req, "%s: %s", file, why);
	return disk;
}

/* Another disc in the drive, or none. */
static int verb_disc(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct scsi_unit *u = unit_of(d->priv, args, req);
	struct disk *disk;
	bool good;

	if (!u)
		return -ENODEV;
	if (u->id.type != SCSI_TYPE_CD) {
		ctl_why(req, "it is no DVD drive");
		return -EINVAL;
	}
	disk = disc_of(d->priv, u, args, &good, req);
	if (!good)
		return -EINVAL;
	storage_unit_set_disk(u, disk);
	u->media_event = disk ? 2 : 3;
	if (disk)
		u->attention |= UNIT_ATTENTION_MEDIUM;
	return 0;
}

/* --- inject --------------------------------------------------------------------------------------------------------- */

static void clear_rules(struct storage *s)
{
	struct inject_rule *r;

	while ((r = s->rules) != NULL) {
		s->rules = r->next;
		free(r);
	}
}

/* Which commands: op, lun (else all), lba, blocks, skip, count. */
static bool take_which(const struct storage *s, const json_t *args, struct inject_rule *r, struct ctl_request *req)
{
	uint8_t addr[3];
	char op[16];

	if (!take_address(s, args, addr, req) || !num(req, args, "lba", 0, ~0ULL, &r->lba) ||
	    !num(req, args, "blocks", 1, ~0ULL, &r->blocks) || !num(req, args, "skip", 0, ~0ULL, &r->skip) ||
	    !num(req, args, "count", 1, ~0ULL, &r->count))
		return false;
	r->every_unit = !json_object_get(args, "lun");
	r->path = addr[0];
	r->target = addr[1];
	r->lun = addr[2];
	r->by_lba = json_object_get(args, "lba") != NULL;
	if (ctl_arg_text(req, args, "op", "any", op, sizeof(op)))
		return false;
	r->what = inject_what_parse(op);
	if (r->what == INJECT_NOT_A_COMMAND)
		ctl_why(req, "op is read, write, any, or an opcode as 0x28");
	return r->what != INJECT_NOT_A_COMMAND;
}

/* What happens: sense, status, srb, delay_ms. */
static bool take_outcome(const json_t *args, struct inject_rule *r, struct ctl_request *req)
{
	bool sense = json_object_get(args, "sense") != NULL;
	uint64_t status, srb, delay;
	char text[16];

	if (!num(req, args, "srb", 0, 255, &srb) || !num(req, args, "delay_ms", 0, 3600000, &delay) ||
	    !num(req, args, "status", sense ? SCSI_CHECK_CONDITION : SCSI_GOOD, 255, &status))
		return false;
	if (ctl_arg_text(req, args, "sense", "", text, sizeof(text)))
		return false;
	if (sense && !inject_sense_parse(text, &r->sense)) {
		ctl_why(req, "sense is KEY/ASC/ASCQ in hexadecimal, as 03/11/00");
		return false;
	}
	r->status = (uint8_t)status;
	r->srb = (uint8_t)srb;
	r->delay_ns = delay * NS_PER_MS;
	r->fails = sense || status || srb;
	if (!r->fails && !delay)
		ctl_why(req, "give sense, status, srb or delay_ms: what is to happen");
	return r->fails || delay;
}

static int verb_inject(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct storage *s = d->priv;
	struct inject_rule *r, **at;
	bool clear;

	if (ctl_arg_bool(req, args, "clear", false, &clear))
		return -EINVAL;
	if (clear) {
		clear_rules(s);
		return 0;
	}
	r = calloc(1, sizeof(*r));
	if (!r)
		return -ENOMEM;
	if (!take_which(s, args, r, req) || !take_outcome(args, r, req)) {
		free(r);
		return -EINVAL;
	}
	r->id = ++s->rule_ids;
	for (at = &s->rules; *at; at = &(*at)->next)
		;
	*at = r;
	json_object_set_new(reply, "rule", json_integer(r->id));
	return 0;
}

/* Some hosts answer a reset and go on as if there had been none. */
static int verb_resets(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct storage *s = d->priv;
	bool end;

	if (ctl_arg_bool(req, args, "end", true, &end))
		return -EINVAL;
	s->resets_end_nothing = !end;
	return 0;
}

/* --- unsolicited packets --------------------------------------------------------------------------------------------- */

static int verb_announce(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	static const struct { const char *name; enum vstor_operation op; } what[] = {
		{ "enumerate", VSTOR_ENUMERATE_BUS }, { "remove", VSTOR_REMOVE_DEVICE }, { "wwn", VSTOR_FCHBA_DATA },
		{ "event", VSTOR_EVENT_NOTIFICATION },
	};
	struct storage *s = d->priv;
	uint64_t flags;
	uint8_t addr[3];
	char text[16];

	if (!take_address(s, args, addr, req) || ctl_arg_text(req, args, "what", NULL, text, sizeof(text)) ||
	    !num(req, args, "flags", 0, 255, &flags))
		return -EINVAL;
	s->event = (struct vstor_event){ addr[2], addr[1], addr[0], (__u8)flags };
	for (unsigned int i = 0; i < sizeof(what) / sizeof(what[0]); i++)
		if (!strcmp(text, what[i].name)) {
			storage_announce(s, what[i].op);
			return 0;
		}
	ctl_why(req, "what is enumerate, remove, wwn or event");
	return -EINVAL;
}

/* The other pair of names is the one in use, and the guest is told. */
static int verb_toggle(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct storage *s = d->priv;

	if (s->kind != STORAGE_FC) {
		ctl_why(req, "%s is no Fibre Channel adapter", d->name);
		return -EINVAL;
	}
	s->wwn.primary_active = !s->wwn.primary_active;
	storage_announce(s, VSTOR_FCHBA_DATA);
	return 0;
}

/* --- counters ---------------------------------------------------------------------------------------------------------- */

static const char *kind_name(enum scsi_type type)
{
	switch (type) {
	case SCSI_TYPE_CD:
		return "cd";
	case SCSI_TYPE_TAPE:
		return "tape";
	case SCSI_TYPE_CHANGER:
		return "changer";
	default:
		return "disk";
	}
}

static json_t *unit_json(const struct scsi_unit *u)
{
	const struct scsi_unit_counters *n = &u->count;
	uint64_t ops = n->reads + n->writes + n->flushes + n->unmaps + n->others;

	return json_pack("{s:i, s:i, s:i, s:s, s:I, s:i, s:b, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
		"path", u->path, "target", u->target, "lun", u->lun, "kind", kind_name(u->id.type),
		"blocks", (json_int_t)u->id.blocks, "block_size", (int)u->id.block_size, "ro", u->id.read_only,
		"file", u->disk ? disk_path(u->disk) : "",
		"reads", (json_int_t)n->reads, "writes", (json_int_t)n->writes, "flushes", (json_int_t)n->flushes,
		"unmaps", (json_int_t)n->unmaps, "others", (json_int_t)n->others, "errors", (json_int_t)n->errors,
		"read_bytes", (json_int_t)n->read_bytes, "written_bytes", (json_int_t)n->written_bytes,
		"latency_mean_us", (json_int_t)(ops ? n->latency_ns / ops / NS_PER_US : 0),
		"latency_max_us", (json_int_t)(n->latency_max_ns / NS_PER_US));
}

static void add_units(const struct storage *s, struct scsi_unit_counters *all)
{
	for (const struct scsi_unit *u = s->units; u; u = u->next) {
		all->reads += u->count.reads;
		all->writes += u->count.writes;
		all->errors += u->count.errors;
		all->flushes += u->count.flushes;
		all->unmaps += u->count.unmaps;
		all->others += u->count.others;
		all->read_bytes += u->count.read_bytes;
		all->written_bytes += u->count.written_bytes;
		all->latency_ns += u->count.latency_ns;
		if (u->count.latency_max_ns > all->latency_max_ns)
			all->latency_max_ns = u->count.latency_max_ns;
	}
}

static unsigned int count_channels(const struct storage *s)
{
	unsigned int n = s->primary && s->primary->open;

	for (const struct stor_chan *c = s->subs; c; c = c->next)
		n += c->open;
	return n;
}

static void set_int(json_t *out, const char *key, uint64_t value)
{
	json_object_set_new(out, key, json_integer((json_int_t)value));
}

void storage_counters_json(struct device *d, json_t *out)
{
	const struct storage *s = d->priv;
	struct scsi_unit_counters all = { 0 };
	uint64_t ops;
	char version[16];

	add_units(s, &all);
	ops = all.reads + all.writes + all.flushes + all.unmaps + all.others;
	snprintf(version, sizeof(version), "%u.%u", s->version >> 8, s->version & 0xFF);
	json_object_set_new(out, "protocol", json_string(version));
	json_object_set_new(out, "ready", json_boolean(s->state == STORAGE_READY));
	set_int(out, "channels_open", count_channels(s));
	set_int(out, "packets", s->count.packets);
	set_int(out, "malformed", s->count.malformed);
	set_int(out, "ops", ops);
	set_int(out, "reads", all.reads);
	set_int(out, "writes", all.writes);
	set_int(out, "flushes", all.flushes);
	set_int(out, "unmaps", all.unmaps);
	set_int(out, "errors", all.errors);
	set_int(out, "read_bytes", all.read_bytes);
	set_int(out, "written_bytes", all.written_bytes);
	set_int(out, "latency_mean_us", ops ? all.latency_ns / ops / NS_PER_US : 0);
	set_int(out, "latency_max_us", all.latency_max_ns / NS_PER_US);
	set_int(out, "srbs", s->count.srbs);
	set_int(out, "no_unit", s->count.invalid);
	set_int(out, "injected", s->count.injected);
	set_int(out, "resets", s->count.resets);
	set_int(out, "announced", s->count.announced);
	set_int(out, "no_room", s->count.no_room);
}

/* The counters of the controller and of each unit, and what is left of the rules. */
static int verb_stats(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	const struct storage *s = d->priv;
	json_t *units = json_array(), *rules = json_array();

	storage_counters_json(d, reply);
	for (const struct scsi_unit *u = s->units; u; u = u->next)
		json_array_append_new(units, unit_json(u));
	for (const struct inject_rule *r = s->rules; r; r = r->next)
		json_array_append_new(rules, json_pack("{s:i, s:I, s:I}", "rule", (int)r->id, "hits", (json_int_t)r->hits,
						       "count", (json_int_t)r->count));
	json_object_set_new(reply, "units", units);
	json_object_set_new(reply, "rules", rules);
	return 0;
}

const struct device_verb storage_verbs[] = {
	{ "add", "disk= | ram= | cd= | tape= | changer=TEXT as the device option: a LUN more, and the guest is told", verb_add },
	{ "remove", "lun=N [target= path=]: the LUN is gone, and the guest is told", verb_remove },
	{ "resize", "lun=N size=BYTES: another capacity; the next command of the guest hears of it", verb_resize },
	{ "ro", "lun=N on=on|off: write protection", verb_ro },
	{ "disc", "lun=N cd=PATH|empty, or from=N: another disc in the DVD drive (that LUN's content), or none", verb_disc },
	{ "inject", "op=read|write|any|0xNN [lun= lba= blocks= skip= count=(0: for ever)] sense=KEY/ASC/ASCQ | status= | srb= |"
		    " delay_ms=; or clear=on", verb_inject },
	{ "resets", "end=on|off: whether RESET_* ends the requests that are held", verb_resets },
	{ "announce", "what=enumerate|remove|wwn|event [lun= flags=]: an unsolicited packet", verb_announce },
	{ "toggle", "Fibre Channel: the other pair of names is in use", verb_toggle },
	{ "stats", "counters of the controller, its LUNs and its rules", verb_stats },
	{ 0 }
};
