/* SPDX-License-Identifier: GPL-2.0-only */
/* Beside bus_double.h: GPADLs and transfer pages. */
#ifndef HOST_BUS_DOUBLE_PAGES_H
#define HOST_BUS_DOUBLE_PAGES_H

#include "bus_double.h"

/* What a transfer packet of the double begins with; ranges and payload follow. */
struct dbl_xfer {
	uint16_t set_id;
	uint16_t pad;
	uint32_t count;
};

void dbl_gpadl(struct vmb_channel *ch, uint32_t id, void *bytes, size_t len);
void dbl_gpadls_forget(void);

/* The one descriptor that is watched, if it is readable within ms: its callback has run. */
bool dbl_poll_fd(int ms);

#endif
