// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include <wire/vmbus.h>

#include "explain.h"
#include "tracefmt.h"

/* --- bytes ---------------------------------------------------------------------------------------------------------- */

/* The input, taken piece by piece; past its end everything is zero and `cut` is set. */
struct bytes {
	const uint8_t *p;
	size_t left;
	bool cut;
};

static uint64_t take(struct bytes *b, size_t n)
{
	uint64_t v = 0;

	if (b->left < n) {
		b->cut = true;
		b->left = 0;
		return 0;
	}
	memcpy(&v, b->p, n);
	b->p += n;
	b->left -= n;
	return v;
}

static uint32_t u32_at(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return v;
}

static void print_guid(const uint8_t *g, FILE *out)
{
	fprintf(out, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", g[3], g[2], g[1], g[0], g[5],
		g[4], g[7], g[6], g[8], g[9], g[10], g[11], g[12], g[13], g[14], g[15]);
}

static void print_text(const uint8_t *p, size_t len, FILE *out)
{
	for (; len--; p++)
		fputc(*p >= 32 && *p < 127 ? *p : '?', out);
}

static void print_hex(const uint8_t *p, size_t len, size_t most, FILE *out)
{
	size_t i;

	for (i = 0; i < len && i < most; i++)
		fprintf(out, "%s%02x", i % 32 == 0 ? "\n            " : i % 4 == 0 ? " " : "", p[i]);
}

/* --- names ------------------------------------------------------------------------------------------------------------- */

static const struct {
	const char *alias, *name;
} classes[] = {
	{ VMBUS_ALIAS_NET, "network" },	      { VMBUS_ALIAS_SCSI, "SCSI" },	    { VMBUS_ALIAS_IDE, "IDE" },
	{ VMBUS_ALIAS_FC, "Fibre Channel" },  { VMBUS_ALIAS_ND, "NetworkDirect" },  { VMBUS_ALIAS_PCI, "PCI" },
	{ VMBUS_ALIAS_VIDEO, "video" },	      { VMBUS_ALIAS_KEYBOARD, "keyboard" }, { VMBUS_ALIAS_MOUSE, "mouse" },
	{ VMBUS_ALIAS_BALLOON, "balloon" },   { VMBUS_ALIAS_SHUTDOWN, "shutdown" }, { VMBUS_ALIAS_TIMESYNC, "time sync" },
	{ VMBUS_ALIAS_HEARTBEAT, "heartbeat" }, { VMBUS_ALIAS_KVP, "KVP" },	    { VMBUS_ALIAS_VSS, "VSS" },
	{ VMBUS_ALIAS_FCOPY, "file copy" },
};

const char *explain_class(const uint8_t *guid)
{
	char digits[33];
	size_t i;

	for (i = 0; i < 16; i++)
		snprintf(digits + 2 * i, 3, "%02x", guid[i]);
	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (!strcmp(classes[i].alias, digits))
			return classes[i].name;
	return NULL;
}

static const char *const packet_names[] = {
	"invalid", "synch", "add-xfer-set", "remove-xfer-set", "establish-gpadl", "teardown-gpadl", "inband", "xfer-pages",
	"gpadl", "gpa-direct", "cancel", "completion", "additional", "additional-data"
};

/* Fields of a message, in order: 4: a number; 8: one of eight bytes; 2, 1: shorter; g: a GUID; x: hexadecimal of four. */
struct layout {
	const char *name;
	const char *fields; /* "4relid 4gpadl" */
};

