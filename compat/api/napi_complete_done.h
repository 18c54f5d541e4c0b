/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       napi_complete_done
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * needs:     napi_complete_done_void
 * since:     v4.10 commit unverified ("net: busy-poll: return busypolling status to drivers")
 * serves:    ubuntu-16.04 (4.4) and older
 * drop-when: baseline >= 4.10
 * probe:     proto napi_complete_done == bool (struct napi_struct *, int)
 * force:     no, the kernel's own declaration decides
 * old:       struct napi_struct; void napi_complete_done(struct napi_struct *n, int work_done);
 * new:       typedef _Bool bool; struct napi_struct; bool napi_complete_done(struct napi_struct *n, int work_done);
 */
#ifndef KIT_HAVE_NAPI_COMPLETE_DONE
static inline bool kit_napi_complete_done(struct napi_struct *napi, int work)
{
	kit_napi_complete(napi, work);
	return true;
}
#define napi_complete_done(napi, work) kit_napi_complete_done(napi, work)
#endif
