// SPDX-License-Identifier: GPL-2.0-only
/* Device options of the test host: they come over its control socket, too. */
#include "core/log.h"
#include "core/opts.h"
#include "fuzz.h"

/* In place of core/log.c: complaints would be most of what this target does. */
void complain(const char *what, const char *next, const char *why_fmt, ...)
{
	PROMISE(what && next && why_fmt);
}

static void ask(struct opts *o)
{
	struct hvw_guid g;
	uint64_t n;

	PROMISE(opts_type(o)[0]);
	n = opts_num(o, "n", 5, 4, 1000);
	PROMISE(n >= 4 && n <= 1000);
	opts_bool(o, "b", true);
	opts_guid(o, "g", &g);
	PROMISE(opts_str(o, "s", "x") != NULL);
	opts_nth(o, "r", 0);
	opts_nth(o, "r", 3);
	opts_done(o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[4097];
	struct opts *o;

	if (size > sizeof(text) - 1)
		return 0;
	memcpy(text, data, size);
	text[size] = 0;
	o = opts_parse(text);
	if (o)
		ask(o);
	opts_free(o);
	return 0;
}
