// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: freezing and thawing (freeze.h).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "shared/files.h"
#include "shared/log.h"
#include "shared/spawn.h"
#include "vss/freeze.h"
#include "vss/hooks.h"
#include "vss/mounts.h"
#include "vss/state.h"
#include "vss/watchdog.h"

#define TEXT_MAX (8 << 20)
#define MOUNTS_MAX 16384
#define DEPTH_MAX 16 /* devices on devices */

/* A file system. Its name and kind live in the text of the mounts, which is kept as long. */
struct target {
	int fd;
	const char *point, *type;
	dev_t dev;
	bool ours;  /* frozen by us */
	int result; /* of the freezing: 0 or -errno */
	unsigned int ms;
};

struct table {
	char *text;
	struct mount *list;
	size_t count;
};

/* The mounts there are */

static int read_table(const char *path, struct table *t)
{
	ssize_t n;

	memset(t, 0, sizeof(*t));
	n = read_whole(path, &t->text, TEXT_MAX);
	if (n < 0)
		return (int)n;
	t->list = malloc(MOUNTS_MAX * sizeof(t->list[0]));
	if (!t->list)
		return -ENOMEM;
	t->count = mounts_parse(t->text, t->list, MOUNTS_MAX);
	return t->count ? 0 : -ENODATA;
}

static void free_table(struct table *t)
{
	free(t->text);
	free(t->list);
	memset(t, 0, sizeof(*t));
}

static bool device_on_loop(unsigned int major, unsigned int minor, unsigned int depth);

