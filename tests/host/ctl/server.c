// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control socket: clients, their lines, requests and replies (protocol.md). A client can be slow, hostile or gone at any
 * moment. What it costs us is bounded: one line buffer, an output queue, and a number of unanswered requests.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/device.h"
#include "core/log.h"
#include "core/loop.h"
#include "line.h"
#include "private.h"

#define CLIENTS_MAX 64
#define OPEN_REQUESTS_MAX 256
/* No more requests are read above this; events are left out above it, too. A single reply may be larger. */
#define OUT_HIGH (1U << 20)

struct ctl_client {
	int fd;
	bool dead, subscribed;
	bool closing; /* it sends no more, and waits for what it asked */
	bool stalled; /* lines are left in the buffer until something of what is in flight has ended */
	uint32_t watching;
	struct ctl_lines in;
	char *out;
	size_t out_len, out_at, out_cap;
	unsigned int open_requests;
	struct ctl_client *next;
};

struct ctl_request {
	struct ctl_client *client; /* NULL once it has left */
	json_t *id;
	char run[2 * CTL_NAME_MAX + 2];
	char why[CTL_WHY_MAX];
	void (*leave)(void *arg);
	void *leave_arg;
	struct ctl_request *next, **back;
};

static struct ctl_client *clients;
static struct ctl_request *requests;
static unsigned int client_count;
static int listen_fd = -1;
static char socket_path[sizeof(((struct sockaddr_un *)0)->sun_path)];

/* --- life of a client -------------------------------------------------------------------------------------------- */

static void sweep(void *arg)
{
	struct ctl_client **at = &clients, *c;

	while ((c = *at) != NULL) {
		if (!c->dead) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		free(c->out);
		free(c);
	}
}

static void detach_requests(struct ctl_client *c)
{
	struct ctl_request *req, *next;

	for (req = requests; req; req = next) {
		next = req->next;
		if (req->client == c)
			req->client = NULL;
	}
	/* Those who want to know may finish their request at once, which changes the list: look from its beginning again. */
	for (req = requests; req; req = next) {
		next = req->next;
		if (!req->client && req->leave) {
			void (*fn)(void *arg) = req->leave;

			req->leave = NULL;
			fn(req->leave_arg);
			next = requests;
		}
	}
}

/* Freed later: a caller further up may still hold it. */
static void drop(struct ctl_client *c)
{
	if (c->dead)
		return;
	c->dead = true;
	client_count--;
	loop_del_fd(c->fd);
	close(c->fd);
	detach_requests(c);
	if (loop_post(sweep, NULL))
		log_warn("a control client is kept until the end: out of memory");
}

/* --- output ------------------------------------------------------------------------------------------------------ */

static void take_lines(struct ctl_client *c);

/* Posted work runs in the order of the calls, so a client that was dropped since is not freed yet. */
static void resume(void *arg)
{
	take_lines(arg);
}

static bool has_room(const struct ctl_client *c)
{
	return c->out_len - c->out_at < OUT_HIGH && c->open_requests < OPEN_REQUESTS_MAX;
}

static void watch(struct ctl_client *c)
{
	uint32_t want = c->out_len > c->out_at ? EPOLLOUT : 0;

	if (c->dead)
		return;
	if (has_room(c)) {
		want |= c->closing ? 0 : EPOLLIN;
		if (c->stalled && !loop_post(resume, c))
			c->stalled = false;
	}
	if (want == c->watching)
		return;
	c->watching = want;
	loop_mod_fd(c->fd, want);
}

