// SPDX-License-Identifier: GPL-2.0-only
/* Unpacked kernels (elfimage.h). */
#include <elf.h>
#include <string.h>

#include "elfimage.h"

#define LOWEST 0x100000ULL
#define LIMIT 0xC0000000ULL /* below the hole */

bool elfimage_is(const uint8_t *image, size_t size)
{
	return size >= SELFMAG && !memcmp(image, ELFMAG, SELFMAG);
}

static const char *add(struct elfimage *e, const Elf64_Phdr *p, size_t size)
{
	uint64_t end;

	if (p->p_type != PT_LOAD || !p->p_memsz)
		return NULL;
	if (e->count == ELF_SEGMENTS_MAX)
		return "it has more segments than a kernel";
	if (p->p_filesz > p->p_memsz || p->p_offset > size || p->p_filesz > size - p->p_offset)
		return "one of its segments goes beyond its end: the file is cut short";
	if (p->p_paddr < LOWEST || p->p_paddr >= LIMIT || p->p_memsz > LIMIT - p->p_paddr)
		return "one of its segments belongs outside low memory";
	e->segment[e->count].to = p->p_paddr;
	e->segment[e->count].offset = p->p_offset;
	e->segment[e->count++].size = p->p_filesz;
	end = p->p_paddr + p->p_memsz;
	if (e->count == 1 || p->p_paddr < e->start)
		e->start = p->p_paddr;
	if (end > e->end)
		e->end = end;
	return NULL;
}

const char *elfimage_parse(struct elfimage *e, const uint8_t *image, size_t size)
{
	const char *why = NULL;
	Elf64_Ehdr h;
	Elf64_Phdr p;

	memset(e, 0, sizeof(*e));
	if (size < sizeof(h))
		return "it is too short for an ELF file";
	memcpy(&h, image, sizeof(h));
	if (h.e_ident[EI_CLASS] != ELFCLASS64 || h.e_ident[EI_DATA] != ELFDATA2LSB || h.e_machine != EM_X86_64)
		return "it is an ELF file, but not one for 64-bit x86";
	if (h.e_phentsize != sizeof(p) || h.e_phoff > size || h.e_phnum > (size - h.e_phoff) / sizeof(p))
		return "its program headers go beyond its end: the file is cut short";
	for (unsigned int i = 0; i < h.e_phnum && !why; i++) {
		memcpy(&p, image + h.e_phoff + i * sizeof(p), sizeof(p));
		why = add(e, &p, size);
	}
	if (why)
		return why;
	e->entry = h.e_entry;
	if (!e->count || e->entry < e->start || e->entry >= e->end)
		return "it is an ELF file, but not a kernel: its entry is in no segment that is loaded";
	return NULL;
}
