// SPDX-License-Identifier: GPL-2.0-only
/* Memory-mapped registers of devices (machine.h). Used under the big lock. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "internal.h"

struct region {
	uint64_t gpa, len;
	const struct mmio_ops *ops;
	void *arg;
	struct region *next;
};

static struct region *regions;

uint64_t mmio_window_start(bool above_4g)
{
	return above_4g ? machine.layout.mmio_high : LAYOUT_MMIO_LOW;
}

uint64_t mmio_window_size(bool above_4g)
{
	return above_4g ? LAYOUT_MMIO_HIGH_SIZE : LAYOUT_MMIO_LOW_SIZE;
}

int mmio_register(uint64_t gpa, uint64_t len, const struct mmio_ops *ops, void *arg)
{
	struct region *r;

	if (!len || gpa + len < gpa)
		return -EINVAL;
	for (r = regions; r; r = r->next)
		if (gpa < r->gpa + r->len && r->gpa < gpa + len)
			return -EEXIST;
	if (mem_ptr(gpa, 1) || mem_ptr(gpa + len - 1, 1))
		return -EEXIST;
	r = calloc(1, sizeof(*r));
	if (!r)
		return -ENOMEM;
	*r = (struct region){ .gpa = gpa, .len = len, .ops = ops, .arg = arg, .next = regions };
	regions = r;
	return 0;
}

void mmio_unregister(uint64_t gpa)
{
	struct region **at, *r;

	for (at = &regions; *at; at = &(*at)->next)
		if ((*at)->gpa == gpa) {
			r = *at;
			*at = r->next;
			free(r);
			return;
		}
}

/* Where nothing is, reads are all ones and writes vanish, as on a bus. */
void mmio_access(uint64_t gpa, bool write, unsigned int size, uint8_t *data)
{
	struct region *r;
	uint64_t value = 0;

	for (r = regions; r; r = r->next)
		if (gpa >= r->gpa && gpa - r->gpa < r->len && size <= r->len - (gpa - r->gpa))
			break;
	if (!r) {
		log_debug("%s of %u bytes at 0x%llx, where nothing is", write ? "write" : "read", size, (unsigned long long)gpa);
		if (!write)
			memset(data, 0xFF, size);
		return;
	}
	if (write) {
		memcpy(&value, data, size);
		r->ops->write(r->arg, gpa - r->gpa, size, value);
		return;
	}
	value = r->ops->read(r->arg, gpa - r->gpa, size);
	memcpy(data, &value, size);
}
