// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets over VMBus (docs/wire/08), bridged to Unix sockets, as other VMMs do it for vsock:
 *  - the guest connects to host port P: we connect to the Unix socket of the option listen=P:PATH;
 *  - a program connects to our own Unix socket (path=PATH) and says "CONNECT P\n": the guest's listener on port P gets a
 *    connection; when the guest has taken it, the program reads "OK P\n" and the stream begins.
 * Without any other program: echo=P answers the guest, and the verb `pump` sends to the guest's echo and compares.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <wire/hvsock.h>

#include "core/device.h"
#include "core/log.h"
#include "core/loop.h"
#include "ctl/ctl.h"
#include "hvsock_local.h"
#include "vmbus/classes.h"
#include "vmbus/vmbus.h"

#define CHUNK 8192		/* most we send at once: at least twice fits even the smallest ring */
#define GUEST_OPEN_WAIT (5 * NS_PER_S)	/* 08 3: an offer nobody opens is withdrawn */
#define LINE_MAX_BYTES 32
#define FIN_BYTES 32
#define DRAIN_LOOK (5 * NS_PER_MS)
#define DRAIN_WAIT (10 * NS_PER_S)
#define LISTENERS_MAX 64
#define CONNECTIONS_MAX 1024

struct listener {
	uint32_t port;
	char *path;		/* NULL: our own echo */
};

struct hvsock {
	struct device *d;
	struct listener listener[LISTENERS_MAX];
	unsigned int listeners;
	char *path;
	int fd;			/* listens at path; -1: none */
	struct conn *conns;
	struct knock *knocks;
	unsigned int count;
	uint32_t next_endpoint;
	uint64_t total, refused, to_guest, from_guest;
	struct hvsock *next;
};

/* Bytes on their way to one side, which could not take them yet. */
struct stash {
	uint8_t data[HVSOCK_PAYLOAD_MAX];
	size_t at, len;
};

struct conn {
	struct hvsock *s;	/* NULL once the device is gone */
	struct conn *next;
	struct vmb_channel *ch;
	int fd;
	uint32_t port;
	bool from_host;
	bool greeted;		/* from_host: the program was told OK */
	bool program_done, program_fin_sent; /* it will send no more; the guest was told */
	bool guest_done;	/* FIN of the guest */
	bool rescinded;
	bool hung;		/* the program closed: its socket is no longer watched, what it left is still read */
	uint32_t events;	/* what we watch fd for */
	struct stash to_guest, to_program;
	struct loop_timer patience, drain;
	size_t room_empty;	/* of the ring to the guest when it was opened */
	uint64_t drain_until;
};

/* Before the guest takes it, the program of a host connection says which port it wants. */
struct knock {
	struct hvsock *s;
	struct knock *next;
	int fd;
	char line[LINE_MAX_BYTES];
	size_t len;
};

static struct hvsock *all;

static const uint8_t template_tail[12] = HVSOCK_TEMPLATE;

static bool port_of(const struct hvw_guid *service, uint32_t *port)
{
	*port = service->b[0] | service->b[1] << 8 | service->b[2] << 16 | (uint32_t)service->b[3] << 24;
	return !memcmp(service->b + 4, template_tail, sizeof(template_tail));
}

static struct hvw_guid guid_of(uint32_t first)
{
	struct hvw_guid g = { { (uint8_t)first, (uint8_t)(first >> 8), (uint8_t)(first >> 16), (uint8_t)(first >> 24) } };

	memcpy(g.b + 4, template_tail, sizeof(template_tail));
	return g;
}

/* --- one connection -------------------------------------------------------------------------------------------------------- */

static void on_program(void *arg, uint32_t events);

static void watch(struct conn *c, uint32_t events)
{
	if (c->fd < 0 || c->hung || events == c->events)
		return;
	c->events = events;
	loop_mod_fd(c->fd, events);
}

static void hang_up(struct conn *c)
{
	if (c->fd < 0)
		return;
	if (!c->hung)
		loop_del_fd(c->fd);
	close(c->fd);
	c->fd = -1;
}

/* The end of a connection is always the rescind (08 6). hvsock_gone() frees it. */
static void finish(struct conn *c)
{
	if (c->rescinded)
		return;
	c->rescinded = true;
	loop_timer_cancel(&c->patience);
	loop_timer_cancel(&c->drain);
	vmb_rescind(c->ch);
}

static void finish_later(void *arg)
{
	finish(arg);
}

