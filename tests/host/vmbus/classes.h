/* SPDX-License-Identifier: GPL-2.0-only */
/* The device classes' GUIDs as hosts put them into offers (docs/wire/02 13). */
#ifndef HOST_CLASSES_H
#define HOST_CLASSES_H

#include <wire/vmbus.h>

static inline unsigned int class_digit(char c)
{
	return c <= '9' ? (unsigned int)(c - '0') : (unsigned int)(c - 'a') + 10;
}

/* `alias` is one of VMBUS_ALIAS_*: 32 lower-case digits in memory order. */
static inline struct hvw_guid class_guid(const char *alias)
{
	struct hvw_guid g;
	unsigned int i;

	for (i = 0; i < sizeof(g.b); i++)
		g.b[i] = (unsigned char)(class_digit(alias[2 * i]) << 4 | class_digit(alias[2 * i + 1]));
	return g;
}

#endif
