/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       u64_stats_init
 * header:    linux/u64_stats_sync.h
 * since:     v3.13 commit unverified ("net: Explicitly initialize u64_stats_sync structures for lockdep")
 * serves:    el6 (2.6.32), vanilla 3.0
 * drop-when: baseline >= 3.13
 * probe:     decl u64_stats_init
 * force:     no, the structure has other members since
 * old:       struct u64_stats_sync { int seq; };
 * new:       struct u64_stats_sync { int seq; }; static inline void u64_stats_init(struct u64_stats_sync *syncp) { syncp->seq = 0; }
 */
#ifndef KIT_HAVE_U64_STATS_INIT
static inline void u64_stats_init(struct u64_stats_sync *syncp)
{
#if BITS_PER_LONG == 32 && defined(CONFIG_SMP)
	seqcount_init(&syncp->seq);
#endif
}
#endif
