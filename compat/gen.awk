# SPDX-License-Identifier: GPL-2.0-only
#
# The brain of compat/gen: reads every compat/api/*.h once, then does what
# `mode` says.  It must run on any awk that ever shipped with a kernel we serve
# (mawk 1.3, gawk 3.1, busybox), so: no [[:class:]], no {n}, no gensub, no
# length(array), no regex built from user text.
#
# Variables (-v):
#   mode     check | headers | probes | answer | config | overlay-list | overlay |
#            fixtures | list
#   out      directory that receives what the mode writes
#   hdrmap   file: "<header> <path or ->" per line (written by mode=headers)
#   dirs     file: the compiler's <...> search path, one directory per line
#   log_file compiler output of the probe unit
#   symvers  Module.symvers, may be missing or empty
#   users    file: the <...> headers the drivers include, one per line
#   mutate   "" | name | type: probe something that cannot exist
#   only     restrict probes/answer to this api
#   force    comma list of apis, or "all": answer absent though present
#   answer_file  "<api> present|absent" per line (written by mode=answer)
#   version  the kit's version; prologue: the header fixtures start with
#   controls "no": the log holds fixtures, not a kernel build with its two controls

function fail(msg) { print "compat/gen: " msg > "/dev/stderr"; bad++ }

function trim(s) { sub(/^[ \t]+/, "", s); sub(/[ \t]+$/, "", s); return s }

function add(key, text) {
	if ((cur, key) in val)
		val[cur, key] = val[cur, key] "\n" text
	else
		val[cur, key] = text
}

function get(i, key) { return ((i, key) in val) ? val[i, key] : "" }

function flat(s) { gsub(/\n/, " ", s); return s }

# --- reading the files ---------------------------------------------------

