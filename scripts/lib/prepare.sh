# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # what lisctl and the other files of this folder set
#
# lisctl prepare: makes a machine that ran on other hardware boot on Hyper-V. A step changes the machine through put,
# put_link and drop only, which change nothing where the file is as it should be: a second run finds nothing to do.
# To be sourced by lisctl, after the other files.

# Steps in order: name, on or off by default, what it does.
prepare_steps='modules	on	our modules from --modules DIR for every kernel DIR has a folder of
initramfs	on	Hyper-V drivers in every initramfs, now and at later kernel installations
fstab	on	/etc/fstab by UUID instead of by controller
crypttab	on	/etc/crypttab by UUID
bootnames	on	root= and resume= of the boot loader by UUID
console	on	kernel messages on screen and serial console
rootdelay	on	rootdelay=300: wait for a disk that comes late; not where initramfs-tools makes the images, which waits by itself
netnames	on	network interfaces no longer tied to the old hardware addresses
daemons	on	the integration daemons that are installed start at boot
memory	on	memory the host adds is used at once
floppy	on	no floppy driver (it waits long for a drive that is not there)
relabel	on	SELinux labels of changed files are renewed at the first boot of an offline disk
dhcp	off	eth0 asks for its address (Red Hat and SUSE files)
ifnames	off	net.ifnames=0 biosdevname=0: interfaces are called eth0, eth1 ...
quiet	off	drops rhgb, quiet and crashkernel=auto
numa	off	numa=off, for kernels before 2.6.37 and 2.6.32-504
netmounts	off	network mounts of /etc/fstab are commented out
time	off	chrony reads the host clock (/dev/ptp_hyperv); only where the kernel has that device, else chronyd does not start
tools	off	services of other hypervisors are switched off'

prepare_list() { printf '%s\n' "$prepare_steps" | awk -F '\t' '{ printf "%-10s %-3s  %s\n", $1, $2, $3 }'; }

# choose_steps: $chosen from the defaults, --with, --skip and --only; an unknown name is refused.
choose_steps() {
	for cs_name in $(printf '%s' "$with $skip $only" | tr ',' ' '); do
		printf '%s\n' "$prepare_steps" | grep -q "^$cs_name	" ||
			die $E_USAGE "there is no step '$cs_name'" "" "lisctl prepare --steps lists them"
	done
	chosen=$(printf '%s\n' "$prepare_steps" | awk -F '\t' -v with="$with," -v skip="$skip," -v only="$only" '
		only != "" { if (index(only ",", "," $1 ",")) print $1; next }
		index(skip, "," $1 ",") { next }
		$2 == "on" || index(with, "," $1 ",") { print $1 }')
}

is_chosen() { printf '%s\n' "$chosen" | grep -qx "$1"; }

# --- the only ways a step changes something ------------------------------------------------------------------------

# did STEP TEXT: counted, printed, in the JSON.
did() {
	pr_changes=$((pr_changes + 1))
	item - steps step "$1" result "$did_word" text "$2"
	print "$1: $2"
}

# found STEP RESULT TEXT: nothing changed, but the admin should know.
found() {
	item - steps step "$1" result "$2" text "$3"
	print "$1: $3"
}

# put NEW PATH MODE STEP TEXT: our file NEW is what the machine's PATH shall hold.
put() {
	resolve "$2" || die $E_UNSUPPORTED "the path $2 cannot be followed" "its symbolic links go round in a circle" "mend the links"
	if [ -f "$KIT_ROOT$resolved" ] && kit_same "$1" "$KIT_ROOT$resolved"; then return 0; fi
	# No step empties a file: if one would, it did not understand it.
	[ -s "$1" ] || [ ! -s "$KIT_ROOT$resolved" ] || die $E_FAIL "step $4 would empty $2" "it was not understood" "leave the step out: --skip $4"
	did "$4" "$2: $5"
	[ $dry = yes ] || tx_write "$1" "$2" "$3"
}

# put_link TEXT PATH STEP TEXT
put_link() {
	resolve_parent "$2" || return 0
	[ "$(readlink "$KIT_ROOT$resolved" 2>/dev/null || :)" != "$1" ] || return 0
	did "$3" "$2: $4"
	[ $dry = yes ] || tx_link "$1" "$2"
}

# drop PATH STEP TEXT
drop() {
	resolve_parent "$1" || return 0
	[ -e "$KIT_ROOT$resolved" ] || [ -L "$KIT_ROOT$resolved" ] || return 0
	did "$2" "$1: $3"
	[ $dry = yes ] || tx_remove "$1"
}

# --- names of disks ------------------------------------------------------------------------------------------------

# make_map: $work/map, "DEVICE NAME" for every wandering name that fstab, crypttab or the boot loader uses: from
# --device-map, from what is mounted below the root, from the disks of this machine (when it is the one prepared and names
# them), from the target's own blkid cache. The first that knows wins.
make_map() {
	: > "$work/map"
	if [ -n "$map" ]; then
		[ -f "$map" ] || die $E_USAGE "--device-map $map: no such file"
		mm_bad=$(awk '!/^[ \t]*(#|$)/ && !(NF == 2 && $1 ~ /^\/dev\/[A-Za-z0-9\/._:-]+$/ && $2 ~ /^(UUID|LABEL|PARTUUID)=[A-Za-z0-9._:-]+$/) { print NR; exit }' "$map")
		[ -z "$mm_bad" ] || die $E_USAGE "--device-map $map: line $mm_bad is not understood" "a line is: /dev/sda1 UUID=..." "mend it"
		awk '!/^[ \t]*(#|$)/ { print $1 " " $2 }' "$map" > "$work/map"
	fi
	wandering_names | while IFS='	' read -r mm_device mm_point; do
		grep -q "^$mm_device " "$work/map" && continue
		mm_uuid=$(uuid_mounted "$mm_point")
		[ -n "$mm_uuid" ] || ! own_names || mm_uuid=$(uuid_probed "$mm_device")
		[ -n "$mm_uuid" ] || mm_uuid=$(uuid_cached "$mm_device")
		case $mm_uuid in ''|*[!A-Za-z0-9-]*) continue ;; esac
		printf '%s UUID=%s\n' "$mm_device" "$mm_uuid" >> "$work/map"
	done
}

