/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       register_syscore
 * header:    linux/syscore_ops.h
 * needs:     syscore_ops
 * since:     v6.19 commit unverified ("syscore: Pass context data to callbacks")
 * serves:    every row without that change
 * drop-when: baseline >= 6.19
 * probe:     type struct syscore
 * force:     no, the callbacks' arguments changed with it
 * old:       struct syscore_ops { int (*suspend)(void); };
 * new:       struct syscore_ops { int (*suspend)(void *); }; struct syscore { int x; };
 * note:      adapter: KIT_SYSCORE_SUSPEND_ADAPTER(fn); KIT_SYSCORE_RESUME_ADAPTER(fn);
 *            static KIT_SYSCORE_CONST struct syscore_ops o = { .suspend = KIT_SYSCORE(fn) };
 */
#ifdef KIT_HAVE_REGISTER_SYSCORE
#define KIT_SYSCORE_CONST const
#define KIT_SYSCORE_SUSPEND_ADAPTER(fn) struct kit_semicolon
#define KIT_SYSCORE_RESUME_ADAPTER(fn) struct kit_semicolon
#define KIT_SYSCORE(fn) fn
#else
#define KIT_SYSCORE_CONST
#define KIT_SYSCORE_SUSPEND_ADAPTER(fn)	\
static int kit_syscore_##fn(void)	\
{					\
	return fn((void *)0);		\
}					\
struct kit_semicolon
#define KIT_SYSCORE_RESUME_ADAPTER(fn)	\
static void kit_syscore_##fn(void)	\
{					\
	fn((void *)0);			\
}					\
struct kit_semicolon
#define KIT_SYSCORE(fn) kit_syscore_##fn

struct syscore {
	struct syscore_ops *ops;
};

static inline void register_syscore(struct syscore *syscore)
{
	register_syscore_ops(syscore->ops);
}

static inline void unregister_syscore(struct syscore *syscore)
{
	unregister_syscore_ops(syscore->ops);
}
#endif
