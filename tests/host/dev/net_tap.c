// SPDX-License-Identifier: GPL-2.0-only
/*
 * Back end "tap": the guest's cable ends in a TAP interface. It stands in a network namespace of its own, so that
 * nothing on this machine's network changes; the namespace's own TCP/IP answers. `nsenter --net=/proc/PID/fd/FD` goes there.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/log.h"
#include "core/loop.h"
#include "core/opts.h"
#include "net_backend.h"
#include "net_bytes.h"
#include "net_offload.h"
#include <wire/nvsp.h>

#define FRAMES_A_TURN 64

struct tap {
	struct net_port port;
	int fd, ns;
	bool stalled; /* a frame waits in `in` until the guest has room */
	size_t in_len;
	uint8_t in[NVSP_MTU_MAX + 4], out[NVSP_MTU_MAX + 4];
	uint64_t to_tap, from_tap, tap_full, too_long, write_errors;
};

/* What the thread that visits the namespace needs, and what it found. */
struct visit {
	const char *name, *netns;
	char address[INET_ADDRSTRLEN + 4];
	unsigned int mtu;
	int fd, ns, err;
	const char *step;
};

static int fail(struct visit *v, const char *step)
{
	v->err = errno ? errno : EIO;
	v->step = step;
	return -1;
}

static int enter(struct visit *v)
{
	char path[128];

	if (v->netns) {
		snprintf(path, sizeof(path), "/run/netns/%s", v->netns);
		v->ns = open(path, O_RDONLY | O_CLOEXEC);
		if (v->ns < 0 || setns(v->ns, CLONE_NEWNET))
			return fail(v, "entering the network namespace");
		return 0;
	}
	if (unshare(CLONE_NEWNET))
		return fail(v, "making a network namespace");
	v->ns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	return v->ns < 0 ? fail(v, "opening the network namespace") : 0;
}

static int open_tap(struct visit *v)
{
	struct ifreq r;

	v->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (v->fd < 0)
		return fail(v, "opening /dev/net/tun");
	memset(&r, 0, sizeof(r));
	r.ifr_flags = IFF_TAP | IFF_NO_PI;
	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", v->name);
	return ioctl(v->fd, TUNSETIFF, &r) ? fail(v, "making the TAP interface") : 0;
}

static int set_address(int s, struct ifreq *r, const char *text)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	char ip[INET_ADDRSTRLEN];
	unsigned int prefix = 24;

	if (sscanf(text, "%15[0-9.]/%u", ip, &prefix) < 1 || prefix > 32 || inet_pton(AF_INET, ip, &in.sin_addr) != 1) {
		errno = EINVAL;
		return -1;
	}
	memcpy(&r->ifr_addr, &in, sizeof(in));
	if (ioctl(s, SIOCSIFADDR, r))
		return -1;
	in.sin_addr.s_addr = htonl(prefix ? 0xFFFFFFFFu << (32 - prefix) : 0);
	memcpy(&r->ifr_netmask, &in, sizeof(in));
	return ioctl(s, SIOCSIFNETMASK, r);
}

static int configure(struct visit *v)
{
	struct ifreq r;
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (s < 0)
		return fail(v, "opening a socket in the namespace");
	memset(&r, 0, sizeof(r));
	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", v->name);
	r.ifr_mtu = (int)v->mtu;
	if (ioctl(s, SIOCSIFMTU, &r))
		fail(v, "setting the MTU of the TAP interface");
	else if (set_address(s, &r, v->address))
		fail(v, "setting the address of the TAP interface");
	else if (ioctl(s, SIOCGIFFLAGS, &r) || (r.ifr_flags |= IFF_UP, ioctl(s, SIOCSIFFLAGS, &r)))
		fail(v, "setting the TAP interface up");
	close(s);
	return v->err ? -1 : 0;
}

/* A thread of its own: only it changes its namespace, and it ends at once. */
static void *visit(void *arg)
{
	struct visit *v = arg;

	if (!enter(v) && !open_tap(v))
		configure(v);
	return NULL;
}

static void tap_frame(void *priv, const struct net_frame *f)
{
	struct tap *t = priv;
	size_t len = f->len;
	const uint8_t *data = f->data;

	if (f->tagged) { /* on the wire it is inside */
		memcpy(t->out, f->data, 2 * ETH_ADDRESS);
		put_be16(t->out + 12, ETH_TYPE_VLAN);
		put_be16(t->out + 14, f->tci);
		memcpy(t->out + 16, f->data + 12, f->len - 12);
		data = t->out;
		len += 4;
	}
	if (write(t->fd, data, len) == (ssize_t)len)
		t->to_tap++;
	else if (errno == EAGAIN)
		t->tap_full++;
	else
		t->write_errors++;
}

