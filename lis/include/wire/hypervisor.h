/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wire: the hypervisor's own interface: CPUID leaves, synthetic MSRs, hypercalls, SynIC pages.
 * Facts and evidence: docs/wire/01-hypervisor.md; the section is named at each group.
 *
 * Names start with hvw_ so that they live beside whatever the kernel's asm headers define.
 */
#ifndef _WIRE_HYPERVISOR_H
#define _WIRE_HYPERVISOR_H

#include <linux/types.h>

#define HVW_PACKED __attribute__((packed))

#define HVW_PAGE_SIZE 4096
#define HVW_PAGE_SHIFT 12

/* 1: CPUID */
#define HVW_CPUID_VENDOR 0x40000000
#define HVW_CPUID_INTERFACE 0x40000001
#define HVW_CPUID_VERSION 0x40000002
#define HVW_CPUID_FEATURES 0x40000003
#define HVW_CPUID_HINTS 0x40000004
#define HVW_CPUID_LIMITS 0x40000005
#define HVW_CPUID_ISOLATION 0x4000000C
#define HVW_CPUID_MAX_LEAF_LOW 0x40000005
#define HVW_CPUID_MAX_LEAF_HIGH 0x4000FFFF

#define HVW_VENDOR_EBX 0x7263694DU
#define HVW_VENDOR_ECX 0x666F736FU
#define HVW_VENDOR_EDX 0x76482074U
#define HVW_INTERFACE_EAX 0x31237648U

/* 1.3: leaf 0x40000003 */
#define HVW_PRIV_REF_COUNTER (1U << 1) /* EAX */
#define HVW_PRIV_SYNIC (1U << 2)
#define HVW_PRIV_STIMER (1U << 3)
#define HVW_PRIV_HYPERCALL (1U << 5)
#define HVW_PRIV_VP_INDEX (1U << 6)
#define HVW_PRIV_POST_MESSAGES (1U << 4) /* EBX */
#define HVW_PRIV_SIGNAL_EVENTS (1U << 5)
#define HVW_PRIV_CPU_MANAGEMENT (1U << 12)
#define HVW_PRIV_EXT_HYPERCALLS (1U << 20)
#define HVW_PRIV_ISOLATION (1U << 22)
#define HVW_FEAT_CRASH_REGS (1U << 10) /* EDX */
#define HVW_FEAT_STIMER_DIRECT (1U << 19)

/* 1.4: leaf 0x40000004 EAX */
#define HVW_HINT_NO_AUTO_EOI (1U << 9)

/* 1.5: leaf 0x4000000C EBX */
#define HVW_ISOLATION_TYPE_MASK 0xFU

/* 2: synthetic MSRs */
#define HVW_MSR_GUEST_OS_ID 0x40000000
#define HVW_MSR_HYPERCALL 0x40000001
#define HVW_MSR_VP_INDEX 0x40000002
#define HVW_MSR_TIME_REF_COUNT 0x40000020
#define HVW_MSR_SCONTROL 0x40000080
#define HVW_MSR_SVERSION 0x40000081
#define HVW_MSR_SIEFP 0x40000082
#define HVW_MSR_SIMP 0x40000083
#define HVW_MSR_EOM 0x40000084
#define HVW_MSR_SINT0 0x40000090
#define HVW_MSR_STIMER0_CONFIG 0x400000B0
#define HVW_MSR_STIMER0_COUNT 0x400000B1
#define HVW_MSR_CRASH_P0 0x40000100
#define HVW_MSR_CRASH_P1 0x40000101
#define HVW_MSR_CRASH_P2 0x40000102
#define HVW_MSR_CRASH_P3 0x40000103
#define HVW_MSR_CRASH_P4 0x40000104
#define HVW_MSR_CRASH_CTL 0x40000105

/* 3: guest OS id, open-source form */
#define HVW_OS_ID_LINUX (0x8100ULL << 48)

