/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       trace_event
 * header:    linux/kernel.h
 * uses:      linux/tracepoint.h
 * since:     v2.6.34 commit unverified ("tracing: Create new DEFINE_EVENT_PRINT")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.34
 * probe:     macro DEFINE_EVENT_PRINT
 * force:     no, the kernel's own headers define the same names in many steps
 * old:       #define KIT_OLD 1
 * new:       #define DEFINE_EVENT_PRINT(template, name, proto, args, print) int name
 * note:      event classes too. #include KIT_TRACEPOINT_H and, last, #include KIT_DEFINE_TRACE_H. Both kernel headers
 *            are made to be read many times, so neither may get an overlay, which is read once. The names are quoted,
 *            because compilers predefine the macro "linux".
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
#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print) struct kit_semicolon
#define DEFINE_EVENT(template, name, proto, args)		\
static inline void trace_##name(proto)				\
{								\
}								\
struct kit_semicolon
#define DEFINE_EVENT_PRINT(template, name, proto, args, print)	\
static inline void trace_##name(proto)				\
{								\
}								\
struct kit_semicolon
#endif
