// SPDX-License-Identifier: GPL-2.0-only
/*
 * cpuhp_setup_state() over the CPU notifiers of kernels before 4.6.
 *
 * Mainline calls up and down on the CPU in question, in a thread that may sleep. The
 * notifiers run anywhere, so each call gets a thread of its own, bound to the CPU: a
 * shared queue could be waiting for the very lock the hotplug code holds.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/module.h>

#ifndef KIT_HAVE_CPUHP_SETUP_STATE
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/sched.h>
#include <linux/threads.h>

#define STATES 4

struct kit_cpuhp {
	struct notifier_block nb;
	int (*up)(unsigned int cpu);
	int (*down)(unsigned int cpu);
	bool used;
	bool closing; /* no CPU is set up any more, those that go are still taken down */
	DECLARE_BITMAP(ready, NR_CPUS); /* CPUs on which up has run and down has not */
};

struct kit_cpuhp_call {
	int (*fn)(unsigned int cpu);
	unsigned int cpu;
	int ret;
	struct completion done;
};

static DEFINE_MUTEX(kit_cpuhp_mutex); /* guards the used flags */
static struct kit_cpuhp kit_cpuhp_states[STATES];

static int kit_cpuhp_thread(void *data)
{
	struct kit_cpuhp_call *call = data;

	call->ret = call->fn(call->cpu);
	/* Leave from the kernel's text: once told, the caller may unload the module. */
	complete_and_exit(&call->done, 0);
	return 0;
}

static int kit_cpuhp_call(unsigned int cpu, int (*fn)(unsigned int cpu))
{
	struct kit_cpuhp_call call;
	struct task_struct *task;

	if (!fn)
		return 0;
	call.fn = fn;
	call.cpu = cpu;
	call.ret = 0;
	init_completion(&call.done);
	task = kthread_create(kit_cpuhp_thread, &call, "kit-cpuhp/%u", cpu);
	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, cpu);
	wake_up_process(task);
	wait_for_completion(&call.done);
	return call.ret;
}

/* A CPU may come between registering and the first look round: once is enough. */
static int kit_cpuhp_up(struct kit_cpuhp *state, unsigned int cpu)
{
	int ret;

	if (state->closing || test_and_set_bit(cpu, state->ready))
		return 0;
	ret = kit_cpuhp_call(cpu, state->up);
	if (ret)
		clear_bit(cpu, state->ready);
	return ret;
}

static int kit_cpuhp_down(struct kit_cpuhp *state, unsigned int cpu)
{
	int ret;

	if (!test_and_clear_bit(cpu, state->ready))
		return 0;
	ret = kit_cpuhp_call(cpu, state->down);
	if (ret)
		set_bit(cpu, state->ready);
	return ret;
}

static int kit_cpuhp_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	struct kit_cpuhp *state = container_of(nb, struct kit_cpuhp, nb);
	unsigned int cpu = (unsigned long)data;

	switch (action) {
	case CPU_ONLINE:
	case CPU_DOWN_FAILED:
		if (kit_cpuhp_up(state, cpu))
			pr_err("hv_vmbus: CPU %u came online but could not be set up\n", cpu);
		break;
	case CPU_DOWN_PREPARE:
		if (kit_cpuhp_down(state, cpu))
			return NOTIFY_BAD;
		break;
	default:
		break;
	}
	return NOTIFY_OK;
}

static int kit_cpuhp_all_up(struct kit_cpuhp *state)
{
	unsigned int cpu;
	int ret = 0;

	get_online_cpus();
	for_each_online_cpu(cpu) {
		ret = kit_cpuhp_up(state, cpu);
		if (ret)
			break;
	}
	put_online_cpus();
	return ret;
}

/*
 * The notifier goes last: a CPU taken offline between the two would otherwise keep what up gave it, and what is freed
 * next is still written to.
 */
static void kit_cpuhp_close(struct kit_cpuhp *state)
{
	unsigned int cpu;

	get_online_cpus();
	state->closing = true;
	for_each_online_cpu(cpu)
		kit_cpuhp_down(state, cpu);
	put_online_cpus();
	unregister_cpu_notifier(&state->nb);
	state->used = false;
}

static struct kit_cpuhp *kit_cpuhp_take(int *number)
{
	struct kit_cpuhp *state = NULL;
	int i;

	mutex_lock(&kit_cpuhp_mutex);
	for (i = 0; i < STATES && !state; i++) {
		if (kit_cpuhp_states[i].used)
			continue;
		state = &kit_cpuhp_states[i];
		state->used = true;
		*number = i + 1;
	}
	mutex_unlock(&kit_cpuhp_mutex);
	return state;
}

/**
 * lis_cpuhp_setup_state() - cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, ...) of mainline
 * @name: not used here
 * @up: called now on each online CPU and later on each that comes; may be NULL
 * @down: called on a CPU about to go, which an error keeps; may be NULL
 *
 * Sleeps. Return: the state's number (> 0), -ENOSPC, or what @up failed with.
 */
int lis_cpuhp_setup_state(const char *name, int (*up)(unsigned int), int (*down)(unsigned int))
{
	struct kit_cpuhp *state;
	int number = 0, ret;

	state = kit_cpuhp_take(&number);
	if (!state)
		return -ENOSPC;
	state->closing = false;
	state->up = up;
	state->down = down;
	state->nb.notifier_call = kit_cpuhp_notify;
	state->nb.priority = 0;
	ret = register_cpu_notifier(&state->nb);
	if (ret) {
		state->used = false;
		return ret;
	}
	ret = kit_cpuhp_all_up(state);
	if (!ret)
		return number;
	kit_cpuhp_close(state);
	return ret;
}
EXPORT_SYMBOL_GPL(lis_cpuhp_setup_state);

/**
 * lis_cpuhp_remove_state() - cpuhp_remove_state() of mainline
 * @number: what lis_cpuhp_setup_state() returned
 *
 * Calls down on each online CPU. Sleeps.
 */
void lis_cpuhp_remove_state(int number)
{
	kit_cpuhp_close(&kit_cpuhp_states[number - 1]);
}
EXPORT_SYMBOL_GPL(lis_cpuhp_remove_state);
#endif
