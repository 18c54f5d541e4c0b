/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       guid_t
 * header:    linux/uuid.h
 * needs:     uuid_le bool
 * since:     v4.13 f9727a17db9b ("uuid: rename uuid types")
 * serves:    ubuntu16.04 (4.4), el6, el5
 * drop-when: baseline >= 4.13
 * probe:     type guid_t
 * force:     no, its older name is the same type
 * old:       typedef struct { unsigned char b[16]; } uuid_le;
 * new:       typedef struct { unsigned char b[16]; } guid_t;
 * note:      brings GUID_INIT(), guid_equal(), guid_copy() and guid_is_null() too.
 */
#ifndef KIT_HAVE_GUID_T
#include <linux/types.h>
#include <linux/string.h>

/* One type under two names where the older name exists: tables of ids use it. */
#ifdef KIT_HAVE_UUID_LE
typedef uuid_le guid_t;
#else
typedef struct {
	__u8 b[16];
} guid_t;
#endif

#define GUID_INIT(a, b, c, d0, d1, d2, d3, d4, d5, d6, d7)		\
((guid_t) {{								\
	(a) & 0xff, ((a) >> 8) & 0xff, ((a) >> 16) & 0xff, ((a) >> 24) & 0xff,	\
	(b) & 0xff, ((b) >> 8) & 0xff, (c) & 0xff, ((c) >> 8) & 0xff,	\
	(d0), (d1), (d2), (d3), (d4), (d5), (d6), (d7) }})

static inline bool guid_equal(const guid_t *u1, const guid_t *u2)
{
	return memcmp(u1, u2, sizeof(guid_t)) == 0;
}

static inline void guid_copy(guid_t *dst, const guid_t *src)
{
	memcpy(dst, src, sizeof(guid_t));
}

static inline bool guid_is_null(const guid_t *guid)
{
	static const guid_t kit_null_guid;

	return guid_equal(guid, &kit_null_guid);
}
#endif
