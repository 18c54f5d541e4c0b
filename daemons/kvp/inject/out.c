// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: growing text (out.h).
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "kvp/inject/out.h"

void out_start(struct out *o, char *text, size_t size)
{
	o->text = text;
	o->size = size;
	o->used = 0;
	o->full = false;
	text[0] = 0;
}

void out_text(struct out *o, const char *text, size_t len)
{
	if (o->full || o->used + len >= o->size) {
		o->full = true;
		return;
	}
	memcpy(o->text + o->used, text, len);
	o->used += len;
	o->text[o->used] = 0;
}

void out_format(struct out *o, const char *format, ...)
{
	char line[512];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (len < 0 || len >= (int)sizeof(line))
		o->full = true;
	else
		out_text(o, line, (size_t)len);
}

int out_end(const struct out *o)
{
	return o->full ? -E2BIG : (int)o->used;
}
