/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: GUIDs as text. Old kernels' printf knows neither %pUl nor %*phN, so the kit writes the digits itself.
 */
#ifndef _LIS_GUID_TEXT_H
#define _LIS_GUID_TEXT_H

#include "pure.h"

#define GUID_TEXT_LEN 37 /* xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx and the end */
#define GUID_ALIAS_LEN 33 /* 32 digits and the end */

/* The usual lower-case text of a GUID in memory order (wire/02 1: the first three groups are little-endian). */
void guid_text_format(const u8 b[16], char out[GUID_TEXT_LEN]);

/* The 32 digits of a module alias: bytes in memory order (wire/02 12.3). */
void guid_text_alias(const u8 b[16], char out[GUID_ALIAS_LEN]);

/* Read the usual text, either case; what follows its 36 characters is the caller's matter. 0 or -EINVAL. */
int guid_text_parse(const char *text, u8 b[16]);

#endif
