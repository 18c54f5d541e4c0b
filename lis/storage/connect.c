// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: agreeing with the host on a controller, and leaving it (docs/wire/04-storage.md 4, 8).
 */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include "storvsc.h"

#define TALK_SECONDS 5
#define SUB_CHANNEL_SECONDS 10

/* ---- one question, one answer ---- */

/**
 * stor_talk_done() - the answer to the packet stor_talk() waits for
 * @sd: the controller
 * @packet: private copy of what came
 * @len: its bytes; 0 when nothing will come any more
 *
 * Any context; the caller has taken the packet's entry out of the request table.
 */
void stor_talk_done(struct stor_device *sd, const struct vstor_packet *packet, u32 len)
{
	memcpy(&sd->talk.packet, packet, sizeof(*packet));
	sd->talk.len = len;
	complete(&sd->talk.done);
}

static bool stor_talk_wait(struct stor_device *sd, unsigned int seconds)
{
	/* A rescind wakes nobody, so it is looked for every second. */
	while (seconds--) {
		if (wait_for_completion_timeout(&sd->talk.done, HZ))
			return true;
		if (stor_primary(sd)->rescind)
			return false;
	}
	return false;
}

/* Send sd->talk.packet on the primary channel and wait. The caller holds talk_lock. */
static int stor_exchange(struct stor_device *sd, unsigned int seconds)
{
	struct vmbus_channel *channel = stor_primary(sd);
	u64 me = (u64)(unsigned long)&sd->talk;
	u64 id;
	int ret;

	init_completion(&sd->talk.done);
	ret = vmbus_sendpacket_getid(channel, &sd->talk.packet, vstor_packet_len(sd->info.version), me, &id,
				     VM_PKT_DATA_INBAND, VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED);
	if (ret)
		return ret;
	if (stor_talk_wait(sd, seconds))
		return sd->talk.len ? 0 : -ENODEV;
	/* If the entry is not there any more the callback has it: the answer comes this instant. */
	if (vmbus_request_addr_match(channel, id, me) == me)
		return channel->rescind ? -ENODEV : -ETIMEDOUT;
	wait_for_completion(&sd->talk.done);
	return sd->talk.len ? 0 : -ENODEV;
}

/**
 * stor_talk() - send a packet besides the I/O and take its answer
 * @sd: the controller, its primary channel open
 * @packet: what to send; the answer on return
 * @seconds: how long to wait
 *
 * Sleeps. Return: the bytes of the answer; -EPROTO when the host says no, -EINVAL for a malformed answer, -ETIMEDOUT,
 * -ENODEV when the channel is rescinded, or what vmbus_sendpacket() returns. Spec: docs/wire/04-storage.md 4.
 */
int stor_talk(struct stor_device *sd, struct vstor_packet *packet, unsigned int seconds)
{
	u32 operation = packet->operation, status = 0;
	int ret;

	mutex_lock(&sd->talk_lock);
	sd->talk.packet = *packet;
	ret = stor_exchange(sd, seconds);
	if (!ret) {
		*packet = sd->talk.packet;
		ret = vstor_check_answer(packet, sd->talk.len, sd->info.version, &status);
		if (!ret)
			ret = sd->talk.len;
	}
	mutex_unlock(&sd->talk_lock);
	if (ret < 0 && operation != VSTOR_QUERY_PROTOCOL_VERSION)
		dev_err(&sd->dev->device, "the host does not answer operation %u as it should: %d, status 0x%x\n",
			operation, ret, status);
	return ret;
}

/* ---- the handshake ---- */

static int stor_begin(struct stor_device *sd)
{
	struct vstor_packet p;
	int ret;

	vstor_build(&p, VSTOR_BEGIN_INITIALIZATION);
	ret = stor_talk(sd, &p, TALK_SECONDS);
	return ret < 0 ? ret : 0;
}