/* Each of the devices a device is made of. */
static bool slaves_on_loop(const char *path, unsigned int depth)
{
	char name[PATH_MAX + NAME_MAX], text[32];
	unsigned int major, minor;
	struct dirent *e;
	bool found = false;
	DIR *dir = opendir(path);

	while (dir && !found && (e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s/dev", path, e->d_name);
		found = read_text(name, text, sizeof(text)) > 0 && sscanf(text, "%u:%u", &major, &minor) == 2 &&
			device_on_loop(major, minor, depth + 1);
	}
	if (dir)
		closedir(dir);
	return found;
}

static bool device_on_loop(unsigned int major, unsigned int minor, unsigned int depth)
{
	char path[64], link[PATH_MAX];
	ssize_t n;

	if (depth > DEPTH_MAX)
		return false;
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u", major, minor);
	n = readlink(path, link, sizeof(link) - 1);
	if (n > 0) {
		link[n] = 0;
		/* Its partitions lie in the folder of the loop device. */
		if (strstr(link, "/virtual/block/loop"))
			return true;
	}
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/slaves", major, minor);
	return slaves_on_loop(path, depth);
}

static bool on_loop(void *ctx, const struct mount *m)
{
	struct stat st;

	(void)ctx;
	if (m->major)
		return device_on_loop(m->major, m->minor, 0);
	/* btrfs: its devices are known by their names only. */
	if (stat(m->source, &st) || !S_ISBLK(st.st_mode))
		return false;
	return device_on_loop(major(st.st_rdev), minor(st.st_rdev), 0);
}

int freeze_list(const struct freeze *f)
{
	struct table t;
	size_t i;
	int err = read_table(f->mountinfo, &t);

	if (!err)
		mounts_judge(t.list, t.count, on_loop, NULL);
	for (i = 0; !err && i < t.count; i++)
		printf("%-10s %-30s %s\n", t.list[i].type, t.list[i].point, mounts_reason(t.list[i].verdict));
	free_table(&t);
	return err;
}

/* Opening */

/* Whether a folder is of this mount, as far as the kernel says (from Linux 3.15 on). */
static bool is_of_mount(int fd, int id)
{
	char path[64], text[1024], *at;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	at = read_text(path, text, sizeof(text)) > 0 ? strstr(text, "mnt_id:") : NULL;
	return !at || atoi(at + strlen("mnt_id:")) == id;
}

static bool is_of_device(int fd, const struct mount *m)
{
	struct stat st;

	return !fstat(fd, &st) && st.st_dev == makedev(m->major, m->minor);
}

/* The folder of a mount, if this mount is what the path leads to: it may be hidden by another. */
static int open_mount(const struct mount *m)
{
	int fd = open(m->point, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	/* The numbers a folder of btrfs has are those of its subvolume. */
	if (m->major ? !is_of_device(fd, m) : !is_of_mount(fd, m->id)) {
		close(fd);
		return -ENOENT;
	}
	return fd;
}

/* By the mount that stands for it, or else by any other of the same file system. */
static int open_any(const struct table *t, const struct mount *m)
{
	int fd = open_mount(m);
	size_t i;

	for (i = 0; fd < 0 && i < t->count; i++)
		if (t->list[i].verdict == MOUNT_DUPLICATE && mounts_same(&t->list[i], m))
			fd = open_mount(&t->list[i]);
	return fd;
}

static int open_targets(struct freeze *f, const struct table *t)
{
	size_t i;

	f->targets = 0;
	f->target = calloc(t->count, sizeof(f->target[0]));
	if (!f->target)
		return -ENOMEM;
	for (i = 0; i < t->count; i++) {
		const struct mount *m = &t->list[i];
		struct target *to = &f->target[f->targets];

		log_debug("%s (%s): %s", m->point, m->type, mounts_reason(m->verdict));
		if (m->verdict != MOUNT_FREEZE)
			continue;
		to->fd = open_any(t, m);
		if (to->fd == -ENOENT) {
			log_warn("%s is hidden by other mounts and is not frozen", m->point);
			continue;
		}
		if (to->fd < 0) {
			log_error("%s cannot be opened: %s", m->point, strerror(-to->fd));
			return to->fd;
		}
		to->point = m->point;
		to->type = m->type;
		to->dev = makedev(m->major, m->minor);
		f->targets++;
	}
	return 0;
}

static void close_targets(struct freeze *f)
{
	unsigned int i;

	for (i = 0; i < f->targets; i++)
		close(f->target[i].fd);
	free(f->target);
	f->target = NULL;
	f->targets = 0;
}

/* Freezing */

static int write_state(const struct freeze *f)
{
	size_t size = 1, used = 0;
	unsigned int i;
	char *text;
	int err;

	for (i = 0; i < f->targets; i++)
		size += 4 * strlen(f->target[i].point) + 32;
	text = malloc(size);
	if (!text)
		return -ENOMEM;
	for (i = 0; i < f->targets; i++) {
		const struct target *t = &f->target[i];

		used += (size_t)sprintf(text + used, "%u:%u ", major(t->dev), minor(t->dev));
		used += mounts_escape(text + used, t->point);
		text[used++] = '\n';
	}
	err = state_write(f->state_folder, text, used);
	free(text);
	return err;
}

/* What is frozen last is thawed first. */
static int start_watchdog(struct freeze *f)
{
	int *fds = calloc(f->targets + 1, sizeof(fds[0]));
	unsigned int i;

	if (!fds)
		return -ENOMEM;
	for (i = 0; i < f->targets; i++)
		fds[i] = f->target[f->targets - 1 - i].fd;
	f->watchdog = watchdog_start(fds, f->targets, f->seconds, &f->line);
	free(fds);
	return f->watchdog < 0 ? (int)f->watchdog : 0;
}

/* 0: frozen, or nothing to be done; else why the whole must be given up. */
static int freeze_one(struct target *t)
{
	long long start = now_ms();

	t->ours = !ioctl(t->fd, FIFREEZE, 0);
	t->result = t->ours ? 0 : -errno;
	t->ms = (unsigned int)(now_ms() - start);
	if (t->ours)
		return 0;
	if (t->result == -EBUSY) {
		log_warn("%s was frozen already, not by us; it stays so", t->point);
		return 0;
	}
	if (t->result == -EOPNOTSUPP || t->result == -ENOTTY) {
		log_warn("%s: %s cannot be frozen", t->point, t->type);
		return 0;
	}
	log_error("%s cannot be frozen: %s", t->point, strerror(-t->result));
	return t->result;
}

/* -errno: something is in a state nobody asked for */
static int thaw_one(struct target *t)
{
	if (!t->ours)
		return 0;
	t->ours = false;
	if (!ioctl(t->fd, FITHAW, 0))
		return 0;
	/* EINVAL: it was not frozen any more. */
	return -errno;
}

static int thaw_targets(struct freeze *f)
{
	unsigned int i;
	int err = 0;

	for (i = f->targets; i-- > 0;) {
		struct target *t = &f->target[i];
		bool was = t->ours;
		int one = thaw_one(t);

		if (one && !(one == -EINVAL && f->expired)) {
			log_error("%s: thawing failed: %s", t->point,
					one == -EINVAL ? "somebody thawed it before" : strerror(-one));
			err = -EIO;
		} else if (was) {
			log_info("%s (%s): frozen in %u ms, thawed", t->point, t->type, t->ms);
		}
	}
	return err;
}

/* The texts the targets point into. */
static struct table kept;

static void end_freeze(struct freeze *f)
{
	close_targets(f);
	free_table(&kept);
	state_clear(f->state_folder);
	f->frozen = false;
	log_hold(false);
}

static int prepare(struct freeze *f)
{
	int err = read_table(f->mountinfo, &kept);

	if (err) {
		log_error("%s cannot be read: %s", f->mountinfo, strerror(-err));
		return err;
	}
	mounts_judge(kept.list, kept.count, on_loop, NULL);
	err = open_targets(f, &kept);
	if (!err)
		err = write_state(f);
	/* Most is written now, while others can still go on; freezing then takes a moment. */
	if (!err)
		sync();
	if (!err)
		err = start_watchdog(f);
	return err;
}

static int freeze_targets(struct freeze *f)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < f->targets && !err; i++) {
		bool thawed;

		err = freeze_one(&f->target[i]);
		/* So slow that the watchdog thawed what was frozen first: this is no picture of one moment. */
		if (!err && watchdog_ended(f->watchdog, &thawed)) {
			log_error("freezing takes longer than %u s; given up", f->seconds);
			close(f->line);
			f->watchdog = 0;
			f->expired = true;
			err = -ETIMEDOUT;
		}
	}
	return err;
}