# wandering_names: "DEVICE TAB MOUNT POINT (or -)" of everything that needs a better name.
wandering_names() {
	{
		fstab_names
		crypttab_names | sed 's/	.*/	-/'
		boot_entries | awk -F '\t' '{ n = split($3, w, " "); for (i = 1; i <= n; i++) if (w[i] ~ /^root=/) print substr(w[i], 6) "\t/"; else if (w[i] ~ /^resume=/) print substr(w[i], 8) "\t-" }'
	} | sort -u | while IFS='	' read -r wn_device wn_point; do
		if wandering "$wn_device"; then printf '%s\t%s\n' "$wn_device" "$wn_point"; fi
	done
}

# uuid_mounted POINT: of the file system mounted there below the root.
uuid_mounted() {
	case $1 in /*) ;; *) return 0 ;; esac
	um_place=${KIT_ROOT}${1%/}
	um_device=$(df -P "${um_place:-/}" 2>/dev/null | awk -v place="${um_place:-/}" 'NR == 2 && $6 == place && $1 ~ /^\/dev\// { print $1 }')
	[ -z "$um_device" ] || uuid_probed "$um_device"
}

# own_names: are /dev's names those of the machine that is prepared? Not in a chroot (a rescue system's, an appliance's): the
# system around it named the disks it sees, and its own may be among them. Somebody who may not look is no chroot's root.
own_names() {
	[ -z "$rooted" ] && [ -e /proc/1 ] || return 1
	on_first=$(stat -c %d:%i /proc/1/root/ 2>/dev/null) || return 0
	[ "$on_first" = "$(stat -c %d:%i /)" ]
}

# uuid_probed DEVICE: asked of the device itself. blkid's cache may be another system's, and would be written to the root.
uuid_probed() {
	[ ! -b "$1" ] || blkid -c /dev/null -o value -s UUID "$1" 2>/dev/null || :
}

uuid_cached() {
	for uc_file in /etc/blkid/blkid.tab /etc/blkid.tab /run/blkid/blkid.tab; do
		root_cat "$uc_file" | awk -v device="$1" 'index($0, ">" device "<") && match($0, / UUID="[^"]*"/) { print substr($0, RSTART + 7, RLENGTH - 8); exit }'
	done | head -n 1
}

# need_names: a name that cannot be made stable is refused before anything is changed.
need_names() {
	nd_lost=$(wandering_names | while IFS='	' read -r nd_device nd_point; do
		grep -q "^$nd_device " "$work/map" || printf ' %s (%s)' "$nd_device" "$nd_point"
	done)
	[ -z "$nd_lost" ] || forced "no UUID is known for$nd_lost" ||
		die $E_UNSUPPORTED "no UUID is known for$nd_lost" "these names change with the disk's controller, and nothing here says what they hold" \
			"name them: --device-map FILE with lines '/dev/sda1 UUID=...' (blkid on the old machine prints them)"
}

# --- steps ---------------------------------------------------------------------------------------------------------

step_fstab() {
	root_file /etc/fstab || return 0
	rename_column 1 /etc/fstab "$work/new"
	put "$work/new" /etc/fstab - fstab "devices named by UUID"
}

step_crypttab() {
	root_file /etc/crypttab || return 0
	rename_column 2 /etc/crypttab "$work/new"
	put "$work/new" /etc/crypttab - crypttab "devices named by UUID"
}

# rename_column N PATH OUT: that column through the map; everything else, comments and spacing too, stays.
rename_column() {
	root_cat "$2" | awk -v column="$1" '
		input == 1 { map[$1] = $2; next }
		/^[ \t]*#/ || !($column in map) { print; next }
		{ at = 1; rest = $0; head = ""
		  for (i = 1; i < column; i++) { match(rest, /^[ \t]*[^ \t]+/); head = head substr(rest, 1, RLENGTH); rest = substr(rest, RLENGTH + 1) }
		  match(rest, /^[ \t]*/); head = head substr(rest, 1, RLENGTH); rest = substr(rest, RLENGTH + 1)
		  print head map[$column] substr(rest, length($column) + 1) }' input=1 "$work/map" input=2 - > "$3"
}

