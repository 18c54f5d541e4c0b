/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       set_dev_node
 * header:    linux/device.h
 * since:     v2.6.20 commit unverified ("node local per-device dma memory")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.20
 * probe:     decl set_dev_node
 * force:     yes
 * old:       struct device { int x; };
 * new:       struct device { int x; }; void set_dev_node(struct device *dev, int node);
 * note:      brings dev_to_node() too.
 */
#ifndef KIT_HAVE_SET_DEV_NODE
/* A device of 2.6.18 has no node of its own. */
static inline void set_dev_node(struct device *dev, int node)
{
}

#ifndef dev_to_node
#define dev_to_node(dev) ((void)(dev), -1)
#endif
#endif
