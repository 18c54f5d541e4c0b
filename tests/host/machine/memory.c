// SPDX-License-Identifier: GPL-2.0-only
/* Guest memory: blocks of our address space in KVM's memory slots (machine.h). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/exit_codes.h"
#include "core/log.h"
#include "internal.h"

#define BLOCKS_MAX 480 /* KVM has at least 509 slots */

struct block {
	uint64_t gpa;
	uint64_t len;
	uint8_t *host;
	uint32_t slot;
	bool own;	/* ours to clear and unmap */
};

/* Sorted by address. Readers of other threads keep the table they found, so a replaced one is kept until the end. */
struct table {
	struct table *older;
	unsigned int count;
	struct block block[];
};

static _Atomic(struct table *) current;
static bool slot_used[BLOCKS_MAX];

static int set_slot(const struct block *b, uint64_t len)
{
	struct kvm_userspace_memory_region region = {
		.slot = b->slot, .guest_phys_addr = b->gpa, .memory_size = len, .userspace_addr = (uintptr_t)b->host,
	};

	return vm_ioctl(KVM_SET_USER_MEMORY_REGION, &region);
}

static struct table *table_copy(unsigned int room)
{
	struct table *old = current, *t = calloc(1, sizeof(*t) + room * sizeof(t->block[0]));

	if (!t)
		return NULL;
	t->older = old;
	if (old) {
		t->count = old->count < room ? old->count : room;
		memcpy(t->block, old->block, t->count * sizeof(t->block[0]));
	}
	return t;
}

static int insert(struct block b)
{
	struct table *old = current, *t;
	unsigned int at = 0;

	while (at < (old ? old->count : 0) && old->block[at].gpa < b.gpa)
		at++;
	for (b.slot = 0; b.slot < BLOCKS_MAX && slot_used[b.slot]; b.slot++)
		;
	if (b.slot == BLOCKS_MAX)
		return -ENOSPC;
	t = table_copy((old ? old->count : 0) + 1);
	if (!t)
		return -ENOMEM;
	memmove(&t->block[at + 1], &t->block[at], (t->count - at) * sizeof(b));
	t->block[at] = b;
	t->count++;
	slot_used[b.slot] = true;
	current = t;
	return (int)b.slot;
}

static void take_out(unsigned int index)
{
	struct table *old = current, *t = table_copy(old->count);

	if (!t) {
		log_error("out of memory: a block of guest memory stays known");
		return;
	}
	slot_used[t->block[index].slot] = false;
	t->count--;
	memmove(&t->block[index], &t->block[index + 1], (t->count - index) * sizeof(t->block[0]));
	current = t;
}

static const struct block *block_find(uint64_t gpa)
{
	const struct table *t = current;

	for (unsigned int i = 0; t && i < t->count; i++)
		if (gpa >= t->block[i].gpa && gpa - t->block[i].gpa < t->block[i].len)
			return &t->block[i];
	return NULL;
}

static bool overlaps(uint64_t gpa, uint64_t len)
{
	const struct table *t = current;

	for (unsigned int i = 0; t && i < t->count; i++)
		if (gpa < t->block[i].gpa + t->block[i].len && t->block[i].gpa < gpa + len)
			return true;
	return false;
}

/* --- the machine's own ----------------------------------------------------------------------------------------- */

static int own_block(uint64_t gpa, uint64_t len)
{
	/* Without reservation: a guest of 64 GiB that touches little fits a small machine. */
	void *host = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (host == MAP_FAILED) {
		complain("there is not enough memory for the guest", "give it less with --mem", "%llu MiB: %s",
			 (unsigned long long)(len / MIB), strerror(errno));
		return EXIT_HOST_ERROR;
	}
	madvise(host, len, MADV_DONTDUMP);
	if (insert((struct block){ .gpa = gpa, .len = len, .host = host, .own = true }) < 0)
		return EXIT_HOST_ERROR;
	return 0;
}

int memory_init(void)
{
	int err = own_block(0, machine.layout.low_size);

	if (!err && machine.layout.high_size)
		err = own_block(LAYOUT_HIGH, machine.layout.high_size);
	return err;
}

void memory_exit(void)
{
	struct table *t = current, *older;

	for (unsigned int i = 0; t && i < t->count; i++)
		if (t->block[i].own)
			munmap(t->block[i].host, t->block[i].len);
	current = NULL;
	for (; t; t = older) {
		older = t->older;
		free(t);
	}
	memset(slot_used, 0, sizeof(slot_used));
}

int memory_to_kvm(void)
{
	const struct table *t = current;
	int err;

	for (unsigned int i = 0; t && i < t->count; i++) {
		err = set_slot(&t->block[i], t->block[i].len);
		if (err) {
			complain("the guest's memory cannot be given to KVM", "look at the kernel log of this machine",
				 "block at 0x%llx: %s", (unsigned long long)t->block[i].gpa, strerror(-err));
			return EXIT_HOST_ERROR;
		}
	}
	return 0;
}

