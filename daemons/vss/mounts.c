// SPDX-License-Identifier: GPL-2.0-only
/*
 * pure: mounts, their verdicts, their order (mounts.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "vss/mounts.h"

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

void mounts_unescape(char *s)
{
	char *to = s;

	while (*s) {
		if (s[0] == '\\' && is_octal(s[1]) && is_octal(s[2]) && is_octal(s[3])) {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = 0;
}

size_t mounts_escape(char *out, const char *s)
{
	size_t n = 0;

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (strchr(" \t\n\\", c))
			n += (size_t)sprintf(out + n, "\\%03o", c);
		else
			out[n++] = (char)c;
	}
	out[n] = 0;
	return n;
}

static bool has_option(const char *options, const char *name)
{
	size_t len = strlen(name);

	while (*options) {
		size_t n = strcspn(options, ",");

		if (n == len && !memcmp(options, name, len))
			return true;
		options += n + (options[n] == ',');
	}
	return false;
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue" */
static bool parse_line(char *line, struct mount *m)
{
	char *word[6], *save, *w;
	int i;

	memset(m, 0, sizeof(*m));
	for (i = 0; i < 6; i++) {
		word[i] = strtok_r(i ? NULL : line, " ", &save);
		if (!word[i])
			return false;
	}
	/* Any number of optional words, up to a dash. */
	while ((w = strtok_r(NULL, " ", &save)) && strcmp(w, "-"))
		;
	m->type = w ? strtok_r(NULL, " ", &save) : NULL;
	m->source = m->type ? strtok_r(NULL, " ", &save) : NULL;
	w = m->source ? strtok_r(NULL, " ", &save) : NULL;
	if (!w || sscanf(word[0], "%d", &m->id) != 1 || sscanf(word[1], "%d", &m->parent) != 1 ||
	    sscanf(word[2], "%u:%u", &m->major, &m->minor) != 2)
		return false;
	m->root = word[3];
	m->point = word[4];
	m->read_only = has_option(w, "ro");
	mounts_unescape(word[3]);
	mounts_unescape(word[4]);
	mounts_unescape((char *)m->source);
	return true;
}

size_t mounts_parse(char *text, struct mount *list, size_t max)
{
	size_t n = 0;
	char *save, *line;

	for (line = strtok_r(text, "\n", &save); line && n < max; line = strtok_r(NULL, "\n", &save))
		if (parse_line(line, &list[n]))
			n++;
	return n;
}

static const struct mount *by_id(const struct mount *list, size_t count, int id)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (list[i].id == id)
			return &list[i];
	return NULL;
}

/* The root's parent is not in the list, or itself; a ring is none of the kernel's making and ends the walk. */
static unsigned int depth_of(const struct mount *list, size_t count, const struct mount *m)
{
	unsigned int depth = 0;
	const struct mount *up;

	while (m->parent != m->id && depth < count && (up = by_id(list, count, m->parent))) {
		m = up;
		depth++;
	}
	return depth;
}

static bool one_of(const char *type, const char *const *list)
{
	for (; *list; list++)
		if (!strcmp(type, *list))
			return true;
	return false;
}

/* File systems on disks that have devices of their own making (major number 0). */
static const char *const many_disks[] = { "btrfs", "bcachefs", NULL };
static const char *const never_written[] = { "squashfs", "erofs", "cramfs", "romfs", "iso9660", NULL };
/* The kernel's have no freezing; those of user space would need a process that may be waiting itself. */
static const char *const not_able[] = { "vfat",	   "msdos",    "exfat", "ntfs", "ntfs3", "udf",	  "hfs",   "hfsplus",
					"fuseblk", "minix", "sysv",	"ufs",	"adfs",	 "affs",  "befs", "bfs", NULL };

static enum verdict judge(const struct mount *m, bool (*on_loop)(void *ctx, const struct mount *m), void *ctx)
{
	if (!m->major && (!one_of(m->type, many_disks) || strncmp(m->source, "/dev/", 5)))
		return MOUNT_NO_DEVICE;
	if (m->read_only || one_of(m->type, never_written))
		return MOUNT_READ_ONLY;
	if (one_of(m->type, not_able))
		return MOUNT_NOT_ABLE;
	return on_loop(ctx, m) ? MOUNT_LOOP : MOUNT_FREEZE;
}

bool mounts_same(const struct mount *a, const struct mount *b)
{
	return a->major == b->major && a->minor == b->minor;
}

static bool is_root(const struct mount *m)
{
	return !strcmp(m->point, "/");
}

/* What hangs deeper goes first; the one mounted later first; the root last of all. */
static int before(const void *pa, const void *pb)
{
	const struct mount *a = pa, *b = pb;

	if (is_root(a) != is_root(b))
		return is_root(a) ? 1 : -1;
	if (a->depth != b->depth)
		return a->depth < b->depth ? 1 : -1;
	return b->id > a->id ? 1 : b->id < a->id ? -1 : 0;
}

void mounts_judge(struct mount *list, size_t count, bool (*on_loop)(void *ctx, const struct mount *m), void *ctx)
{
	size_t i, k;

	for (i = 0; i < count; i++) {
		list[i].depth = depth_of(list, count, &list[i]);
		list[i].verdict = judge(&list[i], on_loop, ctx);
	}
	qsort(list, count, sizeof(list[0]), before);
	/* Of several mounts the last in this order stands for the file system: the nearest to the root. */
	for (i = 0; i < count; i++)
		for (k = i + 1; list[i].verdict == MOUNT_FREEZE && k < count; k++)
			if (list[k].verdict == MOUNT_FREEZE && mounts_same(&list[i], &list[k]))
				list[i].verdict = MOUNT_DUPLICATE;
}

const char *mounts_reason(enum verdict v)
{
	static const char *const words[] = {
		[MOUNT_FREEZE] = "to be frozen",
		[MOUNT_DUPLICATE] = "another mount of the same file system",
		[MOUNT_READ_ONLY] = "read-only",
		[MOUNT_NO_DEVICE] = "not on a disk of this machine",
		[MOUNT_LOOP] = "in a file of another file system",
		[MOUNT_NOT_ABLE] = "of a kind that cannot be frozen",
	};

	return words[v];
}