step_netmounts() {
	root_file /etc/fstab || return 0
	root_cat /etc/fstab | awk '!/^[ \t]*#/ && $3 ~ /^(nfs|nfs4|cifs|smbfs)$/ { print "# lis-prepare: " $0; next } { print }' > "$work/new"
	put "$work/new" /etc/fstab - netmounts "network mounts commented out"
}

# wants_delay: is rootdelay= to be set? Guides for Hyper-V ask for it. The init of initramfs-tools sleeps that long at every
# boot, though (and waits half a minute for a late root without being told).
wants_delay() {
	is_chosen rootdelay || return 1
	[ "$(initramfs_tool)" = update-initramfs ] || return 0
	case ",$with,$only," in *,rootdelay,*) return 0 ;; esac
	for wd_file in $(boot_files) /etc/default/grub; do
		root_file "$wd_file" || continue
		! root_cat "$wd_file" | grep -q '^[^#]*rootdelay=' ||
			found rootdelay found "$(plain_path "$wd_file") has rootdelay=: with initramfs-tools every boot takes that much longer; take it out by hand"
	done
	return 1
}

# The boot loader's arguments: one edit for all steps that want a change in them.
step_arguments() {
	ar_add= ar_drop= ar_steps=
	: > "$work/argmap"
	if is_chosen bootnames; then ar_steps="$ar_steps bootnames"; cp "$work/map" "$work/argmap"; fi
	if is_chosen console; then ar_steps="$ar_steps console"; ar_add="$ar_add console=tty0 console=ttyS0,115200n8"; fi
	if wants_delay; then ar_steps="$ar_steps rootdelay"; ar_add="$ar_add rootdelay=300"; fi
	if is_chosen ifnames; then ar_steps="$ar_steps ifnames"; ar_add="$ar_add net.ifnames=0 biosdevname=0"; fi
	if is_chosen numa; then ar_steps="$ar_steps numa"; ar_add="$ar_add numa=off"; fi
	if is_chosen quiet; then ar_steps="$ar_steps quiet"; ar_drop="rhgb quiet crashkernel=auto"; fi
	[ -n "$ar_steps" ] || return 0
	ar_steps=${ar_steps# }
	for ar_file in $(boot_files) /boot/grub2/grubenv /etc/default/grub /etc/kernel/cmdline; do
		root_file "$ar_file" || continue
		edit_arguments "$ar_file" > "$work/new"
		put "$work/new" "$ar_file" - "$(printf '%s' "$ar_steps" | tr ' ' ',')" "kernel arguments"
	done
}

# edit_arguments PATH: the file with its kernel arguments changed. Knows linux and kernel lines (GRUB), options lines
# (BLS), kernelopts (grubenv, whose size is fixed), /etc/default/grub, /etc/kernel/cmdline.
edit_arguments() {
	root_cat "$1" | awk -v add="$ar_add" -v drop="$ar_drop" -v file="${1##*/}" -v uuids="$(is_chosen bootnames && echo 1)" '
		function key(word) { sub(/=.*/, "", word); return word }
		function edit(text, whole,   n, w, i, out, lead, have, name) {
			match(text, /^[ \t]*/); lead = substr(text, 1, RLENGTH)
			n = split(text, w, /[ \t]+/)
			for (i = 1; i <= n; i++) {
				if (w[i] == "" || index(" " drop " ", " " w[i] " ")) continue
				name = w[i]; sub(/^[a-z]+=/, "", name)
				if (w[i] ~ /^(root|resume)=/ && name in map) w[i] = key(w[i]) "=" map[name]
				have[w[i]] = 1; if (key(w[i]) == "rootdelay") have["rootdelay=300"] = 1
				if (w[i] ~ /^console=ttyS0/) have["console=ttyS0,115200n8"] = have["console=tty0"] = 1
				out = out (out == "" ? "" : " ") w[i]
			}
			if (whole) { n = split(add, w, " "); for (i = 1; i <= n; i++) if (!(w[i] in have)) out = out (out == "" ? "" : " ") w[i] }
			return lead out
		}
		input == 1 { map[$1] = $2; next }
		file == "grubenv" {
			if (/^#+$/) next
			if (/^kernelopts=/) $0 = "kernelopts=" edit(substr($0, 12), 1)
			body = body $0 "\n"; next
		}
		file == "cmdline" { print edit($0, 1); next }
		file == "grub" {
			# In double quotes, in single ones, or without any; a quote behind a backslash ends nothing.
			if (match($0, /^GRUB_CMDLINE_LINUX(_DEFAULT)?=("([^"\\]|\\.)*"|\047[^\047]*\047|[^ \t"\047#]*)/)) {
				value = substr($0, 1, RLENGTH); tail = substr($0, RLENGTH + 1)
				head = value; sub(/=.*/, "=", head); value = substr(value, length(head) + 1)
				quote = ""
				if (value ~ /^["\047]/) { quote = substr(value, 1, 1); value = substr(value, 2, length(value) - 2) }
				if (head == "GRUB_CMDLINE_LINUX=") told = 1
				value = edit(value, head == "GRUB_CMDLINE_LINUX=")
				if (quote == "" && value ~ / /) quote = "\""
				$0 = head quote value quote tail
			}
			# Or the next update-grub names the root by its device again.
			if (uuids && /^GRUB_DISABLE_(LINUX_)?UUID=["\047]?true/) sub(/=.*/, "=false")
			print; next
		}
		/^[ \t]*set (kernelopts|default_kernelopts)="/ {
			value = $0; sub(/^[^"]*"/, "", value); sub(/".*/, "", value); head = $0; sub(/".*/, "", head)
			print head "\"" edit(value, 1) "\""; next
		}
		/^[ \t]*options[ \t]/ {
			match($0, /^[ \t]*options[ \t]+/); head = substr($0, 1, RLENGTH)
			print head edit(substr($0, RLENGTH + 1), $0 !~ /\$kernelopts/); next
		}
		/^[ \t]*(linux|linux16|linuxefi|kernel|module)[ \t]+[^ \t]*vmlinu[^ \t]*/ {
			match($0, /^[ \t]*[a-z0-9]+[ \t]+[^ \t]+[ \t]*/); head = substr($0, 1, RLENGTH)
			if (head !~ /[ \t]$/) head = head " "
			print head edit(substr($0, RLENGTH + 1), 1); next
		}
		{ print }
		END {
			if (file == "grub" && !told && add != "") print "GRUB_CMDLINE_LINUX=\"" edit("", 1) "\""
			if (file != "grubenv" || body == "") exit
			while (length(body) < 1024) body = body "#"
			printf "%s", body
		}' input=1 "$work/argmap" input=2 -
}

step_netnames() {
	drop /etc/udev/rules.d/70-persistent-net.rules netnames "interface names tied to the old cards removed"
	drop /etc/udev/rules.d/30-net_persistent_names.rules netnames "interface names tied to the old cards removed"
	for sn_rule in 75-persistent-net-generator.rules 31-network_persistent_names.rules; do
		if root_file "/lib/udev/rules.d/$sn_rule"; then
			put_link /dev/null "/etc/udev/rules.d/$sn_rule" netnames "no new ties are made"
		fi
	done
	for sn_dir in /etc/sysconfig/network-scripts /etc/sysconfig/network; do
		resolve "$sn_dir" || continue
		sn_real=$resolved
		for sn_file in "$KIT_ROOT$sn_real"/ifcfg-*; do
			[ -f "$sn_file" ] || continue
			case $sn_file in *ifcfg-lo) continue ;; esac
			sed '/^[[:space:]]*\(HWADDR\|UUID\|LLADDR\)=/d' "$sn_file" > "$work/new"
			put "$work/new" "$sn_real/${sn_file##*/}" - netnames "the old card's address removed"
		done
	done
	resolve /etc/NetworkManager/system-connections || return 0
	sn_real=$resolved
	for sn_file in "$KIT_ROOT$sn_real"/*; do
		[ -f "$sn_file" ] || continue
		sed '/^mac-address=/d' "$sn_file" > "$work/new"
		put "$work/new" "$sn_real/${sn_file##*/}" - netnames "the old card's address removed"
	done
	for sn_file in "$KIT_ROOT"/etc/netplan/*.yaml; do
		[ -f "$sn_file" ] && grep -q '^[[:space:]]*macaddress:' "$sn_file" || continue
		found netnames found "$(plain_path "$sn_file") matches a card by its address (macaddress); change that by hand"
	done
}

step_dhcp() {
	case $family in
	rhel) root_dir /etc/sysconfig/network-scripts || { found dhcp skipped "no /etc/sysconfig/network-scripts: NetworkManager asks for addresses by itself"; return 0; }
		printf 'DEVICE=eth0\nONBOOT=yes\nBOOTPROTO=dhcp\nTYPE=Ethernet\nPERSISTENT_DHCLIENT=yes\n' > "$work/new"
		put "$work/new" /etc/sysconfig/network-scripts/ifcfg-eth0 - dhcp "eth0 asks for its address" ;;
	suse) printf "BOOTPROTO='dhcp'\nSTARTMODE='auto'\n" > "$work/new"
		put "$work/new" /etc/sysconfig/network/ifcfg-eth0 - dhcp "eth0 asks for its address" ;;
	*) found dhcp skipped "only written for Red Hat and SUSE files" ;;
	esac
}

# The names the distributions gave the daemons' services.
daemon_names='hypervkvpd hypervvssd hypervfcopyd hv-kvp-daemon hv-vss-daemon hv-fcopy-daemon hv_kvp_daemon hv_vss_daemon hv_fcopy_daemon'

step_daemons() {
	for sd_name in $daemon_names; do
		if root_file "/usr/lib/systemd/system/$sd_name.service" || root_file "/lib/systemd/system/$sd_name.service"; then
			sd_unit=$resolved
			sd_wanted=$(sed -n 's/^WantedBy=\([^ ]*\).*/\1/p' "$KIT_ROOT$sd_unit" | head -n 1)
			# A unit without WantedBy is started by its device.
			case $sd_wanted in ''|*/*) continue ;; esac
			put_link "$sd_unit" "/etc/systemd/system/$sd_wanted.wants/$sd_name.service" daemons "starts at boot"
		elif root_file "/etc/init.d/$sd_name"; then
			enable_sysv "$sd_name"
		fi
	done
}

# enable_sysv NAME: the links chkconfig would make, from the script's own header.
enable_sysv() {
	es_header=$(sed -n 's/^# chkconfig:[[:space:]]*\([0-9]*\)[[:space:]]*\([0-9]*\).*/\1 \2/p' "$KIT_ROOT$resolved" | head -n 1)
	[ -n "$es_header" ] || return 0
	es_order=${es_header#* }
	for es_level in 2 3 4 5; do
		case ${es_header% *} in *$es_level*) ;; *) continue ;; esac
		root_dir "/etc/rc$es_level.d" || continue
		put_link "../init.d/$1" "/etc/rc$es_level.d/S$es_order$1" daemons "starts at boot"
	done
}

step_memory() {
	root_dir /etc/udev/rules.d || return 0
	printf '%s\n' '# Memory the host adds is used at once.' \
		'SUBSYSTEM=="memory", ACTION=="add", ATTR{state}=="offline", ATTR{state}="online"' > "$work/new"
	put "$work/new" /etc/udev/rules.d/80-lis-memory.rules 644 memory "memory the host adds is used at once"
}

step_floppy() {
	if root_dir /etc/modprobe.d; then
		echo 'blacklist floppy' > "$work/new"
		put "$work/new" /etc/modprobe.d/lis-floppy.conf 644 floppy "no floppy driver"
	fi
}

step_time() {
	for sx_file in /etc/chrony.conf /etc/chrony/chrony.conf; do
		root_file "$sx_file" || continue
		printf '%s\n' 'SUBSYSTEM=="ptp", ATTR{clock_name}=="hyperv", SYMLINK+="ptp_hyperv"' > "$work/new"
		put "$work/new" /etc/udev/rules.d/80-lis-ptp.rules 644 time "the host clock's device has a name of its own"
		{ root_cat "$sx_file" | grep -v '^refclock PHC /dev/ptp_hyperv' || :
			echo 'refclock PHC /dev/ptp_hyperv poll 3 dpoll -2 offset 0 stratum 2'; } > "$work/new"
		put "$work/new" "$sx_file" - time "the host clock is a source"
	done
}

# Services of other hypervisors and of hardware that stays behind: program TAB service.
foreign_tools='/usr/bin/vmtoolsd	open-vm-tools vmtoolsd vmware-tools
/usr/sbin/vmtoolsd	vmtoolsd vmware-tools
/usr/sbin/VBoxService	vboxadd-service virtualbox-guest-utils
/usr/sbin/xe-daemon	xe-linux-distribution xe-daemon
/usr/bin/qemu-ga	qemu-guest-agent
/usr/sbin/qemu-ga	qemu-guest-agent
/usr/bin/prltoolsd	prltoolsd
/opt/dell/srvadmin/sbin/dsm_sa_datamgrd	dataeng dsm_sa_datamgrd
/sbin/hpasmlited	hp-health'

step_tools() {
	printf '%s\n' "$foreign_tools" > "$work/tools"
	while IFS='	' read -r to_program to_services; do
		resolve "$to_program" && [ -e "$KIT_ROOT$resolved" ] || continue
		if ! is_chosen tools; then
			found tools found "$to_program is of no use on Hyper-V (--with tools switches its services off; remove it when the machine runs)"
			continue
		fi
		for to_name in $to_services; do
			for to_dir in /usr/lib/systemd/system /lib/systemd/system; do
				if root_file "$to_dir/$to_name.service"; then
					put_link /dev/null "/etc/systemd/system/$to_name.service" tools "does not start any more"
				fi
			done
			for to_link in "$KIT_ROOT"/etc/rc[2345].d/S[0-9][0-9]"$to_name" "$KIT_ROOT"/etc/init.d/rc[2345].d/S[0-9][0-9]"$to_name"; do
				[ -L "$to_link" ] || continue
				drop "$(plain_path "$to_link")" tools "does not start any more"
			done
		done
	done < "$work/tools"
}

# --- modules and initramfs -----------------------------------------------------------------------------------------

step_modules() {
	[ -n "$modules" ] || { found modules skipped "no --modules DIR: every kernel keeps the drivers it has"; return 0; }
	[ -d "$modules" ] || die $E_USAGE "--modules $modules: no such folder"
	for sm_kernel in $kernels; do
		[ -d "$modules/$sm_kernel" ] || { found modules skipped "kernel $sm_kernel: $modules has none for it"; continue; }
		if sm_text=$(LIS_ACCEPT_PARTIAL_SET=$accept "$gate" "$sm_kernel" "$(kit_kdir "$sm_kernel" || printf '%s\n' "$modules/$sm_kernel")"); then
			inject_modules "$sm_kernel"
		else
			found modules skipped "$sm_text"
		fi
	done
}

# inject_modules K: the whole set or nothing; made for K, read from the modules themselves. What K cannot have is read
# from its headers, or from the list the build left beside the modules.
inject_modules() {
	rm -rf "$work/inject"
	mkdir "$work/inject"
	for ij_name in $(kit_modules "$conf" "$(kit_kdir "$1" || printf '%s\n' "$modules/$1")"); do
		ij_file=$modules/$1/$ij_name.ko
		[ -f "$ij_file" ] || die $E_UNSUPPORTED "$modules/$1 has no $ij_name.ko" "the set is installed whole or not at all" \
			"build it: scripts/build-modules.sh"
		ij_magic=$(modinfo -F vermagic "$ij_file" 2>/dev/null || :)
		[ "${ij_magic%% *}" = "$1" ] || die $E_WRONGHEADERS "$ij_file was made for '${ij_magic%% *}'" "kernel $1 would refuse it" \
			"build it with the headers of $1"
		cp "$ij_file" "$work/inject/"
	done
	[ ! -s "$modules/$1/left-out" ] || cp "$modules/$1/left-out" "$work/inject/"
	ij_dest=/lib/modules/$1/updates/lis
	if root_dir "$ij_dest" && [ "$(tx_sum "$KIT_ROOT$resolved")" = "$(tx_sum "$work/inject")" ] && [ "$(kernel_state "$1")" = ours ]; then
		return 0
	fi
	did modules "kernel $1: our modules in $ij_dest"
	[ $dry = no ] || return 0
	tx_copy_tree "$work/inject" "$ij_dest"
	write_index "$1"
	[ "$(kernel_state "$1")" = ours ] || die $E_VERIFY "kernel $1 would not load our modules" "depmod's index names others" "see $log"
}

# keep_index K: every file depmod writes.
keep_index() {
	for wi_name in alias alias.bin dep dep.bin symbols symbols.bin devname softdep builtin.bin builtin.alias.bin weakdep \
			ccwmap ieee1394map inputmap isapnpmap ofmap pcimap seriomap usbmap; do
		printf '%s\n' "/lib/modules/$1/modules.$wi_name"
	done > "$work/keep"
	tx_keep_list < "$work/keep"
}

write_index() {
	keep_index "$1"
	logged depmod -b "${KIT_ROOT:-/}" "$1" || die $E_FAIL "depmod failed for kernel $1" "$(tail -n 1 "$log")" "see $log"
}

# initramfs_tool: what makes initramfs images on that machine.
initramfs_tool() {
	for it_tool in update-initramfs:/usr/sbin dracut:/usr/bin dracut:/sbin dracut:/usr/sbin mkinitrd:/sbin; do
		if root_file "${it_tool#*:}/${it_tool%:*}"; then
			printf '%s\n' "${it_tool%:*}"
			return 0
		fi
	done
	return 1
}

# wanted_names K: loadable Hyper-V drivers of this kernel that a boot, its console or its network may need. In-box ones
# cannot load beside our hv_vmbus.
wanted_names() {
	wa_names='hv_vmbus hv_storvsc hv_netvsc hv_utils hv_balloon hyperv_keyboard hid_hyperv pci_hyperv'
	! is_ours "$(module_path "$1" hv_vmbus)" || wa_names=$(kit_set "$1")
	for wa_name in $wa_names; do
		case $(module_path "$1" "$wa_name") in ''|builtin) ;; *) printf '%s\n' "$wa_name" ;; esac
	done
}

step_initramfs() {
	si_tool=$(initramfs_tool) || { found initramfs skipped "no update-initramfs, dracut or mkinitrd on that machine"; return 0; }
	si_all=$(for si_kernel in $kernels; do wanted_names "$si_kernel"; done | sort -u | tr '\n' ' ' | sed 's/ $//')
	[ -n "$si_all" ] || { found initramfs skipped "no kernel has a loadable Hyper-V driver"; return 0; }
	initramfs_config "$si_all"
	for si_kernel in $kernels; do
		si_image=$("$initramfs" image "$si_kernel") || continue
		if image_lacks "$si_kernel" "$si_image"; then
			did initramfs "$(plain_path "$si_image"): rebuilt (lacking:$si_lacking)"
			[ $dry = yes ] || rebuild_image "$si_kernel" "$(plain_path "$si_image")"
		fi
	done
}

# initramfs_config NAMES: so that every later kernel's image has them too.
initramfs_config() {
	case $si_tool in
	dracut)
		printf '# SPDX-License-Identifier: GPL-2.0-only\n# Written by lisctl prepare.\nadd_drivers+=" %s "\n' "$1" > "$work/new"
		put "$work/new" /etc/dracut.conf.d/90-lis-prepare.conf 644 initramfs "Hyper-V drivers in every image" ;;
	update-initramfs)
		{ root_cat /etc/initramfs-tools/modules || :; } > "$work/old"
		{ cat "$work/old"; for ic_name in $1; do grep -qx "$ic_name" "$work/old" || echo "$ic_name"; done; } > "$work/new"
		put "$work/new" /etc/initramfs-tools/modules - initramfs "Hyper-V drivers in every image" ;;
	mkinitrd)
		if root_file /etc/sysconfig/kernel && grep -q '^INITRD_MODULES=' "$KIT_ROOT$resolved"; then
			awk -v names="$1" '/^INITRD_MODULES="/ {
				value = $0; sub(/^[^"]*"/, "", value); sub(/".*/, "", value); n = split(names, w, " ")
				for (i = 1; i <= n; i++) if ((" " value " ") !~ (" " w[i] " ")) value = value (value == "" ? "" : " ") w[i]
				print "INITRD_MODULES=\"" value "\""; next } { print }' "$KIT_ROOT$resolved" > "$work/new"
			put "$work/new" /etc/sysconfig/kernel - initramfs "Hyper-V drivers in every image"
		elif root_file /etc/modprobe.conf; then
			{ grep -v ' hv_storvsc$' "$KIT_ROOT$resolved" || :; echo 'alias scsi_hostadapter99 hv_storvsc'; } > "$work/new"
			put "$work/new" /etc/modprobe.conf - initramfs "Hyper-V drivers in every image"
		fi ;;
	esac
}

