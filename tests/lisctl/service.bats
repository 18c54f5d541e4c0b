#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2016 # output, status and the helper's names come from elsewhere
#
# sign: keys, signatures as the kernel checks them, the request to the firmware (mokutil is a stand-in). report: what
# helps, without what identifies.

bats_require_minimum_version 1.5.0
load deploy

setup_file() {
	file_setup
	export MODS=$BATS_FILE_TMPDIR/mods
	make_modules "$MODS"
	openssl req -new -x509 -newkey rsa:2048 -nodes -subj /CN=given -keyout "$BATS_FILE_TMPDIR/given.key" -out "$BATS_FILE_TMPDIR/given.pem" 2> /dev/null
}

# signed_machine: a machine with our set, and an initramfs tool that would be found.
signed_machine() {
	make_machine debian
	mkdir -p "$root/lib/modules/5.0.0-K/updates/lis"
	cp "$MODS/ours/"*.ko "$root/lib/modules/5.0.0-K/updates/lis/"
	depmod -b "$root" 5.0.0-K
	rm "$root/boot/initrd.img-5.0.0-K"
	export KIT_ROOT=$root
}

# check_signature FILE CERT: what the kernel does: the last 28 bytes, the twelve before, the CMS message over the rest.
check_signature() {
	python3 - "$1" "$BATS_TEST_TMPDIR" <<-'PY'
	import struct, sys
	data = open(sys.argv[1], "rb").read()
	magic = b"~Module signature appended~\n"
	assert data.endswith(magic), "not signed"
	info = data[-len(magic) - 12:-len(magic)]
	algo, digest, kind, signer, key, size = struct.unpack(">BBBBB3xI", info)
	assert (algo, digest, kind, signer, key) == (0, 0, 2, 0, 0), info
	end = len(data) - len(magic) - 12
	assert magic not in data[:end], "signed twice"
	open(sys.argv[2] + "/sig", "wb").write(data[end - size:end])
	open(sys.argv[2] + "/body", "wb").write(data[:end - size])
	PY
	openssl cms -verify -binary -inform DER -in "$BATS_TEST_TMPDIR/sig" -content "$BATS_TEST_TMPDIR/body" \
		-certfile "$2" -CAfile "$2" -purpose any -no_check_time -out /dev/null
}

