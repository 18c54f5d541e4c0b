/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       hv_setup_vmbus_handler
 * header:    asm/mshyperv.h
 * since:     v5.13 commit unverified ("Drivers: hv: vmbus: Move handling of VMbus interrupts")
 * serves:    every row before 5.13
 * drop-when: baseline >= 5.13
 * probe:     decl hv_setup_vmbus_handler
 * force:     no, the old setter is gone where the new one exists
 * old:       void hv_setup_vmbus_irq(void (*handler)(void));
 * new:       void hv_setup_vmbus_handler(void (*handler)(void));
 * note:      adapter: kit_hv_callback_vector() is the vector whose entry code calls the handler, or 0 on kernels that
 *            have none (there the device's own IRQ is used; see irq0_vector.h).
 */
#include <linux/types.h>
#include <asm/hw_irq.h>
#if defined(KIT_HAVE_HV_SETUP_VMBUS_HANDLER)
#define kit_hv_callback_vector() ((unsigned int)HYPERVISOR_CALLBACK_VECTOR)
#elif defined(KIT_HAVE_HV_SETUP_VMBUS_IRQ)
#define kit_hv_callback_vector() ((unsigned int)HYPERVISOR_CALLBACK_VECTOR)
#define hv_setup_vmbus_handler(handler) hv_setup_vmbus_irq(handler)
#define hv_remove_vmbus_handler() hv_remove_vmbus_irq()
#elif defined(KIT_HAVE_HV_SETUP_VMBUS_IRQ_2)
/* The number is looked at on arm64 only; on x86 the call cannot fail. */
#define kit_hv_callback_vector() ((unsigned int)HYPERVISOR_CALLBACK_VECTOR)
#define hv_setup_vmbus_handler(handler) ((void)hv_setup_vmbus_irq(0, handler))
#define hv_remove_vmbus_handler() hv_remove_vmbus_irq()
#else
#define kit_hv_callback_vector() 0U
static inline void hv_setup_vmbus_handler(void (*handler)(void))
{
}

static inline void hv_remove_vmbus_handler(void)
{
}
#endif
