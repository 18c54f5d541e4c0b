// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test host's SCSI controller, whole, with a hostile guest: opens and closes channels, puts packets of any content
 * into the rings, names its memory as it likes, while the control socket adds, removes, resizes and injects. The bus is a
 * double; workers are this thread.
 *
 * Judged: every answer belongs to a request that is under way and comes once; memory the guest offered for writing to the
 * device is not written to, nor is any beyond the transfer length; nothing is left over in the end (leak check).
 */
#include "fuzz.h"
#include <unistd.h>
#include <wire/storage.h>
#include "../host/test/bus_double.h"
#include "core/log.h"

#define PAGE 4096
#define REQUESTS 64

struct request {
	struct vmb_channel *ch;
	uint64_t id; /* 0: free */
	uint8_t *mem;
	size_t len, writable; /* the device may write so much of it */
};

static struct request requests[REQUESTS];
static uint64_t ids;
static struct device *dev;

static void judge_memory(const struct request *r)
{
	for (size_t i = r->writable; i < r->len; i++)
		PROMISE(r->mem[i] == 0xA5);
}

static void forget(struct request *r)
{
	judge_memory(r);
	free(r->mem);
	memset(r, 0, sizeof(*r));
}

static void forget_channel(const struct vmb_channel *ch)
{
	for (unsigned int i = 0; i < REQUESTS; i++)
		if (requests[i].id && requests[i].ch == ch)
			forget(&requests[i]);
}

static struct request *find(const struct vmb_channel *ch, uint64_t id)
{
	for (unsigned int i = 0; i < REQUESTS; i++)
		if (requests[i].id == id && (!id || requests[i].ch == ch))
			return &requests[i];
	return NULL;
}

static void take_answers(struct vmb_channel *ch)
{
	struct request *r;
	struct dbl_packet p;
	uint32_t op;

	while (dbl_pop(ch, &p)) {
		PROMISE(p.len >= VSTOR_HDR_LEN && p.len <= VSTOR_PACKET_LEN);
		memcpy(&op, p.data, 4);
		if (p.type == VM_PKT_DATA_INBAND) {
			PROMISE(p.trans_id == 0 && op != VSTOR_COMPLETE_IO && !p.wants_completion);
			continue;
		}
		PROMISE(p.type == VM_PKT_COMP && op == VSTOR_COMPLETE_IO);
		r = p.trans_id ? find(ch, p.trans_id) : NULL;
		PROMISE(r);
		forget(r);
	}
}

static void run(void)
{
	dbl_run(NULL);
	for (unsigned int i = 0; i < dbl_channels(); i++)
		take_answers(dbl_channel(i));
}

static struct vmb_channel *choose(struct input *in)
{
	unsigned int n = dbl_channels();

	return n ? dbl_channel(take8(in) % n) : NULL;
}

/* Mostly a packet that makes sense but for some bytes. */
static void fill(struct input *in, struct vstor_packet *p)
{
	static const uint8_t ops[] = { 0x28, 0x2A, 0x88, 0x8A, 0x08, 0x0A, 0x12, 0xA0, 0x42, 0x55, 0x15, 0x5A, 0x03, 0x2F, 0x35,
				       0x93, 0x41, 0x9E, 0x25, 0x1B, 0x1E, 0x43, 0x4A, 0x46, 0x85, 0x00 };
	/* For the tape drive and the changer behind the disks. */
	static const uint8_t library_ops[] = { 0x08, 0x0A, 0x10, 0x11, 0x01, 0x05, 0x15, 0x1A, 0x2B, 0x34, 0x19, 0x1B, 0x00,
					       0xB8, 0xA5, 0x07, 0x1E, 0x12 };
	uint8_t how = take8(in);

	take(in, p, sizeof(*p));
	if (how & 0x80)
		return;
	p->operation = how & 0x40 ? how & 0x0F : VSTOR_EXECUTE_SRB;
	if (p->operation != VSTOR_EXECUTE_SRB)
		return;
	p->u.srb.length = VSTOR_SRB_LEN;
	p->u.srb.path = p->u.srb.target = 0;
	p->u.srb.lun &= 7;
	p->u.srb.cdb_len = 16;
	p->u.srb.u.cdb[0] = p->u.srb.lun < 4 ? ops[how % sizeof(ops)] : library_ops[how % sizeof(library_ops)];
	if (how & 0x20) {
		memset(p->u.srb.u.cdb + 2, 0, 6);
		p->u.srb.u.cdb[6] = p->u.srb.u.cdb[10] = p->u.srb.u.cdb[11] = 0;
		p->u.srb.u.cdb[7] = p->u.srb.u.cdb[12] = 0;
		p->u.srb.transfer_len &= 0x3FFF;
	}
}