# image_lacks K IMAGE: does it lack a driver of the boot, or hold another set than the disk? $si_lacking says what.
image_lacks() {
	il_dir=$work/lacks si_lacking=
	rm -rf "$il_dir"
	mkdir "$il_dir"
	if image_unpack "$2" "$il_dir"; then
		image_modules "$il_dir" > "$work/inside"
		for il_name in $(needed_names "$1"); do
			il_path=$(awk -F '\t' -v name="$il_name" '$1 == name { print $2; exit }' "$work/inside")
			if [ -z "$il_path" ]; then
				si_lacking="$si_lacking $il_name"
			elif [ "$(modinfo -F srcversion "$il_path" 2>/dev/null || :)" != "$(modinfo -F srcversion "$(module_path "$1" "$il_name")" 2>/dev/null || :)" ]; then
				si_lacking="$si_lacking $il_name(other-build)"
			fi
		done
	else
		si_lacking=' everything(unreadable)'
	fi
	rm -rf "$il_dir"
	[ -n "$si_lacking" ]
}

# on_target COMMAND...: with the machine's own programs. Its own /proc, /sys and /dev are lent for that long. $ot_last: the last it said.
on_target() {
	ot_code=0
	if [ -z "$KIT_ROOT" ]; then
		logged "$@" || ot_code=$?
		ot_last=$(tail -n 1 "$log")
		return $ot_code
	fi
	lend_folders
	logged chroot "$KIT_ROOT" /usr/bin/env PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@" || ot_code=$?
	ot_last=$(tail -n 1 "$log")
	return_folders
	return $ot_code
}

