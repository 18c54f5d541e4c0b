# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034 # scenarios use what is set here
#
# What scenarios are written in. Sourced by /init of the guest; runs under busybox ash. File descriptor 3 is the line
# to the rig. A scenario runs in a subshell, so `return`, `exit` and variables of one never reach the next.
#
# What is called often starts no program: one costs up to 50 ms of processor time where guests nest in an emulated machine.

VMBUS=/sys/bus/vmbus
BALLOON_CLASS=525074dc-8985-46e2-8057-a307dc18a502
POINTS=0

ctl() { echo "#$*" >&3; }
say() { ctl say "$*"; }

# cmdline KEY: value of KEY= on the kernel command line
cmdline() {
	read -r cm_line </proc/cmdline
	set -f
	for cm_word in $cm_line; do
		case $cm_word in "$1="*) echo "${cm_word#*=}" ;; esac
	done
	set +f
}

# rounds DEFAULT: how often a scenario repeats itself; a plan can ask for more (soak)
rounds() { rd_n=$(cmdline lis.rounds); echo "${rd_n:-$1}"; }

# Points. Counted in a file, because parts of a scenario run in subshells.
points_so_far() { POINTS=${1:-0}; }
point() {
	read -r pt_n </tmp/points
	echo $((pt_n + 1)) >/tmp/points
	echo "$1 $((pt_n + 1)) - $2" >&3
}
ok() { point ok "$*"; }
not_ok() { point "not ok" "$*"; }

# check DESCRIPTION COMMAND...: a point that passes when COMMAND succeeds; its output is the diagnosis
check() {
	check_d=$1
	shift
	if check_out=$("$@" 2>&1); then
		ok "$check_d"
	else
		not_ok "$check_d ($(echo "$*: $check_out" | tr '\n' ' ' | cut -c1-200))"
		return 1
	fi
}

# is GOT WANTED DESCRIPTION
is() {
	if [ "$1" = "$2" ]; then
		ok "$3"
	else
		not_ok "$3 (got '$1', wanted '$2')"
		return 1
	fi
}

# matches TEXT PATTERN DESCRIPTION: extended regular expression
matches() {
	if echo "$1" | grep -qE -- "$2"; then
		ok "$3"
	else
		not_ok "$3 ('$(echo "$1" | head -n 3 | tr '\n' ' ')' does not match '$2')"
		return 1
	fi
}

# between VALUE LOW HIGH DESCRIPTION
between() {
	if [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]; then
		ok "$4 ($1)"
	else
		not_ok "$4 (got '$1', wanted $2 .. $3)"
		return 1
	fi
}

# skip_all REASON: ends the scenario as skipped; only before the first point
skip_all() {
	echo "1..0 # skip $*" >&3
	echo skipped >/tmp/plan
	exit 0
}

# bail REASON: what follows makes no sense
bail() { not_ok "$*"; exit 1; }

# host_reply: one line from the host. In a subshell, which has no children: ash's read begins anew when a child of the shell ends meanwhile, and what it had of
# the line is lost (a daemon that was killed while the host asked: the reply and its end come together).
host_reply() { IFS= read -r host_line <&3 && printf '%s\n' "$host_line"; }

