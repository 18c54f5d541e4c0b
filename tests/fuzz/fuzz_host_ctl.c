// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of control clients (tests/host/ctl/line.h): the input comes in pieces, the first byte of each says how long it is.
 * Whatever the pieces, the lines are the same as when all comes at once.
 */
#include "fuzz.h"
#include "ctl/line.h"

static struct ctl_lines lines;

static void judge_call(const char *line, size_t len)
{
	char why[CTL_WHY_MAX] = "";
	struct ctl_call call;

	if (ctl_line_blank(line, len))
		return;
	if (ctl_call_parse(line, len, &call, why)) {
		PROMISE(*why && strlen(why) < sizeof(why));
		for (const char *c = why; *c; c++)
			PROMISE(*c >= ' ' && *c <= '~');
		PROMISE(!call.args);
		PROMISE(!json_is_object(call.id) && !json_is_array(call.id));
		json_decref(call.id);
		return;
	}
	PROMISE(json_is_object(call.args) && *call.verb);
	PROMISE(strlen(call.verb) <= CTL_NAME_MAX && strlen(call.device) <= CTL_NAME_MAX);
	PROMISE(!strchr(call.device, '.'));
	json_decref(call.args);
}

/* All that is ready; the number of line ends behind what came out. */
static size_t drain(void)
{
	const char *line;
	size_t len, ends = 0;

	for (;;) {
		switch (ctl_lines_next(&lines, &line, &len)) {
		case CTL_LINE_NONE:
			return ends;
		case CTL_LINE_READY:
			PROMISE(len <= CTL_LINE_MAX && !memchr(line, '\n', len));
			judge_call(line, len);
			ends++;
			break;
		case CTL_LINE_TOO_LONG:
			break;
		}
	}
}

static void feed(const uint8_t *data, size_t len)
{
	size_t room;
	char *at;

	while (len) {
		at = ctl_lines_room(&lines, &room);
		PROMISE(room > 0);
		if (room > len)
			room = len;
		memcpy(at, data, room);
		ctl_lines_add(&lines, room);
		data += room;
		len -= room;
		drain();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	const unsigned int fill = take8(&in) % 4;
	uint8_t piece[256];
	size_t n;

	lines.start = lines.end = 0;
	lines.skipping = false;
	/* Sometimes the buffer is nearly full before the input comes: the limit is where mistakes are. */
	if (fill == 3) {
		char *at = ctl_lines_room(&lines, &n);

		memset(at, ' ', CTL_LINE_MAX - 32);
		ctl_lines_add(&lines, CTL_LINE_MAX - 32);
	}
	while (in.left) {
		n = take8(&in);
		n = n < in.left ? n : in.left;
		take(&in, piece, n);
		feed(piece, n);
	}
	return 0;
}
