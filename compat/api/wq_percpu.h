/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       wq_percpu
 * header:    linux/workqueue.h
 * since:     v6.17 commit unverified ("workqueue: Add new WQ_PERCPU flag")
 * serves:    every row before 6.17
 * drop-when: baseline >= 6.17
 * probe:     decl WQ_PERCPU
 * old:       enum { WQ_UNBOUND = 2 };
 * new:       enum { WQ_PERCPU = 256 };
 */
#ifndef KIT_HAVE_WQ_PERCPU
/* What is not unbound is per CPU anyway. */
#define WQ_PERCPU 0
#endif