# host VERB ARG...: a host-side step; the answer is in HOST_REPLY, its success the return value
host() {
	read -r host_id </tmp/points
	host_id=$$.$host_id.$1
	ctl host "$host_id" "$@"
	while host_line=$(host_reply); do
		case $host_line in
		"#reply $host_id "*)
			host_text=${host_line#"#reply $host_id "}
			host_code=${host_text%% *}
			HOST_REPLY=${host_text#"$host_code"}
			HOST_REPLY=${HOST_REPLY# }
			return "$host_code" ;;
		esac
	done
	return 1
}

# host_ok DESCRIPTION VERB ARG...: a host-side step as a point; HOST_REPLY stays for the caller
host_ok() {
	host_d=$1
	shift
	if host "$@"; then
		ok "$host_d"
	else
		not_ok "$host_d ($HOST_REPLY)"
		return 1
	fi
}

# send_data NAME: standard input to a file in the run's log directory. Packed, as each byte costs several exits.
send_data() {
	{ echo "#data $1"; gzip -c | base64; echo "#enddata"; } >&3
}

# A twentieth of a second: nobody ever writes to this pipe.
[ -p /tmp/tick ] || mkfifo /tmp/tick
exec 8<>/tmp/tick
# shellcheck disable=SC3045 # busybox has it
tick() { read -r -t 0.05 tick_nothing <&8 || :; }

# read_uptime: whole seconds since the boot, into UPTIME
read_uptime() {
	read -r UPTIME up_idle </proc/uptime
	UPTIME=${UPTIME%%.*}
}

# until_true SECONDS COMMAND...: for state the kernel has no event for
until_true() {
	read_uptime
	until_end=$((UPTIME + $1))
	shift
	until "$@"; do
		read_uptime
		[ "$UPTIME" -lt "$until_end" ] || return 1
		tick
	done
}

# Module set
MODS=/mods

loaded() { file_is "/sys/module/$1/initstate" live; }

# file_is FILE LINE: the file can be read, and that is its first line
file_is() {
	fi_line=
	[ -r "$1" ] && read -r fi_line 2>/dev/null <"$1" && [ "$fi_line" = "$2" ]
}

load_before() {
	while read -r lb_m; do
		loaded "$lb_m" || insmod "$MODS/$lb_m.ko" || return 1
	done <"$MODS/before"
}

load_set() {
	load_before || return 1
	while read -r ls_m; do
		loaded "$ls_m" || insmod "$MODS/$ls_m.ko" || return 1
	done <"$MODS/set"
}

# load_more: the modules named by "# modules:" of this boot's scenarios. Skips where our set has no such driver yet.
load_more() {
	[ ! -s "$MODS/missing" ] || skip_all "this set has no $(tr '\n' ' ' <"$MODS/missing")yet"
	load_set || return 1
	while read -r lm_m; do
		loaded "$lm_m" || insmod "$MODS/$lm_m.ko" || return 1
	done <"$MODS/more"
}

unload_set() {
	sed '1!G;h;$!d' "$MODS/set" >/tmp/unload
	while read -r us_m; do
		# The driver link of a device appears before its probe is over; until then the module is busy.
		! loaded "$us_m" || until_true 20 rmmod "$us_m" || return 1
	done </tmp/unload
}

# The part of the set that can come and go. The in-box hv_balloon has no exit on any kernel, so once loaded it stays and
# keeps the bus: with the in-box set only hv_vmbus cycles, and only in a boot where hv_balloon has not been loaded yet.
can_unload() { grep -q cleanup_module "$MODS/$1.ko"; }
cycle_set() {
	[ -e /tmp/cycle ] || while read -r cs_m; do
		can_unload "$cs_m" || break
		echo "$cs_m"
	done <"$MODS/set" >/tmp/cycle
	cat /tmp/cycle
}
cycle_possible() {
	# The in-box hv_vmbus (seen on 6.1) dies when it is unloaded on more than one CPU of a host without direct-mode
	# timers: a timer message arrives after the clock event's handler is gone, and vmbus_isr calls address 0.
	[ "$(cmdline lis.modules)" != inbox ] || [ "$(nproc)" -eq 1 ] || return 1
	while read -r cp_m; do
		can_unload "$cp_m" || ! loaded "$cp_m" || return 1
	done <"$MODS/set"
	[ -n "$(cycle_set)" ]
}
cycle_load() {
	load_before || return 1
	for cl_m in $(cycle_set); do
		loaded "$cl_m" || insmod "$MODS/$cl_m.ko" || return 1
	done
	if [ "$(cycle_set | tail -n 1)" = hv_balloon ]; then
		until_true 30 bound "$BALLOON_CLASS"
	else
		until_true 30 have_device "$BALLOON_CLASS"
	fi
}

reload() { unload_set && cycle_load; }

# device_of CLASS: sysfs directory of the first VMBus device of that class
device_of() {
	for do_d in "$VMBUS"/devices/*; do
		do_class=
		[ ! -r "$do_d/class_id" ] || read -r do_class <"$do_d/class_id"
		case $do_class in *"$1"*) echo "$do_d"; return 0 ;; esac
	done
	return 1
}
have_device() { device_of "$1" >/dev/null; }
bound() { bound_d=$(device_of "$1") && [ -e "$bound_d/driver" ]; }

# class_up CLASS NAME: the set and the asked-for modules are loaded and the device of this class has its driver
class_up() {
	load_more || bail "the modules load"
	until_true 60 bound "$1" || bail "$2 appears and is bound"
}

# set_up: the set is loaded and the balloon device is bound; nearly every scenario starts with it
set_up() {
	load_set || bail "the module set loads"
	until_true 30 bound "$BALLOON_CLASS" || bail "the balloon device appears and is bound"
}

# rebind: the balloon driver leaves its device and takes it back
rebind() {
	rb_name=$(basename "$(device_of "$BALLOON_CLASS")")
	echo "$rb_name" >"$VMBUS/drivers/hv_balloon/unbind" && echo "$rb_name" >"$VMBUS/drivers/hv_balloon/bind"
}

# mem_back KB: MemTotal is that much again, give or take 4 MiB. The host counts memory as given back once it has said so;
# the guest takes a moment longer.
mem_near() { mn_d=$(($1 - $(mem_kb MemTotal))); [ "$mn_d" -ge -4096 ] && [ "$mn_d" -le 4096 ]; }
mem_back() { until_true 30 mem_near "$1"; }

mem_kb() { awk -v k="$1:" '$1 == k { print $2 }' /proc/meminfo; }

# Disks of the storage devices. A disk is known by its serial number (VPD page 0x80), as the host was told.

# disks_of SERIAL: the names under /sys/block of all that have it
disks_of() {
	for ds_f in /sys/block/sd*/device/vpd_pg80; do
		[ ! -r "$ds_f" ] || [ "$(tail -c +5 "$ds_f")" != "$1" ] || echo "$ds_f" | cut -d/ -f4
	done
}
disk_of() { disks_of "$1" | grep -m 1 .; }

# disks_up SERIAL...: the modules are loaded and these disks are there
disks_up() {
	load_more || bail "the modules load"
	for du_s; do
		check "disk $du_s appears" until_true 90 disk_of "$du_s" || exit
	done
}

# channels_of NAME SERIAL CHANNELS: points that a controller with so many has one for each CPU, and that the host understood it
channels_of() {
	co_cpus=$(nproc)
	co_wanted=$((co_cpus < $3 ? co_cpus : $3))
	host qmp "$1.stats"
	matches "$HOST_REPLY" "\"channels_open\": ${co_wanted}[,}]" "$2: with $co_cpus CPUs $co_wanted channels are open"
	matches "$HOST_REPLY" '"malformed": 0[,}]' "$2: the host found no packet malformed"
}

# Network. The host's peer answers at these addresses, and at any other that is not the guest's own (tests/host/dev/net_peer.c).
NET_CLASS=f8615163-df3e-46c5-913f-f2d2f965ed0e
PEER=10.99.0.1
PEER6=fd00:99::1

# net_up: the network driver is loaded, and its first interface is up with addresses. Sets NIC.
net_up() {
	class_up "$NET_CLASS" "the network device"
	# Bound is what a device is while its driver still talks with the host.
	nu_d=$(device_of "$NET_CLASS")/net
	until_true 30 test -d "$nu_d"
	for nu_i in "$nu_d"/*; do
		NIC=${nu_i##*/}
		break
	done
	[ "$NIC" != '*' ] || bail "the network device has an interface"
	ip link set lo up
	net_addresses "$NIC" 10.99.0.2/24 fd00:99::2/64
}

# net_addresses NIC IPV4 IPV6: up, with addresses; nobody else is there, so none is asked for
net_addresses() {
	echo 0 >"/proc/sys/net/ipv6/conf/$1/accept_dad" 2>/dev/null
	ip link set "$1" up
	na_has=$(ip addr show "$1")
	case $na_has in *"inet $2"*) ;; *) ip addr add "$2" dev "$1" ;; esac
	case $na_has in *"inet6 $3"*) ;; *) ip -6 addr add "$3" dev "$1" 2>/dev/null ;; esac
	until_true 20 net_carrier "$1" 1
}
net_carrier() { file_is "/sys/class/net/$1/carrier" "$2"; }

