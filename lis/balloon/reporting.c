// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: free page reporting, the cold discard hint (docs/wire/06-balloon.md 11).
 *
 * The kernel names free blocks of 2 MiB and more, one list at a time from one work item; the hypervisor drops what is
 * behind them. Only that work item touches the input page.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/page_reporting.h>
#include <linux/scatterlist.h>
#include "balloon.h"

#define REPORT_ORDER 9

/* Input of the hypercall, one page. */
struct heat_hint {
	u64 type;
	u64 ranges[HVW_HEAT_RANGES_MAX];
};

static struct {
	struct heat_hint *input;
	bool active;
	bool refused; /* the hypervisor does not know the call after all */
	u64 pages;
} reporting;

static int report_free(struct page_reporting_dev_info *info, struct scatterlist *list, unsigned int count)
{
	struct heat_hint *input = reporting.input;
	struct scatterlist *sg;
	u64 status, pages = 0;
	unsigned int i;

	if (READ_ONCE(reporting.refused))
		return -EOPNOTSUPP;
	if (count > HVW_HEAT_RANGES_MAX)
		return -EINVAL;
	for_each_sg(list, sg, count, i) {
		input->ranges[i] = dm_heat_range(page_to_pfn(sg_page(sg)), sg->length >> PAGE_SHIFT);
		if (!input->ranges[i])
			return -EINVAL;
		pages += sg->length >> PAGE_SHIFT;
	}
	input->type = HVW_HEAT_COLD_DISCARD;
	status = vmbus_hypercall_rep(HVW_CALL_HEAT_HINT, count, 0, input) & HVW_HC_STATUS_MASK;
	if (status == HVW_STATUS_SUCCESS) {
		reporting.pages += pages;
		return 0;
	}
	if (status == HVW_STATUS_INVALID_CODE || status == HVW_STATUS_INVALID_PARAMETER)
		WRITE_ONCE(reporting.refused, true);
	return -EINVAL;
}

static struct page_reporting_dev_info reporting_info = {
	.report = report_free,
};

void dm_reporting_start(struct dm_device *dm)
{
	if (!(vmbus_ext_capabilities() & HVW_EXT_CAP_COLD_DISCARD))
		return;
	BUILD_BUG_ON(sizeof(struct heat_hint) > HVW_PAGE_SIZE);
	reporting.input = (void *)get_zeroed_page(GFP_KERNEL);
	if (!reporting.input)
		return;
	reporting.refused = false;
	reporting.pages = 0;
	kit_page_reporting_set_order(&reporting_info, REPORT_ORDER);
	if (page_reporting_register(&reporting_info)) {
		dev_info(&dm->dev->device, "free pages are not reported, the kernel will not\n");
		free_page((unsigned long)reporting.input);
		reporting.input = NULL;
		return;
	}
	reporting.active = true;
	dev_info(&dm->dev->device, "free pages are reported to the host\n");
}

void dm_reporting_stop(void)
{
	if (!reporting.active)
		return;
	page_reporting_unregister(&reporting_info);
	reporting.active = false;
	free_page((unsigned long)reporting.input);
	reporting.input = NULL;
}

void dm_reporting_check(struct dm_device *dm)
{
	if (!reporting.active || !READ_ONCE(reporting.refused))
		return;
	dev_info(&dm->dev->device, "the hypervisor refuses free page reports, they are ended\n");
	dm_reporting_stop();
}

bool dm_reporting_active(void)
{
	return reporting.active;
}

u64 dm_reporting_pages(void)
{
	return reporting.pages;
}
