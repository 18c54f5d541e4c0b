/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: which paths of a host's are taken (docs/wire/03-integration-components.md 9).
 */
#ifndef _FCOPY_PATH_H
#define _FCOPY_PATH_H

#include <stdbool.h>
#include <stddef.h>

#define PATH_PART 256

/*
 * The next component of a folder's path; empty ones and "." are none. 1: taken, 0: the end, -EINVAL: "..",
 * -ENAMETOOLONG.
 */
int path_next(const char **at, char part[PATH_PART]);

/* Whether a file may have this name: one component, not "." or "..", and no name of our temporary files. */
bool path_name_ok(const char *name);

/* Whether it is a name of our temporary files. */
bool path_is_temp(const char *name);

/* Such a name. out: PATH_PART bytes */
void path_temp(char *out, unsigned int pid, unsigned int count);

#endif