# pings N SECONDS: so many, each of which is answered, within so long. (`ping -c N -W SECONDS` of busybox waits for the last answer only
# two round trips, or a second, once there was one before; a busy machine takes more.)
pings() {
	for _ in $(seq "$1"); do
		ping -c 1 -W "$2" "$PEER" || return 1
	done
}

# nic_stat NIC NAME, ethtool_stat NIC NAME: a counter of the guest's
nic_stat() { read -r ns_value <"/sys/class/net/$1/statistics/$2" && echo "$ns_value"; }
ethtool_stat() { ethtool -S "$1" | awk -v k="$2:" '$1 == k { print $2 }'; }

# host_number DEVICE.VERB NAME: the first number of that name in the host's answer; nothing when there is none
host_number() {
	host qmp "$1" || return 1
	stat_in "$HOST_REPLY" "$2"
}

# The virtual function of an adapter. On the host the adapter is `net`, the bus with the function `vf` (tests/host/dev/igbvf.h):
# a virtual PCI bus, or a plain one (tests/host/dev/pci.c) where the set has no driver for that.
plain_bus() { [ -d /sys/bus/pci/devices/0000:00:01.0 ] || [ -e /tmp/plain-bus ]; }

# vf_of NIC: the interface that carries NIC's frames while it is there
vf_of() {
	for vo_l in "/sys/class/net/$1"/lower_*; do
		[ ! -e "$vo_l" ] || { echo "${vo_l##*/lower_}"; return 0; }
	done
	return 1
}
not_vf_of() { ! vf_of "$1" >/dev/null; }
# path_is vf|synthetic: the way the guest told the host to take
path_is() {
	host qmp net.vf || return 1
	case $HOST_REPLY in *"\"path\": \"$1\""*) ;; *) return 1 ;; esac
}
# vf_up NIC: the function is the lower device of NIC, and carries its frames. Sets VF.
vf_up() {
	check "the function joins $1" until_true 90 vf_of "$1" || exit
	VF=$(vf_of "$1")
	check "the guest switches the path to it" until_true 60 path_is vf || exit
}
# vf_add: the host gives the function. On a plain bus nobody is told; the guest has to look.
vf_add() {
	plain_bus || { host qmp add device=vpci,name=vf,function=net,net=net,serial=7; return; }
	host qmp add device=pci,name=vf,net=net && echo 1 >/sys/bus/pci/rescan
}
# vf_take ejected|rescinded: the host takes it, with the guest's leave or without a word
vf_take() {
	if ! plain_bus; then
		[ "$1" = ejected ] && { host qmp vf.eject; return; }
		host qmp remove device=vf
		return
	fi
	touch /tmp/plain-bus
	[ "$1" = ejected ] || host qmp remove device=vf || return
	echo 1 >/sys/bus/pci/devices/0000:00:01.0/remove
	[ "$1" != ejected ] || host qmp remove device=vf
}

