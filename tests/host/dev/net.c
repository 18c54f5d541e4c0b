// SPDX-License-Identifier: GPL-2.0-only
/* Synthetic network adapter (docs/wire/05-network.md): options, verbs, counters. net_channel.c is the protocol. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "ctl/args.h"
#include "net.h"
#include "net_vf.h"
#include "vmbus/classes.h"

#define BIT_PER_MBIT 1000000ULL
#define UNITS_PER_MBIT 10000U /* link speed change counts in 100 bit/s */

static const char *const drop_names[NET_DROPS] = {
	[NET_DROP_LINK_DOWN] = "link-down", [NET_DROP_NOT_READY] = "not-ready", [NET_DROP_FILTER] = "filter",
	[NET_DROP_NO_BUFFER] = "no-buffer", [NET_DROP_TOO_LONG] = "too-long", [NET_DROP_RUNT] = "runt",
	[NET_DROP_SPOOFED] = "spoofed-source", [NET_DROP_OFFLOAD] = "bad-offload",
	[NET_DROP_OFFLOAD_OFF] = "offload-not-on",
};

/* --- JSON ------------------------------------------------------------------------------------------------ */

static void put(json_t *o, const char *key, uint64_t v)
{
	json_object_set_new(o, key, json_integer((json_int_t)v));
}

static void put_mac(json_t *o, const char *key, const uint8_t *mac)
{
	char text[18];

	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	json_object_set_new(o, key, json_string(text));
}

static json_t *drops_json(const uint64_t *drop)
{
	json_t *o = json_object();

	for (unsigned int i = 0; i < NET_DROPS; i++)
		if (drop[i])
			put(o, drop_names[i], drop[i]);
	return o;
}

static void counts_json(json_t *o, const struct net_counts *c)
{
	put(o, "tx-packets", c->tx_packets);
	put(o, "tx-bytes", c->tx_bytes);
	put(o, "tx-messages", c->tx_messages);
	put(o, "tx-lso", c->tx_lso);
	put(o, "tx-csum", c->tx_csum);
	put(o, "rx-packets", c->rx_packets);
	put(o, "rx-bytes", c->rx_bytes);
	put(o, "rx-transfers", c->rx_transfers);
	put(o, "rx-coalesced", c->rx_coalesced);
}

static void add_counts(struct net_counts *to, const struct net_counts *c)
{
	to->tx_packets += c->tx_packets;
	to->tx_bytes += c->tx_bytes;
	to->tx_messages += c->tx_messages;
	to->tx_lso += c->tx_lso;
	to->tx_csum += c->tx_csum;
	to->rx_packets += c->rx_packets;
	to->rx_bytes += c->rx_bytes;
	to->rx_transfers += c->rx_transfers;
	to->rx_coalesced += c->rx_coalesced;
}

static json_t *queues_json(const struct net *n)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < n->queues; i++) {
		json_t *o = json_object();

		json_object_set_new(o, "open", json_boolean(n->q[i].open));
		counts_json(o, &n->q[i].c);
		json_array_append_new(list, o);
	}
	return list;
}

static void trouble_json(const struct net *n, json_t *out)
{
	json_object_set_new(out, "rx-dropped", drops_json(n->rx_drop));
	json_object_set_new(out, "tx-dropped", drops_json(n->tx_drop));
	put(out, "rx-bad-sums", n->rx_bad_sums);
	put(out, "rx-no-room", n->a.rx_no_buffer);
	put(out, "seed-wrong", n->seed_wrong);
	put(out, "nonsense", n->nonsense);
	put(out, "malformed", n->malformed);
	put(out, "bad-completions", n->bad_completions);
	put(out, "refused-by-guest", n->refused_by_guest);
	put(out, "rndis-requests", n->a.requests);
	put(out, "rndis-refused", n->a.refused);
}

