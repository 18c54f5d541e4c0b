/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: a daemon keeps the capabilities its work needs, for itself and for the programs it starts.
 */
#ifndef _DAEMONS_PRIVILEGES_H
#define _DAEMONS_PRIVILEGES_H

#include <stdint.h>

#define CAP_BIT(cap) ((uint64_t)1 << (cap))

/*
 * Gives up all capabilities but these, and the way to get others. Returns 0 or -errno; a process without any
 * has no less.
 */
int privileges_limit(uint64_t keep);

#endif