/* 4, 6.1: enable bits of the page registers; bits 11:1 are preserved */
#define HVW_PAGE_REG_ENABLE 1ULL
#define HVW_PAGE_REG_LOCKED 2ULL /* HYPERCALL only */
#define HVW_PAGE_REG_PRESERVE 0xFFEULL
#define HVW_SCONTROL_ENABLE 1ULL

/* 5.1, 5.2: hypercall input and result */
#define HVW_HC_FAST (1ULL << 16)
#define HVW_HC_REP_COUNT_SHIFT 32
#define HVW_HC_REP_START_SHIFT 48
#define HVW_HC_STATUS_MASK 0xFFFFULL
#define HVW_HC_REPS_DONE(result) (((result) >> 32) & 0xFFF)

/* 5.7: status codes the guest acts on */
#define HVW_STATUS_SUCCESS 0
#define HVW_STATUS_INVALID_CODE 2
#define HVW_STATUS_INVALID_INPUT 3
#define HVW_STATUS_INVALID_PARAMETER 5
#define HVW_STATUS_INSUFFICIENT_MEMORY 0x0B
#define HVW_STATUS_INVALID_CONNECTION_ID 0x12
#define HVW_STATUS_INSUFFICIENT_BUFFERS 0x13

/* 5.8: call codes */
#define HVW_CALL_POST_MESSAGE 0x005C
#define HVW_CALL_SIGNAL_EVENT 0x005D
#define HVW_CALL_RETARGET_INTERRUPT 0x007E
#define HVW_CALL_QUERY_EXT_CAPS 0x8001
#define HVW_CALL_HEAT_HINT 0x8003

/* 5.8: extended capabilities (0x8001); Linux takes bit 8 for cold discard */
#define HVW_EXT_CAP_COLD_DISCARD (1ULL << 8)

/* 6: SynIC */
#define HVW_SINT_VMBUS 2
#define HVW_SINT_COUNT 16
#define HVW_SINT_VECTOR_MASK 0xFFULL
#define HVW_SINT_VECTOR_MIN 16
#define HVW_SINT_MASKED (1ULL << 16)
#define HVW_SINT_AUTO_EOI (1ULL << 17)
#define HVW_SINT_POLLING (1ULL << 18)

/* 7: timer configuration */
#define HVW_STIMER_AUTO_ENABLE (1ULL << 3)
#define HVW_STIMER_DIRECT (1ULL << 12)
#define HVW_STIMER_SINT(config) (((config) >> 16) & 0xF)

#define HVW_MSG_PAYLOAD_MAX 240
#define HVW_MSG_TYPE_NONE 0
#define HVW_MSG_TYPE_VMBUS 1
#define HVW_MSG_TYPE_TIMER 0x80000010U
#define HVW_MSG_FLAG_PENDING 1

#define HVW_EVENT_FLAGS 2048 /* per SINT */

/*
 * Structures whose fields are aligned as they stand are not packed: their fields may then be used by address. The unit
 * tests hold every size and offset.
 */

/* 5.8: input of POST_MESSAGE, 256 bytes */
struct hvw_post_message {
	__u32 connection_id;
	__u32 reserved;
	__u32 message_type;
	__u32 payload_size;
	__u8 payload[HVW_MSG_PAYLOAD_MAX];
};

/* 6.2: one message slot, 256 bytes; the slot of SINT n is the n-th of the message page */
struct hvw_message {
	__u32 type;
	__u8 payload_size;
	__u8 flags;
	__u16 reserved;
	__u64 sender;
	__u8 payload[HVW_MSG_PAYLOAD_MAX];
};

/* 5.8: input of HEAT_HINT; ranges follow, at most HVW_HEAT_RANGES_MAX */
#define HVW_HEAT_COLD_DISCARD 2
#define HVW_HEAT_RANGES_MAX 511
#define HVW_HEAT_RANGE_LARGE (1ULL << 11)
#define HVW_HEAT_RANGE_EXTRA_MASK 0x7FFULL

/* 10: crash control */
#define HVW_CRASH_CTL_MSG (1ULL << 62)
#define HVW_CRASH_CTL_NOTIFY (1ULL << 63)

#endif
