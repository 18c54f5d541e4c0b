# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # what lisctl and the other files of this folder set
#
# lisctl sign: Secure Boot. A key (given or made), the request to the firmware to trust it, a signature on every module of
# ours, and the record from which later builds are signed. To be sourced by lisctl.
#
# /etc/lis/sign.conf: lines key=PATH-OR-PKCS11-URI and cert=PATH (DER). It is read, never run. The PIN of a token is in no
# URI that is recorded and on no command line of ours: it lies in a file of its own, as pin-source= of the URI says.

sign_conf=/etc/lis/sign.conf

# sign_setting NAME: from sign.conf; nothing if there is none.
sign_setting() { root_cat $sign_conf | sed -n "s/^$1=//p" | head -n 1; }

# der_of FILE OUT: a certificate as DER, whichever it was.
der_of() {
	openssl x509 -in "$1" -inform PEM -outform DER -out "$2" 2>/dev/null || openssl x509 -in "$1" -inform DER -outform DER -out "$2" 2>/dev/null
}

# recorded_key: a file of the machine, or one outside of it that was given, or a URI.
recorded_key() {
	rk_key=$(sign_setting key)
	case $rk_key in pkcs11:*) ;; *) [ ! -r "$KIT_ROOT$rk_key" ] || rk_key=$KIT_ROOT$rk_key ;; esac
	printf '%s\n' "$rk_key"
}

# choose_key: $work/cert.der, and $sign_key: the given one; the recorded one; DKMS's own; or a new one.
choose_key() {
	key_origin=given
	if [ -n "$key$cert" ]; then
		[ -n "$key" ] && [ -n "$cert" ] || die $E_USAGE "--key and --cert belong together" "" "$0 --help lists what there is"
	elif [ -n "$(sign_setting key)" ]; then
		key_origin=recorded key=$(recorded_key) cert=$KIT_ROOT$(sign_setting cert)
	elif [ -z "$KIT_ROOT" ] && [ -f /var/lib/dkms/mok.key ] && [ -f /var/lib/dkms/mok.pub ]; then
		key_origin=dkms key=/var/lib/dkms/mok.key cert=/var/lib/dkms/mok.pub
	else
		key_origin=made
		make_key
	fi
	case $key in
	pkcs11:*|/*) ;;
	*) key=$(pwd)/$key ;;
	esac
	need_pair
}

# need_pair: $key can be used, and $cert is its certificate.
need_pair() {
	case $key in
	pkcs11:*) ;;
	*) [ -r "$key" ] || die $E_USAGE "the key $key cannot be read" "there is no such file, or not for us" "name a file with a private key, or a pkcs11: URI" ;;
	esac
	[ -r "$cert" ] && der_of "$cert" "$work/cert.der" || die $E_USAGE "$cert is no certificate" "openssl cannot read it, neither as PEM nor as DER" "name the certificate of the key"
	sign_key=$key
	case $key in
	pkcs11:*) use_token "$key" $E_USAGE ;;
	*) [ "$(openssl pkey -in "$key" -pubout 2>/dev/null)" = "$(openssl x509 -inform DER -in "$work/cert.der" -noout -pubkey 2>/dev/null)" ] ||
		die $E_USAGE "$key and $cert do not belong together" "the certificate is of another key" "name the certificate of this key" ;;
	esac
}

# --- a key in a token (PKCS#11) -----------------------------------------------------------------------------------

# uri_part URI NAME: the value of one of its attributes, decoded; for "bare" the URI without what it says of a PIN.
uri_part() {
	printf '%s\n' "$1" | awk -v want="$2" '
		function decode(text,   out) {
			while (match(text, /%[0-9a-fA-F][0-9a-fA-F]/)) {
				out = out substr(text, 1, RSTART - 1) byte[tolower(substr(text, RSTART + 1, 2))]
				text = substr(text, RSTART + 3)
			}
			return out text
		}
		function part(text, between, before,   n, i, word, name, out) {
			n = split(text, word, between)
			for (i = 1; i <= n; i++) {
				name = word[i]
				sub(/=.*/, "", name)
				if (name == want) print decode(substr(word[i], length(name) + 2))
				if (word[i] != "" && name !~ /^pin-(value|source)$/) out = out (out == "" ? before : between) word[i]
			}
			return out
		}
		BEGIN { for (i = 1; i < 256; i++) byte[sprintf("%02x", i)] = sprintf("%c", i) }
		{
			sub(/^pkcs11:/, "")
			at = index($0 "?", "?")
			bare = part(substr($0, 1, at - 1), ";", "") part(substr($0, at + 1), "&", "?")
			if (want == "bare") print "pkcs11:" bare
		}' | head -n 1
}

