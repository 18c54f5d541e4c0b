// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: memory the host adds (docs/wire/06-balloon.md 8).
 *
 * The kernel adds memory in blocks; the host may back only part of a block and fill it up later. Two records tell the
 * pages apart: `backed`, what the host has given, and `released`, what the page allocator has been given. When a block
 * comes online, the kernel offers us its pages one by one and we let only backed ones through; pages backed later are
 * let through then. A page never backed stays out of use and is marked offline, so that no dump touches it.
 *
 * Locking. hot.lock guards both records and the online counts; it is taken in process context only and never around
 * anything that sleeps. Releasing pages to the allocator after their block came online happens under it, so that
 * MEM_GOING_OFFLINE, which lowers the count under the same lock, cannot overtake it. The first release, in the online
 * callback, needs no such care: the kernel's hotplug lock keeps the block where it is.
 *
 * Without a callback (the kernel has none, or another driver holds it) only whole blocks can be taken.
 */
#include <linux/jiffies.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/page-flags.h>
#include <linux/slab.h>
#include "balloon.h"

#define HOT_ONLINE_WAIT (5 * HZ)
#define HOT_SLICE 512 /* pages handled per holding of the lock */

/* 128 MiB of a block we added. */
struct hot_chunk {
	struct dm_chunk backed;
	struct dm_chunk released;
	u32 online; /* pages of it in online blocks */
	u64 bits[2 * DM_CHUNK_WORDS];
};

static struct {
	spinlock_t lock;
	struct dm_record backed;
	struct dm_record released;
	wait_queue_head_t wait; /* somebody waits for a block to come online */
	bool active; /* the hooks are in place */
	bool partial; /* the online callback is ours: blocks may be partly backed */
	u32 partial_blocks; /* blocks not fully backed; each holds a reference on this module */
	u64 refused;
} hot;

static struct hot_chunk *hot_chunk(u64 pfn)
{
	struct dm_chunk *c = dm_record_chunk(&hot.backed, pfn);

	return c ? container_of(c, struct hot_chunk, backed) : NULL;
}

u64 hot_max_pfn(void)
{
	return 1ULL << (MAX_PHYSMEM_BITS - PAGE_SHIFT);
}

u64 hot_block_pages(void)
{
	u64 pages = memory_block_size_bytes() >> PAGE_SHIFT;

	return max_t(u64, pages, DM_ALIGN_CLASSIC_PAGES);
}

/* ---- pages into use ---- */

static void hot_keep_back(struct page *page)
{
	if (!PageOffline(page))
		__SetPageOffline(page);
}

static void hot_let_through(struct page *page)
{
	if (PageOffline(page))
		__ClearPageOffline(page);
	generic_online_page(page, 0);
}

/* Called with the lock held, for an offered unit that is backed in part or not at all. */
static void hot_sort_pages(struct page *page, u64 pfn, u32 pages)
{
	u32 i;

	for (i = 0; i < pages; i++) {
		if (dm_record_has(&hot.backed, pfn + i)) {
			dm_record_set(&hot.released, pfn + i, 1);
			hot_let_through(page + i);
		} else {
			hot_keep_back(page + i);
		}
	}
}

/* The kernel onlines a block and offers 2^order of its pages. Process context, under the kernel's hotplug lock. */
static void hot_online_page(struct page *page, unsigned int order)
{
	u64 pfn = page_to_pfn(page);
	u32 pages = 1U << order;
	bool whole = true;

	spin_lock(&hot.lock);
	if (hot_chunk(pfn)) {
		whole = dm_record_count(&hot.backed, pfn, pages) == pages;
		if (whole)
			dm_record_set(&hot.released, pfn, pages);
		else
			hot_sort_pages(page, pfn, pages);
	}
	spin_unlock(&hot.lock);
	/* Not ours at all, or all of it backed. */
	if (whole)
		generic_online_page(page, order);
}

KIT_ONLINE_PAGE_ADAPTER(hot_online_page);

/* Let through one slice of backed pages that are still kept back, if their block is online. Lock held. */
static void hot_sync_slice(u64 pfn, u32 pages)
{
	const struct hot_chunk *c = hot_chunk(pfn);
	u32 i;

	if (!c || c->online != DM_CHUNK_BITS)
		return;
	for (i = 0; i < pages; i++) {
		if (!dm_record_has(&hot.backed, pfn + i) || !dm_record_set(&hot.released, pfn + i, 1))
			continue;
		/* Without the callback the kernel has let everything through already. */
		if (hot.partial)
			hot_let_through(pfn_to_page(pfn + i));
	}
}