static const struct layout messages[VMBUS_MSG_COUNT] = {
	[VMBUS_MSG_OFFER] = { "OFFER_CHANNEL", "" },
	[VMBUS_MSG_RESCIND] = { "RESCIND_CHANNEL_OFFER", "4relid" },
	[VMBUS_MSG_REQUEST_OFFERS] = { "REQUEST_OFFERS", "" },
	[VMBUS_MSG_ALL_OFFERS] = { "ALL_OFFERS_DELIVERED", "" },
	[VMBUS_MSG_OPEN] = { "OPEN_CHANNEL", "4relid 4open_id xgpadl 4target_vp 4downstream_page" },
	[VMBUS_MSG_OPEN_RESULT] = { "OPEN_CHANNEL_RESULT", "4relid 4open_id xstatus" },
	[VMBUS_MSG_CLOSE] = { "CLOSE_CHANNEL", "4relid" },
	[VMBUS_MSG_GPADL_HEADER] = { "GPADL_HEADER", "4relid xgpadl 2range_bytes 2ranges 4byte_count 4byte_offset" },
	[VMBUS_MSG_GPADL_BODY] = { "GPADL_BODY", "4number xgpadl" },
	[VMBUS_MSG_GPADL_CREATED] = { "GPADL_CREATED", "4relid xgpadl xstatus" },
	[VMBUS_MSG_GPADL_TEARDOWN] = { "GPADL_TEARDOWN", "4relid xgpadl" },
	[VMBUS_MSG_GPADL_TORNDOWN] = { "GPADL_TORNDOWN", "xgpadl" },
	[VMBUS_MSG_RELID_RELEASED] = { "RELID_RELEASED", "4relid" },
	[VMBUS_MSG_INITIATE_CONTACT] = { "INITIATE_CONTACT", "" },
	[VMBUS_MSG_VERSION_RESPONSE] = { "VERSION_RESPONSE", "1supported 1state 2pad xconnection xfeatures" },
	[VMBUS_MSG_UNLOAD] = { "UNLOAD", "" },
	[VMBUS_MSG_UNLOAD_RESPONSE] = { "UNLOAD_RESPONSE", "" },
	[VMBUS_MSG_OPEN_RESERVED] = { "OPEN_RESERVED_CHANNEL", "4relid 4target_vp 4target_sint xgpadl 4downstream_page" },
	[VMBUS_MSG_CLOSE_RESERVED] = { "CLOSE_RESERVED_CHANNEL", "4relid 4target_vp 4target_sint" },
	[VMBUS_MSG_CLOSE_RESERVED_RESPONSE] = { "CLOSE_RESERVED_RESPONSE", "4relid" },
	[VMBUS_MSG_TL_CONNECT] = { "TL_CONNECT_REQUEST", "gendpoint gservice" },
	[VMBUS_MSG_MODIFY_CHANNEL] = { "MODIFY_CHANNEL", "4relid 4target_vp" },
	[VMBUS_MSG_TL_CONNECT_RESULT] = { "TL_CONNECT_RESULT", "gendpoint gservice xstatus" },
	[VMBUS_MSG_MODIFY_CHANNEL_RESPONSE] = { "MODIFY_CHANNEL_RESPONSE", "4relid xstatus" },
	[VMBUS_MSG_MODIFY_CONNECTION] = { "MODIFY_CONNECTION", "8monitor_page1 8monitor_page2" },
	[VMBUS_MSG_MODIFY_CONNECTION_RESPONSE] = { "MODIFY_CONNECTION_RESPONSE", "1state" },
	[VMBUS_MSG_PAUSE] = { "PAUSE", "" },
	[VMBUS_MSG_PAUSE_RESPONSE] = { "PAUSE_RESPONSE", "" },
	[VMBUS_MSG_RESUME] = { "RESUME", "" },
};

/* --- messages ---------------------------------------------------------------------------------------------------------- */

static void print_number(char kind, uint64_t v, FILE *out)
{
	if (kind == 'x' || kind == '8')
		fprintf(out, "0x%llx", (unsigned long long)v);
	else if (kind == '4' && v == 0xFFFFFFFF)
		fputs("none", out);
	else
		fprintf(out, "%llu", (unsigned long long)v);
}

static void print_field(const char *field, size_t name_len, struct bytes *b, FILE *out)
{
	char kind = field[0];

	if (!b->left)
		return;
	fprintf(out, " %.*s=", (int)name_len - 1, field + 1);
	if (kind == 'g') {
		if (b->left < 16) {
			b->cut = true;
			return;
		}
		print_guid(b->p, out);
		b->p += 16;
		b->left -= 16;
		return;
	}
	print_number(kind, take(b, kind == 'x' ? 4 : (size_t)(kind - '0')), out);
}

static void print_fields(const char *fields, struct bytes *b, FILE *out)
{
	size_t n;

	for (; *fields && !b->cut; fields += n + (fields[n] == ' ')) {
		n = strcspn(fields, " ");
		print_field(fields, n, b, out);
	}
}

static void print_offer(const uint8_t *m, size_t len, FILE *out)
{
	struct vmbus_msg_offer o;
	const char *name;

	memset(&o, 0, sizeof(o));
	memcpy(&o, m, len < sizeof(o) ? len : sizeof(o));
	name = explain_class(o.if_type.b);
	fprintf(out, " relid=%u class=", o.relid);
	if (name)
		fputs(name, out);
	else
		print_guid(o.if_type.b, out);
	fputs(" instance=", out);
	print_guid(o.if_instance.b, out);
	fprintf(out, " sub=%u flags=0x%x mmio=%uM connection=0x%x", o.sub_channel_index, o.flags, o.mmio_megabytes,
		o.connection_id);
	if (o.monitor_allocated & 1)
		fprintf(out, " monitor=%u", o.monitor_id);
}

