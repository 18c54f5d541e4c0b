/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       import_guid
 * header:    linux/uuid.h
 * needs:     guid_t
 * since:     v5.8 commit unverified ("uuid: Add inline helpers to import / export UUIDs")
 * serves:    ubuntu20.04 (5.4) and older
 * drop-when: baseline >= 5.8
 * probe:     decl import_guid
 * force-names: import_guid export_guid
 * old:       typedef struct { unsigned char b[16]; } guid_t;
 * new:       typedef struct { unsigned char b[16]; } guid_t; void import_guid(guid_t *dst, const unsigned char *src);
 */
#ifndef KIT_HAVE_IMPORT_GUID
static inline void import_guid(guid_t *dst, const __u8 *src)
{
	memcpy(dst, src, sizeof(guid_t));
}

static inline void export_guid(__u8 *dst, const guid_t *src)
{
	memcpy(dst, src, sizeof(guid_t));
}
#endif
