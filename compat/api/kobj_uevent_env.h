/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       kobj_uevent_env
 * header:    linux/kobject.h
 * since:     v2.6.24 7eff2e7a8b65 ("Driver core: change add_uevent_var to use a struct")
 * serves:    el5 (2.6.18)
 * drop-when: baseline >= 2.6.24
 * probe:     code static inline int kit_p_uevent(struct kobj_uevent_env *env) { return add_uevent_var(env, "x"); }
 * mutate:    add_uevent_var
 * force:     no, both forms of add_uevent_var() have one name
 * old:       int add_uevent_var(char **envp, int num_envp, int *cur_index, char *buffer, int size, int *len,
 *            const char *format, ...);
 * new:       struct kobj_uevent_env { char *envp[1]; };
 *            int add_uevent_var(struct kobj_uevent_env *env, const char *format, ...);
 * note:      The shim's struct points at the arrays the old callback gets; bus_type_uevent.h fills it.
 */
#ifndef KIT_HAVE_KOBJ_UEVENT_ENV
/* el5 has a struct of that name for a call of its own. */
#define kobj_uevent_env kit_uevent_env
struct kobj_uevent_env {
	char **envp;
	int num_envp;
	int envp_idx;
	char *buf;
	int size;
	int buflen;
};

#define kit_add_uevent_var(env, fmt, args...)					\
	add_uevent_var((env)->envp, (env)->num_envp, &(env)->envp_idx, (env)->buf,	\
		       (env)->size, &(env)->buflen, fmt, ## args)
#else
#define kit_add_uevent_var add_uevent_var
#endif
