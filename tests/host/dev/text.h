/* SPDX-License-Identifier: GPL-2.0-only */
/* pure: text between the wire's UTF-16LE and our UTF-8. */
#ifndef HOST_DEV_TEXT_H
#define HOST_DEV_TEXT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Up to the first NUL or the end of `bytes` (an odd last byte is ignored), as UTF-8 with a final NUL; cut at a whole character
 * when `size` is too small. Halves of surrogate pairs become U+FFFD, so the result is always valid. Returns its length.
 */
size_t text_from_utf16(const uint8_t *in, size_t bytes, char *out, size_t size);
/*
 * UTF-8 as UTF-16LE with a final NUL; the rest of out's `bytes` is zeroed. Returns the bytes used, NUL included;
 * -EILSEQ when it is no UTF-8, -EMSGSIZE when it does not fit.
 */
int text_to_utf16(const char *in, uint8_t *out, size_t bytes);

#endif
