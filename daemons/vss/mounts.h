/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: which file systems a backup needs frozen, and in which order, from the text of /proc/self/mountinfo.
 */
#ifndef _VSS_MOUNTS_H
#define _VSS_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>

enum verdict {
	MOUNT_FREEZE,
	MOUNT_DUPLICATE,  /* another mount of a file system that is frozen */
	MOUNT_READ_ONLY,  /* nobody writes to it */
	MOUNT_NO_DEVICE,  /* network file systems, memory, what the kernel makes up */
	MOUNT_LOOP,	  /* lies in a file of another file system, whose freezing covers it */
	MOUNT_NOT_ABLE,	  /* kinds that cannot be frozen */
};

struct mount {
	int id, parent;
	unsigned int major, minor;
	const char *root, *point, *type, *source; /* escapes undone */
	bool read_only;				  /* the file system, not this mount of it */
	unsigned int depth;			  /* mounts between it and the root */
	enum verdict verdict;
};

/* Takes the text apart, in place; lines that make no sense are left out. The number of mounts, at most max. */
size_t mounts_parse(char *text, struct mount *list, size_t max);

/*
 * Judges each mount and sorts the list: what is to be frozen first stands first, what hangs below before what it
 * hangs on, the root last. on_loop tells whether a mount's device lies in a file.
 */
void mounts_judge(struct mount *list, size_t count, bool (*on_loop)(void *ctx, const struct mount *m), void *ctx);

/* Whether two mounts are of one file system. */
bool mounts_same(const struct mount *a, const struct mount *b);

/*
 * Names as mountinfo has them: blanks, tabs, newlines and backslashes stand as \ooo, so that a name is one word of
 * one line. out needs 4 bytes for each of the name's and 1 more; the length is returned. Unescaping is done in place.
 */
size_t mounts_escape(char *out, const char *s);
void mounts_unescape(char *s);

const char *mounts_reason(enum verdict v);

#endif
