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

/* A control message of the host's; type is negative when it was refused. */
TRACE_EVENT(vmbus_on_msg,
	TP_PROTO(int type, u32 len),
	TP_ARGS(type, len),
	TP_STRUCT__entry(
		__field(int, type)
		__field(u32, len)
	),
	TP_fast_assign(
		__entry->type = type;
		__entry->len = len;
	),
	TP_printk("type %d, %u bytes", __entry->type, __entry->len)
);

/* A control message of ours, and the hypercall status it ended with. */
TRACE_EVENT(vmbus_post,
	TP_PROTO(u32 type, u32 status),
	TP_ARGS(type, status),
	TP_STRUCT__entry(
		__field(u32, type)
		__field(u32, status)
	),
	TP_fast_assign(
		__entry->type = type;
		__entry->status = status;
	),
	TP_printk("type %u, status 0x%x", __entry->type, __entry->status)
);

TRACE_EVENT(vmbus_contact,
	TP_PROTO(u32 version, int ret),
	TP_ARGS(version, ret),
	TP_STRUCT__entry(
		__field(u32, version)
		__field(int, ret)
	),
	TP_fast_assign(
		__entry->version = version;
		__entry->ret = ret;
	),
	TP_printk("version %u.%u, ret %d", __entry->version >> 16, __entry->version & 0xFFFF, __entry->ret)
);

TRACE_EVENT(vmbus_offer,
	TP_PROTO(u32 relid, u32 sub),
	TP_ARGS(relid, sub),
	TP_STRUCT__entry(
		__field(u32, relid)
		__field(u32, sub)
	),
	TP_fast_assign(
		__entry->relid = relid;
		__entry->sub = sub;
	),
	TP_printk("relid %u, subchannel %u", __entry->relid, __entry->sub)
);

TRACE_EVENT(vmbus_rescind,
	TP_PROTO(u32 relid),
	TP_ARGS(relid),
	TP_STRUCT__entry(
		__field(u32, relid)
	),
	TP_fast_assign(
		__entry->relid = relid;
	),
	TP_printk("relid %u", __entry->relid)
);

TRACE_EVENT(vmbus_opened,
	TP_PROTO(u32 relid, int ret),
	TP_ARGS(relid, ret),
	TP_STRUCT__entry(
		__field(u32, relid)
		__field(int, ret)
	),
	TP_fast_assign(
		__entry->relid = relid;
		__entry->ret = ret;
	),
	TP_printk("relid %u, ret %d", __entry->relid, __entry->ret)
);

TRACE_EVENT(vmbus_gpadl,
	TP_PROTO(u32 relid, u32 gpadl, int ret),
	TP_ARGS(relid, gpadl, ret),
	TP_STRUCT__entry(
		__field(u32, relid)
		__field(u32, gpadl)
		__field(int, ret)
	),
	TP_fast_assign(
		__entry->relid = relid;
		__entry->gpadl = gpadl;
		__entry->ret = ret;
	),
	TP_printk("relid %u, gpadl 0x%x, ret %d", __entry->relid, __entry->gpadl, __entry->ret)
);

TRACE_EVENT(vmbus_modify,
	TP_PROTO(u32 relid, u32 vp, int ret),
	TP_ARGS(relid, vp, ret),
	TP_STRUCT__entry(
		__field(u32, relid)
		__field(u32, vp)
		__field(int, ret)
	),
	TP_fast_assign(
		__entry->relid = relid;
		__entry->vp = vp;
		__entry->ret = ret;
	),
	TP_printk("relid %u, VP %u, ret %d", __entry->relid, __entry->vp, __entry->ret)
);

/* We signal the host. */
TRACE_EVENT(vmbus_signal,
	TP_PROTO(u32 conn_id),
	TP_ARGS(conn_id),
	TP_STRUCT__entry(
		__field(u32, conn_id)
	),
	TP_fast_assign(
		__entry->conn_id = conn_id;
	),
	TP_printk("connection 0x%x", __entry->conn_id)
);

/* The host signals us. */
TRACE_EVENT(vmbus_event,
	TP_PROTO(u32 relid),
	TP_ARGS(relid),
	TP_STRUCT__entry(
		__field(u32, relid)
	),
	TP_fast_assign(
		__entry->relid = relid;
	),
	TP_printk("relid %u", __entry->relid)
);

#endif

/* Found through the include path of the module tree's root, wherever that has been copied to. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH lis/vmbus
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include KIT_DEFINE_TRACE_H
