// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data exchange (docs/wire/03-integration-components.md 6): values by key in pools on the guest, and the addresses of its network
 * adapters. The guest keeps the pools; the host asks, sets, deletes, lists.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/args.h"
#include "dev/ic.h"
#include "dev/kvp_parse.h"

/* A guest that never says "no more" is not listed for ever. */
#define ITEMS_MAX 4096
#define ASK_NS (90 * NS_PER_S)

struct kvp {
	struct ic ic;
	struct loop_timer poll;
	uint64_t poll_ns, gets, sets, deletes, enumerations, failed;
	bool push;
	json_t *seen[KVP_POOLS]; /* what polling found last: key to value */
};

struct wish {
	struct kvp *k;
	struct ctl_request *req; /* NULL: polling */
	uint8_t pool, op;
	uint32_t index;
	json_t *items;
};

static void end_wish(struct wish *w, int err, const struct ic_answer *a, json_t *reply)
{
	if (err || (a && a->status))
		w->k->failed++;
	ic_finish_status(w->req, err, a, reply);
	json_decref(w->items);
	free(w);
}

static struct wish *wish_new(struct kvp *k, struct ctl_request *req, uint8_t op, uint64_t pool)
{
	struct wish *w = calloc(1, sizeof(*w));

	if (w)
		*w = (struct wish){ .k = k, .req = req, .op = op, .pool = (uint8_t)pool };
	return w;
}

static const char *type_text(uint32_t type)
{
	return type == KVP_REG_SZ ? "sz" : type == KVP_REG_EXPAND_SZ ? "expand" : type == KVP_REG_DWORD ? "dword" : "qword";
}

static json_t *pair_json(const struct kvp_pair *pair)
{
	return json_pack("{s:s, s:s, s:s, s:I}", "key", pair->key, "value", pair->value, "type", type_text(pair->type),
			 "value_size", (json_int_t)pair->value_size);
}

static int pool_arg(struct ctl_request *req, const json_t *args, uint64_t def, uint64_t *pool)
{
	return ctl_arg_num(req, args, "pool", def, 0, KVP_POOLS - 1, pool);
}

/* --- set, get, delete ---------------------------------------------------------------------------------------------- */

static int why_text(struct ctl_request *req, int err)
{
	if (err == -EILSEQ)
		ctl_why(req, "key or value is no UTF-8");
	else if (err == -EMSGSIZE)
		ctl_why(req, "key or value is too long: 255 and 1023 UTF-16 units are the most");
	else if (err == -EINVAL)
		ctl_why(req, "the key is empty, or the value is no number that fits its type");
	return err;
}

static void status_answered(struct ic *ic, int err, const struct ic_answer *a, void *arg)
{
	end_wish(arg, err, a, NULL);
}

static int send_wish(struct wish *w, const void *body, size_t len, ic_done_fn done)
{
	int err = ic_verb_ask(&w->k->ic, w->req, body, len, ASK_NS, done, w);

	if (err != CTL_LATER)
		free(w);
	return err;
}

static int type_arg(struct ctl_request *req, const json_t *args, uint32_t *type)
{
	static const struct {
		const char *name;
		uint32_t type;
	} types[] = {
		{ "sz", KVP_REG_SZ }, { "expand", KVP_REG_EXPAND_SZ }, { "dword", KVP_REG_DWORD }, { "qword", KVP_REG_QWORD },
		{ "qword8", KVP_REG_QWORD_LINUX },
	};
	char name[16];
	int err = ctl_arg_text(req, args, "type", "sz", name, sizeof(name));

	for (unsigned int i = 0; !err && i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(types[i].name, name)) {
			*type = types[i].type;
			return 0;
		}
	if (!err)
		ctl_why(req, "type= is none of sz, expand, dword, qword, qword8");
	return -EINVAL;
}

static int do_set(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct kvp *k = d->priv;
	char key[KVP_KEY_TEXT], value[KVP_VALUE_TEXT];
	uint8_t body[KVP_BODY];
	struct wish *w;
	uint32_t type = 0;
	uint64_t pool;
	int err = pool_arg(req, args, KVP_POOL_EXTERNAL, &pool);

	err = err ? err : ctl_arg_text(req, args, "key", NULL, key, sizeof(key));
	err = err ? err : ctl_arg_text(req, args, "value", NULL, value, sizeof(value));
	err = err ? err : type_arg(req, args, &type);
	if (err)
		return err;
	err = kvp_build_set(body, (uint8_t)pool, type, key, value);
	if (err)
		return why_text(req, err);
	k->sets++;
	w = wish_new(k, req, KVP_SET, pool);
	return w ? send_wish(w, body, sizeof(body), status_answered) : -ENOMEM;
}

