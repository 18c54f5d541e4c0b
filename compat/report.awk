# SPDX-License-Identifier: GPL-2.0-only
#
# Called by `gen report`: first file is `gen list`, the others compat/expect/*.txt.
#
#   dead       the same answer on every row: the file serves nobody, or the probe is wrong
#   range      on a vanilla row the answer must be "since <= version < until", unless
#              the line carries a note (third word), as a stable backport does
#   baseline   files whose drop-when a given baseline satisfies

# 4.18.3 -> 4018003
function number(v,    p) {
	sub(/^v/, "", v)
	split(v, p, ".")
	return (p[1] + 0) * 1000000 + (p[2] + 0) * 1000 + (p[3] + 0)
}

FILENAME == ARGV[1] {
	split($0, f, "\t")
	apis[++n] = f[1]
	split(f[3], s, " ")
	since[f[1]] = s[1]
	drop[f[1]] = f[4]
	constant[f[1]] = f[5]
	split(f[7], s, " ")
	until[f[1]] = s[1]
	next
}

FNR == 1 {
	row = FILENAME
	sub(/^.*\//, "", row)
	sub(/\.txt$/, "", row)
	vanilla = ""
	rows++
}

/^# base: vanilla / { vanilla = $4 }

/^#/ { next }

{
	seen[$1, $2] = seen[$1, $2] + 1
	total[$1]++
	if (!($1 in since)) {
		print "stale: row " row " answers " $1 ", which has no API file (record the row again)"
		bad++
		next
	}
	if (vanilla != "" && $3 == "") {
		want = number(vanilla) >= number(since[$1]) ? "present" : "absent"
		if (until[$1] != "" && number(vanilla) >= number(until[$1]))
			want = "absent"
		if ($2 != want) {
			print "range: " $1 " (since " since[$1] ") is " $2 " on row " row " (vanilla " vanilla ")"
			bad++
		}
	}
}

END {
	for (i = 1; i <= n; i++) {
		a = apis[i]
		if (rows >= 2 && total[a] >= 2 && constant[a] == "")
			for (k = 1; k <= 2; k++) {
				word = k == 1 ? "present" : "absent"
				if (seen[a, word] == total[a]) {
					print "dead: " a " is " word " on every row: delete compat/api/" a ".h, correct its probe, or say why under constant:"
					bad++
				}
			}
		if (baseline != "" && drop[a] ~ /^baseline >= /) {
			split(drop[a], w, " ")
			if (number(baseline) >= number(w[3])) {
				print "baseline " baseline ": compat/api/" a ".h is no longer needed"
				bad++
			}
		}
		if (rows && total[a] < rows)
			missing = missing " " a
	}
	if (missing != "")
		print "note: not in every row yet:" missing
	print n " API files, " rows + 0 " rows"
	exit bad > 0
}