static void flush(struct ctl_client *c)
{
	ssize_t n;

	while (!c->dead && c->out_at < c->out_len) {
		n = send(c->fd, c->out + c->out_at, c->out_len - c->out_at, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			drop(c);
		if (n < 0)
			break;
		c->out_at += (size_t)n;
	}
	if (c->dead)
		return;
	if (c->out_at == c->out_len) {
		c->out_at = c->out_len = 0;
		if (c->closing && !c->open_requests)
			drop(c);
	}
	watch(c);
}

static bool make_room(struct ctl_client *c, size_t more)
{
	size_t cap = c->out_cap ? c->out_cap : 4096;
	char *bigger;

	if (c->out_at) {
		memmove(c->out, c->out + c->out_at, c->out_len - c->out_at);
		c->out_len -= c->out_at;
		c->out_at = 0;
	}
	while (cap < c->out_len + more)
		cap *= 2;
	if (cap == c->out_cap)
		return true;
	bigger = realloc(c->out, cap);
	if (!bigger)
		return false;
	c->out = bigger;
	c->out_cap = cap;
	return true;
}

static bool put(struct ctl_client *c, const char *line, size_t len)
{
	if (c->dead || !make_room(c, len + 1))
		return false;
	memcpy(c->out + c->out_len, line, len);
	c->out[c->out_len + len] = '\n';
	c->out_len += len + 1;
	flush(c);
	return true;
}

bool ctl_client_tell(struct ctl_client *c, const char *line, size_t len)
{
	return c->out_len - c->out_at < OUT_HIGH && put(c, line, len);
}

static void put_json(struct ctl_client *c, json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT);

	if (!text || !put(c, text, strlen(text))) {
		/* A request without its reply would be waited for forever: the end of the connection says it as well. */
		if (!c->dead)
			log_error("a reply on the control socket is lost: out of memory");
		drop(c);
	}
	free(text);
	json_decref(object);
}

/* --- requests ---------------------------------------------------------------------------------------------------- */

static json_t *error_json(const char *what, const char *why, const char *next, int err)
{
	json_t *error = json_pack("{s:s, s:s, s:s}", "what", what, "why", why, "next", next);

	if (err)
		json_object_set_new(error, "code", json_string(strerrorname_np(err)));
	return error;
}

static void put_refusal(struct ctl_client *c, json_t *id, const char *why)
{
	json_t *line = json_object();

	json_object_set(line, "id", id ? id : json_null());
	json_object_set_new(line, "ok", json_false());
	json_object_set_new(line, "error", error_json("this line is no request", why,
		"send one JSON object a line: {\"run\": \"VERB\"}; {\"run\": \"list\"} tells the verbs", EINVAL));
	put_json(c, line);
}

static const char *advice(int err)
{
	switch (err) {
	case EINVAL:
	case ERANGE:
	case ENAMETOOLONG:
		return "see {\"run\": \"help\", \"verb\": ...} for its arguments";
	case ENOENT:
	case ENODEV:
	case ENOSYS:
		return "{\"run\": \"list\"} tells the verbs, {\"run\": \"devices\"} the devices";
	case ENOTCONN:
		return "wait until the guest's driver has opened the device's channel: {\"run\": \"wait\", \"event\": \"channel-open\"}";
	case EBUSY:
	case EAGAIN:
		return "wait until what is under way has ended, then ask again";
	case ETIMEDOUT:
		return "look at the guest's console, and whether its driver and daemon run";
	default:
		return "look at the host's log";
	}
}

struct ctl_client *ctl_client_of(struct ctl_request *req)
{
	return req->client;
}

void ctl_on_leave(struct ctl_request *req, void (*fn)(void *arg), void *arg)
{
	req->leave = fn;
	req->leave_arg = arg;
}

void ctl_why(struct ctl_request *req, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(req->why, sizeof(req->why), fmt, ap);
	va_end(ap);
	ctl_make_plain(req->why);
}

static void put_reply(struct ctl_request *req, int err, json_t *reply)
{
	char what[sizeof(req->run) + 16];
	json_t *line = json_object();

	json_object_set(line, "id", req->id ? req->id : json_null());
	json_object_set_new(line, "ok", json_boolean(!err));
	if (err) {
		snprintf(what, sizeof(what), "%s failed", req->run);
		json_object_set_new(line, "error",
				    error_json(what, *req->why ? req->why : strerror(-err), advice(-err), -err));
	}
	if (reply)
		json_object_update_missing(line, reply);
	put_json(req->client, line);
}

void ctl_finish(struct ctl_request *req, int err, json_t *reply)
{
	struct ctl_client *c = req->client;

	if (c) {
		c->open_requests--;
		put_reply(req, err, reply);
		watch(c);
	}
	*req->back = req->next;
	if (req->next)
		req->next->back = req->back;
	json_decref(reply);
	json_decref(req->id);
	free(req);
}

