// SPDX-License-Identifier: GPL-2.0-only
/*
 * A virtio 1.0 entropy device as PCI function, by the public virtio specification: one queue, no device configuration.
 * The stock drivers virtio_pci and virtio_rng bind to it, so it stands for any device a host passes through.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "machine/machine.h"
#include "pci_func.h"

#define BAR_BYTES 0x4000
#define COMMON 0x1000
#define ISR 0x2000
#define NOTIFY 0x3000
#define FIRST_CAP 0x40
#define QUEUE_MAX 64
#define REQUEST_MAX 4096
#define NO_VECTOR 0xFFFF
#define FEATURE_WORD_VERSION_1 1 /* bit 32: bit 0 of the second word */

/* virtio 1.0, 4.1.4.3 */
struct common {
	uint32_t device_feature_select, device_feature, driver_feature_select, driver_feature;
	uint16_t msix_config, num_queues;
	uint8_t device_status, config_generation;
	uint16_t queue_select, queue_size, queue_msix_vector, queue_enable, queue_notify_off;
	uint64_t queue_desc, queue_driver, queue_device;
};

struct descriptor {
	uint64_t address;
	uint32_t len;
	uint16_t flags, next;
};

#define DESC_NEXT 1
#define DESC_WRITE 2

struct rng {
	struct common c;
	uint16_t avail_seen, used;
	uint64_t requests, nonsense;
	uint8_t isr;
};

static void add_cap(struct pci_func *f, unsigned int at, unsigned int next, uint8_t kind, uint32_t offset, uint32_t len)
{
	uint8_t *c = f->config + at;

	c[0] = 0x09; /* vendor specific */
	c[1] = (uint8_t)next;
	c[2] = kind == 2 ? 20 : 16;
	c[3] = kind;
	memcpy(c + 8, &offset, sizeof(offset));
	memcpy(c + 12, &len, sizeof(len));
}

static void rng_reset(struct pci_func *f)
{
	struct rng *r = f->priv;

	memset(&r->c, 0, sizeof(r->c));
	r->c.num_queues = 1;
	r->c.queue_size = QUEUE_MAX;
	r->c.msix_config = NO_VECTOR;
	r->c.queue_msix_vector = NO_VECTOR;
	r->avail_seen = r->used = 0;
	r->isr = 0;
}

/* Fills one buffer of the chain; how many bytes, or 0 when it is not the guest's memory or not to be written. */
static uint32_t fill(const struct descriptor *d)
{
	uint8_t bytes[REQUEST_MAX];
	uint32_t len = d->len < REQUEST_MAX ? d->len : REQUEST_MAX;

	if (!(d->flags & DESC_WRITE) || getrandom(bytes, len, 0) != (ssize_t)len || !mem_write(d->address, bytes, len))
		return 0;
	return len;
}

static void answer(struct rng *r, uint16_t head)
{
	uint32_t used_entry[2] = { head, 0 };
	uint64_t ring = r->c.queue_device;
	struct descriptor d = { .next = head };
	unsigned int hops = 0;

	do {
		if (d.next >= r->c.queue_size || hops++ > QUEUE_MAX ||
		    !mem_read(r->c.queue_desc + 16ULL * d.next, &d, sizeof(d))) {
			r->nonsense++;
			break;
		}
		used_entry[1] += fill(&d);
	} while (d.flags & DESC_NEXT);
	mem_write(ring + 4 + 8ULL * (r->used % r->c.queue_size), used_entry, sizeof(used_entry));
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	r->used++;
	mem_write(ring + 2, &r->used, sizeof(r->used));
	r->requests++;
}