static void push(struct input *in, struct vmb_channel *ch)
{
	static const uint16_t types[] = { VM_PKT_DATA_INBAND, VM_PKT_DATA_USING_GPA_DIRECT, VM_PKT_DATA_USING_GPA_DIRECT,
					  VM_PKT_COMP, VM_PKT_DATA_USING_GPADL };
	struct request *r = find(NULL, 0);
	struct vstor_packet p;
	struct iovec iov[3];
	unsigned int count = 0;
	uint8_t shape = take8(in);
	size_t len = shape & 0x80 ? take8(in) % 65 : sizeof(p), at = 0;

	if (!r)
		return;
	fill(in, &p);
	r->ch = ch;
	r->id = ++ids;
	r->len = (take8(in) % 5) * PAGE + take8(in) * 16;
	r->mem = malloc(r->len + 1);
	memset(r->mem, 0xA5, r->len);
	r->writable = p.u.srb.data_in == VSTOR_DATA_OUT ? 0 : p.u.srb.transfer_len < r->len ? p.u.srb.transfer_len : r->len;
	while (r->len && count < 3 && at < r->len) {
		iov[count].iov_base = r->mem + at;
		iov[count].iov_len = count == 2 || r->len - at < 100 ? r->len - at : (r->len - at) / 2;
		at += iov[count++].iov_len;
	}
	dbl_push(ch, types[shape % 5], (shape & 0x30) != 0x30, r->id, &p, len, iov, count);
}

static void negotiate(struct vmb_channel *ch, uint16_t version)
{
	static const uint32_t ops[] = { VSTOR_BEGIN_INITIALIZATION, VSTOR_QUERY_PROTOCOL_VERSION, VSTOR_QUERY_PROPERTIES,
					VSTOR_CREATE_SUB_CHANNELS, VSTOR_END_INITIALIZATION };
	struct vstor_packet p = { 0 };
	struct request *r;

	for (unsigned int i = 0; i < 5 && (r = find(NULL, 0)); i++) {
		memset(&p, 0, sizeof(p));
		p.operation = ops[i];
		p.u.version.version = i == 1 ? version : 2;
		r->ch = ch;
		r->id = ++ids;
		dbl_push(ch, VM_PKT_DATA_INBAND, true, r->id, &p, 64, NULL, 0);
	}
}

static void close_channel(struct vmb_channel *ch, bool release)
{
	dbl_close(ch);
	forget_channel(ch);
	if (release && (dbl_rescinded(ch) || dbl_spec(ch)->sub_index))
		dbl_release(ch);
}

static void control(struct input *in)
{
	static const char *const verb[][2] = {
		{ "add", "{\"ram\": \"1M\"}" }, { "remove", "{\"lun\": 1}" }, { "resize", "{\"lun\": 0, \"size\": 65536}" },
		{ "resize", "{\"lun\": 0, \"size\": 1048576}" }, { "ro", "{\"lun\": 2, \"on\": true}" },
		{ "inject", "{\"op\": \"any\", \"delay_ms\": 1}" }, { "inject", "{\"op\": \"read\", \"sense\": \"3/11/0\"}" },
		{ "inject", "{\"clear\": true}" }, { "announce", "{\"what\": \"remove\"}" }, { "stats", "{}" },
		{ "disc", "{\"lun\": 3, \"cd\": \"empty\"}" }, { "announce", "{\"what\": \"event\", \"lun\": 3}" },
	};
	unsigned int i = take8(in) % (sizeof(verb) / sizeof(verb[0]));

	dbl_verb(dev, verb[i][0], verb[i][1], NULL);
}

static void step(struct input *in)
{
	static const uint16_t versions[] = { 0x0602, 0x0402, 0x0501, 0x0200, 0x0600, 0x1234 };
	struct vmb_channel *ch = choose(in);
	uint8_t what = take8(in);

	if (!ch)
		return;
	switch (what % 12) {
	case 0:
		close_channel(ch, what & 0x80);
		break;
	case 1:
		if (!vmb_is_open(ch) && !dbl_rescinded(ch))
			dbl_open(ch);
		break;
	case 2:
		if (vmb_is_open(ch))
			negotiate(ch, versions[take8(in) % 6]);
		break;
	case 3:
		control(in);
		break;
	case 4:
		dbl_advance(take8(in) * 100000ULL);
		break;
	case 5:
		dbl_room(ch, (int)(take8(in) % 8) - 1);
		break;
	case 6:
		dev->type->reset(dev);
		break;
	default:
		if (vmb_is_open(ch))
			push(in, ch);
	}
	if (what & 1)
		run();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };

	log_set_level(LOG_ERROR - 1);
	ids = 0;
	if (device_create("scsi,workers=0,queues=3,max-transfer=16K,ram=1M,ram=1M:sector=4096,ram=64K:writesame=on,cd=empty,"
			  "tape=64K,changer=5"))
		abort();
	dev = device_find("scsi");
	if (dbl_open(dbl_channel(0)))
		abort();
	if (take8(&in) & 1)
		negotiate(dbl_channel(0), 0x0602);
	run();
	while (in.left)
		step(&in);
	run();
	device_remove_all();
	for (unsigned int i = 0; i < REQUESTS; i++)
		if (requests[i].id)
			forget(&requests[i]);
	dbl_reset();
	return 0;
}