static struct ctl_request *request_new(struct ctl_client *c, const struct ctl_call *call)
{
	struct ctl_request *req = calloc(1, sizeof(*req));

	if (!req)
		return NULL;
	req->client = c;
	req->id = json_incref(call->id);
	snprintf(req->run, sizeof(req->run), "%s%s%s", call->device, *call->device ? "." : "", call->verb);
	req->next = requests;
	req->back = &requests;
	if (requests)
		requests->back = &req->next;
	requests = req;
	c->open_requests++;
	return req;
}

static int run_device(const struct ctl_call *call, json_t *reply, struct ctl_request *req)
{
	struct device *d = device_find(call->device);
	const struct device_verb *v;

	if (!d) {
		ctl_why(req, "there is no device '%s'", call->device);
		return -ENODEV;
	}
	for (v = d->type->verbs; v && v->name; v++)
		if (!strcmp(v->name, call->verb))
			return v->fn(d, call->args, reply, req);
	ctl_why(req, "a %s has no verb '%s'", d->type->name, call->verb);
	return -ENOSYS;
}

static int run_host(const struct ctl_call *call, json_t *reply, struct ctl_request *req)
{
	const struct ctl_host_verb *v = ctl_host_verb_find(call->verb);

	if (v)
		return v->fn(call->args, reply, req);
	ctl_why(req, "there is no verb '%s'", call->verb);
	return -ENOSYS;
}

static void run(struct ctl_client *c, const struct ctl_call *call)
{
	struct ctl_request *req = request_new(c, call);
	json_t *reply = json_object();
	int err;

	if (!req || !reply) {
		json_decref(reply);
		put_refusal(c, call->id, "the host is out of memory");
		return;
	}
	err = *call->device ? run_device(call, reply, req) : run_host(call, reply, req);
	if (err == CTL_LATER)
		json_decref(reply);
	else
		ctl_finish(req, err, reply);
}

static void handle_line(struct ctl_client *c, const char *line, size_t len)
{
	struct ctl_call call;
	char why[CTL_WHY_MAX];

	if (ctl_line_blank(line, len))
		return;
	if (ctl_call_parse(line, len, &call, why)) {
		put_refusal(c, call.id, why);
		json_decref(call.id);
		return;
	}
	run(c, &call);
	json_decref(call.args);
}

/* False when no whole line is left. */
static bool take_line(struct ctl_client *c)
{
	char why[64];
	const char *line;
	size_t len;

	switch (ctl_lines_next(&c->in, &line, &len)) {
	case CTL_LINE_READY:
		handle_line(c, line, len);
		return true;
	case CTL_LINE_TOO_LONG:
		snprintf(why, sizeof(why), "it is longer than %d bytes", CTL_LINE_MAX);
		put_refusal(c, NULL, why);
		return true;
	default:
		return false;
	}
}

static void take_lines(struct ctl_client *c)
{
	while (!c->dead) {
		if (!has_room(c)) {
			c->stalled = true;
			return;
		}
		if (!take_line(c))
			return;
	}
}

/* --- sockets ----------------------------------------------------------------------------------------------------- */

static void take_input(struct ctl_client *c)
{
	size_t room;
	char *at = ctl_lines_room(&c->in, &room);
	ssize_t n = recv(c->fd, at, room, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		/* Nothing more comes; what was asked is still answered, to clients that close only their sending half. */
		c->closing = true;
		if (n < 0 || (!c->open_requests && c->out_at == c->out_len))
			drop(c);
		return;
	}
	ctl_lines_add(&c->in, (size_t)n);
	take_lines(c);
}

static void client_ready(void *arg, uint32_t events)
{
	struct ctl_client *c = arg;

	if (events & EPOLLOUT)
		flush(c);
	/* A client may say its last word and be gone: that word counts. */
	while (!c->dead && !c->closing && !c->stalled && (events & (EPOLLIN | EPOLLHUP))) {
		take_input(c);
		if (!(events & EPOLLHUP))
			break;
	}
	if (events & (EPOLLERR | EPOLLHUP))
		drop(c);
	watch(c);
}