static void notified(struct pci_func *f)
{
	struct rng *r = f->priv;
	uint16_t idx, head;
	bool any = false;

	if (!r->c.queue_enable || !r->c.queue_size || !mem_read(r->c.queue_driver + 2, &idx, sizeof(idx)))
		return;
	if ((uint16_t)(idx - r->avail_seen) > r->c.queue_size) {
		r->nonsense++;
		return;
	}
	for (; r->avail_seen != idx; r->avail_seen++, any = true) {
		if (!mem_read(r->c.queue_driver + 4 + 2ULL * (r->avail_seen % r->c.queue_size), &head, sizeof(head)))
			break;
		answer(r, head);
	}
	if (!any)
		return;
	r->isr |= 1;
	if (r->c.queue_msix_vector != NO_VECTOR)
		pci_fire(f, r->c.queue_msix_vector);
}

static uint64_t rng_read(struct pci_func *f, uint64_t offset, unsigned int size)
{
	struct rng *r = f->priv;
	uint64_t v = 0;

	if (offset >= ISR && offset < NOTIFY) {
		v = r->isr;
		r->isr = 0;
		return v;
	}
	if (offset < COMMON || offset - COMMON + size > sizeof(r->c))
		return 0;
	r->c.device_feature = r->c.device_feature_select == 1 ? FEATURE_WORD_VERSION_1 : 0;
	/* There is one queue: of any other all fields are zero, the size above all. */
	if (r->c.queue_select != 0 && offset - COMMON > offsetof(struct common, queue_select))
		return 0;
	memcpy(&v, (const uint8_t *)&r->c + (offset - COMMON), size);
	return v;
}

static bool may_write(uint64_t at)
{
	return at != offsetof(struct common, device_feature) && at != offsetof(struct common, num_queues) &&
	       at != offsetof(struct common, config_generation) && at != offsetof(struct common, queue_notify_off);
}

static void after_write(struct pci_func *f, uint64_t at)
{
	struct rng *r = f->priv;

	if (at == offsetof(struct common, device_status) && !r->c.device_status)
		rng_reset(f);
	if (r->c.queue_size > QUEUE_MAX || (r->c.queue_size & (r->c.queue_size - 1)))
		r->c.queue_size = QUEUE_MAX;
	/* What the function has not got reads back as none. */
	if (r->c.queue_msix_vector >= f->vectors)
		r->c.queue_msix_vector = NO_VECTOR;
	if (r->c.msix_config >= f->vectors)
		r->c.msix_config = NO_VECTOR;
}

static void rng_write(struct pci_func *f, uint64_t offset, unsigned int size, uint64_t value)
{
	struct rng *r = f->priv;
	uint64_t at = offset - COMMON;

	if (offset >= NOTIFY) {
		notified(f);
		return;
	}
	if (offset < COMMON || offset >= ISR || at + size > sizeof(r->c) || !may_write(at))
		return;
	if (r->c.queue_select != 0 && at > offsetof(struct common, queue_select))
		return;
	memcpy((uint8_t *)&r->c + at, &value, size);
	after_write(f, at);
}

static void rng_destroy(struct pci_func *f)
{
	free(f->priv);
	free(f);
}

static const struct pci_func_ops rng_ops = {
	.read = rng_read,
	.write = rng_write,
	.reset = rng_reset,
	.destroy = rng_destroy,
};

struct pci_func *virtio_rng_new(void)
{
	static const struct pci_ids ids = {
		.vendor = 0x1AF4, .device = 0x1044, .subsystem_vendor = 0x1AF4, .subsystem_device = 0x0040,
		.revision = 1, .base_class = 0xFF,
	};
	struct pci_func *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->ops = &rng_ops;
	f->priv = calloc(1, sizeof(struct rng));
	if (!f->priv) {
		free(f);
		return NULL;
	}
	pci_func_init(f, &ids, BAR_BYTES, 2, FIRST_CAP, 0x80);
	add_cap(f, FIRST_CAP, 0x50, 1, COMMON, sizeof(struct common));
	add_cap(f, 0x50, 0x64, 2, NOTIFY, 4);	/* 20 bytes: the multiplier behind it is 0 */
	add_cap(f, 0x64, 0x80, 3, ISR, 1);
	return f;
}

uint64_t virtio_rng_requests(const struct pci_func *f)
{
	return ((const struct rng *)f->priv)->requests;
}
