// SPDX-License-Identifier: GPL-2.0-only
/* Lines and requests of control clients (line.h). */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "line.h"

char *ctl_lines_room(struct ctl_lines *l, size_t *room)
{
	if (l->start) {
		memmove(l->buf, l->buf + l->start, l->end - l->start);
		l->end -= l->start;
		l->start = 0;
	}
	*room = sizeof(l->buf) - l->end;
	return l->buf + l->end;
}

void ctl_lines_add(struct ctl_lines *l, size_t len)
{
	l->end += len;
}

/* No line end in what is there. */
static enum ctl_line_kind unfinished(struct ctl_lines *l)
{
	bool full = l->end - l->start > CTL_LINE_MAX;

	if (!full && !l->skipping)
		return CTL_LINE_NONE;
	l->start = l->end = 0;
	if (l->skipping)
		return CTL_LINE_NONE;
	l->skipping = true;
	return CTL_LINE_TOO_LONG;
}

enum ctl_line_kind ctl_lines_next(struct ctl_lines *l, const char **line, size_t *len)
{
	char *begin, *nl;

	for (;;) {
		begin = l->buf + l->start;
		nl = memchr(begin, '\n', l->end - l->start);
		if (!nl)
			return unfinished(l);
		l->start += (size_t)(nl - begin) + 1;
		if (!l->skipping)
			break;
		l->skipping = false; /* the tail of the long line */
	}
	*line = begin;
	*len = (size_t)(nl - begin);
	if (*len && begin[*len - 1] == '\r')
		(*len)--;
	return CTL_LINE_READY;
}

bool ctl_line_blank(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (line[i] != ' ' && line[i] != '\t')
			return false;
	return true;
}

void ctl_make_plain(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || (unsigned char)*text > '~')
			*text = '?';
}

static bool name_fits(char *to, const char *from, size_t len)
{
	if (!len || len > CTL_NAME_MAX)
		return false;
	memcpy(to, from, len);
	to[len] = 0;
	return true;
}

/* "VERB" or "DEVICE.VERB". */
static bool split_run(struct ctl_call *call, const char *run)
{
	const char *dot = strchr(run, '.');

	if (!dot)
		return name_fits(call->verb, run, strlen(run));
	return name_fits(call->device, run, (size_t)(dot - run)) && name_fits(call->verb, dot + 1, strlen(dot + 1));
}

static int judge(struct ctl_call *call, char *why)
{
	const char *run;

	if (!json_is_object(call->args)) {
		snprintf(why, CTL_WHY_MAX, "it is JSON, but no object");
		return -EINVAL;
	}
	call->id = json_object_get(call->args, "id");
	if (json_is_object(call->id) || json_is_array(call->id)) {
		call->id = NULL;
		snprintf(why, CTL_WHY_MAX, "\"id\" is neither a string nor a number");
		return -EINVAL;
	}
	run = json_string_value(json_object_get(call->args, "run"));
	if (!run) {
		snprintf(why, CTL_WHY_MAX, "it has no \"run\" that is a string");
		return -EINVAL;
	}
	if (!split_run(call, run)) {
		snprintf(why, CTL_WHY_MAX, "\"run\" is no VERB and no DEVICE.VERB of 1 to %d bytes each", CTL_NAME_MAX);
		return -EINVAL;
	}
	return 0;
}

int ctl_call_parse(const char *line, size_t len, struct ctl_call *call, char why[CTL_WHY_MAX])
{
	json_error_t error;
	int err;

	memset(call, 0, sizeof(*call));
	call->args = json_loadb(line, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (!call->args) {
		snprintf(why, CTL_WHY_MAX, "%.120s (column %d)", error.text, error.column);
		ctl_make_plain(why);
		return -EINVAL;
	}
	err = judge(call, why);
	if (err) {
		json_incref(call->id);
		json_decref(call->args);
		call->args = NULL;
	}
	return err;
}