static void vf_json(const struct net *n, json_t *out)
{
	put(out, "vf-rx-packets", n->vf_rx_packets);
	put(out, "vf-rx-bytes", n->vf_rx_bytes);
	put(out, "vf-tx-packets", n->vf_tx_packets);
	put(out, "vf-tx-bytes", n->vf_tx_bytes);
	put(out, "vf-no-room", n->vf_no_room);
	put(out, "vf-switches", n->vf_switches);
}

static void net_counters(struct device *d, json_t *out)
{
	struct net *n = d->priv;
	struct net_counts all = { 0 };

	for (unsigned int i = 0; i < NET_QUEUES_MAX; i++)
		add_counts(&all, &n->q[i].c);
	json_object_set_new(out, "nvsp", json_string(nvsp_version_text(n->version)));
	counts_json(out, &all);
	put(out, "tx-segments", n->segments);
	put(out, "tx-vlan", n->vlan_tx);
	put(out, "rx-vlan", n->vlan_rx);
	put(out, "tx-vlan-inline", n->vlan_inline);
	put(out, "mtu", n->a.mtu - ETH_HEADER);
	put(out, "sections", n->sections.count);
	put(out, "sections-with-guest", n->sections.count - n->sections.free);
	trouble_json(n, out);
	vf_json(n, out);
	json_object_set_new(out, "queues", queues_json(n));
	net_gen_counters(n->gen, out);
	if (n->backend.ops->counters)
		n->backend.ops->counters(n->backend.priv, out);
}

/* --- verbs ----------------------------------------------------------------------------------------------- */

static int verb_stats(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	net_counters(d, reply);
	return 0;
}

static void set_speed(struct net *n, uint64_t mbit)
{
	uint32_t units = (uint32_t)mbit * UNITS_PER_MBIT;

	if (n->a.speed == mbit * BIT_PER_MBIT)
		return;
	n->a.speed = mbit * BIT_PER_MBIT;
	net_indicate(n, RNDIS_STATUS_LINK_SPEED_CHANGE, &units);
}

static int verb_link(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct net *n = d->priv;
	char state[16];
	uint64_t mbit;
	int err = ctl_arg_text(req, args, "state", n->a.link ? "up" : "down", state, sizeof(state));

	if (!err)
		err = ctl_arg_num(req, args, "speed", n->a.speed / BIT_PER_MBIT, 1, 400000, &mbit);
	if (err)
		return err;
	if (strcmp(state, "up") && strcmp(state, "down") && strcmp(state, "change")) {
		ctl_why(req, "state is up, down or change, not '%s'", state);
		return -EINVAL;
	}
	set_speed(n, mbit);
	if (!strcmp(state, "change")) {
		net_indicate(n, RNDIS_STATUS_NETWORK_CHANGE, NULL);
	} else if (json_object_get(args, "state")) {
		n->a.link = !strcmp(state, "up");
		net_indicate(n, n->a.link ? RNDIS_STATUS_MEDIA_CONNECT : RNDIS_STATUS_MEDIA_DISCONNECT, NULL);
	}
	json_object_set_new(reply, "link", json_string(n->a.link ? "up" : "down"));
	put(reply, "speed", mbit);
	return 0;
}

static int verb_vf(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct net *n = d->priv;
	uint64_t serial;
	bool on;
	int err = ctl_arg_bool(req, args, "state", n->vf, &on);

	if (!err)
		err = ctl_arg_num(req, args, "serial", n->vf_serial ? n->vf_serial : 1, 0, 0xFFFFFFFF, &serial);
	if (err)
		return err;
	if (json_object_get(args, "state")) {
		n->vf = on;
		n->vf_serial = (uint32_t)serial;
		net_tell_vf(n);
	}
	json_object_set_new(reply, "vf", json_boolean(n->vf));
	json_object_set_new(reply, "told", json_boolean(n->vf_told));
	put(reply, "serial", n->vf_serial);
	json_object_set_new(reply, "there", json_boolean(n->function.up != NULL));
	json_object_set_new(reply, "path", json_string(n->vf_path ? "vf" : "synthetic"));
	return 0;
}

