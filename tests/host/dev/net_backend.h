/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the guest's frames go, and where those for it come from. Loop thread only. */
#ifndef HOST_NET_BACKEND_H
#define HOST_NET_BACKEND_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A whole Ethernet frame: no offload is left to do on it, its VLAN tag is beside it. */
struct net_frame {
	const uint8_t *data;
	size_t len;
	bool tagged;
	uint16_t tci;
};

/* The way to the guest, as a back end sees it. */
struct net_port {
	/* True: taken (or dropped by the guest's filter); false: no room now, `room` is called when there is. */
	bool (*up)(void *arg, const struct net_frame *f);
	/* What was taken is to be told to the guest now. */
	void (*flush)(void *arg);
	/* The largest frame the guest takes, Ethernet header included. */
	size_t (*mtu)(void *arg);
	void *arg;
};

struct net_backend_ops {
	void (*frame)(void *priv, const struct net_frame *f);
	/* A burst of the guest's frames is over. May be NULL, as all that follow. */
	void (*flush)(void *priv);
	void (*room)(void *priv);
	/* A new guest: forget what the old one began. */
	void (*reset)(void *priv);
	void (*counters)(void *priv, json_t *out);
	void (*destroy)(void *priv);
};

struct net_backend {
	const struct net_backend_ops *ops;
	void *priv;
};

struct opts;

/* Each takes its own options. 0 or -errno after a complaint. `port` is copied. */
int net_tap_create(struct net_backend *b, const struct net_port *port, const char *name, struct opts *o);
int net_peer_create(struct net_backend *b, const struct net_port *port, struct opts *o);
int net_sink_create(struct net_backend *b, const struct net_port *port);

/* The generator, beside any back end. */
struct net_gen;
struct net_gen *net_gen_create(const struct net_port *port);
void net_gen_destroy(struct net_gen *g);
/* What to send is in a control request (net_gen.c). A sentence about what is wrong with it, or NULL. */
const char *net_gen_start(struct net_gen *g, const json_t *args, const uint8_t *guest_mac);
void net_gen_stop(struct net_gen *g);
void net_gen_room(struct net_gen *g);
void net_gen_counters(const struct net_gen *g, json_t *out);

#endif
