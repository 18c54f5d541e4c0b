/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       napi_schedule_irqoff
 * header:    linux/netdevice.h
 * also-in:   linux/etherdevice.h
 * needs:     net_device_ops
 * since:     v3.19 commit unverified ("net: Add napi_schedule_irqoff()")
 * serves:    ubuntu-14.04 (3.13) and older
 * drop-when: baseline >= 3.19
 * probe:     decl __napi_schedule_irqoff
 * force-names: __napi_schedule_irqoff
 * old:       struct napi_struct; void __napi_schedule(struct napi_struct *n);
 * new:       struct napi_struct; void __napi_schedule_irqoff(struct napi_struct *n);
 */
#if !defined(KIT_HAVE_NAPI_SCHEDULE_IRQOFF) && defined(KIT_HAVE_NET_DEVICE_OPS)
static inline void __napi_schedule_irqoff(struct napi_struct *n)
{
	__napi_schedule(n);
}
#endif