# went_by WAY BYTES DESCRIPTION COMMAND...: COMMAND succeeds, and at least so many bytes went by that way in sum, and next to
# nothing by the other. WAY: vf or synthetic
went_by() {
	wb_way=$1 wb_bytes=$2 wb_d=$3
	shift 3
	path_bytes
	wb_vf=$VF_BYTES wb_synthetic=$SYNTHETIC_BYTES
	check "$wb_d" "$@" || return 1
	path_bytes
	wb_vf=$((VF_BYTES - wb_vf)) wb_synthetic=$((SYNTHETIC_BYTES - wb_synthetic))
	[ "$wb_way" = vf ] || { wb_n=$wb_vf; wb_vf=$wb_synthetic; wb_synthetic=$wb_n; }
	between "$wb_vf" "$wb_bytes" $((wb_bytes * 2 + 1000000)) "$wb_d: by the $wb_way"
	between "$wb_synthetic" 0 $((wb_bytes / 50 + 2000)) "$wb_d: not by the other way"
}
# path_bytes: what the host has counted both ways, into VF_BYTES and SYNTHETIC_BYTES
path_bytes() {
	host qmp net.stats || return 1
	VF_BYTES=$(($(stat_in "$HOST_REPLY" vf-rx-bytes) + $(stat_in "$HOST_REPLY" vf-tx-bytes)))
	SYNTHETIC_BYTES=$(($(stat_in "$HOST_REPLY" rx-bytes) + $(stat_in "$HOST_REPLY" tx-bytes)))
}
# stat_in TEXT NAME: the first number of that name in an answer
stat_in() {
	si_rest=${1#*"\"$2\": "}
	[ "$si_rest" = "$1" ] || echo "${si_rest%%[\{\},]*}"
}

not() { ! "$@" </dev/null; }

# buffers_are GOT ASKED DESCRIPTION: an adapter's buffers after `ethtool -G`. The stock driver rounds up to whole pages: 2002 for 2001
# and 9301 for 9299 were seen.
buffers_are() {
	[ "$(cmdline lis.modules)" = inbox ] && set -- "$@" 4
	between "$1" "$2" $(($2 + ${4:-0})) "$3"
}

# net_clean DEVICE: points that nothing went wrong on the host's side of an adapter
net_clean() {
	host qmp "$1.stats" || bail "the host tells its counters ($HOST_REPLY)"
	nc_bad=
	for nc_k in nonsense malformed bad-completions refused-by-guest seed-wrong bad-sums bad-offload offload-not-on spoofed-source runt; do
		nc_v=$(stat_in "$HOST_REPLY" "$nc_k")
		[ "${nc_v:-0}" = 0 ] || nc_bad="$nc_bad $nc_k=$nc_v"
	done
	is "$nc_bad" "" "the host saw no wrong message, offset, checksum or offload of $1"
}

# root_on_disk SERIAL: makes a file system on that disk of all the initramfs holds, and goes on from there as PID 1. What
# follows has its root on a LUN. Returns only when that fails.
root_on_disk() {
	load_set || return 1
	while read -r rd_m; do
		loaded "$rd_m" || insmod "$MODS/$rd_m.ko" || return 1
	done <"$MODS/more"
	until_true 90 disk_of "$1" >/dev/null || return 1
	mkdir -p /newroot
	mkfs.ext4 -q -F "/dev/$(disk_of "$1")" && mount -t ext4 "/dev/$(disk_of "$1")" /newroot || return 1
	for rd_f in /*; do
		case $rd_f in
		/proc | /sys | /dev | /tmp | /run | /newroot) mkdir -p "/newroot$rd_f" ;;
		*) cp -a "$rd_f" /newroot/ || return 1 ;;
		esac
	done
	touch /newroot/root-on-disk
	umount -l /sys/kernel/debug /tmp /sys /proc /dev
	exec switch_root /newroot /init
}

# resume_from SERIAL: goes on from the image of a guest that hibernated to that disk. Returns when there is none.
resume_from() {
	# Not load_more alone: it would end the scenario, and there is none yet.
	[ ! -s "$MODS/missing" ] && load_more || return 1
	until_true 90 disk_of "$1" >/dev/null || return 1
	rf_disk=$(disk_of "$1")
	[ "$(dd if="/dev/$rf_disk" bs=1 skip=4086 count=9 2>/dev/null)" = S1SUSPEND ] || return 1
	echo "init: an image on $rf_disk"
	cat "/sys/block/$rf_disk/dev" >/sys/power/resume
	echo "init: it was not resumed from"
}

# Parts of scenarios

# hibernate_to DISK: points that the guest hibernates to that disk and comes back as the one it was (see resume_from)
hibernate_to() {
	mkswap "/dev/$1" >/dev/null
	check "there is room for the image" swapon "/dev/$1"
	ht_before=$(cat /proc/sys/kernel/random/boot_id)
	echo reboot >/sys/power/disk
	echo 0 >/sys/power/image_size
	check "the guest hibernates and comes back" sh -c 'echo disk >/sys/power/state'
	is "$(cat /proc/sys/kernel/random/boot_id)" "$ht_before" "it is the guest that was, not another boot"
	host_ok "the machine did begin anew meanwhile" had-event guest-reset 5
	check "the kernel says so, too" sh -c 'dmesg | grep -q "hibernation exit"'
	echo 3 >/proc/sys/vm/drop_caches
}

# dump_vmbus: every name, mode and value of the bus in sysfs, in three sections of lines
dump_vmbus() {
	echo "== files"
	find "$VMBUS" -exec stat -c '%a %F|%n' {} +
	for dv in "$VMBUS"/devices/*/; do
		find "${dv%/}/" -exec stat -c '%a %F|%n' {} +
	done
	echo "== links"
	find "$VMBUS" "$VMBUS"/devices/*/ -type l -exec sh -c 'for l; do echo "$l|$(readlink "$l")"; done' sh {} +
	echo "== values"
	find "$VMBUS" "$VMBUS"/devices/*/ -type f -perm -400 -exec grep -sH '' {} +
}

# next_cmdline STAGE: this kernel's command line for the kernel that goes on with the scenario
next_cmdline() {
	echo "$(tr ' ' '\n' </proc/cmdline | grep -vE '^(lis\.(stage|scenario|points)|BOOT_IMAGE|crashkernel)=' | tr '\n' ' ')" \
		"lis.stage=$1 lis.scenario=$SCENARIO lis.points=$(cat /tmp/points)"
}

# continue_elsewhere: this kernel's part is over; its log so far is kept, the end is another kernel's to announce
continue_elsewhere() {
	dmesg -c | send_data dmesg.first
	touch /tmp/continues
}

# balloon_ready: the host waits some 50 s after the guest announced itself before it asks for anything
balloon_ready() {
	host balloon-ready 120 || bail "the host's balloon becomes ready ($HOST_REPLY)"
}

# load_for LIST: keeps all CPUs busy with work that allocates, until stop_load
start_load() {
	touch /tmp/load
	seq "$(nproc)" | while read -r _; do
		(while [ -e /tmp/load ]; do dd if=/dev/urandom bs=64k count=16 2>/dev/null | gzip -1 >/dev/null; done) &
	done
}
stop_load() { rm -f /tmp/load; wait; }

# stream_begin BYTES: the peer of our host sends so many, again and again, until
# stream_end NAME: a point, that none of these connections was lost
stream_begin() {
	rm -f /tmp/stream.over
	: >/tmp/stream
	while [ ! -e /tmp/stream.over ]; do
		nettool recv "$PEER" "$1" >>/tmp/stream 2>&1 || echo failed >>/tmp/stream
	done &
	stream_pid=$!
}
stream_end() {
	touch /tmp/stream.over
	wait $stream_pid
	is "$(grep -c failed /tmp/stream)" 0 "$1" || send_data load </tmp/stream
}

# Measuring on our host (`rig bench --io`)

# host_sums: exits of the machine, how many of them were halts, signals and interrupts of all channels so far, those that are
# gone included
host_sums() {
	host sums || return 1
	echo "$HOST_REPLY"
}
# What asking costs, exits and halts: told once for all measurements of a boot.
asking() {
	[ -s /tmp/asking ] || {
		as_first=$(host_sums) || bail "the host tells its counters"
		as_second=$(host_sums)
		echo "$as_first $as_second" | awk '{ print $5 - $1, $6 - $2 }' >/tmp/asking
	}
	cat /tmp/asking
}
centiseconds() { read -r cs_up cs_idle </proc/uptime && echo "${cs_up%.*}${cs_up#*.}"; }
# The monotonic clock in nanoseconds: /proc/uptime has hundredths of a second only, a tenth of many a measurement.
now_ns() { awk '/^now at/ { print $3; exit }' /proc/timer_list; }

# timed NAME AMOUNT OPERATIONS COMMAND...: how much of AMOUNT a second; exits, halts, signals and interrupts an operation (of
# 1000, as values are whole numbers), less what asking for them costs. What still stands at 0 since the boot was not counted, and is not told: halts on a KVM
# that has no such file.
timed() {
	td_name=$1 td_amount=$2 td_ops=$3
	shift 3
	td_asking=$(asking)
	td_before=$(host_sums) || bail "the host tells its counters"
	td_start=$(now_ns)
	"$@" || { not_ok "$td_name"; return 1; }
	td_time=$((($(now_ns) - td_start) / 1000))
	td_after=$(host_sums) || bail "the host tells its counters"
	[ "$td_time" -gt 0 ] || td_time=1
	ctl value "${td_name}_per_s $((td_amount * 1000000 / td_time))"
	echo "$td_before $td_after $td_ops $td_name $td_asking" | awk '{
		n = split("exits halts signals interrupts", w)
		for (k = 1; k <= n; k++) {
			cost = ($(k + n) - $k - $(2 * n + 2 + k)) * 1000 / $(2 * n + 1)
			if ($(k + n) > 0)
				printf "%s_%s_per_1000 %d\n", $(2 * n + 2), w[k], (cost > 0 ? cost : 0)
		}
	}' >/tmp/timed
	while read -r td_line; do ctl value "$td_line"; done </tmp/timed
	ok "$td_name"
}