static int do_delete(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct kvp *k = d->priv;
	char key[KVP_KEY_TEXT];
	uint8_t body[KVP_BODY];
	struct wish *w;
	uint64_t pool;
	int err = pool_arg(req, args, KVP_POOL_EXTERNAL, &pool);

	err = err ? err : ctl_arg_text(req, args, "key", NULL, key, sizeof(key));
	if (err)
		return err;
	err = kvp_build_delete(body, (uint8_t)pool, key);
	if (err)
		return why_text(req, err);
	k->deletes++;
	w = wish_new(k, req, KVP_DELETE, pool);
	return w ? send_wish(w, body, sizeof(body), status_answered) : -ENOMEM;
}

/* False when the answer is no value; the wish has ended then. */
static bool take_pair(struct wish *w, const struct ic_answer *a, struct kvp_pair *pair)
{
	const char *what = "the answer is to another operation";

	if (a->len && a->body[0] == w->op && !kvp_parse_pair(a->body, a->len, pair, &what))
		return true;
	ic_violation(&w->k->ic, what);
	if (w->req)
		ctl_why(w->req, "the guest's answer makes no sense: %s", what);
	return false;
}

static void get_answered(struct ic *ic, int err, const struct ic_answer *a, void *arg)
{
	struct wish *w = arg;
	struct kvp_pair pair;
	json_t *reply = NULL;

	if (!err && !a->status) {
		if (take_pair(w, a, &pair))
			reply = pair_json(&pair);
		else
			err = -EPROTO;
	}
	end_wish(w, err, a, reply);
}

static int do_get(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	struct kvp *k = d->priv;
	char key[KVP_KEY_TEXT];
	uint8_t body[KVP_BODY];
	struct wish *w;
	uint64_t pool;
	int err = pool_arg(req, args, KVP_POOL_GUEST, &pool);

	err = err ? err : ctl_arg_text(req, args, "key", NULL, key, sizeof(key));
	if (err)
		return err;
	err = kvp_build_get(body, (uint8_t)pool, key);
	if (err)
		return why_text(req, err);
	k->gets++;
	w = wish_new(k, req, KVP_GET, pool);
	return w ? send_wish(w, body, sizeof(body), get_answered) : -ENOMEM;
}

/* --- enumerate, polling ---------------------------------------------------------------------------------------------- */

static void note_changes(struct kvp *k, uint8_t pool, json_t *items)
{
	json_t *now = json_object(), *item, *value;
	const char *key;
	size_t i;

	json_array_foreach(items, i, item) {
		key = json_string_value(json_object_get(item, "key"));
		value = json_object_get(item, "value");
		json_object_set(now, key, value);
		if (!json_equal(json_object_get(k->seen[pool], key), value))
			ctl_event("kvp-value", k->ic.d->name,
				  json_pack("{s:i, s:s, s:O}", "pool", pool, "key", key, "value", value));
	}
	json_decref(k->seen[pool]);
	k->seen[pool] = now;
}

static int poll_pool(struct kvp *k, uint8_t pool);

static void end_list(struct wish *w, int err, const struct ic_answer *a)
{
	struct kvp *k = w->k;
	const uint8_t pool = w->pool;
	const struct ic_answer ok = { 0 };
	bool ended = !err && a->status == IC_E_NO_MORE_ITEMS;

	if (w->req) {
		if (ended)
			end_wish(w, 0, &ok, json_pack("{s:O}", "items", w->items));
		else
			end_wish(w, err, a, NULL);
		return;
	}
	if (ended)
		note_changes(k, pool, w->items);
	json_decref(w->items);
	free(w);
	if (ended && pool == KVP_POOL_AUTO)
		poll_pool(k, KVP_POOL_GUEST);
}

static int ask_next(struct wish *w);

static void item_answered(struct ic *ic, int err, const struct ic_answer *a, void *arg)
{
	struct wish *w = arg;
	struct kvp_pair pair;

	if (err || a->status) {
		end_list(w, err, a);
		return;
	}
	if (!take_pair(w, a, &pair)) {
		end_list(w, -EPROTO, a);
		return;
	}
	json_array_append_new(w->items, pair_json(&pair));
	if (++w->index == ITEMS_MAX) {
		if (w->req)
			ctl_why(w->req, "the guest's pool has no end: %u items were read", w->index);
		end_list(w, -E2BIG, a);
		return;
	}
	err = ask_next(w);
	if (err)
		end_list(w, err, a);
}

static int ask_next(struct wish *w)
{
	uint8_t body[KVP_BODY];

	kvp_build_enumerate(body, w->pool, w->index);
	return ic_ask(&w->k->ic, body, sizeof(body), ASK_NS, item_answered, w);
}

