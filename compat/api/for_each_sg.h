/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       for_each_sg
 * header:    linux/scatterlist.h
 * uses:      linux/mm.h
 * since:     v2.6.24 commit unverified ("Change table chaining layout")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.24
 * probe:     macro for_each_sg
 * force:     no, chained lists exist from then on and the shim walks an array
 * old:       struct scatterlist { int page; };
 * new:       #define for_each_sg(sglist, sg, nr, i) for (i = 0, sg = (sglist); i < (nr); i++, sg++)
 * note:      brings sg_page(), sg_next() and sg_virt() where they are missing too; lists were plain arrays.
 */
#ifndef KIT_HAVE_FOR_EACH_SG
#include <linux/mm.h>

#ifndef sg_page
#define sg_page(sg) ((sg)->page)
#endif
#ifndef sg_next
#define sg_next(sg) ((sg) + 1)
#endif
#ifndef sg_virt
#define sg_virt(sg) (page_address(sg_page(sg)) + (sg)->offset)
#endif
#define for_each_sg(sglist, sg, nr, i)					\
	for (i = 0, sg = (sglist); i < (nr); i++, sg = sg_next(sg))
#endif
