// SPDX-License-Identifier: GPL-2.0-only
/* A medium changer's commands, by SMC (scsi_changer.h). */
#include <stdio.h>
#include <stdlib.h>

#include "scsi.h"
#include "scsi_changer.h"
#include "scsi_unit.h"

#define NO_INFO (~0ULL)
#define TAG_LEN 36 /* a volume tag: 32 characters, then its number */
#define DESCRIPTOR_LEN 16
#define REPORT_MAX (8 + 4 * 8 + (CHANGER_SLOTS_MAX + 3) * (DESCRIPTOR_LEN + TAG_LEN))

enum element_type { ARM = 1, SLOT = 2, DOOR = 3, DRIVE = 4 };

/* The first address of each kind. */
static const uint16_t base[] = { [ARM] = 0x0000, [SLOT] = 0x0001, [DRIVE] = 0x0100, [DOOR] = 0x0200 };

struct element {
	enum element_type type;
	uint16_t address;
	unsigned int cartridge; /* its number; 0: empty */
	uint16_t source; /* the slot it came from; 0: never moved */
};

struct changer {
	unsigned int count, slots;
	struct element e[CHANGER_SLOTS_MAX + 3];
};

static void add(struct changer *c, enum element_type type, unsigned int nth, unsigned int cartridge)
{
	c->e[c->count++] = (struct element){ type, (uint16_t)(base[type] + nth), cartridge, 0 };
}

/* Elements in the order of their addresses, which is the order they are reported in. */
struct changer *changer_new(unsigned int slots)
{
	struct changer *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->slots = slots;
	add(c, ARM, 0, 0);
	for (unsigned int i = 0; i < slots; i++)
		add(c, SLOT, i, i + 1 < slots ? i + 1 : 0);
	add(c, DRIVE, 0, 0);
	add(c, DOOR, 0, 0);
	return c;
}

static struct element *find(struct changer *c, uint64_t address)
{
	for (unsigned int i = 0; i < c->count; i++)
		if (c->e[i].address == address)
			return &c->e[i];
	return NULL;
}

static void do_move(struct changer *c, struct scsi_task *t)
{
	struct element *arm = find(c, get_be(t->c.byte + 2, 2));
	struct element *from = find(c, get_be(t->c.byte + 4, 2)), *to = find(c, get_be(t->c.byte + 6, 2));

	if (!arm || arm->type != ARM || !from || !to) {
		scsi_task_fail(t, SENSE_INVALID_ELEMENT, NO_INFO);
	} else if (!from->cartridge) {
		scsi_task_fail(t, SENSE_SOURCE_EMPTY, NO_INFO);
	} else if (to->cartridge && to != from) {
		scsi_task_fail(t, SENSE_DESTINATION_FULL, NO_INFO);
	} else if (to != from) {
		to->cartridge = from->cartridge;
		to->source = from->type == SLOT ? from->address : from->source;
		from->cartridge = 0;
		from->source = 0;
	}
}

/* --- what it says of itself ------------------------------------------------------------------------------------------ */

static size_t put_descriptor(const struct element *e, bool tags, uint8_t *out)
{
	size_t len = DESCRIPTOR_LEN + (tags ? TAG_LEN : 0);
	char tag[16];

	memset(out, 0, len);
	put_be(out, e->address, 2);
	out[2] = (uint8_t)((e->cartridge ? 0x01 : 0) | (e->type == ARM ? 0 : 0x08));
	if (e->source) {
		out[9] = 0x80;
		put_be(out + 10, e->source, 2);
	}
	if (tags && e->cartridge) {
		snprintf(tag, sizeof(tag), "TAPE%03uL1", e->cartridge % 1000);
		memset(out + 12, ' ', 32);
		memcpy(out + 12, tag, strlen(tag));
	}
	return len;
}

/* One page: the elements of one type that are asked for. */
static size_t put_page(const struct changer *c, enum element_type type, uint64_t first, unsigned int most, bool tags,
		       uint8_t *out, unsigned int *count)
{
	size_t n = 8;

	for (unsigned int i = 0; i < c->count && *count < most; i++)
		if (c->e[i].type == type && c->e[i].address >= first) {
			n += put_descriptor(&c->e[i], tags, out + n);
			++*count;
		}
	if (n == 8)
		return 0;
	memset(out, 0, 8);
	out[0] = (uint8_t)type;
	out[1] = tags ? 0x80 : 0x00;
	put_be(out + 2, DESCRIPTOR_LEN + (tags ? TAG_LEN : 0), 2);
	put_be(out + 5, n - 8, 3);
	return n;
}

static void do_element_status(struct changer *c, struct scsi_task *t)
{
	static const enum element_type in_order[] = { ARM, SLOT, DRIVE, DOOR };
	unsigned int most = (unsigned int)get_be(t->c.byte + 4, 2), wanted = t->c.byte[1] & 0x0F, count = 0;
	uint64_t first = get_be(t->c.byte + 2, 2);
	uint8_t data[REPORT_MAX] = { 0 };
	size_t n = 8;

	if (wanted > DRIVE) {
		scsi_task_fail(t, SENSE_INVALID_FIELD_CDB, NO_INFO);
		return;
	}
	for (unsigned int i = 0; i < 4; i++)
		if (!wanted || wanted == in_order[i])
			n += put_page(c, in_order[i], first, most, t->c.byte[1] & 0x10, data + n, &count);
	for (unsigned int i = 0; i < c->count && count; i++)
		if (c->e[i].address >= first && (!wanted || c->e[i].type == wanted)) {
			put_be(data, c->e[i].address, 2);
			break;
		}
	put_be(data + 2, count, 2);
	put_be(data + 5, n - 8, 3);
	scsi_task_reply(t, data, n, (uint32_t)get_be(t->c.byte + 7, 3));
}

/* Page 0x1D: where the elements are. */
static void do_mode_sense(const struct changer *c, struct scsi_task *t)
{
	uint8_t page = t->c.byte[2] & 0x3F, data[24] = { 23, 0, 0, 0, 0x1D, 18 };

	if (page != 0x1D && page != 0x3F) {
		scsi_task_fail(t, SENSE_INVALID_FIELD_CDB, NO_INFO);
		return;
	}
	put_be(data + 6, base[ARM], 2);
	put_be(data + 8, 1, 2);
	put_be(data + 10, base[SLOT], 2);
	put_be(data + 12, c->slots, 2);
	put_be(data + 14, base[DOOR], 2);
	put_be(data + 16, 1, 2);
	put_be(data + 18, base[DRIVE], 2);
	put_be(data + 20, 1, 2);
	scsi_task_reply(t, data, sizeof(data), t->c.alloc);
}

bool scsi_changer_start(struct scsi_unit *u, struct scsi_task *t)
{
	switch (t->c.opcode) {
	case SCSI_TEST_UNIT_READY:
	case SCSI_INITIALIZE_ELEMENTS:
	case SCSI_RESERVE_6:
	case SCSI_RELEASE_6:
	case SCSI_PREVENT_ALLOW:
		return true;
	case SCSI_MODE_SENSE_6:
		do_mode_sense(u->changer, t);
		return true;
	case SCSI_READ_ELEMENT_STATUS:
		do_element_status(u->changer, t);
		return true;
	case SCSI_MOVE_MEDIUM:
		do_move(u->changer, t);
		return true;
	case SCSI_LOCATE_10:
		if (!find(u->changer, get_be(t->c.byte + 4, 2)))
			scsi_task_fail(t, SENSE_INVALID_ELEMENT, NO_INFO);
		return true;
	default:
		return false;
	}
}
