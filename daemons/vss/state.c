// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: what is frozen, written down (state.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "shared/files.h"
#include "vss/mounts.h"
#include "vss/state.h"

#define NAME "vss.frozen"
#define TEXT_MAX (8 << 20)

int state_write(const char *folder, const char *text, size_t len)
{
	int dir = open_folder(folder);
	int err;

	if (dir < 0)
		return dir;
	err = replace_file(dir, NAME, text, len, 0600);
	close(dir);
	return err;
}

void state_clear(const char *folder)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/" NAME, folder);
	unlink(path);
}

int state_each(const char *folder, void (*each)(void *ctx, dev_t dev, const char *point), void *ctx)
{
	char path[PATH_MAX], *text, *line, *save;
	int n = 0;

	snprintf(path, sizeof(path), "%s/" NAME, folder);
	if (read_whole(path, &text, TEXT_MAX) < 0)
		return 0;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		unsigned int major, minor;
		int at = 0;

		if (sscanf(line, "%u:%u %n", &major, &minor, &at) != 2)
			continue;
		mounts_unescape(line + at);
		each(ctx, makedev(major, minor), line + at);
		n++;
	}
	free(text);
	return n;
}
