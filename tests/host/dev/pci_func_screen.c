// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PCI side of the synthetic video device of Generation 1 machines (docs/wire/07 3.4): a function whose BAR is an address and
 * a size, no more. What is drawn goes where the guest tells the video device (video.c), which puts memory there.
 */
#include <stdlib.h>

#include "pci_func.h"

#define SCREEN_BYTES (8ULL << 20)

static void screen_destroy(struct pci_func *f)
{
	free(f);
}

static const struct pci_func_ops screen_ops = { .destroy = screen_destroy };

struct pci_func *pci_screen_new(void)
{
	static const struct pci_ids ids = { .vendor = 0x1414, .device = 0x5353, .base_class = 0x03 };
	struct pci_func *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->ops = &screen_ops;
	pci_func_init(f, &ids, SCREEN_BYTES, 0, 0, 0);
	return f;
}
