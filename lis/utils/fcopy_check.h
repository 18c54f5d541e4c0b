/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: file copy (docs/wire/03-integration-components.md 7.3, 9): the host's messages in their order, as the daemon
 * gets them.
 */
#ifndef _LIS_FCOPY_CHECK_H
#define _LIS_FCOPY_CHECK_H

#include "pure.h"
#include <wire/fcopy.h>

#define FCOPY_DAEMON_NAME_MAX 259 /* bytes of a name, its end not counted */
#define FCOPY_MSG_MAX sizeof(struct fcopy_write)

/* The copy under way. */
struct fcopy_state {
	bool open;
	u64 size; /* what START said the file will have */
	u32 op; /* of the request the daemon has */
};

/*
 * A request of len bytes. Return the bytes of the message for the daemon, made in msg (FCOPY_MSG_MAX bytes), or 0 when
 * the driver answers *status itself. A message that does not fit the copy under way never reaches the daemon.
 */
u32 fcopy_check(struct fcopy_state *state, const void *body, u32 len, void *msg, u32 *status);

/* The daemon answered the request it had. */
void fcopy_answered(struct fcopy_state *state, u32 status);

/* The daemon never saw the request it was to have. */
void fcopy_withdrawn(struct fcopy_state *state);

/*
 * The copy is over, whatever the host says next. Return the bytes of a CANCEL for the daemon in msg, 0 without a copy.
 */
u32 fcopy_abandon(struct fcopy_state *state, void *msg);

#endif
