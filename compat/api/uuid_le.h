/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       uuid_le
 * header:    linux/uuid.h
 * since:     v2.6.35 commit unverified ("Unified UUID/GUID definition")
 * serves:    el5 (2.6.18), el6 (2.6.32)
 * drop-when: baseline >= 4.13
 * probe:     type uuid_le
 * force:     no, it only names a type
 * old:       typedef int kit_old;
 * new:       typedef struct { unsigned char b[16]; } uuid_le;
 */
/* Only asked, for guid_t: KIT_HAVE_UUID_LE.  6.x removed the name again. */
