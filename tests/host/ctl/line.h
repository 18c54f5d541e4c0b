/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From bytes of a client to requests (protocol.md): no socket, no device. Clients may send anything.
 */
#ifndef HOST_CTL_LINE_H
#define HOST_CTL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

#define CTL_LINE_MAX 65536
#define CTL_WHY_MAX 256
#define CTL_NAME_MAX 64

/* What has come and is not yet taken. All zero is empty. */
struct ctl_lines {
	char buf[CTL_LINE_MAX + 1];
	size_t start, end;
	bool skipping; /* the rest of a line that was too long */
};

enum ctl_line_kind { CTL_LINE_NONE, CTL_LINE_READY, CTL_LINE_TOO_LONG };

/* Where the next bytes go, and how many may. Only after ctl_lines_next() said CTL_LINE_NONE, so there is always room. */
char *ctl_lines_room(struct ctl_lines *l, size_t *room);
/* So many bytes were put there. */
void ctl_lines_add(struct ctl_lines *l, size_t len);
/*
 * The next line, without its end (LF or CR LF), valid until the next call. CTL_LINE_TOO_LONG once for each line of more
 * than CTL_LINE_MAX bytes, whatever its length; none of it is kept.
 */
enum ctl_line_kind ctl_lines_next(struct ctl_lines *l, const char **line, size_t *len);

struct ctl_call {
	json_t *args; /* the whole object; owned */
	json_t *id; /* borrowed from args, may be NULL */
	char device[CTL_NAME_MAX + 1]; /* empty: a verb of the host itself */
	char verb[CTL_NAME_MAX + 1];
};

/*
 * 0: a request, whose args the caller lets go of. -EINVAL: `why` says what is wrong; call->id is then a new reference to
 * the id if one could be read (so that the client can tell which request failed), else NULL.
 */
int ctl_call_parse(const char *line, size_t len, struct ctl_call *call, char why[CTL_WHY_MAX]);
/* True for a line of blanks only, which is no request and no mistake. */
bool ctl_line_blank(const char *line, size_t len);
/* Sentences quote clients and may have been cut within a character: what is not plain ASCII becomes '?'. */
void ctl_make_plain(char *text);

#endif
