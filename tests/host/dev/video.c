// SPDX-License-Identifier: GPL-2.0-only
/* Synthetic video (docs/wire/07 3): the guest draws, we write a picture on demand. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/device.h"
#include "core/log.h"
#include "ctl/ctl.h"
#include "machine/machine.h"
#include "picture.h"
#include "synthvid.h"
#include "vmbus/classes.h"
#include "vmbus/vmbus.h"

#define MIB (1024UL * 1024)

struct video {
	struct device *d;
	struct vmb_channel *ch;
	uint8_t *memory;	/* ours: what stands behind the guest's MMIO */
	uint8_t *pixels;	/* memory, or the guest's own RAM when it names such; NULL before VRAM_LOCATION */
	size_t bytes;
	uint64_t mapped_at;	/* where `memory` is mapped; 0: nowhere */
	uint32_t newest, version;
	struct synthvid_output output;
	struct synthvid_resolution mode[SYNTHVID_RESOLUTIONS_MAX];
	unsigned int modes;
	bool stopped;
	uint64_t rects, pointer_messages, refused, nonsense;
};

static const struct synthvid_resolution usual_modes[] = {
	{ 1024, 768 }, { 800, 600 }, { 1280, 1024 }, { 1600, 1200 }, { 1920, 1080 },
};

static int answer(struct video *v, void *msg, size_t len, uint32_t type)
{
	struct synthvid_hdr *hdr = msg;

	hdr->type = type;
	hdr->size = (uint32_t)len;
	return vmb_send_pipe(v->ch, 0, msg, len);
}

static void unmap(struct video *v)
{
	if (v->mapped_at)
		mem_unmap(v->mapped_at, v->bytes);
	v->mapped_at = 0;
	v->pixels = NULL;
}

/* Newer guests give a piece of their own RAM, older ones a place in the MMIO window that we have to fill. */
static bool place_memory(struct video *v, uint64_t gpa)
{
	unmap(v);
	v->pixels = mem_ptr(gpa, v->bytes);
	if (v->pixels)
		return true;
	if (mem_map(gpa, v->memory, v->bytes))
		return false;
	v->mapped_at = gpa;
	v->pixels = v->memory;
	return true;
}

/* Asks for everything, so that a picture is whole from the beginning. */
static void ask_features(struct video *v)
{
	struct synthvid_feature_change f = {
		.dirt_needed = 1, .position_needed = 1, .shape_needed = 1, .situation_needed = 1,
	};

	answer(v, &f, sizeof(f), SYNTHVID_FEATURE_CHANGE);
}

static void on_version(struct video *v, const struct video_msg *m)
{
	struct synthvid_version_response r = { .version = m->version, .max_outputs = 1 };

	if (SYNTHVID_MAJOR(m->version) == SYNTHVID_MAJOR(v->newest) &&
	    SYNTHVID_MINOR(m->version) <= SYNTHVID_MINOR(v->newest)) {
		v->version = m->version;
		r.accepted = 1;
	} else {
		v->refused++;
	}
	answer(v, &r, sizeof(r), SYNTHVID_VERSION_RESPONSE);
}

static bool on_vram(struct video *v, const struct video_msg *m)
{
	struct synthvid_ack ack = { .context = m->context };

	if (!m->gpa_given)
		unmap(v);
	else if (!place_memory(v, m->gpa))
		return false;
	answer(v, &ack, sizeof(ack), SYNTHVID_VRAM_LOCATION_ACK);
	ask_features(v);
	return true;
}

static bool on_situation(struct video *v, const struct video_msg *m)
{
	struct synthvid_ack ack = { .context = m->context };
	bool first = !v->output.active;

	if (m->output.active && !video_mode_fits(&m->output, v->bytes))
		return false;
	v->output = m->output;
	answer(v, &ack, sizeof(ack), SYNTHVID_SITUATION_UPDATE_ACK);
	if (first && v->output.active)
		ctl_event("video-ready", v->d->name, json_pack("{s:i,s:i,s:i}", "width", (int)v->output.width,
							       "height", (int)v->output.height, "depth", v->output.depth));
	return true;
}