lend_folders() {
	lent=
	for lf_name in proc sys dev; do
		lf_dir=$KIT_ROOT/$lf_name
		[ -d "$lf_dir" ] && [ ! -L "$lf_dir" ] || continue
		# Not where somebody did it already. Nodes of the disk itself are no help: below FUSE nobody may open them.
		[ -z "$(ls -A "$lf_dir")" ] || [ "$(stat -c %d "$lf_dir")" = "$(stat -c %d "$KIT_ROOT/")" ] || continue
		# Noted first: a signal may come in between.
		lent="$lf_name $lent"
		logged mount --bind "/$lf_name" "$lf_dir" || lent=${lent#* }
	done
}

return_folders() {
	for rf_name in ${lent:-}; do
		logged umount "$KIT_ROOT/$rf_name" || tell "lis: $KIT_ROOT/$rf_name is still mounted: umount it before the disk is taken away"
	done
	lent=
}

# rebuild_image K PATH: with what the machine itself makes images with; then looked into. A rebuild that fails ends the
# whole preparation, and everything is taken back.
rebuild_image() {
	image_names "$2" > "$work/keep"
	tx_keep_list < "$work/keep"
	tell "lis: rebuilding $2 of kernel $1"
	ri_names=$(wanted_names "$1" | tr '\n' ' ')
	timed "rebuilding $2" make_image "$1" "$2" || die $E_FAIL "the initramfs of kernel $1 could not be rebuilt" "$ot_last" \
		"see $log; or go without: --no-initramfs"
	tell "lis: rebuilt $2 in $took s"
	! image_lacks "$1" "$KIT_ROOT$2" || die $E_VERIFY "the rebuilt initramfs of kernel $1 still lacks:$si_lacking" \
		"$si_tool left them out" "see $log"
}

make_image() {
	case $si_tool:$family in
	update-initramfs:*) on_target update-initramfs -u -k "$1" ;;
	dracut:*) on_target dracut --force "$2" "$1" ;;
	mkinitrd:suse) on_target mkinitrd -k "vmlinuz-$1" -i "${2##*/}" ;;
	*) # shellcheck disable=SC2046 # one word per module
		on_target mkinitrd -f $(for ri_name in $ri_names; do printf -- '--preload=%s ' "$ri_name"; done) "$2" "$1" ;;
	esac
}

