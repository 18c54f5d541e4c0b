// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: paths (path.h).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "fcopy/path.h"

static const char temp[] = ".lis-fcopy-";

int path_next(const char **at, char part[PATH_PART])
{
	for (;;) {
		size_t n;

		*at += strspn(*at, "/");
		n = strcspn(*at, "/");
		if (!n)
			return 0;
		if (n >= PATH_PART)
			return -ENAMETOOLONG;
		memcpy(part, *at, n);
		part[n] = 0;
		*at += n;
		if (!strcmp(part, ".."))
			return -EINVAL;
		if (strcmp(part, "."))
			return 1;
	}
}

bool path_is_temp(const char *name)
{
	return !strncmp(name, temp, strlen(temp));
}

bool path_name_ok(const char *name)
{
	return name[0] && !strchr(name, '/') && strcmp(name, ".") && strcmp(name, "..") && strlen(name) < PATH_PART &&
	       !path_is_temp(name);
}

void path_temp(char *out, unsigned int pid, unsigned int count)
{
	snprintf(out, PATH_PART, "%s%u-%u", temp, pid, count);
}
