# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A second kernel started by kexec finds a host that has forgotten the first one.
# timeout: 300
# needs: kexec

if [ "$STAGE" = second ]; then
	ok "the second kernel runs"
	check "the module set loads there" load_set
	check "the balloon device is bound there" until_true 30 bound "$BALLOON_CLASS"
	host trace-count 'vmbus_initiate_contact'
	between "$HOST_REPLY" 1 9 "the second kernel made contact itself"
	exit
fi
set_up
# No point of its own: the command line carries the number of points so far.
out=$(kexec -l /second/vmlinuz --initrd=/second/initrd --command-line="$(next_cmdline second)" 2>&1) ||
	bail "kexec loads the second kernel ($out)"
# From here on only what the second kernel does, and the first one's farewell, is counted.
host trace-mark
continue_elsewhere
kexec -e -x
