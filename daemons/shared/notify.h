/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * glue: tells the service manager how it goes, by its datagram socket; nothing happens where there is none.
 */
#ifndef _DAEMONS_NOTIFY_H
#define _DAEMONS_NOTIFY_H

void notify(const char *state);

#endif
