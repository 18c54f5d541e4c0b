/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: live backup (docs/wire/03-integration-components.md 7.2, 8): what the driver answers itself, what the daemon
 * does.
 */
#ifndef _LIS_VSS_CHECK_H
#define _LIS_VSS_CHECK_H

#include "pure.h"
#include <wire/vss.h>

/*
 * A request of len bytes. Return true when the daemon has to do it: *msg is what to hand to it. Else *status is the
 * answer.
 */
bool vss_check(const void *body, u32 len, struct vss_daemon_msg *msg, u32 *status);

/* Put what an answer to this operation says besides its status into the body, which has 12 bytes. */
void vss_answer(void *body, u8 op, u32 status);

#endif
