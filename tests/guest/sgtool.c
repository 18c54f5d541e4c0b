// SPDX-License-Identifier: GPL-2.0-only
/*
 * SCSI pass-through in a test guest:
 *   sgtool reset DEV [lun]       resets the bus of DEV's host, or DEV alone
 *   sgtool cmd DEV BYTES HEX...  sends a CDB that reads so many bytes, and prints what the mid layer made of the answer
 *   sgtool tape DEV BYTES HEX... the same with what tape drives say beside key and codes
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <scsi/sg.h>

#ifndef SG_SCSI_RESET_HOST
#define SG_SCSI_RESET_HOST 3
#endif
#define ALONE 0x100 /* do not go on with the bus when the device could not be reset */

#define MOST 65536

static int fail(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	return 1;
}

static int reset(int fd, bool lun)
{
	int what = lun ? SG_SCSI_RESET_DEVICE | ALONE : SG_SCSI_RESET_HOST;

	return ioctl(fd, SG_SCSI_RESET, &what) < 0 ? fail("SG_SCSI_RESET") : 0;
}

/* What a tape drive met, and how much was not done. */
static void print_tape(const unsigned char *sense)
{
	printf("%s%s%s", sense[2] & 0x80 ? " filemark" : "", sense[2] & 0x40 ? " eom" : "", sense[2] & 0x20 ? " ili" : "");
	if (sense[0] & 0x80)
		printf(" info %d", (int)((unsigned int)sense[3] << 24 | sense[4] << 16 | sense[5] << 8 | sense[6]));
}

static int command(int fd, bool tape, unsigned int bytes, int count, char **hex)
{
	static unsigned char data[MOST], sense[64], cdb[16];
	sg_io_hdr_t h;
	int i;

	for (i = 0; i < count && i < (int)sizeof(cdb); i++)
		cdb[i] = (unsigned char)strtoul(hex[i], NULL, 16);
	memset(&h, 0, sizeof(h));
	h.interface_id = 'S';
	h.dxfer_direction = bytes ? SG_DXFER_FROM_DEV : SG_DXFER_NONE;
	h.dxferp = data;
	h.dxfer_len = bytes < MOST ? bytes : MOST;
	h.cmdp = cdb;
	h.cmd_len = (unsigned char)i;
	h.sbp = sense;
	h.mx_sb_len = sizeof(sense);
	h.timeout = 60000;
	if (ioctl(fd, SG_IO, &h) < 0)
		return fail("SG_IO");
	printf("host %02x status %02x sense %u", h.host_status, h.status, h.sb_len_wr);
	if (h.sb_len_wr >= 14)
		printf(" %02x/%02x/%02x", sense[2] & 0x0F, sense[12], sense[13]);
	if (h.sb_len_wr >= 14 && tape)
		print_tape(sense);
	printf(" resid %d\n", h.resid);
	return 0;
}

int main(int argc, char **argv)
{
	int fd = argc > 2 ? open(argv[2], O_RDWR | O_NONBLOCK) : -1;

	if (argc > 2 && fd < 0)
		return fail(argv[2]);
	if ((argc == 3 || (argc == 4 && !strcmp(argv[3], "lun"))) && !strcmp(argv[1], "reset"))
		return reset(fd, argc == 4);
	if (argc > 4 && (!strcmp(argv[1], "cmd") || !strcmp(argv[1], "tape")))
		return command(fd, argv[1][0] == 't', (unsigned int)strtoul(argv[3], NULL, 10), argc - 4, argv + 4);
	printf("usage: sgtool reset DEV [lun] | cmd|tape DEV BYTES HEX...\n");
	return 2;
}
