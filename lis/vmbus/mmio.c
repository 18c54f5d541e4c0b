// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: memory-mapped I/O space for VMBus devices (docs/wire/01-hypervisor.md 12).
 *
 * The host names windows of guest physical addresses in ACPI; video and pass-through PCI take their space out of
 * them. Every allocation is also requested from the kernel's own tree, so that no other driver gets the same
 * addresses, but ours is the one that knows of the boot framebuffer: the firmware's picture lies in the same windows
 * and nothing else keeps it clear until a framebuffer driver takes it over.
 */
#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/screen_info.h>
#include <linux/slab.h>
#include "mmio_math.h"
#include "vmbus.h"

#define WINDOWS_MAX 16
#define FB_KEEP_EFI 0x800000ULL
#define FB_KEEP_VGA 0x4000000ULL

struct mmio_alloc {
	struct list_head entry;
	struct mmio_range range;
};

static DEFINE_MUTEX(mmio_lock); /* guards all below */
static struct mmio_range windows[WINDOWS_MAX];
static unsigned int window_count;
static struct mmio_range fb_range;
static bool fb_reserved;
static LIST_HEAD(allocs);
static unsigned int alloc_count;

/**
 * vmbus_mmio_add_window() - take a memory window of an ancestor's _CRS into use
 * @start: first address
 * @end: last address
 *
 * Context: sleeps. Return: 0; -ENOENT when nothing of it is usable; -EINVAL or -ENOSPC.
 */
int vmbus_mmio_add_window(u64 start, u64 end)
{
	struct mmio_range range;
	int err;

	range.start = start;
	range.end = end;
	if (!mmio_trim_window(&range))
		return -ENOENT;
	mutex_lock(&mmio_lock);
	err = mmio_merge(windows, &window_count, WINDOWS_MAX, range);
	mutex_unlock(&mmio_lock);
	return err;
}

/**
 * vmbus_mmio_reserve_fb() - keep the boot framebuffer's range for the framebuffer driver
 *
 * Context: sleeps; once, after all windows have been added.
 */
void vmbus_mmio_reserve_fb(void)
{
	u64 base, size, keep;
	bool efi;
	unsigned int i;

	if (!kit_boot_framebuffer(&base, &size, &efi))
		return;
	/* The size the firmware told is that of one mode; the device's memory is larger. */
	keep = efi ? FB_KEEP_EFI : FB_KEEP_VGA;
	if (size > keep)
		keep = size;
	mutex_lock(&mmio_lock);
	for (i = 0; i < window_count && !fb_reserved; i++)
		fb_reserved = mmio_fb_range(windows[i], base, keep, &fb_range);
	mutex_unlock(&mmio_lock);
}

/* What must not be handed out, as an array; caller frees. */
static struct mmio_range *busy_ranges(bool fb_overlap_ok, unsigned int *n)
{
	struct mmio_range *busy = kcalloc(alloc_count + 1, sizeof(*busy), GFP_KERNEL);
	struct mmio_alloc *a;

	*n = 0;
	if (!busy)
		return NULL;
	list_for_each_entry(a, &allocs, entry)
		busy[(*n)++] = a->range;
	if (fb_reserved && !fb_overlap_ok)
		busy[(*n)++] = fb_range;
	return busy;
}

/* Find a place in one window that the kernel's own tree grants, too. */
static struct resource *request_in(struct mmio_range window, const struct mmio_range *busy, unsigned int n,
				   struct mmio_want want, const char *name)
{
	struct resource *res;
	u64 start;

	while (!mmio_first_fit(window, busy, n, &want, &start)) {
		res = request_mem_region(start, want.size, name);
		if (res)
			return res;
		/* Somebody holds part of it; first_fit aligns what comes behind start. */
		if (start == ~0ULL)
			break;
		want.min = start + 1;
		cond_resched();
	}
	return NULL;
}

static struct resource *request_anywhere(const struct mmio_range *busy, unsigned int n, const struct mmio_want *want,
					 bool fb_overlap_ok, const char *name)
{
	struct resource *res = NULL;
	unsigned int i;

	/* Who may overlap the boot framebuffer wants to be where the picture already is. */
	if (fb_overlap_ok && fb_reserved)
		res = request_in(fb_range, busy, n, *want, name);
	for (i = 0; i < window_count && !res; i++)
		res = request_in(windows[i], busy, n, *want, name);
	return res;
}