# --- the verb ------------------------------------------------------------------------------------------------------

step_relabel() {
	[ -n "$rooted" ] && [ "$pr_changes" -gt 0 ] && root_cat /etc/selinux/config | grep -q '^SELINUX=\(enforcing\|permissive\)' || return 0
	: > "$work/new"
	put "$work/new" /.autorelabel 644 relabel "labels are renewed at the first boot"
}

need_prepare_space() {
	for np_kernel in $kernels; do
		need_writable "$np_kernel"
	done
	# shellcheck disable=SC2086 # a list of words
	! is_chosen initramfs || need_space $kernels
}

undo_prepare() {
	up_names=$(tx_history | grep -e '-prepare$' | sort -r) || :
	if [ -z "$up_names" ]; then
		tell "lis: this machine was not prepared; nothing to take back"
		result_word=nothing-to-do
		return 0
	fi
	[ "$(tx_history | tail -n 1)" = "$(printf '%s\n' "$up_names" | head -n 1)" ] || forced "something else was changed after it" ||
		die $E_VERIFY "the preparation is not the last change" "taking it back alone could undo parts of the later one" \
			"lisctl rollback takes the last one back first"
	for up_name in $up_names; do
		if [ $dry = yes ]; then print "would take back: $up_name"; else go_back "$up_name"; fi
	done
}

