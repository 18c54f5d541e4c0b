// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: requests to the host and back (docs/wire/04-storage.md 5).
 */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <asm/barrier.h>
#include "storvsc.h"

#define IO_BATCH 256 /* completions before the ring's room goes back to the host */

/* ---- describing memory ---- */

/**
 * stor_free_descriptors() - undo stor_alloc_descriptors()
 * @sd: the controller, not in use
 */
void stor_free_descriptors(struct stor_device *sd)
{
	int cpu;

	if (!sd->desc)
		return;
	for_each_possible_cpu(cpu)
		kfree(sd->desc[cpu]);
	kfree(sd->desc);
	sd->desc = NULL;
}

/**
 * stor_alloc_descriptors() - one list of pages per CPU, so that sending needs no memory
 * @sd: the controller, its largest transfer known
 *
 * Sleeps. Return: 0 or -ENOMEM.
 */
int stor_alloc_descriptors(struct stor_device *sd)
{
	size_t size;
	int cpu;

	sd->desc_pages = vstor_range_pages(sd->info.max_transfer);
	size = sizeof(**sd->desc) + sd->desc_pages * sizeof(u64);
	sd->desc = kcalloc(nr_cpu_ids, sizeof(*sd->desc), GFP_KERNEL);
	if (!sd->desc)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		sd->desc[cpu] = kzalloc_node(size, GFP_KERNEL, cpu_to_node(cpu));
		if (!sd->desc[cpu]) {
			stor_free_descriptors(sd);
			return -ENOMEM;
		}
	}
	return 0;
}

/* List the command's own pages. Return 0, -EXDEV when one range cannot hold them, -ENOSPC when they are too many. */
static int stor_list_pages(struct scsi_cmnd *cmd, struct vstor_range *range)
{
	struct scatterlist *sg;
	int i, ret = 0;

	scsi_for_each_sg(cmd, sg, scsi_sg_count(cmd), i) {
		ret = vstor_range_add(range, sg_phys(sg), sg->length);
		if (ret)
			break;
	}
	return ret;
}

/* Fill this CPU's descriptor. Return 0, or what queuecommand returns. */
static int stor_describe(struct stor_device *sd, struct scsi_cmnd *cmd, struct vmbus_packet_mpb_array *desc,
			 struct vstor_range *range)
{
	struct stor_bounce *bounce;
	int ret;

	vstor_range_start(range, desc->range.pfn_array, sd->desc_pages);
	ret = stor_list_pages(cmd, range);
	if (ret == -EXDEV) {
		bounce = stor_bounce_create(cmd);
		if (!bounce)
			return SCSI_MLQUEUE_HOST_BUSY;
		vstor_range_start(range, desc->range.pfn_array, sd->desc_pages);
		ret = stor_bounce_describe(bounce, range);
	}
	if (!ret && range->len != scsi_bufflen(cmd))
		ret = -EIO;
	if (ret)
		return ret;
	desc->range.len = range->len;
	desc->range.offset = range->offset;
	return 0;
}

/* ---- sending ---- */

static u8 stor_direction(const struct scsi_cmnd *cmd)
{
	switch (cmd->sc_data_direction) {
	case DMA_TO_DEVICE:
		return VSTOR_DATA_OUT;
	case DMA_FROM_DEVICE:
		return VSTOR_DATA_IN;
	default:
		return VSTOR_DATA_NONE;
	}
}

/**
 * stor_address() - begin a request to a LUN
 * @sd: the controller
 * @sdev: the LUN
 * @r: filled: an address, no command, no data
 */
void stor_address(const struct stor_device *sd, const struct scsi_device *sdev, struct vstor_request *r)
{
	memset(r, 0, sizeof(*r));
	r->port = (u8)sd->host->host_no;
	r->path = (u8)sdev->channel;
	r->target = (u8)sdev->id;
	r->lun = (u8)sdev->lun;
	r->direction = VSTOR_DATA_NONE;
}

static void stor_build(struct stor_device *sd, struct scsi_cmnd *cmd, struct vstor_packet *packet)
{
	struct vstor_request r;

	stor_address(sd, cmd->device, &r);
	r.cdb_len = (u8)cmd->cmd_len;
	r.direction = stor_direction(cmd);
	r.tagged = cmd->device->simple_tags;
	r.transfer_len = scsi_bufflen(cmd);
	r.cdb = cmd->cmnd;
	vstor_build_srb(packet, sd->info.version, &r);
}

/* What a command is sent as. */
struct stor_parcel {
	struct scsi_cmnd *cmd;
	struct vmbus_packet_mpb_array *desc; /* this CPU's */
	u32 pages; /* in it; 0: the command moves nothing */
	struct vmbus_channel *channel; /* it went by; the host hears of it by vmbus_kick() */
	struct vstor_packet packet;
};

