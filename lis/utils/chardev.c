// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: the node a daemon opens (docs/wire/03-integration-components.md 7).
 *
 * One opener; a read gives one message, a write takes one. The service outlives its device as long as the file is open:
 * what was still to be told can be read, then everything fails with EBADF, so that the daemon closes and looks again.
 */
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include "utils.h"

static DEFINE_MUTEX(nodes_lock);
static LIST_HEAD(nodes);

static struct ic_slot *next_slot(struct ic_service *svc)
{
	if (svc->hello.len)
		return &svc->hello;
	if (svc->notice.len)
		return &svc->notice;
	return svc->ask.len ? &svc->ask : NULL;
}

void chardev_wake(struct ic_service *svc)
{
	wake_up_interruptible(&svc->wait);
}

/* The daemon has taken it: what follows from that for its next answer says ic_daemon_says(). */
static void mark_read(struct ic_service *svc, struct ic_slot *slot)
{
	slot->len = 0;
	if (slot == &svc->ask) {
		svc->delivered = true;
		svc->owed = false;
	} else if (slot == &svc->notice) {
		svc->owed = true;
	}
}

/* Into read_buf. Return the bytes, 0 when there is nothing yet, or -errno. */
static int take_message(struct ic_service *svc, size_t room, struct ic_slot **from, u32 *seq)
{
	struct ic_slot *slot;
	int ret = 0;

	mutex_lock(&svc->lock);
	slot = next_slot(svc);
	if (slot && slot->len > room) {
		ret = -EINVAL;
	} else if (slot) {
		ret = slot->len;
		memcpy(svc->read_buf, slot->data, slot->len);
		*from = slot;
		*seq = slot->seq;
		mark_read(svc, slot);
	} else if (svc->gone) {
		ret = -EBADF;
	}
	mutex_unlock(&svc->lock);
	return ret;
}

/* The daemon's memory was not there: it has read nothing. */
static void give_back(struct ic_service *svc, struct ic_slot *slot, u32 seq, u32 len)
{
	mutex_lock(&svc->lock);
	if (slot->seq == seq && (slot != &svc->ask || svc->delivered)) {
		slot->len = len;
		if (slot == &svc->ask)
			svc->delivered = false;
	}
	if (slot == &svc->notice)
		svc->owed = false;
	mutex_unlock(&svc->lock);
}

static ssize_t read_message(struct ic_service *svc, struct file *file, char __user *buf, size_t room)
{
	struct ic_slot *slot;
	u32 seq;
	int len;

	while (!(len = take_message(svc, room, &slot, &seq))) {
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(svc->wait, next_slot(svc) || svc->gone))
			return -EINTR;
	}
	if (len > 0 && copy_to_user(buf, svc->read_buf, len)) {
		give_back(svc, slot, seq, len);
		return -EFAULT;
	}
	return len;
}

static ssize_t chardev_read(struct file *file, char __user *buf, size_t room, loff_t *pos)
{
	struct ic_service *svc = file->private_data;
	ssize_t ret;

	if (mutex_lock_interruptible(&svc->read_lock))
		return -EINTR;
	ret = read_message(svc, file, buf, room);
	mutex_unlock(&svc->read_lock);
	return ret;
}

static int write_message(struct ic_service *svc, const char __user *buf)
{
	int ret;

	if (copy_from_user(svc->write_buf, buf, svc->class->daemon->write_size))
		return -EFAULT;
	mutex_lock(&svc->lock);
	ret = svc->gone ? -EBADF : ic_daemon_says(svc, svc->write_buf);
	mutex_unlock(&svc->lock);
	return ret;
}

static ssize_t chardev_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct ic_service *svc = file->private_data;
	const struct ic_daemon_class *d = svc->class->daemon;
	int ret;

	if (count < d->write_size || (count > d->write_size && !d->longer_too))
		return -EINVAL;
	if (mutex_lock_interruptible(&svc->write_lock))
		return -EINTR;
	ret = write_message(svc, buf);
	mutex_unlock(&svc->write_lock);
	return ret ? ret : (ssize_t)count;
}

static __poll_t chardev_poll(struct file *file, poll_table *wait)
{
	struct ic_service *svc = file->private_data;
	__poll_t mask = 0;

	poll_wait(file, &svc->wait, wait);
	mutex_lock(&svc->lock);
	if (next_slot(svc))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (svc->gone)
		mask |= EPOLLERR | EPOLLHUP;
	mutex_unlock(&svc->lock);
	return mask;
}

/* Old kernels do not tell open which device it is about, but the minor number does. */
static struct ic_service *find_node(unsigned int minor)
{
	struct ic_service *svc, *found = NULL;

	mutex_lock(&nodes_lock);
	list_for_each_entry(svc, &nodes, entry) {
		if (svc->misc.minor != minor)
			continue;
		kref_get(&svc->ref);
		found = svc;
		break;
	}
	mutex_unlock(&nodes_lock);
	return found;
}

static int chardev_open(struct inode *inode, struct file *file)
{
	struct ic_service *svc = find_node(iminor(inode));
	int ret = 0;

	if (!svc)
		return -EBADF;
	mutex_lock(&svc->lock);
	if (svc->gone)
		ret = -EBADF;
	else if (svc->opened)
		ret = -EBUSY;
	else
		svc->opened = true;
	mutex_unlock(&svc->lock);
	if (ret) {
		ic_put(svc);
		return ret;
	}
	/*
	 * No nonseekable_open(): a stock daemon reads and writes with pread() and pwrite(), and the offset means
	 * nothing.
	 */
	file->private_data = svc;
	return 0;
}

static int chardev_release(struct inode *inode, struct file *file)
{
	struct ic_service *svc = file->private_data;

	mutex_lock(&svc->lock);
	svc->opened = false;
	ic_daemon_gone(svc);
	mutex_unlock(&svc->lock);
	ic_put(svc);
	return 0;
}

static const struct file_operations chardev_ops = {
	.owner = THIS_MODULE,
	.open = chardev_open,
	.release = chardev_release,
	.read = chardev_read,
	.write = chardev_write,
	.poll = chardev_poll,
};

/* Two nodes of one name cannot be; a host has one device of each kind. Return -EEXIST for the second. */
static int claim_name(struct ic_service *svc)
{
	struct ic_service *other;
	int ret = 0;

	mutex_lock(&nodes_lock);
	list_for_each_entry(other, &nodes, entry)
		if (other->class == svc->class)
			ret = -EEXIST;
	if (!ret)
		list_add(&svc->entry, &nodes);
	mutex_unlock(&nodes_lock);
	return ret;
}

static void give_name_up(struct ic_service *svc)
{
	mutex_lock(&nodes_lock);
	list_del_init(&svc->entry);
	mutex_unlock(&nodes_lock);
}

int chardev_add(struct ic_service *svc)
{
	int ret = claim_name(svc);

	if (ret)
		return ret;
	svc->misc.minor = MISC_DYNAMIC_MINOR;
	svc->misc.name = svc->class->daemon->node;
	svc->misc.fops = &chardev_ops;
	ret = misc_register(&svc->misc);
	if (ret)
		give_name_up(svc);
	return ret;
}

void chardev_remove(struct ic_service *svc)
{
	misc_deregister(&svc->misc);
	give_name_up(svc);
	mutex_lock(&svc->lock);
	svc->gone = true;
	chardev_wake(svc);
	mutex_unlock(&svc->lock);
}
