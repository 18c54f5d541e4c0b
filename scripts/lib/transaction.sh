# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # exit codes belong to kit.sh
#
# All or nothing. What a verb changes on the machine it changes through the functions below: each first puts a copy of
# what was there aside and a line into the journal, both on the disk, and only then makes the change. A failure, a signal
# or the next run after a power cut reads the journal backwards and puts everything back. Undoing twice is the same as
# once, so the undoing may be cut off too. docs/lisctl.md has the journal's format. To be sourced after kit.sh and root.sh.
#
# In use:    /var/lib/lis/transaction/{journal,backup/N}
# Committed: /var/lib/lis/history/NNNN-VERB/{journal,backup/N,after}, for lisctl rollback and prepare --undo
#
# The journal names files, never commands: it may lie on a foreign machine's disk, and whoever can write there must not
# be able to have anything run here.

tx_open=no

# tx_places: where the state lies; a link on a foreign disk leads nowhere else.
tx_places() {
	resolve /var/lib/lis || return 1
	tx_state=$KIT_ROOT$resolved
	tx_dir=$tx_state/transaction
	# Folders of ours. On a foreign disk a link there would have us move and remove things of this machine.
	for tp_name in transaction finished history; do
		[ ! -L "$tx_state/$tp_name" ] || return 1
	done
}

# tx_sync FILE...: on the disk before we go on. A sync that takes no files syncs everything.
tx_sync() { sync "$@" 2>/dev/null || sync; }

# tx_unfinished: was a transaction broken off here?
tx_unfinished() { tx_places && [ -d "$tx_dir" ]; }

# tx_begin VERB: starts one. The caller holds the lock and has called tx_recover.
tx_begin() {
	tx_places && rm -rf "$tx_dir" "$tx_state/finished" && mkdir -p "$tx_dir/backup" ||
		die $E_READONLY "cannot write the journal in ${tx_state:-/var/lib/lis}" "the file system is full or read-only, or a link is where its folders belong" \
			"make room, remount it, or remove the link that is in there; nothing was changed"
	tx_open=yes tx_count=0 tx_verb=$1
	printf 'lis-journal\t1\t%s\t.\n' "$1" > "$tx_dir/journal" && tx_sync "$tx_dir/journal" "$tx_dir" "$tx_state" ||
		tx_failed "$tx_dir/journal"
}

tx_failed() {
	die $E_SPACE "cannot write $1" "the file system is full or read-only" "make room or remount it, then start again; all is taken back"
}

# tx_line KIND PATH: one whole line in the journal, on the disk.
tx_line() {
	{ printf '%s\t%s\t%s\t.\n' "$tx_count" "$1" "$2" >> "$tx_dir/journal" && tx_sync "$tx_dir/journal"; } || tx_failed "$tx_dir/journal"
}

# tx_known PATH: is PATH, or a folder it lies in, in this journal already?
tx_known() {
	tx_asked=$1 awk -F '\t' '
		NR > 1 && $2 != "had" && ($3 == ENVIRON["tx_asked"] || ($2 != "dir" && index(ENVIRON["tx_asked"], $3 "/") == 1)) { found = 1 }
		END { exit !found }' "$tx_dir/journal"
}

# tx_keep PATH: the machine's PATH (a file, a link, a whole folder, or nothing yet) is about to change. Sets $tx_target.
tx_keep() {
	[ $tx_open = yes ] || die $E_FAIL "a change outside a transaction: $1"
	case $1 in *'	'*|*'
'*) die $E_UNSUPPORTED "a file name with a tab or a line break in it: $1" "the journal cannot hold it" "rename it" ;; esac
	resolve_parent "$1" || die $E_UNSUPPORTED "the path $1 cannot be followed" "its symbolic links go round in a circle" "mend the links"
	tx_path=$resolved tx_target=$KIT_ROOT$resolved
	tx_known "$tx_path" && return 0
	tx_count=$((tx_count + 1))
	if [ -e "$tx_target" ] || [ -L "$tx_target" ]; then
		# Left there by a part that ended before its line was written.
		rm -rf "$tx_dir/backup/$tx_count"
		cp -a "$tx_target" "$tx_dir/backup/$tx_count" || tx_failed "$tx_dir/backup/$tx_count"
		tx_sync_copy "$tx_dir/backup/$tx_count"
		tx_line was "$tx_path"
	else
		tx_line new "$tx_path"
	fi
}

