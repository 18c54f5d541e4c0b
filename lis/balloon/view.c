// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the view of the device's state, debugfs file hv-balloon, with the in-box one's names and format; what the
 * in-box one does not have stands behind it.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include "balloon.h"

/* An open file outlives the device on kernels whose debugfs does not wait; this is what its reader looks at. */
static DEFINE_MUTEX(view_lock);
static struct dm_device *view_device;
static struct dentry *view_file;

static const char *dm_state_name(enum dm_state state)
{
	static const char *const names[] = {
		"Initializing", "Initialized", "Balloon Up", "Balloon Down", "Hot Add", "Initializing Error",
	};

	return names[state];
}

static void show(struct seq_file *f, const char *name, u64 value)
{
	seq_printf(f, "%-22s: %llu\n", name, (unsigned long long)value);
}

static void show_counters(struct seq_file *f, const struct dm_stats *s)
{
	show(f, "balloon_requests", s->balloon_requests);
	show(f, "unballoon_requests", s->unballoon_requests);
	show(f, "hot_add_requests", s->hot_add_requests);
	show(f, "status_reports", s->status_reports);
	show(f, "send_retries", s->send_retries);
	show(f, "refused_messages", s->refused_messages);
	show(f, "refused_ranges", s->refused_ranges);
	show(f, "refused_pages", s->refused_pages);
	show(f, "refused_hot_add_pages", hot_refused());
	show(f, "ignored_requests", s->ignored_requests);
	show(f, "free_pages_reported", dm_reporting_pages());
}

static void show_device(struct seq_file *f, struct dm_device *dm)
{
	seq_printf(f, "%-22s: %u.%u\n", "host_version", dm->version >> 16, dm->version & 0xFFFF);
	seq_printf(f, "%-22s:%s%s%s\n", "capabilities", dm->can_balloon ? " enabled" : "",
		   dm->can_hot_add ? " hot_add" : "", dm_reporting_active() ? " page_reporting" : "");
	seq_printf(f, "%-22s: %u (%s)\n", "state", dm->state, dm_state_name(dm->state));
	show(f, "page_size", HVW_PAGE_SIZE);
	show(f, "pages_added", hot_pages_added());
	show(f, "pages_onlined", hot_pages_onlined());
	show(f, "pages_ballooned", dm->ballooned.pages);
	show(f, "total_pages_committed", dm_committed_now(dm));
	show(f, "max_dynamic_page_count", dm->host_max_pages);
	show(f, "floor_pages", dm_floor_now());
	show_counters(f, &dm->stats);
}

static int dm_view_show(struct seq_file *f, void *offset)
{
	mutex_lock(&view_lock);
	if (view_device)
		show_device(f, view_device);
	mutex_unlock(&view_lock);
	return 0;
}

static int dm_view_open(struct inode *inode, struct file *file)
{
	return single_open(file, dm_view_show, NULL);
}

static const struct file_operations dm_view_fops = {
	.owner = THIS_MODULE,
	.open = dm_view_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};

void dm_view_create(struct dm_device *dm)
{
	mutex_lock(&view_lock);
	view_device = dm;
	mutex_unlock(&view_lock);
	/* Without debugfs there is no view, and nothing else is missing. */
	view_file = debugfs_create_file("hv-balloon", 0444, NULL, NULL, &dm_view_fops);
}

void dm_view_remove(void)
{
	mutex_lock(&view_lock);
	view_device = NULL;
	mutex_unlock(&view_lock);
	debugfs_remove(view_file);
	view_file = NULL;
}