# take_pin URI CODE: $work/pin gets the PIN it names, or the first line of the file it names.
take_pin() {
	(umask 077 && uri_part "$1" pin-value > "$work/pin")
	[ ! -s "$work/pin" ] || return 0
	tp_file=$(uri_part "$1" pin-source)
	tp_file=${tp_file#file:}
	[ -n "$tp_file" ] || return 0
	[ ! -r "$KIT_ROOT$tp_file" ] || tp_file=$KIT_ROOT$tp_file
	head -n 1 "$tp_file" > "$work/pin" 2>/dev/null || die "$2" "the PIN cannot be read from $tp_file" \
		"the key's URI names that file (pin-source=), and there is no such file" "put it there, readable by root alone"
}

# use_token URI CODE: $sign_key without its PIN, $work/pin, $token_words for openssl; tried once: a token may lock itself
# after few wrong PINs.
use_token() {
	if openssl engine pkcs11 2>/dev/null | grep -q pkcs11; then
		token_words="-engine pkcs11 -keyform engine"
	elif openssl list -providers -provider pkcs11 >/dev/null 2>&1; then
		token_words="-provider pkcs11 -provider default"
	else
		die $E_PACKAGES "openssl cannot reach a token here" "it has neither an engine nor a provider called pkcs11" \
			"$(kit_install_command "$family") $(token_package)"
	fi
	take_pin "$1" "$2"
	sign_key=$(uri_part "$1" bare)
	cms "$work/cert.der" || die "$2" "the key $sign_key cannot be used" "$(token_trouble)" \
		"mend it, or name another key: lisctl sign --key URI --cert FILE (log: $log)"
}

token_package() {
	case $family in
	debian) echo "libengine-pkcs11-openssl (where there is none: pkcs11-provider)" ;;
	rhel) echo "openssl-pkcs11 (from release 10 on: pkcs11-provider)" ;;
	suse) echo "openssl-engine-libp11 (where there is none: pkcs11-provider)" ;;
	*) echo "the PKCS#11 engine or provider of openssl" ;;
	esac
}

# token_trouble: why, from what openssl said last.
token_trouble() {
	awk '
		/ [+] openssl / { wrong = locked = none = token = other = first = "" }
		/PIN incorrect|PIN_INCORRECT/ { wrong = "the token does not take the PIN" }
		/PIN locked|PIN_LOCKED/ { locked = "the token has locked its PIN" }
		/No PIN code|UI_process|no pin/ { none = "the token wants a PIN, and the URI names none (pin-source=FILE)" }
		/No matching initialized token|No tokens found/ { token = "no such token is there" }
		/values mismatch|do not match/ { other = "the certificate is of another key" }
		tolower($0) ~ /not found|error/ && first == "" { first = $0 }
		END { print locked != "" ? locked : wrong != "" ? wrong : none != "" ? none : token != "" ? token : other != "" ? other : first }' "$log"
}

# make_key: the private half never leaves this machine, and only root reads it.
make_key() {
	printf '[req]\ndistinguished_name=name\nprompt=no\nx509_extensions=ext\n[name]\nCN=lis module signing key of %s\n[ext]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=codeSigning\nsubjectKeyIdentifier=hash\n' \
		"$(uname -n)" > "$work/req.cnf"
	(umask 077 && logged openssl req -new -x509 -newkey rsa:2048 -nodes -days 36500 -sha256 -config "$work/req.cnf" -keyout "$work/made.key" -out "$work/made.pem") ||
		die $E_FAIL "no key could be made" "$(tail -n 1 "$log")" "see $log"
	key=$work/made.key cert=$work/made.pem
}

# record_key: where the next build finds it; DKMS is told too.
record_key() {
	rc_key=$sign_key
	case $key_origin in
	made)
		rc_key=/var/lib/lis/keys/mok.key
		tx_folder /var/lib/lis/keys
		tx_write "$work/made.key" $rc_key 600 ;;
	recorded) return 0 ;;
	esac
	case $key in pkcs11:*) record_pin ;; esac
	tx_folder /var/lib/lis/keys
	tx_write "$work/cert.der" /var/lib/lis/keys/mok.der 644
	printf 'key=%s\ncert=%s\n' "$rc_key" /var/lib/lis/keys/mok.der > "$work/new"
	tx_write "$work/new" $sign_conf 600
	if [ "$key_origin" != dkms ] && root_dir /etc/dkms/framework.conf.d; then
		printf "mok_signing_key='%s'\nmok_certificate='%s'\n" "$rc_key" /var/lib/lis/keys/mok.der > "$work/new"
		tx_write "$work/new" /etc/dkms/framework.conf.d/lis-sign.conf 644
	fi
	case $key in pkcs11:*) ;; *) sign_key=$(recorded_key) ;; esac
}