# tx_keep_folder PATH: a folder that a tool of others may remove when it is empty. After what lies in it: undoing goes
# backwards.
tx_keep_folder() {
	resolve "$1" && [ -d "$KIT_ROOT$resolved" ] || return 0
	tx_count=$((tx_count + 1))
	rm -rf "$tx_dir/backup/$tx_count"
	{ mkdir "$tx_dir/backup/$tx_count" && chmod "$(stat -c %a "$KIT_ROOT$resolved")" "$tx_dir/backup/$tx_count" &&
		chown "$(stat -c %u:%g "$KIT_ROOT$resolved")" "$tx_dir/backup/$tx_count"; } || tx_failed "$tx_dir/backup/$tx_count"
	tx_sync "$tx_dir/backup"
	tx_line had "$resolved"
}

# A link cannot be synced through its name: its folder can. Of a folder everything in it.
tx_sync_copy() {
	if [ -L "$1" ]; then tx_sync "$tx_dir/backup"
	elif [ -d "$1" ]; then { find "$1" \( -type f -o -type d \) -exec sync {} + && sync "$tx_dir/backup"; } 2>/dev/null || sync
	else tx_sync "$1" "$tx_dir/backup"; fi
}

# tx_keep_list: tx_keep for every path on stdin, with one wait for the disk for all copies and one for all lines.
tx_keep_list() {
	[ $tx_open = yes ] || die $E_FAIL "a change outside a transaction"
	: > "$tx_dir/asked" && : > "$tx_dir/lines" || tx_failed "$tx_dir/asked"
	while IFS= read -r tk_path; do
		resolve_parent "$tk_path" || die $E_UNSUPPORTED "the path $tk_path cannot be followed" "its symbolic links go round in a circle" "mend the links"
		printf '%s\n' "$resolved" >> "$tx_dir/asked"
	done
	tx_filter_known > "$tx_dir/fresh" || tx_failed "$tx_dir/fresh"
	while IFS= read -r tk_path; do
		tx_count=$((tx_count + 1))
		if [ -e "$KIT_ROOT$tk_path" ] || [ -L "$KIT_ROOT$tk_path" ]; then
			rm -rf "$tx_dir/backup/$tx_count"
			cp -a "$KIT_ROOT$tk_path" "$tx_dir/backup/$tx_count" || tx_failed "$tx_dir/backup/$tx_count"
			tk_kind=was
		else
			tk_kind=new
		fi
		printf '%s\t%s\t%s\t.\n' "$tx_count" $tk_kind "$tk_path" >> "$tx_dir/lines" || tx_failed "$tx_dir/lines"
	done < "$tx_dir/fresh"
	tx_sync_copy "$tx_dir/backup"
	{ cat "$tx_dir/lines" >> "$tx_dir/journal" && tx_sync "$tx_dir/journal"; } || tx_failed "$tx_dir/journal"
	rm -f "$tx_dir/asked" "$tx_dir/fresh" "$tx_dir/lines"
}

# tx_filter_known: the asked paths the journal does not cover yet, nor another asked path.
tx_filter_known() {
	sort -u "$tx_dir/asked" | awk -F '\t' '
		function covered(path,   folder) {
			if (path in known) return 1
			folder = path
			while (sub(/\/[^\/]*$/, "", folder) && folder != "") if (folder in whole) return 1
			return 0
		}
		input == 1 { if (FNR > 1 && $2 != "had") { known[$3] = 1; if ($2 != "dir") whole[$3] = 1 }; next }
		!covered($0) { print; known[$0] = whole[$0] = 1 }' input=1 "$tx_dir/journal" input=2 -
}

# tx_folder PATH: mkdir -p; folders that were not there go again when it is taken back.
tx_folder() {
	resolve "$1" || die $E_UNSUPPORTED "the path $1 cannot be followed" "its symbolic links go round in a circle" "mend the links"
	[ ! -d "$KIT_ROOT$resolved" ] || return 0
	tx_make_folder "$resolved"
}

tx_make_folder() {
	[ ! -d "$KIT_ROOT$1" ] || return 0
	tx_make_folder "${1%/*}"
	tx_known "$1" || {
		tx_count=$((tx_count + 1))
		tx_line dir "$1"
	}
	mkdir "$KIT_ROOT$1" || tx_failed "$KIT_ROOT$1"
}

# tx_write NEW PATH MODE: the machine's PATH gets the text of our file NEW, in one step; MODE - keeps the mode and owner
# it had (644 if new).
tx_write() {
	resolve "$2" || die $E_UNSUPPORTED "the path $2 cannot be followed" "its symbolic links go round in a circle" "mend the links"
	tx_real=$resolved
	tx_folder "${tx_real%/*}"
	tx_keep "$tx_real"
	rm -rf "$tx_target.lis-new"
	# A copy first: it has the owner, mode and labels of the former file.
	if [ -f "$tx_target" ]; then cp -a "$tx_target" "$tx_target.lis-new" || tx_failed "$tx_target.lis-new"; fi
	# Its mode before its text: it may be a secret.
	case $3 in
	-) [ -f "$tx_target" ] || { : > "$tx_target.lis-new" && chmod 644 "$tx_target.lis-new"; } ;;
	*) (umask 077 && : > "$tx_target.lis-new") && chmod "$3" "$tx_target.lis-new" ;;
	esac || tx_failed "$tx_target.lis-new"
	cat "$1" > "$tx_target.lis-new" || tx_failed "$tx_target.lis-new"
	mv -f "$tx_target.lis-new" "$tx_target" || tx_failed "$tx_target"
}

