/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       delayed_work
 * header:    linux/workqueue.h
 * since:     v2.6.20 commit unverified ("WorkStruct: Separate delayable and non-delayable events")
 * serves:    el5.0 (2.6.18); el5.7 has the type
 * drop-when: baseline >= 2.6.20
 * probe:     type struct delayed_work
 * force:     no, it only names a type
 * old:       struct work_struct { int pending; };
 * new:       struct work_struct { int pending; }; struct delayed_work { struct work_struct work; };
 */
/* Asked by work_func: KIT_HAVE_DELAYED_WORK. */