static int verb_gen(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct net *n = d->priv;
	const char *why;
	char op[16];
	int err = ctl_arg_text(req, args, "op", NULL, op, sizeof(op));

	if (err)
		return err;
	if (!strcmp(op, "stop")) {
		net_gen_stop(n->gen);
	} else if (strcmp(op, "start")) {
		ctl_why(req, "op is start or stop, not '%s'", op);
		return -EINVAL;
	} else {
		why = net_gen_start(n->gen, args, n->a.mac);
		if (why) {
			ctl_why(req, "%s", why);
			return -EINVAL;
		}
	}
	net_gen_counters(n->gen, reply);
	return 0;
}

static int verb_slow(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	uint64_t ms;
	int err = ctl_arg_num(req, args, "ms", 0, 0, 60000, &ms);

	if (!err)
		net_slow_set(d->priv, ms * NS_PER_MS);
	return err;
}

static int verb_table(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct net *n = d->priv;
	uint64_t queues;
	int err = ctl_arg_num(req, args, "queues", 1, 1, n->queues, &queues);

	return err ? err : net_sub_table(n, (uint32_t)queues);
}

static int verb_rss(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct net *n = d->priv;
	const struct net_rss *r = &n->a.rss;
	json_t *table = json_array();
	char key[2 * NDIS_RSS_KEY_LEN + 1];

	for (unsigned int i = 0; i < r->entries; i++)
		json_array_append_new(table, json_integer(r->table[i]));
	for (unsigned int i = 0; i < NDIS_RSS_KEY_LEN; i++)
		snprintf(key + 2 * i, 3, "%02x", r->key[i]);
	json_object_set_new(reply, "enabled", json_boolean(r->enabled));
	put(reply, "hash-info", r->hash_info);
	put(reply, "queues", n->queues);
	json_object_set_new(reply, "key", json_string(r->key_set ? key : ""));
	json_object_set_new(reply, "table", table);
	return 0;
}

static int verb_filter(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct net *n = d->priv;
	json_t *list = json_array();
	char text[18];

	for (unsigned int i = 0; i < n->a.multicast_count; i++) {
		const uint8_t *m = n->a.multicast[i];

		snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
		json_array_append_new(list, json_string(text));
	}
	put(reply, "filter", n->a.filter);
	put_mac(reply, "mac", n->a.mac);
	put_mac(reply, "permanent-mac", n->a.permanent_mac);
	json_object_set_new(reply, "multicast", list);
	return 0;
}

static int verb_offload(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	const struct net_offloads *o = &((struct net *)d->priv)->a.on;
	const struct {
		const char *name;
		bool on;
	} all[] = {
		{ "ip4-tx", o->ip4_tx }, { "ip4-rx", o->ip4_rx }, { "tcp4-tx", o->tcp4_tx }, { "tcp4-rx", o->tcp4_rx },
		{ "udp4-tx", o->udp4_tx }, { "udp4-rx", o->udp4_rx }, { "tcp6-tx", o->tcp6_tx },
			{ "tcp6-rx", o->tcp6_rx },
		{ "udp6-tx", o->udp6_tx }, { "udp6-rx", o->udp6_rx }, { "lso4", o->lso4 }, { "lso6", o->lso6 },
		{ "rsc4", o->rsc4 }, { "rsc6", o->rsc6 },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		json_object_set_new(reply, all[i].name, json_boolean(all[i].on));
	return 0;
}

static const struct device_verb net_verbs[] = {
	{ "link", "state=up|down|change [speed=MBIT]: what the guest is told of its link", verb_link },
	{ "vf", "state=on|off [serial=N]: a virtual function is there or not; without state, what the guest did",
	  verb_vf },
	{ "gen", "op=start|stop [size= rate= count= flows= proto=udp|tcp src= dst= vlan= bad=]: frames for the guest",
	  verb_gen },
	{ "rss", "what the guest set: table, key, hash types", verb_rss },
	{ "filter", "what the guest set: packet filter, multicast list, MAC", verb_filter },
	{ "offload", "what the guest switched on", verb_offload },
	{ "slow", "ms=N: the guest's rings are looked at so seldom; 0: at once, as ever", verb_slow },
	{ "table", "queues=N: the guest is told to send by the first N of its channels", verb_table },
	{ "stats", "the counters", verb_stats },
	{ 0 },
};

/* --- life ------------------------------------------------------------------------------------------------ */

bool net_parse_mac(const char *text, uint8_t *mac)
{
	unsigned int b[6];
	int end = 0;

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5], &end) != 6 ||
	    text[end] || (b[0] & 1)) {
		complain("an adapter's MAC address is not usable",
			 "write six hexadecimal numbers with colons, no group address",
			 "mac=%s", text);
		return false;
	}
	for (unsigned int i = 0; i < 6; i++)
		mac[i] = (uint8_t)b[i];
	return true;
}