static int stor_send_on(struct stor_device *sd, struct vmbus_channel *channel, struct stor_parcel *p)
{
	u32 len = vstor_packet_len(sd->info.version);
	u64 me = (u64)(unsigned long)p->cmd;

	p->channel = channel;
	if (!p->pages)
		return vmbus_sendpacket_more(channel, &p->packet, len, me, VM_PKT_DATA_INBAND,
					     VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED);
	return vmbus_sendpacket_mpb_desc(channel, p->desc, sizeof(*p->desc) + p->pages * sizeof(u64), &p->packet, len,
					 me, true);
}

/* Once it is sent the command may end at any moment: it is not touched again. */
static int stor_send(struct stor_device *sd, struct stor_parcel *p)
{
	struct vmbus_channel *channel = stor_pick_channel(sd), *other;
	int ret;

	if (!channel)
		return -ENODEV;
	ret = stor_send_on(sd, channel, p);
	if (ret != -EAGAIN && ret != -ENODEV)
		return ret;
	if (ret == -ENODEV && channel != stor_primary(sd))
		stor_orphans(sd);
	other = stor_other_channel(sd, channel);
	return other == channel ? ret : stor_send_on(sd, other, p);
}

/*
 * Interrupts off: the CPU's descriptor is ours until the ring has a copy. The host is told afterwards, by way of
 * *channel: its answer may come within the signal, and would have to wait for interrupts, which costs one more exit.
 */
static int stor_submit_here(struct stor_device *sd, struct scsi_cmnd *cmd, struct vmbus_channel **channel)
{
	struct vstor_range range;
	struct stor_parcel p;
	int ret;

	p.cmd = cmd;
	p.channel = NULL;
	p.desc = sd->desc[smp_processor_id()];
	range.count = 0;
	if (scsi_bufflen(cmd)) {
		ret = stor_describe(sd, cmd, p.desc, &range);
		if (ret)
			return ret;
	}
	p.pages = range.count;
	stor_build(sd, cmd, &p.packet);
	ret = stor_send(sd, &p);
	*channel = p.channel;
	return ret;
}

/*
 * The block layer says when another command follows at once. Error handlers say nothing on some kernels, and send one
 * at a time.
 */
static bool stor_more_follow(const struct stor_device *sd, const struct scsi_cmnd *cmd)
{
	return !kit_cmd_is_last(cmd) && !scsi_host_in_recovery(sd->host);
}

/**
 * stor_kick() - tell the host of commands it was not told of when they were sent
 * @sd: the controller
 *
 * Any context. They may be on any channel: whoever sends them may be moved to another CPU in between.
 */
void stor_kick(struct stor_device *sd)
{
	u32 i, count;

	if (!READ_ONCE(sd->owing) || !xchg(&sd->owing, 0))
		return;
	rcu_read_lock();
	count = smp_load_acquire(&sd->channel_count);
	for (i = 0; i < count; i++)
		vmbus_kick(sd->channels[i]);
	rcu_read_unlock();
}

/**
 * stor_submit() - send a command
 * @sd: the controller
 * @cmd: the command, at most VSTOR_CDB_LEN bytes of CDB
 *
 * Any context. Return: 0 when the host has it; SCSI_MLQUEUE_HOST_BUSY or -EAGAIN when it is to be offered again;
 * -ENODEV when there is no host any more; another -errno when it cannot be sent. Spec: docs/wire/04-storage.md 5.1.
 */
int stor_submit(struct stor_device *sd, struct scsi_cmnd *cmd)
{
	bool more = stor_more_follow(sd, cmd);
	struct vmbus_channel *channel = NULL;
	unsigned long flags;
	int ret;

	cmd->host_scribble = NULL;
	rcu_read_lock();
	if (stor_is_gone(sd)) {
		ret = -ENODEV;
	} else if (READ_ONCE(sd->paused)) {
		ret = SCSI_MLQUEUE_HOST_BUSY;
	} else {
		local_irq_save(flags);
		ret = stor_submit_here(sd, cmd, &channel);
		local_irq_restore(flags);
		if (!ret && !more)
			vmbus_kick(channel);
	}
	rcu_read_unlock();
	if (ret)
		stor_bounce_finish(cmd, false);
	/* After it was sent: a kick of another CPU's takes the mark away before it looks. */
	if (more)
		WRITE_ONCE(sd->owing, 1);
	if (!more || ret)
		stor_kick(sd);
	return ret;
}

/* ---- completing ---- */