/* Watch the program for what can be done now. */
static void update_watch(struct conn *c)
{
	uint32_t events = 0;

	if (c->to_program.len)
		events |= EPOLLOUT;
	if (!c->program_done && !c->to_guest.len && vmb_is_open(c->ch))
		events |= EPOLLIN;
	watch(c, events);
}

/* True when all the stash held went to the guest. */
static bool flush_to_guest(struct conn *c)
{
	int err;

	if (!c->to_guest.len)
		return true;
	err = vmb_send_pipe(c->ch, 0, c->to_guest.data, c->to_guest.len);
	if (err)
		return false;
	if (c->s)
		c->s->to_guest += c->to_guest.len;
	c->to_guest.len = 0;
	return true;
}

static void send_fin(struct conn *c)
{
	if (c->program_fin_sent || !c->program_done || c->to_guest.len)
		return;
	if (vmb_send_pipe(c->ch, 0, NULL, 0))
		return; /* no room: ready() comes back */
	c->program_fin_sent = true;
}

/*
 * Both sides have said their last. The guest may not have read all yet, and a rescind would cut that off (seen with Linux
 * 6.1: the last hundreds of bytes were lost), so it comes when nothing but the FIN is left in the ring.
 */
static void finish_when_read(void *arg)
{
	struct conn *c = arg;

	if (!c->drain_until)
		c->drain_until = loop_now_ns() + DRAIN_WAIT;
	if (!vmb_is_open(c->ch) || vmb_room(c->ch) + FIN_BYTES >= c->room_empty || loop_now_ns() >= c->drain_until)
		finish(c);
	else
		loop_timer_set(&c->drain, DRAIN_LOOK);
}

static bool is_over(const struct conn *c)
{
	return c->program_fin_sent && (c->hung || (c->guest_done && !c->to_program.len));
}

static void read_program(struct conn *c)
{
	ssize_t n;

	while (!c->program_done && flush_to_guest(c)) {
		n = read(c->fd, c->to_guest.data, CHUNK);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (n <= 0)
			c->program_done = true;
		else
			c->to_guest.len = (size_t)n;
	}
	send_fin(c);
}

/* True when the program took all there was. */
static bool flush_to_program(struct conn *c)
{
	struct stash *s = &c->to_program;
	ssize_t n;

	while (s->len) {
		n = send(c->fd, s->data + s->at, s->len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN) {
			/* It does not read any more: swallow what the guest still sends. */
			s->len = 0;
			return true;
		}
		if (n < 0)
			return false;
		s->at += (size_t)n;
		s->len -= (size_t)n;
	}
	if (c->guest_done)
		shutdown(c->fd, SHUT_WR);
	return true;
}

/* False: the guest broke the protocol. */
static bool take_packet(struct conn *c, const struct vmb_packet *p)
{
	const uint8_t *data;
	size_t len;

	if (p->type != VM_PKT_DATA_INBAND || vmb_pipe_data(p, &data, &len) || len > HVSOCK_PAYLOAD_MAX)
		return false;
	if (c->guest_done)
		return false; /* nothing follows a FIN */
	c->guest_done = len == 0;
	memcpy(c->to_program.data, data, len);
	c->to_program.at = 0;
	c->to_program.len = len;
	if (c->s)
		c->s->from_guest += len;
	return true;
}

static void read_guest(struct conn *c)
{
	struct vmb_packet p;

	while (flush_to_program(c) && !c->rescinded && vmb_recv(c->ch, &p) > 0) {
		if (take_packet(c, &p))
			continue;
		log_warn("%s: the guest's stream on port %u makes no sense: closing it", vmb_name(c->ch), c->port);
		c->to_program.len = 0;
		loop_post(finish_later, c);
		return;
	}
}

static void hvsock_ready(struct vmb_channel *ch)
{
	struct conn *c = vmb_priv(ch);

	if (c->rescinded || c->fd < 0)
		return;
	read_guest(c);
	vmb_batch_begin(ch);
	read_program(c);
	vmb_batch_end(ch);
	update_watch(c);
	if (is_over(c))
		finish_when_read(c);
}

