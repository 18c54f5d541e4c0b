/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: vstor packets of the guest, checked, and the answers to them (docs/wire/04 2). Nothing here knows a channel.
 */
#ifndef HOST_VSTOR_H
#define HOST_VSTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wire/storage.h>

struct vstor_request {
	uint32_t operation;
	size_t payload; /* bytes behind the header the guest sent, at most VSTOR_SRB_LEN: the answer has as many (4) */
	struct vstor_packet packet; /* a copy, zero where the guest sent nothing */
};

/*
 * 0, or -EPROTO: shorter than a header or than its operation needs, or an operation that is the host's alone. Parsed by
 * the length the guest sent, not by the version in force: guests send 64 bytes before any version is agreed (4).
 */
int vstor_parse(const void *data, size_t len, struct vstor_request *out);

/* The answer's length; *out is COMPLETE_IO with the request's payload echoed, for the caller to put results into. */
size_t vstor_answer(const struct vstor_request *r, uint32_t status, struct vstor_packet *out);

/* SRB_STATUS_PENDING when the request can be looked at further, else the SRB status it fails with. */
uint8_t vstor_srb_check(const struct vstor_srb *srb, size_t buffer, uint32_t max_transfer);

/* 5.6: the NTSTATUS that goes with an SRB status. */
uint32_t vstor_ntstatus(uint8_t srb_status);

/* 3: the newest version a host of this VMBus version speaks, and whether it knows `version` at all. */
uint16_t vstor_version_of_host(uint32_t vmbus_version);
bool vstor_version_known(uint16_t version, uint16_t newest);
/* "6.2" and the like; 0 when it is none. */
uint16_t vstor_version_parse(const char *text);

#endif