# What all CPUs together did not idle, in nanoseconds. /proc/stat has hundredths of a second; a CPU's timers know better, of those
# that do not idle at the moment, as the only one does not.
busy_ns() {
	if [ "$(nproc)" -eq 1 ]; then
		awk '/^now at/ { busy = $3 } /^ *\.(idle|iowait)_sleeptime/ { sub(/.*:/, ""); busy -= $1 } END { printf "%.0f\n", busy }' /proc/timer_list
	else
		awk '$1 == "cpu" { printf "%.0f\n", ($2 + $3 + $4 + $7 + $8 + $9) * 10000000 }' /proc/stat
	fi
}

# costed NAME AMOUNT OPERATIONS COMMAND...: as timed(), and nanoseconds of CPU time an operation
costed() {
	co_name=$1 co_ops=$3
	co_before=$(busy_ns)
	timed "$@" || return 1
	ctl value "${co_name}_cpu_ns_per_op $((($(busy_ns) - co_before) / co_ops))"
}

# Both ends of a scenario

finish_scenario() {
	dmesg -c | send_data "dmesg$1"
	# A scenario that goes on in another kernel has not ended here.
	if [ ! -e /tmp/continues ]; then
		[ -e /tmp/plan ] || echo "1..$(cat /tmp/points)" >&3
		ctl end "$2"
	fi
	rm -f /tmp/plan /tmp/continues
}