static bool take_mac(struct net *n, struct opts *o)
{
	const char *text = opts_str(o, "mac", NULL);
	uint8_t *mac = n->a.permanent_mac;

	if (text)
		return net_parse_mac(text, mac);
	mac[0] = 0x00; /* hosts take theirs from 00-15-5D */
	mac[1] = 0x15;
	mac[2] = 0x5D;
	memcpy(mac + 3, n->d->instance.b, 3);
	return true;
}

static bool take_version(struct net *n, struct opts *o)
{
	const char *text = opts_str(o, "nvsp", "6.1");

	n->newest = nvsp_version_of(text);
	if (n->newest)
		return true;
	complain("an adapter cannot speak that version", "choose nvsp=1, 2, 4, 5, 6 or 6.1", "nvsp=%s", text);
	return false;
}

static bool take_options(struct net *n, struct opts *o)
{
	bool good;

	n->a.queues = (unsigned int)opts_num(o, "queues", 8, 1, NET_QUEUES_MAX);
	n->grant = (unsigned int)opts_num(o, "grant", NET_QUEUES_MAX, 0, NET_QUEUES_MAX);
	n->newest_mtu = (uint32_t)opts_num(o, "mtu", 9000, 1500, NVSP_MTU_MAX - ETH_HEADER) + ETH_HEADER;
	n->a.speed = opts_num(o, "speed", 10000, 1, 400000) * BIT_PER_MBIT;
	n->a.link = opts_bool(o, "link", true);
	n->a.can_csum = opts_bool(o, "csum", true);
	n->a.can_lso = opts_bool(o, "lso", true);
	n->option_udp = opts_bool(o, "udp", true);
	n->option_rsc = opts_bool(o, "rsc", true);
	n->a.spoofing = opts_bool(o, "spoof", false);
	n->compact = opts_bool(o, "compact", false);
	n->old_indicate = opts_bool(o, "old-indicate", false);
	n->vf_serial = (uint32_t)opts_num(o, "vf", 0, 0, 0xFFFFFFFF);
	n->vf = n->vf_serial != 0;
	good = take_version(n, o);
	return take_mac(n, o) && good;
}

static int make_backend(struct net *n, struct opts *o)
{
	struct net_port port = { .up = net_up, .flush = net_up_flush, .mtu = net_up_mtu, .arg = n };
	const char *tap = opts_str(o, "tap", NULL);
	bool sink = opts_bool(o, "sink", false), peer = opts_bool(o, "peer", !tap && !sink);

	if (!!tap + sink + peer != 1) {
		complain("an adapter has one back end", "give tap=NAME, peer or sink", "%s", "there are several");
		return -EINVAL;
	}
	n->gen = net_gen_create(&port);
	if (!n->gen)
		return -ENOMEM;
	if (tap)
		return net_tap_create(&n->backend, &port, tap, o);
	return peer ? net_peer_create(&n->backend, &port, o) : net_sink_create(&n->backend, &port);
}

