// SPDX-License-Identifier: GPL-2.0-only
/* PNG files of a frame buffer (picture.h). */
#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "picture.h"

static void line_of_32(png_byte *to, const uint8_t *from, uint32_t width)
{
	uint32_t x;

	for (x = 0; x < width; x++, from += 4) {
		*to++ = from[2];
		*to++ = from[1];
		*to++ = from[0];
	}
}

static void line_of_16(png_byte *to, const uint8_t *from, uint32_t width)
{
	uint32_t x, p;

	for (x = 0; x < width; x++, from += 2) {
		p = from[0] | (uint32_t)from[1] << 8;
		*to++ = (png_byte)((p >> 11) * 255 / 31);
		*to++ = (png_byte)((p >> 5 & 63) * 255 / 63);
		*to++ = (png_byte)((p & 31) * 255 / 31);
	}
}

struct image {
	const uint8_t *pixels;
	uint32_t width, height, pitch;
	unsigned int depth;
	png_byte *line;
};

/* Apart from the rest because libpng reports errors by a jump: nothing is allocated here. */
static int encode(png_structp png, png_infop info, FILE *f, const struct image *i)
{
	uint32_t y;

	if (setjmp(png_jmpbuf(png)))
		return -EIO;
	png_init_io(png, f);
	png_set_compression_level(png, 1);
	png_set_filter(png, 0, PNG_FILTER_NONE); /* simple readers do without them */
	png_set_IHDR(png, info, i->width, i->height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
		     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	for (y = 0; y < i->height; y++) {
		if (i->depth == 16)
			line_of_16(i->line, i->pixels + (size_t)y * i->pitch, i->width);
		else
			line_of_32(i->line, i->pixels + (size_t)y * i->pitch, i->width);
		png_write_row(png, i->line);
	}
	png_write_end(png, info);
	return 0;
}

static int write_to(FILE *f, struct image *i)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	int err = -ENOMEM;

	i->line = malloc((size_t)i->width * 3);
	if (info && i->line)
		err = encode(png, info, f, i);
	free(i->line);
	png_destroy_write_struct(&png, &info);
	return err;
}

int picture_write(const char *path, const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t pitch,
		  unsigned int depth)
{
	struct image i = { pixels, width, height, pitch, depth, NULL };
	char *temp;
	FILE *f;
	int err;

	if (asprintf(&temp, "%s.part", path) < 0)
		return -ENOMEM;
	f = fopen(temp, "wbe");
	err = f ? write_to(f, &i) : -errno;
	if (f && fclose(f) && !err)
		err = -errno;
	if (!err && rename(temp, path))
		err = -errno;
	if (err && f)
		unlink(temp);
	free(temp);
	return err;
}