do_prepare() {
	if [ $undo = yes ]; then undo_prepare; return 0; fi
	choose_steps
	need_supported "$family"
	pr_changes=0 did_word=changed
	[ $dry = no ] || did_word=would-change
	make_map
	if is_chosen fstab || is_chosen crypttab || is_chosen bootnames; then need_names; fi
	if [ $dry = no ]; then
		need_prepare_space
		confirm "Prepare ${KIT_ROOT:-this machine} for Hyper-V?"
		tx_begin prepare
	fi
	for dp_step in modules initramfs fstab crypttab netmounts arguments netnames dhcp daemons memory floppy time tools relabel; do
		case $dp_step in arguments|tools) ;; *) is_chosen $dp_step || continue ;; esac
		"step_$dp_step"
	done
	fact - changes: $pr_changes
	finish_prepare
}

finish_prepare() {
	if [ $dry = yes ]; then
		result_word=reboot-needed
		[ $pr_changes -gt 0 ] || result_word=nothing-to-do
		print "dry run: nothing was changed"
		return 0
	fi
	tx_commit
	if [ $pr_changes -eq 0 ]; then
		result_word=nothing-to-do
		print "everything is as it should be: nothing to do"
		return 0
	fi
	result_word=reboot-needed
	fact - undo "lisctl prepare --undo${rooted:+ --root $rooted}"
	print "done: $pr_changes changes; take them back with: lisctl prepare --undo${rooted:+ --root $rooted}"
}