static int offer(struct net *n)
{
	struct vmb_offer_spec spec;

	memset(&spec, 0, sizeof(spec));
	spec.name = n->d->name;
	spec.type = class_guid(VMBUS_ALIAS_NET);
	spec.instance = n->d->instance;
	n->q[0].ch = vmb_offer(&spec, &net_channel_ops, &n->q[0]);
	if (!n->q[0].ch) {
		complain("an adapter cannot be offered", "give it an instance of its own",
			 "%s: no free channel, or its instance is taken",
			 n->d->name);
		return -EEXIST;
	}
	n->refs++;
	return 0;
}

static void free_parts(struct net *n)
{
	net_gen_destroy(n->gen);
	n->gen = NULL;
	if (n->backend.ops)
		n->backend.ops->destroy(n->backend.priv);
	n->backend.ops = NULL;
	for (unsigned int i = 0; i < NET_QUEUES_MAX; i++) {
		free(n->q[i].rsc);
		n->q[i].rsc = NULL;
	}
	net_sections_exit(&n->sections);
}

static int net_create(struct device *d, struct opts *o)
{
	struct net *n = calloc(1, sizeof(*n));
	bool good;
	int err;

	if (!n)
		return -ENOMEM;
	n->d = d;
	n->refs = 1;
	n->queues = 1;
	net_sub_init(n);
	net_slow_init(n);
	for (unsigned int i = 0; i < NET_QUEUES_MAX; i++) {
		n->q[i].n = n;
		n->q[i].index = i;
	}
	good = take_options(n, o);
	err = make_backend(n, o);
	if (!err && (!opts_done(o) || !good))
		err = -EINVAL;
	net_protocol_reset(n);
	if (!err)
		err = offer(n);
	if (err) {
		free_parts(n);
		net_put(n);
		return err;
	}
	d->priv = n;
	return 0;
}

static void net_destroy(struct device *d)
{
	struct net *n = d->priv;

	n->d = NULL;
	if (n->q[0].ch)
		vmb_rescind(n->q[0].ch);
	net_sub_rescind(n);
	loop_timer_cancel(&n->slow_timer);
	free_parts(n);
	net_put(n);
}

static void net_reset(struct device *d)
{
	struct net *n = d->priv;

	net_protocol_reset(n);
	n->vf_path = false;
	n->slow_ns = 0;
	loop_timer_cancel(&n->slow_timer);
	net_sub_rescind(n);
	if (n->backend.ops->reset)
		n->backend.ops->reset(n->backend.priv);
}

static struct device_type net_type;

struct net *net_vf_adapter(const char *name)
{
	struct device *d = device_find(name);

	return d && d->type == &net_type ? d->priv : NULL;
}

static struct device_type net_type = {
	.name = "net",
	.help = "synthetic network adapter",
	.keys = "peer               back end: answers ARP, ping, UDP echo, TCP, DHCP in this process (default)\n"
		"tap=NAME           back end: a TAP interface in a network namespace of its own\n"
		"sink               back end: takes everything, answers nothing\n"
		"ip= ip6= guest-ip= prefix= loss= seed=   the peer's addresses, what it leases, frames lost per 1000\n"
		"tap-mtu=N          tap: MTU of the interface (1500)\n"
		"address=           tap: IPv4 address/prefix of the interface (10.99.0.1/24)\n"
		"netns=NAME         tap: in this existing namespace (ip netns add NAME), not in a new one\n"
		"mac=               default 00:15:5d and three bytes of the instance\n"
		"nvsp=VERSION       newest protocol: 1, 2, 4, 5, 6, 6.1 (default)\n"
		"queues=N           receive queues (8)\n"
		"grant=N            subchannels granted at most\n"
		"mtu=N              largest MTU (9000)\n"
		"speed=MBIT link=on|off\n"
		"csum= udp= lso= rsc=on|off    offloads the host has\n"
		"spoof=on           the guest may use other MAC addresses\n"
		"vf=SERIAL          announces a virtual function\n"
		"compact=on         received messages end with their frame, instead of filling their section\n"
		"old-indicate=on    status indications as before 2022\n",
	.create = net_create,
	.destroy = net_destroy,
	.reset = net_reset,
	.counters = net_counters,
	.verbs = net_verbs,
};

HOST_DEVICE(net_type)