/* The frame in t->in goes up, or waits there. */
static bool up(struct tap *t)
{
	struct net_frame f = { .data = t->in, .len = t->in_len };

	if (f.len >= ETH_HEADER + 4 && get_be16(t->in + 12) == ETH_TYPE_VLAN) {
		f.tagged = true;
		f.tci = get_be16(t->in + 14);
		memmove(t->in + 4, t->in, 2 * ETH_ADDRESS);
		f.data += 4;
		f.len -= 4;
	}
	if (t->port.up(t->port.arg, &f))
		return true;
	if (f.tagged) { /* as it was, for the next time */
		memmove(t->in, t->in + 4, 2 * ETH_ADDRESS);
		put_be16(t->in + 12, ETH_TYPE_VLAN);
		put_be16(t->in + 14, f.tci);
	}
	return false;
}

static void tap_readable(void *priv, uint32_t events)
{
	struct tap *t = priv;
	ssize_t n;

	for (unsigned int i = 0; i < FRAMES_A_TURN && !t->stalled; i++) {
		n = read(t->fd, t->in, sizeof(t->in));
		if (n <= 0)
			break;
		t->from_tap++;
		t->in_len = (size_t)n;
		t->stalled = !up(t);
	}
	if (t->stalled)
		loop_mod_fd(t->fd, 0);
	t->port.flush(t->port.arg);
}

static void tap_room(void *priv)
{
	struct tap *t = priv;

	if (!t->stalled || !up(t))
		return;
	t->stalled = false;
	loop_mod_fd(t->fd, EPOLLIN);
}

static void tap_counters(void *priv, json_t *out)
{
	const struct tap *t = priv;

	json_object_set_new(out, "tap", json_pack("{s:I,s:I,s:I,s:I}", "to-tap", (json_int_t)t->to_tap, "from-tap",
						  (json_int_t)t->from_tap, "tap-full", (json_int_t)t->tap_full,
							  "write-errors",
						  (json_int_t)t->write_errors));
}

static void tap_destroy(void *priv)
{
	struct tap *t = priv;

	loop_del_fd(t->fd);
	close(t->fd);
	close(t->ns);
	free(t);
}

static const struct net_backend_ops tap_ops = {
	.frame = tap_frame,
	.room = tap_room,
	.counters = tap_counters,
	.destroy = tap_destroy,
};

static int make_tap(struct visit *v)
{
	pthread_t thread;
	int err = pthread_create(&thread, NULL, visit, v);

	if (err) {
		v->err = err;
		v->step = "starting a thread";
	} else {
		pthread_join(thread, NULL);
	}
	if (!v->err)
		return 0;
	complain("a TAP interface cannot be had", v->err == EPERM || v->err == EACCES ?
		 "run as root (CAP_NET_ADMIN, CAP_SYS_ADMIN), or use the back end peer, which needs no privileges" :
		 "check the name, the namespace, the address, that the tun module is there; or use the back end peer",
		 "%s (tap=%s) failed: %s", v->step, v->name, strerror(v->err));
	if (v->fd >= 0)
		close(v->fd);
	if (v->ns >= 0)
		close(v->ns);
	return -v->err;
}

int net_tap_create(struct net_backend *b, const struct net_port *port, const char *name, struct opts *o)
{
	struct visit v = { .name = name, .netns = opts_str(o, "netns", NULL), .fd = -1, .ns = -1 };
	struct tap *t;
	int err;

	snprintf(v.address, sizeof(v.address), "%s", opts_str(o, "address", "10.99.0.1/24"));
	v.mtu = (unsigned int)opts_num(o, "tap-mtu", 1500, 68, NVSP_MTU_MAX - ETH_HEADER);
	err = make_tap(&v);
	if (err)
		return err;
	t = calloc(1, sizeof(*t));
	if (t) {
		t->port = *port;
		t->fd = v.fd;
		t->ns = v.ns;
		err = loop_add_fd(t->fd, EPOLLIN, tap_readable, t);
	}
	if (!t || err) {
		close(v.fd);
		close(v.ns);
		free(t);
		return t ? err : -ENOMEM;
	}
	log_info("tap %s: nsenter --net=/proc/%d/fd/%d", name, (int)getpid(), t->ns);
	b->ops = &tap_ops;
	b->priv = t;
	return 0;
}
