// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: capabilities by the kernel's own call; libcap is not everywhere (privileges.h).
 */
#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "shared/privileges.h"

#ifndef PR_SET_NO_NEW_PRIVS
#define PR_SET_NO_NEW_PRIVS 38
#endif
#define CAPS 64

static int read_caps(struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct hdr = { .version = _LINUX_CAPABILITY_VERSION_3, .pid = 0 };

	memset(data, 0, 2 * sizeof(data[0]));
	return syscall(SYS_capget, &hdr, data) ? -errno : 0;
}

static int write_caps(const struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct hdr = { .version = _LINUX_CAPABILITY_VERSION_3, .pid = 0 };

	return syscall(SYS_capset, &hdr, data) ? -errno : 0;
}

int privileges_limit(uint64_t keep)
{
	struct __user_cap_data_struct data[2];
	int cap, err;

	/* Numbers the kernel does not know end the list; without the right to do it, there is nothing to give up. */
	for (cap = 0; cap < CAPS; cap++)
		if (!(keep & CAP_BIT(cap)) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0))
			break;
	/* Linux before 3.5 knows no such thing. */
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	err = read_caps(data);
	if (err)
		return err;
	for (cap = 0; cap < 2; cap++) {
		data[cap].permitted &= (uint32_t)(keep >> (32 * cap));
		data[cap].effective &= (uint32_t)(keep >> (32 * cap));
		data[cap].inheritable = 0;
	}
	return write_caps(data);
}
