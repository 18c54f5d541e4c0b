// SPDX-License-Identifier: GPL-2.0-only
/* Pure: virtual PCI messages (vpci_msg.h). */
#include <string.h>

#include "vpci_msg.h"

#define VECTORS_MAX 32
#define VECTOR_FIRST 16		/* below are exceptions */
#define VECTOR_LAST 255

static bool interrupt_makes_sense(const struct vpci_msg *m)
{
	return m->vector >= VECTOR_FIRST && m->vector <= VECTOR_LAST && m->count >= 1 && m->count <= VECTORS_MAX &&
	       !(m->count & (m->count - 1)) && m->vps;
}

static bool add_cpus(struct vpci_msg *m, const uint16_t *cpu, unsigned int count)
{
	unsigned int i;

	if (count > HVPCI_CPUS_MAX)
		return false;
	for (i = 0; i < count; i++)
		if (cpu[i] < 64)
			m->vps |= 1ULL << cpu[i];
	return interrupt_makes_sense(m);
}

static bool parse_interrupt1(const uint8_t *data, struct vpci_msg *m)
{
	struct hvpci_interrupt1 i;

	memcpy(&i, data, sizeof(i));
	m->vector = i.vector;
	m->count = i.count;
	m->vps = i.cpu_mask;
	return interrupt_makes_sense(m);
}

static bool parse_interrupt2(const uint8_t *data, struct vpci_msg *m)
{
	struct hvpci_interrupt2 i;
	uint16_t cpu[HVPCI_CPUS_MAX];

	memcpy(&i, data, sizeof(i));
	memcpy(cpu, i.cpu, sizeof(cpu));
	m->vector = i.vector;
	m->count = i.count;
	return add_cpus(m, cpu, i.cpu_count);
}

static bool parse_interrupt3(const uint8_t *data, struct vpci_msg *m)
{
	struct hvpci_interrupt3 i;
	uint16_t cpu[HVPCI_CPUS_MAX];

	memcpy(&i, data, sizeof(i));
	memcpy(cpu, i.cpu, sizeof(cpu));
	m->vector = i.vector;
	m->count = i.count;
	return add_cpus(m, cpu, i.cpu_count);
}

static bool parse_block(const uint8_t *data, size_t len, struct vpci_msg *m)
{
	struct hvpci_block b;

	memcpy(&b, data, sizeof(b));
	m->block = b.block;
	m->slot = b.slot;
	m->bytes = b.bytes;
	if (b.bytes > HVPCI_BLOCK_MAX)
		return false;
	return m->type == HVPCI_READ_BLOCK || len - sizeof(b) >= b.bytes;
}

static size_t least(uint32_t type)
{
	switch (type) {
	case HVPCI_QUERY_BUS_RELATIONS:
	case HVPCI_D0_EXIT: return sizeof(uint32_t);
	case HVPCI_QUERY_PROTOCOL_VERSION:
	case HVPCI_QUERY_RESOURCE_REQUIREMENTS:
	case HVPCI_RELEASE_RESOURCES:
	case HVPCI_RESET_DEVICE: return sizeof(struct hvpci_slot);
	case HVPCI_GET_RESOURCES: return 32;
	case HVPCI_D0_ENTRY: return sizeof(struct hvpci_d0_entry);
	case HVPCI_POWER_STATE_CHANGE: return sizeof(struct hvpci_power);
	case HVPCI_EJECTION_COMPLETE: return sizeof(struct hvpci_ejection_complete);
	case HVPCI_ASSIGNED_RESOURCES:
	case HVPCI_ASSIGNED_RESOURCES2:
	case HVPCI_ASSIGNED_RESOURCES3: return sizeof(struct hvpci_assigned);
	case HVPCI_CREATE_INTERRUPT: return sizeof(struct hvpci_interrupt1);
	case HVPCI_CREATE_INTERRUPT2: return sizeof(struct hvpci_interrupt2);
	case HVPCI_CREATE_INTERRUPT3: return sizeof(struct hvpci_interrupt3);
	case HVPCI_DELETE_INTERRUPT: return sizeof(struct hvpci_delete_interrupt);
	case HVPCI_READ_BLOCK:
	case HVPCI_WRITE_BLOCK: return sizeof(struct hvpci_block);
	default: return SIZE_MAX;
	}
}

static bool parse_body(const uint8_t *data, size_t len, struct vpci_msg *m)
{
	struct hvpci_delete_interrupt del;
	struct hvpci_d0_entry d0;

	switch (m->type) {
	case HVPCI_QUERY_PROTOCOL_VERSION:
		m->version = m->slot;
		return true;
	case HVPCI_D0_ENTRY:
		memcpy(&d0, data, sizeof(d0));
		m->window = d0.window;
		return d0.window && d0.window % HVW_PAGE_SIZE == 0;
	case HVPCI_POWER_STATE_CHANGE:
		memcpy(&m->state, data + offsetof(struct hvpci_power, state), sizeof(m->state));
		return true;
	case HVPCI_EJECTION_COMPLETE:
		memcpy(&m->status, data + offsetof(struct hvpci_ejection_complete, status), sizeof(m->status));
		return true;
	case HVPCI_DELETE_INTERRUPT:
		memcpy(&del, data, sizeof(del));
		m->msi = del.msi;
		return true;
	case HVPCI_CREATE_INTERRUPT: return parse_interrupt1(data, m);
	case HVPCI_CREATE_INTERRUPT2: return parse_interrupt2(data, m);
	case HVPCI_CREATE_INTERRUPT3: return parse_interrupt3(data, m);
	case HVPCI_READ_BLOCK:
	case HVPCI_WRITE_BLOCK: return parse_block(data, len, m);
	default: return true;
	}
}

bool vpci_parse(const uint8_t *data, size_t len, struct vpci_msg *m)
{
	memset(m, 0, sizeof(*m));
	if (len < sizeof(m->type))
		return false;
	memcpy(&m->type, data, sizeof(m->type));
	if (len < least(m->type))
		return false;
	if (len >= sizeof(struct hvpci_slot))
		memcpy(&m->slot, data + offsetof(struct hvpci_slot, slot), sizeof(m->slot));
	return parse_body(data, len, m);
}

static uint64_t get64(const uint8_t *in, size_t at)
{
	uint64_t v;

	memcpy(&v, in + at, sizeof(v));
	return v;
}

static uint32_t get32(const uint8_t *in, size_t at)
{
	uint32_t v;

	memcpy(&v, in + at, sizeof(v));
	return v;
}

/* 01 5.8: offsets of the hypercall's input */
bool vpci_parse_retarget(const uint8_t *in, size_t len, struct vpci_retarget *r)
{
	const uint32_t processor_set = 2;

	memset(r, 0, sizeof(*r));
	if (len < 56 || get64(in, 0) != UINT64_MAX || get32(in, 16) != 1)
		return false;
	r->device_id = get64(in, 8);
	r->address = get32(in, 24);
	r->data = get32(in, 28);
	r->vector = get32(in, 40);
	if (!(get32(in, 44) & processor_set))
		r->vps = get64(in, 48);
	else if (get64(in, 48) == 1)
		r->vps = UINT64_MAX; /* all */
	else if (len >= 72 && (get64(in, 56) & 1))
		r->vps = get64(in, 64); /* the first bank is VPs 0 ... 63 */
	return r->vector >= VECTOR_FIRST && r->vector <= VECTOR_LAST && r->vps;
}

uint64_t vpci_device_id(const uint8_t b[16])
{
	return (uint64_t)b[5] << 24 | (uint64_t)b[4] << 16 | (uint64_t)b[7] << 8 | (b[6] & 0xF8);
}
