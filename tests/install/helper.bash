# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# What the installer's tests share: a root file system of their own (KIT_ROOT) with a real Debian kernel's module
# folder and headers in it, and a small source tree. depmod, modprobe, modinfo, make and gcc are the real ones.

top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)

# Once per file: the kernel to work with and the source tree.
file_setup() {
	kernels=$top/tests/rig/kernels
	if ! kernel_dir=$("$kernels" path debian-6.1 2>/dev/null); then
		"$kernels" fetch debian-6.1 >&2
		kernel_dir=$("$kernels" path debian-6.1)
	fi
	export KERNEL KDIR MODULES FIXTURE
	KERNEL=$("$kernels" release debian-6.1)
	KDIR=$("$kernels" kdir debian-6.1)
	MODULES=$(find "$kernel_dir/" -type d -path "*/modules/$KERNEL" | head -n 1)
	[ -n "$MODULES" ] || MODULES=$kernel_dir/modules
	FIXTURE=$BATS_FILE_TMPDIR/source
	make_source "$FIXTURE"
}

# make_source DIR: the fixture's sources with the real packaging and scripts around them.
make_source() {
	mkdir -p "$1"
	cp -r "$top/tests/install/fixture/." "$1/"
	cp "$top/VERSION" "$1/VERSION"
	cp -r "$top/packaging" "$1/packaging"
	# The fixture's compat folder has no engine in it.
	sed -i '/^compat\//d; s/^lis$/compat\nlis/' "$1/packaging/files.dkms"
	mkdir -p "$1/scripts"
	cp -r "$top/scripts/." "$1/scripts/"
}

# inbox_module NAME: the path of an in-box module below the kernel's module folder.
inbox_module() { (cd "$MODULES" && find . -name "$1.ko*" | head -n 1); }

# add_inbox NAME...: in-box modules of the real kernel into the root.
add_inbox() {
	local name path
	for name in "$@"; do
		path=$(inbox_module "$name")
		[ -n "$path" ] || { echo "no in-box $name in $MODULES" >&2; return 1; }
		mkdir -p "$root/lib/modules/$KERNEL/$(dirname "$path")"
		cp "$MODULES/$path" "$root/lib/modules/$KERNEL/$path"
	done
	depmod -b "$root" "$KERNEL" 2>/dev/null
}

# make_root: a fresh root with one kernel that has only drivers our set carries too.
make_root() {
	root=$BATS_TEST_TMPDIR/root
	mkdir -p "$root"/{boot,etc,usr/src,usr/sbin,var/lib,var/log,var/lock,sys/module,"lib/modules/$KERNEL/kernel"}
	printf 'ID=debian\nVERSION_CODENAME=bookworm\n' > "$root/etc/os-release"
	cp "$MODULES"/modules.builtin "$MODULES"/modules.order "$root/lib/modules/$KERNEL/"
	ln -s "$KDIR" "$root/lib/modules/$KERNEL/build"
	add_inbox hv_vmbus hv_balloon hv_storvsc
	export KIT_ROOT=$root KIT_SOURCE=$FIXTURE
	unset LIS_ACCEPT_PARTIAL_SET
}

# picture: everything a refused installation must have left as it was.
picture() {
	find "$root" \( -path "$root/var/log" -o -path "$root/var/lock" -o -path "$root/proc" \) -prune -o \
		-printf '%P %y %m %s %l\n' | sort
}

installer() { "$top/scripts/install.sh" "$@"; }

# refused CODE TEXT ARG...: the installer must end with CODE, one message holding TEXT, and the root untouched.
refused() {
	local code=$1 text=$2 before
	shift 2
	before=$(picture)
	run installer "$@"
	echo "$output"
	[ "$status" -eq "$code" ]
	[[ $output == *"$text"* ]]
	# One message of what, why and the next step. (Wrong use has no why; standing back is a paragraph of the gate's.)
	case $code in
	2) [ "$(grep -c '^lis: ' <<< "$output")" -eq 1 ] ;;
	12|13) [ "$(grep -c 'stands back' <<< "$output")" -eq 1 ] ;;
	*)
		[ "$(grep -c '^  why:  .' <<< "$output")" -eq 1 ]
		[ "$(grep -c '^  next: .' <<< "$output")" -eq 1 ] ;;
	esac
	diff <(echo "$before") <(picture)
	[ ! -d "$root/var/lock/lis-install.lock" ]
}

# stand_in NAME: a program of that name, from stdin, in front of the real one. Where a test could otherwise touch this
# machine itself, or would need firmware or a kernel it has not.
stand_in() {
	mkdir -p "$BATS_TEST_TMPDIR/shim"
	cat > "$BATS_TEST_TMPDIR/shim/$1"
	chmod +x "$BATS_TEST_TMPDIR/shim/$1"
	[[ $PATH == "$BATS_TEST_TMPDIR/shim:"* ]] || PATH=$BATS_TEST_TMPDIR/shim:$PATH
}

# path_without NAME...: a PATH with every program of the real one but these.
path_without() {
	local dir=$BATS_TEST_TMPDIR/bin part name
	mkdir -p "$dir"
	for part in /sbin /usr/sbin /bin /usr/bin; do
		ln -sf "$part"/* "$dir/"
	done
	for name in "$@"; do
		rm -f "$dir/$name"
	done
	echo "$dir"
}
