// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: pages in place of a buffer with gaps, which one range of pages cannot describe (docs/wire/04-storage.md 5.1).
 *
 * Kernels that know a virtual boundary never make such buffers; this is for those that do not.
 */
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "storvsc.h"

struct stor_bounce {
	u32 bytes;
	u32 count;
	struct page *pages[];
};

static void stor_bounce_free(struct stor_bounce *b)
{
	u32 i;

	for (i = 0; i < b->count; i++)
		__free_page(b->pages[i]);
	kfree(b);
}

static struct stor_bounce *stor_bounce_alloc(u32 bytes)
{
	u32 pages = DIV_ROUND_UP(bytes, PAGE_SIZE);
	struct stor_bounce *b = kzalloc(sizeof(*b) + pages * sizeof(b->pages[0]), GFP_ATOMIC | __GFP_NOWARN);

	if (!b)
		return NULL;
	b->bytes = bytes;
	for (; b->count < pages; b->count++) {
		b->pages[b->count] = alloc_page(GFP_ATOMIC | __GFP_NOWARN);
		if (!b->pages[b->count]) {
			stor_bounce_free(b);
			return NULL;
		}
	}
	return b;
}

/* Copy len bytes between an address and the bounce pages from byte `at` on. Bounce pages are no high memory. */
static void stor_bounce_move(const struct stor_bounce *b, u32 at, u8 *data, u32 len, bool out)
{
	u32 n;

	for (; len; len -= n, at += n, data += n) {
		u8 *mine = (u8 *)page_address(b->pages[at / PAGE_SIZE]) + at % PAGE_SIZE;

		n = min_t(u32, len, PAGE_SIZE - at % PAGE_SIZE);
		if (out)
			memcpy(mine, data, n);
		else
			memcpy(data, mine, n);
	}
}

/* The same for one entry of the scatterlist, page by page. Interrupts are off. */
static void stor_bounce_entry(const struct stor_bounce *b, u32 at, struct scatterlist *sg, u32 len, bool out)
{
	u32 done, n, offset;
	u8 *data;

	for (done = 0; done < len; done += n) {
		offset = (sg->offset + done) % PAGE_SIZE;
		n = min_t(u32, len - done, PAGE_SIZE - offset);
		data = kmap_local_page(pfn_to_page(page_to_pfn(sg_page(sg)) + (sg->offset + done) / PAGE_SIZE));
		stor_bounce_move(b, at + done, data + offset, n, out);
		kunmap_local(data);
	}
}

static void stor_bounce_copy(const struct stor_bounce *b, struct scsi_cmnd *cmd, bool out)
{
	struct scatterlist *sg;
	unsigned long flags;
	u32 len, at = 0;
	int i;

	local_irq_save(flags);
	scsi_for_each_sg(cmd, sg, scsi_sg_count(cmd), i) {
		len = min_t(u32, sg->length, b->bytes - at);
		stor_bounce_entry(b, at, sg, len, out);
		at += len;
	}
	local_irq_restore(flags);
}

/**
 * stor_bounce_create() - pages for a command, filled when it writes
 * @cmd: the command; its host_scribble names the pages until stor_bounce_finish()
 *
 * Any context. Return: the pages, NULL when there is no memory at the moment.
 */
struct stor_bounce *stor_bounce_create(struct scsi_cmnd *cmd)
{
	struct stor_bounce *b = stor_bounce_alloc(scsi_bufflen(cmd));

	if (!b)
		return NULL;
	if (cmd->sc_data_direction == DMA_TO_DEVICE)
		stor_bounce_copy(b, cmd, true);
	cmd->host_scribble = (void *)b;
	return b;
}

/**
 * stor_bounce_describe() - list the pages
 * @b: the pages
 * @range: an empty range
 *
 * Return: as vstor_range_add().
 */
int stor_bounce_describe(const struct stor_bounce *b, struct vstor_range *range)
{
	u32 i, left = b->bytes;
	int ret = 0;

	for (i = 0; i < b->count && !ret; i++) {
		u32 n = min_t(u32, left, PAGE_SIZE);

		ret = vstor_range_add(range, (u64)page_to_pfn(b->pages[i]) << PAGE_SHIFT, n);
		left -= n;
	}
	return ret;
}

/**
 * stor_bounce_finish() - free a command's pages, if it has any
 * @cmd: the command, not in flight
 * @copy_back: the host may have filled them
 *
 * Any context.
 */
void stor_bounce_finish(struct scsi_cmnd *cmd, bool copy_back)
{
	struct stor_bounce *b = (void *)cmd->host_scribble;

	if (!b)
		return;
	if (copy_back && cmd->sc_data_direction == DMA_FROM_DEVICE)
		stor_bounce_copy(b, cmd, false);
	cmd->host_scribble = NULL;
	stor_bounce_free(b);
}
