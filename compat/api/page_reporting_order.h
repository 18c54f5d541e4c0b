/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       page_reporting_order
 * header:    linux/page_reporting.h
 * needs:     page_reporting
 * since:     v5.14 commit unverified ("mm/page_reporting: allow driver to specify reporting order")
 * serves:    every row with page reporting before 5.14
 * drop-when: baseline >= 5.14
 * probe:     member struct page_reporting_dev_info.order
 * force:     yes
 * old:       struct page_reporting_dev_info { int state; };
 * new:       struct page_reporting_dev_info { int state; unsigned int order; };
 * note:      adapter: kit_page_reporting_set_order(info, order). Without the field the kernel reports blocks of
 *            pageblock_order, on x86 9 or more.
 */
#if defined(KIT_HAVE_PAGE_REPORTING_ORDER) && defined(KIT_HAVE_PAGE_REPORTING)
#define kit_page_reporting_set_order(info, value) ((info)->order = (value))
#else
#define kit_page_reporting_set_order(info, value) ((void)(info))
#endif
