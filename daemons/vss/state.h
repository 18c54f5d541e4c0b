/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: the names of what is frozen, in a file that lives in memory (/run): the next daemon, or the service manager
 * after the end of this one, thaws what stands there.
 */
#ifndef _VSS_STATE_H
#define _VSS_STATE_H

#include <stddef.h>
#include <sys/types.h>

/* One line is "MAJOR:MINOR POINT", the point escaped (mounts_escape()). 0 or -errno. */
int state_write(const char *folder, const char *text, size_t len);
void state_clear(const char *folder);

/* Calls for each line; the number of lines, 0 when there is no file. */
int state_each(const char *folder, void (*each)(void *ctx, dev_t dev, const char *point), void *ctx);

#endif
