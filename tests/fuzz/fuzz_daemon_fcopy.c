// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages of a copy: no path that leaves its folders, no name that is two, no data beyond the message.
 */
#include "fuzz.h"
#include "fcopy/path.h"
#include "fcopy/request.h"

static void judge_path(const char *path)
{
	char part[PATH_PART];
	int got;

	while ((got = path_next(&path, part)) > 0)
		PROMISE(part[0] && !strchr(part, '/') && strcmp(part, "..") && strcmp(part, ".") && strlen(part) < PATH_PART);
	PROMISE(!got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	const int way = take8(&in) % 3;
	uint8_t *message = malloc(in.left + 1);
	size_t len = in.left;
	struct fcopy_request r;
	struct fcopy_piece p;

	take(&in, message, len);
	PROMISE(fcopy_op(message, len) <= FCOPY_CANCEL);
	if (way == 2) {
		if (!fcopy_take_write(&p, message, len))
			PROMISE(p.size <= FCOPY_CHUNK && p.data >= message && p.data + p.size <= message + len);
	} else if (!fcopy_take_start(&r, message, len, way)) {
		PROMISE(path_name_ok(r.name) && strlen(r.name) < PATH_PART && r.size <= INT64_MAX);
		judge_path(r.folder);
	}
	free(message);
	return 0;
}
