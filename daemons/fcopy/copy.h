/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: one file on its way in: written under another name, given its own when it is whole.
 *
 * No symbolic link is followed, in no component. A new file is root's, mode 0744 (as with the stock daemon); one
 * that is replaced hands its owner and its mode on, but for set-id bits.
 */
#ifndef _FCOPY_COPY_H
#define _FCOPY_COPY_H

#include <stdint.h>
#include <sys/types.h>
#include "fcopy/path.h"
#include "fcopy/request.h"

struct copy {
	const char *state_folder; /* where the name of an unfinished file is kept */
	int folder, fd;		  /* -1: no copy under way */
	char name[PATH_PART], temp[PATH_PART];
	uint64_t size, received, end, pushed;
	bool overwrite;
	unsigned int count;
};

/* All: 0 or -errno, -EEXIST and -ENOSPC among them. After an error nothing is left of the copy. */
int copy_start(struct copy *c, const struct fcopy_request *r);
int copy_write(struct copy *c, const struct fcopy_piece *p);
int copy_complete(struct copy *c);
/* Gives up what is under way, if anything. */
void copy_cancel(struct copy *c);

/* Removes what a daemon that died left unfinished. */
void copy_leftovers(const struct copy *c);

#endif
