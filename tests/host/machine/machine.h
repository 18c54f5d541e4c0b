/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine under the bus: guest memory, vCPUs, SynIC, hypercalls. What VMBus server and devices may ask of it.
 * Unit tests link a double of this file's functions in its place.
 */
#ifndef HOST_MACHINE_H
#define HOST_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* --- guest memory ---------------------------------------------------------------------------------------------- */

/*
 * Host address of guest physical [gpa, gpa+len), or NULL unless all of it is RAM within one block. RAM is never unmapped
 * while the machine lives (pages the guest ballooned away read as zero), so the pointer may be kept by those who watch
 * the guest's permission (a GPADL, a request in flight). The guest may write there at any time: copy, then check. Any thread.
 */
void *mem_ptr(uint64_t gpa, size_t len);
/* false when any byte is outside RAM; nothing is copied then. May cross blocks. Any thread. */
bool mem_read(uint64_t gpa, void *buf, size_t len);
bool mem_write(uint64_t gpa, const void *buf, size_t len);

/* More RAM while the guest runs (hot add) or device memory (a frame buffer). `host` is page-aligned memory of len bytes,
 * which stays the caller's. -EEXIST when it overlaps, -EINVAL when not page aligned. Loop thread. */
int mem_map(uint64_t gpa, void *host, size_t len);
int mem_unmap(uint64_t gpa, size_t len);
/* Pages given back by the guest: their memory is returned to our kernel, they read as zero afterwards. */
void mem_discard(uint64_t gpa, size_t len);
uint64_t mem_ram_bytes(void);
uint64_t mem_ram_end(void); /* first GPA above all RAM */

/* --- virtual processors and SynIC (docs/wire/01 6) ---------------------------------------------------------------- */

unsigned int machine_vps(void);

/*
 * Queues one message for (vp, sint). It is put into the slot when that is empty, in order; the pending flag and the
 * guest's EOM are followed. The queue has no limit, as Hyper-V's has none that a guest could see. -EINVAL for a VP that
 * does not exist or len > 240. Loop thread.
 */
int synic_post(uint32_t vp, unsigned int sint, const void *payload, size_t len);
/* Puts `type` other than 1 and any size into the slot, for the fault mode. */
int synic_post_raw(uint32_t vp, unsigned int sint, uint32_t type, const void *payload, size_t len, uint8_t size_field);
/* Sets an event flag and raises the SINT when the flag was clear. -ENXIO when the VP's SynIC or event page is off. */
int synic_set_flag(uint32_t vp, unsigned int sint, unsigned int flag);
/* Messages not yet put into a slot are forgotten (UNLOAD is answered after this, new contact). */
void synic_drop_messages(void);

/* A guest's SIGNAL_EVENT on this connection writes to the eventfd, without an exit to us. 0 or -errno. */
int signal_bind(uint32_t connection_id, int eventfd);
void signal_unbind(uint32_t connection_id);

/* --- memory-mapped devices ------------------------------------------------------------------------------------------ */

struct mmio_ops {
	/* size 1, 2, 4 or 8; called on a vCPU thread with the big lock held. */
	uint64_t (*read)(void *arg, uint64_t offset, unsigned int size);
	void (*write)(void *arg, uint64_t offset, unsigned int size, uint64_t value);
};

/* The window of guest physical addresses VMBus devices take theirs from, as the DSDT tells it. */
uint64_t mmio_window_start(bool above_4g);
uint64_t mmio_window_size(bool above_4g);
/* -EEXIST when it overlaps RAM or another one. */
int mmio_register(uint64_t gpa, uint64_t len, const struct mmio_ops *ops, void *arg);
void mmio_unregister(uint64_t gpa);

/* Ports [port, port + count), for good. On a vCPU thread with the big lock held; before a read the data are all ones. */
typedef void (*io_fn)(void *arg, uint16_t offset, bool out, unsigned int size, uint8_t *data);
void io_register(uint16_t port, uint16_t count, io_fn fn, void *arg);

/* A message-signalled interrupt, as a device writes it. 0 or -errno. Any thread. */
int msi_send(uint64_t address, uint32_t data);

/*
 * Hypercalls nobody in our kernel answers (0x7E retarget, 0x8001, 0x8003 ...) are offered to who registered. `in` is a
 * copy of the guest's input page from the input address on (16 bytes in the fast form). `out` has room for 4096 bytes, all
 * zero; *out_len is 0 and becomes what goes to the guest on success. Returns the status (01 5.7); with the big lock held.
 */
typedef uint16_t (*hypercall_fn)(uint64_t control, const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len,
				 unsigned int *reps_done);
void hypercall_register(uint16_t code, hypercall_fn fn);

/* --- the whole machine ------------------------------------------------------------------------------------------------ */

/* Stops all vCPUs between two instructions, and lets them go on. Time of the guest's reference clock stops, too. */
void machine_pause(void);
void machine_resume(void);
bool machine_paused(void);
/* The guest's reference counter (docs/wire/01 8), in 100 ns; close to what the guest reads at this moment. Loop thread. */
uint64_t machine_reference_time(void);

/* What the guest sees as the end of things; reported as an event, and as the exit code. Any thread. */
void machine_stop(int exit_code, const char *why);

/*
 * exits: all that KVM counts where it tells, else those that came to us; halts as KVM counts them; the other exits are those
 * that came to us, by reason.
 */
struct machine_counters {
	uint64_t exits, exits_io, exits_mmio, exits_hypercall, exits_msr, exits_synic, exits_halt;
	uint64_t sint_raised, messages_posted, messages_to_guest, msis;
};
void machine_get_counters(struct machine_counters *out);

#endif
