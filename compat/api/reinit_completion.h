/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       reinit_completion
 * header:    linux/completion.h
 * since:     v3.13 commit unverified ("sched: Replace INIT_COMPLETION with reinit_completion")
 * serves:    sles-12 (3.12) and older
 * drop-when: baseline >= 3.13
 * probe:     decl reinit_completion
 * old:       struct completion { unsigned int done; };
 * new:       struct completion { unsigned int done; }; static inline void reinit_completion(struct completion *x) { x->done = 0; }
 */
#ifndef KIT_HAVE_REINIT_COMPLETION
static inline void reinit_completion(struct completion *x)
{
	x->done = 0;
}
#endif
