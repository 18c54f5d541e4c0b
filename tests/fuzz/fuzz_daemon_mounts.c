// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of mounts: names in it are any user's who may mount.
 */
#include "fuzz.h"
#include "vss/mounts.h"

#define MAX 64

static bool on_loop(void *ctx, const struct mount *m)
{
	return m->major == 7;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mount list[MAX];
	char *text = malloc(size + 1);
	size_t n, i, k;

	memcpy(text, data, size);
	text[size] = 0;
	n = mounts_parse(text, list, MAX);
	PROMISE(n <= MAX);
	mounts_judge(list, n, on_loop, NULL);
	for (i = 0; i < n; i++) {
		PROMISE(mounts_reason(list[i].verdict));
		PROMISE(list[i].verdict != MOUNT_FREEZE || (!list[i].read_only && list[i].major != 7));
		/* Each file system once, and the root, if it is there, after all others. */
		for (k = i + 1; k < n && list[i].verdict == MOUNT_FREEZE; k++)
			PROMISE(list[k].verdict != MOUNT_FREEZE || !mounts_same(&list[i], &list[k]));
		PROMISE(i + 1 == n || strcmp(list[i].point, "/") || !strcmp(list[i + 1].point, "/"));
	}
	free(text);
	return 0;
}
