/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * api:       sysfb_primary_display
 * header:    linux/screen_info.h
 * uses:      linux/sysfb.h
 * since:     v7.0 commit unverified ("sysfb: Replace screen_info with sysfb_primary_display")
 * serves:    every row that still has the global screen_info
 * drop-when: baseline >= 7.0
 * probe:     decl sysfb_primary_display
 * force:     no, the old global is gone
 * old:       struct screen_info { int lfb_base; }; extern struct screen_info screen_info;
 * new:       struct sysfb_display_info { int screen; }; extern struct sysfb_display_info sysfb_primary_display;
 * note:      kit_boot_framebuffer(&base, &size, &efi): where the firmware's picture is, or false
 */
#ifdef KIT_HAVE_SYSFB_PRIMARY_DISPLAY
#include <linux/sysfb.h>
#define KIT_SCREEN_INFO (&sysfb_primary_display.screen)
#else
#define KIT_SCREEN_INFO (&screen_info)
#endif

#ifndef VIDEO_TYPE_VLFB
#define VIDEO_TYPE_VLFB 0x23
#endif
#ifndef VIDEO_TYPE_EFI
#define VIDEO_TYPE_EFI 0x70
#endif

static inline bool kit_boot_framebuffer(u64 *base, u64 *size, bool *efi)
{
	const struct screen_info *si = KIT_SCREEN_INFO;

	*efi = si->orig_video_isVGA == VIDEO_TYPE_EFI;
	if (!*efi && si->orig_video_isVGA != VIDEO_TYPE_VLFB)
		return false;
	*base = si->lfb_base;
#ifdef VIDEO_CAPABILITY_64BIT_BASE
	if (si->capabilities & VIDEO_CAPABILITY_64BIT_BASE)
		*base |= (u64)si->ext_lfb_base << 32;
#endif
	/* VESA counts in units of 64 KiB. */
	*size = *efi ? si->lfb_size : (u64)si->lfb_size << 16;
	return *base != 0;
}
