/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       trace_event
 * header:    linux/kernel.h
 * uses:      linux/tracepoint.h
 * since:     v2.6.30 commit unverified ("tracing: new format for specialized trace points")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.31
 * probe:     macro TRACE_EVENT
 * force:     no, the kernel's own headers define the same names in many steps
 * old:       #define KIT_OLD 1
 * new:       #define TRACE_EVENT(name, proto, args, tstruct, assign, print) int name
 * note:      #include KIT_TRACEPOINT_H and, last, #include KIT_DEFINE_TRACE_H. Both kernel headers are made to be
 *            read many times, so neither may get an overlay, which is read once. The names are quoted, because
 *            compilers predefine the macro "linux".
 */
#ifdef KIT_HAVE_TRACE_EVENT
#define KIT_TRACEPOINT_H "linux/tracepoint.h"
#define KIT_DEFINE_TRACE_H "trace/define_trace.h"
#else
#define KIT_TRACEPOINT_H "linux/types.h"
#define KIT_DEFINE_TRACE_H "linux/types.h"
#define TP_PROTO(args...) args
#define TRACE_EVENT(name, proto, args, tstruct, assign, print)	\
static inline void trace_##name(proto)				\
{								\
}								\
struct kit_semicolon
#endif
