/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: freezing and thawing. Folders of all file systems are opened before the first is frozen, so that thawing
 * needs no path; a child holds them too and thaws when this process dies or takes too long (watchdog.h); their
 * names stand in a file in memory for whoever comes after both (state.h).
 */
#ifndef _VSS_FREEZE_H
#define _VSS_FREEZE_H

#include <stdbool.h>
#include <sys/types.h>

#define FREEZE_SECONDS 55 /* until the watchdog thaws; a host takes a few */

struct freeze {
	const char *state_folder;
	const char *hook_folder;
	unsigned int seconds;
	const char *mountinfo; /* tests read another one */

	struct target *target; /* while frozen */
	unsigned int targets;
	bool frozen;
	bool expired; /* thawed without the host's word */
	bool hooks_due; /* thawed, and hooks have not been told */
	pid_t watchdog;
	int line; /* to the watchdog */
};

/* 0 or -errno; when not 0 nothing is frozen. */
int freeze_all(struct freeze *f);

/*
 * 0; -ETIMEDOUT: the watchdog had thawed before; -EIO: something was not frozen any more. Nothing is frozen
 * after it.
 */
int thaw_all(struct freeze *f);

/*
 * Tells hooks of a thaw, if there was one. They may take longer than the driver waits for the answer to a THAW, so that
 * comes first.
 */
void thaw_hooks(struct freeze *f);

/* A child ended: was it the watchdog? */
void freeze_child(struct freeze *f);

/* Thaws what a dead daemon left frozen; the number of file systems. */
int thaw_leftovers(const struct freeze *f);

/* Says of each mount what a freeze would do with it (--list). */
int freeze_list(const struct freeze *f);

#endif