/* Caller holds mmio_lock. */
static int allocate_locked(struct resource **new_res, const struct mmio_want *want, bool fb_overlap_ok,
			   const char *name)
{
	struct mmio_alloc *a = kzalloc(sizeof(*a), GFP_KERNEL);
	struct mmio_range *busy;
	unsigned int n;

	busy = busy_ranges(fb_overlap_ok, &n);
	*new_res = a && busy ? request_anywhere(busy, n, want, fb_overlap_ok, name) : NULL;
	if (!*new_res) {
		int err = a && busy ? -ENXIO : -ENOMEM;

		kfree(busy);
		kfree(a);
		return err;
	}
	a->range.start = (*new_res)->start;
	a->range.end = (*new_res)->end;
	list_add(&a->entry, &allocs);
	alloc_count++;
	kfree(busy);
	return 0;
}

/**
 * vmbus_allocate_mmio() - take memory-mapped I/O space out of the host's windows
 * @new_res: where the resource is put; it is named after the device and given back with vmbus_free_mmio()
 * @device: the device that uses it
 * @min: lowest address wanted
 * @max: highest address wanted, inclusive
 * @size: bytes
 * @align: alignment of the start, a power of two
 * @fb_overlap_ok: may this overlap the boot framebuffer? True only for a driver that takes the framebuffer over
 *
 * Context: sleeps. Return: 0; -EINVAL for impossible wishes; -ENXIO when no window has such a place; -ENOMEM.
 */
int vmbus_allocate_mmio(struct resource **new_res, struct hv_device *device, resource_size_t min,
			resource_size_t max, resource_size_t size, resource_size_t align, bool fb_overlap_ok)
{
	struct mmio_want want;
	int err;

	want.min = min;
	want.max = max;
	want.size = size;
	want.align = align;
	if (!mmio_want_ok(&want))
		return -EINVAL;
	mutex_lock(&mmio_lock);
	err = allocate_locked(new_res, &want, fb_overlap_ok, dev_name(&device->device));
	mutex_unlock(&mmio_lock);
	return err;
}
EXPORT_SYMBOL_GPL(vmbus_allocate_mmio);

static void release_alloc(struct mmio_alloc *a)
{
	release_mem_region(a->range.start, a->range.end - a->range.start + 1);
	list_del(&a->entry);
	alloc_count--;
	kfree(a);
}

/**
 * vmbus_free_mmio() - give back what vmbus_allocate_mmio() gave
 * @start: start of the resource
 * @size: its size
 *
 * A range that was not allocated is refused with a message and changes nothing. Context: sleeps.
 */
void vmbus_free_mmio(resource_size_t start, resource_size_t size)
{
	struct mmio_alloc *a, *found = NULL;

	mutex_lock(&mmio_lock);
	list_for_each_entry(a, &allocs, entry)
		if (a->range.start == start && a->range.end - a->range.start + 1 == size)
			found = a;
	if (found)
		release_alloc(found);
	else
		pr_err("hv_vmbus: MMIO range 0x%llx, 0x%llx bytes, is not allocated: not freed\n",
		       (unsigned long long)start, (unsigned long long)size);
	mutex_unlock(&mmio_lock);
}
EXPORT_SYMBOL_GPL(vmbus_free_mmio);

/**
 * vmbus_mmio_exit() - forget the windows
 *
 * All devices are gone by now; what a driver did not give back is reported and released, because its name points into
 * a device that no longer exists. Context: sleeps.
 */
void vmbus_mmio_exit(void)
{
	struct mmio_alloc *a, *next;

	mutex_lock(&mmio_lock);
	list_for_each_entry_safe(a, next, &allocs, entry) {
		pr_warn("hv_vmbus: MMIO range 0x%llx was never freed\n", (unsigned long long)a->range.start);
		release_alloc(a);
	}
	window_count = 0;
	fb_reserved = false;
	mutex_unlock(&mmio_lock);
}
