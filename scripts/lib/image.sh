# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Looking into an initramfs of any distribution with nothing but dd, od, tail, cpio and the decompressors: an image may come
# from another machine's disk, and be a chain of archives (microcode first). To be sourced after kit.sh.

# image_kind FILE OFFSET: what starts there: cpio, gzip, xz, zstd, bzip2, lz4, lzma, zero or unknown.
image_kind() {
	ik_head=$(dd if="$1" bs=512 skip=$(($2 / 512)) count=1 2>/dev/null | od -An -tx1 -N6 | tr -d ' \n')
	case $ik_head in
	303730373031|303730373032) echo cpio ;;
	1f8b*) echo gzip ;;
	fd377a585a00) echo xz ;;
	28b52ffd*) echo zstd ;;
	425a68*) echo bzip2 ;;
	02214c18*|04224d18*) echo lz4 ;;
	5d0000*) echo lzma ;;
	000000000000) echo zero ;;
	*) echo unknown ;;
	esac
}

# image_unpack IMAGE DIR: every archive of the chain below DIR, only what lies under lib/modules. Returns 1 if it cannot
# be read to its end.
image_unpack() {
	iu_at=0 iu_size=$(wc -c < "$1") iu_image=$1 iu_dir=$2
	while [ $iu_at -lt "$iu_size" ]; do
		case $(image_kind "$1" $iu_at) in
		cpio) image_plain || return 1 ;;
		zero) iu_at=$((iu_at + 512)) ;;
		gzip) image_packed gzip -dc; return ;;
		xz) image_packed xz -dc; return ;;
		lzma) image_packed xz --format=lzma -dc; return ;;
		zstd) image_packed zstd -dcq; return ;;
		bzip2) image_packed bzip2 -dc; return ;;
		lz4) image_packed lz4 -dc; return ;;
		*) return 1 ;;
		esac
	done
	[ $iu_at -gt 0 ]
}

image_tail() { tail -c +$((iu_at + 1)) "$iu_image"; }

# image_plain: one archive that is not compressed; cpio tells how many blocks it took.
image_plain() {
	iu_blocks=$(image_tail | cpio -t 2>&1 >/dev/null | awk '$2 ~ /^block/ { print $1 }')
	[ -n "$iu_blocks" ] && [ "$iu_blocks" -gt 0 ] || return 1
	image_tail | image_take || return 1
	iu_at=$((iu_at + iu_blocks * 512))
}

# image_packed COMMAND...: the last archive of the chain. Padding behind it makes some decompressors complain: what came
# out decides, and image_take has read it to its end.
image_packed() {
	command -v "$1" >/dev/null 2>&1 || { note "lis: $1 is not installed: cannot look into $iu_image"; return 1; }
	image_tail | "$@" 2>/dev/null | image_take
}

image_take() {
	(cd "$iu_dir" && cpio -idm --quiet --no-absolute-filenames '*lib/modules/*' >/dev/null 2>&1)
}

# image_modules DIR: "NAME TAB PATH" of every module file in an unpacked image.
image_modules() {
	find "$1" -type f \( -name '*.ko' -o -name '*.ko.gz' -o -name '*.ko.xz' -o -name '*.ko.zst' \) | awk '{
		name = $0; sub(/.*\//, "", name); sub(/\.ko.*/, "", name); gsub(/-/, "_", name); print name "\t" $0 }' | sort
}

# image_indexed DIR K: of the module files on stdin (their paths, behind the last tab) those that modprobe knows in the
# unpacked image. dracut takes whole folders of the kernel, so a driver may be there twice, the in-box one beside ours;
# depmod has written one of the two into the image's index, and the other is dead weight. What the index does not know at all stays.
image_indexed() {
	id_dep=$(find "$1" -path "*/lib/modules/$2/modules.dep" | head -n 1)
	awk -F '\t' '
		function inner(path) { sub(/^.*lib\/modules\/[^\/]*\//, "", path); return path }
		function plain(path) { sub(/.*\//, "", path); sub(/\.ko.*/, "", path); gsub(/-/, "_", path); return path }
		input == 1 { sub(/:.*/, ""); named[inner($0)] = 1; next }
		{ line[++n] = $0; path[n] = inner($NF); if (path[n] in named) known[plain($NF)] = 1 }
		END { for (i = 1; i <= n; i++) if ((path[i] in named) || !(plain(path[i]) in known)) print line[i] }
	' input=1 "${id_dep:-/dev/null}" input=2 -
}
