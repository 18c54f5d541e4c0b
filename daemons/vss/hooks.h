/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: programs of the admin's that run before a freeze and after a thaw: NAME freeze, NAME thaw.
 */
#ifndef _VSS_HOOKS_H
#define _VSS_HOOKS_H

#define HOOK_FOLDER "/etc/lis/vss.d"
#define HOOK_SECONDS 60

/*
 * Runs all of a folder in the order of their names. Folder and programs must be root's and nobody else's to write;
 * others are left out, with a warning. 0 or -EIO: one failed; those before it have been told "thaw".
 */
int hooks_freeze(const char *folder);
/* In the reverse order; failures are told and change nothing. */
void hooks_thaw(const char *folder);

#endif
