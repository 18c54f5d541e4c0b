// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: hooks (hooks.h).
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "shared/log.h"
#include "shared/spawn.h"
#include "vss/hooks.h"

static bool safe(const char *path, mode_t kind)
{
	struct stat st;

	if (lstat(path, &st) || (st.st_mode & S_IFMT) != kind || !(st.st_mode & S_IXUSR))
		return false;
	if (st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH)))
		return true;
	log_warn("%s is left out: others than its owner, or this daemon's user, may write it", path);
	return false;
}

static int wanted(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	/* What package managers and editors leave behind. */
	return e->d_name[0] != '.' && e->d_name[len - 1] != '~' && !strstr(e->d_name, ".dpkg-") && !strstr(e->d_name,
			".rpm");
}

static int run(const char *folder, const char *name, const char *what)
{
	char path[PATH_MAX];
	char *argv[] = { path, (char *)what, NULL };
	int code;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path) || !safe(path, S_IFREG))
		return 0;
	code = run_program(argv, HOOK_SECONDS);
	if (code)
		log_warn("%s %s failed (%d)", path, what, code);
	return code ? -EIO : 0;
}

static int list(const char *folder, struct dirent ***names)
{
	struct stat st;
	int n;

	if (stat(folder, &st) || !safe(folder, S_IFDIR))
		return 0;
	n = scandir(folder, names, wanted, alphasort);
	return n < 0 ? 0 : n;
}

static void free_list(struct dirent **names, int n)
{
	while (n--)
		free(names[n]);
}

int hooks_freeze(const char *folder)
{
	struct dirent **names = NULL;
	int n = list(folder, &names), i, err = 0;

	for (i = 0; i < n && !err; i++)
		err = run(folder, names[i]->d_name, "freeze");
	while (err && i-- > 0)
		run(folder, names[i]->d_name, "thaw");
	free_list(names, n);
	free(names);
	return err;
}

void hooks_thaw(const char *folder)
{
	struct dirent **names = NULL;
	int n = list(folder, &names), i;

	for (i = n; i-- > 0;)
		run(folder, names[i]->d_name, "thaw");
	free_list(names, n);
	free(names);
}