static const u8 stor_did[VSTOR_SAY_COUNT] = {
	[VSTOR_SAY_OK] = DID_OK,
	[VSTOR_SAY_NO_CONNECT] = DID_NO_CONNECT,
	[VSTOR_SAY_BUSY] = DID_BUS_BUSY,
	[VSTOR_SAY_TIMEOUT] = DID_TIME_OUT,
	[VSTOR_SAY_RESET] = DID_RESET,
	[VSTOR_SAY_REQUEUE] = DID_REQUEUE,
	[VSTOR_SAY_PASSTHROUGH] = DID_PASSTHROUGH,
	[VSTOR_SAY_ERROR] = DID_ERROR,
};

/**
 * stor_end() - end a command the host did not complete
 * @sd: the controller
 * @cmd: the command, out of the request table
 * @did: its host byte
 *
 * Any context.
 */
void stor_end(struct stor_device *sd, struct scsi_cmnd *cmd, int did)
{
	stor_bounce_finish(cmd, false);
	scsi_set_resid(cmd, scsi_bufflen(cmd));
	cmd->result = did << 16;
	scsi_done(cmd);
}

static void stor_log(struct stor_device *sd, struct scsi_cmnd *cmd, const struct vstor_packet *p,
		     const struct vstor_outcome *out)
{
	if (logging_level < 2 || (out->host == VSTOR_SAY_OK && !out->status))
		return;
	dev_warn_ratelimited(&sd->dev->device, "command 0x%02x: SRB status 0x%02x, SCSI status 0x%02x, host's 0x%x\n",
			     cmd->cmnd[0], p->u.srb.srb_status, p->u.srb.scsi_status, p->status);
}

static void stor_complete(struct stor_device *sd, struct vmbus_channel *channel, struct scsi_cmnd *cmd,
			  const struct vstor_packet *p, u32 len)
{
	struct vstor_outcome out;

	vstor_judge(p, len, sd->info.version, cmd->cmnd[0], scsi_bufflen(cmd), &out);
	if (out.odd)
		channel->bad_packets++;
	if (out.events)
		stor_raise_lun(sd, cmd->device, out.events);
	stor_log(sd, cmd, p, &out);
	stor_bounce_finish(cmd, true);
	if (out.sense_len)
		memcpy(cmd->sense_buffer, p->u.srb.u.sense, min_t(u32, out.sense_len, SCSI_SENSE_BUFFERSIZE));
	scsi_set_resid(cmd, out.residual);
	cmd->result = stor_did[out.host] << 16 | out.status;
	/* Nothing moved, and no reason given: the mid layer would ask for the same again, for ever. */
	if (!cmd->result && cmd->underflow && out.residual == scsi_bufflen(cmd))
		cmd->result = DID_ERROR << 16;
	scsi_done(cmd);
}

static void stor_on_completion(struct stor_device *sd, struct vmbus_channel *channel, u64 id,
			       const struct vstor_packet *p, u32 len)
{
	u64 addr = vmbus_request_addr(channel, id);

	if (addr == VMBUS_RQST_ERROR || addr == VMBUS_NO_RQSTOR) {
		dev_warn_ratelimited(&sd->dev->device, "the host completed a request that is not in flight\n");
	} else if (addr == (u64)(unsigned long)&sd->talk) {
		stor_talk_done(sd, p, len);
	} else {
		stor_complete(sd, channel, (struct scsi_cmnd *)(unsigned long)addr, p, len);
	}
}

static void stor_on_packet(struct stor_device *sd, struct vmbus_channel *channel, const struct ring_packet *pkt,
			   const struct vstor_packet *p, u32 len)
{
	if (pkt->type == VM_PKT_COMP)
		stor_on_completion(sd, channel, pkt->trans_id, p, len);
	else if (pkt->type != VM_PKT_DATA_INBAND || !stor_unsolicited(sd, p, len))
		channel->bad_packets++;
}

/* Take one packet off the ring. The private copy is what gets checked and used. */
static bool stor_receive(struct stor_device *sd, struct vmbus_channel *channel)
{
	struct vstor_packet packet;
	struct ring_packet pkt;
	const void *data;
	u32 len;

	if (!hv_pkt_peek(channel, &pkt, &data))
		return false;
	len = min_t(u32, pkt.packet_len - pkt.header_len, sizeof(packet));
	memset(&packet, 0, sizeof(packet));
	memcpy(&packet, data, len);
	hv_pkt_consume(channel, &pkt);
	stor_on_packet(sd, channel, &pkt, &packet, len);
	return true;
}

/**
 * stor_on_channel() - a channel's callback
 * @context: the channel
 *
 * Softirq, one run at a time per channel.
 */
void stor_on_channel(void *context)
{
	struct vmbus_channel *channel = context;
	struct stor_device *sd = get_per_channel_state(channel);
	u32 n = 0;

	while (n < IO_BATCH && stor_receive(sd, channel))
		n++;
	hv_pkt_iter_close(channel);
	if (waitqueue_active(&sd->idle_wait))
		wake_up(&sd->idle_wait);
}
