/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: text that grows in a buffer; what does not fit is noted and the text is not used.
 */
#ifndef _INJECT_OUT_H
#define _INJECT_OUT_H

#include <stdbool.h>
#include <stddef.h>

struct out {
	char *text;
	size_t size, used;
	bool full;
};

void out_start(struct out *o, char *text, size_t size);
void out_text(struct out *o, const char *text, size_t len);
void out_format(struct out *o, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The text's length, or -E2BIG. */
int out_end(const struct out *o);

#endif
