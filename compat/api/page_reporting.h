/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       page_reporting
 * header:    linux/page_reporting.h
 * since:     v5.7 commit unverified ("mm: introduce Reported pages")
 * serves:    every row before 5.7
 * drop-when: never, a kernel may be built without it
 * probe:     config CONFIG_PAGE_REPORTING
 * force:     yes
 * force-names: page_reporting_dev_info page_reporting_register page_reporting_unregister
 * old:       #define CONFIG_OTHER 1
 * new:       #define CONFIG_PAGE_REPORTING 1
 * note:      page_reporting_register() says when there is none.
 */
#ifndef KIT_HAVE_PAGE_REPORTING
#include <linux/errno.h>

struct scatterlist;

struct kit_page_reporting_dev_info {
	int (*report)(struct kit_page_reporting_dev_info *prdev, struct scatterlist *sg, unsigned int nents);
};
#undef page_reporting_dev_info
#define page_reporting_dev_info kit_page_reporting_dev_info

static inline int kit_page_reporting_register(struct page_reporting_dev_info *prdev)
{
	return -EOPNOTSUPP;
}
#undef page_reporting_register
#define page_reporting_register kit_page_reporting_register

static inline void kit_page_reporting_unregister(struct page_reporting_dev_info *prdev)
{
}
#undef page_reporting_unregister
#define page_reporting_unregister kit_page_reporting_unregister
#endif