/* Bring what is used in line with what is backed. Process context; pfn and pages are multiples of the slice or less. */
static void hot_sync(u64 pfn, u64 pages)
{
	u64 end = pfn + pages;

	while (pfn < end) {
		u32 n = min_t(u64, end - pfn, HOT_SLICE - pfn % HOT_SLICE);

		spin_lock(&hot.lock);
		hot_sync_slice(pfn, n);
		spin_unlock(&hot.lock);
		pfn += n;
		cond_resched();
	}
}

/* ---- what the kernel does to blocks ---- */

enum hot_change { HOT_UP, HOT_DOWN, HOT_GONE };

/*
 * Account for a range of blocks that came online, is about to leave, or has left. A cancelled leave may be announced
 * to us although its beginning was not, hence the bounds.
 */
static void hot_account(u64 pfn, u64 pages, enum hot_change change)
{
	u64 end = pfn + pages;

	while (pfn < end) {
		u64 stop = min_t(u64, end, (pfn / DM_CHUNK_BITS + 1) * DM_CHUNK_BITS);
		struct hot_chunk *c;

		spin_lock(&hot.lock);
		c = hot_chunk(pfn);
		if (c && change == HOT_UP)
			c->online = min_t(u32, DM_CHUNK_BITS, c->online + (stop - pfn));
		else if (c && change == HOT_DOWN)
			c->online -= min_t(u32, c->online, stop - pfn);
		else if (c)
			dm_record_clear(&hot.released, pfn, stop - pfn);
		spin_unlock(&hot.lock);
		pfn = stop;
	}
}

static int hot_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	const struct memory_notify *arg = data;

	switch (action) {
	case MEM_ONLINE:
	case MEM_CANCEL_OFFLINE:
		hot_account(arg->start_pfn, arg->nr_pages, HOT_UP);
		/* Pages backed while the block was on its way were offered too early. */
		hot_sync(arg->start_pfn, arg->nr_pages);
		wake_up(&hot.wait);
		break;
	case MEM_GOING_OFFLINE:
		hot_account(arg->start_pfn, arg->nr_pages, HOT_DOWN);
		break;
	case MEM_OFFLINE:
	case MEM_CANCEL_ONLINE:
		hot_account(arg->start_pfn, arg->nr_pages, HOT_GONE);
		break;
	}
	return NOTIFY_OK;
}

static struct notifier_block hot_nb = {
	.notifier_call = hot_notify,
};

/* ---- blocks ---- */

static void hot_detach_block(u64 block)
{
	struct hot_chunk *c;
	u64 pfn;

	for (pfn = block; pfn < block + hot_block_pages(); pfn += DM_CHUNK_BITS) {
		spin_lock(&hot.lock);
		c = hot_chunk(pfn);
		if (c) {
			dm_record_detach(&hot.backed, &c->backed);
			dm_record_detach(&hot.released, &c->released);
		}
		spin_unlock(&hot.lock);
		kfree(c);
	}
}

static int hot_attach_block(u64 block)
{
	struct hot_chunk *c;
	u64 pfn;

	for (pfn = block; pfn < block + hot_block_pages(); pfn += DM_CHUNK_BITS) {
		c = kzalloc(sizeof(*c), GFP_KERNEL);
		if (!c) {
			hot_detach_block(block);
			return -ENOMEM;
		}
		c->backed.bits = c->bits;
		c->released.bits = c->bits + DM_CHUNK_WORDS;
		spin_lock(&hot.lock);
		dm_record_attach(&hot.backed, &c->backed, pfn);
		dm_record_attach(&hot.released, &c->released, pfn);
		spin_unlock(&hot.lock);
	}
	return 0;
}

static u64 hot_backed_of(u64 block)
{
	u64 n;

	spin_lock(&hot.lock);
	n = dm_record_count(&hot.backed, block, hot_block_pages());
	spin_unlock(&hot.lock);
	return n;
}

/*
 * A block with pages nobody backs must never be onlined without our callback, so such a block keeps the module loaded.
 * Return false when that is impossible: no callback, or the module is on its way out.
 */
static bool hot_hold(void)
{
	if (!hot.partial || !try_module_get(THIS_MODULE))
		return false;
	hot.partial_blocks++;
	return true;
}

static void hot_unhold(void)
{
	hot.partial_blocks--;
	module_put(THIS_MODULE);
}

static bool hot_block_online(u64 block)
{
	bool online;

	spin_lock(&hot.lock);
	online = hot_chunk(block) && hot_chunk(block)->online == DM_CHUNK_BITS;
	spin_unlock(&hot.lock);
	return online;
}

