/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       guid_parse
 * header:    linux/uuid.h
 * needs:     guid_t
 * since:     v4.13 commit unverified ("uuid: rename uuid types")
 * serves:    ubuntu16.04 (4.4), el6, el5
 * drop-when: baseline >= 4.13
 * probe:     decl guid_parse
 * exported:  guid_parse
 * export-default: present
 * old:       typedef struct { unsigned char b[16]; } guid_t;
 * new:       typedef struct { unsigned char b[16]; } guid_t; int guid_parse(const char *uuid, guid_t *u);
 */
#ifndef KIT_HAVE_GUID_PARSE
#include <linux/errno.h>

static inline int kit_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Like the kernel's: 36 characters are read, what follows them is not looked at. */
static inline int guid_parse(const char *uuid, guid_t *u)
{
	static const unsigned char place[16] = {
		6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34 };
	unsigned int i;

	for (i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? uuid[i] != '-' : kit_hex_digit(uuid[i]) < 0)
			return -EINVAL;
	}
	for (i = 0; i < 16; i++)
		u->b[i] = kit_hex_digit(uuid[place[i]]) << 4 | kit_hex_digit(uuid[place[i] + 1]);
	return 0;
}
#endif