void memory_clear(void)
{
	const struct table *t = current;

	for (unsigned int i = 0; t && i < t->count; i++)
		if (t->block[i].own)
			madvise(t->block[i].host, t->block[i].len, MADV_DONTNEED);
}

/* --- machine.h --------------------------------------------------------------------------------------------------- */

void *mem_ptr(uint64_t gpa, size_t len)
{
	const struct block *b = block_find(gpa);

	if (!b || len > b->len - (gpa - b->gpa))
		return NULL;
	return b->host + (gpa - b->gpa);
}

static bool all_there(uint64_t gpa, size_t len)
{
	const struct block *b;
	uint64_t n;

	while (len) {
		b = block_find(gpa);
		if (!b)
			return false;
		n = b->len - (gpa - b->gpa);
		if (n >= len)
			return true;
		gpa += n;
		len -= n;
	}
	return true;
}

static bool copy(uint64_t gpa, uint8_t *buf, size_t len, bool to_guest)
{
	const struct block *b;
	size_t n;

	if (!all_there(gpa, len))
		return false;
	while (len) {
		b = block_find(gpa);
		if (!b)
			return false;
		n = b->len - (gpa - b->gpa) < len ? b->len - (gpa - b->gpa) : len;
		if (to_guest)
			memcpy(b->host + (gpa - b->gpa), buf, n);
		else
			memcpy(buf, b->host + (gpa - b->gpa), n);
		gpa += n;
		buf += n;
		len -= n;
	}
	return true;
}

bool mem_read(uint64_t gpa, void *buf, size_t len)
{
	return copy(gpa, buf, len, false);
}

bool mem_write(uint64_t gpa, const void *buf, size_t len)
{
	return copy(gpa, (uint8_t *)buf, len, true);
}

int mem_map(uint64_t gpa, void *host, size_t len)
{
	struct block b = { .gpa = gpa, .len = len, .host = host };
	int slot, err;

	if ((gpa | len | (uintptr_t)host) & 0xFFF || !len || gpa + len < gpa || gpa + len > 1ULL << machine.phys_bits)
		return -EINVAL;
	if (overlaps(gpa, len))
		return -EEXIST;
	slot = insert(b);
	if (slot < 0)
		return slot;
	b.slot = (uint32_t)slot;
	err = machine.vm >= 0 ? set_slot(&b, len) : 0;
	if (err)
		mem_unmap(gpa, len);
	return err;
}

int mem_unmap(uint64_t gpa, size_t len)
{
	const struct table *t = current;

	for (unsigned int i = 0; t && i < t->count; i++) {
		if (t->block[i].gpa != gpa || t->block[i].len != len || t->block[i].own)
			continue;
		if (machine.vm >= 0)
			set_slot(&t->block[i], 0);
		take_out(i);
		return 0;
	}
	return -ENOENT;
}

void mem_discard(uint64_t gpa, size_t len)
{
	const struct block *b;
	uint64_t n, end;

	if (gpa + len < gpa || gpa > UINT64_MAX - 0xFFF)
		return;
	end = (gpa + len) & ~0xFFFULL;
	gpa = (gpa + 0xFFF) & ~0xFFFULL;
	while (gpa < end) {
		b = block_find(gpa);
		if (!b)
			return;
		n = b->len - (gpa - b->gpa) < end - gpa ? b->len - (gpa - b->gpa) : end - gpa;
		/* Memory of a caller's may be shared: then only its removal makes it read as zero. */
		if ((b->own || madvise(b->host + (gpa - b->gpa), n, MADV_REMOVE)) &&
		    madvise(b->host + (gpa - b->gpa), n, MADV_DONTNEED))
			memset(b->host + (gpa - b->gpa), 0, n);
		gpa += n;
	}
}

/* Blocks in the windows of devices are frame buffers and the like. */
static bool is_ram(const struct block *b)
{
	return !(b->gpa >= LAYOUT_MMIO_LOW && b->gpa < LAYOUT_HIGH) &&
	       !(b->gpa >= machine.layout.mmio_high && b->gpa < machine.layout.mmio_high + LAYOUT_MMIO_HIGH_SIZE);
}

uint64_t mem_ram_bytes(void)
{
	const struct table *t = current;
	uint64_t sum = 0;

	for (unsigned int i = 0; t && i < t->count; i++)
		if (is_ram(&t->block[i]))
			sum += t->block[i].len;
	return sum;
}

uint64_t mem_ram_end(void)
{
	const struct table *t = current;
	uint64_t end = 0;

	for (unsigned int i = 0; t && i < t->count; i++)
		if (is_ram(&t->block[i]) && t->block[i].gpa + t->block[i].len > end)
			end = t->block[i].gpa + t->block[i].len;
	return end;
}