@test "sign: a key is made, only root reads it; every module verifies; twice is the same as once; rollback to the byte" {
	signed_machine
	before=$(picture "$root")
	run -0 lisctl sign --dry-run
	diff <(echo "$before") <(picture "$root")
	run -0 lisctl sign --yes
	[[ $output == *"key: made"*"fingerprint"* ]]
	[ "$(stat -c %a "$root/var/lib/lis/keys/mok.key" "$root/etc/lis/sign.conf" | sort -u)" = 600 ]
	openssl x509 -inform DER -in "$root/var/lib/lis/keys/mok.der" -out "$BATS_TEST_TMPDIR/cert.pem"
	for file in "$root"/lib/modules/5.0.0-K/updates/lis/*.ko; do
		check_signature "$file" "$BATS_TEST_TMPDIR/cert.pem"
		cmp "$BATS_TEST_TMPDIR/body" "$MODS/ours/${file##*/}"
	done
	sums=$(cksum "$root"/lib/modules/5.0.0-K/updates/lis/*.ko)
	run -0 json "d['key'], d['kernels'][0]['signed'] > 2, len(d['fingerprint'])" < <(lisctl sign --yes --json 2> /dev/null)
	[ "$output" = "('recorded', True, 59)" ]
	[ "$(cksum "$root"/lib/modules/5.0.0-K/updates/lis/*.ko)" = "$sums" ]
	run -0 lisctl rollback --yes
	run -0 lisctl rollback --yes
	diff <(echo "$before") <(picture "$root")
}

@test "sign: the same bytes as the kernel's own sign-file; a signature of before is replaced; packed modules stay packed" {
	[ -x "$KDIR/scripts/sign-file" ] || skip "these headers have no sign-file"
	signed_machine
	file=$root/lib/modules/5.0.0-K/updates/lis/hv_balloon.ko
	echo 'no such key~Module signature appended~' >> "$file"
	xz "$root/lib/modules/5.0.0-K/updates/lis/hv_storvsc.ko"
	depmod -b "$root" 5.0.0-K
	run -0 lisctl sign --yes --key "$BATS_FILE_TMPDIR/given.key" --cert "$BATS_FILE_TMPDIR/given.pem"
	[[ $output == *"key: given"* ]]
	"$KDIR/scripts/sign-file" sha256 "$BATS_FILE_TMPDIR/given.key" "$BATS_FILE_TMPDIR/given.pem" "$MODS/ours/hv_storvsc.ko" "$BATS_TEST_TMPDIR/theirs"
	xz -dc "$file" > /dev/null 2>&1 && false
	cmp "$BATS_TEST_TMPDIR/theirs" <(xz -dc "$root/lib/modules/5.0.0-K/updates/lis/hv_storvsc.ko.xz")
	rm "$BATS_TEST_TMPDIR/theirs"
	"$KDIR/scripts/sign-file" sha256 "$BATS_FILE_TMPDIR/given.key" "$BATS_FILE_TMPDIR/given.pem" "$MODS/ours/hv_vmbus.ko" "$BATS_TEST_TMPDIR/theirs"
	cmp "$BATS_TEST_TMPDIR/theirs" "$root/lib/modules/5.0.0-K/updates/lis/hv_vmbus.ko"
}

@test "sign: wrong keys are refused (2), nothing changed" {
	signed_machine
	before=$(picture "$root")
	given=$BATS_FILE_TMPDIR/given
	openssl genrsa -out "$BATS_TEST_TMPDIR/other.key" 2048 2> /dev/null
	run -2 lisctl sign --yes --key "$BATS_TEST_TMPDIR/other.key" --cert "$given.pem"
	[[ $output == *"do not belong together"*"why:"*"next:"* ]]
	run -2 lisctl sign --yes --key "$given.key"
	run -2 lisctl sign --yes --key "$given.key" --cert "$given.key"
	run -2 lisctl sign --yes --key /nonexistent --cert "$given.pem"
	diff <(echo "$before") <(picture "$root")
}

@test "sign: the firmware is asked once, with a password for one time; what to do on the console is said" {
	signed_machine
	mkdir -p "$root/sys/firmware/efi"
	stand_in mokutil <<-SH
	#!/bin/sh
	echo "\$*" >> "$BATS_TEST_TMPDIR/mok"
	case \$1 in
	--test-key) [ -e "$BATS_TEST_TMPDIR/enrolled" ] && echo "\$2 is already enrolled" || echo "\$2 is not enrolled" ;;
	--generate-hash=*) echo hash ;;
	esac
	SH
	export KIT_FIRMWARE=yes
	run -18 lisctl sign --yes --detailed-exit
	[[ $output == *"Enroll MOK, Continue, Yes, password "[0-9]*", Reboot"* ]]
	grep -q -- '^--import .*cert.der --hash-file' "$BATS_TEST_TMPDIR/mok"
	touch "$BATS_TEST_TMPDIR/enrolled"; rm "$BATS_TEST_TMPDIR/mok"
	run -0 lisctl sign --yes
	[[ $output == *"trusts the key already"* ]]
	run -1 grep -- --import "$BATS_TEST_TMPDIR/mok"
}

# built_is_signed: everything installed for the kernel, by the given key.
built_is_signed() {
	local file
	for file in "$root/lib/modules/$KERNEL"/updates/lis/*.ko; do
		check_signature "$file" "$BATS_FILE_TMPDIR/given.pem"
	done
}

@test "after sign, what install builds is signed too" {
	deploy_root
	run -0 lisctl sign --yes --key "$BATS_FILE_TMPDIR/given.key" --cert "$BATS_FILE_TMPDIR/given.pem"
	run -0 with 5.0.0 install --yes
	built_is_signed
	has "$KERNEL" 5.0.0
}

# make_token: a token of softhsm with the given key in it. Its PIN has what a URI must encode.
make_token() {
	type -P softhsm2-util > /dev/null || skip "softhsm2 is not installed"
	openssl engine pkcs11 2> /dev/null | grep -q pkcs11 || openssl list -providers -provider pkcs11 > /dev/null 2>&1 ||
		skip "neither libengine-pkcs11-openssl nor pkcs11-provider is installed"
	export SOFTHSM2_CONF=$BATS_TEST_TMPDIR/softhsm2.conf
	mkdir "$BATS_TEST_TMPDIR/tokens"
	printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$BATS_TEST_TMPDIR/tokens" > "$SOFTHSM2_CONF"
	softhsm2-util --init-token --free --label 'lis test' --so-pin 000000 --pin "$pin"
	softhsm2-util --import "$BATS_FILE_TMPDIR/given.key" --token 'lis test' --label sign --id 01 --pin "$pin"
}

pin='Fahrrad;7' uri='pkcs11:token=lis%20test;object=sign' uri_pin='pin-value=Fahrrad%3b7'

# pin_nowhere PATH...: the PIN is in none of these; but for the one file that is there for it.
pin_nowhere() { run -1 grep -rl --exclude-dir=history --exclude-dir=tokens --exclude=pin Fahrrad "$@"; }

@test "sign with a key in a token: every module verifies, in every shell; later builds too; rollback to the byte" {
	make_token
	for shell in "${shells[@]}"; do
		signed_machine
		mkdir -p "$root/etc/dkms/framework.conf.d"
		before=$(picture "$root")
		run -0 in_shell "$shell" sign --yes --key "$uri?$uri_pin" --cert "$BATS_FILE_TMPDIR/given.pem"
		[[ $output == *"key: given"*"fingerprint"* && $output != *Fahrrad* ]]
		for file in "$root"/lib/modules/5.0.0-K/updates/lis/*.ko; do
			check_signature "$file" "$BATS_FILE_TMPDIR/given.pem"
			cmp "$BATS_TEST_TMPDIR/body" "$MODS/ours/${file##*/}"
		done
		sums=$(cksum "$root"/lib/modules/5.0.0-K/updates/lis/*.ko)
		run -0 in_shell "$shell" sign --yes
		[[ $output == *"key: recorded"* ]]
		[ "$(cksum "$root"/lib/modules/5.0.0-K/updates/lis/*.ko)" = "$sums" ]
		pin_nowhere "$root"
		run -0 lisctl rollback --yes
		run -0 lisctl rollback --yes
		diff <(echo "$before") <(picture "$root")
	done
	rm -rf "$root"
	deploy_root
	run -0 lisctl sign --yes --key "$uri?$uri_pin" --cert "$BATS_FILE_TMPDIR/given.pem"
	run -0 with 5.0.0 install --yes
	built_is_signed
	pin_nowhere "$root"
	# The token was pulled out: what is built cannot be signed, and nothing of it stays.
	before=$(picture "$root")
	mv "$BATS_TEST_TMPDIR/tokens/"* "$BATS_TEST_TMPDIR/"
	run -1 with 5.1.0 upgrade --yes
	[[ $output == *"the key $uri cannot be used"*"why:  no such token is there"*"next:"* ]]
	diff <(echo "$before") <(picture "$root")
}

@test "the PIN of a token: in one file that only root reads; on no command line, in no log, not in the report" {
	make_token
	signed_machine
	mkdir -p "$root/etc/dkms/framework.conf.d" "$root/etc/lis"
	echo old > "$root/etc/lis/sign.conf"
	chmod 644 "$root/etc/lis/sign.conf"
	stand_in openssl <<-SH
	#!/bin/sh
	echo "\$*" >> "$BATS_TEST_TMPDIR/argv"
	exec $(type -P openssl) "\$@"
	SH
	run -0 lisctl sign --yes --key "$uri?$uri_pin" --cert "$BATS_FILE_TMPDIR/given.pem"
	grep -q "^cms .*$uri" "$BATS_TEST_TMPDIR/argv"
	pin_nowhere "$root" "$BATS_TEST_TMPDIR/argv"
	[ "$(cat "$root/etc/lis/sign.conf")" = "key=$uri?pin-source=file:/var/lib/lis/keys/pin
cert=/var/lib/lis/keys/mok.der" ]
	[ "$(cat "$root/var/lib/lis/keys/pin")" = "$pin" ]
	[ "$(stat -c %a "$root/etc/lis/sign.conf" "$root/var/lib/lis/keys/pin" | sort -u)" = 600 ]
	# shellcheck disable=SC1091 # made by lisctl
	[ "$(. "$root/etc/dkms/framework.conf.d/lis-sign.conf"; echo "$mok_signing_key")" = "$uri?pin-source=file:/var/lib/lis/keys/pin" ]
	# Of an admin who wrote it there by hand, and in a log of somebody else's making.
	printf 'key=%s?%s\ncert=/var/lib/lis/keys/mok.der\n' "$uri" "$uri_pin" > "$root/etc/lis/sign.conf"
	run -0 lisctl sign --yes
	echo "Signing key: pkcs11:object=sign?module-path=/x&$uri_pin" >> "$root/var/log/lis.log"
	unset KIT_ROOT
	run -0 lisctl report --root "$root" "$BATS_TEST_TMPDIR/report.txt"
	grep -q 'pin-value=REMOVED' "$BATS_TEST_TMPDIR/report.txt"
	pin_nowhere "$BATS_TEST_TMPDIR/report.txt"
	# Nor is it said again to somebody who is not root.
	stand_in id <<< 'echo 1000'
	run -3 lisctl sign --yes --key "$uri?$uri_pin" --cert "$BATS_FILE_TMPDIR/given.pem"
	[[ $output == *"next: sudo "*"pin-value=..."* && $output != *Fahrrad* ]]
}

@test "sign: pin-source= names a file; the PIN stays there" {
	make_token
	signed_machine
	echo "$pin" > "$BATS_TEST_TMPDIR/my-pin"
	run -0 lisctl sign --yes --key "$uri?pin-source=file:$BATS_TEST_TMPDIR/my-pin" --cert "$BATS_FILE_TMPDIR/given.pem"
	check_signature "$root/lib/modules/5.0.0-K/updates/lis/hv_vmbus.ko" "$BATS_FILE_TMPDIR/given.pem"
	grep -qx "key=$uri?pin-source=file:$BATS_TEST_TMPDIR/my-pin" "$root/etc/lis/sign.conf"
	[ ! -e "$root/var/lib/lis/keys/pin" ]
	rm "$BATS_TEST_TMPDIR/my-pin"
	run -2 lisctl sign --yes
	[[ $output == *"the PIN cannot be read from $BATS_TEST_TMPDIR/my-pin"*"why:"*"next:"* ]]
}

@test "sign with a token: a wrong PIN, no PIN, no such token or key, another's certificate (2), no way to it (17); nothing changed" {
	make_token
	signed_machine
	before=$(picture "$root")
	turned_away() { # CODE TEXT KEY [CERT]
		run -"$1" setsid -w "$top/scripts/lisctl" sign --yes --key "$3" --cert "${4:-$BATS_FILE_TMPDIR/given.pem}"
		echo "$output"
		[ "$(grep -c '^lis: ' <<< "$output")" -eq 1 ]
		[[ $output == *"$2"*"next: "* && $output != *Fahrrad* && $output != *[Ss]egmentation* ]]
		diff <(echo "$before") <(picture "$root")
	}
	turned_away 2 "the token does not take the PIN" "$uri?pin-value=Fahrrad%3b8"
	turned_away 2 "wants a PIN, and the URI names none" "$uri"
	turned_away 2 "no such token is there" "pkcs11:token=other;object=sign?$uri_pin"
	turned_away 2 "cannot be used" "pkcs11:token=lis%20test;object=other?$uri_pin"
	openssl req -new -x509 -newkey rsa:2048 -nodes -subj /CN=other -keyout "$BATS_TEST_TMPDIR/other.key" -out "$BATS_TEST_TMPDIR/other.pem" 2> /dev/null
	turned_away 2 "the certificate is of another key" "$uri?$uri_pin" "$BATS_TEST_TMPDIR/other.pem"
	run -2 --separate-stderr lisctl sign --yes --json --key "$uri?pin-value=Fahrrad%3b8" --cert "$BATS_FILE_TMPDIR/given.pem"
	echo "$output" > "$BATS_TEST_TMPDIR/json"
	grep -q '"code":2,.*the token does not take the PIN' "$BATS_TEST_TMPDIR/json"
	pin_nowhere "$BATS_TEST_TMPDIR/json" "$root"
	OPENSSL_ENGINES=/nonexistent OPENSSL_MODULES=/nonexistent turned_away 17 "openssl cannot reach a token here" "$uri?$uri_pin"
	[[ $output == *"next: apt-get install libengine-pkcs11-openssl"* ]]
}

@test "DKMS builds: what its sign-file cannot sign with a token is signed after the build, or taken away" {
	make_token
	signed_machine
	run -0 lisctl sign --yes --key "$uri?$uri_pin" --cert "$BATS_FILE_TMPDIR/given.pem"
	tree=$BATS_TEST_TMPDIR/dkms/lis/5.0.0
	mkdir -p "$tree/build/kit" "$tree/K/x86_64/module"
	cp -r "$top/scripts/lib" "$top/packaging/dkms/post-build" "$tree/build/kit/"
	cp "$top/scripts/lib/kit.sh" "$tree/build/kit/"
	cp "$MODS/ours/hv_vmbus.ko" "$MODS/ours/hv_storvsc.ko" "$tree/K/x86_64/module/"
	xz "$tree/K/x86_64/module/hv_storvsc.ko"
	# (busybox's own xz cannot pack.)
	for shell in dash "bash --posix"; do
		run -0 env -C "$tree/build" $shell kit/post-build K
		[ -z "$output" ]
		check_signature "$tree/K/x86_64/module/hv_vmbus.ko" "$BATS_FILE_TMPDIR/given.pem"
		xz -dc "$tree/K/x86_64/module/hv_storvsc.ko.xz" > "$BATS_TEST_TMPDIR/storvsc.ko"
		check_signature "$BATS_TEST_TMPDIR/storvsc.ko" "$BATS_FILE_TMPDIR/given.pem"
	done
	mv "$BATS_TEST_TMPDIR/tokens/"* "$BATS_TEST_TMPDIR/"
	run -1 env -C "$tree/build" kit/post-build K
	[[ $output == *"no such token is there"* && $output != *Fahrrad* ]]
	[ -z "$(ls "$tree/K/x86_64/module")" ]
	# A key in a file is DKMS's own business.
	echo "key=/nonexistent" > "$root/etc/lis/sign.conf"
	run -0 env -C "$tree/build" kit/post-build K
}

@test "report: what helps is in it; the host's name, addresses and passwords are not; nothing is overwritten" {
	signed_machine
	unset KIT_ROOT
	mkdir -p "$root/etc/lis"
	printf 'eth0 00:15:5d:ab:cd:ef 192.168.7.23 fe80::215:5dff:feab:cdef 2001:db8:1:2:3:4:5:6 on %s\nx%sx\nuser=me Password=geheim\ncifs username=bob,password=secret2,vers=3.0\n12:34:56 kernel 2.6.32-754.3.5.el6\n' "$(uname -n)" "$(uname -n)" > "$root/var/log/lis.log"
	run -0 lisctl report --root "$root" "$BATS_TEST_TMPDIR/report.txt"
	[[ $output == *"written: $BATS_TEST_TMPDIR/report.txt"*"read it before you send it"* ]]
	[ "$(stat -c %a "$BATS_TEST_TMPDIR/report.txt")" = 600 ]
	text=$(cat "$BATS_TEST_TMPDIR/report.txt")
	for part in "=== /etc/os-release" "=== lisctl status" "=== lisctl plan" "=== lisctl verify" "FAULT" "=== modinfo 5.0.0-K hv_vmbus" \
			"=== /etc/fstab" "=== /boot/grub/grub.cfg" "=== /var/log/lis.log" "x$(uname -n)x" "12:34:56 kernel 2.6.32-754.3.5.el6"; do
		[[ $text == *"$part"* ]] || { echo "lacking: $part"; false; }
	done
	for part in geheim secret2 00:15:5d 192.168.7 fe80 2001:db8 "on $(uname -n)"; do
		[[ $text != *"$part"* ]] || { echo "still there: $part"; false; }
	done
	run -2 lisctl report --root "$root" "$BATS_TEST_TMPDIR/report.txt"
	[[ $output == *"is there already"* ]]
	run -5 lisctl report --root "$root" "$BATS_TEST_TMPDIR/none/report.txt"
	run -0 lisctl report --root "$root" --dry-run "$BATS_TEST_TMPDIR/dry.txt"
	[ ! -e "$BATS_TEST_TMPDIR/dry.txt" ]
	run -0 --separate-stderr lisctl report --root "$root" -
	[[ $output == "lis report, version "* ]]
	run -2 lisctl report --root "$root" --json -
	run -2 lisctl status stray
}