static void on_program(void *arg, uint32_t events)
{
	struct conn *c = arg;

	if (!vmb_is_open(c->ch)) {
		finish(c); /* the program went before the guest opened */
		return;
	}
	if (events & (EPOLLERR | EPOLLHUP)) {
		/* It would be told again and again. */
		loop_del_fd(c->fd);
		c->hung = true;
	}
	if (c->to_program.len && flush_to_program(c))
		vmb_poll(c->ch);
	vmb_batch_begin(c->ch);
	read_program(c);
	vmb_batch_end(c->ch);
	update_watch(c);
	if (is_over(c))
		finish_when_read(c);
}

static int hvsock_open(struct vmb_channel *ch, const uint8_t *user)
{
	struct conn *c = vmb_priv(ch);
	char ok[LINE_MAX_BYTES];
	int n;

	loop_timer_cancel(&c->patience);
	c->room_empty = vmb_room(ch);
	if (c->from_host && !c->greeted) {
		c->greeted = true;
		n = snprintf(ok, sizeof(ok), "OK %u\n", c->port);
		if (send(c->fd, ok, (size_t)n, MSG_NOSIGNAL) != n)
			return 1;
	}
	ctl_event("hvsock-open", c->s ? c->s->d->name : NULL, json_pack("{s:I,s:b}", "port", (json_int_t)c->port, "from-host", c->from_host));
	return 0;
}

/* The guest closed, or the bus goes. A socket channel is not opened twice. */
static void hvsock_close(struct vmb_channel *ch)
{
	struct conn *c = vmb_priv(ch);

	hang_up(c);
	if (!c->rescinded)
		loop_post(finish_later, c);
}

static void unlink_conn(struct conn *c)
{
	struct conn **at;

	if (!c->s)
		return;
	for (at = &c->s->conns; *at != c; at = &(*at)->next)
		;
	*at = c->next;
	c->s->count--;
}

static void conn_free(void *arg)
{
	free(arg);
}

static void hvsock_gone(struct vmb_channel *ch)
{
	struct conn *c = vmb_priv(ch);

	c->rescinded = true;
	loop_timer_cancel(&c->patience);
	loop_timer_cancel(&c->drain);
	hang_up(c);
	unlink_conn(c);
	/* A finish_later() may still be queued: free behind it. */
	if (loop_post(conn_free, c))
		log_error("out of memory; a closed socket's memory is lost");
}

static const struct vmb_ops hvsock_ops = {
	.open = hvsock_open,
	.ready = hvsock_ready,
	.close = hvsock_close,
	.gone = hvsock_gone,
};

static void out_of_patience(void *arg)
{
	struct conn *c = arg;

	ctl_event("hvsock-not-taken", c->s ? c->s->d->name : NULL, json_pack("{s:I}", "port", (json_int_t)c->port));
	finish(c);
}

/* Takes fd over when it returns true. */
static bool offer_conn(struct hvsock *s, int fd, const struct hvw_guid *service, const struct hvw_guid *endpoint,
		       bool from_host)
{
	struct hvsock_offer user = { .is_for_guest_accept = from_host };
	struct vmb_offer_spec spec = { .name = s->d->name, .type = *service, .instance = *endpoint };
	struct conn *c;

	if (s->count == CONNECTIONS_MAX)
		return false;
	c = calloc(1, sizeof(*c));
	if (!c)
		return false;
	user.version = vmb_version() >= VMBUS_VERSION_5_2;
	memcpy(spec.user, &user, sizeof(user));
	spec.flags = VMBUS_OFFER_HVSOCK | VMBUS_OFFER_NAMED_PIPE | VMBUS_OFFER_ENUMERATE;
	port_of(service, &c->port);
	c->fd = fd;
	c->from_host = from_host;
	loop_timer_init(&c->patience, out_of_patience, c);
	loop_timer_init(&c->drain, finish_when_read, c);
	c->ch = vmb_offer(&spec, &hvsock_ops, c);
	if (!c->ch || loop_add_fd(fd, 0, on_program, c)) {
		if (c->ch)
			vmb_rescind(c->ch);
		else
			free(c);
		return false;
	}
	c->s = s;
	c->next = s->conns;
	s->conns = c;
	s->count++;
	s->total++;
	loop_timer_set(&c->patience, GUEST_OPEN_WAIT);
	return true;
}

/* --- the guest connects ------------------------------------------------------------------------------------------------------ */