run_scenario() {
	echo "$POINTS" >/tmp/points
	rm -f /tmp/plan
	SCENARIO=$1
	STAGE=$3
	# shellcheck disable=SC1090
	(. "/guest/$2.sh")
	finish_scenario "${3:+.$3}" "$1"
}

# Integration services. The host's verbs are reached by `host qmp DEVICE.VERB KEY=VALUE`.

# utils_up: hv_utils is loaded, and what it needs (ptp is a module on some kernels); hv_balloon is not
utils_up() {
	load_before || return 1
	grep -qx hv_vmbus "$MODS/builtin" || insmod_missing hv_vmbus || return 1
	while read -r uu_m && ! loaded hv_utils; do
		insmod_missing "$uu_m" || return 1
	done <"$MODS/more"
	[ -d /sys/module/hv_utils ]
}
insmod_missing() { loaded "$1" || insmod "$MODS/$1.ko"; }

# agreed DEVICE [SECONDS]: the guest's service has agreed to a version with the host's device
agreed() { host qmp wait event=negotiated device="$1" since=0 timeout="${2:-60}"; }

# counter DEVICE NAME: one of the device's counters into COUNTER
counter() {
	host qmp counters || return 1
	COUNTER=$(echo "$HOST_REPLY" | sed 's/.*"devices": //; s/.*"'"$1"'": {\([^}]*\)}.*/\1/; s/.*"'"$2"'": \([^,]*\).*/\1/')
}

# daemon NAME: starts one of the daemons, whosever they are; it is killed with the guest
daemon() {
	until_true 20 [ -c "/dev/vmbus/hv_$1" ] || return 1
	mkdir -p /var/lib /var/run
	"hv_$1_daemon" -n >"/tmp/hv_$1.log" 2>&1 3>&- &
}

# near GOT WANTED TOLERANCE
near() { [ $(($1 - $2)) -le "$3" ] && [ $(($2 - $1)) -le "$3" ]; }