# record_pin: $rc_key, what is recorded of a token's key; its PIN in a file of its own. No quote may end up in a file that
# DKMS runs.
record_pin() {
	rc_key=$(printf '%s\n' "$key" | sed "s/'/%27/g")
	[ -n "$(uri_part "$key" pin-value)" ] || return 0
	# openssl's engine takes a line's end for a part of it.
	(umask 077 && tr -d '\n' < "$work/pin" > "$work/new")
	tx_folder /var/lib/lis/keys
	tx_write "$work/new" /var/lib/lis/keys/pin 600
	rc_key=$(uri_part "$rc_key" bare)
	case $rc_key in *\?*) rc_key=$rc_key'&' ;; *) rc_key=$rc_key'?' ;; esac
	rc_key=${rc_key}pin-source=file:/var/lib/lis/keys/pin
}

# use_record: $sign_key and its certificate, from sign.conf.
use_record() {
	sign_key=$(recorded_key)
	der_of "$KIT_ROOT$(sign_setting cert)" "$work/cert.der" || die $E_FAIL "$sign_conf names a certificate that cannot be read" "" "lisctl sign makes a new record"
	case $sign_key in pkcs11:*) use_token "$sign_key" $E_FAIL ;; esac
}

# sign_set DIR K: every module in DIR, if a key is on record. Before a build is put in its place.
sign_set() {
	[ -n "$(sign_setting key)" ] || return 0
	use_record
	for ss_file in "$1"/*.ko; do
		sign_file "$ss_file" "$2"
	done
}

# sign_file FILE K: with the kernel's own tool where its headers have it, else (and for a token, which not every tool
# reaches) with openssl alone: the same bytes behind the module (a detached CMS signature, twelve bytes about it, a marker;
# Documentation/admin-guide/module-signing).
sign_file() {
	unsign "$1" "$work/plain" || die $E_SPACE "cannot write $work/plain" "its file system is full" "make room there"
	sf_tool=$(kit_kdir "$2")/scripts/sign-file || sf_tool=
	case $sign_key in pkcs11:*) sf_tool= ;; esac
	if [ -x "$sf_tool" ] && logged "$sf_tool" sha256 "$sign_key" "$work/cert.der" "$work/plain" "$work/signed"; then
		cat "$work/signed" > "$1"
		return
	fi
	cms "$work/plain" || die $E_FAIL "$1 could not be signed" "$(tail -n 1 "$log")" "see $log"
	sf_size=$(wc -c < "$work/cms")
	{
		cat "$work/plain" "$work/cms"
		printf '\0\0\2\0\0\0\0\0'
		# shellcheck disable=SC2059 # octal bytes on purpose
		printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $((sf_size >> 24 & 255)) $((sf_size >> 16 & 255)) $((sf_size >> 8 & 255)) $((sf_size & 255)))"
		printf '~Module signature appended~\n'
	} > "$1" || die $E_SPACE "cannot write $1" "its file system is full" "make room there"
}

# cms FILE: $work/cms, its signature. With an engine openssl may crash after it has said what is wrong: a shell's word on
# that is nothing for the terminal.
cms() {
	openssl x509 -inform DER -in "$work/cert.der" -out "$work/cert.pem"
	set -- -in "$1" -inkey "$sign_key"
	case $sign_key in pkcs11:*)
		# shellcheck disable=SC2086 # a list of words
		set -- "$@" $token_words
		[ ! -s "$work/pin" ] || set -- "$@" -passin "file:$work/pin" ;;
	esac
	(
		logged openssl cms -sign -binary -noattr -nocerts -nosmimecap -md sha256 -signer "$work/cert.pem" "$@" \
			-outform DER -out "$work/cms" </dev/null || exit 1
	) 2>/dev/null
}

# signature_size FILE: of everything behind the module itself; 0 if it is not signed.
signature_size() {
	if [ "$(tail -c 28 "$1" | tr -d '\0')" != '~Module signature appended~' ]; then echo 0; return; fi
	tail -c 40 "$1" | od -An -tu1 | tr -s ' \n' ' ' | awk '{ print 40 + $9 * 16777216 + $10 * 65536 + $11 * 256 + $12 }'
}

unsign() {
	us_size=$(signature_size "$1")
	if [ "$us_size" -eq 0 ]; then cat "$1"; else head -c $(($(wc -c < "$1") - us_size)) "$1"; fi > "$2"
}

# unpack_module FILE: the module itself, however it is packed.
unpack_module() {
	case $1 in
	*.xz) xz -dc "$1" ;;
	*.gz) gzip -dc "$1" ;;
	*.zst) zstd -qdc "$1" ;;
	*) cat "$1" ;;
	esac
}

# sign_packed FILE K: $work/packed, a signed copy of the module, packed as FILE is.
sign_packed() {
	case $1 in
	*.xz) sp_pack="xz --check=crc32 --lzma2=dict=1MiB" ;;
	*.gz) sp_pack="gzip -9" ;;
	*.zst) sp_pack="zstd -q" ;;
	*) sp_pack='cat' ;;
	esac
	unpack_module "$1" > "$work/module.ko" || die $E_FAIL "$1 cannot be read" "" "lisctl verify says more"
	sign_file "$work/module.ko" "$2"
	$sp_pack < "$work/module.ko" > "$work/packed"
}

# sign_kernel K: what is installed for it; then its initramfs holds the same files again.
sign_kernel() {
	sk_count=0
	keep_kernel "$1"
	for sk_module in $(kit_modules "$conf"); do
		sk_path=$(module_path "$1" "$sk_module")
		is_ours "$sk_path" || continue
		case $sk_path in *.ko|*.xz|*.gz|*.zst) ;; *) continue ;; esac
		sign_packed "$sk_path" "$1"
		tx_write "$work/packed" "$(plain_path "$sk_path")" -
		sk_count=$((sk_count + 1))
	done
	[ $sk_count -eq 0 ] || timed "rebuilding the initramfs of $1" logged "$initramfs" refresh "$1" ||
		die $E_VERIFY "the initramfs of kernel $1 could not be rebuilt" "$(tail -n 3 "$log")" "see $log"
	fact "$1" state "$(kernel_state "$1")"
	fact "$1" signed: $sk_count
}

fingerprint() { openssl x509 -inform DER -in "$work/cert.der" -noout -fingerprint -sha1 | sed 's/.*=//'; }

# ask_firmware: the MOK request, with a password for one time. It cannot be taken back by us, so it comes last.
ask_firmware() {
	if [ -n "$KIT_ROOT" ] && [ -z "${KIT_FIRMWARE:-}" ]; then
		print "the firmware is asked on the machine itself: mokutil --import /var/lib/lis/keys/mok.der"
		return 0
	fi
	if [ ! -d "$KIT_ROOT/sys/firmware/efi" ]; then
		print "this machine did not boot through UEFI: there is no Secure Boot to enrol the key in"
		return 0
	fi
	if ! command -v mokutil >/dev/null 2>&1; then
		print "mokutil is not installed: $(kit_install_command "$family") mokutil, then: mokutil --import /var/lib/lis/keys/mok.der"
		return 0
	fi
	if mokutil --test-key "$work/cert.der" 2>/dev/null | grep -q 'already enrolled'; then
		print "the firmware trusts the key already"
		fact - enrolled: true
		return 0
	fi
	af_word=$(od -An -N4 -tu4 /dev/urandom | awk '{ printf "%08d", $1 % 100000000 }')
	mokutil --generate-hash="$af_word" > "$work/hash" 2>> "$log" && logged mokutil --import "$work/cert.der" --hash-file "$work/hash" ||
		die $E_FAIL "the firmware could not be asked to trust the key" "$(tail -n 1 "$log")" "by hand: mokutil --import /var/lib/lis/keys/mok.der"
	fact - enrolled: false
	fact - password "$af_word"
	print "at the next boot a blue screen (MOK management) appears on the console, for a few seconds:"
	print "  Enroll MOK, Continue, Yes, password $af_word, Reboot"
	print "until then nothing changes: a kernel that does not trust the key keeps its in-box drivers"
	result_word=reboot-needed
}

do_sign() {
	command -v openssl >/dev/null 2>&1 || die $E_PACKAGES "openssl is not installed" "it makes keys and signatures" "$(kit_install_command "$family") openssl"
	if [ $dry = yes ]; then
		print "would sign the modules of: $(for ds_kernel in $kernels; do [ "$(kernel_state "$ds_kernel")" != ours ] || printf '%s ' "$ds_kernel"; done)"
		print "dry run: nothing was changed"
		return 0
	fi
	choose_key
	confirm "Sign with the $key_origin key?"
	tx_begin sign
	: > "$tx_dir/images"
	record_key
	for ds_kernel in $kernels; do
		case $(kernel_state "$ds_kernel") in ours) sign_kernel "$ds_kernel" ;; esac
	done
	rm -f "$tx_dir/images"
	tx_commit
	fact - key "$key_origin"
	fact - fingerprint "$(fingerprint)"
	print "key: $key_origin; its certificate's SHA1 fingerprint, as the blue screen shows it: $(fingerprint)"
	ask_firmware
}