static void on_resolutions(struct video *v, const struct video_msg *m)
{
	struct synthvid_resolution_response r = { .count = (uint8_t)v->modes };

	if (m->max_modes < SYNTHVID_RESOLUTIONS_MAX)
		r.count = 0;
	memcpy(r.mode, v->mode, r.count * sizeof(r.mode[0]));
	answer(v, &r, offsetof(struct synthvid_resolution_response, mode) + r.count * sizeof(r.mode[0]),
	       SYNTHVID_RESOLUTION_RESPONSE);
}

static bool on_message(struct video *v, const struct video_msg *m)
{
	struct synthvid_bios_info bios = { .stop_device_supported = 0 };
	struct synthvid_capabilities caps = { .lock_on_disconnect = 0 };

	if (!v->version && m->type != SYNTHVID_VERSION_REQUEST)
		return false;
	switch (m->type) {
	case SYNTHVID_VERSION_REQUEST:
		on_version(v, m);
		return true;
	case SYNTHVID_VRAM_LOCATION:
		return on_vram(v, m);
	case SYNTHVID_SITUATION_UPDATE:
		return on_situation(v, m);
	case SYNTHVID_RESOLUTION_REQUEST:
		on_resolutions(v, m);
		return true;
	case SYNTHVID_BIOS_INFO_REQUEST:
		return answer(v, &bios, sizeof(bios), SYNTHVID_BIOS_INFO_RESPONSE) == 0;
	case SYNTHVID_CAPABILITY_REQUEST:
		return answer(v, &caps, sizeof(caps), SYNTHVID_CAPABILITY_RESPONSE) == 0;
	case SYNTHVID_DIRT:
		v->rects += m->rects;
		return true;
	default:
		v->pointer_messages++;
		return true;
	}
}

static void on_packet(struct video *v, const struct vmb_packet *p)
{
	struct video_msg m;
	const uint8_t *data;
	size_t len;

	if (p->wants_completion)
		vmb_complete(v->ch, p->trans_id, NULL, 0);
	if (v->stopped)
		return;
	v->stopped = p->type != VM_PKT_DATA_INBAND || vmb_pipe_data(p, &data, &len) || !video_parse(data, len, &m) ||
		     !on_message(v, &m);
	v->nonsense += v->stopped;
}

static void video_ready(struct vmb_channel *ch)
{
	struct video *v = vmb_priv(ch);
	struct vmb_packet p;

	while (vmb_recv(ch, &p) > 0)
		on_packet(v, &p);
}

static int video_open(struct vmb_channel *ch, const uint8_t *user)
{
	struct video *v = vmb_priv(ch);

	v->version = 0;
	v->stopped = false;
	v->output.active = 0;
	return 0;
}

static void video_close(struct vmb_channel *ch)
{
	struct video *v = vmb_priv(ch);

	v->output.active = 0;
	unmap(v);
}

static void video_gone(struct vmb_channel *ch)
{
	struct video *v = vmb_priv(ch);

	munmap(v->memory, v->bytes);
	free(v);
}

static const struct vmb_ops video_ops = {
	.open = video_open,
	.ready = video_ready,
	.close = video_close,
	.gone = video_gone,
};

static bool take_modes(struct video *v, struct opts *o)
{
	const char *text;
	unsigned int w, h;
	char end;

	for (v->modes = 0; v->modes < SYNTHVID_RESOLUTIONS_MAX; v->modes++) {
		text = opts_nth(o, "mode", v->modes);
		if (!text)
			break;
		if (sscanf(text, "%ux%u%c", &w, &h, &end) != 2 || w < 64 || h < 64 || w > 8192 || h > 8192) {
			complain("the video device cannot be made", "an example: mode=1024x768",
				 "mode=%s is not WIDTHxHEIGHT, each of 64 to 8192", text);
			return false;
		}
		v->mode[v->modes] = (struct synthvid_resolution){ (uint16_t)w, (uint16_t)h };
	}
	if (!v->modes) {
		v->modes = sizeof(usual_modes) / sizeof(usual_modes[0]);
		memcpy(v->mode, usual_modes, sizeof(usual_modes));
	}
	return true;
}