FNR == 1 {
	cur = ++n
	path[n] = FILENAME
	base[n] = FILENAME
	sub(/^.*\//, "", base[n])
	sub(/\.h$/, "", base[n])
	meta = 0
	key = ""
}

meta == 0 && /^\/\*[ \t]*$/ { meta = 1; next }

meta == 1 && /^ \*\// { meta = 2; next }

meta == 1 {
	line = $0
	if (line !~ /^ \*/) {
		fail(FILENAME ":" FNR ": the metadata comment is broken off here")
		meta = 2
		next
	}
	sub(/^ \*/, "", line)
	if (line ~ /^ [a-z][a-z-]*:([ \t]|$)/) {
		key = line
		sub(/:.*$/, "", key)
		key = trim(key)
		sub(/^[^:]*:/, "", line)
		if (!(key in known))
			fail(FILENAME ":" FNR ": unknown field '" key ":'")
		add(key, trim(line))
	} else if (line ~ /^[ \t][ \t][ \t]/ && key != "") {
		add(key, trim(line))
	} else if (trim(line) != "") {
		fail(FILENAME ":" FNR ": neither a 'field:' nor a continuation of one: " trim(line))
	}
	next
}

meta == 2 && /^[ \t]*#[ \t]*define[ \t]/ {
	line = $0
	sub(/^[ \t]*#[ \t]*define[ \t]+/, "", line)
	sub(/[^A-Za-z0-9_].*$/, "", line)
	defines[n, line] = 1
}

meta == 2 && /^[ \t]*#/ && index($0, "KIT_HAVE_") { asks = asks " " $0 " " }

BEGIN {
	m = split("api header before also-in uses needs since until serves drop-when " \
		  "probe exported export-default old new fallback object force " \
		  "force-names mutate note constant", k, " ")
	for (i = 1; i <= m; i++)
		known[k[i]] = 1
	m = split("decl proto member member_type type enum macro header export config code", k, " ")
	for (i = 1; i <= m; i++)
		kinds[k[i]] = 1
}

# --- taking a probe apart ------------------------------------------------

# Sets p_kind, p_name, p_of (the struct of a member), p_type.
function parse(i,    text, pos) {
	text = trim(get(i, "probe"))
	p_kind = text
	sub(/[ \t\n].*$/, "", p_kind)
	text = trim(substr(text, length(p_kind) + 1))
	p_name = text
	p_of = p_type = ""
	if (p_kind == "code")
		return
	text = flat(text)
	p_name = text
	if (p_kind == "proto" || p_kind == "member_type") {
		pos = index(text, "==")
		if (!pos) {
			p_name = ""
			return
		}
		p_name = trim(substr(text, 1, pos - 1))
		p_type = trim(substr(text, pos + 2))
	}
	if (p_kind == "member" || p_kind == "member_type") {
		pos = index(p_name, ".")
		p_of = trim(substr(p_name, 1, pos - 1))
		p_name = substr(p_name, pos + 1)
	}
}

function compiled(kind) { return kind != "header" && kind != "export" }

function upper(s) { s = toupper(s); gsub(/[^A-Z0-9_]/, "_", s); return s }

# The names a forced-absent build must hide before the shim is read.
function hides(i) {
	if (get(i, "force-names") != "")
		return flat(get(i, "force-names"))
	parse(i)
	if (p_kind == "decl" || p_kind == "proto" || p_kind == "macro")
		return p_name
	return ""
}

# --- mode=check ----------------------------------------------------------

function check_one(i,    f, a, w, k, m, guard) {
	f = path[i]
	a = get(i, "api")
	if (a == "") {
		fail(f ": no metadata comment with 'api:' (copy compat/api/TEMPLATE)")
		return
	}
	if (a !~ /^[a-z][a-z0-9_]*$/)
		fail(f ": api '" a "' must be a lower-case identifier")
	if (a != base[i])
		fail(f ": api '" a "' must be the file's name")
	m = split("header since serves drop-when probe old new", w, " ")
	for (k = 1; k <= m; k++)
		if (get(i, w[k]) == "")
			fail(f ": field '" w[k] ":' is missing")
	if (flat(get(i, "header")) ~ /[ \t]/)
		fail(f ": 'header:' holds one header; further ones go to 'also-in:'")
	if (get(i, "since") != "" &&
	    flat(get(i, "since")) !~ /^v[0-9]+\.[0-9]+(\.[0-9]+)? +(commit unverified|[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]) +\(".+"\)$/)
		fail(f ": 'since:' must read: vX.Y <12 hex digits, or: commit unverified> (\"subject\")")
	if (get(i, "until") != "" && get(i, "until") !~ /^v[0-9]+\.[0-9]+/)
		fail(f ": 'until:' must begin with the version that took it away: vX.Y")
	if (get(i, "drop-when") != "" && flat(get(i, "drop-when")) !~ /^(baseline >= [0-9]+\.[0-9]+(\.[0-9]+)?|never, .+)$/)
		fail(f ": 'drop-when:' must read: baseline >= X.Y, or: never, <why>")
	parse(i)
	if (get(i, "probe") != "") {
		if (!(p_kind in kinds))
			fail(f ": unknown probe kind '" p_kind "'")
		else if (p_name == "" || ((p_kind == "proto" || p_kind == "member_type") && p_type == ""))
			fail(f ": probe '" flat(get(i, "probe")) "' lacks a part (see docs/adding-an-api.md)")
		if ((p_kind == "member" || p_kind == "member_type") && p_of == "")
			fail(f ": a member probe names its type: struct foo.bar")
		if (p_kind == "code" && get(i, "mutate") == "")
			fail(f ": a code probe needs 'mutate:', the identifier the self-test may break")
		if (p_kind == "code" && get(i, "mutate") != "" && !index(p_name, get(i, "mutate")))
			fail(f ": 'mutate:' names an identifier the code does not contain")
		if ((p_kind == "export" || get(i, "exported") != "") && get(i, "export-default") !~ /^(present|absent)$/)
			fail(f ": 'export-default: present|absent' says what holds without a Module.symvers")
		if (p_kind != "decl" && p_kind != "proto" && p_kind != "macro" && get(i, "force") !~ /^(yes|no, .+)$/)
			fail(f ": 'force: yes' or 'force: no, <why>' is needed for a " p_kind " probe")
	}
	if (get(i, "force") != "" && get(i, "force") !~ /^(yes|no, .+)/)
		fail(f ": 'force:' must read: yes, or: no, <why>")
	if (get(i, "fallback") != "" && p_kind != "header")
		fail(f ": 'fallback:' belongs to a header probe")
	if (get(i, "object") != "" && get(i, "object") != base[i] ".c")
		fail(f ": 'object:' must be " base[i] ".c")
	m = split(flat(get(i, "needs")), w, /[ \t]+/)
	for (k = 1; k <= m; k++)
		if (w[k] != "" && !(w[k] in index_of))
			fail(f ": 'needs: " w[k] "' is no api file")
	guard = "KIT_HAVE_" upper(a)
	if (get(i, "fallback") == "" && !(asks ~ (guard "[^A-Z0-9_]")))
		fail(f ": no shim ever asks " guard)
	if (get(i, "old") == get(i, "new"))
		fail(f ": 'old:' and 'new:' are the same text, the fixtures prove nothing")
}

# --- headers -------------------------------------------------------------

# What an old copy of a header needs first comes first, whoever says so.
function want(h) {
	if (h != "" && !(h in wanted)) {
		wanted[h] = 1
		if (h in before_of)
			want_list(before_of[h])
		order[++norder] = h
	}
}

function want_list(text,    w, k, m) {
	m = split(flat(text), w, /[ \t]+/)
	for (k = 1; k <= m; k++)
		want(w[k])
}

function want_api(i) {
	want_list(get(i, "header"))
	want_list(get(i, "also-in"))
	want_list(get(i, "uses"))
	want_list(get(i, "fallback"))
	parse(i)
	if (p_kind == "header")
		want(p_name (mutate != "" ? "__kit_absent" : ""))
}

function exists(file,    junk, r) {
	r = (getline junk < file)
	close(file)
	return r >= 0
}

function headers(    i, d, nd, dir, line, found) {
	while ((getline line < dirs) > 0)
		if (line != "")
			dir[++nd] = line
	want("linux/module.h"); want("linux/kernel.h"); want("linux/types.h"); want("linux/init.h")
	want("linux/log2.h")
	for (i = 1; i <= n; i++)
		if (only == "" || get(i, "api") == only)
			want_api(i)
	if (users != "")
		while ((getline line < users) > 0)
			want(line)
	for (i = 1; i <= norder; i++) {
		found = "-"
		for (d = 1; d <= nd && found == "-"; d++)
			if (exists(dir[d] "/" order[i]))
				found = dir[d] "/" order[i]
		print order[i], found
	}
}

# Reading a file of no name is fatal to some awks.
function read_hdrmap(    line, pos) {
	if (hdrmap == "")
		return
	while ((getline line < hdrmap) > 0) {
		pos = index(line, " ")
		where[substr(line, 1, pos - 1)] = substr(line, pos + 1)
	}
	close(hdrmap)
}

function have_header(h) { return (h in where) && where[h] != "-" }

# --- mode=probes ---------------------------------------------------------

# One probe as C text.  `mutate` breaks its name or its type, for the self-test.
function emit_text(i,    a, t, name, type) {
	parse(i)
	if (!compiled(p_kind))
		return ""
	a = get(i, "api")
	name = p_name ((mutate == "name") ? "__kit_absent" : "")
	type = (mutate == "type") ? "struct kit_bogus (*)[3]" : p_type
	t = "#line 1 \"probe__" a "\"\n"
	if (p_kind == "decl")
		return t is_declared(a, name)
	if (p_kind == "proto")
		return t same_type(a, name, type)
	if (p_kind == "member")
		return t "static inline void kit_p_" a "(" p_of " *p) { (void)p->" name "; }\n"
	if (p_kind == "member_type")
		return t same_type(a, "((" p_of " *)0)->" name, type)
	if (p_kind == "type")
		return t in_function(a, "sizeof(" name ")")
	if (p_kind == "enum")
		return t in_function(a, "sizeof(enum " name ")")
	if (p_kind == "macro")
		return t "#ifndef " name "\ntypedef char kit_t_" a "[-1];\n#endif\n"
	if (p_kind == "config")
		return t "#if !defined(" name ") && !defined(" name "_MODULE)\n" \
		       "typedef char kit_t_" a "[-1];\n#endif\n"
	# A call of an undeclared function is only a warning to many compilers: the name
	# must be known before the code may mean anything.
	name = get(i, "mutate") ((mutate == "name") ? "__kit_absent" : "")
	t = t is_declared(a, name)
	return t (mutate == "name" ? broken(p_name, get(i, "mutate")) : p_name) "\n"
}

# Compilers complain of an undeclared name once a scope: two probes that ask for the
# same name at file level would see the second one pass.  So each has a function.
function in_function(a, expr) {
	return "static inline void kit_q_" a "(void) { (void)" expr "; }\n"
}

function is_declared(a, name) {
	return "#ifndef " name "\n" in_function(a, "sizeof(__typeof__(" name ") *)") "#endif\n"
}

function same_type(a, expr, type) {
	return in_function(a, "sizeof(char[__builtin_types_compatible_p(__typeof__(" expr "), " \
	       type ") ? 1 : -1])")
}

function broken(code, name,    t, pos) {
	t = ""
	while ((pos = index(code, name)) > 0) {
		t = t substr(code, 1, pos - 1) name "__kit_absent"
		code = substr(code, pos + length(name))
	}
	return t code
}

# Two questions whose answers are known.  A build that gets them wrong (wrong
# include path, a compiler that rejects the flags) must not get any other right.
function emit_controls() {
	print "#line 1 \"probe__kit_sane_absent\""
	print "typedef __typeof__(kit_no_such_symbol) kit_t_sane_absent;"
	print "#line 1 \"probe__kit_sane_absent_type\""
	print "typedef char kit_t_sane_absent_type[__builtin_types_compatible_p(__typeof__(((struct list_head *)0)->next), int) ? 1 : -1];"
	print "#line 1 \"probe__kit_sane_present\""
	print "typedef __typeof__(snprintf) kit_t_sane_present;"
	print "typedef char kit_t_sane_present_type[__builtin_types_compatible_p(__typeof__(((struct list_head *)0)->next), struct list_head *) ? 1 : -1];"
	print "typedef char kit_t_sane_present_size[1 + 0 * sizeof(struct module)];"
}

function include(h) { if (have_header(h)) printf "#include <%s>\n", h }

function probes(    i, k) {
	print "#line 1 \"kit_probe_headers\""
	include("linux/types.h"); include("linux/kernel.h"); include("linux/init.h"); include("linux/module.h")
	if (only != "kit_controls") {
		for (i = 1; i <= n; i++)
			if (only == "" || get(i, "api") == only)
				want_api(i)
		for (k = 1; k <= norder; k++)
			include(order[k])
	}
	for (i = 1; i <= n; i++)
		if (only == "" || get(i, "api") == only)
			printf "%s", emit_text(i)
	if (only == "" || only == "kit_controls")
		emit_controls()
}

# --- mode=answer ---------------------------------------------------------

function read_log(    line, a) {
	while ((getline line < log_file) > 0) {
		if (line !~ /error:/)
			continue
		if (line ~ /^probe__[a-z0-9_]+:[0-9]/) {
			a = substr(line, 8)
			sub(/:.*$/, "", a)
			failed[a] = 1
		} else {
			stray++
			if (first_stray == "")
				first_stray = line
		}
	}
	close(log_file)
}

function read_symvers(    line, w) {
	if (symvers == "")
		return
	while ((getline line < symvers) > 0) {
		split(line, w, /[ \t]+/)
		exported[w[2]] = 1
		nexport++
	}
	close(symvers)
}

function is_exported(i, sym) {
	if (!nexport)
		return get(i, "export-default") == "present"
	return (sym (mutate != "" ? "__kit_absent" : "")) in exported
}

function answer(i) {
	parse(i)
	if (p_kind == "header")
		return have_header(p_name (mutate != "" ? "__kit_absent" : ""))
	if (p_kind == "export")
		return is_exported(i, p_name)
	if (get(i, "api") in failed)
		return 0
	if (get(i, "exported") != "" && !is_exported(i, get(i, "exported")))
		return 0
	return 1
}

# "<api> present|absent" per line; exit 3: an error belongs to no probe;
# exit 4: a control came out wrong.
function answers(    i) {
	read_log()
	if (only != "kit_controls")
		read_hdrmap()
	read_symvers()
	if (stray) {
		print "compat/gen: " first_stray > "/dev/stderr"
		exit 3
	}
	if (controls != "no" && (only == "" || only == "kit_controls"))
		if (!("kit_sane_absent" in failed) || !("kit_sane_absent_type" in failed) || ("kit_sane_present" in failed))
			exit 4
	for (i = 1; i <= n; i++)
		if (only == "" || get(i, "api") == only)
			print get(i, "api"), answer(i) ? "present" : "absent"
}

# --- mode=config ---------------------------------------------------------

function may_force(i) { return get(i, "force") !~ /^no/ }

function read_answers(    line, w) {
	if (answer_file == "")
		return
	while ((getline line < answer_file) > 0) {
		split(line, w, " ")
		given[w[1]] = w[2]
	}
	close(answer_file)
}

function apply_force(    w, k, m, i) {
	if (force == "")
		return
	m = split(force, w, /[ ,\t]+/)
	for (k = 1; k <= m; k++) {
		if (w[k] == "" || w[k] == "all")
			continue
		if (!(w[k] in index_of))
			fail("KIT_FORCE_ABSENT: no api '" w[k] "'")
		else if (!may_force(index_of[w[k]]))
			fail("KIT_FORCE_ABSENT: " w[k] " says force: " get(index_of[w[k]], "force"))
		else
			forced[w[k]] = 1
	}
	for (i = 1; i <= n; i++)
		if ((" " force ",") ~ /[ ,]all[ ,]/ && may_force(i))
			forced[get(i, "api")] = 1
	for (i = 1; i <= n; i++)
		if ((get(i, "api") in forced) && given[get(i, "api")] == "present")
			given[get(i, "api")] = "forced"
}

# Noise that a compiler newer than the kernel makes about the kernel's own headers.
# Only where the header in question is of the old text, so that our code keeps the
# warning everywhere else.
function quiet(    text) {
	text = slurp(where["linux/log2.h"])
	if (text ~ /____ilog2_NaN[^;]*noreturn|noreturn[^;]*____ilog2_NaN/)
		print "#if defined(__GNUC__) && __GNUC__ >= 8 && !defined(__clang__)\n" \
		      "#pragma GCC diagnostic ignored \"-Wattributes\"\n#endif"
	text = slurp(where["linux/init.h"]) slurp(where["linux/module.h"])
	if (text !~ /__copy\(initfn\)/)
		print "#if defined(__GNUC__) && __GNUC__ >= 9 && !defined(__clang__)\n" \
		      "#pragma GCC diagnostic ignored \"-Wmissing-attributes\"\n" \
		      "#pragma GCC diagnostic ignored \"-Warray-bounds\"\n#endif"
	# Mainline says this to every file; older kernels do not know the warnings.
	print "#if defined(__GNUC__) && __GNUC__ >= 9\n" \
	      "#pragma GCC diagnostic ignored \"-Waddress-of-packed-member\"\n" \
	      "#pragma GCC diagnostic ignored \"-Wunused-const-variable\"\n#endif\n"
}

function config(    i, a, sep) {
	read_hdrmap()
	print "/* SPDX-License-Identifier: GPL-2.0-only */"
	print "/* Generated by compat/gen from this kernel's headers. Do not edit. */"
	print "#ifndef KIT_CONFIG_H\n#define KIT_CONFIG_H\n"
	quiet()
	printf "#define LIS_VERSION \"%s\"\n\n", version
	if (symvers != "") {
		read_symvers()
		print nexport ? "/* exports: known */" : "/* exports: unknown, no Module.symvers */"
	}
	for (i = 1; i <= n; i++) {
		a = get(i, "api")
		if (given[a] == "present")
			printf "#define KIT_HAVE_%s 1\n", upper(a)
		else
			printf "/* KIT_HAVE_%s: %s */\n", upper(a), given[a]
	}
	printf "\n#define KIT_ABSENT_LIST \""
	for (i = 1; i <= n; i++)
		if (given[get(i, "api")] != "present") {
			printf "%s%s", sep, get(i, "api")
			sep = ","
		}
	printf "\"\n\n#endif /* KIT_CONFIG_H */\n"
}

# --- mode=overlay --------------------------------------------------------

# A shim needs headers of its own, and the kernel's headers include each other in
# any order.  So no shim is ever read inside a half-read kernel header: an overlay
# only notes that its header has been seen, and the outermost one, when the kernel's
# text is over, reads kit_flush.h, which places every shim that is due.

function guard(h) { return "KIT_OVERLAY_" upper(h) }

# "defined(...)" for the headers an api belongs to
function seen(i,    k, m, w, text) {
	text = "defined(" guard(get(i, "header")) ")"
	m = split(flat(get(i, "also-in")), w, /[ \t]+/)
	for (k = 1; k <= m; k++)
		if (w[k] != "")
			text = text " || defined(" guard(w[k]) ")"
	return m ? "(" text ")" : text
}

# "&& defined(...)" for what an api needs. A header first seen in the middle of a pass must not bring a shim whose needs
# this pass has gone by: the next one, due as there is a new header, places them in order.
function placed(i,    k, m, w, text) {
	text = ""
	m = split(flat(get(i, "needs")), w, /[ \t]+/)
	for (k = 1; k <= m; k++)
		if (w[k] != "")
			text = text " && defined(KIT_API_" upper(w[k]) ")"
	return text
}

# Number every api so that what it needs comes first; collect the needs' headers.
function sort_api(i,    k, m, w, j) {
	if (i in rank)
		return
	rank[i] = -1
	m = split(flat(get(i, "needs")), w, /[ \t]+/)
	for (k = 1; k <= m; k++) {
		if (w[k] == "")
			continue
		j = index_of[w[k]]
		if ((j in rank) && rank[j] == -1)
			fail("api " get(i, "api") " and " w[k] " need each other")
		sort_api(j)
		need_headers[i] = need_headers[i] " " get(j, "header") need_headers[j]
	}
	rank[i] = ++nrank
	sorted[nrank] = i
}

# Every header once, those the api brings itself left out
function distinct(list, own,    k, m, w, had, text) {
	text = ""
	had[own] = 1
	m = split(list, w, " ")
	for (k = 1; k <= m; k++) {
		if (!(w[k] in had))
			text = text "#include <" w[k] ">\n"
		had[w[k]] = 1
	}
	return text
}

function hidden_names(i,    k, m, w, text) {
	text = ""
	if (given[get(i, "api")] != "forced")
		return text
	m = split(hides(i), w, /[ \t]+/)
	for (k = 1; k <= m; k++) {
		if (w[k] == "")
			continue
		text = text "#undef " w[k] "\n"
		if (!((i, w[k]) in defines))
			text = text "#define " w[k] " kit_forced_" w[k] "\n"
	}
	return text
}

function write_flush(    i, k, a, text, hs) {
	text = banner "#undef KIT_NEW\n"
	for (i = 1; i <= n; i++)
		sort_api(i)
	for (k = 1; k <= n; k++) {
		hs = distinct(need_headers[sorted[k]], get(sorted[k], "header"))
		if (hs != "")
			text = text "#if !defined(KIT_API_" upper(get(sorted[k], "api")) ") && " \
			       seen(sorted[k]) "\n" hs "#endif\n"
	}
	text = text "#ifdef KIT_NEW\n#include <kit_flush.h>\n#endif\n"
	for (k = 1; k <= n; k++) {
		i = sorted[k]
		a = upper(get(i, "api"))
		text = text "#if !defined(KIT_API_" a ") && " seen(i) placed(i) "\n#define KIT_API_" a "\n" \
		       hidden_names(i) "#include <compat/api/" base[i] ".h>\n#endif\n"
	}
	write_text("kit_flush.h", text "#ifdef KIT_NEW\n#include <kit_flush.h>\n#endif\n")
}

function write_text(name, text,    file) {
	file = out "/include/" name
	print name
	if (slurp(file) == text)
		return
	printf "%s", text > file
	close(file)
}

function claim(h, i) {
	if (h == "")
		return
	if (!(h in members))
		order[++norder] = h
	members[h] = members[h] " " i
}

function slurp(file,    line, all, r) {
	all = ""
	if (file == "" || file == "-")
		return all
	while ((r = (getline line < file)) > 0)
		all = all line "\n"
	close(file)
	return all
}

function includes(list,    k, m, w, text) {
	text = ""
	m = split(flat(list), w, /[ \t]+/)
	for (k = 1; k <= m; k++)
		if (have_header(w[k]))
			text = text "#include <" w[k] ">\n"
	return text
}

# The kernel's header decides for itself what a second inclusion means (trace
# headers live from that), so it is read each time.
function write_overlay(h,    k, m, w, text, j, fb, next_h, first, g) {
	g = guard(h)
	m = split(members[h], w, " ")
	next_h = first = fb = ""
	for (k = 1; k <= m; k++) {
		j = w[k]
		parse(j)
		if (get(j, "header") == h)
			first = first includes(get(j, "before"))
		if (p_kind == "header" && p_name == h) {
			fb = get(j, "fallback")
			if (given[get(j, "api")] == "forced")
				where[h] = "-"
		}
	}
	if (have_header(h))
		next_h = "#include_next <" h ">\n"
	else if (fb != "" && have_header(fb))
		next_h = "#include <" fb ">\n"
	text = banner "#if defined(" g ") || defined(__ASSEMBLY__)\n" next_h \
	       "#else\n#define " g "\n#define KIT_NEW\n" \
	       "#ifdef KIT_INSIDE\n" first next_h "#else\n#define KIT_INSIDE\n" first next_h \
	       "#include <kit_flush.h>\n#undef KIT_INSIDE\n#endif\n#endif\n"
	# The same macro may be defined again as long as the text is the same.
	write_text(h, text)
}

function overlays(    i, k, m, w, line) {
	banner = "/* SPDX-License-Identifier: GPL-2.0-only */\n/* Generated by compat/gen. Do not edit. */\n"
	read_hdrmap()
	for (i = 1; i <= n; i++) {
		claim(get(i, "header"), i)
		m = split(flat(get(i, "also-in")), w, /[ \t]+/)
		for (k = 1; k <= m; k++)
			claim(w[k], i)
	}
	# What the drivers include is outermost wherever it is: it must know it.
	if (users != "")
		while ((getline line < users) > 0)
			if (!(line in members) && have_header(line))
				claim(line, "")
	if (mode == "overlay-list") {
		print "kit_flush.h"
		for (k = 1; k <= norder; k++)
			print order[k]
		return
	}
	write_flush()
	for (k = 1; k <= norder; k++)
		write_overlay(order[k])
}

# --- mode=fixtures -------------------------------------------------------

# Writes out/<side>/<api>.c for compiled probes, .txt for the others.
function fixtures(side,    i, f) {
	for (i = 1; i <= n; i++) {
		parse(i)
		f = out "/" side "/" get(i, "api") (compiled(p_kind) ? ".c" : ".txt")
		if (compiled(p_kind))
			printf "#include \"%s\"\n%s\n%s", prologue, get(i, side), emit_text(i) > f
		else
			print get(i, side) > f
		close(f)
	}
}

# --- mode=list: one line per api, for the reports ------------------------

function list(    i) {
	for (i = 1; i <= n; i++) {
		parse(i)
		printf "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", get(i, "api"), p_kind, flat(get(i, "since")),
		       flat(get(i, "drop-when")), flat(get(i, "constant")), may_force(i) ? "yes" : "no",
		       flat(get(i, "until")), (p_kind == "export" || get(i, "exported") != "") ? "exports" : ""
	}
}

END {
	for (i = 1; i <= n; i++) {
		if (get(i, "api") in index_of)
			fail(path[i] ": api '" get(i, "api") "' is also in " path[index_of[get(i, "api")]])
		if (get(i, "api") != "")
			index_of[get(i, "api")] = i
		if (get(i, "before") != "")
			before_of[get(i, "header")] = before_of[get(i, "header")] " " flat(get(i, "before"))
	}
	if (mode == "check")
		for (i = 1; i <= n; i++)
			check_one(i)
	else if (mode == "headers")
		headers()
	else if (mode == "probes") {
		read_hdrmap()
		probes()
	} else if (mode == "answer")
		answers()
	else if (mode == "config" || mode == "overlay" || mode == "overlay-list") {
		read_answers()
		apply_force()
		if (mode == "config")
			config()
		else
			overlays()
	} else if (mode == "fixtures") {
		fixtures("old")
		fixtures("new")
	} else if (mode == "list")
		list()
	if (bad)
		exit 1
}
