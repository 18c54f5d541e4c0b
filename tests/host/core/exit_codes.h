/* SPDX-License-Identifier: GPL-2.0-only */
/* How hvhost ends. Documented in README.md; the rig reads them. */
#ifndef HOST_EXIT_CODES_H
#define HOST_EXIT_CODES_H

enum host_exit {
	EXIT_POWEROFF = 0,	/* the guest powered off (S5), or `quit` on the control socket */
	EXIT_HOST_ERROR = 1,	/* something on our side broke: said on stderr */
	EXIT_USAGE = 2,		/* wrong options, or a file that is not what it should be */
	EXIT_NO_KVM = 3,	/* no /dev/kvm, or one without a needed capability */
	EXIT_RESET = 10,	/* the guest reset, and --reset=exit was asked for (the default) */
	EXIT_PANIC = 11,	/* the guest reported a crash by its crash registers, then reset or stopped */
	EXIT_TRIPLE_FAULT = 12,	/* a vCPU shut down */
	EXIT_KVM_FAIL = 13,	/* KVM could not go on running a vCPU (internal error, failed entry) */
	EXIT_TIMEOUT = 14,	/* --timeout passed */
};

#endif
