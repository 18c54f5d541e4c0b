/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arguments of a request, for verbs. Each says -EINVAL, and the reason by ctl_why(), when the value does not fit; `def` is
 * taken when the key is not there. hvhostctl sends what looks like a number as one, so text may come as a number, too.
 */
#ifndef HOST_CTL_ARGS_H
#define HOST_CTL_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ctl.h"

/* Whole numbers, or text like "512M" (powers of 1024) or "0x10". */
int ctl_arg_num(struct ctl_request *req, const json_t *args, const char *key, uint64_t def, uint64_t min, uint64_t max,
		uint64_t *out);
/* As above, and the key must be there. */
int ctl_need_num(struct ctl_request *req, const json_t *args, const char *key, uint64_t min, uint64_t max, uint64_t *out);
/* true/false, "on"/"off", 1/0. */
int ctl_arg_bool(struct ctl_request *req, const json_t *args, const char *key, bool def, bool *out);
/* Text of at most size-1 bytes (UTF-8), copied. def NULL: the key must be there. */
int ctl_arg_text(struct ctl_request *req, const json_t *args, const char *key, const char *def, char *out, size_t size);

#endif