int freeze_all(struct freeze *f)
{
	int err;

	if (f->frozen)
		return 0;
	f->expired = false;
	f->watchdog = 0;
	err = hooks_freeze(f->hook_folder);
	if (err)
		return err;
	err = prepare(f);
	if (!err) {
		f->frozen = true;
		log_hold(true);
		err = freeze_targets(f);
	}
	if (err) {
		thaw_targets(f);
		if (f->watchdog > 0)
			watchdog_end(f->watchdog, f->line);
		end_freeze(f);
		hooks_thaw(f->hook_folder);
		f->expired = false;
	}
	return err;
}

int thaw_all(struct freeze *f)
{
	bool expired = f->expired;
	int err;

	f->expired = false;
	if (!f->frozen)
		return expired ? -ETIMEDOUT : 0;
	err = thaw_targets(f);
	if (f->watchdog > 0 && watchdog_end(f->watchdog, f->line))
		err = -ETIMEDOUT;
	end_freeze(f);
	f->hooks_due = true;
	return err;
}

void freeze_child(struct freeze *f)
{
	bool thawed;

	if (!f->frozen || f->watchdog <= 0 || !watchdog_ended(f->watchdog, &thawed))
		return;
	close(f->line);
	f->watchdog = 0;
	/* It died: nobody watches over us, and what nobody watches over is not left frozen. */
	f->expired = true;
	thaw_targets(f);
	end_freeze(f);
	log_error("thawed without the host's word: %s", thawed ? "it did not come in time" : "the watchdog died");
	f->hooks_due = true;
}

void thaw_hooks(struct freeze *f)
{
	if (!f->hooks_due)
		return;
	f->hooks_due = false;
	hooks_thaw(f->hook_folder);
}

/* Leftovers */

static void thaw_left(void *ctx, dev_t dev, const char *point)
{
	int fd = open(point, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	(void)ctx;
	if (fd >= 0 && !fstat(fd, &st) && (!major(dev) || st.st_dev == dev) && !ioctl(fd, FITHAW, 0))
		log_warn("%s was left frozen and is thawed", point);
	if (fd >= 0)
		close(fd);
}

int thaw_leftovers(const struct freeze *f)
{
	int n = state_each(f->state_folder, thaw_left, NULL);

	if (!n)
		return 0;
	state_clear(f->state_folder);
	hooks_thaw(f->hook_folder);
	return n;
}