static int connect_unix(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(a.sun_path))
		return -1;
	strcpy(a.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* A socket to what listens on this port, or -1. */
static int reach(const struct hvsock *s, uint32_t port)
{
	unsigned int i;

	for (i = 0; i < s->listeners; i++)
		if (s->listener[i].port == port)
			return s->listener[i].path ? connect_unix(s->listener[i].path) : echo_open();
	return -1;
}

static bool guest_connects(const struct hvw_guid *endpoint, const struct hvw_guid *service)
{
	struct hvsock *s;
	uint32_t port;
	int fd;

	for (s = all; s; s = s->next) {
		fd = port_of(service, &port) ? reach(s, port) : -1;
		if (fd >= 0 && offer_conn(s, fd, service, endpoint, false))
			return true;
		if (fd >= 0)
			close(fd);
		s->refused++;
	}
	return false;
}

/* --- a program connects ------------------------------------------------------------------------------------------------------ */

static void knock_end(struct knock *k, bool close_it)
{
	struct knock **at;

	for (at = &k->s->knocks; *at != k; at = &(*at)->next)
		;
	*at = k->next;
	loop_del_fd(k->fd);
	if (close_it)
		close(k->fd);
	free(k);
}

/* Takes fd over when it returns true. */
static bool connect_guest(struct hvsock *s, int fd, uint32_t port)
{
	struct hvw_guid service = guid_of(port), endpoint = guid_of(0x80000000U | s->next_endpoint++);

	if (offer_conn(s, fd, &service, &endpoint, true))
		return true;
	s->refused++;
	return false;
}

static void on_knock(void *arg, uint32_t events)
{
	struct knock *k = arg;
	struct hvsock *s = k->s;
	unsigned int port;
	int fd = k->fd;
	char end;

	/* Byte by byte: what follows the line belongs to the guest. */
	while (k->len < sizeof(k->line) - 1 && read(fd, &k->line[k->len], 1) == 1)
		if (k->line[k->len++] == '\n')
			break;
	if (!k->len || k->line[k->len - 1] != '\n') {
		if ((events & (EPOLLHUP | EPOLLERR)) || k->len == sizeof(k->line) - 1)
			knock_end(k, true);
		return;
	}
	k->line[k->len - 1] = '\0';
	if (sscanf(k->line, "CONNECT %u%c", &port, &end) != 1) {
		knock_end(k, true);
		s->refused++;
		return;
	}
	knock_end(k, false);
	if (!connect_guest(s, fd, port))
		close(fd);
}

static void on_listening(void *arg, uint32_t events)
{
	struct hvsock *s = arg;
	int fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct knock *k;

	if (fd < 0)
		return;
	k = calloc(1, sizeof(*k));
	if (k) {
		k->s = s;
		k->fd = fd;
	}
	if (!k || loop_add_fd(fd, EPOLLIN, on_knock, k)) {
		free(k);
		close(fd);
		return;
	}
	k->next = s->knocks;
	s->knocks = k;
}

static int listen_at(struct hvsock *s)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if (strlen(s->path) >= sizeof(a.sun_path)) {
		complain("the hvsock device cannot be made", "choose a shorter path", "path=%s is longer than a socket's name may be", s->path);
		return -ENAMETOOLONG;
	}
	strcpy(a.sun_path, s->path);
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0 || bind(s->fd, (struct sockaddr *)&a, sizeof(a)) || listen(s->fd, 64)) {
		complain("the hvsock device cannot be made", "remove it, or choose another path", "path=%s: %s", s->path, strerror(errno));
		return -errno;
	}
	return loop_add_fd(s->fd, EPOLLIN, on_listening, s);
}

/* --- device ------------------------------------------------------------------------------------------------------------------- */

static bool take_echoes(struct hvsock *s, struct opts *o)
{
	unsigned int n, port;
	const char *text;
	char end;

	for (n = 0; (text = opts_nth(o, "echo", n)) != NULL; n++) {
		if (s->listeners == LISTENERS_MAX || sscanf(text, "%u%c", &port, &end) != 1) {
			complain("the hvsock device cannot be made", "an example: echo=5000", "echo=%s is not a port", text);
			return false;
		}
		s->listener[s->listeners++].port = port;
	}
	return true;
}

static bool take_listeners(struct hvsock *s, struct opts *o)
{
	const char *text;
	unsigned int port;
	int at;

	while ((text = opts_nth(o, "listen", s->listeners)) != NULL) {
		at = 0;
		if (s->listeners == LISTENERS_MAX || sscanf(text, "%u:%n", &port, &at) != 1 || !at || !text[at]) {
			complain("the hvsock device cannot be made", "an example: listen=5000:/run/echo.sock",
				 "listen=%s is not PORT:PATH, or it is one of more than %d", text, LISTENERS_MAX);
			return false;
		}
		s->listener[s->listeners].port = port;
		s->listener[s->listeners].path = strdup(text + at);
		if (!s->listener[s->listeners++].path)
			return false;
	}
	return true;
}

