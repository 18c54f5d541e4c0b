/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: text of the host's is UTF-16LE, text of daemons is UTF-8 (docs/wire/03-integration-components.md 6.2, 7.1).
 *
 * Nothing that comes in need be well formed: half a surrogate pair or a wrong byte becomes U+FFFD, and nothing is read
 * beyond the bytes given.
 */
#ifndef _LIS_UTF_H
#define _LIS_UTF_H

#include "pure.h"

/*
 * Text up to its first NUL or its end (an odd last byte is no unit) as UTF-8 in to, which has room bytes (at least 1).
 * Return the bytes written without the final NUL, or -E2BIG when they do not fit; to is an empty text then.
 */
int utf16_to_utf8(const void *from, u32 bytes, void *to, u32 room);

/*
 * Text up to its first NUL or its end as UTF-16LE in to, which has room bytes (even, at least 2); what is behind the
 * text is zeroed. A text that does not fit is cut: between characters, or, when separator is not 0, before the last
 * separator that lies within, so that the last item of a list is a whole one. Return the bytes written, the final NUL
 * included.
 */
u32 utf8_to_utf16(const void *from, u32 bytes, void *to, u32 room, char separator);

#endif
