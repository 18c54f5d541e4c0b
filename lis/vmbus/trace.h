/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints of hv_vmbus: /sys/kernel/tracing/events/lis_vmbus. The in-box driver's system is called "hyperv"; ours
 * has its own name, so that a script written for one is not misled by the other's fields.
 *
 * On a kernel too old for TRACE_EVENT the calls are empty. The two computed includes are the compat layer's.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM lis_vmbus

#if !defined(_LIS_VMBUS_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _LIS_VMBUS_TRACE_H

#include <linux/kernel.h>
#include <linux/types.h>
#include KIT_TRACEPOINT_H

/*
 * Three layouts for all: each class is five functions of which an event alone needs one.
 */
DECLARE_EVENT_CLASS(vmbus_id,
	TP_PROTO(u32 id),
	TP_ARGS(id),
	TP_STRUCT__entry(
		__field(u32, id)
	),
	TP_fast_assign(
		__entry->id = id;
	),
	TP_printk("relid %u", __entry->id)
);

DECLARE_EVENT_CLASS(vmbus_result,
	TP_PROTO(u32 id, int result),
	TP_ARGS(id, result),
	TP_STRUCT__entry(
		__field(u32, id)
		__field(int, result)
	),
	TP_fast_assign(
		__entry->id = id;
		__entry->result = result;
	),
	TP_printk("relid %u, ret %d", __entry->id, __entry->result)
);

DECLARE_EVENT_CLASS(vmbus_request,
	TP_PROTO(u32 relid, u32 what, int ret),
	TP_ARGS(relid, what, ret),
	TP_STRUCT__entry(
		__field(u32, relid)
		__field(u32, what)
		__field(int, ret)
	),
	TP_fast_assign(
		__entry->relid = relid;
		__entry->what = what;
		__entry->ret = ret;
	),
	TP_printk("relid %u, gpadl 0x%x, ret %d", __entry->relid, __entry->what, __entry->ret)
);

/* A control message of the host's: its length, and its type, which is negative when it was refused. */
DEFINE_EVENT_PRINT(vmbus_result, vmbus_on_msg,
	TP_PROTO(u32 len, int type),
	TP_ARGS(len, type),
	TP_printk("type %d, %u bytes", __entry->result, __entry->id)
);

/* A control message of ours, and the hypercall status it ended with. */
DEFINE_EVENT_PRINT(vmbus_result, vmbus_post,
	TP_PROTO(u32 type, int status),
	TP_ARGS(type, status),
	TP_printk("type %u, status 0x%x", __entry->id, __entry->result)
);

DEFINE_EVENT_PRINT(vmbus_result, vmbus_contact,
	TP_PROTO(u32 version, int ret),
	TP_ARGS(version, ret),
	TP_printk("version %u.%u, ret %d", __entry->id >> 16, __entry->id & 0xFFFF, __entry->result)
);

DEFINE_EVENT_PRINT(vmbus_result, vmbus_offer,
	TP_PROTO(u32 relid, int sub),
	TP_ARGS(relid, sub),
	TP_printk("relid %u, subchannel %d", __entry->id, __entry->result)
);

DEFINE_EVENT(vmbus_id, vmbus_rescind,
	TP_PROTO(u32 relid),
	TP_ARGS(relid)
);

DEFINE_EVENT(vmbus_result, vmbus_opened,
	TP_PROTO(u32 relid, int ret),
	TP_ARGS(relid, ret)
);

DEFINE_EVENT(vmbus_request, vmbus_gpadl,
	TP_PROTO(u32 relid, u32 gpadl, int ret),
	TP_ARGS(relid, gpadl, ret)
);

DEFINE_EVENT_PRINT(vmbus_request, vmbus_modify,
	TP_PROTO(u32 relid, u32 vp, int ret),
	TP_ARGS(relid, vp, ret),
	TP_printk("relid %u, VP %u, ret %d", __entry->relid, __entry->what, __entry->ret)
);

/* We signal the host. */
DEFINE_EVENT_PRINT(vmbus_id, vmbus_signal,
	TP_PROTO(u32 conn_id),
	TP_ARGS(conn_id),
	TP_printk("connection 0x%x", __entry->id)
);

/* The host signals us. */
DEFINE_EVENT(vmbus_id, vmbus_event,
	TP_PROTO(u32 relid),
	TP_ARGS(relid)
);

#endif

/* Found through the include path of the module tree's root, wherever that has been copied to. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH lis/vmbus
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include KIT_DEFINE_TRACE_H