static void hello(struct ctl_client *c)
{
	put_json(c, json_pack("{s:s, s:i, s:i, s:I}", "hello", "hvhost", "protocol", CTL_PROTOCOL, "line_max",
			      CTL_LINE_MAX, "seq", ctl_events_seq()));
}

static void refuse(int fd)
{
	static const char line[] = "{\"ok\":false,\"id\":null,\"error\":{\"what\":\"the connection is refused\","
				   "\"why\":\"too many clients\",\"next\":\"close some of them\"}}\n";

	if (send(fd, line, sizeof(line) - 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		log_debug("a refused control client did not even listen");
	close(fd);
}

static void accept_client(void *arg, uint32_t events)
{
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct ctl_client *c;

	if (fd < 0)
		return;
	if (client_count >= CLIENTS_MAX) {
		refuse(fd);
		return;
	}
	c = calloc(1, sizeof(*c));
	if (!c || loop_add_fd(fd, EPOLLIN, client_ready, c)) {
		free(c);
		close(fd);
		return;
	}
	c->fd = fd;
	c->watching = EPOLLIN;
	c->next = clients;
	clients = c;
	client_count++;
	hello(c);
}

void ctl_client_set_subscribed(struct ctl_client *c, bool on)
{
	c->subscribed = on;
}

bool ctl_client_subscribed(const struct ctl_client *c)
{
	return c->subscribed;
}

void ctl_each_subscriber(void (*fn)(struct ctl_client *c, void *arg), void *arg)
{
	for (struct ctl_client *c = clients; c; c = c->next)
		if (!c->dead && c->subscribed)
			fn(c, arg);
}

static int complain_path(const char *path, int err, const char *why, const char *next)
{
	complain("the control socket cannot be made", next, "%s: %s", path, why);
	return err;
}

/* A socket nobody listens at is the rest of a host that was killed; anything else at that path is not ours to remove. */
static int clear_path(const char *path, const struct sockaddr_un *addr)
{
	struct stat st;
	int fd, live;

	if (lstat(path, &st))
		return 0; /* nothing there, or bind() will say why */
	if (!S_ISSOCK(st.st_mode))
		return complain_path(path, -EEXIST, "there is a file that is no socket", "choose another path");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return complain_path(path, -errno, strerror(errno), "see the reason");
	live = !connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) || errno != ECONNREFUSED;
	close(fd);
	if (live)
		return complain_path(path, -EADDRINUSE, "another process listens there",
				     "end that host, or choose another path");
	if (unlink(path))
		return complain_path(path, -errno, strerror(errno), "remove the stale socket");
	return 0;
}

static int listen_at(const struct sockaddr_un *addr)
{
	mode_t old;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), err = 0;

	if (fd < 0)
		return -errno;
	old = umask(0177);
	if (bind(fd, (const struct sockaddr *)addr, sizeof(*addr)))
		err = -errno;
	umask(old);
	if (!err && listen(fd, 16)) {
		err = -errno;
		unlink(addr->sun_path);
	}
	if (!err)
		return fd;
	close(fd);
	return err;
}

int ctl_start(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd, err;

	if (!*path || strlen(path) >= sizeof(addr.sun_path))
		return complain_path(path, -ENAMETOOLONG, "the path is empty, or longer than a Unix socket's may be",
				     "choose a path of 1 to 107 bytes");
	strcpy(addr.sun_path, path);
	err = clear_path(path, &addr);
	if (err)
		return err;
	fd = listen_at(&addr);
	if (fd < 0)
		return complain_path(path, fd, strerror(-fd), "choose a path in a folder you may write to");
	err = loop_add_fd(fd, EPOLLIN, accept_client, NULL);
	if (err) {
		close(fd);
		unlink(path);
		return complain_path(path, err, strerror(-err), "see the reason");
	}
	listen_fd = fd;
	strcpy(socket_path, path);
	ctl_verbs_init();
	ctl_events_init();
	return 0;
}

void ctl_stop(void)
{
	if (listen_fd < 0)
		return;
	loop_del_fd(listen_fd);
	close(listen_fd);
	listen_fd = -1;
	unlink(socket_path);
	for (struct ctl_client *c = clients; c; c = c->next) {
		flush(c);
		drop(c);
	}
	sweep(NULL);
	ctl_events_exit();
	ctl_verbs_exit();
}