static struct video *video_new(struct opts *o)
{
	struct video *v = calloc(1, sizeof(*v));

	if (!v)
		return NULL;
	v->newest = SYNTHVID_VERSION(3, (uint32_t)opts_num(o, "minor", 5, 0, 5));
	v->bytes = opts_num(o, "vram", 8, 4, 256) * MIB;
	if (!take_modes(v, o) || !opts_done(o)) {
		free(v);
		return NULL;
	}
	v->memory = mmap(NULL, v->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (v->memory == MAP_FAILED) {
		free(v);
		return NULL;
	}
	return v;
}

static int video_create(struct device *d, struct opts *o)
{
	struct vmb_offer_spec spec = { .name = d->name, .instance = d->instance, .flags = VMBUS_OFFER_NAMED_PIPE };
	struct video *v = video_new(o);

	if (!v)
		return -EINVAL;
	spec.type = class_guid(VMBUS_ALIAS_VIDEO);
	spec.user[0] = 4; /* message pipe (02 4.4) */
	spec.mmio_megabytes = (uint16_t)(v->bytes / MIB);
	v->d = d;
	v->ch = vmb_offer(&spec, &video_ops, v);
	if (!v->ch) {
		munmap(v->memory, v->bytes);
		free(v);
		return -ENOSPC;
	}
	d->priv = v;
	return 0;
}

static void video_destroy(struct device *d)
{
	struct video *v = d->priv;

	vmb_rescind(v->ch); /* video_gone() frees */
}

static void video_counters(struct device *d, json_t *out)
{
	struct video *v = d->priv;

	json_object_set_new(out, "version", json_sprintf("%u.%u", SYNTHVID_MAJOR(v->version), SYNTHVID_MINOR(v->version)));
	json_object_set_new(out, "active", json_boolean(v->output.active));
	json_object_set_new(out, "width", json_integer(v->output.width));
	json_object_set_new(out, "height", json_integer(v->output.height));
	json_object_set_new(out, "depth", json_integer(v->output.depth));
	json_object_set_new(out, "dirty-rectangles", json_integer((json_int_t)v->rects));
	json_object_set_new(out, "pointer-messages", json_integer((json_int_t)v->pointer_messages));
	json_object_set_new(out, "refused-versions", json_integer((json_int_t)v->refused));
	json_object_set_new(out, "nonsense", json_integer((json_int_t)v->nonsense));
}

static int verb_screenshot(struct device *d, const json_t *args, json_t *reply, struct ctl_request *req)
{
	const char *file = json_string_value(json_object_get(args, "file"));
	struct video *v = d->priv;
	int err;

	if (!file) {
		ctl_why(req, "\"file\" is missing: where the PNG goes");
		return -EINVAL;
	}
	if (!v->output.active || !v->pixels) {
		ctl_why(req, "the guest shows nothing yet; wait for the event video-ready");
		return -ENOTCONN;
	}
	err = picture_write(file, v->pixels, v->output.width, v->output.height, v->output.pitch, v->output.depth);
	if (err) {
		ctl_why(req, "%s: %s", file, strerror(-err));
		return err;
	}
	json_object_set_new(reply, "width", json_integer(v->output.width));
	json_object_set_new(reply, "height", json_integer(v->output.height));
	return 0;
}

static const struct device_verb video_verbs[] = {
	{ "screenshot", "file=PATH: writes the screen as PNG", verb_screenshot },
	{ NULL, NULL, NULL },
};

static struct device_type video_type = {
	.name = "video",
	.help = "synthetic video with a frame buffer",
	.keys = "vram=MIB      frame buffer memory, 4 to 256 (8)\n"
		"mode=WxH      a resolution offered to the guest, may be repeated; the first is the default\n"
		"minor=N       the newest protocol version is 3.N (5)\n",
	.create = video_create,
	.destroy = video_destroy,
	.counters = video_counters,
	.verbs = video_verbs,
};

HOST_DEVICE(video_type)
