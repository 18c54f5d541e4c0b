/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: text from the host and from pool files: UTF-8 in fields of fixed size, UTF-16LE on the wire.
 * None of these functions allocates or fails for another reason than the text itself.
 */
#ifndef _DAEMONS_TEXT_H
#define _DAEMONS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the longest valid UTF-8 prefix of s[0..len). *cut: what follows is the beginning of a character, no more. */
size_t utf8_valid(const char *s, size_t len, bool *cut);

/*
 * Text of a field: up to its first NUL, or all of it. A character cut in half by the end of the text is dropped.
 * out needs field_size + 1 bytes. Returns its length, or -EINVAL when it is no UTF-8.
 */
int text_of_field(char *out, const uint8_t *field, size_t field_size);

/* The same for text of other programs' making: what is no UTF-8 becomes '?'. */
size_t text_repaired(char *out, const uint8_t *field, size_t field_size);

/* Text into a field, the rest of which becomes zero. -E2BIG when it and its NUL do not fit. */
int text_to_field(uint8_t *field, size_t field_size, const char *text);

/* UTF-16LE of in[0..bytes), up to its first NUL, as UTF-8: the length, -EINVAL (lone surrogate), -E2BIG. */
int utf16_to_utf8(const uint8_t *in, size_t bytes, char *out, size_t out_size);

/* How many UTF-16 units a valid UTF-8 text has, its NUL not counted. */
size_t utf16_units(const char *text);

/* A text for people: control characters become '?', in place. */
void text_printable(char *text);

#endif
