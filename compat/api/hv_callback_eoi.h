/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       hv_callback_eoi
 * header:    asm/mshyperv.h
 * uses:      asm/idtentry.h asm/trapnr.h
 * since:     v5.8 commit unverified ("x86/hyperv: Add "disable Hyper-V enlightenments"/ vmbus: Do not use AutoEOI when the hypervisor deprecates it")
 * serves:    kernels whose entry code for the hypervisor vector writes no EOI
 * drop-when: baseline >= 5.8
 * probe:     decl sysvec_hyperv_callback
 * force:     yes
 * old:       void hyperv_vector_handler(void);
 * new:       void sysvec_hyperv_callback(void);
 * note:      adapter: kit_hv_callback_writes_eoi()
 */
/*
 * kit_hv_callback_writes_eoi(): may the SINT go without AutoEOI?  The entry code
 * of older kernels writes the EOI only from 4.17 on, which no header shows; so only
 * kernels whose entry code is known to do it say yes.  AutoEOI works everywhere,
 * it is only slower where the host would rather not emulate it.
 */
#ifdef KIT_HAVE_HV_CALLBACK_EOI
#define kit_hv_callback_writes_eoi() 1
#else
#define kit_hv_callback_writes_eoi() 0
#endif
