# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the mid layer is told of each answer of the host's (docs/wire/04-storage.md 5.5), by pass-through commands that
# nobody retries: host byte, SCSI status, sense data, residual. The stock driver says the same in every line.
# timeout: 300
# modules: hv_storvsc sd_mod
# compile: sgtool.c
# hvhost: scsi,name=odd,ram=16M:serial=ODD

read10() { sgtool cmd "/dev/$disk" 512 28 0 0 0 0 8 0 0 1 0; }
ready() { sgtool cmd "/dev/$disk" 0 0 0 0 0 0 0; }

# says WHAT INJECTED... -- WANTED: the answer to one READ(10) that the host was told to spoil
says() {
	what=$1
	shift
	host qmp odd.inject op=0x28 lun=0 count=1 "$1" ${2:+"$2"} ${3:+"$3"} || { not_ok "$what: $HOST_REPLY"; return; }
	is "$(read10)" "$wanted" "$what"
}

disks_up ODD
disk=$(disk_of ODD)
is "$(read10)" "host 00 status 00 sense 0 resid 0" "a block is read"
wanted="host 00 status 02 sense 18 03/11/00 resid 512"
says "medium error" sense=03/11/00
wanted="host 00 status 02 sense 18 05/24/00 resid 512"
says "illegal request" sense=05/24/00
wanted="host 00 status 02 sense 18 07/27/00 resid 512"
says "write protected" sense=07/27/00
wanted="host 00 status 02 sense 18 0b/47/03 resid 512"
says "aborted command" sense=0b/47/03
wanted="host 00 status 02 sense 18 04/44/00 resid 512"
says "the same with the code for an error of the host's" sense=04/44/00 srb=176
wanted="host 07 status 02 sense 0 resid 512"
says "CHECK CONDITION without sense data" status=2 srb=4
# With either driver 5.10's mid layer clears the host byte of this one, and 6.1's does not.
case $(uname -r) in [2-5].*) byte=00 ;; *) byte=07 ;; esac
wanted="host $byte status 18 sense 0 resid 512"
says "reservation conflict" status=24
host qmp odd.inject op=0 lun=0 count=1 sense=02/04/01
is "$(ready)" "host 00 status 02 sense 18 02/04/01 resid 0" "TEST UNIT READY: becoming ready"
is "$(ready)" "host 00 status 00 sense 0 resid 0" "and ready"
is "$(read10)" "host 00 status 00 sense 0 resid 0" "a block is read"