static int hot_add_block(const struct dm_block *b)
{
	bool whole = b->pages == hot_block_pages();
	int ret = -EOPNOTSUPP;

	if (!whole && !hot_hold())
		return ret;
	ret = hot_attach_block(b->block);
	if (ret)
		goto unhold;
	spin_lock(&hot.lock);
	dm_record_set(&hot.backed, b->pfn, b->pages);
	spin_unlock(&hot.lock);
	ret = add_memory(memory_add_physaddr_to_nid(b->block << PAGE_SHIFT), b->block << PAGE_SHIFT,
			 hot_block_pages() << PAGE_SHIFT, MHP_MERGE_RESOURCE);
	if (!ret)
		return 0;
	hot_detach_block(b->block);
unhold:
	if (!whole)
		hot_unhold();
	return ret;
}

/* The host backs more of a block that is there already. */
static int hot_fill_block(const struct dm_block *b)
{
	u64 before = hot_backed_of(b->block);
	int ret = 0;

	spin_lock(&hot.lock);
	if (dm_record_count(&hot.backed, b->pfn, b->pages))
		ret = -EEXIST;
	else
		dm_record_set(&hot.backed, b->pfn, b->pages);
	spin_unlock(&hot.lock);
	if (ret)
		return ret;
	hot_sync(b->pfn, b->pages);
	if (before + b->pages == hot_block_pages())
		hot_unhold();
	return 0;
}

/*
 * Wait until the block is in use, so that memory does not come faster than it can be taken. Whether it is onlined by
 * the kernel or by user space is the machine's policy; the limit is for machines where nobody does it.
 */
static void hot_wait_online(struct dm_device *dm, u64 block)
{
	unsigned long deadline = jiffies + HOT_ONLINE_WAIT;

	while (!dm_stopping(dm) && time_before(jiffies, deadline) && !hot_block_online(block))
		wait_event_interruptible_timeout(hot.wait, hot_block_online(block) || dm_stopping(dm), HZ / 4);
}

static int hot_take(struct dm_device *dm, const struct dm_block *b)
{
	int ret;

	/* Only this thread adds and removes chunks, so looking needs no lock here. */
	if (hot_chunk(b->block))
		return hot_fill_block(b);
	ret = hot_add_block(b);
	if (!ret)
		hot_wait_online(dm, b->block);
	return ret;
}

u32 hot_add(struct dm_device *dm, const struct dm_hot_add *req, bool *permanent)
{
	struct dm_range left = req->range;
	struct dm_block b;
	u32 added = 0;
	int ret;

	*permanent = false;
	while (!dm_stopping(dm) && dm_next_block(&left, hot_block_pages(), &b)) {
		ret = hot_take(dm, &b);
		if (ret) {
			hot.refused += b.pages + left.pages;
			/* The address is taken: no later attempt can do better. */
			*permanent = ret == -EEXIST;
			dev_warn(&dm->dev->device, "hot add of %u pages at frame %#llx failed (%d)\n", b.pages,
				 (unsigned long long)b.pfn, ret);
			break;
		}
		added += b.pages;
		dm_post_status(dm, true);
	}
	return added;
}

u64 hot_pages_added(void)
{
	return READ_ONCE(hot.backed.pages);
}

u64 hot_pages_onlined(void)
{
	return READ_ONCE(hot.released.pages);
}

u64 hot_refused(void)
{
	return hot.refused;
}

/* ---- hooks ---- */

int hot_start(void)
{
	int ret;

	if (!KIT_CAN_HOT_ADD)
		return -EOPNOTSUPP;
	/* Left over from an earlier device: partly backed blocks. */
	if (hot.active)
		return 0;
	memset(&hot, 0, sizeof(hot));
	spin_lock_init(&hot.lock);
	init_waitqueue_head(&hot.wait);
	ret = register_memory_notifier(&hot_nb);
	if (ret)
		return ret;
	hot.partial = !set_online_page_callback(KIT_ONLINE_PAGE(hot_online_page));
	hot.active = true;
	return 0;
}

void hot_stop(void)
{
	struct dm_chunk *c;

	if (!hot.active || hot.partial_blocks)
		return;
	if (hot.partial)
		restore_online_page_callback(KIT_ONLINE_PAGE(hot_online_page));
	unregister_memory_notifier(&hot_nb);
	hot.active = false;
	while ((c = dm_record_any(&hot.backed))) {
		struct hot_chunk *h = container_of(c, struct hot_chunk, backed);

		dm_record_detach(&hot.backed, &h->backed);
		dm_record_detach(&hot.released, &h->released);
		kfree(h);
	}
}
