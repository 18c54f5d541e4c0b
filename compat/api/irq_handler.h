/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       irq_handler
 * header:    linux/interrupt.h
 * since:     v2.6.19 7d12e780e003 ("IRQ: Maintain regs pointer globally rather than passing to IRQ handlers")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.19
 * probe:     member_type struct irqaction.handler == irqreturn_t (*)(int, void *)
 * force:     no, the kernel's own type decides which handler fits
 * old:       typedef int irqreturn_t; struct pt_regs; struct irqaction { irqreturn_t (*handler)(int, void *, struct pt_regs *); };
 * new:       typedef int irqreturn_t; struct irqaction { irqreturn_t (*handler)(int, void *); };
 * note:      adapter: KIT_IRQ_HANDLER_ADAPTER(fn); ... request_irq(irq, KIT_IRQ_HANDLER(fn), ...)
 */
#ifdef KIT_HAVE_IRQ_HANDLER
#define KIT_IRQ_HANDLER_ADAPTER(fn) struct kit_semicolon
#define KIT_IRQ_HANDLER(fn) fn
#else
struct pt_regs;
#define KIT_IRQ_HANDLER_ADAPTER(fn)					\
static irqreturn_t kit_irq_##fn(int irq, void *data, struct pt_regs *regs)	\
{									\
	return fn(irq, data);						\
}									\
struct kit_semicolon
#define KIT_IRQ_HANDLER(fn) kit_irq_##fn
#endif