static int start_list(struct kvp *k, struct ctl_request *req, uint64_t pool)
{
	struct wish *w = wish_new(k, req, KVP_ENUMERATE, pool);
	int err;

	if (!w)
		return -ENOMEM;
	w->items = json_array();
	k->enumerations++;
	err = ask_next(w);
	if (!err)
		return 0;
	json_decref(w->items);
	free(w);
	return err;
}

static int do_enumerate(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	uint64_t pool;
	int err = pool_arg(req, args, KVP_POOL_AUTO, &pool);

	err = err ? err : start_list(d->priv, req, pool);
	if (err == -ENOTCONN)
		ctl_why(req, "the guest has not agreed to a version (is its daemon running?)");
	return err ? err : CTL_LATER;
}

static int poll_pool(struct kvp *k, uint8_t pool)
{
	return start_list(k, NULL, pool);
}

static void poll(void *arg)
{
	struct kvp *k = arg;

	loop_timer_set(&k->poll, k->poll_ns);
	if (ic_idle(&k->ic))
		poll_pool(k, KVP_POOL_AUTO);
}

static void push_answered(struct ic *ic, int err, const struct ic_answer *a, void *arg)
{
	struct kvp *k = arg;

	if (!err && a->status)
		k->failed++;
}

/* 6.6: what hosts tell every guest about themselves. */
static void push_values(struct kvp *k)
{
	char host[256] = "hvhost";
	uint8_t body[KVP_BODY];
	const char *const values[][2] = {
		{ "HostName", host }, { "PhysicalHostName", host }, { "PhysicalHostNameFullyQualified", host },
		{ "VirtualMachineName", "guest" }, { "VirtualMachineId", "5B0A9C1E-0000-4000-8000-000000000001" },
		{ "VirtualMachineDynamicMemoryBalancingEnabled", "0" },
		{ "HostingSystemOsMajor", "10" }, { "HostingSystemOsMinor", "0" }, { "HostingSystemSpMajor", "0" },
		{ "HostingSystemSpMinor", "0" }, { "HostingSystemEditionId", "8" }, { "HostingSystemNestedLevel", "0" },
		{ "HostingSystemProcessorArchitecture", "9" }, { "HostingSystemProcessorIdleStateMax", "0" },
		{ "HostingSystemProcessorThrottleMax", "100" }, { "HostingSystemProcessorThrottleMin", "100" },
	};

	if (gethostname(host, sizeof(host) - 1) || !*host || *host == '(')
		strcpy(host, "hvhost"); /* a machine without a name says "(none)" */
	for (unsigned int i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (!kvp_build_set(body, KVP_POOL_AUTO_EXTERNAL, KVP_REG_SZ, values[i][0], values[i][1]))
			ic_ask(&k->ic, body, sizeof(body), ASK_NS, push_answered, k);
}

static void agreed(struct ic *ic)
{
	struct kvp *k = ic->priv;

	if (k->push)
		push_values(k);
	if (k->poll_ns)
		loop_timer_set(&k->poll, 1);
}

static void forget(struct kvp *k)
{
	loop_timer_cancel(&k->poll);
	for (unsigned int i = 0; i < KVP_POOLS; i++) {
		json_decref(k->seen[i]);
		k->seen[i] = NULL;
	}
}

static void closed(struct ic *ic)
{
	forget(ic->priv);
}

/* --- addresses (6.5) -------------------------------------------------------------------------------------------------- */

static bool is_binary(const struct kvp *k)
{
	return k->ic.message >= IC_VERSION(5, 0);
}

static void get_ip_answered(struct ic *ic, int err, const struct ic_answer *a, void *arg)
{
	struct wish *w = arg;
	static struct kvp_ip_text ip; /* large; the loop thread's */
	json_t *reply = NULL;
	const char *what;

	if (!err && !a->status) {
		if (kvp_parse_ip(a->body, a->len, is_binary(w->k), &ip, &what)) {
			ic_violation(ic, what);
			err = -EPROTO;
		} else {
			reply = json_pack("{s:s, s:i, s:b, s:s, s:s, s:s, s:s}", "adapter", ip.adapter, "family", ip.family,
					  "dhcp", ip.dhcp, "addresses", ip.addresses, "subnets", ip.subnets, "gateways",
					  ip.gateways, "dns", ip.dns);
		}
	}
	end_wish(w, err, a, reply);
}

static int send_ip(struct kvp *k, struct ctl_request *req, uint8_t op, const struct kvp_ip_text *ip, ic_done_fn done)
{
	uint8_t body[KVP_IP_BODY];
	struct wish *w;
	int err = kvp_build_ip(body, op, is_binary(k), ip);

	if (err) {
		ctl_why(req, "an address list is too long, or has an entry that is no address, or subnets do not match addresses");
		return err;
	}
	w = wish_new(k, req, op, 0);
	return w ? send_wish(w, body, sizeof(body), done) : -ENOMEM;
}

static int do_get_ip(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	static struct kvp_ip_text ip;
	uint64_t family;
	int err;

	memset(&ip, 0, sizeof(ip));
	err = ctl_arg_text(req, args, "mac", NULL, ip.adapter, sizeof(ip.adapter));
	err = err ? err : ctl_arg_num(req, args, "family", KVP_FAMILY_IPV4 | KVP_FAMILY_IPV6, 0, 3, &family);
	if (err)
		return err;
	ip.family = (uint8_t)family;
	return send_ip(d->priv, req, KVP_GET_IP, &ip, get_ip_answered);
}

static int do_set_ip(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	static struct kvp_ip_text ip;
	uint64_t family;
	bool dhcp;
	int err;

	memset(&ip, 0, sizeof(ip));
	err = ctl_arg_text(req, args, "adapter", NULL, ip.adapter, sizeof(ip.adapter));
	err = err ? err : ctl_arg_bool(req, args, "dhcp", false, &dhcp);
	err = err ? err : ctl_arg_num(req, args, "family", KVP_FAMILY_IPV4, 0, 3, &family);
	err = err ? err : ctl_arg_text(req, args, "addresses", "", ip.addresses, sizeof(ip.addresses));
	err = err ? err : ctl_arg_text(req, args, "subnets", "", ip.subnets, sizeof(ip.subnets));
	err = err ? err : ctl_arg_text(req, args, "gateways", "", ip.gateways, sizeof(ip.gateways));
	err = err ? err : ctl_arg_text(req, args, "dns", "", ip.dns, sizeof(ip.dns));
	if (err)
		return err;
	ip.family = (uint8_t)family;
	ip.dhcp = dhcp;
	return send_ip(d->priv, req, KVP_SET_IP, &ip, status_answered);
}

/* --- life ------------------------------------------------------------------------------------------------------------- */

static const struct ic_class class = {
	.class_guid = "a9a0f4e7-5a45-4d96-b827-8a841e8c03e6", .instance_guid = "242ff919-07db-4180-9c2e-b86cb68c8c55",
	.msg_type = IC_MSG_KVP, .framework = "1.0+3.0", .versions = "3.0+4.0+5.0", .agreed = agreed, .closed = closed,
};

static int create(struct device *d, struct opts *o)
{
	struct kvp *k = calloc(1, sizeof(*k));
	int err;

	if (!k)
		return -ENOMEM;
	d->priv = k;
	k->poll_ns = opts_num(o, "poll", 0, 0, 86400000) * NS_PER_MS;
	k->push = opts_bool(o, "push", true);
	loop_timer_init(&k->poll, poll, k);
	err = ic_create(&k->ic, d, o, &class, k);
	if (err)
		free(k);
	return err;
}

static void destroy(struct device *d)
{
	struct kvp *k = d->priv;

	ic_destroy(&k->ic);
	forget(k);
	free(k);
}

static void reset(struct device *d)
{
	struct kvp *k = d->priv;

	ic_reset(&k->ic);
	forget(k);
}

static void counters(struct device *d, json_t *out)
{
	const struct kvp *k = d->priv;

	ic_counters(&k->ic, out);
#define COUNTER(name) json_object_set_new(out, #name, json_integer((json_int_t)k->name))
	COUNTER(gets);
	COUNTER(sets);
	COUNTER(deletes);
	COUNTER(enumerations);
	COUNTER(failed);
#undef COUNTER
}

static const struct device_verb verbs[] = {
	{ "set", "key=KEY value=VALUE [pool=0] [type=sz|expand|dword|qword|qword8]: the guest stores a value", do_set },
	{ "get", "key=KEY [pool=1]: a value of the guest's", do_get },
	{ "delete", "key=KEY [pool=0]: the guest forgets it", do_delete },
	{ "enumerate", "[pool=2]: all values of a pool", do_enumerate },
	{ "get-ip", "mac=XX:XX:XX:XX:XX:XX [family=3]: addresses of an adapter", do_get_ip },
	{ "set-ip", "adapter={GUID} [dhcp=true] [addresses=A;B] [subnets=...] [gateways=...] [dns=...] [family=1]: "
		    "the guest is to configure an adapter", do_set_ip },
	IC_HELP_VERBS,
	{ 0 },
};

static struct device_type type = {
	.name = "kvp", .help = "values by key, both ways; addresses of the guest",
	.keys = IC_KEYS "poll=MS            pools 2 and 1 are read so often, changes are events (0: never)\n"
			"push=off           no values of the host's in pool 3\n",
	.create = create, .destroy = destroy, .reset = reset, .counters = counters, .verbs = verbs,
};
HOST_DEVICE(type)
