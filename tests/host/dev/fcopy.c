// SPDX-License-Identifier: GPL-2.0-only
/*
 * File copy into the guest (docs/wire/03-integration-components.md 9): START, WRITE ..., COMPLETE, each answered before the next;
 * CANCEL when it cannot go on. One copy at a time.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wire/fcopy.h>

#include "ctl/args.h"
#include "dev/ic.h"
#include "dev/text.h"

#define ASK_NS (60 * NS_PER_S)

struct copy {
	struct ctl_request *req;
	int fd;
	uint32_t op; /* with the guest */
	uint64_t offset, size, began_ns;
	uint32_t in_flight, chunk;
	bool cancel; /* asked for by the client */
	int err; /* why it is being cancelled */
	uint32_t status;
};

struct fcopy {
	struct ic ic;
	struct copy *copy;
	uint64_t files, bytes, failed, cancelled;
};

static void answered(struct ic *ic, int err, const struct ic_answer *a, void *arg);

static int ask(struct fcopy *f, const void *body, size_t len)
{
	memcpy(&f->copy->op, body, sizeof(f->copy->op));
	return ic_ask(&f->ic, body, len, ASK_NS, answered, f);
}

static void end_copy(struct fcopy *f, int err, uint32_t status)
{
	struct copy *c = f->copy;
	const struct ic_answer a = { .status = status };
	const double seconds = (double)(loop_now_ns() - c->began_ns) / 1e9;

	f->copy = NULL;
	*(err || status ? &f->failed : &f->files) += 1;
	ctl_event("fcopy-done", f->ic.d->name, json_pack("{s:I, s:I, s:i}", "bytes", (json_int_t)c->offset, "status",
							(json_int_t)status, "errno", -err));
	if (err == -ECANCELED)
		ctl_why(c->req, "it was cancelled");
	ic_finish_status(c->req, err, &a, json_pack("{s:I, s:f}", "bytes", (json_int_t)c->offset, "seconds", seconds));
	close(c->fd);
	free(c);
}

/* The guest is to remove what it has; its answer is waited for, so that the next copy meets a guest that is ready. */
static void cancel(struct fcopy *f, int err, uint32_t status)
{
	struct fcopy_hdr m = { .op = FCOPY_CANCEL };

	f->copy->err = err;
	f->copy->status = status;
	f->cancelled++;
	if (ask(f, &m, sizeof(m)))
		end_copy(f, err, status);
}

static int send_chunk(struct fcopy *f)
{
	struct copy *c = f->copy;
	struct fcopy_write m = { .hdr.op = FCOPY_WRITE, .offset = c->offset };
	const uint64_t left = c->size - c->offset;
	ssize_t n;

	m.size = left < c->chunk ? (uint32_t)left : c->chunk;
	n = pread(c->fd, m.data, m.size, (off_t)c->offset);
	if (n != (ssize_t)m.size) {
		ctl_why(c->req, "the source file cannot be read, or has become shorter");
		return -EIO;
	}
	c->in_flight = m.size;
	return ask(f, &m, sizeof(m));
}

static void go_on(struct fcopy *f)
{
	struct copy *c = f->copy;
	struct fcopy_hdr complete = { .op = FCOPY_COMPLETE };
	int err;

	if (c->cancel) {
		cancel(f, -ECANCELED, 0);
		return;
	}
	err = c->offset < c->size ? send_chunk(f) : ask(f, &complete, sizeof(complete));
	if (err)
		cancel(f, err, 0);
}

static void answered(struct ic *ic, int err, const struct ic_answer *a, void *arg)
{
	struct fcopy *f = arg;
	struct copy *c = f->copy;

	if (c->op == FCOPY_CANCEL) {
		end_copy(f, c->err, c->status);
	} else if (err == -ENOTCONN) {
		end_copy(f, err, 0);
	} else if (err || a->status) {
		/* Nothing was begun when START fails, and nothing is open after COMPLETE. */
		if (c->op == FCOPY_WRITE || err)
			cancel(f, err, err ? 0 : a->status);
		else
			end_copy(f, 0, a->status);
	} else if (c->op == FCOPY_COMPLETE) {
		end_copy(f, 0, 0);
	} else {
		if (c->op == FCOPY_WRITE) {
			c->offset += c->in_flight;
			f->bytes += c->in_flight;
		}
		go_on(f);
	}
}

/* --- verbs -------------------------------------------------------------------------------------------------------------- */

static int open_source(struct ctl_request *req, const char *path, uint64_t *size)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		const int err = -errno;

		ctl_why(req, "the source file cannot be opened: %s", strerror(-err));
		return err;
	}
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		ctl_why(req, "the source is no regular file");
		return -EINVAL;
	}
	*size = (uint64_t)st.st_size;
	return fd;
}

/* The guest puts them together as "PATH/NAME"; it creates only what a '/' follows (9), so PATH ends with one. */
static int fill_names(struct ctl_request *req, const char *dst, struct fcopy_start *m)
{
	const char *slash = strrchr(dst, '/');
	char path[PATH_MAX];
	int err;

	if (*dst != '/' || !slash[1]) {
		ctl_why(req, "dst= is no absolute path of a file");
		return -EINVAL;
	}
	memcpy(path, dst, (size_t)(slash - dst) + 1);
	path[slash - dst + 1] = 0;
	err = text_to_utf16(slash + 1, m->name, sizeof(m->name));
	err = err < 0 ? err : text_to_utf16(path, m->path, sizeof(m->path));
	if (err < 0)
		ctl_why(req, "folder and name of dst= must be UTF-8 of at most %d UTF-16 units each", FCOPY_NAME_UNITS - 1);
	return err < 0 ? err : 0;
}