# tx_link TEXT PATH: PATH becomes a symbolic link that says TEXT.
tx_link() {
	resolve "${2%/*}" && tx_folder "$resolved"
	tx_keep "$2"
	rm -rf "$tx_target"
	ln -s "$1" "$tx_target" || tx_failed "$tx_target"
}

# tx_remove PATH: a file, a link or a whole folder goes.
tx_remove() {
	tx_keep "$1"
	rm -rf "$tx_target" || tx_failed "$tx_target"
}

# tx_copy_tree FOLDER PATH: the machine's PATH becomes a copy of a folder of ours.
tx_copy_tree() {
	resolve "${2%/*}" && tx_folder "$resolved"
	tx_keep "$2"
	rm -rf "$tx_target" "$tx_target.lis-new"
	cp -R "$1" "$tx_target.lis-new" && mv "$tx_target.lis-new" "$tx_target" || tx_failed "$tx_target"
}

# tx_sums JOURNAL: "PATH TAB sum" of everything it names, as it is now.
tx_sums() {
	awk -F '\t' 'NR > 1 && NF == 4 && $4 == "." && $2 != "dir" && $2 != "had" { print $3 }' "$1" | while read -r ts_path; do
		printf '%s\t%s\n' "$ts_path" "$(tx_sum "$KIT_ROOT$ts_path")"
	done
}

# tx_sum FILE: one word about a file's kind and content (a folder's: of all files in it).
tx_sum() {
	if [ -L "$1" ]; then printf 'link:%s\n' "$(readlink "$1")"
	elif [ -d "$1" ]; then printf 'folder:%s\n' "$( (cd "$1" && find . -type f -exec cksum {} + | sort) | cksum | tr ' ' -)"
	elif [ -f "$1" ]; then printf 'file:%s\n' "$(cksum < "$1" | tr ' ' -)"
	else echo none
	fi
}

# tx_commit: the changes stay. They reach the disk before the journal stops protecting them.
tx_commit() {
	if [ $tx_count -eq 0 ]; then
		tx_forget
		return 0
	fi
	sync
	tx_sums "$tx_dir/journal" > "$tx_dir/after" && tx_sync "$tx_dir/after" "$tx_dir" || tx_failed "$tx_dir/after"
	mkdir -p "$tx_state/history" || tx_failed "$tx_state/history"
	tx_number=$(tx_history | awk 'END { sub(/-.*/, "", $1); print $1 + 1 }')
	# From here on it is done: a signal must not have it taken back.
	trap '' HUP INT TERM
	mv "$tx_dir" "$tx_state/history/$(printf '%04d' "$tx_number")-$tx_verb" || tx_failed "$tx_state/history"
	tx_sync "$tx_state/history" "$tx_state"
	tx_open=no
}

# tx_drop NAME...: these cannot be taken back any more (a later one stands on them, or removed what they made). One
# rename each, so that half of it is never read.
tx_drop() {
	for td_name in "$@"; do
		rm -rf "$tx_state/finished"
		mv "$tx_state/history/$td_name" "$tx_state/finished"
	done
	rm -rf "$tx_state/finished"
	rmdir "$tx_state/history" "$tx_state" 2>/dev/null || :
}

# tx_close NAME...: the changes stay, and are no history: rollback will not know them, nor these committed ones, which they
# leave without a meaning. Both by the one rename: after a power cut the next run drops what is left.
tx_close() {
	printf '%s\n' "$@" > "$tx_dir/drop" && tx_sync "$tx_dir/drop" "$tx_dir" || tx_failed "$tx_dir/drop"
	sync
	trap '' HUP INT TERM
	tx_open=no
	mv "$tx_dir" "$tx_state/finished" || tx_failed "$tx_state"
	tx_sync "$tx_state"
	tx_finish
}

# tx_finish: of a closed transaction, what it was to drop; then itself. A name is a name and no path: the disk may be foreign.
tx_finish() {
	if [ -f "$tx_state/finished/drop" ] && [ ! -L "$tx_state/finished/drop" ]; then
		while read -r tf_name; do
			case $tf_name in */*|[!0-9]*|'') continue ;; esac
			[ ! -d "$tx_state/history/$tf_name" ] || mv "$tx_state/history/$tf_name" "$tx_state/finished/"
		done < "$tx_state/finished/drop"
	fi
	rm -rf "$tx_state/finished"
	rmdir "$tx_state/history" "$tx_state" 2>/dev/null || :
}

# tx_history: the names of what was committed and not undone, oldest first.
tx_history() {
	tx_places || return 0
	for th_dir in "$tx_state"/history/[0-9]*; do
		[ ! -d "$th_dir" ] || [ -L "$th_dir" ] || printf '%s\n' "${th_dir##*/}"
	done | sort
}

