/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       poll_t
 * header:    linux/poll.h
 * since:     v4.16 8ced390c2b18 ("define __poll_t, annotate constants")
 * serves:    every row before 4.16
 * drop-when: baseline >= 4.16
 * probe:     type __poll_t
 * force:     no, it only names a type
 * old:       int old;
 * new:       typedef unsigned int __poll_t;
 * note:      brings the constants of that type, which kernels got one by one.
 */
#ifndef KIT_HAVE_POLL_T
typedef unsigned int __poll_t;

#ifndef EPOLLIN
#define EPOLLIN POLLIN
#endif
#ifndef EPOLLERR
#define EPOLLERR POLLERR
#endif
#ifndef EPOLLHUP
#define EPOLLHUP POLLHUP
#endif
#ifndef EPOLLRDNORM
#define EPOLLRDNORM POLLRDNORM
#endif
#endif
