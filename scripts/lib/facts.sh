# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # work and action belong to lisctl
#
# What a verb found and did, gathered line by line and printed at the end as one JSON object. The schema is in
# docs/lisctl.md; keys are only ever added to it. To be sourced after kit.sh; POSIX sh and awk.

# fact OWNER KEY VALUE: OWNER is a kernel release, or - for the whole machine. A KEY that ends in : has a bare value
# (number, true, false).
fact() { printf 'fact\t%s\t%s\t%s\n' "$1" "$2" "$(one_line "$3")" >> "$work/facts"; }

# item OWNER LIST KEY VALUE [KEY VALUE]...: one object of a list.
item() {
	it_line="item	$1	$2"
	shift 2
	while [ $# -ge 2 ]; do
		it_line="$it_line	$1	$(one_line "$2")"
		shift 2
	done
	printf '%s\n' "$it_line" >> "$work/facts"
}

# one_line TEXT: without tabs and line breaks, which would end a record.
one_line() {
	case $1 in
	*'	'*|*'
'*) printf '%s' "$1" | tr '\t\n' '  ' ;;
	*) printf '%s' "$1" ;;
	esac
}

# outcome CODE: one word for scripts that do not want to know numbers.
outcome() {
	case $1 in
	0) printf '%s\n' "${result_word:-ok}" ;;
	"$E_REBOOT") echo reboot-needed ;;
	"$E_NOTHING") echo nothing-to-do ;;
	"$E_ROLLEDBACK") echo rolled-back ;;
	*) echo failed ;;
	esac
}

# print_facts CODE: the object.
print_facts() {
	fact - schema: 1
	fact - action "$action"
	fact - code: "$1"
	fact - outcome "$(outcome "$1")"
	fact - version "${version:-}"
	fact - root "${KIT_ROOT:-/}"
	fact - family "${family:-}"
	fact - message "${KIT_DIE_TEXT:-}"
	fact - log "$log"
	LC_ALL=C awk -F '\t' '
		function quote(text) {
			gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); gsub(/[\001-\037\177]/, " ", text)
			return "\"" text "\""
		}
		function pair(key, value) {
			if (sub(/:$/, "", key)) return quote(key) ":" value
			return quote(key) ":" quote(value)
		}
		!($2 in seen) { seen[$2] = 1; if ($2 != "-") order[++owners] = $2 }
		$1 == "fact" { scalars[$2] = scalars[$2] (scalars[$2] == "" ? "" : ",") pair($3, $4) }
		$1 == "item" {
			object = ""
			for (i = 4; i < NF; i += 2) object = object (object == "" ? "" : ",") pair($i, $(i + 1))
			slot = $2 SUBSEP $3
			if (!(slot in list)) names[$2] = names[$2] (names[$2] == "" ? "" : " ") $3
			list[slot] = list[slot] (list[slot] == "" ? "" : ",") "{" object "}"
		}
		function body(owner,   n, part, i, text) {
			text = scalars[owner]
			n = split(names[owner], part, " ")
			for (i = 1; i <= n; i++) text = text (text == "" ? "" : ",") quote(part[i]) ":[" list[owner SUBSEP part[i]] "]"
			return text
		}
		END {
			printf "{%s,\"kernels\":[", body("-")
			for (k = 1; k <= owners; k++) printf "%s{%s,%s}", (k > 1 ? "," : ""), pair("kernel", order[k]), body(order[k])
			print "]}"
		}' "$work/facts"
}