static int stor_agree_version(struct stor_device *sd)
{
	struct vstor_packet p;
	u16 version;
	int ret;

	for (version = vstor_next_version(0); version; version = vstor_next_version(version)) {
		vstor_build_version(&p, version);
		ret = stor_talk(sd, &p, TALK_SECONDS);
		if (ret >= 0) {
			sd->info.version = version;
			return 0;
		}
		if (ret != -EPROTO)
			return ret;
	}
	return -EPROTO;
}

static int stor_ask_properties(struct stor_device *sd)
{
	struct vstor_packet p;
	int ret;

	vstor_build(&p, VSTOR_QUERY_PROPERTIES);
	ret = stor_talk(sd, &p, TALK_SECONDS);
	if (ret < 0)
		return ret;
	return vstor_take_properties(&p, ret, sd->kind == STOR_FC, &sd->info);
}

static int stor_ask_names(struct stor_device *sd)
{
	struct vstor_packet p;
	int ret;

	if (sd->kind != STOR_FC)
		return 0;
	vstor_build(&p, VSTOR_FCHBA_DATA);
	ret = stor_talk(sd, &p, TALK_SECONDS);
	if (ret < 0)
		return ret;
	return vstor_take_names(&p, ret, &sd->names) ? 0 : -EINVAL;
}

static int stor_end_handshake(struct stor_device *sd)
{
	struct vstor_packet p;
	int ret;

	vstor_build(&p, VSTOR_END_INITIALIZATION);
	ret = stor_talk(sd, &p, TALK_SECONDS);
	return ret < 0 ? ret : 0;
}

static int stor_handshake(struct stor_device *sd)
{
	int ret = stor_begin(sd);

	if (!ret)
		ret = stor_agree_version(sd);
	if (!ret)
		ret = stor_ask_properties(sd);
	if (!ret)
		ret = stor_ask_names(sd);
	if (!ret)
		ret = stor_end_handshake(sd);
	return ret;
}

/* Without subchannels everything goes through the primary: slower, and nothing else. */
static void stor_ask_sub_channels(struct stor_device *sd, u32 cpus_per_channel)
{
	u32 wanted = vstor_sub_channels_wanted(&sd->info, num_online_cpus(), cpus_per_channel);
	struct vstor_packet p;

	if (sd->kind == STOR_IDE)
		wanted = 0;
	sd->info.max_sub_channels = min_t(u32, wanted, STOR_CHANNELS_MAX - 1);
	if (!sd->info.max_sub_channels)
		return;
	vmbus_set_sc_create_callback(stor_primary(sd), stor_on_sub_channel);
	vstor_build_sub_channels(&p, sd->info.max_sub_channels);
	if (stor_talk(sd, &p, SUB_CHANNEL_SECONDS) < 0)
		sd->info.max_sub_channels = 0;
}

/**
 * stor_connect() - open the controller's channels and agree with the host
 * @sd: a controller without channels
 * @ring_bytes: bytes of a ring, header page included
 * @cpus_per_channel: how many CPUs shall share one channel
 *
 * Sleeps. Return: 0, or -errno with nothing left open. Spec: docs/wire/04-storage.md 4.
 */
int stor_connect(struct stor_device *sd, u32 ring_bytes, u32 cpus_per_channel)
{
	int ret;

	memset(&sd->info, 0, sizeof(sd->info));
	stor_ring_bytes = ring_bytes;
	set_per_channel_state(stor_primary(sd), sd);
	mutex_lock(&sd->channels_lock);
	ret = stor_open_channel(sd, stor_primary(sd));
	mutex_unlock(&sd->channels_lock);
	if (ret)
		return ret;
	ret = stor_handshake(sd);
	if (ret) {
		stor_disconnect(sd, DID_NO_CONNECT);
		return ret;
	}
	stor_ask_sub_channels(sd, cpus_per_channel);
	return 0;
}

/**
 * stor_disconnect() - close all channels, and end what the host still owed on them
 * @sd: a controller nobody sends on any more
 * @did: the host byte such requests end with
 *
 * Sleeps; no callback runs afterwards.
 */
void stor_disconnect(struct stor_device *sd, int did)
{
	stor_forget_channels(sd);
	vmbus_close(stor_primary(sd));
	stor_end_owed(sd, did);
}