static void hvsock_free(struct hvsock *s)
{
	while (s->listeners)
		free(s->listener[--s->listeners].path);
	if (s->fd >= 0) {
		loop_del_fd(s->fd);
		close(s->fd);
		unlink(s->path);
	}
	free(s->path);
	free(s);
}

static int hvsock_create(struct device *d, struct opts *o)
{
	struct hvsock *s = calloc(1, sizeof(*s));
	const char *path;

	if (!s)
		return -ENOMEM;
	s->d = d;
	s->fd = -1;
	path = opts_str(o, "path", NULL);
	s->path = path ? strdup(path) : NULL;
	if (!take_listeners(s, o) || !take_echoes(s, o) || !opts_done(o) || (s->path && listen_at(s))) {
		hvsock_free(s);
		return -EINVAL;
	}
	s->next = all;
	all = s;
	vmb_on_connect(guest_connects);
	d->priv = s;
	return 0;
}

static void hvsock_destroy(struct device *d)
{
	struct hvsock *s = d->priv, **at;
	struct conn *c;

	for (at = &all; *at != s; at = &(*at)->next)
		;
	*at = s->next;
	while (s->knocks)
		knock_end(s->knocks, true);
	while ((c = s->conns) != NULL) {
		s->conns = c->next;
		c->s = NULL;
		finish(c);
	}
	hvsock_free(s);
}

static void hvsock_counters(struct device *d, json_t *out)
{
	struct hvsock *s = d->priv;

	json_object_set_new(out, "connections", json_integer((json_int_t)s->total));
	json_object_set_new(out, "open", json_integer(s->count));
	json_object_set_new(out, "refused", json_integer((json_int_t)s->refused));
	json_object_set_new(out, "bytes-to-guest", json_integer((json_int_t)s->to_guest));
	json_object_set_new(out, "bytes-from-guest", json_integer((json_int_t)s->from_guest));
}

struct pumping {
	struct ctl_request *req;
	uint64_t bytes, began;
};

static void pumped(void *arg, uint64_t received, bool equal)
{
	struct pumping *p = arg;
	double seconds = (double)(loop_now_ns() - p->began) / NS_PER_S;

	ctl_why(p->req, "%llu of %llu bytes came back%s", (unsigned long long)received, (unsigned long long)p->bytes,
		equal ? "" : ", and not the same");
	ctl_finish(p->req, equal ? 0 : -EIO, json_pack("{s:I,s:f}", "bytes", (json_int_t)received, "seconds", seconds));
	free(p);
}

static int verb_pump(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	json_int_t port = json_integer_value(json_object_get(args, "port"));
	json_int_t bytes = json_integer_value(json_object_get(args, "bytes"));
	struct pumping *p;
	int fd;

	if (port <= 0 || port > UINT32_MAX || bytes <= 0) {
		ctl_why(req, "port and bytes are numbers above 0");
		return -EINVAL;
	}
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	*p = (struct pumping){ req, (uint64_t)bytes, loop_now_ns() };
	fd = pump_open((uint64_t)bytes, pumped, p);
	if (fd < 0) {
		free(p);
		return fd;
	}
	if (!connect_guest(d->priv, fd, (uint32_t)port))
		close(fd); /* the pump sees it, and answers */
	return CTL_LATER;
}

static const struct device_verb hvsock_verbs[] = {
	{ "pump", "port=N bytes=N: sends so much to the guest's echo on that port and compares what comes back", verb_pump },
	{ NULL, NULL, NULL },
};

static struct device_type hvsock_type = {
	.name = "hvsock",
	.help = "sockets (AF_VSOCK in the guest), bridged to Unix sockets",
	.keys = "listen=PORT:PATH  what the guest sends to host port PORT goes to the Unix socket PATH; may be repeated\n"
		"echo=PORT         what the guest sends to host port PORT comes back; may be repeated\n"
		"path=PATH         programs connect here, say \"CONNECT PORT\" and a newline, and reach the guest's listener\n",
	.create = hvsock_create,
	.destroy = hvsock_destroy,
	.counters = hvsock_counters,
	.verbs = hvsock_verbs,
};

HOST_DEVICE(hvsock_type)
