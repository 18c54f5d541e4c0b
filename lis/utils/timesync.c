// SPDX-License-Identifier: GPL-2.0-only
/*
 * glue: time synchronisation and the PTP clock "hyperv" (docs/wire/03 5).
 *
 * The clock is stepped after boot, resume and restore, and when it is far off at a later sync. The rest is for a time
 * daemon that reads the PTP clock: stepping under it would undo its work. Who reads the PTP clock is taken for one.
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/spinlock.h>
#include <linux/time.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/hypervisor.h>
#include "timesync_math.h"
#include "utils.h"

#define READER_SECONDS 600 /* a time daemon asks more often than this */

static kit_bool_param timesync_implicit;
module_param(timesync_implicit, bool, 0644);
MODULE_PARM_DESC(timesync_implicit, "If set, samples put a clock forward that is more than a second behind");

struct timesync {
	struct ptp_clock_info info;
	struct ptp_clock *clock; /* NULL: none on this kernel */
	spinlock_t lock; /* guards what follows */
	struct timesync_sample sample;
	bool have_sample;
	bool was_read;
	unsigned long last_read;
	bool settled;
};

/* 100 ns units; a counter of the partition, the same on every CPU. */
static u64 reference_now(void)
{
	u64 now;

	rdmsrq(HVW_MSR_TIME_REF_COUNT, now);
	return now;
}

/* ---- the PTP clock ---- */

static int timesync_gettime(struct ptp_clock_info *info, struct timespec64 *ts)
{
	struct timesync *t = container_of(info, struct timesync, info);
	int ret = -ESTALE;
	s64 ns = 0;

	spin_lock(&t->lock);
	if (t->have_sample)
		ret = timesync_now(&t->sample, reference_now(), &ns);
	t->was_read = true;
	t->last_read = jiffies;
	spin_unlock(&t->lock);
	if (!ret)
		*ts = ns_to_timespec64(ns);
	return ret;
}
KIT_PTP_GETTIME_ADAPTER(timesync_gettime);

/* The host's clock is not ours to set. */
static int timesync_settime(struct ptp_clock_info *info, const struct timespec64 *ts)
{
	return -EOPNOTSUPP;
}
KIT_PTP_SETTIME_ADAPTER(timesync_settime);

static int timesync_adjfine(struct ptp_clock_info *info, long scaled_ppm)
{
	return -EOPNOTSUPP;
}
KIT_PTP_ADJFINE_ADAPTER(timesync_adjfine);

static int timesync_adjtime(struct ptp_clock_info *info, s64 delta)
{
	return -EOPNOTSUPP;
}

static int timesync_enable(struct ptp_clock_info *info, struct ptp_clock_request *request, int on)
{
	return -EOPNOTSUPP;
}

static const struct ptp_clock_info timesync_info = {
	.owner = THIS_MODULE,
	.name = "hyperv",
	.adjtime = timesync_adjtime,
	.enable = timesync_enable,
	KIT_PTP_ADJFINE(timesync_adjfine)
	KIT_PTP_GETTIME(timesync_gettime)
	KIT_PTP_SETTIME(timesync_settime)
};

/* ---- the host's messages ---- */

static void timesync_step(struct ic_service *svc, s64 ns, s64 ahead)
{
	struct timespec64 ts = ns_to_timespec64(ns);
	int ret = do_settimeofday64(&ts);

	if (ret)
		dev_warn_ratelimited(&svc->dev->device, "the clock cannot be set (%d)\n", ret);
	else if (ahead > TIMESYNC_FAR_NS || ahead < -TIMESYNC_FAR_NS)
		dev_info_ratelimited(&svc->dev->device, "the clock was stepped to the host's time\n");
}

static void timesync_follow(struct ic_service *svc, const struct timesync_sample *s)
{
	struct timesync *t = svc->state;
	struct timesync_state state;
	s64 ns, ahead;

	if (timesync_now(s, reference_now(), &ns))
		return;
	spin_lock(&t->lock);
	state.settled = t->settled;
	state.slewed = t->was_read && time_before(jiffies, t->last_read + READER_SECONDS * HZ);
	state.implicit = timesync_implicit;
	if (s->flags & IC_TIME_SYNC)
		t->settled = true;
	spin_unlock(&t->lock);
	ahead = (s64)ktime_get_real_ns() - ns;
	if (timesync_must_step(s->flags, &state, ahead))
		timesync_step(svc, ns, ahead);
}

static u32 timesync_request(struct ic_service *svc, u8 *body, u32 len, u32 *status)
{
	struct timesync *t = svc->state;
	struct timesync_sample s;

	if (timesync_decode(body, len, svc->agreed.message, reference_now(), &s)) {
		*status = IC_E_INVALID_ARG;
		return 0;
	}
	*status = IC_S_OK;
	if (!(s.flags & (IC_TIME_SYNC | IC_TIME_SAMPLE)))
		return 0;
	spin_lock(&t->lock);
	t->sample = s;
	t->have_sample = true;
	spin_unlock(&t->lock);
	timesync_follow(svc, &s);
	return 0;
}

/* ---- life ---- */

/* The counter may have begun anew, and the clock may be anything. */
static void timesync_reset(struct ic_service *svc)
{
	struct timesync *t = svc->state;

	spin_lock(&t->lock);
	t->have_sample = false;
	t->settled = false;
	spin_unlock(&t->lock);
}

static int timesync_start(struct ic_service *svc)
{
	struct timesync *t = svc->state;

	if (!(cpuid_eax(HVW_CPUID_FEATURES) & HVW_PRIV_REF_COUNTER)) {
		dev_info(&svc->dev->device, "no reference counter here, so no time synchronisation\n");
		return -ENODEV;
	}
	spin_lock_init(&t->lock);
	t->info = timesync_info;
	t->clock = ptp_clock_register(&t->info, NULL);
	if (IS_ERR(t->clock)) {
		dev_warn(&svc->dev->device, "no PTP clock (%ld)\n", PTR_ERR(t->clock));
		t->clock = NULL;
	}
	return 0;
}

static void timesync_stop(struct ic_service *svc)
{
	struct timesync *t = svc->state;

	if (t->clock)
		ptp_clock_unregister(t->clock);
}

const struct ic_class timesync_class = {
	.name = "time synchronisation",
	.msg_type = IC_MSG_TIMESYNC,
	.packet_max = 4096,
	.state_size = sizeof(struct timesync),
	.start = timesync_start,
	.stop = timesync_stop,
	.reset = timesync_reset,
	.request = timesync_request,
};