static void print_contact(const uint8_t *m, size_t len, FILE *out)
{
	struct vmbus_msg_initiate_contact c;

	memset(&c, 0, sizeof(c));
	memcpy(&c, m, len < sizeof(c) ? len : sizeof(c));
	fprintf(out, " version=%u.%u target_vp=%u", c.version >> 16, c.version & 0xFFFF, c.target_vp);
	if (c.version >= VMBUS_VERSION_5_0)
		fprintf(out, " sint=%u vtl=%u features=0x%x", c.u.t.sint, c.u.t.vtl, c.u.t.feature_flags);
	else
		fprintf(out, " interrupt_page=0x%llx", (unsigned long long)c.u.interrupt_page);
	fprintf(out, " monitor_pages=0x%llx,0x%llx", (unsigned long long)c.monitor_page1, (unsigned long long)c.monitor_page2);
}

void explain_message(const uint8_t *msg, size_t len, FILE *out)
{
	struct bytes b = { msg, len, false };
	uint32_t type = (uint32_t)take(&b, 4);

	take(&b, 4);
	if (b.cut) {
		fprintf(out, "a message of %zu bytes", len);
		return;
	}
	if (type >= VMBUS_MSG_COUNT || !messages[type].name) {
		fprintf(out, "unknown message %u, %zu bytes", type, len);
		return;
	}
	fputs(messages[type].name, out);
	if (type == VMBUS_MSG_OFFER)
		print_offer(msg, len, out);
	else if (type == VMBUS_MSG_INITIATE_CONTACT)
		print_contact(msg, len, out);
	else
		print_fields(messages[type].fields, &b, out);
	if (type == VMBUS_MSG_GPADL_HEADER || type == VMBUS_MSG_GPADL_BODY)
		fprintf(out, " pfns=%zu", b.left / 8);
	if (b.cut)
		fputs(" (cut short)", out);
}

/* --- packets -------------------------------------------------------------------------------------------------------------- */

static void print_gpa(struct bytes *b, FILE *out)
{
	uint32_t count, bytes, offset, pages, i;
	uint64_t total = 0;

	take(b, 4);
	count = (uint32_t)take(b, 4);
	for (i = 0; i < count && !b->cut; i++) {
		bytes = (uint32_t)take(b, 4);
		offset = (uint32_t)take(b, 4);
		pages = (uint32_t)(((uint64_t)offset + bytes + HVW_PAGE_SIZE - 1) / HVW_PAGE_SIZE);
		if (b->cut || pages > b->left / 8) {
			b->cut = true;
			break;
		}
		total += bytes;
		b->p += pages * 8UL;
		b->left -= pages * 8UL;
	}
	fprintf(out, " ranges=%u memory=%llu%s", count, (unsigned long long)total, b->cut ? " (cut short)" : "");
}

static void print_xfer(struct bytes *b, FILE *out)
{
	uint32_t set = (uint32_t)take(b, 2), count, bytes, offset, i;

	take(b, 2);
	count = (uint32_t)take(b, 4);
	fprintf(out, " set=0x%x ranges=%u", set, count);
	for (i = 0; i < count && i < 4 && !b->cut; i++) {
		bytes = (uint32_t)take(b, 4);
		offset = (uint32_t)take(b, 4);
		if (!b->cut)
			fprintf(out, " %u@%u", bytes, offset);
	}
}

void explain_packet(const uint8_t *packet, size_t len, FILE *out)
{
	struct bytes b = { packet, len, false };
	unsigned int type = (unsigned int)take(&b, 2), offset = 8 * (unsigned int)take(&b, 2);
	unsigned int length = 8 * (unsigned int)take(&b, 2), flags = (unsigned int)take(&b, 2);
	unsigned long long id = take(&b, 8);

	if (b.cut) {
		fprintf(out, "a packet of %zu bytes", len);
		return;
	}
	if (type < sizeof(packet_names) / sizeof(packet_names[0]))
		fputs(packet_names[type], out);
	else
		fprintf(out, "unknown packet type %u", type);
	fprintf(out, " id=0x%llx", id);
	if (flags & 1)
		fputs(" wants-completion", out);
	if (flags & ~1U)
		fprintf(out, " flags=0x%x", flags);
	if (length != len || offset < 16 || offset > length)
		fprintf(out, " (len8=%u offset8=%u of %zu bytes)", length / 8, offset / 8, len);
	else
		fprintf(out, " payload=%u", length - offset);
	if (type == VM_PKT_DATA_USING_GPA_DIRECT)
		print_gpa(&b, out);
	else if (type == VM_PKT_DATA_USING_XFER_PAGES)
		print_xfer(&b, out);
}

