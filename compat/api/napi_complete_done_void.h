/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       napi_complete_done_void
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * since:     v3.19 commit unverified ("net: gro: add a per device gro flush timer")
 * until:     v4.10
 * serves:    ubuntu-16.04 (4.4)
 * drop-when: baseline >= 4.10
 * probe:     proto napi_complete_done == void (struct napi_struct *, int)
 * force:     no, the kernel's own declaration decides
 * old:       typedef _Bool bool; struct napi_struct; bool napi_complete_done(struct napi_struct *n, int work_done);
 * new:       struct napi_struct; void napi_complete_done(struct napi_struct *n, int work_done);
 * note:      used by napi_complete_done.
 */
#ifdef KIT_HAVE_NAPI_COMPLETE_DONE_VOID
#define kit_napi_complete(napi, work) napi_complete_done(napi, work)
#else
#define kit_napi_complete(napi, work) napi_complete(napi)
#endif