static int fill_start(struct ctl_request *req, const json_t *args, struct fcopy_start *m, uint64_t *chunk)
{
	char dst[PATH_MAX];
	bool overwrite, create_path;
	int err = ctl_arg_text(req, args, "dst", NULL, dst, sizeof(dst));

	err = err ? err : ctl_arg_bool(req, args, "overwrite", false, &overwrite);
	err = err ? err : ctl_arg_bool(req, args, "create-path", false, &create_path);
	err = err ? err : ctl_arg_num(req, args, "chunk", FCOPY_CHUNK, 1, FCOPY_CHUNK, chunk);
	err = err ? err : fill_names(req, dst, m);
	if (err)
		return err;
	m->flags = (overwrite ? FCOPY_OVERWRITE : 0) | (create_path ? FCOPY_CREATE_PATH : 0);
	return 0;
}

static int begin(struct fcopy *f, struct ctl_request *req, int fd, struct fcopy_start *m, uint64_t chunk)
{
	int err;

	f->copy = calloc(1, sizeof(*f->copy));
	if (!f->copy)
		return -ENOMEM;
	*f->copy = (struct copy){
		.req = req, .fd = fd, .size = m->size, .chunk = (uint32_t)chunk, .began_ns = loop_now_ns(),
	};
	err = ask(f, m, sizeof(*m));
	if (!err)
		return CTL_LATER;
	free(f->copy);
	f->copy = NULL;
	if (err == -ENOTCONN)
		ctl_why(req, "the guest has not agreed to a version (is its daemon running?)");
	return err;
}

static int do_copy(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct fcopy *f = d->priv;
	struct fcopy_start m = { .hdr.op = FCOPY_START };
	char src[PATH_MAX];
	uint64_t chunk, size = 0;
	int fd, err = ctl_arg_text(req, args, "src", NULL, src, sizeof(src));

	err = err ? err : fill_start(req, args, &m, &chunk);
	if (err)
		return err;
	if (f->copy) {
		ctl_why(req, "a copy is under way");
		return -EBUSY;
	}
	fd = open_source(req, src, &size);
	if (fd < 0)
		return fd;
	m.size = size;
	err = begin(f, req, fd, &m, chunk);
	if (err != CTL_LATER)
		close(fd);
	return err;
}

static int do_cancel(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct fcopy *f = d->priv;

	if (!f->copy) {
		ctl_why(req, "no copy is under way");
		return -ENOENT;
	}
	f->copy->cancel = true;
	return 0;
}

static int do_progress(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	const struct fcopy *f = d->priv;

	json_object_set_new(reply, "copying", json_boolean(f->copy != NULL));
	if (f->copy) {
		json_object_set_new(reply, "bytes", json_integer((json_int_t)f->copy->offset));
		json_object_set_new(reply, "size", json_integer((json_int_t)f->copy->size));
	}
	return 0;
}

/* --- life --------------------------------------------------------------------------------------------------------------- */

static const struct ic_class class = {
	.class_guid = "34d14be3-dee4-41c8-9ae7-6b174977c192", .instance_guid = "eb765408-105f-49b6-b4aa-c123b64d17d4",
	.msg_type = IC_MSG_FCOPY, .framework = "1.0+3.0", .versions = "1.1",
};

static int create(struct device *d, struct opts *o)
{
	struct fcopy *f = calloc(1, sizeof(*f));
	int err;

	if (!f)
		return -ENOMEM;
	d->priv = f;
	err = ic_create(&f->ic, d, o, &class, f);
	if (err)
		free(f);
	return err;
}

static void destroy(struct device *d)
{
	struct fcopy *f = d->priv;

	ic_destroy(&f->ic);
	free(f);
}

static void reset(struct device *d)
{
	ic_reset(device_ic(d));
}

static void counters(struct device *d, json_t *out)
{
	const struct fcopy *f = d->priv;

	ic_counters(&f->ic, out);
#define COUNTER(name) json_object_set_new(out, #name, json_integer((json_int_t)f->name))
	COUNTER(files);
	COUNTER(bytes);
	COUNTER(failed);
	COUNTER(cancelled);
#undef COUNTER
}

static const struct device_verb verbs[] = {
	{ "copy", "src=FILE dst=/PATH/FILE [overwrite=true] [create-path=true] [chunk=6144]: answers when it is there", do_copy },
	{ "cancel", "the copy under way ends, the guest removes what it has", do_cancel },
	{ "progress", "bytes and size of the copy under way", do_progress },
	IC_HELP_VERBS,
	{ 0 },
};

static struct device_type type = {
	.name = "fcopy", .help = "copies files into the guest",
	.keys = IC_KEYS, .create = create, .destroy = destroy, .reset = reset, .counters = counters, .verbs = verbs,
};
HOST_DEVICE(type)