/* --- records --------------------------------------------------------------------------------------------------------------- */

#define RELIDS (VMBUS_RELID_MAX + 1)

struct total {
	char name[64];
	uint64_t packets[2], bytes[2], signals, interrupts, faults, notes;
};

struct state {
	const struct explain_options *o;
	FILE *out;
	const char *class[RELIDS]; /* from the offers seen */
	struct total total[64];
	unsigned int totals;
	uint64_t first_ns, records, messages[2], refused;
	bool named; /* the interface block was ours */
};

struct record {
	struct trace_record r;
	const uint8_t *name, *data;
	size_t len;
	uint64_t ns;
};

static struct total *total_of(struct state *s, const struct record *rec)
{
	size_t n = rec->r.name_len < 63 ? rec->r.name_len : 63;
	unsigned int i;

	for (i = 0; i < s->totals; i++)
		if (strlen(s->total[i].name) == n && !memcmp(s->total[i].name, rec->name, n))
			return &s->total[i];
	if (s->totals == 64)
		return NULL;
	memset(&s->total[i], 0, sizeof(s->total[i]));
	memcpy(s->total[i].name, rec->name, n);
	for (size_t k = 0; k < n; k++)
		if (!s->total[i].name[k])
			s->total[i].name[k] = '?';
	s->totals++;
	return &s->total[i];
}

static void add_up(struct state *s, const struct record *rec)
{
	struct total *t = total_of(s, rec);
	unsigned int dir = rec->r.dir == TRACE_TO_GUEST;

	s->records++;
	if (rec->r.kind == TRACE_MESSAGE)
		s->messages[dir]++;
	if (!t)
		return;
	switch (rec->r.kind) {
	case TRACE_PACKET:
		t->packets[dir]++;
		t->bytes[dir] += rec->len;
		break;
	case TRACE_SIGNAL: t->signals += rec->r.arg; break;
	case TRACE_INTERRUPT: t->interrupts++; break;
	case TRACE_FAULT: t->faults++; break;
	case TRACE_NOTE: t->notes++; break;
	}
}

static void learn(struct state *s, const struct record *rec)
{
	uint32_t relid;

	if (rec->r.kind != TRACE_MESSAGE || rec->len < VMBUS_OFFER_LEN_0_13 || u32_at(rec->data) != VMBUS_MSG_OFFER)
		return;
	relid = u32_at(rec->data + 184);
	if (relid < RELIDS)
		s->class[relid] = explain_class(rec->data + 8);
}

static bool wanted(const struct state *s, const struct record *rec)
{
	const char *name = s->o->channel;

	if (s->o->kinds && (rec->r.kind > 31 || !(s->o->kinds & 1U << rec->r.kind)))
		return false;
	return !name || (strlen(name) == rec->r.name_len && !memcmp(name, rec->name, rec->r.name_len));
}

static void print_what(const struct record *rec, FILE *out)
{
	switch (rec->r.kind) {
	case TRACE_MESSAGE: explain_message(rec->data, rec->len, out); break;
	case TRACE_PACKET: explain_packet(rec->data, rec->len, out); break;
	case TRACE_SIGNAL: fprintf(out, "signal x%u", rec->r.arg); break;
	case TRACE_INTERRUPT: fprintf(out, "interrupt VP %u", rec->r.arg); break;
	case TRACE_REFUSED: fprintf(out, "post refused, status 0x%x", rec->r.arg); break;
	case TRACE_FAULT:
		fputs("FAULT ", out);
		print_text(rec->data, rec->len, out);
		break;
	case TRACE_NOTE:
		fputs("note: ", out);
		print_text(rec->data, rec->len, out);
		break;
	default: fprintf(out, "unknown record %u, %zu bytes", rec->r.kind, rec->len);
	}
}

static void print_record(struct state *s, const struct record *rec)
{
	static const char *const arrows[] = { "->", "<-", "--" };
	const char *class = rec->r.relid < RELIDS ? s->class[rec->r.relid] : NULL;

	fprintf(s->out, "%12.6f %s ", (double)(rec->ns - s->first_ns) / 1e9, arrows[rec->r.dir < 2 ? rec->r.dir : 2]);
	if (rec->r.name_len) {
		print_text(rec->name, rec->r.name_len, s->out);
		fputc(' ', s->out);
	}
	if (rec->r.relid)
		fprintf(s->out, "[%u%s%s] ", rec->r.relid, class ? " " : "", class ? class : "");
	print_what(rec, s->out);
	if (s->o->hex && (rec->r.kind == TRACE_MESSAGE || rec->r.kind == TRACE_PACKET))
		print_hex(rec->data, rec->len, s->o->hex, s->out);
	fputc('\n', s->out);
}

