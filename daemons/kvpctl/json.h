/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: text as a JSON string.
 */
#ifndef _KVPCTL_JSON_H
#define _KVPCTL_JSON_H

#include <stddef.h>

/* With its quotes. out needs 6 bytes for each of the text's and 3 more. text: UTF-8. Returns the length. */
size_t json_string(char *out, const char *text);

/* For people and for line-by-line reading: backslash, control characters as \ooo. out: 4 bytes for each and 1 more. */
size_t plain_string(char *out, const char *text);

#endif