# tx_forget: the journal is not needed any more. One rename, so that half of it is never read.
tx_forget() {
	tx_open=no
	rm -rf "$tx_state/finished" && mv "$tx_dir" "$tx_state/finished" && rm -rf "$tx_state/finished"
	rmdir "$tx_state/history" "$tx_state" 2>/dev/null || :
}

# tx_resume: goes on after a subshell may have written lines.
tx_resume() {
	tx_count=$(awk -F '\t' 'NR > 1 && $1 + 0 > last { last = $1 + 0 } END { print last + 0 }' "$tx_dir/journal")
}

# tx_undo: everything the journal names goes back to what it was, the last change first. Returns E_UNDO, and keeps the
# journal, if a step fails: the next run tries again.
tx_undo() {
	tx_undo_since 0 || return
	tx_forget
}

# tx_undo_since N: what was changed after line N goes back; the transaction stays open. Its lines stay in the journal:
# undoing them once more changes nothing.
tx_undo_since() {
	tx_bad=0
	awk -F '\t' -v since="$1" '
		NR == 1 { if ($1 != "lis-journal" || $2 != 1) exit; next }
		NF == 4 && $4 == "." && ($1 + 0 > since + 0 || since == 0) { line[++n] = $0 }
		END { for (i = n; i > 0; i--) print line[i] }' "$tx_dir/journal" > "$tx_dir/backwards" 2>/dev/null || :
	while IFS='	' read -r tu_number tu_kind tu_path _; do
		tx_undo_one "$tu_number" "$tu_kind" "$tu_path" && continue
		note "lis: could not put back $tu_path"
		tx_bad=1
	done < "$tx_dir/backwards"
	sync
	[ $tx_bad -eq 0 ] || return $E_UNDO
}

# tx_undo_one NUMBER KIND PATH: never follows a link that was not there when the line was written.
tx_undo_one() {
	case $1 in ''|*[!0-9]*) return 1 ;; esac
	case $3 in /*/..|/*/../*|/|'') return 1 ;; esac
	resolve_parent "$3" && [ "$resolved" = "$3" ] || return 1
	tu_target=$KIT_ROOT$3
	case $2 in
	# What somebody else put there meanwhile is not ours to remove.
	dir) [ ! -d "$tu_target" ] || [ -n "$(ls -A "$tu_target")" ] || rmdir "$tu_target" ;;
	had) [ -d "$tu_target" ] || cp -a "$tx_dir/backup/$1" "$tu_target" ;;
	new) rm -rf "$tu_target" "$tu_target.lis-new" ;;
	was) tx_put_back "$tx_dir/backup/$1" "$tu_target" ;;
	*) return 1 ;;
	esac
}

# tx_put_back COPY TARGET: in one step where there is room for both, else in two: the copy stays until all is done.
tx_put_back() {
	[ -e "$1" ] || [ -L "$1" ] || return 1
	rm -rf "$2.lis-new"
	[ -d "${2%/*}" ] || mkdir -p "${2%/*}" || return 1
	if ! cp -a "$1" "$2.lis-new" 2>/dev/null; then
		rm -rf "$2.lis-new" "$2"
		cp -a "$1" "$2"
		return
	fi
	if [ -d "$2" ] || [ -L "$2" ]; then
		rm -rf "$2" || return 1
	fi
	mv -f "$2.lis-new" "$2"
}

# tx_recover: finishes the undoing of a run that was broken off. Prints the verb of that run; returns 1 if there was none.
tx_recover() {
	! tx_places || tx_finish
	tx_unfinished || return 1
	awk -F '\t' 'NR == 1 && $1 == "lis-journal" { print $3; exit }' "$tx_dir/journal" 2>/dev/null
	tx_undo
}

# tx_reopen NAME: a committed transaction becomes the one to be undone.
tx_reopen() {
	tx_places && mv "$tx_state/history/$1" "$tx_dir" && tx_sync "$tx_state" "$tx_state/history"
}

# tx_changed_since NAME: prints what others changed after it was committed; going back would lose that.
tx_changed_since() {
	tx_places || return 0
	tx_sums "$tx_state/history/$1/journal" | awk -F '\t' 'input == 1 { was[$1] = $2; next } was[$1] != $2 { print $1 }' \
		input=1 "$tx_state/history/$1/after" input=2 -
}