static void take_record(struct state *s, const uint8_t *p, size_t len, uint64_t ns)
{
	struct record rec = { .ns = ns };

	if (len < sizeof(rec.r))
		return;
	memcpy(&rec.r, p, sizeof(rec.r));
	if (rec.r.version != TRACE_VERSION || rec.r.name_len > len - sizeof(rec.r))
		return;
	rec.name = p + sizeof(rec.r);
	rec.data = rec.name + rec.r.name_len;
	rec.len = len - sizeof(rec.r) - rec.r.name_len;
	if (!s->records)
		s->first_ns = ns;
	learn(s, &rec);
	add_up(s, &rec);
	if (wanted(s, &rec))
		print_record(s, &rec);
}

static void print_totals(const struct state *s)
{
	const struct total *t;
	unsigned int i;

	fprintf(s->out, "\n%llu records; messages from the guest %llu, to it %llu\n", (unsigned long long)s->records,
		(unsigned long long)s->messages[0], (unsigned long long)s->messages[1]);
	fprintf(s->out, "%-20s %10s %12s %10s %12s %10s %10s %7s %6s\n", "channel", "packets ->", "bytes ->", "packets <-",
		"bytes <-", "signals", "interrupts", "faults", "notes");
	for (i = 0; i < s->totals; i++) {
		t = &s->total[i];
		fprintf(s->out, "%-20s %10llu %12llu %10llu %12llu %10llu %10llu %7llu %6llu\n", *t->name ? t->name : "(bus)",
			(unsigned long long)t->packets[0], (unsigned long long)t->bytes[0],
			(unsigned long long)t->packets[1], (unsigned long long)t->bytes[1], (unsigned long long)t->signals,
			(unsigned long long)t->interrupts, (unsigned long long)t->faults, (unsigned long long)t->notes);
	}
}

/* --- blocks ------------------------------------------------------------------------------------------------------------------ */

static bool take_block(struct state *s, uint32_t type, const uint8_t *body, size_t len)
{
	struct bytes b = { body, len, false };
	uint64_t ns;
	uint32_t caught;

	if (type == PCAPNG_IDB) {
		s->named = take(&b, 2) == TRACE_LINKTYPE;
		return s->named;
	}
	if (type != PCAPNG_EPB)
		return true; /* others may add comments, statistics */
	take(&b, 4);
	ns = take(&b, 4) << 32;
	ns |= take(&b, 4);
	caught = (uint32_t)take(&b, 4);
	take(&b, 4);
	if (!s->named || b.cut || caught > b.left)
		return false;
	take_record(s, b.p, caught, ns);
	return true;
}

static enum explain_end walk(struct state *s, const uint8_t *data, size_t len, size_t *at)
{
	uint32_t type, block;

	for (*at = 0; *at < len; *at += block) {
		if (len - *at < 12)
			return EXPLAIN_CUT;
		type = u32_at(data + *at);
		block = u32_at(data + *at + 4);
		if (*at == 0 && (type != PCAPNG_SHB || u32_at(data + 8) != PCAPNG_MAGIC))
			return EXPLAIN_NOT_PCAPNG;
		if (block < 12 || block % 4 || block > PCAPNG_MAX_BLOCK)
			return EXPLAIN_BAD_BLOCK;
		if (block > len - *at)
			return EXPLAIN_CUT;
		if (u32_at(data + *at + block - 4) != block)
			return EXPLAIN_BAD_BLOCK;
		if (!take_block(s, type, data + *at + 8, block - 12))
			return type == PCAPNG_IDB ? EXPLAIN_NOT_OURS : EXPLAIN_BAD_BLOCK;
	}
	return *at ? EXPLAIN_WHOLE : EXPLAIN_NOT_PCAPNG;
}

enum explain_end explain(const uint8_t *data, size_t len, const struct explain_options *o, FILE *out, size_t *at)
{
	struct state *s = calloc(1, sizeof(*s));
	enum explain_end end;

	if (!s)
		return EXPLAIN_CUT;
	s->o = o;
	s->out = out;
	end = walk(s, data, len, at);
	if (o->totals && s->records)
		print_totals(s);
	free(s);
	return end;
}
